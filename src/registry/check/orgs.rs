//! What each org keeps, wherever it stands.

use super::{external_ids::external_ids, places::placement};
use crate::{
    directory::Snapshot,
    domain::{ApiKey, Blocker, BlockerKind, Error, Org, OrgId, OrgKind, OrgVersion, day_in_zone},
    registry::refer::{first, unknown_of, unknown_successors},
};

/// Refuses an org that breaks a rule wherever it stands.
pub(super) fn org_alone(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    life(org)?;
    first(fields(org))?;
    units(snapshot, org)?;
    group_once(snapshot, org)?;
    successors(snapshot, org)?;
    first(external_ids(snapshot, org))
}

/// What is wrong with an org of a directory that is entered whole; whether it shares a code is asked of all at once.
pub(in crate::registry) fn org_whole(snapshot: &Snapshot, org: &Org) -> Vec<Error> {
    let of_versions = org.versions.iter().flat_map(|version| unknown_of(snapshot, &version.values));
    let mut wrong: Vec<Error> = of_versions.collect();
    wrong.dedup();
    wrong.extend(unknown_successors(snapshot, org.id, &org.facts.successor_ids));
    let all_known = wrong.is_empty();
    wrong.extend(fields(org));
    // The other rules follow how long the org lives, and some of them what it names.
    if let Err(error) = life(org) {
        wrong.push(error);
        return wrong;
    }
    wrong.extend(external_ids(snapshot, org));
    if all_known {
        let rules = [units(snapshot, org), group_once(snapshot, org), successors(snapshot, org)];
        wrong.extend(rules.into_iter().chain([placement(snapshot, org)]).filter_map(Result::err));
    }
    wrong
}

/// Its successors live on the day on which it ends, and are units exactly if it is one; and so is it for the orgs whose
/// successor it is. Since each lives on after the one before, no chain of successors leads back.
fn successors(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    let own = org.facts.successor_ids.iter().map(|successor| (org, *successor));
    let of_others = snapshot.predecessors(org.id).map(|other| (other, org.id));
    own.chain(of_others).try_for_each(|(before, successor)| {
        let (Some(on), Some(after)) = (before.facts.dissolved_on, snapshot.org(successor)) else { return Ok(()) };
        let is_unit = |version: &OrgVersion| version.values.kind == OrgKind::Unit;
        match after.on(on) {
            None => Err(Error::SuccessorAbsent { org: before.id, successor, on }),
            Some(version) if is_unit(version) != is_unit(before.nearest(on).1) => {
                Err(Error::SuccessorForeign { org: before.id, successor, on })
            }
            Some(_) => Ok(()),
        }
    })
}

/// No other leading group of that name stands under the same org on the same day: a notice that is entered twice, at
/// whatever door, must not establish its group twice.
fn group_once(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    let is_group = |version: &OrgVersion| version.values.kind == OrgKind::LeadingGroup;
    for (period, version) in org.timeline().filter(|(_, version)| is_group(version)) {
        let (parent, name) = (version.values.parent_id, version.values.name.folded());
        for other in snapshot.ever_under(parent).filter(|other| other.id != org.id) {
            for (theirs, version) in other.timeline() {
                let same = || version.values.parent_id == parent && version.values.name.folded() == name;
                let common = theirs.and(period).filter(|_| is_group(version) && same());
                if let Some(common) = common {
                    return Err(Error::GroupExists { org: other.id, on: common.from() });
                }
            }
        }
    }
    Ok(())
}

/// Nothing names an org that is gone.
pub(super) fn unnamed_if_gone(snapshot: &Snapshot, id: OrgId) -> Result<(), Error> {
    if snapshot.org(id).is_some() {
        return Ok(());
    }
    let mut blockers: Vec<Blocker> = naming(snapshot, id).collect();
    blockers.sort();
    if blockers.is_empty() { Ok(()) } else { Err(Error::InUse { blockers, hidden: 0 }) }
}

/// What names an org without standing under it or lying in it: orgs whose unit or successor it is, and
/// seats that point at it, and keys whose grants name it.
pub(in crate::registry) fn naming(snapshot: &Snapshot, id: OrgId) -> impl Iterator<Item = Blocker> + '_ {
    let by = |kind| move |org: &Org| Blocker { kind, id: org.id.0, valid_from: org.established_on() };
    let members = snapshot.ever_of_unit(id).map(by(BlockerKind::UnitOf));
    let seats = snapshot.seats_in(id).map(|role| Blocker {
        kind: BlockerKind::SeatOf,
        id: role.id().0,
        valid_from: role.period().from(),
    });
    let named = move |key: &ApiKey| key.facts.grants.iter().any(|grant| grant.org_id == Some(id));
    let keys = keys_that(snapshot, BlockerKind::GrantOf, named);
    members.chain(snapshot.predecessors(id).map(by(BlockerKind::SuccessorOf))).chain(seats).chain(keys)
}

/// The API keys of which something holds, as what stands in the way.
pub(in crate::registry) fn keys_that<'s>(
    snapshot: &'s Snapshot,
    kind: BlockerKind,
    holds: impl Fn(&ApiKey) -> bool + 's,
) -> impl Iterator<Item = Blocker> + 's {
    snapshot.api_keys().filter(move |key| holds(key)).map(move |key| Blocker {
        kind,
        id: key.id.0,
        valid_from: day_in_zone(key.updated_at, snapshot.zone()),
    })
}

/// Its end comes after its founding and after its last version began.
fn life(org: &Org) -> Result<(), Error> {
    let last = org.versions.last().map(|version| version.valid_from);
    match (org.facts.dissolved_on, last) {
        (Some(until), Some(from)) if until <= from => Err(Error::EmptyPeriod { from, until }),
        _ => Ok(()),
    }
}

/// No version says what its kind has no field for. Returns the first such field of each.
fn fields(org: &Org) -> Vec<Error> {
    let foreign = |version: &OrgVersion| {
        let (kind, on) = (version.values.kind, version.valid_from);
        let field = version.values.foreign_field(kind).or_else(|| org.facts.foreign_field(kind))?;
        Some(Error::KindForbids { org: org.id, kind, field, on })
    };
    org.versions.iter().filter_map(foreign).collect()
}

/// What it names as its units are administrative units, on every day on which it names them.
pub(super) fn units(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    for (period, version) in org.timeline() {
        for unit in &version.values.unit_ids {
            let is_unit = snapshot.org(*unit).is_some_and(|unit| {
                let kind = |version: &OrgVersion| version.values.kind == OrgKind::Unit;
                kind(unit.nearest(period.from()).1)
                    && unit.timeline().all(|(stretch, version)| kind(version) || stretch.and(period).is_none())
            });
            if !is_unit {
                return Err(Error::NotAUnit { org: *unit });
            }
        }
    }
    Ok(())
}
