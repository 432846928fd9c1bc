//! Sends requests and keeps what was asked and answered as examples for the API document.

use serde_json::{Map, Value, json};

use crate::support::{Answer, Operation, TestApp};

/// The id that every recorded request bears.
const REQUEST_ID: &str = "0199a6d4-7b50-7c8a-9a57-3c1f7d1f4b11";
/// What stands for every secret of a key. It is none.
const SECRET: &str = "corg_EXAMPLE0EXAMPLE0EXAMPLE0EXAMPLE0EXAMPLE0EXAMPLE";
/// What stands for every ticket. It is none.
const TICKET: &str = "cotk_EXAMPLE0EXAMPLE0EXAMPLE0EXAMPLE0EXAMPLE0EXAMPLE";
/// The most items of a list in an example. What a list holds shows in one.
const ITEMS_MAX: usize = 1;
/// The most items where a problem lists something: that everything wrong is told at once shows in two.
const PROBLEM_ITEMS_MAX: usize = 2;

/// The most effects of a write in an example.
const EFFECTS_MAX: usize = 2;

/// What was recorded, in the form of `openapi/examples.json`.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    operations: Map<String, Value>,
    refusals: Map<String, Value>,
}

impl Recorded {
    pub(super) fn into_text(self) -> String {
        let Self { operations, refusals } = self;
        format!("{:#}\n", json!({"operations": operations, "refusals": refusals}))
    }

    fn part(&mut self, id: &str, name: &str) -> &mut Value {
        let operation = self.operations.entry(id).or_insert_with(|| json!({}));
        &mut operation[name]
    }
}

/// Records what one service answers.
#[derive(Debug)]
pub(super) struct Recorder<'r> {
    pub(super) app: &'r TestApp,
    pub(super) recorded: &'r mut Recorded,
}

impl Recorder<'_> {
    /// An answer of a GET.
    pub(super) async fn read(&mut self, path: &str) -> Value {
        self.answered("GET", path, None).await
    }

    /// The answer to a write.
    pub(super) async fn write(&mut self, method: &str, path: &str, body: Option<Value>) -> Value {
        self.answered(method, path, body).await
    }

    /// The problem with status 409 that an operation answers.
    pub(super) async fn conflict(&mut self, method: &str, path: &str, body: Option<Value>) {
        let answer = self.send(method, path, body.as_ref()).await.is(409);
        *self.recorded.part(&operation(method, path).id, "problem") = cut(answer.body, PROBLEM_ITEMS_MAX);
    }

    /// A problem that many operations answer alike, under the name that the document has for it.
    pub(super) async fn refused(&mut self, name: &str, status: u16, request: reqwest::RequestBuilder) {
        let answer = self.app.send(request.header("x-request-id", REQUEST_ID)).await.is(status);
        self.recorded.refusals.insert(name.to_owned(), cut(answer.body, PROBLEM_ITEMS_MAX));
    }

    async fn answered(&mut self, method: &str, path: &str, body: Option<Value>) -> Value {
        let answer = self.send(method, path, body.as_ref()).await;
        if let Some(body) = body {
            *self.recorded.part(&operation(method, path).id, "request") = body;
        }
        self.keep(method, path, answer)
    }

    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.app.request(method, path).header("x-request-id", REQUEST_ID);
        if let Some(body) = body {
            request = request.json(body);
            // What is declared whole is sent by one who has seen what it replaces.
            if let ("PUT", Some(tag)) = (method, self.app.seen(path, body).await) {
                request = request.header("if-match", tag);
            }
        }
        self.app.send(request).await
    }

    /// Keeps the body of a good answer and gives it whole.
    fn keep(&mut self, method: &str, path: &str, answer: Answer) -> Value {
        assert!((200..300).contains(&answer.status), "{method} {path}: {} {}", answer.status, answer.text);
        if !answer.body.is_null() {
            let answers = self.recorded.part(&operation(method, path).id, "answers");
            answers[answer.status.to_string()] = cut(answer.body.clone(), ITEMS_MAX);
        }
        answer.body
    }
}

fn operation(method: &str, path: &str) -> &'static Operation {
    let path = path.split('?').next().unwrap_or_default();
    Operation::of(method, path).unwrap_or_else(|| panic!("no operation: {method} {path}"))
}

/// Long lists are cut to their first items. What a write has changed is told whole; if effects are left out, their
/// number is given.
fn cut(value: Value, items_max: usize) -> Value {
    match value {
        Value::Array(items) => items.into_iter().take(items_max).map(|item| cut(item, items_max)).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, member)| match (name.as_str(), &member) {
                ("change", _) => (name, cut_change(member)),
                ("secret", _) => (name, json!(SECRET)),
                ("ticket", Value::String(_)) => (name, json!(TICKET)),
                ("prefix", Value::String(prefix)) if prefix.starts_with("corg_") => (name, json!(SECRET[..12])),
                _ => (name, cut(member, items_max)),
            });
            members.collect()
        }
        other => other,
    }
}

fn cut_change(mut change: Value) -> Value {
    let effects = change["effects"].as_array_mut().expect("effects");
    let total = effects.len();
    effects.truncate(EFFECTS_MAX);
    if total > EFFECTS_MAX {
        change["effects_total"] = json!(total);
    }
    change
}
