//! The official order of the roles in an org and of the orgs under it.

use std::{collections::BTreeSet, hash::Hash};

use uuid::Uuid;

use super::{Verdict, orgs::find, timeline::Timeline};
use crate::{
    directory::{OrgView, Snapshot},
    domain::{
        Basis, Day, Error, ObjectKey, OrderNumber, OrgId, OrgValuesPatch, RoleId, RoleOrder, Standing, VersionAct,
    },
    registry::{
        draft::Draft,
        refer::{refuse_all, repeated},
    },
};

/// Declares the order of the holders in an org from a day on. Every role held on that day must be named. An order that
/// holds on that day anyway is declared only by a document.
pub(super) fn roles(
    draft: &mut Draft,
    id: OrgId,
    ids: &[RoleId],
    on: Day,
    basis: Option<&Basis>,
) -> Result<Verdict, Error> {
    let view = alive(draft.snapshot(), id, on)?;
    let current: Vec<RoleId> = draft.snapshot().roles_by_place(&view).iter().map(|held| held.role.id()).collect();
    whole(ids, &current)?;
    if basis.is_some() || *ids != *current {
        declare(draft, id, ids, on, basis);
    }
    Ok(Verdict::on(ObjectKey::Org(id), on))
}

/// Declares the order of the holders in an org: these roles, first to last.
pub(super) fn declare(draft: &mut Draft, id: OrgId, ids: &[RoleId], on: Day, basis: Option<&Basis>) {
    let snapshot = draft.snapshot();
    let standings = ids.iter().filter_map(|id| snapshot.role(*id));
    let order = RoleOrder::of(
        standings.map(|role| Standing { post: role.post().clone(), holder: role.holder() }).collect::<Vec<_>>(),
    );
    let Some(mut timeline) = snapshot.org(id).map(Timeline::of) else { return };
    let Some(place) = timeline.split(on) else { return };
    let says_so = |act: &VersionAct| act.basis.as_ref() == basis && act.fields.has("role_order");
    let before = timeline.version(place);
    if before
        .is_some_and(|version| version.values.role_order.as_ref() == Some(&order) && version.acts.iter().any(says_so))
    {
        return;
    }
    timeline.declare(place, "role_order", draft.act(basis.cloned()), |values| values.role_order = Some(order));
    draft.put_versions(id, &timeline.into_versions());
}

/// Puts a role at a place among the holders in its org from a day on. Where it stands there anyway, only a document
/// declares it.
pub(super) fn put_role_at(
    draft: &mut Draft,
    org: OrgId,
    role: RoleId,
    place: OrderNumber,
    on: Day,
    basis: Option<&Basis>,
) {
    let snapshot = draft.snapshot();
    let Some(view) = snapshot.org_on(org, on) else { return };
    let held: Vec<RoleId> = snapshot.roles_by_place(&view).iter().map(|held| held.role.id()).collect();
    let mut ids: Vec<RoleId> = held.iter().copied().filter(|id| *id != role).collect();
    let place = usize::try_from(i32::from(place)).unwrap_or(usize::MAX).saturating_sub(1).min(ids.len());
    ids.insert(place, role);
    if basis.is_some() || ids != held {
        declare(draft, org, &ids, on, basis);
    }
}

/// Puts the orgs that stand under an org on a day in order from that day on. An order that holds on that day anyway is
/// declared only by a document.
pub(super) fn children(
    draft: &mut Draft,
    id: OrgId,
    ids: &[OrgId],
    on: Day,
    basis: Option<&Basis>,
) -> Result<Verdict, Error> {
    let view = alive(draft.snapshot(), id, on)?;
    let current: Vec<OrgId> = draft.snapshot().children_of(&view).iter().map(|child| child.id()).collect();
    whole(ids, &current)?;
    if basis.is_some() || *ids != *current {
        for (order, child) in (1..).zip(ids) {
            put_in_place(draft, *child, order, on, basis);
        }
    }
    Ok(Verdict::on(ObjectKey::Org(id), on))
}

/// Gives an org its place among the orgs under the same parent from a day on.
pub(super) fn put_in_place(draft: &mut Draft, id: OrgId, order: i32, on: Day, basis: Option<&Basis>) {
    let Some(mut timeline) = draft.snapshot().org(id).map(Timeline::of) else { return };
    let Some(place) = timeline.split(on) else { return };
    let values = OrgValuesPatch { order: Some(OrderNumber::at(order)), ..OrgValuesPatch::default() };
    if timeline.set(place, &values, draft.act(basis.cloned())) {
        draft.put_versions(id, &timeline.into_versions());
    }
}

/// An org on a day of its life.
fn alive(snapshot: &Snapshot, id: OrgId, on: Day) -> Result<OrgView<'_>, Error> {
    let not_alive = || Error::NotAlive { org: id, on };
    if !find(snapshot, id)?.life().contains(on) {
        return Err(not_alive());
    }
    snapshot.org_on(id, on).ok_or_else(not_alive)
}

/// `ids` must name everything in `all` once, and nothing else.
fn whole<T: Copy + Ord + Hash + Into<Uuid>>(ids: &[T], all: &[T]) -> Result<(), Error> {
    let named: BTreeSet<T> = ids.iter().copied().collect();
    refuse_all(repeated(|index| format!("/ids/{index}"), ids))?;
    let missing: Vec<Uuid> = all.iter().filter(|id| !named.contains(id)).map(|id| (*id).into()).collect();
    let foreign: Vec<Uuid> = ids.iter().filter(|id| !all.contains(id)).map(|id| (*id).into()).collect();
    if missing.is_empty() && foreign.is_empty() { Ok(()) } else { Err(Error::NotTheWhole { missing, foreign }) }
}
