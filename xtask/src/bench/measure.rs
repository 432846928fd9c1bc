//! One round of load by wrk, with the CPU time that the server used for it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use super::Bench;
use super::http::{Server, post};
use crate::{Result, service};

/// The number of connections at the same time, unless stated otherwise.
pub(super) const CONNECTIONS: u32 = 32;
/// The length of a round of writes. It is short, because the speed of the disk changes from second to second, and
/// the programs compared must see the same disk.
const WRITE_SECONDS: u32 = 1;
/// The interval of writes while reads are measured.
const WRITE_EVERY: Duration = Duration::from_millis(100);

/// Chooses the next request at random from a file of paths and tags. Whoever has a key sends it.
const READS: &str = r#"
local asked, key = {}, os.getenv("AUTHORIZATION")
init = function()
  for line in io.lines(os.getenv("REQUESTS")) do
    local path, tag = line:match("^(.-)\t(.*)$")
    local headers = {}
    if tag ~= "" then headers["If-None-Match"] = tag end
    if key then headers["Authorization"] = key end
    asked[#asked + 1] = wrk.format("GET", path, headers)
  end
end
math.randomseed(20261125)
request = function() return asked[math.random(#asked)] end
"#;

/// Establishes branches under general branches chosen at random from a file of their paths.
const WRITES: &str = r#"
local parents, number = {}, 0
init = function()
  for line in io.lines(os.getenv("REQUESTS")) do
    parents[#parents + 1] = line:match("^/orgs/([^/\t]*)")
  end
end
math.randomseed(20261125)
request = function()
  number = number + 1
  local headers = {
    ["Authorization"] = os.getenv("AUTHORIZATION"),
    ["Content-Type"] = "application/json", ["Idempotency-Key"] = os.getenv("RUN") .. "-" .. number
  }
  local body = '{"kind":"branch","name":"测试党支部","parent_id":"' .. parents[math.random(#parents)] .. '"}'
  return wrk.format("POST", "/orgs", headers, body)
end
"#;

/// What to send, over how many connections, for how long.
#[derive(Debug)]
pub(super) struct Load {
    wrk: PathBuf,
    script: &'static str,
    paths: PathBuf,
    /// Makes the keys of this round different from others'.
    run: String,
    /// Whether the API key is sent.
    with_key: bool,
    connections: u32,
    seconds: u32,
}

impl Load {
    /// Random reads from a file of requests.
    pub(super) fn reads(bench: &Bench, paths: &Path) -> Self {
        let (wrk, seconds) = (bench.wrk.clone(), bench.effort.seconds);
        let (run, with_key) = (String::new(), false);
        Self { wrk, script: READS, paths: paths.to_owned(), run, with_key, connections: CONNECTIONS, seconds }
    }

    /// The same reads, each with the key or without.
    pub(super) fn with_key(self, with_key: bool) -> Self {
        Self { with_key, ..self }
    }

    /// Establishes orgs under those of a file of requests.
    pub(super) fn writes(bench: &Bench, paths: &Path, connections: u32) -> Self {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let run = format!("run-{}", RUNS.fetch_add(1, Ordering::Relaxed));
        let reads = Self::reads(bench, paths);
        Self { script: WRITES, run, with_key: true, connections, seconds: WRITE_SECONDS, ..reads }
    }
}

/// The results of one round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) requests_per_second: f64,
    pub(super) requests_per_cpu_second: f64,
    pub(super) p50_micros: f64,
    pub(super) p99_millis: f64,
}

impl Round {
    /// The CPU of the server for each request, in microseconds.
    pub(super) fn cpu_micros(&self) -> f64 {
        1e6 / self.requests_per_cpu_second
    }
}

/// Puts a server under load; with `written`, somebody writes to it meanwhile.
pub(super) fn measure(server: &Server, load: &Load, written: bool) -> Result<Round> {
    let script = load.paths.with_extension("lua");
    std::fs::write(&script, load.script)?;
    let over = Arc::new(AtomicBool::new(false));
    let writer = written.then(|| {
        let (over, address) = (Arc::clone(&over), server.address().to_owned());
        thread::spawn(move || -> Result<()> {
            while !over.load(Ordering::Relaxed) {
                post(&address, "/people", None, r#"{"name":"测试"}"#)?;
                thread::sleep(WRITE_EVERY);
            }
            Ok(())
        })
    });
    let before = server.cpu_seconds()?;
    let mut wrk = Command::new(&load.wrk);
    if load.with_key {
        wrk.env("AUTHORIZATION", service::authorization());
    }
    let output = wrk
        .args(["-t1", "-c", &load.connections.to_string(), "-d", &format!("{}s", load.seconds), "--latency", "-s"])
        .arg(&script)
        .arg(format!("http://{}", server.address()))
        .env("REQUESTS", &load.paths)
        .env("RUN", &load.run)
        .output()?;
    let used = server.cpu_seconds()? - before;
    over.store(true, Ordering::Relaxed);
    if let Some(writer) = writer {
        writer.join().map_err(|_| "the writer panicked")??;
    }
    let said = String::from_utf8(output.stdout)?;
    if !output.status.success() || said.contains("Non-2xx") || said.contains("Socket errors") {
        return Err(format!("wrk: {said}").into());
    }
    let requests_per_second = figure(&said, "Requests/sec:").ok_or("wrk tells no rate")?;
    let requests =
        said.lines().find(|line| line.contains(" requests in ")).and_then(|line| line.split_whitespace().next());
    let requests: f64 = requests.ok_or("wrk tells no number")?.parse()?;
    let percentile = |percent: &str| {
        said.lines().find_map(|line| line.trim().strip_prefix(percent)).and_then(millis).ok_or("wrk tells no latency")
    };
    let (p50_micros, p99_millis) = (percentile("50%")? * 1000.0, percentile("99%")?);
    Ok(Round { requests_per_second, requests_per_cpu_second: requests / used.max(0.01), p50_micros, p99_millis })
}

fn figure(said: &str, label: &str) -> Option<f64> {
    said.lines().find_map(|line| line.trim().strip_prefix(label))?.trim().parse().ok()
}

/// Reads a time as wrk writes it.
fn millis(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, each) = [("us", 0.001), ("ms", 1.0), ("s", 1000.0)]
        .into_iter()
        .find_map(|(unit, each)| Some((text.strip_suffix(unit)?, each)))?;
    number.parse::<f64>().ok().map(|number| number * each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_says_is_read() {
        assert_eq!(figure("  x\nRequests/sec:  73501.25\n", "Requests/sec:"), Some(73501.25));
        for (text, expected) in [("  500.00us", 0.5), (" 1.25ms", 1.25), ("2.00s", 2000.0)] {
            assert_eq!(millis(text), Some(expected), "{text}");
        }
        assert_eq!(millis("soon"), None);
    }
}
