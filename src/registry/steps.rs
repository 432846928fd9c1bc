//! From one state of the directory to the next and back, by an entry of the log.

use std::{collections::HashMap, sync::Arc};

use super::undated::dated;
use crate::{
    directory::Snapshot,
    domain::{EffectKind, Entry, LoggedEffect, Person, PersonId},
    store::Mark,
};

/// What the entries of a whole directory that was loaded at once are called.
pub const LOADED: &str = "directory.loaded";

/// The directory after an entry, with today's values of `people`.
#[must_use]
pub fn applied(before: &Snapshot, entry: Entry, people: &HashMap<PersonId, Person>) -> (Snapshot, Entry) {
    let entry = dated(entry, before);
    let mut after = before.clone();
    for effect in &entry.effects {
        // The log has no personal values: these are today's.
        let effect = effect.clone().with(|id, act| {
            let before = after.person(id).map(|person| Arc::new(person.person()));
            let today = people.get(&id).filter(|_| act != EffectKind::Deleted);
            [before, today.cloned().map(Arc::new)]
        });
        after.apply(&effect, entry.revision, entry.recorded_at);
    }
    after.advance(entry.revision, entry.recorded_at);
    after.set_digest(entry.digest.unwrap_or_default());
    (after, entry)
}

/// The directory before an entry, which `after` ends with. People keep their values of today; of those who are there no
/// more nothing personal is known. The place of each object in the log is not known either.
#[must_use]
pub fn taken_back(after: &Snapshot, entry: Entry, (recorded_at, digest): Mark) -> Snapshot {
    let revision = entry.revision - 1;
    let entry = dated(entry, after);
    let mut before = after.clone();
    for effect in entry.effects.into_iter().rev() {
        let nameless = |id: PersonId| match &effect {
            LoggedEffect::Person { act: EffectKind::Deleted, .. } => Some(Person::nameless(id)),
            _ => None,
        };
        let found = match &effect {
            LoggedEffect::Person { id, .. } => nameless(*id).or_else(|| before.person(*id).map(|row| row.person())),
            _ => None,
        };
        let effect = effect.with(|_, act| {
            let person = found.map(Arc::new);
            match act {
                EffectKind::Created => [None, person],
                EffectKind::Changed => [person.clone(), person],
                EffectKind::Deleted => [person, None],
            }
        });
        before.apply(&effect.reversed(), revision, recorded_at);
    }
    before.advance(revision, recorded_at);
    before.set_digest(digest.unwrap_or_default());
    before
}
