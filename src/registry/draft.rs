//! The directory as it would be after a command, with the effects that lead there.

use std::{collections::HashMap, sync::Arc};

use crate::{
    directory::Snapshot,
    domain::{
        Day, Effect, Instant, OrgFacts, OrgId, OrgVersion, Person, PersonId, Post, PostCode, Revision, RoleFacts,
        RoleId, SupervisionFacts, SupervisionId,
    },
};

/// A snapshot that is being changed. Every change is an effect, so what is shown, stored and logged cannot differ. A
/// row that is changed twice has one effect. A row that is changed back has none.
#[derive(Debug)]
pub(super) struct Draft {
    before: Snapshot,
    after: Snapshot,
    effects: Vec<Option<Effect>>,
    places: HashMap<Row, usize>,
    revision: Revision,
    now: Instant,
}

/// Which row an effect is on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Row {
    Org(OrgId),
    OrgVersion(OrgId, Day),
    Person(PersonId),
    Post(PostCode),
    Role(RoleId),
    Supervision(SupervisionId),
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

    /// The effects so far.
    pub(super) fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter().flatten()
    }

    pub(super) fn put_org(&mut self, id: OrgId, after: Option<OrgFacts>) {
        let before = self.after.org(id).map(|org| org.facts.clone());
        self.change(Row::Org(id), before, after, move |before, after| Effect::Org { id, before, after });
    }

    pub(super) fn put_version(&mut self, id: OrgId, valid_from: Day, after: Option<OrgVersion>) {
        let versions = self.after.org(id).map(|org| org.versions.as_slice()).unwrap_or_default();
        let before = versions.iter().find(|version| version.valid_from == valid_from).cloned();
        self.change(Row::OrgVersion(id, valid_from), before, after, move |before, after| Effect::OrgVersion {
            id,
            valid_from,
            before,
            after,
        });
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
                self.put_version(id, day, None);
            }
        }
        for version in versions {
            self.put_version(id, version.valid_from, Some(version.clone()));
        }
    }

    pub(super) fn put_person(&mut self, id: PersonId, after: Option<Person>) {
        let before = self.after.person(id).map(|person| Arc::new(person.person()));
        // Its place in the log is set when the effect is applied; it is no value of the person.
        let place = before.as_ref().map_or((self.revision, self.now), |person| (person.revision, person.updated_at));
        let after = after.map(|person| Arc::new(Person { revision: place.0, updated_at: place.1, ..person }));
        self.change(Row::Person(id), before, after, move |before, after| Effect::Person { id, before, after });
    }

    pub(super) fn put_post(&mut self, code: PostCode, after: Option<Post>) {
        let before = self.after.post(&code).cloned();
        let place = before.as_ref().map_or((self.revision, self.now), |post| (post.revision, post.updated_at));
        let after = after.map(|post| Post { revision: place.0, updated_at: place.1, ..post });
        let row = Row::Post(code.clone());
        self.change(row, before, after, move |before, after| Effect::Post { code, before, after });
    }

    pub(super) fn put_role(&mut self, id: RoleId, after: Option<RoleFacts>) {
        let before = self.after.role(id).map(|role| role.facts());
        self.change(Row::Role(id), before, after, move |before, after| Effect::Role { id, before, after });
    }

    pub(super) fn put_supervision(&mut self, id: SupervisionId, after: Option<SupervisionFacts>) {
        let before = self.after.supervision(id).map(|supervision| supervision.facts.clone());
        let effect = move |before, after| Effect::Supervision { id, before, after };
        self.change(Row::Supervision(id), before, after, effect);
    }

    fn change<T: PartialEq + Clone>(
        &mut self,
        row: Row,
        before: Option<T>,
        after: Option<T>,
        effect: impl FnOnce(Option<T>, Option<T>) -> Effect,
    ) {
        if before == after {
            return;
        }
        let effect = effect(before, after);
        self.after.apply(&effect, self.revision, self.now);
        match self.places.get(&row).and_then(|place| self.effects.get_mut(*place)) {
            Some(slot) => *slot = slot.take().map_or(Some(effect.clone()), |first| first.then(effect)),
            None => {
                self.places.insert(row, self.effects.len());
                self.effects.push(Some(effect));
            }
        }
    }
}

trait Then: Sized {
    /// Combines two effects on the same row. `None` if the second undoes the first.
    fn then(self, later: Self) -> Option<Self>;
}

impl Then for Effect {
    fn then(self, later: Self) -> Option<Self> {
        match (self, later) {
            (Self::Org { id, before, .. }, Self::Org { after, .. }) => {
                (before != after).then_some(Self::Org { id, before, after })
            }
            (Self::OrgVersion { id, valid_from, before, .. }, Self::OrgVersion { after, .. }) => {
                (before != after).then_some(Self::OrgVersion { id, valid_from, before, after })
            }
            (Self::Person { id, before, .. }, Self::Person { after, .. }) => {
                (before != after).then_some(Self::Person { id, before, after })
            }
            (Self::Post { code, before, .. }, Self::Post { after, .. }) => {
                (before != after).then_some(Self::Post { code, before, after })
            }
            (Self::Role { id, before, .. }, Self::Role { after, .. }) => {
                (before != after).then_some(Self::Role { id, before, after })
            }
            (Self::Supervision { id, before, .. }, Self::Supervision { after, .. }) => {
                (before != after).then_some(Self::Supervision { id, before, after })
            }
            (_, later) => Some(later),
        }
    }
}
