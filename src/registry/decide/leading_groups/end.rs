//! The end of a leading group: what ends with it, and what is restored with it.

use super::{follow::correct, has_lists};
use crate::{
    directory::Snapshot,
    domain::{
        Basis, Day, Following, Holder, OrgFacts, OrgId, Period, PlainFacts, RoleFacts, RoleId, SupervisionFacts,
        SupervisionId,
    },
    registry::draft::Draft,
};

/// Moves the end of a group. What had the same end, or like the group no end, ends on the new day. So does what would
/// outlast the group. Nothing outlasts an org elsewhere that it depends on.
///
/// An org that was dissolved by an act of its own is restored on its own, and not here.
pub(super) fn move_end(
    draft: &mut Draft,
    group: OrgId,
    before: Option<Day>,
    after: Option<Day>,
    basis: Option<&Basis>,
) {
    let end_basis = after.and(basis).cloned();
    let moves = |period: Period| {
        let outlasts = after.is_some_and(|after| period.until().is_none_or(|until| until > after));
        (period.until() == before || outlasts) && after.is_none_or(|after| period.from() < after)
    };
    for id in members(draft.snapshot(), group, before) {
        let snapshot = draft.snapshot();
        let Some(org) = snapshot.org(id) else { continue };
        let own_act = id != group && org.facts.dissolved_by.is_some();
        if own_act && after.is_none_or(|after| org.facts.dissolved_on.is_some_and(|until| until <= after)) {
            continue;
        }
        let has_lists = has_lists(org);
        let facts = moves(org.life()).then(|| OrgFacts {
            dissolved_on: after,
            end_basis: end_basis.clone(),
            ..org.facts.clone()
        });
        let roles: Vec<(RoleId, RoleFacts)> = snapshot
            .roles_in(id)
            .filter(|role| moves(role.period()) && !follows(role.following()))
            .map(|role| {
                let unit = if let Holder::Unit(unit) = role.holder() { Some(unit) } else { None };
                let valid_until = earliest_end(snapshot, unit, after);
                let ended = match valid_until.filter(|_| has_lists) {
                    Some(on) => role.facts().ending_with_org(on, end_basis.clone()),
                    None => role.facts().ending(valid_until, end_basis.clone()),
                };
                (role.id(), ended)
            })
            .collect();
        let supervisions: Vec<(SupervisionId, SupervisionFacts)> = snapshot
            .supervisions_by(id)
            .filter(|supervision| moves(supervision.facts.period()) && !follows(supervision.facts.following.as_ref()))
            .map(|supervision| {
                let valid_until = earliest_end(snapshot, Some(supervision.facts.org_id), after);
                let facts = supervision.facts.clone();
                (supervision.id, facts.ending(valid_until, end_basis.clone()))
            })
            .collect();
        if let Some(facts) = facts {
            draft.put(id, Some(facts));
        }
        for (role, facts) in roles {
            draft.put(role, Some(facts));
        }
        for (supervision, facts) in supervisions {
            draft.put(supervision, Some(facts));
        }
    }
}

/// Moves the end of a group by an act of its own. So no document says another end any more.
pub(in crate::registry::decide) fn correct_end(
    draft: &mut Draft,
    group: OrgId,
    before: Option<Day>,
    after: Option<Day>,
    basis: Option<&Basis>,
) {
    move_end(draft, group, before, after, basis);
    correct(draft, group, |_| true, |declared| declared.valid_until = after);
}

/// The group, and what stands below it when it ends.
fn members(snapshot: &Snapshot, group: OrgId, end: Option<Day>) -> Vec<OrgId> {
    let last = end.map_or(Day::MAX, |end| end.plus(-1));
    let below = |id: &OrgId| snapshot.org_on(*id, last).is_some_and(|view| snapshot.is_within(&view, &[group]));
    snapshot.ever_within(&[group]).into_iter().filter(below).collect()
}

/// Whether the end follows from declared lists and from the life of the org.
fn follows(following: Option<&Following>) -> bool {
    following.is_some_and(|following| following.listed || following.own_end.is_some())
}

/// The first of `end` and the end of an org that something depends on.
fn earliest_end(snapshot: &Snapshot, org: Option<OrgId>, end: Option<Day>) -> Option<Day> {
    let own = org.and_then(|org| snapshot.org(org)).and_then(|org| org.facts.dissolved_on);
    own.into_iter().chain(end).min()
}
