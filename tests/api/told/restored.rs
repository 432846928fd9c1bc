//! What clerks are told of what a restoration, or the correction of an end, does not bring back.

use serde_json::{Value, json};

use super::tried;
use crate::{
    access::{closed_test, everywhere},
    support::{TestApp, api_test},
};

/// A leading group with an office. Both are from 2010.
async fn group(app: &TestApp) -> (String, String, String) {
    let committee = app.committee().await;
    let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
    let office = app.org_under("office", Some(&group), "办公室", "2010-01-01").await;
    (committee, group, office)
}

async fn dissolve(app: &TestApp, org: &str, on: &str) {
    app.post(&format!("/orgs/{org}/dissolve"), json!({"effective_on": on, "cascade": true})).await.is(200);
}

async fn restoring(app: &TestApp, org: &str) -> [Vec<String>; 2] {
    tried(app, "POST", &format!("/orgs/{org}/restore"), &json!({})).await.notices
}

/// The first notices. After them, it is told which posts are vacant.
#[track_caller]
fn are(told: [Vec<String>; 2], en: &[&str], zh: &[&str]) {
    let vacancy = |sentence: &String| sentence.starts_with("Nobody is ") || sentence.ends_with("空缺。");
    assert_eq!(
        told.map(|sentences| sentences.into_iter().filter(|sentence| !vacancy(sentence)).collect::<Vec<_>>()),
        [en, zh]
    );
}

api_test! {
    async fn roles_that_were_deleted_or_have_another_end(app: TestApp) {
        let (_, group, _) = group(&app).await;
        let (sun, hu, wang) = (app.person("孙国权").await, app.person("胡春梅").await, app.person("王玉玲").await);
        let leader = app.role(&group, "leader", &sun, "2015-01-01").await;
        app.role(&group, "deputy_leader", &hu, "2015-01-01").await;
        let liaison = app.role(&group, "liaison", &wang, "2015-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        app.patch(&format!("/roles/{leader}"), json!({"valid_until": "2019-06-01"})).await.is(200);
        app.delete(&format!("/roles/{liaison}")).await.is(200);
        let en = [
            "王玉玲 does not go on as liaison officer of 领导小组: the role has been deleted since.",
            "孙国权 is no longer leader of 领导小组 from 2019-06-01 on all the same: another act has set this end since.",
        ];
        let zh = [
            "王玉玲任领导小组联络员未能恢复：该任职记录此后已被删除。",
            "孙国权仍自2019-06-01起不再担任领导小组组长：其终止日期此后已另行确定。",
        ];
        are(restoring(&app, &group).await, &en, &zh);
        // A later end prolongs what is there. An earlier one takes nothing else away.
        let dissolution = format!("/orgs/{group}/dissolution");
        let later = tried(&app, "PATCH", &dissolution, &json!({"effective_on": "2021-01-01"})).await;
        are(later.notices, &en, &zh);
        let earlier = tried(&app, "PATCH", &dissolution, &json!({"effective_on": "2019-12-01"})).await;
        are(earlier.notices, &en[1..], &zh[1..]);
        tried(&app, "PATCH", &dissolution, &json!({"effective_on": "2019-01-01"})).await.no_notices();
        // The write itself tells the same, and its repetition has no notices.
        let restore = || app.request("POST", &format!("/orgs/{group}/restore")).header("idempotency-key", "r").json(&json!({}));
        let written = app.send(restore()).await.is(200);
        assert_eq!(written.change()["notices"].as_array().unwrap()[..2], en);
        assert_eq!(app.send(restore()).await.is(200).change()["notices"], Value::Null);
    }

    async fn planned_roles_whose_holder_or_org_is_gone(app: TestApp) {
        let (committee, group, office) = group(&app).await;
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
        app.post("/posts", json!({"code": "adviser", "name": "顾问", "name_en": "Adviser", "kinds": [{"kind": "leading_group"}]})).await.is(201);
        let planned = |org: &str, post: &str, holder: Value| json!({"org_id": org, "post": post, "holder": holder, "valid_from": "2030-01-01"});
        app.role(&group, "leader", &sun, "2030-01-01").await;
        app.post("/roles", planned(&group, "liaison", json!({"type": "unit", "id": unit}))).await.is(201);
        app.role(&group, "adviser", &hu, "2030-01-01").await;
        app.post("/roles", planned(&group, "deputy_leader", json!({"type": "seat", "org_id": committee, "post": "secretary"}))).await.is(201);
        app.role(&office, "office_director", &hu, "2030-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        for path in [format!("/people/{sun}"), format!("/orgs/{unit}"), "/posts/adviser".to_owned(), format!("/orgs/{office}")] {
            app.delete(&path).await.is(200);
        }
        are(restoring(&app, &group).await, &[
            "An org that ended on 2020-01-01 does not come back: it has been deleted since.",
            "胡春梅 does not become a post of 领导小组 on 2030-01-01 again: the post has been deleted since.",
            "An org does not become liaison officer of 领导小组 on 2030-01-01 again: one of the two orgs has been deleted since.",
            "Somebody does not become leader of 领导小组 on 2030-01-01 again: this person has been deleted since.",
            "The seat of the secretary of 学校党委 as deputy leader of 领导小组 resolves to nobody from 2030-01-01 on.",
        ], &[
            "有一个组织自2020-01-01起撤销，未能恢复：该组织此后已被删除。",
            "原定胡春梅自2030-01-01起任领导小组某职务，未能恢复：该职务此后已被删除。",
            "原定某组织自2030-01-01起任领导小组联络员，未能恢复：其中的组织此后已被删除。",
            "原定某人自2030-01-01起任领导小组组长，未能恢复：该人员此后已被删除。",
            "领导小组副组长由学校党委书记（席位）担任，自2030-01-01起无人在位。",
        ]);
        app.post(&format!("/orgs/{group}/restore"), json!({})).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{group}/roles?status=all")).await.is(200).body["items"].as_array().unwrap().len(), 1);
    }

    async fn a_planned_role_of_somebody_who_was_merged(app: TestApp) {
        let (_, group, _) = group(&app).await;
        let (sun, again) = (app.person("孙国权").await, app.person("孙国权").await);
        let planned = app.role(&group, "leader", &again, "2030-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        app.post(&format!("/people/{sun}/merge"), json!({"duplicate_id": again})).await.is(200);
        are(restoring(&app, &group).await, &[
            "孙国权 becomes leader of 领导小组 on 2030-01-01 in place of an entry that has been merged into this one since.",
        ], &[
            "孙国权自2030-01-01起任领导小组组长：原定人员的条目此后已并入该条目。",
        ]);
        app.post(&format!("/orgs/{group}/restore"), json!({})).await.is(200);
        assert_eq!(app.get(&format!("/roles/{planned}")).await.is(200).body["holder"]["id"], sun);
    }

    async fn values_of_a_day_that_has_others(app: TestApp) {
        let committee = app.committee().await;
        let [one, two] = [app.org_under("general_branch", Some(&committee), "一总支", "2010-01-01").await, app.org_under("general_branch", Some(&committee), "二总支", "2010-01-01").await];
        let coming = app.org_under("branch", Some(&one), "来支部", "2010-01-01").await;
        app.patch(&format!("/orgs/{coming}"), json!({"parent_id": two, "effective_on": "2030-01-01"})).await.is(200);
        dissolve(&app, &two, "2028-01-01").await;
        app.patch(&format!("/orgs/{coming}"), json!({"name": "新支部", "effective_on": "2030-01-01"})).await.is(200);
        are(restoring(&app, &two).await, &[
            "What was set for 新支部 on 2030-01-01 does not come back, since something else has been set there: superior 二总支.",
        ], &[
            "原定新支部自2030-01-01起上级组织为二总支，未能恢复：自该日起的内容此后已另行确定。",
        ]);
        app.delete(&format!("/orgs/{coming}")).await.is(200);
        are(restoring(&app, &two).await, &[
            "What was set for 来支部 from 2030-01-01 on does not come back: the org has been deleted since.",
        ], &[
            "原定来支部自2030-01-01起的内容未能恢复：该组织此后已被删除。",
        ]);
    }

    async fn planned_orgs_whose_place_is_gone(app: TestApp) {
        let (committee, group, office) = group(&app).await;
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let other = app.org_under("leading_group", Some(&committee), "另组", "2010-01-01").await;
        app.org_under("working_group", Some(&office), "工作组", "2030-01-01").await;
        let moving = app.org(json!({"kind": "working_group", "name": "专项组", "parent_id": group, "valid_from": "2030-01-01", "unit_ids": [unit]})).await;
        app.patch(&format!("/orgs/{moving}"), json!({"parent_id": other, "effective_on": "2032-01-01"})).await.is(200);
        dissolve(&app, &group, "2020-01-01").await;
        for org in [&office, &other, &unit] {
            app.delete(&format!("/orgs/{org}")).await.is(200);
        }
        are(restoring(&app, &group).await, &[
            "An org that ended on 2020-01-01 does not come back: it has been deleted since.",
            "工作组, which was to be established on 2030-01-01, does not come back: the org above it has been deleted since.",
            "What was set for 专项组 from 2032-01-01 on does not come back: the org above it has been deleted since.",
            "专项组 comes back with fewer units from 2030-01-01 on: those that it lacks have been deleted since.",
        ], &[
            "有一个组织自2020-01-01起撤销，未能恢复：该组织此后已被删除。",
            "原定自2030-01-01起设立的工作组未能恢复：其上级组织此后已被删除。",
            "原定专项组自2032-01-01起的内容未能恢复：其上级组织此后已被删除。",
            "专项组自2030-01-01起的所属单位未能全部恢复：其余单位此后已被删除。",
        ]);
        app.post(&format!("/orgs/{group}/restore"), json!({})).await.is(200);
        let versions = app.get(&format!("/orgs/{moving}/versions")).await.is(200).body;
        assert_eq!((versions["items"].as_array().unwrap().len(), &versions["items"][0]["unit_ids"]), (1, &json!(null)));
    }

    async fn supervisions(app: TestApp) {
        let (committee, group, _) = group(&app).await;
        let inspectors = app.org_under("supervision_group", Some(&group), "督导组", "2010-01-01").await;
        let mut orgs = Vec::new();
        for name in ["甲总支", "乙总支", "丙总支"] {
            orgs.push(app.org_under("general_branch", Some(&committee), name, "2010-01-01").await);
        }
        let mut covering = Vec::new();
        for (org, from) in orgs.iter().zip(["2015-01-01", "2015-01-01", "2030-01-01"]) {
            let body = json!({"supervision_group_id": inspectors, "org_id": org, "scope": "self", "valid_from": from});
            covering.push(app.post("/supervisions", body).await.is(201).id());
        }
        dissolve(&app, &inspectors, "2020-01-01").await;
        app.patch(&format!("/supervisions/{}", covering[0]), json!({"valid_until": "2019-06-01"})).await.is(200);
        app.delete(&format!("/supervisions/{}", covering[1])).await.is(200);
        app.delete(&format!("/orgs/{}", orgs[2])).await.is(200);
        are(restoring(&app, &inspectors).await, &[
            "This does not come back, since an org that it names has been deleted: 督导组 covering an org from 2030-01-01 on.",
            "This does not go on, since it has been deleted: 督导组 covering 乙总支 from 2015-01-01 on.",
            "This ends on 2019-06-01 all the same, since another act has set this end: 督导组 covering 甲总支 from 2015-01-01 on.",
        ], &[
            "督导组自2030-01-01起督导某组织未能恢复：所涉及的组织此后已被删除。",
            "督导组自2015-01-01起督导乙总支未能恢复：该记录此后已被删除。",
            "督导组自2015-01-01起督导甲总支仍于2019-06-01终止：其终止日期此后已另行确定。",
        ]);
    }

    async fn a_duplicate_is_shown(app: TestApp) {
        let (_, group, _) = group(&app).await;
        let (sun, again) = (app.person("孙国权").await, app.person("孙国权").await);
        app.role(&group, "group_member", &again, "2030-01-01").await;
        app.role(&group, "group_member", &sun, "2031-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        app.post(&format!("/people/{sun}/merge"), json!({"duplicate_id": again})).await.is(200);
        // Neither of the two roles of one person is dropped: which of them is right, nobody here knows.
        let refused = app.post(&format!("/orgs/{group}/restore"), json!({})).await.is_problem(409, "same-holder");
        assert!(refused.text.contains("孙国权 is member of 领导小组 from 203"), "{}", refused.text);
        app.patch(&format!("/orgs/{group}/dissolution"), json!({"effective_on": "2032-01-01"})).await.is_problem(409, "same-holder");
    }
}

closed_test! {
    async fn nobody_is_named_whom_the_caller_does_not_see(app: TestApp) {
        let (_, group, _) = group(&app).await;
        let (sun, again) = (app.person("孙国权").await, app.person("孙国权").await);
        app.role(&group, "leader", &again, "2030-01-01").await;
        dissolve(&app, &group, "2020-01-01").await;
        app.post(&format!("/people/{sun}/merge"), json!({"duplicate_id": again})).await.is(200);
        let clerk = app.caller(json!([everywhere(&["orgs:read", "structure:write", "roles:write"])])).await;
        are(restoring(&clerk, &group).await, &[
            "Somebody becomes leader of 领导小组 on 2030-01-01 in place of an entry that has been merged into this one since.",
        ], &[
            "某人自2030-01-01起任领导小组组长：原定人员的条目此后已并入该条目。",
        ]);
    }
}
