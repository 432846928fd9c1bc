//! What single effects of an act do not say, but all of them together: which day names an org, which document all of
//! it rests on, which version of an org has only another first day, and which entry of a person stays.

use std::collections::{BTreeMap, HashMap};

use crate::{
    domain::{
        Basis, Day, EffectKind, Holder, LoggedEffect, OrgFacts, OrgId, OrgVersion, PersonId, RoleFacts, VersionAct,
    },
    words::{
        names::NameDays,
        values::{How, plain_effect},
    },
};

/// What an act is as a whole.
#[derive(Default)]
pub(super) struct Act<'e> {
    pub(super) days: NameDays,
    /// The document on which it rests, if several effects bring it and none brings another.
    pub(super) document: Option<&'e Basis>,
    /// The orgs that it establishes, with what has no versions.
    pub(super) established: HashMap<OrgId, &'e OrgFacts>,
    /// The versions that begin on another day than before.
    pub(super) moved: BTreeMap<OrgId, Move<'e>>,
    /// The entries of people that become part of another entry.
    pub(super) merged: BTreeMap<PersonId, PersonId>,
}

/// A version that begins on another day than before.
#[derive(Clone, Copy)]
pub(super) struct Move<'e> {
    pub(super) before: &'e OrgVersion,
    pub(super) after: &'e OrgVersion,
}

/// The versions of an org that an act removes and adds.
#[derive(Default)]
struct Versions<'e> {
    gone: Vec<&'e OrgVersion>,
    new: Vec<&'e OrgVersion>,
}

impl<'e> Act<'e> {
    /// What the effects have in common. What has no day counts as of `today`.
    pub(super) fn new(effects: &'e [LoggedEffect], today: Day) -> Self {
        let mut act = Self::default();
        let mut documents = Documents::default();
        let mut versions: BTreeMap<OrgId, Versions<'e>> = BTreeMap::new();
        let mut people: [Vec<PersonId>; 2] = Default::default();
        for effect in effects {
            match effect {
                LoggedEffect::Org { id, before, after } => {
                    if let (None, Some(after)) = (before, after) {
                        act.established.insert(*id, after);
                    }
                    let [old, new] = [before, after].map(|facts| facts.as_ref());
                    let ends = [old, new].map(|facts| facts.and_then(|facts| facts.dissolved_on));
                    act.name(*id, if ends[0] == ends[1] { today } else { earlier(ends) });
                    documents.note([old, new].map(|facts| facts.and_then(|facts| facts.end_basis.as_ref())));
                }
                LoggedEffect::OrgVersion { id, valid_from, before, after } => {
                    act.name(*id, *valid_from);
                    match (before, after) {
                        (Some(before), None) => versions.entry(*id).or_default().gone.push(before),
                        (None, Some(after)) => versions.entry(*id).or_default().new.push(after),
                        _ => {}
                    }
                    for new in after.iter().flat_map(|version| &version.acts) {
                        let known = before.iter().flat_map(|version| &version.acts).any(|old| old.basis == new.basis);
                        documents.note([None, new.basis.as_ref().filter(|_| !known)]);
                    }
                }
                LoggedEffect::Role { before, after, .. } => {
                    let [old, new] = [before, after].map(|facts| facts.as_ref());
                    let Some(facts) = new.or(old) else { continue };
                    let day = role_day(old, new).unwrap_or(facts.valid_from);
                    act.name(facts.org_id, day);
                    match &facts.holder {
                        Holder::Unit(org) => act.name(*org, day),
                        Holder::Seat(seat) => act.name(seat.org_id, day),
                        Holder::Person(_) => {}
                    }
                    documents.note([old, new].map(|facts| facts.and_then(|facts| facts.basis.as_ref())));
                    documents.note([old, new].map(|facts| facts.and_then(|facts| facts.end_basis.as_ref())));
                    if let Some((Holder::Person(from), Holder::Person(to))) =
                        old.zip(new).map(|(old, new)| (&old.holder, &new.holder)).filter(|(old, new)| old != new)
                    {
                        act.merged.insert(*from, *to);
                    }
                }
                LoggedEffect::Person { id, act: what, .. } => match what {
                    EffectKind::Deleted => people[0].push(*id),
                    EffectKind::Changed => people[1].push(*id),
                    EffectKind::Created => {}
                },
                LoggedEffect::Post { .. } | LoggedEffect::ApiKey { .. } => {}
                plain => act.plain(plain, &mut documents),
            }
        }
        // An org that is deleted is named as it is today.
        for effect in effects {
            if let LoggedEffect::Org { id, after: None, .. } = effect {
                act.days.get_mut().insert(*id, today);
            }
        }
        act.document = documents.common();
        act.moved = versions.into_iter().filter_map(|(org, versions)| Some((org, versions.moved()?))).collect();
        // The entry of a person goes alone, or becomes part of another one that changes.
        if let [[gone], [stays]] = [people[0].as_slice(), people[1].as_slice()] {
            act.merged.insert(*gone, *stays);
        }
        act.merged.retain(|gone, _| people[0].contains(gone));
        act
    }

    /// Names an org as on `day`, unless it is named as on an earlier day.
    fn name(&mut self, org: OrgId, day: Day) {
        let named = self.days.get_mut().entry(org).or_insert(day);
        *named = day.min(*named);
    }

    fn plain(&mut self, effect: &'e LoggedEffect, documents: &mut Documents<'e>) {
        let Some(plain) = plain_effect(effect) else { return };
        let day = match plain.periods {
            [Some(old), Some(new)] if old.from() == new.from() && old != new => earlier([old.until(), new.until()]),
            [Some(old), Some(new)] => old.from().min(new.from()),
            _ => plain.from,
        };
        for org in plain.orgs {
            self.name(org, day);
        }
        match plain.act {
            EffectKind::Created => plain.values.iter().for_each(|(_, value)| documents.note([None, value.document()])),
            EffectKind::Changed => {
                for difference in plain.differences {
                    if let How::Value(old, new) = difference.how {
                        documents.note([old.document(), new.document()]);
                    }
                }
            }
            EffectKind::Deleted => {}
        }
    }
}

/// The first day on which a changed role is other than before.
pub(super) fn role_day(before: Option<&RoleFacts>, after: Option<&RoleFacts>) -> Option<Day> {
    let (before, after) = before.zip(after)?;
    let only_the_end = before.valid_from == after.valid_from && before.valid_until != after.valid_until;
    let day = if only_the_end {
        earlier([before.valid_until, after.valid_until])
    } else {
        before.valid_from.min(after.valid_from)
    };
    Some(day)
}

/// The earlier of two ends; none is later than any.
fn earlier(ends: [Option<Day>; 2]) -> Day {
    ends.into_iter().flatten().min().unwrap_or(Day::MAX)
}

/// The documents that the effects of an act bring.
#[derive(Default)]
struct Documents<'e> {
    first: Option<&'e Basis>,
    times: usize,
    differ: bool,
}

impl<'e> Documents<'e> {
    fn note(&mut self, [old, new]: [Option<&'e Basis>; 2]) {
        let Some(new) = new.filter(|new| old != Some(*new)) else { return };
        self.times += 1;
        self.differ |= self.first.is_some_and(|first| first != new);
        self.first.get_or_insert(new);
    }

    /// The one that is brought more than once, if there is no other.
    fn common(&self) -> Option<&'e Basis> {
        self.first.filter(|_| self.times > 1 && !self.differ)
    }
}

impl<'e> Versions<'e> {
    /// One version went, and one came in which the same act set something: it begins on another day.
    fn moved(&self) -> Option<Move<'e>> {
        let ([before], [after]) = (self.gone.as_slice(), self.new.as_slice()) else { return None };
        let revisions = |version: &'e OrgVersion| version.acts.iter().map(|act: &VersionAct| act.revision);
        let is_same = revisions(before).any(|revision| revisions(after).any(|other| other == revision));
        (is_same || before.acts == after.acts || before.values == after.values).then_some(Move { before, after })
    }
}
