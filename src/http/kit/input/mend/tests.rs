use serde::Deserialize;

use super::*;
use crate::{
    domain::{Code, Day, Email, Field, Name, OrgId, OrgKind, PersonId, PostCode, Text, fuzz::try_texts},
    http::kit::problem::{FaultPlace, ProblemType},
    registry::PatchOrg,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read by the deserialiser")]
struct Body {
    kind: OrgKind,
    name: Name,
    parent_id: OrgId,
    from: Day,
    code: Code,
    email: Email,
    post: PostCode,
    text: Text<20>,
    count: u8,
    flag: bool,
    parts: Vec<Part>,
    holder: Holder,
    sort: Sort,
    #[serde(default)]
    order: Option<u16>,
    #[serde(default)]
    note: Field<Text<5>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read by the deserialiser")]
struct Part {
    id: OrgId,
    #[serde(default)]
    numbers: Vec<u8>,
    #[serde(default)]
    holder: Option<Holder>,
}

/// A union that says its type inside.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "only read by the deserialiser")]
enum Holder {
    Person { id: PersonId },
    Seat { org_id: OrgId, post: PostCode },
}

/// A union that says its type outside.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only read by the deserialiser")]
enum Sort {
    Plain,
    Marked { by: Name },
}

/// What is looked at once all of it is there.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Either")]
struct One;

#[derive(Debug, Deserialize)]
struct Either {
    a: Option<OrgId>,
    b: Option<OrgId>,
}

impl TryFrom<Either> for One {
    type Error = &'static str;

    fn try_from(Either { a, b }: Either) -> Result<Self, &'static str> {
        if a.is_some() == b.is_some() { Err("must have exactly one of a and b") } else { Ok(Self) }
    }
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read by the deserialiser")]
struct Several {
    ones: Vec<One>,
    one: One,
    name: Name,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read by the deserialiser")]
struct Flat {
    name: Name,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read by the deserialiser")]
struct Rest {
    order: u8,
    code: Code,
}

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// What fits, changed by `change`, as text.
fn body(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut body = serde_json::json!({
        "kind": "unit", "name": "a", "parent_id": ID, "from": "2021-04-15", "code": "1", "email": "a@b.cn",
        "post": "secretary", "text": "b", "count": 1, "flag": false, "parts": [], "sort": "plain",
        "holder": {"type": "person", "id": ID},
    });
    change(&mut body);
    body.to_string()
}

fn faults_of<T: DeserializeOwned>(text: &str) -> Vec<String> {
    let Err(problem) = read_body::<T>(text.as_bytes(), false) else { return Vec::new() };
    let told = problem.faults().iter().map(|fault| match fault.place() {
        FaultPlace::Body(pointer) => pointer.clone(),
        other => format!("{other:?}"),
    });
    told.collect()
}

fn faults(change: impl FnOnce(&mut serde_json::Value)) -> Vec<String> {
    faults_of::<Body>(&body(change))
}

#[test]
fn what_fits_has_no_faults() {
    assert_eq!(faults(|_| ()), [""; 0]);
}

#[test]
fn everything_that_does_not_fit_is_told_once() {
    let found = faults(|body| {
        body["name"] = "".into();
        body["nmae"] = "a".into();
        body["count"] = 256.into();
        body["order"] = "x".into();
        body["from"] = "2021-02-30".into();
        body["parts"] =
            serde_json::json!([{"id": "x"}, {"id": ID, "numbers": [1, "a", 3, 900]}, {}, {"id": ID, "di": 1}, 7]);
    });
    let mut sorted = found.clone();
    sorted.sort();
    let expected = [
        "/count",
        "/from",
        "/name",
        "/nmae",
        "/order",
        "/parts/0/id",
        "/parts/1/numbers/1",
        "/parts/1/numbers/3",
        "/parts/2/id",
        "/parts/3/di",
        "/parts/4",
    ];
    assert_eq!(sorted, expected);
}

#[test]
fn everything_that_is_missing_is_told_once() {
    let required = ["kind", "name", "parent_id", "from", "code", "email", "post", "text", "count", "flag", "parts"];
    let found = faults(|body| {
        for name in required {
            body.as_object_mut().expect("an object").remove(name);
        }
    });
    assert_eq!(found, required.map(|name| format!("/{name}")));
    let pointers = ["holder", "sort"].into_iter().map(|name| format!("/{name}"));
    let all: Vec<String> = required.iter().map(|name| format!("/{name}")).chain(pointers).collect();
    assert_eq!(faults_of::<Body>("{}"), all);
    // Missing, of the wrong type and unknown together.
    let text = format!(r#"{{"kind": 1, "x": 1, "holder": 5, "parent_id": "{ID}"}}"#);
    let mut found = faults_of::<Body>(&text);
    let mut expected: Vec<String> = all.iter().filter(|name| *name != "/parent_id").cloned().collect();
    expected.push("/x".to_owned());
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn of_a_union_only_the_first_fault_is_told_and_all_that_is_beside_it() {
    for (holder, pointer) in [
        (serde_json::json!({"type": "person"}), "/holder/id"),
        (serde_json::json!({"type": "club", "id": 1}), "/holder/type"),
        (serde_json::json!({"id": ID}), "/holder/type"),
        (serde_json::json!({}), "/holder/type"),
        (serde_json::json!("person"), "/holder"),
    ] {
        let found = faults(|body| {
            body["holder"] = holder.clone();
            body["count"] = "x".into();
            body.as_object_mut().expect("an object").remove("text");
        });
        let expected: Vec<&str> = if found.first().is_some_and(|first| first == "/count") {
            vec!["/count", pointer, "/text"]
        } else {
            vec![pointer, "/count", "/text"]
        };
        assert_eq!(found, expected, "{holder}");
    }
    let found = faults(|body| {
        body["sort"] = serde_json::json!({"marked": {"by": "", "x": 1}});
        body["name"] = "".into();
        body["parts"] = serde_json::json!([{"id": ID, "holder": {"type": "seat", "org_id": ID, "post": "!"}}]);
    });
    assert!(found.contains(&"/name".to_owned()) && found.iter().any(|place| place.starts_with("/sort")), "{found:?}");
    assert!(found.iter().any(|place| place.starts_with("/parts/0/holder")), "{found:?}");
}

#[test]
fn what_follows_from_a_fault_is_not_told() {
    let text = r#"{"ones": [{}, {"a": "x"}, {"a": 1, "b": 2, "c": 3}], "one": {"b": "x"}, "name": ""}"#;
    let mut found = faults_of::<Several>(text);
    found.sort();
    assert_eq!(found, ["/name", "/one/b", "/ones/0", "/ones/1/a", "/ones/2/a", "/ones/2/b", "/ones/2/c"]);
}

#[test]
fn what_is_flattened_is_told_as_far_as_its_place_is_known() {
    assert_eq!(faults_of::<Flat>(r#"{"name": "a", "order": 1, "code": "1"}"#), [""; 0]);
    assert_eq!(faults_of::<Flat>(r#"{"name": "", "order": 1, "code": "1"}"#), ["/name"]);
    assert_eq!(faults_of::<Flat>(r#"{"name": "", "order": 1}"#), ["/name", "/code"]);
}

#[test]
fn every_null_is_told_where_nothing_has_a_use_for_it() {
    let found = faults(|body| {
        body["note"] = serde_json::Value::Null;
        body["name"] = serde_json::Value::Null;
        body["parts"] = serde_json::json!([null, {"id": null}]);
        body["count"] = "x".into();
    });
    let mut sorted = found;
    sorted.sort();
    assert_eq!(sorted, ["/count", "/name", "/note", "/parts/0", "/parts/1/id"]);
    assert_eq!(faults_of::<Body>("null"), [""]);
    let patch = body(|body| body["note"] = serde_json::Value::Null);
    assert!(read_body::<Body>(patch.as_bytes(), true).is_ok());
}

#[test]
fn what_is_no_object_is_told_once() {
    for text in ["[]", "3", "\"a\"", "true"] {
        assert_eq!(faults_of::<Body>(text), [""], "{text}");
    }
}

#[test]
fn no_more_is_told_than_anybody_reads_and_no_more_is_read_than_is_quick() {
    let many: Vec<u32> = vec![999; 10_000];
    let long = body(|body| body["parts"] = serde_json::json!([{"id": ID, "numbers": many}]));
    let found = faults_of::<Body>(&long);
    assert!(!found.is_empty() && found.len() <= FAULTS_MAX, "{}", found.len());
    let unknown = body(|body| {
        for number in 0..100 {
            body[format!("x{number}")] = 1.into();
        }
    });
    assert_eq!(faults_of::<Body>(&unknown).len(), FAULTS_MAX);
}

#[test]
fn fuzz_patches() {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"name\":",
        "\"name_en\":",
        "\"parent_id\":",
        "\"kind\":",
        "\"branch\"",
        "\"order\":",
        "7",
        "\"effective_on\":",
        "\"2026-12-01\"",
        "\"basis\":",
        "{\"title\":\"x\"}",
        "\"external_ids\":",
        "null",
        "true",
        "\"x\"",
        "-1e999",
        "\\u0000",
        "党",
    ];
    let read = |text: &[u8]| {
        if let Err(problem) = read_body::<PatchOrg>(text, true) {
            assert!(problem.kind() != ProblemType::Internal, "{}", String::from_utf8_lossy(text));
        }
    };
    try_texts(&pieces, |text| {
        read(text);
        read(&[b"{\"name\":", text, b"}"].concat());
        read(&[b"{\"external_ids\":[", text, b"],\"name\":\"x\"}"].concat());
    });
}
