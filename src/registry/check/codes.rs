//! A code is unique below one top committee.

use super::places::stretches;
use crate::{
    directory::{LEVELS_MAX, Snapshot},
    domain::{Code, Error, Org, OrgId, OrgKind, Period, tier},
};

/// No other org below the same top committee has one of its codes on the same day.
pub(super) fn codes(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    for (period, version) in org.timeline() {
        let Some(code) = &version.values.code else { continue };
        for other in snapshot.ever_coded(code).filter(|other| other.id != org.id) {
            for (theirs, version) in other.timeline() {
                let Some(common) = theirs.and(period).filter(|_| version.values.code.as_ref() == Some(code)) else {
                    continue;
                };
                code_apart(snapshot, code, org.id, other.id, common)?;
            }
        }
    }
    Ok(())
}

/// The orgs of a directory that is entered whole that have the same code below the same top committee on
/// the same day. All universities may number their orgs alike: to compare each with all others would take
/// for ever.
pub(in crate::registry) fn codes_whole<'s>(
    snapshot: &'s Snapshot,
    orgs: impl Iterator<Item = &'s Org>,
) -> Vec<(OrgId, Error)> {
    let mut used: Vec<(&Code, OrgId, Period, OrgId)> = Vec::new();
    for org in orgs {
        for (period, version) in org.timeline() {
            let Some(code) = &version.values.code else { continue };
            used.extend(
                tops(snapshot, org.id, period, LEVELS_MAX).into_iter().map(|(on, top)| (code, top, on, org.id)),
            );
        }
    }
    used.sort_unstable_by_key(|(code, top, period, org)| (*code, *top, period.from(), *org));
    let mut found = Vec::new();
    for same in used.chunk_by(|(code, top, ..), (next, next_top, ..)| code == next && top == next_top) {
        for (nth, (code, _, period, org)) in same.iter().enumerate() {
            let later = same.iter().skip(nth + 1);
            for (common, other) in later.filter_map(|(_, _, later, other)| Some((period.and(*later)?, *other))) {
                if other != *org {
                    let taken = |by| Error::CodeTaken { code: (*code).clone(), by, on: common.from() };
                    found.extend([(*org, taken(other)), (other, taken(*org))]);
                }
            }
        }
    }
    found
}

fn code_apart(snapshot: &Snapshot, code: &Code, org: OrgId, other: OrgId, period: Period) -> Result<(), Error> {
    for (own, top) in tops(snapshot, org, period, LEVELS_MAX) {
        for (common, theirs) in tops(snapshot, other, own, LEVELS_MAX) {
            if top == theirs {
                return Err(Error::CodeTaken { code: code.clone(), by: other, on: common.from() });
            }
        }
    }
    Ok(())
}

/// The top committee over an org, day by day over `period`: its tier-1 committee, or where there is
/// none its root.
fn tops(snapshot: &Snapshot, id: OrgId, period: Period, levels_left: usize) -> Vec<(Period, OrgId)> {
    let mut found = Vec::new();
    for (own, version) in snapshot.org(id).into_iter().flat_map(Org::timeline) {
        let Some(common) = own.and(period) else { continue };
        let parent = version.values.parent_id.filter(|_| levels_left > 0);
        let Some(parent) = parent else {
            found.push((common, id));
            continue;
        };
        if version.values.kind == OrgKind::Committee {
            for (stretch, kind, _) in stretches(snapshot, parent, common) {
                if tier(OrgKind::Committee, Some(kind)) == Some(1) {
                    found.push((stretch, id));
                } else {
                    found.extend(tops(snapshot, parent, stretch, levels_left - 1));
                }
            }
        } else {
            found.extend(tops(snapshot, parent, common, levels_left - 1));
        }
    }
    found
}
