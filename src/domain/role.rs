//! A role: a holder holds a post in an org for a period.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeStruct};
use uuid::Uuid;

use super::{
    Basis, Day, Following, Instant, Name, OrgId, Period, PersonId, PostCode, Revision, RoleId, Text,
    attributes::{described, facts, patched},
};

/// A seat 席位: stands for whoever holds a given post in a given org.
///
/// It reaches exactly one step: the people who hold that post directly. If a unit or another seat holds the post, the
/// seat is unfilled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// The org.
    pub org_id: OrgId,
    /// The post in it.
    pub post: PostCode,
}

/// Who or what holds a post. It is written as `{"type": "person", "id": …}`, `{"type": "unit", "id": …}` or
/// `{"type": "seat", "org_id": …, "post": …}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// A person.
    Person(PersonId),
    /// A unit 主任单位: any org, as a whole.
    Unit(OrgId),
    /// A seat: whoever holds another post.
    Seat(Seat),
}

/// The types of holders, as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderType {
    /// A person.
    Person,
    /// A unit.
    Unit,
    /// A seat.
    Seat,
    /// A person, by staff number. Only in requests.
    StaffNo,
}

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = serializer.serialize_struct("Holder", if matches!(self, Self::Seat(_)) { 3 } else { 2 })?;
        match self {
            Self::Person(id) => {
                written.serialize_field("type", &HolderType::Person)?;
                written.serialize_field("id", id)?;
            }
            Self::Unit(id) => {
                written.serialize_field("type", &HolderType::Unit)?;
                written.serialize_field("id", id)?;
            }
            Self::Seat(Seat { org_id, post }) => {
                written.serialize_field("type", &HolderType::Seat)?;
                written.serialize_field("org_id", org_id)?;
                written.serialize_field("post", post)?;
            }
        }
        written.end()
    }
}

/// The members of a holder as read, before they are checked against its type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolderMembers {
    r#type: HolderType,
    #[serde(default, deserialize_with = "super::given")]
    id: Option<HolderId>,
    #[serde(default, deserialize_with = "super::given")]
    org_id: Option<OrgId>,
    #[serde(default, deserialize_with = "super::given")]
    post: Option<PostCode>,
    #[serde(default, deserialize_with = "super::given")]
    name: Option<Name>,
    #[serde(default, deserialize_with = "super::given")]
    org_name: Option<Name>,
    #[serde(default, deserialize_with = "super::given")]
    post_name: Option<Name>,
    #[serde(default, deserialize_with = "super::given")]
    unfilled: Option<Unfilled>,
    #[serde(default, deserialize_with = "super::given")]
    staff_no: Option<Text<40>>,
}

/// Why a seat is unfilled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfilled {
    /// Nobody holds the post.
    Vacant,
    /// The org does not exist on that day.
    NotAlive,
    /// A unit or another seat holds the post, and a seat reaches exactly one step.
    Indirect,
}

/// A holder as a request writes it. Derived members of an answer may be repeated, and must be correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidHolder {
    /// The holder. If a staff number is given instead, nobody yet.
    pub holder: Holder,
    /// The staff number of the person.
    pub staff_no: Option<Text<40>>,
    /// The name of the person or the unit, if it is given.
    pub name: Option<Name>,
    /// The name of the org of a seat, if it is given.
    pub org_name: Option<Name>,
    /// The name of the post of a seat, if it is given.
    pub post_name: Option<Name>,
}

/// The id of a holder. For a seat, formats 1 and 2 of the log have an object here.
enum HolderId {
    Id(Uuid),
    Seat(Seat),
}

impl<'de> Deserialize<'de> for HolderId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> de::Visitor<'de> for Either {
            type Value = HolderId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<HolderId, E> {
                let id = OrgId::deserialize(de::value::StrDeserializer::<E>::new(text))?;
                Ok(HolderId::Id(id.0))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, members: A) -> Result<HolderId, A::Error> {
                Seat::deserialize(de::value::MapAccessDeserializer::new(members)).map(HolderId::Seat)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for SaidHolder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let HolderMembers { r#type, id, org_id, post, name, org_name, post_name, unfilled, staff_no } =
            HolderMembers::deserialize(deserializer)?;
        if r#type != HolderType::StaffNo && staff_no.is_some() {
            return Err(de::Error::custom("must have staff_no only if its type is staff_no"));
        }
        let of_seat = org_name.is_some() || post_name.is_some() || unfilled.is_some();
        let holder = match (r#type, id, org_id, post) {
            (HolderType::Person, Some(HolderId::Id(id)), None, None) if !of_seat => Holder::Person(PersonId(id)),
            (HolderType::Unit, Some(HolderId::Id(id)), None, None) if !of_seat => Holder::Unit(OrgId(id)),
            (HolderType::Seat, None, Some(org_id), Some(post)) if name.is_none() => Holder::Seat(Seat { org_id, post }),
            (HolderType::Seat, Some(HolderId::Seat(seat)), None, None) if name.is_none() => Holder::Seat(seat),
            (HolderType::StaffNo, None, None, None) if !of_seat && name.is_none() && staff_no.is_some() => {
                Holder::Person(PersonId(Uuid::nil()))
            }
            (HolderType::StaffNo, ..) => {
                return Err(de::Error::custom("must have a staff_no and no other member"));
            }
            (HolderType::Person | HolderType::Unit, ..) => {
                return Err(de::Error::custom("must have the id of a person or a unit, and no member of a seat"));
            }
            (HolderType::Seat, ..) => {
                return Err(de::Error::custom(
                    "must have org_id and post for a seat, and no member of a person or a unit",
                ));
            }
        };
        Ok(Self { holder, staff_no, name, org_name, post_name })
    }
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let SaidHolder { holder, staff_no, name, org_name, post_name } = SaidHolder::deserialize(deserializer)?;
        match (staff_no, name, org_name, post_name) {
            (None, None, None, None) => Ok(holder),
            _ => Err(de::Error::custom("must not have derived members")),
        }
    }
}

/// The attributes of a role.
macro_rules! role_attributes {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {}
            fixed {
                /// The org.
                org_id: (one OrgId), org_id, "org" "组织";
                /// The post. It must exist in orgs of that kind.
                post: (one PostCode), post, "post" "职务";
                /// Who or what holds it.
                holder: (holder), holder, "holder" "任职者";
            }
            filled {
                /// The first day on which it is held; today, if a new role does not give it.
                valid_from: (day), valid_from, "first day" "任职日期";
                /// Its place among the holders listed in the org 排名, smallest first; the last place, if a new role
                /// does not give it.
                order: (place), sort_order, "place" "排名";
            }
            optional {
                /// The first day on which it is no longer held. Absent while it has no end.
                valid_until: (maybe Day), valid_until, "end" "任职截止日期";
                /// The document by which it was given.
                basis: (maybe Basis), basis, "document" "任职依据";
                /// The document by which it was ended, or its end was moved. Only with an end.
                end_basis: (maybe Basis), end_basis, "document of the end" "终止依据";
            }
            once {
                /// Whether the holder is acting 主持工作 / 代理.
                acting: (flag), acting, "acting" "主持工作";
            }
            kept {}
            internal {
                /// What it remembers of the declared lists of a leading group.
                following: (maybe Following), following, "" "";
            }
        }
    };
}

pub(crate) use role_attributes;

role_attributes! { facts (
    /// The attributes of a role, as the log and the database keep them.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    RoleFacts {}
) }
role_attributes! { described (RoleFacts) }
role_attributes! { patched (
    /// A change of the attributes of a role.
    RolePatch of RoleFacts
) }

/// A role with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its identifier.
    pub id: RoleId,
    /// Its attributes.
    pub facts: RoleFacts,
    /// The last log entry that changed it.
    pub revision: Revision,
    /// When that entry was recorded.
    pub updated_at: Instant,
}

impl RoleFacts {
    /// When it is held.
    pub fn period(&self) -> Period {
        Period::new(self.valid_from, self.valid_until).unwrap_or(Period::open(self.valid_from))
    }

    /// The same with an end that is written by itself.
    #[must_use]
    pub fn ending(self, valid_until: Option<Day>, end_basis: Option<Basis>) -> Self {
        let following = self.following.and_then(Following::ending_alone);
        Self { valid_until, end_basis, following, ..self }
    }

    /// The same with the end of its org, which has declared lists: without that, its own end counts again.
    #[must_use]
    pub fn ending_with_org(self, on: Day, basis: Option<Basis>) -> Self {
        let following = Following::ended_with_org(self.following, self.valid_until, self.end_basis);
        Self { valid_until: Some(on), end_basis: basis, following, ..self }
    }

    /// The same with the end that it has in `like`.
    #[must_use]
    pub fn ending_like(self, like: &Self) -> Self {
        let own_end = like.following.as_ref().and_then(|following| following.own_end.clone());
        let following = Following { own_end, ..self.following.unwrap_or_default() }.remembered();
        Self { valid_until: like.valid_until, end_basis: like.end_basis.clone(), following, ..self }
    }
}
