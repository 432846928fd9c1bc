//! The naive model: the rules of docs/API.md and docs/DOMAIN.md, on a calendar of a few weeks. It tries a change on
//! a copy, then checks every rule on every day.

mod asks;
mod changes;
mod rules;

use std::collections::BTreeMap;

use campus_org::domain::OrgKind;
use uuid::Uuid;

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
    pub(super) fn established(&self) -> usize {
        *self.versions.keys().next().expect("a version")
    }

    fn lives(&self, day: usize) -> bool {
        self.established() <= day && self.end.is_none_or(|end| end > day)
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
}
