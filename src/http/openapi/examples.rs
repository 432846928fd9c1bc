//! Examples of requests and answers: what the service said when the tests recorded it on the sample campus
//! (`cargo xtask examples`).

use std::sync::LazyLock;

use serde_json::Value;

/// What was recorded: under `operations` by operation id `request`, `answers` by status, and `problem`; under `refusals`, by
/// the names of the answers that operations share, one problem each.
static RECORDED: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../openapi/examples.json")).unwrap_or_default());

/// Gives the bodies of every operation the examples that were recorded of it.
pub(super) fn add(document: &mut Value) {
    let items = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in items.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut()) {
        let recorded = &RECORDED["operations"][operation["operationId"].as_str().unwrap_or_default()];
        operation.get_mut("requestBody").into_iter().for_each(|body| give(body, &recorded["request"]));
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten();
        for (status, response) in responses {
            give(response, &recorded["answers"][status.as_str()]);
        }
    }
}

/// The problem with status 409 that was recorded of an operation.
pub(super) fn problem_of(operation: &str) -> Option<&'static Value> {
    Some(&RECORDED["operations"][operation]["problem"]).filter(|problem| problem.is_object())
}

/// The problem that was recorded for an answer that operations share.
pub(super) fn refusal(name: &str) -> Option<&'static Value> {
    Some(&RECORDED["refusals"][name]).filter(|problem| problem.is_object())
}

/// Gives every JSON content of a body the example, unless it has one of its own.
fn give(body: &mut Value, example: &Value) {
    if example.is_null() {
        return;
    }
    let contents = body.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, content) in contents.filter(|(media_type, _)| media_type.ends_with("json")) {
        if content["example"].is_null() {
            content["example"] = example.clone();
        }
    }
}
