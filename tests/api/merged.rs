//! Entries of one person that were merged: nothing by which the person is known is lost.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, api_test};

async fn person(app: &TestApp, body: Value) -> String {
    app.post("/people", body).await.is(201).id()
}

async fn merge(app: &TestApp, stays: &str, goes: &str) -> Answer {
    app.post(&format!("/people/{stays}/merge"), json!({"duplicate_id": goes})).await
}

api_test! {
    async fn a_second_staff_number_is_kept_and_found(app: TestApp) {
        let stays = person(&app, json!({"name": "孙一", "staff_no": "S1001", "email": "a@example.edu.cn"})).await;
        let goes = person(&app, json!({"name": "孙一", "staff_no": "X2002", "email": "b@example.edu.cn"})).await;
        let merged = merge(&app, &stays, &goes).await.is(200);
        assert_eq!((&merged.body["staff_no"], &merged.body["external_ids"]), (&json!("S1001"), &json!([{"scheme": "staff_no", "value": "X2002"}])));
        assert_eq!(merged.body["email"], "a@example.edu.cn");
        for number in ["S1001", "X2002", "S1001,X2002"] {
            assert_eq!(app.get(&format!("/people?staff_no={number}")).await.all("/id"), [json!(stays)], "{number}");
        }
        // It is nobody else's, and names the person in a request.
        app.post("/people", json!({"name": "乙", "staff_no": "X2002"})).await.is_problem(409, "staff-no-taken");
        let ids = json!([{"scheme": "staff_no", "value": "S1001"}]);
        app.post("/people", json!({"name": "乙", "external_ids": ids})).await.is_problem(409, "external-id-taken");
        let committee = app.committee().await;
        let holder = json!({"type": "staff_no", "staff_no": "X2002"});
        let role = app.post("/roles", json!({"org_id": committee, "post": "member", "holder": holder})).await.is(201);
        assert_eq!(role.body["holder"]["id"], stays);
    }

    async fn the_same_number_written_otherwise_is_one(app: TestApp) {
        let stays = person(&app, json!({"name": "孙一", "external_ids": [{"scheme": "oa", "value": "1"}]})).await;
        let goes = person(&app, json!({"name": "孙一", "staff_no": "T1"})).await;
        let merged = merge(&app, &stays, &goes).await.is(200);
        assert_eq!((&merged.body["staff_no"], &merged.body["external_ids"]), (&json!("T1"), &json!([{"scheme": "oa", "value": "1"}])));
    }

    async fn the_former_id_leads_to_who_stayed(app: TestApp) {
        let [first, second, third] = [person(&app, json!({"name": "甲"})).await, person(&app, json!({"name": "甲"})).await, person(&app, json!({"name": "甲"})).await];
        merge(&app, &second, &first).await.is(200);
        merge(&app, &third, &second).await.is(200);
        for old in [&first, &second] {
            let path = format!("/people/{old}");
            for answer in [
                app.get(&path).await,
                app.get(&format!("{path}/roles")).await,
                app.patch(&path, json!({"phone": "1"})).await,
                app.delete(&path).await,
                app.post(&format!("{path}/erase"), json!({})).await,
                merge(&app, old, &third).await,
            ] {
                let gone = answer.is_problem(410, "merged");
                assert_eq!((&gone.body["by_id"], &gone.body["location"]), (&json!(third), &json!(format!("/people/{third}"))));
            }
            merge(&app, &third, old).await.is_problem(409, "unknown-reference").at("/duplicate_id");
            assert_eq!(app.get(&format!("/people?id={old}")).await.is(200).all("/id"), [json!(third)]);
        }
        let committee = app.committee().await;
        let role = app.role(&committee, "member", &first, "2020-01-01").await;
        assert_eq!(app.get(&format!("/roles/{role}")).await.body["holder"]["id"], third);
        assert_eq!(app.get(&format!("/roles?person_id={second}")).await.is(200).all("/id"), [json!(role)]);
        let document = json!({"parent_id": committee, "name": "小组", "valid_from": "2021-01-01",
            "leaders": [{"holder": {"type": "person", "id": second}}]});
        assert_eq!(app.post("/leading-groups", document).await.is(201).body["leaders"][0]["holder"]["id"], third);
        app.get("/people/01931b66-7d50-7c8a-9a57-000000000000").await.is_problem(404, "not-found");
    }

    async fn who_may_not_see_who_stayed_is_told_nothing(app: TestApp) {
        let (one, two) = (app.committee().await, app.org_under("committee", None, "二", "2000-01-01").await);
        let (stays, goes) = (app.person("甲").await, app.person("甲").await);
        app.role(&one, "member", &stays, "2020-01-01").await;
        merge(&app, &stays, &goes).await.is(200);
        for (org, status, slug) in [(&one, 410, "merged"), (&two, 404, "not-found")] {
            let grants = json!([{"scopes": ["people:read", "people:write"], "area": "subtree", "org_id": org}]);
            let key = app.post("/keys", json!({"name": "门户", "grants": grants})).await.is(201);
            let caller = app.with_key(key.body["secret"].as_str().unwrap());
            caller.get(&format!("/people/{goes}")).await.is_problem(status, slug);
            caller.patch(&format!("/people/{goes}"), json!({"phone": "1"})).await.is_problem(status, slug);
        }
    }

    async fn the_former_id_goes_with_who_stayed(app: TestApp) {
        for erases in [true, false] {
            let (stays, goes) = (app.person("甲").await, app.person("甲").await);
            merge(&app, &stays, &goes).await.is(200);
            if erases {
                app.post(&format!("/people/{stays}/erase"), json!({})).await.is(200);
            } else {
                app.delete(&format!("/people/{stays}")).await.is(200);
            }
            app.get(&format!("/people/{goes}")).await.is_problem(404, "not-found");
        }
    }

    async fn a_planned_role_comes_back_to_who_stayed(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let (stays, goes) = (app.person("甲").await, app.person("甲").await);
        let role = app.role(&group, "leader", &goes, "2030-01-01").await;
        app.post(&format!("/orgs/{group}/dissolve"), json!({"effective_on": "2020-01-01", "cascade": true})).await.is(200);
        merge(&app, &stays, &goes).await.is(200);
        app.post(&format!("/orgs/{group}/restore"), json!({})).await.is(200);
        assert_eq!(app.get(&format!("/roles/{role}")).await.is(200).body["holder"]["id"], stays);
    }

    async fn a_name_is_corrected_or_changed(app: TestApp) {
        let id = person(&app, json!({"name": "王晓名", "former_names": ["王二", "王二", "王晓名"]})).await;
        let path = format!("/people/{id}");
        let former = |answer: Answer| answer.is(200).body["former_names"].clone();
        assert_eq!(former(app.get(&path).await), json!(["王二"]));
        // A change of name: the old one is remembered.
        assert_eq!(former(app.patch(&path, json!({"name": "王晓明"})).await), json!(["王二", "王晓名"]));
        // A correction: the former names are those given.
        assert_eq!(former(app.patch(&path, json!({"name": "王小明", "former_names": ["王二"]})).await), json!(["王二"]));
        assert_eq!(former(app.patch(&path, json!({"former_names": ["王三", "王小明"]})).await), json!(["王三"]));
        assert_eq!(app.get(&path).await.body["name"], "王小明");
        assert_eq!(former(app.patch(&path, json!({"former_names": null})).await), json!(null));
        assert_eq!(former(app.patch(&path, json!({"name": "王大明", "former_names": []})).await), json!(null));
        app.patch(&path, json!({"former_names": [""]})).await.is_problem(400, "validation").at("/former_names/0");
        app.post("/people", json!({"name": "甲", "former_names": "乙"})).await.is_problem(400, "validation").at("/former_names");
    }

    async fn a_former_id_is_loaded(app: TestApp) {
        let id = |n: u128| uuid::Uuid::from_u128(n);
        let lines = [json!({"person": {"id": id(1), "name": "甲"}}), json!({"person_alias": {"id": id(2), "person_id": id(1)}})];
        app.load(&lines.map(|line| line.to_string()).join("\n")).await;
        let gone = app.get(&format!("/people/{}", id(2))).await.is_problem(410, "merged");
        assert_eq!(gone.body["by_id"], json!(id(1)));
    }
}
