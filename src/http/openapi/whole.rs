//! Documents in which every list must be named: those of a PUT, which replaces what is there.

use serde_json::{Value, json};

use super::references::reference;

/// The schemas of the parts of a leading group, as a POST takes them and as a PUT does.
const WHOLE: &[(&str, &str)] = &[
    ("LeadingGroupDocument", "WholeLeadingGroup"),
    ("OfficeDocument", "WholeOffice"),
    ("WorkingGroupDocument", "WholeWorkingGroup"),
    ("SupervisionGroupDocument", "WholeSupervisionGroup"),
];

/// Gives PUT schemas of its own, in which every list is required.
pub(super) fn add(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    for (partial, whole) in WHOLE {
        let mut schema = schemas[*partial].clone();
        let properties = schema["properties"].as_object().into_iter().flatten();
        let lists = properties.filter(|(_, property)| property["type"] == "array").map(|(name, _)| json!(name));
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        schema["required"] = lists.chain(required).collect();
        rename(&mut schema);
        schemas[*whole] = schema;
    }
    rename(&mut document["paths"]["/leading-groups/{id}"]["put"]["requestBody"]);
}

/// Makes references to partial documents such to whole ones.
fn rename(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (partial, whole) in WHOLE {
                if members.get("$ref") == Some(&reference("schemas", partial)["$ref"]) {
                    *value = reference("schemas", whole);
                    return;
                }
            }
            members.values_mut().for_each(rename);
        }
        Value::Array(items) => items.iter_mut().for_each(rename),
        _ => {}
    }
}
