//! Establishing an org.

use serde_json::{Value, json};

use super::{NOBODY, revision};
use crate::support::{TODAY, api_test};

/// `base` with the members of `change` replacing its own.
fn with(base: &Value, change: &Value) -> Value {
    let mut body = base.clone();
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

api_test! {
    async fn a_new_org_is_answered_whole_and_found_under_its_location(app: TestApp) {
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let committee = app.committee().await;
        let made = app.post("/orgs", json!({
            "kind": "branch", "name": "信息学院教工党支部", "parent_id": committee,
            "valid_from": "2020-09-01", "valid_until": "2030-09-01", "short_name": "信息教工", "name_en": "Staff Branch",
            "code": "631001", "order": 7, "branch_type": "staff", "joint": true, "temporary": true, "unit_ids": [unit],
            "duties": "第一行\n第二行", "external_ids": [{"scheme": "oa", "value": "77"}],
            "member_counts": {"full": 9, "probationary": 1, "counted_on": "2026-06-30"},
            "basis": {"title": "关于成立党支部的通知", "number": "校党发〔2020〕9号", "date": "2020-08-30"},
        })).await.is(201);
        let id = made.id();
        assert_eq!(made.header("location"), format!("/orgs/{id}"));
        assert_eq!(made.header("directory-revision"), revision(&app).to_string());
        assert_eq!(made.object(), json!({
            "id": id, "kind": "branch", "tier": 3, "directly_subordinate": true, "status": "current",
            "name": "信息学院教工党支部", "short_name": "信息教工", "name_en": "Staff Branch", "parent_id": committee,
            "code": "631001", "order": 7, "branch_type": "staff", "joint": true, "temporary": true, "unit_ids": [unit],
            "duties": "第一行\n第二行", "external_ids": [{"scheme": "oa", "value": "77"}],
            "member_counts": {"full": 9, "probationary": 1, "counted_on": "2026-06-30"},
            "valid_from": "2020-09-01", "valid_until": "2030-09-01",
            "basis": {"title": "关于成立党支部的通知", "number": "校党发〔2020〕9号", "date": "2020-08-30"},
            "established_on": "2020-09-01", "dissolved_on": "2030-09-01",
            "revision": revision(&app), "updated_at": made.body["updated_at"],
        }));
        let found = app.get(made.header("location")).await.is(200);
        assert_eq!(found.body, made.object());
        assert_eq!(found.header("etag"), made.header("etag"));
    }

    async fn kind_and_name_are_enough(app: TestApp) {
        let first = app.post("/orgs", json!({"kind": "committee", "name": "学校党委"})).await.is(201);
        assert_eq!(first.object(), json!({
            "id": first.id(), "kind": "committee", "tier": 1, "status": "current", "name": "学校党委", "order": 1,
            "valid_from": TODAY, "established_on": TODAY, "revision": revision(&app), "updated_at": first.body["updated_at"],
        }));
        let second = app.post("/orgs", json!({"kind": "unit", "name": "学校"})).await.is(201);
        assert_eq!(second.body["order"], 2, "after its siblings, those at the top");
        let child = app.post("/orgs", json!({"kind": "department", "name": "宣传部", "parent_id": first.id()})).await;
        assert_eq!(child.is(201).body["order"], 1);
    }

    async fn an_org_established_later_is_planned_and_stands_after_those_that_live_then(app: TestApp) {
        let committee = app.committee().await;
        let body = json!({"kind": "department", "name": "宣传部", "parent_id": committee, "order": 9, "valid_until": "2027-06-01"});
        app.org(body).await;
        let during = json!({"kind": "department", "name": "组织部", "parent_id": committee, "valid_from": "2027-05-31"});
        let during = app.post("/orgs", during).await.is(201);
        assert_eq!((&during.body["status"], &during.body["order"]), (&json!("planned"), &json!(10)));
        let after = json!({"kind": "department", "name": "统战部", "parent_id": committee, "valid_from": "2030-01-01", "valid_until": "2030-01-02"});
        assert_eq!(app.post("/orgs", after).await.is(201).body["order"], 11);
    }

    async fn an_org_stands_last_whatever_became_of_the_one_that_stood_there(app: TestApp) {
        let committee = app.committee().await;
        let elsewhere = app.org_under("committee", None, "医学院党委", "2000-01-01").await;
        let established = async |from: &str, order: Option<i32>| {
            let mut body = json!({"kind": "department", "name": "宣传部", "parent_id": committee, "valid_from": from});
            order.into_iter().for_each(|order| body["order"] = json!(order));
            let made = app.post("/orgs", body).await.is(201);
            (made.id(), made.body["order"].as_i64().unwrap())
        };
        let (ninth, _) = established("2001-01-01", Some(9)).await;
        let (next, order) = established("2002-01-01", None).await;
        assert_eq!(order, 10);
        app.patch(&format!("/orgs/{next}"), json!({"order": 3, "effective_on": TODAY})).await.is(200);
        let (moved, order) = established(TODAY, None).await;
        assert_eq!(order, 10, "the tenth has another place from that day on");
        app.patch(&format!("/orgs/{moved}"), json!({"parent_id": elsewhere, "effective_on": TODAY})).await.is(200);
        let (mistake, order) = established(TODAY, None).await;
        assert_eq!(order, 10, "the tenth stands elsewhere");
        app.delete(&format!("/orgs/{mistake}")).await.is(200);
        let (last, order) = established("2003-01-01", None).await;
        assert_eq!(order, 11, "in its time the second was the tenth");
        app.post(&format!("/orgs/{last}/dissolve"), json!({"effective_on": TODAY})).await.is(200);
        assert_eq!(established(TODAY, None).await.1, 10);
        app.post(&format!("/orgs/{ninth}/dissolve"), json!({"effective_on": "2027-01-01"})).await.is(200);
        assert_eq!(established(TODAY, None).await.1, 11);
        assert_eq!(established("2030-01-01", None).await.1, 12);
    }

    async fn what_does_not_fit_the_schema_is_refused_with_its_place(app: TestApp) {
        let base = json!({"kind": "committee", "name": "学校党委"});
        for (change, pointer) in [
            (json!({"kind": "club"}), "/kind"),
            (json!({"kind": null}), "/kind"),
            (json!({"name": ""}), "/name"),
            (json!({"name": " 党委"}), "/name"),
            (json!({"name": "党\n委"}), "/name"),
            (json!({"name": "长".repeat(201)}), "/name"),
            (json!({"name": 5}), "/name"),
            (json!({"colour": "red"}), "/colour"),
            (json!({"effective_on": "2021-01-01"}), "/effective_on"),
            (json!({"parent_id": "x"}), "/parent_id"),
            (json!({"parent_id": null}), "/parent_id"),
            (json!({"valid_from": "2021-02-30"}), "/valid_from"),
            (json!({"valid_until": "2021-2-3"}), "/valid_until"),
            (json!({"code": "611 001"}), "/code"),
            (json!({"order": -1}), "/order"),
            (json!({"order": 1_000_001}), "/order"),
            (json!({"order": 1.5}), "/order"),
            (json!({"branch_type": "other"}), "/branch_type"),
            (json!({"joint": "yes"}), "/joint"),
            (json!({"joint": null}), "/joint"),
            (json!({"unit_ids": ["x"]}), "/unit_ids/0"),
            (json!({"unit_ids": vec![NOBODY; 51]}), "/unit_ids"),
            (json!({"duties": "长".repeat(4001)}), "/duties"),
            (json!({"external_ids": [{"scheme": "oa", "value": "1"}, {"scheme": "OA!", "value": "1"}]}), "/external_ids/1/scheme"),
            (json!({"external_ids": [{"scheme": "oa"}]}), "/external_ids/0/value"),
            (json!({"member_counts": {"full": -1, "probationary": 0, "counted_on": TODAY}}), "/member_counts/full"),
            (json!({"basis": {"number": "1"}}), "/basis/title"),
        ] {
            app.post("/orgs", with(&base, &change)).await.is_problem(400, "validation").at(pointer);
        }
        app.post("/orgs", json!({"name": "学校党委"})).await.is_problem(400, "validation").at("/kind");
        app.post("/orgs", json!({"kind": "committee"})).await.is_problem(400, "validation").at("/name");
        app.post("/orgs", json!([])).await.is_problem(400, "validation").at("");
        app.post("/orgs?as_of=2020-01-01", base.clone()).await.is_problem(400, "unknown-parameter");
        let untidy = app.request("POST", "/orgs").header("content-type", "application/json").body("{\"kind\": ");
        app.send(untidy).await.is_problem(400, "malformed-json");
        assert_eq!(app.get("/orgs?status=all").await.is(200).names(), [""; 0]);
    }

    async fn what_no_directory_would_accept_is_refused(app: TestApp) {
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let base = json!({"kind": "committee", "name": "学校党委", "valid_from": "2020-01-01"});
        for until in ["2020-01-01", "2019-12-31"] {
            app.post("/orgs", with(&base, &json!({"valid_until": until}))).await.is_problem(422, "empty-period");
        }
        app.post("/orgs", json!({"kind": "unit", "name": "学院", "valid_until": TODAY})).await.is_problem(422, "empty-period");
        for (change, pointer) in [
            (json!({"branch_type": "staff"}), "/branch_type"),
            (json!({"joint": true}), "/joint"),
            (json!({"temporary": true}), "/temporary"),
            (json!({"kind": "unit", "unit_ids": [unit]}), "/unit_ids"),
            (json!({"kind": "authority", "unit_ids": [unit]}), "/unit_ids"),
        ] {
            app.post("/orgs", with(&base, &change)).await.is_problem(422, "foreign-field").at(pointer);
        }
        // `false` is not `true`: it is accepted.
        app.post("/orgs", with(&base, &json!({"joint": false, "unit_ids": [unit]}))).await.is(201);
    }

    async fn the_orgs_that_it_names_must_be_there(app: TestApp) {
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let committee = app.committee().await;
        let base = json!({"kind": "department", "name": "宣传部"});
        app.post("/orgs", with(&base, &json!({"parent_id": NOBODY}))).await.is_problem(409, "unknown-reference").at("/parent_id");
        let with_units = json!({"parent_id": committee, "unit_ids": [unit, NOBODY]});
        app.post("/orgs", with(&base, &with_units)).await.is_problem(409, "unknown-reference").at("/unit_ids/1");
        let no_unit = json!({"parent_id": committee, "unit_ids": [unit, committee]});
        let refused = app.post("/orgs", with(&base, &no_unit)).await.is_problem(409, "not-a-unit").at("/unit_ids");
        assert_eq!(refused.body["org_id"], committee);
    }

    async fn an_external_id_names_one_org_on_a_day(app: TestApp) {
        let known = |scheme: &str, from: &str, until: Option<&str>| {
            let mut body = json!({"kind": "unit", "name": "学院", "valid_from": from, "external_ids": [{"scheme": scheme, "value": "1"}]});
            if let Some(until) = until {
                body["valid_until"] = json!(until);
            }
            body
        };
        let first = app.org(known("oa", "2020-01-01", Some("2030-01-01"))).await;
        let refused = app.post("/orgs", known("oa", "2029-12-31", None)).await.is_problem(409, "external-id-taken").at("/external_ids");
        assert_eq!(refused.body["by_id"], first);
        app.org(known("gb32100", "2020-01-01", None)).await;
        app.org(known("oa", "2010-01-01", Some("2020-01-01"))).await;
        let last = app.org(known("oa", "2030-01-01", None)).await;
        // No patch and no correction brings two of them together either.
        let free = app.org_under("unit", None, "处", "2020-01-01").await;
        let taken = json!({"external_ids": [{"scheme": "oa", "value": "1"}]});
        app.patch(&format!("/orgs/{free}"), taken).await.is_problem(409, "external-id-taken");
        app.patch(&format!("/orgs/{last}/versions/2030-01-01"), json!({"valid_from": "2029-12-31"})).await
            .is_problem(409, "external-id-taken");
        app.post(&format!("/orgs/{first}/restore"), json!({})).await.is_problem(409, "external-id-taken");
        // A person may have it as well: a scheme counts for each type of subject.
        app.post("/people", json!({"name": "王玉玲", "external_ids": [{"scheme": "oa", "value": "1"}]})).await.is(201);
    }

    async fn a_dry_run_establishes_nothing(app: TestApp) {
        let committee = app.committee().await;
        let before = revision(&app);
        let body = json!({"kind": "department", "name": "宣传部", "parent_id": committee, "valid_from": "2020-01-01"});
        let tried = app.post("/orgs?dry_run=true", body.clone()).await.is(200);
        assert_eq!(tried.change()["dry_run"], true);
        assert_eq!(tried.body["name"], "宣传部");
        let id = tried.body["id"].clone();
        let subjects: Vec<_> = tried.change()["effects"].as_array().unwrap().iter()
            .map(|effect| json!([effect["subject"], effect["act"], effect["id"], effect["valid_from"]])).collect();
        assert_eq!(json!(subjects), json!([["org", "created", id, null], ["org_version", "created", id, "2020-01-01"]]));
        app.get(&format!("/orgs/{}", id.as_str().unwrap())).await.is_problem(404, "not-found");
        assert_eq!(revision(&app), before);
        let foreign = with(&body, &json!({"joint": true}));
        app.post("/orgs?dry_run=true", foreign).await.is_problem(422, "foreign-field");
    }
}
