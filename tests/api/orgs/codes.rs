//! Codes: unique on each date below one top committee.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, api_test};

async fn coded(app: &TestApp, parent: &str, code: &str, from: &str, until: Option<&str>) -> Answer {
    let mut body = json!({"kind": "department", "name": "部", "parent_id": parent, "code": code, "valid_from": from});
    if let Some(until) = until {
        body["valid_until"] = json!(until);
    }
    app.post("/orgs", body).await
}

async fn change(app: &TestApp, id: &str, body: Value) -> Answer {
    app.patch(&format!("/orgs/{id}"), body).await
}

api_test! {
    async fn a_code_names_one_org_on_a_day(app: TestApp) {
        let committee = app.committee().await;
        let college = app.org_under("committee", Some(&committee), "学院党委", "2000-01-01").await;
        let first = coded(&app, &committee, "611", "2010-01-01", Some("2020-01-01")).await.is(201).id();
        let refused = coded(&app, &college, "611", "2019-12-31", None).await.is_problem(409, "code-taken").at("/code");
        assert_eq!((&refused.body["by_id"], &refused.body["on"]), (&json!(first), &json!("2019-12-31")));
        coded(&app, &college, "611", "2005-01-01", Some("2010-01-02")).await.is_problem(409, "code-taken");
        coded(&app, &college, "611", "2005-01-01", Some("2010-01-01")).await.is(201);
        coded(&app, &college, "611", "2020-01-01", None).await.is(201);
        app.post(&format!("/orgs/{first}/restore"), json!({})).await.is_problem(409, "code-taken");
        // The committee itself belongs to its own tree.
        change(&app, &committee, json!({"code": "611", "effective_on": "2025-01-01"})).await.is_problem(409, "code-taken");
    }

    async fn two_universities_may_use_the_same_code(app: TestApp) {
        let authority = app.org_under("authority", None, "教育工委", "2000-01-01").await;
        let one = app.org_under("committee", Some(&authority), "一校党委", "2000-01-01").await;
        let two = app.org_under("committee", Some(&authority), "二校党委", "2000-01-01").await;
        coded(&app, &one, "611", "2010-01-01", None).await.is(201);
        let moving = coded(&app, &two, "611", "2010-01-01", None).await.is(201).id();
        // An org that moves keeps its code, on the day on which it moves.
        let refused = change(&app, &moving, json!({"parent_id": one, "effective_on": "2030-01-01"})).await.is_problem(409, "code-taken");
        assert_eq!(refused.body["on"], "2030-01-01");
        change(&app, &moving, json!({"parent_id": one, "code": "612", "effective_on": "2030-01-01"})).await.is(200);
    }

    async fn a_subtree_that_moves_between_universities_brings_its_codes(app: TestApp) {
        let one = app.org_under("committee", None, "一校党委", "2000-01-01").await;
        let two = app.org_under("committee", None, "二校党委", "2000-01-01").await;
        let taken = coded(&app, &one, "631", "2010-01-01", None).await.is(201).id();
        let general = app.org_under("general_branch", Some(&two), "总支", "2010-01-01").await;
        let branch = app.org(json!({"kind": "branch", "name": "支部", "parent_id": general, "code": "631", "valid_from": "2010-01-01"})).await;
        let to_one = json!({"parent_id": one, "effective_on": "2027-01-01"});
        let refused = change(&app, &general, to_one.clone()).await.is_problem(409, "code-taken");
        let by = refused.body["by_id"].as_str().unwrap();
        assert!([taken.as_str(), branch.as_str()].contains(&by), "{by}");
        change(&app, &branch, json!({"code": "632", "effective_on": "2026-12-31"})).await.is(200);
        change(&app, &general, to_one).await.is(200);
        change(&app, &branch, json!({"code": "631", "effective_on": "2027-01-01"})).await.is_problem(409, "code-taken");
    }

    async fn a_university_that_joins_another_brings_its_codes(app: TestApp) {
        let one = app.org_under("committee", None, "一校党委", "2000-01-01").await;
        let two = app.org_under("committee", None, "二校党委", "2000-01-01").await;
        coded(&app, &one, "611", "2010-01-01", None).await.is(201);
        coded(&app, &two, "611", "2010-01-01", None).await.is(201);
        change(&app, &two, json!({"parent_id": one, "effective_on": "2028-01-01"})).await.is_problem(409, "code-taken");
    }

    async fn a_code_is_free_when_its_holder_has_another(app: TestApp) {
        let committee = app.committee().await;
        let first = coded(&app, &committee, "611", "2010-01-01", None).await.is(201).id();
        change(&app, &first, json!({"code": "612", "effective_on": "2020-01-01"})).await.is(200);
        coded(&app, &committee, "611", "2019-12-31", None).await.is_problem(409, "code-taken");
        let second = coded(&app, &committee, "611", "2020-01-01", None).await.is(201).id();
        let on = |day: &'static str| {
            let app = app.clone();
            async move { app.get(&format!("/orgs?code=611&as_of={day}")).await.is(200).all("/id") }
        };
        assert_eq!(on("2019-12-31").await, [json!(first)]);
        assert_eq!(on("2020-01-01").await, [json!(second)]);
        // Neither the change nor its day can be undone while the second has the code.
        app.delete(&format!("/orgs/{first}/versions/2020-01-01")).await.is_problem(409, "code-taken");
        app.patch(&format!("/orgs/{first}/versions/2020-01-01"), json!({"valid_from": "2020-01-02"})).await.is_problem(409, "code-taken");
        app.patch(&format!("/orgs/{first}/versions/2020-01-01"), json!({"valid_from": "2019-12-31"})).await.is(200);
        app.patch(&format!("/orgs/{second}/versions/2020-01-01"), json!({"valid_from": "2019-12-31"})).await.is(200);
        app.patch(&format!("/orgs/{second}/versions/2019-12-31"), json!({"valid_from": "2019-12-30"})).await.is_problem(409, "code-taken");
        // If the owner gives the code up, it is free as well.
        change(&app, &second, json!({"code": null, "effective_on": "2027-01-01"})).await.is(200);
        change(&app, &first, json!({"code": "611", "effective_on": "2027-01-01"})).await.is(200);
    }
}
