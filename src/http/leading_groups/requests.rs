//! What clients send about a leading group, and the command that it becomes.

use serde::{Deserialize, Deserializer};
use utoipa::{PartialSchema, ToSchema};

use crate::{
    domain::{Basis, Day, Holder, LongText, Name, OrgId, OrgKind, PersonId, PostCode, Scope, Seat},
    http::{
        kit::schema::{Items, given},
        roles::one_holder,
    },
    registry::{Command, LeadingGroupDocument, PartDocument, PartPost},
};

/// The most holders of one post in one body of the document.
pub(in crate::http) const HOLDERS_MAX: usize = 1000;
/// The most working groups, and the most supervision groups, of a leading group.
pub(in crate::http) const GROUPS_MAX: usize = 200;
/// The most bodies that one supervision group covers by name.
pub(in crate::http) const COVERS_MAX: usize = 1000;

/// A leading group as the notice has it. PUT takes the whole: who and what it does not name leaves or ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LeadingGroupDocument)]
pub(in crate::http) struct LeadingGroupDocumentBody {
    /// The body that sets it up: a committee, a general branch or an authority.
    parent_id: OrgId,
    name: Name,
    /// The founding day; today unless given. A PUT may repeat it and not move it.
    #[serde(default, deserialize_with = "given")]
    valid_from: Option<Day>,
    /// The first day on which the group is no more, where that is known already; without it the group is open.
    #[serde(default, deserialize_with = "given")]
    valid_until: Option<Day>,
    /// The first day on which what a PUT says holds; today unless given. A POST has the same in `valid_from`.
    #[serde(default, deserialize_with = "given")]
    effective_on: Option<Day>,
    /// The document of this act. Whatever it founds, gives and ends rests on it.
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
    /// What the group is there for. Not versioned.
    #[serde(default, deserialize_with = "given")]
    duties: Option<LongText<4000>>,
    /// 组长, in order; the catalogue allows two 双组长.
    #[serde(default)]
    #[schema(inline)]
    leaders: Holders,
    /// 常务副组长, in order.
    #[serde(default)]
    #[schema(inline)]
    executive_deputy_leaders: Holders,
    /// 副组长, in order.
    #[serde(default)]
    #[schema(inline)]
    deputy_leaders: Holders,
    /// 成员, in order.
    #[serde(default)]
    #[schema(inline)]
    members: Holders,
    /// 联络员, in order.
    #[serde(default)]
    #[schema(inline)]
    liaisons: Holders,
    #[serde(default, deserialize_with = "given")]
    office: Option<OfficeDocumentBody>,
    /// 工作组, in order.
    #[serde(default)]
    #[schema(inline)]
    working_groups: WorkingGroups,
    /// 督导组, in order.
    #[serde(default)]
    #[schema(inline)]
    supervision_groups: SupervisionGroups,
}

/// The office of the group 领导小组办公室.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OfficeDocument)]
pub(in crate::http) struct OfficeDocumentBody {
    /// Its name. Without one a new office is called after its group, and one that is there keeps its name.
    #[serde(default, deserialize_with = "given")]
    name: Option<Name>,
    /// 办公室主任: a person, or a unit 主任单位.
    #[serde(default)]
    #[schema(inline)]
    directors: Holders,
    /// 办公室副主任, in order.
    #[serde(default)]
    #[schema(inline)]
    deputy_directors: Holders,
    /// 成员, in order.
    #[serde(default)]
    #[schema(inline)]
    members: Holders,
    /// 联络员, in order.
    #[serde(default)]
    #[schema(inline)]
    liaisons: Holders,
}

/// A working group 工作组.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkingGroupDocument)]
pub(in crate::http) struct WorkingGroupDocumentBody {
    /// Which of the group's working groups it is, under whatever name; without it, the one of that name or a
    /// new one.
    #[serde(default, deserialize_with = "given")]
    id: Option<OrgId>,
    name: Name,
    /// 组长.
    #[serde(default)]
    #[schema(inline)]
    leaders: Holders,
    /// 副组长, in order.
    #[serde(default)]
    #[schema(inline)]
    deputy_leaders: Holders,
    /// 成员, in order.
    #[serde(default)]
    #[schema(inline)]
    members: Holders,
    /// 联络员, in order.
    #[serde(default)]
    #[schema(inline)]
    liaisons: Holders,
}

/// A supervision group 督导组, with what it covers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SupervisionGroupDocument)]
pub(in crate::http) struct SupervisionGroupDocumentBody {
    /// Which of the group's supervision groups it is, under whatever name; without it, the one of that name or
    /// a new one.
    #[serde(default, deserialize_with = "given")]
    id: Option<OrgId>,
    name: Name,
    /// 组长.
    #[serde(default)]
    #[schema(inline)]
    leaders: Holders,
    /// 副组长, in order.
    #[serde(default)]
    #[schema(inline)]
    deputy_leaders: Holders,
    /// 成员, in order.
    #[serde(default)]
    #[schema(inline)]
    members: Holders,
    /// 联络员, in order.
    #[serde(default)]
    #[schema(inline)]
    liaisons: Holders,
    /// The bodies that it covers.
    #[serde(default)]
    #[schema(inline)]
    covers: Covers,
}

/// A body that a supervision group covers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CoverDocument)]
pub(in crate::http) struct CoverDocumentBody {
    /// The body.
    org_id: OrgId,
    scope: Scope,
}

/// A holder: exactly one of `person_id`, `unit_id` and `seat`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListedHolder)]
struct HolderFields {
    /// A person.
    #[serde(default, deserialize_with = "given")]
    person_id: Option<PersonId>,
    /// A body as a whole 主任单位.
    #[serde(default, deserialize_with = "given")]
    unit_id: Option<OrgId>,
    /// Whoever holds another post 席位.
    #[serde(default, deserialize_with = "given")]
    seat: Option<Seat>,
    /// Whether acting 主持工作 / 代理.
    #[serde(default)]
    acting: bool,
}

/// [`HolderFields`] with exactly one holder.
#[derive(Debug)]
pub(in crate::http) struct ListedHolder(Holder, bool);

impl<'de> Deserialize<'de> for ListedHolder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let HolderFields { person_id, unit_id, seat, acting } = HolderFields::deserialize(deserializer)?;
        Ok(Self(one_holder(person_id, unit_id, seat)?, acting))
    }
}

impl PartialSchema for ListedHolder {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::Ref::from_schema_name(HolderFields::name()).into()
    }
}

impl ToSchema for ListedHolder {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        schemas.push((HolderFields::name().into(), HolderFields::schema()));
        HolderFields::schemas(schemas);
    }
}

/// The holders of a post, in order.
type Holders = Items<ListedHolder, HOLDERS_MAX>;
type WorkingGroups = Items<WorkingGroupDocumentBody, GROUPS_MAX>;
type SupervisionGroups = Items<SupervisionGroupDocumentBody, GROUPS_MAX>;
type Covers = Items<CoverDocumentBody, COVERS_MAX>;

impl LeadingGroupDocumentBody {
    /// The document, with pointers into the request for refusals.
    pub(super) fn document(self) -> Result<LeadingGroupDocument, crate::domain::Error> {
        let Self {
            parent_id,
            name,
            valid_from,
            valid_until,
            effective_on,
            basis,
            duties,
            leaders,
            executive_deputy_leaders,
            deputy_leaders,
            members,
            liaisons,
            office,
            working_groups,
            supervision_groups,
        } = self;
        let group = Part { kind: OrgKind::LeadingGroup, pointer: String::new(), id: None, name: None };
        let group = group.document(
            [
                ("leader", "leaders", leaders),
                ("executive_deputy_leader", "executive_deputy_leaders", executive_deputy_leaders),
                ("deputy_leader", "deputy_leaders", deputy_leaders),
                ("group_member", "members", members),
                ("liaison", "liaisons", liaisons),
            ],
            Vec::new(),
        )?;
        let mut parts = Vec::new();
        if let Some(OfficeDocumentBody { name, directors, deputy_directors, members, liaisons }) = office {
            let part = Part { kind: OrgKind::Office, pointer: "/office".to_owned(), id: None, name };
            parts.push(part.document(
                [
                    ("office_director", "directors", directors),
                    ("office_deputy_director", "deputy_directors", deputy_directors),
                    ("group_member", "members", members),
                    ("liaison", "liaisons", liaisons),
                ],
                Vec::new(),
            )?);
        }
        for (index, body) in working_groups.0.into_iter().enumerate() {
            let WorkingGroupDocumentBody { id, name, leaders, deputy_leaders, members, liaisons } = body;
            let pointer = format!("/working_groups/{index}");
            let part = Part { kind: OrgKind::WorkingGroup, pointer, id, name: Some(name) };
            parts.push(part.document(group_lists(leaders, deputy_leaders, members, liaisons), Vec::new())?);
        }
        for (index, body) in supervision_groups.0.into_iter().enumerate() {
            let SupervisionGroupDocumentBody { id, name, leaders, deputy_leaders, members, liaisons, covers } = body;
            let pointer = format!("/supervision_groups/{index}");
            let part = Part { kind: OrgKind::SupervisionGroup, pointer, id, name: Some(name) };
            let covers = covers.0.into_iter().map(|CoverDocumentBody { org_id, scope }| (org_id, scope)).collect();
            parts.push(part.document(group_lists(leaders, deputy_leaders, members, liaisons), covers)?);
        }
        Ok(LeadingGroupDocument { parent_id, name, valid_from, valid_until, effective_on, basis, duties, group, parts })
    }

    pub(super) fn create(self) -> Result<Command, crate::domain::Error> {
        Ok(Command::CreateLeadingGroup(Box::new(self.document()?)))
    }

    pub(super) fn replace(self, id: OrgId) -> Result<Command, crate::domain::Error> {
        Ok(Command::ReplaceLeadingGroup { id, document: Box::new(self.document()?) })
    }
}

/// A list of holders: its post, its field, and who stands in it.
type List = (&'static str, &'static str, Holders);

/// The lists of a working group or a supervision group.
fn group_lists(leaders: Holders, deputy_leaders: Holders, members: Holders, liaisons: Holders) -> [List; 4] {
    [
        ("leader", "leaders", leaders),
        ("deputy_leader", "deputy_leaders", deputy_leaders),
        ("group_member", "members", members),
        ("liaison", "liaisons", liaisons),
    ]
}

/// What every body of the document has.
struct Part {
    kind: OrgKind,
    pointer: String,
    id: Option<OrgId>,
    name: Option<Name>,
}

impl Part {
    fn document<const N: usize>(
        self,
        lists: [List; N],
        covers: Vec<(OrgId, Scope)>,
    ) -> Result<PartDocument, crate::domain::Error> {
        let Self { kind, pointer, id, name } = self;
        let posts = lists.into_iter().map(|(post, field, holders)| {
            let post = PostCode::parse(post).map_err(|_| crate::domain::Error::Internal)?;
            let holders = holders.0.into_iter().map(|ListedHolder(holder, acting)| (holder, acting)).collect();
            Ok(PartPost { post, field, holders })
        });
        Ok(PartDocument { kind, pointer, id, name, posts: posts.collect::<Result<_, _>>()?, covers })
    }
}
