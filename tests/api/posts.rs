//! `/posts`: the catalogue.

use serde_json::{Value, json};

use crate::support::{TODAY, TestApp, api_test};

async fn member_with(app: &TestApp, org: &str, from: &str, until: Option<&str>) -> String {
    let person = app.person("某人").await;
    let mut body =
        json!({"org_id": org, "post": "clerk", "holder": {"type": "person", "id": person}, "valid_from": from});
    if let Some(until) = until {
        body["valid_until"] = json!(until);
    }
    app.post("/roles", body).await.is(201).id()
}

async fn clerk(app: &TestApp, kind: Value) {
    app.post("/posts", json!({"code": "clerk", "name": "干事", "kinds": [kind]})).await.is(201);
}

api_test! {
    async fn the_catalogue_comes_with_the_directory(app: TestApp) {
        let all = app.get("/posts?limit=500").await.is(200);
        let codes = all.all("/code");
        assert_eq!(codes.len(), 21);
        assert_eq!(codes[..3], [json!("secretary"), json!("deputy_secretary"), json!("standing_member")]);
        let mut ranks: Vec<i64> = all.all("/rank").iter().map(|rank| rank.as_i64().unwrap()).collect();
        assert!(ranks.is_sorted());
        ranks.dedup();
        assert_eq!(ranks.len(), 21);
        assert_eq!(app.get("/posts/leader").await.is(200).body, json!({
            "code": "leader", "name": "组长", "name_en": "Leader",
            "kinds": [
                {"kind": "leading_group", "holders_max": 2, "required": true},
                {"kind": "supervision_group", "holders_max": 1, "required": true},
                {"kind": "working_group", "holders_max": 1, "required": true},
            ],
            "rank": 130, "leadership": false, "revision": 1, "updated_at": all.body["items"][0]["updated_at"],
        }));
        let kind = app.get("/posts?kind=office").await;
        assert_eq!(kind.all("/code"), ["office_director", "office_deputy_director", "group_member", "liaison"]);
        assert_eq!(app.get("/posts?kind=office,department&sort=rank").await.all("/code").len(), 6);
        assert_eq!(app.get("/posts?leadership=true").await.all("/code").len(), 9);
        assert_eq!(app.get("/posts?leadership=false&kind=committee").await.all("/code"), ["liaison"]);
        for (query, place) in [("kind=college", "kind"), ("leadership=1", "leadership"), ("sort=name", "sort")] {
            app.get(&format!("/posts?{query}")).await.is_problem(400, "validation").at(place);
        }
    }

    async fn a_post_is_added_changed_and_taken_out(app: TestApp) {
        let created = app.post("/posts", json!({
            "code": "clerk", "name": "干事", "kinds": [{"kind": "office", "holders_max": 3, "holders_normal": 2, "required": false}],
        })).await.is(201);
        assert_eq!(created.header("location"), "/posts/clerk");
        assert_eq!(created.object(), json!({
            "code": "clerk", "name": "干事", "kinds": [{"kind": "office", "holders_max": 3, "holders_normal": 2, "required": false}],
            "rank": 220, "leadership": false, "revision": 2, "updated_at": "2026-12-01T02:00:00Z",
        }));
        let patch = json!({"code": "clerk", "name": "秘书", "name_en": "Clerk", "rank": 5, "leadership": true, "kinds": [{"kind": "branch"}]});
        let changed = app.patch("/posts/clerk", patch).await.is(200);
        assert_eq!(changed.object(), json!({
            "code": "clerk", "name": "秘书", "name_en": "Clerk", "kinds": [{"kind": "branch", "required": false}],
            "rank": 5, "leadership": true, "revision": 3, "updated_at": "2026-12-01T02:00:00.000001Z",
        }));
        assert_eq!(app.get("/posts?limit=1").await.all("/code"), ["clerk"]);
        let cleared = app.patch("/posts/clerk", json!({"name_en": null})).await.is(200);
        assert_eq!(cleared.body.get("name_en"), None);
        assert_eq!(app.patch("/posts/clerk", json!({"rank": 5})).await.is(200).header("directory-revision"), "4");
        app.delete("/posts/clerk").await.is(200);
        app.get("/posts/clerk").await.is_problem(404, "not-found");
    }

    async fn a_malformed_post_is_refused_where_the_fault_lies(app: TestApp) {
        for (body, place) in [
            (json!({"name": "干事", "kinds": []}), "/code"),
            (json!({"code": "Clerk", "name": "干事", "kinds": []}), "/code"),
            (json!({"code": "c".repeat(41), "name": "干事", "kinds": []}), "/code"),
            (json!({"code": "clerk", "kinds": []}), "/name"),
            (json!({"code": "clerk", "name": "干事"}), "/kinds"),
            (json!({"code": "clerk", "name": "干事", "kinds": [{"kind": "college"}]}), "/kinds/0/kind"),
            (json!({"code": "clerk", "name": "干事", "kinds": [{}]}), "/kinds/0/kind"),
            (json!({"code": "clerk", "name": "干事", "kinds": [{"kind": "office", "holders_max": 0}]}), "/kinds/0/holders_max"),
            (json!({"code": "clerk", "name": "干事", "kinds": [{"kind": "office", "holders_max": 1001}]}), "/kinds/0/holders_max"),
            (json!({"code": "clerk", "name": "干事", "kinds": [{"kind": "office", "holders_normal": null}]}), "/kinds/0/holders_normal"),
            (json!({"code": "clerk", "name": "干事", "kinds": [], "rank": -1}), "/rank"),
            (json!({"code": "clerk", "name": "干事", "kinds": [], "rank": 1_000_001}), "/rank"),
            (json!({"code": "clerk", "name": "干事", "kinds": [], "leadership": "yes"}), "/leadership"),
        ] {
            app.post("/posts", body).await.is_problem(400, "validation").at(place);
        }
        app.patch("/posts/secretary", json!({"name": null})).await.is_problem(400, "validation").at("/name");
        app.patch("/posts/secretary", json!({"kinds": null})).await.is_problem(400, "validation").at("/kinds");
        app.get("/posts/Secretary").await.is_problem(400, "validation").at("code");
        let twice = json!({"code": "clerk", "name": "干事", "kinds": [{"kind": "office"}, {"kind": "office", "required": true}]});
        app.post("/posts", twice).await.is_problem(422, "repeated-value");
    }

    async fn a_code_is_taken_once_and_fixed_for_ever(app: TestApp) {
        let again = json!({"code": "secretary", "name": "书记", "kinds": []});
        app.post("/posts", again).await.is_problem(409, "post-taken").at("/code");
        app.patch("/posts/secretary", json!({"code": "first_secretary"})).await.is_problem(422, "code-is-fixed").at("/code");
        app.patch("/posts/secretary", json!({"code": "secretary"})).await.is(200);
        app.patch("/posts/nobody", json!({"name": "x"})).await.is_problem(404, "not-found");
        app.delete("/posts/nobody").await.is_problem(404, "not-found");
        app.get("/posts/nobody").await.is_problem(404, "not-found");
    }

    async fn a_post_in_use_stays(app: TestApp) {
        clerk(&app, json!({"kind": "committee"})).await;
        let committee = app.committee().await;
        let role = member_with(&app, &committee, "2010-01-01", Some("2011-01-01")).await;
        let refused = app.delete("/posts/clerk").await.is_problem(409, "in-use");
        assert_eq!(refused.body["blockers"], json!([{
            "kind": "role_held", "id": role, "name": "某人 (干事 of 学校党委)", "valid_from": "2010-01-01", "valid_until": "2011-01-01",
        }]));
        // It cannot leave the kind of org in which it was held either.
        app.patch("/posts/clerk", json!({"kinds": [{"kind": "office"}]})).await.is_problem(409, "post-not-in-kind");
        app.delete(&format!("/roles/{role}")).await.is(200);
        app.patch("/posts/clerk", json!({"kinds": [{"kind": "office"}]})).await.is(200);
        app.delete("/posts/clerk").await.is(200);
    }

    async fn a_maximum_is_lowered_only_if_no_day_from_today_on_breaks_it(app: TestApp) {
        clerk(&app, json!({"kind": "committee", "holders_max": 3})).await;
        let committee = app.committee().await;
        // Three at once in the past, one today, two from 2030 on.
        for until in ["2015-01-01", "2015-01-01"] {
            member_with(&app, &committee, "2010-01-01", Some(until)).await;
        }
        member_with(&app, &committee, "2010-01-01", None).await;
        let future = member_with(&app, &committee, "2030-01-01", Some("2031-01-01")).await;
        let lower = |holders_max: u16| json!({"kinds": [{"kind": "committee", "holders_max": holders_max}]});

        let refused = app.patch("/posts/clerk", lower(1)).await.is_problem(409, "post-full");
        assert_eq!((&refused.body["on"], &refused.body["bound"]), (&json!("2030-01-01"), &json!(1)));
        app.patch("/posts/clerk", lower(2)).await.is(200);
        app.delete(&format!("/roles/{future}")).await.is(200);
        app.patch("/posts/clerk", lower(1)).await.is(200);

        // The new maximum applies from today on, not before.
        let person = app.person("乙").await;
        let role = |from: &str, until: &str| json!({"org_id": committee, "post": "clerk", "holder": {"type": "person", "id": person},
            "valid_from": from, "valid_until": until});
        let full = app.post("/roles", role("2026-11-01", "2027-01-01")).await.is_problem(409, "post-full");
        assert_eq!(full.body["on"], TODAY);
        app.post("/roles", role("2016-01-01", TODAY)).await.is(201);
        // Today's holder on a past day does not prevent the maximum from being raised again.
        app.patch("/posts/clerk", lower(2)).await.is(200);
        app.post("/roles", role("2027-01-01", "2028-01-01")).await.is(201);
    }

    async fn a_new_maximum_judges_those_who_hold_the_post_today(app: TestApp) {
        clerk(&app, json!({"kind": "committee"})).await;
        let committee = app.committee().await;
        let until_today = member_with(&app, &committee, "2010-01-01", Some(TODAY)).await;
        member_with(&app, &committee, "2010-01-01", None).await;
        let limit = json!({"kinds": [{"kind": "committee", "holders_max": 1}]});
        app.patch(&format!("/roles/{until_today}"), json!({"valid_until": "2026-12-02"})).await.is(200);
        let refused = app.patch("/posts/clerk", limit.clone()).await.is_problem(409, "post-full");
        assert_eq!(refused.body["on"], TODAY);
        app.patch(&format!("/roles/{until_today}"), json!({"valid_until": TODAY})).await.is(200);
        app.patch("/posts/clerk", limit).await.is(200);
    }

    async fn a_change_of_a_post_shows_in_its_roles(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let role = app.role(&committee, "member", &person, "2020-01-01").await;
        app.patch("/posts/member", json!({"name": "党委委员", "leadership": false})).await.is(200);
        assert_eq!(app.get(&format!("/roles/{role}")).await.body["post"]["name"], "党委委员");
        assert_eq!(app.get("/roles?leadership=true").await.all("/id"), Vec::<Value>::new());
    }
}
