//! Refusals that an operation lists in the API document and that no other test comes upon: the rules of placement,
//! kinds and holders, met by way of a correction, a deletion or a restoration.

use serde_json::{Value, json};

use crate::support::{TestApp, api_test};

/// A post in departments without a maximum, and in commissions for one holder at a time.
const POST: &str = "clerk";

/// A chain of authorities of 32 levels: nothing more fits below its last.
async fn deep(app: &TestApp) -> Vec<String> {
    let mut chain: Vec<String> = vec![app.org_under("authority", None, "1", "2000-01-01").await];
    for level in 2..=32 {
        let above = chain.last().cloned();
        chain.push(app.org_under("authority", above.as_deref(), &level.to_string(), "2000-01-01").await);
    }
    chain
}

/// A department under a committee, in which two persons hold [`POST`] from 2010 to 2020, both acting if `acting`.
async fn department(app: &TestApp, acting: bool) -> String {
    let kinds = json!([{"kind": "department"}, {"kind": "commission", "holders_max": 1}]);
    app.post("/posts", json!({"code": POST, "name": "干事", "kinds": kinds})).await.is(201);
    let committee = app.committee().await;
    let department = app.org_under("department", Some(&committee), "部", "2000-01-01").await;
    for name in ["甲", "乙"] {
        let body = json!({
            "org_id": department, "post": POST, "holder": {"type": "person", "id": app.person(name).await}, "acting": acting,
            "valid_from": "2010-01-01", "valid_until": "2020-01-01",
        });
        app.post("/roles", body).await.is(201);
    }
    department
}

async fn change(app: &TestApp, org: &str, on: &str, mut values: Value) {
    values["effective_on"] = json!(on);
    app.patch(&format!("/orgs/{org}"), values).await.is(200);
}

async fn dissolve(app: &TestApp, org: &str, on: &str) {
    app.post(&format!("/orgs/{org}/dissolve"), json!({"effective_on": on, "cascade": true})).await.is(200);
}

async fn restored(app: &TestApp, org: &str, slug: &str) {
    app.post(&format!("/orgs/{org}/restore"), json!({})).await.is_problem(409, slug);
    // So is an end that is much later.
    app.patch(&format!("/orgs/{org}/dissolution"), json!({"effective_on": "2099-01-01"})).await.is_problem(409, slug);
}

/// A leading group with a supervision group that covers a branch.
async fn supervised(app: &TestApp) -> (String, String, String) {
    let committee = app.committee().await;
    let branch = app.org_under("general_branch", Some(&committee), "党总支", "2000-01-01").await;
    let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
    let part = app.org_under("supervision_group", Some(&group), "督导组", "2010-01-01").await;
    (branch, group, part)
}

async fn cover(app: &TestApp, part: &str, org: &str, from: &str) {
    let body = json!({"supervision_group_id": part, "org_id": org, "scope": "self", "valid_from": from});
    app.post("/supervisions", body).await.is(201);
}

api_test! {
    async fn nothing_gets_too_deep_by_a_detour(app: TestApp) {
        let chain = deep(&app).await;
        let document = |parent: &str| json!({"parent_id": parent, "name": "组", "valid_from": "2010-01-01"});
        app.post("/leading-groups", document(&chain[31])).await.is_problem(409, "too-deep");
        let group = app.post("/leading-groups", document(&chain[30])).await.is(201).id();
        let mut with_office = document(&chain[30]);
        with_office["office"] = json!({});
        app.put(&format!("/leading-groups/{group}"), with_office).await.is_problem(409, "too-deep");

        let moved = app.org_under("authority", Some(&chain[31 - 1]), "甲", "2000-01-01").await;
        change(&app, &moved, "2010-01-01", json!({"parent_id": null})).await;
        let below = app.org_under("authority", Some(&moved), "乙", "2011-01-01").await;
        app.delete(&format!("/orgs/{moved}/versions/2010-01-01")).await.is_problem(409, "too-deep");
        let version = format!("/orgs/{moved}/versions/2010-01-01");
        app.patch(&version, json!({"parent_id": chain[30]})).await.is_problem(409, "too-deep");
        dissolve(&app, &below, "2020-01-01").await;
        // Below what moves deeper it cannot come back.
        change(&app, &moved, "2021-01-01", json!({"parent_id": chain[30]})).await;
        restored(&app, &below, "too-deep").await;
    }

    async fn no_cycle_comes_of_a_correction(app: TestApp) {
        let top = app.org_under("authority", None, "甲", "2000-01-01").await;
        let moved = app.org_under("authority", Some(&top), "乙", "2000-01-01").await;
        change(&app, &moved, "2010-01-01", json!({"parent_id": null})).await;
        change(&app, &top, "2015-01-01", json!({"parent_id": moved})).await;
        let version = format!("/orgs/{moved}/versions/2010-01-01");
        app.delete(&version).await.is_problem(409, "would-cycle");
        app.patch(&version, json!({"parent_id": top})).await.is_problem(409, "would-cycle");
    }

    async fn a_post_that_becomes_limited_is_not_too_full(app: TestApp) {
        let department = department(&app, false).await;
        change(&app, &department, "2018-01-01", json!({"name": "处"})).await;
        let version = format!("/orgs/{department}/versions/2018-01-01");
        app.patch(&version, json!({"kind": "commission"})).await.is_problem(409, "post-full");
        // What was a commission before would be one again.
        change(&app, &department, "2020-01-01", json!({"kind": "commission"})).await;
        change(&app, &department, "2025-01-01", json!({"kind": "department"})).await;
        for name in ["丙", "丁"] {
            app.role(&department, POST, &app.person(name).await, "2025-01-01").await;
        }
        let deleted = format!("/orgs/{department}/versions/2025-01-01");
        app.delete(&deleted).await.is_problem(409, "post-full");
    }

    async fn a_post_that_becomes_limited_has_one_acting_holder(app: TestApp) {
        let department = department(&app, true).await;
        let commission = json!({"kind": "commission", "effective_on": "2015-01-01"});
        app.patch(&format!("/orgs/{department}"), commission).await.is_problem(409, "acting-taken");
        change(&app, &department, "2018-01-01", json!({"name": "处"})).await;
        let version = format!("/orgs/{department}/versions/2018-01-01");
        app.patch(&version, json!({"kind": "commission"})).await.is_problem(409, "acting-taken");

        change(&app, &department, "2020-01-01", json!({"kind": "commission"})).await;
        change(&app, &department, "2025-01-01", json!({"kind": "department"})).await;
        for name in ["丙", "丁"] {
            let body = json!({"org_id": department, "post": POST, "holder": {"type": "person", "id": app.person(name).await},
                "acting": true, "valid_from": "2025-01-01"});
            app.post("/roles", body).await.is(201);
        }
        app.delete(&format!("/orgs/{department}/versions/2025-01-01")).await.is_problem(409, "acting-taken");
        let limited = json!({"kinds": [{"kind": "department", "holders_max": 1}, {"kind": "commission", "holders_max": 1}]});
        app.patch(&format!("/posts/{POST}"), limited.clone()).await.is_problem(409, "acting-taken");

        dissolve(&app, &department, "2026-01-01").await;
        app.patch(&format!("/posts/{POST}"), limited).await.is(200);
        restored(&app, &department, "acting-taken").await;
    }

    async fn an_acting_holder_is_not_prolonged_into_another_s_time(app: TestApp) {
        let committee = app.committee().await;
        let mut ids = Vec::new();
        for (name, from, until) in [("甲", "2010-01-01", "2012-01-01"), ("乙", "2012-01-01", "2014-01-01")] {
            let body = json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": app.person(name).await},
                "acting": true, "valid_from": from, "valid_until": until});
            ids.push(app.post("/roles", body).await.is(201).id());
        }
        let longer = json!({"valid_until": "2013-01-01"});
        app.patch(&format!("/roles/{}", ids[0]), longer).await.is_problem(409, "acting-taken");
        let leader = |name: Value| json!({"holder": {"type": "person", "id": name}, "acting": true});
        let document = json!({
            "parent_id": committee, "name": "组",
            "supervision_groups": [{"name": "督导组", "leaders": [
                leader(json!(app.person("丙").await)), leader(json!(app.person("丁").await)),
            ]}],
        });
        app.post("/leading-groups", document.clone()).await.is_problem(409, "acting-taken");
        let empty = json!({"parent_id": committee, "name": "组"});
        let group = app.post("/leading-groups", empty).await.is(201).id();
        app.put(&format!("/leading-groups/{group}"), document).await.is_problem(409, "acting-taken");
    }

    async fn a_post_exists_in_the_kind_on_every_day(app: TestApp) {
        let department = department(&app, false).await;
        let kinds = |kinds: Value| json!({ "kinds": kinds });
        change(&app, &department, "2021-01-01", json!({"kind": "commission"})).await;
        let body = json!({"org_id": department, "post": "secretary", "holder": {"type": "person", "id": app.person("丙").await},
            "valid_from": "2021-01-01"});
        let secretary = app.post("/roles", body).await.is(201).id();
        let earlier = json!({"valid_from": "2020-06-01"});
        app.patch(&format!("/roles/{secretary}"), earlier).await.is_problem(409, "post-not-in-kind");
        app.delete(&format!("/orgs/{department}/versions/2021-01-01")).await.is_problem(409, "post-not-in-kind");

        let committee = app.get(&format!("/orgs/{department}")).await.body["parent_id"].clone();
        let document = json!({"parent_id": committee, "name": "组", "valid_from": "2022-01-01"});
        let group = app.post("/leading-groups", document.clone()).await.is(201).id();
        let mut pointed = document;
        pointed["leaders"] = json!([{"holder": {"type": "seat", "org_id": department, "post": "group_leader"}}]);
        app.put(&format!("/leading-groups/{group}"), pointed).await.is_problem(409, "post-not-in-kind");

        let post = json!({"code": "aide", "name": "助理", "kinds": [{"kind": "commission"}, {"kind": "unit"}]});
        app.post("/posts", post).await.is(201);
        let aide = app.role(&department, "aide", &app.person("丁").await, "2030-01-01").await;
        dissolve(&app, &department, "2026-01-01").await;
        app.get(&format!("/roles/{aide}")).await.is(404);
        app.patch("/posts/aide", kinds(json!([{"kind": "unit"}]))).await.is(200);
        restored(&app, &department, "post-not-in-kind").await;
        let twice = kinds(json!([{"kind": "unit"}, {"kind": "unit"}]));
        app.patch("/posts/aide", twice).await.is_problem(422, "repeated-value");
    }

    async fn what_was_a_unit_stays_one_while_it_is_named(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "处", "2000-01-01").await;
        change(&app, &unit, "2010-01-01", json!({"name": "部"})).await;
        let body = json!({"kind": "branch", "name": "支部", "parent_id": committee, "valid_from": "2005-01-01", "unit_ids": [unit]});
        let branch = app.org(body).await;
        let version = format!("/orgs/{unit}/versions/2010-01-01");
        app.patch(&version, json!({"kind": "committee"})).await.is_problem(409, "not-a-unit");
        for path in [format!("/orgs/{branch}"), format!("/orgs/{branch}/versions/2005-01-01")] {
            app.patch(&path, json!({"unit_ids": [unit, unit]})).await.is_problem(422, "repeated-value");
        }
        dissolve(&app, &branch, "2015-01-01").await;
        change(&app, &unit, "2016-01-01", json!({"kind": "committee"})).await;
        restored(&app, &branch, "not-a-unit").await;
    }

    async fn what_was_under_another_kind_does_not_come_back(app: TestApp) {
        let committee = app.committee().await;
        let general = app.org_under("general_branch", Some(&committee), "党总支", "2000-01-01").await;
        let branch = app.org_under("branch", Some(&general), "支部", "2000-01-01").await;
        dissolve(&app, &branch, "2015-01-01").await;
        change(&app, &general, "2016-01-01", json!({"kind": "department"})).await;
        restored(&app, &branch, "misplaced").await;
    }

    async fn who_covers_stays_a_supervision_group(app: TestApp) {
        let (branch, _, part) = supervised(&app).await;
        change(&app, &part, "2012-01-01", json!({"name": "一组"})).await;
        cover(&app, &part, &branch, "2013-01-01").await;
        let version = format!("/orgs/{part}/versions/2012-01-01");
        app.patch(&version, json!({"kind": "working_group"})).await.is_problem(409, "not-a-supervision-group");
        dissolve(&app, &branch, "2020-01-01").await;
        change(&app, &part, "2021-01-01", json!({"kind": "working_group"})).await;
        restored(&app, &branch, "not-a-supervision-group").await;

        let other = app.org_under("general_branch", Some(&app.committee().await), "另一党总支", "2000-01-01").await;
        change(&app, &part, "2022-01-01", json!({"kind": "supervision_group"})).await;
        cover(&app, &part, &other, "2022-01-01").await;
        let back = format!("/orgs/{part}/versions/2022-01-01");
        app.delete(&back).await.is_problem(409, "not-a-supervision-group");
    }

    async fn a_report_too_large_for_one_answer_says_how_large(app: TestApp) {
        let id = |n: u128| uuid::Uuid::from_u128(n);
        let line = |n: u128, kind: &str, parent: Option<u128>| {
            let mut version = json!({"valid_from": "2000-01-01", "name": "组织", "kind": kind, "order": 1});
            if let Some(parent) = parent {
                version["parent_id"] = json!(id(parent));
            }
            json!({"org": {"id": id(n), "versions": [version]}}).to_string()
        };
        let mut lines = vec![line(1, "committee", None), line(2, "leading_group", Some(1))];
        lines.extend((3..=10_003).map(|n| line(n, "branch", Some(1))));
        app.load(&lines.join("\n")).await;
        let refused = app.get(&format!("/leading-groups/{}/coverage", id(2))).await.is_problem(409, "too-large");
        assert_eq!((&refused.body["nodes"], &refused.body["bound"]), (&json!(10_001), &json!(10_000)));
    }
}
