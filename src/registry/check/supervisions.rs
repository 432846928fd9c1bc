//! What each supervision keeps.

use crate::{
    directory::Snapshot,
    domain::{Error, Org, OrgKind, Supervision},
    registry::refer::refer_to_org,
};

/// A supervision is of another body, and lies within the lives of both; what covers is a supervision group
/// throughout; and the same group does not cover the same body twice on a day.
pub(super) fn supervised(snapshot: &Snapshot, supervision: &Supervision) -> Result<(), Error> {
    let facts = &supervision.facts;
    if facts.org_id == facts.supervision_group_id {
        return Err(Error::SelfReference { pointer: "/org_id".to_owned() });
    }
    if let Some(until) = facts.valid_until.filter(|until| *until <= facts.valid_from) {
        return Err(Error::EmptyPeriod { from: facts.valid_from, until });
    }
    let period = facts.period();
    for id in [facts.supervision_group_id, facts.org_id] {
        if !snapshot.org(id).is_some_and(|org| org.life().covers(period)) {
            return Err(Error::OutsideLife { org: id, from: period.from(), until: period.until() });
        }
    }
    for (stretch, version) in snapshot.org(facts.supervision_group_id).into_iter().flat_map(Org::timeline) {
        if let Some(common) = stretch.and(period).filter(|_| version.values.kind != OrgKind::SupervisionGroup) {
            return Err(Error::NotASupervisionGroup { org: facts.supervision_group_id, on: common.from() });
        }
    }
    let others = snapshot
        .supervisions_by(facts.supervision_group_id)
        .filter(|other| other.id != supervision.id && other.facts.org_id == facts.org_id);
    let twice = others.filter_map(|other| Some((other.facts.period().and(period)?.from(), other.id))).min();
    twice.map_or(Ok(()), |(on, supervision)| Err(Error::SupervisedTwice { supervision, on }))
}

/// Refuses a supervision of a directory that is entered whole.
pub(in crate::registry) fn supervision_whole(snapshot: &Snapshot, supervision: &Supervision) -> Result<(), Error> {
    refer_to_org(snapshot, "/supervision_group_id", supervision.facts.supervision_group_id)?;
    refer_to_org(snapshot, "/org_id", supervision.facts.org_id)?;
    supervised(snapshot, supervision)
}
