//! The number of holders of a post: the same holder only once, the maximum on every date, acting holders apart.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, api_test};

/// Gives a new person the post for a period.
async fn give(app: &TestApp, org: &str, post: &str, from: &str, until: Option<&str>, acting: bool) -> Answer {
    let person = app.person("某人").await;
    let mut body = json!({"org_id": org, "post": post, "holder": {"type": "person", "id": person}, "valid_from": from, "acting": acting});
    if let Some(until) = until {
        body["valid_until"] = json!(until);
    }
    app.post("/roles", body).await
}

#[track_caller]
fn full_on(refused: Answer, on: &str) {
    let refused = refused.is_problem(409, "post-full");
    assert_eq!((&refused.body["on"], &refused.body["bound"]), (&json!(on), &json!(1)), "{}", refused.text);
}

api_test! {
    async fn the_same_holder_does_not_hold_a_post_twice_at_once(app: TestApp) {
        let committee = app.committee().await;
        let other = app.org_under("department", Some(&committee), "宣传部", "2000-01-01").await;
        let person = app.person("甲").await;
        let role = |from: &str, until: Value, acting: bool| {
            let mut body = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}, "valid_from": from, "acting": acting});
            if !until.is_null() {
                body["valid_until"] = until;
            }
            body
        };
        let first = app.post("/roles", role("2010-01-01", json!("2015-01-01"), false)).await.is(201).id();
        for (from, until, acting, on) in [
            ("2009-01-01", json!("2010-01-02"), false, "2010-01-01"),
            ("2014-12-31", json!(null), false, "2014-12-31"),
            ("2011-01-01", json!("2012-01-01"), false, "2011-01-01"),
            ("2000-01-01", json!(null), false, "2010-01-01"),
            // An acting holder is a holder.
            ("2012-01-01", json!("2013-01-01"), true, "2012-01-01"),
        ] {
            let refused = app.post("/roles", role(from, until, acting)).await.is_problem(409, "same-holder");
            assert_eq!((&refused.body["on"], &refused.body["role_id"]), (&json!(on), &json!(first)));
        }
        app.post("/roles", role("2015-01-01", json!(null), false)).await.is(201);
        app.post("/roles", role("2009-01-01", json!("2010-01-01"), false)).await.is(201);
        // Another post in the same org, and the same person elsewhere, are normal.
        app.role(&committee, "deputy_secretary", &person, "2010-01-01").await;
        app.role(&other, "deputy_head", &person, "2010-01-01").await;
    }

    async fn the_same_unit_does_not_hold_a_post_twice_at_once(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "教务处", "2000-01-01").await;
        let body = json!({"org_id": committee, "post": "liaison", "holder": {"type": "unit", "id": unit}, "valid_from": "2010-01-01"});
        app.post("/roles", body.clone()).await.is(201);
        app.post("/roles", body).await.is_problem(409, "same-holder");
    }

    async fn a_maximum_holds_on_every_day(app: TestApp) {
        let committee = app.committee().await;
        give(&app, &committee, "secretary", "2010-01-01", Some("2015-01-01"), false).await.is(201);
        give(&app, &committee, "secretary", "2030-01-01", None, false).await.is(201);
        full_on(give(&app, &committee, "secretary", "2014-12-31", Some("2016-01-01"), false).await, "2014-12-31");
        full_on(give(&app, &committee, "secretary", "2005-01-01", Some("2010-01-02"), false).await, "2010-01-01");
        full_on(give(&app, &committee, "secretary", "2015-01-01", None, false).await, "2030-01-01");
        full_on(give(&app, &committee, "secretary", "2040-01-01", Some("2041-01-01"), false).await, "2040-01-01");
        give(&app, &committee, "secretary", "2015-01-01", Some("2030-01-01"), false).await.is(201);
        give(&app, &committee, "secretary", "2005-01-01", Some("2010-01-01"), false).await.is(201);
    }

    async fn a_leading_group_has_two_leaders_and_no_third(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        for _ in 0..2 {
            give(&app, &group, "leader", "2020-01-01", None, false).await.is(201);
        }
        let refused = give(&app, &group, "leader", "2021-01-01", None, false).await.is_problem(409, "post-full");
        assert_eq!(refused.body["bound"], 2);
        // Two deputies are normal; more are never refused.
        for _ in 0..3 {
            give(&app, &committee, "deputy_secretary", "2020-01-01", None, false).await.is(201);
        }
    }

    async fn an_acting_holder_counts_apart_and_is_alone(app: TestApp) {
        let committee = app.committee().await;
        give(&app, &committee, "secretary", "2010-01-01", None, false).await.is(201);
        let acting = give(&app, &committee, "secretary", "2020-01-01", Some("2021-01-01"), true).await.is(201);
        assert_eq!(acting.body["acting"], true);
        let refused = give(&app, &committee, "secretary", "2020-12-31", None, true).await.is_problem(409, "acting-taken");
        assert_eq!((&refused.body["on"], &refused.body["post"]), (&json!("2020-12-31"), &json!("secretary")));
        give(&app, &committee, "secretary", "2019-01-01", Some("2020-01-02"), true).await.is_problem(409, "acting-taken");
        give(&app, &committee, "secretary", "2021-01-01", None, true).await.is(201);
        full_on(give(&app, &committee, "secretary", "2020-06-01", None, false).await, "2020-06-01");
    }

    async fn a_unit_counts_as_one_holder(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2020-01-01").await;
        let (one, two) = (app.org_under("unit", None, "教务处", "2000-01-01").await, app.org_under("unit", None, "人事处", "2000-01-01").await);
        let unit = |id: &str| json!({"org_id": office, "post": "office_director", "holder": {"type": "unit", "id": id}, "valid_from": "2020-01-01"});
        app.post("/roles", unit(&one)).await.is(201);
        full_on(app.post("/roles", unit(&two)).await, "2020-01-01");
        full_on(give(&app, &office, "office_director", "2021-01-01", None, false).await, "2021-01-01");
    }

    async fn a_maximum_is_that_of_the_kind_on_the_day(app: TestApp) {
        app.post("/posts", json!({"code": "clerk", "name": "干事", "kinds": [
            {"kind": "general_branch"}, {"kind": "committee", "holders_max": 1},
        ]})).await.is(201);
        let committee = app.committee().await;
        let body = app.org_under("general_branch", Some(&committee), "学院党总支", "2010-01-01").await;
        let mut roles = Vec::new();
        for _ in 0..2 {
            roles.push(give(&app, &body, "clerk", "2010-01-01", None, false).await.is(201).id());
        }
        let upgrade = json!({"kind": "committee", "effective_on": "2030-01-01"});
        full_on(app.patch(&format!("/orgs/{body}"), upgrade.clone()).await, "2030-01-01");
        app.post(&format!("/roles/{}/end", roles[0]), json!({"effective_on": "2030-01-01"})).await.is(200);
        app.patch(&format!("/orgs/{body}"), upgrade).await.is(200);
        full_on(give(&app, &body, "clerk", "2029-01-01", None, false).await, "2030-01-01");
        give(&app, &body, "clerk", "2029-01-01", Some("2030-01-01"), false).await.is(201);
    }
}
