//! The first three invariants of the directory, checked day by day from its rows alone, without the service's
//! questions or rules.

use std::collections::{BTreeMap, BTreeSet};

use campus_org::{
    directory::{OrgFilter, OrgSort, PageRequest, RoleFilter, RoleSort, Snapshot, StatusFilter, SupervisionFilter},
    domain::{Day, Holder, Org, OrgId, OrgKind, OrgValues, Role, Supervision},
};

/// Every org, on whatever days it exists.
pub(crate) fn orgs(snapshot: &Snapshot) -> Vec<Org> {
    let all = OrgFilter { status: StatusFilter::ALL, ..OrgFilter::default() };
    snapshot
        .orgs(&all, OrgSort::EstablishedOn, Day::MIN, &everything())
        .items
        .into_iter()
        .map(|v| v.org.clone())
        .collect()
}

/// Every role, on whatever days it is held.
pub(crate) fn roles(snapshot: &Snapshot) -> Vec<Role> {
    let all = RoleFilter { status: StatusFilter::ALL, ..RoleFilter::default() };
    snapshot
        .roles(&all, RoleSort::ValidFrom, Day::MIN, &everything())
        .items
        .into_iter()
        .map(|v| v.role.role())
        .collect()
}

/// Every supervision, on whatever days it is valid.
pub(crate) fn supervisions(snapshot: &Snapshot) -> Vec<Supervision> {
    let all = SupervisionFilter { status: StatusFilter::ALL, ..SupervisionFilter::default() };
    let page = snapshot.supervisions(&all, Day::MIN, &everything());
    page.items.into_iter().map(|view| view.supervision.clone()).collect()
}

/// A page large enough for any list of a test.
pub(crate) fn everything() -> PageRequest {
    PageRequest { limit: 1_000_000, ..PageRequest::default() }
}

/// Whether docs/DOMAIN.md allows a kind under a parent; `None` is the top.
pub(crate) fn may_stand(kind: OrgKind, parent: Option<(OrgKind, Option<OrgKind>)>) -> bool {
    use OrgKind::*;
    let Some((parent, grandparent)) = parent else { return matches!(kind, Authority | Committee | Unit) };
    let tier_one = parent == Committee && matches!(grandparent, None | Some(Authority));
    match kind {
        Authority => parent == Authority,
        Committee => parent == Authority || tier_one,
        GeneralBranch | Commission | Department => parent == Committee,
        Branch => matches!(parent, GeneralBranch | Committee),
        PartyGroup => parent == Branch,
        LeadingGroup => matches!(parent, Committee | GeneralBranch | Authority),
        Office | SupervisionGroup => parent == LeadingGroup,
        WorkingGroup => matches!(parent, LeadingGroup | Office),
        Unit => parent == Unit,
    }
}

fn on(org: &Org, day: Day) -> Option<&OrgValues> {
    if org.facts.dissolved_on.is_some_and(|end| end <= day) {
        return None;
    }
    org.versions.iter().rev().find(|version| version.valid_from <= day).map(|version| version.values.as_ref())
}

/// Panics if the directory breaks invariant 1, 2 or 3 on any day.
pub(crate) fn hold(snapshot: &Snapshot) {
    let (orgs, roles) = (orgs(snapshot), roles(snapshot));
    let mut days = BTreeSet::new();
    for org in &orgs {
        assert!(!org.versions.is_empty(), "{} has no version", org.id);
        assert!(org.versions.windows(2).all(|pair| pair[0].valid_from < pair[1].valid_from), "{org:?}");
        let last = org.versions.last().map(|version| version.valid_from);
        assert!(org.facts.dissolved_on.is_none_or(|end| last.is_none_or(|last| last < end)), "{org:?}");
        days.extend(org.versions.iter().map(|version| version.valid_from));
        days.extend(org.facts.dissolved_on);
    }
    for role in &roles {
        assert!(role.facts.valid_until.is_none_or(|until| until > role.facts.valid_from), "{role:?}");
        days.insert(role.facts.valid_from);
        days.extend(role.facts.valid_until);
    }
    let supervisions = supervisions(snapshot);
    for supervision in &supervisions {
        let facts = &supervision.facts;
        assert!(facts.valid_until.is_none_or(|until| until > facts.valid_from), "{supervision:?}");
        days.insert(facts.valid_from);
        days.extend(facts.valid_until);
    }
    for post in snapshot.posts() {
        days.extend(post.kinds.iter().filter_map(|kind| kind.max_since));
    }
    for day in days {
        hold_on(snapshot, &orgs, &roles, day);
        supervised_on(&orgs, &supervisions, day);
    }
}

/// A supervision lies in the lives of both orgs, is by a supervision group, and occurs once for each pair.
fn supervised_on(orgs: &[Org], supervisions: &[Supervision], day: Day) {
    let values = |id: OrgId| orgs.iter().find(|org| org.id == id).and_then(|org| on(org, day));
    let mut pairs = BTreeSet::new();
    for supervision in supervisions {
        let facts = &supervision.facts;
        if facts.valid_from > day || facts.valid_until.is_some_and(|until| until <= day) {
            continue;
        }
        let group = values(facts.supervision_group_id);
        assert!(group.is_some_and(|group| group.kind == OrgKind::SupervisionGroup), "{day}: {supervision:?}");
        assert!(values(facts.org_id).is_some(), "{day}: {supervision:?} outlives what it covers");
        assert!(pairs.insert((facts.supervision_group_id, facts.org_id)), "{day}: {supervision:?} stands twice");
    }
}

fn hold_on(snapshot: &Snapshot, orgs: &[Org], roles: &[Role], day: Day) {
    let alive: BTreeMap<OrgId, &OrgValues> =
        orgs.iter().filter_map(|org| on(org, day).map(|values| (org.id, values))).collect();
    for (id, values) in &alive {
        let above = |id: OrgId| -> &OrgValues {
            alive.get(&id).unwrap_or_else(|| panic!("{day}: {id} is named as a parent and does not live"))
        };
        let parent = values.parent_id.map(above);
        let grandparent = parent.and_then(|parent| parent.parent_id).map(above);
        let place = parent.map(|parent| (parent.kind, grandparent.map(|above| above.kind)));
        assert!(may_stand(values.kind, place), "{day}: {id} is a {:?} under {place:?}", values.kind);
        let (mut level, mut next) = (0, values.parent_id);
        while let Some(parent) = next {
            assert_ne!(parent, *id, "{day}: {id} stands under itself");
            level += 1;
            assert!(level < 100, "{day}: a cycle above {id}");
            next = above(parent).parent_id;
        }
    }
    let mut held: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    let mut holders = BTreeSet::new();
    let held_now =
        |role: &&Role| role.facts.valid_from <= day && role.facts.valid_until.is_none_or(|until| until > day);
    for role in roles.iter().filter(held_now) {
        let facts = &role.facts;
        let body = alive.get(&facts.org_id).unwrap_or_else(|| panic!("{day}: {role:?} outlives its body"));
        if let Holder::Unit(unit) = &facts.holder {
            assert!(alive.contains_key(unit), "{day}: {role:?} outlives its holder");
        }
        if let Holder::Seat(seat) = &facts.holder {
            let there = snapshot.org(seat.org_id).is_some() && snapshot.post(&seat.post).is_some();
            assert!(there, "{role:?} points at nothing");
        }
        if let Holder::Person(person) = facts.holder {
            assert!(snapshot.person(person).is_some(), "{role:?} is held by nobody");
        }
        let post = snapshot.post(&facts.post).unwrap_or_else(|| panic!("{role:?} holds no post"));
        assert!(post.kinds.iter().any(|kind| kind.kind == body.kind), "{day}: {role:?} in a {:?}", body.kind);
        assert!(
            holders.insert((facts.org_id, facts.post.clone(), facts.holder.clone())),
            "{day}: {role:?} is held twice"
        );
        let count = held.entry((facts.org_id, facts.post.clone())).or_default();
        if facts.acting { count.1 += 1 } else { count.0 += 1 }
    }
    for ((org, code), (full, acting)) in held {
        let post = snapshot.post(&code).expect("seen above");
        let Some(kind) = post.kinds.iter().find(|kind| kind.kind == alive[&org].kind) else { continue };
        let Some(max) = kind.holders_max.filter(|_| kind.max_since.is_none_or(|since| since <= day)) else { continue };
        assert!(full <= usize::from(max) && acting <= 1, "{day}: {full} and {acting} acting {code} in {org}");
    }
}
