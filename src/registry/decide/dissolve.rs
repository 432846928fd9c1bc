//! The end of a body.

use super::{
    Circumstances, Target, Verdict,
    bodies::{blockers_from, erase, find, refer_to_org},
};
use crate::{
    domain::{Basis, Day, Error, Holder, OrgFacts, OrgId, OrgVersion, RoleFacts, RoleId},
    registry::{command::DissolveOrg, draft::Draft},
};

pub(super) fn dissolve(
    draft: &mut Draft,
    id: OrgId,
    dissolve: &DissolveOrg,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let DissolveOrg { effective_on, cascade, successor_ids, basis } = dissolve;
    let on = effective_on.unwrap_or(with.today);
    let org = find(draft.snapshot(), id)?;
    if let Some(on) = org.facts.dissolved_on {
        return Err(Error::AlreadyDissolved { org: id, on });
    }
    match org.established_on() {
        founded if founded == on => return Err(Error::DissolvedAtFounding { org: id, on }),
        founded if founded > on => return Err(Error::NotAlive { org: id, on }),
        _ => {}
    }
    for (index, successor) in successor_ids.iter().enumerate() {
        if *successor == id {
            return Err(Error::SelfReference { pointer: "/successor_ids" });
        }
        refer_to_org(draft.snapshot(), &format!("/successor_ids/{index}"), *successor)?;
    }
    if !cascade {
        let blockers = blockers_from(draft.snapshot(), org, on);
        if !blockers.is_empty() {
            return Err(Error::InUse { blockers });
        }
    }
    end(draft, id, on, basis.as_ref());
    if let Some(facts) = draft.snapshot().org(id).map(|org| org.facts.clone()) {
        draft.put_org(id, Some(OrgFacts { successor_ids: successor_ids.clone(), ..facts }));
    }
    Ok(Target::Org(id).into())
}

/// Ends a body on `on` with everything in it and under it; what has not begun by then is removed.
fn end(draft: &mut Draft, id: OrgId, on: Day, basis: Option<&Basis>) {
    end_roles(draft, id, on, basis);
    let Some(org) = draft.snapshot().org(id) else { return };
    let facts = org.facts.clone();
    let kept: Vec<OrgVersion> = org.versions.iter().filter(|version| version.valid_from < on).cloned().collect();
    let children: Vec<OrgId> = draft.snapshot().ever_under(Some(id)).map(|child| child.id).collect();
    for child in children {
        leave(draft, child, id, on, basis);
    }
    draft.put_versions(id, &kept);
    let dissolved_by = Some(draft.revision());
    if facts.dissolved_on.is_none_or(|until| until > on) {
        draft.put_org(id, Some(OrgFacts { dissolved_on: Some(on), dissolved_by, end_basis: basis.cloned(), ..facts }));
    }
}

/// Takes `child` from under `parent`, which ends on `on`: it ends too if it stands there then, and
/// is removed if it begins later; a move to there that has not happened by then is called off.
fn leave(draft: &mut Draft, child: OrgId, parent: OrgId, on: Day, basis: Option<&Basis>) {
    let Some(org) = draft.snapshot().org(child) else { return };
    let under = |version: &OrgVersion| version.values.parent_id == Some(parent);
    let stays = org.timeline().any(|(period, version)| under(version) && period.reaches(on));
    if !stays {
        return;
    }
    if org.established_on() >= on {
        remove(draft, child, on, basis);
    } else if org.on(on.plus(-1)).is_some_and(under) && org.on(on).is_some_and(under) {
        end(draft, child, on, basis);
    } else {
        let kept = |version: &&OrgVersion| version.valid_from < on || !under(version);
        let versions: Vec<OrgVersion> = org.versions.iter().filter(kept).cloned().collect();
        draft.put_versions(child, &versions);
    }
}

/// Removes a body that begins on `on` or later, with everything in it and under it.
fn remove(draft: &mut Draft, id: OrgId, on: Day, basis: Option<&Basis>) {
    end_roles(draft, id, on, basis);
    let children: Vec<OrgId> = draft.snapshot().ever_under(Some(id)).map(|child| child.id).collect();
    // First, so that bodies that are to stand under each other one after the other do not remove each
    // other for ever.
    erase(draft, id);
    for child in children {
        leave(draft, child, id, on, basis);
    }
}

/// Ends the roles in a body and those it holds; removes those that have not begun.
fn end_roles(draft: &mut Draft, id: OrgId, on: Day, basis: Option<&Basis>) {
    let snapshot = draft.snapshot();
    let roles: Vec<(RoleId, RoleFacts)> = snapshot
        .roles_in(id)
        .chain(snapshot.roles_held(Holder::Unit(id)))
        .filter(|role| role.facts.period().reaches(on))
        .map(|role| (role.id, role.facts.clone()))
        .collect();
    for (role, facts) in roles {
        let begun = facts.valid_from < on;
        let ended = RoleFacts { valid_until: Some(on), end_basis: basis.cloned(), ..facts };
        draft.put_role(role, begun.then_some(ended));
    }
}
