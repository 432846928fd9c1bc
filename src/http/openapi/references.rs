//! References to components.

use serde_json::{Map, Value, json};

pub(super) fn reference(section: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{section}/{name}")})
}

pub(super) fn refusal_headers(status: u16) -> Value {
    let mut headers = Map::from_iter([("Content-Language".to_owned(), reference("headers", "ContentLanguage"))]);
    if status == 401 {
        headers.insert("WWW-Authenticate".to_owned(), reference("headers", "WwwAuthenticate"));
    }
    if matches!(status, 429 | 503) {
        headers.insert("Retry-After".to_owned(), reference("headers", "RetryAfter"));
    }
    if status == 429 {
        headers.insert("RateLimit-Policy".to_owned(), reference("headers", "RateLimitPolicy"));
        headers.insert("RateLimit".to_owned(), reference("headers", "RateLimit"));
    }
    Value::Object(headers)
}

/// Every reference in a value.
pub(super) fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(elements) => elements.iter().for_each(|element| references(element, found)),
        _ => {}
    }
}
