//! The member `change`, which answers to writes have in addition to the object.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::common::is_of_the_log;

const WRITES: &[&str] = &["post", "put", "patch", "delete"];
const CHANGE: &str = "#/components/schemas/Change";
const DESCRIPTION: &str = "What the write has changed. Only in the answer to a write; left out if the request \
    prefers `return=minimal`.";

/// Adds `change` to every object that a write answers with.
///
/// Reads and lists answer with the same object. One type is easier to use than two.
pub(super) fn add(document: &mut Value) {
    let mut answered = BTreeSet::new();
    for operation in document["paths"].as_object().into_iter().flat_map(|paths| paths.values()) {
        let writes = WRITES.iter().filter_map(|method| operation.get(method)).filter(|write| is_of_the_log(write));
        for responses in writes.filter_map(|write| write["responses"].as_object()) {
            for response in responses.iter().filter(|(status, _)| status.starts_with('2')).map(|(_, response)| response)
            {
                let schema = &response["content"]["application/json"]["schema"]["$ref"];
                answered.extend(schema.as_str().and_then(|schema| schema.rsplit('/').next()).map(str::to_owned));
            }
        }
    }
    for name in answered {
        if let Some(properties) = document["components"]["schemas"][&name]["properties"].as_object_mut() {
            // The answer to a DELETE has nothing else.
            properties.entry("change").or_insert_with(|| json!({"$ref": CHANGE, "description": DESCRIPTION}));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::http::openapi::document;

    use super::*;

    #[test]
    fn every_write_has_one_shape_of_success_that_tells_what_changed() {
        let document = document();
        for (path, item) in document["paths"].as_object().expect("paths") {
            let writes = WRITES.iter().filter_map(|method| Some((method, item.get(method)?)));
            for (method, operation) in writes.filter(|(_, write)| is_of_the_log(write)) {
                let responses = operation["responses"].as_object().expect("responses");
                let successes = responses.iter().filter(|(status, _)| status.starts_with('2'));
                let shapes: BTreeSet<&str> = successes
                    .filter_map(|(_, response)| response["content"]["application/json"]["schema"]["$ref"].as_str())
                    .collect();
                assert_eq!(shapes.len(), 1, "{method} {path}: {shapes:?}");
                for shape in shapes {
                    let name = shape.rsplit('/').next().expect("a name");
                    let change = &document["components"]["schemas"][name]["properties"]["change"];
                    assert_eq!(change["$ref"], CHANGE, "{method} {path}: {name}");
                }
            }
        }
    }

    #[test]
    fn every_effect_is_told_apart_by_its_subject() {
        let document = document();
        for (union, property) in [("Effect", "subject"), ("Holder", "type")] {
            let schemas = &document["components"]["schemas"];
            assert_eq!(schemas[union]["discriminator"]["propertyName"], property);
            let mapping = schemas[union]["discriminator"]["mapping"].as_object().expect("a mapping");
            let choices = schemas[union]["oneOf"].as_array().expect("choices");
            assert_eq!(mapping.len(), choices.len(), "{union}");
            for (word, shape) in mapping {
                assert!(choices.iter().any(|choice| choice["$ref"] == *shape), "{union}: {shape}");
                let name = shape.as_str().and_then(|shape| shape.rsplit('/').next()).expect("a name");
                assert_eq!(schemas[name]["properties"][property]["const"], json!(word), "{union}: {name}");
                assert_eq!(schemas[name]["additionalProperties"], false, "{union}: {name}");
            }
        }
    }
}
