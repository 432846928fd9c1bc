//! Somebody who can hold roles.

use super::{Email, ExternalId, Instant, Name, PersonId, Revision, Text};

/// Somebody who can hold roles. Not dated; keeps the names it had.
///
/// Does not serialise: personal values never reach the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its identifier.
    pub id: PersonId,
    /// Name in Chinese.
    pub name: Name,
    /// Name in Latin letters.
    pub name_en: Option<Text<200>>,
    /// Names it had before and has no more, oldest first.
    pub former_names: Vec<Name>,
    /// 工号: number on the university's staff list; unique.
    pub staff_no: Option<Text<40>>,
    /// Mail address.
    pub email: Option<Email>,
    /// Telephone number as dialled.
    pub phone: Option<Text<40>>,
    /// What other systems know the person by.
    pub external_ids: Vec<ExternalId>,
    /// The last log entry that changed its own data.
    pub revision: Revision,
    /// When that entry was recorded.
    pub updated_at: Instant,
}
