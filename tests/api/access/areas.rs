//! Where a write is allowed: on today's tree and on every day that it changes.

use serde_json::json;

use super::{at, closed_test, everywhere};
use crate::support::TestApp;

/// A university with two general branches and a branch below each.
struct Campus {
    top: String,
    mine: String,
    my_branch: String,
    other: String,
    other_branch: String,
}

async fn campus(app: &TestApp) -> Campus {
    let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
    let mine = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
    let other = app.org_under("general_branch", Some(&top), "乙总支", "2000-01-01").await;
    let my_branch = app.org_under("branch", Some(&mine), "甲一支部", "2000-01-01").await;
    let other_branch = app.org_under("branch", Some(&other), "乙一支部", "2000-01-01").await;
    Campus { top, mine, my_branch, other, other_branch }
}

const WRITE: &[&str] = &["orgs:read", "structure:write", "roles:write"];

closed_test! {
    async fn a_clerk_edits_below_their_general_branch_and_nothing_else(app: TestApp) {
        let Campus { top, mine, my_branch, other_branch, .. } = campus(&app).await;
        let person = app.person("王小明").await;
        let clerk = app.caller(json!([at(WRITE, "below", &mine), everywhere(&["people:read"])])).await;
        let named = json!({"name": "新名支部"});
        clerk.patch(&format!("/orgs/{my_branch}"), named.clone()).await.is(200);
        let refused = clerk.patch(&format!("/orgs/{other_branch}"), named.clone()).await.is_problem(403, "forbidden");
        assert_eq!((&refused.body["scope"], &refused.body["org_id"]), (&json!("structure:write"), &json!(other_branch)));
        for org in [&mine, &top] {
            clerk.patch(&format!("/orgs/{org}"), named.clone()).await.is_problem(403, "forbidden");
        }
        let branch = |parent: &str| json!({"kind": "branch", "name": "新支部", "parent_id": parent});
        let new = clerk.post("/orgs", branch(&mine)).await.is(201).id();
        clerk.post("/orgs", branch(&top)).await.is_problem(403, "forbidden");
        let role = |org: &str| json!({"org_id": org, "post": "secretary", "holder": {"type": "person", "id": person}});
        let held = clerk.post("/roles", role(&my_branch)).await.is(201).id();
        clerk.post("/roles", role(&mine)).await.is_problem(403, "forbidden");
        clerk.post("/roles", role(&other_branch)).await.is_problem(403, "forbidden");
        clerk.post(&format!("/roles/{held}/end"), json!({"effective_on": "2027-01-01"})).await.is(200);
        clerk.post(&format!("/orgs/{new}/dissolve"), json!({"effective_on": "2027-01-01"})).await.is(200);
        clerk.post("/posts", json!({"code": "x", "name": "某职", "kinds": []})).await.is_problem(403, "forbidden");
        clerk.get("/keys").await.is_problem(403, "forbidden");
    }

    async fn what_an_org_is_and_where_it_stands_is_decided_above_it(app: TestApp) {
        let Campus { mine, .. } = campus(&app).await;
        let clerk = app.caller(json!([at(WRITE, "subtree", &mine)])).await;
        clerk.patch(&format!("/orgs/{mine}"), json!({"short_name": "甲"})).await.is(200);
        clerk.post(&format!("/orgs/{mine}/dissolve"), json!({"cascade": true})).await.is_problem(403, "forbidden");
        clerk.delete(&format!("/orgs/{mine}")).await.is_problem(403, "forbidden");
        clerk.patch(&format!("/orgs/{mine}"), json!({"kind": "committee"})).await.is_problem(403, "forbidden");
        let founded = json!({"valid_from": "1999-01-01"});
        app.patch(&format!("/orgs/{mine}/versions/2000-01-01"), founded).await.is_problem(409, "outside-life");
    }

    async fn moving_needs_both_ends(app: TestApp) {
        let Campus { mine, my_branch, other, other_branch, .. } = campus(&app).await;
        let clerk = app.caller(json!([at(WRITE, "below", &mine)])).await;
        let under = |parent: &str| json!({"parent_id": parent});
        clerk.patch(&format!("/orgs/{my_branch}"), under(&other)).await.is_problem(403, "forbidden");
        clerk.patch(&format!("/orgs/{other_branch}"), under(&mine)).await.is_problem(403, "forbidden");
        let both = app.caller(json!([at(WRITE, "below", &mine), at(WRITE, "below", &other)])).await;
        both.patch(&format!("/orgs/{my_branch}"), under(&other)).await.is(200);
    }

    async fn days_on_which_an_org_stood_elsewhere_need_that_side_too(app: TestApp) {
        let Campus { mine, other, my_branch, .. } = campus(&app).await;
        // The branch came from the other general branch in 2010.
        app.patch(&format!("/orgs/{my_branch}/versions/2000-01-01"), json!({"parent_id": other})).await.is(200);
        app.patch(&format!("/orgs/{my_branch}"), json!({"parent_id": mine, "effective_on": "2010-01-01"})).await.is(200);
        let person = app.person("王小明").await;
        let clerk = app.caller(json!([at(WRITE, "below", &mine), everywhere(&["people:read"])])).await;
        let since = |day: &str| json!({
            "org_id": my_branch, "post": "secretary", "holder": {"type": "person", "id": person}, "valid_from": day,
        });
        clerk.post("/roles", since("2009-12-31")).await.is_problem(403, "forbidden");
        let role = clerk.post("/roles", since("2010-01-01")).await.is(201).id();
        let path = format!("/roles/{role}");
        clerk.patch(&path, json!({"valid_from": "2009-01-01"})).await.is_problem(403, "forbidden");
        // A role from before may be ended today: only days from today on change.
        app.patch(&path, json!({"valid_from": "2005-01-01"})).await.is(200);
        clerk.post(&format!("{path}/end"), json!({})).await.is(200);
        clerk.delete(&path).await.is_problem(403, "forbidden");
        let renamed = |day: &str| json!({"name": "旧名", "effective_on": day});
        clerk.patch(&format!("/orgs/{my_branch}"), renamed("2009-06-01")).await.is_problem(403, "forbidden");
        clerk.patch(&format!("/orgs/{my_branch}"), renamed("2011-06-01")).await.is(200);
    }

    async fn a_grant_follows_its_org(app: TestApp) {
        let Campus { mine, my_branch, other, .. } = campus(&app).await;
        let clerk = app.caller(json!([at(WRITE, "org", &my_branch)])).await;
        let named = |name: &str| json!({"short_name": name});
        clerk.patch(&format!("/orgs/{my_branch}"), named("一")).await.is(200);
        let before = app.caller(json!([at(WRITE, "below", &mine)])).await;
        app.patch(&format!("/orgs/{my_branch}"), json!({"parent_id": other})).await.is(200);
        clerk.patch(&format!("/orgs/{my_branch}"), named("二")).await.is(200);
        before.patch(&format!("/orgs/{my_branch}"), named("三")).await.is_problem(403, "forbidden");
    }

    async fn own_areas_are_found_through_the_own_person(app: TestApp) {
        let Campus { mine, my_branch, other_branch, .. } = campus(&app).await;
        let person = app.person("王小明").await;
        let role = app.role(&mine, "secretary", &person, "2020-01-01").await;
        let key = async |area: &str| {
            let grants = json!([{"scopes": WRITE, "area": area}]);
            let made = app.post("/keys", json!({"name": area, "grants": grants, "person_id": person})).await.is(201);
            app.with_key(made.body["secret"].as_str().expect("a secret"))
        };
        let (own, below) = (key("own").await, key("own_subtree").await);
        let named = json!({"short_name": "名"});
        own.patch(&format!("/orgs/{mine}"), named.clone()).await.is(200);
        own.patch(&format!("/orgs/{my_branch}"), named.clone()).await.is_problem(403, "forbidden");
        below.patch(&format!("/orgs/{my_branch}"), named.clone()).await.is(200);
        below.patch(&format!("/orgs/{other_branch}"), named.clone()).await.is_problem(403, "forbidden");
        app.post(&format!("/roles/{role}/end"), json!({})).await.is(200);
        below.patch(&format!("/orgs/{my_branch}"), json!({"short_name": "后"})).await.is_problem(403, "forbidden");
    }

    async fn a_leading_group_needs_the_right_in_all_that_it_touches(app: TestApp) {
        let Campus { top, mine, other, .. } = campus(&app).await;
        let scopes = &["orgs:read", "structure:write", "roles:write"];
        let clerk = app.caller(json!([at(scopes, "subtree", &mine), everywhere(&["people:read"])])).await;
        let person = app.person("王小明").await;
        let group = |parent: &str, covers: &str| json!({
            "parent_id": parent, "name": "专项领导小组", "valid_from": "2026-01-01",
            "leaders": [{"holder": {"type": "person", "id": person}}],
            "supervision_groups": [{"name": "第一督导组", "covers": [{"org_id": covers, "scope": "subtree"}]}],
        });
        clerk.post("/leading-groups", group(&top, &mine)).await.is_problem(403, "forbidden");
        clerk.post("/leading-groups", group(&mine, &other)).await.is_problem(403, "forbidden");
        clerk.post("/leading-groups?dry_run=true", group(&mine, &mine)).await.is(200);
        let only = app.caller(json!([at(&["structure:write"], "subtree", &mine)])).await;
        let refused = only.post("/leading-groups", group(&mine, &mine)).await.is_problem(403, "forbidden");
        assert_eq!(refused.body["scope"], "roles:write");
    }
}
