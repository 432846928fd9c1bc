//! The types of the field, and the rules that need no directory.
//!
//! Pure: no clock, no I/O, nothing of the other rooms. The type of a value proves that it is legal. Rules that need the
//! whole directory are in `registry`.

mod access;
mod alias;
pub(crate) mod attributes;
mod audit;
mod basis;
mod counts;
mod day;
mod declared;
mod effect;
mod effect_type;
mod entry;
mod error;
mod field;
mod following;
#[cfg(test)]
pub(crate) mod fuzz;
mod history;
mod ids;
mod kind;
pub(crate) mod kinds;
mod leading_group;
mod memory;
mod object;
mod order;
mod org;
mod person;
mod plain;
mod post;
mod role;
mod subject;
mod supervision;
mod text;
mod ticket;
mod undoing;

pub(crate) use access::api_key_attributes;
pub use access::{
    AccessScope, ApiKey, ApiKeyFacts, Area, CallerId, CallerRow, Denied, GRANTS_MAX, Grant, KeyChange, Lapse,
    SCOPES_MAX, SecretHash, SecretRow, TOKEN_BYTES_MAX, TicketFault, TokenFault,
};
pub(crate) use alias::alias_attributes;
pub use alias::{AliasId, PersonAlias, PersonAliasFacts};
pub use attributes::Attribute;
pub use audit::{AUDIT_SUBJECTS_MAX, AuditFilter, AuditId, AuditKind, AuditRecord, AuditSubject, AuditSubjectId};
pub use basis::Basis;
pub use counts::{MemberCountSeries, MemberCounts, MemberCountsPatch};
pub use day::{Day, Digits, Instant, Period, Status, day_in_zone, write_instant};
pub use declared::{Declaration, Declared, DeclaredCover, DeclaredHolder};
pub use effect::{Effect, EffectKind, LoggedEffect, PersonField, RowKey};
pub use effect_type::{ChangeSubject, EffectType};
pub use entry::{Chain, Digest, DirectoryId, Entry, Epoch, Position, RowCounts};
pub use error::{Blocker, Counterpart, Error};
pub use field::{Field, Given, Items, ORDER_MAX, OrderNumber, given};
pub use following::{Following, OwnEnd};
pub use history::{Org, OrgVersion, VersionRecord, carry_on, remember_all};
pub use ids::{NOT_AN_ID, OrgId, PersonId, Revision, RoleId};
pub use kind::*;
pub use kinds::BlockerKind;
pub(crate) use leading_group::listed_posts_table;
pub use leading_group::{PARTS, is_listed, listed_posts};
pub use memory::{OrgFields, VERSION_ACTS_MAX, VersionAct};
pub use object::{Key, Object, ObjectKey, PlainId};
pub use order::{RoleOrder, Standing};
pub use org::*;
pub(crate) use org::{org_attributes, org_version_attributes};
pub(crate) use person::person_attributes;
pub use person::{
    ERASED_NAME, NAMES_MAX, PERSON_EXTERNAL_IDS_MAX, Person, PersonPatch, STAFF_NO_SCHEME, former_staff_no,
};
pub use plain::{Plain, PlainFacts};
pub(crate) use post::post_attributes;
pub use post::{HOLDERS_MAX, KINDS_MAX, Post, PostCode, PostKind, PostPatch};
pub(crate) use role::role_attributes;
pub use role::{Holder, HolderType, Role, RoleFacts, RolePatch, SaidHolder, Seat, Unfilled};
pub use subject::Subject;
pub(crate) use supervision::supervision_attributes;
pub use supervision::{Scope, Supervision, SupervisionFacts, SupervisionId, SupervisionPatch};
pub(crate) use text::fold;
pub use text::{Code, Email, LongText, Name, Scheme, Text, TextError};
pub use ticket::{TICKET_PATH_CHARS_MAX, Ticket, TicketId, TicketMaker, TicketPath, TicketUse};
pub use undoing::{NotAsBefore, Since};
