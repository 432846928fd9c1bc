//! The program itself, as a process of its own.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

/// The maximum time that a test waits for a process.
pub(crate) const PROCESS_MAX: Duration = Duration::from_secs(60);

/// The secret of the first key of every directory that the program makes here.
pub(crate) const ADMIN_KEY: &str = "the-key-of-every-directory-that-tests-make-anew";

/// A client that sends this key.
pub(crate) fn client() -> reqwest::Client {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("authorization", format!("Bearer {ADMIN_KEY}").parse().expect("a header"));
    reqwest::Client::builder().default_headers(headers).build().expect("a client")
}

/// The program without environment variables that could configure it.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_campus-org"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CAMPUS_ORG_") || name == "DATABASE_URL") {
        command.env_remove(name);
    }
    command.env("CAMPUS_ORG_ADMIN_KEY", ADMIN_KEY).env("CAMPUS_ORG_RATE_BY_CALLER", "0");
    command
}

/// Runs the program to its end.
pub(crate) fn output(arguments: &[&str]) -> Output {
    program(arguments).output().expect("the program runs")
}

/// A serving process; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Serving {
    /// Its address, as `http://ADDRESS`.
    pub(crate) address: String,
    /// What it printed before it was ready.
    pub(crate) greeting: Vec<String>,
    child: Child,
}

impl Serving {
    /// `campus-org serve` on a database, new or not, once it answers.
    pub(crate) fn on(database_url: &str) -> Self {
        Self::with(&["serve", "--listen", "127.0.0.1:0", "--workers", "2", "--create", "--database-url", database_url])
    }

    /// The program with these arguments, once it answers.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        Self::logging(Stdio::null(), arguments)
    }

    /// The program with these arguments and its log at `log`, once it answers.
    pub(crate) fn logging(log: impl Into<Stdio>, arguments: &[&str]) -> Self {
        Self::start(program(arguments).stderr(log))
    }

    /// The program that `command` runs, once it answers.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut greeting = Vec::new();
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        for line in lines {
            let line = line.expect("text");
            if let Some(address) = line.strip_prefix("campus-org listening on ") {
                return Self { address: address.to_owned(), greeting, child };
            }
            greeting.push(line);
        }
        drop(child.kill());
        panic!("the program ended before it listened: {:?} {greeting:?}", child.wait());
    }

    /// Sends a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().expect("kill runs");
        assert!(sent.success(), "kill -s {name} {pid}");
    }

    /// Kills it.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("it ends");
    }

    /// Waits until it has ended, at most [`PROCESS_MAX`].
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(began.elapsed() < PROCESS_MAX, "the process does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs the program, which must fail, and returns its message.
pub(crate) fn failure(arguments: &[&str]) -> String {
    let mut child = program(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if began.elapsed() > PROCESS_MAX {
            drop(child.kill());
            panic!("{arguments:?} does not fail");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert!(!status.success(), "{arguments:?} ends with {status}: {said}");
    said
}
