//! Which log it is: epochs, positions of other logs, a database that is not whole.

use std::time::Duration;

use campus_org::{
    clock::SystemClock,
    domain::{Epoch, OrgId, OrgVersion, Position},
    registry,
    verify::verify,
};
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use super::{all, head};
use crate::support::{
    Backend, TestApp, TestDatabase, api_test,
    load::entries,
    process::{Serving, client},
};

/// Waits until the service has noticed what others have done.
async fn caught_up(app: &TestApp, noticed: impl Fn(&TestApp) -> bool) {
    let waiting = async {
        while !noticed(app) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it is noticed");
}

api_test! {
    async fn a_new_epoch_tells_everybody_to_start_again(app: TestApp) {
        let org = app.committee().await;
        let seen = app.get(&format!("/orgs/{org}")).await.is(200);
        let (after, tag) = (head(&app).await, seen.header("etag").to_owned());
        let old = seen.header("directory-epoch").to_owned();
        let new = registry::begin_epoch(&app.store, &app.clock).await.unwrap();
        caught_up(&app, |app| app.registry.snapshot().chain().epoch == new).await;

        let now = app.get(&format!("/orgs/{org}")).await.is(200);
        assert_eq!(now.header("directory-epoch"), new.to_string());
        assert_ne!(now.header("etag"), tag);
        let refused = app.get(&format!("/changes?after={after}")).await.is_problem(410, "start-again");
        assert_eq!(refused.body["location"], "/snapshot");
        app.get(&format!("/changes?after=1&epoch={old}")).await.is_problem(410, "start-again");
        app.get(&format!("/changes?after=1&epoch={new}")).await.is(200);
        let stale = app.request("PATCH", &format!("/orgs/{org}")).header("if-match", tag).json(&json!({"name": "甲"}));
        app.send(stale).await.is_problem(412, "precondition-failed");
        let (acts, _) = all(&app, "", "").await;
        assert_eq!(acts.len(), 2);
    }

    async fn a_position_of_another_log_leads_nowhere(app: TestApp) {
        app.committee().await;
        let newest = app.registry.snapshot().position();
        app.get(&format!("/changes?after={newest}")).await.is(200);
        for other in [
            Position { revision: newest.revision + 1, ..newest },
            Position { revision: newest.revision - 1, ..newest },
            Position { digest: [7; 8], ..newest },
            Position { epoch: Epoch::of(7), ..newest },
            Position { sight: 7, ..newest },
        ] {
            app.get(&format!("/changes?after={other}")).await.is_problem(410, "start-again");
        }
        app.get(&format!("/changes?after={newest}&epoch={}", newest.epoch)).await.is_problem(422, "contradictory").at("epoch");
    }

    async fn a_database_that_is_not_whole_is_not_served(app: TestApp) {
        let org = app.committee().await;
        let person = app.person("甲").await;
        let session = Database::connect(&app.database_url).await.unwrap();
        // As in the middle of a restoration: the head is there, and rows are missing.
        session.execute_unprepared("CREATE TABLE kept AS SELECT * FROM person").await.unwrap();
        session.execute_unprepared("DELETE FROM person").await.unwrap();
        let new = registry::begin_epoch(&app.store, &app.clock).await.unwrap();
        caught_up(&app, |app| app.registry.is_whole().is_err()).await;
        app.get(&format!("/orgs/{org}")).await.is_problem(503, "unavailable");
        app.post("/people", json!({"name": "乙"})).await.is_problem(503, "unavailable");
        app.get("/health/ready").await.is_problem(503, "not-ready");
        app.get("/health/live").await.is(200);
        session.execute_unprepared("INSERT INTO person SELECT * FROM kept").await.unwrap();
        session.execute_unprepared("DROP TABLE kept").await.unwrap();
        session.close().await.unwrap();
        caught_up(&app, |app| app.registry.is_whole().is_ok()).await;
        assert_eq!(app.registry.snapshot().chain().epoch, new);
        app.get(&format!("/people/{person}")).await.is(200);
        app.post("/people", json!({"name": "乙"})).await.is(201);
    }
}

#[test]
fn what_has_no_memory_gets_it_by_an_entry_of_the_log() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let database = TestDatabase::create(backend).await;
            let store = database.store().await;
            let serving = Serving::on(&database.url);
            let send = |method: &str, path: &str, body: serde_json::Value| {
                let request = client().request(method.parse().unwrap(), format!("{}{path}", serving.address));
                async move { request.json(&body).send().await.unwrap().json::<serde_json::Value>().await.unwrap() }
            };
            let body = json!({"kind": "committee", "name": "旧名", "valid_from": "2000-01-01"});
            let org: OrgId = send("POST", "/orgs", body).await["id"].as_str().unwrap().parse().unwrap();
            send("PATCH", &format!("/orgs/{org}"), json!({"name": "新名", "effective_on": "2010-01-01"})).await;
            drop(serving);
            // As an older program has left it.
            let session = Database::connect(&database.url).await.unwrap();
            for harm in [
                "UPDATE org_version SET acts = '[]'",
                "UPDATE head SET directory_id = NULL",
                "UPDATE entry SET digest = NULL",
            ] {
                session.execute_unprepared(harm).await.unwrap();
            }
            session.close().await.unwrap();

            registry::found(&store, &SystemClock).await.unwrap();
            let log = entries(&store).await;
            let last = log.last().unwrap();
            assert_eq!((last.kind.as_str(), last.effects.len()), ("directory.remembered", 2));
            let directory = registry::load(&store, chrono_tz::Asia::Shanghai).await.unwrap();
            let versions = &directory.org(org).unwrap().versions;
            assert!(versions.iter().all(OrgVersion::is_remembered));
            assert_eq!(versions[1].set().names().collect::<Vec<_>>(), ["name"]);
            assert_eq!(verify(&store).await.unwrap().faults, []);
            registry::found(&store, &SystemClock).await.unwrap();
            assert_eq!(entries(&store).await.len(), log.len(), "it is done once");
            store.close().await.unwrap();
            database.remove().await;
        }
    });
}
