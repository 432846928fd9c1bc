//! Erasure: everything personal goes, the roles remain.

use std::path::Path;

use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};

use super::{closed_test, everywhere};
use crate::support::TestApp;

/// Values that stand nowhere else.
const MARKS: &[&str] =
    &["甄该忘", "Zhen Gaiwang", "FORGET-77", "forget-me@example.edu.cn", "13900001111", "oa-forget-9"];

/// Which of the marks are in the database: in its files, or in its tables where it has no files of its own.
async fn kept(app: &TestApp) -> Vec<&'static str> {
    let found: Vec<u8> = match app.database_url.strip_prefix("sqlite://") {
        Some(file) => {
            let path = Path::new(file.split('?').next().expect("a path"));
            let folder = std::fs::read_dir(path.parent().expect("a folder")).expect("a folder");
            folder.flat_map(|file| std::fs::read(file.expect("a file").path()).unwrap_or_default()).collect()
        }
        None => {
            let db = Database::connect(&app.database_url).await.expect("connected");
            let mut all = String::new();
            for table in
                ["person", "entry", "idempotency_key", "caller", "key_secret", "role", "api_key", "audit", "ticket"]
            {
                let text = format!("SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM {table} t");
                let statement = Statement::from_string(db.get_database_backend(), text);
                let row = db.query_one_raw(statement).await.expect("asked").expect("a row");
                all += &row.try_get::<String>("", "text").expect("text");
            }
            db.close().await.expect("closed");
            all.into_bytes()
        }
    };
    let has = |mark: &str| found.windows(mark.len()).any(|window| window == mark.as_bytes());
    MARKS.iter().copied().filter(|mark| has(mark)).collect()
}

async fn enter(app: &TestApp) -> String {
    let body = json!({
        "name": MARKS[0], "name_en": MARKS[1], "staff_no": MARKS[2], "email": MARKS[3], "phone": MARKS[4],
        "external_ids": [{"scheme": "oa", "value": MARKS[5]}],
    });
    let keyed = app.request("POST", "/people").header("idempotency-key", "once").json(&body);
    app.send(keyed).await.is(201).id()
}

closed_test! {
    async fn everything_personal_goes_and_the_roles_remain(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let person = enter(&app).await;
        let role = app.role(&top, "secretary", &person, "2020-01-01").await;
        app.patch(&format!("/people/{person}"), json!({"name": "甄改名"})).await.is(200);
        app.person("另一人").await;
        assert!(!kept(&app).await.is_empty());
        // A list that was begun before goes on without what was erased.
        let first = app.get("/people?limit=1").await.is(200).body;
        let cursor = first["next"].as_str().expect("more").to_owned();

        let dry = app.post(&format!("/people/{person}/erase?dry_run=true"), json!({})).await.is(200);
        assert_eq!(dry.body["change"]["summary"], json!(["Everything personal of this person is erased. The roles remain."]));
        let erased = app.post(&format!("/people/{person}/erase"), json!({})).await.is(200).body;
        assert_eq!((&erased["name"], &erased["erased"]), (&json!("（已清除）"), &json!(true)));
        for field in ["name_en", "staff_no", "email", "phone", "external_ids", "former_names"] {
            assert!(erased[field].is_null(), "{field}: {erased}");
        }
        assert_eq!(kept(&app).await, [""; 0]);
        let rest = app.get(&format!("/people?cursor={cursor}")).await.is(200).text;
        for mark in MARKS.iter().chain(&["甄改名"]) {
            assert!(!rest.contains(mark), "{mark}: {rest}");
        }
        let shown = app.get(&format!("/roles/{role}")).await.is(200).body;
        assert_eq!(shown["holder"], json!({"type": "person", "id": person, "name": "（已清除）"}));
        assert_eq!(app.get(&format!("/people?staff_no={}", MARKS[2])).await.body["items"], json!([]));
        // The staff number is free again, and nothing is entered again under the id.
        app.post("/people", json!({"name": "新人", "staff_no": MARKS[2]})).await.is(201);
        app.patch(&format!("/people/{person}"), json!({"phone": "1"})).await.is_problem(409, "person-erased");
        app.post(&format!("/people/{person}/erase"), json!({})).await.is_problem(409, "person-erased");
        let other = app.person("重复").await;
        let merge = json!({"duplicate_id": other});
        app.post(&format!("/people/{person}/merge"), merge).await.is_problem(409, "person-erased");
        let entry: Value = json!(app.get("/me").await.body["id"]);
        let log = app.store.entry(erased["revision"].as_u64().expect("a revision")).await.expect("read").expect("an entry");
        assert_eq!((log.kind.as_str(), json!(log.actor)), ("person.erased", entry));
    }

    async fn erasing_needs_its_own_scope(app: TestApp) {
        let person = enter(&app).await;
        let editor = app.caller(json!([everywhere(&["people:read", "people:write", "people:contact"])])).await;
        editor.post(&format!("/people/{person}/erase"), json!({})).await.is_problem(403, "forbidden");
        let eraser = app.caller(json!([everywhere(&["people:read", "people:erase"])])).await;
        eraser.patch(&format!("/people/{person}"), json!({"phone": "1"})).await.is_problem(403, "forbidden");
        eraser.post(&format!("/people/{person}/erase"), json!({})).await.is(200);
    }
}
