//! Samples are the same each time, have the promised size, and break no rule.

mod checker;

use std::collections::BTreeMap;

use super::{posts::counted, *};
use crate::{
    domain::{Holder, MemberCountSeries, MemberCounts, OrgKind, Period, Scope, Seat},
    record::{Fault, Reader, RoleRecord},
};

fn sample(count: u32, seed: u64) -> Vec<Record> {
    universities(count, seed).collect()
}

fn orgs(records: &[Record]) -> Vec<&OrgRecord> {
    records.iter().filter_map(|record| if let Record::Org(org) = record { Some(org) } else { None }).collect()
}

fn roles(records: &[Record]) -> Vec<&RoleRecord> {
    records.iter().filter_map(|record| if let Record::Role(role) = record { Some(role) } else { None }).collect()
}

fn people(records: &[Record]) -> usize {
    records.iter().filter(|record| matches!(record, Record::Person(_))).count()
}

#[test]
fn one_university_breaks_no_rule_whatever_the_seed() {
    for seed in 0..6 {
        assert_eq!(checker::faults(&sample(1, seed)), Vec::<String>::new(), "seed {seed}");
    }
}

#[test]
fn several_universities_break_no_rule_together() {
    for seed in [1, 7] {
        assert_eq!(checker::faults(&sample(3, seed)), Vec::<String>::new(), "seed {seed}");
    }
}

/// Breaks one rule in a sample, and returns what the checker reports.
fn broken(whole: &[Record], change: impl FnOnce(&mut Vec<&mut OrgRecord>, &mut Vec<&mut RoleRecord>)) -> String {
    let mut records = whole.to_vec();
    let (mut orgs, mut roles) = (Vec::new(), Vec::new());
    for record in &mut records {
        match record {
            Record::Org(org) => orgs.push(org),
            Record::Role(role) => roles.push(role),
            _ => {}
        }
    }
    change(&mut orgs, &mut roles);
    checker::faults(&records).join("\n")
}

#[test]
fn the_checker_notices_each_rule_that_is_broken() {
    let whole = sample(1, 3);
    let branch = |org: &&mut &mut OrgRecord| org.versions[0].kind == OrgKind::Branch && org.dissolved_on.is_none();
    let post = |code: &'static str| move |role: &&mut &mut RoleRecord| role.post.as_str() == code;
    assert_eq!(broken(&whole, |_, _| {}), "");
    let faults = |what: &str, change: &dyn Fn(&mut Vec<&mut OrgRecord>, &mut Vec<&mut RoleRecord>)| {
        let faults = broken(&whole, change);
        assert!(faults.contains(what), "{what}: {faults:.300}");
    };
    faults("versions not in order", &|orgs, _| {
        orgs.iter_mut().find(|org| org.versions.len() > 1).unwrap().versions.reverse();
    });
    faults("misplaced", &|orgs, _| {
        let root = orgs.iter().find(|org| org.versions[0].kind == OrgKind::Commission).unwrap().id;
        orgs.iter_mut().find(branch).unwrap().versions[0].parent_id = Some(root);
    });
    faults("outlives its parent", &|orgs, _| {
        let parent = orgs.iter_mut().find(branch).unwrap().versions[0].parent_id;
        let parent = orgs.iter_mut().find(|org| Some(org.id) == parent).unwrap();
        parent.dissolved_on = Some(words::day(2027, 1, 1));
    });
    faults("units", &|orgs, _| {
        let unit = orgs.iter_mut().find(branch).unwrap().versions[0].unit_ids[0];
        let unit = orgs.iter_mut().find(|org| org.id == unit).unwrap();
        unit.versions[0].valid_from = words::day(2014, 12, 31);
    });
    faults("code twice", &|orgs, _| {
        let mut branches = orgs.iter_mut().filter(branch);
        let code = branches.next().unwrap().versions[0].code.clone();
        branches.next().unwrap().versions[0].code = code;
    });
    faults("order twice", &|orgs, _| orgs.iter_mut().filter(branch).for_each(|org| org.versions[0].order = 1));
    faults("external id twice", &|orgs, _| {
        let id = orgs.iter().find_map(|org| org.external_ids.first().cloned()).unwrap();
        orgs.iter_mut().find(branch).unwrap().external_ids = vec![id.clone(), id];
    });
    faults("member counts", &|orgs, _| {
        let org = orgs.iter_mut().find(branch).unwrap();
        let counts = MemberCounts { full: 2, ..counted(org).unwrap() };
        org.member_counts = Some(MemberCountSeries::of(counts));
    });
    faults("id twice", &|_, roles| roles[1].id = roles[0].id);
    faults("before what it needs", &|orgs, _| {
        let (first, rest) = orgs.split_at_mut(1);
        std::mem::swap(&mut *first[0], &mut *rest[0]);
    });
    faults("empty period", &|_, roles| roles[0].valid_until = Some(roles[0].valid_from));
    faults("outside the life of its org", &|_, roles| roles[0].valid_from = words::day(1949, 10, 1));
    faults("no such post in the kind", &|_, roles| {
        roles.iter_mut().find(post("unit_head")).unwrap().post = words::post("secretary");
    });
    faults("order twice in an org", &|_, roles| {
        let org = roles[0].org_id;
        let current = roles.iter_mut().filter(|role| role.org_id == org && role.valid_until.is_none());
        current.for_each(|role| role.order = 1);
    });
    faults("holds the same twice", &|_, roles| {
        let (org_id, post, holder) = (roles[0].org_id, roles[0].post.clone(), roles[0].holder.clone());
        let from = roles[0].valid_from;
        let other = &mut roles[1];
        (other.org_id, other.post, other.holder, other.valid_from) = (org_id, post, holder, from);
    });
    for code in ["secretary", "head", "office_director", "leader", "group_leader"] {
        faults(&format!("too many hold {code}"), &|_, roles| {
            // Another person of the org joins the holders. A party group has no other post.
            let other_post = |post: &str| post != code || code == "group_leader";
            let one = |other: &RoleRecord| {
                let mut roles = roles.iter().filter(|role| role.post.as_str() == code && !role.acting);
                roles
                    .find(|role| {
                        role.org_id == other.org_id && role.holder != other.holder && other_post(other.post.as_str())
                    })
                    .map(|role| (**role).clone())
            };
            let (at, role) = roles.iter().enumerate().find_map(|(at, other)| Some((at, one(other)?))).unwrap();
            let holder = roles[at].holder.clone();
            *roles[at] = RoleRecord { holder, id: roles[at].id, ..role };
        });
    }
    faults("two acting", &|_, roles| {
        roles.iter_mut().filter(post("secretary")).for_each(|role| role.acting = true);
        roles.iter_mut().filter(post("secretary")).for_each(|role| role.valid_until = None);
    });
}

#[test]
fn sizes_stay_within_their_bounds() {
    for seed in 0..8 {
        let records = sample(1, seed);
        let (orgs, people, roles) = (orgs(&records).len(), people(&records), roles(&records).len());
        assert!((390..=510).contains(&orgs), "{orgs} orgs with seed {seed}");
        assert!((2200..=2800).contains(&people), "{people} people with seed {seed}");
        assert!((5400..=7400).contains(&roles), "{roles} roles with seed {seed}");
        let current: Vec<_> = self::orgs(&records)
            .into_iter()
            .filter(|org| Period::new(org.versions[0].valid_from, org.dissolved_on).unwrap().contains(reference_day()))
            .filter_map(|org| org.versions.iter().rfind(|version| version.valid_from <= reference_day()))
            .collect();
        let committee = current.iter().find(|version| version.kind == OrgKind::Committee).expect("one").order;
        assert_eq!(committee, 1);
        let second = current.iter().filter(|v| matches!(v.kind, OrgKind::GeneralBranch | OrgKind::Committee)).count();
        assert!((19..=30).contains(&second), "{second} orgs of tier 1 and 2 with seed {seed}");
    }
}

#[test]
fn the_same_seed_gives_the_same_sample_and_another_gives_another() {
    assert_eq!(sample(2, 5), sample(2, 5));
    assert_ne!(sample(1, 5), sample(1, 6));
}

#[test]
fn a_university_does_not_depend_on_how_many_there_are() {
    let three = sample(3, 9);
    assert_eq!(sample(2, 9), three[..sample(2, 9).len()]);
    let mut alone = sample(1, 9);
    let among = &three[1 + catalogue::PROVINCES.len()..][..alone.len()];
    // A single university has no authority above it.
    let root = alone
        .iter_mut()
        .find_map(|record| match record {
            Record::Org(org) if org.versions[0].kind == OrgKind::Committee => Some(org),
            _ => None,
        })
        .expect("a committee");
    let authority = orgs(among).into_iter().find(|org| org.id == root.id).expect("the same").versions[0].parent_id;
    assert!(authority.is_some());
    for version in &mut root.versions {
        assert_eq!(version.parent_id, None);
        version.parent_id = authority;
    }
    assert_eq!(alone, among);
}

#[test]
fn a_sample_reads_back_as_written() {
    let mut bytes = Vec::new();
    write(&mut bytes, 2, 4).expect("a vector takes everything");
    let reader = Reader::new(bytes.as_slice()).expect("a header");
    assert_eq!(reader.header(), &Header::new(chrono_tz::Asia::Shanghai));
    let read: Vec<_> = reader.map(|line| line.expect("a record").1).collect();
    assert_eq!(read, sample(2, 4));
    assert!(!String::from_utf8_lossy(&bytes).contains("dissolved_by"));
}

#[test]
fn a_record_says_what_the_domain_says() {
    for record in sample(1, 4) {
        let back = Record::from(&record.clone().object(7, Default::default()));
        assert_eq!(back, record);
    }
}

#[test]
fn bad_lines_are_reported_by_number_and_good_ones_still_read() {
    let mut bytes = Vec::new();
    write(&mut bytes, 1, 4).expect("a vector takes everything");
    let text = String::from_utf8(bytes).expect("text");
    let mut lines: Vec<_> = text.lines().take(7).map(str::to_owned).collect();
    lines[2] = lines[2].replace("\"order\"", "\"ordre\"");
    lines[3] = format!("{{\"org\":\"{}\"}}", "x".repeat(2 << 20));
    lines[5] = String::new();
    let read: Vec<_> = Reader::new(lines.join("\n").as_bytes()).expect("a header").collect();
    let bad: Vec<_> = read.iter().filter_map(|line| line.as_ref().err().map(|error| error.line)).collect();
    assert_eq!((read.len(), bad), (6, vec![3, 4, 6]));
    assert!(read[1].as_ref().is_err_and(|error| error.to_string().contains("`ordre`")));
    assert!(matches!(read[2], Err(crate::record::ReadError { fault: Fault::TooLong, .. })));
    let newer = "{\"format\":\"campus-org\",\"version\":4,\"more\":0}\n";
    let refused = Reader::new(newer.as_bytes()).expect_err("refused").fault;
    assert!(matches!(refused, Fault::NewerVersion { version: 4 }));
    assert!(matches!(Reader::new("".as_bytes()).expect_err("refused").fault, Fault::NotAHeader));
}

#[test]
fn every_university_has_something_to_tell() {
    for seed in 0..6 {
        let records = sample(1, seed);
        let (orgs, roles) = (orgs(&records), roles(&records));
        let mut seen = BTreeMap::new();
        let mut see = |what: &'static str, yes: bool| *seen.entry(what).or_insert(0) += usize::from(yes);
        for org in &orgs {
            let pairs = || org.versions.windows(2).map(|pair| (&pair[0], &pair[1]));
            see("renamed", pairs().any(|(a, b)| a.name != b.name));
            see("moved with another code", pairs().any(|(a, b)| a.parent_id != b.parent_id && a.code != b.code));
            see("upgraded", pairs().any(|(a, b)| a.kind != b.kind));
            see("planned", org.versions.iter().any(|version| version.valid_from > reference_day()));
            see("to be dissolved", org.dissolved_on.is_some_and(|on| on > reference_day()));
            see("split", org.successor_ids.len() > 1);
            see("temporary", org.versions[0].temporary);
            see("joint", org.versions[0].joint);
        }
        let successors: Vec<_> = orgs.iter().flat_map(|org| &org.successor_ids).collect();
        see("merged", successors.iter().any(|id| successors.iter().filter(|other| other == &id).count() > 1));
        for role in &roles {
            see("acting", role.acting);
            see("held by a unit", matches!(role.holder, Holder::Unit(_)));
            see("held by a seat", matches!(role.holder, Holder::Seat(_)));
            see("acting in a working group", role.acting && role.post.as_str() == "leader");
            see("planned role", role.valid_from > reference_day());
            see("ended by a document", role.end_basis.is_some());
        }
        for record in &records {
            let Record::Supervision(supervision) = record else { continue };
            see("covered alone", supervision.scope == Scope::Itself);
            see("covered with all below", supervision.scope == Scope::Subtree);
        }
        let secretaries = roles.iter().filter(|role| role.post.as_str() == "secretary" && !role.acting);
        let mut terms: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for role in secretaries {
            terms.entry(role.org_id).or_default().push((role.valid_from, role.valid_until));
        }
        let gaps = terms.values().flat_map(|terms| terms.windows(2)).filter(|pair| pair[0].1 != Some(pair[1].0));
        see("vacant for a while", gaps.count() > 0);
        let absent: Vec<_> = seen.iter().filter(|(_, number)| **number == 0).collect();
        assert!(absent.is_empty(), "seed {seed}: {absent:?}");
    }
}

#[test]
fn universities_have_names_of_their_own() {
    let names: std::collections::HashSet<_> = (0..3117).map(|number| names::university(11, number)).collect();
    assert_eq!(names.len(), 3117);
}

#[test]
fn the_tour_names_what_is_there() {
    for count in [1, 3] {
        let records = sample(count, 2);
        let tour = SampleTour::find(&records).expect("a tour");
        let orgs = orgs(&records);
        let org = |id| *orgs.iter().find(|org| org.id == id).expect("it is there");
        assert_eq!(org(tour.university_committee).versions[0].kind, OrgKind::Committee);
        assert_eq!(org(tour.a_leading_group).dissolved_on, None);
        let past = org(tour.a_past_leading_group);
        let life = Period::new(past.versions[0].valid_from, past.dissolved_on).expect("a life");
        assert!(life.contains(words::day(2021, 4, 15)));
        let seat = Seat { org_id: tour.university_committee, post: words::post("secretary") };
        let leads =
            |role: &&RoleRecord| role.org_id == tour.a_leading_group && role.holder == Holder::Seat(seat.clone());
        assert!(roles(&records).iter().any(leads));
    }
}
