//! What a decision rests on, and what it says.

use uuid::Uuid;

use crate::{
    access::{Caller, Keyring, Rights},
    directory::Snapshot,
    domain::{AccessScope, Day, Effect, Holder, Instant, KeyChange, NotAsBefore, ObjectKey, PersonId},
    registry::{command::Condition, endings::Endings},
};

/// What a decision rests on besides the snapshot and the command.
pub(in crate::registry) struct Circumstances<'a> {
    /// When the entry would be recorded.
    pub(in crate::registry) now: Instant,
    /// Which day that is in the directory's zone.
    pub(in crate::registry) today: Day,
    /// Makes the id of each thing that the command creates.
    pub(in crate::registry) new_id: &'a dyn Fn() -> Uuid,
    /// What the caller asks of the object.
    pub(in crate::registry) condition: &'a Condition,
    /// Whether nothing is to happen.
    pub(in crate::registry) dry_run: bool,
    /// The entries by which orgs ended that the command restores, or whose end it moves.
    pub(in crate::registry) endings: &'a Endings,
    /// Who asks.
    pub(in crate::registry) caller: &'a Caller,
    /// What is known of keys beside the log.
    pub(in crate::registry) keyring: &'a Keyring,
}

impl Circumstances<'_> {
    /// Whether the caller sees a person.
    pub(super) fn sees(&self, snapshot: &Snapshot, person: PersonId) -> bool {
        Rights::of(self.caller, snapshot, self.today).holds_for(AccessScope::PeopleRead, snapshot, person)
    }

    /// Whether the caller may be told that such a holder does not exist, beside other faults: to who does not see
    /// everybody, that would tell who does.
    pub(super) fn may_know_unknown(&self, snapshot: &Snapshot, holder: &Holder) -> bool {
        let sees_all = || Rights::of(self.caller, snapshot, self.today).has_everywhere(AccessScope::PeopleRead);
        !matches!(holder, Holder::Person(_)) || sees_all()
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
    pub(in crate::registry) target: ObjectKey,
    /// The day on which its outcome shows best, where that is not today.
    pub(in crate::registry) shown_on: Option<Day>,
    /// What it does to keys beside the log.
    pub(in crate::registry) key_changes: Vec<KeyChange>,
    /// Whose answered requests are forgotten, too.
    pub(in crate::registry) forgets: Option<PersonId>,
    /// If it undoes other acts: what is not as it was before them.
    pub(in crate::registry) not_as_before: Vec<NotAsBefore>,
}

/// What a decider says besides the draft.
pub(super) struct Verdict {
    pub(super) target: ObjectKey,
    pub(super) shown_on: Option<Day>,
    pub(super) key_changes: Vec<KeyChange>,
    pub(super) forgets: Option<PersonId>,
    pub(super) not_as_before: Vec<NotAsBefore>,
}

impl Verdict {
    /// About an object whose outcome shows best on that day.
    pub(super) fn on(target: ObjectKey, day: Day) -> Self {
        Self { shown_on: Some(day), ..Self::from(target) }
    }
}

impl From<ObjectKey> for Verdict {
    fn from(target: ObjectKey) -> Self {
        Self { target, shown_on: None, key_changes: Vec::new(), forgets: None, not_as_before: Vec::new() }
    }
}
