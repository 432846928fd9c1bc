//! Checks that take too long for every change, and are run before an issue is closed.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::clients::KEY;
use crate::http::Connection;
use crate::process::run;
use crate::report::{Outcome, Report};
use crate::service::{ADMIN_KEY, Service};
use crate::workspace::Workspace;

const FETCH_MAX: Duration = Duration::from_secs(60);
const INSTALL_MAX: Duration = Duration::from_secs(5 * 60);
const BUILD_MAX: Duration = Duration::from_secs(30 * 60);
const WALK_MAX: Duration = Duration::from_secs(2 * 60);
const STOP_MAX: Duration = Duration::from_secs(20);

/// What the crate in `clients/rust` is made of.
const CRATE: &[&str] = &["Cargo.toml", "Cargo.lock", "main.rs"];
/// What is in `clients/tokens`.
const TOKENS: &[&str] = &["package.json", "package-lock.json", "walk.mjs"];

pub(crate) fn check(workspace: &Workspace) -> Report {
    let mut report = Report::default();
    let (started, service) =
        Outcome::of("service for clients starts", || Service::fresh(workspace, &workspace.tool("doors/service")));
    report.extend([started]);
    let Some(service) = service else {
        return report;
    };
    let origin = format!("http://{}", service.address());
    let (generated, client) = Outcome::of("progenitor generates, rustc compiles", || build(workspace, &service));
    report.extend([generated]);
    if let Some(client) = client {
        let walk = || run(Command::new(client).arg(&origin).env(KEY, ADMIN_KEY), WALK_MAX);
        report.extend([Outcome::of("Rust walk, progenitor", walk).0]);
    }
    report.extend([Outcome::of("service for clients stops cleanly", || service.stop(STOP_MAX)).0]);
    report.extend([Outcome::of("tokens of oauth2-mock-server", || tokens(workspace)).0]);
    report
}

/// Runs an identity provider of others, and the program, which accepts its tokens.
fn tokens(workspace: &Workspace) -> Result<()> {
    let folder = workspace.tool("doors/tokens");
    fs::create_dir_all(&folder)?;
    for file in TOKENS {
        fs::copy(workspace.source("clients/tokens").join(file), folder.join(file))?;
    }
    let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];
    run(Command::new("npm").args(install).current_dir(&folder), INSTALL_MAX)?;
    let program = workspace.binary("campus-org");
    run(Command::new("node").arg("walk.mjs").arg(program).current_dir(&folder), WALK_MAX)
}

/// Copies the crate to a place of its own, puts the service's document beside it, and builds it: the generator is
/// a macro in it.
fn build(workspace: &Workspace, service: &Service) -> Result<PathBuf> {
    let folder = workspace.tool("doors/rust");
    fs::create_dir_all(&folder)?;
    for file in CRATE {
        fs::copy(workspace.source("clients/rust").join(file), folder.join(file))?;
    }
    let document = Connection::open(service.address(), FETCH_MAX)?.get("/openapi-3.0.json")?.wanting(200)?;
    fs::write(folder.join("openapi-3.0.json"), document.body)?;
    let target = folder.join("target");
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--locked", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    run(cargo.arg("--target-dir").arg(&target), BUILD_MAX)?;
    Ok(target.join("debug/client"))
}
