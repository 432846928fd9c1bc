//! The headers of every answer, and those that requests may have.

use serde_json::json;

use super::UNKNOWN;
use crate::support::{TODAY, TestApp, api_test};

async fn asking_for(app: &TestApp, path: &str, revision: &str) -> crate::support::Answer {
    app.send(app.request("GET", path).header("directory-min-revision", revision)).await
}

api_test! {
    async fn every_answer_says_what_it_is_of(app: TestApp) {
        let committee = app.committee().await;
        for (method, path, status) in [
            ("GET", format!("/orgs/{committee}"), 200),
            ("GET", "/roles".to_owned(), 200),
            ("GET", "/health/live".to_owned(), 200),
            ("GET", "/metrics".to_owned(), 200),
            ("GET", "/docs".to_owned(), 200),
            ("GET", "/openapi.json".to_owned(), 200),
            ("GET", "/openapi-3.0.json".to_owned(), 200),
            ("GET", "/problems".to_owned(), 200),
            ("HEAD", "/orgs".to_owned(), 200),
            ("OPTIONS", "/orgs".to_owned(), 204),
            ("GET", format!("/orgs/{UNKNOWN}"), 404),
            ("GET", "/nowhere".to_owned(), 404),
            ("PUT", "/orgs".to_owned(), 405),
            ("GET", "/orgs?x=1".to_owned(), 400),
            ("POST", "/orgs".to_owned(), 415),
        ] {
            let answer = app.send(app.request(method, &path)).await.is(status);
            assert_eq!(answer.header("directory-revision"), "2", "{path}");
            assert_eq!(answer.header("directory-as-of"), TODAY, "{path}");
            assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert!(answer.header("vary").starts_with("Accept, Accept-Encoding"), "{path}");
            assert!(answer.headers.contains_key("cache-control"), "{path}");
        }
        assert_eq!(app.get("/orgs").await.header("cache-control"), "private, no-cache");
        assert_eq!(app.get("/orgs?as_of=2010-05-06").await.header("directory-as-of"), "2010-05-06");
        assert_eq!(app.get(&format!("/orgs/{UNKNOWN}")).await.header("vary"), "Accept, Accept-Encoding, Accept-Language");
    }

    async fn a_write_tells_its_revision(app: TestApp) {
        for (revision, name) in [("2", "甲"), ("3", "乙")] {
            assert_eq!(app.post("/people", json!({"name": name})).await.is(201).header("directory-revision"), revision);
        }
        let dry = app.post("/people?dry_run=true", json!({"name": "丙"})).await.is(200);
        // Nothing was written: the answer names the revision on which it was decided, which can be asked for.
        assert_eq!(dry.header("directory-revision"), "3");
        asking_for(&app, "/people", "3").await.is(200);
        assert_eq!(app.get("/people").await.header("directory-revision"), "3");
        assert_eq!(app.post("/people", json!({})).await.is(400).header("directory-revision"), "3");
    }

    async fn who_has_seen_a_revision_does_not_fall_behind_it(app: TestApp) {
        for revision in ["0", "1"] {
            assert_eq!(asking_for(&app, "/people", revision).await.is(200).header("directory-revision"), "1");
        }
        // The answer waits for a write that another client makes meanwhile.
        let (read, written) = tokio::join!(asking_for(&app, "/people", "2"), app.post("/people", json!({"name": "甲"})));
        written.is(201);
        let read = read.is(200);
        assert_eq!((read.header("directory-revision"), read.names()), ("2", vec!["甲".to_owned()]));
        for revision in ["-1", "x", "1.0", "9007199254740992", ""] {
            asking_for(&app, "/people", revision).await.is_problem(400, "invalid-header").at("Directory-Min-Revision");
        }
    }

    async fn a_revision_that_does_not_come_is_not_waited_for_long(app: TestApp) {
        let asked = std::time::Instant::now();
        let refused = asking_for(&app, "/people", "9").await.is_problem(503, "not-yet");
        let waited = asked.elapsed().as_secs_f32();
        assert!((1.9..4.0).contains(&waited), "{waited}");
        assert_eq!((refused.header("retry-after"), &refused.body["current_revision"]), ("1", &json!(1)));
    }

    async fn a_request_keeps_the_id_that_it_brings(app: TestApp) {
        let named = |id: &str, path: &str| app.send(app.request("GET", path).header("x-request-id", id));
        assert_eq!(named("oa-2021.04_15", "/people").await.header("x-request-id"), "oa-2021.04_15");
        let problem = named("oa-1", "/nowhere").await;
        assert_eq!((problem.header("x-request-id"), &problem.body["request_id"]), ("oa-1", &json!("oa-1")));
        for illegal in ["a b", "a/b", &"a".repeat(101)] {
            assert_eq!(named(illegal, "/people").await.is(200).header("x-request-id").len(), 36);
        }
    }

    async fn an_answer_is_json_or_not_at_all(app: TestApp) {
        let accept = |text: &'static str| app.send(app.request("GET", "/people").header("accept", text));
        for text in ["*/*", "application/json", "application/*;q=0.1", "text/html, */*;q=0.5"] {
            assert_eq!(accept(text).await.is(200).header("content-type"), "application/json");
        }
        for text in ["text/html", "application/xml", "application/json;q=0"] {
            accept(text).await.is_problem(406, "not-acceptable");
        }
    }

    async fn an_answer_is_compressed_for_those_who_can_read_it(app: TestApp) {
        for number in 0..40 {
            app.person(&format!("人{number}")).await;
        }
        let zipped = app.request("GET", "/people").header("accept-encoding", "gzip");
        let zipped = zipped.send().await.unwrap();
        assert_eq!(zipped.headers()["content-encoding"], "gzip");
        let tag = zipped.headers()["etag"].to_str().unwrap().to_owned();
        assert!(tag.ends_with("-gzip\""), "{tag}");
        assert!(!app.get("/people").await.headers.contains_key("content-encoding"));
        for coding in ["gzip", "identity"] {
            let again = app.request("GET", "/people").header("accept-encoding", coding).header("if-none-match", &tag);
            app.send(again).await.is(304);
        }
    }
}
