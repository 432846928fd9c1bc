//! Founding, changing and erasing a body.

use std::sync::Arc;

use super::{Circumstances, Target, Verdict, versions::Timeline};
use crate::{
    directory::Snapshot,
    domain::{
        Basis, Blocker, BlockerKind, Day, Error, Field, Holder, ORDER_MAX, Org, OrgFacts, OrgId, OrgValues, OrgVersion,
        Period, Subject,
    },
    registry::{
        check::naming,
        command::{CreateOrg, PatchOrg, ValuesPatch},
        draft::Draft,
        refer::refer_to_all_of,
    },
};

pub(super) fn create(draft: &mut Draft, create: &CreateOrg, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let CreateOrg { values, order, valid_from, valid_until, duties, external_ids, member_counts, basis } = create;
    let id = OrgId((with.new_id)());
    let from = valid_from.unwrap_or(with.today);
    if let Some(until) = valid_until.filter(|until| *until <= from) {
        return Err(Error::EmptyPeriod { from, until });
    }
    if let Some(field) = values.foreign_field() {
        return Err(Error::ForeignField { kind: values.kind, field });
    }
    refer_to_all_of(draft.snapshot(), values)?;
    let order = order.unwrap_or_else(|| next_order(draft.snapshot(), values.parent_id, from));
    let facts = OrgFacts {
        dissolved_on: *valid_until,
        duties: duties.clone(),
        external_ids: external_ids.clone(),
        member_counts: *member_counts,
        ..OrgFacts::default()
    };
    draft.put_org(id, Some(facts));
    let values = Arc::new(OrgValues { order, ..values.clone() });
    draft.put_version(id, from, Some(OrgVersion { valid_from: from, values, basis: basis.clone() }));
    Ok(Target::Org(id).into())
}

pub(super) fn patch(
    draft: &mut Draft,
    id: OrgId,
    patch: &PatchOrg,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let PatchOrg { values, duties, external_ids, member_counts, effective_on, basis } = patch;
    let org = find(draft.snapshot(), id)?.clone();
    let incomplete = |missing| Error::Incomplete { field: "member_counts", missing };
    let facts = OrgFacts {
        duties: duties.clone().over(org.facts.duties.clone()),
        external_ids: external_ids.clone().or_default(org.facts.external_ids.clone()),
        member_counts: match member_counts {
            Field::Keep => org.facts.member_counts,
            Field::Clear => None,
            Field::Set(counts) => Some(counts.over(org.facts.member_counts).map_err(incomplete)?),
        },
        ..org.facts.clone()
    };
    draft.put_org(id, Some(facts));
    if values.is_empty() {
        return Ok(Target::Org(id).into());
    }
    let on = effective_on.unwrap_or(with.today);
    change_values(draft, id, values, on, basis.as_ref())?;
    Ok(Verdict { target: Target::Org(id), shown_on: Some(on) })
}

/// Sets the values of a body from a day on.
pub(super) fn change_values(
    draft: &mut Draft,
    id: OrgId,
    values: &ValuesPatch,
    on: Day,
    basis: Option<&Basis>,
) -> Result<(), Error> {
    let mut timeline = Timeline::of(find(draft.snapshot(), id)?);
    let place = timeline.split(on).ok_or(Error::NotAlive { org: id, on })?;
    let values = settle(draft.snapshot(), &timeline, place, values, on)?;
    if timeline.carry(place, &values) {
        timeline.rest_on(place, basis);
        draft.put_versions(id, &timeline.into_versions());
    }
    Ok(())
}

/// Completes a patch: what it names exists, and a body that moves stands after its new siblings
/// unless the patch says where.
pub(super) fn settle(
    snapshot: &Snapshot,
    timeline: &Timeline,
    place: usize,
    patch: &ValuesPatch,
    on: Day,
) -> Result<ValuesPatch, Error> {
    let mut patch = patch.clone();
    let Some(current) = timeline.values(place) else { return Ok(patch) };
    let after = patch.applied_to(current);
    refer_to_all_of(snapshot, &after)?;
    if after.parent_id != current.parent_id && patch.order.is_none() {
        patch.order = Some(next_order(snapshot, after.parent_id, on));
    }
    Ok(patch)
}

pub(super) fn delete(draft: &mut Draft, id: OrgId) -> Result<Verdict, Error> {
    let org = find(draft.snapshot(), id)?;
    let mut blockers = blockers_from(draft.snapshot(), org, Day::MIN);
    blockers.retain(|blocker| blocker.kind != BlockerKind::Version);
    blockers.extend(naming(draft.snapshot(), id));
    if !blockers.is_empty() {
        return Err(Error::InUse { blockers });
    }
    erase(draft, id);
    Ok(Target::Org(id).into())
}

/// Takes a body away with its whole history.
pub(super) fn erase(draft: &mut Draft, id: OrgId) {
    draft.put_versions(id, &[]);
    draft.put_org(id, None);
}

/// What holds a body on `day` or later: bodies under it, roles in it and held by it, supervisions by and
/// of it, versions of it.
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
    for supervision in snapshot.supervisions_by(org.id) {
        add(BlockerKind::SupervisionBy, supervision.id.0, supervision.facts.period());
    }
    for supervision in snapshot.supervisions_of(org.id) {
        add(BlockerKind::SupervisionOf, supervision.id.0, supervision.facts.period());
    }
    let later = org.versions.iter().map(|version| version.valid_from).filter(|from| *from >= day);
    blockers.extend(later.map(|valid_from| Blocker { kind: BlockerKind::Version, id: org.id.0, valid_from }));
    blockers.sort();
    blockers
}

pub(super) fn find(snapshot: &Snapshot, id: OrgId) -> Result<&Org, Error> {
    snapshot.org(id).ok_or_else(|| Error::NotFound { what: Subject::Org, id: id.to_string() })
}

/// The place after the bodies that stand under `parent` on `day` or later.
pub(super) fn next_order(snapshot: &Snapshot, parent: Option<OrgId>, day: Day) -> i32 {
    (snapshot.last_order_under(parent, day).unwrap_or(0) + 1).min(ORDER_MAX)
}

impl ValuesPatch {
    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        let Self { name, short_name, name_en, kind, parent_id, code, order, branch_type, joint, temporary, unit_ids } =
            self;
        name.is_none()
            && kind.is_none()
            && order.is_none()
            && ![
                short_name.is_given(),
                name_en.is_given(),
                parent_id.is_given(),
                code.is_given(),
                branch_type.is_given(),
                joint.is_given(),
                temporary.is_given(),
                unit_ids.is_given(),
            ]
            .contains(&true)
    }

    /// What `values` become with it.
    pub(super) fn applied_to(&self, values: &OrgValues) -> OrgValues {
        let OrgValues {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
        } = values.clone();
        let patch = self.clone();
        OrgValues {
            name: patch.name.unwrap_or(name),
            short_name: patch.short_name.over(short_name),
            name_en: patch.name_en.over(name_en),
            kind: patch.kind.unwrap_or(kind),
            parent_id: patch.parent_id.over(parent_id),
            code: patch.code.over(code),
            order: patch.order.unwrap_or(order),
            branch_type: patch.branch_type.over(branch_type),
            joint: patch.joint.or_default(joint),
            temporary: patch.temporary.or_default(temporary),
            unit_ids: patch.unit_ids.or_default(unit_ids),
        }
    }

    /// The patch that sets every field as `values` have it.
    pub(super) fn of(values: &OrgValues) -> Self {
        fn set<T>(value: Option<T>) -> Field<T> {
            value.map_or(Field::Clear, Field::Set)
        }
        let OrgValues {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
        } = values.clone();
        Self {
            name: Some(name),
            short_name: set(short_name),
            name_en: set(name_en),
            kind: Some(kind),
            parent_id: set(parent_id),
            code: set(code),
            order: Some(order),
            branch_type: set(branch_type),
            joint: Field::Set(joint),
            temporary: Field::Set(temporary),
            unit_ids: Field::Set(unit_ids),
        }
    }
}
