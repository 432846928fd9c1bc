//! `campus-org dump`, and what comes of it when it is loaded again.

use std::fs;

use serde_json::{Value, json};

use crate::support::{
    Backend, TestApp, TestDatabase, api_test, copy, name_every_list,
    process::{Serving, client, failure, output},
    serve,
};

/// A small directory with something of everything that lines can say.
pub(crate) struct Rich {
    pub(crate) group: String,
    pub(crate) someone: String,
    pub(crate) erased: String,
    pub(crate) merged: String,
}

impl Rich {
    pub(crate) async fn enter(app: &TestApp) -> Self {
        let committee = app.committee().await;
        let someone = app.post("/people", Self::person("杨立敏", "20040017")).await.is(201).id();
        let other = app.post("/people", Self::person("周志远", "20040018")).await.is(201).id();
        let merged = app.post("/people", Self::person("杨立民", "19990001")).await.is(201).id();
        let erased = app.post("/people", Self::person("已离校", "19980001")).await.is(201).id();
        app.role(&committee, "secretary", &someone, "2019-01-03").await;
        let ends = app.role(&committee, "member", &merged, "2012-01-01").await;
        app.post(&format!("/roles/{ends}/end"), json!({"effective_on": "2018-01-01", "basis": Self::basis(1)})).await;
        app.role(&committee, "member", &erased, "2005-01-01").await;
        app.post(&format!("/people/{someone}/merge"), json!({ "duplicate_id": merged })).await.is(200);
        app.post(&format!("/people/{erased}/erase"), json!({})).await.is(200);
        app.patch(&format!("/people/{other}"), json!({"name": "周致远"})).await.is(200);

        let branch = app.org_under("branch", Some(&committee), "图书馆党支部", "2000-01-01").await;
        let path = format!("/orgs/{branch}");
        let planned = json!({"name": "图书与档案党支部", "effective_on": "2027-03-01", "basis": Self::basis(2)});
        app.patch(&path, planned).await.is(200);
        let counted = json!({"member_counts": {"full": 9, "probationary": 1, "counted_on": "2019-12-31"}});
        app.patch(&path, counted).await.is(200);
        let same = json!({"name": "图书馆党支部", "effective_on": "2026-06-01", "basis": Self::basis(3)});
        app.patch(&path, same).await.is(200);
        let ended = app.org_under("branch", Some(&committee), "旧支部", "2000-01-01").await;
        let end = json!({"effective_on": "2020-01-01", "successor_ids": [branch], "basis": Self::basis(4)});
        app.post(&format!("/orgs/{ended}/dissolve"), end).await.is(200);
        let order = json!({"ids": [branch], "effective_on": "2026-01-01"});
        app.put(&format!("/orgs/{committee}/child-order"), order).await.is(200);

        app.delete("/posts/youth_member").await.is(200);
        app.patch("/posts/secretary", json!({"name_en": "Party secretary"})).await.is(200);
        let document = |on: &str, members: &[&str]| {
            let members: Value = members.iter().map(|id| json!({"holder": {"type": "person", "id": id}})).collect();
            let seat = json!({"holder": {"type": "seat", "org_id": committee, "post": "secretary"}});
            let mut document = json!({"parent_id": committee, "name": "专项领导小组", "effective_on": on,
                "duties": "抓总", "leaders": [seat], "members": members, "basis": {"title": format!("{on}的通知")},
                "office": {"name": "专项办", "directors": [seat]},
                "supervision_groups": [{"name": "督导组", "members": members,
                    "covers": [{"org_id": branch, "scope": "self"}]}]});
            name_every_list(&mut document);
            document
        };
        let group = app.post("/leading-groups", document("2024-01-01", &[&someone])).await.is(201).id();
        let path = format!("/leading-groups/{group}");
        app.put(&path, document("2026-03-01", &[&other, &someone])).await.is(200);
        app.put(&path, document("2025-03-01", &[&other])).await.is(200);
        // By itself, on the day of a document.
        let part = app.get(&format!("{path}?as_of=2025-03-01")).await.body["office"]["id"].as_str().unwrap().to_owned();
        let alone = json!({"short_name": "专办", "effective_on": "2025-03-01"});
        app.patch(&format!("/orgs/{part}"), alone).await.is(200);
        Self { group, someone, erased, merged }
    }

    fn person(name: &str, staff_no: &str) -> Value {
        json!({"name": name, "staff_no": staff_no, "email": format!("{staff_no}@example.edu.cn"), "phone": "000-1234",
            "external_ids": [{"scheme": "oa", "value": staff_no}]})
    }

    fn basis(number: u32) -> Value {
        json!({"title": format!("关于{number}的通知"), "number": format!("校党发〔2026〕{number}号")})
    }
}

/// What a directory answers on some days, without what names the entries of its log.
async fn answers(app: &TestApp) -> Vec<Value> {
    let lists = ["orgs", "people", "posts", "roles", "supervisions", "vacancies"];
    let mut found = Vec::new();
    for list in lists {
        for day in ["2019-12-31", "2025-03-01", "2026-12-01", "2027-06-01"] {
            let status = if ["orgs", "roles", "supervisions"].contains(&list) { "&status=all" } else { "" };
            let page = app.get(&format!("/{list}?limit=500&as_of={day}{status}")).await.is(200);
            for item in page.body["items"].as_array().unwrap() {
                found.push(item.clone());
                let id = item["id"].as_str().unwrap_or_default();
                if list == "orgs" {
                    for more in ["versions", "role-order", "child-order", "lineage", "roles"] {
                        found.push(app.get(&format!("/orgs/{id}/{more}?as_of={day}")).await.is(200).body);
                    }
                }
                if item["kind"] == "leading_group" {
                    found.push(app.get(&format!("/leading-groups/{id}?as_of={day}")).await.body);
                }
            }
        }
    }
    found.iter_mut().for_each(forget_entries);
    found
}

fn forget_entries(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["revision", "updated_at"] {
                members.remove(name);
            }
            members.values_mut().for_each(forget_entries);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_entries),
        _ => {}
    }
}

/// Runs a test on a directory, and on a copy of it in SQLite, which is copied back into the same kind of database.
async fn with_copy(app: TestApp, test: impl AsyncFn(TestApp) -> Vec<Value>) {
    let own = if app.database_url.starts_with("sqlite") { Backend::Sqlite } else { Backend::Postgres };
    let file = copy::file(&app.store).await;
    let database = TestDatabase::create(Backend::Sqlite).await;
    let store = database.store().await;
    let loaded = copy::load_into(&store, &file).await;
    let (header, lines) = file.split_once('\n').unwrap();
    assert_eq!(lines, copy::lines(&loaded), "a copy of the copy");
    // And back.
    let database_again = TestDatabase::create(own).await;
    let store_again = database_again.store().await;
    let again = copy::load_into(&store_again, &copy::file(&store).await).await;
    assert_eq!(lines, copy::lines(&again));
    assert_eq!(again.revision(), loaded.revision());
    store_again.close().await.unwrap();
    database_again.remove().await;
    assert!(header.contains("\"left_out\":[\"api_keys\"]"), "{header}");

    let original = test(app.clone()).await;
    let copied = serve(&store, &database.url, 3, true, async |app| test(app).await).await;
    for (original, copied) in original.iter().zip(&copied) {
        assert_eq!(original, copied);
    }
    assert_eq!(original.len(), copied.len());
    store.close().await.unwrap();
    database.remove().await;
}

api_test! {
    async fn a_copy_in_another_database_answers_the_same(app: TestApp) {
        Rich::enter(&app).await;
        with_copy(app, async |app| answers(&app).await).await;
    }

    async fn in_a_copy_documents_are_taken_back_as_in_the_original(app: TestApp) {
        let Rich { group, .. } = Rich::enter(&app).await;
        with_copy(app, async |app| {
            app.delete(&format!("/orgs/{group}/versions/2025-03-01")).await.is(200);
            answers(&app).await
        })
        .await;
    }
}

#[test]
fn the_program_dumps_while_it_serves_and_loads_what_it_dumped() {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    let (first, second) = (url("first.db"), url("second.db"));
    let sample = folder.path().join("sample.jsonl");
    fs::write(&sample, output(&["generate", "--seed", "5"]).stdout).unwrap();
    let sample = sample.to_str().unwrap();
    assert!(output(&["load", sample, "--create", "--database-url", &first]).status.success());
    let serving = Serving::on(&first);
    let dumped = output(&["dump", "--database-url", &first]);
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ready = runtime.block_on(client().get(format!("{}/health/ready", serving.address)).send()).unwrap();
    assert_eq!(ready.status(), 200);
    drop(serving);

    let file = folder.path().join("dump.jsonl");
    let path = file.to_str().unwrap();
    assert!(output(&["dump", "--database-url", &first, "--output", path]).status.success());
    assert_eq!(fs::read(&file).unwrap(), dumped.stdout, "the same to a file");
    assert!(failure(&["dump", "--database-url", &first, "--output", path]).contains("exists already"));
    assert_eq!(fs::read(&file).unwrap(), dumped.stdout, "it is left alone");
    assert!(output(&["load", path, "--create", "--database-url", &second]).status.success());
    let again = output(&["dump", "--database-url", &second]).stdout;
    let lines = |file: &[u8]| -> Vec<String> {
        String::from_utf8(file.to_vec()).unwrap().lines().skip(1).map(str::to_owned).collect()
    };
    assert!(lines(&again) == lines(&dumped.stdout), "the copy differs");
    assert_eq!(
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| { entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".tmp") })
            .count(),
        0,
        "nothing unfinished is left"
    );
}

#[test]
fn what_is_not_there_is_not_dumped() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("none.db").display());
    let file = folder.path().join("dump.jsonl");
    let path = file.to_str().unwrap();
    assert!(failure(&["dump", "--database-url", &url, "--output", path]).contains("none.db"));
    assert!(output(&["migrate", "up", "--steps", "1", "--create", "--database-url", &url]).status.success());
    assert!(failure(&["dump", "--database-url", &url, "--output", path]).contains("campus-org migrate up"));
    assert!(output(&["migrate", "up", "--database-url", &url]).status.success());
    assert!(failure(&["dump", "--database-url", &url, "--output", path]).contains("no directory yet"));
    assert!(!file.exists());
}

api_test! {
    async fn a_file_that_is_cut_is_not_loaded(app: TestApp) {
        Rich::enter(&app).await;
        let file = copy::file(&app.store).await;
        let cut = file.trim_end().rsplit_once('\n').unwrap().0;
        let database = TestDatabase::create(Backend::Sqlite).await;
        let store = database.store().await;
        let loaded = campus_org::load::load(&store, &app.clock, cut.as_bytes(), &mut |_, _, _| {}).await;
        let Err(campus_org::load::LoadError::Lines(faults)) = loaded else { panic!("{loaded:?}") };
        let [(1, told)] = &faults[..] else { panic!("{faults:?}") };
        assert!(told.en.starts_with("records/supervision: ") && told.zh.starts_with("records/supervision："), "{told:?}");
        copy::load_into(&store, &file).await;
        store.close().await.unwrap();
        database.remove().await;
    }
}
