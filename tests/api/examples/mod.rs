//! The examples of the API document: recorded on the sample campus of `campus-org demo`, so that they are true and
//! belong together. `cargo xtask examples` renews them.

mod keys;
mod recorder;
mod story;

use std::{fs, path::Path, sync::Arc};

use campus_org::{
    http::openapi,
    record::Record,
    sample::{self, SampleTour},
};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::support::{Backend, TestApp, run};
use recorder::{Recorded, Recorder};

/// Rewrites the committed examples instead of comparing with them.
const RENEW: &str = "CAMPUS_ORG_EXAMPLES_RENEW";
/// The seed of `campus-org demo`.
const SEED: u64 = 1;

/// The sample campus as lines of a file without its header, and what is worth a look in it.
fn campus() -> (String, SampleTour) {
    let records: Vec<Record> = sample::universities(1, SEED).collect();
    let tour = SampleTour::find(&records).expect("a tour");
    let mut file = Vec::new();
    sample::write(&mut file, 1, SEED).expect("written");
    let file = String::from_utf8(file).expect("text");
    let (_, lines) = file.split_once('\n').expect("a header");
    (lines.to_owned(), tour)
}

/// What the document tells newcomers to try is there.
async fn links_lead_somewhere(app: &TestApp) {
    let document = openapi::document();
    let links = document["info"]["description"].as_str().expect("a description").split("](/").skip(1);
    let links: Vec<String> = links.map(|link| format!("/{}", link.split(')').next().unwrap_or_default())).collect();
    assert!(links.len() > 3, "{links:?}");
    for link in links {
        let found = app.get(&link).await.is(200).body;
        assert!(found["items"].as_array().is_none_or(|items| !items.is_empty()), "{link} shows nothing");
    }
}

/// The document tells newcomers to send them.
#[test]
fn a_new_campus_takes_the_requests_that_create_something() {
    let document = openapi::document();
    let created = |(path, item): (&String, &Value)| {
        let operation = &item["post"];
        let example = operation["requestBody"]["content"]["application/json"]["example"].clone();
        // Nobody has a ticket who has no key.
        let sendable = path != "/tickets" && !operation["responses"]["201"].is_null();
        sendable.then(|| (path.clone(), example))
    };
    let requests: Vec<_> = document["paths"].as_object().expect("paths").iter().filter_map(created).collect();
    assert_eq!(requests.len(), 7, "{requests:?}");
    run(Backend::Sqlite, async move |app| {
        let (lines, _) = campus();
        app.load(&lines).await;
        for (path, example) in requests {
            app.post(&path, example).await.is(201);
        }
    });
}

#[test]
fn the_examples_are_what_the_service_answers() {
    let recorded = Arc::new(Mutex::new(Recorded::default()));
    let shared = Arc::clone(&recorded);
    run(Backend::Sqlite, async move |app| {
        let (lines, tour) = campus();
        app.load(&lines).await;
        links_lead_somewhere(&app).await;
        story::tell(&mut Recorder { app: &app, recorded: &mut *shared.lock().await }, &tour).await;
    });
    let shared = Arc::clone(&recorded);
    run(Backend::Sqlite, async move |app| {
        story::too_large(&mut Recorder { app: &app, recorded: &mut *shared.lock().await }).await;
    });
    let recorded = Arc::into_inner(recorded).expect("let go").into_inner().into_text();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/examples.json");
    if std::env::var_os(RENEW).is_some() {
        fs::write(path, recorded).expect("written");
        return;
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == recorded,
        "openapi/examples.json is not what the service answers; renew it: cargo xtask examples"
    );
}
