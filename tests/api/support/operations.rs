//! Which operation of the API document answers a request, and which problems it may answer with.

use std::{collections::BTreeSet, fs::OpenOptions, io::Write as _, sync::LazyLock};

use campus_org::http::openapi;
use serde_json::Value;

use super::Answer;

/// Names a file to which the problems that are seen are added, one a line: operation, space, type.
/// `cargo xtask test` sets it, and looks for what a list has and no test has seen.
const SEEN: &str = "CAMPUS_ORG_PROBLEMS_SEEN";

/// An operation of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    method: String,
    template: String,
    problems: BTreeSet<String>,
}

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let document = openapi::document();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let answers = operation["responses"].as_object().into_iter().flatten();
            let shared =
                answers.filter_map(|(_, answer)| document.pointer(answer["$ref"].as_str()?.trim_start_matches('#')));
            let lists = shared.chain([operation]).filter_map(|one| one["x-problems"].as_array());
            operations.push(Operation {
                id: operation["operationId"].as_str().expect("an id").to_owned(),
                method: method.to_uppercase(),
                template: path.clone(),
                problems: lists.flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
            });
        }
    }
    operations
});

impl Operation {
    /// The operation that answers this method on this path, if there is one.
    pub(crate) fn of(method: &str, path: &str) -> Option<&'static Self> {
        // HEAD is answered like GET.
        let method = if method == "HEAD" { "GET" } else { method };
        OPERATIONS.iter().find(|operation| operation.method == method && fits(&operation.template, path))
    }

    /// Expects that a refusal is one of those that the document lists, and notes it down.
    pub(crate) fn may_answer(&self, answer: &Answer) {
        let Some(kind) = answer.body["type"].as_str().filter(|_| answer.status >= 400) else { return };
        // A request to another name reaches no operation.
        if answer.status == 421 {
            return;
        }
        let Self { id, problems, .. } = self;
        assert!(problems.contains(kind), "{id} answers {kind}, which it does not list: {}", answer.text);
        if let Some(path) = std::env::var_os(SEEN) {
            let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the file of what is seen");
            file.write_all(format!("{id} {kind}\n").as_bytes()).expect("written");
        }
    }
}

/// Whether a path has the form of a template, in which `{…}` stands for one segment.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given || (wanted.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}
