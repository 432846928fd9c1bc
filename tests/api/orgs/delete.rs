//! Deleting an org that was entered by mistake.

use serde_json::{Value, json};

use super::{NOBODY, revision};
use crate::support::{Answer, TestApp, api_test};

async fn in_the_way(app: &TestApp, id: &str) -> Value {
    let refused: Answer = app.delete(&format!("/orgs/{id}")).await.is_problem(409, "in-use");
    refused.body["blockers"].as_array().unwrap().iter().map(|blocker| json!([blocker["kind"], blocker["id"]])).collect()
}

api_test! {
    async fn an_org_goes_with_its_whole_history(app: TestApp) {
        let id = app.org(json!({"kind": "unit", "name": "误", "code": "1", "external_ids": [{"scheme": "oa", "value": "1"}], "valid_from": "2000-01-01"})).await;
        app.patch(&format!("/orgs/{id}"), json!({"name": "又误", "code": "2", "effective_on": "2030-01-01"})).await.is(200);
        let gone = app.delete(&format!("/orgs/{id}")).await.is(200);
        assert_eq!(gone.change()["revision"], 4);
        assert_eq!(gone.change()["effects"].as_array().unwrap().len(), 3);
        assert_eq!(gone.change()["summary"], json!(["误 is deleted with its whole history."]));
        assert_eq!(gone.object(), json!({}));
        for path in ["", "/versions", "/ancestors", "/descendants", "/tree", "/roles"] {
            app.get(&format!("/orgs/{id}{path}")).await.is_problem(404, "not-found");
        }
        app.delete(&format!("/orgs/{id}")).await.is_problem(404, "not-found");
        assert_eq!(app.get("/orgs?status=all").await.is(200).names(), [""; 0]);
        // Its code and external id are free again.
        app.org(json!({"kind": "unit", "name": "正", "code": "1", "external_ids": [{"scheme": "oa", "value": "1"}], "valid_from": "2000-01-01"})).await;
    }

    async fn whatever_refers_to_it_keeps_it(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        assert_eq!(in_the_way(&app, &committee).await, json!([["child", group]]));
        // Also references that have ended or have not begun.
        app.patch(&format!("/orgs/{group}"), json!({"unit_ids": [unit], "effective_on": "2015-01-01"})).await.is(200);
        app.patch(&format!("/orgs/{group}"), json!({"unit_ids": null, "effective_on": "2016-01-01"})).await.is(200);
        assert_eq!(in_the_way(&app, &unit).await, json!([["unit_of", group]]));
        let sun = app.person("孙国权").await;
        let ended = json!({"org_id": group, "post": "leader", "holder": {"type": "person", "id": sun}, "valid_from": "2011-01-01", "valid_until": "2012-01-01"});
        let ended = app.post("/roles", ended).await.is(201).id();
        let held = json!({"org_id": group, "post": "group_member", "holder": {"type": "unit", "id": unit}, "valid_from": "2030-01-01"});
        let held = app.post("/roles", held).await.is(201).id();
        assert_eq!(in_the_way(&app, &group).await, json!([["role_in", ended], ["role_in", held]]));
        assert_eq!(in_the_way(&app, &unit).await, json!([["role_held", held], ["unit_of", group]]));
        let next = app.org_under("unit", None, "新学院", "2020-01-01").await;
        let old = app.org_under("unit", None, "旧学院", "2000-01-01").await;
        app.post(&format!("/orgs/{old}/dissolve"), json!({"effective_on": "2020-01-01", "successor_ids": [next]})).await.is(200);
        assert_eq!(in_the_way(&app, &next).await, json!([["successor_of", old]]));
        // An org that was under it once, or will be one day.
        let other = json!({"kind": "unit", "name": "处", "parent_id": old, "valid_from": "2010-01-01", "valid_until": "2015-01-01"});
        let other = app.org(other).await;
        app.patch(&format!("/orgs/{other}"), json!({"parent_id": null, "effective_on": "2011-01-01"})).await.is(200);
        assert_eq!(in_the_way(&app, &old).await, json!([["child", other]]));
        app.delete(&format!("/orgs/{other}")).await.is(200);
        app.delete(&format!("/orgs/{old}")).await.is(200);
        app.delete(&format!("/orgs/{next}")).await.is(200);
    }

    async fn what_is_not_there_is_not_deleted(app: TestApp) {
        app.delete(&format!("/orgs/{NOBODY}")).await.is_problem(404, "not-found");
        app.delete("/orgs/x").await.is_problem(400, "validation");
        let id = app.committee().await;
        let before = revision(&app);
        let tried = app.delete(&format!("/orgs/{id}?dry_run=true")).await.is(200);
        assert_eq!(tried.change()["effects"].as_array().unwrap().len(), 2);
        assert_eq!(revision(&app), before);
        let stale = app.request("DELETE", &format!("/orgs/{id}")).header("if-match", "\"999-0\"");
        app.send(stale).await.is_problem(412, "precondition-failed");
        app.get(&format!("/orgs/{id}")).await.is(200);
    }
}
