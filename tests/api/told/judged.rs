//! What a reader of fifty acts took for false or misleading.

use serde_json::{Value, json};

use super::{person, tried};
use crate::support::{TestApp, api_test};

/// A general branch with a branch in it, below a committee.
async fn branches(app: &TestApp) -> [String; 3] {
    let committee = app.committee().await;
    let general = app.org_under("general_branch", Some(&committee), "化学总支", "2001-01-01").await;
    let branch = app.org_under("branch", Some(&general), "第二支部", "2002-01-01").await;
    [committee, general, branch]
}

fn document(title: &str, number: &str) -> Value {
    json!({"title": title, "number": number})
}

api_test! {
    async fn a_founding_day_is_moved(app: TestApp) {
        let [_, general, branch] = branches(&app).await;
        let path = format!("/orgs/{branch}/versions/2002-01-01");
        tried(&app, "PATCH", &path, &json!({"valid_from": "2003-01-01"})).await.is(
            &["第二支部 is established on 2003-01-01 instead of 2002-01-01."],
            &["第二支部的成立日期由2002-01-01改为2003-01-01。"],
        ).no_notices();
        let basis = document("成立通知", "5");
        tried(&app, "PATCH", &path, &json!({"basis": basis})).await.is(
            &["The establishment of 第二支部 rests on 《成立通知》 (5)."],
            &["第二支部的成立依据《成立通知》（5）。"],
        ).no_notices();
        app.patch(&path, json!({"basis": basis})).await.is(200);
        tried(&app, "PATCH", &path, &json!({"basis": document("成立通知", "6")})).await.is(
            &["The establishment of 第二支部 rests on 《成立通知》 (6) instead of 《成立通知》 (5)."],
            &["第二支部的成立，依据由《成立通知》（5）改为《成立通知》（6）。"],
        ).no_notices();
        // A plan goes with what ends before it.
        app.patch(&format!("/orgs/{branch}"), json!({"name": "教工支部", "effective_on": "2027-01-01"})).await.is(200);
        let told = tried(&app, "POST", &format!("/orgs/{general}/dissolve"), &json!({"effective_on": "2026-12-31", "cascade": true})).await;
        assert!(told.notices[0].iter().any(|notice| notice == "What was planned for 第二支部 on 2027-01-01 falls away: name 教工支部."), "{told:?}");
    }

    async fn a_role_is_prolonged_by_a_document(app: TestApp) {
        let [_, general, _] = branches(&app).await;
        let wang = app.person("王建国").await;
        let role = app.role(&general, "secretary", &wang, "2020-01-01").await;
        let path = format!("/roles/{role}");
        app.patch(&path, json!({"valid_until": "2026-01-01"})).await.is(200);
        let longer = |day: &str, title: &str| json!({"valid_until": day, "end_basis": document(title, "1")});
        tried(&app, "PATCH", &path, &longer("2027-01-01", "延长任期的通知")).await.is(
            &["王建国 remains secretary of 化学总支 until 2027-01-01 instead of 2026-01-01 (document of the end 《延长任期的通知》 (1))."],
            &["王建国不再担任化学总支书记的日期由2026-01-01延至2027-01-01（终止依据《延长任期的通知》（1））。"],
        );
        app.patch(&path, longer("2027-01-01", "延长任期的通知")).await.is(200);
        tried(&app, "PATCH", &path, &longer("2028-01-01", "再延长的通知")).await.is(
            &["王建国 remains secretary of 化学总支 until 2028-01-01 instead of 2027-01-01 (document of the end 《再延长的通知》 (1) instead of 《延长任期的通知》 (1))."],
            &["王建国不再担任化学总支书记的日期由2027-01-01延至2028-01-01（终止依据由《延长任期的通知》（1）改为《再延长的通知》（1））。"],
        );
        tried(&app, "PATCH", &path, &json!({"valid_until": null})).await.is(
            &["王建国 remains secretary of 化学总支: the end on 2027-01-01 is called off (before: document of the end 《延长任期的通知》 (1))."],
            &["王建国继续担任化学总支书记，取消自2027-01-01起不再担任的安排（原终止依据《延长任期的通知》（1））。"],
        );
    }

    async fn an_org_moves(app: TestApp) {
        let [committee, _, branch] = branches(&app).await;
        let physics = app.org_under("general_branch", Some(&committee), "物理总支", "2001-01-01").await;
        let moved = json!({"parent_id": physics, "effective_on": "2026-09-01"});
        tried(&app, "PATCH", &format!("/orgs/{branch}"), &moved).await.is(
            &["第二支部 stands under 物理总支 instead of 化学总支 from 2026-09-01 on (place 1)."],
            &["第二支部自2026-09-01起由隶属化学总支改为隶属物理总支（排序1）。"],
        ).no_notices();
    }

    async fn what_later_versions_carry_on_is_told_once(app: TestApp) {
        let [_, general, _] = branches(&app).await;
        let path = format!("/orgs/{general}");
        app.patch(&path, json!({"name": "化学与材料总支", "effective_on": "2027-09-01"})).await.is(200);
        tried(&app, "PATCH", &path, &json!({"kind": "committee", "effective_on": "2026-10-01"})).await.is(
            &["The kind of 化学总支 is committee instead of general branch from 2026-10-01 on."],
            &["化学总支的类别自2026-10-01起由党总支改为党委。"],
        );
        // A value that was wrong is corrected; one that is new on a day is new.
        tried(&app, "PATCH", &format!("{path}/versions/2001-01-01"), &json!({"name": "化工总支"})).await.is(
            &["The name 化学总支 is corrected to 化工总支 from 2001-01-01 on."],
            &["化学总支的名称自2001-01-01起更正为化工总支。"],
        );
        app.patch(&path, json!({"code": "1", "effective_on": "2026-10-01"})).await.is(200);
        tried(&app, "PATCH", &path, &json!({"name": "化工总支", "effective_on": "2026-10-01"})).await.is(
            &["化学总支 is called 化工总支 from 2026-10-01 on."],
            &["化学总支自2026-10-01起更名为化工总支。"],
        );
    }

    async fn a_notice_on_a_leading_group_is_taken_back(app: TestApp) {
        let committee = app.committee().await;
        let [he, yang] = [app.person("何三").await, app.person("杨四").await];
        let group = |day: &str, number: &str, holders: Value| json!({"parent_id": committee, "name": "领导小组", "duties": "统筹", "members": holders,
            "working_groups": [{"name": "宣传组", "leaders": [{"holder": person(&he)}]}], "basis": document("调整通知", number), "effective_on": day});
        let both = json!([{"holder": person(&he)}, {"holder": person(&yang)}]);
        let id = app.post("/leading-groups", group("2023-04-01", "1", json!([{"holder": person(&he)}]))).await.is(201).id();
        app.put(&format!("/leading-groups/{id}"), group("2024-05-01", "2", both.clone())).await.is(200);
        tried(&app, "DELETE", &format!("/orgs/{id}/versions/2024-05-01"), &Value::Null).await.is(&[
            "What was declared for 领导小组 from 2024-05-01 on is taken back (order of the holders 何三, 杨四, document 《调整通知》 (2)).",
            "The order of the holders of 领导小组 from 2024-05-01 on is as before: 何三.",
            "杨四 is no longer entered as member of 领导小组 from 2024-05-01 on (place 2, document 《调整通知》 (2)).",
        ], &[
            "撤回领导小组自2024-05-01起公布的内容（任职者排名何三、杨四，依据《调整通知》（2））。",
            "领导小组的任职者排名自2024-05-01起仍为何三。",
            "删除杨四自2024-05-01起任领导小组成员的记录（排名2，任职依据《调整通知》（2））。",
        ]);
        // Only the number of the notice is another one.
        tried(&app, "PUT", &format!("/leading-groups/{id}"), &group("2024-05-01", "3", both)).await.is(&[
            "All this rests on 《调整通知》 (3) instead of 《调整通知》 (2).",
            "The document of the change of 领导小组 on 2024-05-01 is corrected with it.",
            "The document of the change of 宣传组 on 2024-05-01 is corrected with it.",
        ], &[
            "依据由《调整通知》（2）改为《调整通知》（3）：",
            "领导小组自2024-05-01起的变更依据一并更正。",
            "宣传组自2024-05-01起的变更依据一并更正。",
        ]).notices(&[
            "What still names 《调整通知》 (2) in 领导小组: 杨四. Correct each role and supervision by itself.",
        ], &[
            "领导小组中杨四的依据仍为《调整通知》（2），需另行更正。",
        ]);
    }

    async fn a_group_without_an_end(app: TestApp) {
        let committee = app.committee().await;
        let he = app.person("何三").await;
        let mut group = json!({"parent_id": committee, "name": "领导小组", "members": [{"holder": person(&he)}], "valid_until": "2027-12-31"});
        group["effective_on"] = json!("2023-04-01");
        let id = app.post("/leading-groups", group.clone()).await.is(201).id();
        group["effective_on"] = json!("2024-05-01");
        group.as_object_mut().unwrap().remove("valid_until");
        tried(&app, "PUT", &format!("/leading-groups/{id}"), &group).await.is(&[
            "The end of 领导小组 on 2027-12-31 is called off.",
            "All of 领导小组 from 2024-05-01 on is as declared here.",
            "何三 remains member of 领导小组: the end on 2027-12-31 is called off.",
        ], &[
            "取消领导小组自2027-12-31起撤销的安排。",
            "领导小组自2024-05-01起的组成以此次公布的名单为准。",
            "何三继续担任领导小组成员，取消自2027-12-31起不再担任的安排。",
        ]);
    }

    async fn a_group_is_prolonged_by_a_notice(app: TestApp) {
        let committee = app.committee().await;
        let he = app.person("何三").await;
        let group = |day: &str, until: &str, number: &str| json!({"parent_id": committee, "name": "领导小组", "members": [{"holder": person(&he)}],
            "effective_on": day, "valid_until": until, "basis": document("通知", number)});
        let id = app.post("/leading-groups", group("2023-04-01", "2027-12-31", "1")).await.is(201).id();
        tried(&app, "PUT", &format!("/leading-groups/{id}"), &group("2024-05-01", "2029-12-31", "2")).await.is(&[
            "All this rests on 《通知》 (2).",
            "The end of 领导小组 is put off from 2027-12-31 to 2029-12-31.",
            "All of 领导小组 from 2024-05-01 on is as declared here.",
            "何三 remains member of 领导小组 until 2029-12-31 instead of 2027-12-31.",
        ], &[
            "依据《通知》（2）：",
            "领导小组的撤销日期由2027-12-31延至2029-12-31。",
            "领导小组自2024-05-01起的组成以此次公布的名单为准。",
            "何三不再担任领导小组成员的日期由2027-12-31延至2029-12-31。",
        ]);
        app.put(&format!("/leading-groups/{id}"), group("2024-05-01", "2029-12-31", "2")).await.is(200);
        let role = app.get(&format!("/leading-groups/{id}")).await.is(200).body["members"][0]["role_id"].as_str().unwrap().to_owned();
        let role = app.get(&format!("/roles/{role}")).await.is(200).body;
        assert_eq!((&role["basis"], &role["end_basis"]), (&document("通知", "1"), &document("通知", "2")), "each end has its document");
    }

    async fn two_entries_of_one_name_are_merged(app: TestApp) {
        let [_, general, _] = branches(&app).await;
        let (stays, gone) = (app.person("王建国").await, app.post("/people", json!({"name": "王建国", "staff_no": "X9"})).await.is(201).id());
        app.patch(&format!("/people/{stays}"), json!({"staff_no": "A1"})).await.is(200);
        app.role(&general, "member", &gone, "2020-01-01").await;
        tried(&app, "POST", &format!("/people/{stays}/merge"), &json!({"duplicate_id": gone})).await.is(&[
            "The entry of 王建国 (staff number X9) is merged into that of 王建国 (staff number A1), which stays.",
            "The role of 王建国 as committee member of 化学总支 from 2020-01-01 on passes to the entry that stays.",
            "The external identifiers of 王建国 gain former staff number X9.",
        ], &[
            "王建国（工号X9）的条目并入王建国（工号A1）的条目，保留后者。",
            "被并入的条目中王建国自2020-01-01起任化学总支委员的记录转入保留的条目。",
            "王建国的外部标识增加原工号X9。",
        ]).no_notices();
    }

    async fn a_slip_in_a_name_is_mended(app: TestApp) {
        let wang = app.person("王建国").await;
        tried(&app, "PATCH", &format!("/people/{wang}"), &json!({"name": "王建中", "former_names": []})).await.is(
            &["The name of 王建国 is corrected to 王建中. 王建国 does not become a former name."],
            &["王建国的姓名更正为王建中，原写法不记为曾用名。"],
        );
    }

    async fn a_post_of_the_catalogue(app: TestApp) {
        let kinds = |max: u32| json!([{"kind": "leading_group", "holders_max": max}, {"kind": "office"}]);
        let post = json!({"code": "adviser", "name": "顾问", "name_en": "Adviser", "kinds": kinds(2), "rank": 99});
        tried(&app, "POST", "/posts", &post).await.is(
            &["The post adviser is new (code adviser, kinds leading group (at most 2), office, rank 99, English name Adviser)."],
            &["新设职务顾问（代码adviser，适用类别领导小组（最多2人）、领导小组办公室，排序99，英文名称Adviser）。"],
        );
        app.post("/posts", post).await.is(201);
        tried(&app, "PATCH", "/posts/adviser", &json!({"kinds": [kinds(3)[0], {"kind": "branch"}]})).await.is(&[
            "The post adviser no longer exists in orgs of the kind office.",
            "The post adviser exists in orgs of the kind leading group (at most 3) instead of leading group (at most 2).",
            "The post adviser exists in orgs of the kind branch.",
        ], &[
            "职务顾问不再适用于领导小组办公室。",
            "职务顾问的适用由领导小组（最多2人）改为领导小组（最多3人）。",
            "职务顾问增加适用于党支部。",
        ]);
    }

    async fn one_number_is_mended_in_all_that_it_ended(app: TestApp) {
        let [_, general, _] = branches(&app).await;
        app.role(&general, "secretary", &app.person("王建国").await, "2020-01-01").await;
        let end = json!({"effective_on": "2026-06-30", "cascade": true, "basis": document("撤销通知", "错")});
        app.post(&format!("/orgs/{general}/dissolve"), end).await.is(200);
        let path = format!("/orgs/{general}/dissolution");
        tried(&app, "PATCH", &path, &json!({"basis": document("撤销通知", "对")})).await.is(&[
            "All this rests on 《撤销通知》 (对) instead of 《撤销通知》 (错).",
            "The document of the end of 化学总支 is corrected with it.",
            "The document of the end of 第二支部 is corrected with it.",
            "The document of the end of 王建国 as secretary of 化学总支 is corrected with it.",
        ], &[
            "依据由《撤销通知》（错）改为《撤销通知》（对）：",
            "化学总支的撤销依据一并更正。",
            "第二支部的撤销依据一并更正。",
            "王建国任化学总支书记的终止依据一并更正。",
        ]);
        // No document comes with a day alone.
        tried(&app, "PATCH", &path, &json!({"effective_on": "2028-03-31"})).await.is(&[
            "The end of 化学总支 is put off from 2026-06-30 to 2028-03-31.",
            "The end of 第二支部 is put off from 2026-06-30 to 2028-03-31.",
            "王建国 remains secretary of 化学总支 until 2028-03-31 instead of 2026-06-30.",
        ], &[
            "化学总支的撤销日期由2026-06-30延至2028-03-31。",
            "第二支部的撤销日期由2026-06-30延至2028-03-31。",
            "王建国不再担任化学总支书记的日期由2026-06-30延至2028-03-31。",
        ]);
    }

    async fn the_place_in_a_list_is_told(app: TestApp) {
        let committee = app.committee().await;
        let [he, yang, hu] = [app.person("何三").await, app.person("杨四").await, app.person("胡五").await];
        let group = |day: &str, leaders: Value, deputies: Value| json!({"parent_id": committee, "name": "领导小组", "leaders": leaders, "deputy_leaders": deputies, "effective_on": day});
        let id = app.post("/leading-groups", group("2023-04-01", json!([{"holder": person(&he)}]), json!([{"holder": person(&yang)}]))).await.is(201).id();
        let deputies = json!([{"holder": person(&yang), "acting": true}]);
        let told = tried(&app, "PUT", &format!("/leading-groups/{id}"), &group("2024-05-01", json!([{"holder": person(&he)}, {"holder": person(&hu)}]), deputies)).await;
        assert_eq!(told.summary[1], [
            "领导小组自2024-05-01起的组成以此次公布的名单为准。",
            "杨四自2024-05-01起不再担任领导小组副组长。",
            "杨四自2024-05-01起任领导小组副组长（主持工作）（排名3）。",
            "胡五自2024-05-01起任领导小组组长（排名2）。",
        ]);
    }
}
