//! What clients send about a leading group, and the command that it becomes.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        Basis, Counterpart, Day, Error, Items, LongText, Name, OrderNumber, OrgId, OrgKind, PersonId, PostCode, RoleId,
        SaidHolder, Scope, Status, SupervisionId, given, listed_posts_table,
    },
    http::kit::{
        filters::TierNumber,
        problem::{Failure, Problem},
    },
    registry::{Command, LeadingGroupDocument, ListedHolder, PartDocument, PartPost},
};

/// The most holders of one post in one org of the document.
pub(in crate::http) const HOLDERS_MAX: usize = 1000;
/// The most working groups, and the most supervision groups, of a leading group.
pub(in crate::http) const GROUPS_MAX: usize = 200;
/// The most orgs that one supervision group covers by name.
pub(in crate::http) const COVERS_MAX: usize = 1000;

/// Door: an org of the document with its lists of holders.
macro_rules! document {
    (
        ($(#[$attribute:meta])* $body:ident { $($members:tt)* })
        $($(#[doc = $doc:literal])+ $list:ident: $post:literal;)*
    ) => {
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$attribute])*
        pub(in crate::http) struct $body {
            $($members)*
            $(
                $(#[doc = $doc])+
                #[serde(default, deserialize_with = "given")]
                #[schema(inline)]
                $list: Option<Holders>,
            )*
        }

        impl $body {
            /// Its lists of holders, each with its post.
            fn take_lists(&mut self) -> Result<Vec<PartPost>, Error> {
                let lists = [$((stringify!($list), $post, self.$list.take().unwrap_or_default())),*];
                lists.into_iter().map(list).collect()
            }

            /// The lists of holders that it does not name.
            fn unnamed(&self) -> impl Iterator<Item = &'static str> {
                [$((stringify!($list), self.$list.is_none())),*]
                    .into_iter()
                    .filter_map(|(list, unnamed)| unnamed.then_some(list))
            }
        }
    };
}

listed_posts_table! { leading_group document (
    /// A leading group as the notice has it. The answer to a GET is accepted too: derived members may be repeated.
    #[schema(as = LeadingGroupDocument)]
    #[expect(dead_code, reason = "what is derived may be repeated")]
    LeadingGroupDocumentBody {
        /// The org that sets it up: a committee, a general branch or an authority.
        parent_id: OrgId,
        /// Its name.
        name: Name,
        /// The day on which it is established; today, if a POST does not give it. A PUT may repeat it, but not change it.
        #[serde(default, deserialize_with = "given")]
        valid_from: Option<Day>,
        /// The first day on which the group no longer exists, if that is already known. Without it the group has no end.
        #[serde(default, deserialize_with = "given")]
        valid_until: Option<Day>,
        /// For a PUT: the first day on which the document applies. Default: today. A POST uses `valid_from` instead.
        #[serde(default, deserialize_with = "given")]
        effective_on: Option<Day>,
        /// The document of this act. It is noted for everything that the request establishes, gives or ends.
        #[serde(default, deserialize_with = "given")]
        basis: Option<Basis>,
        /// The duties of the group, from the day of the document on. Without it, it has none from then on.
        #[serde(default, deserialize_with = "given")]
        duties: Option<LongText<4000>>,
        /// Its office.
        #[serde(default, deserialize_with = "given")]
        office: Option<OfficeDocumentBody>,
        /// 工作组, in order.
        #[serde(default, deserialize_with = "given")]
        #[schema(inline)]
        working_groups: Option<WorkingGroups>,
        /// 督导组, in order.
        #[serde(default, deserialize_with = "given")]
        #[schema(inline)]
        supervision_groups: Option<SupervisionGroups>,
        /// Derived: the group itself.
        #[serde(default, deserialize_with = "given")]
        id: Option<OrgId>,
        /// Derived and ignored.
        #[serde(default, deserialize_with = "given")]
        status: Option<Status>,
        /// Derived and ignored.
        #[serde(default, deserialize_with = "given")]
        #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
        revision: Option<u64>,
        /// Derived and ignored.
        #[serde(default, deserialize_with = "given")]
        #[schema(max_length = 40)]
        updated_at: Option<String>,
    }
) }

listed_posts_table! { office document (
    /// The office of the group 领导小组办公室.
    #[schema(as = OfficeDocument)]
    OfficeDocumentBody {
        /// Its name. Without it, a new office is named after its group, and an existing office keeps its name.
        #[serde(default, deserialize_with = "given")]
        name: Option<Name>,
        /// Derived: the office itself.
        #[serde(default, deserialize_with = "given")]
        id: Option<OrgId>,
    }
) }

listed_posts_table! { part document (
    /// A working group 工作组.
    #[schema(as = WorkingGroupDocument)]
    WorkingGroupDocumentBody {
        /// The id of the working group, if it exists. Without it, the working group of that name is meant, or a new one.
        #[serde(default, deserialize_with = "given")]
        id: Option<OrgId>,
        /// Its name.
        name: Name,
    }
) }

listed_posts_table! { part document (
    /// A supervision group 督导组, with what it covers.
    #[schema(as = SupervisionGroupDocument)]
    SupervisionGroupDocumentBody {
        /// The id of the supervision group, if it exists. Without it, the supervision group of that name is meant, or a new
        /// one.
        #[serde(default, deserialize_with = "given")]
        id: Option<OrgId>,
        /// Its name.
        name: Name,
        /// The orgs that it covers.
        #[serde(default, deserialize_with = "given")]
        #[schema(inline)]
        covers: Option<Covers>,
    }
) }

/// An org that a supervision group covers. A GET also answers derived members; they may be repeated here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CoverDocument)]
#[expect(dead_code, reason = "what is derived may be repeated")]
pub(in crate::http) struct CoverDocumentBody {
    /// The org.
    org_id: OrgId,
    /// How far the supervision reaches.
    scope: Scope,
    /// Derived: the org, as a GET answers it. Its `id` must be `org_id`.
    #[serde(default, deserialize_with = "given")]
    org: Option<ListedOrgBody>,
    /// Derived and ignored.
    #[serde(default, deserialize_with = "given")]
    supervision_id: Option<SupervisionId>,
}

/// A covered org as a GET answers it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListedOrg)]
#[expect(dead_code, reason = "what is derived may be repeated")]
pub(in crate::http) struct ListedOrgBody {
    /// The org.
    id: OrgId,
    /// Derived and ignored.
    #[serde(default, deserialize_with = "given")]
    name: Option<Name>,
    /// Derived and ignored.
    #[serde(default, deserialize_with = "given")]
    kind: Option<OrgKind>,
    /// Derived and ignored.
    #[serde(default, deserialize_with = "given")]
    tier: Option<TierNumber>,
}

/// A holder in a list. A GET also answers derived members; they may be repeated here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListedHolder)]
#[expect(dead_code, reason = "what is derived may be repeated")]
pub(in crate::http) struct ListedHolderBody {
    /// The holder.
    holder: SaidHolder,
    /// Whether the holder is acting 主持工作 / 代理.
    #[serde(default)]
    acting: bool,
    /// Derived and ignored.
    #[serde(default, deserialize_with = "given")]
    role_id: Option<RoleId>,
    /// Derived and ignored.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_items = 10_000)]
    people: Option<Vec<ListedPersonBody>>,
    /// Derived and ignored: the place in the list counts.
    #[serde(default, deserialize_with = "given")]
    order: Option<OrderNumber>,
    /// Derived and ignored.
    #[serde(default, deserialize_with = "given")]
    valid_from: Option<Day>,
    /// Derived and ignored.
    #[serde(default, deserialize_with = "given")]
    valid_until: Option<Day>,
}

/// A person who holds a role, as a GET answers it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListedPerson)]
#[expect(dead_code, reason = "what is derived may be repeated, and is ignored")]
pub(in crate::http) struct ListedPersonBody {
    /// The person's id.
    id: PersonId,
    /// The person's name.
    name: Name,
    /// The person's own role, to which the seat points.
    #[serde(default, deserialize_with = "given")]
    role_id: Option<RoleId>,
}

/// The holders of a post, in order.
type Holders = Items<ListedHolderBody, HOLDERS_MAX>;
type WorkingGroups = Items<WorkingGroupDocumentBody, GROUPS_MAX>;
type SupervisionGroups = Items<SupervisionGroupDocumentBody, GROUPS_MAX>;
type Covers = Items<CoverDocumentBody, COVERS_MAX>;

impl LeadingGroupDocumentBody {
    /// The document, with pointers into the request for refusals.
    fn document(mut self) -> Result<LeadingGroupDocument, Error> {
        let posts = self.take_lists()?;
        let kind = OrgKind::LeadingGroup;
        let group = PartDocument { kind, pointer: String::new(), id: self.id, name: None, posts, covers: Vec::new() };
        let mut parts = Vec::new();
        if let Some(mut office) = self.office.take() {
            let (kind, pointer, posts) = (OrgKind::Office, "/office".to_owned(), office.take_lists()?);
            let OfficeDocumentBody { name, id, .. } = office;
            parts.push(PartDocument { kind, pointer, id, name, posts, covers: Vec::new() });
        }
        for (index, mut part) in Vec::from(self.working_groups.take().unwrap_or_default()).into_iter().enumerate() {
            let (kind, pointer) = (OrgKind::WorkingGroup, format!("/working_groups/{index}"));
            let posts = part.take_lists()?;
            let WorkingGroupDocumentBody { id, name, .. } = part;
            parts.push(PartDocument { kind, pointer, id, name: Some(name), posts, covers: Vec::new() });
        }
        for (index, mut part) in Vec::from(self.supervision_groups.take().unwrap_or_default()).into_iter().enumerate() {
            let (kind, pointer) = (OrgKind::SupervisionGroup, format!("/supervision_groups/{index}"));
            let posts = part.take_lists()?;
            let SupervisionGroupDocumentBody { id, name, covers, .. } = part;
            let covers = Vec::from(covers.unwrap_or_default()).into_iter().enumerate();
            let covers = covers.map(|(place, cover)| cover.covered(&format!("{pointer}/covers/{place}")));
            let covers = covers.collect::<Result<_, _>>()?;
            parts.push(PartDocument { kind, pointer, id, name: Some(name), posts, covers });
        }
        let Self { parent_id, name, valid_from, valid_until, effective_on, basis, duties, .. } = self;
        Ok(LeadingGroupDocument { parent_id, name, valid_from, valid_until, effective_on, basis, duties, group, parts })
    }

    pub(super) fn create(self) -> Result<Command, Error> {
        Ok(Command::CreateLeadingGroup(Box::new(self.document()?)))
    }

    /// The command that makes the group what the document says, which must name every list: an empty one empties it, and
    /// none that is forgotten may.
    pub(super) fn replace(self, id: OrgId) -> Result<Command, Failure> {
        let missing: Vec<Problem> = self.unnamed_lists().into_iter().map(Problem::missing).collect();
        if let Some(problem) = Problem::together(missing) {
            return Err(problem.into());
        }
        Ok(Command::ReplaceLeadingGroup { id, document: Box::new(self.document()?) })
    }

    /// The pointers of the lists that it does not name.
    fn unnamed_lists(&self) -> Vec<String> {
        let mut unnamed: Vec<String> = self.unnamed().map(|list| format!("/{list}")).collect();
        unnamed.extend(self.working_groups.is_none().then(|| "/working_groups".to_owned()));
        unnamed.extend(self.supervision_groups.is_none().then(|| "/supervision_groups".to_owned()));
        unnamed.extend(self.office.iter().flat_map(|office| office.unnamed()).map(|list| format!("/office/{list}")));
        for (index, part) in self.working_groups.iter().flat_map(|groups| groups.iter()).enumerate() {
            unnamed.extend(part.unnamed().map(|list| format!("/working_groups/{index}/{list}")));
        }
        for (index, part) in self.supervision_groups.iter().flat_map(|groups| groups.iter()).enumerate() {
            let lists = part.unnamed().chain(part.covers.is_none().then_some("covers"));
            unnamed.extend(lists.map(|list| format!("/supervision_groups/{index}/{list}")));
        }
        unnamed
    }
}

impl CoverDocumentBody {
    /// Which org is covered, and how far.
    fn covered(self, pointer: &str) -> Result<(OrgId, Scope), Error> {
        let Self { org_id, scope, org, supervision_id: _ } = self;
        match org {
            Some(ListedOrgBody { id, name: _, kind: _, tier: _ }) if id != org_id => {
                Err(Error::Contradictory { pointer: format!("{pointer}/org"), other: Counterpart::Member("org_id") })
            }
            _ => Ok((org_id, scope)),
        }
    }
}

/// A list of the document.
fn list((field, post, holders): (&'static str, &'static str, Holders)) -> Result<PartPost, Error> {
    let post = PostCode::parse(post).map_err(|_| Error::Internal)?;
    let holders = Vec::from(holders).into_iter().map(|holder| {
        let ListedHolderBody { holder, acting, .. } = holder;
        ListedHolder { holder, acting }
    });
    Ok(PartPost { post, field, holders: holders.collect() })
}
