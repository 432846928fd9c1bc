//! `campus-org load`: a whole directory from JSON lines, everything or nothing.

mod faults;

use std::{
    io::{ErrorKind, Write},
    process::Stdio,
};

use campus_org::registry;
use serde_json::{Value, json};

use crate::support::{
    Backend, TestDatabase,
    process::{Serving, output, program},
};

const ZONE: chrono_tz::Tz = chrono_tz::Asia::Shanghai;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// Runs a test on each database.
fn on_both<T: Future<Output = ()>>(test: impl Fn(TestDatabase) -> T) {
    block_on(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            test(TestDatabase::create(backend).await).await;
        }
    });
}

fn generated(universities: &str) -> String {
    let output = output(&["generate", "--universities", universities, "--seed", "3"]);
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Loads a file from standard input. Returns whether it was entered, and what was printed.
fn load(url: &str, file: &str) -> (bool, String) {
    let mut process = program(&["load", "-", "--create", "--database-url", url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // If the directory is not empty, it does not read to the end.
    let written = process.stdin.take().unwrap().write_all(file.as_bytes());
    assert!(written.is_ok() || written.unwrap_err().kind() == ErrorKind::BrokenPipe);
    let output = process.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap()).concat();
    (output.status.success(), said)
}

fn header() -> String {
    json!({"format": "campus-org", "version": 1, "zone": "Asia/Shanghai", "revision": 0}).to_string()
}

fn id(n: u32) -> String {
    format!("01931b66-7d50-7000-8000-{n:012x}")
}

fn org(n: u32, kind: &str, parent: Option<u32>) -> Value {
    let mut version = json!({"valid_from": "2000-01-01", "name": format!("第{n}"), "kind": kind, "order": 1});
    if let Some(parent) = parent {
        version["parent_id"] = json!(id(parent));
    }
    json!({"org": {"id": id(n), "versions": [version]}})
}

/// A line whose object has another member.
fn with(mut record: Value, kind: &str, member: &str, value: Value) -> String {
    record[kind][member] = value;
    record.to_string()
}

/// A line with a dissolved branch.
fn succeeded(n: u32, successors: &[u32]) -> String {
    let mut ended = org(n, "branch", Some(2));
    ended["org"]["dissolved_on"] = json!("2020-01-01");
    let successors: Vec<String> = successors.iter().map(|n| id(*n)).collect();
    with(ended, "org", "successor_ids", json!(successors))
}

/// A line with the nil UUID for an id.
fn nil(mut record: Value) -> String {
    for object in record.as_object_mut().unwrap().values_mut() {
        object["id"] = json!("00000000-0000-0000-0000-000000000000");
    }
    record.to_string()
}

fn role(n: u32, org: u32, post: &str, holder: Value) -> Value {
    json!({"role": {"id": id(n), "org_id": id(org), "post": post, "holder": holder, "valid_from": "2010-01-01", "order": 1}})
}

fn person(n: u32) -> Value {
    json!({"type": "person", "id": id(n)})
}

#[test]
fn what_generate_writes_is_entered_whole() {
    let file = generated("1");
    on_both(async |database| {
        let (entered, said) = load(&database.url, &file);
        assert!(entered, "{said}");
        let records = file.lines().count() - 1;
        assert!(said.contains(&format!("{records} records entered")), "{said}");
        let store = database.connect().await;
        let loaded = registry::load(&store, ZONE).await.unwrap();
        // One entry holds a thousand records.
        assert_eq!(loaded.revision(), 1 + records.div_ceil(1000) as u64);
        assert!(registry::replay(&store, ZONE).await.unwrap() == loaded, "the log differs from the tables");
        let counts = loaded.counts();
        assert_eq!(counts.orgs + counts.people + counts.roles + counts.supervisions, records);
        // Nothing can be entered on top of it.
        let (entered, said) = load(&database.url, &file);
        assert!(!entered && said.contains("not empty"), "{said}");
        assert!(registry::load(&store, ZONE).await.unwrap() == loaded);
        store.close().await.unwrap();
        database.remove().await;
    });
}

#[test]
fn a_crowded_post_is_told_at_a_line_that_is_there() {
    // None of them is entered: each is refused for its own reason, and no line exceeds the maximum.
    let roles = [98, 99].map(|nobody| role(nobody + 100, 1, "secretary", person(nobody)));
    let [one, other] = roles;
    let file = [header(), org(1, "committee", None).to_string(), one.to_string(), other.to_string()].join("\n");
    on_both(async |database| {
        let (entered, said) = load(&database.url, &file);
        assert!(!entered && said.contains("line 3: ") && said.contains("line 4: "), "{said}");
        assert!(!said.contains("line 0"), "{said}");
        database.remove().await;
    });
}

#[test]
fn a_code_stands_once_below_a_top_committee() {
    let coded = |n: u32, parent: u32, from: &str, until: Option<&str>| {
        let mut org = org(n, "branch", Some(parent));
        org["org"]["versions"][0]["code"] = json!("611");
        org["org"]["versions"][0]["valid_from"] = json!(from);
        if let Some(until) = until {
            org["org"]["dissolved_on"] = json!(until);
        }
        org
    };
    let lines = |orgs: &[Value]| {
        let tops = [org(1, "committee", None), org(2, "committee", None)];
        [header()].into_iter().chain(tops.iter().chain(orgs).map(Value::to_string)).collect::<Vec<_>>().join("\n")
    };
    let apart = [
        coded(11, 1, "2001-01-01", Some("2005-01-01")),
        coded(12, 2, "2001-01-01", None),
        coded(13, 1, "2005-01-01", None),
    ];
    let together = [coded(11, 1, "2001-01-01", Some("2005-01-01")), coded(13, 1, "2004-12-31", None)];
    on_both(async |database| {
        let (entered, said) = load(&database.url, &lines(&together));
        assert!(!entered && said.contains("line 4: ") && said.contains("line 5: "), "{said}");
        let (entered, said) = load(&database.url, &lines(&apart));
        assert!(entered, "{said}");
        database.remove().await;
    });
}

#[test]
fn every_bad_line_is_told_and_nothing_is_entered() {
    let mut short = org(20, "branch", Some(2));
    short["org"]["versions"] = json!([]);
    let mut turned = org(21, "branch", Some(2));
    turned["org"]["versions"]
        .as_array_mut()
        .unwrap()
        .push(json!({"valid_from": "1999-01-01", "name": "旧", "kind": "branch", "order": 1}));
    let mut placed = org(22, "branch", Some(2));
    placed["org"]["versions"][0]["order"] = json!(-1);
    let mut post = json!({"post": {"code": "clerk", "name": "干事", "rank": 500, "leadership": false, "kinds": []}});
    post["post"]["kinds"] = json!([{"kind": "branch"}, {"kind": "branch"}]);
    let covers = |n: u32, group: u32, org: u32| json!({"supervision": {"id": id(n), "supervision_group_id": id(group), "org_id": id(org), "scope": "self", "valid_from": "2010-01-01"}});
    let lines = [
        (org(1, "committee", None).to_string(), None),
        (org(2, "general_branch", Some(1)).to_string(), None),
        (json!({"person": {"id": id(3), "name": "甲", "staff_no": "A1"}}).to_string(), None),
        (json!({"person": {"id": id(4), "name": "乙"}}).to_string(), None),
        (role(5, 2, "secretary", person(3)).to_string(), None),
        (org(6, "leading_group", Some(1)).to_string(), None),
        (org(7, "supervision_group", Some(6)).to_string(), None),
        (covers(8, 7, 2).to_string(), None),
        // From here on, each line is bad.
        ("not JSON".to_owned(), Some("expected")),
        (json!({"orgg": {}}).to_string(), Some("unknown variant")),
        (org(1, "committee", None).to_string(), Some("id: the same as in line 2")),
        (org(9, "party_group", Some(2)).to_string(), Some("cannot stand under")),
        (org(10, "branch", Some(999)).to_string(), Some("There is no such org")),
        (short.to_string(), Some("an org needs versions")),
        (turned.to_string(), Some("an org needs versions")),
        (placed.to_string(), Some("order: more than 1000000, or less than 0")),
        (nil(org(23, "branch", Some(2))), Some("nil UUID")),
        (nil(json!({"person": {"name": "丁"}})), Some("nil UUID")),
        (nil(role(23, 2, "member", person(4))), Some("nil UUID")),
        (nil(covers(23, 7, 1)), Some("nil UUID")),
        (json!({"person": {"id": id(11), "name": "丙", "staff_no": "A1"}}).to_string(), Some("has this staff number")),
        (
            role(12, 2, "member", person(999)).to_string(),
            Some("holder/id: 01931b66-7d50-7000-8000-0000000003e7: There is no such person."),
        ),
        (role(13, 2, "none", person(3)).to_string(), Some("post: none: There is no such post.")),
        (role(14, 2, "head", person(3)).to_string(), Some("has no post")),
        (role(15, 2, "secretary", person(4)).to_string(), Some("may have 1 holder, but")),
        (
            role(16, 2, "secretary", json!({"type": "seat", "id": {"org_id": id(998), "post": "secretary"}}))
                .to_string(),
            Some("There is no such org"),
        ),
        (covers(17, 7, 2).to_string(), Some("already")),
        (covers(18, 2, 1).to_string(), Some("supervision group")),
        (post.to_string(), Some("is given twice")),
        (
            role(24, 2, "secretary", json!({"type": "seat", "id": {"org_id": id(2), "post": "secretary"}})).to_string(),
            Some("A seat cannot point at"),
        ),
        (covers(25, 7, 7).to_string(), Some("cannot cover itself")),
        (succeeded(26, &[26]), Some("cannot be its own successor")),
        (succeeded(27, &[2, 2]), Some("successor_ids/1: Stands in this list already.")),
        (
            with(org(28, "branch", Some(2)), "org", "end_basis", json!({"title": "通知"})),
            Some("end_basis: allowed only"),
        ),
        (with(org(29, "branch", Some(2)), "org", "successor_ids", json!([id(2)])), Some("successor_ids: allowed only")),
        (
            with(role(30, 2, "member", person(4)), "role", "end_basis", json!({"title": "通知"})),
            Some("end_basis: allowed only"),
        ),
        (with(covers(31, 7, 1), "supervision", "end_basis", json!({"title": "通知"})), Some("end_basis: allowed only")),
    ];
    let file: String =
        [header()].into_iter().chain(lines.iter().map(|(line, _)| line.clone())).map(|line| line + "\n").collect();
    on_both(async |database| {
        let (entered, said) = load(&database.url, &file);
        assert!(!entered);
        for (number, (line, why)) in (2..).zip(&lines) {
            let told: Vec<&str> = said.lines().filter(|told| told.starts_with(&format!("line {number}: "))).collect();
            match why {
                // If two lines contradict each other, both are reported.
                None => assert!(
                    told.iter().all(|told| told.contains("this staff number")
                        || told.contains("already")
                        || told.contains("may have 1 holder")),
                    "{line}: {told:?}"
                ),
                Some(why) => assert!(told.iter().any(|told| told.contains(why)), "{line}: {told:?}\n{said}"),
            }
        }
        let store = database.connect().await;
        assert_eq!(registry::load(&store, ZONE).await.unwrap().revision(), 1);
        // Without the bad lines it is entered.
        let good: String = [header()]
            .into_iter()
            .chain(lines.iter().filter(|(_, why)| why.is_none()).map(|(line, _)| line.clone()))
            .map(|line| line + "\n")
            .collect();
        let (entered, said) = load(&database.url, &good);
        assert!(entered, "{said}");
        store.close().await.unwrap();
        database.remove().await;
    });
}

#[test]
fn a_fault_names_its_member_and_the_other_line_and_no_sound_line_is_blamed() {
    block_on(async {
        let database = TestDatabase::create(Backend::Sqlite).await;
        let from = |mut role: Value, from: &str, until: Option<&str>| {
            role["role"]["valid_from"] = json!(from);
            if let Some(until) = until {
                role["role"]["valid_until"] = json!(until);
            }
            role.to_string()
        };
        let mut untrimmed = org(5, "branch", Some(2));
        untrimmed["org"]["versions"][0]["name"] = json!(" 支部");
        let lines = [
            header(),
            org(1, "committee", None).to_string(),
            org(2, "general_branch", Some(1)).to_string(),
            json!({"person": {"id": id(3), "name": "甲"}}).to_string(),
            // Sound, although the next one has an impossible period.
            from(role(11, 2, "secretary", person(3)), "2010-01-01", None),
            from(role(12, 2, "secretary", person(3)), "2015-01-01", Some("2012-01-01")),
            // These two overlap.
            from(role(13, 1, "member", person(3)), "2010-01-01", None),
            from(role(14, 1, "member", person(3)), "2015-01-01", None),
            // Three faults in one line.
            from(role(15, 99, "none", person(98)), "2015-01-01", None),
            untrimmed.to_string(),
        ];
        let (entered, said) = load(&database.url, &lines.join("\n"));
        let of = |number: u32| {
            let begins = format!("line {number}: ");
            said.lines().filter_map(|line| line.strip_prefix(&begins)).collect::<Vec<_>>()
        };
        assert!(!entered && of(5).is_empty(), "{said}");
        assert!(
            of(6).len() == 1 && of(6)[0].starts_with("The period from 2015-01-01 until 2012-01-01 has no day."),
            "{said}"
        );
        for (line, other) in [(7, 8), (8, 7)] {
            let [told] = of(line)[..] else { panic!("{said}") };
            assert!(
                told.starts_with("甲 is committee member of 第1 from ")
                    && told.ends_with(&format!("See line {other}.")),
                "{said}"
            );
        }
        let missing = |member: &str, value: &str, what: &str| format!("{member}: {value}: There is no such {what}.");
        assert_eq!(
            of(9),
            [
                missing("org_id", &id(99), "org"),
                missing("post", "none", "post"),
                missing("holder/id", &id(98), "person"),
            ]
        );
        assert_eq!(of(10)[0], "versions/0/name: must not begin or end with white space: \" 支部\"", "{said}");
        database.remove().await;
    });
}

#[test]
fn the_file_of_the_documentation_is_loaded_and_has_every_member_of_its_table() {
    let page = include_str!("../../docs/JSON-LINES.md");
    let (_, file) = page.split_once("```json\n").unwrap();
    let (file, rest) = file.split_once("```\n").unwrap();
    let table: Vec<&str> = rest.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert_eq!(table.len(), 11);
    for member in table.iter().flat_map(|line| line.split('`').skip(1).step_by(2)) {
        let shown = file.contains(&format!("\"{member}\":"))
            || ["name_en", "acting", "joint", "temporary", "max_since", "erased"].contains(&member);
        assert!(shown, "{member}");
    }
    on_both(async |database| {
        let (entered, said) = load(&database.url, file);
        assert!(entered, "{said}");
        let store = database.connect().await;
        let counts = registry::load(&store, ZONE).await.unwrap().counts();
        assert_eq!((counts.orgs, counts.people, counts.roles, counts.supervisions), (5, 1, 3, 1));
        store.close().await.unwrap();
        database.remove().await;
    });
}

#[test]
fn files_of_earlier_versions_are_read() {
    on_both(async |database| {
        let version = json!({"valid_from": "2000-01-01", "name": "党委", "kind": "committee", "order": 1});
        let mut later = version.clone();
        (later["valid_from"], later["name"]) = (json!("2010-01-01"), json!("大学党委"));
        later["acts"] = json!([{"fields": ["name"]}]);
        let counts = json!({"full": 9, "probationary": 1, "counted_on": "2019-12-31"});
        let line =
            json!({"org": {"id": id(1), "duties": "抓总", "member_counts": counts, "versions": [version, later]}});
        let (entered, said) =
            load(&database.url, &format!("{}\n{line}\n", header().replace("\"version\":1", "\"version\":2")));
        assert!(entered, "{said}");
        let store = database.connect().await;
        let loaded = registry::load(&store, ZONE).await.unwrap();
        let org = loaded.org(id(1).parse::<uuid::Uuid>().unwrap().into()).unwrap();
        assert!(
            org.versions.iter().all(|version| version
                .values
                .duties
                .as_ref()
                .is_some_and(|duties| duties.to_string() == "抓总"))
        );
        assert_eq!(json!(org.facts.member_counts), json!([counts]));
        store.close().await.unwrap();
        database.remove().await;
    });
}

#[test]
fn what_is_wrong_with_a_line_is_told_as_of_that_line() {
    on_both(async |database| {
        let begun = format!("\u{feff}{}\n", header());
        for (lines, why) in [
            ("\n", "line 2: empty"),
            ("{\"org\":\n", "line 2: EOF while parsing a value at column 7"),
            ("{\"club\":{}}\r\n", "line 2: unknown variant `club`"),
        ] {
            let (entered, said) = load(&database.url, &format!("{begun}{lines}"));
            assert!(!entered && said.contains(why) && !said.contains("at line"), "{said}");
        }
        let (entered, said) = load(&database.url, &begun);
        assert!(entered, "{said}");
        database.remove().await;
    });
}

#[test]
fn a_file_of_another_format_or_zone_is_refused() {
    on_both(async |database| {
        for (file, why) in [
            ("", "line 1: not the header"),
            ("{\"format\":\"other\",\"version\":1}\n", "line 1: not the header"),
            ("{\"format\":\"campus-org\",\"version\":99}\n", "version 99"),
            ("{\"format\":\"campus-org\",\"version\":1,\"zone\":\"Moon/Base\"}\n", "no such time zone"),
        ] {
            let (entered, said) = load(&database.url, file);
            assert!(!entered && said.contains(why), "{said}");
        }
        let store = database.store().await;
        assert_eq!(store.zone("Asia/Urumqi").await.unwrap(), "Asia/Urumqi");
        let (entered, said) = load(&database.url, &header());
        assert!(!entered && said.contains("Asia/Urumqi") && said.contains("Asia/Shanghai"), "{said}");
        store.close().await.unwrap();
        database.remove().await;
    });
}

#[test]
fn without_its_file_no_database_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let [file, database] = ["none.jsonl", "none.db"].map(|name| folder.path().join(name));
    let url = format!("sqlite://{}", database.display());
    let output = output(&["load", file.to_str().unwrap(), "--create", "--database-url", &url]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("none.jsonl"));
    assert!(!database.exists());
}

#[test]
fn what_was_entered_stands_in_the_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("whole.db");
    let url = format!("sqlite://{}", file.display());
    let alone = || {
        let others = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        others.filter(|name| name != "whole.db" && name != "whole.db.lock").collect::<Vec<_>>()
    };
    for turn in 0..5 {
        assert!(output(&["migrate", "up", "--create", "--database-url", &url]).status.success());
        assert!(alone().is_empty(), "migrated: {:?}", alone());
        let bad = format!("{}\n{{}}\n", header());
        for (file, enters) in [(bad, false), (format!("{}\n{}\n", header(), org(1, "committee", None)), true)] {
            let (entered, said) = load(&url, &file);
            assert_eq!(entered, enters, "{said}");
            assert!(alone().is_empty(), "turn {turn}, loaded: {:?}", alone());
        }
        std::fs::remove_file(&file).unwrap();
    }
}

#[test]
fn a_file_that_is_served_is_not_loaded_into() {
    block_on(async {
        let database = TestDatabase::create(Backend::Sqlite).await;
        let serving = Serving::on(&database.url);
        let (entered, said) = load(&database.url, &format!("{}\n{}", header(), org(1, "committee", None)));
        assert!(!entered && said.contains("--database-url"), "{said}");
        drop(serving);
        database.remove().await;
    });
}

#[test]
fn a_server_that_shares_the_database_shows_what_was_loaded() {
    block_on(async {
        let database = TestDatabase::create(Backend::Postgres).await;
        let serving = Serving::on(&database.url);
        let (entered, said) = load(&database.url, &format!("{}\n{}", header(), org(1, "committee", None)));
        assert!(entered, "{said}");
        let asked = crate::support::process::client().get(format!("{}/orgs/{}", serving.address, id(1)));
        let answer = asked.header("directory-min-revision", "3").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        drop(serving);
        database.remove().await;
    });
}
