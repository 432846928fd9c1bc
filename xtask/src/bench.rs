//! `cargo xtask bench`: what reads and writes cost, beside what they could cost at best and what they would
//! cost at first.
//!
//! The figure compared for reads is requests per second of server CPU, from the operating system's
//! accounting: on a small machine the load generator is what limits throughput, and it would flatter whoever
//! is slow. Those who are compared take turns in one run; medians count. What lives here is the order of
//! the sections; each has a file of its own.

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
use crate::workspace::Workspace;
use crate::{Result, apt};

pub(crate) use effort::Effort;

use data::Database;
use effort::Kind;
use http::Server;

const BUILD_MAX: Duration = Duration::from_secs(45 * 60);
/// Threads that answer requests, of whoever does.
const WORKERS: &str = "2";

/// What every section works with.
#[derive(Debug)]
struct Bench<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
    wrk: PathBuf,
    effort: Effort,
}

impl Bench<'_> {
    /// The service over a directory.
    fn serve(&self, database: &Database) -> Result<Server> {
        self.serve_at(&database.url(), &database.log("service"))
    }

    /// The service over the directory at an address.
    fn serve_at(&self, url: &str, log: &Path) -> Result<Server> {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--workers", WORKERS, "--database-url", url];
        Server::start(&self.workspace.release("campus-org"), &arguments, log)
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
        // Before anything is measured: who wants all of it does not want to wait for a refusal.
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

/// The machine as far as figures depend on it, without its name.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kib = data::memory_kib("MemTotal").unwrap_or(0);
    format!("{cores} cores, {} GiB of memory", kib / (1 << 20))
}
