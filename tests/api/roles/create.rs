//! Entering roles.

use serde_json::{Value, json};

use super::UNKNOWN;
use crate::support::{Answer, TODAY, api_test};

api_test! {
    async fn a_role_carries_the_names_of_org_post_and_holder(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("孙国权").await;
        let basis = json!({"title": "关于孙国权同志任职的通知", "number": "校党发〔2018〕1号", "date": "2018-01-01"});
        let given = app.post("/roles", json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": person},
            "valid_from": "2018-01-01", "valid_until": "2028-01-01", "order": 3, "basis": basis})).await.is(201);
        let id = given.id();
        assert_eq!(given.header("location"), format!("/roles/{id}"));
        assert_eq!(given.object(), json!({
            "id": id,
            "org": {"id": committee, "name": "学校党委", "kind": "committee", "tier": 1},
            "post": {"code": "secretary", "name": "书记", "name_en": "Secretary"},
            "holder": {"type": "person", "id": person, "name": "孙国权"},
            "people": [{"id": person, "name": "孙国权"}],
            "order": 3, "status": "current", "valid_from": "2018-01-01", "valid_until": "2028-01-01", "basis": basis,
            "revision": 4, "updated_at": "2026-12-01T02:00:00.000002Z",
        }));
        let read = app.get(&format!("/roles/{id}")).await.is(200);
        assert_eq!((read.body.clone(), read.header("etag")), (given.object(), given.header("etag")));
        for (day, status) in [("2017-12-31", "planned"), ("2018-01-01", "current"), ("2027-12-31", "current"), ("2028-01-01", "ended")] {
            assert_eq!(app.get(&format!("/roles/{id}?as_of={day}")).await.is(200).body["status"], status);
        }
    }

    async fn a_role_begins_today_and_stands_last_unless_said(app: TestApp) {
        let committee = app.committee().await;
        let mut orders = Vec::new();
        for name in ["甲", "乙"] {
            let person = app.person(name).await;
            let role = app.post("/roles", json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}})).await.is(201);
            assert_eq!((&role.body["valid_from"], role.body.get("valid_until")), (&json!(TODAY), None));
            assert_eq!((role.body.get("acting"), role.body.get("basis")), (None, None));
            orders.push(role.body["order"].as_i64().unwrap());
        }
        assert_eq!(orders, [1, 2]);
    }

    async fn a_unit_holds_a_post_as_a_whole(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2020-01-01").await;
        let unit = app.org_under("unit", None, "教务处", "2000-01-01").await;
        let role = app.post("/roles", json!({"org_id": office, "post": "office_director", "holder": {"type": "unit", "id": unit}})).await.is(201);
        assert_eq!(role.body["holder"], json!({"type": "unit", "id": unit, "name": "教务处"}));
        assert_eq!(role.body["people"], json!([]));
        app.patch(&format!("/orgs/{unit}"), json!({"name": "本科生院", "effective_on": "2027-01-01"})).await.is(200);
        let later = app.get(&format!("/roles/{}?as_of=2027-01-01", role.id())).await.is(200);
        assert_eq!(later.body["holder"]["name"], "本科生院");
    }

    async fn a_malformed_role_is_refused_where_the_fault_lies(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let whole = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}});
        let with = |field: &str, value: Value| {
            let mut body = whole.clone();
            body[field] = value;
            body
        };
        for (body, place) in [
            (json!({"post": "member", "holder": {"type": "person", "id": person}}), "/org_id"),
            (json!({"org_id": committee, "holder": {"type": "person", "id": person}}), "/post"),
            (json!({"org_id": committee, "post": "member"}), "/holder"),
            (with("unit_id", json!(committee)), "/unit_id"),
            (with("holder", json!({"id": person})), "/holder/type"),
            (with("holder", json!({"type": "nobody", "id": person})), "/holder/type"),
            (with("holder", json!({"type": "person"})), "/holder"),
            (with("holder", json!(null)), "/holder"),
            (with("holder", json!({"type": "person", "id": null})), "/holder/id"),
            (with("org_id", json!("x")), "/org_id"),
            (with("post", json!("书记")), "/post"),
            (with("valid_from", json!("2021-02-30")), "/valid_from"),
            (with("valid_until", json!(null)), "/valid_until"),
            (with("order", json!(-1)), "/order"),
            (with("order", json!(1.5)), "/order"),
            (with("acting", json!("true")), "/acting"),
            (with("basis", json!({})), "/basis/title"),
            (with("basis", json!({"title": "通知", "year": 2021})), "/basis/year"),
            (with("holder", json!({"type": "person", "id": person, "org_id": committee, "post": "secretary"})), "/holder"),
            (json!({"org_id": committee, "post": "member", "holder": {"type": "seat", "org_id": committee}}), "/holder"),
            (json!({"org_id": committee, "post": "member", "holder": {"type": "seat", "org_id": committee, "post": "secretary", "n": 1}}), "/holder/n"),
            (with("end_basis", json!({"number": "1"})), "/end_basis/title"),
            (json!("role"), ""),
        ] {
            app.post("/roles", body).await.is_problem(400, "validation").at(place);
        }
        assert_eq!(app.get("/roles").await.body, json!({"items": []}));
    }

    async fn a_holder_may_be_written_as_it_was_read(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let role = |name: &str| {
            json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person, "name": name}})
        };
        app.post("/roles", role("乙")).await.is_problem(422, "contradictory").at("/holder/name");
        app.post("/roles", role("甲")).await.is(201);
    }

    async fn whatever_a_role_names_exists(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        for (body, place) in [
            (json!({"org_id": UNKNOWN, "post": "member", "holder": {"type": "person", "id": person}}), "/org_id"),
            (json!({"org_id": committee, "post": "nobody", "holder": {"type": "person", "id": person}}), "/post"),
            (json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": UNKNOWN}}), "/holder/id"),
            (json!({"org_id": committee, "post": "member", "holder": {"type": "unit", "id": UNKNOWN}}), "/holder/id"),
            // The id of a person is not the id of an org.
            (json!({"org_id": person, "post": "member", "holder": {"type": "person", "id": person}}), "/org_id"),
        ] {
            app.post("/roles", body).await.is_problem(409, "unknown-reference").at(place);
        }
    }

    async fn all_that_a_role_names_and_is_not_there_is_told_at_once(app: TestApp) {
        let committee = app.committee().await;
        let pointers = |refused: Answer| -> Vec<Value> {
            refused.body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect()
        };
        let seat = json!({"type": "seat", "org_id": UNKNOWN, "post": "nobody"});
        let role = json!({"org_id": UNKNOWN, "post": "nobody", "holder": seat});
        let refused = app.post("/roles", role).await.is_problem(409, "unknown-reference");
        assert_eq!(refused.body["detail"], "4 places in the request are at fault: `errors` names each.");
        assert_eq!(pointers(refused), ["/org_id", "/post", "/holder/org_id", "/holder/post"]);
        let role = json!({"org_id": UNKNOWN, "post": "member", "holder": {"type": "person", "id": UNKNOWN}});
        assert_eq!(pointers(app.post("/roles", role).await.is_problem(409, "unknown-reference")), ["/org_id", "/holder/id"]);
        // A seat of a post that its org never has would always be empty.
        let seat = json!({"type": "seat", "org_id": committee, "post": "office_director"});
        let role = json!({"org_id": committee, "post": "member", "holder": seat, "valid_from": "2026-01-01"});
        let refused = app.post("/roles", role).await.is_problem(409, "post-not-in-kind").at("/holder/post");
        assert_eq!((&refused.body["org_id"], refused.body.get("on")), (&json!(committee), None));
        let unit = app.org_under("unit", None, "教务处", "2010-01-01").await;
        let org = json!({"kind": "branch", "name": "支部", "parent_id": UNKNOWN, "unit_ids": [unit, UNKNOWN, unit]});
        assert_eq!(pointers(app.post("/orgs", org).await.is_problem(409, "unknown-reference")), ["/parent_id", "/unit_ids/2", "/unit_ids/1"]);
    }

    async fn a_period_is_never_empty(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        for until in ["2020-01-01", "2019-12-31"] {
            let body = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}, "valid_from": "2020-01-01", "valid_until": until});
            app.post("/roles", body).await.is_problem(422, "empty-period");
        }
        // Without a first day, the end is too early for today's state.
        let body = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}, "valid_until": TODAY});
        app.post("/roles", body).await.is_problem(422, "empty-period");
        let day = json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}, "valid_from": "2020-01-01", "valid_until": "2020-01-02"});
        app.post("/roles", day).await.is(201);
    }

    async fn a_role_lies_within_the_life_of_its_org(app: TestApp) {
        let committee = app.committee().await;
        let department = app.org_under("department", Some(&committee), "宣传部", "2010-01-01").await;
        app.post(&format!("/orgs/{department}/dissolve"), json!({"effective_on": "2020-01-01"})).await.is(200);
        let person = app.person("甲").await;
        let role = |from: &str, until: Option<&str>| {
            let mut body = json!({"org_id": department, "post": "head", "holder": {"type": "person", "id": person}, "valid_from": from});
            if let Some(until) = until {
                body["valid_until"] = json!(until);
            }
            body
        };
        for (from, until) in [("2009-12-31", Some("2015-01-01")), ("2015-01-01", None), ("2015-01-01", Some("2020-01-02")), ("2020-01-01", Some("2021-01-01"))] {
            let refused = app.post("/roles", role(from, until)).await.is_problem(409, "outside-life");
            assert_eq!(refused.body["org_id"], json!(department), "{from}");
        }
        app.post("/roles", role("2010-01-01", Some("2020-01-01"))).await.is(201);
    }

    async fn a_unit_holds_a_post_only_while_it_exists(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "教务处", "2010-01-01").await;
        app.post(&format!("/orgs/{unit}/dissolve"), json!({"effective_on": "2020-01-01"})).await.is(200);
        let role = |from: &str, until: &str| json!({"org_id": committee, "post": "liaison", "holder": {"type": "unit", "id": unit}, "valid_from": from, "valid_until": until});
        for (from, until) in [("2009-01-01", "2011-01-01"), ("2019-01-01", "2020-01-02"), ("2020-01-01", "2021-01-01")] {
            let refused = app.post("/roles", role(from, until)).await.is_problem(409, "outside-life");
            assert_eq!(refused.body["org_id"], json!(unit));
        }
        let open = json!({"org_id": committee, "post": "liaison", "holder": {"type": "unit", "id": unit}, "valid_from": "2015-01-01"});
        app.post("/roles", open).await.is_problem(409, "outside-life");
        app.post("/roles", role("2010-01-01", "2020-01-01")).await.is(201);
    }

    async fn a_post_exists_in_the_kind_of_org_on_every_day_of_the_role(app: TestApp) {
        let committee = app.committee().await;
        let body = app.org_under("general_branch", Some(&committee), "学院党总支", "2010-01-01").await;
        app.patch(&format!("/orgs/{body}"), json!({"kind": "committee", "effective_on": "2020-01-01"})).await.is(200);
        let person = app.person("甲").await;
        let standing = |from: &str| json!({"org_id": body, "post": "standing_member", "holder": {"type": "person", "id": person}, "valid_from": from});
        let refused = app.post("/roles", standing("2019-12-31")).await.is_problem(409, "post-not-in-kind");
        assert_eq!((&refused.body["on"], &refused.body["org_id"], &refused.body["post"]), (&json!("2019-12-31"), &json!(body), &json!("standing_member")));
        app.post("/roles", standing("2020-01-01")).await.is(201);
        // A change of kind that removes the post of a role is refused as well.
        let back = json!({"kind": "general_branch", "effective_on": "2030-01-01"});
        let refused = app.patch(&format!("/orgs/{body}"), back).await.is_problem(409, "post-not-in-kind");
        assert_eq!(refused.body["on"], "2030-01-01");
        app.post("/roles", json!({"org_id": committee, "post": "head", "holder": {"type": "person", "id": person}})).await.is_problem(409, "post-not-in-kind");
    }
}
