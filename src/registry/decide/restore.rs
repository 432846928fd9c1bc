//! Taking back the end of a body.

use super::{Circumstances, Target, Verdict, bodies::find};
use crate::{
    domain::{Error, Holder, LoggedEffect, OrgFacts, OrgId, RoleFacts, SupervisionFacts},
    registry::draft::Draft,
};

/// Reopens exactly what the entry that dissolved the body ended, and puts back what it removed.
///
/// What was changed or deleted by hand since then stays as it is.
pub(super) fn restore(draft: &mut Draft, id: OrgId, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let org = find(draft.snapshot(), id)?;
    if org.facts.dissolved_on.is_none() {
        return Err(Error::NotDissolved { org: id });
    }
    let Some(entry) = with.dissolving else {
        // Its end was set when it was founded: nothing else ended with it.
        let facts = OrgFacts { dissolved_on: None, ..org.facts.clone() };
        draft.put_org(id, Some(facts));
        return Ok(Target::Org(id).into());
    };
    let subject = entry.subject.as_deref().and_then(|subject| subject.parse().ok()).map(OrgId);
    match subject.filter(|subject| *subject != id) {
        Some(subject) if draft.snapshot().org(subject).is_some() => return Err(Error::EndedWith { org: subject }),
        // The body that it ended with has been erased since: it comes back alone.
        Some(_) => {
            let own = |effect: &&LoggedEffect| matches!(effect, LoggedEffect::Org { id: other, .. } if *other == id);
            entry.effects.iter().filter(own).for_each(|effect| undo(draft, effect));
            return Ok(Target::Org(id).into());
        }
        None => {}
    }
    for effect in entry.effects.iter().rev() {
        undo(draft, effect);
    }
    Ok(Target::Org(id).into())
}

fn undo(draft: &mut Draft, effect: &LoggedEffect) {
    match effect {
        LoggedEffect::Org { id, before: Some(before), after: Some(ended) } => {
            let current = draft.snapshot().org(*id).map(|org| org.facts.clone());
            if let Some(current) = current.filter(|current| current.dissolved_by == ended.dissolved_by) {
                let OrgFacts { dissolved_on, dissolved_by, end_basis, successor_ids, .. } = before.clone();
                draft.put_org(*id, Some(OrgFacts { dissolved_on, dissolved_by, end_basis, successor_ids, ..current }));
            }
        }
        LoggedEffect::Org { id, before: Some(before), after: None } => {
            if draft.snapshot().org(*id).is_none() {
                draft.put_org(*id, Some(before.clone()));
            }
        }
        LoggedEffect::OrgVersion { id, valid_from, before: Some(before), after: None } => {
            let org = draft.snapshot().org(*id);
            if org.is_some_and(|org| org.versions.iter().all(|version| version.valid_from != *valid_from)) {
                draft.put_version(*id, *valid_from, Some(before.clone()));
            }
        }
        LoggedEffect::Role { id, before: Some(before), after: Some(ended) } => {
            let current = draft.snapshot().role(*id).map(|role| role.facts.clone());
            if let Some(current) = current.filter(|current| current.valid_until == ended.valid_until) {
                let RoleFacts { valid_until, end_basis, .. } = before.clone();
                draft.put_role(*id, Some(RoleFacts { valid_until, end_basis, ..current }));
            }
        }
        LoggedEffect::Role { id, before: Some(before), after: None } => {
            // Whoever was to hold it may have been erased since then, and does not come back with it.
            let snapshot = draft.snapshot();
            let holder_is_there = match &before.holder {
                Holder::Person(person) => snapshot.person(*person).is_some(),
                Holder::Unit(unit) => snapshot.org(*unit).is_some(),
                Holder::Seat(seat) => snapshot.org(seat.org_id).is_some() && snapshot.post(&seat.post).is_some(),
            };
            if holder_is_there && snapshot.role(*id).is_none() {
                draft.put_role(*id, Some(before.clone()));
            }
        }
        LoggedEffect::Supervision { id, before: Some(before), after: Some(ended) } => {
            let current = draft.snapshot().supervision(*id).map(|supervision| supervision.facts.clone());
            if let Some(current) = current.filter(|current| current.valid_until == ended.valid_until) {
                let SupervisionFacts { valid_until, end_basis, .. } = before.clone();
                draft.put_supervision(*id, Some(SupervisionFacts { valid_until, end_basis, ..current }));
            }
        }
        LoggedEffect::Supervision { id, before: Some(before), after: None } => {
            // Undone in reverse: bodies that the act removed are back before what they covered. One that
            // has been erased by hand since then does not come back.
            let snapshot = draft.snapshot();
            let there = |org: OrgId| snapshot.org(org).is_some();
            if there(before.org_id) && there(before.supervision_group_id) && snapshot.supervision(*id).is_none() {
                draft.put_supervision(*id, Some(before.clone()));
            }
        }
        // Dissolving a body founds nothing and concerns neither people nor posts.
        LoggedEffect::Org { before: None, .. }
        | LoggedEffect::OrgVersion { .. }
        | LoggedEffect::Role { before: None, .. }
        | LoggedEffect::Supervision { before: None, .. }
        | LoggedEffect::Person { .. }
        | LoggedEffect::Post { .. } => {}
    }
}
