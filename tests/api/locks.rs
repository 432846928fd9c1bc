//! A process that stops while it locks the head does not stop the others for longer than the bound.

use std::time::{Duration, Instant};

use campus_org::{
    access::Caller,
    registry::{Command, CreatePerson, Registry, Submission},
    store::{IDLE_MAX, LOCK_WAIT_MAX, Options, Store},
};
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use serde_json::json;

use crate::support::{Answer, Backend, TestApp, TestDatabase, load::Load, process, process::Serving, run};

/// The time that a busy machine may add to a wait.
const SLACK: Duration = Duration::from_secs(3);

async fn another_store(app: &TestApp) -> Store {
    Store::connect(&Options { url: app.database_url.clone(), connections_max: 2, create: false }).await.unwrap()
}

fn create_person(name: &str) -> Command {
    Command::CreatePerson(CreatePerson::bare(campus_org::domain::Name::parse(name).unwrap()))
}

#[test]
fn a_process_that_stands_still_with_the_head_loses_it() {
    run(Backend::Postgres, |app| async move {
        let other = another_store(&app).await;
        // To the database this looks like a process that was stopped here.
        let held = other.write().await.unwrap();
        let began = Instant::now();
        app.post("/people", json!({"name": "孙国权"})).await.is(201);
        let waited = began.elapsed();
        assert!(waited > IDLE_MAX / 2, "the head was not held: {waited:?}");
        assert!(waited < IDLE_MAX + SLACK, "{waited:?}");
        assert!(held.commit().await.is_err(), "what it had begun is void");
    });
}

#[test]
fn a_lock_that_nobody_ends_is_waited_for_no_longer_than_the_bound() {
    run(Backend::Postgres, |app| async move {
        // A session of another program, which the database does not end.
        let session = Database::connect(&app.database_url).await.unwrap();
        let transaction = session.begin().await.unwrap();
        transaction.execute_unprepared("SELECT * FROM head FOR UPDATE").await.unwrap();
        let began = Instant::now();
        let answer = app.post("/people", json!({"name": "孙国权"})).await.is_problem(503, "unavailable");
        let waited = began.elapsed();
        assert!(waited > LOCK_WAIT_MAX / 2 && waited < LOCK_WAIT_MAX + SLACK, "{waited:?}");
        assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
        assert_ne!(answer.body["outcome_unknown"], json!(true), "nothing was written");
        // Reads go on meanwhile.
        app.get("/people").await.is(200);
        app.get("/health/ready").await.is(200);
        transaction.rollback().await.unwrap();
        app.post("/people", json!({"name": "孙国权"})).await.is(201);
    });
}

#[test]
fn a_process_stopped_by_signal_does_not_stop_the_other() {
    const TRIES_MAX: usize = 30;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let database = TestDatabase::create(Backend::Postgres).await;
        let store = database.store().await;
        let (one, two) = (Serving::on(&database.url), Serving::on(&database.url));
        let load = Load::prepare(&one.address).await;
        let session = Database::connect(&database.url).await.unwrap();
        let client = process::client();
        let mut caught = 0;
        for round in 0..TRIES_MAX {
            let goal = load.count() + 1;
            let clients = load.start(&[&two.address], 4, 1000, 10 + round as u64);
            let began = Instant::now();
            while load.count() < goal + round % 3 {
                assert!(began.elapsed() < process::PROCESS_MAX, "no write is acknowledged");
                tokio::time::sleep(Duration::from_micros(100)).await;
            }
            two.signal("STOP");
            let holding = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
                AND state = 'idle in transaction' AND pid <> pg_backend_pid()";
            let holds = session.query_all_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, holding));
            let holds = !holds.await.unwrap().is_empty();
            let began = Instant::now();
            let answer = client.post(format!("{}/people", one.address)).json(&json!({"name": "孙国权"})).send();
            let answer = Answer::read(answer.await.unwrap()).await;
            assert!(began.elapsed() < LOCK_WAIT_MAX + SLACK, "{:?}", began.elapsed());
            answer.is(201);
            two.signal("CONT");
            for client in &clients {
                client.abort();
            }
            for client in clients {
                // Cancelled, or answered 503 because the database had ended its transaction.
                drop(client.await);
            }
            caught += usize::from(holds);
            if caught == 2 {
                break;
            }
        }
        assert!(caught > 0, "the process was never stopped while it held the head");
        // The stopped process goes on from the new end of the log.
        let began = Instant::now();
        loop {
            let answer = client.post(format!("{}/people", two.address)).json(&json!({"name": "胡春梅"})).send();
            match answer.await.unwrap().status().as_u16() {
                201 => break,
                status => assert_eq!(status, 503),
            }
            assert!(began.elapsed() < process::PROCESS_MAX, "it does not recover");
        }
        load.is_in_the_log_of(&store).await;
        drop((one, two));
        session.close().await.unwrap();
        store.close().await.unwrap();
        database.remove().await;
    });
}

#[test]
fn one_sqlite_file_is_served_by_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("campus.db");
    let url = format!("sqlite://{}", file.display());
    let first = Serving::on(&url);
    let said = process::failure(&["serve", "--listen", "127.0.0.1:0", "--database-url", &url]);
    assert!(said.contains("--database-url (DATABASE_URL)") && said.contains("another process"), "{said}");
    // Nor through another name of the file.
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let said = process::failure(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database-url",
        &format!("sqlite://{}", link.display()),
    ]);
    assert!(said.contains("--database-url (DATABASE_URL)"), "{said}");
    drop(first);
    drop(Serving::on(&url));
}

#[test]
fn what_is_served_is_not_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("campus.db").display().to_string();
    let url = format!("sqlite://{file}");
    let serving = Serving::on(&url);
    let said = process::failure(&["migrate", "down", "--database-url", &url]);
    assert!(said.contains("migrating down") && said.contains(&file), "{said}");
    // A migration that is applied already changes nothing, whoever serves.
    assert!(process::output(&["migrate", "up", "--database-url", &url]).status.success());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let person = json!({"name": "孙国权"});
        let answer = process::client().post(format!("{}/people", serving.address)).json(&person).send();
        assert_eq!(answer.await.unwrap().status(), 201);
    });
    drop(serving);
    assert!(process::output(&["migrate", "down", "--database-url", &url]).status.success());
}

#[test]
fn a_short_write_of_another_process_is_noticed_at_once() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        run(backend, |app| async move {
            let store = another_store(&app).await;
            let zone = chrono_tz::Asia::Shanghai;
            let clock = std::sync::Arc::new(app.clock.clone());
            let (other, writer) = Registry::start(store.clone(), zone, clock).await.unwrap();
            let mut waits = Vec::new();
            for name in ["甲", "乙", "丙", "丁", "戊"] {
                let outcome = other
                    .submit(create_person(name), Submission { caller: Caller::Operator, ..Submission::default() })
                    .await
                    .unwrap();
                let began = Instant::now();
                let revision = outcome.snapshot.revision().to_string();
                let answer =
                    app.request("GET", &format!("/people?name={name}")).header("directory-min-revision", &revision);
                assert_eq!(app.send(answer).await.is(200).names(), [name]);
                waits.push(began.elapsed());
            }
            waits.sort();
            assert!(waits[waits.len() / 2] < Duration::from_millis(250), "{waits:?}");
            drop(other);
            writer.await.unwrap();
            store.close().await.unwrap();
        });
    }
}
