//! Every refusal speaks as people do: in names, posts and kinds of the language asked for.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use uuid::Uuid;

use super::Problem;
use crate::{
    directory::Snapshot,
    domain::*,
    words::{Language, Naming},
};

const fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000 + n)
}

fn day() -> Day {
    "2021-04-15".parse().expect("a day")
}

fn instant() -> Instant {
    "2021-04-15T01:02:03Z".parse().expect("an instant")
}

fn secretary() -> PostCode {
    PostCode::parse("secretary").expect("a code")
}

/// The names in the directory, which are the same in both languages.
const NAMES: &[&str] = &["甲党委", "乙总支", "丙支部", "丁督导组", "戊小组", "己处", "孙国权", "李建华"];

/// A small directory: orgs 1 to 6, people 11 and 12, roles 21 and 22, supervision 31, key 41.
fn directory() -> Snapshot {
    let (revision, updated_at) = (7, instant());
    let mut snapshot = Snapshot::empty(chrono_tz::Asia::Shanghai, updated_at);
    let read = "as the log has them";
    let kinds = ["committee", "general_branch", "branch", "supervision_group", "leading_group", "unit"];
    for ((n, kind), name) in (1..).zip(kinds).zip(NAMES) {
        let parent = if n == 1 || n == 6 { Value::Null } else { json!(id(if n == 3 { 2 } else { 1 })) };
        let mut version = json!({"valid_from": "2001-01-01", "name": name, "kind": kind, "order": 1});
        if !parent.is_null() {
            version["parent_id"] = parent;
        }
        let facts = if n == 3 { json!({"dissolved_on": "2030-01-01"}) } else { json!({}) };
        let facts = serde_json::from_value(facts).expect(read);
        let versions = serde_json::from_value(json!([version])).expect(read);
        snapshot.put_org(Org { id: id(n).into(), facts, versions, revision, updated_at });
    }
    for (n, name) in [(11, "孙国权"), (12, "李建华")] {
        let name = Name::parse(name).expect("legal");
        let (name_en, staff_no, email, phone) = (None, None, None, None);
        let (former_names, external_ids, erased) = (Vec::new(), Vec::new(), false);
        let id = id(n).into();
        snapshot.put_person(Person {
            id,
            name,
            name_en,
            former_names,
            staff_no,
            email,
            phone,
            external_ids,
            erased,
            revision,
            updated_at,
        });
    }
    snapshot.put_post(Post {
        code: secretary(),
        name: Name::parse("书记").expect("legal"),
        name_en: Some(Text::parse("Secretary").expect("legal")),
        kinds: Vec::new(),
        rank: 1,
        leadership: true,
        revision,
        updated_at,
    });
    for (n, holder) in [(21, json!({"type": "person", "id": id(11)})), (22, json!({"type": "person", "id": id(12)}))] {
        let facts = json!({"org_id": id(2), "post": "secretary", "holder": holder, "valid_from": "2010-01-01",
            "order": 1, "acting": false});
        snapshot.put_role(Role {
            id: id(n).into(),
            facts: serde_json::from_value(facts).expect(read),
            revision,
            updated_at,
        });
    }
    let facts = json!({"supervision_group_id": id(4), "org_id": id(2), "scope": "self", "valid_from": "2010-01-01"});
    let facts = serde_json::from_value(facts).expect(read);
    snapshot.put(Object::Supervision(Supervision { id: id(31).into(), facts, revision, updated_at }));
    snapshot
}

/// Samples of every variant. A variant that is not in the table does not compile.
macro_rules! samples {
    ($($variant:ident: [$($sample:expr),+ $(,)?];)*) => {
        fn variant(error: &Error) -> &'static str {
            match error {
                $(Error::$variant { .. } => stringify!($variant),)*
            }
        }

        fn samples() -> Vec<(&'static str, Error)> {
            vec![$($((stringify!($variant), $sample)),+),*]
        }
    };
}

const TOP: OrgId = OrgId(id(1));
const ORG: OrgId = OrgId(id(2));
const CHILD: OrgId = OrgId(id(3));
const INSPECTORS: OrgId = OrgId(id(4));
const GROUP: OrgId = OrgId(id(5));
const UNIT: OrgId = OrgId(id(6));
const SUN: PersonId = PersonId(id(11));
const ROLE: RoleId = RoleId(id(21));
const OTHER: RoleId = RoleId(id(22));
const SUPERVISION: SupervisionId = SupervisionId(id(31));
const KIND: OrgKind = OrgKind::GeneralBranch;
const WAIT: Duration = Duration::from_secs(1);

fn pointer() -> String {
    "/office/directors/0".to_owned()
}

fn unknown() -> String {
    id(99).to_string()
}

fn external_id() -> ExternalId {
    ExternalId { scheme: Scheme::parse("oa").expect("legal"), value: Text::parse("1").expect("legal") }
}

fn outside(by: BlockerKind, id: Uuid) -> Error {
    Error::OutsideLife { org: ORG, from: day(), until: None, by: (by, id) }
}

fn in_use(kind: BlockerKind, id: Uuid) -> Error {
    Error::InUse { blockers: vec![Blocker { kind, id, valid_from: "2001-01-01".parse().expect("a day") }], hidden: 2 }
}

samples! {
    Unauthenticated: [
        Error::Unauthenticated { why: Denied::Missing },
        Error::Unauthenticated { why: Denied::Unknown },
        Error::Unauthenticated { why: Denied::Ticket(TicketFault::OtherPath) },
    ];
    Forbidden: [
        Error::Forbidden { scope: AccessScope::RolesWrite, org: Some(ORG) },
        Error::Forbidden { scope: AccessScope::RolesWrite, org: None },
    ];
    ExceedsOwn: [Error::ExceedsOwn { pointer: None }, Error::ExceedsOwn { pointer: Some("/grants/0".to_owned()) }];
    NotFound: [Error::NotFound { what: Subject::LeadingGroup, id: unknown() }];
    Hidden: [Error::StaffNoTaken { by: None }.hiding(SUN)];
    At: [Error::At { pointers: vec![pointer()], told: Box::new(outside(BlockerKind::RoleIn, ROLE.0)) }];
    Several: [Error::Several {
        errors: vec![
            Error::UnknownReference { pointer: pointer(), what: Subject::Org, id: unknown() },
            Error::UnknownReference { pointer: "/parent_id".to_owned(), what: Subject::Org, id: unknown() },
        ],
    }];
    NotInLog: [Error::NotInLog];
    SightChanged: [Error::SightChanged];
    Merged: [Error::Merged { person: PersonId(id(13)), into: SUN }];
    PreconditionFailed: [Error::PreconditionFailed { current: 7 }];
    StateChanged: [Error::StateChanged { org: GROUP, on: day() }];
    StateUnnamed: [Error::StateUnnamed { org: GROUP, on: day() }];
    NoEnd: [Error::NoEnd];
    EmptyPeriod: [Error::EmptyPeriod { from: day(), until: day() }];
    ForeignField: [Error::ForeignField { kind: KIND, field: "branch_type" }];
    RepeatedKind: [Error::RepeatedKind { kind: KIND }];
    Repeated: [Error::Repeated { pointer: "/ids/1".to_owned() }];
    SelfReference: [Error::SelfReference { pointer: "/org_id".to_owned() }];
    Contradictory: [
        Error::Contradictory { pointer: pointer(), other: Counterpart::Member("org_id") },
        Error::Contradictory { pointer: pointer(), other: Counterpart::GroupOfPath },
        Error::Contradictory { pointer: pointer(), other: Counterpart::Directory { on: day() } },
        Error::Contradictory { pointer: pointer(), other: Counterpart::Placing },
        Error::Contradictory { pointer: pointer(), other: Counterpart::NoOrder },
    ];
    GrantOrg: [
        Error::GrantOrg { pointer: pointer(), area: Area::OwnSubtree, names_org: false },
        Error::GrantOrg { pointer: pointer(), area: Area::Below, names_org: true },
    ];
    PastEnd: [Error::PastEnd { at: instant() }];
    TicketExpiry: [Error::TicketExpiry { latest: instant() }];
    CodeIsFixed: [Error::CodeIsFixed];
    BadText: [
        Error::BadText { pointer: "/name".to_owned(), why: TextError::Empty },
        Error::BadText { pointer: "/name".to_owned(), why: TextError::Unseen { found: '\u{200b}' } },
    ];
    KeyReused: [Error::KeyReused];
    UnknownReference: [Error::UnknownReference { pointer: pointer(), what: Subject::Post, id: "no_such".to_owned() }];
    Misplaced: [
        Error::Misplaced { org: CHILD, kind: OrgKind::PartyGroup, parent: Some(KIND), on: day() },
        Error::Misplaced { org: TOP, kind: OrgKind::PartyGroup, parent: None, on: day() },
    ];
    WouldCycle: [
        Error::WouldCycle { org: ORG, under: CHILD, on: day() },
        Error::WouldCycle { org: ORG, under: ORG, on: day() },
    ];
    TooDeep: [Error::TooDeep { org: CHILD, levels_max: 32, on: day() }];
    OutsideLife: [
        outside(BlockerKind::Child, CHILD.0),
        outside(BlockerKind::RoleIn, ROLE.0),
        outside(BlockerKind::RoleHeld, ROLE.0),
        outside(BlockerKind::SupervisionOf, SUPERVISION.0),
        Error::OutsideLife { org: CHILD, from: day(), until: Some(day()), by: (BlockerKind::RoleIn, id(99)) },
    ];
    NotAlive: [Error::NotAlive { org: CHILD, on: day() }];
    CodeTaken: [Error::CodeTaken { code: Code::parse("611").expect("legal"), by: ORG, on: day() }];
    ExternalIdTaken: [
        Error::ExternalIdTaken { id: external_id(), by: Some(ORG.0) },
        Error::ExternalIdTaken { id: external_id(), by: Some(SUN.0) },
        Error::ExternalIdTaken { id: external_id(), by: None },
    ];
    StaffNoTaken: [Error::StaffNoTaken { by: Some(SUN) }, Error::StaffNoTaken { by: None }];
    PostTaken: [Error::PostTaken { post: secretary() }];
    PostNotInKind: [Error::PostNotInKind { post: secretary(), org: ORG, kind: KIND, on: day() }];
    NeverHasPost: [Error::NeverHasPost { pointer: pointer(), post: secretary(), org: ORG }];
    PostFull: [
        Error::PostFull { post: secretary(), org: ORG, on: day(), holders_max: 1, roles: vec![ROLE, OTHER] },
        Error::PostFull { post: secretary(), org: ORG, on: day(), holders_max: 3, roles: vec![ROLE; 5] },
    ];
    ActingTaken: [Error::ActingTaken { post: secretary(), org: ORG, on: day(), roles: vec![ROLE, OTHER] }];
    SameHolder: [Error::SameHolder { role: OTHER, beside: ROLE, on: day() }];
    KindForbids: [Error::KindForbids { org: ORG, kind: KIND, field: "unit_ids", on: day() }];
    Incomplete: [Error::Incomplete { field: "member_counts", missing: vec!["probationary"] }];
    NotAUnit: [Error::NotAUnit { org: ORG }];
    NotASupervisionGroup: [Error::NotASupervisionGroup { org: ORG, on: day() }];
    SupervisedTwice: [Error::SupervisedTwice { supervision: SupervisionId(id(99)), beside: SUPERVISION, on: day() }];
    WeakTags: [Error::WeakTags];
    ThereAlready: [Error::ThereAlready];
    SuccessorAbsent: [Error::SuccessorAbsent { org: ORG, successor: CHILD, on: day() }];
    SuccessorForeign: [Error::SuccessorForeign { org: ORG, successor: UNIT, on: day() }];
    GroupExists: [Error::GroupExists { org: GROUP, on: day() }];
    PlannedAlready: [Error::PlannedAlready { org: GROUP, on: day() }];
    NotInGroup: [Error::NotInGroup {
        pointer: pointer(), org: INSPECTORS, group: GROUP, kind: OrgKind::SupervisionGroup, on: day(),
    }];
    FoundingDayFixed: [Error::FoundingDayFixed { org: GROUP, on: day() }];
    InUse: [
        in_use(BlockerKind::Child, CHILD.0),
        in_use(BlockerKind::RoleIn, ROLE.0),
        in_use(BlockerKind::RoleHeld, ROLE.0),
        in_use(BlockerKind::Version, ORG.0),
        in_use(BlockerKind::UnitOf, UNIT.0),
        in_use(BlockerKind::SuccessorOf, ORG.0),
        in_use(BlockerKind::SeatOf, ROLE.0),
        in_use(BlockerKind::SupervisionBy, SUPERVISION.0),
        in_use(BlockerKind::SupervisionOf, SUPERVISION.0),
        in_use(BlockerKind::GrantOf, id(41)),
        in_use(BlockerKind::KeyOf, id(41)),
        in_use(BlockerKind::Org, ORG.0),
        in_use(BlockerKind::Person, SUN.0),
        Error::InUse { blockers: Vec::new(), hidden: 1 },
    ];
    AlreadyDissolved: [Error::AlreadyDissolved { org: CHILD, on: day() }];
    DissolvedAtFounding: [Error::DissolvedAtFounding { org: ORG, on: day() }];
    PersonErased: [Error::PersonErased { person: SUN }];
    NotDissolved: [Error::NotDissolved { org: ORG }];
    EndedWith: [Error::EndedWith { org: CHILD }];
    FirstVersion: [Error::FirstVersion { org: ORG }];
    BoundaryCrossed: [
        Error::BoundaryCrossed { org: ORG, after: Some(day()), before: Some(day()) },
        Error::BoundaryCrossed { org: ORG, after: None, before: None },
    ];
    AlreadyEnded: [Error::AlreadyEnded { role: ROLE, on: day() }];
    EndsBeforeStart: [Error::EndsBeforeStart { role: ROLE, from: day() }];
    NotTheWhole: [
        Error::NotTheWhole { missing: vec![ROLE.0, OTHER.0], foreign: vec![id(99), ORG.0] },
        Error::NotTheWhole { missing: Vec::new(), foreign: vec![ORG.0] },
    ];
    TooLarge: [Error::TooLarge { nodes: 11_000, nodes_max: 10_000 }];
    KeyRevoked: [Error::KeyRevoked];
    KeyInFlight: [Error::KeyInFlight];
    ResultGone: [Error::ResultGone { what: Subject::Role, id: unknown() }];
    TooManyTickets: [Error::TooManyTickets { tickets_max: 10, retry_after: WAIT }];
    TooManyStaffNumbers: [Error::TooManyStaffNumbers { numbers_max: 10, retry_after: WAIT }];
    NotYet: [Error::NotYet { wanted: 9, current: 8 }];
    Unavailable: [Error::Unavailable { retry_after: WAIT, outcome_unknown: true }];
    NewerFormat: [Error::NewerFormat];
    Internal: [Error::Internal];
}

/// What people read of a problem: its title, its detail, what is wrong where, and what stands in the way.
fn texts(problem: &Problem, language: Language) -> Vec<String> {
    let body = serde_json::to_value(problem.body(language, "/orgs", "r1")).expect("serialises");
    let list = |name: &str| body[name].as_array().cloned().unwrap_or_default();
    let named = list("blockers").into_iter().map(|blocker| blocker["name"].clone());
    let wrong = list("errors").into_iter().map(|fault| fault["detail"].clone());
    let all = [body["title"].clone(), body["detail"].clone()].into_iter().chain(named).chain(wrong);
    all.map(|text| text.as_str().expect("a text").to_owned()).collect()
}

/// What is left of a text without names, and without what stands between backticks.
fn in_words(text: &str) -> String {
    let outside: String = text.split('`').step_by(2).collect();
    NAMES.iter().fold(outside, |text, name| text.replace(name, ""))
}

/// Words in Latin script that Chinese texts have too.
const TECHNICAL: &[&str] = &["Authorization", "Bearer", "GET", "UTC", "JSON", "HTTP", "U"];

#[test]
fn every_refusal_is_told_in_names_and_words_of_its_language() {
    let directory = directory();
    let hidden = |_| false;
    let mut known = BTreeSet::new();
    for (name, error) in samples() {
        assert_eq!(variant(&error), name, "a sample of another variant");
        known.insert(name);
        for naming in [Naming::of(&directory), Naming { names: &hidden, ..Naming::of(&directory) }, Naming::nothing()] {
            let problem = Problem::refused(error.clone(), naming);
            for text in texts(&problem, Language::English) {
                let words = in_words(&text);
                let foreign = words.chars().any(|c| ('\u{3000}'..'\u{a000}').contains(&c));
                assert!(!foreign, "{name}: {text}");
            }
            for text in texts(&problem, Language::Chinese) {
                let words = in_words(&text);
                let mut latin = words.split(|c: char| !c.is_ascii_alphanumeric());
                let foreign =
                    latin.find(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()) && !TECHNICAL.contains(word));
                assert_eq!(foreign, None, "{name}: {text}");
            }
            for text in
                [Language::English, Language::Chinese].into_iter().flat_map(|language| texts(&problem, language))
            {
                let words = in_words(&text);
                assert!(!text.contains("-7000-8000-"), "{name} tells an id: {text}");
                assert!(!words.contains('_'), "{name} tells a code: {text}");
                let slip = ["  ", "。。", "..", "（）", "()"].into_iter().find(|slip| text.contains(slip));
                assert_eq!(slip, None, "{name}: {text}");
            }
        }
    }
    assert!(known.len() > 60, "{}", known.len());
}

#[test]
fn people_whom_the_caller_may_not_see_are_not_named() {
    let directory = directory();
    let hidden = |_| false;
    for (name, error) in samples() {
        let problem = Problem::refused(error, Naming { names: &hidden, ..Naming::of(&directory) });
        for text in [Language::English, Language::Chinese].into_iter().flat_map(|language| texts(&problem, language)) {
            assert!(!text.contains("孙国权") && !text.contains("李建华"), "{name}: {text}");
        }
    }
}
