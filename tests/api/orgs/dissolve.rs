//! The end of an org.

use serde_json::{Value, json};

use super::{NOBODY, history, revision};
use crate::support::{Answer, TODAY, TestApp, api_test};

async fn dissolve(app: &TestApp, id: &str, body: Value) -> Answer {
    app.post(&format!("/orgs/{id}/dissolve"), body).await
}

/// The kind, id and first day of all blockers.
fn blockers(refused: &Answer) -> Value {
    let blockers = refused.body["blockers"].as_array().unwrap_or_else(|| panic!("{}", refused.text));
    blockers.iter().map(|blocker| json!([blocker["kind"], blocker["id"], blocker["valid_from"]])).collect()
}

async fn unit_role(app: &TestApp, org: &str, post: &str, unit: &str, from: &str) -> String {
    app.post("/roles", json!({"org_id": org, "post": post, "holder": {"type": "unit", "id": unit}, "valid_from": from}))
        .await
        .is(201)
        .id()
}

api_test! {
    async fn an_org_ends_on_the_day_given(app: TestApp) {
        let committee = app.committee().await;
        let next = app.org_under("leading_group", Some(&committee), "主题教育领导小组", "2022-01-01").await;
        let id = app.org_under("leading_group", Some(&committee), "党史学习教育领导小组", "2021-03-05").await;
        let basis = json!({"title": "关于撤销领导小组的通知", "number": "校党发〔2022〕8号", "date": "2022-03-25"});
        let ended = dissolve(&app, &id, json!({"effective_on": "2022-03-31", "successor_ids": [next], "basis": basis})).await.is(200);
        let expected = json!({
            "id": id, "kind": "leading_group", "status": "ended", "name": "党史学习教育领导小组", "parent_id": committee, "order": 2,
            "valid_from": "2021-03-05", "valid_until": "2022-03-31", "established_on": "2021-03-05", "dissolved_on": "2022-03-31",
            "end_basis": basis, "successor_ids": [next], "revision": revision(&app), "updated_at": ended.body["updated_at"],
        });
        assert_eq!(ended.object(), expected);
        assert_eq!(app.get(&format!("/orgs/{id}")).await.is(200).body, expected);
        assert_eq!(app.get(&format!("/orgs/{id}?as_of=2022-03-30")).await.is(200).body["status"], "current");
        let listed = app.get("/orgs?kind=leading_group").await.is(200);
        assert_eq!(listed.names(), ["主题教育领导小组"]);
    }

    async fn it_ends_today_where_nothing_is_said(app: TestApp) {
        let id = app.committee().await;
        let ended = app.send(app.request("POST", &format!("/orgs/{id}/dissolve"))).await.is(200);
        assert_eq!((&ended.body["dissolved_on"], &ended.body["status"]), (&json!(TODAY), &json!("ended")));
    }

    async fn everything_that_stands_in_the_way_is_listed(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2012-01-01").await;
        let planned = app.org_under("working_group", Some(&group), "工作组", "2030-01-01").await;
        let gone = json!({"kind": "working_group", "name": "旧组", "parent_id": group, "valid_from": "2011-01-01", "valid_until": "2019-12-31"});
        app.org(gone).await;
        let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
        let leader = app.role(&group, "leader", &sun, "2015-01-01").await;
        let later = app.role(&group, "deputy_leader", &hu, "2028-01-01").await;
        let over = json!({"org_id": group, "post": "liaison", "holder": {"type": "person", "id": hu}, "valid_from": "2011-01-01", "valid_until": "2020-01-01"});
        app.post("/roles", over).await.is(201);
        app.patch(&format!("/orgs/{group}"), json!({"name": "新名", "effective_on": "2029-01-01"})).await.is(200);
        let refused = dissolve(&app, &group, json!({"effective_on": "2020-01-01"})).await.is_problem(409, "in-use");
        assert_eq!(blockers(&refused), json!([["child", office, "2012-01-01"], ["child", planned, "2030-01-01"],
            ["role_in", leader, "2015-01-01"], ["role_in", later, "2028-01-01"], ["version", group, "2029-01-01"]]));
        let held = unit_role(&app, &office, "office_director", &unit, "2013-01-01").await;
        let refused = dissolve(&app, &unit, json!({"effective_on": "2020-01-01"})).await.is_problem(409, "in-use");
        assert_eq!(blockers(&refused), json!([["role_held", held, "2013-01-01"]]));
        assert_eq!(app.get(&format!("/orgs/{group}")).await.body["dissolved_on"], json!(null));
        // What has ended by then, or ends on that day, does not count.
        app.delete(&format!("/orgs/{planned}")).await.is(200);
        app.delete(&format!("/roles/{later}")).await.is(200);
        app.delete(&format!("/orgs/{group}/versions/2029-01-01")).await.is(200);
        dissolve(&app, &office, json!({"effective_on": "2020-01-01", "cascade": true})).await.is(200);
        app.post(&format!("/roles/{leader}/end"), json!({"effective_on": "2020-01-01"})).await.is(200);
        dissolve(&app, &group, json!({"effective_on": "2019-12-31"})).await.is_problem(409, "in-use");
        dissolve(&app, &group, json!({"effective_on": "2020-01-01"})).await.is(200);
    }

    async fn a_cascade_ends_what_runs_and_removes_what_has_not_begun(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2012-01-01").await;
        let working = app.org_under("working_group", Some(&office), "综合组", "2013-01-01").await;
        let ending = app.org(json!({"kind": "working_group", "name": "短组", "parent_id": office, "valid_from": "2013-01-01", "valid_until": "2019-01-01"})).await;
        let planned = app.org_under("supervision_group", Some(&group), "督导组", "2020-01-01").await;
        app.patch(&format!("/orgs/{office}"), json!({"name": "新办公室", "effective_on": "2025-01-01"})).await.is(200);
        let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
        let leader = app.role(&group, "leader", &sun, "2015-01-01").await;
        let director = unit_role(&app, &office, "office_director", &unit, "2013-01-01").await;
        let member = app.role(&working, "group_member", &hu, "2019-12-31").await;
        let later = app.role(&working, "leader", &hu, "2020-01-01").await;
        let inside = app.role(&planned, "leader", &hu, "2021-01-01").await;
        let over = app.post("/roles", json!({"org_id": group, "post": "liaison", "holder": {"type": "person", "id": hu}, "valid_from": "2011-01-01", "valid_until": "2012-01-01"})).await.is(201).id();
        let before = revision(&app);
        let basis = json!({"title": "撤销"});
        dissolve(&app, &group, json!({"effective_on": "2020-01-01", "cascade": true, "basis": basis})).await.is(200);
        assert_eq!(revision(&app), before + 1);
        for id in [&group, &office, &working] {
            let body = app.get(&format!("/orgs/{id}")).await.is(200).body;
            assert_eq!((&body["dissolved_on"], &body["end_basis"], &body["status"]), (&json!("2020-01-01"), &basis, &json!("ended")));
        }
        assert_eq!(app.get(&format!("/orgs/{ending}")).await.body["dissolved_on"], "2019-01-01");
        assert_eq!(history(&app, &office, "name").await, json!([["2012-01-01", "办公室"]]));
        app.get(&format!("/orgs/{planned}")).await.is_problem(404, "not-found");
        for id in [&leader, &director, &member] {
            let body = app.get(&format!("/roles/{id}")).await.is(200).body;
            assert_eq!((&body["valid_until"], &body["end_basis"]), (&json!("2020-01-01"), &basis));
        }
        for id in [&later, &inside] {
            app.get(&format!("/roles/{id}")).await.is_problem(404, "not-found");
        }
        let untouched = app.get(&format!("/roles/{over}")).await.is(200).body;
        assert_eq!((&untouched["valid_until"], &untouched["end_basis"]), (&json!("2012-01-01"), &json!(null)));
        assert_eq!(app.get(&format!("/orgs/{unit}")).await.body["status"], "current");
    }

    async fn what_a_unit_holds_elsewhere_ends_with_it(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2010-01-01").await;
        let school = app.org_under("unit", None, "学校", "2000-01-01").await;
        let college = app.org_under("unit", Some(&school), "信息学院", "2000-01-01").await;
        let held = unit_role(&app, &office, "office_director", &college, "2013-01-01").await;
        let later = unit_role(&app, &group, "group_member", &college, "2028-01-01").await;
        dissolve(&app, &school, json!({"effective_on": "2027-01-01", "cascade": true})).await.is(200);
        assert_eq!(app.get(&format!("/roles/{held}")).await.is(200).body["valid_until"], "2027-01-01");
        app.get(&format!("/roles/{later}")).await.is_problem(404, "not-found");
        assert_eq!(app.get(&format!("/orgs/{office}")).await.body["dissolved_on"], json!(null));
    }

    async fn a_move_into_it_that_has_not_happened_is_called_off(app: TestApp) {
        let committee = app.committee().await;
        let (one, two) = (app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await, app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await);
        let coming = app.org_under("branch", Some(&one), "来", "2010-01-01").await;
        let leaving = app.org_under("branch", Some(&two), "去", "2010-01-01").await;
        let left = app.org_under("branch", Some(&two), "已去", "2010-01-01").await;
        for (id, parent, day) in [(&coming, &two, "2020-01-01"), (&leaving, &one, "2020-01-02"), (&left, &one, "2020-01-01")] {
            app.patch(&format!("/orgs/{id}"), json!({"parent_id": parent, "effective_on": day})).await.is(200);
        }
        let refused = dissolve(&app, &two, json!({"effective_on": "2020-01-01"})).await.is_problem(409, "in-use");
        let mut expected = vec![json!(["child", coming, "2020-01-01"]), json!(["child", leaving, "2010-01-01"])];
        expected.sort_by_key(|blocker| blocker[1].to_string());
        assert_eq!(blockers(&refused), json!(expected));
        dissolve(&app, &two, json!({"effective_on": "2020-01-01", "cascade": true})).await.is(200);
        assert_eq!(history(&app, &coming, "parent_id").await, json!([["2010-01-01", one]]));
        assert_eq!(app.get(&format!("/orgs/{coming}")).await.body["status"], "current");
        // A child on that day ends with it, and its later move is removed.
        assert_eq!(history(&app, &leaving, "parent_id").await, json!([["2010-01-01", two]]));
        assert_eq!(app.get(&format!("/orgs/{leaving}")).await.body["dissolved_on"], "2020-01-01");
        assert_eq!(app.get(&format!("/orgs/{left}")).await.body["status"], "current");
    }

    async fn orgs_planned_to_change_places_are_all_removed(app: TestApp) {
        let school = app.org_under("unit", None, "学校", "2000-01-01").await;
        let one = app.org_under("unit", Some(&school), "一", "2030-01-01").await;
        let two = app.org_under("unit", Some(&one), "二", "2030-01-01").await;
        app.patch(&format!("/orgs/{two}"), json!({"parent_id": school, "effective_on": "2031-01-01"})).await.is(200);
        app.patch(&format!("/orgs/{one}"), json!({"parent_id": two, "effective_on": "2032-01-01"})).await.is(200);
        dissolve(&app, &school, json!({"effective_on": "2027-01-01", "cascade": true})).await.is(200);
        for id in [one, two] {
            app.get(&format!("/orgs/{id}")).await.is_problem(404, "not-found");
        }
    }

    async fn nothing_that_goes_leaves_a_name_behind(app: TestApp) {
        let school = app.org_under("unit", None, "学校", "2000-01-01").await;
        let old = app.org_under("unit", Some(&school), "旧学院", "2000-01-01").await;
        let new = app.org_under("unit", Some(&school), "新学院", "2030-01-01").await;
        let other = app.org_under("unit", None, "外单位", "2000-01-01").await;
        dissolve(&app, &other, json!({"effective_on": "2031-01-01", "successor_ids": [new]})).await.is(200);
        let refused = dissolve(&app, &school, json!({"effective_on": "2027-01-01", "cascade": true})).await.is_problem(409, "in-use");
        assert_eq!(blockers(&refused), json!([["successor_of", other, "2000-01-01"]]));
        assert_eq!(app.get(&format!("/orgs/{old}")).await.body["status"], "current");
    }

    async fn an_org_ends_once(app: TestApp) {
        let id = app.committee().await;
        dissolve(&app, &id, json!({"effective_on": "2030-01-01"})).await.is(200);
        for day in ["2029-01-01", "2030-01-01", "2031-01-01"] {
            let refused = dissolve(&app, &id, json!({"effective_on": day})).await.is_problem(409, "already-dissolved");
            assert_eq!(refused.body["org_id"], id);
        }
        let limited = app.org(json!({"kind": "unit", "name": "临时", "valid_from": "2020-01-01", "valid_until": "2030-01-01"})).await;
        dissolve(&app, &limited, json!({})).await.is_problem(409, "already-dissolved");
    }

    async fn a_planned_end_leaves_it_current_until_then(app: TestApp) {
        let id = app.committee().await;
        let planned = dissolve(&app, &id, json!({"effective_on": "2030-01-01"})).await.is(200);
        assert_eq!((&planned.body["status"], &planned.body["dissolved_on"]), (&json!("current"), &json!("2030-01-01")));
        app.clock.set("2029-12-31T16:00:00Z".parse().unwrap());
        assert_eq!(app.get(&format!("/orgs/{id}")).await.body["status"], "ended");
    }

    async fn what_was_established_that_day_is_deleted_instead(app: TestApp) {
        let id = app.committee().await;
        dissolve(&app, &id, json!({"effective_on": "2000-01-01"})).await.is_problem(409, "dissolved-at-founding");
        dissolve(&app, &id, json!({"effective_on": "1999-12-31"})).await.is_problem(409, "not-alive");
        dissolve(&app, &id, json!({"effective_on": "2000-01-02"})).await.is(200);
    }

    async fn a_successor_lives_on_the_day_and_is_of_the_same_world(app: TestApp) {
        let top = app.committee().await;
        let branch = async |name: &str, from: &str| app.org_under("general_branch", Some(&top), name, from).await;
        let (old, early, late) = (branch("甲", "2001-01-01").await, branch("乙", "2001-01-01").await, branch("丙", "2020-06-01").await);
        let unit = app.org_under("unit", None, "单位", "2000-01-01").await;
        dissolve(&app, &early, json!({"effective_on": "2020-01-01"})).await.is(200);
        let before = revision(&app);
        for (successor, on) in [(&early, "2020-01-01"), (&late, "2020-01-01"), (&unit, "2022-01-01")] {
            let refused = dissolve(&app, &old, json!({"effective_on": on, "successor_ids": [successor]})).await.is_problem(409, "unfit-successor");
            assert_eq!((&refused.body["org_id"], &refused.body["by_id"], &refused.body["on"]), (&json!(old), &json!(successor), &json!(on)));
        }
        assert_eq!(revision(&app), before);
        dissolve(&app, &old, json!({"effective_on": "2022-01-01", "successor_ids": [late]})).await.is(200);
        // Nothing that comes later makes it unfit.
        let unfit = |answer: crate::support::Answer| drop(answer.is_problem(409, "unfit-successor"));
        unfit(dissolve(&app, &late, json!({"effective_on": "2021-01-01"})).await);
        unfit(app.patch(&format!("/orgs/{late}/versions/2020-06-01"), json!({"valid_from": "2022-01-02"})).await);
        dissolve(&app, &late, json!({"effective_on": "2022-01-02"})).await.is(200);
        let other = app.org_under("unit", None, "他单位", "2000-01-01").await;
        let body = json!({"kind": "committee", "name": "曾为党委", "valid_from": "2000-01-01"});
        let once = app.org(body).await;
        app.patch(&format!("/orgs/{once}"), json!({"kind": "unit", "effective_on": "2010-01-01"})).await.is(200);
        dissolve(&app, &other, json!({"effective_on": "2022-01-01", "successor_ids": [once]})).await.is(200);
        unfit(app.patch(&format!("/orgs/{once}"), json!({"kind": "committee", "effective_on": "2015-01-01"})).await);
        unfit(app.delete(&format!("/orgs/{once}/versions/2010-01-01")).await);
        let group = async |name: &str| {
            let body = json!({"parent_id": top, "name": name, "valid_from": "2021-01-01"});
            app.post("/leading-groups", body).await.is(201).id()
        };
        let (first, second) = (group("一组").await, group("二组").await);
        dissolve(&app, &first, json!({"effective_on": "2026-06-01", "successor_ids": [second]})).await.is(200);
        let ends = json!({"parent_id": top, "name": "二组", "effective_on": "2026-01-01", "valid_until": "2026-05-01"});
        unfit(app.put(&format!("/leading-groups/{second}"), ends).await);
    }

    async fn an_org_does_not_succeed_itself_nor_does_nobody(app: TestApp) {
        let id = app.committee().await;
        dissolve(&app, &id, json!({"successor_ids": [id]})).await.is_problem(422, "self-reference");
        dissolve(&app, &id, json!({"successor_ids": [NOBODY]})).await.is_problem(409, "unknown-reference").at("/successor_ids/0");
    }

    async fn what_does_not_fit_the_schema_is_refused(app: TestApp) {
        let id = app.committee().await;
        for (body, pointer) in [
            (json!({"effective_on": "soon"}), "/effective_on"),
            (json!({"effective_on": null}), "/effective_on"),
            (json!({"cascade": "yes"}), "/cascade"),
            (json!({"successor_ids": id}), "/successor_ids"),
            (json!({"successor_ids": vec![NOBODY; 51]}), "/successor_ids"),
            (json!({"name": "甲"}), "/name"),
        ] {
            dissolve(&app, &id, body).await.is_problem(400, "validation").at(pointer);
        }
        dissolve(&app, NOBODY, json!({})).await.is_problem(404, "not-found");
        app.post("/orgs/x/dissolve", json!({})).await.is_problem(400, "validation");
    }

    async fn a_dry_run_shows_what_would_end(app: TestApp) {
        let committee = app.committee().await;
        let department = app.org_under("department", Some(&committee), "宣传部", "2010-01-01").await;
        let before = revision(&app);
        let refused = app.post(&format!("/orgs/{committee}/dissolve?dry_run=true"), json!({})).await.is_problem(409, "in-use");
        assert_eq!(blockers(&refused), json!([["child", department, "2010-01-01"]]));
        let tried = app.post(&format!("/orgs/{committee}/dissolve?dry_run=true"), json!({"cascade": true})).await.is(200);
        let mut ids: Vec<_> = tried.change()["effects"].as_array().unwrap().iter().map(|effect| effect["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        let mut expected = vec![committee.clone(), department];
        expected.sort();
        assert_eq!((ids, revision(&app)), (expected, before));
        assert_eq!(app.get(&format!("/orgs/{committee}")).await.body["status"], "current");
    }
}
