//! Whether the machine is large enough for what is going to be measured, judged by what a smaller directory
//! took.

use std::path::Path;
use std::process::Command;

use super::Bench;
use super::data::{Database, kept, memory_kib};
use super::effort::Kind;
use super::scale::name;
use crate::Result;

/// What stays free for everything else.
const SPARE_PART: f64 = 0.10;
const KIB: f64 = 1024.0;
const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// What a size wants, or what the machine has, in bytes.
#[derive(Debug, Clone, Copy)]
struct Room {
    memory: f64,
    disk: f64,
}

/// Leaves out the sizes that do not fit; refuses where all universities of the country were asked for.
pub(super) fn fit(bench: &mut Bench, campus: &Database) -> Result<()> {
    let (database, records) = campus.bytes()?;
    // While a directory is being written, SQLite's log is as large as the database.
    let disk = to_f64(2 * database + records);
    let peak = campus.load_peak_kib.max(bench.serve(campus)?.kib("VmHWM")?);
    let taken = Room { memory: to_f64(peak) * KIB, disk };
    let available = memory_kib("MemAvailable").ok_or("the system tells no MemAvailable")?;
    let has = Room { memory: to_f64(available) * KIB, disk: to_f64(free_kib(&bench.folder)?) * KIB };
    let measured = bench.effort.universities;
    let mut fitting = Vec::new();
    for size in &bench.effort.sizes {
        let there = kept(bench, &name(*size))?.is_some();
        let taken = if there { Room { disk: 0.0, ..taken } } else { taken };
        match missing(taken, f64::from(*size) / f64::from(measured), has) {
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

/// What is missing for a directory so many times as large as one that took `taken`.
fn missing(taken: Room, times: f64, has: Room) -> Option<String> {
    let lacks = |what, taken: f64, has: f64| {
        let wanted = taken * times / (1.0 - SPARE_PART);
        (wanted > has).then(|| format!("about {:.0} GiB of {what} are wanted, {:.0} are free", wanted / GIB, has / GIB))
    };
    let told: Vec<String> =
        lacks("memory", taken.memory, has.memory).into_iter().chain(lacks("disk", taken.disk, has.disk)).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// What is free where the directories lie.
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
        let (taken, has) = (Room { memory: GIB, disk: GIB }, Room { memory: 20.0 * GIB, disk: 100.0 * GIB });
        assert_eq!(missing(taken, 10.0, has), None);
        let told = missing(taken, 60.0, has).unwrap();
        assert_eq!(told, "about 67 GiB of memory are wanted, 20 are free");
    }
}
