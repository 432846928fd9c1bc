//! The official order of the roles in an org and of the orgs under it.

use std::{collections::BTreeSet, hash::Hash};

use uuid::Uuid;

use super::{Circumstances, Verdict, orgs::find, timeline::Timeline};
use crate::{
    domain::{Basis, Day, Error, ObjectKey, OrderNumber, OrgId, OrgValuesPatch, RoleFacts, RoleId, Status},
    registry::draft::Draft,
};

/// Puts the roles of an org in order. Every role held today must be named. A role that begins
/// later may be named, and otherwise comes after the others.
pub(super) fn roles(draft: &mut Draft, id: OrgId, ids: &[RoleId], with: &Circumstances<'_>) -> Result<Verdict, Error> {
    find(draft.snapshot(), id)?;
    let of = |status: Status| -> Vec<(i32, RoleId)> {
        let roles = draft.snapshot().roles_in(id).filter(|role| role.period().status(with.today) == status);
        let mut roles: Vec<_> = roles.map(|role| (role.order(), role.id())).collect();
        roles.sort_unstable();
        roles
    };
    let current: Vec<RoleId> = of(Status::Current).into_iter().map(|(_, id)| id).collect();
    let planned: Vec<RoleId> = of(Status::Planned).into_iter().map(|(_, id)| id).collect();
    whole(ids, &current, &planned)?;
    let unnamed = planned.into_iter().filter(|id| !ids.contains(id));
    for (order, role) in (1..).zip(ids.iter().copied().chain(unnamed)) {
        if let Some(facts) = draft.snapshot().role(role).map(|role| role.facts()) {
            draft.put(role, Some(RoleFacts { order, ..facts }));
        }
    }
    Ok(ObjectKey::Org(id).into())
}

/// Puts the orgs that stand under an org on a day in order from that day on.
pub(super) fn children(draft: &mut Draft, id: OrgId, ids: &[OrgId], on: Day) -> Result<Verdict, Error> {
    let view = find(draft.snapshot(), id)?;
    if !view.life().contains(on) {
        return Err(Error::NotAlive { org: id, on });
    }
    let view = draft.snapshot().org_on(id, on);
    let children: Vec<OrgId> =
        view.iter().flat_map(|view| draft.snapshot().children_of(view)).map(|child| child.id()).collect();
    whole(ids, &children, &[])?;
    for (order, child) in (1..).zip(ids) {
        put_in_place(draft, *child, order, on, None);
    }
    Ok(Verdict::on(ObjectKey::Org(id), on))
}

/// Gives an org its place among the orgs under the same parent from a day on, if it has another one.
pub(super) fn put_in_place(draft: &mut Draft, id: OrgId, order: i32, on: Day, basis: Option<&Basis>) {
    let Some(mut timeline) = draft.snapshot().org(id).map(Timeline::of) else { return };
    let Some(place) = timeline.split(on) else { return };
    if timeline.values(place).is_some_and(|values| values.order != order) {
        let values = OrgValuesPatch { order: Some(OrderNumber::at(order)), ..OrgValuesPatch::default() };
        if timeline.set(place, &values, draft.act(basis.cloned())) {
            draft.put_versions(id, &timeline.into_versions());
        }
    }
}

/// `ids` must name everything in `all` once. It may name what is in `besides`, and nothing else.
fn whole<T: Copy + Ord + Hash + Into<Uuid>>(ids: &[T], all: &[T], besides: &[T]) -> Result<(), Error> {
    let named: BTreeSet<T> = ids.iter().copied().collect();
    if named.len() < ids.len() {
        let mut seen = BTreeSet::new();
        let twice = ids.iter().copied().find(|id| !seen.insert(*id));
        let value = twice.map(|id| Into::<Uuid>::into(id).to_string()).unwrap_or_default();
        return Err(Error::Repeated { pointer: "/ids".to_owned(), value });
    }
    let missing: Vec<Uuid> = all.iter().filter(|id| !named.contains(id)).map(|id| (*id).into()).collect();
    let foreign: Vec<Uuid> =
        ids.iter().filter(|id| !all.contains(id) && !besides.contains(id)).map(|id| (*id).into()).collect();
    if missing.is_empty() && foreign.is_empty() { Ok(()) } else { Err(Error::NotTheWhole { missing, foreign }) }
}
