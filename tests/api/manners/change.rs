//! `change`: what every write tells of what it has changed.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, api_test};

async fn minimal(app: &TestApp, method: &str, path: &str, body: &Value) -> Answer {
    let request = app.request(method, path).header("prefer", "return=minimal");
    app.send(if body.is_null() { request } else { request.json(body) }).await
}

/// What a write changes, without what only the real one has.
fn told(answer: &Answer) -> Value {
    let mut change = answer.change().clone();
    for member in ["dry_run", "revision"] {
        change.as_object_mut().unwrap().remove(member);
    }
    change
}

api_test! {
    async fn every_write_tells_what_its_dry_run_told(app: TestApp) {
        let committee = app.committee().await;
        let branch = app.org_under("branch", Some(&committee), "支部", "2001-01-01").await;
        let (person, other) = (app.person("甲").await, app.person("乙").await);
        let role = app.role(&committee, "member", &person, "2020-01-01").await;
        app.role(&committee, "member", &other, "2020-01-01").await;
        let end = json!({"effective_on": "2026-01-01"});
        for (method, path, body) in [
            ("PATCH", format!("/orgs/{branch}"), json!({"name": "支部二", "effective_on": "2005-01-01"})),
            ("PATCH", format!("/orgs/{branch}/versions/2005-01-01"), json!({"name": "支部三"})),
            ("DELETE", format!("/orgs/{branch}/versions/2005-01-01"), Value::Null),
            ("POST", format!("/orgs/{branch}/dissolve"), end.clone()),
            ("POST", format!("/orgs/{branch}/restore"), json!({})),
            ("PATCH", format!("/people/{person}"), json!({"phone": "1"})),
            ("PATCH", format!("/roles/{role}"), json!({"order": 7})),
            ("POST", format!("/roles/{role}/end"), end),
            ("DELETE", format!("/roles/{role}"), Value::Null),
            ("DELETE", format!("/orgs/{branch}"), Value::Null),
            ("DELETE", format!("/people/{person}"), Value::Null),
        ] {
            let send = async |path: &str| {
                let request = app.request(method, path);
                app.send(if body.is_null() { request } else { request.json(&body) }).await.is(200)
            };
            let tried = send(&format!("{path}?dry_run=true")).await;
            let done = send(&path).await;
            assert_eq!(told(&done), told(&tried), "{method} {path}");
            assert_eq!(done.change()["revision"].to_string(), done.header("directory-revision"), "{method} {path}");
            assert_eq!((&done.change()["dry_run"], &tried.change()["dry_run"]), (&json!(false), &json!(true)));
            assert!(!done.change()["summary"].as_array().unwrap().is_empty(), "{method} {path}");
        }
    }

    async fn what_changes_nothing_has_no_revision(app: TestApp) {
        let person = app.post("/people", json!({"name": "甲"})).await.is(201);
        assert_eq!(person.change()["revision"], 2);
        let again = app.patch(&format!("/people/{}", person.id()), json!({"name": "甲"})).await.is(200);
        assert_eq!(again.change(), &json!({"dry_run": false, "summary": [], "effects": [], "notices": []}));
        assert_eq!(again.object(), person.object());
    }

    async fn the_tag_of_a_write_is_that_of_the_object(app: TestApp) {
        let made = app.post("/orgs", json!({"kind": "unit", "name": "大学", "valid_from": "2000-01-01"})).await.is(201);
        let path = format!("/orgs/{}", made.id());
        let changed = app.patch(&path, json!({"name": "学院", "effective_on": "2010-01-01"})).await.is(200);
        let minimal = minimal(&app, "PATCH", &path, &json!({"name": "学院", "effective_on": "2010-01-01"})).await.is(200);
        for answer in [changed, minimal] {
            let shown = app.get(&format!("{path}?as_of={}", answer.header("directory-as-of"))).await.is(200);
            assert_eq!((answer.object(), answer.header("etag")), (shown.body.clone(), shown.header("etag")));
            assert_eq!(shown.object(), shown.body, "a read has no change");
        }
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let group = json!({"parent_id": committee, "name": "小组", "valid_from": "2021-03-05", "leaders": [{"holder": {"type": "person", "id": person}}]});
        let role = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}, "valid_from": "2020-01-01"});
        for (path, body) in [("/leading-groups", group), ("/roles", role)] {
            let made = app.post(path, body).await.is(201);
            let shown = app.get(&format!("{}?as_of={}", made.header("location"), made.header("directory-as-of"))).await.is(200);
            assert_eq!((made.object(), made.header("etag")), (shown.body.clone(), shown.header("etag")));
        }
    }

    async fn what_changed_is_left_out_where_the_caller_prefers(app: TestApp) {
        let made = minimal(&app, "POST", "/people", &json!({"name": "甲"})).await.is(201);
        assert_eq!((made.object(), made.header("preference-applied")), (made.body.clone(), "return=minimal"));
        let path = format!("/people/{}", made.id());
        // What would happen is what a dry run is asked for.
        let tried = minimal(&app, "DELETE", &format!("{path}?dry_run=true"), &Value::Null).await.is(200);
        assert_eq!(tried.change()["dry_run"], true);
        assert!(!tried.headers.contains_key("preference-applied"));
        let gone = minimal(&app, "DELETE", &path, &Value::Null).await.is(204);
        assert_eq!((gone.text.as_str(), gone.header("preference-applied")), ("", "return=minimal"));
        assert_eq!(gone.header("directory-revision"), "3");
        // Other preferences change nothing, and refuse nobody.
        for other in ["return=representation", "respond-async, wait=10", ";", "é"] {
            let made = app.send(app.request("POST", "/people").header("prefer", other).json(&json!({"name": "乙"}))).await.is(201);
            assert_eq!(made.change()["dry_run"], false);
            assert!(!made.headers.contains_key("preference-applied"));
        }
        let long = app.request("POST", "/people").header("prefer", "x".repeat(1001)).json(&json!({"name": "乙"}));
        app.send(long).await.is_problem(400, "invalid-header").at("Prefer");
    }

    async fn a_summary_is_in_the_caller_s_language(app: TestApp) {
        let chinese = app.request("POST", "/people").header("accept-language", "zh").json(&json!({"name": "甲"}));
        let made = app.send(chinese).await.is(201);
        assert_eq!((&made.change()["summary"], made.header("vary")), (&json!(["录入甲。"]), "Accept, Accept-Encoding, Accept-Language"));
        assert_eq!(app.post("/people", json!({"name": "乙"})).await.is(201).change()["summary"], json!(["乙 is entered."]));
    }

    async fn a_large_change_is_cut(app: TestApp) {
        let committee = uuid::Uuid::from_u128(1);
        let org = |id: uuid::Uuid, kind: &str, name: &str, parent: Option<uuid::Uuid>| {
            let mut version = json!({"valid_from": "2000-01-01", "name": name, "kind": kind, "order": 1});
            if let Some(parent) = parent {
                version["parent_id"] = json!(parent);
            }
            json!({"org": {"id": id, "versions": [version]}}).to_string()
        };
        let branches = (2..1202).map(|id| org(uuid::Uuid::from_u128(id), "branch", &format!("支部{id}"), Some(committee)));
        let lines: Vec<String> = std::iter::once(org(committee, "committee", "党委", None)).chain(branches).collect();
        app.load(&lines.join("\n")).await;
        let end = json!({"effective_on": "2020-01-01", "cascade": true});
        for path in [format!("/orgs/{committee}/dissolve?dry_run=true"), format!("/orgs/{committee}/dissolve")] {
            let done = app.post(&path, end.clone()).await.is(200);
            for (list, total) in [("effects", "effects_total"), ("summary", "summary_total")] {
                assert_eq!(done.change()[list].as_array().unwrap().len(), 1000, "{list}");
                assert_eq!(done.change()[total], 1201, "{total}");
            }
        }
        let restored = app.post(&format!("/orgs/{committee}/restore"), json!({})).await.is(200);
        assert_eq!(restored.change()["effects_total"], 1201);
        let one = app.delete(&format!("/orgs/{}", uuid::Uuid::from_u128(2))).await.is(200);
        assert!(one.change().get("effects_total").is_none() && one.change().get("summary_total").is_none());
    }
}
