//! A supervision: a supervision group 督导组 covers a body for a period.

use serde::{Deserialize, Serialize};

use super::{Basis, Day, Instant, OrgId, Period, Revision, SupervisionId, kind::words};

words! {
    /// How far a supervision reaches.
    Scope {
        /// The body alone.
        Itself = "self",
        /// The body and everything below it.
        Subtree = "subtree",
    }
}

/// What a supervision says, as the log and the database keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionFacts {
    /// The supervision group.
    pub supervision_group_id: OrgId,
    /// The body that it covers.
    pub org_id: OrgId,
    /// Whether it covers what is below that body too.
    pub scope: Scope,
    /// The first day.
    pub valid_from: Day,
    /// The first day on which the body is no longer covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
    /// The document it was set up by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// The document it was ended by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_basis: Option<Basis>,
}

/// A supervision with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supervision {
    /// Its identifier.
    pub id: SupervisionId,
    /// What it says.
    pub facts: SupervisionFacts,
    /// The last log entry that changed it.
    pub revision: Revision,
    /// When that entry was recorded.
    pub updated_at: Instant,
}

impl SupervisionFacts {
    /// When it holds.
    pub fn period(&self) -> Period {
        Period::new(self.valid_from, self.valid_until).unwrap_or(Period::open(self.valid_from))
    }
}
