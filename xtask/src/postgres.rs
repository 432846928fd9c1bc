//! A temporary PostgreSQL cluster: in a temporary folder, on a free loopback port, removed at the end. Settings
//! that trade durability for speed are right for tests, because no test crashes PostgreSQL itself. The cost of
//! writes is measured without them.

use std::env;
use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::thread;
use std::time::{Duration, Instant};

use crate::process::{Ending, Leash, find, free_port, run, tail};
use crate::{Result, apt};

const START_MAX: Duration = Duration::from_secs(60);
const PORT_TRIES_MAX: u32 = 5;
const COMMAND_MAX: Duration = Duration::from_secs(60);
const INSTALLED: &str = "/usr/lib/postgresql";
const USER: &str = "postgres";

/// Settings for tests.
const FAST: &[&str] = &["fsync=off", "full_page_writes=off", "synchronous_commit=off", "ssl=on"];
/// PostgreSQL's defaults, set explicitly.
const DURABLE: &[&str] = &["fsync=on", "full_page_writes=on", "synchronous_commit=on"];

/// Arguments: the folder of PostgreSQL's programs, ours, the port, settings. One process does both, so that one
/// leash controls everything that uses the folder.
const SERVE: &str = r#"
programs=$1 folder=$2 port=$3
shift 3
# An authority with a certificate for the server, and another authority.
request() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "$@" || exit
}
request -subj /CN=root -keyout "$folder/root.key" -out "$folder/root.crt"
request -subj /CN=other -keyout "$folder/other.key" -out "$folder/other.crt"
request -subj /CN=server -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
    -CA "$folder/root.crt" -CAkey "$folder/root.key" -keyout "$folder/server.key" -out "$folder/server.crt"
"$programs/initdb" --pgdata="$folder/data" --auth=trust --username=postgres \
    --encoding=UTF8 --locale=C --no-sync || exit
exec "$programs/postgres" -D "$folder/data" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
    -c ssl_cert_file="$folder/server.crt" -c ssl_key_file="$folder/server.key" "$@"
"#;

#[derive(Debug)]
pub(crate) struct Postgres {
    port: u16,
    programs: PathBuf,
    folder: PathBuf,
    /// Kept for its drop, which stops the server and removes its folder.
    _server: Leash,
}

impl Postgres {
    /// Starts a cluster that may lose data if the machine stops.
    pub(crate) fn start() -> Result<Self> {
        Self::start_with(FAST)
    }

    /// Starts a cluster with durable commits.
    pub(crate) fn start_durable() -> Result<Self> {
        Self::start_with(DURABLE)
    }

    fn start_with(settings: &[&str]) -> Result<Self> {
        let programs = programs()?;
        if find("openssl").is_none() {
            apt::install("OpenSSL", &["openssl"])?;
        }
        for _ in 1..PORT_TRIES_MAX {
            if let Some(postgres) = Self::try_start(&programs, settings)? {
                return Ok(postgres);
            }
        }
        Err(format!("{PORT_TRIES_MAX} ports in a row were taken by others").into())
    }

    /// `None` if another process took the port first.
    fn try_start(programs: &Path, settings: &[&str]) -> Result<Option<Self>> {
        let port = free_port()?;
        let folder = env::temp_dir().join(format!("campus-org-postgres-{}", process::id()));
        fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let log = folder.join("log");
        let output = File::create(&log)?;
        let mut command = Command::new("sh");
        command
            .args(["-c", SERVE, "postgres"])
            .args([programs, &folder])
            .arg(port.to_string())
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .current_dir(&folder)
            .stdout(output.try_clone()?)
            .stderr(output);
        if let Some((uid, gid)) = other_account()? {
            chown(&folder, Some(uid), Some(gid))?;
            command.uid(uid).gid(gid);
        }
        let ending = Ending {
            signal: "QUIT", // PostgreSQL's immediate shutdown
            then_remove: Some(&folder),
        };
        let mut server = Leash::spawn(&mut command, ending)?;

        let status = folder.join("data/postmaster.pid");
        let started = Instant::now();
        loop {
            if fs::read_to_string(&status).is_ok_and(|text| is_ready(&text)) {
                return Ok(Some(Self { port, programs: programs.to_owned(), folder, _server: server }));
            }
            let ended = server.ended()?.is_some();
            if ended || started.elapsed() > START_MAX {
                let log = fs::read_to_string(&log)?;
                if log.contains("Address already in use") {
                    return Ok(None);
                }
                return Err(format!("PostgreSQL did not start:\n{}", tail(&log, 20)).into());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// The folder with the authorities `root.crt`, which the server's certificate is of, and `other.crt`.
    pub(crate) fn certificates(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn create_database(&self, name: &str) -> Result<()> {
        self.create(&[name])
    }

    /// Copies a database that has no connections.
    pub(crate) fn copy_database(&self, from: &str, name: &str) -> Result<()> {
        self.create(&["--template", from, name])
    }

    fn create(&self, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(self.programs.join("createdb"));
        command.arg(format!("--port={}", self.port)).args(["--host=127.0.0.1", "--username", USER]).args(arguments);
        run(&mut command, COMMAND_MAX)
    }
}

/// The folder of PostgreSQL's server programs, which Debian does not put on the PATH.
fn programs() -> Result<PathBuf> {
    if let Some(folder) = installed() {
        return Ok(folder);
    }
    if apt::can_install() {
        // The package would create and start a cluster for the whole machine, which nobody asked for.
        let settings = Path::new("/etc/postgresql-common/createcluster.d");
        fs::create_dir_all(settings)?;
        fs::write(settings.join("campus-org.conf"), "create_main_cluster = false\n")?;
    }
    apt::install("PostgreSQL's server", &["postgresql"])?;
    installed().ok_or_else(|| format!("no PostgreSQL on the PATH or below {INSTALLED}").into())
}

fn installed() -> Option<PathBuf> {
    let mut folders: Vec<(u32, PathBuf)> = fs::read_dir(INSTALLED)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .collect();
    folders.sort();
    // A link on the PATH leads to the folder with the other programs.
    find("postgres")
        .and_then(|program| Some(program.canonicalize().ok()?.parent()?.to_owned()))
        .into_iter()
        .chain(folders.into_iter().rev().map(|(_, folder)| folder))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// PostgreSQL refuses to run as root. This is the account to use instead, if we are root.
fn other_account() -> Result<Option<(u32, u32)>> {
    if !apt::is_root() {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    [USER, "nobody"]
        .into_iter()
        .find_map(|name| account(&accounts, name))
        .map(Some)
        .ok_or_else(|| "no account but root to run PostgreSQL under".into())
}

fn account(accounts: &str, name: &str) -> Option<(u32, u32)> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some((uid, gid))
    })
}

/// The last line of `postmaster.pid` says what the server is doing.
fn is_ready(status: &str) -> bool {
    status.lines().last().is_some_and(|line| line.trim() == "ready")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:8::/:/bin/sh\n\
                        postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(account(accounts, "postgres"), Some((101, 104)));
        assert_eq!(account(accounts, "nobody"), None);
    }

    #[test]
    fn a_server_is_ready_only_when_it_says_so() {
        let status = "4711\n/x/data\n1700000000\n5432\n\n127.0.0.1\n  1 2\n";
        assert!(!is_ready(status));
        assert!(!is_ready(&format!("{status}starting\n")));
        assert!(is_ready(&format!("{status}ready   \n")));
    }
}
