//! `cargo xtask bench`: what reads cost, beside a bare handler that sends the same bytes.
//!
//! The figure compared is requests per second of server CPU, from the operating system's accounting: on a
//! small machine the load generator is what limits throughput, and it would flatter whoever is slow. Service
//! and floor take turns in one run; medians count.

mod http;
mod measure;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::process::{find, run};
use crate::workspace::Workspace;
use crate::{Result, apt};

use http::{Answer, Server, get};
use measure::{Load, Round, measure};
use report::Row;

const BUILD_MAX: Duration = Duration::from_secs(45 * 60);
const LOAD_MAX: Duration = Duration::from_secs(30 * 60);
/// Threads that answer requests, of either.
const WORKERS: &str = "2";
/// How many different requests a workload has at most.
const PATHS_MAX: usize = 300;
/// A day in the past that most of the sample lives on.
const PAST: &str = "2019-06-01";

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effort {
    pub(crate) universities: u32,
    pub(crate) rounds: usize,
    pub(crate) seconds: u32,
}

/// About a minute and a half.
pub(crate) const QUICK: Effort = Effort { universities: 3, rounds: 3, seconds: 2 };
/// What docs/performance.md tells.
pub(crate) const WHOLE: Effort = Effort { universities: 50, rounds: 5, seconds: 4 };

/// One kind of request, what it is compared with, and the least that is aimed at.
struct Workload {
    name: &'static str,
    paths: Vec<String>,
    against: Against,
    goal: f64,
}

enum Against {
    /// The bare handler.
    Floor,
    /// The bare handler, both answering 304.
    FloorUnchanged,
    /// The service itself without `as_of`.
    Today(Vec<String>),
}

pub(crate) fn bench(workspace: &Workspace, effort: Effort) -> Result<()> {
    if find("wrk").is_none() {
        apt::install("wrk", &["wrk"])?;
    }
    let wrk = find("wrk").ok_or("wrk was installed, and is not on the PATH")?;
    let build = ["build", "--release", "--package", "campus-org", "--package", "bench", "--bins"];
    run(workspace.cargo().args(build), BUILD_MAX)?;
    let folder = workspace.tool("bench");
    fs::create_dir_all(&folder)?;

    let loaded = load(workspace, &folder, effort.universities)?;
    println!("{loaded}");
    let database = format!("sqlite://{}", folder.join("campus.db").display());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--workers", WORKERS, "--database-url", &database];
    let service = Server::start(&workspace.release("campus-org"), &serve, &folder.join("service.log"))?;
    let workloads = workloads(&service)?;

    let mut rows = Vec::new();
    for workload in &workloads {
        rows.push(row(workspace, &folder, &wrk, &service, workload, effort)?);
        println!("{}", report::line(rows.last().ok_or("no row")?));
    }
    let resident = service.resident_kib()?;
    let text = report::text(&rows, effort, &loaded, resident, &machine());
    let kept = if effort == WHOLE { workspace.source("docs/performance.md") } else { folder.join("performance.md") };
    fs::write(&kept, text)?;
    println!("written to {}", kept.display());
    Ok(())
}

/// Makes up universities and loads them; what `load` says of it.
fn load(workspace: &Workspace, folder: &Path, universities: u32) -> Result<String> {
    let program = workspace.release("campus-org");
    let (file, database) = (folder.join("campus.jsonl"), folder.join("campus.db"));
    for old in ["campus.db", "campus.db-wal", "campus.db-shm", "campus.db.lock"] {
        if let Err(error) = fs::remove_file(folder.join(old))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error.into());
        }
    }
    let mut generate = Command::new(&program);
    generate.args(["generate", "--universities", &universities.to_string()]).stdout(fs::File::create(&file)?);
    run(&mut generate, LOAD_MAX)?;
    let said = folder.join("load.log");
    let mut load = Command::new(&program);
    load.arg("load").arg(&file).arg("--database-url").arg(format!("sqlite://{}", database.display()));
    run(load.stdout(fs::File::create(&said)?).stderr(Stdio::null()), LOAD_MAX)?;
    Ok(fs::read_to_string(said)?.trim().to_owned())
}

/// What is asked, with ids that the service gives.
fn workloads(service: &Server) -> Result<Vec<Workload>> {
    let ids = |query: &str| -> Result<Vec<String>> {
        let body = get(service.address(), &format!("/orgs?limit=500&sort=established_on&{query}"))?.body;
        Ok(report::ids(&body).into_iter().take(PATHS_MAX).collect())
    };
    let (all, branches, general) = (ids("")?, ids("kind=branch")?, ids("kind=general_branch")?);
    let (tops, teams) = (ids("tier=1")?, ids("kind=general_branch,committee,department")?);
    let paths = |ids: &[String], rest: &str| ids.iter().map(|id| format!("/orgs/{id}{rest}")).collect::<Vec<_>>();
    let row = |name, paths, against, goal| Workload { name, paths, against, goal };
    let floor = || Against::Floor;
    let unchanged = || Against::FloorUnchanged;
    let past = format!("?as_of={PAST}");
    Ok(vec![
        row("GET /orgs/{id}", paths(&all, ""), floor(), 0.90),
        row("GET /orgs/{id}/roles", paths(&teams, "/roles"), floor(), 0.85),
        row("GET /orgs/{id}/ancestors", paths(&branches, "/ancestors"), floor(), 0.90),
        row("GET /orgs/{id}/descendants of a general branch", paths(&general, "/descendants"), floor(), 0.80),
        row("GET /orgs/{id}/tree of a university", paths(&tops, "/tree"), floor(), 0.50),
        row("GET /orgs/{id}, unchanged", paths(&all, ""), unchanged(), 0.90),
        row("GET /orgs/{id} of a past day", paths(&all, &past), Against::Today(paths(&all, "")), 0.85),
    ])
}

fn row(
    workspace: &Workspace,
    folder: &Path,
    wrk: &Path,
    service: &Server,
    workload: &Workload,
    effort: Effort,
) -> Result<Row> {
    let Workload { name, paths, against, goal } = workload;
    let conditional = matches!(against, Against::FloorUnchanged);
    let answers = paths.iter().map(|path| get(service.address(), path)).collect::<Result<Vec<Answer>>>()?;
    let tags = answers.iter().filter(|_| conditional).filter_map(|answer| answer.header("etag"));
    let asked = requests(folder, "service", paths, tags)?;
    let mut floor = None;
    let others = match against {
        Against::Floor | Against::FloorUnchanged => {
            let recordings = folder.join("recordings");
            let mut recorded = Vec::new();
            for (path, Answer { raw, .. }) in paths.iter().zip(&answers) {
                recorded.extend(format!("{path}\n{}\n", raw.len()).into_bytes());
                recorded.extend(raw);
            }
            fs::write(&recordings, recorded)?;
            let arguments = [recordings.to_str().ok_or("the target folder's path is not UTF-8")?, WORKERS];
            floor = Some(Server::start(&workspace.release("floor"), &arguments, &folder.join("floor.log"))?);
            asked.clone()
        }
        Against::Today(paths) => requests(folder, "today", paths, [])?,
    };
    let load = |paths: &Path| Load { wrk: wrk.to_owned(), paths: paths.to_owned(), seconds: effort.seconds };
    let (mut ours, mut theirs): (Vec<Round>, Vec<Round>) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        ours.push(measure(service, &load(&asked), true)?);
        theirs.push(measure(floor.as_ref().unwrap_or(service), &load(&others), floor.is_none())?);
    }
    let bytes = answers.iter().map(|answer| answer.body.len()).sum::<usize>() / answers.len().max(1);
    Ok(Row { name, bytes, goal: *goal, ours, theirs, against: if floor.is_some() { "floor" } else { "today" } })
}

/// A file of what is asked: paths, each with the tag that makes it conditional or with none.
fn requests(folder: &Path, name: &str, paths: &[String], tags: impl IntoIterator<Item = String>) -> Result<PathBuf> {
    let tags = tags.into_iter().chain(std::iter::repeat(String::new()));
    let lines: String = paths.iter().zip(tags).map(|(path, tag)| format!("{path}\t{tag}\n")).collect();
    let file = folder.join(format!("requests-{name}"));
    fs::write(&file, lines)?;
    Ok(file)
}

/// The machine as far as figures depend on it, without its name.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib =
        memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    format!("{cores} cores, {} GiB of memory", kib.unwrap_or(0) / (1 << 20))
}
