//! After every act, the roles in the orgs of leading groups, and what supervision groups cover, follow from all lists
//! that documents have declared.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use uuid::Uuid;

use super::runs::{Bound, Line, Said, followed};
use crate::{
    directory::Snapshot,
    domain::{
        Basis, Day, Declared, Effect, Following, Holder, Org, OrgId, OrgKind, OrgVersion, PostCode, RoleFacts, RoleId,
        Scope, SupervisionFacts, SupervisionId, carry_on, listed_posts,
    },
    registry::draft::Draft,
};

/// What a document declares of an org from a day on.
#[derive(Clone, Copy)]
pub(super) struct Declaration<'s> {
    pub(super) on: Day,
    pub(super) kind: OrgKind,
    pub(super) what: &'s Declared,
    pub(super) basis: Option<&'s Basis>,
}

/// What is declared of an org, in the order of the days.
pub(super) fn declarations(org: &Org) -> impl DoubleEndedIterator<Item = Declaration<'_>> {
    org.versions.iter().filter_map(|version| {
        let act = declaring(version)?;
        let what = version.values.declared.as_ref()?;
        Some(Declaration { on: version.valid_from, kind: version.values.kind, what, basis: act })
    })
}

/// Whether something in an org follows from lists, or did until they were taken back.
fn is_followed(snapshot: &Snapshot, org: &Org) -> bool {
    has_lists(org)
        || snapshot.roles_in(org.id).any(|role| role.following().is_some())
        || snapshot.supervisions_by(org.id).any(|cover| cover.facts.following.is_some())
}

/// Whether documents have declared lists of an org.
pub(in crate::registry::decide) fn has_lists(org: &Org) -> bool {
    declarations(org).next().is_some()
}

/// The document by which something is declared in a version, if anything is.
fn declaring(version: &OrgVersion) -> Option<Option<&Basis>> {
    let act = version.acts.iter().rev().find(|act| act.fields.has("declared"))?;
    version.values.declared.as_ref().map(|_| act.basis.as_ref())
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
        roles(draft, &org, new_id);
        covers(draft, &org, new_id);
    }
}

/// The roles of one holder of a post.
type RoleLines = Vec<(RoleId, Line<bool>)>;

fn roles(draft: &mut Draft, org: &Org, new_id: &dyn Fn() -> Uuid) {
    let snapshot = draft.snapshot();
    let mut lines: BTreeMap<(PostCode, Holder), RoleLines> = BTreeMap::new();
    let mut places: BTreeMap<(PostCode, Holder), i32> = BTreeMap::new();
    for role in snapshot.roles_in(org.id) {
        let facts = role.facts();
        lines.entry((facts.post.clone(), facts.holder.clone())).or_default().push((role.id(), line_of_role(facts)));
    }
    let mut lists = Vec::new();
    for declaration in declarations(org) {
        let mut named = HashMap::new();
        for (place, declared) in (1..).zip(&declaration.what.holders) {
            let key = (declared.post.clone(), snapshot.meant_holder(&declared.holder));
            if is_there(snapshot, &key.1) {
                places.entry(key.clone()).or_insert(place);
                lines.entry(key.clone()).or_default();
                named.entry(key).or_insert(declared.acting);
            }
        }
        lists.push((declaration, named));
    }
    let mut changes = Vec::new();
    for ((post, holder), mut lines) in lines {
        lines.sort_by_key(|(id, line)| (line.from, *id));
        let key = (post, holder);
        let said = lists.iter().filter(|(list, _)| lists_post(list.kind, &key.0));
        let said = said.map(|(list, named)| Said { on: list.on, manner: named.get(&key).copied(), basis: list.basis });
        let said: Vec<Said<'_, bool>> = said.collect();
        if said.is_empty() && lines.iter().all(|(_, line)| line.following.is_none()) {
            continue;
        }
        let (post, holder) = key;
        let unit = if let Holder::Unit(unit) = &holder { snapshot.org(*unit) } else { None };
        let life = life(org).into_iter().chain(unit.and_then(life)).min_by_key(|(day, _)| *day);
        let order = places.get(&(post.clone(), holder.clone())).copied().unwrap_or_default();
        let base = |id: Option<RoleId>| match id.and_then(|id| snapshot.role(id)) {
            Some(role) => role.facts(),
            None => RoleFacts {
                org_id: org.id,
                post: post.clone(),
                holder: holder.clone(),
                valid_from: Day::MIN,
                valid_until: None,
                order,
                acting: false,
                basis: None,
                end_basis: None,
                following: None,
            },
        };
        let now = followed(&lines, &said, life);
        let gone = lines.iter().map(|(id, _)| *id).filter(|id| !now.iter().any(|(kept, _)| *kept == Some(*id)));
        changes.extend(gone.map(|id| (id, None)));
        changes.extend(now.into_iter().map(|(id, line)| {
            let Line { manner, from, until, basis, end_basis, following } = line;
            let facts = RoleFacts {
                valid_from: from,
                valid_until: until,
                acting: manner,
                basis,
                end_basis,
                following,
                ..base(id)
            };
            (id.unwrap_or_else(|| RoleId(new_id())), Some(facts))
        }));
    }
    // In the order of the lists, as the act tells of them.
    changes.sort_by_key(|(_, facts): &(RoleId, Option<RoleFacts>)| {
        facts.as_ref().and_then(|facts| places.get(&(facts.post.clone(), facts.holder.clone())).copied())
    });
    for (id, facts) in changes {
        draft.put(id, facts);
    }
}

fn covers(draft: &mut Draft, group: &Org, new_id: &dyn Fn() -> Uuid) {
    let snapshot = draft.snapshot();
    let mut lines: BTreeMap<OrgId, Vec<(SupervisionId, Line<Scope>)>> = BTreeMap::new();
    for supervision in snapshot.supervisions_by(group.id) {
        let line = line_of_cover(supervision.facts.clone());
        lines.entry(supervision.facts.org_id).or_default().push((supervision.id, line));
    }
    let mut lists = Vec::new();
    for declaration in declarations(group).filter(|said| said.kind == OrgKind::SupervisionGroup) {
        let there = declaration.what.covers.iter().filter(|cover| snapshot.org(cover.org_id).is_some());
        let named: HashMap<OrgId, Scope> = there.map(|cover| (cover.org_id, cover.scope)).collect();
        for org in named.keys() {
            lines.entry(*org).or_default();
        }
        lists.push((declaration, named));
    }
    let mut changes = Vec::new();
    for (org_id, mut lines) in lines {
        lines.sort_by_key(|(id, line)| (line.from, *id));
        let said = lists.iter();
        let said =
            said.map(|(list, named)| Said { on: list.on, manner: named.get(&org_id).copied(), basis: list.basis });
        let said: Vec<Said<'_, Scope>> = said.collect();
        if said.is_empty() && lines.iter().all(|(_, line)| line.following.is_none()) {
            continue;
        }
        let covered = snapshot.org(org_id).and_then(life);
        let life = life(group).into_iter().chain(covered).min_by_key(|(day, _)| *day);
        let now = followed(&lines, &said, life);
        let gone = lines.iter().map(|(id, _)| *id).filter(|id| !now.iter().any(|(kept, _)| *kept == Some(*id)));
        changes.extend(gone.map(|id| (id, None)));
        changes.extend(now.into_iter().map(|(id, line)| {
            let Line { manner: scope, from, until, basis, end_basis, following } = line;
            let facts = SupervisionFacts {
                supervision_group_id: group.id,
                org_id,
                scope,
                valid_from: from,
                valid_until: until,
                basis,
                end_basis,
                following,
            };
            (id.unwrap_or_else(|| SupervisionId(new_id())), Some(facts))
        }));
    }
    for (id, facts) in changes {
        draft.put(id, facts);
    }
}

fn line_of_role(facts: RoleFacts) -> Line<bool> {
    let RoleFacts { valid_from, valid_until, acting, basis, end_basis, following, .. } = facts;
    Line { manner: acting, from: valid_from, until: valid_until, basis, end_basis, following }
}

fn line_of_cover(facts: SupervisionFacts) -> Line<Scope> {
    let SupervisionFacts { scope, valid_from, valid_until, basis, end_basis, following, .. } = facts;
    Line { manner: scope, from: valid_from, until: valid_until, basis, end_basis, following }
}

/// The end of an org, and its document.
fn life(org: &Org) -> Option<Bound<'_>> {
    org.facts.dissolved_on.map(|day| (day, org.facts.end_basis.as_ref()))
}

/// Whether a declared holder exists. An entry that was made by mistake may have been deleted since.
fn is_there(snapshot: &Snapshot, holder: &Holder) -> bool {
    match holder {
        Holder::Person(person) => snapshot.person(*person).is_some(),
        Holder::Unit(unit) => snapshot.org(*unit).is_some(),
        Holder::Seat(seat) => snapshot.org(seat.org_id).is_some() && snapshot.post(&seat.post).is_some(),
    }
}

/// Whether documents list a post in orgs of a kind.
pub(super) fn lists_post(kind: OrgKind, post: &PostCode) -> bool {
    listed_posts(kind).contains(&post.as_str())
}

/// How a holder holds a post after a declaration, if it does.
pub(super) fn held(snapshot: &Snapshot, what: &Declared, post: &PostCode, holder: &Holder) -> Option<bool> {
    let declared = what.holders.iter().filter(|declared| declared.post == *post);
    let mut meant = declared.filter(|declared| snapshot.meant_holder(&declared.holder) == *holder);
    meant.next().map(|declared| declared.acting)
}

/// How far a supervision group covers an org after a declaration, if it does.
pub(super) fn covered(what: &Declared, org: OrgId) -> Option<Scope> {
    what.covers.iter().find(|cover| cover.org_id == org).map(|cover| cover.scope)
}

/// Corrects what is declared of an org on some days. Nobody declares it anew.
pub(super) fn correct(
    draft: &mut Draft,
    org: OrgId,
    on: impl Fn(&Declaration<'_>) -> bool,
    change: impl Fn(&mut Declared),
) {
    let Some(org) = draft.snapshot().org(org).cloned() else { return };
    let days: Vec<Day> = declarations(&org).filter(on).map(|declared| declared.on).collect();
    let mut versions = org.versions;
    for version in versions.iter_mut().filter(|version| days.contains(&version.valid_from)) {
        if let Some(declared) = &mut Arc::make_mut(&mut version.values).declared {
            change(declared);
        }
    }
    carry_on(&mut versions);
    draft.put_versions(org.id, &versions);
}

/// Changes what the roles in an org and the supervisions by it remember, where `changed` says so.
pub(super) fn each_following(
    draft: &mut Draft,
    org: OrgId,
    changed: impl Fn(Option<&Following>) -> Option<Option<Following>>,
) {
    let snapshot = draft.snapshot();
    let roles = snapshot.roles_in(org).filter_map(|role| Some((role.id(), changed(role.following())?, role.facts())));
    let roles: Vec<_> = roles.collect();
    let covers = snapshot.supervisions_by(org);
    let covers: Vec<_> = covers
        .filter_map(|cover| Some((cover.id, changed(cover.facts.following.as_ref())?, cover.facts.clone())))
        .collect();
    for (id, following, facts) in roles {
        draft.put(id, Some(RoleFacts { following, ..facts }));
    }
    for (id, following, facts) in covers {
        draft.put(id, Some(SupervisionFacts { following, ..facts }));
    }
}
