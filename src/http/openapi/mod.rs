//! The API document: the texts of the handlers, completed with what all operations have in common.
//!
//! A handler's `#[utoipa::path]` gives only what is specific to it: its parameters, its body, its successful
//! answers, and refusals that need an explanation. [`complete`] adds the rest to the JSON. [`operations`] lists the
//! operations.

#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that it lacks gives null")]

mod common;
mod examples;
#[cfg(test)]
mod faults;
mod parameters;
mod references;
mod refusals;
pub(super) mod strict;
mod unions;
mod v3_0;
mod welcome;
mod whole;
mod written;

use serde_json::{Value, json};
use utoipa::OpenApi;

use super::{
    kit::{
        filters::{ActorText, DocumentNumber, RevisionNumber, SchemeAndValue, StaffNumber, StatusWord, TierNumber},
        problem::{self, ProblemType},
    },
    operations::{TAGS, operations},
};
use crate::domain::{AccessScope, Area, ChangeSubject};

/// Schemas that only parameters use.
#[derive(OpenApi)]
#[openapi(components(schemas(
    problem::ProblemBody,
    ActorText,
    ChangeSubject,
    RevisionNumber,
    DocumentNumber,
    SchemeAndValue,
    StaffNumber,
    StatusWord,
    TierNumber,
    AccessScope,
    Area,
    super::roles::HolderWord,
)))]
struct Parameters;

const DESCRIPTION: &str = "\
Who leads what in a university's Party organisation, since when, and until when.

**Keys.** A caller sends an API key with `Authorization: Bearer`. Its grants say what it allows and where. `GET /me` shows \
them, and `x-scope` of an operation in this document is the scope that it needs.

**Headers.** Every answer has `Directory-Revision`, the revision that it shows; `Directory-Epoch`, the epoch of that revision; `Directory-As-Of`, the day that it is \
for; and `X-Request-Id`, the id of the request in the process log, which a client may choose. Other headers stand with \
the answers that have them.

**Days.** Periods are half-open: `valid_from` is the first day, and `valid_until` is the first day that no longer \
counts. Reads answer for `as_of`, by default today in the directory's time zone.

**Revisions.** Every write that changes something makes one revision. Send the `Directory-Revision` of an answer back as \
`Directory-Min-Revision` to be sure that the next answer includes your own writes. After a backup has been restored, a \
revision may be another write than before: then the directory is in another epoch, and whoever keeps a copy starts again. \
Entity tags begin with the epoch.

**Lists** come in pages. `next` is the `cursor` of the following page; it pins date, filters and sort. A \
filter with several values selects what matches any of them: repeat the parameter. Ids, codes, staff numbers and the words of \
a fixed list, such as kinds, may also be separated by commas. Unknown parameters and unknown fields are refused.

**Writes** answer with what they wrote, and with `change`: what has changed, row by row and in plain words. With \
`dry_run=true` the checks and the answer are the same, but nothing changes. A POST that is repeated with the same \
`Idempotency-Key` is carried out once. With `If-Match` and the `ETag` of an object, a write is refused if the object \
has changed since.

**Problems** (RFC 9457) are in Chinese or English, as `Accept-Language` asks. `/problems` explains their types. The types that an operation \
can answer with are listed in this document: in its `x-problems`, and in the `x-problems` of the answers that it shares \
with others. Any request can also get these, which are listed nowhere: {UNLISTED}. 400: the request does not fit this document. 422: it fits, but it contradicts itself or a fixed rule. 409: a rule forbids it in the present state of \
the directory.

**Caches.** `Cache-Control` says who may keep an answer. For answers from the directory it is `private, no-cache`: only \
the caller may keep them, and must ask each time with `If-None-Match` whether they still hold. `Vary` names the request \
headers that the answer depends on.";

/// The whole document.
pub fn document() -> Value {
    let mut all = Parameters::openapi();
    operations().iter().for_each(|operation| all.merge(operation.document()));
    let mut document = serde_json::to_value(all).unwrap_or_default();
    complete(&mut document);
    document
}

/// The document as text: what is served, and what is committed.
pub fn text() -> String {
    format!("{:#}\n", document())
}

/// The same for readers of OpenAPI 3.0.
pub fn text_3_0() -> String {
    format!("{:#}\n", v3_0::render(&document()))
}

/// Completes the texts of the handlers.
fn complete(document: &mut Value) {
    document["info"] = json!({
        "title": "campus-org",
        "version": env!("CARGO_PKG_VERSION"),
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        "contact": {"name": "campus-org", "url": env!("CARGO_PKG_REPOSITORY")},
    });
    document["servers"] = json!([{"url": "/", "description": "The service that serves this document"}]);
    document["security"] = json!([{"bearer": []}]);
    let used = used_tags(document);
    let tags = TAGS.iter().filter(|(name, _)| used.iter().any(|tag| tag == name));
    document["tags"] = tags.map(|(name, description)| json!({"name": name, "description": description})).collect();
    strict::straighten(document);
    unions::discriminate(document);
    whole::add(document);
    written::add(document);
    strict::tighten(document);
    common::add(document, operations());
    refusals::share(document);
    document["info"]["description"] = json!(description(&refusals::unlisted(document)));
    parameters::share(document);
    examples::add(document);
    common::drop_unused(document);
}

/// What the document says of itself. `unlisted` are the types of problems that are listed nowhere.
fn description(unlisted: &[ProblemType]) -> String {
    let unlisted: Vec<String> = unlisted.iter().map(|kind| format!("`{}`", kind.slug())).collect();
    let told = DESCRIPTION.replace("{UNLISTED}", &unlisted.join(", "));
    told.replacen("\n\n", &format!("\n\n{}\n\n", welcome::TRY_THIS), 1)
}

/// The tags that operations have.
fn used_tags(document: &Value) -> Vec<String> {
    let operations = document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
    operations
        .filter_map(Value::as_object)
        .flat_map(|item| item.values())
        .filter_map(|operation| operation["tags"].as_array())
        .flatten()
        .filter_map(|tag| tag.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::kit::operation::Operation;

    #[test]
    fn the_document_leaves_nothing_open() {
        let faults = faults::faults(&document());
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn the_committed_document_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        let renew = "cargo run -- openapi > openapi/openapi.json";
        assert!(committed == text(), "openapi/openapi.json is not what the service says; renew it:\n  {renew}");
    }

    #[test]
    fn every_list_can_be_paged() {
        let document = document();
        let mut lists = Vec::new();
        for operation in document["paths"].as_object().into_iter().flatten().filter_map(|(_, item)| item.get("get")) {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let has = |name: &str| parameters.contains(&references::reference("parameters", name));
            if has("Limit") && has("Cursor") && has("Count") {
                lists.push(operation["operationId"].as_str().unwrap_or_default().to_owned());
            }
        }
        lists.sort();
        let expected = [
            "list_audit",
            "list_keys",
            "list_leading_groups",
            "list_org_descendants",
            "list_org_member_counts",
            "list_org_roles",
            "list_org_supervised_by",
            "list_org_versions",
            "list_orgs",
            "list_people",
            "list_person_roles",
            "list_posts",
            "list_roles",
            "list_supervisions",
            "list_tickets",
            "list_vacancies",
        ];
        assert_eq!(lists, expected);
    }

    #[test]
    fn what_is_referred_to_is_there() {
        let (document, mut found) = (document(), Vec::new());
        references::references(&document, &mut found);
        assert!(!found.is_empty());
        for reference in found {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
    }

    #[test]
    fn every_way_to_say_who_asks_is_described() {
        let document = document();
        let paths = document["paths"].as_object().expect("paths").values();
        let operations = paths.flat_map(|item| item.as_object().expect("operations").values());
        let named: std::collections::BTreeSet<&String> = operations
            .filter_map(|operation| operation["security"].as_array())
            .chain(document["security"].as_array())
            .flatten()
            .flat_map(|ways| ways.as_object().expect("ways").keys())
            .collect();
        let described = document["components"]["securitySchemes"].as_object().expect("schemes").keys();
        assert!(named.into_iter().eq(described));
    }

    #[test]
    fn parameters_are_named_in_plain_words() {
        let document = document();
        let names = document["components"]["parameters"].as_object().expect("parameters").keys();
        let numbered: Vec<&String> = names.filter(|name| name.contains(|c: char| c.is_ascii_digit())).collect();
        assert!(numbered.is_empty(), "two parameters would have this name: {numbered:?}");
    }

    #[test]
    fn types_of_problems_that_are_listed_nowhere_are_in_the_description() {
        let document = document();
        let told = document["info"]["description"].as_str().expect("a description");
        assert!(told.contains("listed nowhere: `bad-request`, `no-such-route`, "), "{told}");
        assert!(!told.contains("`internal`"), "every operation lists it");
    }

    #[test]
    fn schemas_are_named_as_the_field_names_things() {
        let document = document();
        let names = document["components"]["schemas"].as_object().expect("schemas").keys();
        let inner: Vec<&String> = names.filter(|name| name.ends_with("Body")).collect();
        assert!(inner.is_empty(), "give them `#[schema(as = …)]`: {inner:?}");
    }

    /// One of them would be lost silently.
    #[test]
    fn no_two_schemas_share_a_name() {
        let used = document();
        let mut known = std::collections::BTreeMap::new();
        let documents = operations().iter().map(Operation::document).chain([Parameters::openapi()]);
        for (name, schema) in documents.filter_map(|one| one.components).flat_map(|parts| parts.schemas) {
            if used["components"]["schemas"][&name].is_null() {
                continue;
            }
            let schema = serde_json::to_value(schema).expect("serialises");
            assert_eq!(*known.entry(name.clone()).or_insert_with(|| schema.clone()), schema, "{name}");
        }
    }

    /// `/docs` fills in the example of a parameter, and so would change the question unasked.
    #[test]
    fn no_parameter_that_may_be_left_out_has_an_example() {
        let document = document();
        let own = document["paths"].as_object().into_iter().flatten().flat_map(|(_, item)| item.as_object());
        let own = own.flatten().filter_map(|(_, operation)| operation["parameters"].as_array()).flatten();
        let shared = document["components"]["parameters"].as_object().into_iter().flatten().map(|(_, one)| one);
        for parameter in own.chain(shared).filter(|parameter| parameter["in"] != "path") {
            assert!(parameter["example"].is_null() && parameter["examples"].is_null(), "{parameter}");
            assert!(parameter["schema"]["example"].is_null(), "{parameter}");
        }
    }

    #[test]
    fn every_tag_has_a_description() {
        for tag in used_tags(&document()) {
            assert!(TAGS.iter().any(|(name, _)| *name == tag), "{tag}");
        }
    }
}
