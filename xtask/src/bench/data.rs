//! Directories to measure on: generated, loaded, copied. All of them are below target/xtask.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Bench;
use crate::Result;
use crate::process::{Ending, Leash, run, succeeded};

const GENERATE_MAX: Duration = Duration::from_secs(60 * 60);
const LOAD_MAX: Duration = Duration::from_secs(4 * 60 * 60);
/// The interval at which the memory of a running program is measured.
const WATCH_EVERY: Duration = Duration::from_millis(10);
/// The extension of the file that describes a kept directory.
const KEPT: &str = "kept";
/// The extensions of SQLite's files, and of the service's lock.
const BESIDE: &[&str] = &["", "-wal", "-shm", ".lock"];

/// A directory in SQLite.
#[derive(Debug)]
pub(super) struct Database {
    file: PathBuf,
    /// The output of `load`.
    pub(super) loaded: String,
    /// The time of `load` by its own account.
    pub(super) load_seconds: f64,
    /// The peak memory of `load`.
    pub(super) load_peak_kib: u64,
}

impl Database {
    /// Generates universities and loads them.
    pub(super) fn load(bench: &Bench, name: &str, universities: u32) -> Result<Self> {
        let records = bench.folder.join(format!("{name}.jsonl"));
        let mut generate = Command::new(bench.workspace.release("campus-org"));
        generate.args(["generate", "--universities", &universities.to_string()]).stdout(File::create(&records)?);
        run(&mut generate, GENERATE_MAX)?;
        let database = Self::load_records(bench, name, name)?;
        println!("{universities} universities: {}", database.loaded);
        Ok(database)
    }

    /// The directory that an earlier run kept, or else the same as [`Database::load`].
    pub(super) fn kept_or_load(bench: &Bench, name: &str, universities: u32) -> Result<Self> {
        let file = bench.folder.join(format!("{name}.db"));
        let Some((loaded, load_peak_kib)) = kept(bench, name)? else {
            let database = Self::load(bench, name, universities)?;
            database.forget_records()?;
            return Ok(database);
        };
        println!("{universities} universities, kept from an earlier run: {loaded}");
        let load_seconds = seconds(&loaded).ok_or_else(|| format!("load said: {loaded}"))?;
        Ok(Self { file, loaded, load_seconds, load_peak_kib })
    }

    /// Keeps it for the next run. It must not be open.
    pub(super) fn keep(&self) -> Result<()> {
        Ok(fs::write(self.file.with_extension(KEPT), format!("{}\n{}\n", self.loaded, self.load_peak_kib))?)
    }

    /// Loads the records generated under the name `records`.
    pub(super) fn load_records(bench: &Bench, records: &str, name: &str) -> Result<Self> {
        let (records, file) = (bench.folder.join(format!("{records}.jsonl")), bench.folder.join(format!("{name}.db")));
        remove(&file)?;
        let said = bench.folder.join(format!("{name}-load.log"));
        let mut load = Command::new(bench.workspace.release("campus-org"));
        load.arg("load").arg(&records).args(["--create", "--database-url"]).arg(format!("sqlite://{}", file.display()));
        load.stdout(File::create(&said)?).stderr(Stdio::null());
        let load_peak_kib = watched(&mut load, LOAD_MAX)?;
        let loaded = fs::read_to_string(said)?.lines().last().unwrap_or_default().to_owned();
        let load_seconds = seconds(&loaded).ok_or_else(|| format!("load said: {loaded}"))?;
        Ok(Self { file, loaded, load_seconds, load_peak_kib })
    }

    /// Loads the same records into an empty PostgreSQL database.
    pub(super) fn load_at(bench: &Bench, records: &str, url: &str) -> Result<()> {
        let mut load = Command::new(bench.workspace.release("campus-org"));
        load.arg("load").arg(bench.folder.join(format!("{records}.jsonl"))).args(["--database-url", url]);
        run(load.stdout(Stdio::null()).stderr(Stdio::null()), LOAD_MAX)
    }

    /// Creates a database that has just been migrated.
    pub(super) fn empty(bench: &Bench, name: &str) -> Result<String> {
        let file = bench.folder.join(format!("{name}.db"));
        remove(&file)?;
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let mut migrate = Command::new(bench.workspace.release("campus-org"));
        migrate.args(["migrate", "up", "--create", "--database-url", &url]).stdout(Stdio::null()).stderr(Stdio::null());
        run(&mut migrate, GENERATE_MAX)?;
        Ok(url)
    }

    /// Removes the records that it was loaded from.
    pub(super) fn forget_records(&self) -> Result<()> {
        Ok(fs::remove_file(self.file.with_extension("jsonl"))?)
    }

    /// Removes the database. It must not be open.
    pub(super) fn remove(&self) -> Result<()> {
        remove(&self.file)
    }

    /// The disk space of the database and of the records from which it was loaded, in bytes.
    pub(super) fn bytes(&self) -> Result<(u64, u64)> {
        Ok((fs::metadata(&self.file)?.len(), fs::metadata(self.file.with_extension("jsonl"))?.len()))
    }

    /// Copies the database under another name. It must not be open.
    pub(super) fn copy(&self, name: &str) -> Result<Self> {
        let file = self.file.with_file_name(format!("{name}.db"));
        remove(&file)?;
        fs::copy(&self.file, &file)?;
        Ok(Self { file, loaded: self.loaded.clone(), ..*self })
    }

    pub(super) fn url(&self) -> String {
        format!("sqlite://{}", self.file.display())
    }

    /// A file beside the database.
    pub(super) fn log(&self, program: &str) -> PathBuf {
        self.file.with_extension(format!("{program}.log"))
    }
}

/// The directory that an earlier run kept, if any: the output of `load`, and its peak memory.
pub(super) fn kept(bench: &Bench, name: &str) -> Result<Option<(String, u64)>> {
    let file = bench.folder.join(format!("{name}.{KEPT}"));
    if !file.exists() {
        return Ok(None);
    }
    let said = fs::read_to_string(&file)?;
    let told = said.split_once('\n').and_then(|(loaded, peak)| Some((loaded.to_owned(), peak.trim().parse().ok()?)));
    told.map(Some).ok_or_else(|| format!("{} is damaged: remove it", file.display()).into())
}

/// Removes a database with all files beside it.
fn remove(file: &Path) -> Result<()> {
    for end in BESIDE {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        if let Err(error) = fs::remove_file(name)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error.into());
        }
    }
    Ok(())
}

/// Runs a program to its end, and returns its peak memory in KiB.
fn watched(command: &mut Command, limit: Duration) -> Result<u64> {
    let mut child = Leash::spawn(command, Ending::default())?;
    let started = Instant::now();
    let mut peak = 0;
    loop {
        // `None` if it has just ended.
        peak = process_kib(child.id(), "VmHWM").unwrap_or(peak).max(peak);
        if let Some(status) = child.ended()? {
            succeeded("campus-org", status)?;
            return Ok(peak);
        }
        if started.elapsed() > limit {
            return Err(format!("campus-org did not end within {} s", limit.as_secs()).into());
        }
        thread::sleep(WATCH_EVERY);
    }
}

/// A figure of the system about a process's memory, in KiB.
pub(super) fn process_kib(pid: u32, what: &str) -> Option<u64> {
    kib(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?, what)
}

/// A figure of the system about the machine's memory, in KiB.
pub(super) fn memory_kib(what: &str) -> Option<u64> {
    kib(&fs::read_to_string("/proc/meminfo").ok()?, what)
}

fn kib(text: &str, what: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// The time in the output of `load`: `N records entered in S s, …`.
fn seconds(said: &str) -> Option<f64> {
    said.split_once(" entered in ")?.1.split_once(" s")?.0.parse().ok()
}

/// Runs a program of the bench to its end, and returns the number after each of `names` in its output.
pub(super) fn numbers<const N: usize>(
    bench: &Bench,
    program: &str,
    arguments: &[&str],
    names: [&str; N],
) -> Result<[f64; N]> {
    let said = bench.folder.join(format!("{program}.out"));
    let mut command = Command::new(bench.workspace.release(program));
    run(command.args(arguments).stdout(File::create(&said)?), LOAD_MAX)?;
    let said = fs::read_to_string(said)?;
    let mut found = [0.0; N];
    for (place, name) in found.iter_mut().zip(names) {
        *place = number(&said, name).ok_or_else(|| format!("{program} tells no {name}: {said}"))?;
    }
    Ok(found)
}

fn number(said: &str, name: &str) -> Option<f64> {
    let mut words = said.split_whitespace();
    words.find(|word| *word == name)?;
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_read() {
        let said = "466260 records entered in 9.7 s, 48068 a second; the directory is at revision 468";
        assert_eq!(seconds(said), Some(9.7));
        assert_eq!(number("rows 7 seconds 0.5", "seconds"), Some(0.5));
        assert_eq!(kib("VmPeak:\t 20 kB\nVmHWM:\t    1234 kB\n", "VmHWM"), Some(1234));
    }
}
