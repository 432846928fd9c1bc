//! Undoing what acts did to an org that they ended, and to all that ended with it.
//!
//! What was ended goes on, and what was removed comes back. What has changed since stays as it is, and is told.

use std::collections::{BTreeSet, HashMap};

use super::timeline::Timeline;
use crate::{
    directory::Snapshot,
    domain::{Day, Holder, LoggedEffect, NotAsBefore, OrgFacts, OrgId, OrgVersion, RoleFacts, RoleId, Since, Subject},
    registry::{draft::Draft, plain},
};

/// Undoes the effects. Returns what is not as it was before them.
pub(super) fn undo(draft: &mut Draft, done: &[LoggedEffect]) -> Vec<NotAsBefore> {
    let mut undoing = Undoing::of(done);
    let mut not_as_before = Vec::new();
    // Orgs come before what refers to them, and each after the one above it, which was removed before it.
    let (orgs, others): (Vec<_>, Vec<_>) = done.iter().partition(|effect| matches!(effect, LoggedEffect::Org { .. }));
    for effect in orgs.into_iter().chain(others.into_iter().rev()) {
        if let Some(since) = undoing.one(draft, effect) {
            // The first version of an org has its name.
            let named = match effect {
                LoggedEffect::Org { id, .. } => undoing.founding.get(id).map_or(effect, |(first, _)| first),
                _ => effect,
            };
            not_as_before.push(NotAsBefore { effect: named.clone(), since });
        }
    }
    for id in undoing.versioned {
        let versions = draft.snapshot().org(id).map(|org| Timeline::of(org).into_versions());
        draft.put_versions(id, &versions.unwrap_or_default());
    }
    not_as_before
}

/// Whether it still matters if the org ends on `on`, and ended on `before` until now.
pub(super) fn matters(NotAsBefore { effect, since }: &NotAsBefore, before: Day, on: Day) -> bool {
    let began = match effect {
        LoggedEffect::OrgVersion { valid_from, .. } => Some(*valid_from),
        LoggedEffect::Role { before: Some(role), .. } => Some(role.valid_from),
        other => plain::began(other),
    };
    match since {
        Since::EndSet { on: end } => *end < on,
        _ => before < on && began.is_none_or(|day| day < on),
    }
}

struct Undoing<'e> {
    /// The orgs that ended or were removed.
    orgs: BTreeSet<OrgId>,
    /// The first versions of those that were removed.
    founding: HashMap<OrgId, (&'e LoggedEffect, &'e OrgVersion)>,
    /// The orgs of which a version has come back.
    versioned: BTreeSet<OrgId>,
}

impl<'e> Undoing<'e> {
    fn of(done: &'e [LoggedEffect]) -> Self {
        let mut orgs = BTreeSet::new();
        let mut removed = BTreeSet::new();
        let mut founding: HashMap<OrgId, (&LoggedEffect, &OrgVersion)> = HashMap::new();
        for effect in done {
            match effect {
                LoggedEffect::Org { id, after, .. } => {
                    orgs.insert(*id);
                    if after.is_none() {
                        removed.insert(*id);
                    }
                }
                LoggedEffect::OrgVersion { id, before: Some(version), after: None, .. } => {
                    let first = founding.entry(*id).or_insert((effect, version));
                    if version.valid_from < first.1.valid_from {
                        *first = (effect, version);
                    }
                }
                _ => {}
            }
        }
        founding.retain(|id, _| removed.contains(id));
        Self { orgs, founding, versioned: BTreeSet::new() }
    }

    /// Undoes one effect. Says what has happened since, if the row is not as it was before.
    fn one(&mut self, draft: &mut Draft, effect: &LoggedEffect) -> Option<Since> {
        match effect {
            LoggedEffect::Org { id, before: Some(before), after: Some(ended) } => reopened(draft, *id, before, ended),
            LoggedEffect::Org { id, before: Some(before), after: None } => {
                let snapshot = draft.snapshot();
                if snapshot.org(*id).is_some() {
                    return None;
                }
                let parent = self.founding.get(id).and_then(|(_, first)| first.values.parent_id);
                if parent.is_some_and(|parent| snapshot.org(parent).is_none()) {
                    return Some(Since::Needed(Subject::Org));
                }
                draft.put(*id, Some(before.clone()));
                None
            }
            LoggedEffect::OrgVersion { id, before: Some(before), after: None, .. } => self.version(draft, *id, before),
            LoggedEffect::Role { id, before: Some(before), after } => {
                let org_is_told = self.is_told(draft.snapshot(), before.org_id)
                    || matches!(before.holder, Holder::Unit(unit) if self.is_told(draft.snapshot(), unit));
                role(draft, *id, before, after.as_ref()).filter(|_| !org_is_told)
            }
            // What an act establishes or gives is not what it ended. Neither are people and posts.
            LoggedEffect::Org { before: None, .. }
            | LoggedEffect::OrgVersion { .. }
            | LoggedEffect::Role { before: None, .. }
            | LoggedEffect::Person { .. }
            | LoggedEffect::PersonAlias { .. }
            | LoggedEffect::Post { .. } => None,
            other => {
                let since = plain::undo_end(draft, other)?;
                (!plain::concerns(other, |org| self.is_told(draft.snapshot(), org))).then_some(since)
            }
        }
    }

    /// Whether an org does not come back. It is told of the org, so it need not be told of what was in it.
    fn is_told(&self, snapshot: &Snapshot, org: OrgId) -> bool {
        self.orgs.contains(&org) && snapshot.org(org).is_none()
    }

    fn version(&mut self, draft: &mut Draft, id: OrgId, before: &OrgVersion) -> Option<Since> {
        let snapshot = draft.snapshot();
        let Some(org) = snapshot.org(id) else {
            return (!self.orgs.contains(&id)).then_some(Since::Deleted);
        };
        if let Some(there) = org.versions.iter().find(|version| version.valid_from == before.valid_from) {
            return (there.values != before.values).then_some(Since::ValuesSet);
        }
        if before.values.parent_id.is_some_and(|parent| snapshot.org(parent).is_none()) {
            return Some(Since::Needed(Subject::Org));
        }
        let mut values = before.values.as_ref().clone();
        values.unit_ids.retain(|unit| snapshot.org(*unit).is_some());
        let whole = values == *before.values;
        self.versioned.insert(id);
        draft.put((id, before.valid_from), Some(OrgVersion { values: values.into(), ..before.clone() }));
        (!whole).then_some(Since::UnitsDeleted)
    }
}

fn reopened(draft: &mut Draft, id: OrgId, before: &OrgFacts, ended: &OrgFacts) -> Option<Since> {
    let Some(current) = draft.snapshot().org(id).map(|org| org.facts.clone()) else { return Some(Since::Deleted) };
    if current.dissolved_by == ended.dissolved_by {
        let mut facts = current.clone().ending_like(before);
        if facts.dissolved_on.is_some() && current.successor_ids != ended.successor_ids {
            facts.successor_ids = current.successor_ids;
        }
        draft.put(id, Some(facts));
        return None;
    }
    let on = current.dissolved_on.filter(|_| current.dissolved_on != before.dissolved_on)?;
    Some(Since::EndSet { on })
}

fn role(draft: &mut Draft, id: RoleId, before: &RoleFacts, ended: Option<&RoleFacts>) -> Option<Since> {
    let snapshot = draft.snapshot();
    let current = snapshot.role(id).map(|role| role.facts());
    match (ended, current) {
        (Some(ended), Some(current)) if current.valid_until == ended.valid_until => {
            draft.put(id, Some(current.ending_like(before)));
            None
        }
        (Some(_), Some(current)) => {
            let on = current.valid_until.filter(|_| current.valid_until != before.valid_until)?;
            Some(Since::EndSet { on })
        }
        (Some(_), None) => Some(Since::Deleted),
        (None, Some(_)) => None,
        (None, None) => {
            // The planned holder may have been merged since then, and is followed.
            let holder = snapshot.meant_holder(&before.holder);
            let is_merged = holder != before.holder;
            let role = RoleFacts { holder, ..before.clone() };
            if let Some(needed) = deleted_need(snapshot, &role) {
                return Some(Since::Needed(needed));
            }
            draft.put(id, Some(role));
            is_merged.then_some(Since::Merged)
        }
    }
}

/// What a role needs that is not there any more.
fn deleted_need(snapshot: &Snapshot, role: &RoleFacts) -> Option<Subject> {
    let no_org = |org: OrgId| snapshot.org(org).is_none().then_some(Subject::Org);
    let no_post = |post| snapshot.post(post).is_none().then_some(Subject::Post);
    let no_holder = || match &role.holder {
        Holder::Person(person) => snapshot.person(*person).is_none().then_some(Subject::Person),
        Holder::Unit(unit) => no_org(*unit),
        Holder::Seat(seat) => no_org(seat.org_id).or_else(|| no_post(&seat.post)),
    };
    no_org(role.org_id).or_else(|| no_post(&role.post)).or_else(no_holder)
}
