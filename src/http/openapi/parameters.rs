//! Writes parameters that several operations share only once.

use serde_json::{Map, Value};

use super::{references::reference, unions::capital};

/// Makes a component of every parameter that is written more than once in the same words.
pub(super) fn share(document: &mut Value) {
    let mut found: Vec<(Value, String, usize)> = Vec::new();
    each_mut(document, &mut |path, parameter| match found.iter_mut().find(|(known, ..)| known == parameter) {
        Some((_, shortest, times)) => {
            *times += 1;
            if path.len() < shortest.len() {
                path.clone_into(shortest);
            }
        }
        None => found.push((parameter.clone(), path.to_owned(), 1)),
    });
    found.retain(|(.., times)| *times > 1);
    let mut components = document["components"]["parameters"].as_object().cloned().unwrap_or_default();
    let mut named: Vec<(Value, String)> = Vec::new();
    for (parameter, path, _) in &found {
        let name = capital(parameter["name"].as_str().unwrap_or_default());
        let same = |other: &Value| other["name"] == parameter["name"] && other["in"] == parameter["in"];
        let alone = found.iter().filter(|(other, ..)| same(other)).count() == 1;
        // Different parameters of one name are named after the shortest path that has them.
        let collection = path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
        let name = if alone && parameter["in"] != "path" { name } else { capital(collection) + &name };
        let taken = components.contains_key(&name);
        let name = if taken { format!("{name}{}", components.len()) } else { name };
        components.insert(name.clone(), parameter.clone());
        named.push((parameter.clone(), name));
    }
    each_mut(document, &mut |_, parameter| {
        if let Some((_, name)) = named.iter().find(|(known, _)| known == parameter) {
            *parameter = reference("parameters", name);
        }
    });
    document["components"]["parameters"] = Value::Object(components);
}

/// Calls `see` with the path and every parameter that is written out in an operation.
fn each_mut(document: &mut Value, see: &mut dyn FnMut(&str, &mut Value)) {
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
            parameters.filter(|parameter| parameter["$ref"].is_null()).for_each(|parameter| see(path, parameter));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stands_twice_is_said_once() {
        let limit = json!({"name": "limit", "in": "query"});
        let id = |of: &str| json!({"name": "id", "in": "path", "description": of});
        let tier = |of: &str| json!({"name": "tier", "in": "query", "description": of});
        let operation = |parameters: Value| json!({"get": {"parameters": parameters}});
        let mut document = json!({"paths": {
            "/orgs/{id}": operation(json!([id("org"), limit])),
            "/orgs/{id}/roles": operation(json!([id("org"), limit, {"name": "q", "in": "query"}])),
            "/leading-groups": operation(json!([{"name": "id", "in": "query"}, tier("org")])),
            "/orgs": operation(json!([{"name": "id", "in": "query"}, tier("org")])),
            "/roles": operation(json!([tier("role")])),
            "/vacancies": operation(json!([tier("role")])),
            "/leading-groups/{id}": operation(json!([id("group")])),
            "/leading-groups/{id}/coverage": operation(json!([id("group")])),
        }});
        share(&mut document);
        let components = document["components"]["parameters"].as_object().expect("components");
        assert_eq!(
            components.keys().collect::<Vec<_>>(),
            ["Id", "LeadingGroupsId", "Limit", "OrgsId", "OrgsTier", "RolesTier"]
        );
        assert_eq!(
            document["paths"]["/orgs/{id}/roles"]["get"]["parameters"],
            json!([
                {"$ref": "#/components/parameters/OrgsId"},
                {"$ref": "#/components/parameters/Limit"},
                {"name": "q", "in": "query"},
            ])
        );
    }
}
