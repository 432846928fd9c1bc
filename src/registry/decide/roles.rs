//! Roles: who or what holds which post in which org.

use super::{Circumstances, Verdict, order::put_role_at};
use crate::{
    directory::{RoleRow, Snapshot},
    domain::{Basis, Counterpart, Day, Error, ORDER_MAX, ObjectKey, OrgId, RoleFacts, RoleId, RolePatch, Subject},
    registry::{
        draft::Draft,
        refer::{refer_to_org, refer_to_post, refuse_all, says_what_is_so, unknown_holder},
        requests::{CreateRole, PatchRole},
    },
};

pub(super) fn create(draft: &mut Draft, create: &CreateRole, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let mut facts = RoleFacts::from(create);
    let snapshot = draft.snapshot();
    let named = [refer_to_org(snapshot, "/org_id", facts.org_id), refer_to_post(snapshot, "/post", &facts.post)];
    let mut wrong: Vec<Error> = named.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() || with.may_know_unknown(snapshot, &facts.holder) {
        wrong.extend(unknown_holder(snapshot, "/holder", &facts.holder));
    }
    refuse_all(wrong)?;
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

pub(super) fn patch(
    draft: &mut Draft,
    id: RoleId,
    patch: &PatchRole,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let role = find(draft.snapshot(), id)?;
    let placed_on = patch.effective_on.or(is_placed(draft.snapshot(), &role, with.today).then_some(with.today));
    if let Some(on) = placed_on.filter(|_| patch.order.is_some() || patch.effective_on.is_some()) {
        let place = patch.order.ok_or_else(|| contradictory("/effective_on", Counterpart::NoOrder))?;
        of_the_place_alone(patch)?;
        let (org, on) = (role.org_id(), on.max(role.valid_from()));
        if let Some(until) = role.valid_until().filter(|until| *until <= on) {
            return Err(Error::AlreadyEnded { role: id, on: until });
        }
        put_role_at(draft, org, id, place, on, patch.basis.given());
        return Ok(Verdict::on(ObjectKey::Role(id), on));
    }
    // The number of the role itself is corrected, since that is its place.
    let mut facts = RolePatch::from(patch).applied_to(&role.facts());
    // What goes on has no document of an end. One that is given all the same is refused.
    if facts.valid_until.is_none() && !patch.end_basis.is_given() {
        facts.end_basis = None;
    }
    draft.put(id, Some(facts));
    Ok(ObjectKey::Role(id).into())
}

/// A request that gives a place from a day on changes nothing else of the role: its document is that of the order.
fn of_the_place_alone(patch: &PatchRole) -> Result<(), Error> {
    let PatchRole { order: _, effective_on: _, basis: _, valid_from, valid_until, end_basis } = patch;
    let of_the_role = [
        ("/valid_from", valid_from.is_some()),
        ("/valid_until", valid_until.is_given()),
        ("/end_basis", end_basis.is_given()),
    ];
    let given = of_the_role.into_iter().filter(|(_, is_given)| *is_given);
    refuse_all(given.map(|(pointer, _)| contradictory(pointer, Counterpart::Placing)))
}

fn contradictory(pointer: &str, other: Counterpart) -> Error {
    Error::Contradictory { pointer: pointer.to_owned(), other }
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

/// Whether a declared order gives a role its place today, or on the day of the role that is nearest to today.
fn is_placed(snapshot: &Snapshot, role: &RoleRow<'_>, today: Day) -> bool {
    let last = role.valid_until().map_or(Day::MAX, |until| until.plus(-1));
    let view = snapshot.org_on(role.org_id(), today.max(role.valid_from()).min(last));
    view.is_some_and(|view| view.declared_place_of(role).is_some())
}

/// The place after the roles held in an org on `day` or later.
pub(super) fn next_order(snapshot: &Snapshot, org: OrgId, day: Day) -> i32 {
    let last = snapshot.roles_in(org).filter(|role| role.period().reaches(day)).map(|role| role.order());
    (last.max().unwrap_or(0) + 1).min(ORDER_MAX)
}

fn find(snapshot: &Snapshot, id: RoleId) -> Result<RoleRow<'_>, Error> {
    snapshot.role(id).ok_or_else(|| Error::NotFound { what: Subject::Role, id: id.to_string() })
}
