//! The house is tidy: rooms use only the rooms that they may use, no files use each other in a circle, files have one
//! subject, and there is one clock.

mod code;
mod files;
mod packages;

use std::{
    fs,
    path::{Path, PathBuf},
};

use self::files::{Files, sources};

const FILE_LINES_MAX: usize = 500;

/// The rooms that each room may use (docs/ARCHITECTURE.md). Only `store` uses SQL.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("directory", &["domain"]),
    ("access", &["directory", "domain"]),
    ("clock", &["domain"]),
    ("record", &["domain"]),
    ("sample", &["record", "domain"]),
    ("load", &["record", "registry", "store", "words", "domain", "clock"]),
    ("verify", &["load", "registry", "store", "words", "domain", "clock"]),
    ("dump", &["feed", "record", "registry", "store"]),
    ("store", &["domain", "entity", "migration", "sea_orm"]),
    ("registry", &["store", "access", "directory", "domain", "clock"]),
    ("feed", &["record", "registry", "access", "directory", "domain"]),
    ("provider", &["registry", "access", "config", "domain", "clock"]),
    (
        "http",
        &["feed", "record", "provider", "registry", "access", "directory", "words", "domain", "clock", "telemetry"],
    ),
    ("keys", &["registry", "access", "words", "domain"]),
    ("config", &["access", "keys", "telemetry", "words", "domain"]),
    ("words", &["directory", "domain"]),
    ("telemetry", &["domain", "clock"]),
    (
        "main",
        &[
            "access",
            "clock",
            "config",
            "directory",
            "domain",
            "dump",
            "http",
            "keys",
            "load",
            "provider",
            "record",
            "registry",
            "sample",
            "store",
            "telemetry",
            "verify",
            "words",
        ],
    ),
];

/// The same within `http`. Any other part is a resource, which the register names. A resource uses `kit`, and another
/// resource only for the shapes that answers have in common: [`SHAPES`].
const HTTP_MAY_USE: &[(&str, &[&str])] = &[
    ("kit", &[]),
    ("service", &["kit"]),
    ("operations", &["kit", "service"]),
    ("openapi", &["kit", "operations"]),
    ("app", &["kit", "operations", "openapi", "service"]),
    ("mod", &["app"]),
];

/// The shapes that a part of `http` takes from a resource.
const SHAPES: &[(&str, &[&str])] = &[
    ("orgs", &["roles::RoleBody"]),
    ("roles", &["orgs::OrgRef"]),
    ("supervisions", &["orgs::OrgRef"]),
    (
        "leading_groups",
        &[
            "orgs::OrgRef",
            "roles::HolderBody",
            "roles::SitterBody",
            "roles::PersonRef",
            "roles::RoleRef",
            "supervisions::CoveringBody",
        ],
    ),
    ("changes", &["people::ShownPerson"]),
    ("openapi", &["roles::HolderWord"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files() -> Files {
    Files::read(&root().join("src"))
}

/// Every source file of the service: its path below `src`, and its text without comments.
fn texts() -> Vec<(String, String)> {
    let src = root().join("src");
    let mut found = Vec::new();
    sources(&src, &mut found);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        (path.strip_prefix(&src).unwrap().display().to_string(), code)
    };
    found.into_iter().map(read).collect()
}

/// What a table says of a room.
fn said<'t>(table: &'t [(&str, &'t [&'t str])], room: &str) -> Option<&'t [&'t str]> {
    table.iter().find(|(name, _)| *name == room).map(|(_, said)| *said)
}

/// The first name of a path of a file below `src`, or below the folder of a room.
fn room_of(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap()
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let files = files();
    let mut faults = Vec::new();
    for (at, file) in files.files.iter().enumerate() {
        let path = &file.path;
        let room = room_of(path);
        if room == "lib" {
            continue;
        }
        let may_use = said(MAY_USE, room).unwrap_or_else(|| panic!("what is {path}?"));
        for (used, name) in files.named_in(at) {
            let other = room_of(&files.files[used].path);
            // `lib.rs` has nothing of its own.
            if other != room && other != "lib" && !may_use.contains(&other) {
                faults.push(format!("{path} uses {name}"));
            }
        }
        for foreign in files.crates_of(at) {
            if ["sea_orm", "entity", "migration"].contains(&foreign) && !may_use.contains(&foreign) {
                faults.push(format!("{path} uses {foreign}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_parts_of_http_use_only_what_they_may() {
    let files = files();
    let mut faults = Vec::new();
    for (at, file) in files.files.iter().enumerate() {
        let Some(below) = file.path.strip_prefix("http/").filter(|below| *below != "tests.rs") else { continue };
        let part = room_of(below);
        let may_use = said(HTTP_MAY_USE, part).unwrap_or(&["kit"]);
        for (used, name) in files.named_in(at) {
            let Some(other) = files.files[used].path.strip_prefix("http/").map(room_of) else { continue };
            let shape = said(SHAPES, part).unwrap_or_default().iter().any(|shape| {
                let whole = format!("http::{shape}");
                name == whole || name.strip_prefix(&whole).is_some_and(|rest| rest.starts_with("::"))
            });
            let registers = part == "operations" && said(HTTP_MAY_USE, other).is_none();
            if other != part && !may_use.contains(&other) && !shape && !registers {
                faults.push(format!("http/{below} uses {name}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let circles = files().circles();
    assert!(circles.is_empty(), "move what they share to a file below them: {circles:#?}");
}

#[test]
fn files_have_one_subject() {
    let mut found = Vec::new();
    for folder in ["src", "tests", "xtask", "entity", "migration", "bench", "benches"] {
        sources(&root().join(folder), &mut found);
    }
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<_> = found.iter().map(|path| (path, lines(path))).filter(|(_, n)| *n > FILE_LINES_MAX).collect();
    assert!(long.is_empty(), "more than {FILE_LINES_MAX} lines: {long:?}");
}

#[test]
fn time_and_ids_come_from_one_place() {
    for (path, code) in texts() {
        for word in ["Utc::now", "Local::now", "SystemTime::now", "now_v7", "Uuid::new_v4"] {
            assert!(!code.contains(word) || path == "clock.rs", "{path}: {word}");
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    for (path, code) in texts() {
        for word in ["todo!", "unimplemented!", "dbg!"] {
            assert!(!code.contains(word), "{path}: {word}");
        }
    }
}
