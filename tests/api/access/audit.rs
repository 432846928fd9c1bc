//! The audit: what was refused, and who saw what of whom.

use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};

use super::{at, closed_test, everywhere, matrix, part::Part};
use crate::support::{NOW, TestApp, process::Serving};

/// Values that stand nowhere else.
const EMAIL: &str = "marked-mail@example.edu.cn";
const PHONE: &str = "023-99887766";

/// Two people with contact data who hold posts in different branches.
struct People {
    top: String,
    branch: String,
    inside: String,
    outside: String,
}

async fn people(app: &TestApp) -> People {
    let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
    let branch = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
    let other = app.org_under("general_branch", Some(&top), "乙总支", "2000-01-01").await;
    let enter = async |name: &str, number: &str| {
        let body = json!({"name": name, "email": EMAIL, "phone": PHONE, "staff_no": number});
        app.post("/people", body).await.is(201).id()
    };
    let (inside, outside) = (enter("甄在内", "N1").await, enter("甄在外", "N2").await);
    app.role(&branch, "secretary", &inside, "2020-01-01").await;
    app.role(&other, "secretary", &outside, "2020-01-01").await;
    People { top, branch, inside, outside }
}

/// A caller who may appoint in a branch, and sees the people there alone.
async fn clerk(app: &TestApp, branch: &str) -> (TestApp, String) {
    let scopes = &["people:read", "people:contact", "people:write", "roles:write", "structure:write"];
    app.key(json!([everywhere(&["orgs:read"]), at(scopes, "subtree", branch)])).await
}

/// The records that match, without their ids.
async fn audit(app: &TestApp, query: &str) -> Vec<Value> {
    let mut page = app.get(&format!("/audit?limit=500&{query}")).await.is(200).body;
    let items = page["items"].as_array_mut().expect("items");
    items.iter_mut().for_each(|item| drop(item.as_object_mut().expect("an object").remove("id")));
    std::mem::take(items)
}

/// The records about people that match: who asked for which operation, whose, and how often.
async fn told(app: &TestApp, query: &str) -> Vec<(String, Value, u64)> {
    let told = |record: &Value| {
        let operation = record["operation"].as_str().expect("an operation").to_owned();
        (operation, record["subject_ids"].clone(), record["times"].as_u64().expect("a number"))
    };
    audit(app, query).await.iter().map(told).collect()
}

fn numbered(count: usize) -> Value {
    (0..count).map(|n| json!({"holder": {"type": "staff_no", "staff_no": format!("guess-{n}")}})).collect()
}

async fn without_the_table(app: &TestApp) {
    let db = Database::connect(&app.database_url).await.expect("connected");
    db.execute_unprepared("DROP TABLE audit").await.expect("dropped");
    db.close().await.expect("closed");
}

closed_test! {
    async fn a_refusal_is_told_with_ids_alone(app: TestApp) {
        let People { inside, .. } = people(&app).await;
        let (portal, id) = app.key(json!([everywhere(&["orgs:read"])])).await;
        let path = format!("/people/{inside}?as_of=2026-01-01");
        portal.send(portal.request("GET", &path).header("x-request-id", "first")).await.is(403);
        portal.send(portal.request("GET", &path).header("x-request-id", "second")).await.is(403);
        let wrong = app.with_key("corg_wrong");
        wrong.send(wrong.request("DELETE", &format!("/people/{inside}")).header("x-request-id", "third")).await.is(401);
        let expected = [
            json!({
                "at": NOW, "kind": "refused", "operation": "delete_person", "problem": "/problems/unauthenticated",
                "subject_kind": "person", "subject_ids": [inside], "times": 1, "request_id": "third",
            }),
            json!({
                "at": NOW, "kind": "refused", "caller_id": id, "caller_name": "测试", "operation": "get_person",
                "problem": "/problems/forbidden", "subject_kind": "person", "subject_ids": [inside], "times": 2,
                "request_id": "first",
            }),
        ];
        assert_eq!(audit(&app, "kind=refused").await, expected);
        // What is not about access is not here.
        app.get("/people/01931b66-7d50-7c8a-9a57-000000000000").await.is(404);
        app.get("/people?colour=red").await.is(400);
        assert_eq!(audit(&app, "kind=refused").await.len(), 2);
    }

    async fn whom_a_caller_may_not_know_is_told_to_the_audit(app: TestApp) {
        let People { branch, outside, .. } = people(&app).await;
        let (clerk, id) = clerk(&app, &branch).await;
        clerk.get(&format!("/people/{outside}")).await.is(404);
        clerk.get(&format!("/people/{outside}/roles")).await.is(404);
        clerk.patch(&format!("/people/{outside}"), json!({"phone": "1"})).await.is(404);
        let role = json!({"org_id": branch, "post": "deputy_secretary", "holder": {"type": "person", "id": outside}});
        let hidden = clerk.post("/roles", role).await.is_problem(409, "unknown-reference");
        assert!(!hidden.text.contains("hidden"), "{}", hidden.text);
        clerk.patch("/people/01931b66-7d50-7c8a-9a57-000000000000", json!({"phone": "1"})).await.is(404);
        let mut found = told(&app, &format!("kind=refused&caller_id={id}&subject_id={outside}")).await;
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let one = |operation: &str| (operation.to_owned(), json!([outside]), 1);
        assert_eq!(found, ["create_role", "get_person", "list_person_roles", "patch_person"].map(one));
        assert_eq!(audit(&app, "kind=refused").await.len(), 4);
    }

    async fn no_operation_gives_contact_data_without_a_record(app: TestApp) {
        let People { top, branch, inside, .. } = people(&app).await;
        let mut part = Part::under(&app, &top, "part").await;
        part.org = branch;
        let mut gave = Vec::new();
        let mut rows = matrix::rows(&part.with(&inside));
        // Afterwards there is nothing to give.
        rows.sort_by_key(|row| row.id == "erase_person");
        for row in rows {
            for answer in [row.ask(&app).await, row.ask_for(&app, "include=contact").await] {
                let records = audit(&app, &format!("kind=contact_read&subject_id={inside}")).await;
                let request = answer.header("x-request-id");
                let recorded = records.iter().any(|record| record["request_id"] == request && record["operation"] == row.id);
                assert_eq!(recorded, answer.text.contains(EMAIL), "{}: {}", row.id, answer.text);
                gave.extend(recorded.then(|| row.id.clone()));
            }
        }
        gave.dedup();
        assert_eq!(gave, ["list_changes", "list_org_roles", "list_people", "get_person", "patch_person", "merge_people", "list_person_roles", "list_roles", "get_snapshot"]);
    }

    async fn a_page_is_one_record_and_what_was_there_already_is_none(app: TestApp) {
        let People { inside, outside, .. } = people(&app).await;
        let (reader, id) = app.key(json!([everywhere(&["people:read", "people:contact"])])).await;
        let page = reader.get("/people?include=contact").await.is(200);
        let once = vec![("list_people".to_owned(), json!([inside, outside]), 1)];
        assert_eq!(told(&app, &format!("caller_id={id}")).await, once);
        let known = reader.request("GET", "/people?include=contact").header("if-none-match", page.header("etag"));
        reader.send(known).await.is(304);
        reader.get("/people").await.is(200);
        let nothing = app.person("没有联系方式").await;
        reader.get(&format!("/people/{nothing}")).await.is(200);
        assert_eq!(told(&app, &format!("caller_id={id}")).await, once);
        // The tag tells of the body, also without it.
        reader.send(reader.request("HEAD", &format!("/people/{inside}"))).await.is(200);
        let head = ("get_person".to_owned(), json!([inside]), 1);
        assert_eq!(told(&app, &format!("caller_id={id}")).await, [vec![head], once].concat());
    }

    async fn contact_data_wait_for_an_audit_that_can_be_written(app: TestApp) {
        let People { inside, .. } = people(&app).await;
        without_the_table(&app).await;
        let path = format!("/people/{inside}");
        let withheld = app.get(&path).await.is_problem(503, "unavailable");
        assert!(!withheld.text.contains(EMAIL) && withheld.body["outcome_unknown"].is_null(), "{}", withheld.text);
        assert_eq!(withheld.header("retry-after"), "1");
        app.get("/people?include=contact").await.is_problem(503, "unavailable");
        app.get("/people").await.is(200);
        app.get("/roles").await.is(200);
        let reader = app.caller(json!([everywhere(&["people:read"])])).await;
        reader.get(&path).await.is(200);
        let changed = app.patch(&path, json!({"name_en": "Zhen Zainei"})).await.is_problem(503, "unavailable");
        assert_eq!(changed.body["outcome_unknown"], json!(true));
        assert_eq!(reader.get(&path).await.is(200).body["name_en"], "Zhen Zainei");
        app.get("/audit").await.is_problem(503, "unavailable");
    }

    async fn an_outsider_who_is_appointed_by_staff_number_is_told(app: TestApp) {
        let People { branch, outside, .. } = people(&app).await;
        let (clerk, id) = clerk(&app, &branch).await;
        let role = |number: &str| json!({"org_id": branch, "post": "deputy_secretary", "holder": {"type": "staff_no", "staff_no": number}});
        clerk.post("/roles?dry_run=true", role("N2")).await.is(200);
        let mine = format!("kind=appointed_by_staff_no&caller_id={id}");
        let one = || ("create_role".to_owned(), json!([outside]), 1);
        assert_eq!(told(&app, &mine).await, [one()]);
        clerk.post("/roles", role("nobody")).await.is_problem(409, "unknown-reference");
        clerk.post("/roles", role("N2")).await.is(201);
        assert_eq!(told(&app, &mine).await, [one(), one()]);
        // Now the clerk sees that person.
        clerk.post("/roles?dry_run=true", json!({"org_id": branch, "post": "member", "holder": {"type": "staff_no", "staff_no": "N2"}})).await;
        app.post("/roles?dry_run=true", role("N1")).await.is(200);
        assert_eq!(told(&app, "kind=appointed_by_staff_no").await.len(), 2);
    }

    async fn staff_numbers_of_outsiders_cannot_be_tried_out(app: TestApp) {
        let People { top, branch, .. } = people(&app).await;
        let (clerk, _) = clerk(&app, &branch).await;
        let group = |members: Value| json!({"parent_id": branch, "name": "专班", "valid_from": "2026-01-01", "members": members});
        let made = app.post("/leading-groups", group(json!([]))).await.is(201).id();
        let role = json!({"org_id": branch, "post": "deputy_secretary", "holder": {"type": "staff_no", "staff_no": "N2"}});
        clerk.post("/roles?dry_run=true", role.clone()).await.is(200);
        clerk.post("/leading-groups?dry_run=true", group(numbered(99))).await.is_problem(409, "unknown-reference");
        let refused = clerk.post("/roles?dry_run=true", role.clone()).await.is_problem(429, "too-many-requests");
        assert_eq!((refused.header("retry-after"), &refused.body["bound"]), ("3600", &json!(100)));
        clerk.post("/leading-groups", group(numbered(1))).await.is_problem(429, "too-many-requests");
        clerk.put(&format!("/leading-groups/{made}"), group(numbered(1))).await.is_problem(429, "too-many-requests");
        // Whom the clerk sees may be named as often as one likes, and who sees everybody finds out nothing.
        let seen = json!({"org_id": branch, "post": "deputy_secretary", "holder": {"type": "staff_no", "staff_no": "N1"}});
        clerk.post("/roles?dry_run=true", seen).await.is(200);
        let body = json!({"parent_id": top, "name": "组", "valid_from": "2026-01-01", "members": numbered(150)});
        app.post("/leading-groups", body).await.is_problem(409, "unknown-reference");
        app.clock.set("2026-12-01T03:00:00Z".parse().expect("an instant"));
        clerk.post("/roles?dry_run=true", role).await.is(200);
    }

    async fn the_audit_is_filtered_and_read_page_by_page_newest_first(app: TestApp) {
        let People { inside, outside, .. } = people(&app).await;
        let (reader, id) = app.key(json!([everywhere(&["people:read", "people:contact"])])).await;
        for (hour, person) in [(3, &inside), (4, &outside), (5, &inside), (6, &outside), (7, &inside)] {
            app.clock.set(format!("2026-12-01T0{hour}:00:00.5Z").parse().expect("an instant"));
            reader.get(&format!("/people/{person}")).await.is(200);
        }
        let hours = |records: Vec<Value>| -> Vec<String> {
            records.iter().map(|record| record["at"].as_str().expect("text")[11..13].to_owned()).collect()
        };
        let mine = format!("caller_id={id}");
        assert_eq!(hours(audit(&app, &mine).await), ["07", "06", "05", "04", "03"]);
        assert_eq!(hours(audit(&app, &format!("{mine}&subject_id={outside}")).await), ["06", "04"]);
        let between = "from=2026-12-01T04:00:00.500Z&until=2026-12-01T06:00:00.5Z";
        assert_eq!(hours(audit(&app, &format!("{mine}&{between}")).await), ["05", "04"]);
        let just = "from=2026-12-01T04:00:00.500001Z&until=2026-12-01T06:00:00.500001Z";
        assert_eq!(hours(audit(&app, &format!("{mine}&{just}")).await), ["06", "05"]);
        assert_eq!(audit(&app, &format!("{mine}&kind=refused")).await.len(), 0);

        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.get(&format!("/audit?{mine}&limit=2&count=true{cursor}")).await.is(200).body;
            assert!(!cursor.is_empty() || page["total"] == 5, "{page}");
            seen.extend(page["items"].as_array().expect("items").clone());
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
            // What comes meanwhile is on no further page.
            reader.get(&format!("/people/{inside}/roles?include=contact")).await.is(200);
            app.anonymous().get("/me").await.is(401);
        }
        assert_eq!(hours(seen), ["07", "06", "05", "04", "03"]);
    }

    async fn what_is_gathered_is_written_when_the_service_ends(app: TestApp) {
        let mut serving = Serving::on(&app.database_url);
        let mut other = app.anonymous();
        other.address.clone_from(&serving.address);
        other.get("/people").await.is(401);
        serving.signal("TERM");
        assert!(serving.ended().await.success());
        assert_eq!(told(&app, "kind=refused").await, [("list_people".to_owned(), Value::Null, 1)]);
    }

    async fn old_records_are_removed(app: TestApp) {
        let People { inside, .. } = people(&app).await;
        app.get(&format!("/people/{inside}")).await.is(200);
        app.clock.set("2027-11-30T02:00:00Z".parse().expect("an instant"));
        app.anonymous().get("/me").await.is(401);
        assert_eq!(audit(&app, "").await.len(), 4);
        app.clock.set("2027-12-01T02:00:01Z".parse().expect("an instant"));
        app.registry.keep_audit(365);
        let removed = async { while audit(&app, "").await.len() > 1 {} };
        tokio::time::timeout(std::time::Duration::from_secs(60), removed).await.expect("removed");
        assert_eq!(audit(&app, "").await[0]["kind"], "refused");
    }
}
