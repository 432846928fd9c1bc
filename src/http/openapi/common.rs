//! What all operations have in common: headers, conditions, flags.

use serde_json::{Map, Value, json};

use super::{
    references::{reference, references},
    refusals::{self, Sort},
};
use crate::{
    domain::Day,
    http::kit::{
        conditional::{IF_MATCH_PATTERN, IF_NONE_MATCH_PATTERN},
        gate::Needs,
        header::{IDEMPOTENCY_KEY_CHARS_MAX, PREFER_CHARS_MAX, REVISION_MAX},
        input::LIST_ITEMS_MAX,
        operation::Operation as Own,
    },
};

/// The tag of operations that are not about the directory. They have no date, revision or conditions.
const SERVICE: &str = "service";
const AN_ID: &str = "01890a5d-ac96-774b-bcce-b302099a8058";
/// The tag of operations whose writes are not in the log: they change nothing that has a revision.
const UNLOGGED: &str = "tickets";

/// The prefixes of the names of schemas for parameters that take several values, with the sentence that is added to
/// the description.
const LISTS: &[(&str, &str)] = &[
    ("#/components/schemas/AnyOf_", "For several values, repeat the parameter or separate them by commas."),
    ("#/components/schemas/AnyText_", "For several values, repeat the parameter. A comma is part of the value."),
];

/// Adds to every operation what all operations of its sort have.
pub(super) fn add(document: &mut Value, operations: &[Own]) {
    let mut components = components();
    for own in operations {
        let (path, method) = (own.path(), own.method().as_str().to_ascii_lowercase());
        if let Some(operation) = document["paths"][path].get_mut(&method) {
            Operation { path, method: &method, own, operation }.complete();
        }
    }
    let known = &mut document["components"];
    for (section, mut entries) in std::mem::take(&mut components) {
        if known[&section].is_null() {
            known[&section] = json!({});
        }
        if let (Some(known), Some(entries)) = (known[&section].as_object_mut(), entries.as_object_mut()) {
            for (name, entry) in std::mem::take(entries) {
                known.entry(name).or_insert(entry);
            }
        }
    }
}

fn has_tag(operation: &Value, tag: &str) -> bool {
    operation["tags"].as_array().is_some_and(|tags| tags.iter().any(|one| one == tag))
}

/// Whether what an operation writes, if it does, is in the log.
pub(super) fn is_of_the_log(operation: &Value) -> bool {
    ![SERVICE, UNLOGGED].iter().any(|tag| has_tag(operation, tag))
}

struct Operation<'d> {
    path: &'d str,
    method: &'d str,
    own: &'d Own,
    operation: &'d mut Value,
}

impl Operation<'_> {
    fn complete(mut self) {
        let service = has_tag(self.operation, SERVICE);
        self.add_security();
        self.spell_out_lists();
        if !service {
            self.add_parameters();
        }
        self.add_refusals(service);
        self.add_headers(service);
    }

    /// Whether it writes what is in the log.
    fn is_logged(&self) -> bool {
        !self.is_read() && is_of_the_log(self.operation)
    }

    fn has_body(&self) -> bool {
        !self.operation["requestBody"].is_null()
    }

    fn is_read(&self) -> bool {
        self.method == "get"
    }

    fn names_one(&self) -> bool {
        self.path.contains('{')
    }

    /// Says that it needs no key, or which scope the key needs.
    fn add_security(&mut self) {
        let needs = self.own.needs();
        if needs == Needs::Nothing {
            self.operation["security"] = json!([]);
        }
        if let Needs::Scope(scope) = needs {
            self.operation["x-scope"] = json!(scope.as_str());
        }
    }

    /// Says how parameters with several values are written, and how many values there may be.
    fn spell_out_lists(&mut self) {
        let parameters = self.operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let schema = parameter["schema"]["$ref"].as_str().unwrap_or_default();
            let list = LISTS.iter().find_map(|(list, told)| Some((schema.strip_prefix(list)?, *told)));
            let Some((item, told)) = list else { continue };
            let items = reference("schemas", item);
            let description = parameter["description"].as_str().unwrap_or_default();
            parameter["description"] = json!(format!("{description} {told}"));
            parameter["style"] = json!("form");
            parameter["explode"] = json!(true);
            parameter["schema"] = json!({
                "type": "array", "items": items, "minItems": 1, "maxItems": LIST_ITEMS_MAX,
            });
        }
    }

    fn add_parameters(&mut self) {
        let mut names = vec!["DirectoryMinRevision"];
        if self.is_read() {
            names.extend(["AsOf", "IfNoneMatch"]);
        } else {
            names.push("DryRun");
        }
        if self.is_logged() {
            names.push("Prefer");
            if self.method == "post" {
                names.push("IdempotencyKey");
            }
            if self.names_one() {
                names.push("IfMatch");
            }
        }
        if self.operation["parameters"].is_null() {
            self.operation["parameters"] = json!([]);
        }
        if let Some(parameters) = self.operation["parameters"].as_array_mut() {
            parameters.extend(names.into_iter().map(|name| reference("parameters", name)));
        }
    }

    fn add_refusals(&mut self, service: bool) {
        let sort = Sort {
            service,
            known: self.own.needs() != Needs::Nothing,
            scoped: matches!(self.own.needs(), Needs::Scope(_)),
            logged: self.is_logged(),
            posts: self.method == "post",
            names_one: self.names_one(),
            has_body: self.has_body(),
            takes_cursor: self.takes_cursor(),
        };
        refusals::add(self.operation, self.own, sort);
        let responses = self.operation["responses"].as_object_mut().filter(|_| self.method == "get" && !service);
        if let Some(responses) = responses {
            responses.insert("304".to_owned(), reference("responses", "NotModified"));
        }
    }

    fn takes_cursor(&self) -> bool {
        let parameters = self.operation["parameters"].as_array();
        parameters.into_iter().flatten().any(|parameter| parameter["name"] == "cursor")
    }

    fn add_headers(&mut self, service: bool) {
        let tagged = !service
            || self.path == "/"
            || self.path.starts_with("/openapi")
            || self.path.starts_with("/problems")
            || self.path.starts_with("/docs/");
        let writes = self.is_logged();
        let tagged = tagged && self.method != "delete" && (writes || self.is_read());
        let Some(responses) = self.operation["responses"].as_object_mut() else { return };
        for (status, response) in responses {
            let succeeds = status.starts_with('2');
            let headers: Map<String, Value> = [
                ("Location", "Location", status == "201" || status == "303"),
                ("Preference-Applied", "PreferenceApplied", succeeds && writes),
                ("ETag", "ETag", succeeds && tagged),
            ]
            .into_iter()
            .filter(|(.., has)| *has)
            .map(|(header, name, _)| (header.to_owned(), reference("headers", name)))
            .collect();
            if !headers.is_empty() {
                response["headers"] = Value::Object(headers);
            }
        }
    }
}

/// The parts that operations refer to.
fn components() -> Map<String, Value> {
    let revision = json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": REVISION_MAX});
    let day = json!({"type": "string", "format": "date", "pattern": Day::PATTERN, "minLength": 10, "maxLength": 10});
    let condition = |pattern: &str| json!({"type": "string", "pattern": pattern});
    let tag = r#""17-0123456789abcdef""#;
    let mut responses = refusals::components();
    let headers = json!({"ETag": reference("headers", "ETag")});
    responses.insert(
        "NotModified".to_owned(),
        json!({"description": "The caller already has this answer.", "headers": headers}),
    );
    let parts = json!({
        NAMED: {
            "bearer": {
                "type": "http", "scheme": "bearer", "bearerFormat": "corg_…",
                "description": "An API key, or a JWT of the identity provider of the campus. Each operation needs the scope in its `x-scope`.",
            },
        },
        "responses": responses,
        "parameters": {
            "AsOf": {
                "name": "as_of", "in": "query", "schema": day,
                "description": "The day to answer for. Default: today in the directory's time zone; with a `cursor`, the day of the cursor.",
            },
            "DirectoryMinRevision": {
                "name": "Directory-Min-Revision", "in": "header", "schema": revision,
                "description": "If this replica has not reached that revision yet, wait for it, but at most 2 seconds. If it is still not there, answer 503.",
            },
            "IfNoneMatch": {
                "name": "If-None-Match", "in": "header", "schema": condition(IF_NONE_MATCH_PATTERN),
                "description": "Answer 304 if the answer still has one of these entity tags.",
            },
            "IfMatch": {
                "name": "If-Match", "in": "header", "schema": condition(IF_MATCH_PATTERN),
                "description": "Refuse with 412 if the object's own data is not at the revision of one of these \
                                entity tags.",
            },
            "IdempotencyKey": {
                "name": "Idempotency-Key", "in": "header",
                "schema": {
                    "type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": IDEMPOTENCY_KEY_CHARS_MAX,
                },
                "description": "For 24 hours, a request with the same key is a repetition: it is not carried out again. It is \
                                refused if what the first one created has been deleted since. Ignored on dry runs.",
            },
            "DryRun": {
                "name": "dry_run", "in": "query", "schema": {"type": "boolean", "default": false},
                "description": "Check everything and answer with what would change, but change nothing.",
            },
            "Prefer": {
                "name": "Prefer", "in": "header",
                "schema": {"type": "string", "maxLength": PREFER_CHARS_MAX},
                "description": "`return=minimal` (RFC 7240) leaves `change` out of the answer; a DELETE then answers 204. \
                                It is ignored on dry runs. Other preferences are always ignored.",
            },
        },
        "headers": {
            "ETag": {
                "description": "The entity tag. The tag of one object has two parts: a number for the state of its own data, and a hash of the body. The number is the revision of the object; for a leading group, it stands for the state of all its parts. `If-Match` compares only the number. A dry run gives no tag.",
                "schema": {"type": "string", "pattern": "^\"[!#-~]+\"$", "maxLength": 100}, "example": tag,
            },
            "Location": {
                "description": "The path of the new object, or of the page to read instead.",
                "required": true, "schema": {"type": "string", "format": "uri-reference", "maxLength": 200},
                "example": format!("/orgs/{AN_ID}"),
            },
            "PreferenceApplied": {
                "description": "Present if `change` is left out because the request prefers `return=minimal`.",
                "schema": {"type": "string", "enum": ["return=minimal"]}, "example": "return=minimal",
            },
            "WwwAuthenticate": {
                "description": "How to send a key (RFC 6750).",
                "required": true, "schema": {"type": "string", "maxLength": 200},
                "example": "Bearer realm=\"campus-org\"",
            },
            "ContentLanguage": {
                "description": "The language of the texts.",
                "required": true, "schema": {"type": "string", "enum": ["en", "zh-Hans"]}, "example": "en",
            },
            "RateLimitPolicy": {
                "description": "How often the caller may ask (draft-ietf-httpapi-ratelimit-headers): `q` requests within `w` seconds. Also in other answers, once less than half is left.",
                "schema": {"type": "string", "maxLength": 200}, "example": "\"caller\";q=10000;w=10",
            },
            "RateLimit": {
                "description": "How many requests are left (`r`), and after how many seconds all are again (`t`).",
                "schema": {"type": "string", "maxLength": 200}, "example": "\"caller\";r=0;t=10",
            },
            "RetryAfter": {
                "description": "After how many seconds the request may be repeated.",
                "required": true, "schema": {"type": "integer", "minimum": 1, "maximum": 3600}, "example": 1,
            },
        },
    });
    match parts {
        Value::Object(parts) => parts,
        _ => Map::new(),
    }
}

/// The components that operations name without a reference.
const NAMED: &str = "securitySchemes";

/// Removes components that nothing refers to, until none is left.
pub(super) fn drop_unused(document: &mut Value) {
    loop {
        let mut used = Vec::new();
        references(document, &mut used);
        let Some(components) = document["components"].as_object_mut() else { return };
        let mut dropped = false;
        for (section, entries) in components.iter_mut().filter(|(section, _)| *section != NAMED) {
            if let Some(entries) = entries.as_object_mut() {
                let before = entries.len();
                entries.retain(|name, _| used.contains(&format!("#/components/{section}/{name}")));
                dropped |= entries.len() < before;
            }
        }
        components.retain(|_, entries| entries.as_object().is_some_and(|entries| !entries.is_empty()));
        if !dropped {
            return;
        }
    }
}
