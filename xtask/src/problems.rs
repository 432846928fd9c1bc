//! Whether the tests have seen every problem that the API document lists. The API tests check the other way round:
//! that what they see is listed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use crate::Result;
use crate::report::Outcome;
use crate::workspace::Workspace;

/// Tells the API tests where to note the problems that they see.
pub(crate) const SEEN: &str = "CAMPUS_ORG_PROBLEMS_SEEN";

/// What operations list because of their sort, not for themselves: one sight of each is enough. (That every operation
/// asks for a key and a scope is what the tests of access check.)
const SHARED: &[&str] = &[
    "body-too-large",
    "busy",
    "cursor-invalid",
    "cursor-mismatch",
    "forbidden",
    "idempotency-key-in-flight",
    "idempotency-key-reused",
    "internal",
    "invalid-header",
    "malformed-json",
    "nested-too-deep",
    "newer-format",
    "not-acceptable",
    "not-found",
    "not-yet",
    "precondition-failed",
    "precondition-required",
    "repeated-parameter",
    "request-timeout",
    "result-gone",
    "too-many-requests",
    "unauthenticated",
    "unavailable",
    "unknown-parameter",
    "unsupported-media-type",
    "validation",
];

/// What no API test can provoke, and why. An operation's name, or `*` for a shared one.
const UNPROVOKED: &[(&str, &str, &str)] = &[
    ("*", "internal", "a fault of the service; src/http/tests.rs makes one"),
    ("*", "unavailable", "wants a database that goes away; the tests of crashes and locks watch the built program"),
];

/// Where the tests note what they see.
pub(crate) fn seen_file(workspace: &Workspace) -> PathBuf {
    workspace.tool("problems-seen")
}

/// Forgets what earlier runs have seen.
pub(crate) fn forget(workspace: &Workspace) -> Result<()> {
    match fs::remove_file(seen_file(workspace)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Compares what the document lists with what the tests have seen.
pub(crate) fn check(workspace: &Workspace) -> Outcome {
    let compare = || {
        let document = fs::read_to_string(workspace.source("openapi/openapi.json"))?;
        let seen = fs::read_to_string(seen_file(workspace))?;
        let unseen = unseen(&document, &seen);
        if unseen.is_empty() { Ok(()) } else { Err(format!("no test has seen: {}", unseen.join(", ")).into()) }
    };
    Outcome::of("every listed problem was seen", compare).0
}

/// What the document lists and no line of `seen` has: `operation type`, or `* type` for a shared one.
fn unseen(document: &str, seen: &str) -> Vec<String> {
    let seen: BTreeSet<(String, String)> = seen
        .lines()
        .filter_map(|line| line.split_once(' '))
        .flat_map(|(operation, kind)| [operation, "*"].map(|operation| (operation.to_owned(), slug(kind))))
        .collect();
    let wanted: BTreeSet<(String, String)> = listed(document)
        .into_iter()
        .map(
            |(operation, kind)| {
                if SHARED.contains(&kind.as_str()) { ("*".to_owned(), kind) } else { (operation, kind) }
            },
        )
        .collect();
    let excused =
        |(operation, kind): &(String, String)| UNPROVOKED.iter().any(|(of, which, _)| of == operation && which == kind);
    wanted
        .difference(&seen)
        .filter(|one| !excused(one))
        .map(|(operation, kind)| format!("{operation} {kind}"))
        .collect()
}

/// Every operation with every problem in its `x-problems`, and those in the lists of shared answers, without an
/// operation. The document is written one value a line, with the
/// members of an object in the order of the alphabet: the id of an operation comes before its list.
fn listed(document: &str) -> Vec<(String, String)> {
    let (mut found, mut operation, mut inside) = (Vec::new(), String::new(), false);
    for line in document.lines().map(str::trim) {
        if let Some(id) = line.strip_prefix("\"operationId\": ") {
            operation = id.trim_matches(['"', ',']).to_owned();
        } else if line == "\"x-problems\": [" {
            inside = true;
        } else if line.starts_with(']') {
            inside = false;
        } else if inside {
            found.push((operation.clone(), slug(line.trim_matches(['"', ',']))));
        }
    }
    found
}

fn slug(kind: &str) -> String {
    kind.trim_start_matches("/problems/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"
        "Unauthenticated": {
          "x-problems": [
            "/problems/unauthenticated"
          ]
        },
        "get": {
          "operationId": "create_org",
          "tags": [
            "orgs"
          ],
          "x-problems": [
            "/problems/validation",
            "/problems/code-taken"
          ]
        },
        "post": {
          "operationId": "patch_org",
          "x-problems": [
            "/problems/validation",
            "/problems/code-taken",
            "/problems/internal"
          ]
        }
    "#;

    #[test]
    fn what_is_listed_and_not_seen_is_told() {
        let seen = "create_org /problems/code-taken\n";
        assert_eq!(unseen(DOCUMENT, seen), ["* unauthenticated", "* validation", "patch_org code-taken"]);
        let seen = format!(
            "{seen}get_org /problems/unauthenticated\npatch_org /problems/code-taken\npatch_org /problems/validation\n"
        );
        assert!(unseen(DOCUMENT, &seen).is_empty());
    }
}
