//! What helps generators that make a type of everything that has a name.

use serde_json::{Map, Value};

/// What is added to the name of a schema that generators would confuse with another.
const RENAMED: &str = "Schema";

/// The formats for which typed languages have a type.
const KNOWN_FORMATS: &[&str] = &["uuid", "date", "date-time"];

fn has_known_format(schema: &Value) -> bool {
    schema["format"].as_str().is_some_and(|format| KNOWN_FORMATS.contains(&format))
}

/// Writes out the references to ids, days and instants. Otherwise generators wrap each in a type of its own, and
/// the same id has one type where it stands by itself and another where it is referred to.
pub(super) fn write_out_plain_values(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    let plain: Map<String, Value> = schemas
        .filter(|(_, schema)| has_known_format(schema))
        .map(|(name, schema)| (format!("#/components/schemas/{name}"), schema.clone()))
        .collect();
    write_out(document, &plain);
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| !plain.contains_key(&format!("#/components/schemas/{name}")));
    }
}

fn write_out(value: &mut Value, plain: &Map<String, Value>) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| write_out(element, plain)),
        Value::Object(members) => {
            let alone = members.get("allOf").and_then(Value::as_array).filter(|parts| parts.len() == 1);
            let reference = alone.and_then(|parts| parts.first()).map_or(members.get("$ref"), |part| part.get("$ref"));
            if let Some(Value::Object(meant)) = reference.and_then(Value::as_str).and_then(|name| plain.get(name)) {
                members.remove("$ref");
                members.remove("allOf");
                for (key, value) in meant {
                    members.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            members.values_mut().for_each(|member| write_out(member, plain));
        }
        _ => {}
    }
}

/// Generators call the type of a property by the names of its schema and its own: `Problem` and `type` make
/// `ProblemType`. A schema that has that name already is renamed.
pub(super) fn rename_confusable(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object() else { return };
    let mut confusable = Vec::new();
    for (name, schema) in schemas {
        for (property, held) in schema["properties"].as_object().into_iter().flatten() {
            let made = format!("{name}{}", pascal_case(property));
            if gets_a_type(held) && schemas.contains_key(&made) {
                confusable.push(made);
            }
        }
    }
    for name in confusable {
        let renamed = format!("{name}{RENAMED}");
        if let Some(schemas) = document["components"]["schemas"].as_object_mut()
            && let Some(schema) = schemas.remove(&name)
        {
            schemas.insert(renamed.clone(), schema);
        }
        let old = format!("#/components/schemas/{name}");
        point_elsewhere(document, &old, &format!("#/components/schemas/{renamed}"));
    }
}

/// Whether generators make a type of a property: of an object, and of a text that is restricted.
fn gets_a_type(schema: &Value) -> bool {
    let restricted = ["enum", "pattern", "minLength", "maxLength"].iter().any(|key| !schema[*key].is_null());
    schema["type"] == "object" || (schema["type"] == "string" && restricted && !has_known_format(schema))
}

/// Changes every text that is `old`: references, and the mappings of discriminators.
fn point_elsewhere(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text == old => new.clone_into(text),
        Value::Array(elements) => elements.iter_mut().for_each(|element| point_elsewhere(element, old, new)),
        Value::Object(members) => members.values_mut().for_each(|member| point_elsewhere(member, old, new)),
        _ => {}
    }
}

fn pascal_case(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter_map(|word| word.split_at_checked(1))
        .map(|(first, rest)| format!("{}{rest}", first.to_ascii_uppercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::render, *};

    #[test]
    fn a_schema_with_the_name_of_a_property_is_renamed_wherever_it_is_meant() {
        let document = render(&json!({"components": {"schemas": {
            "Problem": {"properties": {"type": {"type": "string", "maxLength": 9}}},
            "ProblemType": {"type": "object"},
            "Page": {"items": {"$ref": "#/components/schemas/ProblemType"}},
        }}}));
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["ProblemTypeSchema"], json!({"type": "object"}));
        assert_eq!(schemas["ProblemType"], Value::Null);
        assert_eq!(schemas["Page"]["items"]["$ref"], "#/components/schemas/ProblemTypeSchema");
    }

    #[test]
    fn ids_and_days_are_written_out() {
        let document = render(&json!({"components": {"schemas": {
            "OrgId": {"type": "string", "format": "uuid", "description": "of the type"},
            "Org": {"properties": {
                "id": {"$ref": "#/components/schemas/OrgId"},
                "parent_id": {"$ref": "#/components/schemas/OrgId", "description": "of the field"},
                "name": {"$ref": "#/components/schemas/Name"},
            }},
        }}}));
        assert_eq!(
            document["components"]["schemas"],
            json!({"Org": {"properties": {
                "id": {"type": "string", "format": "uuid", "description": "of the type"},
                "parent_id": {"type": "string", "format": "uuid", "description": "of the field"},
                "name": {"$ref": "#/components/schemas/Name"},
            }}})
        );
    }
}
