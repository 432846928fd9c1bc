//! What the API shows of a role, and what clients send about one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    directory::{BySeat, HeldPerson, HeldRole, HolderView, RoleView, Snapshot, Unfilled},
    domain::{
        Basis, Day, Field, Holder, Name, OrgId, PersonId, Post, PostCode, RoleId, Seat, Status, Text, write_instant,
    },
    http::{
        kit::schema::{Place, given},
        orgs::OrgRef,
    },
    registry::{Command, CreateRole, PatchRole},
};

/// A role: who or what holds which post where, since when and until when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Role)]
pub(in crate::http) struct RoleBody<'s> {
    id: RoleId,
    /// The body, as it is on the day asked for.
    org: OrgRef<'s>,
    post: PostRef<'s>,
    holder: HolderBody<'s>,
    /// The persons who sit there on the day asked for: of a seat, whoever holds the post that it points at.
    /// None where a unit holds the post, and where the seat is unfilled.
    #[schema(max_items = 10_000)]
    people: Vec<SitterBody<'s>>,
    /// Its place among the holders listed in the body 排名, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    order: i32,
    /// Present and true for an acting holder 主持工作 / 代理.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    acting: bool,
    status: Status,
    /// Among the roles of a person only: that the person holds it by a seat, and how. `status` tells of that
    /// time.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_seat: Option<BySeatBody>,
    /// The first day on which it is held.
    valid_from: Day,
    /// The first day on which it is no longer held; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// The document it was given by.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
    /// The document it was ended by.
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

/// Whether a person, a unit or a seat holds a role.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum HolderKind {
    /// A person.
    Person,
    /// A unit 主任单位.
    Unit,
    /// Whoever holds another post 席位.
    Seat,
}

/// Who or what holds a role.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Holder)]
pub(in crate::http) struct HolderBody<'s> {
    #[serde(rename = "type")]
    kind: HolderKind,
    /// The person's or the unit's id; absent for a seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// The person's or the unit's name; absent for a seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'s Name>,
    /// Of a seat only: which post it points at.
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<SeatBody<'s>>,
}

impl<'s> HolderBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &RoleView<'s>) -> Self {
        let (kind, id, name, seat) = match snapshot.holder_of(view) {
            Some(HolderView::Person(person)) => (HolderKind::Person, Some(person.id().0), Some(person.name()), None),
            Some(HolderView::Unit(unit)) => (HolderKind::Unit, Some(unit.id().0), Some(&unit.values().name), None),
            Some(HolderView::Seat { org, post, unfilled }) => {
                let (org, unfilled) = (OrgRef::new(snapshot, &org), unfilled.map(UnfilledWord::from));
                (HolderKind::Seat, None, None, Some(SeatBody { org, post: post.into(), unfilled }))
            }
            None => (HolderKind::Seat, None, None, None),
        };
        Self { kind, id, name, seat }
    }
}

/// A seat 席位: whoever holds that post in that body.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Seat)]
pub(in crate::http) struct SeatBody<'s> {
    org: OrgRef<'s>,
    post: PostRef<'s>,
    /// Present where nobody sits there on the day asked for. `vacant`: nobody holds the post; `not_alive`: the
    /// body does not exist on that day; `indirect`: a unit or another seat holds the post, and a seat reaches
    /// exactly one step.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    unfilled: Option<UnfilledWord>,
}

/// Why nobody sits in a seat.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum UnfilledWord {
    Vacant,
    NotAlive,
    Indirect,
}

impl From<Unfilled> for UnfilledWord {
    fn from(unfilled: Unfilled) -> Self {
        match unfilled {
            Unfilled::Vacant => Self::Vacant,
            Unfilled::NotAlive => Self::NotAlive,
            Unfilled::Indirect => Self::Indirect,
        }
    }
}

/// A person who sits in a role.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Sitter)]
pub(in crate::http) struct SitterBody<'s> {
    id: PersonId,
    name: &'s Name,
    /// Where a seat holds the role: the role by which the person sits there.
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
    /// The role by which the person sits there.
    role_id: RoleId,
    /// The first day on which the person sat there.
    valid_from: Day,
    /// The first day on which the person no longer sits there; absent while that is open.
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
    /// Present where the person holds it by a seat.
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

/// A new role. Exactly one of `person_id`, `unit_id` and `seat` is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateRole)]
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
    /// The seat that holds it 席位: whoever holds a post in a body.
    #[serde(default, deserialize_with = "given")]
    seat: Option<Seat>,
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
        let CreateRoleBody { org_id, post, person_id, unit_id, seat, valid_from, valid_until, order, acting, basis } =
            CreateRoleBody::deserialize(deserializer)?;
        let holder = one_holder(person_id, unit_id, seat)?;
        let order = order.map(|place| place.0);
        Ok(Self(CreateRole { org_id, post, holder, valid_from, valid_until, order, acting, basis }))
    }
}

/// The one holder that is given.
pub(in crate::http) fn one_holder<E: de::Error>(
    person: Option<PersonId>,
    unit: Option<OrgId>,
    seat: Option<Seat>,
) -> Result<Holder, E> {
    match (person, unit, seat) {
        (Some(person), None, None) => Ok(Holder::Person(person)),
        (None, Some(unit), None) => Ok(Holder::Unit(unit)),
        (None, None, Some(seat)) => Ok(Holder::Seat(seat)),
        _ => Err(E::custom("must have exactly one of person_id, unit_id and seat")),
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
#[schema(as = PatchRole)]
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
#[schema(as = EndRole)]
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
