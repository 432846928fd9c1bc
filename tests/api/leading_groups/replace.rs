//! Adjusting a leading group: the whole document, from a day on.

use serde_json::{Value, json};

use super::{campus, names, request};
use crate::support::{Answer, TestApp, api_test};

const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";

async fn get(app: &TestApp, id: &str, day: &str) -> Value {
    app.get(&format!("/leading-groups/{id}?as_of={day}")).await.is(200).body
}

/// The document of a day, to be put from that day on.
pub(super) async fn document(app: &TestApp, id: &str, day: &str) -> Value {
    let mut body = request(&get(app, id, day).await);
    body["effective_on"] = json!(day);
    body
}

pub(super) async fn put(app: &TestApp, id: &str, body: &Value) -> Answer {
    app.put(&format!("/leading-groups/{id}"), body.clone()).await
}

api_test! {
    async fn who_leaves_and_who_comes_is_worked_out(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let mut body = document(&app, &id, "2021-09-01").await;
        let basis = json!({"title": "关于调整党史学习教育领导小组成员的通知", "number": "校党发〔2021〕30号", "date": "2021-08-28"});
        body["basis"] = basis.clone();
        body["deputy_leaders"] = json!([{"holder": {"type": "person", "id": campus.wang}}]);
        body["members"] = json!([{"holder": {"type": "person", "id": campus.hu}}, {"holder": {"type": "unit", "id": campus.school}}, {"holder": {"type": "person", "id": campus.li}}]);
        let before = (get(&app, &id, "2021-08-31").await, app.registry.snapshot().revision());
        let adjusted = put(&app, &id, &body).await.is(200);
        assert_eq!(app.registry.snapshot().revision(), before.1 + 1, "one act, one revision");
        assert_eq!(adjusted.header("directory-as-of"), "2021-09-01");
        let after = get(&app, &id, "2021-09-01").await;
        assert_eq!(adjusted.object(), after);
        assert_eq!(names(&after["deputy_leaders"]), ["王玉玲"]);
        assert_eq!(names(&after["members"]), ["胡春梅", "学校", "李文"]);
        // Whoever stays keeps the role, and the day before is unchanged.
        assert_eq!(after["members"][2]["role_id"], before.0["members"][2]["role_id"]);
        let earlier = get(&app, &id, "2021-08-31").await;
        assert_eq!(names(&earlier["deputy_leaders"]), ["胡春梅"]);
        assert_eq!(names(&earlier["members"]), ["王玉玲", "学校", "李文"]);
        // The notice is the basis of both sides of the change.
        let left = app.get(&format!("/roles/{}", before.0["deputy_leaders"][0]["role_id"].as_str().unwrap())).await.body;
        assert_eq!((&left["valid_until"], &left["end_basis"]), (&json!("2021-09-01"), &basis));
        let came = app.get(&format!("/roles/{}", after["deputy_leaders"][0]["role_id"].as_str().unwrap())).await.body;
        assert_eq!((&came["valid_from"], &came["basis"]), (&json!("2021-09-01"), &basis));
        let entry = app.store.entry(before.1 + 1).await.unwrap().unwrap();
        assert_eq!((entry.kind.as_str(), entry.basis.unwrap().number.unwrap().as_str()), ("leading_group.adjusted", "校党发〔2021〕30号"));
        assert_eq!(app.get("/roles?basis_number=校党发〔2021〕30号&status=all").await.is(200).all("/post/code").len(), 4);
    }

    async fn duties_hold_from_the_day_of_the_document_on(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let mut body = document(&app, &id, "2022-03-01").await;
        body["duties"] = json!("总结学习教育");
        let changed = put(&app, &id, &body).await.is(200);
        assert_eq!(changed.body["duties"], "总结学习教育");
        assert_eq!(get(&app, &id, "2022-02-28").await["duties"], "统筹推进全校党史学习教育");
        // A document without duties: it has none from then on.
        let mut body = document(&app, &id, "2023-03-01").await;
        body.as_object_mut().unwrap().remove("duties");
        put(&app, &id, &body).await.is(200);
        let on = async |day: &str| get(&app, &id, day).await["duties"].clone();
        assert_eq!((on("2023-03-01").await, on("2023-02-28").await), (json!(null), json!("总结学习教育")));
    }

    async fn what_was_answered_changes_nothing(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let before = app.registry.snapshot();
        for day in ["2021-03-05", "2024-01-01"] {
            let answered = put(&app, &id, &document(&app, &id, day).await).await.is(200);
            assert_eq!(answered.object(), get(&app, &id, day).await);
            assert!(*app.registry.snapshot() == *before, "{day}");
        }
        // The same notice again finds its working groups by their names.
        let mut notice = campus.notice();
        notice["effective_on"] = json!("2021-03-05");
        put(&app, &id, &notice).await.is(200);
        assert!(*app.registry.snapshot() == *before);
    }

    async fn a_change_that_is_sent_twice_is_made_once(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let mut body = campus.notice();
        body["effective_on"] = json!("2021-09-01");
        body["members"] = json!([{"holder": {"type": "person", "id": campus.sun}}]);
        body["working_groups"] = json!([{"name": "宣传组", "leaders": [{"holder": {"type": "person", "id": campus.li}}]}]);
        body["supervision_groups"][0]["covers"] = json!([{"org_id": campus.college, "scope": "self"}]);
        let first = put(&app, &id, &body).await.is(200);
        let revision = app.registry.snapshot().revision();
        let second = put(&app, &id, &body).await.is(200);
        assert_eq!(first.object(), second.object());
        assert_eq!(second.change()["effects"], json!([]));
        assert_eq!(app.registry.snapshot().revision(), revision);
    }

    async fn orgs_are_established_renamed_and_ended(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let mut body = document(&app, id, "2021-09-01").await;
        body["name"] = json!("学习教育领导小组");
        body.as_object_mut().unwrap().remove("office");
        body["working_groups"] = json!([
            {"name": "宣传组", "leaders": [{"holder": {"type": "person", "id": campus.sun}}]},
            {"id": group["working_groups"][0]["id"], "name": "综合协调组", "leaders": [{"holder": {"type": "person", "id": campus.hu}}]},
        ]);
        body["supervision_groups"].as_array_mut().unwrap().remove(0);
        let after = put(&app, id, &body).await.is(200).body;
        assert_eq!((&after["name"], after.get("office")), (&json!("学习教育领导小组"), None));
        let working: Vec<&Value> = after["working_groups"].as_array().unwrap().iter().map(|group| &group["name"]).collect();
        assert_eq!(working, ["宣传组", "综合协调组"]);
        assert_eq!(after["working_groups"][1]["id"], group["working_groups"][0]["id"]);
        assert_eq!(after["supervision_groups"][0]["id"], group["supervision_groups"][1]["id"]);
        // What was left out ended on the day, with everything in it.
        let office = group["office"]["id"].as_str().unwrap();
        let office_roles = app.get(&format!("/orgs/{office}/roles?status=all")).await.is(200);
        assert_eq!(office_roles.all("/valid_until"), vec![json!("2021-09-01"); 3]);
        assert_eq!(app.get(&format!("/orgs/{office}")).await.body["dissolved_on"], "2021-09-01");
        let uncovered = app.get(&format!("/supervisions?supervision_group_id={}&status=all", group["supervision_groups"][0]["id"].as_str().unwrap())).await;
        assert_eq!(uncovered.all("/valid_until"), ["2021-09-01"]);
        let former = app.get("/orgs?former_name=党史学习教育领导小组").await.is(200).names();
        assert_eq!(former, ["学习教育领导小组"]);
        // A new office is named after the group.
        let mut again = document(&app, id, "2021-10-01").await;
        again["office"] = json!({});
        let after = put(&app, id, &again).await.is(200).body;
        assert_eq!(after["office"]["name"], "学习教育领导小组办公室");
        assert_ne!(after["office"]["id"], group["office"]["id"]);
    }

    async fn places_follow_the_document(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let mut body = document(&app, id, "2021-09-01").await;
        body["members"].as_array_mut().unwrap().reverse();
        body["supervision_groups"].as_array_mut().unwrap().reverse();
        let dry = app.put(&format!("/leading-groups/{id}?dry_run=true"), body.clone()).await.is(200).body;
        let told = dry["change"]["summary"].as_array().unwrap();
        for part in ["order of the holders", "李文, 学校, 王玉玲", "第二督导组", "第一督导组"] {
            assert!(told.iter().any(|sentence| sentence.as_str().unwrap().contains(part)), "{part}: {told:#?}");
        }
        let after = put(&app, id, &body).await.is(200).body;
        assert_eq!(names(&after["members"]), ["李文", "学校", "王玉玲"]);
        let ids = |group: &Value| -> Vec<Value> { group["members"].as_array().unwrap().iter().map(|member| member["role_id"].clone()).collect() };
        assert_eq!(ids(&after), ids(&group).into_iter().rev().collect::<Vec<_>>());
        assert_eq!(after["supervision_groups"][0]["name"], "第二督导组");
        assert_eq!(get(&app, id, "2021-08-31").await["supervision_groups"][0]["name"], "第一督导组", "bodies are ordered from a day on");
        assert_eq!(names(&get(&app, id, "2021-08-31").await["members"]), ["王玉玲", "学校", "李文"], "and so are holders");
    }

    async fn to_become_acting_is_a_new_role(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let mut body = document(&app, id, "2021-09-01").await;
        body["deputy_leaders"][0]["acting"] = json!(true);
        let after = put(&app, id, &body).await.is(200).body;
        assert_ne!(after["deputy_leaders"][0]["role_id"], group["deputy_leaders"][0]["role_id"]);
        assert_eq!((&after["deputy_leaders"][0]["acting"], &after["deputy_leaders"][0]["valid_from"]), (&json!(true), &json!("2021-09-01")));
        let old = app.get(&format!("/roles/{}", group["deputy_leaders"][0]["role_id"].as_str().unwrap())).await.body;
        assert_eq!(old["valid_until"], "2021-09-01");
    }

    async fn what_is_put_on_the_day_it_was_established_mends_the_notice(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let mut body = document(&app, id, "2021-03-05").await;
        body["members"] = json!([]);
        body["working_groups"] = json!([]);
        body["supervision_groups"][0]["covers"] = json!([{"org_id": campus.college, "scope": "self"}]);
        put(&app, id, &body).await.is(200);
        // What began on that day is removed, not ended.
        app.get(&format!("/roles/{}", group["members"][0]["role_id"].as_str().unwrap())).await.is_problem(404, "not-found");
        app.get(&format!("/orgs/{}", group["working_groups"][0]["id"].as_str().unwrap())).await.is_problem(404, "not-found");
        let covers = app.get(&format!("/supervisions?leading_group_id={id}&org_id={}&status=all", campus.college)).await;
        assert_eq!(covers.all("/scope"), ["self"]);
    }

    async fn what_is_planned_for_later_stays_planned(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let mut later = document(&app, &id, "2023-01-01").await;
        later["deputy_leaders"] = json!([{"holder": {"type": "person", "id": campus.li}}]);
        put(&app, &id, &later).await.is(200);
        // Meanwhile somebody joins, and somebody who was planned joins earlier.
        let mut sooner = document(&app, &id, "2022-01-01").await;
        sooner["deputy_leaders"] = json!([{"holder": {"type": "person", "id": campus.hu}}, {"holder": {"type": "person", "id": campus.sun}}, {"holder": {"type": "person", "id": campus.li}}]);
        put(&app, &id, &sooner).await.is(200);
        for (day, deputies) in [
            ("2021-12-31", vec!["胡春梅"]),
            ("2022-12-31", vec!["胡春梅", "孙国权", "李文"]),
        ] {
            assert_eq!(names(&get(&app, &id, day).await["deputy_leaders"]), deputies, "{day}");
        }
        // What was declared for 2023 stays.
        assert_eq!(names(&get(&app, &id, "2023-01-01").await["deputy_leaders"]), ["李文"]);
    }

    async fn the_end_of_a_group_is_set_and_moved(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let ends = async || {
            let mut ends = app.get(&format!("/roles?within={id}&status=all&as_of=2021-06-01")).await.is(200).all("/valid_until");
            ends.extend(app.get(&format!("/orgs?within={id}&status=all&as_of=2021-06-01")).await.is(200).all("/dissolved_on"));
            ends.extend(app.get(&format!("/supervisions?leading_group_id={id}&status=all")).await.is(200).all("/valid_until"));
            ends
        };
        let mut body = document(&app, &id, "2021-09-01").await;
        for end in [json!("2022-03-01"), json!("2023-01-01"), json!(null)] {
            if end.is_null() { body.as_object_mut().unwrap().remove("valid_until"); } else { body["valid_until"] = end.clone(); }
            put(&app, &id, &body).await.is(200);
            assert_eq!(ends().await, vec![end.clone(); 20], "{end}");
        }
        body["valid_until"] = json!("2021-09-01");
        put(&app, &id, &body).await.is_problem(422, "empty-period");
        // A dissolved group is restored, not established anew.
        app.post(&format!("/orgs/{id}/dissolve"), json!({"effective_on": "2024-01-01", "cascade": true})).await.is(200);
        body.as_object_mut().unwrap().remove("valid_until");
        put(&app, &id, &body).await.is_problem(409, "already-dissolved");
        body["effective_on"] = json!("2024-01-01");
        put(&app, &id, &body).await.is_problem(409, "not-alive");
    }

    async fn what_a_get_answered_can_be_put_back(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let shown = get(&app, &id, "2021-09-01").await;
        let before = app.registry.snapshot();
        let mut body = shown.clone();
        body["effective_on"] = json!("2021-09-01");
        put(&app, &id, &body).await.is(200);
        assert!(*app.registry.snapshot() == *before, "it says nothing new");
        // What contradicts the directory is refused.
        for (pointer, value) in [
            ("/id", json!(campus.committee)),
            ("/deputy_leaders/0/holder/name", json!("别人")),
            ("/supervision_groups/0/covers/0/org", json!({"id": campus.committee})),
        ] {
            let mut body = body.clone();
            *body.pointer_mut(pointer).unwrap() = value;
            put(&app, &id, &body).await.is_problem(422, "contradictory").at(pointer);
        }
    }

    async fn what_cannot_be_is_refused_and_changes_nothing(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let other = app.post("/leading-groups", json!({"parent_id": campus.committee, "name": "另一小组", "valid_from": "2020-01-01",
            "working_groups": [{"name": "别组"}]})).await.is(201).body;
        let before = app.registry.snapshot();
        let body = document(&app, id, "2021-09-01").await;
        let with = |field: &str, value: Value| {
            let mut body = body.clone();
            body[field] = value;
            body
        };
        let working = &group["working_groups"][0]["id"];
        for (body, status, slug, place) in [
            (with("valid_from", json!("2021-03-06")), 409, "founding-day-fixed", Some("/valid_from")),
            (with("effective_on", json!("2021-03-04")), 409, "not-alive", None),
            (with("parent_id", json!(UNKNOWN)), 409, "unknown-reference", Some("/parent_id")),
            (with("parent_id", json!(campus.branch)), 409, "misplaced", None),
            (with("parent_id", json!(id)), 409, "would-cycle", None),
            (with("parent_id", group["supervision_groups"][0]["id"].clone()), 409, "would-cycle", None),
            (with("name", json!("另一小组")), 409, "leading-group-exists", Some("/name")),
            (with("members", json!([{"holder": {"type": "unit", "id": UNKNOWN}}])), 409, "unknown-reference", Some("/members/0/holder/id")),
            (with("working_groups", json!([{"id": other["working_groups"][0]["id"], "name": "别组"}])), 409, "not-in-group", Some("/working_groups/0/id")),
            (with("working_groups", json!([{"id": working, "name": "甲"}, {"id": working, "name": "乙"}])), 422, "repeated-value", Some("/working_groups/1/id")),
            (with("supervision_groups", json!([{"id": working, "name": "甲"}])), 409, "not-in-group", Some("/supervision_groups/0/id")),
            (with("leaders", json!([{"holder": {"type": "person", "id": campus.sun}}, {"holder": {"type": "person", "id": campus.hu}}, {"holder": {"type": "person", "id": campus.li}}])), 409, "post-full", None),
            (with("leaders", json!([{"holder": {"type": "seat", "org_id": id, "post": "leader"}}])), 422, "self-reference", Some("/leaders/0/holder")),
            (with("supervision_groups", json!([{"id": group["supervision_groups"][0]["id"], "name": "组",
                "covers": [{"org_id": group["supervision_groups"][0]["id"], "scope": "self"}]}])), 422, "self-reference", Some("/supervision_groups/0/covers/0/org_id")),
            (with("leaders", json!([{"holder": {"type": "person", "id": campus.sun}, "x": 1}])), 400, "validation", Some("/leaders/0/x")),
        ] {
            let refused = put(&app, id, &body).await.is_problem(status, slug);
            if let Some(place) = place {
                refused.at(place);
            }
            assert!(*app.registry.snapshot() == *before, "{slug}");
        }
        put(&app, UNKNOWN, &body).await.is_problem(404, "not-found");
        put(&app, &campus.committee, &body).await.is_problem(404, "not-found");
        let created = app.send(app.request("PUT", &format!("/leading-groups/{id}")).header("content-type", "text/plain").body("x")).await;
        created.is_problem(415, "unsupported-media-type");
    }

    async fn other_posts_and_a_second_office_are_left_alone(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        app.post("/posts", json!({"code": "adviser", "name": "顾问", "kinds": [{"kind": "leading_group"}]})).await.is(201);
        let adviser = app.role(id, "adviser", &campus.sun, "2021-03-05").await;
        let second = app.org_under("office", Some(id), "第二办公室", "2021-03-05").await;
        let mut body = document(&app, id, "2021-09-01").await;
        body["members"] = json!([]);
        put(&app, id, &body).await.is(200);
        assert_eq!(app.get(&format!("/roles/{adviser}")).await.is(200).body["status"], "current");
        assert_eq!(app.get(&format!("/orgs/{second}")).await.is(200).body["status"], "current");
        // A document without an office ends the office at the first attempt.
        body.as_object_mut().unwrap().remove("office");
        assert!(put(&app, id, &body).await.is(200).body.get("office").is_none());
        let revision = app.registry.snapshot().revision();
        put(&app, id, &body).await.is(200);
        assert_eq!(app.registry.snapshot().revision(), revision);
    }

    async fn a_group_does_not_move_under_what_it_leaves_out(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let before = app.registry.snapshot();
        for day in ["2021-03-05", "2022-01-01"] {
            let body = json!({"parent_id": group["supervision_groups"][0]["id"], "name": group["name"], "effective_on": day});
            put(&app, id, &body).await.is_problem(409, "would-cycle");
        }
        assert!(*app.registry.snapshot() == *before);
    }

    async fn who_is_listed_may_not_end_with_what_is_left_out(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let mut body = document(&app, id, "2021-09-01").await;
        body.as_object_mut().unwrap().remove("office");
        body["members"] = json!([{"holder": {"type": "unit", "id": group["office"]["id"]}}]);
        put(&app, id, &body).await.is_problem(409, "outside-life");
    }

    async fn what_a_change_ended_can_be_taken_back(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let before = get(&app, id, "2022-01-01").await;
        let mut body = document(&app, id, "2021-09-01").await;
        body.as_object_mut().unwrap().remove("office");
        body["supervision_groups"] = json!([]);
        body["members"] = json!([]);
        put(&app, id, &body).await.is(200);
        // If the document names its id, the answer says what happened to it.
        let mut again = document(&app, id, "2021-10-01").await;
        again["supervision_groups"] = json!([{"id": group["supervision_groups"][0]["id"], "name": "第一督导组"}]);
        put(&app, id, &again).await.is_problem(409, "not-in-group").at("/supervision_groups/0/id");
        for part in [&group["office"], &group["supervision_groups"][0], &group["supervision_groups"][1]] {
            app.post(&format!("/orgs/{}/restore", part["id"].as_str().unwrap()), json!({})).await.is(200);
        }
        let after = get(&app, id, "2022-01-01").await;
        assert_eq!((&after["office"], &after["supervision_groups"]), (&before["office"], &before["supervision_groups"]));
        // The rest of the change stays.
        assert_eq!(after["members"], json!([]));
        // An org that ended with its whole group still comes back with the group.
        app.post(&format!("/orgs/{id}/dissolve"), json!({"effective_on": "2025-01-01", "cascade": true})).await.is(200);
        let office = group["office"]["id"].as_str().unwrap();
        app.post(&format!("/orgs/{office}/restore"), json!({})).await.is_problem(409, "ended-with");
        app.post(&format!("/orgs/{id}/restore"), json!({})).await.is(200);
        assert_eq!(get(&app, id, "2026-01-01").await["office"], before["office"]);
    }

    async fn what_was_planned_in_a_part_comes_back_with_it(app: TestApp) {
        let campus = campus(&app).await;
        let whole = json!({"parent_id": campus.committee, "name": "小组", "valid_from": "2020-01-01",
            "valid_until": "2040-01-01", "office": {}});
        let group = app.post("/leading-groups", whole.clone()).await.is(201).body;
        let office = group["office"]["id"].as_str().unwrap();
        let planned = json!({"parent_id": office, "kind": "working_group", "name": "综合组",
            "valid_from": "2030-01-01", "valid_until": "2040-01-01"});
        let planned = app.post("/orgs", planned).await.is(201).id();
        // The new end first moves the plan's end; then the office ends, and the plan with it.
        let without = json!({"parent_id": campus.committee, "name": "小组", "effective_on": "2021-01-01"});
        put(&app, group["id"].as_str().unwrap(), &without).await.is(200);
        app.get(&format!("/orgs/{planned}")).await.is(404);
        app.post(&format!("/orgs/{office}/restore"), json!({})).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{planned}?as_of=2031-01-01")).await.is(200).body["name"], "综合组");
    }

    async fn a_slip_that_is_mended_on_the_same_day_leaves_one_role(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let whole = document(&app, id, "2022-01-01").await;
        let mut slip = whole.clone();
        slip["members"] = json!([]);
        slip["supervision_groups"][0]["covers"] = json!([]);
        put(&app, id, &slip).await.is(200);
        put(&app, id, &whole).await.is(200);
        let mended = get(&app, id, "2022-01-01").await;
        assert_eq!((&mended["members"], &mended["supervision_groups"]), (&group["members"], &group["supervision_groups"]));
    }

    async fn the_end_of_a_group_heeds_what_it_depends_on(app: TestApp) {
        let campus = campus(&app).await;
        // The covered org ends in 2030, and so does the supervision, whatever happens to the group.
        app.post(&format!("/orgs/{}/dissolve", campus.branch), json!({"effective_on": "2030-01-01"})).await.is(200);
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        let covering = group["supervision_groups"][1]["covers"][0]["supervision_id"].as_str().unwrap().to_owned();
        let deputy = group["deputy_leaders"][0]["role_id"].as_str().unwrap().to_owned();
        app.patch(&format!("/roles/{deputy}"), json!({"valid_until": "2035-01-01"})).await.is(200);
        // One part has moved to another group, and one has an end by an act of its own.
        let other = app.post("/leading-groups", json!({"parent_id": campus.committee, "name": "另一小组", "valid_from": "2020-01-01"})).await.is(201).id();
        let gone = group["supervision_groups"][0]["id"].as_str().unwrap().to_owned();
        app.patch(&format!("/orgs/{gone}"), json!({"parent_id": other, "effective_on": "2023-01-01"})).await.is(200);
        let working = group["working_groups"][0]["id"].as_str().unwrap().to_owned();
        app.post(&format!("/orgs/{working}/dissolve"), json!({"effective_on": "2028-01-01", "cascade": true})).await.is(200);

        let mut body = document(&app, id, "2024-01-01").await;
        let end = |answer: Answer, field: &str| answer.is(200).body[field].clone();
        for (until, covered, deputy_end, part_end) in [
            (json!("2028-01-01"), json!("2028-01-01"), json!("2028-01-01"), json!("2028-01-01")),
            (json!("2032-01-01"), json!("2030-01-01"), json!("2032-01-01"), json!("2028-01-01")),
            (json!(null), json!("2030-01-01"), json!("2035-01-01"), json!("2028-01-01")),
        ] {
            if until.is_null() { body.as_object_mut().unwrap().remove("valid_until"); } else { body["valid_until"] = until.clone(); }
            put(&app, id, &body).await.is(200);
            assert_eq!(end(app.get(&format!("/supervisions/{covering}")).await, "valid_until"), covered, "{until}");
            assert_eq!(end(app.get(&format!("/roles/{deputy}")).await, "valid_until"), deputy_end, "{until}");
            assert_eq!(end(app.get(&format!("/orgs/{working}")).await, "dissolved_on"), part_end, "{until}");
            assert_eq!(end(app.get(&format!("/orgs/{gone}")).await, "dissolved_on"), json!(null), "{until}");
        }
        app.patch(&format!("/orgs/{id}"), json!({"name": "新名", "effective_on": "2040-01-01"})).await.is(200);
        body["valid_until"] = json!("2035-01-01");
        assert_eq!(put(&app, id, &body).await.is_problem(409, "in-use").body["blockers"][0]["kind"], "version");
    }

    async fn the_end_that_a_notice_gives_is_taken_back_whole(app: TestApp) {
        let campus = campus(&app).await;
        let mut notice = campus.notice();
        notice["valid_until"] = json!("2022-03-01");
        let group = app.post("/leading-groups", notice).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        app.post(&format!("/orgs/{id}/restore"), json!({})).await.is(200);
        let open = get(&app, id, "2022-03-01").await;
        assert_eq!((&open["status"], open.get("valid_until")), (&json!("current"), None));
        assert_eq!(names(&open["members"]).len(), 3);
        assert_eq!(names(&open["office"]["directors"]), ["学校"]);
        assert_eq!(open["supervision_groups"][0]["covers"][0]["org"]["name"], "学院党总支");
    }

    async fn what_is_planned_is_not_established_twice(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", json!({"parent_id": campus.committee, "name": "小组", "valid_from": "2021-01-01"})).await.is(201).id();
        let with = |day: &str| json!({"parent_id": campus.committee, "name": "小组", "effective_on": day,
            "office": {}, "working_groups": [{"name": "综合组"}]});
        // Planned by an act of its own, it begins when that act says.
        let planned = json!({"kind": "working_group", "parent_id": id, "name": "综合组", "valid_from": "2030-01-01"});
        app.post("/orgs", planned).await.is(201);
        let refused = put(&app, &id, &with("2025-01-01")).await.is_problem(409, "planned-already");
        assert_eq!(refused.body["on"], "2030-01-01");
    }

    async fn places_among_siblings_are_dealt_out_anew(app: TestApp) {
        let campus = campus(&app).await;
        let notice = json!({"parent_id": campus.committee, "name": "小组", "valid_from": "2021-01-01",
            "working_groups": [{"name": "甲组"}], "supervision_groups": [{"name": "督导组"}]});
        let id = app.post("/leading-groups", notice).await.is(201).id();
        let mut body = document(&app, &id, "2022-01-01").await;
        body["working_groups"].as_array_mut().unwrap().insert(0, json!({"name": "乙组"}));
        let after = put(&app, &id, &body).await.is(200).body;
        let shown: Vec<&Value> = after["working_groups"].as_array().unwrap().iter().map(|group| &group["name"]).collect();
        assert_eq!(shown, ["乙组", "甲组"]);
        let orders = app.get(&format!("/orgs?parent_id={id}&as_of=2022-01-01")).await.is(200).all("/order");
        assert_eq!(orders, [json!(1), json!(2), json!(3)], "no two have one place");
    }

    async fn the_document_behind_the_group_stays_when_its_place_changes(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let children = app.get(&format!("/orgs?parent_id={}", campus.committee)).await.is(200).all("/id");
        let reversed: Vec<Value> = children.into_iter().rev().collect();
        app.put(&format!("/orgs/{}/child-order", campus.committee), json!({"ids": reversed, "effective_on": "2023-01-01"})).await.is(200);
        assert_eq!(get(&app, &id, "2024-01-01").await["basis"]["number"], "校党发〔2021〕5号");
    }
}
