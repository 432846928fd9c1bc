//! `dry_run=true` on every write: the same checks, and nothing is written.

use serde_json::json;

use crate::support::api_test;

api_test! {
    async fn every_write_can_be_tried_and_does_nothing(app: TestApp) {
        let committee = app.committee().await;
        let branch = app.org_under("branch", Some(&committee), "支部", "2001-01-01").await;
        let group = app.org_under("party_group", Some(&branch), "小组", "2001-01-01").await;
        let gone = app.org_under("branch", Some(&committee), "旧支部", "2001-01-01").await;
        app.post(&format!("/orgs/{gone}/dissolve"), json!({"effective_on": "2002-01-01"})).await.is(200);
        app.patch(&format!("/orgs/{branch}"), json!({"name": "新支部", "effective_on": "2010-01-01"})).await.is(200);
        let (person, other) = (app.person("甲").await, app.person("乙").await);
        let role = app.role(&committee, "member", &person, "2020-01-01").await;
        app.post("/posts", json!({"code": "clerk", "name": "干事", "kinds": []})).await.is(201);
        let before = app.registry.snapshot();

        // The number of effects, and the result.
        for (method, path, body, effects, result) in [
            ("POST", "/orgs".to_owned(), json!({"kind": "unit", "name": "大学"}), 2, Some("/name")),
            ("PATCH", format!("/orgs/{branch}"), json!({"name": "支部二", "effective_on": "2005-01-01"}), 1, Some("/name")),
            ("DELETE", format!("/orgs/{group}"), json!(null), 2, None),
            ("PATCH", format!("/orgs/{branch}/versions/2010-01-01"), json!({"name": "支部三"}), 1, Some("/name")),
            ("DELETE", format!("/orgs/{branch}/versions/2010-01-01"), json!(null), 1, None),
            ("POST", format!("/orgs/{group}/dissolve"), json!({}), 1, Some("/dissolved_on")),
            ("POST", format!("/orgs/{gone}/restore"), json!({}), 1, Some("/name")),
            ("PUT", format!("/orgs/{committee}/role-order"), json!({"ids": [role]}), 0, Some("/ids")),
            ("PUT", format!("/orgs/{committee}/child-order"), json!({"ids": [branch]}), 0, Some("/ids")),
            ("POST", "/people".to_owned(), json!({"name": "丙"}), 1, Some("/name")),
            ("PATCH", format!("/people/{person}"), json!({"name": "丙"}), 1, Some("/former_names/0")),
            ("DELETE", format!("/people/{other}"), json!(null), 1, None),
            ("POST", format!("/people/{other}/merge"), json!({"duplicate_id": person}), 4, Some("/name")),
            ("POST", "/posts".to_owned(), json!({"code": "driver", "name": "司机", "kinds": []}), 1, Some("/code")),
            ("PATCH", "/posts/clerk".to_owned(), json!({"rank": 1}), 1, Some("/rank")),
            ("DELETE", "/posts/clerk".to_owned(), json!(null), 1, None),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": other}}), 1, Some("/holder/name")),
            ("PATCH", format!("/roles/{role}"), json!({"order": 7}), 1, Some("/order")),
            ("POST", format!("/roles/{role}/end"), json!({}), 1, Some("/valid_until")),
            ("DELETE", format!("/roles/{role}"), json!(null), 1, None),
        ] {
            let mut request = app.request(method, &format!("{path}?dry_run=true"));
            if !body.is_null() {
                request = request.json(&body);
            }
            let answer = app.send(request).await.is(200);
            assert_eq!(answer.change()["dry_run"], true, "{method} {path}");
            assert!(answer.change().get("revision").is_none(), "{method} {path}");
            let told = answer.change()["effects"].as_array().unwrap();
            assert_eq!(told.len(), effects, "{method} {path}: {}", answer.text);
            if let Some(pointer) = result {
                assert!(answer.body.pointer(pointer).is_some(), "{method} {path}: {}", answer.text);
            }
            assert_eq!(answer.object() == json!({}), result.is_none(), "{method} {path}: {}", answer.text);
            assert_eq!(answer.header("directory-revision"), before.revision().to_string(), "{method} {path}");
            assert!(!answer.headers.contains_key("location"), "{method} {path}");
            // What is declared whole needs the tag of what it replaces, and a dry run gives that.
            assert_eq!(answer.headers.contains_key("etag"), method == "PUT", "{method} {path}");
            assert!(*app.registry.snapshot() == *before, "{method} {path}");
            let refused = app.request(method, &format!("{path}?dry_run=yes"));
            app.send(if body.is_null() { refused } else { refused.json(&body) }).await
                .is_problem(400, "validation").at("dry_run");
        }
        let head = app.store.head().await.unwrap();
        assert_eq!(head.revision, before.revision());
    }

    async fn effects_tell_what_was_and_would_be(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("孙国权").await;
        let role = app.role(&committee, "member", &person, "2020-01-01").await;
        let dry = app.post(&format!("/roles/{role}/end?dry_run=true"), json!({"effective_on": "2025-01-01"})).await.is(200);
        let facts = |until: Option<&str>| {
            let mut facts = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person},
                "valid_from": "2020-01-01", "order": 1});
            if let Some(until) = until {
                facts["valid_until"] = json!(until);
            }
            facts
        };
        assert_eq!(dry.change()["effects"], json!([{
            "subject": "role", "act": "changed", "types": ["role.ended"], "days": [{"from": "2025-01-01"}], "id": role, "before": facts(None), "after": facts(Some("2025-01-01")),
        }]));
        assert_eq!((&dry.body["status"], &dry.body["valid_until"]), (&json!("ended"), &json!("2025-01-01")));

        // An effect on a person has only the names of the fields.
        let dry = app.patch(&format!("/people/{person}?dry_run=true"), json!({"name": "孙大权", "phone": "1"})).await.is(200);
        assert_eq!(dry.change()["effects"], json!([{
            "subject": "person", "act": "changed", "types": ["person.changed"], "days": [{}], "id": person, "fields": ["name", "phone", "former_names"],
        }]));
        assert_eq!(dry.body["name"], "孙大权");
        let nothing = app.patch(&format!("/people/{person}?dry_run=true"), json!({})).await.is(200);
        assert_eq!(nothing.change()["effects"], json!([]));
    }

    async fn a_dry_run_is_refused_as_the_write_would_be(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        app.role(&committee, "member", &person, "2020-01-01").await;
        let again = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}});
        app.post("/roles?dry_run=true", again).await.is_problem(409, "same-holder");
        app.delete(&format!("/people/{person}?dry_run=true")).await.is_problem(409, "in-use");
        app.post("/people?dry_run=true", json!({})).await.is_problem(400, "validation").at("/name");
        app.post("/people?dry_run=false", json!({"name": "乙"})).await.is(201);
        app.get("/people?dry_run=true").await.is_problem(400, "unknown-parameter").at("dry_run");
    }

    async fn a_dry_run_waits_for_no_writer(app: TestApp) {
        let committee = app.committee().await;
        app.post(&format!("/orgs/{committee}/dissolve"), json!({"effective_on": "2020-01-01"})).await.is(200);
        // Another process holds the head of the log, so that nothing can be written.
        let held = app.store.write().await.unwrap();
        app.post("/people?dry_run=true", json!({"name": "甲"})).await.is(200);
        // What the dissolving act did is read from the log.
        let restored = app.post(&format!("/orgs/{committee}/restore?dry_run=true"), json!({})).await.is(200);
        assert_eq!((restored.body["status"].as_str(), restored.change()["dry_run"].as_bool()), (Some("current"), Some(true)));
        held.roll_back().await.unwrap();
    }
}
