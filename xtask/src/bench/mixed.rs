//! Reads while others write: latency at a fixed rate, with and without writers.

use super::Bench;
use super::data::{Database, numbers};
use super::measure::{Load, measure};
use super::reads::{Paths, requests};
use super::report::{Goal, Row, Section, median};
use crate::{Result, service};

/// The part of the peak rate at which latency is measured.
const PART_OF_PEAK: f64 = 0.30;
const WRITES_PER_SECOND: &str = "500";
/// The factor by which turns are more and shorter than elsewhere: on a shared machine p99 may double from one
/// second to the next.
const TURNS: usize = 3;
/// The length of a turn; the first half second is the warm-up.
const SECONDS: &str = "2";

/// Measures p99 of reads of several kinds.
pub(super) fn section(bench: &Bench, campus: &Database) -> Result<Section> {
    let service = bench.serve(campus)?;
    let Paths { org, roles, ancestors, descendants, .. } = Paths::of(&service, bench.effort.paths)?;
    let asked = requests(bench, "mixed", &[org, roles, ancestors, descendants].concat(), &[], false)?;
    let peak = measure(&service, &Load::reads(bench, &asked), false)?.requests_per_second;
    let rate = format!("{:.0}", peak * PART_OF_PEAK);
    let file = asked.to_str().ok_or("the target folder's path is not UTF-8")?;
    let authorization = service::authorization();
    let paced = |writes| {
        let arguments = [service.address(), file, &rate, writes, SECONDS, &authorization];
        numbers(bench, "paced", &arguments, ["p50_us", "p99_us", "writes", "write_p99_us"])
    };
    let (mut calm, mut written, mut write_p99) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.effort.rounds * TURNS {
        let [_, p99, ..] = paced("0")?;
        calm.push(p99);
        let [_, p99, _, writes] = paced(WRITES_PER_SECOND)?;
        written.push(p99);
        write_p99.push(writes);
    }
    let (calm, written, write_p99) = (median(calm), median(written), median(write_p99));
    let row = Row {
        name: format!("p99 of reads at 30 % of their peak rate while {WRITES_PER_SECOND} writes a second go on"),
        against: "without writers".to_owned(),
        value: written / calm,
        unit: "",
        goal: Goal::AtMost(1.5),
        beside: vec![format!("{written:.0} µs"), format!("{calm:.0} µs")],
    };
    row.tell();
    let intro = format!(
        "Orgs, roles, ancestors and descendants are read at {rate} requests a second; the peak is {peak:.0}. Each latency \
         counts from the time at which its request was due. Rounds of {SECONDS} s, three times as many. People are \
         entered over 32 connections of their own; p99 of these writes: {:.1} ms.",
        write_p99 / 1000.0
    );
    Ok(Section { title: "Reads while others write", intro, beside: &["with writers", "without"], rows: vec![row] })
}
