//! What an act has to do with the lists that documents of leading groups have declared.

use std::collections::BTreeMap;

use super::{
    names::Teller,
    notices::Asked,
    summary::Summary,
    values::{List, Said},
};
use crate::{
    directory::Snapshot,
    domain::{
        Day, Declaration, Following, Holder, LoggedEffect, ObjectKey, Org, OrgFacts, OrgId, OrgKind, OrgVersion,
        PlainFacts, RoleFacts, SupervisionFacts, is_listed,
    },
};

impl Asked<'_> {
    /// Lists that stay as they were declared, that say otherwise than a single act, or that bring somebody back.
    pub(super) fn lists(self, told: &mut Summary) {
        for effect in self.effects {
            match effect {
                LoggedEffect::OrgVersion { id, before, after: Some(after), .. } => {
                    self.later_lists(*id, before.as_ref(), after, told);
                    if let Some(before) = before {
                        self.taken_out(*id, before, after, told);
                    }
                }
                LoggedEffect::OrgVersion { id, before: Some(before), after: None, .. } => {
                    self.counts_again(*id, before, told);
                }
                LoggedEffect::Org { id, before: Some(before), after: Some(after) } => {
                    self.left_out(*id, before, after, told);
                }
                LoggedEffect::Role { id, before, after: Some(after) } => {
                    if *self.target == ObjectKey::Role(*id) {
                        self.beside(before.as_ref(), after, told);
                    } else {
                        self.again(before.as_ref(), after, told);
                    }
                }
                LoggedEffect::Supervision { id, before, after: Some(after) } => {
                    if *self.target == ObjectKey::Supervision(*id) {
                        self.covers_beside(before.as_ref(), after, told);
                    } else {
                        self.covers_again(before.as_ref(), after, told);
                    }
                }
                _ => {}
            }
        }
        self.rewritten(told);
    }

    /// A document is declared for a day before others that stay.
    fn later_lists(self, id: OrgId, before: Option<&OrgVersion>, version: &OrgVersion, told: &mut Summary) {
        let day = version.valid_from;
        if version.values.kind != OrgKind::LeadingGroup || version.declaring_anew(before).is_none() {
            return;
        }
        let known = |snapshot: &Snapshot, day: Day| declarations(snapshot, id).any(|declared| declared.on == day);
        let days: Vec<Day> = declarations(self.after(), id).map(|declared| declared.on).collect();
        let later: Vec<Day> = days.into_iter().filter(|later| *later > day && known(self.before(), *later)).collect();
        if later.is_empty() {
            return;
        }
        let name = self.teller.name(id, day);
        let days = days_of(&later, self.teller, day);
        told.say(
            format_args!("What was declared for {name} from later days on stays as it is: {days}."),
            format_args!("此前已公布的{name}此后的名单（{days}）仍然有效。"),
        );
    }

    /// A document is taken back, or is moved to a later day: until then, or until the next one, the one before counts.
    fn counts_again(self, id: OrgId, gone: &OrgVersion, told: &mut Summary) {
        let day = gone.valid_from;
        let is_there = self.after().org(id).is_some_and(|group| group.on(day).is_some());
        if !is_there || gone.values.kind != OrgKind::LeadingGroup || gone.declaring().is_none() {
            return;
        }
        let Some(before) = declarations(self.after(), id).take_while(|declared| declared.on < day).last() else {
            return;
        };
        // It was moved to an earlier day, and counts itself.
        if declarations(self.before(), id).all(|declared| declared.on != before.on) {
            return;
        }
        let (name, from) = (self.teller.name(id, day), before.on);
        match declarations(self.after(), id).find(|declared| declared.on > day).map(|declared| declared.on) {
            Some(until) => told.say(
                format_args!("What was declared for {name} from {from} on counts again from {day} until {until}."),
                format_args!("自{day}起至{until}前，{name}仍以自{from}起公布的名单为准。"),
            ),
            None => told.say(
                format_args!("What was declared for {name} from {from} on counts again from {day} on."),
                format_args!("自{day}起，{name}仍以自{from}起公布的名单为准。"),
            ),
        }
    }

    /// A part ends by a document that was declared before.
    fn left_out(self, id: OrgId, before: &OrgFacts, after: &OrgFacts, told: &mut Summary) {
        let Some(on) = after.dissolved_on.filter(|on| before.dissolved_on != Some(*on)) else { return };
        let part = self.after().org(id).map(|part| part.nearest(on).1);
        let Some(group) = part.and_then(|version| version.values.parent_id) else { return };
        let known = |snapshot: &Snapshot| {
            declarations(snapshot, group).any(|declared| declared.on == on && !declared.what.parts.contains(&id))
        };
        if known(self.before()) && known(self.after()) {
            let (part, group) = (self.teller.name(id, on), self.teller.name(group, on));
            told.say(
                format_args!("{part} ends on {on}: what was declared for {group} from that day on does not name it."),
                format_args!("此前已公布的{group}自{on}起的名单不列有{part}，{part}届时撤销。"),
            );
        }
    }

    /// Somebody is named in lists in place of an entry that is merged.
    fn rewritten(self, told: &mut Summary) {
        let ObjectKey::Person(person) = self.target else { return };
        let who = Holder::Person(*person);
        let mut lists: BTreeMap<OrgId, Vec<Day>> = BTreeMap::new();
        for effect in self.effects {
            let LoggedEffect::OrgVersion { id, valid_from, before: Some(before), after: Some(after) } = effect else {
                continue;
            };
            let listed =
                |version: &OrgVersion| version.values.declared.as_ref().map(|declared| declared.holders.clone());
            if after.declaring().is_some() && listed(before) != listed(after) {
                lists.entry(*id).or_default().push(*valid_from);
            }
        }
        for (id, days) in lists {
            let Some(first) = days.first().copied() else { continue };
            let (who, name, days) =
                (self.teller.holder(&who, first), self.teller.name(id, first), days_of(&days, self.teller, first));
            told.say(
                format_args!("The lists of {name} declared for {days} name {who} in place of the merged entry."),
                format_args!("自{days}起的{name}名单中，原条目改列为{who}。"),
            );
        }
    }

    /// A role or a supervision was a mistake, and so it was in a list.
    fn taken_out(self, id: OrgId, before: &OrgVersion, after: &OrgVersion, told: &mut Summary) {
        let is_single = matches!(self.target, ObjectKey::Role(_) | ObjectKey::Supervision(_));
        let Some((old, new)) = before.values.declared.as_ref().zip(after.values.declared.as_ref()) else { return };
        if !is_single || after.declaring().is_none() {
            return;
        }
        let day = after.valid_from;
        for gone in old.holders.iter().filter(|listed| !new.holders.contains(listed)) {
            let (who, position) =
                (self.teller.holder(&gone.holder, day), self.teller.position(id, &gone.post, gone.acting, day));
            told.say(
                format_args!("The list declared for {day} no longer names {who} as {position}."),
                format_args!("自{day}起的名单不再列有{who}任{position}。"),
            );
        }
        for gone in old.covers.iter().filter(|cover| !new.covers.contains(cover)) {
            let (group, org) = (self.teller.name(id, day), self.teller.name(gone.org_id, day));
            told.say(
                format_args!("The list declared for {day} no longer says that {group} covers {org}."),
                format_args!("自{day}起的名单不再列有{group}督导{org}。"),
            );
        }
    }

    /// A role is written by itself in an org with lists.
    fn beside(self, before: Option<&RoleFacts>, after: &RoleFacts, told: &mut Summary) {
        let day = after.valid_from;
        let (who, position) = (
            self.teller.holder(&after.holder, day),
            self.teller.position(after.org_id, &after.post, after.acting, day),
        );
        let apart = apart(before.and_then(|before| before.following.as_ref()), after.following.as_ref());
        let named = declarations(self.after(), after.org_id).filter(|declared| {
            is_listed(declared.kind, &after.post) && names(declared, after) && after.period().contains(declared.on)
        });
        let named: Vec<Day> = named.map(|declared| declared.on).filter(|day| !apart.contains(day)).collect();
        if !apart.is_empty() {
            let days = days_of(&apart, self.teller, day);
            told.say(
                format_args!(
                    "The lists declared for {days} say otherwise of {who} as {position}. What is entered here counts."
                ),
                format_args!("自{days}起的名单与此不同，{who}任{position}以此次登记为准。"),
            );
        }
        if !named.is_empty() && before.is_none_or(|before| before.period() != after.period()) {
            let days = days_of(&named, self.teller, day);
            told.say(
                format_args!("The lists declared for {days} name {who} as {position}, too."),
                format_args!("自{days}起的名单也列有{who}任{position}。"),
            );
        }
    }

    /// The same for a supervision.
    fn covers_beside(self, before: Option<&SupervisionFacts>, after: &SupervisionFacts, told: &mut Summary) {
        let apart = apart(before.and_then(|before| before.following.as_ref()), after.following.as_ref());
        if apart.is_empty() {
            return;
        }
        let day = after.valid_from;
        let (group, org) = (self.teller.name(after.supervision_group_id, day), self.teller.name(after.org_id, day));
        let days = days_of(&apart, self.teller, day);
        told.say(
            format_args!(
                "The lists declared for {days} say otherwise of {group} and {org}. What is entered here counts."
            ),
            format_args!("自{days}起的名单与此不同，{group}督导{org}以此次登记为准。"),
        );
    }

    /// A list that was declared before brings somebody back, whose role ends earlier now.
    fn again(self, before: Option<&RoleFacts>, after: &RoleFacts, told: &mut Summary) {
        let from = after.valid_from;
        if !self.begins_by_list(after.org_id, after.following.as_ref(), before.map(|before| before.valid_from), from) {
            return;
        }
        let was_there = self.before().roles_in(after.org_id).any(|role| {
            *role.post() == after.post && role.holder() == after.holder && role.period().contains(from.plus(-1))
        });
        if !was_there {
            return;
        }
        let (who, position) = (
            self.teller.holder(&after.holder, from),
            self.teller.position(after.org_id, &after.post, after.acting, from),
        );
        told.say(
            format_args!("{who} becomes {position} again on {from}: the list declared for that day says so."),
            format_args!("按此前已公布的自{from}起的名单，{who}届时再次任{position}。"),
        );
    }

    /// The same for a supervision.
    fn covers_again(self, before: Option<&SupervisionFacts>, after: &SupervisionFacts, told: &mut Summary) {
        let (group, from) = (after.supervision_group_id, after.valid_from);
        if !self.begins_by_list(group, after.following.as_ref(), before.map(|before| before.valid_from), from) {
            return;
        }
        let mut covers = self.before().supervisions_by(group);
        if !covers.any(|cover| cover.facts.org_id == after.org_id && cover.facts.period().contains(from.plus(-1))) {
            return;
        }
        let (group, org) = (self.teller.name(group, from), self.teller.name(after.org_id, from));
        told.say(
            format_args!("{group} covers {org} again from {from} on: the list declared for that day says so."),
            format_args!("按此前已公布的自{from}起的名单，{group}届时再次督导{org}。"),
        );
    }

    /// Whether something begins on a day because a list says so that was declared before the act, and began earlier or
    /// not at all before it.
    fn begins_by_list(self, org: OrgId, following: Option<&Following>, was_from: Option<Day>, from: Day) -> bool {
        following.is_some_and(|following| following.listed)
            && was_from.is_none_or(|was_from| was_from < from)
            && declarations(self.before(), org).any(|declared| declared.on == from)
    }
}

/// What documents declare of an org, in order.
fn declarations(snapshot: &Snapshot, org: OrgId) -> impl Iterator<Item = Declaration<'_>> {
    snapshot.org(org).into_iter().flat_map(Org::declarations)
}

/// Whether a list names the holder of a role.
fn names(declared: &Declaration<'_>, role: &RoleFacts) -> bool {
    let mut listed = declared.what.holders.iter();
    listed.any(|listed| listed.post == role.post && listed.holder == role.holder && listed.acting == role.acting)
}

/// The days of lists from which something stands apart since the act.
fn apart(before: Option<&Following>, after: Option<&Following>) -> Vec<Day> {
    let known = before.map(|following| following.apart.as_slice()).unwrap_or_default();
    let now = after.map(|following| following.apart.as_slice()).unwrap_or_default();
    now.iter().filter(|day| !known.contains(day)).copied().collect()
}

fn days_of<'d>(days: &'d [Day], teller: Teller<'d>, day: Day) -> impl std::fmt::Display + 'd {
    let said: Vec<&'d dyn Said> = days.iter().map(|day| day as &dyn Said).collect();
    Days { said, teller, day }
}

/// Some days, in a sentence.
struct Days<'d> {
    said: Vec<&'d dyn Said>,
    teller: Teller<'d>,
    day: Day,
}

impl std::fmt::Display for Days<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        List(&self.said, self.teller, self.day).fmt(f)
    }
}
