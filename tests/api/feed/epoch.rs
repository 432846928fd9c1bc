//! Which log it is: epochs, positions of other logs, a database that is not whole.

use std::time::Duration;

use campus_org::{
    domain::{Epoch, Position},
    registry,
};
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use super::{all, head};
use crate::support::{TestApp, api_test};

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
        app.get(&format!("/changes?after={newest}&epoch={}", newest.epoch)).await.is_problem(400, "validation");
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
