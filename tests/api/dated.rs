//! What had no dates in earlier releases: their logs and databases.

use campus_org::{
    directory::Snapshot,
    domain::{Entry, OrgId},
    registry,
    store::Store,
};
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};

use crate::{
    migrations::{enter, entries, formats_of},
    support::{
        Backend, TestDatabase,
        process::{Serving, client},
    },
};

const ZONE: chrono_tz::Tz = chrono_tz::Asia::Shanghai;

/// Runs a test on each database.
fn on_both<T: Future<Output = ()>>(test: impl Fn(TestDatabase, Backend) -> T) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            test(TestDatabase::create(backend).await, backend).await;
        }
    });
}

/// The duties in each version of an org.
fn duties(directory: &Snapshot, id: OrgId) -> Vec<(String, Option<String>)> {
    let versions = directory.org(id).unwrap().versions.iter();
    versions
        .map(|version| (version.valid_from.to_string(), version.values.duties.as_ref().map(ToString::to_string)))
        .collect()
}

fn all(duties: &str, days: &[&str]) -> Vec<(String, Option<String>)> {
    days.iter().map(|day| ((*day).to_owned(), Some(duties.to_owned()))).collect()
}

fn org(n: u128) -> OrgId {
    uuid::Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000 + n).into()
}

#[test]
fn one_count_of_an_earlier_format_is_a_series() {
    on_both(async |database, _| {
        let store = database.store().await;
        enter(&database.url, &entries(include_str!("fixtures/entries-format-1.json")), 1).await;
        let replayed = registry::replay(&store, ZONE).await.unwrap();
        let counts = replayed.org(org(1)).unwrap().facts.member_counts.clone().unwrap();
        assert_eq!(counts.all().iter().map(|counts| counts.full).collect::<Vec<_>>(), [3200]);
        assert_eq!(duties(&replayed, org(1)), all("领导学校工作", &["2000-01-01"]));
        store.close().await.unwrap();
        database.remove().await;
    });
}

#[test]
fn duties_of_earlier_formats_are_those_of_each_version() {
    on_both(async |database, _| {
        let store = database.store().await;
        let fixture = entries(include_str!("fixtures/entries-format-3.json"));
        // The log is read up to each entry, as by a process that follows it.
        for (read, expected) in [
            (3, all("领导学校工作", &["2000-01-01"])),
            (4, all("领导学校工作", &["2000-01-01", "2010-01-01"])),
            (5, all("全面领导学校工作", &["2000-01-01", "2010-01-01", "2020-01-01"])),
        ] {
            enter(&database.url, &fixture[..read], 3).await;
            assert_eq!(duties(&registry::replay(&store, ZONE).await.unwrap(), org(1)), expected);
            forget(&database.url).await;
        }
        store.close().await.unwrap();
        database.remove().await;
    });
}

/// Leaves only the first entry in the log.
async fn forget(url: &str) {
    let session = Database::connect(url).await.unwrap();
    session.execute_unprepared("DELETE FROM entry WHERE revision > 1").await.unwrap();
    session.close().await.unwrap();
}

/// Goes back to the step before the one of that name.
async fn back_before(store: &Store, name: &str) {
    let steps = store.migrations().await.unwrap();
    let since = steps.iter().position(|step| step.name.ends_with(name)).unwrap();
    store.migrate_down(Some(u32::try_from(steps.len() - since).unwrap())).await.unwrap();
}

#[test]
fn duties_and_counts_get_and_lose_their_days_with_the_steps_of_the_schema() {
    on_both(async |database, backend| {
        let store = database.store().await;
        let serving = Serving::on(&database.url);
        let send = async |method: reqwest::Method, path: String, body: Value| {
            let sent = client().request(method, format!("{}{path}", serving.address)).json(&body);
            let answer = sent.send().await.unwrap();
            assert!(answer.status().is_success(), "{path}");
            answer.json::<Value>().await.unwrap()
        };
        let mut ids = Vec::new();
        for (name, duties) in [("学校党委", Some("抓总")), ("学校", None)] {
            let kind = if duties.is_some() { "committee" } else { "unit" };
            let body =
                json!({"kind": kind, "name": name, "duties": duties.unwrap_or("办学"), "valid_from": "2000-01-01"});
            let id = send(reqwest::Method::POST, "/orgs".to_owned(), body).await["id"].as_str().unwrap().to_owned();
            let later = json!({"duties": duties.map(|_| "统筹"), "effective_on": "2010-01-01"});
            for (full, counted_on) in [(9, "2025-12-31"), (8, "2024-12-31")] {
                let counts = json!({"full": full, "probationary": 0, "counted_on": counted_on});
                send(reqwest::Method::PATCH, format!("/orgs/{id}"), json!({"member_counts": counts})).await;
            }
            send(reqwest::Method::PATCH, format!("/orgs/{id}"), later).await;
            ids.push(OrgId(id.parse().unwrap()));
        }
        drop(serving);
        back_before(&store, "_dated_duties").await;
        // What is left can be read by a program of format 3.
        let session = Database::connect(&database.url).await.unwrap();
        let formats = formats_of(&session).await;
        assert!(formats.iter().all(|format| *format < Entry::FORMAT_OF_DATED_DUTIES));
        let select = Statement::from_string(session.get_database_backend(), "SELECT duties FROM org ORDER BY duties");
        let kept = session.query_all_raw(select).await.unwrap();
        let mut kept: Vec<Option<String>> = kept.iter().map(|row| row.try_get("", "duties").unwrap()).collect();
        kept.sort();
        assert_eq!(kept, [None, Some("统筹".to_owned())], "{backend:?}");
        session.close().await.unwrap();
        store.migrate_up(None).await.unwrap();
        let loaded = registry::load(&store, ZONE).await.unwrap();
        assert_eq!(duties(&loaded, ids[0]), all("统筹", &["2000-01-01", "2010-01-01"]));
        assert!(duties(&loaded, ids[1]).iter().all(|(_, duties)| duties.is_none()));
        // Of the counts of members, the newest stay.
        let counts = loaded.org(ids[0]).unwrap().facts.member_counts.clone().unwrap();
        assert_eq!(counts.all().iter().map(|counts| counts.full).collect::<Vec<_>>(), [9]);
        assert!(registry::replay(&store, ZONE).await.unwrap() == loaded);
        store.close().await.unwrap();
        database.remove().await;
    });
}
