//! What the API shows of a role, and what clients send about one.

use std::{borrow::Cow, ops::Deref};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    access::Sight,
    directory::{BySeat, HolderView, PersonRow, RoleRow, RoleView, Snapshot},
    domain::{
        attributes::{and_both, and_then},
        *,
    },
    http::{
        kit::{
            kept::Lasting,
            members::{Members, add, attribute_schema, request_schema, write_attribute},
            shape::{Schemas, Shape},
        },
        orgs::OrgRef,
    },
    registry::{
        Command, CreateRole, PatchRole,
        requests::{patch_role, placing_a_role},
    },
};

/// A role: who or what holds which post in which org, from when and until when. What it shows of others is found
/// before anything is written: of the roles of a page one after another, so that the processor waits for the memory of
/// several at once.
#[derive(Debug)]
pub(in crate::http) struct RoleBody<'s> {
    role: Placed<'s>,
    org: OrgRef<'s>,
    post: PostRef<'s>,
    holder: Option<HolderBody<'s>>,
    people: People<'s>,
    status: Status,
    by_seat: Option<BySeatBody>,
}

impl<'s> RoleBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &RoleView<'s>, sight: &Sight) -> Self {
        let own = view.role.person().filter(|_| view.by_seat.is_none());
        Self {
            role: Placed { role: view.role, order: view.order() },
            org: OrgRef::new(snapshot, &view.org),
            post: PostRef::from(view.post),
            holder: match own {
                Some(person) => Some(HolderBody::person(snapshot, view.role, person, sight)),
                None => HolderBody::new(snapshot, view, sight),
            },
            people: match own {
                Some(person) => People::One(SitterBody::new(snapshot, view.role, person, None, sight)),
                None => People::Several(SitterBody::all(snapshot, view, sight)),
            },
            status: view.status,
            by_seat: view.by_seat.map(BySeatBody::from),
        }
    }
}

/// A role with its place on the day.
#[derive(Debug)]
struct Placed<'s> {
    role: RoleRow<'s>,
    order: i32,
}

impl Placed<'_> {
    /// Its place where an act has declared one, else the role's own number.
    fn order(&self) -> i32 {
        self.order
    }
}

impl<'s> Deref for Placed<'s> {
    type Target = RoleRow<'s>;

    fn deref(&self) -> &RoleRow<'s> {
        &self.role
    }
}

impl Lasting for RoleBody<'_> {
    /// What a unit or a seat holds shows more than the role, its org, its post and a person.
    fn lasts(&self) -> bool {
        self.role.person().is_some()
    }
}

/// Door: a role as it is written, and its schema.
macro_rules! role_body {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Serialize for RoleBody<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let Self { role, org, post, holder, people, status, by_seat } = self;
                let mut object = serializer.serialize_struct("Role", 15)?;
                object.serialize_field("id", &role.id())?;
                object.serialize_field("org", org)?;
                object.serialize_field("post", post)?;
                if let Some(holder) = holder {
                    object.serialize_field("holder", holder)?;
                }
                object.serialize_field("people", people)?;
                $($(write_attribute!($shape, object, stringify!($name), role.$name());)*)*
                object.serialize_field("status", status)?;
                if let Some(by_seat) = by_seat {
                    object.serialize_field("by_seat", by_seat)?;
                }
                object.serialize_field("revision", &role.revision())?;
                object.serialize_field("updated_at", Digits::of_instant(role.updated_at()).as_str())?;
                object.end()
            }
        }

        impl PartialSchema for RoleBody<'_> {
            fn schema() -> RefOr<Schema> {
                let members = Members::of("A role: who or what holds which post in which org, from when and until when.")
                    .member::<RoleId>("id", "Its identifier.", true)
                    .object::<OrgRef<'_>>("org", "The org on the day asked for. For a planned or ended role: on the nearest day of the role.", true)
                    .object::<PostRef<'_>>("post", "The post.", true)
                    .object::<HolderBody<'_>>("holder", "Who or what holds it.", true)
                    .list::<SitterBody<'_>>(
                        "people",
                        "The people who hold the role on the day asked for. For a seat: whoever holds the post that it \
                         points to. Empty if a unit holds the post, and if the seat is unfilled.",
                        PEOPLE_MAX,
                    );
                $($(let members = attribute_schema!($shape, members, stringify!($name), concat!($($doc),+));)*)*
                members
                    .member::<Status>("status", "The state on the day asked for.", true)
                    .object::<BySeatBody>(
                        "by_seat",
                        "Only in lists of the roles of a person: how the person holds the role by a seat. `status` is \
                         then that of this time.",
                        false,
                    )
                    .member::<Revision>("revision", "The last log entry that changed it.", true)
                    .member::<DateTime<Utc>>("updated_at", "When that entry was recorded, UTC.", true)
                    .build()
            }
        }
    };
}

role_attributes! { role_body () }

const PEOPLE_MAX: usize = 10_000;

impl ToSchema for RoleBody<'_> {
    fn name() -> Cow<'static, str> {
        "Role".into()
    }

    fn schemas(schemas: &mut Schemas) {
        add::<OrgRef<'_>>(schemas);
        add::<PostRef<'_>>(schemas);
        add::<HolderBody<'_>>(schemas);
        add::<SitterBody<'_>>(schemas);
        add::<BySeatBody>(schemas);
        Status::add_to(schemas);
        Day::add_to(schemas);
        Basis::add_to(schemas);
    }
}

/// The people who hold a role: hardly ever another number than one.
#[derive(Debug)]
enum People<'s> {
    One(SitterBody<'s>),
    Several(Vec<SitterBody<'s>>),
}

impl Serialize for People<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(person) => std::slice::from_ref(person).serialize(serializer),
            Self::Several(people) => people.serialize(serializer),
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
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'s Name>,
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
    fn person(snapshot: &Snapshot, role: RoleRow<'_>, person: PersonRow<'s>, sight: &Sight) -> Self {
        let named = sight.names_holder(snapshot, &role, person.id());
        Self::Person { id: person.id(), name: named.then(|| person.name()) }
    }

    pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &RoleView<'s>, sight: &Sight) -> Option<Self> {
        Some(match snapshot.holder_of(view)? {
            HolderView::Person(person) => Self::person(snapshot, view.role, person, sight),
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
    /// The person's name. Absent if the caller may not see it: who may not read people sees the names of those who
    /// hold a role today.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'s Name>,
    /// Mail address; only with `include=contact`, and if the caller may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Email>,
    /// Telephone number; only with `include=contact`, and if the caller may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<Text<40>>,
    /// If a seat holds the role: the person's own role, to which the seat points.
    #[serde(skip_serializing_if = "Option::is_none")]
    role_id: Option<RoleId>,
}

impl<'s> SitterBody<'s> {
    /// The person as the holder of `role`.
    fn new(
        snapshot: &Snapshot,
        role: RoleRow<'_>,
        person: PersonRow<'s>,
        role_id: Option<RoleId>,
        sight: &Sight,
    ) -> Self {
        let named = sight.names_holder(snapshot, &role, person.id());
        let contact = sight.with_contact_of(snapshot, person);
        let (email, phone) = contact.map_or((None, None), |Person { email, phone, .. }| (email, phone));
        Self { id: person.id(), name: named.then(|| person.name()), email, phone, role_id }
    }

    /// The persons who sit in a role on the day of its view.
    pub(in crate::http) fn all(snapshot: &'s Snapshot, view: &RoleView<'s>, sight: &Sight) -> Vec<Self> {
        let sitter = |role: RoleRow<'s>| {
            let person = role.person()?;
            let role_id = (role.id() != view.role.id()).then_some(role.id());
            Some(Self::new(snapshot, role, person, role_id, sight))
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
    /// The person's name. Absent if the caller may not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'s Name>,
}

impl<'s> PersonRef<'s> {
    pub(in crate::http) fn new(snapshot: &Snapshot, person: PersonRow<'s>, sight: &Sight) -> Self {
        let named = sight.names(snapshot, person.id());
        Self { id: person.id(), name: named.then(|| person.name()) }
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
patch_role! { request_schema (change PatchRole
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
