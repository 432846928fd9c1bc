//! `cargo xtask`: `test` runs everything that is checked before a change goes in, `bench` measures what reads and
//! writes cost. Both need only Rust and Debian's packages. This file has the command line and the order of the
//! parts; each part has a file of its own.

mod apt;
mod bench;
mod clients;
mod doors;
mod examples;
mod fuzz;
mod http;
mod instructions;
mod integration;
mod openapi;
mod postgres;
mod problems;
mod process;
mod python;
mod report;
mod rust;
mod service;
mod soak;
mod tour;
mod workspace;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use crate::postgres::Postgres;
use crate::report::{Outcome, Report};
use crate::workspace::Workspace;

/// Errors are text, because only developers read them and no code branches on them.
type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

const HELP: &str = "\
Checks of campus-org.

Usage: cargo xtask test [--only PART]
       cargo xtask doors
       cargo xtask bench [--quick | --full | --huge]
       cargo xtask examples
       cargo xtask instructions [--accept]
       cargo xtask soak [--minutes N] [--postgres] [--abuse]
       cargo xtask tour [--accept]

  test           run every part; the last line is `N passed, N failed`
  --only PART    run one part:
                   rust     cargo test, on SQLite and a temporary PostgreSQL
                   openapi  Redocly and Spectral on openapi/openapi.json
                   clients  generated clients in TypeScript and Python, used against a running server
                   fuzz     schemathesis against a running server, on each database
                   tour     as below, and the programs of docs/INTEGRATION.md
                   instructions  as below
  doors          checks that take too long for every change: a generated client in Rust, tokens
                 of an identity provider; run it before an issue is closed
  bench          measure what reads and writes cost, and compare this with a bare handler, a
                 naive program and the database alone
  --quick        about a minute: only ratios that hardly vary from run to run; fails if one is
                 below its floor (xtask/src/bench/floors.rs); does not change docs/performance.md
  --full         the default; about fifteen minutes: everything, and writes docs/performance.md
  --huge         the same with up to 3,117 universities; needs much memory and disk, says how much
  examples       record the examples of the API document again, and write the document with them
  instructions   count the machine instructions of one read and one write, and compare them with
                 benches/budget.toml
  --accept       write the counts into that budget
  soak           thousands of connections, reads, writes and exports for N minutes (default 10)
  --postgres     on a temporary PostgreSQL instead of SQLite
  --abuse        some four minutes of clients that try to wear the service down instead
  tour           run the commands of docs/API.md and of both READMEs on the demo, and compare what
                 they print with the answers on the page
  --accept       write what they print into the pages
  --help         this text

If PostgreSQL, Node.js, Python's venv, valgrind, curl, jq or wrk is missing, it is installed through apt when run
as root, and named otherwise. Tools from npm and PyPI are pinned in openapi/ and clients/ and installed in
target/xtask. The exit code is 1 if anything failed, 2 for a wrong command line.
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Rust,
    OpenApi,
    Clients,
    Fuzz,
    Tour,
    Instructions,
}

/// What to do with what is committed: the budget of instructions, the answers of the tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Check that it still holds.
    Kept,
    /// Write it anew.
    Accepted,
}

#[derive(Debug, PartialEq, Eq)]
enum Task {
    Help,
    Test { only: Option<Part> },
    Doors,
    Bench(bench::Effort),
    Examples,
    Instructions(Wanted),
    Soak(soak::Plan),
    Tour(Wanted),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match parse(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Some(Task::Help) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Some(Task::Bench(effort)) => run(|workspace| bench::bench(workspace, &effort)),
        Some(Task::Examples) => run(examples::examples),
        Some(Task::Instructions(wanted)) => run(|workspace| instructions::instructions(workspace, wanted)),
        Some(Task::Soak(plan)) => run(|workspace| soak::soak(workspace, plan)),
        Some(Task::Test { only }) => report(|workspace| test(workspace, only)),
        Some(Task::Doors) => report(doors::check),
        Some(Task::Tour(wanted)) => report(|workspace| {
            let mut report = Report::default();
            report.extend(tour::check(workspace, wanted));
            report
        }),
        None => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
    }
}

/// Runs checks and sums them up.
fn report(checks: impl FnOnce(&Workspace) -> Report) -> ExitCode {
    match Workspace::locate() {
        Ok(workspace) => checks(&workspace).finish(),
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one task that succeeds or says why not.
fn run(task: impl FnOnce(&Workspace) -> Result<()>) -> ExitCode {
    match Workspace::locate().and_then(|workspace| task(&workspace)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: &[&str]) -> Option<Task> {
    match arguments {
        ["--help" | "-h" | "help"] | ["test", "--help" | "-h"] => Some(Task::Help),
        ["bench", effort @ ..] => bench::Effort::parse(effort).map(Task::Bench),
        ["examples"] => Some(Task::Examples),
        ["instructions"] => Some(Task::Instructions(Wanted::Kept)),
        ["instructions", "--accept"] => Some(Task::Instructions(Wanted::Accepted)),
        ["soak", rest @ ..] => soak::Plan::parse(rest).map(Task::Soak),
        ["tour"] => Some(Task::Tour(Wanted::Kept)),
        ["tour", "--accept"] => Some(Task::Tour(Wanted::Accepted)),
        ["doors"] => Some(Task::Doors),
        ["test"] => Some(Task::Test { only: None }),
        ["test", "--only", part] => {
            let part = match *part {
                "rust" => Part::Rust,
                "openapi" => Part::OpenApi,
                "clients" => Part::Clients,
                "fuzz" => Part::Fuzz,
                "tour" => Part::Tour,
                "instructions" => Part::Instructions,
                _ => return None,
            };
            Some(Task::Test { only: Some(part) })
        }
        _ => None,
    }
}

fn test(workspace: &Workspace, only: Option<Part>) -> Report {
    let wanted = |part| only.is_none_or(|only| only == part);
    let mut report = Report::default();

    if wanted(Part::OpenApi) {
        report.extend(openapi::check(workspace));
    }
    if wanted(Part::Rust) || wanted(Part::Fuzz) {
        // Without PostgreSQL half of every test would be missing, so this is one clear failure.
        let (started, postgres) = Outcome::of("temporary PostgreSQL", Postgres::start);
        report.extend([started]);
        if let Some(postgres) = postgres {
            if wanted(Part::Rust) {
                report.extend([rust::test(workspace, &postgres), problems::check(workspace)]);
            }
            if wanted(Part::Fuzz) {
                report.extend(fuzz::check(workspace, &postgres));
            }
        }
    }
    if wanted(Part::Clients) {
        report.extend(clients::check(workspace));
    }
    if wanted(Part::Tour) {
        report.extend(tour::check(workspace, Wanted::Kept));
        report.extend(integration::check(workspace));
    }
    // Last, so that nothing else runs meanwhile and the process logs do not mix.
    if wanted(Part::Instructions) {
        let count = || instructions::instructions(workspace, Wanted::Kept);
        report.extend([Outcome::of("instructions within the budget", count).0]);
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_chosen_by_name_and_anything_unknown_is_refused() {
        assert_eq!(parse(&["test"]), Some(Task::Test { only: None }));
        assert_eq!(parse(&["test", "--only", "fuzz"]), Some(Task::Test { only: Some(Part::Fuzz) }));
        assert_eq!(parse(&["test", "--only", "clients"]), Some(Task::Test { only: Some(Part::Clients) }));
        assert_eq!(parse(&["test", "--help"]), Some(Task::Help));
        assert_eq!(parse(&["doors"]), Some(Task::Doors));
        assert_eq!(parse(&["bench"]), parse(&["bench", "--full"]));
        assert!(parse(&["bench"]).is_some() && parse(&["bench"]) != parse(&["bench", "--quick"]));
        assert_eq!(parse(&["examples"]), Some(Task::Examples));
        assert_eq!(parse(&["instructions", "--accept"]), Some(Task::Instructions(Wanted::Accepted)));
        assert_eq!(parse(&["tour"]), Some(Task::Tour(Wanted::Kept)));
        assert_eq!(parse(&["tour", "--accept"]), Some(Task::Tour(Wanted::Accepted)));
        for wrong in [&[][..], &["tset"], &["test", "--only"], &["test", "--only", "x"], &["bench", "--slow"]] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
