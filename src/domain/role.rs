//! A role: somebody or something holds a post in a body for a period.

use serde::{Deserialize, Serialize};

use super::{Basis, Day, Instant, OrgId, Period, PersonId, PostCode, Revision, RoleId};

/// An ex-officio seat 席位: whoever holds a post in a body.
///
/// It reaches exactly one step: the persons who hold that post themselves. A post held by a unit or
/// by another seat gives nobody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// The body.
    pub org_id: OrgId,
    /// The post in it.
    pub post: PostCode,
}

/// Who or what holds a post.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "id")]
pub enum Holder {
    /// A person.
    Person(PersonId),
    /// A unit 主任单位: any body, as a whole.
    Unit(OrgId),
    /// Whoever holds another post.
    Seat(Seat),
}

/// What a role says, as the log and the database keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleFacts {
    /// The body.
    pub org_id: OrgId,
    /// The post.
    pub post: PostCode,
    /// The holder.
    pub holder: Holder,
    /// The first day.
    pub valid_from: Day,
    /// The first day on which it is no longer held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
    /// Place among the holders listed in the body 排名, smallest first.
    pub order: i32,
    /// 主持工作 / 代理.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub acting: bool,
    /// The document it was given by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// The document it was ended by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_basis: Option<Basis>,
}

/// A role with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its identifier.
    pub id: RoleId,
    /// What it says.
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
}
