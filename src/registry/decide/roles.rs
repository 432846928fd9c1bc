//! Roles: who holds which post where.

use super::{Circumstances, Target, Verdict};
use crate::{
    directory::{HeldRole, Snapshot},
    domain::{Basis, Day, Error, Field, ORDER_MAX, OrgId, RoleFacts, RoleId, Subject},
    registry::{
        command::{CreateRole, PatchRole},
        draft::Draft,
        refer::{refer_to_holder, refer_to_org, refer_to_post},
    },
};

pub(super) fn create(draft: &mut Draft, create: &CreateRole, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let CreateRole { org_id, post, holder, valid_from, valid_until, order, acting, basis } = create.clone();
    let snapshot = draft.snapshot();
    refer_to_org(snapshot, "/org_id", org_id)?;
    refer_to_post(snapshot, "/post", &post)?;
    refer_to_holder(snapshot, "", &holder)?;
    let valid_from = valid_from.unwrap_or(with.today);
    let order = order.unwrap_or_else(|| next_order(snapshot, org_id, valid_from));
    let id = RoleId((with.new_id)());
    let facts = RoleFacts { org_id, post, holder, valid_from, valid_until, order, acting, basis, end_basis: None };
    draft.put_role(id, Some(facts));
    Ok(Target::Role(id).into())
}

pub(super) fn patch(draft: &mut Draft, id: RoleId, patch: &PatchRole) -> Result<Verdict, Error> {
    let mut facts = find(draft.snapshot(), id)?.facts();
    let PatchRole { valid_from, valid_until, order, basis } = patch.clone();
    if valid_until == Field::Clear {
        facts.end_basis = None;
    }
    facts.valid_from = valid_from.unwrap_or(facts.valid_from);
    facts.valid_until = valid_until.over(facts.valid_until);
    facts.order = order.unwrap_or(facts.order);
    facts.basis = basis.over(facts.basis);
    draft.put_role(id, Some(facts));
    Ok(Target::Role(id).into())
}

pub(super) fn end(draft: &mut Draft, id: RoleId, on: Day, basis: &Option<Basis>) -> Result<Verdict, Error> {
    let facts = find(draft.snapshot(), id)?.facts();
    if let Some(until) = facts.valid_until.filter(|until| *until <= on) {
        return Err(Error::AlreadyEnded { role: id, on: until });
    }
    if on <= facts.valid_from {
        return Err(Error::EndsBeforeStart { role: id, from: facts.valid_from });
    }
    draft.put_role(id, Some(RoleFacts { valid_until: Some(on), end_basis: basis.clone(), ..facts }));
    Ok(Target::Role(id).into())
}

pub(super) fn delete(draft: &mut Draft, id: RoleId) -> Result<Verdict, Error> {
    find(draft.snapshot(), id)?;
    draft.put_role(id, None);
    Ok(Target::Role(id).into())
}

/// The place after the roles held in a body on `day` or later.
pub(super) fn next_order(snapshot: &Snapshot, org: OrgId, day: Day) -> i32 {
    let last = snapshot.roles_in(org).filter(|role| role.period().reaches(day)).map(|role| role.order());
    (last.max().unwrap_or(0) + 1).min(ORDER_MAX)
}

fn find(snapshot: &Snapshot, id: RoleId) -> Result<HeldRole<'_>, Error> {
    snapshot.role(id).ok_or_else(|| Error::NotFound { what: Subject::Role, id: id.to_string() })
}
