//! The documents of one day of a leading group: taken back, or moved to another day.

use super::{follow::stand_apart, move_end, parts::from_on};
use crate::{
    domain::{Day, Error, Org, OrgFacts, OrgId, OrgVersion, Revision, carry_on},
    registry::{
        decide::{dissolve::end, timeline::Timeline},
        draft::Draft,
    },
};

/// What documents of a day did to the parts of a group.
struct OfDay {
    /// The parts that they name.
    named: Vec<OrgId>,
    /// The parts that ended because they do not name them.
    left_out: Vec<OrgId>,
    /// The log entries of the acts.
    revisions: Vec<Revision>,
}

impl OfDay {
    /// What the documents of the day did, before they are taken back or moved. Nothing if they declare nothing.
    fn of(draft: &Draft, group: &Org, day: Day) -> Option<Self> {
        let this = group.declarations().find(|declared| declared.on == day)?;
        let (named, revisions) = (this.what.parts.clone(), this.what.acts.clone());
        let before = group.declarations().take_while(|declared| declared.on < day).last();
        let known = before.map(|before| before.what.parts.as_slice()).unwrap_or_default();
        let left_out = draft.snapshot().ever_under(Some(group.id)).filter(|part| {
            let by_list = part.facts.dissolved_by.map_or(known.contains(&part.id), |by| revisions.contains(&by));
            part.facts.dissolved_on == Some(day) && by_list && !named.contains(&part.id)
        });
        let left_out = left_out.map(|part| part.id).collect();
        Some(Self { named, left_out, revisions })
    }
}

/// Takes back what the documents of a day declared of the parts of a group, and of its end. `group` is the group with
/// them, the draft has the group without them.
pub(in crate::registry::decide) fn take_back(draft: &mut Draft, group: &Org, day: Day) {
    let Some(OfDay { named, left_out, revisions }) = OfDay::of(draft, group, day) else { return };
    let next = group.declarations().find(|declared| declared.on > day);
    for part in named.iter().copied() {
        let Some(mut versions) = draft.snapshot().org(part).map(|org| org.versions.clone()) else { continue };
        let Some(place) = versions.iter().position(|version| version.valid_from == day) else { continue };
        let Some(version) = versions.get_mut(place) else { continue };
        version.acts.retain(|act| !revisions.contains(&act.revision));
        if version.acts.is_empty() {
            if place == 0 {
                let again = next.filter(|next| next.what.parts.contains(&part)).map(|next| next.on);
                let later = again.and_then(|from| from_on(draft.snapshot().org(part)?, from));
                let Some(later) = later else {
                    end(draft, part, day, None);
                    continue;
                };
                versions = later;
            } else {
                versions.remove(place);
            }
        }
        carry_on(&mut versions);
        draft.put_versions(part, &versions);
    }
    for org in named.iter().copied().chain([group.id]) {
        stand_apart(draft, org, |days| days.retain(|on| *on != day));
    }
    let last = draft.snapshot().org(group.id).map(|group| group.facts.clone()).unwrap_or_default();
    if next.is_none()
        && last.dissolved_by.is_none()
        && let Some(before) = group.declarations().take_while(|declared| declared.on < day).last()
        && before.what.valid_until != last.dissolved_on
    {
        move_end(draft, group.id, last.dissolved_on, before.what.valid_until, before.basis);
    }
    let group_ends = draft.snapshot().org(group.id).map(|group| group.facts.clone()).unwrap_or_default();
    let (dissolved_on, end_basis) = match next {
        Some(next) => (Some(next.on), next.basis.cloned()),
        None => (group_ends.dissolved_on, group_ends.end_basis),
    };
    for part in left_out {
        let Some(facts) = draft.snapshot().org(part).map(|part| part.facts.clone()) else { continue };
        let end_basis = end_basis.clone();
        draft.put(part, Some(OrgFacts { dissolved_on, dissolved_by: None, end_basis, ..facts }));
    }
}

/// Moves what the documents of a day declared of the parts of a group to another day. `group` is the group before.
pub(in crate::registry::decide) fn move_day(draft: &mut Draft, group: &Org, day: Day, to: Day) -> Result<(), Error> {
    let Some(OfDay { named, left_out, revisions }) = OfDay::of(draft, group, day) else { return Ok(()) };
    for part in &named {
        let Some(org) = draft.snapshot().org(*part) else { continue };
        let by_them = |version: &OrgVersion| version.acts.iter().any(|act| revisions.contains(&act.revision));
        if !org.versions.iter().any(|version| version.valid_from == day && by_them(version)) {
            continue;
        }
        let mut timeline = Timeline::of(org);
        let Some(place) = timeline.place(day) else { continue };
        let crossed = |(after, before)| Error::BoundaryCrossed { org: *part, after, before };
        timeline.begin(place, to).map_err(crossed)?;
        draft.put_versions(*part, &timeline.into_versions());
    }
    for part in left_out {
        let Some(facts) = draft.snapshot().org(part).map(|part| part.facts.clone()) else { continue };
        draft.put(part, Some(OrgFacts { dissolved_on: Some(to), ..facts }));
    }
    for org in named.into_iter().chain([group.id]) {
        stand_apart(draft, org, |days| days.iter_mut().filter(|on| **on == day).for_each(|on| *on = to));
    }
    Ok(())
}
