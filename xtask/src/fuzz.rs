//! Runs schemathesis against the running service, on both databases at the same time. The client needs most of the
//! CPU, and there is one core for each. It has two keys that may do everything; without one nobody may read anything.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::http::{Connection, OF_THE_ANSWER, texts};
use crate::postgres::Postgres;
use crate::process::{Ending, Leash, run, succeeded, tail};
use crate::report::Outcome;
use crate::workspace::Workspace;
use crate::{Result, python, service};

const START_MAX: Duration = Duration::from_secs(60);
const FUZZ_MAX: Duration = Duration::from_secs(30 * 60);
const ANSWER_MAX: Duration = Duration::from_secs(30);
const STOP_MAX: Duration = Duration::from_secs(20);
const LOG_LINES_MAX: usize = 40;
/// The file with the callers, in the form of Web Fuzzing Commons.
const PEERS: &str = "peers.json";
const READY: &str = "campus-org listening on http://";

pub(crate) fn check(workspace: &Workspace, postgres: &Postgres) -> Vec<Outcome> {
    let (ready, tools) = Outcome::of("service and schemathesis ready", || {
        service::build(workspace)?;
        postgres.create_database("fuzz")?;
        install(workspace)
    });
    let mut outcomes = vec![ready];
    let Some(schemathesis) = tools else {
        return outcomes;
    };
    let targets = ["SQLite", "PostgreSQL"].map(|database| {
        let folder = workspace.tool(&format!("fuzz-{}", database.to_lowercase()));
        let url = match database {
            "SQLite" => format!("sqlite://{}", folder.join("campus-org.db").display()),
            _ => postgres.url("fuzz"),
        };
        Target { database, url, folder }
    });
    thread::scope(|scope| {
        let runs = targets.each_ref().map(|target| scope.spawn(|| target.check(workspace, &schemathesis)));
        for run in runs {
            outcomes.extend(run.join().unwrap_or_default());
        }
    });
    outcomes
}

/// What `openapi/requirements.txt` pins.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    let venv = python::venv(&workspace.tool("venv"), &workspace.source("openapi/requirements.txt"))?;
    Ok(venv.join("bin/schemathesis"))
}

#[derive(Debug)]
struct Target {
    database: &'static str,
    url: String,
    /// The folder with the output of the last run, for whoever has to examine a failure.
    folder: PathBuf,
}

impl Target {
    fn check(&self, workspace: &Workspace, schemathesis: &Path) -> Vec<Outcome> {
        let name = |what: &str| format!("{what}, {}", self.database);
        let (started, server) = Outcome::of(&name("service starts"), || Server::start(self, workspace));
        let mut outcomes = vec![started];
        if let Some(mut server) = server {
            let fuzz = || self.fuzz(workspace, schemathesis, &server.address);
            outcomes.push(Outcome::of(&name("schemathesis"), fuzz).0);
            let stop = || server.stop();
            outcomes.push(Outcome::of(&name("service stops cleanly"), stop).0);
        }
        outcomes
    }

    fn fuzz(&self, workspace: &Workspace, schemathesis: &Path, address: &str) -> Result<()> {
        let keys = self.peers(address)?;
        let origin = format!("http://{address}");
        let log = self.folder.join("schemathesis.log");
        let output = File::create(&log)?;
        let result = run(
            Command::new(schemathesis)
                .arg("--config-file")
                .arg(workspace.source("openapi/schemathesis.toml"))
                .args(["run", "--origin", &origin])
                .arg(format!("{origin}/openapi.json"))
                // The hooks leave these keys alone; the configuration names the file.
                .env("KEY_IDS", keys.join(" "))
                .env("PEERS", self.folder.join(PEERS))
                // The configuration finds its hooks there; nothing is written there.
                .current_dir(workspace.source("openapi"))
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .env("NO_COLOR", "1")
                .stdout(output.try_clone()?)
                .stderr(output),
            FUZZ_MAX,
        );
        // Printed at once, because two of them print at the same time.
        let said = fs::read_to_string(&log)?;
        println!("--- schemathesis, {}\n{said}", self.database);
        if result.is_err() {
            let log = fs::read_to_string(self.folder.join("service.log"))?;
            println!("--- end of the service's log, {}\n{}", self.database, tail(&log, LOG_LINES_MAX));
        }
        result
    }
}

impl Target {
    /// Writes down two callers who may do the same, so that schemathesis tries each on what is the other's. Gives the
    /// ids of their keys.
    fn peers(&self, address: &str) -> Result<[String; 2]> {
        let mut connection = Connection::open(address, ANSWER_MAX)?;
        let me = connection.get_with_key("/me")?.wanting(200)?.body;
        let grants = me.split_once("\"grants\":").and_then(|(_, rest)| rest.split_once("}]"));
        let (grants, _) = grants.ok_or("the key has no grants")?;
        let made = connection.send_json("POST", "/keys", &format!(r#"{{"name":"peer","grants":{grants}}}]}}"#))?;
        let made = made.wanting(201)?.body;
        let text = |body: &str, member: &str| {
            texts(body, OF_THE_ANSWER, member).first().map(ToString::to_string).ok_or(format!("a key has no {member}"))
        };
        let entry = |name: &str, authorization: &str| {
            format!(r#"{{"name":"{name}","fixedHeaders":[{{"name":"Authorization","value":"{authorization}"}}]}}"#)
        };
        let admin = entry("admin", &service::authorization());
        let peer = entry("peer", &format!("Bearer {}", text(&made, "secret")?));
        fs::write(self.folder.join(PEERS), format!(r#"{{"auth":[{admin},{peer}]}}"#))?;
        Ok([text(&me, "id")?, text(&made, "id")?])
    }
}

#[derive(Debug)]
struct Server {
    leash: Leash,
    address: String,
    /// Its other output. It is read all the time, so that the process never blocks.
    output: Receiver<String>,
}

impl Server {
    fn start(target: &Target, workspace: &Workspace) -> Result<Self> {
        match fs::remove_dir_all(&target.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => fs::create_dir_all(&target.folder)?,
        }
        let log = target.folder.join("service.log");
        let mut command = Command::new(workspace.binary("campus-org"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--create", "--database-url"])
            .arg(&target.url)
            .current_dir(&target.folder)
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?);
        service::configure(&mut command);
        let mut leash = Leash::spawn(&mut command, Ending::default())?;
        let output = lines(leash.stdout().ok_or("the service has no output")?);
        let mut line = String::new();
        // Before that, it may say that it has created the database.
        while let Ok(next) = output.recv_timeout(START_MAX) {
            line = next;
            if let Some(address) = line.strip_prefix(READY) {
                return Ok(Self { address: address.to_owned(), leash, output });
            }
        }
        drop(leash);
        let log = fs::read_to_string(&log)?;
        Err(format!("no line \"{READY}…\" but {line:?}; its log ends with\n{}", tail(&log, LOG_LINES_MAX)).into())
    }

    fn stop(&mut self) -> Result<()> {
        self.leash.terminate()?;
        succeeded("campus-org", self.leash.wait(STOP_MAX)?)?;
        match self.output.recv_timeout(STOP_MAX) {
            Ok(line) => Err(format!("standard output is for one line alone, but there is {line:?}").into()),
            Err(_) => Ok(()),
        }
    }
}

/// The lines of a pipe, read by a thread that ends with the pipe.
fn lines(from: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(|line| line.ok()) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
