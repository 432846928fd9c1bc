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

    fn unknown(snapshot: &Snapshot, facts: &SupervisionFacts) -> Vec<Error> {
        let named = [("/supervision_group_id", facts.supervision_group_id), ("/org_id", facts.org_id)];
        named.into_iter().filter_map(|(pointer, org)| refer_to_org(snapshot, pointer, org).err()).collect()
    }

    /// A supervision is of another org, and lies within the lives of both; what covers is a supervision group
    /// throughout; and the same group does not cover the same org twice on a day.
    fn broken(snapshot: &Snapshot, supervision: &Supervision) -> Vec<Error> {
        let facts = &supervision.facts;
        let mut broken = Vec::new();
        if facts.org_id == facts.supervision_group_id {
            broken.push(Error::SelfReference { pointer: "/org_id".to_owned() });
        }
        if let Some(until) = facts.valid_until.filter(|until| *until <= facts.valid_from) {
            broken.push(Error::EmptyPeriod { from: facts.valid_from, until });
            return broken;
        }
        let period = facts.period();
        let outside = facts.orgs().filter(|(_, id)| !snapshot.org(*id).is_some_and(|org| org.life().covers(period)));
        broken.extend(outside.map(|(kind, org)| {
            let by = (kind, supervision.id.0);
            Error::OutsideLife { org, from: period.from(), until: period.until(), by }
        }));
        let mut group = snapshot.org(facts.supervision_group_id).into_iter().flat_map(Org::timeline);
        let other_kind = group.find_map(|(stretch, version)| {
            stretch.and(period).filter(|_| version.values.kind != OrgKind::SupervisionGroup)
        });
        let org = facts.supervision_group_id;
        broken.extend(other_kind.map(|common| Error::NotASupervisionGroup { org, on: common.from() }));
        let others = snapshot
            .supervisions_by(facts.supervision_group_id)
            .filter(|other| other.id != supervision.id && other.facts.org_id == facts.org_id)
            // One with an impossible period, in a file that is loaded, is refused by itself.
            .filter(|other| other.facts.valid_until.is_none_or(|until| until > other.facts.valid_from));
        let twice = others.filter_map(|other| Some((other.facts.period().and(period)?.from(), other.id))).min();
        let this = supervision.id;
        broken.extend(twice.map(|(on, beside)| Error::SupervisedTwice { supervision: this, beside, on }));
        broken
    }
}
