//! An answer of the service, and what tests expect of it.

use std::time::Duration;

use serde_json::Value;

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    /// The body as JSON; null if it is not JSON.
    pub(crate) body: Value,
}

/// How long a stream of events may be silent that is read as an answer.
const SILENCE_MAX: Duration = Duration::from_millis(200);

/// What an answer without an end has said so far.
async fn beginning(mut response: reqwest::Response) -> String {
    let mut text = Vec::new();
    while let Ok(Ok(Some(chunk))) = tokio::time::timeout(SILENCE_MAX, response.chunk()).await {
        text.extend_from_slice(&chunk);
    }
    String::from_utf8(text).expect("text")
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = match headers.get("content-type") {
            Some(kind) if kind == "text/event-stream" => beginning(response).await,
            _ => response.text().await.expect("a body"),
        };
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, body }
    }

    /// Expects a status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Expects a problem of this status and type.
    #[track_caller]
    pub(crate) fn is_problem(self, status: u16, slug: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        assert_eq!(self.body["type"], format!("/problems/{slug}"), "{}", self.text);
        assert_eq!(self.body["status"], status, "{}", self.text);
        self
    }

    /// Expects a problem with one fault, at this JSON pointer or parameter.
    #[track_caller]
    pub(crate) fn at(self, place: &str) -> Self {
        let error = &self.body["errors"][0];
        let found = error["pointer"].as_str().or(error["parameter"].as_str()).or(error["header"].as_str());
        assert_eq!(found, Some(place), "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no header {name}: {:?}", self.headers));
        value.to_str().expect("text")
    }

    /// The id of the object in the body.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.text)).to_owned()
    }

    /// The object in the body of a write's answer: without what has changed.
    pub(crate) fn object(&self) -> Value {
        let mut object = self.body.clone();
        object.as_object_mut().and_then(|object| object.remove("change"));
        object
    }

    /// What the write has changed.
    #[track_caller]
    pub(crate) fn change(&self) -> &Value {
        self.body.get("change").unwrap_or_else(|| panic!("no change: {}", self.text))
    }

    /// A field of every item of the collection in the body.
    #[track_caller]
    pub(crate) fn all(&self, pointer: &str) -> Vec<Value> {
        let items = self.body["items"].as_array().unwrap_or_else(|| panic!("no items: {}", self.text));
        items.iter().map(|item| item.pointer(pointer).cloned().unwrap_or(Value::Null)).collect()
    }

    /// The names of the items.
    #[track_caller]
    pub(crate) fn names(&self) -> Vec<String> {
        self.all("/name").iter().map(|name| name.as_str().unwrap_or_default().to_owned()).collect()
    }
}
