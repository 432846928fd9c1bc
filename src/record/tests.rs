//! The table of members in docs/JSON-LINES.md follows from the tables of attributes and from what the reader accepts.
//! `cargo xtask examples` renews it.

use std::{env, fs, path::Path};

use serde_json::{Map, Value, json};

use super::*;
use crate::domain::fuzz::try_texts;

/// Rewrites the table in the documentation instead of comparing with it.
const RENEW: &str = "CAMPUS_ORG_EXAMPLES_RENEW";

/// Door: the words for all kinds that have a line of their own.
macro_rules! words_of_lines {
    (() org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt) => {
        words_of_lines! { @impl [$org $objects $plain $people] }
    };
    (@impl [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($($key:tt)*) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        const WORDS_OF_LINES: &[&str] = &[$($(stringify!($table),)*)*];
    };
}

crate::domain::kinds::kinds! { words_of_lines () }

type Members = Map<String, Value>;

fn members(value: Value) -> Members {
    serde_json::from_value(value).expect("an object")
}

fn read(line: Value) -> Option<Record> {
    serde_json::from_value(line).ok()
}

/// One row: what must be given, what may be given, and what is `false` or empty if it is left out. `least` has what
/// must be given and no more; `line` is the line with an object like it.
fn row<'m>(
    name: &str,
    least: Value,
    line: impl Fn(Members) -> Value,
    all: impl IntoIterator<Item = (&'m str, bool)>,
) -> String {
    let least = members(least);
    let record = read(line(least.clone()));
    assert!(record.is_some(), "{name}: more must be given than {least:?}");
    let mut unknown = least.clone();
    unknown.insert("unknown".into(), Value::Null);
    assert_eq!(read(line(unknown)), None, "{name}: a member that is not in the table is accepted");
    let mut cells: [Vec<String>; 4] = Default::default();
    for (member, always) in all {
        let mut other = least.clone();
        let is_least = other.remove(member).is_some();
        assert_eq!(is_least, always, "{name}: {member} is in the least that is accepted");
        assert_eq!(read(line(other.clone())).is_none(), always, "{name}: {member} may be left out");
        let mut is_default = |value: Value| {
            other.insert(member.to_owned(), value);
            read(line(other.clone())) == record
        };
        let [required, optional, flags, lists] = &mut cells;
        let cell = match () {
            () if always => required,
            () if is_default(json!(false)) => flags,
            () if is_default(json!([])) => lists,
            () => optional,
        };
        cell.push(format!("`{member}`"));
    }
    let [required, optional, flags, lists] = cells.map(|cell| cell.join(", "));
    format!("| {name} | {required} | {optional} | {flags} | {lists} |\n").replace("|  |", "| |").replace("|  |", "| |")
}

/// What answers show of an object; the lines have the same.
fn said(attributes: &[Attribute]) -> impl Iterator<Item = (&'static str, bool)> {
    attributes.iter().filter(|attribute| attribute.shown).map(|attribute| (attribute.name, attribute.always))
}

/// All that is kept of an object.
fn kept(attributes: &[Attribute]) -> impl Iterator<Item = (&'static str, bool)> {
    attributes.iter().map(|attribute| (attribute.name, attribute.always))
}

/// The members of a part of an object that has no table: those that it is written with.
fn written(part: &impl Serialize, always: &[&str]) -> Vec<(String, bool)> {
    let written = members(serde_json::to_value(part).expect("an object"));
    written.into_iter().map(|(member, _)| (member.clone(), always.contains(&member.as_str()))).collect()
}

#[test]
fn the_table_of_the_documentation_has_every_member() {
    let id = "01900000-0000-7000-8000-000000000001";
    let day = "2021-03-05";
    let of = |name: &'static str| move |object: Members| json!({name: object});
    let org = |part: &'static str| {
        move |object: Members| {
            let mut org = json!({"id": id, "versions": []});
            org[part] = json!([object]);
            json!({"org": org})
        }
    };
    let post = |kinds: Value| json!({"code": "x", "name": "甲", "kinds": kinds, "rank": 1, "leadership": false});
    let counts = MemberCounts { full: 1, probationary: 1, counted_on: Day::MIN };
    let counts = written(&counts, &["full", "probationary", "counted_on"]);
    let kind = PostKind {
        kind: OrgKind::Branch,
        holders_max: Some(1),
        max_since: Some(Day::MIN),
        holders_normal: Some(1),
        required: true,
    };
    let kind = written(&kind, &["kind"]);
    let rows = [
        row(
            "`org`",
            json!({"id": id, "versions": []}),
            of("org"),
            [("id", true), ("versions", true), ("duties", false)].into_iter().chain(said(OrgFacts::ATTRIBUTES)),
        ),
        row(
            "each of `versions`",
            json!({"valid_from": day, "name": "甲", "kind": "branch", "order": 1}),
            org("versions"),
            [("valid_from", true)]
                .into_iter()
                .chain(kept(OrgValues::ATTRIBUTES))
                .chain([("basis", false), ("acts", false)]),
        ),
        row(
            "each of `acts`",
            json!({}),
            move |act| {
                let version = json!({"valid_from": day, "name": "甲", "kind": "branch", "order": 1, "acts": [act]});
                json!({"org": {"id": id, "versions": [version]}})
            },
            [("fields", false), ("basis", false)],
        ),
        row(
            "each of `member_counts`",
            json!({"full": 1, "probationary": 1, "counted_on": day}),
            org("member_counts"),
            counts.iter().map(|(member, always)| (member.as_str(), *always)),
        ),
        row(
            "`person`",
            json!({"id": id, "name": "甲"}),
            of("person"),
            [("id", true)].into_iter().chain(said(Person::ATTRIBUTES)),
        ),
        row("`post`", post(json!([])), of("post"), said(Post::ATTRIBUTES)),
        row(
            "each of `kinds`",
            json!({"kind": "branch"}),
            move |object| json!({"post": post(json!([object]))}),
            kind.iter().map(|(member, always)| (member.as_str(), *always)),
        ),
        row(
            "`role`",
            json!({"id": id, "org_id": id, "post": "x", "holder": {"type": "person", "id": id}, "valid_from": day,
                   "order": 1}),
            of("role"),
            [("id", true)].into_iter().chain(kept(RoleFacts::ATTRIBUTES)),
        ),
        row(
            "`supervision`",
            json!({"id": id, "supervision_group_id": id, "org_id": id, "scope": "self", "valid_from": day}),
            of("supervision"),
            [("id", true)].into_iter().chain(kept(SupervisionFacts::ATTRIBUTES)),
        ),
        row(
            "`api_key`",
            json!({"id": id, "grants": []}),
            of("api_key"),
            [("id", true)].into_iter().chain(said(ApiKeyFacts::ATTRIBUTES)),
        ),
        row(
            "`person_alias`",
            json!({"id": id, "person_id": id}),
            of("person_alias"),
            [("id", true)].into_iter().chain(said(PersonAliasFacts::ATTRIBUTES)),
        ),
    ];
    for word in WORDS_OF_LINES {
        assert!(rows.iter().any(|row| row.starts_with(&format!("| `{word}` |"))), "the table has no `{word}`");
    }
    let head = "| object | required | optional | optional, `false` if left out | optional, empty if left out |\n";
    let table = format!("{head}|---|---|---|---|---|\n{}", rows.concat());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/JSON-LINES.md");
    let page = fs::read_to_string(&path).expect("a page");
    let (before, rest) = page.split_once(head).expect("a table");
    let (_, after) = rest.split_once("\n\n").expect("text after the table");
    let renewed = format!("{before}{table}\n{after}");
    if env::var_os(RENEW).is_some() {
        fs::write(path, renewed).expect("written");
        return;
    }
    assert!(page == renewed, "docs/JSON-LINES.md is not what the reader accepts; renew it: cargo xtask examples");
}

/// A line is read, or refused with its number, and the next one is read all the same.
#[test]
fn fuzz_lines() {
    let id = "\"01931b66-7d50-7c8a-9a57-000000000000\"";
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\n",
        "{\"person\":{",
        "{\"org\":{",
        "{\"role\":{",
        "\"id\":",
        id,
        "\"name\":",
        "\"x\"",
        "\"versions\":[",
        "\"valid_from\":",
        "\"2026-12-01\"",
        "\"kind\":",
        "\"branch\"",
        "\"order\":",
        "1",
        "null",
        "}}\n",
        "\r",
        "\u{feff}",
    ];
    let last = format!("{{\"person\":{{\"id\":{id},\"name\":\"x\"}}}}");
    try_texts(&pieces, |text| {
        let header = b"{\"format\":\"campus-org\",\"version\":1,\"zone\":\"Asia/Shanghai\",\"revision\":0}\n";
        let file = [header, text, b"\n", last.as_bytes()].concat();
        let read: Vec<_> = Reader::new(file.as_slice()).expect("a header").collect();
        let lines = text.iter().filter(|byte| **byte == b'\n').count() + 2;
        assert_eq!(read.len(), lines);
        for (at, read) in read.iter().enumerate() {
            let line = match read {
                Ok((line, _)) => *line,
                Err(ReadError { line, key: _, fault }) => {
                    assert!(!fault.to_string().contains('\n'), "{fault}");
                    *line
                }
            };
            assert_eq!(line, at as u64 + 2);
        }
        assert!(matches!(read.last(), Some(Ok((_, Record::Person(_))))));
        // As a header, it is refused or names the zone.
        drop(Reader::new(text));
    });
}
