//! Choices, as generators of clients understand them: a `oneOf` of named schemas with a `discriminator`.
//!
//! utoipa writes a Rust enum that is tagged by a member as a `oneOf` of objects without names, or as `allOf` of a
//! schema and its tag. If the schema allows no further members, no value fits such an `allOf`.

use serde_json::{Map, Value, json};

use super::references::{reference, references};

const SCHEMAS: &str = "#/components/schemas/";

/// Gives every choice of objects that differ by a constant member names for its parts, and says which member it is.
pub(super) fn discriminate(document: &mut Value) {
    let mut schemas = document["components"]["schemas"].take();
    let Some(known) = schemas.as_object_mut() else { return };
    let mut used = Vec::new();
    references(document, &mut used);
    known.values().for_each(|schema| references(schema, &mut used));
    let names: Vec<String> = known.keys().cloned().collect();
    for name in names {
        let Some(mut schema) = known.get_mut(&name).map(Value::take) else { continue };
        settle(&mut schema, &name, known, &used);
        known.insert(name, schema);
    }
    document["components"]["schemas"] = schemas;
}

/// Settles the choices in a schema; `name` is that of the schema, or of the property that it is.
fn settle(schema: &mut Value, name: &str, known: &mut Map<String, Value>, used: &[String]) {
    match schema {
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                if key == "properties" {
                    for (property, inner) in member.as_object_mut().into_iter().flatten() {
                        settle(inner, &format!("{name}{}", capital(property)), known, used);
                    }
                } else if !super::strict::DATA.contains(&key.as_str()) {
                    settle(member, name, known, used);
                }
            }
        }
        Value::Array(elements) => {
            elements.iter_mut().for_each(|element| settle(element, name, known, used));
            return;
        }
        _ => return,
    }
    let Some(choices) = schema.get_mut("oneOf").and_then(Value::as_array_mut) else { return };
    for choice in choices.iter_mut() {
        name_choice(choice, name, known, used);
    }
    let parts: Option<Vec<(&str, &Value)>> = choices
        .iter()
        .map(|choice| choice["$ref"].as_str().and_then(|part| Some((part, known.get(part.strip_prefix(SCHEMAS)?)?))))
        .collect();
    let Some(parts) = parts.filter(|parts| parts.len() > 1) else { return };
    let tag = parts.iter().take(1).flat_map(|(_, first)| tags(first)).find(|tag| distinct(&parts, tag));
    let Some(tag) = tag else { return };
    let mapping: Map<String, Value> =
        parts.iter().filter_map(|(part, schema)| Some((constant(schema, &tag)?.to_owned(), json!(part)))).collect();
    schema["discriminator"] = json!({"propertyName": tag, "mapping": mapping});
}

/// Whether each part has another constant in that member.
fn distinct(parts: &[(&str, &Value)], tag: &str) -> bool {
    let mut seen: Vec<&str> = parts.iter().filter_map(|(_, part)| constant(part, tag)).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() == parts.len()
}

/// The required members of an object that have one value only.
fn tags(schema: &Value) -> impl Iterator<Item = String> {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    required.filter(|member| constant(schema, member).is_some()).map(str::to_owned)
}

/// The one value that a member of an object can have.
fn constant<'v>(schema: &'v Value, member: &str) -> Option<&'v str> {
    let property = &schema["properties"][member];
    match property["enum"].as_array().map(Vec::as_slice) {
        Some([one]) => one.as_str(),
        _ => property["const"].as_str(),
    }
}

/// Makes a reference of a choice that is an object with a tag.
fn name_choice(choice: &mut Value, name: &str, known: &mut Map<String, Value>, used: &[String]) {
    if let Some([part, tagged]) = choice["allOf"].as_array().map(Vec::as_slice) {
        let Some(target) = part["$ref"].as_str().and_then(|part| part.strip_prefix(SCHEMAS)).map(str::to_owned) else {
            return;
        };
        let (Some(mut whole), Some(tag)) = (known.get(&target).cloned(), tags(tagged).next()) else { return };
        let Some(value) = constant(tagged, &tag).map(str::to_owned) else { return };
        whole["properties"][&tag] = tagged["properties"][&tag].clone();
        if let Some(required) = whole["required"].as_array_mut() {
            required.insert(0, json!(tag));
        } else {
            whole["required"] = json!([tag]);
        }
        // A schema that is used elsewhere too has no tag there.
        let once = used.iter().filter(|used| used.strip_prefix(SCHEMAS) == Some(target.as_str())).count() == 1;
        let target = if once { target } else { format!("{name}{}", capital(&value)) };
        *choice = reference("schemas", &target);
        known.insert(target, whole);
        return;
    }
    let tag = tags(choice).next();
    let value = tag.and_then(|tag| constant(choice, &tag).map(str::to_owned));
    if let Some(value) = value.filter(|_| choice["$ref"].is_null()) {
        let target = format!("{name}{}", capital(&value));
        known.insert(target.clone(), choice.take());
        *choice = reference("schemas", &target);
    }
}

/// `leading_group` written as in names of schemas: `LeadingGroup`.
pub(super) fn capital(name: &str) -> String {
    let upper = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>())
    };
    name.split(['-', '_']).filter_map(upper).collect()
}

#[cfg(test)]
mod tests {
    use utoipa::{OpenApi, ToSchema};

    use super::*;

    /// A person.
    #[derive(ToSchema)]
    #[schema(as = HolderPerson)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "for its schema")]
    struct Person {
        id: i32,
    }

    #[derive(ToSchema)]
    #[serde(tag = "type", rename_all = "snake_case")]
    #[expect(dead_code, reason = "for its schema")]
    enum Holder {
        Person(Person),
        Unit { id: i32 },
    }

    #[derive(OpenApi)]
    #[openapi(components(schemas(Holder, Person)))]
    struct Document;

    #[test]
    fn a_tagged_enum_is_a_choice_of_named_schemas() {
        let mut document = serde_json::to_value(Document::openapi()).expect("serialises");
        discriminate(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["Holder"]["oneOf"],
            json!([{"$ref": "#/components/schemas/HolderPerson"}, {"$ref": "#/components/schemas/HolderUnit"}])
        );
        assert_eq!(
            schemas["Holder"]["discriminator"],
            json!({"propertyName": "type", "mapping": {
                "person": "#/components/schemas/HolderPerson",
                "unit": "#/components/schemas/HolderUnit",
            }})
        );
        assert_eq!(schemas["HolderPerson"]["properties"]["type"]["enum"], json!(["person"]));
        assert_eq!(schemas["HolderPerson"]["required"], json!(["type", "id"]));
        assert_eq!(schemas["HolderUnit"]["required"], json!(["id", "type"]));
    }

    #[test]
    fn a_schema_that_stands_elsewhere_too_is_left_as_it_is_there() {
        let object = json!({"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]});
        let tagged = |value: &str| {
            json!({"allOf": [
                {"$ref": "#/components/schemas/Part"},
                {"type": "object", "properties": {"type": {"type": "string", "enum": [value]}}, "required": ["type"]},
            ]})
        };
        let mut document = json!({"components": {"schemas": {
            "Part": object,
            "List": {"type": "array", "items": {"oneOf": [tagged("one"), tagged("other_one")]}},
        }}});
        discriminate(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Part"], object);
        assert_eq!(schemas["ListOtherOne"]["properties"]["type"]["enum"], json!(["other_one"]));
        assert_eq!(schemas["List"]["items"]["discriminator"]["mapping"]["one"], "#/components/schemas/ListOne");
    }

    #[test]
    fn a_choice_without_a_constant_member_stays() {
        let object = |value: Value| json!({"type": "object", "properties": {"a": value}, "required": ["a"]});
        let mut document = json!({"components": {"schemas": {
            "A": object(json!({"type": "string"})), "B": object(json!({"const": "b"})),
            "Either": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]},
        }}});
        let before = document.clone();
        discriminate(&mut document);
        assert_eq!(document, before);
    }
}
