//! A refusal names what stands in the way: for people in its text, for programs in `blockers`.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, api_test};

async fn asked(app: &TestApp, language: &str, method: &str, path: &str, body: &Value) -> Answer {
    app.send(app.request(method, path).header("accept-language", language).json(body)).await
}

fn told(answer: &Answer) -> &str {
    answer.body["detail"].as_str().unwrap()
}

/// A general branch of the committee from 2001 on.
async fn general_branch(app: &TestApp, committee: &str, name: &str) -> String {
    app.org_under("general_branch", Some(committee), name, "2001-01-01").await
}

api_test! {
    async fn what_lies_outside_the_life_of_an_org_is_named(app: TestApp) {
        let committee = app.committee().await;
        let general = general_branch(&app, &committee, "早总支").await;
        let branch = app.org_under("branch", Some(&general), "子支部", "2001-01-01").await;
        let path = format!("/orgs/{general}/versions/2001-01-01");
        let later = json!({"valid_from": "2002-01-01"});
        let refused = asked(&app, "en", "PATCH", &path, &later).await.is_problem(409, "outside-life");
        assert_eq!(told(&refused), "早总支 would be established on 2002-01-01. But 子支部 stands under it from 2001-01-01 on.");
        assert_eq!(refused.body["blockers"], json!([
            {"kind": "child", "id": branch, "name": "子支部", "valid_from": "2001-01-01"},
            {"kind": "org", "id": general, "name": "早总支", "valid_from": "2001-01-01"},
        ]));
        let refused = asked(&app, "zh", "PATCH", &path, &later).await.is_problem(409, "outside-life");
        assert_eq!(told(&refused), "早总支将改为于2002-01-01成立，而子支部自2001-01-01起隶属早总支。");

        app.delete(&format!("/orgs/{branch}")).await.is(200);
        let person = app.person("在任").await;
        let role = app.role(&general, "secretary", &person, "2001-06-01").await;
        let refused = asked(&app, "zh", "PATCH", &path, &later).await.is_problem(409, "outside-life");
        assert_eq!(told(&refused), "早总支将改为于2002-01-01成立，而在任（早总支书记）自2001-06-01起任职。");
        assert_eq!(refused.body["blockers"][0]["id"], json!(role));
        // A new role has no id yet: only the org stands in its way.
        let early = json!({"org_id": general, "post": "member", "holder": {"type": "person", "id": person}, "valid_from": "1999-01-01"});
        let refused = asked(&app, "en", "POST", "/roles", &early).await.is_problem(409, "outside-life");
        assert_eq!(told(&refused), "早总支 was established on 2001-01-01. But 在任 (committee member of 早总支) is to hold the post from 1999-01-01 on.");
        assert_eq!(refused.body["blockers"], json!([{"kind": "org", "id": general, "name": "早总支", "valid_from": "2001-01-01"}]));
    }

    async fn a_full_post_names_who_holds_it(app: TestApp) {
        let committee = app.committee().await;
        let general = general_branch(&app, &committee, "早总支").await;
        let role = app.role(&general, "secretary", &app.person("在任").await, "2010-01-01").await;
        let new = json!({"org_id": general, "post": "secretary", "holder": {"type": "person", "id": app.person("新任").await}, "valid_from": "2020-01-01"});
        let refused = asked(&app, "zh", "POST", "/roles", &new).await.is_problem(409, "post-full");
        assert_eq!(told(&refused), "早总支书记至多 1 人，而2020-01-01将有 2 人：在任（自2010-01-01起）、新任（自2020-01-01起）。");
        assert_eq!(refused.body["blockers"], json!([{"kind": "role_in", "id": role, "name": "在任（早总支书记）", "valid_from": "2010-01-01"}]));
        let refused = asked(&app, "en", "POST", "/roles", &new).await.is_problem(409, "post-full");
        assert_eq!(
            told(&refused),
            "The post “secretary” of 早总支 may have 1 holder, but on 2020-01-01 would have 2: 在任 from 2010-01-01 on and 新任 from 2020-01-01 on."
        );
    }

    async fn what_cannot_stand_under_another_kind_is_named(app: TestApp) {
        let committee = app.committee().await;
        let general = general_branch(&app, &committee, "早总支").await;
        let branch = app.org_under("branch", Some(&general), "甲支部", "2001-01-01").await;
        let kind = json!({"kind": "branch", "effective_on": "2020-01-01"});
        let refused = asked(&app, "zh", "PATCH", &format!("/orgs/{general}"), &kind).await.is_problem(409, "misplaced");
        assert_eq!(told(&refused), "2020-01-01当日，甲支部（党支部）不能设在早总支（党支部）之下。");
        let above = json!({"kind": "org", "id": general, "name": "早总支", "valid_from": "2001-01-01"});
        assert_eq!(refused.body["blockers"], json!([
            {"kind": "child", "id": branch, "name": "甲支部", "valid_from": "2001-01-01"}, above,
        ]));
        // Of what a request moves there, only what is above it stands in the way.
        let group = app.org_under("party_group", Some(&branch), "一组", "2001-01-01").await;
        let refused = asked(&app, "en", "PATCH", &format!("/orgs/{group}"), &json!({"parent_id": general})).await;
        assert_eq!(refused.is_problem(409, "misplaced").body["blockers"], json!([above]));
    }

    async fn one_thing_is_not_told_as_several(app: TestApp) {
        let committee = app.committee().await;
        let general = general_branch(&app, &committee, "早总支").await;
        app.org_under("branch", Some(&general), "甲支部", "2001-01-01").await;
        let path = format!("/orgs/{general}/dissolve");
        let refused = asked(&app, "en", "POST", &path, &json!({})).await.is_problem(409, "in-use");
        assert_eq!(told(&refused), "1 thing stands in the way: an org under it “甲支部”.");
        let refused = asked(&app, "zh", "POST", &path, &json!({})).await.is_problem(409, "in-use");
        assert_eq!(told(&refused), "有 1 项妨碍此操作，须先行处理：下级组织“甲支部”。");
    }

    async fn who_acts_is_told_so(app: TestApp) {
        let committee = app.committee().await;
        let general = general_branch(&app, &committee, "早总支").await;
        let acting = |person: &str, post: &str| json!({"org_id": general, "post": post, "acting": true, "valid_from": "2020-01-01",
            "holder": {"type": "person", "id": person}});
        let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
        app.post("/roles", acting(&sun, "secretary")).await.is(201);
        let refused = asked(&app, "zh", "POST", "/roles", &acting(&hu, "secretary")).await.is_problem(409, "acting-taken");
        assert_eq!(told(&refused), "早总支代理书记至多 1 人，而2020-01-01将有 2 人：孙国权（自2020-01-01起）、胡春梅（自2020-01-01起）。");
        assert_eq!(refused.body["blockers"][0]["name"], "孙国权（早总支代理书记）");
        let deputy = asked(&app, "zh", "POST", "/roles", &acting(&hu, "deputy_secretary")).await.is(201);
        assert_eq!(deputy.change()["summary"], json!(["胡春梅自2020-01-01起任早总支副书记（主持工作）（排名2）。"]));
    }

    async fn a_cycle_names_both_orgs(app: TestApp) {
        let above = app.org_under("unit", None, "上", "2001-01-01").await;
        let below = app.org_under("unit", Some(&above), "下", "2001-01-01").await;
        let moved = json!({"parent_id": below});
        let refused = asked(&app, "en", "PATCH", &format!("/orgs/{above}"), &moved).await.is_problem(409, "would-cycle");
        assert!(told(&refused).ends_with("上 would stand under 下, which stands below 上."), "{}", refused.text);
        assert_eq!((&refused.body["org_id"], &refused.body["by_id"]), (&json!(above), &json!(below)));
        assert_eq!(refused.body["blockers"], json!([
            {"kind": "org", "id": above, "name": "上", "valid_from": "2001-01-01"},
            {"kind": "org", "id": below, "name": "下", "valid_from": "2001-01-01"},
        ]));
    }

    async fn kinds_and_posts_are_words_of_the_language(app: TestApp) {
        let committee = app.committee().await;
        let general = general_branch(&app, &committee, "早总支").await;
        let head = json!({"org_id": general, "post": "head", "holder": {"type": "person", "id": app.person("某").await}, "valid_from": "2020-01-01"});
        let refused = asked(&app, "zh", "POST", "/roles", &head).await.is_problem(409, "post-not-in-kind");
        assert_eq!(told(&refused), "2020-01-01当日，早总支（党总支）没有职务“部长”。");
        let refused = asked(&app, "en", "POST", "/roles", &head).await.is_problem(409, "post-not-in-kind");
        assert!(told(&refused).starts_with("On 2020-01-01, 早总支 (general branch) has no post “"), "{}", refused.text);
    }

    async fn what_else_stands_in_the_way_is_named(app: TestApp) {
        let committee = app.committee().await;
        let general = general_branch(&app, &committee, "早总支").await;
        let person = app.post("/people", json!({"name": "孙国权", "staff_no": "A1"})).await.is(201).id();
        let role = app.role(&general, "secretary", &person, "2010-01-01").await;
        let coded = json!({"kind": "branch", "name": "有码支部", "parent_id": general, "valid_from": "2001-01-01", "code": "611"});
        let coded = app.org(coded).await;
        let gone = app.org(json!({"kind": "branch", "name": "已撤支部", "parent_id": general, "valid_from": "2001-01-01", "valid_until": "2005-01-01"})).await;
        let group = app.post("/leading-groups", json!({"parent_id": committee, "name": "专班", "valid_from": "2021-01-01"})).await.is(201).id();
        let twin = json!({"org_id": general, "post": "secretary", "holder": {"type": "person", "id": person}, "valid_from": "2020-01-01"});
        for (method, path, body, slug, blocker) in [
            ("POST", "/people".to_owned(), json!({"name": "乙", "staff_no": "A1"}), "staff-no-taken",
                json!({"kind": "person", "id": person, "name": "孙国权"})),
            ("POST", "/roles".to_owned(), twin, "same-holder",
                json!({"kind": "role_in", "id": role, "name": "孙国权 (secretary of 早总支)", "valid_from": "2010-01-01"})),
            ("PATCH", format!("/orgs/{general}"), json!({"code": "611"}), "code-taken",
                json!({"kind": "org", "id": coded, "name": "有码支部", "valid_from": "2001-01-01"})),
            ("POST", format!("/orgs/{gone}/dissolve"), json!({"effective_on": "2004-01-01"}), "already-dissolved",
                json!({"kind": "org", "id": gone, "name": "已撤支部", "valid_from": "2001-01-01", "valid_until": "2005-01-01"})),
            ("POST", format!("/orgs/{coded}/dissolve"), json!({"effective_on": "2020-01-01", "successor_ids": [gone]}), "unfit-successor",
                json!({"kind": "org", "id": gone, "name": "已撤支部", "valid_from": "2001-01-01", "valid_until": "2005-01-01"})),
            ("POST", "/leading-groups".to_owned(), json!({"parent_id": committee, "name": "专班", "valid_from": "2022-01-01"}), "leading-group-exists",
                json!({"kind": "org", "id": group, "name": "专班", "valid_from": "2021-01-01"})),
            ("POST", format!("/roles/{role}/end"), json!({"effective_on": "2010-01-01"}), "ends-before-start",
                json!({"kind": "role_in", "id": role, "name": "孙国权 (secretary of 早总支)", "valid_from": "2010-01-01"})),
        ] {
            let refused = asked(&app, "en", method, &path, &body).await.is_problem(409, slug);
            assert_eq!((&refused.body["blockers"], &refused.body["blockers_total"]), (&json!([blocker]), &json!(1)), "{slug}");
        }
    }
}
