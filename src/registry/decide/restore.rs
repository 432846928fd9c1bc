//! Restoring a dissolved org: undoing what dissolved it, and what has corrected its end since.

use std::collections::{BTreeSet, HashMap};

use super::{Circumstances, Verdict, leading_groups::correct_end, orgs::find, undo::undo};
use crate::{
    directory::Snapshot,
    domain::{Entry, Error, Holder, LoggedEffect, NotAsBefore, ObjectKey, OrgFacts, OrgId, OrgKind},
    registry::{draft::Draft, plain, undated::dated},
};

/// Reopens exactly what ended when the org was dissolved, and puts back what was removed then.
///
/// What was changed or deleted by another command since then stays as it is.
pub(super) fn restore(draft: &mut Draft, id: OrgId, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let org = find(draft.snapshot(), id)?;
    let Some(end) = org.facts.dissolved_on else { return Err(Error::NotDissolved { org: id }) };
    let entries = with.endings.by_which(org);
    if entries.is_empty() {
        // Its end was given with it. A leading group's document gives its parts and roles the same one.
        if org.nearest(end).1.values.kind == OrgKind::LeadingGroup {
            correct_end(draft, id, Some(end), None, None);
        }
        if let Some(facts) = draft.snapshot().org(id).map(|org| org.facts.clone()) {
            draft.put(id, Some(OrgFacts { dissolved_on: None, end_basis: None, successor_ids: Vec::new(), ..facts }));
        }
        return Ok(ObjectKey::Org(id).into());
    }
    let not_as_before = reopen(draft, id, &entries)?;
    Ok(Verdict { not_as_before, ..Verdict::from(ObjectKey::Org(id)) })
}

/// Undoes what the entries did that dissolved an org and corrected its end, the latest first. Returns what is not as it
/// was before them.
pub(super) fn reopen(draft: &mut Draft, id: OrgId, entries: &[Entry]) -> Result<Vec<NotAsBefore>, Error> {
    if let Some(entry) = entries.first()
        && let Some(other) = subject_of(entry).filter(|subject| *subject != id)
        && draft.snapshot().org(other).is_some_and(|org| org.facts.dissolved_by == Some(entry.revision))
    {
        return Err(Error::EndedWith { org: other });
    }
    Ok(undo_end(draft, id, entries))
}

/// The same of a part of a leading group, which goes on without it or has ended by another act.
pub(super) fn undo_end(draft: &mut Draft, id: OrgId, entries: &[Entry]) -> Vec<NotAsBefore> {
    let entries: Vec<Entry> = entries.iter().map(|entry| dated(entry.clone(), draft.snapshot())).collect();
    let done = all_done(draft.snapshot(), id, &entries);
    undo(draft, &done)
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
    if subject.is_none() {
        return entry.effects.iter().collect();
    }
    // It was left out of a leading group that continued, or the org that it ended with has been deleted since. It is
    // restored with what was in it and under it.
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
                    Some(again.ending_like(&before))
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
