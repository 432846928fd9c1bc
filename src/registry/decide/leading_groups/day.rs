//! The documents of one day of a leading group: taken back, or moved to another day.

use super::{
    follow::{Declaration, declarations, each_following},
    move_end,
    parts::set_all,
};
use crate::{
    domain::{Day, Error, Following, Org, OrgFacts, OrgId, OrgVersion, Revision, carry_on},
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
    /// What the documents of the day did, as it is before they are taken back or moved. Nothing if they declare nothing.
    fn of(draft: &Draft, group: &Org, day: Day) -> Option<Self> {
        let this = declarations(group).find(|declared| declared.on == day)?;
        let revisions: Vec<Revision> = group.on(day)?.acts.iter().map(|act| act.revision).collect();
        let before = declarations(group).take_while(|declared| declared.on < day).last();
        let parts = |declared: &Declaration<'_>| declared.what.parts.clone();
        let named = parts(&this);
        let left_out = before.as_ref().map(parts).unwrap_or_default().into_iter().filter(|part| {
            let facts = draft.snapshot().org(*part).map(|part| &part.facts);
            let by_list = |facts: &OrgFacts| facts.dissolved_by.is_none_or(|by| revisions.contains(&by));
            !named.contains(part) && facts.is_some_and(|facts| facts.dissolved_on == Some(day) && by_list(facts))
        });
        let left_out = left_out.collect();
        Some(Self { named, left_out, revisions })
    }
}

/// Takes back what the documents of a day declared of the parts of a group, and of its end. `group` is the group with
/// them, the draft has the group without them.
pub(in crate::registry::decide) fn take_back(draft: &mut Draft, group: &Org, day: Day) {
    let Some(OfDay { named, left_out, revisions }) = OfDay::of(draft, group, day) else { return };
    let next = declarations(group).find(|declared| declared.on > day);
    for part in named {
        let Some(mut versions) = draft.snapshot().org(part).map(|org| org.versions.clone()) else { continue };
        let Some(place) = versions.iter().position(|version| version.valid_from == day) else { continue };
        let Some(version) = versions.get_mut(place) else { continue };
        version.acts.retain(|act| !revisions.contains(&act.revision));
        if version.acts.is_empty() {
            if place == 0 {
                let again = next.filter(|next| next.what.parts.contains(&part)).map(|next| next.on);
                let Some(from) = again else {
                    end(draft, part, day, None);
                    continue;
                };
                versions.retain(|version| version.valid_from >= from);
                if let Some(first) = versions.first_mut() {
                    set_all(first);
                }
            } else {
                versions.remove(place);
            }
        }
        carry_on(&mut versions);
        draft.put_versions(part, &versions);
    }
    let last = draft.snapshot().org(group.id).map(|group| group.facts.clone()).unwrap_or_default();
    if next.is_none()
        && last.dissolved_by.is_none()
        && let Some(before) = declarations(group).take_while(|declared| declared.on < day).last()
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
    let moved = |following: Option<&Following>| {
        let following = following.filter(|following| following.apart.contains(&day))?;
        let mut apart: Vec<Day> = following.apart.iter().map(|on| if *on == day { to } else { *on }).collect();
        apart.sort_unstable();
        Some(Following { apart, ..following.clone() }.remembered())
    };
    for org in named.into_iter().chain([group.id]) {
        each_following(draft, org, moved);
    }
    Ok(())
}
