//! `cargo xtask soak --abuse`: clients that try to wear the service down, one sort after the other, while an innocent
//! one reads. It fails if the innocent one is refused or waits for long, or if the service takes too much memory.

use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{ANSWER_MAX, LOG, OTHER_FILES, START_MAX, STOP_MAX, limit};
use crate::Result;
use crate::http::{Connection, OF_EACH_ITEM, texts};
use crate::process::run;
use crate::service::{OPEN_TO_READERS, Service, authorization};

/// A sort of clients: its name for the program `abuse`, how many, for how long, and what they do in words.
const SORTS: [(&str, usize, u64, &str); 5] = [
    ("slow", 3000, 45, "bodies that come a byte a second"),
    ("unfinished", 1500, 45, "bodies of 1 MiB without their last byte"),
    ("trees", 200, 60, "clients that ask for the largest tree with roles again and again, of many days"),
    ("unread", 40, 45, "clients that ask for it and do not read"),
    ("pipelined", 300, 45, "clients that send requests without end and read no answer"),
];
/// So many that the tree of all is nearly as large as one answer may be.
pub(super) const UNIVERSITIES: &str = "30";
/// How much more memory than at rest the service may take.
const MORE_MIB_MAX: u64 = 512;
/// How long 99 of 100 answers to the innocent client may take at most.
const P99_MAX: Duration = Duration::from_millis(50);
/// The pause between two requests of the innocent client, and after how many it opens a new connection.
const PAUSE: Duration = Duration::from_millis(5);
const REQUESTS_OF_A_CONNECTION: usize = 20;
const MEMORY_PAUSE: Duration = Duration::from_millis(50);
/// How much longer than told a sort may take.
const LATE_MAX: Duration = Duration::from_secs(60);

/// What the innocent client saw, and what the service took meanwhile.
#[derive(Debug, Default)]
struct Seen {
    micros: Vec<u64>,
    faults: Vec<String>,
    peak_kib: u64,
}

/// Serves `url` with `program`, and sends every sort of clients there.
pub(super) fn abuse(program: &Path, clients: &Path, folder: &Path, url: &str) -> Result<()> {
    let most = SORTS.iter().map(|(_, clients, ..)| *clients).max().unwrap_or_default();
    let mut command = limit::with_files(most + OTHER_FILES, program);
    command.args(["serve", "--log", LOG, "--listen", "127.0.0.1:0", "--database-url", url]).args(OPEN_TO_READERS);
    let service = Service::start(&mut command, &folder.join("service.log"), START_MAX)?;
    let (org, tree) = ask(&service)?;
    let rest = service.resident_kib()?;
    println!("at rest {} MiB; the tree is {tree} bytes long", rest / 1024);
    println!("{:60} {:>8} {:>9} {:>9} {:>9}   how they ended", "", "more MiB", "innocent", "p50 ms", "p99 ms");
    let (told, mut faults) = (folder.join("ended.txt"), Vec::new());
    for (sort, count, seconds, words) in SORTS {
        let path = format!("/orgs/{org}/tree?include=roles");
        let (seen, ended) = against(&service, &org, || {
            let mut command = limit::with_files(most + OTHER_FILES, clients);
            let (count, time) = (count.to_string(), seconds.to_string());
            command.args([sort, service.address(), &count, &time, &path]).env("ABUSE_KEY", authorization());
            run(command.stdout(File::create(&told)?), Duration::from_secs(seconds) + LATE_MAX)?;
            Ok(fs::read_to_string(&told)?)
        })?;
        let more = seen.peak_kib.saturating_sub(rest) / 1024;
        let [p50, p99] = [50, 99].map(|percent| seen.percentile(percent));
        println!(
            "{:60} {more:>8} {:>9} {:>9.1} {:>9.1}   {}",
            format!("{count} {words}"),
            seen.micros.len(),
            p50.as_secs_f64() * 1000.0,
            p99.as_secs_f64() * 1000.0,
            ended.trim()
        );
        if more > MORE_MIB_MAX {
            faults.push(format!("{sort}: {more} MiB more than at rest"));
        }
        if p99 > P99_MAX {
            faults.push(format!("{sort}: the innocent client waited {p99:?}"));
        }
        faults.extend(seen.faults.iter().take(3).map(|fault| format!("{sort}: the innocent client: {fault}")));
    }
    service.stop(STOP_MAX)?;
    if faults.is_empty() {
        println!("passed");
        return Ok(());
    }
    Err(faults.join("\n").into())
}

/// The org above all, and how long its tree with roles is.
fn ask(service: &Service) -> Result<(String, usize)> {
    let mut connection = Connection::open(service.address(), ANSWER_MAX)?;
    let page = connection.get("/orgs?kind=authority&limit=1")?.wanting(200)?;
    let org = texts(&page.body, OF_EACH_ITEM, "id").first().map(|id| (*id).to_owned()).ok_or("no org")?;
    let tree = connection.get(&format!("/orgs/{org}/tree?include=roles"))?.wanting(200)?;
    Ok((org, tree.body.len()))
}

/// Lets an innocent client read and watches the memory while `clients` runs.
fn against(service: &Service, org: &str, clients: impl FnOnce() -> Result<String>) -> Result<(Seen, String)> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let innocent = scope.spawn(|| innocent(service.address(), org, &over));
        let memory = scope.spawn(|| {
            let mut peak = 0;
            while !over.load(Ordering::Relaxed) {
                peak = peak.max(service.resident_kib().unwrap_or_default());
                thread::sleep(MEMORY_PAUSE);
            }
            peak
        });
        let ended = clients();
        over.store(true, Ordering::Relaxed);
        let mut seen = innocent.join().map_err(|_| "the innocent client panicked")?;
        seen.peak_kib = memory.join().map_err(|_| "nobody watched the memory")?;
        Ok((seen, ended?))
    })
}

fn innocent(address: &str, org: &str, over: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let path = format!("/orgs/{org}");
    while !over.load(Ordering::Relaxed) {
        let mut connection = None;
        for _ in 0..REQUESTS_OF_A_CONNECTION {
            let began = Instant::now();
            let mut read = || -> Result<Connection> {
                let mut open = connection.take().map_or_else(|| Connection::open(address, ANSWER_MAX), Ok)?;
                open.get(&path)?.wanting(200)?;
                Ok(open)
            };
            match read() {
                Ok(open) => connection = Some(open),
                Err(error) => seen.faults.push(error.to_string()),
            }
            seen.micros.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
            thread::sleep(PAUSE);
        }
    }
    seen
}

impl Seen {
    /// The time in which so many of a hundred answers came.
    fn percentile(&self, percent: usize) -> Duration {
        let mut micros = self.micros.clone();
        micros.sort_unstable();
        let at = (micros.len() * percent).div_ceil(100).saturating_sub(1);
        Duration::from_micros(micros.get(at).copied().unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_answers_the_slowest_does_not_count() {
        let seen = |micros: Vec<u64>| Seen { micros, ..Seen::default() };
        assert_eq!(seen((1..=100).rev().collect()).percentile(99), Duration::from_micros(99));
        assert_eq!(seen((1..=100).collect()).percentile(50), Duration::from_micros(50));
        assert_eq!(seen(vec![7]).percentile(99), Duration::from_micros(7));
        assert!(seen(Vec::new()).percentile(99) > P99_MAX, "nothing was answered");
    }
}
