//! Correcting roles.

use serde_json::{Value, json};

use super::UNKNOWN;
use crate::support::api_test;

api_test! {
    async fn period_order_and_document_are_corrected_in_place(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let given = app.post("/roles", json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person},
            "valid_from": "2020-01-01", "basis": {"title": "旧通知"}})).await.is(201);
        let path = format!("/roles/{}", given.id());
        let patch = json!({"valid_from": "2019-01-01", "valid_until": "2029-01-01", "order": 9, "basis": {"title": "新通知", "number": "1号"}});
        let corrected = app.patch(&path, patch).await.is(200);
        let mut expected = given.object();
        for (field, value) in [
            ("valid_from", json!("2019-01-01")), ("valid_until", json!("2029-01-01")), ("order", json!(9)),
            ("basis", json!({"title": "新通知", "number": "1号"})), ("revision", json!(5)),
            ("updated_at", json!("2026-12-01T02:00:00.000003Z")),
        ] {
            expected[field] = value;
        }
        assert_eq!(corrected.object(), expected);
        let cleared = app.patch(&path, json!({"valid_until": null, "basis": null})).await.is(200);
        assert_eq!((cleared.body.get("valid_until"), cleared.body.get("basis")), (None, None));
        let same = app.patch(&path, json!({"valid_from": "2019-01-01", "order": 9})).await.is(200);
        assert_eq!((same.header("directory-revision"), &same.object()), ("6", &cleared.object()));
    }

    async fn what_a_role_is_never_changes(app: TestApp) {
        let committee = app.committee().await;
        let (person, other) = (app.person("甲").await, app.person("乙").await);
        let path = format!("/roles/{}", app.role(&committee, "member", &person, "2020-01-01").await);
        for (field, value) in [
            ("org_id", json!(committee)), ("post", json!("member")), ("holder", json!({"type": "person", "id": other})),
            ("acting", json!(true)), ("status", json!("ended")), ("end_basis", json!({"title": "通知"})),
        ] {
            let body = Value::Object([(field.to_owned(), value)].into_iter().collect());
            app.patch(&path, body).await.is_problem(400, "validation").at(&format!("/{field}"));
        }
    }

    async fn a_malformed_correction_is_refused_where_the_fault_lies(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let path = format!("/roles/{}", app.role(&committee, "member", &person, "2020-01-01").await);
        for (body, place) in [
            (json!({"valid_from": null}), "/valid_from"),
            (json!({"valid_from": "2020"}), "/valid_from"),
            (json!({"valid_until": 2020}), "/valid_until"),
            (json!({"order": null}), "/order"),
            (json!({"basis": {"number": "1号"}}), "/basis/title"),
            (json!([]), ""),
        ] {
            app.patch(&path, body).await.is_problem(400, "validation").at(place);
        }
        app.patch("/roles/x", json!({})).await.is_problem(400, "validation").at("id");
        app.patch(&format!("/roles/{UNKNOWN}"), json!({"order": 1})).await.is_problem(404, "not-found");
        app.get(&format!("/roles/{UNKNOWN}")).await.is_problem(404, "not-found");
        app.get("/roles/x").await.is_problem(400, "validation").at("id");
    }

    async fn a_correction_breaks_no_rule_on_any_day(app: TestApp) {
        let committee = app.committee().await;
        let (first, second) = (app.person("甲").await, app.person("乙").await);
        let role = |person: &str, from: &str, until: &str| json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": person}, "valid_from": from, "valid_until": until});
        app.post("/roles", role(&first, "2010-01-01", "2015-01-01")).await.is(201);
        let path = format!("/roles/{}", app.post("/roles", role(&second, "2015-01-01", "2020-01-01")).await.is(201).id());
        app.post("/roles", role(&first, "2025-01-01", "2030-01-01")).await.is(201);

        app.patch(&path, json!({"valid_from": "2020-01-01"})).await.is_problem(422, "empty-period");
        app.patch(&path, json!({"valid_until": "2015-01-01"})).await.is_problem(422, "empty-period");
        app.patch(&path, json!({"valid_from": "1999-12-31", "valid_until": "2000-06-01"})).await.is_problem(409, "outside-life");
        let full = app.patch(&path, json!({"valid_from": "2014-12-31"})).await.is_problem(409, "post-full");
        assert_eq!(full.body["on"], "2014-12-31");
        let full = app.patch(&path, json!({"valid_until": null})).await.is_problem(409, "post-full");
        assert_eq!(full.body["on"], "2025-01-01");
        app.patch(&path, json!({"valid_until": "2025-01-01"})).await.is(200);

        let member = |from: &str| json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": first}, "valid_from": from, "valid_until": "2021-01-01"});
        app.post("/roles", member("2020-01-01")).await.is(201);
        let later = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": first}, "valid_from": "2021-01-01"});
        let later = app.post("/roles", later).await.is(201).id();
        app.patch(&format!("/roles/{later}"), json!({"valid_from": "2020-12-31"})).await.is_problem(409, "same-holder");
    }
}
