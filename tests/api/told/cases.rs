//! The cases of a trial with clerks.

use serde_json::{Value, json};

use super::{person, tried};
use crate::support::{TestApp, api_test};

/// A general branch that is renamed later, with a secretary, a branch, and a leading group in which it has a seat.
struct Campus {
    committee: String,
    general: String,
    secretary: String,
    role: String,
    group: String,
}

async fn campus(app: &TestApp) -> Campus {
    let committee = app.committee().await;
    let general = app.org_under("general_branch", Some(&committee), "癸一总支", "2001-01-01").await;
    let secretary = app.person("牛一").await;
    let role = app.role(&general, "secretary", &secretary, "2010-01-01").await;
    let renamed = json!({"name": "癸一新总支", "effective_on": "2026-06-01"});
    app.patch(&format!("/orgs/{general}"), renamed).await.is(200);
    let seat = json!({"type": "seat", "org_id": general, "post": "secretary"});
    let group =
        json!({"parent_id": committee, "name": "癸专班", "valid_from": "2022-01-01", "leaders": [{"holder": seat}]});
    let group = app.post("/leading-groups", group).await.is(201).id();
    Campus { committee, general, secretary, role, group }
}

api_test! {
    async fn s1_both_ends_of_a_role(app: TestApp) {
        let Campus { role, .. } = campus(&app).await;
        let body = json!({"valid_from": "2011-01-01", "valid_until": "2030-01-01"});
        tried(&app, "PATCH", &format!("/roles/{role}"), &body).await.is(&[
            "牛一 is no longer secretary of 癸一总支 from 2030-01-01 on.",
            "The first day of 牛一 as secretary of 癸一总支 is 2011-01-01 instead of 2010-01-01.",
        ], &[
            "牛一自2030-01-01起不再担任癸一总支书记。",
            "牛一任癸一总支书记的任职日期由2010-01-01改为2011-01-01。",
        ]).notices(&[
            "Nobody is secretary of 癸一总支 from 2010-01-01 until 2011-01-01.",
            "Nobody is secretary of 癸一总支 from 2030-01-01 on.",
            "The seat of the secretary of 癸一总支 as leader of 癸专班 resolves to nobody from 2030-01-01 on, so the post is vacant.",
        ], &[
            "癸一总支书记自2010-01-01起至2011-01-01前空缺。",
            "癸一总支书记自2030-01-01起空缺。",
            "癸专班组长由癸一总支书记（席位）担任，自2030-01-01起无人在位，因而空缺。",
        ]);
    }

    async fn s2_to_s4_every_value_of_a_role(app: TestApp) {
        let Campus { role, .. } = campus(&app).await;
        let path = format!("/roles/{role}");
        tried(&app, "PATCH", &path, &json!({"order": 9, "valid_from": "2011-01-01"})).await.is(&[
            "The first day of 牛一 as secretary of 癸一总支 is 2011-01-01 instead of 2010-01-01.",
            "The place of 牛一 as secretary of 癸一总支 is 9 instead of 1.",
        ], &[
            "牛一任癸一总支书记的任职日期由2010-01-01改为2011-01-01。",
            "牛一任癸一总支书记的排名由1改为9。",
        ]).notices(&[
            "Nobody is secretary of 癸一总支 from 2010-01-01 until 2011-01-01.",
        ], &[
            "癸一总支书记自2010-01-01起至2011-01-01前空缺。",
        ]);
        let basis = json!({"title": "任职通知", "number": "校党干〔2010〕1号", "date": "2009-12-20"});
        tried(&app, "PATCH", &path, &json!({"order": 9, "basis": basis})).await.is(&[
            "The place of 牛一 as secretary of 癸一总支 is 9 instead of 1.",
            "The document of 牛一 as secretary of 癸一总支 is 《任职通知》 (校党干〔2010〕1号, 2009-12-20).",
        ], &[
            "牛一任癸一总支书记的排名由1改为9。",
            "牛一任癸一总支书记的任职依据为《任职通知》（校党干〔2010〕1号，2009-12-20）。",
        ]).no_notices();
        tried(&app, "PATCH", &path, &json!({"valid_from": "2011-01-01"})).await.is(&[
            "The first day of 牛一 as secretary of 癸一总支 is 2011-01-01 instead of 2010-01-01.",
        ], &[
            "牛一任癸一总支书记的任职日期由2010-01-01改为2011-01-01。",
        ]).notices(&[
            "Nobody is secretary of 癸一总支 from 2010-01-01 until 2011-01-01.",
        ], &[
            "癸一总支书记自2010-01-01起至2011-01-01前空缺。",
        ]);
        app.patch(&path, json!({"basis": basis})).await.is(200);
        let other = json!({"title": "任职通知", "number": "校党干〔2010〕1号", "date": "2009-12-21"});
        tried(&app, "PATCH", &path, &json!({"basis": other})).await.is(&[
            "The document of 牛一 as secretary of 癸一总支 is 《任职通知》 (校党干〔2010〕1号, 2009-12-21) instead of 《任职通知》 (校党干〔2010〕1号, 2009-12-20).",
        ], &[
            "牛一任癸一总支书记的任职依据由《任职通知》（校党干〔2010〕1号，2009-12-20）改为《任职通知》（校党干〔2010〕1号，2009-12-21）。",
        ]).no_notices();
        tried(&app, "PATCH", &path, &json!({"basis": null})).await.is(&[
            "牛一 as secretary of 癸一总支 has no document; before: 《任职通知》 (校党干〔2010〕1号, 2009-12-20).",
        ], &[
            "牛一任癸一总支书记不再有任职依据（原为《任职通知》（校党干〔2010〕1号，2009-12-20））。",
        ]).no_notices();
    }

    async fn s5_kinds_and_codes(app: TestApp) {
        let Campus { general, .. } = campus(&app).await;
        let path = format!("/orgs/{general}");
        app.patch(&path, json!({"code": "621-01", "effective_on": "2001-01-01"})).await.is(200);
        let body = json!({"kind": "committee", "code": "611-01", "effective_on": "2026-09-01"});
        tried(&app, "PATCH", &path, &body).await.is(&[
            "The kind of 癸一新总支 is committee instead of general branch from 2026-09-01 on.",
            "The code of 癸一新总支 is 611-01 instead of 621-01 from 2026-09-01 on.",
        ], &[
            "癸一新总支的类别自2026-09-01起由党总支改为党委。",
            "癸一新总支的代码自2026-09-01起由621-01改为611-01。",
        ]).no_notices();
    }

    async fn s6_to_s8_an_org_is_dissolved(app: TestApp) {
        let Campus { committee, general, .. } = campus(&app).await;
        let next = app.org_under("general_branch", Some(&committee), "癸二总支", "2001-01-01").await;
        app.org_under("branch", Some(&general), "子支部", "2002-01-01").await;
        let body = json!({"effective_on": "2026-10-01", "cascade": true, "successor_ids": [next], "basis": {"title": "关于撤销癸一新总支的通知"}});
        tried(&app, "POST", &format!("/orgs/{general}/dissolve"), &body).await.is(&[
            "All this rests on 《关于撤销癸一新总支的通知》.",
            "牛一 is no longer secretary of 癸一新总支 from 2026-10-01 on.",
            "癸一新总支 ends on 2026-10-01. Its successors: 癸二总支.",
            "子支部 ends on 2026-10-01.",
        ], &[
            "依据《关于撤销癸一新总支的通知》：",
            "牛一自2026-10-01起不再担任癸一新总支书记。",
            "癸一新总支自2026-10-01起撤销，由癸二总支承继。",
            "子支部自2026-10-01起撤销。",
        ]).notices(&[
            "The seat of the secretary of 癸一新总支 as leader of 癸专班 resolves to nobody from 2026-10-01 on, since 癸一新总支 does not exist then, so the post is vacant.",
        ], &[
            "癸专班组长由癸一新总支书记（席位）担任，因癸一新总支届时已不存在，自2026-10-01起无人在位，因而空缺。",
        ]);
    }

    async fn s9_a_version_begins_on_another_day(app: TestApp) {
        let Campus { general, .. } = campus(&app).await;
        tried(&app, "PATCH", &format!("/orgs/{general}/versions/2001-01-01"), &json!({"valid_from": "2000-06-01"})).await.is(&[
            "癸一总支 is established on 2000-06-01 instead of 2001-01-01.",
        ], &[
            "癸一总支的成立日期由2001-01-01改为2000-06-01。",
        ]).notices(&[
            "Nobody is secretary of 癸一总支 from 2000-06-01 until 2001-01-01.",
        ], &[
            "癸一总支书记自2000-06-01起至2001-01-01前空缺。",
        ]);
        tried(&app, "PATCH", &format!("/orgs/{general}/versions/2026-06-01"), &json!({"valid_from": "2026-05-01"})).await.is(&[
            "What was set for 癸一新总支 on 2026-06-01 (name 癸一新总支) begins on 2026-05-01 instead.",
        ], &[
            "癸一新总支原自2026-06-01起的变更（名称癸一新总支）改自2026-05-01起生效。",
        ]).no_notices();
        tried(&app, "PATCH", &format!("/orgs/{general}/versions/2026-06-01"), &json!({"valid_from": "2026-05-01", "name": "癸一总支部"})).await.is(&[
            "What was set for 癸一总支部 on 2026-06-01 (name 癸一新总支) begins on 2026-05-01 instead.",
            "The name of 癸一总支部 is 癸一总支部 instead of 癸一新总支 from 2026-05-01 on.",
        ], &[
            "癸一总支部原自2026-06-01起的变更（名称癸一新总支）改自2026-05-01起生效。",
            "癸一总支部的名称自2026-05-01起由癸一新总支改为癸一总支部。",
        ]).no_notices();
        tried(&app, "DELETE", &format!("/orgs/{general}/versions/2026-06-01"), &Value::Null).await.is(&[
            "What was set for 癸一总支 on 2026-06-01 is taken back (name 癸一新总支).",
            "The name of 癸一总支 from 2026-06-01 on is as before: 癸一总支.",
        ], &[
            "撤回癸一总支自2026-06-01起的变更（名称癸一新总支）。",
            "癸一总支的名称自2026-06-01起仍为癸一总支。",
        ]).no_notices();
    }

    async fn s10_two_entries_of_a_person_are_merged(app: TestApp) {
        let Campus { secretary, general, .. } = campus(&app).await;
        app.patch(&format!("/people/{secretary}"), json!({"staff_no": "S1001", "phone": "1"})).await.is(200);
        let other = json!({"name": "牛壹", "staff_no": "X2002", "email": "niu@x.edu.cn", "phone": "2"});
        let other = app.post("/people", other).await.is(201).id();
        app.role(&general, "member", &other, "2020-01-01").await;
        tried(&app, "POST", &format!("/people/{secretary}/merge"), &json!({"duplicate_id": other})).await.is(&[
            "The entry of 牛壹 (staff number X2002) is merged into that of 牛一 (staff number S1001), which stays.",
            "Not kept of the merged entry: telephone number.",
            "The role of 牛壹 as committee member of 癸一总支 from 2020-01-01 on passes to the entry that stays.",
            "The external identifiers of 牛一 gain former staff number X2002.",
            "The former names of 牛一 gain 牛壹.",
            "The entry of 牛一 changes: mail address.",
        ], &[
            "牛壹（工号X2002）的条目并入牛一（工号S1001）的条目，保留后者。",
            "被并入条目的电话不予保留。",
            "被并入的条目中牛壹自2020-01-01起任癸一总支委员的记录转入保留的条目。",
            "牛一的外部标识增加原工号X2002。",
            "牛一的曾用名增加牛壹。",
            "修改牛一的电子邮箱。",
        ]).no_notices();
    }

    async fn s11_a_person_has_a_new_name(app: TestApp) {
        let Campus { secretary, .. } = campus(&app).await;
        tried(&app, "PATCH", &format!("/people/{secretary}"), &json!({"name": "牛壹", "staff_no": "S1", "phone": "12"})).await.is(&[
            "牛一 is now called 牛壹. 牛一 becomes a former name.",
            "The staff number of 牛壹 is S1.",
            "The entry of 牛壹 changes: telephone number.",
        ], &[
            "牛一改名为牛壹，牛一记为曾用名。",
            "牛壹的工号为S1。",
            "修改牛壹的电话。",
        ]).no_notices();
    }

    async fn s12_an_end_is_put_off(app: TestApp) {
        let Campus { committee, group, secretary, .. } = campus(&app).await;
        let path = format!("/leading-groups/{group}");
        let body = json!({"parent_id": committee, "name": "癸专班", "effective_on": "2022-01-01", "valid_until": "2027-07-01", "leaders": [{"holder": person(&secretary)}]});
        tried(&app, "PUT", &path, &body).await.is(&[
            "癸专班 ends on 2027-07-01.",
            "All of 癸专班 from 2022-01-01 on is as declared here.",
            "The seat of the secretary of 癸一总支 is no longer entered as leader of 癸专班 from 2022-01-01 on (place 1).",
            "牛一 becomes leader of 癸专班 from 2022-01-01 on (until 2027-07-01, place 1).",
        ], &[
            "癸专班自2027-07-01起撤销。",
            "癸专班自2022-01-01起的组成以此次公布的名单为准。",
            "删除癸一总支书记（席位）自2022-01-01起任癸专班组长的记录（排名1）。",
            "牛一自2022-01-01起任癸专班组长（自2027-07-01起不再担任，排名1）。",
        ]).no_notices();
        app.put(&path, body.clone()).await.is(200);
        let mut longer = body.clone();
        longer["valid_until"] = json!("2028-07-01");
        tried(&app, "PUT", &path, &longer).await.is(&[
            "The end of 癸专班 is put off from 2027-07-01 to 2028-07-01.",
            "牛一 remains leader of 癸专班 until 2028-07-01 instead of 2027-07-01.",
        ], &[
            "癸专班的撤销日期由2027-07-01延至2028-07-01。",
            "牛一不再担任癸专班组长的日期由2027-07-01延至2028-07-01。",
        ]).no_notices();
        let mut shorter = body;
        shorter["valid_until"] = json!("2027-01-01");
        tried(&app, "PUT", &path, &shorter).await.is(&[
            "The end of 癸专班 is brought forward from 2027-07-01 to 2027-01-01.",
            "牛一 is leader of 癸专班 only until 2027-01-01 instead of 2027-07-01.",
        ], &[
            "癸专班的撤销日期由2027-07-01提前到2027-01-01。",
            "牛一不再担任癸专班组长的日期由2027-07-01提前到2027-01-01。",
        ]).no_notices();
    }

    async fn s13_a_group_is_renamed_and_gains_a_leader(app: TestApp) {
        let Campus { committee, group, general, .. } = campus(&app).await;
        let other = app.person("马二").await;
        let seat = json!({"type": "seat", "org_id": general, "post": "secretary"});
        let body = json!({"parent_id": committee, "name": "癸新专班", "effective_on": "2026-09-01", "leaders": [{"holder": seat}, {"holder": person(&other)}], "basis": {"title": "调整通知", "number": "校党发〔2026〕1号"}});
        tried(&app, "PUT", &format!("/leading-groups/{group}"), &body).await.is(&[
            "All this rests on 《调整通知》 (校党发〔2026〕1号).",
            "癸专班 is called 癸新专班 from 2026-09-01 on.",
            "All of 癸新专班 from 2026-09-01 on is as declared here.",
            "马二 becomes leader of 癸新专班 from 2026-09-01 on (place 2).",
        ], &[
            "依据《调整通知》（校党发〔2026〕1号）：",
            "癸专班自2026-09-01起更名为癸新专班。",
            "癸新专班自2026-09-01起的组成以此次公布的名单为准。",
            "马二自2026-09-01起任癸新专班组长（排名2）。",
        ]).no_notices();
    }

    async fn vacancies_seats_and_plans_are_noticed(app: TestApp) {
        let Campus { role, general, .. } = campus(&app).await;
        let next = app.person("马二").await;
        tried(&app, "PATCH", &format!("/orgs/{general}"), &json!({"name": "癸甲总支", "effective_on": "2020-01-01"})).await.is(&[
            "癸一总支 is called 癸甲总支 from 2020-01-01 on.",
        ], &[
            "癸一总支自2020-01-01起更名为癸甲总支。",
        ]).notices(&[
            "The new name from 2026-06-01 on, 癸一新总支, was set before and stays as it is.",
        ], &[
            "此前已定自2026-06-01起更名为癸一新总支，仍然有效。",
        ]);
        tried(&app, "POST", &format!("/roles/{role}/end"), &json!({"effective_on": "2026-12-31"})).await.is(&[
            "牛一 is no longer secretary of 癸一新总支 from 2026-12-31 on.",
        ], &[
            "牛一自2026-12-31起不再担任癸一新总支书记。",
        ]).notices(&[
            "Nobody is secretary of 癸一新总支 from 2026-12-31 on.",
            "The seat of the secretary of 癸一新总支 as leader of 癸专班 resolves to nobody from 2026-12-31 on, so the post is vacant.",
        ], &[
            "癸一新总支书记自2026-12-31起空缺。",
            "癸专班组长由癸一新总支书记（席位）担任，自2026-12-31起无人在位，因而空缺。",
        ]);
        app.post(&format!("/roles/{role}/end"), json!({"effective_on": "2027-03-01"})).await.is(200);
        app.role(&general, "secretary", &next, "2027-03-01").await;
        tried(&app, "POST", &format!("/roles/{role}/end"), &json!({"effective_on": "2026-12-31"})).await.is(&[
            "牛一 is secretary of 癸一新总支 only until 2026-12-31 instead of 2027-03-01.",
        ], &[
            "牛一不再担任癸一新总支书记的日期由2027-03-01提前到2026-12-31。",
        ]).notices(&[
            "Nobody is secretary of 癸一新总支 from 2026-12-31 until 2027-03-01.",
            "The seat of the secretary of 癸一新总支 as leader of 癸专班 resolves to nobody from 2026-12-31 until 2027-03-01, so the post is vacant.",
            "马二 becomes secretary of 癸一新总支 on 2027-03-01, as was planned before.",
        ], &[
            "癸一新总支书记自2026-12-31起至2027-03-01前空缺。",
            "癸专班组长由癸一新总支书记（席位）担任，自2026-12-31起至2027-03-01前无人在位，因而空缺。",
            "此前已定马二自2027-03-01起任癸一新总支书记，仍然有效。",
        ]);
        tried(&app, "DELETE", &format!("/roles/{role}"), &Value::Null).await.is(&[
            "牛一 is no longer entered as secretary of 癸一总支 from 2010-01-01 on (until 2027-03-01, place 1).",
        ], &[
            "删除牛一自2010-01-01起任癸一总支书记的记录（自2027-03-01起不再担任，排名1）。",
        ]).notices(&[
            "Nobody is secretary of 癸一总支 from 2010-01-01 until 2027-03-01.",
            "The seat of the secretary of 癸一总支 as leader of 癸专班 resolves to nobody from 2022-01-01 until 2027-03-01, so the post is vacant.",
            "马二 becomes secretary of 癸一总支 on 2027-03-01, as was planned before.",
        ], &[
            "癸一总支书记自2010-01-01起至2027-03-01前空缺。",
            "癸专班组长由癸一总支书记（席位）担任，自2022-01-01起至2027-03-01前无人在位，因而空缺。",
            "此前已定马二自2027-03-01起任癸一总支书记，仍然有效。",
        ]);
    }
}
