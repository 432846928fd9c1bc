//! Where an org stands: under a parent that may have it, and never under itself.

use crate::{
    directory::{LEVELS_MAX, Snapshot},
    domain::{Error, Org, OrgId, OrgKind, Period, tier},
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
        climb(snapshot, org.id, parent_id, period, 2)?;
        for (above_period, parent, above) in stretches(snapshot, parent_id, period) {
            let of_tier = tier(parent, above);
            if !kind.may_stand_under(Some((parent, of_tier))) {
                return Err(misplaced(Some(parent), above_period.from()));
            }
        }
    }
    Ok(())
}

/// Every org above exists throughout, none is `org` itself, and they are not too many.
fn climb(snapshot: &Snapshot, org: OrgId, above: OrgId, period: Period, level: usize) -> Result<(), Error> {
    let on = period.from();
    if above == org {
        return Err(Error::WouldCycle { org, under: above, on });
    }
    if level > LEVELS_MAX {
        return Err(Error::TooDeep { org, levels_max: LEVELS_MAX, on });
    }
    let covering = snapshot.org(above).filter(|parent| parent.life().covers(period));
    let Some(parent) = covering else {
        return Err(Error::OutsideLife { org: above, from: on, until: period.until() });
    };
    for (stretch, version) in parent.timeline() {
        if let (Some(common), Some(next)) = (stretch.and(period), version.values.parent_id) {
            climb(snapshot, org, next, common, level + 1)?;
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
