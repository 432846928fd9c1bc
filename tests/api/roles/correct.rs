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

    async fn each_document_is_corrected_alone(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let (given, wrong, right) = (json!({"title": "任职通知", "number": "1"}), json!({"title": "免职", "number": "错"}), json!({"title": "免职", "number": "对"}));
        let role = app.post("/roles", json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": person},
            "valid_from": "2010-01-01", "basis": given})).await.is(201).id();
        let path = format!("/roles/{role}");
        app.patch(&path, json!({"end_basis": right})).await.is_problem(422, "no-end").at("/end_basis");
        app.post(&format!("{path}/end"), json!({"effective_on": "2020-01-01", "basis": wrong})).await.is(200);
        let documents = |answer: crate::support::Answer| {
            let body = answer.is(200).body;
            [&body["valid_until"], &body["basis"], &body["end_basis"]].map(Value::clone)
        };
        let corrected = app.patch(&path, json!({"end_basis": right})).await;
        assert_eq!(documents(corrected), [json!("2020-01-01"), given.clone(), right.clone()]);
        // The day alone: the document of the end stays.
        let moved = app.patch(&path, json!({"valid_until": "2020-02-01"})).await;
        assert_eq!(documents(moved), [json!("2020-02-01"), given.clone(), right.clone()]);
        let appointed = json!({"title": "任职通知", "number": "2"});
        let beginning = app.patch(&path, json!({"basis": appointed})).await;
        assert_eq!(documents(beginning), [json!("2020-02-01"), appointed.clone(), right.clone()]);
        // A prolongation names its own document, and leaves the appointing one.
        let prolonging = json!({"title": "延期", "number": "3"});
        let longer = app.patch(&path, json!({"valid_until": "2030-01-01", "end_basis": prolonging})).await;
        assert_eq!(documents(longer), [json!("2030-01-01"), appointed.clone(), prolonging]);
        app.patch(&path, json!({"valid_until": null, "end_basis": right})).await.is_problem(422, "no-end");
        let none = app.patch(&path, json!({"end_basis": null})).await;
        assert_eq!(documents(none), [json!("2030-01-01"), appointed.clone(), json!(null)]);
        app.patch(&path, json!({"end_basis": right})).await.is(200);
        let open = app.patch(&path, json!({"valid_until": null})).await;
        assert_eq!(documents(open), [json!(null), appointed, json!(null)]);
        assert_eq!(app.get("/roles?basis_number=对&status=all").await.is(200).body["items"], json!([]));
    }

    async fn a_new_role_with_an_end_may_name_its_document(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let mut role = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person},
            "valid_from": "2020-01-01", "end_basis": {"title": "免职通知"}});
        app.post("/roles", role.clone()).await.is_problem(422, "no-end").at("/end_basis");
        role["valid_until"] = json!("2021-01-01");
        assert_eq!(app.post("/roles", role).await.is(201).body["end_basis"], json!({"title": "免职通知"}));
    }

    async fn what_a_role_is_never_changes(app: TestApp) {
        let committee = app.committee().await;
        let (person, other) = (app.person("甲").await, app.person("乙").await);
        let path = format!("/roles/{}", app.role(&committee, "member", &person, "2020-01-01").await);
        for (field, value) in [
            ("org_id", json!(committee)), ("post", json!("member")), ("holder", json!({"type": "person", "id": other})),
            ("acting", json!(true)), ("status", json!("ended")),
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
