//! What a decision rests on, and what it says.

use uuid::Uuid;

use crate::{
    directory::Snapshot,
    domain::{Day, Effect, Entry, Instant, OrgId, PersonId, PostCode, Revision, RoleId, SupervisionId},
};

/// What a decision rests on besides the snapshot and the command.
pub(in crate::registry) struct Circumstances<'a> {
    /// When the entry would be recorded.
    pub(in crate::registry) now: Instant,
    /// Which day that is in the directory's zone.
    pub(in crate::registry) today: Day,
    /// Makes the id of each thing that the command creates.
    pub(in crate::registry) new_id: &'a dyn Fn() -> Uuid,
    /// The revisions of the object that the caller accepts; `None`: any.
    pub(in crate::registry) if_match: Option<&'a [Revision]>,
    /// To restore a body: the entry that dissolved it.
    pub(in crate::registry) dissolving: Option<&'a Entry>,
}

/// The object that a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Target {
    Org(OrgId),
    Person(PersonId),
    Post(PostCode),
    Role(RoleId),
    Supervision(SupervisionId),
    Nothing,
}

impl Target {
    /// Its id or code; nothing for nothing.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Org(id) => Some(id.to_string()),
            Self::Person(id) => Some(id.to_string()),
            Self::Post(code) => Some(code.to_string()),
            Self::Role(id) => Some(id.to_string()),
            Self::Supervision(id) => Some(id.to_string()),
            Self::Nothing => None,
        }
    }

    /// The word for its kind.
    pub(in crate::registry) fn word(&self) -> &'static str {
        match self {
            Self::Org(_) => "org",
            Self::Person(_) => "person",
            Self::Post(_) => "post",
            Self::Role(_) => "role",
            Self::Supervision(_) => "supervision",
            Self::Nothing => "nothing",
        }
    }

    /// The target of that kind with that id.
    pub(in crate::registry) fn parse(word: &str, id: &str) -> Option<Self> {
        match word {
            "org" => id.parse().ok().map(OrgId).map(Self::Org),
            "person" => id.parse().ok().map(PersonId).map(Self::Person),
            "post" => PostCode::parse(id).ok().map(Self::Post),
            "role" => id.parse().ok().map(RoleId).map(Self::Role),
            "supervision" => id.parse().ok().map(SupervisionId).map(Self::Supervision),
            "nothing" => Some(Self::Nothing),
            _ => None,
        }
    }
}

/// An accepted command.
#[derive(Debug)]
pub(in crate::registry) struct Decision {
    /// The directory afterwards; the same revision where nothing changes.
    pub(in crate::registry) snapshot: Snapshot,
    /// What the command does; empty where it changes nothing.
    pub(in crate::registry) effects: Vec<Effect>,
    /// What it is about.
    pub(in crate::registry) target: Target,
    /// The day on which its outcome shows best, where that is not today.
    pub(in crate::registry) shown_on: Option<Day>,
}

/// What a decider says besides the draft.
pub(super) struct Verdict {
    pub(super) target: Target,
    pub(super) shown_on: Option<Day>,
}

impl From<Target> for Verdict {
    fn from(target: Target) -> Self {
        Self { target, shown_on: None }
    }
}
