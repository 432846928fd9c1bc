//! A naive check of every rule of the directory on records alone. It is slow and easy to verify.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::{
    domain::{Day, Holder, OrgId, OrgKind, Period, PersonId, tier},
    record::{OrgRecord, Record, RoleRecord, VersionRecord, supervision},
    sample::posts::counted,
};

/// The posts, the kinds of org that have them, and the maximum number of holders (docs/DOMAIN.md §2).
const POSTS: &[(&str, &[OrgKind], Option<usize>)] = {
    use OrgKind::*;
    const TEAMS: &[OrgKind] = &[Committee, GeneralBranch, Branch, Commission];
    const GROUPS: &[OrgKind] = &[LeadingGroup, SupervisionGroup, WorkingGroup];
    &[
        ("secretary", TEAMS, Some(1)),
        ("deputy_secretary", TEAMS, None),
        ("standing_member", &[Committee], None),
        ("member", TEAMS, None),
        ("organisation_member", TEAMS, None),
        ("publicity_member", TEAMS, None),
        ("discipline_member", TEAMS, None),
        ("youth_member", TEAMS, None),
        ("united_front_member", TEAMS, None),
        ("head", &[Department], Some(1)),
        ("deputy_head", &[Department], None),
        ("group_leader", &[PartyGroup], Some(1)),
        ("leader", GROUPS, Some(1)), // two in a leading group
        ("executive_deputy_leader", &[LeadingGroup], None),
        ("deputy_leader", GROUPS, None),
        ("office_director", &[Office], Some(1)),
        ("office_deputy_director", &[Office], None),
        ("group_member", &[LeadingGroup, Office, SupervisionGroup, WorkingGroup], None),
        ("liaison", &[LeadingGroup, Office, SupervisionGroup, WorkingGroup, Committee, GeneralBranch, Branch], None),
        ("unit_head", &[Unit], None),
        ("unit_deputy_head", &[Unit], None),
    ]
};

fn life(org: &OrgRecord) -> Option<Period> {
    Period::new(org.versions.first()?.valid_from, org.dissolved_on)
}

/// Each version with its period.
fn timeline(org: &OrgRecord) -> Vec<(Period, &VersionRecord)> {
    let ends = org.versions.iter().skip(1).map(|version| Some(version.valid_from)).chain([org.dissolved_on]);
    org.versions.iter().zip(ends).filter_map(|(v, end)| Some((Period::new(v.valid_from, end)?, v))).collect()
}

fn on(org: &OrgRecord, day: Day) -> Option<&VersionRecord> {
    timeline(org).into_iter().find(|(period, _)| period.contains(day)).map(|(_, version)| version)
}

/// Reports each pair of periods in a group that share a day.
fn overlaps<K: std::fmt::Debug>(
    what: &str,
    groups: impl IntoIterator<Item = (K, Vec<Period>)>,
    faults: &mut Vec<String>,
) {
    for (key, mut periods) in groups {
        periods.sort_by_key(|period| period.from());
        if periods.windows(2).any(|pair| pair[0].and(pair[1]).is_some()) {
            faults.push(format!("{what}: {key:?}"));
        }
    }
}

/// All violations of rules in `records`.
pub(super) fn faults(records: &[Record]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut orgs: HashMap<OrgId, &OrgRecord> = HashMap::new();
    let mut people: HashSet<PersonId> = HashSet::new();
    let mut roles: Vec<&RoleRecord> = Vec::new();
    let mut supervisions: Vec<&supervision::Record> = Vec::new();
    let mut ids = HashSet::new();
    let mut unique = HashSet::new();
    for record in records {
        let (id, external_ids) = match record {
            Record::Org(org) => {
                // An org comes after its parents and the units that it names.
                let needs = org.versions.iter().flat_map(|version| version.parent_id.iter().chain(&version.unit_ids));
                if needs.into_iter().any(|id| !orgs.contains_key(id)) {
                    faults.push(format!("before what it needs: {}", org.id));
                }
                orgs.insert(org.id, org);
                (org.id.0, org.external_ids.as_slice())
            }
            Record::Person(person) => {
                people.insert(person.id);
                if person.staff_no.as_ref().is_some_and(|number| !unique.insert(("staff", "", number.as_str()))) {
                    faults.push(format!("staff number twice: {}", person.id));
                }
                (person.id.0, person.external_ids.as_slice())
            }
            Record::Role(role) => {
                let known = match &role.holder {
                    Holder::Person(id) => people.contains(id),
                    Holder::Unit(id) => orgs.contains_key(id),
                    Holder::Seat(seat) => orgs.contains_key(&seat.org_id),
                };
                if !known || !orgs.contains_key(&role.org_id) {
                    faults.push(format!("role before what it needs: {}", role.id));
                }
                roles.push(role);
                (role.id.0, [].as_slice())
            }
            Record::Supervision(supervision) => {
                supervisions.push(supervision);
                (supervision.id.0, [].as_slice())
            }
            _ => continue,
        };
        if !ids.insert(id) || id.get_version_num() != 7 {
            faults.push(format!("id twice, or not a UUIDv7: {id}"));
        }
        let subject = if matches!(record, Record::Org(_)) { "org" } else { "person" };
        for external in external_ids {
            if !unique.insert((subject, external.scheme.as_str(), external.value.as_str())) {
                faults.push(format!("external id twice: {external:?}"));
            }
        }
    }
    check_orgs(&orgs, &mut faults);
    check_roles(&roles, &orgs, &mut faults);
    check_supervisions(&supervisions, &orgs, &mut faults);
    faults
}

fn check_orgs(orgs: &HashMap<OrgId, &OrgRecord>, faults: &mut Vec<String>) {
    let days: BTreeSet<Day> = orgs.values().flat_map(|org| org.versions.iter().map(|v| v.valid_from)).collect();
    let mut codes: BTreeMap<_, Vec<Period>> = BTreeMap::new();
    let mut orders: BTreeMap<_, Vec<Period>> = BTreeMap::new();
    for org in orgs.values() {
        let mut fault =
            |what: &str| faults.push(format!("{what}: {} {:?}", org.id, org.versions.first().map(|v| &v.name)));
        let rising = org.versions.windows(2).all(|pair| pair[0].valid_from < pair[1].valid_from);
        let last = org.versions.last().map(|version| version.valid_from);
        if !rising || last.is_none() || org.dissolved_on.is_some_and(|on| last >= Some(on)) {
            fault("versions not in order");
            continue;
        }
        if org.successor_ids.iter().any(|id| !orgs.contains_key(id))
            || (org.dissolved_on.is_none() && (!org.successor_ids.is_empty() || org.end_basis.is_some()))
        {
            fault("successors");
        }
        for (period, version) in timeline(org) {
            let is_branch = version.kind == OrgKind::Branch;
            if !is_branch && (version.branch_type.is_some() || version.joint || version.temporary) {
                fault("field of a branch");
            }
            if is_branch && version.joint != (version.unit_ids.len() > 1) {
                fault("joint");
            }
            if let Some(counts) = counted(org).filter(|_| is_branch)
                && (counts.full < 3 || counts.full + counts.probationary > 50)
            {
                fault("member counts");
            }
            let units: HashSet<_> = version.unit_ids.iter().collect();
            let fit = |id: &OrgId| {
                orgs.get(id).is_some_and(|unit| {
                    unit.versions.iter().all(|v| v.kind == OrgKind::Unit)
                        && life(unit).is_some_and(|l| l.covers(period))
                })
            };
            if units.len() != version.unit_ids.len() || !version.unit_ids.iter().all(fit) {
                fault("units");
            }
            // Nothing changes between the first days of versions.
            for day in days.range(period.from()..).copied().take_while(|day| period.contains(*day)) {
                let parent = version.parent_id.map(|id| orgs.get(&id).and_then(|parent| on(parent, day)));
                if parent == Some(None) {
                    fault("outside its parent's life");
                    continue;
                }
                let above = parent.flatten().map(|parent| {
                    let grandparent = parent.parent_id.and_then(|id| on(orgs.get(&id)?, day));
                    (parent.kind, tier(parent.kind, grandparent.map(|version| version.kind)))
                });
                if !version.kind.may_stand_under(above) {
                    fault("misplaced");
                }
            }
            if let Some(parent) = version.parent_id.and_then(|id| orgs.get(&id)).and_then(|parent| life(parent))
                && !parent.covers(period)
            {
                fault("outlives its parent");
            }
            if let Some(code) = &version.code {
                // This is stricter than the rule: the units' tree counts with the committee's.
                codes.entry((top(org, version, orgs), code.as_str())).or_default().push(period);
            }
            orders.entry((version.parent_id, version.order)).or_default().push(period);
            if version.order < 1 {
                fault("order");
            }
        }
    }
    overlaps("code twice", codes, faults);
    overlaps("order twice", orders, faults);
}

/// Its topmost org below the authorities when the version begins.
fn top(org: &OrgRecord, version: &VersionRecord, orgs: &HashMap<OrgId, &OrgRecord>) -> OrgId {
    const LEVELS_MAX: usize = 20;
    let (mut id, mut parent) = (org.id, version.parent_id);
    for _ in 0..LEVELS_MAX {
        let Some(next) = parent else { return id };
        let Some(above) = orgs.get(&next).and_then(|org| on(org, version.valid_from)) else { return id };
        if above.kind == OrgKind::Authority {
            return id;
        }
        (id, parent) = (next, above.parent_id);
    }
    panic!("a cycle above {}", org.id);
}

fn check_roles(roles: &[&RoleRecord], orgs: &HashMap<OrgId, &OrgRecord>, faults: &mut Vec<String>) {
    let mut holders: BTreeMap<_, Vec<Period>> = BTreeMap::new();
    let mut acting: BTreeMap<_, Vec<Period>> = BTreeMap::new();
    let mut orders: BTreeMap<_, Vec<Period>> = BTreeMap::new();
    let mut posts: BTreeMap<_, Vec<Period>> = BTreeMap::new();
    for role in roles {
        let mut fault = |what: &str| faults.push(format!("{what}: {role:?}"));
        let Some(period) = Period::new(role.valid_from, role.valid_until) else {
            fault("empty period");
            continue;
        };
        let Some(org) = orgs.get(&role.org_id) else { continue };
        if !life(org).is_some_and(|life| life.covers(period)) {
            fault("outside the life of its org");
        }
        if let Holder::Unit(unit) = &role.holder
            && !orgs.get(unit).and_then(|unit| life(unit)).is_some_and(|life| life.covers(period))
        {
            fault("outside the life of its holder");
        }
        if let Holder::Seat(seat) = &role.holder {
            let (_, kinds, _) = POSTS.iter().find(|(post, ..)| *post == seat.post.as_str()).expect("a post");
            if !orgs.get(&seat.org_id).is_some_and(|org| org.versions.iter().any(|v| kinds.contains(&v.kind))) {
                fault("a seat on a post that its org never has");
            }
        }
        let Some((post, kinds, _)) = POSTS.iter().find(|(post, ..)| *post == role.post.as_str()) else {
            fault("no such post");
            continue;
        };
        if timeline(org).iter().any(|(held, version)| held.and(period).is_some() && !kinds.contains(&version.kind)) {
            fault("no such post in the kind");
        }
        holders.entry((role.org_id, *post, role.holder.clone())).or_default().push(period);
        let counted = if role.acting { &mut acting } else { &mut posts };
        counted.entry((role.org_id, *post)).or_default().push(period);
        orders.entry((role.org_id, role.order)).or_default().push(period);
    }
    overlaps("holds the same twice", holders, faults);
    overlaps("two acting", acting, faults);
    overlaps("order twice in an org", orders, faults);
    for ((org, post), periods) in posts {
        let Some(mut max) = POSTS.iter().find(|(code, ..)| *code == post).and_then(|(_, _, max)| *max) else {
            continue;
        };
        if post == "leader" && orgs.get(&org).is_some_and(|org| org.versions[0].kind == OrgKind::LeadingGroup) {
            max = 2;
        }
        // The number of holders grows only on a day on which somebody begins.
        for day in periods.iter().map(|period| period.from()) {
            if periods.iter().filter(|period| period.contains(day)).count() > max {
                faults.push(format!("too many hold {post} in {org} on {day}"));
            }
        }
    }
}

fn check_supervisions(
    supervisions: &[&supervision::Record],
    orgs: &HashMap<OrgId, &OrgRecord>,
    faults: &mut Vec<String>,
) {
    let mut pairs: BTreeMap<_, Vec<Period>> = BTreeMap::new();
    for supervision in supervisions {
        let mut fault = |what: &str| faults.push(format!("{what}: {supervision:?}"));
        let Some(period) = Period::new(supervision.valid_from, supervision.valid_until) else {
            fault("empty period");
            continue;
        };
        let both = [supervision.supervision_group_id, supervision.org_id];
        if !both.iter().all(|id| orgs.get(id).and_then(|org| life(org)).is_some_and(|life| life.covers(period))) {
            fault("supervision outside a life");
        }
        let group = orgs.get(&supervision.supervision_group_id);
        if !group.is_some_and(|org| org.versions.iter().all(|v| v.kind == OrgKind::SupervisionGroup)) {
            fault("not by a supervision group");
        }
        pairs.entry(both).or_default().push(period);
    }
    overlaps("covered twice", pairs, faults);
}
