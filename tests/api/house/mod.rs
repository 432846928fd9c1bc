//! The house is tidy: rooms use only the rooms that they may use, files have one subject, and there is one clock.

use std::{
    fs,
    path::{Path, PathBuf},
};

const FILE_LINES_MAX: usize = 500;

/// The rooms that each room may use (docs/ARCHITECTURE.md). Only `store` uses SQL.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("directory", &["domain"]),
    ("clock", &["domain"]),
    ("record", &["domain"]),
    ("sample", &["record", "domain"]),
    ("load", &["record", "registry", "store", "domain", "clock"]),
    ("store", &["domain", "entity", "migration", "sea_orm"]),
    ("registry", &["store", "directory", "domain", "clock"]),
    ("http", &["registry", "directory", "words", "domain", "clock", "telemetry"]),
    ("config", &["telemetry"]),
    ("words", &["directory", "domain"]),
    ("telemetry", &["domain", "clock"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file of the service: its path below `src`, and its text without comments.
fn files() -> Vec<(String, String)> {
    let src = root().join("src");
    let mut found = Vec::new();
    sources(&src, &mut found);
    assert!(found.len() > 50, "not the sources");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        (path.strip_prefix(&src).unwrap().display().to_string(), code)
    };
    found.into_iter().map(read).collect()
}

/// The paths that a file names after `crate::`, with groups expanded.
fn named(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for start in ["crate::", "campus_org::"] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            let prefixed = code[..at].chars().next_back();
            if prefixed.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == '$') {
                continue;
            }
            if let Some(group) = rest.strip_prefix('{') {
                names.extend(members(group));
            } else {
                names.push(path_of(rest));
            }
        }
    }
    names
}

fn path_of(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect()
}

/// The members of a group up to its closing brace: the first word of each.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut found, mut word) = (1, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && c == ',' {
            found.push(std::mem::take(&mut word));
        } else if !c.is_whitespace() {
            word.push(c);
        }
    }
    found.push(word);
    found.retain(|word| !word.is_empty());
    // `store::{RequestKey}` names `store::RequestKey`.
    found.into_iter().map(|word| word.replace(['{', '}'], "")).collect()
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let rooms: Vec<&str> = MAY_USE.iter().map(|(room, _)| *room).collect();
    let mut faults = Vec::new();
    for (path, code) in files() {
        let room = path.split(['/', '.']).next().unwrap().to_owned();
        if matches!(room.as_str(), "main" | "lib") {
            continue;
        }
        let (_, may_use) = MAY_USE.iter().find(|(name, _)| *name == room).unwrap_or_else(|| panic!("what is {path}?"));
        for name in named(&code) {
            let other = name.split(':').next().unwrap();
            if rooms.contains(&other) && other != room && !may_use.contains(&other) {
                faults.push(format!("{path} uses {name}"));
            }
        }
        for foreign in ["sea_orm", "entity", "migration"] {
            let uses = code.contains(&format!("{foreign}::"))
                && code
                    .match_indices(&format!("{foreign}::"))
                    .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':')));
            if uses && !may_use.contains(&foreign) {
                faults.push(format!("{path} uses {foreign}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn files_have_one_subject() {
    let mut found = Vec::new();
    sources(&root().join("src"), &mut found);
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<_> = found.iter().map(|path| (path, lines(path))).filter(|(_, n)| *n > FILE_LINES_MAX).collect();
    assert!(long.is_empty(), "more than {FILE_LINES_MAX} lines: {long:?}");
}

#[test]
fn time_and_ids_come_from_one_place() {
    for (path, code) in files() {
        for word in ["Utc::now", "Local::now", "SystemTime::now", "now_v7", "Uuid::new_v4"] {
            assert!(!code.contains(word) || path == "clock.rs", "{path}: {word}");
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    for (path, code) in files() {
        for word in ["todo!", "unimplemented!", "dbg!"] {
            assert!(!code.contains(word), "{path}: {word}");
        }
    }
}

#[test]
fn the_checks_themselves_see() {
    let code = "use crate::{\n store::{RequestKey},\n domain::Day,\n};\nuse crate::http::Page; $crate::store::X";
    assert_eq!(named(code), ["store::RequestKey", "domain::Day", "http::Page"]);
}
