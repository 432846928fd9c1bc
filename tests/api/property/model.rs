//! The naive model: the rules of docs/API.md and docs/DOMAIN.md, on a calendar of a few weeks. It tries a change on
//! a copy, then checks every rule on every day.

use std::collections::{BTreeMap, BTreeSet};

use campus_org::domain::OrgKind;
use uuid::Uuid;

use crate::support::invariants::may_stand;

/// The number of days in the calendar; what is valid on the last day is valid forever.
pub(super) const DAYS: usize = 30;
/// The day of the clock.
pub(super) const TODAY: usize = 15;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Values {
    pub(super) name: u8,
    pub(super) kind: OrgKind,
    pub(super) parent: Option<Uuid>,
    pub(super) code: Option<u8>,
    pub(super) order: i32,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Org {
    versions: BTreeMap<usize, Values>,
    pub(super) end: Option<usize>,
    /// The org whose dissolving ended this one.
    ended_by: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    pub(super) name: u8,
    pub(super) former: Vec<u8>,
    pub(super) staff_no: Option<u8>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Role {
    pub(super) org: Uuid,
    pub(super) post: &'static str,
    pub(super) holder: Uuid,
    pub(super) by_unit: bool,
    pub(super) from: usize,
    pub(super) until: Option<usize>,
    pub(super) order: i32,
    pub(super) acting: bool,
}

impl Role {
    fn on(&self, day: usize) -> bool {
        self.from <= day && self.until.is_none_or(|until| until > day)
    }

    fn reaches(&self, day: usize) -> bool {
        self.until.is_none_or(|until| until > day)
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Patch {
    pub(super) name: Option<u8>,
    pub(super) kind: Option<OrgKind>,
    pub(super) parent: Option<Option<Uuid>>,
    pub(super) code: Option<Option<u8>>,
    pub(super) order: Option<i32>,
}

#[derive(Debug, Clone)]
pub(super) enum Ask {
    CreateOrg { values: Values, from: usize, until: Option<usize> },
    PatchOrg { id: Uuid, patch: Patch, on: usize },
    PatchVersion { id: Uuid, start: usize, patch: Patch, boundary: Option<usize> },
    DeleteVersion { id: Uuid, start: usize },
    DeleteOrg { id: Uuid },
    Dissolve { id: Uuid, on: usize, cascade: bool },
    Restore { id: Uuid },
    OrderChildren { id: Uuid, ids: Vec<Uuid>, on: usize },
    OrderRoles { id: Uuid, ids: Vec<Uuid> },
    CreatePerson { name: u8, staff_no: Option<u8> },
    PatchPerson { id: Uuid, name: Option<u8>, staff_no: Option<Option<u8>> },
    DeletePerson { id: Uuid },
    Merge { id: Uuid, duplicate: Uuid },
    CreateRole { role: Role },
    PatchRole { id: Uuid, from: Option<usize>, until: Option<Option<usize>> },
    EndRole { id: Uuid, on: usize },
    DeleteRole { id: Uuid },
    LimitSecretaries { max: Option<u16> },
}

/// What a dissolution changed, as it was before.
#[derive(Debug, Clone)]
struct Undo {
    revision: u64,
    orgs: BTreeMap<Uuid, Org>,
    roles: BTreeMap<Uuid, Role>,
}

#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) orgs: BTreeMap<Uuid, Org>,
    pub(super) people: BTreeMap<Uuid, Person>,
    pub(super) roles: BTreeMap<Uuid, Role>,
    /// The maximum number of secretaries, and the day from which it applies.
    limit: (Option<u16>, usize),
    changed_at: BTreeMap<Uuid, u64>,
    undo: BTreeMap<Uuid, Undo>,
    dissolved: Option<Uuid>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            orgs: BTreeMap::new(),
            people: BTreeMap::new(),
            roles: BTreeMap::new(),
            limit: (Some(1), 0),
            changed_at: BTreeMap::new(),
            undo: BTreeMap::new(),
            dissolved: None,
        }
    }
}

impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        (&self.orgs, &self.people, &self.roles, self.limit) == (&other.orgs, &other.people, &other.roles, other.limit)
    }
}

/// The id of a new object until the service has chosen one.
const NEW: Uuid = Uuid::max();

type Refused = &'static str;

impl Org {
    pub(super) fn founded(&self) -> usize {
        *self.versions.keys().next().expect("a version")
    }

    fn lives(&self, day: usize) -> bool {
        self.founded() <= day && self.end.is_none_or(|end| end > day)
    }

    pub(super) fn on(&self, day: usize) -> Option<&Values> {
        if self.lives(day) { self.versions.range(..=day).next_back().map(|(_, values)| values) } else { None }
    }

    /// Sets fields from the version at `start` on, day by day, each as far as its old value was carried on.
    fn set(&mut self, start: usize, patch: &Patch) {
        let mut days: Vec<Option<Values>> =
            (0..DAYS).map(|day| self.versions.range(..=day).next_back().map(|(_, values)| values.clone())).collect();
        let old = days.clone();
        macro_rules! set {
            ($field:ident) => {
                if let Some(new) = patch.$field.clone() {
                    let was = old[start].as_ref().map(|values| values.$field.clone());
                    let run = (start..DAYS).take_while(|day| old[*day].as_ref().map(|v| v.$field.clone()) == was);
                    for day in run.collect::<Vec<_>>() {
                        days[day].as_mut().expect("lives").$field = new.clone();
                    }
                }
            };
        }
        set!(name);
        set!(kind);
        set!(parent);
        set!(code);
        set!(order);
        for (start, values) in &mut self.versions {
            *values = days[*start].clone().expect("lives");
        }
    }
}

impl Model {
    // ── questions ──

    fn values(&self, id: Uuid, day: usize) -> Option<&Values> {
        self.orgs.get(&id).and_then(|org| org.on(day))
    }

    fn kind_above(&self, id: Uuid, day: usize) -> Option<OrgKind> {
        self.values(self.values(id, day)?.parent?, day).map(|values| values.kind)
    }

    pub(super) fn tier(&self, id: Uuid, day: usize) -> Option<u8> {
        match (self.values(id, day)?.kind, self.kind_above(id, day)) {
            (OrgKind::Committee, None | Some(OrgKind::Authority)) => Some(1),
            (OrgKind::Committee | OrgKind::GeneralBranch, _) => Some(2),
            (OrgKind::Branch, _) => Some(3),
            _ => None,
        }
    }

    pub(super) fn directly_subordinate(&self, id: Uuid, day: usize) -> bool {
        let Some(values) = self.values(id, day) else { return false };
        values.kind == OrgKind::Branch && values.parent.is_some_and(|parent| self.tier(parent, day) == Some(1))
    }

    /// The orgs above, nearest first.
    pub(super) fn above(&self, id: Uuid, day: usize) -> Vec<Uuid> {
        let mut found = Vec::new();
        let mut next = self.values(id, day).and_then(|values| values.parent);
        while let Some(parent) = next.filter(|_| found.len() <= self.orgs.len()) {
            found.push(parent);
            next = self.values(parent, day).and_then(|values| values.parent);
        }
        found
    }

    pub(super) fn children(&self, id: Uuid, day: usize) -> Vec<Uuid> {
        let under = self.orgs.iter().filter_map(|(child, org)| org.on(day).map(|values| (values, *child)));
        let mut under: Vec<_> =
            under.filter(|(values, _)| values.parent == Some(id)).map(|(values, id)| (values.order, id)).collect();
        under.sort();
        under.into_iter().map(|(_, id)| id).collect()
    }

    pub(super) fn subtree(&self, id: Uuid, day: usize) -> Vec<Uuid> {
        let below = self.children(id, day).into_iter().flat_map(|child| self.subtree(child, day));
        std::iter::once(id).chain(below).collect()
    }

    pub(super) fn path(&self, from: Uuid, to: Uuid, day: usize) -> Vec<Uuid> {
        if self.values(from, day).is_none() || self.values(to, day).is_none() {
            return Vec::new();
        }
        let line = |id| [vec![id], self.above(id, day)].concat();
        let (up, down) = (line(from), line(to));
        let Some(meeting) = up.iter().find(|id| down.contains(id)) else { return Vec::new() };
        let up = up.iter().take_while(|id| *id != meeting);
        let down: Vec<&Uuid> = down.iter().take_while(|id| *id != meeting).collect();
        up.chain([meeting]).chain(down.into_iter().rev()).copied().collect()
    }

    pub(super) fn orgs_where(&self, day: usize, wanted: impl Fn(Uuid, &Values) -> bool) -> Vec<Uuid> {
        let living = self.orgs.iter().filter_map(|(id, org)| org.on(day).map(|values| (*id, values)));
        living.filter(|(id, values)| wanted(*id, values)).map(|(id, _)| id).collect()
    }

    pub(super) fn roles_where(&self, day: usize, wanted: impl Fn(&Role) -> bool) -> Vec<Uuid> {
        let mut found: Vec<_> = self
            .roles
            .iter()
            .filter(|(_, role)| role.on(day) && wanted(role))
            .map(|(id, role)| (role.from, *id))
            .collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    pub(super) fn vacancies(&self, day: usize) -> Vec<(Uuid, String, i32)> {
        let led = |kind| matches!(kind, OrgKind::Committee | OrgKind::GeneralBranch | OrgKind::Branch);
        let mut found = Vec::new();
        for id in self.orgs_where(day, |_, values| led(values.kind)) {
            let held: Vec<&Role> =
                self.roles.values().filter(|role| role.org == id && role.post == "secretary").collect();
            if held.iter().any(|role| role.on(day)) {
                continue;
            }
            let last = held.iter().filter_map(|role| role.until).filter(|until| *until <= day).max();
            // The first day since which its kind has required the post without interruption.
            let led_on = |day: &usize| self.orgs[&id].on(*day).is_some_and(|values| led(values.kind));
            let required = (0..=day).rev().take_while(led_on).last().expect("it lives on the day");
            let since = last.unwrap_or(0).max(required);
            found.push((id, "secretary".to_owned(), i32::try_from(since).expect("few")));
        }
        found
    }

    // ── rules ──

    fn rules(&self) -> Result<(), Refused> {
        for org in self.orgs.values() {
            let last = *org.versions.keys().next_back().expect("a version");
            if org.end.is_some_and(|end| end <= last) {
                return Err("a body ends after its last version began");
            }
        }
        for role in self.roles.values() {
            if role.until.is_some_and(|until| until <= role.from) {
                return Err("a role ends after it began");
            }
        }
        let mut numbers = BTreeSet::new();
        if !self.people.values().filter_map(|person| person.staff_no).all(|number| numbers.insert(number)) {
            return Err("staff numbers are unique");
        }
        (0..DAYS).try_for_each(|day| self.rules_on(day))
    }

    fn rules_on(&self, day: usize) -> Result<(), Refused> {
        let mut codes = BTreeSet::new();
        for id in self.orgs.keys() {
            let Some(values) = self.values(*id, day) else { continue };
            let mut place = None;
            if let Some(parent) = values.parent {
                let above = self.values(parent, day).ok_or("a parent lives throughout")?;
                place = Some((above.kind, above.parent.and_then(|above| self.values(above, day)).map(|v| v.kind)));
            }
            if !may_stand(values.kind, place) {
                return Err("a body stands where its kind may");
            }
            let above = self.above(*id, day);
            if above.contains(id) || above.len() > self.orgs.len() {
                return Err("no body stands under itself");
            }
            if let Some(code) = values.code {
                let mut line = [vec![*id], above].concat();
                let root = line.pop().expect("itself");
                let top = line.into_iter().find(|id| self.tier(*id, day) == Some(1)).unwrap_or(root);
                if !codes.insert((top, code)) {
                    return Err("a code is unique below one top committee");
                }
            }
        }
        let mut held: BTreeMap<(Uuid, &str), (u16, u16)> = BTreeMap::new();
        let mut holders = BTreeSet::new();
        for role in self.roles.values().filter(|role| role.on(day)) {
            let body = self.values(role.org, day).ok_or("a role lies within its body's life")?;
            if role.by_unit {
                self.values(role.holder, day).ok_or("a role lies within its holder's life")?;
            } else if !self.people.contains_key(&role.holder) {
                return Err("somebody holds a role");
            }
            let exists = match role.post {
                "secretary" | "member" => {
                    matches!(body.kind, OrgKind::Committee | OrgKind::GeneralBranch | OrgKind::Branch)
                }
                "group_leader" => body.kind == OrgKind::PartyGroup,
                _ => body.kind == OrgKind::Unit,
            };
            if !exists {
                return Err("the post exists in that kind of body");
            }
            if !holders.insert((role.org, role.post, role.holder)) {
                return Err("nobody holds a post twice");
            }
            let count = held.entry((role.org, role.post)).or_default();
            if role.acting { count.1 += 1 } else { count.0 += 1 }
        }
        for ((_, post), (full, acting)) in held {
            let max = match post {
                "secretary" if self.limit.1 <= day => self.limit.0,
                "group_leader" => Some(1),
                _ => None,
            };
            if max.is_some_and(|max| full > max || acting > 1) {
                return Err("a post has no more holders than its maximum, and one acting");
            }
        }
        Ok(())
    }

    // ── changes ──

    /// The directory after `ask`, or the rule that it breaks.
    pub(super) fn after(&self, ask: &Ask) -> Result<Self, Refused> {
        let mut model = Self { dissolved: None, ..self.clone() };
        model.change(ask)?;
        model.rules()?;
        Ok(model)
    }

    fn change(&mut self, ask: &Ask) -> Result<(), Refused> {
        match ask.clone() {
            Ask::CreateOrg { values, from, until } => {
                let org = Org { versions: BTreeMap::from([(from, values)]), end: until, ended_by: None };
                self.orgs.insert(NEW, org);
            }
            Ask::PatchOrg { id, patch, on } => self.patch(id, &patch, on)?,
            Ask::PatchVersion { id, start, patch, boundary } => {
                let org = self.orgs.get_mut(&id).expect("picked");
                if !org.versions.contains_key(&start) {
                    return Err("no such version");
                }
                org.set(start, &patch);
                if let Some(boundary) = boundary {
                    let before = org.versions.range(..start).next_back().map(|(start, _)| *start);
                    let after = org.versions.range(start + 1..).next().map(|(start, _)| *start).or(org.end);
                    if before.is_some_and(|before| boundary <= before) || after.is_some_and(|after| boundary >= after) {
                        return Err("a boundary lies between its neighbours");
                    }
                    let values = org.versions.remove(&start).expect("there");
                    org.versions.insert(boundary, values);
                }
            }
            Ask::DeleteVersion { id, start } => {
                let org = self.orgs.get_mut(&id).expect("picked");
                let Some(before) = org.versions.range(..start).next_back().map(|(_, values)| values.clone()) else {
                    return Err("the first version has no predecessor");
                };
                if !org.versions.contains_key(&start) {
                    return Err("no such version");
                }
                let Values { name, kind, parent, code, order } = before;
                let patch = Patch {
                    name: Some(name),
                    kind: Some(kind),
                    parent: Some(parent),
                    code: Some(code),
                    order: Some(order),
                };
                org.set(start, &patch);
                org.versions.remove(&start);
            }
            Ask::DeleteOrg { id } => {
                let has_children = (0..DAYS).any(|day| !self.children(id, day).is_empty());
                if has_children || self.roles.values().any(|role| role.org == id || role.by_unit && role.holder == id) {
                    return Err("something refers to it");
                }
                self.orgs.remove(&id);
            }
            Ask::Dissolve { id, on, cascade } => self.dissolve(id, on, cascade)?,
            Ask::Restore { id } => self.restore(id)?,
            Ask::OrderChildren { id, ids, on } => {
                if self.values(id, on).is_none() {
                    return Err("the body lives then");
                }
                for (order, child) in (1..).zip(ids) {
                    self.patch(child, &Patch { order: Some(order), ..Patch::default() }, on)?;
                }
            }
            Ask::OrderRoles { id, ids } => {
                let mut later: Vec<_> = self
                    .roles
                    .iter()
                    .filter(|(_, role)| role.org == id && role.from > TODAY)
                    .map(|(id, role)| (role.order, *id))
                    .collect();
                later.sort();
                for (order, role) in (1..).zip(ids.into_iter().chain(later.into_iter().map(|(_, id)| id))) {
                    self.roles.get_mut(&role).expect("there").order = order;
                }
            }
            Ask::CreatePerson { name, staff_no } => {
                self.people.insert(NEW, Person { name, former: Vec::new(), staff_no });
            }
            Ask::PatchPerson { id, name, staff_no } => {
                let person = self.people.get_mut(&id).expect("picked");
                if let Some(name) = name {
                    person.former.retain(|former| *former != name);
                    let former = std::mem::replace(&mut person.name, name);
                    person.remember(former);
                }
                person.staff_no = staff_no.unwrap_or(person.staff_no);
            }
            Ask::DeletePerson { id } => {
                if self.roles.values().any(|role| !role.by_unit && role.holder == id) {
                    return Err("the person holds a role");
                }
                self.people.remove(&id);
            }
            Ask::Merge { id, duplicate } => {
                if id == duplicate {
                    return Err("nobody is merged into themselves");
                }
                let other = self.people.remove(&duplicate).expect("picked");
                for role in self.roles.values_mut().filter(|role| !role.by_unit && role.holder == duplicate) {
                    role.holder = id;
                }
                let person = self.people.get_mut(&id).expect("picked");
                other.former.into_iter().chain([other.name]).for_each(|former| person.remember(former));
                person.staff_no = person.staff_no.or(other.staff_no);
            }
            Ask::CreateRole { role } => drop(self.roles.insert(NEW, role)),
            Ask::PatchRole { id, from, until } => {
                let role = self.roles.get_mut(&id).expect("picked");
                role.from = from.unwrap_or(role.from);
                role.until = until.unwrap_or(role.until);
            }
            Ask::EndRole { id, on } => {
                let role = self.roles.get_mut(&id).expect("picked");
                if !role.reaches(on) || on <= role.from {
                    return Err("it ends while it is held");
                }
                role.until = Some(on);
            }
            Ask::DeleteRole { id } => drop(self.roles.remove(&id)),
            Ask::LimitSecretaries { max } => {
                let kept = matches!((self.limit.0, max), (Some(old), Some(new)) if new >= old);
                let since = if kept { self.limit.1 } else { TODAY };
                self.limit = (max, if max.is_some() { since } else { 0 });
            }
        }
        Ok(())
    }

    fn patch(&mut self, id: Uuid, patch: &Patch, on: usize) -> Result<(), Refused> {
        let org = self.orgs.get_mut(&id).expect("picked");
        let current = org.on(on).ok_or("the body lives then")?.clone();
        let before = org.clone();
        org.versions.entry(on).or_insert(current);
        let split = org.clone();
        org.set(on, patch);
        if *org == split {
            *org = before;
        }
        Ok(())
    }

    /// An org, and everything under it on any day.
    fn ever_under(&self, id: Uuid) -> BTreeSet<Uuid> {
        let mut found = BTreeSet::from([id]);
        loop {
            let under = |org: &Org| org.versions.values().any(|v| v.parent.is_some_and(|above| found.contains(&above)));
            let more: Vec<Uuid> =
                self.orgs.iter().filter(|(id, org)| !found.contains(id) && under(org)).map(|(id, _)| *id).collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    fn dissolve(&mut self, id: Uuid, on: usize, cascade: bool) -> Result<(), Refused> {
        let org = &self.orgs[&id];
        if org.end.is_some() || on <= org.founded() {
            return Err("it lives, and has lived for a day");
        }
        let bodies = if cascade { self.ever_under(id) } else { BTreeSet::from([id]) };
        let held: Vec<Uuid> = self
            .roles
            .iter()
            .filter(|(_, role)| bodies.contains(&role.org) || role.by_unit && bodies.contains(&role.holder))
            .filter(|(_, role)| role.reaches(on))
            .map(|(id, _)| *id)
            .collect();
        if !cascade {
            let children = (on..DAYS).any(|day| !self.children(id, day).is_empty());
            if children || !held.is_empty() || org.versions.range(on..).next().is_some() {
                return Err("nothing is left in it from then on");
            }
        }
        for body in bodies {
            let org = self.orgs.get_mut(&body).expect("there");
            if org.founded() >= on {
                self.orgs.remove(&body);
            } else if org.end.is_none_or(|end| end > on) {
                org.end = Some(on);
                org.ended_by = Some(id);
                org.versions.retain(|start, _| *start < on);
            }
        }
        for id in held {
            let role = self.roles.get_mut(&id).expect("there");
            if role.from >= on {
                self.roles.remove(&id);
            } else {
                role.until = Some(on);
            }
        }
        self.dissolved = Some(id);
        Ok(())
    }

    fn restore(&mut self, id: Uuid) -> Result<(), Refused> {
        let org = self.orgs.get_mut(&id).expect("picked");
        if org.end.is_none() {
            return Err("it is dissolved");
        }
        match org.ended_by {
            None => org.end = None,
            Some(by) if by != id => return Err("another dissolving ended it"),
            Some(_) => {
                let undo = self.undo[&id].clone();
                self.orgs.extend(undo.orgs);
                // What has been erased since stays erased, with the roles that it held.
                for (role, before) in undo.roles {
                    let by_unit = before.by_unit && self.orgs.contains_key(&before.holder);
                    if by_unit || !before.by_unit && self.people.contains_key(&before.holder) {
                        self.roles.insert(role, before);
                    }
                }
            }
        }
        Ok(())
    }

    /// Gives the new object the id that the service chose.
    pub(super) fn name_new(&mut self, id: Uuid) {
        if let Some(org) = self.orgs.remove(&NEW) {
            self.orgs.insert(id, org);
        }
        if let Some(person) = self.people.remove(&NEW) {
            self.people.insert(id, person);
        }
        if let Some(role) = self.roles.remove(&NEW) {
            self.roles.insert(id, role);
        }
    }

    /// Records what the accepted change touched.
    pub(super) fn settled(&mut self, before: &Self, revision: u64) {
        let orgs: BTreeSet<Uuid> = before.orgs.keys().chain(self.orgs.keys()).copied().collect();
        let orgs: Vec<Uuid> = orgs.into_iter().filter(|id| before.orgs.get(id) != self.orgs.get(id)).collect();
        let roles: BTreeSet<Uuid> = before.roles.keys().chain(self.roles.keys()).copied().collect();
        let roles: Vec<Uuid> = roles.into_iter().filter(|id| before.roles.get(id) != self.roles.get(id)).collect();
        for id in orgs.iter().chain(&roles) {
            self.changed_at.insert(*id, revision);
        }
        if let Some(id) = self.dissolved.take() {
            let orgs = orgs.into_iter().map(|id| (id, before.orgs[&id].clone())).collect();
            let roles = roles.into_iter().map(|id| (id, before.roles[&id].clone())).collect();
            self.undo.insert(id, Undo { revision, orgs, roles });
        }
    }

    // ── what is asked ──

    /// A request made from bytes. `None` if there is nothing to ask for, or if the rules do not determine the
    /// outcome.
    pub(super) fn ask(&self, bytes: &[u8; 6]) -> Option<Ask> {
        let [what, a, b, c, d, e] = bytes.map(usize::from);
        let byte = |number: usize| u8::try_from(number % 256).expect("a byte");
        fn nth<T>(from: &BTreeMap<Uuid, T>, n: usize) -> Option<Uuid> {
            (!from.is_empty()).then(|| *from.keys().nth(n % from.len()).expect("within"))
        }
        let (org, person, role) = (nth(&self.orgs, a), nth(&self.people, a), nth(&self.roles, a));
        let on = d % (DAYS - 1);
        let patch = || {
            let mut patch = Patch::default();
            match b % 5 {
                0 => patch.name = Some(byte(c % 5)),
                1 => {
                    patch.parent = Some(nth(&self.orgs, c));
                    patch.order = Some(1 + i32::from(byte(e % 5)));
                }
                2 => patch.code = Some((c % 5 != 0).then(|| byte(c % 4))),
                3 => patch.order = Some(1 + i32::from(byte(c % 5))),
                _ if c % 2 == 0 => {
                    patch.kind = Some([OrgKind::GeneralBranch, OrgKind::Committee, OrgKind::Branch][c / 2 % 3]);
                }
                _ => {
                    patch.name = Some(byte(c % 5));
                    patch.code = Some(Some(byte(e % 4)));
                }
            }
            patch
        };
        Some(match what % 40 {
            0..7 => {
                use OrgKind::*;
                let kind = [Committee, GeneralBranch, Branch, PartyGroup, Unit, Branch, GeneralBranch][b % 7];
                let fits = |id: &&Uuid| {
                    self.values(**id, on).is_some_and(|v| may_stand(kind, Some((v.kind, self.kind_above(**id, on)))))
                };
                let fitting: Vec<&Uuid> = self.orgs.keys().filter(fits).collect();
                let parent = if self.orgs.is_empty() || matches!(kind, Committee | Unit) && c % 3 == 0 {
                    None
                } else if c % 4 == 0 || fitting.is_empty() {
                    nth(&self.orgs, c / 4)
                } else {
                    Some(*fitting[c / 4 % fitting.len()])
                };
                let kind = if parent.is_none() && kind != Unit { Committee } else { kind };
                let code = (e % 3 == 0).then(|| byte(e % 4));
                let order = 1 + i32::from(byte(e % 6));
                let until = (e % 7 == 0).then(|| (on + e / 7 % 12).min(DAYS - 1));
                Ask::CreateOrg { values: Values { name: byte(a % 5), kind, parent, code, order }, from: on / 2, until }
            }
            7..12 => Ask::PatchOrg { id: org?, patch: patch(), on },
            12..14 => {
                let (id, patch) = (org?, patch());
                let starts: Vec<usize> = self.orgs[&id].versions.keys().copied().collect();
                let boundary = (e % 2 == 0).then_some(on);
                Ask::PatchVersion { id, start: starts[d % starts.len()], patch, boundary }
            }
            14 => {
                let id = org?;
                let starts: Vec<usize> = self.orgs[&id].versions.keys().copied().collect();
                Ask::DeleteVersion { id, start: starts[d % starts.len()] }
            }
            15 => Ask::DeleteOrg { id: org? },
            16..19 => {
                let (id, cascade) = (org?, b % 3 != 0);
                // The rules do not determine what happens to an org that is elsewhere at other times.
                let settled = |org: &Org| {
                    let parents: BTreeSet<_> = org.versions.values().map(|values| values.parent).collect();
                    parents.len() == 1
                };
                if cascade && !self.ever_under(id).iter().all(|below| *below == id || settled(&self.orgs[below])) {
                    return None;
                }
                Ask::Dissolve { id, on, cascade }
            }
            19..22 => {
                let ended: Vec<&Uuid> = self.orgs.iter().filter(|(_, o)| o.end.is_some()).map(|(id, _)| id).collect();
                let id = if ended.is_empty() { org? } else { *ended[a % ended.len()] };
                // What was changed by hand since then is not reopened; other tests cover this.
                if self.orgs[&id].ended_by == Some(id) {
                    let undo = &self.undo[&id];
                    let touched = undo.orgs.keys().chain(undo.roles.keys());
                    if touched.into_iter().any(|id| self.changed_at[id] != undo.revision) {
                        return None;
                    }
                }
                Ask::Restore { id }
            }
            22 => {
                let id = org?;
                let mut ids = self.children(id, on);
                let turn = b.checked_rem(ids.len()).unwrap_or(0);
                ids.rotate_left(turn);
                Ask::OrderChildren { id, ids, on }
            }
            23 => {
                let id = org?;
                let mut ids = self.roles_where(TODAY, |role| role.org == id);
                let turn = b.checked_rem(ids.len()).unwrap_or(0);
                ids.rotate_left(turn);
                Ask::OrderRoles { id, ids }
            }
            24..27 => Ask::CreatePerson { name: byte(b % 5), staff_no: (c % 2 == 0).then(|| byte(c / 2 % 6)) },
            27 => Ask::PatchPerson {
                id: person?,
                name: (b % 2 == 0).then(|| byte(c % 5)),
                staff_no: (b % 3 == 0).then(|| (d % 4 != 0).then(|| byte(d % 6))),
            },
            28 => Ask::DeletePerson { id: person? },
            29 => Ask::Merge { id: person?, duplicate: nth(&self.people, b)? },
            30..35 => {
                let id = org?;
                let last = self.orgs[&id].versions.values().next_back().expect("a version").kind;
                let post = match last {
                    OrgKind::PartyGroup => "group_leader",
                    OrgKind::Unit => "unit_head",
                    _ if b % 3 == 0 => "member",
                    _ => "secretary",
                };
                let by_unit = c % 6 == 0;
                let holder = if by_unit { nth(&self.orgs, c / 6)? } else { nth(&self.people, c / 6)? };
                let until = (e % 2 == 0).then(|| (on + e / 2 % 12).min(DAYS - 1));
                let (order, acting) = (1 + i32::from(byte(e % 6)), b % 5 == 0);
                Ask::CreateRole { role: Role { org: id, post, holder, by_unit, from: on, until, order, acting } }
            }
            35 => Ask::PatchRole {
                id: role?,
                from: (b % 2 == 0).then_some(on),
                until: (b % 3 == 0).then(|| (c % 3 != 0).then_some(c % (DAYS - 1))),
            },
            36..38 => Ask::EndRole { id: role?, on },
            38 => Ask::DeleteRole { id: role? },
            _ => Ask::LimitSecretaries { max: [Some(1), Some(2), Some(3), None][b % 4] },
        })
    }
}

impl Person {
    fn remember(&mut self, former: u8) {
        if former != self.name && !self.former.contains(&former) {
            self.former.push(former);
        }
    }
}
