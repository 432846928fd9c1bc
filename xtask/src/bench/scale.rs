//! Measures reads, writes, start and memory as the directory grows: the largest size compared with one university.

use std::path::PathBuf;

use super::Bench;
use super::data::{Database, numbers};
use super::effort::Kind;
use super::http::{Server, get};
use super::measure::{Load, Round, measure};
use super::reads::{Paths, answers, requests};
use super::report::{Goal, Row, Section, median, median_of};
use crate::Result;

/// The number of different requests of a kind, so that they do not all fit into the processor's caches.
const PATHS: usize = 3000;
/// One of this many requests is asked: the one that fits best.
const PART_TAKEN: usize = 4;
/// The relative difference up to which answers count as equally long.
const ALIKE: f64 = 0.03;
/// The memory that all universities of the country may take, and their number.
const COUNTRY_MIB: f64 = 8192.0;
const COUNTRY_UNIVERSITIES: f64 = 3117.0;

/// The cost of requests at one size.
#[derive(Debug)]
pub(super) struct Point {
    pub(super) orgs: f64,
    /// For each kind of read its name, and microseconds of CPU for each request.
    pub(super) costs: Vec<(&'static str, f64)>,
}

/// One kind of request.
#[derive(Debug)]
struct Probe {
    name: &'static str,
    paths: Vec<String>,
    goal: f64,
    /// Whether the plot shows it.
    plotted: bool,
}

fn probes(service: &Server) -> Result<Vec<Probe>> {
    let Paths { org, roles, ancestors, descendants, tree, tops, general } = Paths::of(service, PATHS)?;
    let page = |ids: &[String]| {
        ids.iter().map(|id| format!("/roles?post=secretary&org_kind=branch&within={id}&limit=50")).collect::<Vec<_>>()
    };
    let read = |name, paths| Probe { name, paths, goal: 0.85, plotted: true };
    let list = |name, paths| Probe { name, paths, goal: 0.50, plotted: false };
    Ok(vec![
        read("GET /orgs/{id}", org),
        read("GET /orgs/{id}/roles", roles),
        read("GET /orgs/{id}/ancestors", ancestors),
        read("GET /orgs/{id}/descendants of a general branch", descendants),
        read("GET /orgs/{id}/tree of a university", tree),
        list("50 of /roles?post=secretary&org_kind=branch, within a university", page(&tops)),
        list("the same within a general branch", page(&general)),
    ])
}

/// Requests of a kind as a file, and the lengths of their answers in bytes.
#[derive(Debug)]
struct Asked {
    file: PathBuf,
    lengths: Vec<f64>,
}

impl Asked {
    fn bytes(&self) -> f64 {
        let count = self.lengths.iter().map(|_| 1.0).sum::<f64>();
        self.lengths.iter().sum::<f64>() / count
    }
}

/// Writes the file. With `like`, it takes the requests whose answers are about as long as those: one university is
/// not the average of all, and a longer answer does not mean a slower service.
fn asked(bench: &Bench, service: &Server, probe: &Probe, name: &str, like: Option<&[f64]>) -> Result<Asked> {
    let mut found: Vec<(f64, String)> = Vec::new();
    for (answer, path) in answers(service, &probe.paths)?.iter().zip(&probe.paths) {
        found.push((f64::from(u32::try_from(answer.body.len())?), path.clone()));
    }
    if let Some(like) = like {
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found = alike(&found, like);
    }
    let (lengths, paths): (Vec<f64>, Vec<String>) = found.into_iter().unzip();
    Ok(Asked { file: requests(bench, name, &paths, &[], false)?, lengths })
}

/// For each wanted length some items of `sorted`, which is sorted by length: different ones within a few per cent
/// each time, or else the nearest.
fn alike(sorted: &[(f64, String)], wanted: &[f64]) -> Vec<(f64, String)> {
    let each = (sorted.len() / PART_TAKEN / wanted.len().max(1)).max(1);
    let mut taken = Vec::new();
    for length in wanted {
        let above = |limit: f64| sorted.partition_point(|(own, _)| *own < limit);
        let (mut from, mut to) = (above(length * (1.0 - ALIKE)), above(length * (1.0 + ALIKE)));
        while to - from < each.min(sorted.len()) {
            let distance = |place: usize| sorted.get(place).map_or(f64::INFINITY, |(own, _)| (own - length).abs());
            let before = from.checked_sub(1).map_or(f64::INFINITY, distance);
            if before < distance(to) { from -= 1 } else { to += 1 }
        }
        let fitting = sorted.get(from..to).unwrap_or_default();
        let turn = taken.len();
        taken.extend((0..each).filter_map(|pick| fitting.get((turn + pick) % fitting.len().max(1)).cloned()));
    }
    taken
}

/// Measures all sizes, and returns the points of the plot.
pub(super) fn section(bench: &Bench) -> Result<(Section, Vec<Point>)> {
    let [smallest, between @ .., largest] = bench.effort.sizes.as_slice() else {
        return Err("there are no two sizes to compare".into());
    };
    let small = Database::kept_or_load(bench, &name(*smallest), *smallest)?;
    let base = bench.serve(&small)?;
    let probes_base = probes(&base)?;
    let mut points = Vec::new();
    for size in between {
        let database = Database::kept_or_load(bench, &name(*size), *size)?;
        points.push(point(bench, &bench.serve(&database)?, &base, &probes_base)?);
        database.remove()?;
    }
    let large = Database::kept_or_load(bench, &name(*largest), *largest)?;
    let mut rows = vec![start(bench, &large)?];
    let grown = bench.serve(&large)?;
    rows.extend(memory(*largest, large.load_peak_kib, grown.kib("VmHWM")?));

    let (mut costs_base, mut costs_grown) = (Vec::new(), Vec::new());
    for (probe, probe_base) in probes(&grown)?.iter().zip(&probes_base) {
        let theirs = asked(bench, &base, probe_base, "base", None)?;
        let ours = asked(bench, &grown, probe, "grown", Some(&theirs.lengths))?;
        let (mut small, mut large): (Vec<Round>, Vec<Round>) = Default::default();
        for _ in 0..bench.effort.rounds {
            large.push(measure(&grown, &Load::reads(bench, &ours.file), true)?);
            small.push(measure(&base, &Load::reads(bench, &theirs.file), true)?);
        }
        let (large, small) = (median_of(&large, Round::cpu_micros), median_of(&small, Round::cpu_micros));
        if probe.plotted {
            costs_grown.push((probe.name, large));
            costs_base.push((probe.name, small));
        }
        let beside = |micros: f64, bytes: f64| format!("{micros:.1} µs for {bytes:.0} bytes");
        rows.push(Row {
            name: probe.name.to_owned(),
            against: "itself, 1 university".to_owned(),
            value: small / large,
            unit: "",
            goal: Goal::AtLeast(probe.goal),
            beside: vec![beside(large, ours.bytes()), beside(small, theirs.bytes())],
        });
    }
    // Counted before writes add to them.
    let (orgs_base, orgs_grown) = (orgs(&base)?, orgs(&grown)?);
    rows.push(publishing(bench, &grown, &base)?);
    rows.iter().for_each(Row::tell);
    points.insert(0, Point { orgs: orgs_base, costs: costs_base });
    points.push(Point { orgs: orgs_grown, costs: costs_grown });
    drop((base, grown));
    small.remove()?;
    // Loading takes half an hour.
    if bench.effort.kind == Kind::Huge { large.keep() } else { large.remove() }?;
    let intro = format!(
        "{largest} sample universities with {orgs_grown:.0} current orgs are compared with {smallest} with \
         {orgs_base:.0}; `load`: {}. Reads compare requests per second of server CPU, with ids from all over the \
         directory and answers of about the same length. Nobody writes meanwhile. A write's CPU is the mean and includes \
         the work after its answer; its response time is the median. The limits of a page of 50 and of a tree are \
         explained [below](#27-overlapping-waits). The plot shows the CPU of each request by size.\n\n\
         ![CPU a request by size](performance.svg)",
        large.loaded,
    );
    Ok((Section { title: "As the directory grows", intro, beside: &["large", "small or theirs"], rows }, points))
}

/// The name of the directory of that size.
pub(super) fn name(universities: u32) -> String {
    format!("size-{universities}")
}

/// The number of orgs.
fn orgs(service: &Server) -> Result<f64> {
    let body = get(service.address(), "/orgs?limit=1&count=true")?.body;
    let total = body.split_once("\"total\":").and_then(|(_, rest)| rest.split(['}', ',']).next()?.parse().ok());
    total.ok_or_else(|| "no total in a list".into())
}

/// One round of each plotted read, only for the plot.
fn point(bench: &Bench, service: &Server, base: &Server, probes_base: &[Probe]) -> Result<Point> {
    let mut costs = Vec::new();
    for (probe, probe_base) in probes(service)?.iter().zip(probes_base).filter(|(probe, _)| probe.plotted) {
        let like = asked(bench, base, probe_base, "base", None)?.lengths;
        let asked = asked(bench, service, probe, "between", Some(&like))?;
        costs.push((probe.name, measure(service, &Load::reads(bench, &asked.file), true)?.cpu_micros()));
    }
    Ok(Point { orgs: orgs(service)?, costs })
}

/// The time from the start until it listens, compared with a mere scan of the rows.
fn start(bench: &Bench, large: &Database) -> Result<Row> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..bench.effort.rounds {
        ours.push(bench.serve(large)?.started_in.as_secs_f64());
        let [seconds] = numbers(bench, "raw", &["scan", &large.url()], ["seconds"])?;
        theirs.push(seconds);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    Ok(Row {
        name: "start: load, index, listen".to_owned(),
        against: "scan of the same rows and columns, same driver".to_owned(),
        value: ours / theirs,
        unit: "",
        goal: Goal::AtMost(1.5),
        beside: vec![format!("{ours:.1} s"), format!("{theirs:.1} s")],
    })
}

fn memory(universities: u32, load_kib: u64, serve_kib: u64) -> [Row; 2] {
    let goal = COUNTRY_MIB * f64::from(universities) / COUNTRY_UNIVERSITIES;
    let row = |name: &str, kib: u64| Row {
        name: name.to_owned(),
        against: "8 GiB for 3,117 universities, pro rata".to_owned(),
        value: f64::from(u32::try_from(kib / 1024).unwrap_or(u32::MAX)),
        unit: "MiB",
        goal: Goal::AtMost(goal),
        beside: vec![String::new(), String::new()],
    };
    [row("peak memory of load", load_kib), row("peak memory of serve after its start", serve_kib)]
}

/// The cost of one write with everything that belongs to it: deciding, storing, publishing and answering.
fn publishing(bench: &Bench, grown: &Server, base: &Server) -> Result<Row> {
    let file = |service, name| requests(bench, name, &Paths::of(service, PATHS)?.descendants, &[], false);
    let (large_parents, small_parents) = (file(grown, "parents-grown")?, file(base, "parents-base")?);
    let (mut large, mut small): (Vec<Round>, Vec<Round>) = Default::default();
    for _ in 0..bench.effort.rounds {
        large.push(measure(grown, &Load::writes(bench, &large_parents, 1), false)?);
        small.push(measure(base, &Load::writes(bench, &small_parents, 1), false)?);
    }
    let cost = |rounds: &[Round]| median_of(rounds, Round::cpu_micros);
    let beside = |rounds: &[Round]| {
        format!("{:.0} µs of CPU, answered in {:.0} µs", cost(rounds), median_of(rounds, |round| round.p50_micros))
    };
    Ok(Row {
        name: "one write, POST /orgs".to_owned(),
        against: "itself, 1 university".to_owned(),
        value: cost(&large) / cost(&small),
        unit: "",
        goal: Goal::AtMost(2.0),
        beside: vec![beside(&large), beside(&small)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_long_as_those_wanted_are_chosen_and_not_always_the_same() {
        let sorted: Vec<(f64, String)> =
            (0..40).map(|number| (f64::from(number / 10 * 100), number.to_string())).collect();
        let taken = alike(&sorted, &[100.0, 290.0]);
        let lengths: Vec<f64> = taken.iter().map(|(length, _)| *length).collect();
        assert_eq!(lengths, [[100.0; 5], [300.0; 5]].concat());
        let taken = alike(&sorted, &[100.0; 10]);
        assert_eq!(taken.iter().map(|(_, path)| path).collect::<std::collections::BTreeSet<_>>().len(), 10);
    }
}
