//! The documents of one day of a leading group: taken back, or moved to another day.

use std::collections::{BTreeMap, HashSet};

use super::{
    end::move_end,
    follow::{correct, end_of, first_end, stand_apart},
    listed::Listed,
    parts::from_on,
};
use crate::{
    directory::Snapshot,
    domain::{
        Day, Declaration, Entry, Error, Key, LoggedEffect, NotAsBefore, Org, OrgFacts, OrgId, OrgKind, OrgVersion,
        Revision, RowKey, Since, VersionAct, carry_on,
    },
    registry::{
        command::GROUP_ADJUSTED,
        decide::{
            dissolve::end,
            restore::undo_end,
            timeline::Timeline,
            undo::{matters, undo},
        },
        draft::Draft,
        endings::Endings,
    },
};

/// What documents of a day did to the parts of a group.
struct OfDay {
    group: OrgId,
    day: Day,
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
        let left_out = draft.snapshot().parts_left_out(group, day).into_iter().map(|part| part.id).collect();
        Some(Self { group: group.id, day, named, left_out, revisions })
    }

    /// The group, and the parts that the documents name.
    fn orgs(&self) -> impl Iterator<Item = OrgId> + '_ {
        self.named.iter().copied().chain([self.group])
    }

    /// The parts of the group that a document removed. What one document of the day established, and another left out,
    /// is no such part.
    fn removed_parts(&self, entry: &Entry) -> Vec<OrgId> {
        let mut first: BTreeMap<OrgId, &OrgVersion> = BTreeMap::new();
        for effect in entry.effects.iter().filter(|_| entry.kind == GROUP_ADJUSTED) {
            if let LoggedEffect::OrgVersion { id, before: Some(version), after: None, .. } = effect {
                let known = first.entry(*id).or_insert(version);
                if version.valid_from < known.valid_from {
                    *known = version;
                }
            }
        }
        let is_part = |version: &OrgVersion| version.values.parent_id == Some(self.group);
        first.retain(|_, version| is_part(version) && self.set_in(version).is_empty());
        first.into_keys().collect()
    }

    /// What these documents set in a version of that day. Whatever declares there is one of them, also where its entry
    /// is not known.
    fn set_in(&self, version: &OrgVersion) -> Vec<VersionAct> {
        let unknown = version.declaring().filter(|act| act.revision == 0);
        let theirs = |act: &&VersionAct| self.revisions.contains(&act.revision) || Some(*act) == unknown;
        version.acts.iter().filter(theirs).cloned().collect()
    }

    /// The versions of a part without what these documents set in that of their day. None if that was all of the first.
    fn without_set(&self, part: &Org) -> Option<Vec<OrgVersion>> {
        let mut versions = part.versions.clone();
        let Some(place) = versions.iter().position(|version| version.valid_from == self.day) else {
            return Some(versions);
        };
        let version = versions.get_mut(place)?;
        let theirs = self.set_in(version);
        version.acts.retain(|act| !theirs.contains(act));
        if version.acts.is_empty() && !theirs.is_empty() {
            if place == 0 {
                return None;
            }
            versions.remove(place);
        }
        carry_on(&mut versions);
        Some(versions)
    }

    /// Gives the group the end that it had before the documents of its latest day.
    fn take_back_end(&self, draft: &mut Draft, group: &Org, endings: &Endings) {
        let end = group.facts.dissolved_on;
        if let Some(before) = group.declarations().take_while(|declared| declared.on < self.day).last() {
            if before.what.valid_until != end {
                move_end(draft, group.id, end, before.what.valid_until, before.basis);
            }
            return;
        }
        // No document says what was before the first one. An end that was set since then stands.
        let effects = endings.entries(&self.revisions).rev().flat_map(|entry| &entry.effects);
        let moved = effects.filter_map(|effect| match effect {
            LoggedEffect::Org { id, before: Some(before), after: Some(after) } if *id == group.id => {
                Some((before, after))
            }
            _ => None,
        });
        let moved: Vec<_> = moved.collect();
        if let (Some((before, _)), Some((_, after))) = (moved.first(), moved.last())
            && after.dissolved_on == end
            && before.dissolved_on != end
        {
            move_end(draft, group.id, end, before.dissolved_on, before.end_basis.as_ref());
        }
    }

    /// Undoes the ends of the parts that were left out. They end by the first document from `since` on that does not
    /// name them, or with the group. Says what does not come back.
    fn bring_back(&self, draft: &mut Draft, since: Day, endings: &Endings) -> Vec<NotAsBefore> {
        let mut told = self.bring_back_removed(draft, since, endings);
        for part in &self.left_out {
            let Some(org) = draft.snapshot().org(*part).cloned() else { continue };
            let mut not_as_before = undo_end(draft, *part, &endings.by_which(&org));
            // No entry says it of a part that was established with its end, or again by a late document.
            if draft.snapshot().org(*part).is_some_and(|now| now.facts == org.facts) {
                draft.put(*part, Some(org.facts.ending_like(&OrgFacts::default())));
            }
            // An earlier document of the day may have named it.
            if let Some(versions) = draft.snapshot().org(*part).and_then(|part| self.without_set(part)) {
                draft.put_versions(*part, &versions);
            }
            end_again(draft, self.group, *part, since);
            if let Some(on) = draft.snapshot().org(*part).and_then(|part| part.facts.dissolved_on) {
                not_as_before.retain(|thing| matters(thing, self.day, on));
            }
            told.append(&mut not_as_before);
        }
        told
    }

    /// Brings back what begins on the day, was written by itself, and was removed because the documents do not name it.
    fn bring_back_removed(&self, draft: &mut Draft, since: Day, endings: &Endings) -> Vec<NotAsBefore> {
        let mut told = Vec::new();
        // What came back when the documents were moved is not looked at again.
        let mut later: HashSet<RowKey> = HashSet::new();
        for entry in endings.entries(&self.revisions) {
            let mut parts = self.removed_parts(entry);
            parts.retain(|part| draft.snapshot().org(*part).is_none() && !later.contains(&part.row_key()));
            for part in parts {
                told.append(&mut undo_end(draft, part, std::slice::from_ref(entry)));
                end_again(draft, self.group, part, since);
            }
            for effect in entry.effects.iter().filter(|effect| !later.contains(&effect.row())) {
                told.append(&mut match effect {
                    LoggedEffect::Role { id, before: Some(role), after: None } => self.written(draft, *id, role),
                    LoggedEffect::Supervision { id, before: Some(cover), after: None } => {
                        self.written(draft, *id, cover)
                    }
                    _ => Vec::new(),
                });
            }
            later.extend(entry.effects.iter().map(LoggedEffect::row));
        }
        told
    }

    /// Brings one of them back, if it is one. It ends with what it depends on.
    fn written<F: Listed>(&self, draft: &mut Draft, id: F::Id, facts: &F) -> Vec<NotAsBefore> {
        let (snapshot, mut line) = (draft.snapshot(), facts.line());
        let Some(org) = snapshot.org(facts.org()).filter(|org| self.orgs().any(|id| id == org.id)) else {
            return Vec::new();
        };
        let end = first_end(snapshot, org, F::depends_on(&facts.named()));
        if line.is_listed() || end.is_some_and(|(day, _)| day <= line.from) {
            return Vec::new();
        }
        let is_again = |(_, other): &(F::Id, F)| {
            let other_line = other.line();
            other.named() == facts.named()
                && !other_line.is_listed()
                && other_line.period().and(line.period()).is_some()
        };
        let again = F::all_of(snapshot, org.id).iter().any(is_again);
        let own_end = line.own_end();
        line = line.ended(own_end, end);
        if let Some(mut following) = line.following.take() {
            following.apart.retain(|on| *on != self.day);
            line.following = following.remembered();
        }
        let effect = id.effect(Some(facts.clone().with(line)), None).logged();
        if again { vec![NotAsBefore { effect, since: Since::EnteredAgain }] } else { undo(draft, &[effect]) }
    }
}

/// Ends a part with the first document from `since` on that does not name it, or with the group.
fn end_again(draft: &mut Draft, group: OrgId, part: OrgId, since: Day) {
    let Some((group, org)) = draft.snapshot().org(group).cloned().zip(draft.snapshot().org(part)) else { return };
    let leaves_out = |declared: &Declaration<'_>| {
        let begun = declared.on >= since && declared.on > org.established_on();
        begun && !names(draft.snapshot(), declared, org)
    };
    let by_list = group.declarations().find(leaves_out).map(|declared| (declared.on, declared.basis));
    let Some((on, basis)) = by_list.or(end_of(&group)) else { return };
    if org.facts.dissolved_on.is_some_and(|end| end <= on) {
        return;
    }
    end(draft, part, on, basis);
    if by_list.is_some() {
        belongs_to(draft, group.id, on);
    } else if let Some(facts) = draft.snapshot().org(part).map(|org| org.facts.clone()) {
        draft.put(part, Some(OrgFacts { dissolved_by: None, ..facts }));
    }
}

/// What this act does, the documents of a day do: it is taken back with them.
fn belongs_to(draft: &mut Draft, group: OrgId, day: Day) {
    let this = draft.revision();
    correct(
        draft,
        group,
        |declared| declared.on == day && !declared.what.acts.contains(&this),
        |declared| declared.acts.push(this),
    );
}

/// Whether a document has a part. If it has one office, it leaves other offices alone; but one that it establishes is
/// there in the place of the part.
fn names(snapshot: &Snapshot, declared: &Declaration<'_>, part: &Org) -> bool {
    let is_office = |org: &Org| org.versions.last().is_some_and(|version| version.values.kind == OrgKind::Office);
    let mut named = declared.what.parts.iter().filter_map(|id| snapshot.org(*id));
    let beside = |named: &Org| is_office(named) && is_office(part) && named.established_on() < declared.on;
    named.any(|named| named.id == part.id || beside(named))
}

/// Takes back what the documents of a day declared of the parts of a group, and of its end. `group` is the group with
/// them, the draft has the group without them. Says what does not come back.
pub(in crate::registry::decide) fn take_back(
    draft: &mut Draft,
    group: &Org,
    day: Day,
    endings: &Endings,
) -> Vec<NotAsBefore> {
    let Some(done) = OfDay::of(draft, group, day) else { return Vec::new() };
    let next = group.declarations().find(|declared| declared.on > day);
    for part in done.named.iter().copied() {
        let Some(org) = draft.snapshot().org(part).cloned() else { continue };
        let again = next.filter(|next| next.what.parts.contains(&part)).map(|next| next.on);
        match done.without_set(&org).or_else(|| from_on(&org, again?)) {
            Some(versions) => draft.put_versions(part, &versions),
            None => end(draft, part, day, None),
        }
    }
    for org in done.orgs() {
        stand_apart(draft, org, |days| days.retain(|on| *on != day));
    }
    if next.is_none() && group.facts.dissolved_by.is_none() {
        done.take_back_end(draft, group, endings);
    }
    done.bring_back(draft, day, endings)
}

/// Moves what the documents of a day declared of the parts of a group to another day. `group` is the group before. Says
/// what does not come back.
pub(in crate::registry::decide) fn move_day(
    draft: &mut Draft,
    group: &Org,
    day: Day,
    to: Day,
    endings: &Endings,
) -> Result<Vec<NotAsBefore>, Error> {
    let Some(done) = OfDay::of(draft, group, day) else { return Ok(Vec::new()) };
    for part in &done.named {
        let Some(org) = draft.snapshot().org(*part) else { continue };
        let by_them = |version: &OrgVersion| !done.set_in(version).is_empty();
        if !org.versions.iter().any(|version| version.valid_from == day && by_them(version)) {
            continue;
        }
        let mut timeline = Timeline::of(org);
        let Some(place) = timeline.place(day) else { continue };
        let crossed = |(after, before)| Error::BoundaryCrossed { org: *part, after, before };
        timeline.begin(place, to).map_err(crossed)?;
        draft.put_versions(*part, &timeline.into_versions());
    }
    for org in done.orgs() {
        stand_apart(draft, org, |days| days.iter_mut().filter(|on| **on == day).for_each(|on| *on = to));
    }
    belongs_to(draft, group.id, to);
    Ok(done.bring_back(draft, day.min(to), endings))
}
