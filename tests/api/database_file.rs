//! The file of an SQLite database: when it is made, when it is refused, and what happens if it is moved, removed or
//! replaced while it is served.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::process::{self, PROCESS_MAX, Serving, failure, output, program};

/// The maximum time until a serving process notices.
const NOTICED_MAX: Duration = Duration::from_secs(1);

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn moved(from: &Path, to: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let with = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        fs::rename(with(from), with(to)).unwrap();
    }
}

/// A service whose database file is in a folder of its own.
struct Served {
    folder: tempfile::TempDir,
    serving: Serving,
    client: reqwest::Client,
}

impl Served {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let serving = Serving::on(&url(&folder.path().join("campus.db")));
        Self { folder, serving, client: process::client() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Enters a person. Returns the status, and whether the outcome is unknown.
    async fn enter(&self, name: &str) -> (u16, bool) {
        let request = self.client.post(format!("{}/people", self.serving.address)).json(&json!({ "name": name }));
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        (status, body["outcome_unknown"] == true)
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.client.get(format!("{}{path}", self.serving.address)).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn names(&self) -> Vec<String> {
        let (status, people) = self.get("/people?sort=name").await;
        assert_eq!(status, 200);
        people["items"].as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until readiness is 503 for the reason that the file is not there.
    async fn notices(&self) {
        let began = Instant::now();
        loop {
            let (status, body) = self.get("/health/ready").await;
            if status == 503 {
                let why = body["detail"].as_str().unwrap();
                assert!(why.contains("removed, moved or replaced"), "{body}");
                return;
            }
            assert!(began.elapsed() < NOTICED_MAX, "{body}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn recovers(&self) {
        let began = Instant::now();
        while self.get("/health/ready").await.0 != 200 {
            assert!(began.elapsed() < PROCESS_MAX, "it does not recover");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[test]
fn a_moved_sqlite_file_takes_no_writes_until_it_is_back() {
    block_on(async {
        let served = Served::start();
        assert_eq!(served.enter("甲").await, (201, false));
        moved(&served.path("campus.db"), &served.path("aside.db"));
        // Nothing has looked yet: the write itself does.
        let began = Instant::now();
        assert_eq!(served.enter("乙").await, (503, false));
        assert!(began.elapsed() < NOTICED_MAX);
        served.notices().await;
        assert_eq!(served.names().await, ["甲"]);
        moved(&served.path("aside.db"), &served.path("campus.db"));
        served.recovers().await;
        assert_eq!(served.enter("丙").await, (201, false));
        assert_eq!(served.names().await, ["丙", "甲"]);
    });
}

#[test]
fn another_sqlite_file_in_its_place_is_refused_until_a_restart() {
    block_on(async {
        let mut served = Served::start();
        assert_eq!(served.enter("甲").await, (201, false));
        let copy = served.path("copy.db");
        let said = std::process::Command::new(env!("CARGO_BIN_EXE_campus-org"))
            .args(["migrate", "up", "--create", "--database-url", &url(&copy)])
            .output()
            .unwrap();
        assert!(said.status.success());
        moved(&served.path("campus.db"), &served.path("aside.db"));
        fs::rename(&copy, served.path("campus.db")).unwrap();
        served.notices().await;
        for _ in 0..20 {
            assert_eq!(served.enter("乙").await, (503, false));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(served.names().await, ["甲"]);
        served.serving.signal("TERM");
        served.serving.ended().await;
        // What was acknowledged is in the file that was served; the other one is untouched.
        served.serving = Serving::on(&url(&served.path("aside.db")));
        assert_eq!(served.names().await, ["甲"]);
        served.serving = Serving::on(&url(&served.path("campus.db")));
        assert_eq!(served.names().await, Vec::<String>::new());
    });
}

#[test]
fn a_removed_sqlite_file_takes_no_writes() {
    block_on(async {
        let served = Served::start();
        assert_eq!(served.enter("甲").await, (201, false));
        fs::remove_file(served.path("campus.db")).unwrap();
        served.notices().await;
        assert_eq!(served.enter("乙").await, (503, false));
        assert_eq!(served.names().await, ["甲"]);
        assert!(!served.path("campus.db").exists(), "nothing is made in its place");
    });
}

#[test]
fn without_its_wal_an_sqlite_file_takes_no_writes_and_keeps_all_at_the_end() {
    block_on(async {
        let mut served = Served::start();
        assert_eq!(served.enter("甲").await, (201, false));
        fs::remove_file(served.path("campus.db-wal")).unwrap();
        served.notices().await;
        assert_eq!(served.enter("乙").await, (503, false));
        served.serving.signal("TERM");
        served.serving.ended().await;
        served.serving = Serving::on(&url(&served.path("campus.db")));
        assert_eq!(served.names().await, ["甲"]);
        assert_eq!(served.enter("丙").await, (201, false));
    });
}

/// While one task moves the file away and back, another writes. Whatever was acknowledged is in the file.
#[test]
fn no_write_is_acknowledged_that_is_not_in_the_sqlite_file() {
    block_on(async {
        let mut served = Served::start();
        let (here, aside) = (served.path("campus.db"), served.path("aside.db"));
        let moving = tokio::task::spawn_blocking(move || {
            for _ in 0..40 {
                moved(&here, &aside);
                std::thread::sleep(Duration::from_millis(7));
                moved(&aside, &here);
                std::thread::sleep(Duration::from_millis(23));
            }
        });
        let (mut acknowledged, mut refused) = (Vec::new(), 0);
        for number in 0.. {
            if moving.is_finished() {
                break;
            }
            let name = format!("人{number:05}");
            match served.enter(&name).await {
                (201, _) => acknowledged.push(name),
                (503, _) => refused += 1,
                other => panic!("{other:?}"),
            }
        }
        moving.await.unwrap();
        assert!(!acknowledged.is_empty() && refused > 0, "{} and {refused}", acknowledged.len());
        served.serving.kill();
        served.serving = Serving::on(&url(&served.path("campus.db")));
        for name in acknowledged {
            let asked = served.client.get(format!("{}/people?name={name}", served.serving.address));
            let found: Value = asked.send().await.unwrap().json().await.unwrap();
            assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{name}: {found}");
        }
    });
}

#[test]
fn an_sqlite_file_is_made_only_where_that_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("campus.db");
    let url = url(&file);
    let lines = folder.path().join("lines.jsonl");
    fs::write(&lines, output(&["generate"]).stdout).unwrap();
    let lines = lines.to_str().unwrap();
    let id = "01931b66-7d50-7000-8000-000000000001";
    let commands: &[&[&str]] = &[
        &["serve", "--listen", "127.0.0.1:0"],
        &["load", lines],
        &["migrate", "up"],
        &["migrate", "down"],
        &["migrate", "status"],
        &["keys", "create", "--name", "一", "--grant", "all"],
        &["keys", "list"],
        &["keys", "revoke", id],
    ];
    for command in commands {
        let said = failure(&[command, &["--database-url", &url][..]].concat());
        assert!(said.contains(&*file.to_string_lossy()) && said.contains("--create"), "{command:?}: {said}");
        assert!(!file.exists(), "{command:?}");
    }
    let made = format!("created the database {}", file.display());
    for command in [&["migrate", "up"][..], &["load", lines]] {
        let run = || {
            let said = output(&[command, &["--create", "--database-url", &url]].concat());
            String::from_utf8(said.stdout).unwrap()
        };
        assert!(run().lines().any(|line| line == made), "{command:?}");
        assert!(!run().contains("created"), "it is there already");
        fs::remove_file(&file).unwrap();
    }
    let serving = Serving::on(&url);
    assert!(serving.greeting.contains(&made), "{:?}", serving.greeting);
    drop(serving);
    assert!(Serving::on(&url).greeting.is_empty(), "it is there already");
}

#[test]
fn an_empty_sqlite_file_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("campus.db");
    File::create(&file).unwrap();
    let said = failure(&["serve", "--listen", "127.0.0.1:0", "--database-url", &url(&file)]);
    assert!(said.contains("--create"), "{said}");
    // Beside the newest changes of a database that is missing, no new one is begun: they would be deleted.
    let wal = folder.path().join("campus.db-wal");
    fs::write(&wal, b"changes").unwrap();
    let said = failure(&["serve", "--listen", "127.0.0.1:0", "--create", "--database-url", &url(&file)]);
    assert!(said.contains(&*wal.to_string_lossy()), "{said}");
    assert_eq!(fs::read(&wal).unwrap(), b"changes");
    fs::remove_file(&wal).unwrap();
    drop(Serving::on(&url(&file)));
}

#[test]
fn the_sqlite_file_of_the_default_is_made_without_asking() {
    let folder = tempfile::tempdir().unwrap();
    let said = program(&["migrate", "up"]).current_dir(folder.path()).output().unwrap();
    assert!(said.status.success());
    assert_eq!(String::from_utf8(said.stdout).unwrap(), "created the database campus-org.db\n");
    assert!(folder.path().join("campus-org.db").exists());
}

#[test]
fn a_damaged_sqlite_file_is_not_served() {
    const PAGE_BYTES: u64 = 4096;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("campus.db");
    let lines = folder.path().join("lines.jsonl");
    fs::write(&lines, output(&["generate"]).stdout).unwrap();
    let loaded = output(&["load", lines.to_str().unwrap(), "--create", "--database-url", &url(&file)]);
    assert!(loaded.status.success());
    let whole = fs::read(&file).unwrap();
    let pages = whole.len() as u64 / PAGE_BYTES;
    assert!(pages > 100, "{pages} pages");
    for page in [1, pages / 3, pages / 2, pages - 1] {
        fs::write(&file, &whole).unwrap();
        let open = File::options().write(true).open(&file).unwrap();
        open.write_all_at(&[0xa5; PAGE_BYTES as usize], page * PAGE_BYTES).unwrap();
        let said = failure(&["serve", "--listen", "127.0.0.1:0", "--database-url", &url(&file)]);
        assert!(said.contains("is damaged") && said.contains(&*file.to_string_lossy()), "page {page}: {said}");
    }
    fs::write(&file, &whole).unwrap();
    drop(Serving::on(&url(&file)));
}
