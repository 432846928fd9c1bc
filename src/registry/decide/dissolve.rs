//! The end of an org, and its correction.

use super::{
    Circumstances, Verdict,
    leading_groups::{self, correct_end},
    orgs::{blockers_from, find, remove},
    restore::reopen,
    timeline::Timeline,
    undo::matters,
};
use crate::{
    directory::Snapshot,
    domain::{
        Basis, Day, Error, Field, Holder, LoggedEffect, ObjectKey, Org, OrgFacts, OrgId, OrgKind, OrgVersion,
        RoleFacts, RoleId,
    },
    registry::{
        draft::Draft,
        plain,
        refer::refer_to_successors,
        requests::{DissolveOrg, PatchDissolution},
    },
};

pub(super) fn dissolve(
    draft: &mut Draft,
    id: OrgId,
    dissolve: &DissolveOrg,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let DissolveOrg { effective_on, cascade, successor_ids, basis } = dissolve;
    let on = effective_on.unwrap_or(with.today);
    if let Some(on) = find(draft.snapshot(), id)?.facts.dissolved_on {
        return Err(Error::AlreadyDissolved { org: id, on });
    }
    let end = End { on, basis: basis.as_ref(), successor_ids };
    dissolve_alive(draft, id, &end, *cascade)?;
    Ok(ObjectKey::Org(id).into())
}

/// When an org ends, by which document, and who takes over from it.
struct End<'a> {
    on: Day,
    basis: Option<&'a Basis>,
    successor_ids: &'a [OrgId],
}

/// Ends an org that would live on the day, with all that is in it if `cascade`.
fn dissolve_alive(draft: &mut Draft, id: OrgId, end_of_it: &End<'_>, cascade: bool) -> Result<(), Error> {
    let End { on, basis, successor_ids } = *end_of_it;
    let org = find(draft.snapshot(), id)?;
    begun_before(org, on)?;
    refer_to_successors(draft.snapshot(), id, successor_ids)?;
    if !cascade {
        nothing_left(draft.snapshot(), org, on)?;
    }
    end(draft, id, on, basis);
    if let Some(facts) = draft.snapshot().org(id).map(|org| org.facts.clone()) {
        draft.put(id, Some(OrgFacts { successor_ids: successor_ids.to_vec(), ..facts }));
    }
    Ok(())
}

fn begun_before(org: &Org, on: Day) -> Result<(), Error> {
    match org.established_on() {
        founded if founded == on => Err(Error::DissolvedAtFounding { org: org.id, on }),
        founded if founded > on => Err(Error::NotAlive { org: org.id, on }),
        _ => Ok(()),
    }
}

fn nothing_left(snapshot: &Snapshot, org: &Org, on: Day) -> Result<(), Error> {
    let blockers = blockers_from(snapshot, org, on);
    if blockers.is_empty() { Ok(()) } else { Err(Error::InUse { blockers, hidden: 0 }) }
}

/// Corrects the end of an org: as if it had been dissolved on that day, by that document. What it ended with it is
/// undone, and done again.
pub(super) fn correct(
    draft: &mut Draft,
    id: OrgId,
    patch: &PatchDissolution,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let PatchDissolution { effective_on, basis, successor_ids } = patch;
    let org = find(draft.snapshot(), id)?;
    let facts = org.facts.clone();
    let Some(before) = facts.dissolved_on else { return Err(Error::NotDissolved { org: id }) };
    let on = effective_on.unwrap_or(before);
    let is_group = org.nearest(before).1.values.kind == OrgKind::LeadingGroup;
    let basis = basis.clone().over(facts.end_basis.clone());
    let successor_ids: Vec<OrgId> = match successor_ids {
        Field::Keep => facts.successor_ids.clone(),
        Field::Clear => Vec::new(),
        Field::Set(successors) => successors.clone().into(),
    };
    let end_of_it = End { on, basis: basis.as_ref(), successor_ids: &successor_ids };
    let entries = with.endings.by_which(org);
    if on == before && basis == facts.end_basis {
        refer_to_successors(draft.snapshot(), id, &successor_ids)?;
        draft.put(id, Some(OrgFacts { successor_ids, ..facts }));
    } else if entries.is_empty() {
        set_end(draft, id, &end_of_it, is_group)?;
    } else {
        // Without `cascade` nothing ended but the org alone.
        let of_more = |effect: &LoggedEffect| !matches!(effect, LoggedEffect::Org { id: other, .. } if *other == id);
        let cascade = entries.iter().flat_map(|entry| &entry.effects).any(of_more);
        let mut not_as_before = reopen(draft, id, &entries)?;
        // An end that was planned before comes back, and stands if it is no later.
        let planned = find(draft.snapshot(), id)?.facts.dissolved_on;
        if let Some(until) = planned.filter(|until| *until <= on) {
            return Err(Error::AlreadyDissolved { org: id, on: until });
        }
        dissolve_alive(draft, id, &end_of_it, cascade)?;
        not_as_before.retain(|thing| matters(thing, before, on));
        return Ok(Verdict { not_as_before, ..Verdict::from(ObjectKey::Org(id)) });
    }
    Ok(ObjectKey::Org(id).into())
}

/// Corrects an end that was given with the org.
fn set_end(draft: &mut Draft, id: OrgId, end_of_it: &End<'_>, is_group: bool) -> Result<(), Error> {
    let End { on, basis, successor_ids } = *end_of_it;
    let facts = find(draft.snapshot(), id)?.facts.clone();
    if is_group {
        correct_end(draft, id, facts.dissolved_on, Some(on), basis);
    }
    let org = find(draft.snapshot(), id)?;
    begun_before(org, on)?;
    refer_to_successors(draft.snapshot(), id, successor_ids)?;
    nothing_left(draft.snapshot(), org, on)?;
    let facts = org.facts.clone();
    let (end_basis, successor_ids) = (basis.cloned(), successor_ids.to_vec());
    draft.put(id, Some(OrgFacts { dissolved_on: Some(on), end_basis, successor_ids, ..facts }));
    Ok(())
}

/// What happens to an org when it, or one above it, is dissolved.
enum Fate {
    /// It ends.
    End(OrgId),
    /// It stood, or was to stand, under an org that has ended.
    Orphaned { child: OrgId, parent: OrgId },
    /// It has not begun, and is removed.
    Remove(OrgId),
}

/// Ends an org on `on` with everything in it and under it. What has not begun by then is removed, perhaps the org
/// itself.
///
/// It works on a list instead of by recursion: orgs that move under each other in turn can make longer chains than the
/// depth of any tree.
pub(super) fn end(draft: &mut Draft, root: OrgId, on: Day, basis: Option<&Basis>) {
    let begun = draft.snapshot().org(root).is_none_or(|org| org.established_on() < on);
    let mut waiting = vec![if begun { Fate::End(root) } else { Fate::Remove(root) }];
    while let Some(fate) = waiting.pop() {
        let id = match fate {
            Fate::End(id) => {
                end_what_names(draft, id, on, basis);
                end_alone(draft, id, on, basis);
                id
            }
            Fate::Remove(id) => {
                end_what_names(draft, id, on, basis);
                remove(draft, id);
                id
            }
            Fate::Orphaned { child, parent } => {
                waiting.extend(leave(draft, child, parent, on));
                continue;
            }
        };
        let children = draft.snapshot().ever_under(Some(id));
        waiting.extend(children.map(|child| Fate::Orphaned { child: child.id, parent: id }));
    }
}

/// Ends an org on `on`, whatever is in it or under it.
fn end_alone(draft: &mut Draft, id: OrgId, on: Day, basis: Option<&Basis>) {
    let Some(org) = draft.snapshot().org(id) else { return };
    let facts = org.facts.clone();
    let kept: Vec<OrgVersion> = org.versions.iter().filter(|version| version.valid_from < on).cloned().collect();
    draft.put_versions(id, &kept);
    let dissolved_by = Some(draft.revision());
    if facts.dissolved_on.is_none_or(|until| until > on) {
        draft.put(id, Some(OrgFacts { dissolved_on: Some(on), dissolved_by, end_basis: basis.cloned(), ..facts }));
    }
}

/// Takes `child` from under `parent`, which ends on `on`. If the child stands there on that day, it ends too. If it
/// begins later, it is removed. A later move to there is cancelled.
fn leave(draft: &mut Draft, child: OrgId, parent: OrgId, on: Day) -> Option<Fate> {
    let org = draft.snapshot().org(child)?;
    let under = |version: &OrgVersion| version.values.parent_id == Some(parent);
    let stays = org.timeline().any(|(period, version)| under(version) && period.reaches(on));
    if !stays {
        return None;
    }
    if org.established_on() >= on {
        return Some(Fate::Remove(child));
    }
    if org.on(on.plus(-1)).is_some_and(under) && org.on(on).is_some_and(under) {
        return Some(Fate::End(child));
    }
    let mut timeline = Timeline::of(org);
    timeline.retain(|version| version.valid_from < on || !under(version));
    draft.put_versions(child, &timeline.into_versions());
    None
}

/// Ends the roles in an org, those that it holds, and all else that names it. Removes what has not begun.
fn end_what_names(draft: &mut Draft, id: OrgId, on: Day, basis: Option<&Basis>) {
    let snapshot = draft.snapshot();
    let has_lists = snapshot.org(id).is_some_and(leading_groups::has_lists);
    let roles: Vec<(RoleId, RoleFacts)> = snapshot
        .roles_in(id)
        .chain(snapshot.roles_held(&Holder::Unit(id)))
        .filter(|role| role.period().reaches(on))
        .map(|role| (role.id(), role.facts()))
        .collect();
    for (role, facts) in roles {
        let begun = facts.valid_from < on;
        let listed = draft.snapshot().org(facts.org_id).is_some_and(leading_groups::has_lists);
        let basis = basis.cloned();
        let ended = || if listed { facts.ending_with_org(on, basis) } else { facts.ending(Some(on), basis) };
        draft.put(role, begun.then(ended));
    }
    plain::end_naming(draft, id, on, basis, has_lists);
}
