//! The database schema and the format of the log, forwards and backwards.

use std::process::Stdio;

use campus_org::{
    clock::{Clock, FixedClock},
    directory::Snapshot,
    domain::{ApiKey, Effect, Entry, Holder, LoggedEffect, Org, OrgId, OrgVersion, PersonAlias, Revision, Scope},
    registry::{self, Registry},
    store::Store,
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, Database, DatabaseConnection, EntityTrait, IntoActiveModel, Statement,
    sea_query::OnConflict,
};
use serde_json::{Value, json};

use crate::support::{
    Backend, TestDatabase, api_test,
    load::Load,
    process::{self, PROCESS_MAX, Serving, failure, output, program},
};

const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];
const ZONE: chrono_tz::Tz = chrono_tz::Asia::Shanghai;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

async fn applied(store: &Store) -> Vec<bool> {
    store.migrations().await.unwrap().iter().map(|step| step.applied).collect()
}

/// The answers to requests with an Idempotency-Key in a database.
async fn keys_of(url: &str) -> Vec<entity::idempotency_key::Model> {
    let session = Database::connect(url).await.unwrap();
    let mut keys = entity::idempotency_key::Entity::find().all(&session).await.unwrap();
    session.close().await.unwrap();
    keys.sort_by(|a, b| (&a.key, &a.path).cmp(&(&b.key, &b.path)));
    keys
}

/// Stores an answer twice, like a program that knows the primary key before the last migration.
async fn keep_as_before(url: &str, answer: entity::idempotency_key::Model) {
    use entity::idempotency_key::{Column, Entity};
    let session = Database::connect(url).await.unwrap();
    for _ in 0..2 {
        let known = OnConflict::columns([Column::Caller, Column::Method, Column::Path, Column::Key])
            .update_columns([Column::TargetId, Column::Revision])
            .to_owned();
        let rows = [answer.clone().into_active_model()];
        Entity::insert_many(rows).on_conflict(known).exec_without_returning(&session).await.unwrap();
    }
    session.close().await.unwrap();
}

/// The same without aliases, which a step brought.
fn without_aliases(directory: &Snapshot) -> Snapshot {
    let mut without = directory.clone();
    for PersonAlias { id, facts, .. } in directory.aliases().cloned().collect::<Vec<_>>() {
        let gone = Effect::PersonAlias { id, before: Some(facts), after: None };
        without.apply(&gone, directory.revision(), directory.recorded_at());
    }
    without
}

/// The same without what versions remember, which a step brought.
fn without_memory(directory: &Snapshot) -> Snapshot {
    let mut without = directory.clone();
    let mut orgs: Vec<Org> = directory.ever_under(None).cloned().collect();
    let mut place = 0;
    while let Some(above) = orgs.get(place).map(|org| org.id) {
        orgs.extend(directory.ever_under(Some(above)).cloned());
        place += 1;
    }
    for org in orgs {
        for version in org.versions {
            let bare = OrgVersion::unremembered(version.valid_from, version.values.clone(), version.basis().cloned());
            let valid_from = version.valid_from;
            let effect = Effect::OrgVersion { id: org.id, valid_from, before: Some(version), after: Some(bare) };
            without.apply(&effect, org.revision, org.updated_at);
        }
    }
    without
}

/// The same without the API keys, which the step that brought them takes away.
fn without_keys(directory: &Snapshot) -> Snapshot {
    let mut without = directory.clone();
    for ApiKey { id, facts, .. } in directory.api_keys().cloned().collect::<Vec<_>>() {
        let gone = Effect::ApiKey { id, before: Some(facts), after: None };
        without.apply(&gone, directory.revision(), directory.recorded_at());
    }
    without
}

#[test]
fn each_step_goes_up_and_down_on_a_filled_database() {
    block_on(async {
        for backend in BACKENDS {
            let database = TestDatabase::create(backend).await;
            let store = database.store().await;
            let serving = Serving::on(&database.url);
            let load = Load::prepare(&serving.address).await;
            for client in load.start(&[&serving.address], 2, 30, 3) {
                client.await.unwrap();
            }
            let client = process::client();
            let keyed = client.post(format!("{}/people", serving.address)).header("idempotency-key", "once");
            assert_eq!(keyed.json(&json!({"name": "孙国权"})).send().await.unwrap().status(), 201);
            let mut twice = Vec::new();
            for _ in 0..2 {
                let person = client.post(format!("{}/people", serving.address)).json(&json!({"name": "周涛"}));
                let made: Value = person.send().await.unwrap().json().await.unwrap();
                twice.push(made["id"].as_str().unwrap().to_owned());
            }
            let merge = client.post(format!("{}/people/{}/merge", serving.address, twice[0]));
            assert_eq!(merge.json(&json!({"duplicate_id": twice[1]})).send().await.unwrap().status(), 200);
            drop(serving);

            let before = registry::load(&store, ZONE).await.unwrap();
            assert!(before.revision() > 20);
            assert!(before.merged_into(twice[1].parse().unwrap()).is_some());
            let before = without_memory(&before);
            let nameless = without_aliases(&before);
            let keyless = without_keys(&nameless);
            let steps = applied(&store).await;
            assert!(steps.iter().all(|applied| *applied));
            let names = store.migrations().await.unwrap();
            let since = |name: &str| names.iter().position(|step| step.name.ends_with(name)).unwrap();
            let (keys_since, aliases_since) = (since("_callers"), since("_aliases"));
            let keys = keys_of(&database.url).await;
            assert!(!keys.is_empty());
            keep_as_before(&database.url, keys[0].clone()).await;
            // Down and up again, any number of steps, leaves the directory unchanged as long as the first migration
            // stays.
            for taken_back in 1..steps.len() {
                store.migrate_down(Some(u32::try_from(taken_back).unwrap())).await.unwrap();
                let expected: Vec<bool> = (0..steps.len()).map(|step| step < steps.len() - taken_back).collect();
                assert_eq!(applied(&store).await, expected);
                store.migrate_up(None).await.unwrap();
                // Aliases and keys go with the steps that brought them.
                let left = match steps.len() - taken_back {
                    stays if stays > aliases_since => &before,
                    stays if stays > keys_since => &nameless,
                    _ => &keyless,
                };
                let loaded = registry::load(&store, ZONE).await.unwrap();
                assert!(without_memory(&loaded) == *left, "the step took more than it brought");
                assert!(without_memory(&registry::replay(&store, ZONE).await.unwrap()) == *left);
                if taken_back == 1 {
                    assert_eq!(keys_of(&database.url).await, keys, "the last step discards no Idempotency-Key");
                }
            }
            // It serves again. The key is forgotten, because its migration discards it.
            let serving = Serving::on(&database.url);
            let keyed = client.post(format!("{}/people", serving.address)).header("idempotency-key", "once");
            assert_eq!(keyed.json(&json!({"name": "王玉玲"})).send().await.unwrap().status(), 201);
            drop(serving);
            // The first migration removes everything; up again gives the directory with which everybody begins.
            store.migrate_down(None).await.unwrap();
            assert!(applied(&store).await.iter().all(|applied| !applied));
            assert!(registry::load(&store, ZONE).await.is_err());
            store.migrate_up(None).await.unwrap();
            let new = registry::load(&store, ZONE).await.unwrap();
            let counts = new.counts();
            assert_eq!(
                (new.revision(), counts.orgs, counts.people, counts.roles, counts.supervisions),
                (1, 0, 0, 0, 0)
            );
            assert!(registry::replay(&store, ZONE).await.unwrap() == new);
            store.close().await.unwrap();
            database.remove().await;
        }
    });
}

#[test]
fn the_program_tells_and_takes_steps() {
    block_on(async {
        for backend in BACKENDS {
            let database = TestDatabase::create(backend).await;
            let migrate = |way: &[&str]| {
                let output = output(&[&["migrate"], way, &["--database-url", &database.url]].concat());
                assert!(output.status.success(), "{way:?}: {}", String::from_utf8_lossy(&output.stderr));
                let words = String::from_utf8(output.stdout).unwrap();
                words.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
            };
            database.connect().await.close().await.unwrap();
            let steps = migrate(&["status"]).len();
            let status = |applied: usize| [vec!["applied"; applied], vec!["pending"; steps - applied]].concat();
            assert_eq!(migrate(&["status"]), status(0));
            migrate(&["up", "--steps", "1"]);
            assert_eq!(migrate(&["status"]), status(1));
            migrate(&["up"]);
            migrate(&["up"]);
            assert_eq!(migrate(&["status"]), status(steps));
            migrate(&["down"]);
            assert_eq!(migrate(&["status"]), status(steps - 1));
            // A database that is not migrated is not served, unless it may be migrated.
            migrate(&["down", "--steps", &(steps - 1).to_string()]);
            let said = failure(&["serve", "--listen", "127.0.0.1:0", "--no-migrate", "--database-url", &database.url]);
            assert!(said.contains("is it migrated?"), "{said}");
            assert_eq!(migrate(&["status"]), status(0));
            database.remove().await;
        }
    });
}

#[test]
fn processes_that_migrate_at_once_do_not_disturb_each_other() {
    block_on(async {
        for backend in BACKENDS {
            let database = TestDatabase::create(backend).await;
            let arguments = ["migrate", "up", "--create", "--database-url", &database.url];
            let start = || program(&arguments).stderr(Stdio::piped()).spawn().unwrap();
            let processes: Vec<_> = (0..4).map(|_| start()).collect();
            for process in processes {
                let output = process.wait_with_output().unwrap();
                assert!(output.status.success(), "{backend:?}: {}", String::from_utf8_lossy(&output.stderr));
            }
            let store = database.connect().await;
            assert!(applied(&store).await.iter().all(|applied| *applied));
            assert_eq!(registry::load(&store, ZONE).await.unwrap().revision(), 1);
            store.close().await.unwrap();
            database.remove().await;
        }
    });
}

async fn set_format(url: &str, format: i32) {
    let session = Database::connect(url).await.unwrap();
    session.execute_unprepared(&format!("UPDATE head SET format = {format}")).await.unwrap();
    session.close().await.unwrap();
}

api_test! {
    async fn a_log_of_a_newer_program_is_not_written_to(app: TestApp) {
        app.person("孙国权").await;
        let revision = app.registry.snapshot().revision();
        set_format(&app.database_url, Entry::FORMAT + 1).await;
        app.post("/people", json!({"name": "胡春梅"})).await.is_problem(503, "newer-format").header("retry-after");
        let began = std::time::Instant::now();
        while app.get("/health/ready").await.status != 503 {
            assert!(began.elapsed() < PROCESS_MAX, "it stays ready");
        }
        app.get("/health/ready").await.is_problem(503, "not-ready");
        // It still answers reads from what it has.
        assert_eq!(app.get("/people").await.is(200).names(), ["孙国权"]);
        assert_eq!(app.store.entry(revision + 1).await.unwrap(), None);
        // Such a program does not start to serve it either.
        let clock: std::sync::Arc<dyn Clock> = std::sync::Arc::new(FixedClock::new(app.clock.now(), 9));
        let refused = Registry::start(app.store.clone(), ZONE, clock).await.map(drop).unwrap_err();
        assert!(refused.to_string().contains("newer"), "{refused}");
        set_format(&app.database_url, Entry::FORMAT).await;
    }
}

api_test! {
    async fn an_entry_that_says_more_than_is_known_stops_this_program(app: TestApp) {
        app.person("孙国权").await;
        let revision = app.registry.snapshot().revision();
        let effects = json!([{"subject": "org", "id": "01910000-0000-7000-8000-000000000001", "after": {"motto": "求是"}}]);
        append(&app.database_url, revision, &effects).await;
        app.post("/people", json!({"name": "胡春梅"})).await.is_problem(503, "newer-format").header("retry-after");
        assert_eq!(app.get("/people").await.is(200).names(), ["孙国权"]);
        take_back(&app.database_url, revision).await;
    }
}

/// Adds an entry as another program would, after `revision`.
async fn append(url: &str, revision: u64, effects: &Value) {
    let session = Database::connect(url).await.unwrap();
    let revision = i64::try_from(revision).unwrap() + 1;
    let at = "2027-01-01T00:00:00Z".parse::<campus_org::domain::Instant>().unwrap();
    let row = entity::entry::ActiveModel {
        revision: Set(revision),
        recorded_at: Set(at),
        actor: Set("anonymous".to_owned()),
        kind: Set("org.created".to_owned()),
        subject: Set(None),
        basis: Set(None),
        effects: Set(effects.clone()),
        format: Set(Entry::FORMAT),
        digest: Set(None),
    };
    entity::entry::Entity::insert(row).exec_without_returning(&session).await.unwrap();
    let head =
        entity::head::ActiveModel { id: Set(1), revision: Set(revision), recorded_at: Set(at), ..Default::default() };
    entity::head::Entity::update(head).exec(&session).await.unwrap();
    session.close().await.unwrap();
}

/// Makes the log end with `revision` again.
async fn take_back(url: &str, revision: u64) {
    let session = Database::connect(url).await.unwrap();
    let revision = i64::try_from(revision).unwrap();
    entity::entry::Entity::delete_by_id(revision + 1).exec(&session).await.unwrap();
    let last = entity::entry::Entity::find_by_id(revision).one(&session).await.unwrap().unwrap();
    let head = entity::head::ActiveModel {
        id: Set(1),
        revision: Set(revision),
        recorded_at: Set(last.recorded_at),
        ..Default::default()
    };
    entity::head::Entity::update(head).exec(&session).await.unwrap();
    session.close().await.unwrap();
}

/// Entries of an earlier format. Today's program writes their effects as it reads them: a format only adds to the
/// one before.
pub(crate) fn entries(fixture: &str) -> Vec<Value> {
    let fixture: Vec<Value> = serde_json::from_str(fixture).unwrap();
    for entry in &fixture {
        let mut effects = entry["effects"].clone();
        // The store takes these apart.
        for effect in effects.as_array_mut().unwrap().iter_mut().filter(|effect| effect["subject"] == "org") {
            for state in ["before", "after"] {
                effect.get_mut(state).and_then(Value::as_object_mut).map(|facts| facts.remove("duties"));
            }
        }
        let effects: Vec<LoggedEffect> = serde_json::from_value(effects).unwrap();
        let written = serde_json::to_value(&effects).unwrap();
        assert_eq!(serde_json::from_value::<Vec<LoggedEffect>>(written).unwrap(), effects, "lost when written again");
    }
    fixture
}

#[test]
fn entries_of_format_1_are_read() {
    let fixture = entries(include_str!("fixtures/entries-format-1.json"));
    block_on(async {
        for backend in BACKENDS {
            let database = TestDatabase::create(backend).await;
            let store = database.store().await;
            enter(&database.url, &fixture, 1).await;
            let replayed = registry::replay(&store, ZONE).await.unwrap();
            assert_eq!(replayed.revision(), 1 + fixture.len() as Revision);
            let id = |n: u128| uuid::Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000 + n);
            let branch = replayed.org(id(3).into()).unwrap();
            assert_eq!(branch.facts.dissolved_by, Some(8));
            assert_eq!(branch.facts.successor_ids, [id(1).into()]);
            assert_eq!(branch.versions[0].values.unit_ids, [id(2).into()]);
            assert_eq!(replayed.org(id(1).into()).unwrap().facts.external_ids.len(), 1);
            let role = replayed.role(id(5).into()).unwrap();
            assert_eq!(role.period().until(), Some("2020-01-01".parse().unwrap()));
            assert!(role.acting() && role.end_basis().is_some());
            assert!(replayed.person(id(4).into()).is_none(), "the log has no personal values");
            let post = replayed.posts().find(|post| post.code.as_str() == "unit_head").unwrap();
            assert!(post.kinds[0].required && post.kinds[0].max_since.is_some());
            store.close().await.unwrap();
            database.remove().await;
        }
    });
}

#[test]
fn entries_of_format_2_are_read() {
    a_seat_and_a_supervision_are_read(include_str!("fixtures/entries-format-2.json"), 2);
}

#[test]
fn entries_of_format_3_are_read() {
    a_seat_and_a_supervision_are_read(include_str!("fixtures/entries-format-3.json"), 3);
}

fn a_seat_and_a_supervision_are_read(fixture: &str, format: i32) {
    let fixture = entries(fixture);
    block_on(async {
        for backend in BACKENDS {
            let database = TestDatabase::create(backend).await;
            let store = database.store().await;
            enter(&database.url, &fixture, format).await;
            let replayed = registry::replay(&store, ZONE).await.unwrap();
            let id = |n: u128| uuid::Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000 + n);
            let role = replayed.role(id(4).into()).unwrap();
            let Holder::Seat(seat) = role.holder() else { panic!("{role:?}") };
            assert_eq!((seat.org_id, seat.post.as_str()), (id(1).into(), "secretary"));
            let supervision = replayed.supervision(id(5).into()).unwrap();
            assert_eq!(supervision.facts.scope, Scope::Subtree);
            assert_eq!(supervision.facts.valid_until, Some("2022-03-01".parse().unwrap()));
            assert!(supervision.facts.basis.is_some() && supervision.facts.end_basis.is_some());
            store.close().await.unwrap();
            database.remove().await;
        }
    });
}

#[test]
fn going_back_before_seats_and_supervisions_takes_them_out_of_tables_and_log() {
    block_on(async {
        for backend in BACKENDS {
            let database = TestDatabase::create(backend).await;
            let store = database.store().await;
            let serving = Serving::on(&database.url);
            let client = process::client();
            let post = async |path: &str, body: Value| {
                let sent = client.post(format!("{}{path}", serving.address)).header("idempotency-key", path);
                let answer = sent.json(&body).send().await.unwrap();
                assert_eq!(answer.status(), 201);
                answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
            };
            let committee =
                post("/orgs", json!({"kind": "committee", "name": "学校党委", "valid_from": "2000-01-01"})).await;
            let person = post("/people", json!({"name": "孙国权"})).await;
            let group = json!({
                "parent_id": committee, "name": "领导小组", "valid_from": "2021-03-05",
                "leaders": [{"holder": {"type": "seat", "org_id": committee, "post": "secretary"}}],
                "members": [{"holder": {"type": "person", "id": person}}],
                "supervision_groups": [{"name": "督导组", "covers": [{"org_id": committee, "scope": "subtree"}]}],
            });
            let group = post("/leading-groups", group).await;
            let inspectors = registry::load(&store, ZONE).await.unwrap();
            let inspectors = inspectors.ever_under(Some(OrgId(group.parse().unwrap()))).next().unwrap().id;
            let other = json!({"supervision_group_id": inspectors, "org_id": group, "scope": "self", "valid_from": "2021-03-05"});
            post("/supervisions", other).await;
            drop(serving);

            let before = registry::load(&store, ZONE).await.unwrap();
            assert_eq!((before.counts().roles, before.counts().supervisions), (2, 2));
            let steps = store.migrations().await.unwrap();
            let since = steps.iter().position(|step| step.name.ends_with("_supervisions_and_seats")).unwrap();
            store.migrate_down(Some(u32::try_from(steps.len() - since).unwrap())).await.unwrap();
            // What is left can be read by a program of format 1.
            let session = Database::connect(&database.url).await.unwrap();
            assert!(formats_of(&session).await.iter().all(|format| *format == 1));
            let keys = entity::idempotency_key::Entity::find().all(&session).await.unwrap();
            assert!(keys.len() == 3 && keys.iter().all(|key| key.target_kind != "supervision"));
            session.close().await.unwrap();
            store.migrate_up(None).await.unwrap();
            let after = registry::load(&store, ZONE).await.unwrap();
            assert_eq!((after.revision(), after.counts().orgs), (before.revision(), before.counts().orgs));
            assert_eq!((after.counts().roles, after.counts().supervisions), (1, 0));
            assert!(registry::replay(&store, ZONE).await.unwrap() == after);
            store.close().await.unwrap();
            database.remove().await;
        }
    });
}

/// The formats of all entries and of the head, in a database of whatever schema.
pub(crate) async fn formats_of(session: &DatabaseConnection) -> Vec<i32> {
    let of = async |table: &str| {
        let select = Statement::from_string(session.get_database_backend(), format!("SELECT format FROM {table}"));
        let rows = session.query_all_raw(select).await.unwrap();
        rows.iter().map(|row| row.try_get::<i32>("", "format").unwrap()).collect::<Vec<_>>()
    };
    [of("entry").await, of("head").await].concat()
}

/// Appends the fixture to the log of a new database.
pub(crate) async fn enter(url: &str, fixture: &[Value], format: i32) {
    let session = Database::connect(url).await.unwrap();
    let mut at = "2026-12-01T00:00:00Z".parse::<campus_org::domain::Instant>().unwrap();
    let mut revision = 1;
    for entry in fixture {
        (revision, at) = (revision + 1, at + std::time::Duration::from_secs(1));
        let row = entity::entry::ActiveModel {
            revision: Set(revision),
            recorded_at: Set(at),
            actor: Set("anonymous".to_owned()),
            kind: Set(entry["kind"].as_str().unwrap().to_owned()),
            subject: Set(entry["subject"].as_str().map(str::to_owned)),
            basis: Set(entry.get("basis").cloned()),
            effects: Set(entry["effects"].clone()),
            format: Set(format),
            digest: Set(None),
        };
        entity::entry::Entity::insert(row).exec_without_returning(&session).await.unwrap();
    }
    let head =
        entity::head::ActiveModel { id: Set(1), revision: Set(revision), recorded_at: Set(at), ..Default::default() };
    entity::head::Entity::update(head).exec(&session).await.unwrap();
    session.close().await.unwrap();
}
