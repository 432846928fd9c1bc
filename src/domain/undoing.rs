//! What an act that undoes others does not bring back as it was.

use super::{Day, LoggedEffect, Subject};

/// Something that is not as it was before an act, although that act is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAsBefore {
    /// What the act did to it.
    pub effect: LoggedEffect,
    /// Why it is not as before.
    pub since: Since,
}

/// What has happened since the act that is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// It has been deleted.
    Deleted,
    /// Its end has been set by another act.
    EndSet {
        /// The end.
        on: Day,
    },
    /// Other values have been set from the same day on.
    ValuesSet,
    /// It has been entered again.
    EnteredAgain,
    /// What it needs has been deleted.
    Needed(Subject),
    /// Some of the units that it names have been deleted. It comes back without them.
    UnitsDeleted,
    /// The entry of its holder has been merged into another one. It comes back for that one.
    Merged,
}
