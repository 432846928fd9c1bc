//! What the effects of an act mean: their types, and the days on which answers change.

use std::collections::BTreeSet;

use super::{LEVELS_MAX, Snapshot};
use crate::domain::{
    Day, EffectKind, EffectType, Holder, LoggedEffect, Org, OrgFacts, OrgId, OrgVersion, Period, PersonId, PlainFacts,
    RoleFacts, SupervisionFacts,
};

/// What one effect means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome<'e> {
    /// The effect.
    pub effect: &'e LoggedEffect,
    /// What it means: one or more types.
    pub types: Vec<EffectType>,
    /// The days on which something else is true of its subject. `None` if what changes has no days: it is so on all.
    pub days: Option<Vec<Period>>,
}

/// The attributes of an org that are names.
const NAMES: [&str; 3] = ["name", "short_name", "name_en"];
/// The attributes of an org that are orders.
const ORDERS: [&str; 3] = ["order", "role_order", "child_order"];

/// What `effects` mean, which lead from the directory `before` to `after`.
pub fn outcomes<'e>(before: &Snapshot, after: &Snapshot, effects: &'e [LoggedEffect]) -> Vec<Outcome<'e>> {
    effects.iter().map(|effect| Outcome::of(effect, before, after)).collect()
}

impl<'e> Outcome<'e> {
    /// What an effect means.
    pub fn of(effect: &'e LoggedEffect, before: &Snapshot, after: &Snapshot) -> Self {
        use EffectType as T;
        let (types, days) = match effect {
            LoggedEffect::Org { id, before: old, after: new } => (
                vec![type_of_org(old.as_ref(), new.as_ref())],
                days_of_org([before, after].map(|at| at.org(*id)), [old, new]),
            ),
            LoggedEffect::OrgVersion { id, valid_from, before: old, after: new } => {
                let orgs = [before, after].map(|directory| directory.org(*id));
                (types_of_version(orgs, [old, new]), Some(days_of_version(orgs, *valid_from)))
            }
            LoggedEffect::Role { before: old, after: new, .. } => {
                let types = types_of_role(old.as_ref(), new.as_ref());
                (
                    types,
                    Some(days_of(
                        [old, new].map(|facts| facts.as_ref().map(|facts| (facts.period(), facts))),
                        same_role,
                    )),
                )
            }
            LoggedEffect::Supervision { before: old, after: new, .. } => {
                let types = [T::SupervisionCreated, T::SupervisionChanged, T::SupervisionDeleted];
                let ended = old.as_ref().zip(new.as_ref()).is_some_and(|(old, new)| old.valid_until != new.valid_until);
                let kind = if ended { T::SupervisionEnded } else { by_kind(old, new, types) };
                let held = [old, new].map(|facts| facts.as_ref().map(|facts| (facts.period(), facts)));
                (vec![kind], Some(days_of(held, same_supervision)))
            }
            LoggedEffect::Post { before: old, after: new, .. } => {
                (vec![by_kind(old, new, [T::PostCreated, T::PostChanged, T::PostDeleted])], None)
            }
            LoggedEffect::ApiKey { before: old, after: new, .. } => {
                (vec![by_kind(old, new, [T::KeyCreated, T::KeyChanged, T::KeyDeleted])], None)
            }
            LoggedEffect::PersonAlias { .. } => (vec![T::PersonMerged], None),
            LoggedEffect::Person { act, .. } => {
                let kind = match act {
                    EffectKind::Created => T::PersonCreated,
                    EffectKind::Changed => T::PersonChanged,
                    EffectKind::Deleted => T::PersonDeleted,
                };
                (vec![kind], None)
            }
        };
        Self { effect, types, days }
    }

    /// The orgs that it is about.
    pub fn orgs(&self) -> BTreeSet<OrgId> {
        let mut orgs = BTreeSet::new();
        match self.effect {
            LoggedEffect::Org { id, .. } | LoggedEffect::OrgVersion { id, .. } => drop(orgs.insert(*id)),
            LoggedEffect::Role { before, after, .. } => {
                orgs.extend([before, after].into_iter().flatten().map(|facts| facts.org_id));
            }
            LoggedEffect::Supervision { before, after, .. } => {
                let named = |facts: &SupervisionFacts| [facts.supervision_group_id, facts.org_id];
                orgs.extend([before, after].into_iter().flatten().flat_map(named));
            }
            LoggedEffect::Post { .. }
            | LoggedEffect::ApiKey { .. }
            | LoggedEffect::PersonAlias { .. }
            | LoggedEffect::Person { .. } => {}
        }
        orgs
    }

    /// Whether it is about something that stands at or below `root` on any of its days, before or after.
    pub fn is_within(&self, root: OrgId, before: &Snapshot, after: &Snapshot) -> bool {
        let always = [Period::open(Day::MIN)];
        let days = self.days.as_deref().unwrap_or(&always);
        let mut orgs = self.orgs();
        if let LoggedEffect::Person { id, .. } = self.effect {
            orgs.extend([before, after].iter().flat_map(|directory| orgs_of(directory, *id)));
        }
        orgs.iter().any(|org| {
            [before, after].iter().any(|directory| days.iter().any(|days| directory.stands_within(*org, root, *days)))
        })
    }
}

/// The orgs in which a person has held a role.
fn orgs_of(directory: &Snapshot, person: PersonId) -> Vec<OrgId> {
    directory.roles_held(&Holder::Person(person)).map(|role| role.org_id()).collect()
}

impl Snapshot {
    /// Whether an org stands at or below `root` on any of these days.
    pub fn stands_within(&self, org: OrgId, root: OrgId, days: Period) -> bool {
        self.stands_at(org, root, days, 0)
    }

    fn stands_at(&self, id: OrgId, root: OrgId, days: Period, level: usize) -> bool {
        let Some(org) = self.org(id).filter(|_| level <= LEVELS_MAX) else { return false };
        let mut stretches = org.timeline().filter_map(|(stretch, version)| Some((stretch.and(days)?, version)));
        stretches.any(|(days, version)| {
            id == root || version.values.parent_id.is_some_and(|parent| self.stands_at(parent, root, days, level + 1))
        })
    }
}

fn by_kind<T>(old: &Option<T>, new: &Option<T>, [created, changed, deleted]: [EffectType; 3]) -> EffectType {
    match EffectKind::between(old.as_ref(), new.as_ref()) {
        EffectKind::Created => created,
        EffectKind::Changed => changed,
        EffectKind::Deleted => deleted,
    }
}

fn type_of_org(old: Option<&OrgFacts>, new: Option<&OrgFacts>) -> EffectType {
    let end = |facts: &OrgFacts| facts.dissolved_on;
    match (old, new) {
        (None, _) => EffectType::OrgEstablished,
        (Some(_), None) => EffectType::OrgDeleted,
        (Some(old), Some(new)) if end(old) == end(new) => EffectType::OrgChanged,
        (Some(_), Some(new)) if end(new).is_some() => EffectType::OrgDissolved,
        (Some(_), Some(_)) => EffectType::OrgRestored,
    }
}

/// From the earlier to the later of two days on which an org ends; on all days, if something without days changes.
fn days_of_org(orgs: [Option<&Org>; 2], [old, new]: [&Option<OrgFacts>; 2]) -> Option<Vec<Period>> {
    match (old, new) {
        (Some(old), Some(new)) => {
            let same_otherwise = old.clone().ending_like(new) == *new;
            let from = [old.dissolved_on, new.dissolved_on].into_iter().flatten().min();
            let moved = old.dissolved_on != new.dissolved_on;
            let until = old
                .dissolved_on
                .max(new.dissolved_on)
                .filter(|_| old.dissolved_on.is_some() && new.dissolved_on.is_some());
            let from = from.filter(|_| same_otherwise && moved)?;
            Period::new(from, until).map(|days| vec![days])
        }
        _ => Some(orgs.into_iter().flatten().map(Org::life).collect()),
    }
}

/// What the change of a version means: that the org is established or gone, if that is so; else by what differs.
fn types_of_version(orgs: [Option<&Org>; 2], [old, new]: [&Option<OrgVersion>; 2]) -> Vec<EffectType> {
    match orgs {
        [None, Some(_)] => return vec![EffectType::OrgEstablished],
        [Some(_), None] => return vec![EffectType::OrgDeleted],
        _ => {}
    }
    let [was, is] = [old, new].map(Option::as_ref);
    // A version that is new, or gone, differs from what holds on its first day without it.
    let day = was.or(is).map(|version| version.valid_from);
    let held = |org: Option<&Org>, version: Option<&OrgVersion>| {
        version.cloned().or_else(|| org?.nearest(day?).1.clone().into())
    };
    let [before, after] = orgs;
    let (Some(was), Some(is)) = (held(before, was), held(after, is)) else { return vec![EffectType::OrgChanged] };
    let differing: Vec<&str> = was.values.differing(&is.values).iter().map(|attribute| attribute.name).collect();
    let mut types = BTreeSet::new();
    for name in &differing {
        types.insert(match *name {
            name if NAMES.contains(&name) => EffectType::OrgRenamed,
            name if ORDERS.contains(&name) => EffectType::OrderChanged,
            "parent_id" => EffectType::OrgMoved,
            _ => EffectType::OrgChanged,
        });
    }
    if types.is_empty() {
        types.insert(EffectType::OrgChanged);
    }
    types.into_iter().collect()
}

/// The days of a version, before and after, on which other values hold, or by another document.
fn days_of_version(orgs: [Option<&Org>; 2], valid_from: Day) -> Vec<Period> {
    let span = |org: &Org| org.timeline().find(|(_, version)| version.valid_from == valid_from).map(|(span, _)| span);
    let spans: Vec<Period> = orgs.iter().flatten().filter_map(|org| span(org)).collect();
    let every = orgs.into_iter().flatten().flat_map(Org::timeline);
    let bounds = every.flat_map(|(span, _)| bounds_of(span)).collect();
    let [before, after] = orgs;
    let said = |org: Option<&Org>, day: Day| {
        let version = org?.on(day)?;
        Some((version.values.clone(), version.basis().cloned()))
    };
    joined(stretches(bounds).filter(|stretch| {
        let from = stretch.from();
        spans.iter().any(|span| span.contains(from)) && said(before, from) != said(after, from)
    }))
}

fn types_of_role(old: Option<&RoleFacts>, new: Option<&RoleFacts>) -> Vec<EffectType> {
    let (Some(old), Some(new)) = (old, new) else {
        return vec![if new.is_some() { EffectType::RoleCreated } else { EffectType::RoleDeleted }];
    };
    let mut types = Vec::new();
    if old.order != new.order {
        types.push(EffectType::OrderChanged);
    }
    if old.valid_until != new.valid_until {
        types.push(EffectType::RoleEnded);
    }
    let same = RoleFacts {
        order: new.order,
        valid_until: new.valid_until,
        end_basis: new.end_basis.clone(),
        following: new.following.clone(),
        ..old.clone()
    } == *new;
    if !same || types.is_empty() {
        types.push(EffectType::RoleChanged);
    }
    types
}

fn same_role(old: &RoleFacts, new: &RoleFacts) -> bool {
    let dated = RoleFacts {
        valid_from: new.valid_from,
        valid_until: new.valid_until,
        end_basis: new.end_basis.clone(),
        following: new.following.clone(),
        ..old.clone()
    };
    dated == *new
}

fn same_supervision(old: &SupervisionFacts, new: &SupervisionFacts) -> bool {
    let (until, basis) = (new.valid_until, new.end_basis.clone());
    SupervisionFacts { valid_from: new.valid_from, ..old.clone().ending(until, basis) } == *new
}

/// The days on which something that holds for a period is otherwise: where only its period differs, those of one period
/// and not of the other.
fn days_of<F>([old, new]: [Option<(Period, &F)>; 2], same_but_for_days: fn(&F, &F) -> bool) -> Vec<Period> {
    match (old, new) {
        (Some((was, old)), Some((is, new))) if same_but_for_days(old, new) => {
            let bounds = [was, is].iter().flat_map(|days| bounds_of(*days)).collect();
            joined(stretches(bounds).filter(|stretch| was.contains(stretch.from()) != is.contains(stretch.from())))
        }
        (old, new) => {
            let mut days: Vec<Period> = [old, new].into_iter().flatten().map(|(days, _)| days).collect();
            days.sort_by_key(|days| days.from());
            joined(days.into_iter())
        }
    }
}

/// The days on which a period begins and ends.
fn bounds_of(period: Period) -> impl Iterator<Item = Day> {
    [Some(period.from()), period.until()].into_iter().flatten()
}

/// The periods from each of these days to the next.
fn stretches(bounds: BTreeSet<Day>) -> impl Iterator<Item = Period> {
    let bounds: Vec<Day> = bounds.into_iter().collect();
    (0..bounds.len()).filter_map(move |place| Period::new(*bounds.get(place)?, bounds.get(place + 1).copied()))
}

/// Periods in order of their beginning, those that touch or overlap as one.
fn joined(periods: impl Iterator<Item = Period>) -> Vec<Period> {
    let mut joined: Vec<Period> = Vec::new();
    for period in periods {
        match joined.last_mut() {
            Some(last) if last.until().is_none_or(|until| until >= period.from()) => {
                let until = last.until().zip(period.until()).map(|(one, other)| one.max(other));
                *last = Period::new(last.from(), until).unwrap_or(*last);
            }
            _ => joined.push(period),
        }
    }
    joined
}
