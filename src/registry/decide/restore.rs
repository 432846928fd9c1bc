//! Restoring a dissolved org: undoing what dissolved it, and what has corrected its end since.

use std::collections::{BTreeSet, HashMap};

use super::{Circumstances, Verdict, leading_groups::move_end, orgs::find};
use crate::{
    directory::Snapshot,
    domain::{Entry, Error, Holder, LoggedEffect, ObjectKey, OrgFacts, OrgId, OrgKind, RoleFacts},
    registry::{draft::Draft, plain},
};

/// Reopens exactly what ended when the org was dissolved, and puts back what was removed then.
///
/// What was changed or deleted by another command since then stays as it is.
pub(super) fn restore(draft: &mut Draft, id: OrgId, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let org = find(draft.snapshot(), id)?;
    let Some(end) = org.facts.dissolved_on else { return Err(Error::NotDissolved { org: id }) };
    if with.dissolving.is_empty() {
        // Its end was given with it. A leading group's document gives its parts and roles the same one.
        if org.nearest(end).1.values.kind == OrgKind::LeadingGroup {
            move_end(draft, id, Some(end), None, None);
        }
        if let Some(facts) = draft.snapshot().org(id).map(|org| org.facts.clone()) {
            draft.put(id, Some(OrgFacts { dissolved_on: None, end_basis: None, successor_ids: Vec::new(), ..facts }));
        }
    } else {
        reopen(draft, id, with.dissolving)?;
    }
    Ok(ObjectKey::Org(id).into())
}

/// Undoes what the entries did that dissolved an org and corrected its end, the latest first.
pub(super) fn reopen(draft: &mut Draft, id: OrgId, entries: &[Entry]) -> Result<(), Error> {
    if let Some(entry) = entries.first()
        && let Some(other) = subject_of(entry).filter(|subject| *subject != id)
        && draft.snapshot().org(other).is_some_and(|org| org.facts.dissolved_by == Some(entry.revision))
    {
        return Err(Error::EndedWith { org: other });
    }
    let done = all_done(draft.snapshot(), id, entries);
    backwards(&done).for_each(|effect| undo(draft, effect));
    Ok(())
}

/// The org that an entry is about.
fn subject_of(entry: &Entry) -> Option<OrgId> {
    entry.subject.as_deref().and_then(|subject| subject.parse().ok()).map(OrgId)
}

/// What the entries did together to an org and to what ended with it, in the order in which they first did it.
fn all_done(snapshot: &Snapshot, id: OrgId, entries: &[Entry]) -> Vec<LoggedEffect> {
    let mut done: Vec<LoggedEffect> = Vec::new();
    let mut places = HashMap::new();
    for entry in entries.iter().rev() {
        for effect in done_to(snapshot, id, entry) {
            match places.get(&effect.row()).and_then(|place: &usize| done.get_mut(*place)) {
                Some(first) => *first = together(first.clone(), effect.clone()),
                None => {
                    places.insert(effect.row(), done.len());
                    done.push(effect.clone());
                }
            }
        }
    }
    done.retain(|effect| !effect.does_nothing());
    done
}

/// What an entry did to an org and to what ended with it.
fn done_to<'e>(snapshot: &Snapshot, id: OrgId, entry: &'e Entry) -> Vec<&'e LoggedEffect> {
    let subject = subject_of(entry).filter(|subject| *subject != id);
    let Some(subject) = subject else { return entry.effects.iter().collect() };
    if snapshot.org(subject).is_none() {
        // The org that it ended with has been deleted since, so it is restored alone.
        let own = |effect: &&LoggedEffect| matches!(effect, LoggedEffect::Org { id: other, .. } if *other == id);
        return entry.effects.iter().filter(own).collect();
    }
    // It was left out of a leading group that continued. It is restored with what was in it and under it.
    let concerned = ended_with(snapshot, entry, id);
    let concerns = |effect: &&LoggedEffect| match effect {
        LoggedEffect::Org { id, .. } | LoggedEffect::OrgVersion { id, .. } => concerned.contains(id),
        LoggedEffect::Role { before: Some(role), .. } => {
            concerned.contains(&role.org_id) || matches!(role.holder, Holder::Unit(unit) if concerned.contains(&unit))
        }
        other => plain::concerns(other, |org| concerned.contains(&org)),
    };
    entry.effects.iter().filter(concerns).collect()
}

/// What two acts that ended an org, or moved its end, did to a row together. What it was before the first one has the
/// other values that it had before the second.
fn together(first: LoggedEffect, later: LoggedEffect) -> LoggedEffect {
    match (first, later) {
        (LoggedEffect::Org { before, after: between, .. }, LoggedEffect::Org { id, before: again, after }) => {
            let before = match (before, between, again) {
                (before, None, _) => before,
                (Some(before), Some(between), Some(again)) if again.dissolved_by == between.dissolved_by => {
                    Some(ending_like(again, &before))
                }
                (_, Some(_), again) => again,
            };
            LoggedEffect::Org { id, before, after }
        }
        (LoggedEffect::Role { before, after: between, .. }, LoggedEffect::Role { id, before: again, after }) => {
            let before = match (before, between, again) {
                (before, None, _) => before,
                (Some(before), Some(between), Some(again)) if again.valid_until == between.valid_until => {
                    Some(again.ending_like(&before))
                }
                (_, Some(_), again) => again,
            };
            LoggedEffect::Role { id, before, after }
        }
        (LoggedEffect::OrgVersion { before, .. }, LoggedEffect::OrgVersion { id, valid_from, after, .. }) => {
            LoggedEffect::OrgVersion { id, valid_from, before, after }
        }
        (first, later) => plain::together(first, later),
    }
}

/// An org with the end that it has in `like`.
fn ending_like(facts: OrgFacts, like: &OrgFacts) -> OrgFacts {
    let OrgFacts { dissolved_on, dissolved_by, end_basis, successor_ids, .. } = like.clone();
    OrgFacts { dissolved_on, dissolved_by, end_basis, successor_ids, ..facts }
}

/// An org and what the entry ended or removed below it.
fn ended_with(snapshot: &Snapshot, entry: &Entry, id: OrgId) -> BTreeSet<OrgId> {
    let parent = |effect: &LoggedEffect| match effect {
        LoggedEffect::Org { id, after: Some(_), .. } => {
            Some((*id, snapshot.org(*id)?.versions.last()?.values.parent_id?))
        }
        LoggedEffect::OrgVersion { id, before: Some(version), after: None, .. } => {
            Some((*id, version.values.parent_id?))
        }
        _ => None,
    };
    let parents: Vec<(OrgId, OrgId)> = entry.effects.iter().filter_map(parent).collect();
    let mut concerned = BTreeSet::from([id]);
    loop {
        let more: Vec<OrgId> = parents
            .iter()
            .filter(|(child, parent)| concerned.contains(parent) && !concerned.contains(child))
            .map(|(child, _)| *child)
            .collect();
        if more.is_empty() {
            return concerned;
        }
        concerned.extend(more);
    }
}

/// Effects in the order in which they are undone: orgs are restored before what refers to them.
fn backwards(effects: &[LoggedEffect]) -> impl Iterator<Item = &LoggedEffect> {
    let parts = [true, false]
        .map(|orgs| effects.iter().rev().filter(move |effect| matches!(effect, LoggedEffect::Org { .. }) == orgs));
    parts.into_iter().flatten()
}

fn undo(draft: &mut Draft, effect: &LoggedEffect) {
    match effect {
        LoggedEffect::Org { id, before: Some(before), after: Some(ended) } => {
            let current = draft.snapshot().org(*id).map(|org| org.facts.clone());
            if let Some(current) = current.filter(|current| current.dissolved_by == ended.dissolved_by) {
                draft.put(*id, Some(ending_like(current, before)));
            }
        }
        LoggedEffect::Org { id, before: Some(before), after: None } => {
            if draft.snapshot().org(*id).is_none() {
                draft.put(*id, Some(before.clone()));
            }
        }
        LoggedEffect::OrgVersion { id, valid_from, before: Some(before), after: None } => {
            let org = draft.snapshot().org(*id);
            if org.is_some_and(|org| org.versions.iter().all(|version| version.valid_from != *valid_from)) {
                draft.put((*id, *valid_from), Some(before.clone()));
            }
        }
        LoggedEffect::Role { id, before: Some(before), after: Some(ended) } => {
            let current = draft.snapshot().role(*id).map(|role| role.facts());
            if let Some(current) = current.filter(|current| current.valid_until == ended.valid_until) {
                draft.put(*id, Some(current.ending_like(before)));
            }
        }
        LoggedEffect::Role { id, before: Some(before), after: None } => {
            // The planned holder may have been merged since then, and is followed; or deleted, and is not restored.
            let snapshot = draft.snapshot();
            let before = RoleFacts { holder: snapshot.meant_holder(&before.holder), ..before.clone() };
            let holder_is_there = match &before.holder {
                Holder::Person(person) => snapshot.person(*person).is_some(),
                Holder::Unit(unit) => snapshot.org(*unit).is_some(),
                Holder::Seat(seat) => snapshot.org(seat.org_id).is_some() && snapshot.post(&seat.post).is_some(),
            };
            if holder_is_there && snapshot.role(*id).is_none() {
                draft.put(*id, Some(before));
            }
        }
        // What an act establishes or gives is not what it ended. Neither are people and posts.
        LoggedEffect::Org { before: None, .. }
        | LoggedEffect::OrgVersion { .. }
        | LoggedEffect::Role { before: None, .. }
        | LoggedEffect::Person { .. }
        | LoggedEffect::PersonAlias { .. }
        | LoggedEffect::Post { .. } => {}
        other => plain::undo_end(draft, other),
    }
}
