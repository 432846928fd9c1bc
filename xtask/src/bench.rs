//! `cargo xtask bench`: measures what reads and writes cost, and compares this with the best possible program and
//! with a naive one.
//!
//! The figure compared for reads is requests per second of server CPU, from the operating system's accounting. On a
//! small machine the load generator limits throughput, which would favour slow servers. The programs compared take
//! turns in one run; medians count. This file has the order of the sections; each section has a file of its own.

mod capacity;
mod data;
mod effort;
mod floors;
mod http;
mod measure;
mod mixed;
mod plot;
mod reads;
mod report;
mod scale;
mod writes;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::{find, run};
use crate::service::OPEN_TO_READERS;
use crate::workspace::Workspace;
use crate::{Result, apt};

pub(crate) use effort::Effort;

use data::Database;
use effort::Kind;
use http::Server;

const BUILD_MAX: Duration = Duration::from_secs(45 * 60);
/// Threads that answer requests, in every program.
const WORKERS: &str = "2";

/// The things that every section uses.
#[derive(Debug)]
struct Bench<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
    wrk: PathBuf,
    effort: Effort,
}

impl Bench<'_> {
    /// Starts the service on a directory.
    fn serve(&self, database: &Database) -> Result<Server> {
        self.serve_at(&database.url(), &database.log("service"))
    }

    /// Starts the service on the directory at an address.
    fn serve_at(&self, url: &str, log: &Path) -> Result<Server> {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--workers", WORKERS, "--database-url", url];
        Server::start(&self.workspace.release("campus-org"), &[&arguments, &OPEN_TO_READERS[..]].concat(), log)
    }
}

pub(crate) fn bench(workspace: &Workspace, effort: &Effort) -> Result<()> {
    if find("wrk").is_none() {
        apt::install("wrk", &["wrk"])?;
    }
    let wrk = find("wrk").ok_or("wrk was installed, and is not on the PATH")?;
    let build = ["build", "--release", "--package", "campus-org", "--package", "bench", "--bins"];
    run(workspace.cargo().args(build), BUILD_MAX)?;
    let folder = workspace.tool("bench");
    fs::create_dir_all(&folder)?;
    let mut bench = Bench { workspace, folder, wrk, effort: effort.clone() };

    let campus = Database::load(&bench, "campus", effort.universities)?;
    let mut plot = None;
    if effort.kind != Kind::Quick {
        // Checked first: whoever asks for everything does not want to be refused at the end.
        capacity::fit(&mut bench, &campus)?;
    }
    let mut sections = vec![reads::section(&bench, &campus)?];
    if effort.kind == Kind::Quick {
        sections.push(writes::quick(&bench)?);
    } else {
        sections.push(writes::section(&bench, &campus)?);
        sections.push(mixed::section(&bench, &campus)?);
        let (section, points) = scale::section(&bench)?;
        sections.push(section);
        plot = Some(plot::svg(&points));
    }

    let text = report::text(&sections, effort, &machine());
    let kept = if effort.is_for_the_record() { workspace.source("docs") } else { bench.folder.clone() };
    let kept = kept.join("performance.md");
    let before = fs::read_to_string(&kept).unwrap_or_default();
    fs::write(&kept, report::with_kept(text, &before))?;
    if let Some(plot) = plot {
        fs::write(kept.with_extension("svg"), plot)?;
    }
    println!("written to {}", kept.display());
    if effort.kind == Kind::Quick { floors::check(&sections) } else { Ok(()) }
}

/// The properties of the machine on which figures depend, without its name.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kib = data::memory_kib("MemTotal").unwrap_or(0);
    format!("{cores} cores, {} GiB of memory", kib / (1 << 20))
}
