//! What a test entered and the service accepted: orgs, roles and supervisions, with naive questions about this
//! list.

use serde_json::{Value, json};

use super::dice::{DAYS, Dice, date};
use crate::support::TestApp;

/// The days from the first one on, and before the second one if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days(pub(super) usize, pub(super) Option<usize>);

impl Days {
    pub(super) fn has(self, day: usize) -> bool {
        self.0 <= day && self.1.is_none_or(|until| day < until)
    }

    /// The nearest day in it.
    pub(super) fn nearest(self, day: usize) -> usize {
        self.1.map_or(day, |until| day.min(until - 1)).max(self.0)
    }

    /// The days in both.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        let from = self.0.max(other.0);
        let until = self.1.into_iter().chain(other.1).min();
        until.is_none_or(|until| from < until).then_some(Self(from, until))
    }

    pub(super) fn status(self, day: usize) -> &'static str {
        if day < self.0 {
            "planned"
        } else if self.has(day) {
            "current"
        } else {
            "ended"
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Org {
    pub(super) id: String,
    pub(super) life: Days,
    /// Its kinds and parents with their first days, oldest first.
    kinds: Vec<(usize, &'static str)>,
    parents: Vec<(usize, Option<String>)>,
}

/// The holder of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holder {
    Person(String),
    Unit(String),
    Seat(String, &'static str),
}

#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) id: String,
    pub(super) org: String,
    pub(super) post: &'static str,
    pub(super) holder: Holder,
    pub(super) days: Days,
    pub(super) order: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Supervision {
    pub(super) id: String,
    pub(super) group: String,
    pub(super) org: String,
    pub(super) subtree: bool,
    pub(super) days: Days,
}

/// Everything that was entered.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) orgs: Vec<Org>,
    pub(super) people: Vec<String>,
    pub(super) roles: Vec<Role>,
    pub(super) supervisions: Vec<Supervision>,
}

/// Kinds, with the parents that are tried for each.
const KINDS: [(&str, &[&str]); 9] = [
    ("committee", &["committee"]),
    ("general_branch", &["committee"]),
    ("branch", &["general_branch", "committee"]),
    ("branch", &["general_branch", "committee"]),
    ("party_group", &["branch"]),
    ("department", &["committee"]),
    ("leading_group", &["committee", "general_branch"]),
    ("supervision_group", &["leading_group"]),
    ("supervision_group", &["leading_group"]),
];

/// The posts of a kind of org.
fn posts(kind: &str) -> &'static [&'static str] {
    match kind {
        "committee" | "general_branch" | "branch" => &["secretary", "deputy_secretary", "member", "liaison"],
        "department" => &["head", "deputy_head"],
        "leading_group" | "supervision_group" => &["leader", "deputy_leader", "group_member", "liaison"],
        "unit" => &["unit_head"],
        _ => &["group_leader"],
    }
}

/// The value on a day.
fn on<T: Clone>(values: &[(usize, T)], day: usize) -> T {
    values.iter().rev().find(|(since, _)| *since <= day).unwrap_or(&values[0]).1.clone()
}

impl Records {
    /// Two universities, a unit, people, and a leading group with two supervision groups.
    pub(super) async fn enter(app: &TestApp) -> Self {
        let mut records = Self::default();
        for name in ["甲", "乙", "丙", "丁", "戊"] {
            records.people.push(app.person(name).await);
        }
        for kind in ["committee", "unit", "committee"] {
            records.establish(app, kind, None, Days(0, None)).await;
        }
        let top = records.orgs[0].id.clone();
        records.establish(app, "general_branch", Some(&top), Days(0, None)).await;
        records.establish(app, "leading_group", Some(&top), Days(0, None)).await;
        let group = records.orgs[4].id.clone();
        for from in [0, 3] {
            records.establish(app, "supervision_group", Some(&group), Days(from, None)).await;
        }
        records
    }

    async fn establish(&mut self, app: &TestApp, kind: &'static str, parent: Option<&str>, life: Days) -> bool {
        let mut body = json!({"kind": kind, "name": format!("机构{}", self.orgs.len()), "valid_from": date(life.0)});
        if let Some(parent) = parent {
            body["parent_id"] = json!(parent);
        }
        if let Some(until) = life.1 {
            body["valid_until"] = json!(date(until));
        }
        let answer = app.post("/orgs", body).await;
        let accepted = answered(&answer);
        if accepted {
            let (kinds, parents) = (vec![(life.0, kind)], vec![(life.0, parent.map(str::to_owned))]);
            self.orgs.push(Org { id: answer.id(), life, kinds, parents });
        }
        accepted
    }

    /// Does a random act. Returns whether it was accepted, and so recorded.
    pub(super) async fn act(&mut self, app: &TestApp, dice: &mut Dice) -> bool {
        match dice.below(20) {
            0..3 => {
                let (kind, under) = *dice.pick(&KINDS);
                let (from, until) = (dice.below(DAYS / 2), dice.once_in(4));
                let until = until.then(|| from + 1 + dice.below(DAYS / 2));
                let parents = self.ids(|org| under.contains(&on(&org.kinds, from)));
                if parents.is_empty() {
                    return false;
                }
                let parent = dice.pick(&parents);
                self.establish(app, kind, Some(parent), Days(from, until)).await
            }
            3..6 => self.change(app, dice).await,
            6 => {
                let (place, day) = (dice.below(self.orgs.len()), dice.below(DAYS));
                let path = format!("/orgs/{}/dissolve", self.orgs[place].id);
                let accepted = answered(&app.post(&path, json!({"effective_on": date(day)})).await);
                if accepted {
                    self.orgs[place].life.1 = Some(day);
                }
                accepted
            }
            7..12 => self.appoint(app, dice).await,
            12..18 => self.cover(app, dice).await,
            18 if !self.roles.is_empty() => {
                let (place, day) = (dice.below(self.roles.len()), 1 + dice.below(DAYS));
                let path = format!("/roles/{}", self.roles[place].id);
                if dice.once_in(3) {
                    app.delete(&path).await.is(200);
                    self.roles.remove(place);
                    return true;
                }
                let accepted = answered(&app.patch(&path, json!({"valid_until": date(day)})).await);
                if accepted {
                    self.roles[place].days.1 = Some(day);
                }
                accepted
            }
            _ if !self.supervisions.is_empty() => {
                let (place, day) = (dice.below(self.supervisions.len()), 1 + dice.below(DAYS));
                let path = format!("/supervisions/{}", self.supervisions[place].id);
                if dice.once_in(3) {
                    app.delete(&path).await.is(200);
                    self.supervisions.remove(place);
                    return true;
                }
                let accepted = answered(&app.patch(&path, json!({"valid_until": date(day)})).await);
                if accepted {
                    self.supervisions[place].days.1 = Some(day);
                }
                accepted
            }
            _ => false,
        }
    }

    /// Moves an org or changes its kind, from a day after its last such change.
    async fn change(&mut self, app: &TestApp, dice: &mut Dice) -> bool {
        let place = dice.below(self.orgs.len());
        let kind = self.kind(&self.orgs[place].id, DAYS);
        let under = KINDS.iter().find(|(other, _)| *other == kind).map_or(&["unit"][..], |(_, under)| under);
        let others = self.ids(|org| under.contains(&on(&org.kinds, DAYS)));
        let org = &mut self.orgs[place];
        let last = org.kinds.last().unwrap().0.max(org.parents.last().unwrap().0);
        let day = last + 1 + dice.below(12);
        let path = format!("/orgs/{}", org.id);
        let kinds = ["committee", "general_branch", "department", "branch", "party_group"];
        if kinds.contains(&kind) && dice.once_in(3) {
            let kind = *dice.pick(&kinds);
            let accepted = answered(&app.patch(&path, json!({"kind": kind, "effective_on": date(day)})).await);
            if accepted {
                org.kinds.push((day, kind));
            }
            return accepted;
        }
        let parent = dice.pick(&others).clone();
        let accepted = answered(&app.patch(&path, json!({"parent_id": parent, "effective_on": date(day)})).await);
        if accepted {
            org.parents.push((day, Some(parent)));
        }
        accepted
    }

    async fn appoint(&mut self, app: &TestApp, dice: &mut Dice) -> bool {
        let place = |org: &Org, dice: &mut Dice| {
            let since = org.life.0;
            (org.id.clone(), *dice.pick(posts(on(&org.kinds, since))), since)
        };
        // Every third role is in a supervision group, and every other seat points at a post that somebody holds.
        let groups: Vec<&Org> = self.orgs.iter().filter(|org| on(&org.kinds, 0) == "supervision_group").collect();
        let org = if dice.once_in(3) { *dice.pick(&groups) } else { dice.pick(&self.orgs) };
        let (org, post, since) = place(org, dice);
        let holder = match dice.below(9) {
            0 => Holder::Unit(self.orgs[1].id.clone()),
            1..4 => {
                let (org, post) = if self.roles.is_empty() || dice.once_in(2) {
                    let (org, post, _) = place(dice.pick(&self.orgs), dice);
                    (org, post)
                } else {
                    let role = dice.pick(&self.roles);
                    (role.org.clone(), role.post)
                };
                Holder::Seat(org, post)
            }
            _ => Holder::Person(dice.pick(&self.people).clone()),
        };
        let from = since + dice.below(DAYS - since) / 2;
        let days = Days(from, dice.once_in(2).then(|| from + 1 + dice.below(15)));
        let order = dice.below(3);
        let mut body = json!({"org_id": org, "post": post, "valid_from": date(from), "order": order,
            "acting": dice.once_in(5)});
        match &holder {
            Holder::Person(id) => body["holder"] = json!({"type": "person", "id": id}),
            Holder::Unit(id) => body["holder"] = json!({"type": "unit", "id": id}),
            Holder::Seat(org, post) => body["holder"] = json!({"type": "seat", "org_id": org, "post": post}),
        }
        if let Some(until) = days.1 {
            body["valid_until"] = json!(date(until));
        }
        let answer = app.post("/roles", body).await;
        let accepted = answered(&answer);
        if accepted {
            self.roles.push(Role { id: answer.id(), org, post, holder, days, order });
        }
        accepted
    }

    async fn cover(&mut self, app: &TestApp, dice: &mut Dice) -> bool {
        let groups = self.ids(|org| on(&org.kinds, 0) == "supervision_group");
        let group = dice.pick(&groups).clone();
        let below: Vec<&Org> = self.orgs.iter().filter(|org| on(&org.parents, 0).is_some()).collect();
        let org = if dice.once_in(3) { dice.pick(&self.orgs) } else { *dice.pick(&below) };
        let from = org.life.0.max(self.org(&group).life.0) + dice.below(4);
        let until = org.life.1.or_else(|| dice.once_in(2).then(|| from + 1 + dice.below(25)));
        let days = Days(from, until);
        let (org, subtree) = (org.id.clone(), !dice.once_in(3));
        let mut body = json!({"supervision_group_id": group, "org_id": org, "valid_from": date(from),
            "scope": if subtree { "subtree" } else { "self" }});
        if let Some(until) = days.1 {
            body["valid_until"] = json!(date(until));
        }
        let answer = app.post("/supervisions", body).await;
        let accepted = answered(&answer);
        if accepted {
            self.supervisions.push(Supervision { id: answer.id(), group, org, subtree, days });
        }
        accepted
    }

    fn ids(&self, shows: impl Fn(&Org) -> bool) -> Vec<String> {
        self.orgs.iter().filter(|org| shows(org)).map(|org| org.id.clone()).collect()
    }

    pub(super) fn org(&self, id: &str) -> &Org {
        self.orgs.iter().find(|org| org.id == id).expect("recorded")
    }

    pub(super) fn kind(&self, id: &str, day: usize) -> &'static str {
        on(&self.org(id).kinds, day)
    }

    /// The orgs above an org on a day, nearest first.
    pub(super) fn above(&self, id: &str, day: usize) -> Vec<String> {
        let mut found = Vec::new();
        let mut next = on(&self.org(id).parents, day);
        while let Some(parent) = next {
            next = on(&self.org(&parent).parents, day);
            found.push(parent);
        }
        found
    }

    /// Whether an org is `root` or below it.
    pub(super) fn within(&self, id: &str, root: &str, day: usize) -> bool {
        id == root || self.above(id, day).iter().any(|above| above == root)
    }

    /// The roles by which people sit in a seat on a day, each with the person, in list order.
    pub(super) fn sitting(&self, org: &str, post: &str, day: usize) -> Vec<(&Role, &String)> {
        let held = self.roles.iter().filter(|role| role.org == org && role.post == post && role.days.has(day));
        let mut sitting: Vec<(&Role, &String)> = held
            .filter_map(|role| match &role.holder {
                Holder::Person(person) => Some((role, person)),
                Holder::Unit(_) | Holder::Seat(..) => None,
            })
            .collect();
        sitting.sort_by_key(|(role, _)| (role.order, role.days.0, role.id.clone()));
        sitting
    }

    /// Everything that a person ever holds: the role, the other role if it is by a seat, and the days.
    pub(super) fn held_by<'a>(&'a self, person: &str) -> Vec<(&'a Role, Option<&'a Role>, Days)> {
        let direct = |role: &&Role| role.holder == Holder::Person(person.to_owned());
        let mut held: Vec<_> = self.roles.iter().filter(direct).map(|role| (role, None, role.days)).collect();
        for through in self.roles.iter().filter(direct) {
            for role in &self.roles {
                let points =
                    matches!(&role.holder, Holder::Seat(org, post) if *org == through.org && *post == through.post);
                if let Some(days) = role.days.and(through.days).filter(|_| points) {
                    held.push((role, Some(through), days));
                }
            }
        }
        held
    }
}

/// Whether a write was accepted. Anything but a refusal fails the test.
fn answered(answer: &crate::support::Answer) -> bool {
    let refused = matches!(answer.status, 409 | 422);
    assert!(refused || answer.status < 300, "{}", answer.text);
    !refused
}

/// Every item of a list, page by page.
pub(super) async fn pages(app: &TestApp, path: &str) -> Vec<Value> {
    let mut page = app.get(path).await.is(200).body;
    let mut items = Vec::new();
    loop {
        items.extend(page["items"].as_array().expect("a list").iter().cloned());
        let Some(next) = page["next"].as_str() else { return items };
        page = app.get(&format!("{path}&cursor={next}")).await.is(200).body;
    }
}
