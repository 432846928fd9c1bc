//! Orgs: `/orgs` and everything under it.

mod attributes;
mod codes;
mod corrections;
mod counts;
mod create;
mod delete;
mod dissolution;
mod dissolve;
mod kept;
mod lineage;
mod list;
mod memory;
mod order;
mod pages;
mod patch;
mod placement;
mod read;
mod restore;
mod tree;

use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

/// An unknown id.
const NOBODY: &str = "01931b66-7d50-7c8a-9a57-3c1f7d1f4b11";

/// The first day of each version of an org, and its value of `field`, oldest first.
async fn history(app: &TestApp, id: &str, field: &str) -> Value {
    let versions = app.get(&format!("/orgs/{id}/versions")).await.is(200);
    versions.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| json!([version["valid_from"], version[field]]))
        .collect()
}

/// The first days of the versions after `since` that a write has changed with the one it was about.
fn corrected_with(written: &Answer, since: &str) -> Value {
    let effects = written.change()["effects"].as_array().unwrap().iter();
    let versions = effects.filter(|effect| effect["subject"] == "org_version" && effect["act"] == "changed");
    let days = versions.map(|effect| effect["valid_from"].clone());
    days.filter(|day| day.as_str() > Some(since)).collect()
}

/// How many log entries there are.
fn revision(app: &TestApp) -> u64 {
    app.registry.snapshot().revision()
}

/// The names of the orgs directly under an org on a day, in order.
async fn children(app: &TestApp, id: &str, day: &str) -> Vec<String> {
    app.get(&format!("/orgs?parent_id={id}&as_of={day}")).await.is(200).names()
}
