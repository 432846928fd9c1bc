//! The first key of a new directory.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Stdio, thread};

use campus_org::keys::{self, FirstKey};
use serde_json::json;

use crate::support::{
    Backend, TestApp, TestDatabase,
    process::{Serving, program},
    run_closed,
};

async fn is_made(app: TestApp) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("admin.key");
    // Two processes that start at once make one.
    let (one, two) = tokio::join!(keys::first(&app.registry, None, &file), keys::first(&app.registry, None, &file));
    let made = [one.expect("started"), two.expect("started")];
    assert_eq!(made.iter().filter(|key| matches!(key, FirstKey::Written(_))).count(), 1, "{made:?}");
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let secret = fs::read_to_string(&file).expect("a secret");
    let me = app.with_key(secret.trim()).get("/me").await.is(200).body;
    assert_eq!(me["name"], "admin");
    assert_eq!(me["grants"][0]["area"], "everywhere");
    // A later start neither makes another one, nor minds that the file is gone.
    fs::remove_file(&file).expect("removed");
    assert!(matches!(keys::first(&app.registry, None, &file).await, Ok(FirstKey::NotNeeded)));
    assert!(!file.exists());
}

async fn is_given(app: TestApp) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("admin.key");
    assert!(keys::first(&app.registry, Some("too short"), &file).await.is_err());
    let secret = "a-secret-that-the-operator-has-made-up-by-hand";
    assert!(matches!(keys::first(&app.registry, Some(secret), &file).await, Ok(FirstKey::Given)));
    assert!(matches!(keys::first(&app.registry, Some(secret), &file).await, Ok(FirstKey::NotNeeded)));
    assert!(!file.exists());
    let me = app.with_key(secret).get("/me").await.is(200).body;
    assert_eq!(me["name"], "admin");
    let keys = app.with_key(secret).get("/keys").await.is(200).body;
    assert!(keys["items"][0]["prefix"].is_null(), "nothing is shown of a secret that somebody made up: {keys}");
}

async fn is_not_given_twice(app: TestApp) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("admin.key");
    let made = keys::first(&app.registry, None, &file).await.expect("made");
    assert!(matches!(made, FirstKey::Written(_)), "{made:?}");
    let secret = fs::read_to_string(&file).expect("a secret").trim().to_owned();
    let admin = app.with_key(&secret);
    let id = admin.get("/me").await.is(200).id();
    // While there is a key, nothing is read that is not needed.
    fs::write(&file, "").expect("written");
    assert!(matches!(keys::first(&app.registry, Some("short"), &file).await, Ok(FirstKey::NotNeeded)));
    // A secret that leaked and was revoked is not accepted again.
    admin.post(&format!("/keys/{id}/revoke"), json!({})).await.is(200);
    let refused = keys::first(&app.registry, None, &file).await.expect_err("an empty file").to_string();
    assert!(refused.ends_with("admin.key"), "{refused}");
    fs::write(&file, &secret).expect("written");
    let refused = keys::first(&app.registry, None, &file).await.expect_err("a used secret").to_string();
    assert!(refused.contains("admin.key: this secret was that of a key"), "{refused}");
    admin.get("/me").await.is_problem(401, "unauthenticated");
    fs::remove_file(&file).expect("removed");
    assert!(matches!(keys::first(&app.registry, None, &file).await, Ok(FirstKey::Written(_))));
}

#[test]
fn is_not_given_twice_sqlite() {
    run_closed(Backend::Sqlite, is_not_given_twice);
}

#[test]
fn is_not_given_twice_postgres() {
    run_closed(Backend::Postgres, is_not_given_twice);
}

#[test]
fn is_made_once_sqlite() {
    run_closed(Backend::Sqlite, is_made);
}

#[test]
fn is_made_once_postgres() {
    run_closed(Backend::Postgres, is_made);
}

#[test]
fn is_given_sqlite() {
    run_closed(Backend::Sqlite, is_given);
}

#[test]
fn is_given_postgres() {
    run_closed(Backend::Postgres, is_given);
}

#[test]
fn of_two_processes_that_start_at_once_one_makes_it_and_says_where_postgres() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(TestDatabase::create(Backend::Postgres));
    let folder = tempfile::tempdir().expect("a folder");
    let files = ["one.key", "two.key"].map(|name| folder.path().join(name));
    let start = |file: &Path| {
        let file = file.display().to_string();
        let arguments =
            ["serve", "--listen", "127.0.0.1:0", "--database-url", &database.url, "--admin-key-file", &file];
        Serving::start(program(&arguments).env_remove("CAMPUS_ORG_ADMIN_KEY").stderr(Stdio::null()))
    };
    let started = thread::scope(|scope| {
        let starting = files.each_ref().map(|file| scope.spawn(|| start(file)));
        starting.map(|process| process.join().expect("started"))
    });
    let made: Vec<_> = files.iter().zip(&started).filter(|(file, _)| file.exists()).collect();
    let [(file, process)] = &made[..] else { panic!("{made:?}") };
    assert!(process.greeting.iter().any(|line| line.contains(&file.display().to_string())), "{:?}", process.greeting);
    let secret = fs::read_to_string(file).expect("a secret");
    runtime.block_on(async {
        for process in &started {
            let asked = reqwest::Client::new().get(format!("{}/me", process.address)).bearer_auth(secret.trim());
            assert_eq!(asked.send().await.expect("an answer").status(), 200);
        }
        drop(started);
        database.remove().await;
    });
}
