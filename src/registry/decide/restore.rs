//! Restoring a dissolved org.

use std::collections::BTreeSet;

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
    let Some(entry) = with.dissolving else {
        // Its end was given with it. A leading group's document gives its parts and roles the same one.
        if org.nearest(end).1.values.kind == OrgKind::LeadingGroup {
            move_end(draft, id, Some(end), None, None);
        } else {
            let facts = OrgFacts { dissolved_on: None, ..org.facts.clone() };
            draft.put(id, Some(facts));
        }
        return Ok(ObjectKey::Org(id).into());
    };
    let subject = entry.subject.as_deref().and_then(|subject| subject.parse().ok()).map(OrgId);
    let Some(subject) = subject.filter(|subject| *subject != id) else {
        backwards(entry).for_each(|effect| undo(draft, effect));
        return Ok(ObjectKey::Org(id).into());
    };
    let concerned = match draft.snapshot().org(subject) {
        Some(other) if other.facts.dissolved_by == Some(entry.revision) => {
            return Err(Error::EndedWith { org: subject });
        }
        // It was left out of a leading group that continued. It is restored with what was in it and under it.
        Some(_) => ended_with(draft.snapshot(), entry, id),
        // The org that it ended with has been deleted since, so it is restored alone.
        None => {
            let own = |effect: &&LoggedEffect| matches!(effect, LoggedEffect::Org { id: other, .. } if *other == id);
            entry.effects.iter().filter(own).for_each(|effect| undo(draft, effect));
            return Ok(ObjectKey::Org(id).into());
        }
    };
    for effect in backwards(entry) {
        let concerns = match effect {
            LoggedEffect::Org { id, .. } | LoggedEffect::OrgVersion { id, .. } => concerned.contains(id),
            LoggedEffect::Role { before: Some(role), .. } => {
                concerned.contains(&role.org_id)
                    || matches!(role.holder, Holder::Unit(unit) if concerned.contains(&unit))
            }
            other => plain::concerns(other, |org| concerned.contains(&org)),
        };
        if concerns {
            undo(draft, effect);
        }
    }
    Ok(ObjectKey::Org(id).into())
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

/// The effects of an entry in the order in which they are undone: orgs are restored before what refers to them.
fn backwards(entry: &Entry) -> impl Iterator<Item = &LoggedEffect> {
    let parts = [true, false].map(|orgs| {
        entry.effects.iter().rev().filter(move |effect| matches!(effect, LoggedEffect::Org { .. }) == orgs)
    });
    parts.into_iter().flatten()
}

fn undo(draft: &mut Draft, effect: &LoggedEffect) {
    match effect {
        LoggedEffect::Org { id, before: Some(before), after: Some(ended) } => {
            let current = draft.snapshot().org(*id).map(|org| org.facts.clone());
            if let Some(current) = current.filter(|current| current.dissolved_by == ended.dissolved_by) {
                let OrgFacts { dissolved_on, dissolved_by, end_basis, successor_ids, .. } = before.clone();
                draft.put(*id, Some(OrgFacts { dissolved_on, dissolved_by, end_basis, successor_ids, ..current }));
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
                let RoleFacts { valid_until, end_basis, .. } = before.clone();
                draft.put(*id, Some(RoleFacts { valid_until, end_basis, ..current }));
            }
        }
        LoggedEffect::Role { id, before: Some(before), after: None } => {
            // The planned holder may have been deleted since then, and is not restored.
            let snapshot = draft.snapshot();
            let holder_is_there = match &before.holder {
                Holder::Person(person) => snapshot.person(*person).is_some(),
                Holder::Unit(unit) => snapshot.org(*unit).is_some(),
                Holder::Seat(seat) => snapshot.org(seat.org_id).is_some() && snapshot.post(&seat.post).is_some(),
            };
            if holder_is_there && snapshot.role(*id).is_none() {
                draft.put(*id, Some(before.clone()));
            }
        }
        // What an act establishes or gives is not what it ended. Neither are people and posts.
        LoggedEffect::Org { before: None, .. }
        | LoggedEffect::OrgVersion { .. }
        | LoggedEffect::Role { before: None, .. }
        | LoggedEffect::Person { .. }
        | LoggedEffect::Post { .. } => {}
        other => plain::undo_end(draft, other),
    }
}
