//! Roles and supervisions that are written by themselves in orgs with declared lists.

use super::{
    follow::{correct, has_lists},
    listed::Listed,
};
use crate::{
    directory::{Kept, Snapshot},
    domain::{Day, Declaration, Following, ObjectKey, RoleFacts, SupervisionFacts},
    registry::draft::Draft,
};

/// After an act on a single role or supervision: it is as it was written, whatever the lists say that are declared
/// already. The lists do not name any more what was deleted.
pub(in crate::registry::decide) fn written_alone(draft: &mut Draft, before: &Snapshot, written: &ObjectKey) {
    match written {
        ObjectKey::Role(id) => stand_alone::<RoleFacts>(draft, before, *id),
        ObjectKey::Supervision(id) => stand_alone::<SupervisionFacts>(draft, before, *id),
        _ => {}
    }
}

/// Whether lists speak of the role or the supervision.
pub(in crate::registry::decide) fn has_lists_of(snapshot: &Snapshot, written: &ObjectKey) -> bool {
    let org = match written {
        ObjectKey::Role(id) => id.value(snapshot).map(|facts| facts.org()),
        ObjectKey::Supervision(id) => id.value(snapshot).map(|facts| facts.org()),
        _ => None,
    };
    org.and_then(|org| snapshot.org(org)).is_some_and(has_lists)
}

/// What an act on it alone makes of something, if it is still there.
fn stand_alone<F: Listed>(draft: &mut Draft, before: &Snapshot, id: F::Id) {
    let (old, new) = (id.value(before), id.value(draft.snapshot()));
    let is_same = |old: &F, new: &F| {
        (old.org(), old.named()) == (new.org(), new.named()) && old.line().manner == new.line().manner
    };
    let now = match (old, new) {
        (Some(old), Some(new)) if is_same(&old, &new) => Some(alone(draft.snapshot(), Some(&old), new)),
        (old, new) => {
            if let Some(gone) = old {
                strike(draft, &gone);
            }
            new.map(|new| alone(draft.snapshot(), None, new))
        }
    };
    if let Some(now) = now {
        draft.put(id, Some(now));
    }
}

/// What is written by itself is so as it is written, whatever the lists say that are declared already. `before` is what
/// it was, if it was there.
fn alone<F: Listed>(snapshot: &Snapshot, before: Option<&F>, facts: F) -> F {
    let Some(org) = snapshot.org(facts.org()) else { return facts };
    let (mut line, named) = (facts.line(), facts.named());
    let (from, until) = (line.from, line.until);
    let (old_from, old_until) = before.map(F::line).map_or((from, until), |old| (old.from, old.until));
    let (begins_anew, ends_anew) = (before.is_none() || from != old_from, before.is_none() || until != old_until);
    if !begins_anew && !ends_anew {
        return facts;
    }
    let end = if until.is_none() || old_until.is_none() { None } else { until.max(old_until) };
    let contradicts = |declared: &Declaration<'_>| {
        let is_named = facts.is_declared(snapshot, declared.what);
        let reaches = |first: Day, end: Option<Day>| declared.on >= first && end.is_none_or(|end| declared.on < end);
        // A list of the very day of an end was known, and does not reopen what ends.
        let ends = before.is_some() && ends_anew && until == Some(declared.on);
        (begins_anew && reaches(from.min(old_from), end)) || (!is_named && reaches(from, until)) || ends
    };
    let days = org.declarations().filter(|declared| F::is_listed(declared.kind, &named)).filter(contradicts);
    let days: Vec<Day> = days.map(|declared| declared.on).collect();
    let mut following = line.following.unwrap_or_default();
    following.listed &= !begins_anew;
    if ends_anew {
        following.own_end = None;
    }
    following.apart.extend(days);
    following.apart.sort_unstable();
    following.apart.dedup();
    line.following = following.remembered();
    facts.with(line)
}

/// What is deleted was a mistake. The lists that put it there do not name it any more.
fn strike<F: Listed>(draft: &mut Draft, facts: &F) {
    let snapshot = draft.snapshot().clone();
    let line = facts.line();
    let Following { listed, apart, .. } = line.following.unwrap_or_default();
    let concerns = |declared: &Declaration<'_>| {
        let on = declared.on;
        let within = on >= line.from && line.until.is_none_or(|until| on < until);
        ((listed && within) || apart.contains(&on)) && facts.is_declared(&snapshot, declared.what)
    };
    correct(draft, facts.org(), concerns, |declared| facts.leave(&snapshot, declared));
}
