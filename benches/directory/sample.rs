//! Sample universities, loaded like any directory, with what to ask about them.

use std::sync::OnceLock;

use campus_org::{
    clock::FixedClock,
    directory::Snapshot,
    domain::{Day, Effect, Instant, Org, OrgId, OrgKind, PostCode, Role, RoleId},
    load,
    record::{Header, OrgRecord, Record, Recorded},
    registry, sample,
    store::{Options, Store},
};
use uuid::Uuid;

const SEED: u64 = 1;
const ZONE: chrono_tz::Tz = chrono_tz::Asia::Shanghai;
/// The maximum number of different names and writes.
const DIFFERENT_MAX: usize = 500;

/// The effects of one command.
pub(super) type Publication = Vec<Effect>;

/// A directory with arguments for questions.
pub(super) struct Sample {
    pub(super) snapshot: Snapshot,
    /// The day of the questions.
    pub(super) day: Day,
    /// Every org, in a mixed order.
    pub(super) orgs: Vec<OrgId>,
    /// Orgs in which several people hold roles.
    pub(super) teams: Vec<OrgId>,
    pub(super) branches: Vec<OrgId>,
    pub(super) general_branches: Vec<OrgId>,
    /// The committees of the universities.
    pub(super) committees: Vec<OrgId>,
    pub(super) secretary: PostCode,
    /// Names of people, folded.
    pub(super) names: Vec<String>,
    roles: Vec<Role>,
    to_establish: Vec<Org>,
}

/// The sample with this many universities, made once.
pub(super) fn of(universities: u32) -> &'static Sample {
    static ONE: OnceLock<Sample> = OnceLock::new();
    static SEVERAL: OnceLock<Sample> = OnceLock::new();
    let once = if universities == 1 { &ONE } else { &SEVERAL };
    once.get_or_init(|| make(universities))
}

fn make(universities: u32) -> Sample {
    let records: Vec<Record> = sample::universities(universities, SEED).collect();
    let mut orgs: Vec<&OrgRecord> = Vec::new();
    let (mut roles, mut names) = (Vec::new(), Vec::new());
    for record in &records {
        match record {
            Record::Org(org) => orgs.push(org),
            Record::Person(person) if names.len() < DIFFERENT_MAX => names.push(person.name.folded().into_owned()),
            Record::Role(role) if roles.len() < DIFFERENT_MAX => roles.push(Role::from_record(role.clone(), 0, at())),
            Record::Person(_)
            | Record::Role(_)
            | Record::Post(_)
            | Record::Supervision(_)
            | Record::ApiKey(_)
            | Record::PersonAlias(_) => {}
        }
    }
    // This order is random enough, because an id ends in random bits.
    orgs.sort_by_key(|org| org.id.0.as_bytes().iter().rev().copied().collect::<Vec<_>>());
    let of_kind = |kinds: &[OrgKind]| -> Vec<OrgId> {
        let last = |org: &&&OrgRecord| org.versions.last().is_some_and(|version| kinds.contains(&version.kind));
        orgs.iter().filter(last).map(|org| org.id).collect()
    };
    let snapshot = load(&records);
    let day = sample::reference_day();
    let tops = of_kind(&[OrgKind::Committee]);
    let is_top = |id: &OrgId| snapshot.org_on(*id, day).is_some_and(|view| snapshot.tier_of(&view) == Some(1));
    let branches = orgs.iter().filter(|org| org.versions.last().is_some_and(|last| last.kind == OrgKind::Branch));
    Sample {
        day,
        orgs: orgs.iter().map(|org| org.id).collect(),
        teams: of_kind(&[OrgKind::GeneralBranch, OrgKind::Committee, OrgKind::Department]),
        branches: of_kind(&[OrgKind::Branch]),
        general_branches: of_kind(&[OrgKind::GeneralBranch]),
        committees: tops.into_iter().filter(is_top).collect(),
        secretary: PostCode::parse("secretary").expect("a code"),
        names,
        roles,
        to_establish: branches
            .take(DIFFERENT_MAX)
            .map(|org| Org::from_record(OrgRecord::clone(org), 0, at()))
            .collect(),
        snapshot,
    }
}

/// Enters records into a database and reads them back, like a starting service.
fn load(records: &[Record]) -> Snapshot {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("bench.db").display());
        let store = Store::connect(&Options { url, connections_max: 2, create: true }).await.expect("a database");
        store.migrate_up(None).await.expect("migrated");
        let header = Header::new(ZONE);
        let clock = FixedClock::new(at(), 1);
        load::enter_records(&store, &clock, header, records.iter().cloned()).await.expect("entered");
        let snapshot = registry::load(&store, ZONE).await.expect("loaded");
        store.close().await.expect("closed");
        snapshot
    })
}

fn at() -> Instant {
    Instant::default()
}

fn new_id(number: usize) -> Uuid {
    uuid::Builder::from_random_bytes(
        (number as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes(),
    )
    .into_uuid()
}

impl Sample {
    /// Writes that each add a role like an existing one.
    pub(super) fn role_given(&self) -> Vec<Publication> {
        let given = |(number, role): (usize, &Role)| {
            vec![Effect::Role { id: RoleId(new_id(number)), before: None, after: Some(role.facts.clone()) }]
        };
        self.roles.iter().enumerate().map(given).collect()
    }

    /// Writes that each establish an org like an existing branch.
    pub(super) fn body_founded(&self) -> Vec<Publication> {
        let established = |(number, org): (usize, &Org)| {
            let id = OrgId(new_id(number));
            let version = org.versions.first().cloned();
            let (valid_from, after) = (org.established_on(), Some(org.facts.clone()));
            vec![
                Effect::Org { id, before: None, after },
                Effect::OrgVersion { id, valid_from, before: None, after: version },
            ]
        };
        self.to_establish.iter().enumerate().map(established).collect()
    }
}
