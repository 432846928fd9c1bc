//! The directory as it would be after a command, with the effects that lead there.

use std::collections::HashMap;

use crate::{
    directory::{Kept, Snapshot},
    domain::{Basis, Day, Effect, Instant, OrgFields, OrgId, OrgVersion, Revision, RowKey, VersionAct},
};

/// A snapshot that is being changed. Every change is an effect, so what is shown, stored and logged cannot differ. A
/// row that is changed twice has one effect. A row that is changed back has none.
#[derive(Debug)]
pub(super) struct Draft {
    before: Snapshot,
    after: Snapshot,
    effects: Vec<Option<Effect>>,
    places: HashMap<RowKey, usize>,
    revision: Revision,
    now: Instant,
}

impl Draft {
    /// Nothing is changed yet. The entry would follow the last one of `before`, recorded at `now`.
    pub(super) fn new(before: &Snapshot, now: Instant) -> Self {
        Self {
            before: before.clone(),
            after: before.clone(),
            effects: Vec::new(),
            places: HashMap::new(),
            revision: before.revision() + 1,
            now,
        }
    }

    /// The directory as it would be.
    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.after
    }

    /// The revision that the change would be.
    pub(super) fn revision(&self) -> Revision {
        self.revision
    }

    /// What this act sets in a version, by its document; which attributes, is said when it is set.
    pub(super) fn act(&self, basis: Option<Basis>) -> VersionAct {
        VersionAct { revision: self.revision, fields: OrgFields::all(), basis }
    }

    /// The directory as it would be, and the effects that lead there.
    pub(super) fn finish(mut self) -> (Snapshot, Vec<Effect>) {
        let undone = self.effects.iter().any(Option::is_none);
        let effects: Vec<Effect> = self.effects.into_iter().flatten().collect();
        if undone {
            // A row changed and changed back must not look changed.
            self.after = self.before;
            effects.iter().for_each(|effect| self.after.apply(effect, self.revision, self.now));
        }
        if !effects.is_empty() {
            self.after.advance(self.revision, self.now);
        }
        (self.after, effects)
    }

    /// Changes nothing, after all.
    pub(super) fn forget(&mut self) {
        self.after = self.before.clone();
        self.effects.clear();
        self.places.clear();
    }

    /// The directory as it would be, for those who tell why it will not.
    pub(super) fn abandon(self) -> Snapshot {
        self.after
    }

    /// Whether there is an effect.
    pub(super) fn changes_something(&self) -> bool {
        self.effects().next().is_some()
    }

    /// The effects so far.
    pub(super) fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter().flatten()
    }

    /// Makes `after` what is said of a row. `None`: the row goes.
    pub(super) fn put<K: Kept>(&mut self, key: K, after: Option<K::Value>) {
        let before = key.value(&self.after);
        if before == after {
            return;
        }
        let row = key.clone().row_key();
        let effect = key.effect(before, after);
        self.after.apply(&effect, self.revision, self.now);
        match self.places.get(&row).and_then(|place| self.effects.get_mut(*place)) {
            Some(slot) => *slot = slot.take().map_or(Some(effect.clone()), |first| first.then(effect)),
            None => {
                self.places.insert(row, self.effects.len());
                self.effects.push(Some(effect));
            }
        }
    }

    /// Makes `versions` the versions of an org.
    pub(super) fn put_versions(&mut self, id: OrgId, versions: &[OrgVersion]) {
        let old: Vec<Day> = self
            .after
            .org(id)
            .map(|org| org.versions.iter().map(|version| version.valid_from).collect())
            .unwrap_or_default();
        for day in old {
            if !versions.iter().any(|version| version.valid_from == day) {
                self.put((id, day), None);
            }
        }
        for version in versions {
            self.put((id, version.valid_from), Some(version.clone()));
        }
    }
}
