//! `cargo xtask instructions`: counts the machine instructions of one read and one write of the service, and
//! compares them with a committed budget. The read is counted without a key and with one.
//!
//! The release program runs under callgrind, with one worker and a loaded sample, and answers requests from here.
//! So nothing of the client is counted. A run with many requests is compared with one without; the difference divided
//! by the number of requests is the cost of one. Start and stop cancel out.
//!
//! The service looks at its database ten times a second, on other threads than those that answer. A busy machine
//! changes how often that is during a run. So a read is counted on the answering thread alone, where all of it happens;
//! a write is counted on all threads, with a wider margin. Compilers make a difference, too: see [`budget`].

mod budget;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::http::{Connection, OF_EACH_ITEM, texts};
use crate::process::{find, run};
use crate::service::{OPEN_TO_READERS, Service};
use crate::workspace::Workspace;
use crate::{Result, Wanted, apt};

use budget::{Budget, Cost};

const BUDGET: &str = "benches/budget.toml";
const BUILD_MAX: Duration = Duration::from_secs(45 * 60);
const LOAD_MAX: Duration = Duration::from_secs(60);
/// Under callgrind everything takes about fifty times as long.
const START_MAX: Duration = Duration::from_secs(120);
const STOP_MAX: Duration = Duration::from_secs(60);
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// A function that runs only where requests are answered.
const ANSWERING: &str = "actix_http::h1::dispatcher";

/// The number of requests that are not counted: they fill caches and allocate memory.
const WARM_READS: usize = 200;
const WARM_WRITES: usize = 40;
/// The number of requests that are counted. The noise of start and stop is about a million of five hundred million
/// instructions, so it is a small fraction of a per cent.
const READS: usize = 10_000;
const WRITES: usize = 1_000;
/// The number of orgs that are read in turn, and under which orgs are established.
const READ_ORGS_MAX: usize = 100;
const PARENTS_MAX: usize = 20;
/// The maximum number of rounds: one, and more if the result is outside the budget.
const ROUNDS_MAX: usize = 3;

pub(crate) fn instructions(workspace: &Workspace, wanted: Wanted) -> Result<()> {
    if find("valgrind").is_none() {
        apt::install("valgrind", &["valgrind"])?;
    }
    let build = ["build", "--release", "--package", "campus-org", "--bins"];
    run(workspace.cargo().args(build), BUILD_MAX)?;
    let bench = Bench { program: workspace.release("campus-org"), folder: workspace.tool("instructions") };
    bench.prepare()?;
    let made_with = budget::tools()?;
    let file = workspace.source(BUDGET);

    let mut rounds = Vec::new();
    loop {
        let cost = bench.round()?;
        println!("{cost}");
        rounds.push(cost);
        let median = budget::median(&rounds);
        if wanted == Wanted::Accepted {
            if rounds.len() < ROUNDS_MAX {
                continue;
            }
            fs::write(&file, Budget { cost: median, made_with }.to_text())?;
            println!("written to {BUDGET}");
            return Ok(());
        }
        let kept = Budget::read(&fs::read_to_string(&file)?).and_then(|budget| budget.check(median, &made_with));
        match kept {
            Ok(said) => {
                println!("{said}");
                return Ok(());
            }
            Err(error) if rounds.len() == ROUNDS_MAX => return Err(error),
            Err(error) => println!("{error}\nmeasuring again"),
        }
    }
}

/// What a run does after the warm-up.
#[derive(Debug, Clone, Copy)]
enum More {
    Nothing,
    Reads,
    ReadsWithKey,
    Writes,
}

struct Bench {
    program: PathBuf,
    folder: PathBuf,
}

impl Bench {
    /// Loads one university into a database; every run gets a copy of it.
    fn prepare(&self) -> Result<()> {
        empty(&self.folder)?;
        let file = self.folder.join("campus.jsonl");
        let mut generate = Command::new(&self.program);
        run(generate.arg("generate").stdout(fs::File::create(&file)?), LOAD_MAX)?;
        let mut load = Command::new(&self.program);
        load.arg("load").arg(&file).args(["--create", "--database-url"]).arg(url(&self.folder.join("campus.db")));
        run(load.stdout(Stdio::null()).stderr(Stdio::null()), LOAD_MAX)
    }

    fn round(&self) -> Result<Cost> {
        let nothing = self.count(More::Nothing)?;
        let reads = self.count(More::Reads)?;
        let reads_with_key = self.count(More::ReadsWithKey)?;
        let writes = self.count(More::Writes)?;
        let of_a_read = |run: Counts| run.answering.saturating_sub(nothing.answering) / READS as u64;
        Ok(Cost {
            get_org: of_a_read(reads),
            get_org_with_key: of_a_read(reads_with_key),
            create_org: writes.all.saturating_sub(nothing.all) / WRITES as u64,
        })
    }

    /// The instructions of one whole run of the service.
    fn count(&self, more: More) -> Result<Counts> {
        let (database, counts) = (self.folder.join("run.db"), self.folder.join("counts"));
        fs::copy(self.folder.join("campus.db"), &database)?;
        for suffix in ["-wal", "-shm"] {
            remove(&database.with_file_name(format!("run.db{suffix}")))?;
        }
        empty(&counts)?;
        let mut command = Command::new("valgrind");
        command
            .args(["--quiet", "--tool=callgrind", "--separate-threads=yes"])
            .arg(format!("--callgrind-out-file={}", counts.join("thread").display()))
            .arg(&self.program)
            .args(["serve", "--workers", "1", "--listen", "127.0.0.1:0", "--database-url"])
            .arg(url(&database))
            .args(OPEN_TO_READERS);
        let service = Service::start(&mut command, &self.folder.join("service.log"), START_MAX)?;
        let mut asking = Asking::of(&service)?;
        asking.reads(WARM_READS)?;
        asking.writes(WARM_WRITES)?;
        match more {
            More::Nothing => {}
            More::Reads => asking.reads(READS)?,
            More::ReadsWithKey => asking.reads_with_key(READS)?,
            More::Writes => asking.writes(WRITES)?,
        }
        drop(asking);
        service.stop(STOP_MAX)?;
        Counts::read(&counts)
    }
}

/// The instructions of one run.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    all: u64,
    /// Of these, those on the thread that answers requests.
    answering: u64,
}

impl Counts {
    /// From callgrind's files, one a thread.
    fn read(folder: &Path) -> Result<Self> {
        let mut counts = Self::default();
        for file in fs::read_dir(folder)? {
            let text = fs::read_to_string(file?.path())?;
            let of_thread = text.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse::<u64>().ok());
            let of_thread = of_thread.unwrap_or_default();
            counts.all += of_thread;
            if text.contains(ANSWERING) {
                counts.answering += of_thread;
            }
        }
        if counts.answering == 0 {
            return Err(format!("no thread in {} answers requests", folder.display()).into());
        }
        Ok(counts)
    }
}

/// One connection and its requests: the same in every run.
struct Asking {
    connection: Connection,
    orgs: Vec<String>,
    parents: Vec<String>,
    established: usize,
}

impl Asking {
    fn of(service: &Service) -> Result<Self> {
        let mut connection = Connection::open(service.address(), ANSWER_MAX)?;
        let mut ids = |query: &str, limit: usize| -> Result<Vec<String>> {
            let page = connection.get(&format!("/orgs?{query}limit={limit}"))?.wanting(200)?;
            Ok(texts(&page.body, OF_EACH_ITEM, "id").into_iter().map(str::to_owned).collect())
        };
        let (orgs, parents) = (ids("", READ_ORGS_MAX)?, ids("kind=general_branch&", PARENTS_MAX)?);
        Ok(Self { connection, orgs, parents, established: 0 })
    }

    fn reads(&mut self, count: usize) -> Result<()> {
        for id in self.orgs.iter().cycle().take(count) {
            self.connection.get(&format!("/orgs/{id}"))?.wanting(200)?;
        }
        Ok(())
    }

    fn reads_with_key(&mut self, count: usize) -> Result<()> {
        for id in self.orgs.iter().cycle().take(count) {
            self.connection.get_with_key(&format!("/orgs/{id}"))?.wanting(200)?;
        }
        Ok(())
    }

    fn writes(&mut self, count: usize) -> Result<()> {
        for parent in self.parents.iter().cycle().take(count) {
            self.established += 1;
            let (number, from) = (self.established, "2026-01-01");
            let body = format!(
                r#"{{"kind":"branch","name":"第{number:05}党支部","parent_id":"{parent}","valid_from":"{from}"}}"#
            );
            self.connection.send_json("POST", "/orgs", &body)?.wanting(201)?;
        }
        Ok(())
    }
}

fn url(database: &Path) -> String {
    format!("sqlite://{}", database.display())
}

/// Makes an empty folder.
fn empty(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(fs::create_dir_all(folder)?),
    }
}

fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
