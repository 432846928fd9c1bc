//! Supervisions: which supervision group covers which org.

use super::Requested;
use crate::{
    directory::Snapshot,
    domain::{
        attributes::{changing, creating, made_from, taken_from},
        *,
    },
    registry::refer::refer_to_org,
};

supervision_attributes! { creating (
    /// A new supervision.
    CreateSupervision
) }
supervision_attributes! { made_from (SupervisionFacts from CreateSupervision) }
supervision_attributes! { changing (
    /// A correction of a supervision.
    PatchSupervision
) }
supervision_attributes! { taken_from (SupervisionPatch from PatchSupervision) }

impl Requested for SupervisionId {
    type Create = CreateSupervision;
    type Patch = PatchSupervision;

    fn made(create: &CreateSupervision, today: Day) -> SupervisionFacts {
        SupervisionFacts { valid_from: create.valid_from.unwrap_or(today), ..SupervisionFacts::from(create) }
    }

    fn patched(patch: &PatchSupervision, facts: &SupervisionFacts) -> SupervisionFacts {
        let facts = SupervisionPatch::from(patch).applied_to(facts);
        // What goes on has no document of an end. One that is given all the same is refused.
        let goes_on = facts.valid_until.is_none() && !patch.end_basis.is_given();
        if goes_on { facts.ending(None, None) } else { facts }
    }

    fn refers(snapshot: &Snapshot, facts: &SupervisionFacts) -> Result<(), Error> {
        refer_to_org(snapshot, "/supervision_group_id", facts.supervision_group_id)?;
        refer_to_org(snapshot, "/org_id", facts.org_id)
    }

    /// A supervision is of another org, and lies within the lives of both; what covers is a supervision group
    /// throughout; and the same group does not cover the same org twice on a day.
    fn keeps_rules(snapshot: &Snapshot, supervision: &Supervision) -> Result<(), Error> {
        let facts = &supervision.facts;
        if facts.org_id == facts.supervision_group_id {
            return Err(Error::SelfReference { pointer: "/org_id".to_owned() });
        }
        if let Some(until) = facts.valid_until.filter(|until| *until <= facts.valid_from) {
            return Err(Error::EmptyPeriod { from: facts.valid_from, until });
        }
        let period = facts.period();
        for (kind, id) in facts.orgs() {
            if !snapshot.org(id).is_some_and(|org| org.life().covers(period)) {
                let by = (kind, supervision.id.0);
                return Err(Error::OutsideLife { org: id, from: period.from(), until: period.until(), by });
            }
        }
        for (stretch, version) in snapshot.org(facts.supervision_group_id).into_iter().flat_map(Org::timeline) {
            if let Some(common) = stretch.and(period).filter(|_| version.values.kind != OrgKind::SupervisionGroup) {
                return Err(Error::NotASupervisionGroup { org: facts.supervision_group_id, on: common.from() });
            }
        }
        let others = snapshot
            .supervisions_by(facts.supervision_group_id)
            .filter(|other| other.id != supervision.id && other.facts.org_id == facts.org_id)
            // One with an impossible period, in a file that is loaded, is refused by itself.
            .filter(|other| other.facts.valid_until.is_none_or(|until| until > other.facts.valid_from));
        let twice = others.filter_map(|other| Some((other.facts.period().and(period)?.from(), other.id))).min();
        let this = supervision.id;
        twice.map_or(Ok(()), |(on, beside)| Err(Error::SupervisedTwice { supervision: this, beside, on }))
    }
}
