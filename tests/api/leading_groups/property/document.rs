//! Documents of leading groups: random ones, the request that equals an answer, and the comparison of two
//! documents.

use serde_json::{Map, Value, json};

use super::{dice::Dice, field::Field};

/// The lists of holders in the document itself, and in an org under it.
const GROUP: [&str; 5] = ["leaders", "executive_deputy_leaders", "deputy_leaders", "members", "liaisons"];
const OFFICE: [&str; 4] = ["directors", "deputy_directors", "members", "liaisons"];
const PART: [&str; 4] = ["leaders", "deputy_leaders", "members", "liaisons"];
/// The fields that list orgs under the group.
pub(super) const PARTS: [&str; 2] = ["working_groups", "supervision_groups"];

/// A random holder; every third is a unit or a seat.
pub(super) fn holder(dice: &mut Dice, field: &Field) -> Value {
    match dice.below(6) {
        0 => json!({ "holder": {"type": "unit", "id": dice.pick(&field.units)}}),
        1 => {
            let (org, post) = dice.pick(&field.seats);
            json!({"holder": {"type": "seat", "org_id": org, "post": post}})
        }
        _ => json!({ "holder": {"type": "person", "id": dice.pick(&field.people)}}),
    }
}

/// Up to `most` different holders, a few of them acting.
fn holders(dice: &mut Dice, field: &Field, most: usize) -> Value {
    let mut listed: Vec<Value> = Vec::new();
    for _ in 0..dice.below(most + 1) {
        let new = holder(dice, field);
        if !listed.contains(&new) {
            listed.push(new);
        }
    }
    for holder in &mut listed {
        if dice.once_in(6) {
            holder["acting"] = json!(true);
        }
    }
    json!(listed)
}

/// An org under the group, of the two kinds that have the same lists.
fn part(dice: &mut Dice, field: &Field, name: &str, covers: bool) -> Value {
    let mut part = json!({
        "name": name,
        "leaders": holders(dice, field, 1),
        "deputy_leaders": holders(dice, field, 2),
        "members": holders(dice, field, 3),
        "liaisons": holders(dice, field, 1),
    });
    if covers {
        let mut orgs = field.covered.clone();
        dice.shuffle(&mut orgs);
        orgs.truncate(dice.below(4));
        let cover = |org| json!({"org_id": org, "scope": if dice.once_in(2) { "self" } else { "subtree" }});
        part["covers"] = orgs.into_iter().map(cover).collect();
    }
    part
}

/// A random document under `parent`, without days.
pub(super) fn random(dice: &mut Dice, field: &Field, parent: &str, name: &str) -> Value {
    let mut document = json!({
        "parent_id": parent,
        "name": name,
        "leaders": holders(dice, field, 2),
        "executive_deputy_leaders": holders(dice, field, 1),
        "deputy_leaders": holders(dice, field, 3),
        "members": holders(dice, field, 4),
        "liaisons": holders(dice, field, 1),
    });
    if dice.once_in(2) {
        document["duties"] = json!(format!("职责{}", dice.below(2)));
    }
    if dice.once_in(3) {
        document["basis"] = json!({ "title": format!("通知{}", dice.below(3)) });
    }
    if !dice.once_in(3) {
        let mut office = json!({
            "directors": holders(dice, field, 1),
            "deputy_directors": holders(dice, field, 2),
            "members": holders(dice, field, 2),
        });
        if !dice.once_in(3) {
            office["name"] = json!(format!("办公室{}", dice.below(2)));
        }
        document["office"] = office;
    }
    for (field_name, covers) in [("working_groups", false), ("supervision_groups", true)] {
        let parts: Vec<Value> = (0..dice.below(4))
            .map(|_| {
                let name = format!("第{}组", dice.below(4));
                part(dice, field, &name, covers)
            })
            .collect();
        document[field_name] = json!(parts);
    }
    document
}

/// The request that says what an answer shows. A field that it does not know fails the test.
pub(super) fn request(shown: &Value, effective_on: &str) -> Value {
    let mut request = body(shown, &GROUP, &["parent_id", "name", "valid_from", "valid_until", "basis", "duties"]);
    request.insert("effective_on".to_owned(), json!(effective_on));
    if let Some(office) = shown.get("office") {
        request.insert("office".to_owned(), Value::Object(body(office, &OFFICE, &["name"])));
    }
    for parts in PARTS {
        let listed = shown[parts].as_array().expect("a list");
        let listed = listed.iter().map(|part| {
            let mut request = body(part, &PART, &["id", "name"]);
            if parts == "supervision_groups" {
                let covers = part["covers"].as_array().expect("a list");
                let cover = |cover: &Value| json!({"org_id": cover["org_id"], "scope": cover["scope"]});
                request.insert("covers".to_owned(), covers.iter().map(cover).collect());
            }
            Value::Object(request)
        });
        request.insert(parts.to_owned(), listed.collect());
    }
    Value::Object(request)
}

fn body(shown: &Value, lists: &[&str], kept: &[&str]) -> Map<String, Value> {
    let mut request = Map::new();
    for field in kept {
        request.extend(shown.get(*field).map(|value| ((*field).to_owned(), value.clone())));
    }
    for list in lists {
        let holders = shown[*list].as_array().unwrap_or_else(|| panic!("no {list} in {shown}"));
        request.insert((*list).to_owned(), holders.iter().map(listed).collect());
    }
    request
}

fn listed(shown: &Value) -> Value {
    let holder = &shown["holder"];
    let mut request = match holder["type"].as_str() {
        Some("person") => json!({ "holder": {"type": "person", "id": holder["id"]}}),
        Some("unit") => json!({ "holder": {"type": "unit", "id": holder["id"]}}),
        _ => {
            json!({"holder": {"type": "seat", "org_id": holder["org_id"], "post": holder["post"]}})
        }
    };
    if let Some(acting) = shown.get("acting") {
        request["acting"] = acting.clone();
    }
    request
}

/// What a request says about the group: without ids, first days and basis, with defaults written out. Coverage has
/// no order.
pub(super) fn essence(request: &Value) -> Value {
    let mut said = plain(request, &GROUP);
    for field in ["parent_id", "valid_from", "effective_on", "basis"] {
        said.remove(field);
    }
    if let Some(office) = request.get("office") {
        said.insert("office".to_owned(), Value::Object(plain(office, &OFFICE)));
    }
    for parts in PARTS {
        let listed = request.get(parts).and_then(Value::as_array).cloned().unwrap_or_default();
        let listed = listed.iter().map(|part| {
            let mut said = plain(part, &PART);
            said.remove("id");
            if parts == "supervision_groups" {
                let mut covers = part.get("covers").and_then(Value::as_array).cloned().unwrap_or_default();
                covers.sort_by_key(Value::to_string);
                said.insert("covers".to_owned(), json!(covers));
            }
            Value::Object(said)
        });
        said.insert(parts.to_owned(), listed.collect());
    }
    Value::Object(said)
}

fn plain(request: &Value, lists: &[&str]) -> Map<String, Value> {
    let mut said = request.as_object().expect("an object").clone();
    for list in lists {
        said.entry((*list).to_owned()).or_insert_with(|| json!([]));
    }
    said
}

/// What a request says with its lists in no order, and without what has no dates: what a later act leaves of
/// earlier days.
pub(super) fn remembered(request: &Value) -> Value {
    let mut said = essence(request);
    let said = said.as_object_mut().expect("an object");
    said.remove("duties");
    said.remove("valid_until");
    let mut unordered = Value::Object(said.clone());
    unorder(&mut unordered);
    unordered
}

fn unorder(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(unorder);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(fields) => fields.values_mut().for_each(unorder),
        _ => {}
    }
}
