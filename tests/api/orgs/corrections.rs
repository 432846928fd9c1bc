//! Correcting the versions of an org.

use serde_json::{Value, json};

use super::{NOBODY, corrected_with, history, revision};
use crate::support::{Answer, TestApp, api_test};

/// A committee called 甲 since 2000, 乙 since 2010 and 丙 since 2020, with the code 1, since 2015 the code 2.
async fn renamed(app: &TestApp) -> String {
    let id = app.org(json!({"kind": "committee", "name": "甲", "code": "1", "valid_from": "2000-01-01", "basis": {"title": "成立"}})).await;
    for (name, day) in [("乙", "2010-01-01"), ("丙", "2020-01-01")] {
        app.patch(&format!("/orgs/{id}"), json!({"name": name, "effective_on": day, "basis": {"title": name}}))
            .await
            .is(200);
    }
    app.patch(&format!("/orgs/{id}"), json!({"code": "2", "effective_on": "2015-01-01"})).await.is(200);
    id
}

async fn correct(app: &TestApp, id: &str, day: &str, body: Value) -> Answer {
    app.patch(&format!("/orgs/{id}/versions/{day}"), body).await
}

api_test! {
    async fn a_corrected_value_is_carried_to_where_it_changed_next(app: TestApp) {
        let id = renamed(&app).await;
        let corrected = correct(&app, &id, "2010-01-01", json!({"name": "己", "short_name": "短"})).await.is(200);
        assert_eq!((&corrected.body["name"], &corrected.body["valid_until"]), (&json!("己"), &json!("2015-01-01")));
        assert_eq!(corrected_with(&corrected, "2010-01-01"), json!(["2015-01-01", "2020-01-01"]));
        assert_eq!(corrected.header("directory-as-of"), "2010-01-01");
        assert_eq!(history(&app, &id, "name").await, json!([["2000-01-01", "甲"], ["2010-01-01", "己"], ["2015-01-01", "己"], ["2020-01-01", "丙"]]));
        assert_eq!(history(&app, &id, "short_name").await, json!([["2000-01-01", null], ["2010-01-01", "短"], ["2015-01-01", "短"], ["2020-01-01", "短"]]));
    }

    async fn a_correction_that_corrects_nothing_leaves_no_trace(app: TestApp) {
        let id = renamed(&app).await;
        let before = revision(&app);
        for body in [json!({}), json!({"name": "乙", "basis": {"title": "乙"}}), json!({"valid_from": "2010-01-01"})] {
            correct(&app, &id, "2010-01-01", body).await.is(200);
        }
        assert_eq!(revision(&app), before);
    }

    async fn the_document_of_a_version_is_corrected_in_place(app: TestApp) {
        let id = renamed(&app).await;
        correct(&app, &id, "2010-01-01", json!({"basis": {"title": "更名", "date": "2009-12-20"}})).await.is(200);
        correct(&app, &id, "2000-01-01", json!({"basis": null})).await.is(200);
        assert_eq!(history(&app, &id, "basis").await, json!([["2000-01-01", null], ["2010-01-01", {"title": "更名", "date": "2009-12-20"}],
            ["2015-01-01", null], ["2020-01-01", {"title": "丙"}]]));
    }

    async fn a_boundary_moves_between_its_neighbours(app: TestApp) {
        let id = renamed(&app).await;
        let moved = correct(&app, &id, "2015-01-01", json!({"valid_from": "2010-01-02"})).await.is(200);
        assert_eq!((&moved.body["valid_from"], &moved.body["valid_until"]), (&json!("2010-01-02"), &json!("2020-01-01")));
        correct(&app, &id, "2010-01-02", json!({"valid_from": "2019-12-31"})).await.is(200);
        for day in ["2010-01-01", "2009-12-31", "2020-01-01", "2021-01-01"] {
            correct(&app, &id, "2019-12-31", json!({"valid_from": day})).await.is_problem(409, "boundary-crossed").at("/valid_from");
        }
        assert_eq!(history(&app, &id, "code").await, json!([["2000-01-01", "1"], ["2010-01-01", "1"], ["2019-12-31", "2"], ["2020-01-01", "2"]]));
        // The last version is followed by the end of the org.
        app.post(&format!("/orgs/{id}/dissolve"), json!({"effective_on": "2025-01-01"})).await.is(200);
        correct(&app, &id, "2020-01-01", json!({"valid_from": "2025-01-01"})).await.is_problem(409, "boundary-crossed");
        correct(&app, &id, "2020-01-01", json!({"valid_from": "2024-12-31"})).await.is(200);
    }

    async fn the_first_boundary_is_the_day_it_was_established(app: TestApp) {
        let id = renamed(&app).await;
        let child = app.org_under("department", Some(&id), "宣传部", "2003-01-01").await;
        let sun = app.person("孙国权").await;
        app.role(&id, "secretary", &sun, "2002-01-01").await;
        correct(&app, &id, "2000-01-01", json!({"valid_from": "2003-01-02"})).await.is_problem(409, "outside-life");
        correct(&app, &id, "2000-01-01", json!({"valid_from": "2002-01-02"})).await.is_problem(409, "outside-life");
        correct(&app, &id, "2000-01-01", json!({"valid_from": "2010-01-01"})).await.is_problem(409, "boundary-crossed");
        let established = correct(&app, &id, "2000-01-01", json!({"valid_from": "2002-01-01"})).await.is(200);
        assert_eq!(established.body["established_on"], "2002-01-01");
        correct(&app, &id, "2002-01-01", json!({"valid_from": "1990-01-01", "name": "壬"})).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{id}?as_of=1995-01-01")).await.body["name"], "壬");
        assert_eq!(app.get(&format!("/orgs/{child}")).await.body["established_on"], "2003-01-01");
    }

    async fn a_deleted_version_gives_way_to_the_one_before(app: TestApp) {
        let id = renamed(&app).await;
        app.delete(&format!("/orgs/{id}/versions/2010-01-01")).await.is(200);
        assert_eq!(history(&app, &id, "name").await, json!([["2000-01-01", "甲"], ["2015-01-01", "甲"], ["2020-01-01", "丙"]]));
        app.delete(&format!("/orgs/{id}/versions/2020-01-01")).await.is(200);
        app.delete(&format!("/orgs/{id}/versions/2015-01-01")).await.is(200);
        let shown = app.get(&format!("/orgs/{id}")).await.is(200);
        assert_eq!((&shown.body["name"], &shown.body["code"], &shown.body["basis"]), (&json!("甲"), &json!("1"), &json!({"title": "成立"})));
        let refused = app.delete(&format!("/orgs/{id}/versions/2000-01-01")).await.is_problem(409, "first-version");
        assert_eq!(refused.body["org_id"], id);
    }

    async fn a_version_that_something_rests_on_is_kept(app: TestApp) {
        let committee = app.committee().await;
        let branch = app.org_under("branch", Some(&committee), "支部", "2010-01-01").await;
        app.patch(&format!("/orgs/{branch}"), json!({"kind": "general_branch", "effective_on": "2015-01-01"})).await.is(200);
        app.org_under("branch", Some(&branch), "下", "2016-01-01").await;
        app.delete(&format!("/orgs/{branch}/versions/2015-01-01")).await.is_problem(409, "misplaced");
        correct(&app, &branch, "2015-01-01", json!({"kind": "branch"})).await.is_problem(409, "misplaced");
        correct(&app, &branch, "2015-01-01", json!({"valid_from": "2016-01-02"})).await.is_problem(409, "misplaced");
        correct(&app, &branch, "2015-01-01", json!({"valid_from": "2016-01-01"})).await.is(200);
        // A kind without a place at the top cannot be put there either.
        correct(&app, &branch, "2010-01-01", json!({"parent_id": null})).await.is_problem(409, "misplaced");
        correct(&app, &branch, "2010-01-01", json!({"joint": true})).await.is_problem(409, "kind-forbids");
    }

    async fn a_corrected_parent_puts_the_org_after_its_new_siblings(app: TestApp) {
        let committee = app.committee().await;
        let one = app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await;
        let two = app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await;
        app.org_under("branch", Some(&two), "甲", "2010-01-01").await;
        let wrong = app.org_under("branch", Some(&one), "误", "2012-01-01").await;
        let corrected = correct(&app, &wrong, "2012-01-01", json!({"parent_id": two})).await.is(200);
        assert_eq!((&corrected.body["parent_id"], &corrected.body["order"]), (&json!(two), &json!(2)));
    }

    async fn only_what_is_there_is_corrected(app: TestApp) {
        let id = renamed(&app).await;
        for day in ["2010-01-02", "1999-12-31"] {
            correct(&app, &id, day, json!({"name": "癸"})).await.is_problem(404, "not-found");
            app.delete(&format!("/orgs/{id}/versions/{day}")).await.is_problem(404, "not-found");
        }
        correct(&app, NOBODY, "2010-01-01", json!({"name": "癸"})).await.is_problem(404, "not-found");
        app.delete(&format!("/orgs/{NOBODY}/versions/2010-01-01")).await.is_problem(404, "not-found");
        app.get(&format!("/orgs/{NOBODY}/versions")).await.is_problem(404, "not-found");
        app.get(&format!("/orgs/{id}/versions?sort=name")).await.is_problem(400, "unknown-parameter");
        correct(&app, &id, "2010-13-01", json!({"name": "癸"})).await.is_problem(400, "validation");
        app.delete(&format!("/orgs/{id}/versions/yesterday")).await.is_problem(400, "validation");
        for (body, pointer) in [
            (json!({"name": null}), "/name"),
            (json!({"valid_from": null}), "/valid_from"),
            (json!({"effective_on": "2010-01-01"}), "/effective_on"),
            (json!({"external_ids": []}), "/external_ids"),
            (json!({"order": -1}), "/order"),
        ] {
            correct(&app, &id, "2010-01-01", body).await.is_problem(400, "validation").at(pointer);
        }
        correct(&app, &id, "2010-01-01", json!({"parent_id": NOBODY})).await.is_problem(409, "unknown-reference").at("/parent_id");
        let dry = app.delete(&format!("/orgs/{id}/versions/2010-01-01?dry_run=true")).await.is(200);
        assert_eq!(dry.change()["effects"].as_array().unwrap().len(), 2, "{}", dry.text);
        assert_eq!(history(&app, &id, "name").await[1], json!(["2010-01-01", "乙"]));
    }
}
