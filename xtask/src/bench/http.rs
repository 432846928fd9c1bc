//! Servers under test, and just enough HTTP to ask them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::data::process_kib;
use crate::process::{Ending, Leash};
use crate::{Result, service};

const START_MAX: Duration = Duration::from_secs(30 * 60);
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// A server on 127.0.0.1 that ends with this process.
#[derive(Debug)]
pub(super) struct Server {
    address: String,
    pid: u32,
    /// The time from its start until it listened.
    pub(super) started_in: Duration,
    _leash: Leash,
}

impl Server {
    /// Starts a program that prints `… listening on http://ADDRESS`.
    pub(super) fn start(program: &Path, arguments: &[&str], log: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        service::configure(&mut command);
        command.args(arguments).stdout(Stdio::piped()).stderr(File::create(log)?);
        let started = Instant::now();
        let mut leash = Leash::spawn(&mut command, Ending::default())?;
        let pid = leash.id();
        let output = BufReader::new(leash.stdout().ok_or("no output")?);
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(std::result::Result::ok) {
                if let Some((_, address)) = line.split_once(" listening on http://") {
                    // An error means that nobody waits any more.
                    let _ = tell.send(address.to_owned());
                }
            }
        });
        let address = told.recv_timeout(START_MAX).map_err(|_| format!("{} does not listen", program.display()))?;
        Ok(Self { address, pid, started_in: started.elapsed(), _leash: leash })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The CPU time that the process has used, in seconds.
    pub(super) fn cpu_seconds(&self) -> Result<f64> {
        /// Clock ticks per second, as Linux reports them to every program.
        const TICKS: f64 = 100.0;
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        let (_, fields) = stat.rsplit_once(") ").ok_or("no such process")?;
        let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<f64>).sum::<std::result::Result<f64, _>>()?;
        Ok(ticks / TICKS)
    }

    /// A figure of the system about the process's memory: `VmRSS` is its current size, `VmHWM` its peak.
    pub(super) fn kib(&self, what: &str) -> Result<u64> {
        process_kib(self.pid, what).ok_or_else(|| format!("no {what} of the process").into())
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) raw: Vec<u8>,
    pub(super) body: String,
    head: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let found = self.head.lines().filter_map(|line| line.split_once(": "));
        found.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    }
}

/// Asks once; any status but 200 is an error.
pub(super) fn get(address: &str, path: &str) -> Result<Answer> {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"), "200")
}

/// Sends JSON once, with the API key; any status but 201 is an error. `key` is the Idempotency-Key.
pub(super) fn post(address: &str, path: &str, key: Option<&str>, json: &str) -> Result<()> {
    let (length, authorization) = (json.len(), service::authorization());
    let key = key.map_or_else(String::new, |key| format!("Idempotency-Key: {key}\r\n"));
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/json\r\n{key}"
    );
    exchange(address, &format!("{head}Content-Length: {length}\r\n\r\n{json}"), "201").map(drop)
}

fn exchange(address: &str, request: &str, status: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    stream.write_all(request.as_bytes())?;
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw)?;
    let text = String::from_utf8_lossy(&raw);
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no answer")?;
    if head.split(' ').nth(1) != Some(status) {
        return Err(format!(
            "{}: {}",
            request.lines().next().unwrap_or_default(),
            text.lines().next().unwrap_or_default()
        )
        .into());
    }
    let (head, body) = (head.to_owned(), body.to_owned());
    Ok(Answer { head, body, raw })
}
