//! Copies of whole directories, as JSON lines.

use std::sync::Arc;

use campus_org::{clock::FixedClock, directory::Snapshot, dump, feed::Whole, load, registry, store::Store};

use super::{Backend, NOW, TestDatabase};

const ZONE: chrono_tz::Tz = chrono_tz::Asia::Shanghai;

/// The lines of a directory, without the first, which says where the log stands.
pub(crate) fn lines(directory: &Snapshot) -> String {
    let mut lines = Vec::new();
    dump::write(Whole::new(Arc::new(directory.clone())), &mut lines).expect("a vector takes everything");
    let lines = String::from_utf8(lines).expect("text");
    let (_, rest) = lines.split_once('\n').expect("a header");
    rest.to_owned()
}

/// The whole file of a directory.
pub(crate) async fn file(store: &Store) -> String {
    let mut file = Vec::new();
    dump::write(dump::copy(store).await.expect("a directory"), &mut file).expect("a vector takes everything");
    String::from_utf8(file).expect("text")
}

/// Loads a file into an empty database, and compares the log with the tables.
pub(crate) async fn load_into(store: &Store, file: &str) -> Snapshot {
    let clock = FixedClock::new(NOW.parse().expect("an instant"), 2);
    let loaded = load::load(store, &clock, file.as_bytes(), &mut |_, _, _| {}).await;
    if let Err(load::LoadError::Lines(faults)) = &loaded {
        panic!("{faults:#?}\n{file}");
    }
    let revision = loaded.expect("loaded").revision;
    let loaded = registry::load(store, ZONE).await.expect("loads");
    assert!(registry::replay(store, ZONE).await.expect("replays") == loaded, "the log differs from the tables");
    assert_eq!(loaded.revision(), revision);
    loaded
}

/// Panics unless a copy of the directory can be loaded, and is the same again.
pub(crate) async fn survives_a_copy(store: &Store) {
    let file = file(store).await;
    let (_, lines_before) = file.split_once('\n').expect("a header");
    let database = TestDatabase::create(Backend::Sqlite).await;
    let other = database.store().await;
    let lines_after = lines(&load_into(&other, &file).await);
    assert_eq!(lines_before, lines_after);
    other.close().await.expect("closed");
    database.remove().await;
}
