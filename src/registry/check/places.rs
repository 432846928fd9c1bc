//! Where an org stands: under a parent that may have it, and never under itself.

use crate::{
    directory::{LEVELS_MAX, Snapshot},
    domain::{BlockerKind, Error, Org, OrgId, OrgKind, Period, tier},
};

/// On every day of its life its parent lives, may have it, and is not below it.
pub(super) fn placement(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    for (period, version) in org.timeline() {
        let (kind, parent) = (version.values.kind, version.values.parent_id);
        let misplaced = |parent, on| Error::Misplaced { org: org.id, kind, parent, on };
        let Some(parent_id) = parent else {
            if !kind.may_stand_under(None) {
                return Err(misplaced(None, period.from()));
            }
            continue;
        };
        climb(snapshot, (org.id, parent_id), (org.id, parent_id), period, 2)?;
        for (above_period, parent, above) in stretches(snapshot, parent_id, period) {
            let of_tier = tier(parent, above);
            if !kind.may_stand_under(Some((parent, of_tier))) {
                return Err(misplaced(Some(parent), above_period.from()));
            }
        }
    }
    Ok(())
}

/// Every org above `org` exists throughout, none is `org` itself, and they are not too many. `step` leads from one of
/// them, or `org`, to that above it.
fn climb(
    snapshot: &Snapshot,
    (org, parent): (OrgId, OrgId),
    step: (OrgId, OrgId),
    period: Period,
    level: usize,
) -> Result<(), Error> {
    let (on, (below, above)) = (period.from(), step);
    if above == org {
        return Err(Error::WouldCycle { org, under: parent, on });
    }
    if level > LEVELS_MAX {
        return Err(Error::TooDeep { org, levels_max: LEVELS_MAX, on });
    }
    let covering = snapshot.org(above).filter(|above| above.life().covers(period));
    let Some(found) = covering else {
        let by = (BlockerKind::Child, below.0);
        return Err(Error::OutsideLife { org: above, from: on, until: period.until(), by });
    };
    for (stretch, version) in found.timeline() {
        if let (Some(common), Some(next)) = (stretch.and(period), version.values.parent_id) {
            climb(snapshot, (org, parent), (above, next), common, level + 1)?;
        }
    }
    Ok(())
}

/// The kind of an org and of its parent, day by day over `period`.
pub(super) fn stretches(snapshot: &Snapshot, id: OrgId, period: Period) -> Vec<(Period, OrgKind, Option<OrgKind>)> {
    let mut found = Vec::new();
    for (own, version) in snapshot.org(id).into_iter().flat_map(Org::timeline) {
        let Some(common) = own.and(period) else { continue };
        let kind = version.values.kind;
        match version.values.parent_id.and_then(|parent| snapshot.org(parent)) {
            None => found.push((common, kind, None)),
            Some(parent) => found.extend(parent.timeline().filter_map(|(above, version)| {
                above.and(common).map(|common| (common, kind, Some(version.values.kind)))
            })),
        }
    }
    found
}
