//! Checks the committed OpenAPI document with two linters.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::process::{find, run};
use crate::report::Outcome;
use crate::workspace::Workspace;
use crate::{Result, apt};

const INSTALL_MAX: Duration = Duration::from_secs(10 * 60);
const LINT_MAX: Duration = Duration::from_secs(5 * 60);
const DOCUMENT: &str = "openapi/openapi.json";

pub(crate) fn check(workspace: &Workspace) -> Vec<Outcome> {
    let (installed, tools) = Outcome::of("OpenAPI linters installed", || install(workspace));
    let mut outcomes = vec![installed];
    if let Some(tools) = tools {
        let redocly = || redocly(workspace, &tools);
        let spectral = || spectral(workspace, &tools);
        outcomes.push(Outcome::of("OpenAPI: Redocly recommended-strict", redocly).0);
        outcomes.push(Outcome::of("OpenAPI: Spectral spectral:oas", spectral).0);
    }
    outcomes
}

fn redocly(workspace: &Workspace, tools: &Tools) -> Result<()> {
    run(
        tools
            .command("redocly")
            .args(["lint", "--lint-config=error", "--config"])
            .arg(workspace.source("openapi/redocly.yaml"))
            .arg(workspace.source(DOCUMENT))
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
            .env("REDOCLY_SUPPRESS_NOTIFICATIONS", "true"),
        LINT_MAX,
    )
}

fn spectral(workspace: &Workspace, tools: &Tools) -> Result<()> {
    run(
        tools
            .command("spectral")
            .args(["lint", "--fail-severity=hint", "--ruleset"])
            .arg(workspace.source("openapi/spectral.yaml"))
            .arg(workspace.source(DOCUMENT)),
        LINT_MAX,
    )
}

/// The programs of npm packages.
#[derive(Debug)]
struct Tools {
    folder: PathBuf,
}

impl Tools {
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join("node_modules/.bin").join(name));
        command.current_dir(&self.folder);
        command
    }
}

/// Installs what `openapi/package.json` pins, unless exactly that is installed already.
fn install(workspace: &Workspace) -> Result<Tools> {
    if find("node").is_none() || find("npm").is_none() {
        apt::install("Node.js with npm", &["nodejs", "npm"])?;
    }
    let folder = workspace.tool("npm");
    let wanted = fs::read(workspace.source("openapi/package.json"))?;
    let done = folder.join("installed.json");
    if fs::read(&done).is_ok_and(|present| present == wanted) {
        return Ok(Tools { folder });
    }
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), &wanted)?;
    // The install scripts of these packages only count users.
    run(
        Command::new("npm").current_dir(&folder).args(["install", "--ignore-scripts", "--no-package-lock"]).args([
            "--no-audit",
            "--no-fund",
            "--no-update-notifier",
        ]),
        INSTALL_MAX,
    )?;
    fs::write(done, wanted)?;
    Ok(Tools { folder })
}
