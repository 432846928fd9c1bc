//! The problems that every operation can answer with: their types in `x-problems`, and an answer for each status. A type
//! that all operations with a shared answer can give is listed with the answer.

use serde_json::{Map, Value, json};

use super::{
    examples,
    references::{reference, refusal_headers},
};
use crate::http::kit::{
    operation::Operation,
    problem::{PROBLEM_JSON, ProblemType},
};

/// The answers to refused requests: status, name and description.
const REFUSALS: &[(u16, &str, &str)] = &[
    (400, "BadRequest", "The request does not fit this document."),
    (401, "Unauthenticated", "Nobody knows who asks: there is no key, or one that is not valid."),
    (403, "Forbidden", "The caller has no grant for it. `scope` says which scope is needed."),
    (404, "NotFound", "Nothing has the id or code in the path."),
    (406, "NotAcceptable", "`Accept` excludes JSON."),
    (412, "PreconditionFailed", "The object is not at a revision that `If-Match` names."),
    (413, "BodyTooLarge", "The body is larger than 1 MiB."),
    (415, "UnsupportedMediaType", "The body is not JSON."),
    (422, "Unprocessable", "The request breaks a rule that does not depend on the state of the directory."),
    (428, "PreconditionRequired", "`If-Match` is missing, and the request needs it."),
    (429, "TooManyRequests", "Too many requests. `Retry-After` says when to try again."),
    (503, "Unavailable", "Not available now. `Retry-After` says when to try again."),
];
/// The answer that no operation lists: faults of the service, and requests refused before an operation is found.
const OTHER: (&str, &str) = ("Problem", "Any other refusal or failure.");
/// The one status whose answers differ from operation to operation.
const CONFLICT: (u16, &str) = (409, "A rule or the present state of the directory forbids it.");

/// Lists types of problems: those of an operation, or those of an answer that operations share.
const PROBLEMS: &str = "x-problems";

/// What decides which refusals an operation shares with others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sort {
    /// Not about the directory.
    pub(super) service: bool,
    /// Only for callers whom the service knows.
    pub(super) known: bool,
    /// Only for callers who have a scope.
    pub(super) scoped: bool,
    /// Whether it writes what is in the log.
    pub(super) logged: bool,
    pub(super) posts: bool,
    pub(super) names_one: bool,
    pub(super) has_body: bool,
    pub(super) takes_cursor: bool,
}

impl Sort {
    /// The types of problems that every operation of this sort can answer.
    fn problems(self) -> impl Iterator<Item = ProblemType> {
        use ProblemType as P;
        let Self { service, known, scoped, logged, posts, names_one, has_body, takes_cursor } = self;
        let parts: [(bool, &'static [P]); 10] = [
            (true, &[P::UnknownParameter, P::Internal]),
            (!service, &[P::Validation, P::RepeatedParameter, P::InvalidHeader, P::NotAcceptable, P::NotYet, P::Busy]),
            (known, &[P::Unauthenticated, P::TooManyRequests, P::Unavailable]),
            (scoped, &[P::Forbidden]),
            (!service && names_one, &[P::NotFound]),
            (takes_cursor, &[P::CursorInvalid, P::CursorMismatch]),
            (
                has_body,
                &[P::MalformedJson, P::NestedTooDeep, P::BodyTooLarge, P::UnsupportedMediaType, P::RequestTimeout],
            ),
            (logged, &[P::NewerFormat]),
            (logged && names_one, &[P::PreconditionFailed]),
            (logged && posts, &[P::IdempotencyKeyInFlight, P::ResultGone, P::IdempotencyKeyReused]),
        ];
        parts.into_iter().filter(|(has, _)| *has).flat_map(|(_, kinds)| kinds).copied()
    }
}

/// Lists the problems of an operation, and documents an answer for each status.
pub(super) fn add(operation: &mut Value, own: &Operation, sort: Sort) {
    let shared: Vec<ProblemType> = sort.problems().collect();
    let can = |kind: &&ProblemType| own.problems().contains(kind) || shared.contains(kind);
    let kinds: Vec<ProblemType> = ProblemType::ALL.iter().filter(can).copied().collect();
    operation[PROBLEMS] = kinds.iter().map(|kind| kind.uri()).collect();
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    let mut told = |status: u16| {
        let response = responses.remove(&status.to_string())?;
        Some(response["description"].as_str()?.to_owned())
    };
    let mut answers = Map::new();
    let has = |status: u16| kinds.iter().any(|kind| kind.status().as_u16() == status);
    for (status, name, usual) in REFUSALS.iter().filter(|(status, ..)| has(*status)) {
        let mut answer = reference("responses", name);
        if let Some(description) = told(*status).filter(|told| told != usual) {
            answer["description"] = json!(description);
        }
        answers.insert(status.to_string(), answer);
    }
    let (status, usual) = CONFLICT;
    if has(status) {
        let description = told(status).unwrap_or_else(|| usual.to_owned());
        answers.insert(status.to_string(), answer(&description, status, examples::problem_of(&id)));
    }
    answers.insert("default".to_owned(), reference("responses", OTHER.0));
    responses.extend(answers);
}

/// Moves the types that all operations with a shared answer can give with it to that answer, to list them once.
pub(super) fn share(document: &mut Value) {
    for (status, name) in REFUSALS.iter().map(|(status, name, _)| (*status, *name)).chain([(500, OTHER.0)]) {
        let answer = reference("responses", name);
        let gives = |operation: &Value| {
            let answers = operation["responses"].as_object().into_iter().flat_map(Map::values);
            answers.into_iter().any(|one| one["$ref"] == answer["$ref"])
        };
        let lists: Vec<&Vec<Value>> = operations(document)
            .filter(|operation| gives(operation))
            .filter_map(|operation| operation[PROBLEMS].as_array())
            .collect();
        let in_all = |kind: &&ProblemType| lists.iter().all(|list| list.iter().any(|uri| *uri == kind.uri()));
        let shared: Vec<Value> = ProblemType::ALL
            .iter()
            .filter(|kind| kind.status().as_u16() == status)
            .filter(in_all)
            .map(|kind| json!(kind.uri()))
            .collect();
        for operation in operations_mut(document).filter(|operation| gives(operation)) {
            operation[PROBLEMS].as_array_mut().into_iter().for_each(|list| list.retain(|uri| !shared.contains(uri)));
        }
        if !shared.is_empty() {
            document["components"]["responses"][name][PROBLEMS] = json!(shared);
        }
    }
    for operation in operations_mut(document).filter_map(Value::as_object_mut) {
        if operation.get(PROBLEMS).is_some_and(|list| *list == json!([])) {
            operation.remove(PROBLEMS);
        }
    }
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    document["paths"].as_object().into_iter().flat_map(Map::values).filter_map(Value::as_object).flat_map(Map::values)
}

fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let items = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    items.filter_map(Value::as_object_mut).flat_map(Map::values_mut)
}

/// The types that are listed nowhere: a request is refused with them before its operation is known.
pub(super) fn unlisted(document: &Value) -> Vec<ProblemType> {
    let answers = document["components"]["responses"].as_object().into_iter().flat_map(Map::values);
    let listed: Vec<&Value> =
        operations(document).chain(answers).filter_map(|one| one[PROBLEMS].as_array()).flatten().collect();
    ProblemType::ALL.iter().copied().filter(|kind| !listed.iter().any(|uri| *uri == kind.uri())).collect()
}

/// The answers that operations refer to.
pub(super) fn components() -> Map<String, Value> {
    let other = (0, OTHER.0, OTHER.1);
    let all = REFUSALS.iter().copied().chain([other]);
    all.map(|(status, name, told)| (name.to_owned(), answer(told, status, examples::refusal(name)))).collect()
}

fn answer(description: &str, status: u16, example: Option<&Value>) -> Value {
    let mut content = json!({"schema": reference("schemas", "Problem")});
    if let Some(example) = example {
        content["example"] = example.clone();
    }
    json!({"description": description, "headers": refusal_headers(status), "content": {PROBLEM_JSON: content}})
}
