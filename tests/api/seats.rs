//! Seats 席位: whoever holds a post in an org, resolved in one step.

use serde_json::{Value, json};

use crate::support::{TestApp, api_test};

const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";

/// A role that a seat holds in an org since 2020-01-01.
async fn seated(app: &TestApp, org: &str, post: &str, seat_org: &str, seat_post: &str) -> String {
    let body = json!({"org_id": org, "post": post, "holder": {"type": "seat", "org_id": seat_org, "post": seat_post},
        "valid_from": "2020-01-01"});
    app.post("/roles", body).await.is(201).id()
}

/// The ids of the people who sit in a role on a day, and the reason if nobody does.
async fn sitting(app: &TestApp, role: &str, day: &str) -> (Vec<Value>, Value) {
    let role = app.get(&format!("/roles/{role}?as_of={day}")).await.is(200).body;
    let people = role["people"].as_array().unwrap().iter().map(|person| person["id"].clone()).collect();
    (people, role["holder"]["unfilled"].clone())
}

api_test! {
    async fn a_seat_follows_the_post_that_it_points_at(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        let (first, second, acting) = (app.person("甲").await, app.person("乙").await, app.person("丙").await);
        let leader = seated(&app, &group, "leader", &committee, "secretary").await;
        assert_eq!(sitting(&app, &leader, "2020-06-01").await, (vec![], json!("vacant")));
        for (person, from, until, acting) in [
            (&first, "2020-07-01", "2021-01-01", false),
            (&second, "2021-02-01", "2030-01-01", false),
            (&acting, "2022-01-01", "2023-01-01", true),
        ] {
            app.post("/roles", json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": person}, "valid_from": from,
                "valid_until": until, "acting": acting})).await.is(201);
        }
        for (day, people, unfilled) in [
            ("2020-06-30", vec![], json!("vacant")),
            ("2020-07-01", vec![json!(first)], json!(null)),
            ("2021-01-01", vec![], json!("vacant")),
            ("2021-02-01", vec![json!(second)], json!(null)),
            // An acting holder sits there too.
            ("2022-06-01", vec![json!(second), json!(acting)], json!(null)),
            ("2023-01-01", vec![json!(second)], json!(null)),
            ("2030-01-01", vec![], json!("vacant")),
        ] {
            assert_eq!(sitting(&app, &leader, day).await, (people, unfilled), "{day}");
        }
        let role = app.get(&format!("/roles/{leader}?as_of=2021-02-01")).await.is(200).body;
        assert_eq!(role["holder"], json!({
            "type": "seat", "org_id": committee, "post": "secretary", "org_name": "学校党委", "post_name": "书记",
        }));
        let source = app.get(&format!("/orgs/{committee}/roles?as_of=2021-02-01")).await.body["items"][0]["id"].clone();
        assert_eq!(role["people"], json!([{"id": second, "name": "乙", "role_id": source}]));
        // The tree shows the same.
        let tree = app.get(&format!("/orgs/{committee}/tree?include=roles&as_of=2021-02-01")).await.is(200).body;
        assert_eq!(tree["children"][0]["roles"][0]["people"], role["people"]);
    }

    async fn a_seat_reaches_exactly_one_step(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "学校", "2000-01-01").await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2020-01-01").await;
        let person = app.person("甲").await;
        app.role(&committee, "secretary", &person, "2020-01-01").await;
        seated(&app, &group, "leader", &committee, "secretary").await;
        // The leader is there by seat, so a seat that points at the leader finds nobody.
        let through = seated(&app, &office, "group_member", &group, "leader").await;
        assert_eq!(sitting(&app, &through, "2021-01-01").await, (vec![], json!("indirect")));
        app.post("/roles", json!({"org_id": office, "post": "office_director", "holder": {"type": "unit", "id": unit}, "valid_from": "2020-01-01"})).await.is(201);
        let by_unit = seated(&app, &group, "group_member", &office, "office_director").await;
        assert_eq!(sitting(&app, &by_unit, "2021-01-01").await, (vec![], json!("indirect")));
        // A second leader who holds the post directly is found.
        let other = app.person("乙").await;
        app.role(&group, "leader", &other, "2020-01-01").await;
        assert_eq!(sitting(&app, &through, "2021-01-01").await, (vec![json!(other)], json!(null)));
    }

    async fn a_seat_whose_org_ends_stays_and_says_so(app: TestApp) {
        let committee = app.committee().await;
        let department = app.org_under("department", Some(&committee), "宣传部", "2000-01-01").await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        let person = app.person("甲").await;
        app.role(&department, "head", &person, "2015-01-01").await;
        let seat = seated(&app, &group, "group_member", &department, "head").await;
        let dissolve = json!({"effective_on": "2022-01-01", "cascade": true});
        app.post(&format!("/orgs/{department}/dissolve"), dissolve).await.is(200);
        assert_eq!(sitting(&app, &seat, "2021-12-31").await, (vec![json!(person)], json!(null)));
        assert_eq!(sitting(&app, &seat, "2022-01-01").await, (vec![], json!("not_alive")));
        assert_eq!(app.get(&format!("/roles/{seat}?as_of=2022-01-01")).await.body["status"], "current");
        // The seat refers to the org, which therefore cannot be deleted.
        app.delete(&format!("/orgs/{department}")).await.is_problem(409, "in-use");
        app.delete(&format!("/roles/{seat}")).await.is(200);
        app.post(&format!("/orgs/{department}/restore"), json!({})).await.is(200);
    }

    async fn what_a_seat_points_at_cannot_be_deleted(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "学校", "2000-01-01").await;
        app.post("/posts", json!({"code": "provost", "name": "教务长", "kinds": [{"kind": "unit"}]})).await.is(201);
        let seat = seated(&app, &committee, "liaison", &unit, "provost").await;
        for (path, kind) in [(format!("/orgs/{unit}"), "seat_of"), ("/posts/provost".to_owned(), "seat_of")] {
            let refused = app.delete(&path).await.is_problem(409, "in-use");
            assert_eq!((&refused.body["blockers"][0]["kind"], &refused.body["blockers"][0]["id"]), (&json!(kind), &json!(seat)));
        }
        // It does not prevent dissolving.
        app.post(&format!("/orgs/{unit}/dissolve"), json!({"effective_on": "2025-01-01"})).await.is(200);
    }

    async fn a_seat_that_cannot_be_is_refused(app: TestApp) {
        let committee = app.committee().await;
        let unit = app.org_under("unit", None, "学校", "2000-01-01").await;
        let give = |mut seat: Value| {
            seat["type"] = json!("seat");
            json!({"org_id": committee, "post": "member", "holder": seat, "valid_from": "2020-01-01"})
        };
        let refused = app.post("/roles", give(json!({"org_id": UNKNOWN, "post": "secretary"}))).await;
        refused.is_problem(409, "unknown-reference").at("/holder/org_id");
        let refused = app.post("/roles", give(json!({"org_id": committee, "post": "none"}))).await;
        refused.is_problem(409, "unknown-reference").at("/holder/post");
        app.post("/roles", give(json!({"org_id": unit, "post": "secretary"}))).await.is_problem(409, "post-not-in-kind");
        let itself = app.post("/roles", give(json!({"org_id": committee, "post": "member"}))).await;
        itself.is_problem(422, "self-reference").at("/holder");
        app.post("/roles", give(json!({"org_id": committee, "post": "secretary"}))).await.is(201);
        app.post("/roles", give(json!({"org_id": committee, "post": "secretary"}))).await.is_problem(409, "same-holder");
    }

    async fn a_seat_counts_as_one_holder(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        for post in ["secretary", "deputy_secretary"] {
            seated(&app, &group, "leader", &committee, post).await;
        }
        let third = app.person("甲").await;
        let body = json!({"org_id": group, "post": "leader", "holder": {"type": "person", "id": third}, "valid_from": "2020-01-01"});
        assert_eq!(app.post("/roles", body).await.is_problem(409, "post-full").body["bound"], 2);
    }

    async fn what_a_person_holds_by_seat_is_among_its_roles(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        let person = app.person("甲").await;
        let mut sources = Vec::new();
        for (from, until) in [("2019-01-01", "2021-01-01"), ("2025-01-01", "2028-01-01")] {
            let body = json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": person}, "valid_from": from, "valid_until": until});
            sources.push(app.post("/roles", body).await.is(201).id());
        }
        let leader = seated(&app, &group, "leader", &committee, "secretary").await;
        app.post(&format!("/roles/{leader}/end"), json!({"effective_on": "2027-01-01"})).await.is(200);

        let all = app.get(&format!("/people/{person}/roles?status=all&sort=valid_from")).await.is(200);
        assert_eq!(all.all("/id"), [json!(sources[0]), json!(leader), json!(sources[1]), json!(leader)]);
        assert_eq!(all.all("/by_seat"), [
            json!(null),
            json!({"role_id": sources[0], "valid_from": "2020-01-01", "valid_until": "2021-01-01"}),
            json!(null),
            json!({"role_id": sources[1], "valid_from": "2025-01-01", "valid_until": "2027-01-01"}),
        ]);
        assert_eq!(all.all("/status"), [json!("ended"), json!("ended"), json!("current"), json!("current")]);
        assert_eq!(all.all("/people/0/role_id"), [json!(null), json!(sources[0]), json!(null), json!(sources[1])]);
        // Page by page the list is the same.
        let mut paged = Vec::new();
        let mut path = format!("/people/{person}/roles?status=all&sort=valid_from&limit=1");
        while paged.len() < 9 {
            let page = app.get(&path).await.is(200);
            paged.extend(page.all("/by_seat/role_id"));
            let Some(next) = page.body["next"].as_str() else { break };
            path = format!("/people/{person}/roles?status=all&sort=valid_from&limit=1&cursor={next}");
        }
        assert_eq!(paged, all.all("/by_seat/role_id"));
        for (day, held) in [
            ("2019-06-01", vec!["secretary"]),
            ("2020-06-01", vec!["secretary", "leader"]),
            ("2021-06-01", vec![]),
            ("2026-06-01", vec!["secretary", "leader"]),
            ("2027-06-01", vec!["secretary"]),
        ] {
            let roles = app.get(&format!("/people/{person}/roles?as_of={day}")).await.is(200);
            assert_eq!(roles.all("/post/code"), held, "{day}");
            let same = app.get(&format!("/roles?person_id={person},{person}&as_of={day}")).await.is(200);
            assert_eq!(same.all("/id"), roles.all("/id"));
        }
        // Among all roles it appears once, with the seat as holder.
        let by_seat = app.get("/roles?holder=seat&as_of=2026-06-01").await.is(200);
        assert_eq!((by_seat.all("/id"), by_seat.all("/by_seat")), (vec![json!(leader)], vec![json!(null)]));
        assert_eq!(app.get("/roles?holder=person&as_of=2026-06-01").await.is(200).all("/id"), [json!(sources[1])]);
    }

    async fn a_required_post_with_an_empty_seat_is_vacant(app: TestApp) {
        let committee = app.committee().await;
        let department = app.org_under("department", Some(&committee), "宣传部", "2000-01-01").await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        seated(&app, &group, "leader", &department, "head").await;
        let vacant = async |day: &str| app.get(&format!("/vacancies?post=leader&as_of={day}")).await.is(200).all("/since");
        assert_eq!(vacant("2021-01-01").await, ["2020-01-01"]);
        let person = app.person("甲").await;
        app.post("/roles", json!({"org_id": department, "post": "head", "holder": {"type": "person", "id": person},
            "valid_from": "2021-01-01", "valid_until": "2022-01-01"})).await.is(201);
        assert_eq!(vacant("2020-12-31").await, ["2020-01-01"]);
        assert!(vacant("2021-01-01").await.is_empty());
        assert_eq!(vacant("2022-01-01").await, ["2022-01-01"]);
    }

    async fn merging_people_leaves_seats_alone(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        let (person, duplicate) = (app.person("甲").await, app.person("甲").await);
        app.role(&committee, "secretary", &duplicate, "2020-01-01").await;
        let leader = seated(&app, &group, "leader", &committee, "secretary").await;
        app.post(&format!("/people/{person}/merge"), json!({"duplicate_id": duplicate})).await.is(200);
        assert_eq!(sitting(&app, &leader, "2021-01-01").await.0, [json!(person)]);
    }
}
