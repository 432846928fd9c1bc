//! The same document as OpenAPI 3.0.3, for generators of clients that read nothing newer.
//!
//! It says less: a refusal is plain JSON, any other status than the listed ones is not mentioned, an operation has
//! one success. What it does say is true of the same service.

mod types;

use serde_json::{Map, Value, json};

use crate::http::kit::problem::PROBLEM_JSON;

const METHODS: &[&str] = &["get", "put", "post", "patch", "delete", "options", "head", "trace"];
const JSON: &str = "application/json";

/// Keywords of JSON Schema that 3.0 does not know. What they say is not said there.
const NEWER: &[&str] = &[
    "$anchor",
    "$comment",
    "$defs",
    "$id",
    "$schema",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Renders a document of OpenAPI 3.1 as one of 3.0.3.
pub(super) fn render(document: &Value) -> Value {
    let mut document = document.clone();
    document["openapi"] = json!("3.0.3");
    without(&mut document, &["jsonSchemaDialect", "webhooks"]);
    if let Some(info) = document.get_mut("info") {
        without(info, &["summary"]);
        if let Some(license) = info.get_mut("license") {
            without(license, &["identifier"]);
        }
    }
    for item in members(&mut document, "paths") {
        for parameter in elements(item, "parameters") {
            holder(parameter);
        }
        for method in METHODS {
            if let Some(operation) = item.get_mut(*method) {
                self::operation(operation);
            }
        }
    }
    if let Some(components) = document.get_mut("components") {
        without(components, &["pathItems"]);
        members(components, "schemas").for_each(schema);
        for section in ["parameters", "headers"] {
            members(components, section).for_each(holder);
        }
        members(components, "requestBodies").for_each(request_body);
        members(components, "responses").for_each(response);
    }
    types::write_out_plain_values(&mut document);
    types::rename_confusable(&mut document);
    document
}

fn operation(operation: &mut Value) {
    elements(operation, "parameters").for_each(holder);
    if let Some(body) = operation.get_mut("requestBody") {
        request_body(body);
    }
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        responses.remove("default");
        keep_one_success(responses);
        responses.values_mut().for_each(response);
    }
}

/// Keeps the answer of what was done, and others that look the same.
fn keep_one_success(responses: &mut Map<String, Value>) {
    let mut successes = responses.iter().filter(|(status, _)| status.starts_with('2'));
    let done = responses.get("201").or_else(|| successes.next().map(|(_, response)| response));
    let Some(content) = done.map(|response| response["content"].clone()) else { return };
    responses.retain(|status, response| !status.starts_with('2') || same_schemas(&response["content"], &content));
}

fn same_schemas(one: &Value, other: &Value) -> bool {
    let schemas = |content: &Value| -> Vec<(String, Value)> {
        let types = content.as_object().into_iter().flatten();
        types.map(|(media_type, content)| (media_type.clone(), content["schema"].clone())).collect()
    };
    schemas(one) == schemas(other)
}

/// A body is sent as JSON; other media types for the same are left out.
fn request_body(body: &mut Value) {
    if let Some(content) = body.get_mut("content").and_then(Value::as_object_mut)
        && content.contains_key(JSON)
    {
        content.retain(|media_type, _| media_type == JSON);
    }
    contents(body);
}

/// A problem is said to be plain JSON: generators look for a type there only.
fn response(response: &mut Value) {
    // Nothing may stand beside a reference.
    if let Some(reference) = response.get("$ref").cloned() {
        *response = json!({"$ref": reference});
        return;
    }
    if let Some(content) = response.get_mut("content").and_then(Value::as_object_mut)
        && let Some(problem) = content.remove(PROBLEM_JSON)
    {
        content.insert(JSON.to_owned(), problem);
    }
    contents(response);
    members(response, "headers").for_each(holder);
}

/// A parameter or a header: what holds one schema, or contents.
fn holder(holder: &mut Value) {
    if let Some(held) = holder.get_mut("schema") {
        schema(held);
    }
    contents(holder);
}

fn contents(holder: &mut Value) {
    for content in members(holder, "content") {
        if let Some(held) = content.get_mut("schema") {
            schema(held);
        }
    }
}

fn schema(schema: &mut Value) {
    if let Value::Bool(anything) = *schema {
        *schema = if anything { json!({}) } else { json!({"not": {}}) };
    }
    members(schema, "properties").for_each(self::schema);
    for key in ["oneOf", "anyOf", "allOf"] {
        elements(schema, key).for_each(self::schema);
    }
    for key in ["items", "not"] {
        if let Some(inner) = schema.get_mut(key) {
            self::schema(inner);
        }
    }
    if let Some(inner) = schema.get_mut("additionalProperties").filter(|inner| inner.is_object()) {
        self::schema(inner);
    }
    let Some(members) = schema.as_object_mut() else { return };
    // A client that was generated today must not refuse what a later service adds to its answers.
    if members.get("additionalProperties") == Some(&json!(false)) {
        members.remove("additionalProperties");
    }
    members.retain(|key, _| !NEWER.contains(&key.as_str()));
    types(members);
    choices(members);
    if let Some(value) = members.remove("const") {
        members.insert("enum".to_owned(), json!([value]));
    }
    if let Some(Value::Array(examples)) = members.remove("examples")
        && let Some(example) = examples.into_iter().next()
    {
        members.entry("example").or_insert(example);
    }
    bound(members, "exclusiveMinimum", "minimum");
    bound(members, "exclusiveMaximum", "maximum");
    reference(members);
}

/// `type: [T, null]` becomes `type: T, nullable: true`; of several types any will do.
fn types(members: &mut Map<String, Value>) {
    let Some(Value::Array(mut types)) = members.get("type").cloned() else {
        if members.get("type").is_some_and(|kind| kind == "null") {
            members.remove("type");
            members.insert("enum".to_owned(), json!([null]));
            members.insert("nullable".to_owned(), json!(true));
        }
        return;
    };
    members.remove("type");
    let all = types.len();
    types.retain(|kind| kind != "null");
    if types.len() < all {
        members.insert("nullable".to_owned(), json!(true));
    }
    match types.as_slice() {
        [kind] => {
            members.insert("type".to_owned(), kind.clone());
        }
        _ => {
            let choices = types.iter().map(|kind| json!({"type": kind})).collect();
            members.insert("anyOf".to_owned(), choices);
        }
    }
}

/// `oneOf: [S, {type: null}]` becomes S, nullable.
fn choices(members: &mut Map<String, Value>) {
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(choices)) = members.get_mut(key) else { continue };
        let all = choices.len();
        choices.retain(|choice| choice["enum"] != json!([null]));
        if choices.len() == all {
            continue;
        }
        if let [choice] = choices.as_mut_slice() {
            let choice = choice.take();
            members.remove(key);
            members.insert("allOf".to_owned(), json!([choice]));
        }
        members.insert("nullable".to_owned(), json!(true));
    }
}

/// `exclusiveMinimum: 3` becomes `minimum: 3, exclusiveMinimum: true`.
fn bound(members: &mut Map<String, Value>, exclusive: &str, inclusive: &str) {
    if let Some(bound) = members.get(exclusive).filter(|bound| bound.is_number()).cloned() {
        members.insert(inclusive.to_owned(), bound);
        members.insert(exclusive.to_owned(), json!(true));
    }
}

/// In 3.0 nothing may stand beside a `$ref`: with a neighbour it goes into an `allOf`.
fn reference(members: &mut Map<String, Value>) {
    if members.len() > 1
        && let Some(reference) = members.remove("$ref")
    {
        members.insert("allOf".to_owned(), json!([{"$ref": reference}]));
    }
}

fn without(value: &mut Value, keys: &[&str]) {
    if let Some(members) = value.as_object_mut() {
        members.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

fn members<'v>(value: &'v mut Value, key: &str) -> impl Iterator<Item = &'v mut Value> {
    value.get_mut(key).and_then(Value::as_object_mut).into_iter().flat_map(|members| members.values_mut())
}

fn elements<'v>(value: &'v mut Value, key: &str) -> impl Iterator<Item = &'v mut Value> {
    value.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(mut schema: Value) -> Value {
        super::schema(&mut schema);
        schema
    }

    #[test]
    fn schemas_say_in_words_of_3_0_what_they_said() {
        for (newer, older) in [
            (
                json!({"type": ["string", "null"], "maxLength": 3}),
                json!({"type": "string", "nullable": true, "maxLength": 3}),
            ),
            (json!({"type": ["string", "integer"]}), json!({"anyOf": [{"type": "string"}, {"type": "integer"}]})),
            (json!({"const": "person"}), json!({"enum": ["person"]})),
            (json!({"examples": [1, 2]}), json!({"example": 1})),
            (
                json!({"exclusiveMinimum": 0, "maximum": 9}),
                json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 9}),
            ),
            (json!({"$ref": "#/x"}), json!({"$ref": "#/x"})),
            (json!({"$ref": "#/x", "description": "d"}), json!({"allOf": [{"$ref": "#/x"}], "description": "d"})),
            (
                json!({"oneOf": [{"$ref": "#/x"}, {"type": "null"}]}),
                json!({"allOf": [{"$ref": "#/x"}], "nullable": true}),
            ),
            (json!({"items": {"const": 1}}), json!({"items": {"enum": [1]}})),
            (json!({"properties": {"const": {"const": 1}}}), json!({"properties": {"const": {"enum": [1]}}})),
            (json!({"additionalProperties": true}), json!({"additionalProperties": true})),
            (json!({"additionalProperties": false}), json!({})),
            (json!({"propertyNames": {"maxLength": 3}}), json!({})),
            (json!(true), json!({})),
        ] {
            assert_eq!(rendered(newer.clone()), older, "{newer}");
        }
    }

    #[test]
    fn an_operation_has_one_success_one_body_and_typed_refusals() {
        let content = |media_type: &str, name: &str| json!({media_type: {"schema": {"$ref": name}}});
        let mut operation = json!({
            "requestBody": {"content": {JSON: {}, "application/merge-patch+json": {}}},
            "responses": {
                "200": {"content": content(JSON, "DryRun")},
                "201": {"content": content(JSON, "Org")},
                "204": {},
                "409": {"content": content(PROBLEM_JSON, "Problem")},
                "default": {"content": content(PROBLEM_JSON, "Problem")},
            },
        });
        super::operation(&mut operation);
        assert_eq!(
            operation,
            json!({
                "requestBody": {"content": {JSON: {}}},
                "responses": {
                    "201": {"content": content(JSON, "Org")},
                    "409": {"content": content(JSON, "Problem")},
                },
            })
        );
    }

    #[test]
    fn a_dry_run_that_answers_the_same_stays() {
        let content = json!({JSON: {"schema": {"$ref": "Org"}}});
        let mut operation = json!({"responses": {"200": {"content": content}, "201": {"content": content}}});
        let before = operation.clone();
        super::operation(&mut operation);
        assert_eq!(operation, before);
    }

    #[test]
    fn nothing_of_3_1_is_left_in_our_document() {
        let document = render(&super::super::document());
        let mut left = Vec::new();
        newer_words(&document, "#", &mut left);
        assert!(left.is_empty(), "{}", left.join("\n"));
        assert_eq!(document["openapi"], "3.0.3");
        assert!(document["info"]["license"]["identifier"].is_null());
    }

    /// Everything that a reader of 3.0 would not understand, wherever it stands outside examples.
    fn newer_words(value: &Value, place: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let named = place.ends_with("/properties") || place.ends_with("/schemas");
                    let wrong = match key.as_str() {
                        "example" | "enum" | "default" if !named => continue,
                        "examples" => member.is_array(),
                        "type" => member.is_array() || member == "null",
                        "exclusiveMinimum" | "exclusiveMaximum" => !member.is_boolean(),
                        "$ref" => members.len() > 1,
                        "const" | "webhooks" | "pathItems" => true,
                        key => NEWER.contains(&key),
                    };
                    if wrong && !named {
                        found.push(format!("{place}/{key}"));
                    }
                    newer_words(member, &format!("{place}/{key}"), found);
                }
            }
            Value::Array(elements) => {
                elements.iter().for_each(|element| newer_words(element, &format!("{place}/*"), found));
            }
            _ => {}
        }
    }
}
