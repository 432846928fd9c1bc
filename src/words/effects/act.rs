//! What single effects of an act do not say, but all of them together: which day names an org, which document all of
//! it rests on, which version of an org has only another first day, and which entry of a person stays.

use std::collections::{BTreeMap, HashMap};

use crate::{
    domain::{
        Attribute, Basis, Day, EffectKind, Holder, LoggedEffect, OrgFacts, OrgId, OrgVersion, PersonId, RoleFacts,
        VersionAct,
    },
    words::{
        names::NameDays,
        values::{Described, How, plain_effect},
    },
};

/// What an act is as a whole.
#[derive(Default)]
pub(super) struct Act<'e> {
    pub(super) days: NameDays,
    /// The document on which it rests: what sets values of orgs brings it, or several effects and none brings another.
    pub(super) document: Option<&'e Basis>,
    /// The document that it replaces, if the act does nothing else.
    pub(super) replaced: Option<&'e Basis>,
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
                    documents.note_acts([before, after].map(|version| version.as_ref()));
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
        act.replaced = documents.replaced().filter(|_| effects.iter().all(only_documents));
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
    /// Each with the one in whose place it comes, if any.
    new: Vec<[Option<&'e Basis>; 2]>,
    /// Those that an act sets in the versions of orgs: they are of this act, while a role may come with an older one.
    of_acts: Vec<&'e Basis>,
    /// Those that were there before.
    known: Vec<&'e Basis>,
}

impl<'e> Documents<'e> {
    fn note(&mut self, [old, new]: [Option<&'e Basis>; 2]) {
        self.known.extend(old);
        if new.is_some() && new != old {
            self.new.push([old, new]);
        }
    }

    fn note_acts(&mut self, [before, after]: [Option<&'e OrgVersion>; 2]) {
        let [old, new] = [before, after].map(|version| version.map(OrgVersion::documents).unwrap_or_default());
        let mut gone = old.iter().copied().filter(|document| !new.contains(document));
        let come = new.iter().copied().filter(|document| !old.contains(document));
        let says_the_same = before.zip(after).is_some_and(|(before, after)| {
            before.set() == after.set() && before.values.differences(&after.values).is_empty()
        });
        if says_the_same {
            self.new.extend(come.map(|document| [gone.next(), Some(document)]));
        } else {
            self.of_acts.extend(come);
        }
        self.known.extend(old);
    }

    /// The one that the act rests on as a whole.
    fn common(&self) -> Option<&'e Basis> {
        let new = || self.new.iter().filter_map(|[_, new]| *new);
        let all = if self.of_acts.is_empty() { new().collect() } else { self.of_acts.clone() };
        let first = *all.first()?;
        let is_one = all.iter().all(|other| *other == first) && !self.known.contains(&first);
        (is_one && (!self.of_acts.is_empty() || all.len() > 1)).then_some(first)
    }

    /// The one in whose place that one comes, everywhere.
    fn replaced(&self) -> Option<&'e Basis> {
        let first = self.new.first()?[0]?;
        (self.new.len() > 1 && self.of_acts.is_empty() && self.new.iter().all(|[old, _]| *old == Some(first)))
            .then_some(first)
    }
}

/// Whether an effect changes nothing but documents.
fn only_documents(effect: &LoggedEffect) -> bool {
    let is_one = |attribute: &Attribute| matches!(attribute.name, "basis" | "end_basis");
    match effect {
        LoggedEffect::Org { before: Some(before), after: Some(after), .. } => {
            before.differences(after).iter().all(|difference| is_one(difference.attribute))
        }
        LoggedEffect::Role { before: Some(before), after: Some(after), .. } => {
            before.differences(after).iter().all(|difference| is_one(difference.attribute))
        }
        LoggedEffect::OrgVersion { before: Some(before), after: Some(after), .. } => {
            before.values.differences(&after.values).is_empty()
        }
        LoggedEffect::OrgVersion { .. } | LoggedEffect::Person { .. } | LoggedEffect::Post { .. } => false,
        plain => plain_effect(plain).is_some_and(|plain| {
            plain.act == EffectKind::Changed && plain.differences.iter().all(|difference| is_one(difference.attribute))
        }),
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
