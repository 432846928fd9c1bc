//! The first key of a new directory.

use std::{fs, os::unix::fs::PermissionsExt};

use campus_org::keys::{self, FirstKey};
use serde_json::json;

use crate::support::{Backend, TestApp, run_closed};

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
