//! Roles and supervisions that are written by themselves in orgs with declared lists.

use super::follow::{Declaration, correct, covered, declarations, has_lists, held, lists_post};
use crate::{
    directory::Snapshot,
    domain::{Day, Declared, Following, ObjectKey, OrgId, OrgKind, RoleFacts, SupervisionFacts},
    registry::draft::Draft,
};

/// After an act on a single role or supervision: it is as it was written, whatever the lists say that are declared
/// already. The lists do not name any more what was deleted.
pub(in crate::registry::decide) fn written_alone(draft: &mut Draft, before: &Snapshot, written: &ObjectKey) {
    match written {
        ObjectKey::Role(id) => {
            let facts = |snapshot: &Snapshot| snapshot.role(*id).map(|role| role.facts());
            if let Some(now) = stand_alone(draft, facts(before), facts(draft.snapshot())) {
                draft.put(*id, Some(now));
            }
        }
        ObjectKey::Supervision(id) => {
            let facts = |snapshot: &Snapshot| snapshot.supervision(*id).map(|supervision| supervision.facts.clone());
            if let Some(now) = stand_alone(draft, facts(before), facts(draft.snapshot())) {
                draft.put(*id, Some(now));
            }
        }
        _ => {}
    }
}

/// Whether lists speak of the role or the supervision.
pub(in crate::registry::decide) fn has_lists_of(snapshot: &Snapshot, written: &ObjectKey) -> bool {
    let org = match written {
        ObjectKey::Role(id) => snapshot.role(*id).map(|role| role.org_id()),
        ObjectKey::Supervision(id) => snapshot.supervision(*id).map(|cover| cover.facts.supervision_group_id),
        _ => None,
    };
    org.and_then(|org| snapshot.org(org)).is_some_and(has_lists)
}

/// What an act on it alone makes of something, if it is still there.
fn stand_alone<F: Alone>(draft: &mut Draft, old: Option<F>, new: Option<F>) -> Option<F> {
    match (old, new) {
        (Some(old), Some(new)) if old.is_like(&new) => Some(alone(draft.snapshot(), Some(&old), new)),
        (old, new) => {
            if let Some(gone) = old {
                strike(draft, gone);
            }
            new.map(|new| alone(draft.snapshot(), None, new))
        }
    }
}

/// A role or a supervision that is written by itself in an org with declared lists.
trait Alone: Clone {
    /// The org whose lists speak of it.
    fn org(&self) -> OrgId;
    fn days(&self) -> (Day, Option<Day>);
    fn following(&mut self) -> &mut Option<Following>;
    /// Whether both are of the same org and post, or of the same group and org, and are held alike.
    fn is_like(&self, other: &Self) -> bool;
    /// Whether lists of such orgs speak of it.
    fn is_listed_in(&self, kind: OrgKind) -> bool;
    /// Whether a declaration says of it what it is.
    fn is_named(&self, snapshot: &Snapshot, what: &Declared) -> bool;
    /// Takes it out of a declared list.
    fn leave(&self, snapshot: &Snapshot, what: &mut Declared);
}

impl Alone for RoleFacts {
    fn org(&self) -> OrgId {
        self.org_id
    }

    fn days(&self) -> (Day, Option<Day>) {
        (self.valid_from, self.valid_until)
    }

    fn following(&mut self) -> &mut Option<Following> {
        &mut self.following
    }

    fn is_like(&self, other: &Self) -> bool {
        let said = |facts: &Self| (facts.org_id, facts.post.clone(), facts.holder.clone(), facts.acting);
        said(self) == said(other)
    }

    fn is_listed_in(&self, kind: OrgKind) -> bool {
        lists_post(kind, &self.post)
    }

    fn is_named(&self, snapshot: &Snapshot, what: &Declared) -> bool {
        held(snapshot, what, &self.post, &self.holder) == Some(self.acting)
    }

    fn leave(&self, snapshot: &Snapshot, what: &mut Declared) {
        what.holders.retain(|other| {
            other.post != self.post
                || other.acting != self.acting
                || snapshot.meant_holder(&other.holder) != self.holder
        });
    }
}

impl Alone for SupervisionFacts {
    fn org(&self) -> OrgId {
        self.supervision_group_id
    }

    fn days(&self) -> (Day, Option<Day>) {
        (self.valid_from, self.valid_until)
    }

    fn following(&mut self) -> &mut Option<Following> {
        &mut self.following
    }

    fn is_like(&self, other: &Self) -> bool {
        let said = |facts: &Self| (facts.supervision_group_id, facts.org_id, facts.scope);
        said(self) == said(other)
    }

    fn is_listed_in(&self, kind: OrgKind) -> bool {
        kind == OrgKind::SupervisionGroup
    }

    fn is_named(&self, _: &Snapshot, what: &Declared) -> bool {
        covered(what, self.org_id) == Some(self.scope)
    }

    fn leave(&self, _: &Snapshot, what: &mut Declared) {
        what.covers.retain(|other| other.org_id != self.org_id || other.scope != self.scope);
    }
}

/// What is written by itself is so as it is written, whatever the lists say that are declared already. `before` is what
/// it was, if it was there.
fn alone<F: Alone>(snapshot: &Snapshot, before: Option<&F>, mut facts: F) -> F {
    let Some(org) = snapshot.org(facts.org()) else { return facts };
    let (from, until) = facts.days();
    let (old_from, old_until) = before.map_or((from, until), F::days);
    let (begins_anew, ends_anew) = (before.is_none() || from != old_from, before.is_none() || until != old_until);
    if !begins_anew && !ends_anew {
        return facts;
    }
    let end = if until.is_none() || old_until.is_none() { None } else { until.max(old_until) };
    let contradicts = |declared: &Declaration<'_>| {
        let is_named = facts.is_named(snapshot, declared.what);
        let reaches = |first: Day, end: Option<Day>| declared.on >= first && end.is_none_or(|end| declared.on < end);
        // A list of the very day of an end was known, and does not reopen what ends.
        let ends = before.is_some() && ends_anew && until == Some(declared.on);
        (begins_anew && reaches(from.min(old_from), end)) || (!is_named && reaches(from, until)) || ends
    };
    let days = declarations(org).filter(|declared| facts.is_listed_in(declared.kind)).filter(contradicts);
    let days: Vec<Day> = days.map(|declared| declared.on).collect();
    let mut following = facts.following().take().unwrap_or_default();
    following.listed &= !begins_anew;
    if ends_anew {
        following.own_end = None;
    }
    following.apart.extend(days);
    following.apart.sort_unstable();
    following.apart.dedup();
    *facts.following() = following.remembered();
    facts
}

/// What is deleted was a mistake. The lists that put it there do not name it any more.
fn strike<F: Alone>(draft: &mut Draft, mut facts: F) {
    let snapshot = draft.snapshot().clone();
    let (from, until) = facts.days();
    let Following { listed, apart, .. } = facts.following().take().unwrap_or_default();
    let concerns = |declared: &Declaration<'_>| {
        let on = declared.on;
        let within = on >= from && until.is_none_or(|until| on < until);
        ((listed && within) || apart.contains(&on)) && facts.is_named(&snapshot, declared.what)
    };
    correct(draft, facts.org(), concerns, |declared| facts.leave(&snapshot, declared));
}
