//! Examples of bodies, put together from those of their schemas.

use serde_json::{Map, Value, json};

/// Gives every JSON content without an example one, where its schema has what it takes.
pub(super) fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    fill(document, &schemas);
}

fn fill(value: &mut Value, schemas: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(contents) = members.get_mut("content").and_then(Value::as_object_mut) {
                for (media_type, content) in contents {
                    let bare = content["example"].is_null() && content["examples"].is_null();
                    if media_type.ends_with("json")
                        && bare
                        && let Some(example) = of(&content["schema"], schemas, &[])
                    {
                        content["example"] = example;
                    }
                }
            }
            members.values_mut().for_each(|member| fill(member, schemas));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| fill(element, schemas)),
        _ => {}
    }
}

/// An example of a schema: its own, or one of its parts' examples. `inside` names the schemas around it.
fn of(schema: &Value, schemas: &Value, inside: &[&str]) -> Option<Value> {
    let own = schema["examples"].get(0).or(schema.get("example")).or(schema.get("const")).or(schema["enum"].get(0));
    if let Some(example) = own {
        return Some(example.clone());
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        // What contains itself does so in a list or an optional field: both may be empty.
        if inside.contains(&name) {
            return None;
        }
        return of(&schemas[name], schemas, &[inside, &[name]].concat());
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            return choices.iter().find_map(|choice| of(choice, schemas, inside));
        }
    }
    match (schema["type"].as_str()?, schema["format"].as_str()) {
        ("object", _) => object(schema, schemas, inside),
        ("array", _) => Some(match of(&schema["items"], schemas, inside) {
            Some(element) => json!([element]),
            None if schema["minItems"].as_u64().unwrap_or(0) == 0 => json!([]),
            None => return None,
        }),
        ("boolean", _) => Some(schema.get("default").cloned().unwrap_or(json!(false))),
        ("integer", _) => Some(schema["minimum"].as_i64().filter(|minimum| *minimum > 0).unwrap_or(1).into()),
        ("string", Some("uuid")) => Some(json!("01890a5d-ac96-774b-bcce-b302099a8057")),
        ("string", Some("date")) => Some(json!("2021-04-15")),
        ("string", Some("date-time")) => Some(json!("2021-04-15T08:00:00Z")),
        _ => None,
    }
}

fn object(schema: &Value, schemas: &Value, inside: &[&str]) -> Option<Value> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut example = Map::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if !required.contains(&name.as_str()) {
            continue;
        }
        example.insert(name.clone(), of(property, schemas, inside)?);
    }
    Some(Value::Object(example))
}
