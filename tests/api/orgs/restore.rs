//! Restoring a dissolved org.

use serde_json::{Value, json};

use super::{NOBODY, history, revision};
use crate::support::{Answer, TestApp, api_test};

async fn dissolve(app: &TestApp, id: &str, on: &str) -> Answer {
    app.post(&format!("/orgs/{id}/dissolve"), json!({"effective_on": on, "cascade": true, "basis": {"title": "撤销"}}))
        .await
        .is(200)
}

async fn restore(app: &TestApp, id: &str) -> Answer {
    app.post(&format!("/orgs/{id}/restore"), json!({"basis": {"title": "恢复"}})).await
}

/// Everything that the directory shows of an org and of what is in it, without revisions.
async fn all_of(app: &TestApp, ids: &[&String]) -> Vec<Value> {
    let mut all = Vec::new();
    for id in ids {
        let mut body = app.get(&format!("/orgs/{id}")).await.is(200).body;
        let members = body.as_object_mut().unwrap();
        members.remove("revision");
        members.remove("updated_at");
        let roles = app.get(&format!("/orgs/{id}/roles?status=all")).await.is(200).body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| json!([role["id"], role["valid_from"], role["valid_until"], role["end_basis"], role["order"]]))
            .collect::<Value>();
        all.push(json!([body, app.get(&format!("/orgs/{id}/versions")).await.is(200).body, roles]));
    }
    all
}

api_test! {
    async fn all_that_ended_with_it_is_open_again(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2012-01-01").await;
        let limited = app.org(json!({"kind": "working_group", "name": "短组", "parent_id": office, "valid_from": "2013-01-01", "valid_until": "2028-01-01"})).await;
        let over = app.org(json!({"kind": "working_group", "name": "旧组", "parent_id": office, "valid_from": "2013-01-01", "valid_until": "2019-01-01"})).await;
        let planned = app.org_under("supervision_group", Some(&group), "督导组", "2030-01-01").await;
        app.patch(&format!("/orgs/{office}"), json!({"name": "新办公室", "effective_on": "2025-01-01"})).await.is(200);
        let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
        app.role(&group, "leader", &sun, "2015-01-01").await;
        app.role(&planned, "leader", &hu, "2031-01-01").await;
        app.post("/roles", json!({"org_id": office, "post": "office_director", "holder": {"type": "unit", "id": unit}, "valid_from": "2013-01-01", "valid_until": "2029-01-01"})).await.is(201);
        app.post("/roles", json!({"org_id": limited, "post": "leader", "holder": {"type": "person", "id": hu}, "valid_from": "2013-01-01", "valid_until": "2019-01-01"})).await.is(201);
        let ids = [&group, &office, &limited, &over, &planned];
        let before = all_of(&app, &ids).await;
        dissolve(&app, &group, "2020-01-01").await;
        let at = revision(&app);
        let restored = restore(&app, &group).await.is(200);
        assert_eq!((&restored.body["status"], &restored.body["dissolved_on"]), (&json!("current"), &json!(null)));
        assert_eq!(revision(&app), at + 1);
        assert_eq!(all_of(&app, &ids).await, before);
    }

    async fn what_was_over_before_stays_over(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2010-01-01").await;
        dissolve(&app, &office, "2019-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        restore(&app, &group).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{office}")).await.body["dissolved_on"], "2019-01-01");
        restore(&app, &office).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{office}")).await.body["status"], "current");
    }

    async fn what_changed_since_stays_as_it_is(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let (sun, hu, wang) = (app.person("孙国权").await, app.person("胡春梅").await, app.person("王玉玲").await);
        let leader = app.role(&group, "leader", &sun, "2015-01-01").await;
        let deputy = app.role(&group, "deputy_leader", &hu, "2015-01-01").await;
        let liaison = app.role(&group, "liaison", &wang, "2015-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        app.patch(&format!("/roles/{leader}"), json!({"valid_until": "2019-06-01"})).await.is(200);
        app.delete(&format!("/roles/{liaison}")).await.is(200);
        app.patch(&format!("/roles/{deputy}"), json!({"order": 9})).await.is(200);
        app.patch(&format!("/orgs/{group}"), json!({"duties": "抓总", "effective_on": "2018-01-01"})).await.is(200);
        app.patch(&format!("/orgs/{group}"), json!({"name": "新名", "effective_on": "2018-01-01"})).await.is(200);
        restore(&app, &group).await.is(200);
        assert_eq!(app.get(&format!("/roles/{leader}")).await.is(200).body["valid_until"], "2019-06-01");
        app.get(&format!("/roles/{liaison}")).await.is_problem(404, "not-found");
        let deputy = app.get(&format!("/roles/{deputy}")).await.is(200).body;
        assert_eq!((&deputy["order"], &deputy["valid_until"], &deputy["end_basis"]), (&json!(9), &json!(null), &json!(null)));
        let group = app.get(&format!("/orgs/{group}")).await.is(200).body;
        assert_eq!((&group["name"], &group["duties"], &group["status"]), (&json!("新名"), &json!("抓总"), &json!("current")));
    }

    async fn a_planned_role_of_somebody_who_is_gone_stays_away(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let sun = app.person("孙国权").await;
        let role = app.role(&group, "leader", &sun, "2030-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        app.delete(&format!("/people/{sun}")).await.is(200);
        restore(&app, &group).await.is(200);
        app.get(&format!("/roles/{role}")).await.is_problem(404, "not-found");
        assert_eq!(app.get(&format!("/orgs/{group}/roles?status=all")).await.is(200).body["items"], json!([]));
    }

    async fn what_ended_with_its_parent_comes_back_with_it_alone(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2010-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        let refused = restore(&app, &office).await.is_problem(409, "ended-with");
        assert_eq!(refused.body["org_id"], group);
        restore(&app, &group).await.is(200);
        restore(&app, &office).await.is_problem(409, "not-dissolved");
    }

    async fn what_ended_with_an_org_that_is_gone_comes_back_with_what_was_in_it(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let other = app.org_under("leading_group", Some(&committee), "另组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2010-01-01").await;
        let sun = app.person("孙国权").await;
        let role = app.role(&office, "office_director", &sun, "2015-01-01").await;
        let own = app.role(&group, "leader", &sun, "2015-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        app.patch(&format!("/orgs/{office}/versions/2010-01-01"), json!({"parent_id": other})).await.is(200);
        app.delete(&format!("/roles/{own}")).await.is(200);
        app.delete(&format!("/orgs/{group}")).await.is(200);
        restore(&app, &office).await.is(200);
        assert_eq!(app.get(&format!("/roles/{role}")).await.is(200).body["valid_until"], json!(null));
    }

    async fn an_org_is_restored_once(app: TestApp) {
        let id = app.committee().await;
        restore(&app, &id).await.is_problem(409, "not-dissolved");
        dissolve(&app, &id, "2020-01-01").await;
        restore(&app, &id).await.is(200);
        let refused = restore(&app, &id).await.is_problem(409, "not-dissolved");
        assert_eq!(refused.body["org_id"], id);
        // It can be dissolved again.
        let next = app.org_under("committee", None, "新党委", "2020-01-01").await;
        app.post(&format!("/orgs/{id}/dissolve"), json!({"effective_on": "2021-01-01", "successor_ids": [next]})).await.is(200);
        let restored = app.send(app.request("POST", &format!("/orgs/{id}/restore"))).await.is(200);
        assert_eq!((&restored.body["successor_ids"], &restored.body["end_basis"]), (&json!(null), &json!(null)));
    }

    async fn an_end_set_on_the_day_it_was_established_is_lifted_too(app: TestApp) {
        let id = app.org(json!({"kind": "unit", "name": "临时", "valid_from": "2020-01-01", "valid_until": "2025-01-01"})).await;
        assert_eq!(restore(&app, &id).await.is(200).body["dissolved_on"], json!(null));
    }

    async fn a_planned_end_is_called_off(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        dissolve(&app, &committee, "2030-01-01").await;
        restore(&app, &committee).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{group}?as_of=2031-01-01")).await.body["status"], "current");
    }

    async fn what_stands_there_now_may_refuse_it(app: TestApp) {
        let committee = app.committee().await;
        let first = app.org(json!({"kind": "department", "name": "宣传部", "parent_id": committee, "code": "611", "valid_from": "2010-01-01"})).await;
        dissolve(&app, &first, "2020-01-01").await;
        let second = app.org(json!({"kind": "department", "name": "新宣传部", "parent_id": committee, "code": "611", "valid_from": "2020-01-01"})).await;
        let refused = restore(&app, &first).await.is_problem(409, "code-taken");
        assert_eq!((&refused.body["by_id"], &refused.body["on"]), (&json!(second), &json!("2020-01-01")));
        app.patch(&format!("/orgs/{second}"), json!({"code": "612", "effective_on": "2020-01-01"})).await.is(200);
        restore(&app, &first).await.is(200);
        // It cannot outlive its parent either.
        dissolve(&app, &first, "2022-01-01").await;
        dissolve(&app, &committee, "2025-01-01").await;
        restore(&app, &first).await.is_problem(409, "outside-life");
        app.patch(&format!("/orgs/{first}/dissolution"), json!({"effective_on": "2026-01-01"})).await.is_problem(409, "outside-life");
        restore(&app, &committee).await.is(200);
        restore(&app, &first).await.is(200);
    }

    async fn a_role_that_comes_back_must_have_room(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2010-01-01").await;
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let held = json!({"org_id": office, "post": "office_director", "holder": {"type": "unit", "id": unit}, "valid_from": "2013-01-01"});
        let held = app.post("/roles", held).await.is(201).id();
        dissolve(&app, &unit, "2020-01-01").await;
        let sun = app.person("孙国权").await;
        let next = app.role(&office, "office_director", &sun, "2020-01-01").await;
        let refused = restore(&app, &unit).await.is_problem(409, "post-full");
        app.patch(&format!("/orgs/{unit}/dissolution"), json!({"effective_on": "2021-01-01"})).await.is_problem(409, "post-full");
        assert_eq!((&refused.body["org_id"], &refused.body["on"]), (&json!(office), &json!("2020-01-01")));
        // If the end of the role is corrected, the role is no longer the one that ended with the unit.
        app.patch(&format!("/roles/{held}"), json!({"valid_until": "2019-12-31"})).await.is(200);
        restore(&app, &unit).await.is(200);
        assert_eq!(app.get(&format!("/roles/{held}")).await.body["valid_until"], "2019-12-31");
        assert_eq!(app.get(&format!("/roles/{next}")).await.body["status"], "current");
    }

    async fn an_end_that_was_planned_before_is_planned_again(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2010-01-01").await;
        app.post(&format!("/orgs/{office}/dissolve"), json!({"effective_on": "2030-01-01", "basis": {"title": "撤办"}})).await.is(200);
        dissolve(&app, &group, "2028-01-01").await;
        let ended = app.get(&format!("/orgs/{office}")).await.body;
        assert_eq!((&ended["dissolved_on"], &ended["end_basis"]), (&json!("2028-01-01"), &json!({"title": "撤销"})));
        restore(&app, &office).await.is_problem(409, "ended-with");
        restore(&app, &group).await.is(200);
        let planned = app.get(&format!("/orgs/{office}")).await.body;
        assert_eq!((&planned["dissolved_on"], &planned["end_basis"]), (&json!("2030-01-01"), &json!({"title": "撤办"})));
        assert_eq!(restore(&app, &office).await.is(200).body["dissolved_on"], json!(null));
    }

    async fn a_move_that_was_called_off_is_planned_again(app: TestApp) {
        let committee = app.committee().await;
        let (one, two) = (app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await, app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await);
        let coming = app.org_under("branch", Some(&one), "来", "2010-01-01").await;
        app.patch(&format!("/orgs/{coming}"), json!({"parent_id": two, "effective_on": "2030-01-01"})).await.is(200);
        dissolve(&app, &two, "2028-01-01").await;
        assert_eq!(history(&app, &coming, "parent_id").await, json!([["2010-01-01", one]]));
        restore(&app, &two).await.is(200);
        assert_eq!(history(&app, &coming, "parent_id").await, json!([["2010-01-01", one], ["2030-01-01", two]]));
    }

    async fn what_comes_back_has_what_was_set_since_before_its_day(app: TestApp) {
        let committee = app.committee().await;
        let (one, two) = (app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await, app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await);
        let coming = app.org_under("branch", Some(&one), "来", "2010-01-01").await;
        app.patch(&format!("/orgs/{coming}"), json!({"parent_id": two, "effective_on": "2030-01-01"})).await.is(200);
        dissolve(&app, &two, "2028-01-01").await;
        app.patch(&format!("/orgs/{coming}"), json!({"name": "新来", "effective_on": "2029-01-01"})).await.is(200);
        restore(&app, &two).await.is(200);
        assert_eq!(history(&app, &coming, "name").await, json!([["2010-01-01", "来"], ["2029-01-01", "新来"], ["2030-01-01", "新来"]]));
    }

    async fn what_does_not_fit_the_schema_is_refused(app: TestApp) {
        let id = app.committee().await;
        dissolve(&app, &id, "2020-01-01").await;
        app.post(&format!("/orgs/{id}/restore"), json!({"basis": null})).await.is_problem(400, "validation").at("/basis");
        app.post(&format!("/orgs/{id}/restore"), json!({"cascade": true})).await.is_problem(400, "validation").at("/cascade");
        app.post("/orgs/x/restore", json!({})).await.is_problem(400, "validation");
        restore(&app, NOBODY).await.is_problem(404, "not-found");
        let before = revision(&app);
        let tried = app.post(&format!("/orgs/{id}/restore?dry_run=true"), json!({})).await.is(200);
        assert_eq!((&tried.body["status"], revision(&app)), (&json!("current"), before));
    }
}
