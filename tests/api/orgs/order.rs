//! The official order of the roles in an org and of the orgs under it.

use serde_json::{Value, json};

use super::{NOBODY, children, history, revision};
use crate::support::{Answer, TestApp, api_test};

async fn order_roles(app: &TestApp, id: &str, ids: &[&String]) -> Answer {
    app.put(&format!("/orgs/{id}/role-order"), json!({ "ids": ids })).await
}

async fn order_children(app: &TestApp, id: &str, ids: &[&String], on: Option<&str>) -> Answer {
    let mut body = json!({ "ids": ids });
    if let Some(on) = on {
        body["effective_on"] = json!(on);
    }
    app.put(&format!("/orgs/{id}/child-order"), body).await
}

/// The missing and the foreign ids of a refused order.
fn wrong(refused: &Answer) -> Value {
    json!([refused.body["missing"], refused.body["foreign"]])
}

api_test! {
    async fn roles_stand_in_the_order_given(app: TestApp) {
        let id = app.committee().await;
        let mut roles = Vec::new();
        for name in ["甲", "乙", "丙"] {
            let person = app.person(name).await;
            roles.push(app.role(&id, "member", &person, "2020-01-01").await);
        }
        let [a, b, c] = [&roles[0], &roles[1], &roles[2]];
        let before = app.get(&format!("/orgs/{id}")).await.body;
        let ordered = order_roles(&app, &id, &[c, a, b]).await.is(200);
        assert_eq!(ordered.object(), before, "the body itself has not changed");
        assert_eq!(app.get(&format!("/orgs/{id}/roles")).await.all("/id"), [json!(c), json!(a), json!(b)]);
        assert_eq!(app.get(&format!("/orgs/{id}/roles")).await.all("/order"), [json!(1), json!(2), json!(3)]);
        let at = revision(&app);
        order_roles(&app, &id, &[c, a, b]).await.is(200);
        assert_eq!(revision(&app), at, "the same order is no change");
    }

    async fn planned_roles_may_be_among_them_and_else_come_after(app: TestApp) {
        let id = app.committee().await;
        let mut roles = Vec::new();
        for (name, from) in [("甲", "2020-01-01"), ("乙", "2030-01-01"), ("丙", "2031-01-01")] {
            let person = app.person(name).await;
            roles.push(app.role(&id, "member", &person, from).await);
        }
        let over = app.person("丁").await;
        let over = json!({"org_id": id, "post": "member", "holder": {"type": "person", "id": over}, "valid_from": "2010-01-01", "valid_until": "2020-01-01"});
        let over = app.post("/roles", over).await.is(201).id();
        let [now, next, last] = [&roles[0], &roles[1], &roles[2]];
        order_roles(&app, &id, &[last, now]).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{id}/roles?as_of=2031-01-01")).await.all("/id"), [json!(last), json!(now), json!(next)]);
        assert_eq!(wrong(&order_roles(&app, &id, &[now, &over]).await.is_problem(409, "not-the-whole").at("/ids")), json!([null, [over]]));
        assert_eq!(wrong(&order_roles(&app, &id, &[next]).await.is_problem(409, "not-the-whole")), json!([[now], null]));
    }

    async fn an_order_of_roles_names_each_once(app: TestApp) {
        let committee = app.committee().await;
        let other = app.org_under("department", Some(&committee), "宣传部", "2010-01-01").await;
        let sun = app.person("孙国权").await;
        let mine = app.role(&committee, "secretary", &sun, "2020-01-01").await;
        let theirs = app.role(&other, "head", &sun, "2020-01-01").await;
        order_roles(&app, &committee, &[&mine, &mine]).await.is_problem(422, "repeated-value").at("/ids");
        let refused = order_roles(&app, &committee, &[&theirs, &NOBODY.to_owned()]).await.is_problem(409, "not-the-whole");
        assert_eq!(wrong(&refused), json!([[mine], [theirs, NOBODY]]));
        order_roles(&app, NOBODY, &[]).await.is_problem(404, "not-found");
        let path = format!("/orgs/{committee}/role-order");
        app.put(&path, json!({})).await.is_problem(400, "validation").at("/ids");
        app.put(&path, json!({"ids": ["x"]})).await.is_problem(400, "validation").at("/ids/0");
        app.put(&path, json!({"ids": [mine], "effective_on": "2020-01-01"})).await.is_problem(400, "validation").at("/effective_on");
        app.put("/orgs/x/role-order", json!({"ids": []})).await.is_problem(400, "validation");
    }

    async fn children_stand_in_the_order_given_from_the_day_on(app: TestApp) {
        let committee = app.committee().await;
        let mut ids = Vec::new();
        for name in ["甲", "乙", "丙"] {
            ids.push(app.org_under("department", Some(&committee), name, "2010-01-01").await);
        }
        let [a, b, c] = [&ids[0], &ids[1], &ids[2]];
        let ordered = order_children(&app, &committee, &[c, a, b], Some("2020-01-01")).await.is(200);
        assert_eq!((&ordered.body["id"], ordered.header("directory-as-of")), (&json!(committee), "2020-01-01"));
        assert_eq!(children(&app, &committee, "2019-12-31").await, ["甲", "乙", "丙"]);
        assert_eq!(children(&app, &committee, "2020-01-01").await, ["丙", "甲", "乙"]);
        assert_eq!(history(&app, c, "order").await, json!([["2010-01-01", 3], ["2020-01-01", 1]]));
        let at = revision(&app);
        order_children(&app, &committee, &[c, a, b], Some("2022-01-01")).await.is(200);
        assert_eq!(revision(&app), at, "the same order is no change");
        order_children(&app, &committee, &[a, b, c], Some("2030-01-01")).await.is(200);
        order_children(&app, &committee, &[b, c, a], None).await.is(200);
        assert_eq!(children(&app, &committee, "2026-12-01").await, ["乙", "丙", "甲"]);
        assert_eq!(children(&app, &committee, "2030-01-01").await, ["甲", "乙", "丙"], "what is planned stays");
    }

    async fn an_order_of_children_is_of_those_of_the_day(app: TestApp) {
        let committee = app.committee().await;
        let other = app.org_under("committee", None, "另一党委", "2000-01-01").await;
        let stays = app.org_under("department", Some(&committee), "甲", "2010-01-01").await;
        let leaves = app.org_under("department", Some(&committee), "乙", "2010-01-01").await;
        let comes = app.org_under("department", Some(&committee), "丙", "2030-01-01").await;
        app.patch(&format!("/orgs/{leaves}"), json!({"parent_id": other, "effective_on": "2028-01-01"})).await.is(200);
        let refused = order_children(&app, &committee, &[&stays, &comes], None).await.is_problem(409, "not-the-whole").at("/ids");
        assert_eq!(wrong(&refused), json!([[leaves], [comes]]));
        let refused = order_children(&app, &committee, &[&stays, &leaves], Some("2030-01-01")).await.is_problem(409, "not-the-whole");
        assert_eq!(wrong(&refused), json!([[comes], [leaves]]));
        order_children(&app, &committee, &[&comes, &stays], Some("2030-01-01")).await.is(200);
        // An order here does not affect the org to which a child moves later.
        order_children(&app, &committee, &[&leaves, &stays], None).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{leaves}?as_of=2028-01-01")).await.body["order"], 1);
        order_children(&app, &committee, &[&stays, &leaves], None).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{leaves}?as_of=2028-01-01")).await.body["order"], 1);
        order_children(&app, &committee, &[&stays, &stays], None).await.is_problem(422, "repeated-value").at("/ids");
        order_children(&app, &committee, &[], Some("1999-12-31")).await.is_problem(409, "not-alive");
        order_children(&app, NOBODY, &[], None).await.is_problem(404, "not-found");
        order_children(&app, &other, &[], None).await.is(200);
        let path = format!("/orgs/{committee}/child-order");
        app.put(&path, json!({"effective_on": "2020-01-01"})).await.is_problem(400, "validation").at("/ids");
        app.put(&path, json!({"ids": [], "effective_on": null})).await.is_problem(400, "validation").at("/effective_on");
        app.put(&path, json!({"ids": vec![NOBODY; 10_001]})).await.is_problem(400, "validation").at("/ids");
        let before = revision(&app);
        let tried = app.put(&format!("{path}?dry_run=true"), json!({"ids": [leaves, stays]})).await.is(200);
        assert_eq!(tried.change()["effects"][0]["after"]["order"], 1);
        assert_eq!(revision(&app), before);
    }
}
