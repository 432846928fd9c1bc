//! The words of the field and the rules that need nothing but themselves.
//!
//! Pure: no clock, no I/O, nothing of the other rooms. What a value must satisfy is proved by its
//! type when it is made; what only the whole directory can tell is decided in `registry`.

mod basis;
mod day;
mod effect;
mod error;
mod field;
mod ids;
mod kind;
mod leading_group;
mod org;
mod person;
mod post;
mod role;
mod supervision;
mod text;

pub use basis::Basis;
pub use day::{Day, Digits, Instant, Period, Status, day_in_zone, write_instant};
pub use effect::{Act, Effect, Entry, LoggedEffect, PersonField};
pub use error::{Blocker, BlockerKind, Error, Subject};
pub use field::Field;
pub use ids::{NOT_AN_ID, OrgId, PersonId, Revision, RoleId, SupervisionId};
pub use kind::{BranchType, OrgKind, PARENTS, Tier, tier};
pub use leading_group::{PARTS, listed_posts};
pub use org::{
    EXTERNAL_IDS_MAX, ExternalId, MemberCounts, MemberCountsPatch, ORDER_MAX, Org, OrgFacts, OrgValues, OrgVersion,
    SUCCESSORS_MAX, UNITS_MAX,
};
pub use person::Person;
pub use post::{Post, PostCode, PostKind};
pub use role::{Holder, Role, RoleFacts, Seat};
pub use supervision::{Scope, Supervision, SupervisionFacts};
pub use text::{Code, Email, LongText, Name, Scheme, Text, TextError};
