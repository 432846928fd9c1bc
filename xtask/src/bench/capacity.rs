//! Checks whether the machine is large enough for the measurements, judged by what a smaller directory took.

use std::path::Path;
use std::process::Command;

use super::Bench;
use super::data::{Database, kept, memory_kib};
use super::effort::Kind;
use super::scale::name;
use crate::Result;

/// The part that stays free for everything else.
const SPARE_PART: f64 = 0.10;
const KIB: f64 = 1024.0;
const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// The memory and disk that a size needs, or that the machine has, in bytes.
#[derive(Debug, Clone, Copy)]
struct Room {
    memory: f64,
    disk: f64,
}

/// Leaves out the sizes that do not fit. It fails if all universities of the country were asked for.
pub(super) fn fit(bench: &mut Bench, campus: &Database) -> Result<()> {
    let (database, records) = campus.bytes()?;
    // During a load, SQLite's log is as large as the database.
    let disk = to_f64(2 * database + records);
    let peak = campus.load_peak_kib.max(bench.serve(campus)?.kib("VmHWM")?);
    let taken = Room { memory: to_f64(peak) * KIB, disk };
    let nothing = bench.serve_at(&Database::empty(bench, "nothing")?, &bench.folder.join("nothing.log"))?;
    let base = to_f64(nothing.kib("VmHWM")?) * KIB;
    let available = memory_kib("MemAvailable").ok_or("the system tells no MemAvailable")?;
    let has = Room { memory: to_f64(available) * KIB, disk: to_f64(free_kib(&bench.folder)?) * KIB };
    let measured = bench.effort.universities;
    let mut fitting = Vec::new();
    for size in &bench.effort.sizes {
        let times = f64::from(*size) / f64::from(measured);
        let wanted = match kept(bench, &name(*size))? {
            Some((_, peak)) => Room { memory: to_f64(peak) * KIB, disk: 0.0 },
            // The memory of the empty program does not grow.
            None => Room { memory: base + (taken.memory - base) * times, disk: taken.disk * times },
        };
        match missing(wanted, has) {
            None => fitting.push(*size),
            Some(missing) if bench.effort.kind == Kind::Huge => {
                return Err(format!("{size} universities do not fit: {missing}").into());
            }
            Some(missing) => println!("{size} universities are left out: {missing}"),
        }
    }
    bench.effort.sizes = fitting;
    Ok(())
}

/// What is missing of `wanted`.
fn missing(wanted: Room, has: Room) -> Option<String> {
    let lacks = |what, wanted: f64, has: f64| {
        let wanted = wanted / (1.0 - SPARE_PART);
        (wanted > has).then(|| format!("about {:.0} GiB of {what} are wanted, {:.0} are free", wanted / GIB, has / GIB))
    };
    let told: Vec<String> =
        lacks("memory", wanted.memory, has.memory).into_iter().chain(lacks("disk", wanted.disk, has.disk)).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// The free space where the directories are.
fn free_kib(folder: &Path) -> Result<u64> {
    let output = Command::new("df").args(["-k", "--output=avail"]).arg(folder).output()?;
    let said = String::from_utf8(output.stdout)?;
    said.lines().nth(1).and_then(|line| line.trim().parse().ok()).ok_or_else(|| format!("df says: {said}").into())
}

/// Exact up to eight pebibytes.
#[expect(clippy::cast_precision_loss, reason = "sizes of files and memory")]
fn to_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let has = Room { memory: 20.0 * GIB, disk: 100.0 * GIB };
        assert_eq!(missing(Room { memory: 10.0 * GIB, disk: 10.0 * GIB }, has), None);
        let told = missing(Room { memory: 60.0 * GIB, disk: 60.0 * GIB }, has).unwrap();
        assert_eq!(told, "about 67 GiB of memory are wanted, 20 are free");
    }
}
