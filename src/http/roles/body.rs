//! What the API shows of a role, and what clients send about one.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    directory::{BySeat, HeldPerson, HeldRole, HolderView, RoleView, Snapshot},
    domain::*,
    http::{
        kit::shape::{Schemas, request_schema},
        orgs::OrgRef,
    },
    registry::{Command, CreateRole, PatchRole},
};

/// A role: who or what holds which post in which org, from when and until when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Role)]
pub(in crate::http) struct RoleBody<'s> {
    id: RoleId,
    /// The org on the day asked for.
    org: OrgRef<'s>,
    post: PostRef<'s>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = true)]
    holder: Option<HolderBody<'s>>,
    /// The people who hold the role on the day asked for. For a seat: whoever holds the post that it points to.
    /// Empty if a unit holds the post, and if the seat is unfilled.
    #[schema(max_items = 10_000)]
    people: Vec<SitterBody<'s>>,
    /// Its place among the holders listed in the org 排名, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    order: i32,
    /// Present and true for an acting holder 主持工作 / 代理.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    acting: bool,
    status: Status,
    /// Only in lists of the roles of a person: how the person holds the role by a seat. `status` is then that of this
    /// time.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_seat: Option<BySeatBody>,
    /// The first day on which it is held.
    valid_from: Day,
    /// The first day on which it is no longer held. Absent while it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// The document by which it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
    /// The document by which it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_basis: Option<&'s Basis>,
    /// The last log entry that changed it.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    revision: u64,
    /// When that entry was recorded, UTC.
    #[schema(max_length = 40)]
    #[serde(serialize_with = "write_instant")]
    updated_at: DateTime<Utc>,
}

impl<'s> RoleBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &RoleView<'s>) -> Self {
        let role = &view.role;
        Self {
            id: role.id(),
            org: OrgRef::new(snapshot, &view.org),
            post: PostRef::from(view.post),
            holder: HolderBody::new(snapshot, view),
            people: SitterBody::all(snapshot, view),
            order: role.order(),
            acting: role.is_acting(),
            status: view.status,
            by_seat: view.by_seat.map(BySeatBody::from),
            valid_from: role.period().from(),
            valid_until: role.period().until(),
            basis: role.basis(),
            end_basis: role.end_basis(),
            revision: role.revision(),
            updated_at: role.updated_at(),
        }
    }
}

/// A post as another object names it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PostRef<'s> {
    code: &'s PostCode,
    name: &'s Name,
    /// Name in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<&'s Text<200>>,
}

impl<'s> From<&'s Post> for PostRef<'s> {
    fn from(post: &'s Post) -> Self {
        Self { code: &post.code, name: &post.name, name_en: post.name_en.as_ref() }
    }
}

/// Who or what holds a role: the members by which a [`SaidHolder`] is written, and what is derived.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub(in crate::http) enum HolderBody<'s> {
    Person {
        id: PersonId,
        name: &'s Name,
    },
    Unit {
        id: OrgId,
        name: &'s Name,
    },
    Seat {
        org_id: OrgId,
        post: &'s PostCode,
        org_name: &'s Name,
        post_name: &'s Name,
        #[serde(skip_serializing_if = "Option::is_none")]
        unfilled: Option<Unfilled>,
    },
}

impl PartialSchema for HolderBody<'_> {
    fn schema() -> RefOr<Schema> {
        SaidHolder::schema()
    }
}

impl ToSchema for HolderBody<'_> {
    fn name() -> Cow<'static, str> {
        SaidHolder::name()
    }

    fn schemas(schemas: &mut Schemas) {
        SaidHolder::schemas(schemas);
    }
}

impl<'s> HolderBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &RoleView<'s>) -> Option<Self> {
        Some(match snapshot.holder_of(view)? {
            HolderView::Person(person) => Self::Person { id: person.id(), name: person.name() },
            HolderView::Unit(unit) => Self::Unit { id: unit.id(), name: &unit.values().name },
            HolderView::Seat { org, post, unfilled } => Self::Seat {
                org_id: org.id(),
                post: &post.code,
                org_name: &org.values().name,
                post_name: &post.name,
                unfilled,
            },
        })
    }
}

/// A person who holds a role, directly or by a seat.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Sitter)]
pub(in crate::http) struct SitterBody<'s> {
    id: PersonId,
    name: &'s Name,
    /// If a seat holds the role: the person's own role, to which the seat points.
    #[serde(skip_serializing_if = "Option::is_none")]
    role_id: Option<RoleId>,
}

impl<'s> SitterBody<'s> {
    /// The persons who sit in a role on the day of its view.
    pub(in crate::http) fn all(snapshot: &'s Snapshot, view: &RoleView<'s>) -> Vec<Self> {
        let sitter = |role: HeldRole<'s>| {
            let person = role.person()?;
            let role_id = (role.id() != view.role.id()).then_some(role.id());
            Some(Self { id: person.id(), name: person.name(), role_id })
        };
        snapshot.sitters(view).filter_map(sitter).collect()
    }
}

/// How a person holds a role by a seat.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BySeat)]
pub(in crate::http) struct BySeatBody {
    /// The person's own role, to which the seat points.
    role_id: RoleId,
    /// The first day on which the person had the seat.
    valid_from: Day,
    /// The first day on which the person no longer has the seat. Absent while it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
}

impl From<BySeat<'_>> for BySeatBody {
    fn from(held: BySeat<'_>) -> Self {
        let BySeat { role: _, through, period } = held;
        Self { role_id: through.id(), valid_from: period.from(), valid_until: period.until() }
    }
}

/// A person as another object names one.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PersonRef<'s> {
    id: PersonId,
    name: &'s Name,
}

impl<'s> From<HeldPerson<'s>> for PersonRef<'s> {
    fn from(person: HeldPerson<'s>) -> Self {
        Self { id: person.id(), name: person.name() }
    }
}

/// A role as another object names it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct RoleRef<'s> {
    id: RoleId,
    org: OrgRef<'s>,
    post: PostRef<'s>,
    /// Present if the person holds it by a seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_seat: Option<BySeatBody>,
}

impl<'s> RoleRef<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &RoleView<'s>) -> Self {
        Self {
            id: view.role.id(),
            org: OrgRef::new(snapshot, &view.org),
            post: PostRef::from(view.post),
            by_seat: view.by_seat.map(BySeatBody::from),
        }
    }
}

role_attributes! { request_schema (given CreateRole "A new role: who or what holds a post in an org.") }
role_attributes! { request_schema (change PatchRole
    "A correction of a role (RFC 7396: `null` clears a field; a field that is left out stays). Org, post, holder and acting cannot be changed: create a new role instead."
) }

/// The end of a role.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndRole)]
pub(in crate::http) struct EndRoleBody {
    /// The first day on which it is no longer held. Default: today.
    #[serde(default, deserialize_with = "crate::domain::given")]
    effective_on: Option<Day>,
    /// The document by which it is ended.
    #[serde(default, deserialize_with = "crate::domain::given")]
    basis: Option<Basis>,
}

impl EndRoleBody {
    pub(super) fn command(self, id: RoleId) -> Command {
        let Self { effective_on, basis } = self;
        Command::EndRole { id, effective_on, basis }
    }
}
