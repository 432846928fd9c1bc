//! What an act leaves standing, or lets fall, although one might think otherwise.
//!
//! Only what its effects touch is looked at: the posts and seats of the orgs and roles that change, what begins later
//! in their place, and the parts of an org whose end moves.

use std::collections::{BTreeSet, HashSet};

use super::{
    names::Teller,
    summary::Summary,
    values::{Described, Value},
};
use crate::{
    directory::{RoleRow, Snapshot},
    domain::{
        Day, Holder, LoggedEffect, NotAsBefore, ObjectKey, OrgFacts, OrgId, OrgVersion, Period, PlainFacts, PostCode,
        RoleFacts, RoleId, SupervisionFacts, SupervisionId,
    },
};

/// An act of which notices are asked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'s> {
    pub(super) teller: Teller<'s>,
    pub(super) effects: &'s [LoggedEffect],
    /// What the act was about. What is done to it is no surprise.
    pub(super) target: &'s ObjectKey,
    /// What it has been told not to bring back as it was.
    pub(super) not_as_before: &'s [NotAsBefore],
}

/// What the effects touch.
#[derive(Default)]
struct Touched {
    /// Posts that somebody may have left.
    posts: BTreeSet<(OrgId, PostCode)>,
    /// Seats that are new or point at what has changed.
    seats: BTreeSet<RoleId>,
    roles: HashSet<RoleId>,
    supervisions: HashSet<SupervisionId>,
    orgs: HashSet<OrgId>,
}

/// Adds the notices of an act.
pub(super) fn notice(asked: Asked<'_>, told: &mut Summary) {
    let touched = asked.touched();
    asked.vacancies(&touched, told);
    asked.seats(&touched, told);
    asked.plans(&touched, told);
    asked.lists(told);
    asked.documents(told);
}

impl<'s> Asked<'s> {
    pub(super) fn before(self) -> &'s Snapshot {
        self.teller.telling.before
    }

    pub(super) fn after(self) -> &'s Snapshot {
        self.teller.telling.after
    }

    fn touched(self) -> Touched {
        let mut touched = Touched::default();
        for effect in self.effects {
            match effect {
                LoggedEffect::Role { id, before, after } => {
                    touched.roles.insert(*id);
                    if after.as_ref().is_some_and(|after| matches!(after.holder, Holder::Seat(_))) {
                        touched.seats.insert(*id);
                    }
                    if let Some(before) = before
                        && after.as_ref().is_none_or(|after| !after.period().covers(before.period()))
                    {
                        self.left(before.org_id, &before.post, &mut touched);
                    }
                }
                LoggedEffect::Supervision { id, .. } => drop(touched.supervisions.insert(*id)),
                LoggedEffect::Org { id, before: Some(_), after: Some(_) } => {
                    touched.orgs.insert(*id);
                    self.lives_on(*id, &mut touched);
                }
                LoggedEffect::OrgVersion { id, before, after, .. } => {
                    let kinds = [before, after].map(|version| version.as_ref().map(|version| version.values.kind));
                    if self.before().org(*id).is_some() && kinds[0] != kinds[1] {
                        self.lives_on(*id, &mut touched);
                    }
                }
                _ => {}
            }
        }
        touched.orgs.extend(self.not_as_before.iter().filter_map(|thing| match thing.effect {
            LoggedEffect::Org { id, .. } => Some(id),
            _ => None,
        }));
        // A seat in which nobody sits leaves its own post vacant.
        for role in touched.seats.iter().filter_map(|id| self.after().role(*id)) {
            touched.posts.insert((role.org_id(), role.post().clone()));
        }
        touched
    }

    /// Somebody may have left a post, and the seats that point at it.
    fn left(self, org: OrgId, post: &PostCode, touched: &mut Touched) {
        let points = |role: &RoleRow<'_>| matches!(role.holder(), Holder::Seat(seat) if seat.post == *post);
        touched.seats.extend(self.after().seats_in(org).filter(points).map(|role| role.id()));
        touched.posts.insert((org, post.clone()));
    }

    /// An org exists on other days, or is of another kind.
    fn lives_on(self, org: OrgId, touched: &mut Touched) {
        let lives = |snapshot: &Snapshot| snapshot.org(org).map(|org| (org.life(), kinds(&org.versions)));
        if lives(self.before()) == lives(self.after()) {
            return;
        }
        let required = self.after().posts().filter(|post| post.kinds.iter().any(|kind| kind.required));
        touched.posts.extend(required.map(|post| (org, post.code.clone())));
        touched.seats.extend(self.after().seats_in(org).map(|role| role.id()));
    }

    fn vacancies(self, touched: &Touched, told: &mut Summary) {
        for (org, post) in &touched.posts {
            for period in self.vacant(*org, post) {
                // The seat of which that is so is told itself.
                let by_seat = |id: &RoleId| {
                    self.after().role(*id).is_some_and(|role| {
                        role.org_id() == *org && role.post() == post && self.unfilled(&role).contains(&period)
                    })
                };
                if touched.seats.iter().any(by_seat) {
                    continue;
                }
                let position = self.teller.position(*org, post, false, period.from());
                let (en, zh) = (On(period), Since(period));
                told.say(format_args!("Nobody is {position} {en}."), format_args!("{position}{zh}空缺。"));
            }
        }
    }

    /// When nobody holds a post any more since the act. What it establishes has fallen vacant in no sense.
    fn vacant(self, org: OrgId, post: &PostCode) -> Vec<Period> {
        let vacant = self.before().org(org).map(|_| self.after().falls_vacant_since(self.before(), org, post));
        vacant.map(|vacant| vacant.periods().to_vec()).unwrap_or_default()
    }

    /// When nobody sits in a seat any more since the act.
    fn unfilled(self, role: &RoleRow<'_>) -> Vec<Period> {
        self.after().falls_empty_since(self.before(), role).periods().to_vec()
    }

    fn seats(self, touched: &Touched, told: &mut Summary) {
        for role in touched.seats.iter().filter_map(|id| self.after().role(*id)) {
            let Holder::Seat(seat) = role.holder() else { continue };
            let (org, post) = (role.org_id(), role.post());
            let vacant = self.vacant(org, post);
            for period in self.unfilled(&role) {
                let day = period.from();
                let (holds, seat_is, of) = (
                    self.teller.position(org, post, role.acting(), day),
                    self.teller.position(seat.org_id, &seat.post, false, day),
                    self.teller.name(seat.org_id, day),
                );
                let (en, zh) = (On(period), Since(period));
                let (so_en, so_zh) =
                    if vacant.contains(&period) { (", so the post is vacant", "，因而空缺") } else { ("", "") };
                let lives = self.after().org(seat.org_id).is_some_and(|org| org.on(day).is_some());
                if lives {
                    told.say(
                        format_args!("The seat of the {seat_is} as {holds} resolves to nobody {en}{so_en}."),
                        format_args!("{holds}由{seat_is}（席位）担任，{zh}无人在位{so_zh}。"),
                    );
                } else {
                    told.say(
                        format_args!(
                            "The seat of the {seat_is} as {holds} resolves to nobody {en}, since {of} does not exist then{so_en}."
                        ),
                        format_args!("{holds}由{seat_is}（席位）担任，因{of}届时已不存在，{zh}无人在位{so_zh}。"),
                    );
                }
            }
        }
    }

    /// Plans for later days, and ends of parts, that stay or go.
    fn plans(self, touched: &Touched, told: &mut Summary) {
        let mut said = BTreeSet::new();
        for effect in self.effects {
            match effect {
                LoggedEffect::OrgVersion { id, valid_from, after, .. } => {
                    self.versions(*id, *valid_from, after.as_ref(), &mut said, told);
                }
                LoggedEffect::Role { id, before, after } => {
                    self.roles(*id, [before.as_ref(), after.as_ref()], touched, &mut said, told);
                }
                LoggedEffect::Supervision { id, before: Some(before), after } => {
                    self.supervisions(*id, before, after.as_ref(), touched, told);
                }
                LoggedEffect::Org { id, before: Some(before), after } => {
                    self.parts(*id, before, after.as_ref(), touched, told);
                }
                _ => {}
            }
        }
    }

    /// Later versions of an org that go on having a value of their own.
    fn versions(
        self,
        id: OrgId,
        day: Day,
        after: Option<&OrgVersion>,
        said: &mut BTreeSet<(uuid::Uuid, Day, &'static str)>,
        told: &mut Summary,
    ) {
        let Some((old, new)) = self.before().org(id).zip(self.after().org(id)) else { return };
        let name = self.teller.name(id, day);
        let Some((was, is)) = old.on(day).zip(new.on(day)) else {
            // The org ends before a version that was planned.
            let planned = old.versions.iter().find(|version| version.valid_from == day);
            let has_ended = new.facts.dissolved_on.is_some_and(|end| end <= day);
            if let Some(planned) = planned.filter(|_| after.is_none() && has_ended) {
                let earlier = old.versions.iter().take_while(|version| version.valid_from < day).last();
                for (attribute, value) in planned.values.every() {
                    let differs = earlier.is_none_or(|earlier| {
                        earlier.values.differing(&planned.values).iter().any(|other| other.name == attribute.name)
                    });
                    if differs {
                        let (en, zh, value) = (attribute.en, attribute.zh, Value(value, self.teller, day));
                        told.say(
                            format_args!("What was planned for {name} on {day} falls away: {en} {value}."),
                            format_args!("原定{name}自{day}起{zh}改为{value}，不再实施。"),
                        );
                    }
                }
            }
            return;
        };
        let mut changed: Vec<&'static str> =
            was.values.differing(&is.values).into_iter().map(|attribute| attribute.name).collect();
        let later = new.versions.iter().filter(|version| version.valid_from > day);
        for version in later {
            if changed.is_empty() {
                break;
            }
            let differing = is.values.differing(&version.values);
            let known = old.versions.iter().find(|known| known.valid_from == version.valid_from);
            for (attribute, value) in version.values.every() {
                let name_of = attribute.name;
                let own = differing.iter().any(|other| other.name == name_of) && changed.contains(&name_of);
                if !own {
                    continue;
                }
                changed.retain(|changed| *changed != name_of);
                let stays = known.is_some_and(|known| {
                    !known.values.differing(&version.values).iter().any(|other| other.name == name_of)
                });
                if stays && said.insert((id.0, version.valid_from, name_of)) {
                    let (on, en, zh) = (version.valid_from, attribute.en, attribute.zh);
                    let value = Value(value, self.teller, on);
                    if name_of == "name" {
                        told.say(
                            format_args!("The new name from {on} on, {value}, was set before and stays as it is."),
                            format_args!("此前已定自{on}起更名为{value}，仍然有效。"),
                        );
                    } else {
                        told.say(
                            format_args!("What was set for {name} on {on} before stays as it is: {en} {value}."),
                            format_args!("此前已定{name}自{on}起{zh}为{value}，仍然有效。"),
                        );
                    }
                }
            }
        }
    }

    /// Planned roles that go, and roles that begin later in the place of one that ends.
    fn roles(
        self,
        id: RoleId,
        [before, after]: [Option<&RoleFacts>; 2],
        touched: &Touched,
        said: &mut BTreeSet<(uuid::Uuid, Day, &'static str)>,
        told: &mut Summary,
    ) {
        let today = self.teller.telling.day;
        if let (Some(gone), None) = (before, after)
            && gone.valid_from > today
            && *self.target != ObjectKey::Role(id)
        {
            let from = gone.valid_from;
            let (who, position) = (
                self.teller.holder(&gone.holder, from),
                self.teller.position(gone.org_id, &gone.post, gone.acting, from),
            );
            told.say(
                format_args!("The plan that {who} becomes {position} on {from} falls away."),
                format_args!("原定{who}自{from}起任{position}，不再实施。"),
            );
        }
        let Some(facts) = before.or(after) else { return };
        let leaves = before.is_some_and(|before| after.is_none_or(|after| !after.period().covers(before.period())));
        // Whoever enters a single role sees what else there is.
        let is_alone = before.is_none() && *self.target == ObjectKey::Role(id);
        if is_alone || before.is_some() && !leaves {
            return;
        }
        let end = after.map_or(facts.valid_from, |after| after.valid_until.unwrap_or(after.valid_from));
        for role in self.after().roles_in(facts.org_id) {
            let from = role.valid_from();
            let again = leaves && role.holder() == facts.holder && from >= end;
            // Where many may hold a post, the plan of another one has nothing to do with it.
            let instead = from > today && self.is_limited(facts.org_id, &facts.post, from);
            if *role.post() != facts.post
                || touched.roles.contains(&role.id())
                || !(again || instead)
                || !said.insert((role.id().0, from, "role"))
            {
                continue;
            }
            let holder = role.holder();
            let (who, position) = (
                self.teller.holder(&holder, from),
                self.teller.position(facts.org_id, &facts.post, role.acting(), from),
            );
            if again {
                told.say(
                    format_args!("{who} becomes {position} again on {from}, as was set before."),
                    format_args!("按此前已定，{who}自{from}起再次任{position}。"),
                );
            } else {
                told.say(
                    format_args!("{who} becomes {position} on {from}, as was planned before."),
                    format_args!("此前已定{who}自{from}起任{position}，仍然有效。"),
                );
            }
        }
    }

    /// Whether only so many may hold a post in an org on a day.
    fn is_limited(self, org: OrgId, post: &PostCode, day: Day) -> bool {
        let kind = self.after().org_on(org, day).map(|view| view.kind());
        let post = self.after().post(post).zip(kind);
        post.and_then(|(post, kind)| post.in_kind(kind)).is_some_and(|kind| kind.holders_max.is_some())
    }

    /// The same for supervisions.
    fn supervisions(
        self,
        id: SupervisionId,
        before: &SupervisionFacts,
        after: Option<&SupervisionFacts>,
        touched: &Touched,
        told: &mut Summary,
    ) {
        let today = self.teller.telling.day;
        let (group, org) = (before.supervision_group_id, before.org_id);
        let from = before.valid_from;
        if after.is_none() && from > today && *self.target != ObjectKey::Supervision(id) {
            let (group, org) = (self.teller.name(group, from), self.teller.name(org, from));
            told.say(
                format_args!("The plan that {group} covers {org} from {from} on falls away."),
                format_args!("原定{group}自{from}起督导{org}，不再实施。"),
            );
        }
        if after.is_some_and(|after| after.period().covers(before.period())) {
            return;
        }
        for other in self.after().supervisions_by(group) {
            let from = other.facts.valid_from;
            if other.facts.org_id == org && from > today && !touched.supervisions.contains(&other.id) {
                let (group, org) = (self.teller.name(group, from), self.teller.name(org, from));
                told.say(
                    format_args!("{group} covers {org} from {from} on, as was planned before."),
                    format_args!("此前已定{group}自{from}起督导{org}，仍然有效。"),
                );
            }
        }
    }

    /// Orgs that were planned and go, and parts of an org that lives longer but that end as before.
    fn parts(self, id: OrgId, before: &OrgFacts, after: Option<&OrgFacts>, touched: &Touched, told: &mut Summary) {
        let today = self.teller.telling.day;
        let Some(after) = after else {
            let planned = self.before().org(id).map(|org| org.established_on()).filter(|day| *day > today);
            if let Some(from) = planned.filter(|_| *self.target != ObjectKey::Org(id)) {
                let name = self.teller.name(id, from);
                told.say(
                    format_args!("The plan that {name} is established on {from} falls away."),
                    format_args!("原定自{from}起设立的{name}，不再设立。"),
                );
            }
            return;
        };
        let Some(old) = before.dissolved_on.filter(|old| after.dissolved_on.is_none_or(|new| new > *old)) else {
            return;
        };
        for part in self.after().ever_under(Some(id)) {
            let Some(end) = part.facts.dissolved_on.filter(|end| *end >= old.min(today)) else { continue };
            if after.dissolved_on.is_none_or(|new| end < new) && !touched.orgs.contains(&part.id) {
                let name = self.teller.name(part.id, end);
                told.say(
                    format_args!("{name} ends on {end} all the same, as was set before."),
                    format_args!("{name}仍按此前已定自{end}起撤销。"),
                );
            }
        }
    }
}

/// The kinds of an org, with the days from which it is of each.
fn kinds(versions: &[OrgVersion]) -> Vec<(Day, crate::domain::OrgKind)> {
    versions.iter().map(|version| (version.valid_from, version.values.kind)).collect()
}

/// A period in a sentence in English.
struct On(Period);

impl std::fmt::Display for On {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let from = self.0.from();
        match self.0.until() {
            Some(until) => write!(f, "from {from} until {until}"),
            None => write!(f, "from {from} on"),
        }
    }
}

/// The same in Chinese.
struct Since(Period);

impl std::fmt::Display for Since {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let from = self.0.from();
        match self.0.until() {
            Some(until) => write!(f, "自{from}起至{until}前"),
            None => write!(f, "自{from}起"),
        }
    }
}
