//! What the API shows of a role, and what clients send about one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    directory::{RoleView, Snapshot},
    domain::{
        Basis, Day, Field, Holder, Name, OrgId, Person, PersonId, Post, PostCode, RoleFacts, RoleId, Status, Text,
    },
    http::{
        orgs::OrgRef,
        schema::{Place, given},
    },
    registry::{Command, CreateRole, PatchRole},
};

/// A role: who or what holds which post where, since when and until when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct RoleBody {
    id: RoleId,
    /// The body, as it is on the day asked for.
    org: OrgRef,
    post: PostRef,
    holder: HolderBody,
    /// The persons who sit there on the day asked for; none where a unit holds the post.
    #[schema(max_items = 1000)]
    people: Vec<PersonRef>,
    /// Its place among the holders listed in the body 排名, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    order: i32,
    /// Present and true for an acting holder 主持工作 / 代理.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    acting: bool,
    status: Status,
    /// The first day on which it is held.
    valid_from: Day,
    /// The first day on which it is no longer held; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// The document it was given by.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<Basis>,
    /// The document it was ended by.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_basis: Option<Basis>,
    /// The last log entry that changed it.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    revision: u64,
    /// When that entry was recorded, UTC.
    #[schema(max_length = 40)]
    updated_at: DateTime<Utc>,
}

impl RoleBody {
    pub(in crate::http) fn new(snapshot: &Snapshot, view: &RoleView<'_>) -> Self {
        let RoleFacts { org_id: _, post: _, holder, valid_from, valid_until, order, acting, basis, end_basis } =
            view.role.facts.clone();
        let (holder, people) = match holder {
            Holder::Person(id) => {
                let person = snapshot.person(id).map(|person| PersonRef::from(person.as_ref()));
                let name = person.as_ref().map(|person| person.name.clone());
                (HolderBody { kind: HolderKind::Person, id: id.0, name }, person.into_iter().collect())
            }
            Holder::Unit(id) => {
                let name = snapshot.org_on(id, view.day).map(|unit| unit.values().name.clone());
                (HolderBody { kind: HolderKind::Unit, id: id.0, name }, Vec::new())
            }
        };
        Self {
            id: view.role.id,
            org: OrgRef::new(snapshot, &view.org),
            post: PostRef::from(view.post),
            holder,
            people,
            order,
            acting,
            status: view.status,
            valid_from,
            valid_until,
            basis,
            end_basis,
            revision: view.role.revision,
            updated_at: view.role.updated_at,
        }
    }
}

/// A post as another object names it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PostRef {
    code: PostCode,
    name: Name,
    /// Name in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<Text<200>>,
}

impl From<&Post> for PostRef {
    fn from(post: &Post) -> Self {
        Self { code: post.code.clone(), name: post.name.clone(), name_en: post.name_en.clone() }
    }
}

/// Whether a person or a unit holds a role.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum HolderKind {
    /// A person.
    Person,
    /// A unit 主任单位.
    Unit,
}

/// Who or what holds a role.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Holder)]
pub(in crate::http) struct HolderBody {
    #[serde(rename = "type")]
    kind: HolderKind,
    /// The person's or the unit's id.
    id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
}

/// A person as another object names one.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PersonRef {
    id: PersonId,
    name: Name,
}

impl From<&Person> for PersonRef {
    fn from(person: &Person) -> Self {
        Self { id: person.id, name: person.name.clone() }
    }
}

/// A new role. Exactly one of `person_id` and `unit_id` is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateRole, examples(json!({
    "org_id": "01931b66-7d50-7c8a-9a57-3c1f7d1f4b11",
    "post": "office_director",
    "person_id": "01931b66-7d50-7c8a-9a57-3c1f7d1f4b12",
    "valid_from": "2021-03-05",
    "basis": {"title": "关于成立党史学习教育领导小组的通知", "number": "校党发〔2021〕5号"}
})))]
pub(in crate::http) struct CreateRoleBody {
    /// The body.
    org_id: OrgId,
    /// The post; it exists in bodies of that kind.
    post: PostCode,
    /// The person who holds it.
    #[serde(default, deserialize_with = "given")]
    person_id: Option<PersonId>,
    /// The body that holds it as a unit 主任单位.
    #[serde(default, deserialize_with = "given")]
    unit_id: Option<OrgId>,
    /// The first day on which it is held; today unless given.
    #[serde(default, deserialize_with = "given")]
    valid_from: Option<Day>,
    /// The first day on which it is no longer held, where that is known already.
    #[serde(default, deserialize_with = "given")]
    valid_until: Option<Day>,
    /// Its place among the holders listed in the body; after the last unless given.
    #[serde(default, deserialize_with = "given")]
    order: Option<Place>,
    /// Whether it is an acting holder 主持工作 / 代理.
    #[serde(default)]
    acting: bool,
    /// The document it rests on.
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
}

/// A [`CreateRoleBody`] with exactly one holder.
#[derive(Debug)]
pub(in crate::http) struct NewRole(CreateRole);

impl<'de> Deserialize<'de> for NewRole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let CreateRoleBody { org_id, post, person_id, unit_id, valid_from, valid_until, order, acting, basis } =
            CreateRoleBody::deserialize(deserializer)?;
        let holder = match (person_id, unit_id) {
            (Some(person), None) => Holder::Person(person),
            (None, Some(unit)) => Holder::Unit(unit),
            _ => return Err(de::Error::custom("must have exactly one of person_id and unit_id")),
        };
        let order = order.map(|place| place.0);
        Ok(Self(CreateRole { org_id, post, holder, valid_from, valid_until, order, acting, basis }))
    }
}

impl From<NewRole> for Command {
    fn from(NewRole(create): NewRole) -> Self {
        Self::CreateRole(create)
    }
}

/// A correction of a role (RFC 7396: `null` clears a field, an absent one stays). Body, post, holder
/// and acting never change: that is a new role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PatchRole, examples(json!({"valid_from": "2021-03-01", "valid_until": null})))]
pub(in crate::http) struct PatchRoleBody {
    #[serde(default, deserialize_with = "given")]
    valid_from: Option<Day>,
    #[serde(default)]
    #[schema(inline)]
    valid_until: Field<Day>,
    /// Its place among the holders listed in the body.
    #[serde(default, deserialize_with = "given")]
    order: Option<Place>,
    /// The document it was given by.
    #[serde(default)]
    #[schema(inline)]
    basis: Field<Basis>,
}

impl PatchRoleBody {
    pub(super) fn command(self, id: RoleId) -> Command {
        let Self { valid_from, valid_until, order, basis } = self;
        let patch = PatchRole { valid_from, valid_until, order: order.map(|place| place.0), basis };
        Command::PatchRole { id, patch }
    }
}

/// The end of a role.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndRole, examples(json!({
    "effective_on": "2023-07-01",
    "basis": {"title": "关于孙国权等同志免职的通知", "number": "校党发〔2023〕21号"}
})))]
pub(in crate::http) struct EndRoleBody {
    /// The first day on which it is no longer held; today unless given.
    #[serde(default, deserialize_with = "given")]
    effective_on: Option<Day>,
    /// The document it is ended by.
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
}

impl EndRoleBody {
    pub(super) fn command(self, id: RoleId) -> Command {
        let Self { effective_on, basis } = self;
        Command::EndRole { id, effective_on, basis }
    }
}
