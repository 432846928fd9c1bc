//! Bounds every value as far as its type alone says how.

use crate::http::kit::schema::{CLEARABLE, UUID_PATTERN};
use serde_json::{Map, Value, json};

use crate::domain::Day;

const INSTANT_PATTERN: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$";
const INSTANT_CHARS_MAX: u64 = 30;

/// The most characters of an answer that is text.
const TEXT_CHARS_MAX: u64 = 4_000_000;
/// The most characters of an answer that is lines: more than any directory has.
const LINES_CHARS_MAX: u64 = 1_000_000_000_000;

/// Sets the bounds that follow from type and format alone.
pub(super) fn tighten(document: &mut Value) {
    let text = |media: &str| media.starts_with("text/");
    each_content_mut(document, &text, &mut |schema| schema["maxLength"] = json!(TEXT_CHARS_MAX));
    let lines = |media: &str| media == "application/jsonl";
    each_content_mut(document, &lines, &mut |schema| schema["maxLength"] = json!(LINES_CHARS_MAX));
    each_schema_mut(document, &mut |schema| {
        let set = |schema: &mut Value, key: &str, value: Value| {
            if schema[key].is_null() {
                schema[key] = value;
            }
        };
        // A word that is always the same is typed as that word, and not as a list of words.
        if let Some([word]) = schema["enum"].as_array().map(Vec::as_slice) {
            let word = word.clone();
            schema["const"] = word;
            if let Some(members) = schema.as_object_mut() {
                members.remove("enum");
            }
        }
        if schema["type"] == "object" || schema["properties"].is_object() {
            let free = schema["properties"].is_null();
            set(schema, "additionalProperties", json!(free));
        }
        match schema["format"].as_str() {
            Some("uuid") => {
                set(schema, "pattern", json!(UUID_PATTERN));
                set(schema, "minLength", json!(36));
                set(schema, "maxLength", json!(36));
            }
            Some("date") => {
                set(schema, "pattern", json!(Day::PATTERN));
                set(schema, "minLength", json!(10));
                set(schema, "maxLength", json!(10));
            }
            Some("date-time") => {
                set(schema, "pattern", json!(INSTANT_PATTERN));
                set(schema, "maxLength", json!(INSTANT_CHARS_MAX));
            }
            Some("int32") => {
                set(schema, "minimum", json!(i32::MIN));
                set(schema, "maximum", json!(i32::MAX));
            }
            _ => {}
        }
    });
}

/// Undoes what utoipa makes of descriptions and of fields that may be absent.
///
/// utoipa makes a description beside an inlined schema an `allOf` with an object, so only objects fit. It also says
/// that a field that may be absent may be `null`. But answers leave such a field out, and of requests only a merge patch
/// accepts `null`, where [`CLEARABLE`] says so.
pub(super) fn straighten(document: &mut Value) {
    each_schema_mut(document, &mut |schema| {
        merge_description(schema);
        let Some(members) = schema.as_object_mut() else { return };
        if members.remove(CLEARABLE).is_some() {
            return;
        }
        if let Some(kinds) = members.get_mut("type").and_then(Value::as_array_mut) {
            kinds.retain(|kind| kind != "null");
            if let [kind] = kinds.as_mut_slice() {
                let kind = kind.take();
                members.insert("type".to_owned(), kind);
            }
        }
        if let Some(choices) = members.get_mut("oneOf").and_then(Value::as_array_mut) {
            choices.retain(|choice| choice["type"] != "null");
            if let [choice] = choices.as_mut_slice() {
                let choice = choice.take();
                members.remove("oneOf");
                fill_in(members, choice);
            }
        }
    });
}

/// `allOf: [S, {type: object, description}]` becomes `S` with the description.
fn merge_description(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    let Some([_, told]) = members.get("allOf").and_then(Value::as_array).map(Vec::as_slice) else { return };
    let only_told = told.as_object().is_some_and(|told| told.keys().all(|key| key == "type" || key == "description"));
    if !only_told {
        return;
    }
    let description = told["description"].clone();
    if let Some(Value::Array(parts)) = members.remove("allOf") {
        members.insert("description".to_owned(), description);
        parts.into_iter().take(1).for_each(|part| fill_in(members, part));
    }
}

fn fill_in(members: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        for (key, value) in more {
            members.entry(key).or_insert(value);
        }
    }
}

/// Calls `change` with the schema of every content that is text.
fn each_content_mut(value: &mut Value, is_meant: &dyn Fn(&str) -> bool, change: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if is_meant(key) && member["schema"]["type"] == "string" {
                    change(&mut member["schema"]);
                }
                each_content_mut(member, is_meant, change);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| each_content_mut(element, is_meant, change)),
        _ => {}
    }
}

/// The keys under which a schema contains other schemas, by name, in a list or alone.
pub(super) const BY_NAME: &[&str] = &["properties", "schemas"];
pub(super) const IN_LIST: &[&str] = &["oneOf", "anyOf", "allOf", "prefixItems"];
pub(super) const ALONE: &[&str] = &["items", "schema"];
/// Below these keys, what looks like a schema is not one.
pub(super) const DATA: &[&str] = &["example", "examples", "default", "enum", "const"];

fn each_schema_mut(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if DATA.contains(&key.as_str()) && !member.is_object() {
                    continue;
                }
                if ALONE.contains(&key.as_str()) {
                    change(member);
                } else if BY_NAME.contains(&key.as_str()) {
                    member.as_object_mut().into_iter().flat_map(|named| named.values_mut()).for_each(&mut *change);
                } else if IN_LIST.contains(&key.as_str()) {
                    member.as_array_mut().into_iter().flatten().for_each(&mut *change);
                }
                each_schema_mut(member, change);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| each_schema_mut(element, change)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_stays_only_where_a_patch_may_clear() {
        let mut document = json!({"components": {"schemas": {"X": {"properties": {
            "a": {"type": ["string", "null"], "maxLength": 3},
            "b": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/X"}], "description": "b"},
            "c": {"type": ["string", "null"], "x-clearable": true},
            "d": {"allOf": [
                {"type": ["string", "null"], "x-clearable": true, "description": "of the type"},
                {"type": "object", "description": "of the field"}
            ]},
        }}}}});
        straighten(&mut document);
        assert_eq!(
            document["components"]["schemas"]["X"]["properties"],
            json!({
                "a": {"type": "string", "maxLength": 3},
                "b": {"$ref": "#/components/schemas/X", "description": "b"},
                "c": {"type": ["string", "null"]},
                "d": {"type": ["string", "null"], "description": "of the field"},
            })
        );
    }
}
