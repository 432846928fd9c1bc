//! After every act, the roles in the orgs of leading groups, and what supervision groups cover, follow from all lists
//! that documents have declared.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use uuid::Uuid;

use super::{
    listed::Listed,
    runs::{Bound, Statement, followed},
};
use crate::{
    directory::Snapshot,
    domain::{Day, Declaration, Declared, Effect, Holder, Org, OrgId, RoleFacts, SupervisionFacts, carry_on},
    registry::draft::Draft,
};

/// Whether something in an org follows from lists, or did until they were taken back.
fn is_followed(snapshot: &Snapshot, org: &Org) -> bool {
    has_lists(org)
        || snapshot.roles_in(org.id).any(|role| role.following().is_some())
        || snapshot.supervisions_by(org.id).any(|cover| cover.facts.following.is_some())
}

/// Whether documents have declared lists of an org.
pub(in crate::registry::decide) fn has_lists(org: &Org) -> bool {
    org.declarations().next().is_some()
}

/// Makes everything follow in the orgs that the draft touches.
pub(in crate::registry::decide) fn follow(draft: &mut Draft, new_id: &dyn Fn() -> Uuid) {
    let mut touched = BTreeSet::new();
    for effect in draft.effects() {
        match effect {
            Effect::OrgVersion { id, .. } => drop(touched.insert(*id)),
            Effect::Org { id, .. } => {
                touched.insert(*id);
                // The lives of units and covered orgs bound what they hold and what covers them.
                let snapshot = draft.snapshot();
                touched.extend(snapshot.roles_held(&Holder::Unit(*id)).map(|role| role.org_id()));
                touched.extend(snapshot.supervisions_of(*id).map(|cover| cover.facts.supervision_group_id));
            }
            Effect::Role { before, after, .. } => touched.extend(before.iter().chain(after).map(|role| role.org_id)),
            Effect::Supervision { before, after, .. } => {
                touched.extend(before.iter().chain(after).map(|facts| facts.supervision_group_id));
            }
            _ => {}
        }
    }
    for id in touched {
        let Some(org) = draft.snapshot().org(id).filter(|org| is_followed(draft.snapshot(), org)).cloned() else {
            continue;
        };
        follow_lists::<RoleFacts>(draft, &org, new_id);
        follow_lists::<SupervisionFacts>(draft, &org, new_id);
    }
}

fn follow_lists<F: Listed>(draft: &mut Draft, org: &Org, new_id: &dyn Fn() -> Uuid) {
    let snapshot = draft.snapshot();
    let mut all: BTreeMap<F::Named, Vec<(F::Id, F)>> = BTreeMap::new();
    let mut places: BTreeMap<F::Named, i32> = BTreeMap::new();
    for (id, facts) in F::all_of(snapshot, org.id) {
        all.entry(facts.named()).or_default().push((id, facts));
    }
    let mut lists = Vec::new();
    for declaration in org.declarations() {
        let mut list = BTreeMap::new();
        for (place, (named, manner)) in (1..).zip(F::declared(snapshot, declaration.what)) {
            places.entry(named.clone()).or_insert(place);
            all.entry(named.clone()).or_default();
            list.entry(named).or_insert(manner);
        }
        lists.push((declaration, list));
    }
    let mut changes = Vec::new();
    for (named, known) in all {
        let mut lines: Vec<_> = known.iter().map(|(id, facts)| (*id, facts.line())).collect();
        lines.sort_by_key(|(id, line)| (line.from, *id));
        let lists = lists.iter().filter(|(declaration, _)| F::is_listed(declaration.kind, &named));
        let said: Vec<Statement<'_, F::Manner>> = lists
            .map(|(declaration, list)| Statement {
                on: declaration.on,
                manner: list.get(&named).copied(),
                basis: declaration.basis,
            })
            .collect();
        if said.is_empty() && lines.iter().all(|(_, line)| line.following.is_none()) {
            continue;
        }
        let life = first_end(snapshot, org, F::depends_on(&named));
        let now = followed(&lines, &said, life);
        let place = places.get(&named).copied();
        let gone = lines.iter().map(|(id, _)| *id).filter(|id| !now.iter().any(|(kept, _)| *kept == Some(*id)));
        changes.extend(gone.map(|id| (None, id, None)));
        for (id, line) in now {
            let facts = known.iter().find(|(known, _)| Some(*known) == id).map(|(_, facts)| facts.clone());
            let facts = match facts {
                Some(facts) => facts.with(line),
                None => F::new(org.id, &named, place.unwrap_or_default(), line),
            };
            changes.push((place, id.unwrap_or_else(|| F::Id::from(new_id())), Some(facts)));
        }
    }
    // In the order of the lists, as the act tells of them.
    changes.sort_by_key(|(place, ..)| *place);
    for (_, id, facts) in changes {
        draft.put(id, facts);
    }
}

/// The first end of an org and another one.
pub(super) fn first_end<'s>(snapshot: &'s Snapshot, org: &'s Org, other: Option<OrgId>) -> Option<Bound<'s>> {
    let other = other.and_then(|other| snapshot.org(other));
    [Some(org), other].into_iter().flatten().filter_map(end_of).min_by_key(|(day, _)| *day)
}

/// The end of an org, and its document.
pub(super) fn end_of(org: &Org) -> Option<Bound<'_>> {
    org.facts.dissolved_on.map(|day| (day, org.facts.end_basis.as_ref()))
}

/// Corrects what is declared of an org on some days. Nobody declares it anew.
pub(super) fn correct(
    draft: &mut Draft,
    org: OrgId,
    on: impl Fn(&Declaration<'_>) -> bool,
    change: impl Fn(&mut Declared),
) {
    let Some(org) = draft.snapshot().org(org).cloned() else { return };
    let days: Vec<Day> = org.declarations().filter(on).map(|declared| declared.on).collect();
    let mut versions = org.versions;
    for version in versions.iter_mut().filter(|version| days.contains(&version.valid_from)) {
        if let Some(declared) = &mut Arc::make_mut(&mut version.values).declared {
            change(declared);
        }
    }
    carry_on(&mut versions);
    draft.put_versions(org.id, &versions);
}

/// Changes on which days the roles in an org, and the supervisions by it, stand apart from the lists.
pub(super) fn stand_apart(draft: &mut Draft, org: OrgId, change: impl Fn(&mut Vec<Day>)) {
    each_stands_apart::<RoleFacts>(draft, org, &change);
    each_stands_apart::<SupervisionFacts>(draft, org, &change);
}

fn each_stands_apart<F: Listed>(draft: &mut Draft, org: OrgId, change: &impl Fn(&mut Vec<Day>)) {
    for (id, facts) in F::all_of(draft.snapshot(), org) {
        let mut line = facts.line();
        let Some(mut following) = line.following.take() else { continue };
        change(&mut following.apart);
        following.apart.sort_unstable();
        line.following = following.remembered();
        draft.put(id, Some(facts.with(line)));
    }
}
