//! Nothing personal and no secret is in the process log, whatever is sent.

use std::fs::File;

use campus_org::http::openapi;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    closed_test, matrix,
    part::{MARK, NAME, Part},
};
use crate::support::{Answer, TestApp, process::Serving};

/// Every level, of this program and of its libraries.
const FILTER: &str = "trace";
/// The characters by which a secret is recognised.
const SECRET_CHARS: std::ops::Range<usize> = 8..24;

/// The parameters of queries of all operations, each with the path of its operation.
fn queries(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for operation in item.as_object().expect("operations").values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let reference = parameter["$ref"].as_str().and_then(|at| document.pointer(at.trim_start_matches('#')));
                let parameter = reference.unwrap_or(parameter);
                if parameter["in"] == "query" {
                    found.push((path.clone(), parameter["name"].as_str().expect("a name").to_owned()));
                }
            }
        }
    }
    found
}

/// Every request in which something marked can stand, right ones and wrong ones. Gives the secrets that were told.
async fn feed(app: &TestApp, part: &Part) -> Vec<String> {
    let mut answers = Vec::new();
    for row in matrix::rows(part) {
        answers.push(row.ask(app).await);
        let Some(body) = &row.body else { continue };
        let ask = || app.request(&row.method, &row.path).header("content-type", "application/json");
        let mut unknown = body.clone();
        unknown[NAME] = json!(MARK);
        answers.push(app.send(ask().body(unknown.to_string())).await);
        answers.push(app.send(ask().body(format!("{{\"name\": \"{NAME}\", \"{MARK}"))).await);
        answers.push(app.send(ask().body(json!([NAME, MARK]).to_string())).await);
        let typed = body.as_object().expect("members").keys().map(|name| (name.clone(), json!([{ NAME: MARK }])));
        answers.push(app.send(ask().body(json!(typed.collect::<serde_json::Map<_, _>>()).to_string())).await);
        answers.push(app.send(ask().header("idempotency-key", format!("{MARK}-once")).json(&unknown)).await);
    }
    let marked = utf8_percent_encode(NAME, NON_ALPHANUMERIC).to_string();
    for (template, name) in queries(&openapi::document()) {
        let path = part.path(&template, "");
        for value in [&marked, MARK] {
            answers.push(app.get(&format!("{path}?{name}={value}")).await);
            answers.push(app.get(&format!("{path}?{value}={name}")).await);
        }
    }
    for value in [&marked, MARK] {
        for path in ["orgs", "people", "roles", "posts", "keys", "tickets", "nowhere"] {
            answers.push(app.get(&format!("/{path}/{value}")).await);
        }
        let person = &part.people[0];
        let etag = app.request("PATCH", &format!("/people/{person}")).header("if-match", format!("\"{value}\""));
        answers.push(app.send(etag.json(&json!({"name": NAME}))).await);
    }
    let owned = |answer: &Answer, member: &str| answer.body[member].as_str().map(str::to_owned);
    answers.iter().flat_map(|answer| [owned(answer, "secret"), owned(answer, "ticket")]).flatten().collect()
}

closed_test! {
    async fn nothing_personal_and_no_secret_is_in_the_process_log(app: TestApp) {
        let folder = tempfile::tempdir().expect("a folder");
        for format in ["human", "json"] {
            let log = folder.path().join(format);
            let arguments = [
                "--log", FILTER, "--log-format", format, "serve", "--listen", "127.0.0.1:0", "--database-url", &app.database_url,
            ];
            let mut serving = Serving::logging(File::create(&log).expect("a file"), &arguments);
            let mut served = app.clone();
            served.address.clone_from(&serving.address);
            let university = served.org_under("committee", None, &format!("{format}党委"), "2000-01-01").await;
            let part = Part::under(&served, &university, format).await;
            let mut secrets = feed(&served, &part).await;
            // What is kept, and shows a secret once.
            let rotated = served.post(&format!("/keys/{}/rotate", part.key), json!({})).await.is(200);
            secrets.push(rotated.body["secret"].as_str().expect("a secret").to_owned());
            let (_, ticket) = served.ticket("/people", "many").await;
            served.anonymous().get(&format!("/people?ticket={ticket}")).await.is(200);
            secrets.extend([ticket, served.key.clone().expect("a key")]);
            let wrong = format!("{MARK}-{}", "x".repeat(40));
            served.with_key(&wrong).get("/people").await.is(401);
            served.anonymous().get(&format!("/people?ticket={wrong}")).await.is(401);
            let last = served.post(&format!("/people/{}/erase", part.former), json!({})).await.is(200);
            serving.signal("TERM");
            assert!(serving.ended().await.success());

            let log = std::fs::read_to_string(log).expect("a log");
            assert!(log.contains("/people/{id}") && log.lines().count() > 500, "{}", log.lines().count());
            let marked = utf8_percent_encode(NAME, NON_ALPHANUMERIC).to_string();
            let marks = [NAME, MARK, &marked].into_iter().chain(secrets.iter().map(|secret| &secret[SECRET_CHARS]));
            for mark in marks {
                let leaked = log.lines().find(|line| line.contains(mark));
                assert!(leaked.is_none(), "{mark}: {leaked:?}");
            }
            let revision = last.body["revision"].as_u64().expect("a revision");
            while app.registry.at_least(revision).await.is_err() {}
        }
    }
}
