//! Roles: who or what holds which post in which org.

use super::{Circumstances, Verdict, order::put_role_at};
use crate::{
    directory::{RoleRow, Snapshot},
    domain::{Basis, Day, Error, ORDER_MAX, ObjectKey, OrgId, RoleFacts, RoleId, RolePatch, Subject},
    registry::{
        draft::Draft,
        refer::{refer_to_holder, refer_to_org, refer_to_post, says_what_is_so},
        requests::{CreateRole, PatchRole},
    },
};

pub(super) fn create(draft: &mut Draft, create: &CreateRole, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let mut facts = RoleFacts::from(create);
    let snapshot = draft.snapshot();
    refer_to_org(snapshot, "/org_id", facts.org_id)?;
    refer_to_post(snapshot, "/post", &facts.post)?;
    refer_to_holder(snapshot, "/holder", &facts.holder)?;
    facts.valid_from = create.valid_from.unwrap_or(with.today);
    let sees = |person| with.sees(snapshot, person);
    says_what_is_so(snapshot, "/holder", &create.holder, facts.valid_from, sees)?;
    if create.order.is_none() {
        facts.order = next_order(snapshot, facts.org_id, facts.valid_from);
    }
    let id = RoleId((with.new_id)());
    draft.put(id, Some(facts));
    Ok(ObjectKey::Role(id).into())
}

pub(super) fn patch(draft: &mut Draft, id: RoleId, patch: &PatchRole) -> Result<Verdict, Error> {
    let role = find(draft.snapshot(), id)?;
    let placed = patch.order.zip(patch.effective_on).map(|(place, on)| (place, on.max(role.valid_from())));
    if let (Some((_, on)), Some(until)) = (placed, role.valid_until())
        && until <= on
    {
        return Err(Error::AlreadyEnded { role: id, on: until });
    }
    // Without a day, the number of the role itself is corrected.
    let order = patch.order.filter(|_| placed.is_none());
    let mut facts = RolePatch { order, ..RolePatch::from(patch) }.applied_to(&role.facts());
    // What goes on has no document of an end. One that is given all the same is refused.
    if facts.valid_until.is_none() && !patch.end_basis.is_given() {
        facts.end_basis = None;
    }
    let org = facts.org_id;
    draft.put(id, Some(facts));
    if let Some((place, on)) = placed {
        put_role_at(draft, org, id, place, on);
        return Ok(Verdict::on(ObjectKey::Role(id), on));
    }
    Ok(ObjectKey::Role(id).into())
}

pub(super) fn end(draft: &mut Draft, id: RoleId, on: Day, basis: &Option<Basis>) -> Result<Verdict, Error> {
    let facts = find(draft.snapshot(), id)?.facts();
    if let Some(until) = facts.valid_until.filter(|until| *until <= on) {
        return Err(Error::AlreadyEnded { role: id, on: until });
    }
    if on <= facts.valid_from {
        return Err(Error::EndsBeforeStart { role: id, from: facts.valid_from });
    }
    draft.put(id, Some(facts.ending(Some(on), basis.clone())));
    Ok(ObjectKey::Role(id).into())
}

pub(super) fn delete(draft: &mut Draft, id: RoleId) -> Result<Verdict, Error> {
    find(draft.snapshot(), id)?;
    draft.put(id, None);
    Ok(ObjectKey::Role(id).into())
}

/// The place after the roles held in an org on `day` or later.
pub(super) fn next_order(snapshot: &Snapshot, org: OrgId, day: Day) -> i32 {
    let last = snapshot.roles_in(org).filter(|role| role.period().reaches(day)).map(|role| role.order());
    (last.max().unwrap_or(0) + 1).min(ORDER_MAX)
}

fn find(snapshot: &Snapshot, id: RoleId) -> Result<RoleRow<'_>, Error> {
    snapshot.role(id).ok_or_else(|| Error::NotFound { what: Subject::Role, id: id.to_string() })
}
