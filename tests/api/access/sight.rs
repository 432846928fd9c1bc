//! What a caller sees of people.

use serde_json::{Value, json};

use super::{at, closed_test, everywhere, matrix, part::Part};
use crate::support::TestApp;

/// Values that stand nowhere else.
const EMAIL: &str = "marked-mail@example.edu.cn";
const PHONE: &str = "023-99887766";
const STAFF_NO: &str = "MARK2026";
/// The name of somebody who holds no role today.
const FORMER: &str = "甄往昔";

struct People {
    branch: String,
    other: String,
    /// Holds a role in the branch today.
    current: String,
    /// Held one, and holds none today.
    former: String,
}

async fn people(app: &TestApp) -> People {
    let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
    let branch = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
    let other = app.org_under("general_branch", Some(&top), "乙总支", "2000-01-01").await;
    let enter = async |name: &str, more: &str| {
        let body = json!({"name": name, "email": format!("{more}{EMAIL}"), "phone": format!("{PHONE}{more}"), "staff_no": format!("{STAFF_NO}{more}")});
        app.post("/people", body).await.is(201).id()
    };
    let (current, former) = (enter("甄在任", "1").await, enter(FORMER, "2").await);
    app.role(&branch, "secretary", &current, "2020-01-01").await;
    let ended = app.role(&other, "secretary", &former, "2010-01-01").await;
    app.post(&format!("/roles/{ended}/end"), json!({"effective_on": "2015-01-01"})).await.is(200);
    People { branch, other, current, former }
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().filter_map(|item| item["name"].as_str()).collect()
}

closed_test! {
    async fn a_refusal_does_not_name_people_whom_the_caller_may_not_see(app: TestApp) {
        let People { branch, other, former, .. } = people(&app).await;
        let held = app.get(&format!("/people/{former}/roles?status=all")).await.is(200).body["items"][0]["id"].clone();
        let clerk = app.caller(json!([everywhere(&["orgs:read", "roles:write"])])).await;
        let new = app.person("新任").await;
        let body = json!({"org_id": other, "post": "secretary", "holder": {"type": "person", "id": new}, "valid_from": "2012-01-01"});
        let refused = clerk.post("/roles", body.clone()).await.is_problem(409, "post-full");
        assert!(!refused.text.contains(FORMER) && refused.text.contains("somebody from 2010-01-01 until 2015-01-01"), "{}", refused.text);
        assert_eq!((&refused.body["blockers"][0]["id"], &refused.body["blockers"][0]["name"]), (&held, &json!("somebody (secretary of 乙总支)")));
        assert!(app.post("/roles", body).await.is_problem(409, "post-full").text.contains(FORMER));
        // Beside another fault, nothing tells whether somebody exists.
        let role = |holder: &str| json!({"org_id": other, "post": "nobody", "holder": {"type": "person", "id": holder}});
        let group = |holder: &str| json!({"parent_id": other, "name": "专班", "office": {"members": [{"holder": {"type": "unit", "id": former}}]},
            "leaders": [{"holder": {"type": "person", "id": holder}}]});
        let office = app.caller(json!([everywhere(&["orgs:read", "roles:write", "structure:write"])])).await;
        let places = async |path: &str, body: Value| -> Vec<Value> {
            let refused = office.post(path, body).await.is_problem(409, "unknown-reference");
            refused.body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect()
        };
        for holder in [former.as_str(), "01931b66-7d50-7c8a-9a57-000000000000"] {
            assert_eq!(places("/roles", role(holder)).await, ["/post"]);
            assert_eq!(places("/leading-groups?dry_run=true", group(holder)).await, ["/office/members/0/holder/id"]);
        }
        // Whose number it is, is not told at all.
        let scopes = ["orgs:read", "people:write"];
        let registrar = app.caller(json!([at(&scopes, "subtree", &branch)])).await;
        let taken = registrar.post("/people", json!({"name": "丙", "staff_no": format!("{STAFF_NO}2")})).await.is_problem(409, "staff-no-taken");
        assert!(!taken.text.contains(FORMER) && !taken.text.contains(&former), "{}", taken.text);
        assert_eq!((&taken.body["blockers"], &taken.body["blockers_total"]), (&json!(null), &json!(1)));
    }

    async fn without_people_read_names_are_shown_only_beside_current_roles(app: TestApp) {
        let People { branch, other, current, former } = people(&app).await;
        let portal = app.caller(json!([everywhere(&["orgs:read"])])).await;
        let now = portal.get(&format!("/roles?org_id={branch}")).await.is(200).body;
        assert_eq!(now["items"][0]["holder"], json!({"type": "person", "id": current, "name": "甄在任"}));
        assert_eq!(now["items"][0]["people"], json!([{"id": current, "name": "甄在任"}]));
        for path in [
            format!("/roles?org_id={other}&status=all"),
            format!("/roles?org_id={other}&as_of=2012-01-01"),
            format!("/orgs/{other}/roles?as_of=2012-01-01"),
            format!("/orgs/{other}/tree?as_of=2012-01-01&include=roles"),
        ] {
            let past = portal.get(&path).await.is(200);
            assert!(past.text.contains(&former) && !past.text.contains(FORMER), "{path}: {}", past.text);
            let seen = app.get(&path).await.is(200);
            assert!(seen.text.contains(FORMER), "{path}");
            assert_ne!(past.header("etag"), seen.header("etag"), "{path}");
        }
        portal.get("/people").await.is_problem(403, "forbidden");
        portal.get(&format!("/people/{current}")).await.is_problem(403, "forbidden");
        portal.get(&format!("/people/{current}/roles")).await.is_problem(403, "forbidden");
    }

    async fn contact_data_need_a_scope_and_a_question(app: TestApp) {
        let People { branch, current, .. } = people(&app).await;
        let reader = app.caller(json!([everywhere(&["orgs:read", "people:read"])])).await;
        let caller = app.caller(json!([everywhere(&["orgs:read", "people:read", "people:contact"])])).await;
        for path in [
            format!("/people/{current}"),
            "/people?include=contact".to_owned(),
            format!("/roles?org_id={branch}&include=contact"),
            format!("/orgs/{branch}/roles?include=contact"),
            format!("/people/{current}/roles?include=contact"),
        ] {
            let hidden = reader.get(&path).await.is(200);
            assert!(hidden.text.contains("甄在任"), "{path}");
            assert!(!hidden.text.contains(EMAIL) && !hidden.text.contains(PHONE), "{path}: {}", hidden.text);
            let shown = caller.get(&path).await.is(200);
            assert!(shown.text.contains(EMAIL) && shown.text.contains(PHONE), "{path}: {}", shown.text);
            assert_ne!(hidden.header("etag"), shown.header("etag"), "{path}");
            if path.contains('?') {
                let unasked = caller.get(path.split('?').next().expect("a path")).await.is(200);
                assert!(!unasked.text.contains(EMAIL), "{path}");
            }
        }
    }

    async fn people_are_seen_in_a_part_of_the_tree_through_their_roles(app: TestApp) {
        let People { branch, other, current, former } = people(&app).await;
        let scopes = &["people:read", "people:contact", "people:write"];
        let caller = app.caller(json!([everywhere(&["orgs:read"]), at(scopes, "subtree", &branch)])).await;
        assert_eq!(names(&caller.get("/people").await.is(200).body), ["甄在任"]);
        caller.get(&format!("/people/{current}")).await.is(200);
        caller.get(&format!("/people/{former}")).await.is_problem(404, "not-found");
        caller.get(&format!("/people/{former}/roles")).await.is_problem(404, "not-found");
        caller.patch(&format!("/people/{former}"), json!({"phone": null})).await.is_problem(404, "not-found");
        caller.patch(&format!("/people/{current}"), json!({"phone": "1"})).await.is(200);
        caller.delete(&format!("/people/{former}")).await.is_problem(404, "not-found");
        assert_eq!(names(&caller.get(&format!("/people?staff_no={STAFF_NO}2")).await.is(200).body), [""; 0]);
        assert_eq!(names(&caller.get(&format!("/people?q={FORMER}")).await.is(200).body), [""; 0]);
        // Somebody who held a role there long ago is seen, too.
        let past = app.caller(json!([everywhere(&["orgs:read"]), at(scopes, "org", &other)])).await;
        assert_eq!(names(&past.get("/people").await.is(200).body), [FORMER]);
        // The own person alone.
        let own = json!({"name": "本人", "person_id": former, "grants": [{"scopes": scopes, "area": "own_person"}]});
        let own = app.post("/keys", own).await.is(201);
        let own = app.with_key(own.body["secret"].as_str().expect("a secret"));
        assert_eq!(names(&own.get("/people").await.is(200).body), [FORMER]);
        own.patch(&format!("/people/{former}"), json!({"phone": "2"})).await.is(200);
    }

    async fn a_refusal_tells_nothing_of_people_whom_the_caller_does_not_see(app: TestApp) {
        let People { branch, other, former, .. } = people(&app).await;
        let scopes = &["people:read", "people:write", "roles:write", "structure:write"];
        let clerk = app.caller(json!([everywhere(&["orgs:read"]), at(scopes, "below", &branch)])).await;
        let twice = json!({"name": "新人", "staff_no": format!("{STAFF_NO}2")});
        let told = clerk.post("/people", twice.clone()).await.is_problem(409, "staff-no-taken");
        assert!(told.body["by_id"].is_null() && !told.text.contains(&former) && !told.text.contains(FORMER), "{}", told.text);
        assert_eq!(app.post("/people", twice).await.is_problem(409, "staff-no-taken").body["by_id"], json!(former));
        // Keys that name an org are counted, not named, to those who do not manage keys.
        let top = app.caller(json!([everywhere(&["orgs:read", "structure:write"])])).await;
        app.caller(json!([at(&["roles:write"], "org", &other)])).await;
        let told = top.delete(&format!("/orgs/{other}")).await.is_problem(409, "in-use");
        let listed = told.body["blockers"].as_array().expect("blockers");
        assert!(listed.iter().all(|blocker| blocker["kind"] != "grant_of"), "{}", told.text);
        assert_eq!(told.body["blockers_total"], json!(listed.len() + 1));
    }

    async fn an_outsider_is_appointed_by_staff_number(app: TestApp) {
        let People { branch, current, former, .. } = people(&app).await;
        let below = app.org_under("branch", Some(&branch), "甲一支部", "2000-01-01").await;
        let scopes = &["people:read", "roles:write", "structure:write"];
        let clerk = app.caller(json!([everywhere(&["orgs:read"]), at(scopes, "subtree", &branch)])).await;
        let role = |post: &str, holder: Value| json!({"org_id": below, "post": post, "holder": holder});
        let by_id = json!({"type": "person", "id": former});
        clerk.post("/roles", role("secretary", by_id)).await.is_problem(409, "unknown-reference").at("/holder/id");
        let nobody = json!({"type": "staff_no", "staff_no": "nobody"});
        clerk.post("/roles", role("secretary", nobody)).await.is_problem(409, "unknown-reference").at("/holder/staff_no");
        let number = json!({"type": "staff_no", "staff_no": format!("{STAFF_NO}2")});
        let made = clerk.post("/roles", role("secretary", number.clone())).await.is(201);
        assert_eq!(made.body["holder"], json!({"type": "person", "id": former, "name": FORMER}));
        clerk.get(&format!("/people/{former}")).await.is(200);
        let seen = json!({"type": "person", "id": current});
        clerk.post("/roles", role("deputy_secretary", seen)).await.is(201);
        for wrong in [
            json!({"type": "staff_no"}),
            json!({"type": "staff_no", "staff_no": "1", "id": former}),
            json!({"type": "person", "staff_no": "1", "id": former}),
        ] {
            clerk.post("/roles", role("member", wrong)).await.is_problem(400, "validation");
        }
        let group = json!({
            "parent_id": branch, "name": "专项领导小组", "valid_from": "2026-01-01",
            "leaders": [{"holder": number}], "members": [{"holder": {"type": "staff_no", "staff_no": "nobody"}}],
        });
        clerk.post("/leading-groups", group).await.is_problem(409, "unknown-reference").at("/members/0/holder/staff_no");
    }

    async fn what_is_personal_reaches_nobody_without_the_right(app: TestApp) {
        let People { branch, current, former, .. } = people(&app).await;
        let university = app.org_under("committee", None, "另一大学党委", "2000-01-01").await;
        let mut part = Part::under(&app, &university, "part").await;
        part.org = branch;
        let everything_else = ["orgs:read", "structure:write", "roles:write", "catalogue:write", "webhooks:manage", "audit:read"];
        let callers = [
            app.anonymous(),
            app.caller(json!([])).await,
            app.caller(json!([everywhere(&["orgs:read"])])).await,
            app.caller(json!([everywhere(&everything_else)])).await,
        ];
        for person in [&current, &former] {
            for row in matrix::rows(&part.with(person)) {
                for caller in &callers {
                    let answer = row.ask(caller).await;
                    let told = format!("{:?} {}", answer.headers, answer.text);
                    for mark in [EMAIL, PHONE, STAFF_NO, FORMER] {
                        assert!(!told.contains(mark), "{}: {told}", row.id);
                    }
                }
            }
        }
    }
}
