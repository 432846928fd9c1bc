//! Every fault of a line is told, and no sound line is blamed.

use std::{io::Write, process::Stdio};

use serde_json::{Value, json};

use super::{block_on, header, id, load, org, person, role};
use crate::support::{Backend, TestDatabase, process::program};

/// What is told of each line of a file, the header not counted.
async fn told(lines: &[Value]) -> Vec<Vec<String>> {
    let database = TestDatabase::create(Backend::Sqlite).await;
    let file: Vec<String> = [header()].into_iter().chain(lines.iter().map(Value::to_string)).collect();
    let (entered, said) = load(&database.url, &file.join("\n"));
    assert!(!entered);
    database.remove().await;
    let of = |number: usize| {
        let begins = format!("line {number}: ");
        said.lines().filter_map(|line| line.strip_prefix(&begins)).map(str::to_owned).collect()
    };
    (2..lines.len() + 2).map(of).collect()
}

#[track_caller]
fn all_of(told: &[String], parts: &[&str]) {
    assert!(
        told.len() == parts.len() && parts.iter().all(|part| told.iter().any(|told| told.contains(part))),
        "{told:#?}"
    );
}

fn set(mut line: Value, pointer: &str, value: Value) -> Value {
    let (within, member) = pointer.rsplit_once('/').unwrap();
    line.pointer_mut(within).unwrap()[member] = value;
    line
}

#[test]
fn every_broken_rule_of_a_line_is_told() {
    block_on(async {
        let external = |value: &str| json!({"scheme": "hr", "value": value});
        let taken = json!([external("1"), external("2")]);
        let covers = json!({"supervision": {"id": id(20), "supervision_group_id": id(1), "org_id": id(1), "scope": "self", "valid_from": "1990-01-01"}});
        let late =
            set(role(21, 2, "head", json!({"type": "unit", "id": id(1)})), "/role/valid_from", json!("1990-01-01"));
        let told = told(&[
            org(1, "committee", None),
            org(2, "general_branch", Some(1)),
            json!({"person": {"id": id(3), "name": "甲", "staff_no": "A1", "external_ids": taken}}),
            json!({"person": {"id": id(4), "name": "乙", "staff_no": "A1", "external_ids": taken}}),
            covers,
            late,
            // It names nothing that there is, and its period has no day.
            set(role(22, 98, "none", person(97)), "/role/valid_until", json!("1980-01-01")),
            // Its number is too large, and it has no day.
            set(
                set(role(23, 1, "member", person(3)), "/role/order", json!(2_000_000)),
                "/role/valid_until",
                json!("1980-01-01"),
            ),
            // It has a field of another kind, and stands where it cannot.
            set(org(24, "party_group", Some(2)), "/org/versions/0/branch_type", json!("staff")),
            set(org(25, "branch", Some(2)), "/org/versions/0/unit_ids", json!([id(96), id(95)])),
        ])
        .await;
        all_of(&told[3], &["has this staff number", "hr:1", "hr:2"]);
        all_of(
            &told[4],
            &["cannot cover itself", "第1 was established on 2000-01-01", "not of the kind “supervision group”"],
        );
        all_of(&told[5], &["第1 was established on 2000-01-01", "第2 was established on 2000-01-01", "has no post"]);
        all_of(&told[6], &["org_id", "post: none", "holder/id", "has no day"]);
        all_of(&told[7], &["order: more than", "has no day"]);
        all_of(&told[8], &["branch_type", "cannot stand under"]);
        all_of(&told[9], &["unit_ids/0", "unit_ids/1"]);
    });
}

#[test]
fn successors_and_names_that_do_not_fit_are_told() {
    block_on(async {
        let ended = |line: Value, on: &str, by: u32| {
            let line = set(line, "/org/dissolved_on", json!(on));
            set(line, "/org/successor_ids", json!([id(by)]))
        };
        let group = |n: u32, name: &str| set(org(n, "leading_group", Some(1)), "/org/versions/0/name", json!(name));
        let unborn = set(org(7, "general_branch", Some(1)), "/org/versions/0/valid_from", json!("2025-01-01"));
        let told = told(&[
            org(1, "committee", None),
            org(2, "unit", None),
            set(org(3, "general_branch", Some(1)), "/org/dissolved_on", json!("2005-01-01")),
            // Their successors are dead, unborn, and of another world.
            ended(org(4, "general_branch", Some(1)), "2020-01-01", 3),
            ended(org(5, "general_branch", Some(1)), "2020-01-01", 7),
            ended(org(6, "general_branch", Some(1)), "2020-01-01", 2),
            unborn,
            // The same name in other characters.
            group(8, "ＡＢ小组"),
            group(9, "ab 小组"),
        ])
        .await;
        assert_eq!(told[0].len(), 0, "{told:#?}");
        all_of(&told[3], &["第3 was established on 2000-01-01 and ends on 2005-01-01."]);
        all_of(&told[4], &["第7 was established on 2025-01-01."]);
        all_of(&told[5], &["第2 is of the kind “unit” and 第6 is not"]);
        all_of(&told[7], &["leading group of this name"]);
        all_of(&told[8], &["leading group of this name"]);
    });
}

#[test]
fn a_line_is_not_blamed_for_the_line_of_what_it_names() {
    block_on(async {
        let told = told(&[
            org(1, "committee", None),
            // One cannot be read, and one has no versions.
            set(org(2, "general_branch", Some(1)), "/org/versions/0/name", json!(" 总支")),
            set(org(3, "general_branch", Some(1)), "/org/versions", json!([])),
            json!({"person": {"id": id(4), "name": ""}}),
            org(5, "branch", Some(2)),
            org(6, "branch", Some(3)),
            org(7, "party_group", Some(5)),
            role(8, 2, "secretary", person(4)),
            role(9, 5, "secretary", person(4)),
            role(10, 3, "none", person(4)),
        ])
        .await;
        let faults: Vec<usize> = told.iter().map(Vec::len).collect();
        assert_eq!(faults, [0, 1, 1, 1, 0, 0, 0, 0, 0, 1], "{told:#?}");
        assert!(told[9][0].contains("post: none"), "{told:#?}");
    });
}

#[test]
fn the_lines_are_told_in_chinese_too() {
    block_on(async {
        let database = TestDatabase::create(Backend::Sqlite).await;
        let mut lines =
            vec![header(), org(1, "committee", None).to_string(), role(15, 1, "member", person(98)).to_string()];
        let (untrimmed, number) =
            (json!({"id": id(3), "name": " 甲", "phone": "1"}), json!({"id": id(3), "name": "甲", "phone": 5}));
        let (missing, unknown) = (json!({"id": id(3)}), json!({"id": id(3), "name": "甲", "age": 5}));
        lines.extend([untrimmed, number, missing, unknown].map(|person| json!({"person": person}).to_string()));
        lines.extend([json!({"club": {}}).to_string(), "{".to_owned()]);
        let file = lines.join("\n");
        let mut process = program(&["load", "-", "--create", "--lang", "zh_CN.UTF-8", "--database-url", &database.url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.take().unwrap().write_all(file.as_bytes()).unwrap();
        let said = String::from_utf8(process.wait_with_output().unwrap().stderr).unwrap();
        for told in [
            format!("第 3 行：holder/id：{}：没有这个人员。", id(98)),
            "第 4 行：name：首尾不能有空白字符：\" 甲\"".to_owned(),
            "第 5 行：phone：必须是字符串：5".to_owned(),
            "第 6 行：name：必填".to_owned(),
            "第 7 行：age：该对象没有此字段".to_owned(),
            "第 8 行：第 7 列：必须是以下之一：org、".to_owned(),
            "第 9 行：第 1 列：不是合法的 JSON".to_owned(),
        ] {
            assert!(said.contains(&told), "{told}: {said}");
        }
        database.remove().await;
    });
}
