//! Ending roles.

use serde_json::json;

use super::UNKNOWN;
use crate::support::{TODAY, api_test};

api_test! {
    async fn a_role_ends_with_its_document(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let given = app.post("/roles", json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": person},
            "valid_from": "2020-01-01", "basis": {"title": "任职通知"}})).await.is(201);
        let path = format!("/roles/{}", given.id());
        let end = json!({"effective_on": "2023-07-01", "basis": {"title": "免职通知", "number": "21号"}});
        let ended = app.post(&format!("{path}/end"), end).await.is(200);
        let mut expected = given.object();
        for (field, value) in [
            ("valid_until", json!("2023-07-01")), ("end_basis", json!({"title": "免职通知", "number": "21号"})),
            ("status", json!("ended")), ("revision", json!(5)), ("updated_at", json!("2026-12-01T02:00:00.000003Z")),
        ] {
            expected[field] = value;
        }
        assert_eq!(ended.object(), expected);
        assert_eq!(app.get(&path).await.body, expected);
        assert_eq!(app.get("/roles?as_of=2023-06-30").await.all("/id"), [json!(given.id())]);
        assert_eq!(app.get("/roles?as_of=2023-07-01").await.body, json!({"items": []}));
        // A reopened role has no trace of its end.
        let open = app.patch(&path, json!({"valid_until": null})).await.is(200);
        assert_eq!((open.body.get("end_basis"), &open.body["basis"]), (None, &json!({"title": "任职通知"})));
    }

    async fn a_role_ends_today_unless_said(app: TestApp) {
        let committee = app.committee().await;
        for (name, body) in [("甲", None), ("乙", Some(json!({})))] {
            let person = app.person(name).await;
            let role = app.role(&committee, "member", &person, "2020-01-01").await;
            let path = format!("/roles/{role}/end");
            let ended = match body {
                Some(body) => app.post(&path, body).await,
                None => app.send(app.request("POST", &path)).await,
            };
            assert_eq!(ended.is(200).body["valid_until"], TODAY);
        }
    }

    async fn a_role_ends_once_and_after_it_began(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let role = app.role(&committee, "member", &person, "2020-01-01").await;
        let end = format!("/roles/{role}/end");
        for day in ["2020-01-01", "2019-01-01"] {
            let refused = app.post(&end, json!({"effective_on": day})).await.is_problem(409, "ends-before-start");
            assert_eq!((&refused.body["role_id"], &refused.body["on"]), (&json!(role), &json!("2020-01-01")));
        }
        app.post(&end, json!({"effective_on": "2020-01-02"})).await.is(200);
        for day in ["2020-01-02", "2021-01-01"] {
            let refused = app.post(&end, json!({"effective_on": day})).await.is_problem(409, "already-ended");
            assert_eq!((&refused.body["role_id"], &refused.body["on"]), (&json!(role), &json!("2020-01-02")));
        }
        app.send(app.request("POST", &end)).await.is_problem(409, "already-ended");
    }

    async fn a_role_that_ends_later_may_end_sooner(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let role = app.post("/roles", json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person},
            "valid_from": "2020-01-01", "valid_until": "2030-01-01"})).await.is(201).id();
        let end = format!("/roles/{role}/end");
        assert_eq!(app.post(&end, json!({"effective_on": "2028-01-01"})).await.is(200).body["status"], "current");
        app.post(&end, json!({"effective_on": "2029-01-01"})).await.is_problem(409, "already-ended");
    }

    async fn a_malformed_end_is_refused_where_the_fault_lies(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let end = format!("/roles/{}/end", app.role(&committee, "member", &person, "2020-01-01").await);
        for (body, place) in [
            (json!({"effective_on": null}), "/effective_on"),
            (json!({"effective_on": "tomorrow"}), "/effective_on"),
            (json!({"valid_until": "2021-01-01"}), "/valid_until"),
            (json!({"basis": "通知"}), "/basis"),
        ] {
            app.post(&end, body).await.is_problem(400, "validation").at(place);
        }
        app.post("/roles/x/end", json!({})).await.is_problem(400, "validation").at("id");
        app.post(&format!("/roles/{UNKNOWN}/end"), json!({})).await.is_problem(404, "not-found");
    }
}
