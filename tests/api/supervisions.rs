//! `/supervisions`, and who supervises an org.

use serde_json::{Value, json};

use crate::support::{TODAY, TestApp, api_test};

const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";

struct Campus {
    committee: String,
    college: String,
    branch: String,
    group: String,
    inspectors: String,
}

/// A committee with a college and its branch, and a leading group with a supervision group since 2021.
async fn campus(app: &TestApp) -> Campus {
    let committee = app.committee().await;
    let college = app.org_under("general_branch", Some(&committee), "学院党总支", "2005-01-01").await;
    let branch = app.org_under("branch", Some(&college), "党支部", "2005-01-01").await;
    let group = app.org_under("leading_group", Some(&committee), "领导小组", "2021-01-01").await;
    let inspectors = app.org_under("supervision_group", Some(&group), "第一督导组", "2021-01-01").await;
    Campus { committee, college, branch, group, inspectors }
}

fn covers(group: &str, org: &str, scope: &str, from: &str) -> Value {
    json!({"supervision_group_id": group, "org_id": org, "scope": scope, "valid_from": from})
}

api_test! {
    async fn a_supervision_group_covers_an_org_for_a_period(app: TestApp) {
        let campus = campus(&app).await;
        let basis = json!({"title": "关于成立督导组的通知", "number": "校党发〔2021〕6号"});
        let mut body = covers(&campus.inspectors, &campus.college, "subtree", "2021-03-05");
        body["basis"] = basis.clone();
        let created = app.post("/supervisions", body).await.is(201);
        let id = created.id();
        assert_eq!(created.header("location"), format!("/supervisions/{id}"));
        let revision = app.registry.snapshot().revision();
        let expected = json!({
            "id": id,
            "supervision_group": {"id": campus.inspectors, "name": "第一督导组", "kind": "supervision_group"},
            "leading_group": {"id": campus.group, "name": "领导小组", "kind": "leading_group"},
            "org": {"id": campus.college, "name": "学院党总支", "kind": "general_branch", "tier": 2},
            "scope": "subtree", "status": "current", "valid_from": "2021-03-05", "basis": basis,
            "revision": revision, "updated_at": created.body["updated_at"],
        });
        assert_eq!(created.object(), expected);
        assert_eq!(app.get(&format!("/supervisions/{id}")).await.is(200).body, expected);
        let before = app.get(&format!("/supervisions/{id}?as_of=2021-03-04")).await.is(200);
        assert_eq!(before.body["status"], "planned");
        // Without a first day it begins today.
        let other = json!({"supervision_group_id": campus.inspectors, "org_id": campus.branch, "scope": "self"});
        assert_eq!(app.post("/supervisions", other).await.is(201).body["valid_from"], TODAY);
    }

    async fn a_malformed_supervision_is_refused_where_the_fault_lies(app: TestApp) {
        let campus = campus(&app).await;
        let with = |field: &str, value: Value| {
            let mut body = covers(&campus.inspectors, &campus.college, "self", "2021-03-05");
            body[field] = value;
            body
        };
        for (body, place) in [
            (json!({"org_id": campus.college, "scope": "self"}), "/supervision_group_id"),
            (json!({"supervision_group_id": campus.inspectors, "scope": "self"}), "/org_id"),
            (json!({"supervision_group_id": campus.inspectors, "org_id": campus.college}), "/scope"),
            (with("scope", json!("all")), "/scope"),
            (with("valid_from", json!("2021-02-30")), "/valid_from"),
            (with("valid_until", json!(null)), "/valid_until"),
            (with("note", json!("x")), "/note"),
        ] {
            app.post("/supervisions", body).await.is_problem(400, "validation").at(place);
        }
        app.get(&format!("/supervisions/{UNKNOWN}")).await.is_problem(404, "not-found");
        app.get("/supervisions/x").await.is_problem(400, "validation").at("id");
        app.patch(&format!("/supervisions/{UNKNOWN}"), json!({})).await.is_problem(404, "not-found");
        app.delete(&format!("/supervisions/{UNKNOWN}")).await.is_problem(404, "not-found");
        app.get(&format!("/orgs/{UNKNOWN}/supervised-by")).await.is_problem(404, "not-found");
        app.get("/supervisions?scope=self").await.is_problem(400, "unknown-parameter").at("scope");
    }

    async fn each_rule_stands_against_it(app: TestApp) {
        let campus = campus(&app).await;
        let Campus { committee, college, inspectors, group, .. } = &campus;
        let post = async |body: Value| app.post("/supervisions", body).await;
        post(covers(UNKNOWN, college, "self", "2021-03-05")).await.is_problem(409, "unknown-reference").at("/supervision_group_id");
        post(covers(inspectors, UNKNOWN, "self", "2021-03-05")).await.is_problem(409, "unknown-reference").at("/org_id");
        post(covers(inspectors, inspectors, "self", "2021-03-05")).await.is_problem(422, "self-reference").at("/org_id");
        post(covers(group, college, "self", "2021-03-05")).await.is_problem(409, "not-a-supervision-group");
        post(covers(inspectors, college, "self", "2020-12-31")).await.is_problem(409, "outside-life");
        let young = app.org_under("general_branch", Some(committee), "新学院党总支", "2022-01-01").await;
        post(covers(inspectors, &young, "self", "2021-12-31")).await.is_problem(409, "outside-life");
        let mut empty = covers(inspectors, college, "self", "2021-03-05");
        empty["valid_until"] = json!("2021-03-05");
        post(empty).await.is_problem(422, "empty-period");

        let first = post(covers(inspectors, college, "self", "2021-03-05")).await.is(201).id();
        let twice = post(covers(inspectors, college, "subtree", "2023-01-01")).await.is_problem(409, "supervised-twice");
        assert_eq!((&twice.body["by_id"], &twice.body["on"]), (&json!(first), &json!("2023-01-01")));
        app.patch(&format!("/supervisions/{first}"), json!({"valid_until": "2023-01-01"})).await.is(200);
        post(covers(inspectors, college, "subtree", "2023-01-01")).await.is(201);
        app.patch(&format!("/supervisions/{first}"), json!({"valid_until": null})).await.is_problem(409, "supervised-twice");
    }

    async fn a_rule_that_an_org_would_break_later_stands_against_its_change(app: TestApp) {
        let campus = campus(&app).await;
        let Campus { committee, college, branch, inspectors, group } = &campus;
        let id = app.post("/supervisions", covers(inspectors, branch, "self", "2021-03-05")).await.is(201).id();
        // While the supervision is valid, neither org can be dissolved, deleted or become another kind.
        for (body, kind) in [(branch, "supervision_of"), (inspectors, "supervision_by")] {
            let refused = app.post(&format!("/orgs/{body}/dissolve"), json!({"effective_on": "2025-01-01"})).await.is_problem(409, "in-use");
            assert_eq!(refused.body["blockers"], json!([{"kind": kind, "id": id, "name": "第一督导组 covers 党支部", "valid_from": "2021-03-05"}]));
            app.delete(&format!("/orgs/{body}")).await.is_problem(409, "in-use");
        }
        let moved = json!({"kind": "working_group", "effective_on": "2023-01-01"});
        app.patch(&format!("/orgs/{inspectors}"), moved).await.is_problem(409, "not-a-supervision-group");
        let later = json!({"valid_from": "2022-01-01"});
        app.patch(&format!("/orgs/{branch}/versions/2005-01-01"), later).await.is_problem(409, "outside-life");
        // It ends with its org, with the same document, and is restored with it.
        let basis = json!({"title": "关于撤销党支部的通知"});
        let dissolve = json!({"effective_on": "2025-01-01", "cascade": true, "basis": basis});
        app.post(&format!("/orgs/{college}/dissolve"), dissolve).await.is(200);
        let ended = app.get(&format!("/supervisions/{id}")).await.is(200).body;
        assert_eq!((&ended["valid_until"], &ended["end_basis"], &ended["status"]), (&json!("2025-01-01"), &basis, &json!("ended")));
        app.post(&format!("/orgs/{college}/restore"), json!({})).await.is(200);
        let back = app.get(&format!("/supervisions/{id}")).await.is(200).body;
        assert_eq!((&back["valid_until"], &back["end_basis"], &back["status"]), (&json!(null), &json!(null), &json!("current")));
        // A planned supervision is removed, and restored too.
        let planned = app.post("/supervisions", covers(inspectors, committee, "self", "2040-01-01")).await.is(201).id();
        let dissolve = json!({"effective_on": "2030-01-01", "cascade": true});
        app.post(&format!("/orgs/{group}/dissolve"), dissolve).await.is(200);
        app.get(&format!("/supervisions/{planned}")).await.is_problem(404, "not-found");
        app.post(&format!("/orgs/{group}/restore"), json!({})).await.is(200);
        assert_eq!(app.get(&format!("/supervisions/{planned}")).await.is(200).body["status"], "planned");
    }

    async fn a_supervision_is_corrected_and_deleted(app: TestApp) {
        let campus = campus(&app).await;
        let first = app.post("/supervisions", covers(&campus.inspectors, &campus.college, "self", "2021-03-05")).await.is(201);
        let (path, tag) = (format!("/supervisions/{}", first.id()), first.header("etag").to_owned());
        let patch = json!({"org_id": campus.branch, "scope": "subtree", "valid_from": "2021-04-01", "valid_until": "2022-01-01",
            "basis": {"title": "通知"}});
        let corrected = app.patch(&path, patch.clone()).await.is(200).body;
        assert_eq!((&corrected["org"]["id"], &corrected["scope"]), (&json!(campus.branch), &json!("subtree")));
        assert_eq!((&corrected["valid_from"], &corrected["valid_until"]), (&json!("2021-04-01"), &json!("2022-01-01")));
        let revision = app.registry.snapshot().revision();
        app.patch(&path, patch).await.is(200);
        assert_eq!(app.registry.snapshot().revision(), revision, "nothing has changed");
        let stale = app.send(app.request("PATCH", &path).header("if-match", &tag).json(&json!({"scope": "self"}))).await;
        stale.is_problem(412, "precondition-failed");
        app.patch(&path, json!({"scope": null})).await.is_problem(400, "validation").at("/scope");
        app.patch(&path, json!({"supervision_group_id": campus.group})).await.is_problem(409, "not-a-supervision-group");
        let cleared = app.patch(&path, json!({"basis": null, "valid_until": null})).await.is(200).body;
        assert!(cleared.get("basis").is_none() && cleared.get("valid_until").is_none());
        let dry = app.delete(&format!("{path}?dry_run=true")).await.is(200);
        assert_eq!(dry.change()["summary"], json!(["第一督导组 is no longer entered as covering 党支部 and everything below it from 2021-04-01 on."]));
        app.delete(&path).await.is(200);
        app.get(&path).await.is_problem(404, "not-found");
    }

    async fn the_document_of_an_end_is_corrected_alone(app: TestApp) {
        let campus = campus(&app).await;
        let mut body = covers(&campus.inspectors, &campus.college, "self", "2021-03-05");
        body["basis"] = json!({"title": "设立"});
        body["end_basis"] = json!({"title": "终止", "number": "错"});
        app.post("/supervisions", body.clone()).await.is_problem(422, "no-end").at("/end_basis");
        body["valid_until"] = json!("2022-01-01");
        let made = app.post("/supervisions", body).await.is(201);
        assert_eq!(made.body["end_basis"], json!({"title": "终止", "number": "错"}));
        let path = format!("/supervisions/{}", made.id());
        let corrected = app.patch(&path, json!({"end_basis": {"title": "终止", "number": "对"}})).await.is(200).body;
        assert_eq!((&corrected["basis"], &corrected["end_basis"]["number"]), (&json!({"title": "设立"}), &json!("对")));
        let moved = app.patch(&path, json!({"valid_until": "2023-01-01"})).await.is(200).body;
        assert_eq!((&moved["valid_until"], &moved["end_basis"]["number"]), (&json!("2023-01-01"), &json!("对")));
        app.patch(&path, json!({"valid_until": null, "end_basis": {"title": "终止"}})).await.is_problem(422, "no-end");
        let open = app.patch(&path, json!({"valid_until": null})).await.is(200).body;
        assert!(open.get("end_basis").is_none());
        app.patch(&path, json!({"end_basis": {"title": "终止"}})).await.is_problem(422, "no-end");
    }

    async fn a_repeated_request_is_done_once(app: TestApp) {
        let campus = campus(&app).await;
        let send = |body: Value| app.request("POST", "/supervisions").header("idempotency-key", "k").json(&body);
        let body = covers(&campus.inspectors, &campus.college, "self", "2021-03-05");
        let first = app.send(send(body.clone())).await.is(201);
        let again = app.send(send(body)).await.is(201);
        assert_eq!(first.object(), again.object());
        let other = covers(&campus.inspectors, &campus.branch, "self", "2021-03-05");
        app.send(send(other)).await.is_problem(422, "idempotency-key-reused");
    }

    async fn lists_are_filtered(app: TestApp) {
        let campus = campus(&app).await;
        let Campus { committee, college, branch, group, inspectors } = &campus;
        let other = app.org_under("leading_group", Some(committee), "另一小组", "2021-01-01").await;
        let others = app.org_under("supervision_group", Some(&other), "第二督导组", "2021-01-01").await;
        let mut ids = Vec::new();
        for (by, org, from) in [(inspectors, college, "2021-03-01"), (inspectors, branch, "2021-02-01"), (&others, college, "2021-04-01"), (&others, branch, "2030-01-01")] {
            ids.push(app.post("/supervisions", covers(by, org, "self", from)).await.is(201).id());
        }
        for (query, found) in [
            ("".to_owned(), vec![1, 0, 2]),
            ("status=all".to_owned(), vec![1, 0, 2, 3]),
            ("status=planned".to_owned(), vec![3]),
            (format!("supervision_group_id={inspectors}"), vec![1, 0]),
            (format!("supervision_group_id={inspectors},{others}&org_id={college}"), vec![0, 2]),
            (format!("org_id={branch}"), vec![1]),
            (format!("supervision_group_id={inspectors},{inspectors}"), vec![1, 0]),
            (format!("leading_group_id={other}&status=all"), vec![2, 3]),
            (format!("leading_group_id={group},{other}"), vec![1, 0, 2]),
            (format!("leading_group_id={college}"), vec![]),
            (format!("org_id={UNKNOWN}"), vec![]),
            ("as_of=2021-02-15".to_owned(), vec![1]),
        ] {
            let listed = app.get(&format!("/supervisions?{query}")).await.is(200).all("/id");
            let expected: Vec<Value> = found.into_iter().map(|nth: usize| json!(ids[nth])).collect();
            assert_eq!(listed, expected, "{query}");
        }
        let page = app.get("/supervisions?status=all&limit=3&count=true").await.is(200).body;
        assert_eq!(page["total"], 4);
        let rest = app.get(&format!("/supervisions?status=all&limit=3&cursor={}", page["next"].as_str().unwrap())).await.is(200);
        assert_eq!(rest.all("/id"), [json!(ids[3])]);
    }

    async fn an_org_is_covered_directly_and_from_above(app: TestApp) {
        let campus = campus(&app).await;
        let Campus { committee, college, branch, group, inspectors } = &campus;
        let second = app.org_under("supervision_group", Some(group), "第二督导组", "2021-01-01").await;
        let own = app.post("/supervisions", covers(&second, branch, "self", "2021-03-05")).await.is(201).id();
        let above = app.post("/supervisions", covers(inspectors, college, "subtree", "2021-03-05")).await.is(201).id();
        let top = app.post("/supervisions", covers(&second, committee, "subtree", "2022-01-01")).await.is(201).id();
        app.post("/supervisions", covers(inspectors, committee, "self", "2021-03-05")).await.is(201);
        let by = async |org: &str, day: &str| {
            let list = app.get(&format!("/orgs/{org}/supervised-by?as_of={day}")).await.is(200);
            list.all("/supervision_id").into_iter().zip(list.all("/inherited")).collect::<Vec<_>>()
        };
        assert_eq!(by(branch, "2021-06-01").await, [(json!(own), json!(null)), (json!(above), json!(true))]);
        assert_eq!(by(branch, "2022-06-01").await, [(json!(own), json!(null)), (json!(above), json!(true)), (json!(top), json!(true))]);
        assert_eq!(by(college, "2021-06-01").await, [(json!(above), json!(null))]);
        assert_eq!(by(branch, "2021-01-01").await, []);
        let list = app.get(&format!("/orgs/{branch}/supervised-by?as_of=2021-06-01")).await.is(200);
        assert_eq!(list.body["items"][1], json!({
            "supervision_id": above,
            "supervision_group": {"id": inspectors, "name": "第一督导组", "kind": "supervision_group"},
            "leading_group": {"id": group, "name": "领导小组", "kind": "leading_group"},
            "org": {"id": college, "name": "学院党总支", "kind": "general_branch", "tier": 2},
            "scope": "subtree", "inherited": true, "valid_from": "2021-03-05",
        }));
        // Page by page.
        let page = app.get(&format!("/orgs/{branch}/supervised-by?as_of=2021-06-01&limit=1")).await.is(200);
        assert_eq!(page.all("/supervision_id"), [json!(own)]);
        let next = format!("/orgs/{branch}/supervised-by?limit=1&cursor={}", page.body["next"].as_str().unwrap());
        assert_eq!(app.get(&next).await.is(200).all("/supervision_id"), [json!(above)]);
        // An org that moves away is no longer covered from above.
        app.patch(&format!("/orgs/{branch}"), json!({"parent_id": committee, "effective_on": "2021-09-01"})).await.is(200);
        assert_eq!(by(branch, "2021-10-01").await, [(json!(own), json!(null))]);
    }
}
