//! `cargo xtask soak`: puts the service under the load of a whole country for minutes.
//!
//! The release program serves a loaded sample to 10,000 idle connections and 1,000 busy ones, with lists of every
//! size, full exports and 32 writers, while health and memory are watched. Then it gets SIGTERM during the load,
//! and afterwards everything acknowledged must be there. This file has the order of things and the conditions of
//! failure; the clients are in files of their own.

mod abuse;
mod clients;
mod limit;
mod report;
mod shared;
mod writer;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::http::{Connection, OF_EACH_ITEM, texts};
use crate::postgres::Postgres;
use crate::process::run;
use crate::service::{OPEN_TO_READERS, Service};
use crate::workspace::Workspace;

use report::{Memory, table};
use shared::Shared;
use writer::Facts;

const BUILD_MAX: Duration = Duration::from_secs(45 * 60);
const LOAD_MAX: Duration = Duration::from_secs(10 * 60);
const START_MAX: Duration = Duration::from_secs(120);
/// The service's grace is 10 s, and the end of the writer takes at most 5 s more.
const STOP_MAX: Duration = Duration::from_secs(20);
pub(crate) const ANSWER_MAX: Duration = Duration::from_secs(60);

const MINUTES_DEFAULT: u64 = 10;
const MINUTES_MAX: u64 = 24 * 60;
const UNIVERSITIES: &str = "10";
const IDLE_CONNECTIONS: usize = 10_000;
const IDLE_THREADS: usize = 10;
const BUSY_CONNECTIONS: usize = 1_000;
const BUSY_THREADS: usize = 20;
const WRITERS: usize = 32;
/// Files that a process needs in addition to those connections, on either side.
const OTHER_FILES: usize = 200;
/// The maximum number of orgs that are read, and under which branches are established.
const ORGS_MAX: usize = 2_000;
const PARENTS_MAX: usize = 200;
/// The interval at which memory is measured.
const SAMPLE_PAUSE: Duration = Duration::from_secs(1);
/// The filter of the process log: everything but the lines of requests, which would be gigabytes in ten minutes.
const LOG: &str = "info,campus_org::request=warn";
/// The stack of a client's thread.
const STACK_BYTES: usize = 256 << 10;

/// The length and the database, and whether it is a soak or abuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    minutes: u64,
    postgres: bool,
    abuse: bool,
}

impl Plan {
    pub(crate) fn parse(arguments: &[&str]) -> Option<Self> {
        let mut plan = Self { minutes: MINUTES_DEFAULT, postgres: false, abuse: false };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--postgres" => plan.postgres = true,
                "--abuse" => plan.abuse = true,
                "--minutes" => plan.minutes = rest.next()?.parse().ok().filter(|n| (1..=MINUTES_MAX).contains(n))?,
                _ => return None,
            }
        }
        Some(plan)
    }
}

/// The objects that existed before the soak.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    orgs: Vec<String>,
    universities: Vec<String>,
    parents: Vec<String>,
    all_orgs: Vec<String>,
    all_people: Vec<String>,
    all_roles: Vec<String>,
}

pub(crate) fn soak(workspace: &Workspace, plan: Plan) -> Result<()> {
    // It may restart this program, so it comes first.
    let idle = limit::raise(IDLE_CONNECTIONS, BUSY_CONNECTIONS + OTHER_FILES)?;
    // The same selection as for the benchmarks, so that cargo builds nothing twice.
    let build = ["build", "--release", "--package", "campus-org", "--package", "bench", "--bins"];
    run(workspace.cargo().args(build), BUILD_MAX)?;
    let folder = workspace.tool("soak");
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => fs::create_dir_all(&folder)?,
    }
    let postgres = if plan.postgres { Some(Postgres::start()?) } else { None };
    let url = match &postgres {
        Some(postgres) => {
            postgres.create_database("soak")?;
            postgres.url("soak")
        }
        None => format!("sqlite://{}", folder.join("soak.db").display()),
    };
    let program = workspace.release("campus-org");
    let mut ids = load(&program, &folder, &url, if plan.abuse { abuse::UNIVERSITIES } else { UNIVERSITIES })?;
    if plan.abuse {
        return abuse::abuse(&program, &workspace.release("abuse"), &folder, &url);
    }
    let start = |log: &str| {
        let files = idle + BUSY_CONNECTIONS + OTHER_FILES;
        let mut command = limit::with_files(files, &program);
        command.args(["serve", "--log", LOG, "--listen", "127.0.0.1:0", "--database-url", &url]).args(OPEN_TO_READERS);
        Service::start(&mut command, &folder.join(log), START_MAX)
    };
    let service = start("service.log")?;
    ask(&service, &mut ids)?;
    println!("{} of {IDLE_CONNECTIONS} idle connections, {BUSY_CONNECTIONS} busy ones, {WRITERS} writers", idle);

    let shared = Shared::new(service.address());
    let (facts, memory, stopped) = thread::scope(|scope| -> Result<_> {
        let began = Clients::begin(scope, &shared, &ids, idle);
        let writers = match began {
            Ok(Clients { writers }) => writers,
            Err(error) => {
                shared.finish();
                return Err(error);
            }
        };
        let memory = watch(&service, Duration::from_secs(plan.minutes * 60));
        // Everything is still going on: running requests are finished, and later ones are refused.
        shared.end();
        let stopped = service.stop(STOP_MAX);
        shared.finish();
        let facts: Vec<Facts> = writers.into_iter().filter_map(|writer| writer.join().ok()).collect();
        Ok((facts, memory, stopped))
    })?;

    println!("{}", table(&shared, &memory, Duration::from_secs(plan.minutes * 60)));
    if facts.len() < WRITERS {
        return Err("a writer panicked".into());
    }
    stopped.map_err(|error| format!("on SIGTERM {error}"))?;
    let again = start("service-again.log")?;
    println!("{}", look_for(&again, &facts)?);
    again.stop(STOP_MAX)?;

    let (count, faults) = shared.faults();
    if count > 0 {
        return Err(format!("{count} faults, among them:\n{}", faults.join("\n")).into());
    }
    memory.is_steady()?;
    if idle < IDLE_CONNECTIONS {
        println!("passed, with fewer idle connections than wanted: {}", limit::advice());
    } else {
        println!("passed");
    }
    Ok(())
}

/// Loads the sample, and returns the ids in it.
fn load(program: &Path, folder: &Path, url: &str, universities: &str) -> Result<Ids> {
    /// The depth of the id of a record in its line.
    const OF_A_RECORD: usize = 2;
    let file = folder.join("campus.jsonl");
    let mut generate = Command::new(program);
    run(generate.args(["generate", "--universities", universities]).stdout(fs::File::create(&file)?), LOAD_MAX)?;
    let mut load = Command::new(program);
    load.arg("load").arg(&file).args(["--create", "--database-url", url]);
    run(load.stdout(Stdio::null()).stderr(Stdio::null()), LOAD_MAX)?;
    let mut ids = Ids::default();
    for line in fs::read_to_string(&file)?.lines() {
        let list = match line.split('"').nth(1) {
            Some("org") => &mut ids.all_orgs,
            Some("person") => &mut ids.all_people,
            Some("role") => &mut ids.all_roles,
            _ => continue,
        };
        list.extend(texts(line, OF_A_RECORD, "id").first().map(|id| (*id).to_owned()));
    }
    Ok(ids)
}

/// Asks the service for the other ids that are needed.
fn ask(service: &Service, ids: &mut Ids) -> Result<()> {
    let mut connection = Connection::open(service.address(), ANSWER_MAX)?;
    let mut list = |query: &str| -> Result<Vec<String>> {
        let page = connection.get(&format!("/orgs?{query}&limit=500"))?.wanting(200)?;
        Ok(texts(&page.body, OF_EACH_ITEM, "id").into_iter().map(str::to_owned).collect())
    };
    ids.universities = list("tier=1")?;
    ids.parents = list("kind=general_branch")?;
    ids.parents.truncate(PARENTS_MAX);
    ids.orgs = ids.all_orgs.iter().take(ORGS_MAX).cloned().collect();
    if ids.universities.is_empty() || ids.parents.is_empty() || ids.all_roles.is_empty() {
        return Err("the sample is not as expected".into());
    }
    Ok(())
}

/// The threads of a soak. Those that write return what they know.
struct Clients<'scope> {
    writers: Vec<thread::ScopedJoinHandle<'scope, Facts>>,
}

impl<'scope> Clients<'scope> {
    fn begin<'env>(
        scope: &'scope thread::Scope<'scope, 'env>,
        shared: &'env Shared,
        ids: &'env Ids,
        idle: usize,
    ) -> Result<Self> {
        let thread = || thread::Builder::new().stack_size(STACK_BYTES);
        for _ in 0..IDLE_THREADS {
            thread().spawn_scoped(scope, move || clients::idle(shared, idle / IDLE_THREADS))?;
        }
        for number in 0..BUSY_THREADS {
            let connections = BUSY_CONNECTIONS / BUSY_THREADS;
            thread().spawn_scoped(scope, move || clients::busy(shared, ids, connections, number as u64))?;
        }
        for seed in 0..2 {
            thread().spawn_scoped(scope, move || clients::lists(shared, ids, seed))?;
        }
        thread().spawn_scoped(scope, move || clients::exports(shared, ids))?;
        thread().spawn_scoped(scope, move || clients::health(shared))?;
        let mut writers = Vec::new();
        for number in 0..WRITERS {
            writers.push(thread().spawn_scoped(scope, move || writer::write(shared, ids, number))?);
        }
        Ok(Self { writers })
    }
}

/// Measures the service's memory until the time is over.
fn watch(service: &Service, time: Duration) -> Memory {
    let (mut memory, started) = (Memory::default(), Instant::now());
    while started.elapsed() < time {
        // A service that has ended has no memory figure; its clients report that.
        memory.kib.extend(service.resident_kib().ok());
        thread::sleep(SAMPLE_PAUSE);
    }
    memory
}

/// Checks that a restarted service has everything that was acknowledged.
fn look_for(service: &Service, facts: &[Facts]) -> Result<String> {
    let mut connection = Connection::open(service.address(), ANSWER_MAX)?;
    let ready = connection.get("/health/ready")?.wanting(200)?;
    let revision: u64 = ready.header("directory-revision").unwrap_or_default().parse()?;
    let wanted = facts.iter().map(|facts| facts.revision).max().unwrap_or(0);
    if revision < wanted {
        return Err(format!("revision {wanted} was acknowledged, and {revision} is there").into());
    }
    let acknowledged: u64 = facts.iter().map(|facts| facts.acknowledged).sum();
    let mut looked = 0;
    for facts in facts {
        looked += facts.look_for(&mut connection).map_err(|error| format!("acknowledged and lost: {error}"))?;
    }
    Ok(format!(
        "started anew at revision {revision}; {acknowledged} writes acknowledged, the last as revision {wanted}; \
         {looked} of the objects looked for, all as they should be"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_in_any_order_and_has_bounds() {
        let plan = |minutes, postgres| Some(Plan { minutes, postgres, abuse: false });
        assert_eq!(Plan::parse(&[]), plan(MINUTES_DEFAULT, false));
        assert_eq!(Plan::parse(&["--minutes", "3", "--postgres"]), plan(3, true));
        assert_eq!(Plan::parse(&["--postgres", "--minutes", "1"]), plan(1, true));
        assert!(Plan::parse(&["--abuse"]).is_some_and(|plan| plan.abuse && !plan.postgres));
        for wrong in [&["--minutes"][..], &["--minutes", "0"], &["--minutes", "x"], &["--minutes", "9999"], &["3"]] {
            assert_eq!(Plan::parse(wrong), None, "{wrong:?}");
        }
    }
}
