//! Runs the service as a process of its own, from its first line to its exit code.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::Result;
use crate::process::{Ending, Leash, run, succeeded};
use crate::workspace::Workspace;

/// The text before the address in the line that says that it listens.
const LISTENS: &str = "campus-org listening on http://";

/// The secret of the first key of every service that is started here. Whoever writes sends it.
pub(crate) const ADMIN_KEY: &str = "the-secret-with-which-xtask-writes-to-a-service";
/// The flags of a service of which everybody may read everything, so that what is measured is the reading alone.
pub(crate) const OPEN_TO_READERS: [&str; 3] = ["--anonymous", "orgs:read,people:read,people:contact", "--open-metrics"];

const BUILD_MAX: Duration = Duration::from_secs(45 * 60);
const START_MAX: Duration = Duration::from_secs(60);

/// Builds the program. The same selection of targets as `cargo test` builds, so that cargo resolves the same
/// features and builds nothing twice. The dev profile's overflow checks and assertions are worth more here than
/// the service's speed.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    run(workspace.cargo().args(["build", "--workspace", "--bins", "--tests"]), BUILD_MAX)
}

/// What `Authorization` says in a request with [`ADMIN_KEY`].
pub(crate) fn authorization() -> String {
    format!("Bearer {ADMIN_KEY}")
}

/// Lets no environment variable configure a service but the one with [`ADMIN_KEY`].
pub(crate) fn configure(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CAMPUS_ORG_") {
            command.env_remove(name);
        }
    }
    command.env("CAMPUS_ORG_ADMIN_KEY", ADMIN_KEY);
    // Requests are counted as usual, but there are never too many.
    command.envs(["CAMPUS_ORG_RATE_BY_CALLER", "CAMPUS_ORG_RATE_BY_ADDRESS"].map(|limit| (limit, "1000000")));
}

/// A serving process on a leash.
#[derive(Debug)]
pub(crate) struct Service {
    address: String,
    leash: Leash,
}

impl Service {
    /// Builds the program and serves a new directory on SQLite. What it leaves is in `folder`, until the next time.
    pub(crate) fn fresh(workspace: &Workspace, folder: &Path) -> Result<Self> {
        let url = format!("sqlite://{}", folder.join("campus-org.db").display());
        Self::anew(workspace, folder, &["serve", "--create", "--database-url", &url])
    }

    /// Builds the program and serves the made-up campus.
    pub(crate) fn demo(workspace: &Workspace, folder: &Path) -> Result<Self> {
        Self::anew(workspace, folder, &["demo"])
    }

    fn anew(workspace: &Workspace, folder: &Path, arguments: &[&str]) -> Result<Self> {
        build(workspace)?;
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => fs::create_dir_all(folder)?,
        }
        let mut command = Command::new(workspace.binary("campus-org"));
        command.args(arguments).args(["--listen", "127.0.0.1:0"]).current_dir(folder);
        Self::start(&mut command, &folder.join("service.log"), START_MAX)
    }

    /// Runs `command`, which starts the program, and waits until it says that it listens. Its process log goes to
    /// `log`. [`ADMIN_KEY`] may do everything; others may do what its flags say.
    pub(crate) fn start(command: &mut Command, log: &Path, start_max: Duration) -> Result<Self> {
        configure(command);
        command.stdout(Stdio::piped()).stderr(File::create(log)?);
        let mut leash = Leash::spawn(command, Ending::default())?;
        let output = BufReader::new(leash.stdout().ok_or("the service has no output")?);
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(std::result::Result::ok) {
                if let Some(address) = line.strip_prefix(LISTENS) {
                    // An error means that nobody waits any more.
                    let _ = tell.send(address.to_owned());
                }
            }
        });
        match told.recv_timeout(start_max) {
            Ok(address) => Ok(Self { address, leash }),
            Err(_) => Err(format!("the service does not listen; see {}", log.display()).into()),
        }
    }

    /// The address where it answers: host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The memory of the process.
    pub(crate) fn resident_kib(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.leash.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Asks it to end, as an operator would; anything but a clean end is an error.
    pub(crate) fn stop(mut self, stop_max: Duration) -> Result<()> {
        self.leash.terminate()?;
        succeeded("the service", self.leash.wait(stop_max).map_err(|error| format!("the service {error}"))?)
    }
}
