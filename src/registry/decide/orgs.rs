//! Establishing, changing and deleting an org.

use std::sync::Arc;

use super::{Circumstances, Verdict, timeline::Timeline};
use crate::{
    directory::Snapshot,
    domain::{
        Basis, Blocker, BlockerKind, Day, Error, Holder, MemberCountSeries, ORDER_MAX, ObjectKey, OrderNumber, Org,
        OrgFacts, OrgFactsPatch, OrgId, OrgValues, OrgValuesPatch, OrgVersion, Period, Subject,
    },
    registry::{
        check::naming,
        draft::Draft,
        plain,
        refer::refer_to_all_of,
        requests::{CreateOrg, PatchOrg},
    },
};

pub(super) fn create(draft: &mut Draft, create: &CreateOrg, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let id = OrgId((with.new_id)());
    let from = create.valid_from.unwrap_or(with.today);
    if let Some(until) = create.valid_until.filter(|until| *until <= from) {
        return Err(Error::EmptyPeriod { from, until });
    }
    let mut values = OrgValues::from(create);
    let mut facts = OrgFacts::from(create);
    facts.dissolved_on = create.valid_until;
    facts.member_counts = create.member_counts.map(MemberCountSeries::of);
    let foreign = values.foreign_field(values.kind).or_else(|| facts.foreign_field(values.kind));
    if let Some(field) = foreign {
        return Err(Error::ForeignField { kind: values.kind, field });
    }
    refer_to_all_of(draft.snapshot(), &values)?;
    if create.order.is_none() {
        values.order = next_order(draft.snapshot(), values.parent_id, from);
    }
    draft.put(id, Some(facts));
    let acts = vec![draft.act(create.basis.clone())];
    draft.put((id, from), Some(OrgVersion { valid_from: from, values: Arc::new(values), acts }));
    Ok(ObjectKey::Org(id).into())
}

pub(super) fn patch(
    draft: &mut Draft,
    id: OrgId,
    patch: &PatchOrg,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let org = find(draft.snapshot(), id)?.clone();
    let mut facts = OrgFactsPatch::from(patch).applied_to(&org.facts);
    if let Some(counts) = &patch.member_counts {
        let incomplete = |missing| Error::Incomplete { field: "member_counts", missing };
        facts.member_counts = MemberCountSeries::patched(facts.member_counts, counts).map_err(incomplete)?;
    }
    draft.put(id, Some(facts));
    let values = OrgValuesPatch::from(patch);
    if values.is_empty() {
        return Ok(ObjectKey::Org(id).into());
    }
    let on = patch.effective_on.unwrap_or(with.today);
    // "The name stays" is a decision too, if a document says so.
    let confirms = patch.basis.is_some();
    change_values(draft, id, &values, on, patch.basis.as_ref(), confirms)?;
    Ok(Verdict::on(ObjectKey::Org(id), on))
}

/// Sets the values of an org from a day on. If they hold on that day anyway, only an act that `confirms` them counts.
pub(super) fn change_values(
    draft: &mut Draft,
    id: OrgId,
    values: &OrgValuesPatch,
    on: Day,
    basis: Option<&Basis>,
    confirms: bool,
) -> Result<(), Error> {
    let mut timeline = Timeline::of(find(draft.snapshot(), id)?);
    let place = timeline.split(on).ok_or(Error::NotAlive { org: id, on })?;
    let values = settle(draft.snapshot(), &timeline, place, values, on)?;
    let changes = timeline.values(place).is_some_and(|current| values.applied_to(current) != *current);
    if (changes || confirms) && timeline.set(place, &values, draft.act(basis.cloned())) {
        draft.put_versions(id, &timeline.into_versions());
    }
    Ok(())
}

/// Completes a patch: what it names exists, and an org that moves stands after its new siblings
/// unless the patch says where.
pub(super) fn settle(
    snapshot: &Snapshot,
    timeline: &Timeline,
    place: usize,
    patch: &OrgValuesPatch,
    on: Day,
) -> Result<OrgValuesPatch, Error> {
    let mut patch = patch.clone();
    let Some(current) = timeline.values(place) else { return Ok(patch) };
    let after = patch.applied_to(current);
    refer_to_all_of(snapshot, &after)?;
    if after.parent_id != current.parent_id && patch.order.is_none() {
        patch.order = Some(OrderNumber::at(next_order(snapshot, after.parent_id, on)));
    }
    Ok(patch)
}

pub(super) fn delete(draft: &mut Draft, id: OrgId) -> Result<Verdict, Error> {
    let org = find(draft.snapshot(), id)?;
    let mut blockers = blockers_from(draft.snapshot(), org, Day::MIN);
    blockers.retain(|blocker| blocker.kind != BlockerKind::Version);
    blockers.extend(naming(draft.snapshot(), id));
    if !blockers.is_empty() {
        return Err(Error::InUse { blockers, hidden: 0 });
    }
    remove(draft, id);
    Ok(ObjectKey::Org(id).into())
}

/// Removes an org with its whole history.
pub(super) fn remove(draft: &mut Draft, id: OrgId) {
    draft.put_versions(id, &[]);
    draft.put(id, None);
}

/// What keeps an org in use on `day` or later: orgs under it, roles in it and held by it, plain objects that name
/// it, and versions of it.
pub(super) fn blockers_from(snapshot: &Snapshot, org: &Org, day: Day) -> Vec<Blocker> {
    let since = Period::open(day);
    let mut blockers = Vec::new();
    for child in snapshot.ever_under(Some(org.id)) {
        let first = child.timeline().find_map(|(period, version)| {
            period.and(since).filter(|_| version.values.parent_id == Some(org.id)).map(|_| period.from())
        });
        blockers.extend(first.map(|valid_from| Blocker { kind: BlockerKind::Child, id: child.id.0, valid_from }));
    }
    let mut add = |kind, id, period: Period| {
        if period.reaches(day) {
            blockers.push(Blocker { kind, id, valid_from: period.from() });
        }
    };
    for role in snapshot.roles_in(org.id) {
        add(BlockerKind::RoleIn, role.id().0, role.period());
    }
    for role in snapshot.roles_held(&Holder::Unit(org.id)) {
        add(BlockerKind::RoleHeld, role.id().0, role.period());
    }
    blockers.extend(plain::blockers(snapshot, org.id, day));
    let later = org.versions.iter().map(|version| version.valid_from).filter(|from| *from >= day);
    blockers.extend(later.map(|valid_from| Blocker { kind: BlockerKind::Version, id: org.id.0, valid_from }));
    blockers.sort();
    blockers
}

pub(super) fn find(snapshot: &Snapshot, id: OrgId) -> Result<&Org, Error> {
    snapshot.org(id).ok_or_else(|| Error::NotFound { what: Subject::Org, id: id.to_string() })
}

/// The place after the orgs that stand under `parent` on `day` or later.
pub(super) fn next_order(snapshot: &Snapshot, parent: Option<OrgId>, day: Day) -> i32 {
    (snapshot.last_order_under(parent, day).unwrap_or(0) + 1).min(ORDER_MAX)
}
