//! `Idempotency-Key`: a repeated request is carried out once.

use serde_json::{Value, json};

use super::in_another_process;
use crate::support::{Answer, TestApp, api_test};

async fn post_as(app: &TestApp, key: &str, path: &str, body: Value) -> Answer {
    app.send(app.request("POST", path).header("idempotency-key", key).json(&body)).await
}

#[track_caller]
fn same(first: &Answer, second: &Answer) {
    assert_eq!(second.status, first.status, "{}", second.text);
    assert_eq!(second.object(), first.object());
    // What it did then is told again, from the log, and marked.
    let (then, now) = (first.change(), second.change());
    assert_eq!((&now["replayed"], &now["dry_run"]), (&json!(true), &json!(false)), "{}", second.text);
    assert_eq!((&now["revision"], &now["effects"]), (&then["revision"], &then["effects"]), "{}", second.text);
    let deletes = then["effects"].as_array().unwrap().iter().any(|effect| effect["act"] == "deleted");
    assert!(deletes || now["summary"] == then["summary"], "{}\n{}", first.text, second.text);
    assert!(now.get("notices").is_none() && then.get("replayed").is_none(), "{}", second.text);
    for header in ["location", "etag"] {
        assert_eq!(second.headers.get(header), first.headers.get(header), "{header}");
    }
}

api_test! {
    async fn a_repeat_gets_the_same_answer_and_makes_nothing_new(app: TestApp) {
        let body = json!({"name": "甲", "staff_no": "A1"});
        let first = post_as(&app, "k1", "/people", body.clone()).await.is(201);
        app.person("乙").await;
        let second = post_as(&app, "k1", "/people", body.clone()).await;
        same(&first, &second);
        assert_eq!(second.header("directory-revision"), "3");
        assert_eq!(app.get("/people?count=true").await.body["total"], 2);
        // Without the key, or with another one, it is a new request.
        app.post("/people", body.clone()).await.is_problem(409, "staff-no-taken");
        post_as(&app, "k2", "/people", body).await.is_problem(409, "staff-no-taken");
    }

    async fn a_key_is_the_caller_s_own(app: TestApp) {
        let body = json!({"name": "甲"});
        let all = json!([{"scopes": ["people:read", "people:write"], "area": "everywhere"}]);
        let mut made = Vec::new();
        for _ in 0..2 {
            let caller = app.caller(all.clone()).await;
            made.push(post_as(&caller, "k", "/people", body.clone()).await.is(201).id());
        }
        assert_ne!(made[0], made[1]);
    }

    async fn every_post_has_it(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let duplicate = app.person("甲").await;
        let org = json!({"kind": "department", "name": "宣传部", "parent_id": committee, "valid_from": "2027-01-01"});
        let first = post_as(&app, "k", "/orgs", org.clone()).await.is(201);
        same(&first, &post_as(&app, "k", "/orgs", org).await);
        let department = first.id();
        let role = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}, "valid_from": "2020-01-01"});
        let first = post_as(&app, "k", "/roles", role.clone()).await.is(201);
        same(&first, &post_as(&app, "k", "/roles", role).await);
        let role = first.id();
        let key = app.key(json!([])).await.1;
        for (path, body, status) in [
            ("/posts".to_owned(), json!({"code": "clerk", "name": "干事", "kinds": []}), 201),
            (format!("/roles/{role}/end"), json!({}), 200),
            (format!("/people/{person}/merge"), json!({"duplicate_id": duplicate}), 200),
            (format!("/orgs/{department}/dissolve"), json!({"effective_on": "2028-01-01"}), 200),
            (format!("/orgs/{department}/restore"), json!({}), 200),
            (format!("/people/{person}/erase"), json!({}), 200),
            (format!("/keys/{key}/revoke"), json!({}), 200),
        ] {
            let first = post_as(&app, "k", &path, body.clone()).await.is(status);
            let revision = app.registry.snapshot().revision();
            same(&first, &post_as(&app, "k", &path, body).await);
            assert_eq!(app.registry.snapshot().revision(), revision, "{path}");
        }
    }

    async fn a_key_stands_for_one_request(app: TestApp) {
        post_as(&app, "k1", "/people", json!({"name": "甲"})).await.is(201);
        post_as(&app, "k1", "/people", json!({"name": "乙"})).await.is_problem(422, "idempotency-key-reused");
        // On another path the same key is another key.
        post_as(&app, "k1", "/posts", json!({"code": "clerk", "name": "干事", "kinds": []})).await.is(201);
        assert_eq!(app.get("/people").await.names(), ["甲"]);
    }

    async fn a_refused_request_may_be_mended_under_its_key(app: TestApp) {
        post_as(&app, "k1", "/people", json!({"name": ""})).await.is_problem(400, "validation");
        app.post("/people", json!({"name": "甲", "staff_no": "A1"})).await.is(201);
        post_as(&app, "k1", "/people", json!({"name": "乙", "staff_no": "A1"})).await.is_problem(409, "staff-no-taken");
        post_as(&app, "k1", "/people", json!({"name": "乙", "staff_no": "A2"})).await.is(201);
    }

    async fn what_was_made_and_deleted_is_not_made_again(app: TestApp) {
        let committee = app.committee().await;
        let (kept, person) = (app.person("甲").await, app.person("乙").await);
        let posts = json!({"code": "clerk", "name": "干事", "kinds": []});
        let role = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": kept}});
        for (path, body) in [
            ("/people", json!({"name": "丙"})),
            ("/orgs", json!({"kind": "unit", "name": "大学"})),
            ("/posts", posts),
            ("/roles", role),
        ] {
            let made = post_as(&app, "k", path, body.clone()).await.is(201);
            app.delete(made.header("location")).await.is(200);
            let revision = app.registry.snapshot().revision();
            let refused = post_as(&app, "k", path, body.clone()).await.is_problem(409, "result-gone");
            assert!(refused.body["detail"].as_str().unwrap().contains("has been deleted since"), "{}", refused.text);
            assert_eq!(app.registry.snapshot().revision(), revision, "{path}");
            post_as(&app, "another", path, body).await.is(201);
        }
        // A person who was merged into another is gone too.
        let made = post_as(&app, "merged", "/people", json!({"name": "丁"})).await.is(201).id();
        app.post(&format!("/people/{kept}/merge"), json!({"duplicate_id": made})).await.is(200);
        post_as(&app, "merged", "/people", json!({"name": "丁"})).await.is_problem(409, "result-gone");
        // A missing target is 404, whatever was done with the key before.
        let duplicate = app.person("戊").await;
        let merge = (format!("/people/{person}/merge"), json!({"duplicate_id": duplicate}));
        post_as(&app, "k", &merge.0, merge.1.clone()).await.is(200);
        app.delete(&format!("/people/{person}")).await.is(200);
        post_as(&app, "k", &merge.0, merge.1).await.is_problem(404, "not-found");
        let unit = app.org_under("unit", None, "学院", "2000-01-01").await;
        let dissolve = format!("/orgs/{unit}/dissolve");
        post_as(&app, "k", &dissolve, json!({})).await.is(200);
        app.delete(&format!("/orgs/{unit}")).await.is(200);
        post_as(&app, "k", &dissolve, json!({})).await.is_problem(404, "not-found");
    }

    async fn a_key_is_kept_for_a_day(app: TestApp) {
        let body = json!({"name": "甲"});
        let first = post_as(&app, "k1", "/people", body.clone()).await.is(201);
        app.clock.set("2026-12-02T01:59:59Z".parse().unwrap());
        same(&first, &post_as(&app, "k1", "/people", body.clone()).await);
        app.clock.set("2026-12-02T02:00:00Z".parse().unwrap());
        let again = post_as(&app, "k1", "/people", body.clone()).await.is(201);
        assert_ne!(again.id(), first.id());
        same(&again, &post_as(&app, "k1", "/people", body).await);
    }

    async fn a_dry_run_uses_no_key(app: TestApp) {
        let body = json!({"name": "甲"});
        for _ in 0..2 {
            let dry = post_as(&app, "k1", "/people?dry_run=true", body.clone()).await.is(200);
            assert_eq!(dry.change()["dry_run"], true);
        }
        let first = post_as(&app, "k1", "/people", body.clone()).await.is(201);
        assert_eq!(post_as(&app, "k1", "/people?dry_run=true", json!({"name": "乙"})).await.is(200).change()["dry_run"], true);
        same(&first, &post_as(&app, "k1", "/people", body).await);
    }

    async fn a_key_survives_a_restart(app: TestApp) {
        let body = json!({"name": "甲"});
        let first = post_as(&app, "k1", "/people", body.clone()).await.is(201);
        in_another_process(&app, async |other| {
            same(&first, &post_as(&other, "k1", "/people", body).await);
            post_as(&other, "k1", "/people", json!({"name": "乙"})).await.is_problem(422, "idempotency-key-reused");
        }).await;
    }

    async fn a_repeat_waits_for_nobody(app: TestApp) {
        // While another process locks the head, one of two equal requests waits and the other is refused.
        let held = app.store.write().await.unwrap();
        let body = json!({"name": "甲"});
        let mut first = Box::pin(post_as(&app, "k1", "/people", body.clone()));
        let mut second = Box::pin(post_as(&app, "k1", "/people", body));
        let (told, waiting) = tokio::select! {
            told = &mut first => (told, second),
            told = &mut second => (told, first),
        };
        assert_eq!(told.is_problem(409, "idempotency-key-in-flight").header("retry-after"), "1");
        held.roll_back().await.unwrap();
        waiting.await.is(201);
        assert_eq!(app.get("/people").await.names(), ["甲"]);
    }

    async fn a_malformed_key_is_refused(app: TestApp) {
        for key in ["a b", "", &"k".repeat(201)] {
            post_as(&app, key, "/people", json!({"name": "甲"})).await.is_problem(400, "invalid-header").at("Idempotency-Key");
        }
        post_as(&app, &"k".repeat(200), "/people", json!({"name": "甲"})).await.is(201);
    }
}
