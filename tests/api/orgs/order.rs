//! The official order of the roles in an org and of the orgs under it.

use campus_org::domain::Day;
use serde_json::{Value, json};

use super::{NOBODY, children, history, revision};
use crate::support::{Answer, TODAY, TestApp, api_test};

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

/// A committee with three members since 2010, and their roles.
async fn three(app: &TestApp) -> (String, [String; 3]) {
    let id = app.committee().await;
    let mut roles = Vec::new();
    for name in ["甲", "乙", "丙"] {
        let person = app.person(name).await;
        roles.push(app.role(&id, "member", &person, "2010-01-01").await);
    }
    (id, roles.try_into().expect("three"))
}

/// The ids and the places of the roles in an org on a day.
async fn listed(app: &TestApp, id: &str, on: &str) -> (Vec<Value>, Vec<Value>) {
    let listed = app.get(&format!("/orgs/{id}/roles?as_of={on}")).await.is(200);
    (listed.all("/id"), listed.all("/order"))
}

fn declared(ids: &[&String], on: &str) -> Value {
    json!({"ids": ids, "effective_on": on})
}

api_test! {
    async fn roles_stand_in_the_order_given_from_the_day_on(app: TestApp) {
        let (id, [a, b, c]) = three(&app).await;
        let path = format!("/orgs/{id}/role-order");
        let ordered = app.put(&path, declared(&[&c, &a, &b], "2020-01-01")).await.is(200);
        assert_eq!(ordered.object(), json!({"ids": [c, a, b], "effective_on": "2020-01-01"}));
        assert_eq!(listed(&app, &id, "2019-12-31").await.0, [json!(a), json!(b), json!(c)], "the past reads as it was");
        let now = (vec![json!(c), json!(a), json!(b)], vec![json!(1), json!(2), json!(3)]);
        assert_eq!(listed(&app, &id, "2020-01-01").await, now);
        assert_eq!(app.get(&format!("/roles?org_id={id}&as_of=2019-12-31")).await.all("/id"), [json!(a), json!(b), json!(c)]);
        assert_eq!(app.get(&format!("/roles?org_id={id}&as_of=2020-01-01")).await.all("/id"), now.0);
        assert_eq!(app.get(&format!("/roles/{a}?as_of=2020-01-01")).await.body["order"], 2);
        let at = revision(&app);
        app.put(&path, declared(&[&c, &a, &b], "2022-01-01")).await.is(200);
        assert_eq!(revision(&app), at, "the same order is no change");
        app.put(&path, declared(&[&b, &a, &c], "2024-01-01")).await.is(200);
        // A late notice holds until the next one.
        app.put(&path, declared(&[&b, &c, &a], "2022-01-01")).await.is(200);
        for (on, order) in [("2019-01-01", [&a, &b, &c]), ("2021-01-01", [&c, &a, &b]), ("2023-01-01", [&b, &c, &a]), ("2024-01-01", [&b, &a, &c])] {
            assert_eq!(app.get(&format!("{path}?as_of={on}")).await.body["ids"], json!(order), "{on}");
        }
    }

    async fn an_order_has_its_document_and_can_be_taken_back(app: TestApp) {
        let (id, [a, b, c]) = three(&app).await;
        let path = format!("/orgs/{id}/role-order");
        let basis = json!({"title": "关于领导班子成员排名的通知", "number": "校党发〔2020〕3号"});
        let with = |ids: &[&String], on: &str| { let mut body = declared(ids, on); body["basis"] = basis.clone(); body };
        app.put(&path, with(&[&a, &b, &c], "2020-01-01")).await.is(200);
        assert_eq!(app.get(&path).await.is(200).body, json!({"ids": [a, b, c], "effective_on": "2020-01-01", "basis": basis}), "a document may confirm an order");
        let at = revision(&app);
        app.put(&path, with(&[&a, &b, &c], "2020-01-01")).await.is(200);
        assert_eq!(revision(&app), at, "the same document says the same once");
        app.put(&path, with(&[&c, &b, &a], "2021-01-01")).await.is(200);
        app.delete(&format!("/orgs/{id}/versions/2021-01-01")).await.is(200);
        assert_eq!(app.get(&path).await.body["ids"], json!([a, b, c]));
    }

    async fn who_joins_after_an_order_stands_by_number_else_last(app: TestApp) {
        let (id, [a, b, c]) = three(&app).await;
        app.put(&format!("/orgs/{id}/role-order"), declared(&[&c, &a, &b], "2020-01-01")).await.is(200);
        let joins = async |name: &str, order: Option<i32>| {
            let person = app.person(name).await;
            let mut body = json!({"org_id": id, "post": "member", "holder": {"type": "person", "id": person}, "valid_from": "2021-01-01"});
            if let Some(order) = order {
                body["order"] = json!(order);
            }
            app.post("/roles", body).await.is(201).id()
        };
        let last = joins("丁", None).await;
        let second = joins("戊", Some(2)).await;
        assert_eq!(listed(&app, &id, "2021-01-01").await.0, json!([c, a, second, b, last]).as_array().unwrap().clone());
        // Who left and came back is not meant by the old order.
        app.post(&format!("/roles/{c}/end"), json!({"effective_on": "2022-01-01"})).await.is(200);
        let person = app.get(&format!("/roles/{c}?as_of=2021-01-01")).await.body["holder"]["id"].as_str().unwrap().to_owned();
        let again = app.role(&id, "member", &person, "2023-01-01").await;
        assert_eq!(listed(&app, &id, "2023-01-01").await.0, json!([a, second, b, last, again]).as_array().unwrap().clone());
    }

    async fn a_role_in_a_declared_order_gets_another_place_from_today_on(app: TestApp) {
        let (id, [a, b, c]) = three(&app).await;
        let yesterday = TODAY.parse::<Day>().unwrap().plus(-1).to_string();
        app.patch(&format!("/roles/{c}"), json!({"order": 9})).await.is(200);
        assert_eq!(listed(&app, &id, "2020-01-01").await.1, [json!(1), json!(2), json!(9)], "no order was declared");
        app.put(&format!("/orgs/{id}/role-order"), declared(&[&b, &a, &c], "2020-01-01")).await.is(200);
        let placed = app.patch(&format!("/roles/{c}"), json!({"order": 1})).await.is(200);
        assert_eq!((&placed.body["order"], placed.header("directory-as-of")), (&json!(1), TODAY));
        assert_eq!(listed(&app, &id, &yesterday).await.0, [json!(b), json!(a), json!(c)], "the past reads as it was");
        assert_eq!(listed(&app, &id, TODAY).await.0, [json!(c), json!(b), json!(a)]);
        // Whoever has left has no place from today on.
        app.post(&format!("/roles/{a}/end"), json!({"effective_on": "2021-01-01"})).await.is(200);
        app.patch(&format!("/roles/{a}"), json!({"order": 1})).await.is_problem(409, "already-ended");
    }

    async fn a_role_gets_another_place_from_a_day_on(app: TestApp) {
        let (id, [a, b, c]) = three(&app).await;
        let moved = app.patch(&format!("/roles/{c}"), json!({"order": 1, "effective_on": "2020-01-01"})).await.is(200);
        assert_eq!((&moved.body["order"], moved.header("directory-as-of")), (&json!(1), "2020-01-01"));
        assert_eq!(listed(&app, &id, "2019-12-31").await.0, [json!(a), json!(b), json!(c)]);
        assert_eq!(listed(&app, &id, "2020-01-01").await.0, [json!(c), json!(a), json!(b)]);
        app.patch(&format!("/roles/{a}"), json!({"order": 99, "effective_on": "2021-01-01"})).await.is(200);
        assert_eq!(listed(&app, &id, "2021-01-01").await.0, [json!(c), json!(b), json!(a)]);
        app.post(&format!("/roles/{c}/end"), json!({"effective_on": "2022-01-01"})).await.is(200);
        app.patch(&format!("/roles/{c}"), json!({"order": 2, "effective_on": "2023-01-01"})).await.is_problem(409, "already-ended");
    }

    async fn a_place_from_a_day_on_has_a_document_of_its_own(app: TestApp) {
        let (id, [a, b, c]) = three(&app).await;
        let (appointed, ranking) = (json!({"title": "任职通知", "number": "1"}), json!({"title": "排名通知", "number": "9"}));
        let path = format!("/roles/{c}");
        app.patch(&path, json!({"basis": appointed})).await.is(200);
        let place = |order: i32, on: &str| json!({"order": order, "effective_on": on, "basis": ranking});
        let placed = app.patch(&path, place(1, "2020-01-01")).await.is(200);
        assert_eq!((&placed.body["order"], &placed.body["basis"]), (&json!(1), &appointed));
        assert_eq!(placed.change()["summary"], json!([
            "All this rests on 《排名通知》 (9).", "The order of the holders of 学校党委 is 丙, 甲, 乙 from 2020-01-01 on.",
        ]));
        let order = async |on: &str| app.get(&format!("/orgs/{id}/role-order?as_of={on}")).await.is(200).body;
        assert_eq!(order("2020-01-01").await, json!({"ids": [c, a, b], "effective_on": "2020-01-01", "basis": ranking}));
        // Where it stands there anyway, a document declares that.
        app.patch(&path, place(1, "2021-01-01")).await.is(200);
        assert_eq!(order("2021-01-01").await["effective_on"], "2021-01-01");
        let at = revision(&app);
        app.patch(&path, place(1, "2021-01-01")).await.is(200);
        app.patch(&path, json!({"order": 1, "effective_on": "2022-01-01"})).await.is(200);
        assert_eq!(revision(&app), at, "nothing new is said");
        // Such a request is about the place alone.
        let mixed = json!({"order": 2, "effective_on": "2023-01-01", "valid_from": "2011-01-01", "end_basis": ranking});
        let refused = app.patch(&path, mixed).await.is_problem(422, "contradictory");
        let places: Vec<&Value> = refused.body["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
        assert_eq!(places, ["/valid_from", "/end_basis"]);
        app.patch(&path, json!({"effective_on": "2023-01-01", "basis": ranking})).await.is_problem(422, "contradictory").at("/effective_on");
        assert_eq!(revision(&app), at);
    }

    async fn an_order_of_orgs_tells_the_act_that_declared_it(app: TestApp) {
        let id = app.committee().await;
        let child = app.org_under("department", Some(&id), "甲部", "2010-01-01").await;
        let other = app.org_under("department", Some(&id), "乙部", "2010-01-01").await;
        let path = format!("/orgs/{id}/child-order");
        let basis = json!({"title": "排序通知", "number": "1"});
        app.put(&path, json!({"ids": [other, child], "effective_on": "2020-01-01", "basis": basis})).await.is(200);
        let told = async |day: &str| {
            let order = app.get(&format!("{path}?as_of={day}")).await.is(200).body;
            json!([order["effective_on"], order["basis"]])
        };
        assert_eq!(told("2019-12-31").await, json!([null, null]));
        assert_eq!(told("2020-01-01").await, json!(["2020-01-01", basis]));
        // One that joins later, and the place of one alone, declare no order.
        app.org_under("department", Some(&id), "丙部", "2021-01-01").await;
        app.patch(&format!("/orgs/{child}"), json!({"order": 9, "effective_on": "2022-01-01"})).await.is(200);
        assert_eq!(told("2023-01-01").await, json!(["2020-01-01", basis]));
    }

    async fn nobody_overwrites_an_order_that_they_have_not_seen(app: TestApp) {
        let (id, [a, b, c]) = three(&app).await;
        let child = app.org_under("department", Some(&id), "甲部", "2010-01-01").await;
        let other = app.org_under("department", Some(&id), "乙部", "2010-01-01").await;
        for (path, first, second) in [
            (format!("/orgs/{id}/role-order"), json!([c, b, a]), json!([b, c, a])),
            (format!("/orgs/{id}/child-order"), json!([other, child]), json!([child, other])),
        ] {
            let on = "2020-01-01";
            let body = |ids: &Value| json!({"ids": ids, "effective_on": on});
            let send = async |tag: Option<&str>, ids: &Value| {
                let request = app.request("PUT", &path).json(&body(ids));
                app.send(match tag { Some(tag) => request.header("if-match", tag), None => request }).await
            };
            let unseen = send(None, &first).await.is_problem(428, "precondition-required");
            assert!(unseen.text.contains("as_of=2020-01-01"), "{}", unseen.text);
            send(Some("*"), &first).await.is_problem(428, "precondition-required");
            let today = app.get(&path).await.is(200).header("etag").to_owned();
            let refused = send(Some(&today), &first).await.is_problem(412, "precondition-failed");
            assert!(refused.text.contains("as_of=2020-01-01"), "{}", refused.text);
            let tag = app.get(&format!("{path}?as_of={on}")).await.header("etag").to_owned();
            let tried = app.send(app.request("PUT", &format!("{path}?dry_run=true")).json(&body(&first))).await.is(200);
            let state = |tag: &str| tag.split('-').next().unwrap().to_owned();
            assert_eq!(state(tried.header("etag")), state(&tag), "a dry run answers the tag to use");
            let done = send(Some(&tag), &first).await.is(200);
            assert_eq!(done.header("etag"), app.get(&format!("{path}?as_of={on}")).await.header("etag"));
            // Somebody else decided on the same state.
            send(Some(&tag), &second).await.is_problem(412, "precondition-failed");
            let again = send(Some(&tag), &first).await.is(200);
            assert_eq!(again.change()["effects"], json!([]), "what is there already may be said again");
        }
    }

    async fn an_order_of_roles_names_each_once(app: TestApp) {
        let committee = app.committee().await;
        let other = app.org_under("department", Some(&committee), "宣传部", "2010-01-01").await;
        let sun = app.person("孙国权").await;
        let mine = app.role(&committee, "secretary", &sun, "2020-01-01").await;
        let theirs = app.role(&other, "head", &sun, "2020-01-01").await;
        order_roles(&app, &committee, &[&mine, &mine]).await.is_problem(422, "repeated-value").at("/ids/1");
        let refused = order_roles(&app, &committee, &[&theirs, &NOBODY.to_owned()]).await.is_problem(409, "not-the-whole");
        assert_eq!(wrong(&refused), json!([[mine], [theirs, NOBODY]]));
        order_roles(&app, NOBODY, &[]).await.is_problem(404, "not-found");
        let path = format!("/orgs/{committee}/role-order");
        app.put(&path, json!({})).await.is_problem(400, "validation").at("/ids");
        app.put(&path, json!({"ids": ["x"]})).await.is_problem(400, "validation").at("/ids/0");
        app.put(&path, json!({"ids": [mine], "effective_on": null})).await.is_problem(400, "validation").at("/effective_on");
        app.put(&path, json!({"ids": [], "effective_on": "1999-12-31"})).await.is_problem(409, "not-alive");
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
        assert_eq!((ordered.object(), ordered.header("directory-as-of")), (json!({"ids": [c, a, b], "effective_on": "2020-01-01"}), "2020-01-01"));
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
        order_children(&app, &committee, &[&stays, &stays], None).await.is_problem(422, "repeated-value").at("/ids/1");
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
