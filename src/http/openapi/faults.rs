//! What the document leaves open. Tests fail if there is anything.

use serde_json::Value;

use super::strict::{ALONE, BY_NAME, DATA, IN_LIST};

/// What leaves something open: one line each.
pub(super) fn faults(document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    each_schema(document, &mut String::from("#"), &mut |place, schema| {
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut need = |keys: &[&str]| {
            if keys.iter().all(|key| schema[*key].is_null()) {
                faults.push(format!("{place}: no {}", keys.join(" or ")));
            }
        };
        for kind in kinds {
            match kind {
                "string" if is_bounded(&schema["pattern"]) => {}
                "string" => need(&["maxLength", "enum", "const"]),
                "integer" | "number" => {
                    need(&["minimum", "exclusiveMinimum", "enum", "const"]);
                    need(&["maximum", "exclusiveMaximum", "enum", "const"]);
                }
                "array" => need(&["maxItems"]),
                "object" => need(&["additionalProperties"]),
                _ => {}
            }
        }
        if let Some(properties) = schema["properties"].as_object() {
            for (name, property) in properties {
                if property["description"].is_null() && property["$ref"].is_null() {
                    faults.push(format!("{place}/properties/{name}: no description"));
                }
            }
        }
    });
    faults.extend(operation_faults(document));
    faults
}

/// Whether a pattern by itself bounds the length: it is anchored, and nothing in it repeats without end.
fn is_bounded(pattern: &Value) -> bool {
    pattern.as_str().is_some_and(|pattern| {
        let repeats = pattern.replace("\\*", "").replace("\\+", "");
        pattern.starts_with('^') && pattern.ends_with('$') && !repeats.contains(['*', '+']) && !repeats.contains(",}")
    })
}

fn operation_faults(document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ids = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let place = format!("{method} {path}");
            for key in ["summary", "description", "operationId", "tags"] {
                if operation[key].is_null() {
                    faults.push(format!("{place}: no {key}"));
                }
            }
            let id = operation["operationId"].as_str().unwrap_or_default();
            if ids.contains(&id) {
                faults.push(format!("{place}: {id} names two operations"));
            }
            ids.push(id);
            let responses = operation["responses"].as_object();
            // A dry run of a POST that makes something answers 200, with the body of the 201.
            let shown = |status: &str| status == "200" && responses.is_some_and(|all| all.contains_key("201"));
            for (status, response) in responses.into_iter().flatten().filter(|(status, _)| !shown(status)) {
                each_json_content(response, &mut |content| {
                    if content["example"].is_null() && content["examples"].is_null() {
                        faults.push(format!("{place}: {status} has no example; give the schema `examples`"));
                    }
                });
            }
            each_json_content(&operation["requestBody"], &mut |content| {
                if content["example"].is_null() && content["examples"].is_null() {
                    faults.push(format!("{place}: the body has no example; give the schema `examples`"));
                }
            });
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["$ref"].is_null() && parameter["description"].is_null() {
                    faults.push(format!("{place}: parameter {} has no description", parameter["name"]));
                }
            }
        }
    }
    faults
}

/// Calls `see` with every JSON content that is written out in a response or request body.
fn each_json_content(holder: &Value, see: &mut dyn FnMut(&Value)) {
    for (media_type, content) in holder["content"].as_object().into_iter().flatten() {
        if media_type.ends_with("json") {
            see(content);
        }
    }
}

fn each_schema(value: &Value, place: &mut String, see: &mut dyn FnMut(&str, &Value)) {
    let mut enter = |step: &str, member: &Value, is_schema: bool, see: &mut dyn FnMut(&str, &Value)| {
        let length = place.len();
        place.push('/');
        place.push_str(step);
        if is_schema {
            see(place, member);
        }
        each_schema(member, place, see);
        place.truncate(length);
    };
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.as_str();
                if DATA.contains(&key) {
                    continue;
                }
                if BY_NAME.contains(&key) {
                    for (name, named) in member.as_object().into_iter().flatten() {
                        enter(&format!("{key}/{name}"), named, true, see);
                    }
                } else if IN_LIST.contains(&key) {
                    for (index, element) in member.as_array().into_iter().flatten().enumerate() {
                        enter(&format!("{key}/{index}"), element, true, see);
                    }
                } else {
                    enter(key, member, ALONE.contains(&key), see);
                }
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                enter(&index.to_string(), element, false, see);
            }
        }
        _ => {}
    }
}

mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_open_is_named() {
        let document = json!({"components": {"schemas": {"X": {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": ["integer", "null"], "description": "b", "minimum": 0}},
        }}}});
        let faults = faults(&document);
        for fault in ["X: no additionalProperties", "a: no maxLength", "a: no description", "b: no maximum"] {
            assert!(faults.iter().any(|found| found.contains(fault)), "{fault}: {faults:?}");
        }
    }
}
