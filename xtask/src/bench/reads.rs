//! Measures what reads cost, and compares this with a bare handler that sends the same bytes and with the naive
//! program.

use std::fs;
use std::path::PathBuf;

use super::data::Database;
use super::http::{Answer, Server, get};
use super::measure::{Load, Round, measure};
use super::report::{Goal, Row, Section, median_of};
use super::{Bench, WORKERS};
use crate::Result;

/// The maximum number of universities from which ids are taken.
const UNIVERSITIES_MAX: usize = 300;
/// A prime larger than any page.
const STRIDE: usize = 7919;
/// A day in the past on which most of the sample exists.
const PAST: &str = "2019-06-01";
/// How many times cheaper than the naive program a read must be.
const NAIVE_GOAL: f64 = 10.0;

/// One kind of request, its comparison, and its goal.
#[derive(Debug)]
struct Workload {
    name: &'static str,
    paths: Vec<String>,
    against: Against,
    goal: f64,
    /// Whether the naive program is measured too.
    naive: bool,
}

#[derive(Debug)]
enum Against {
    /// The bare handler.
    Floor,
    /// The bare handler, both answering 304.
    FloorUnchanged,
    /// The service itself without `as_of`.
    Today(Vec<String>),
    /// The service itself, asked without a key.
    WithoutKey,
}

/// Paths of the five kinds of reads, with ids from all over the directory.
#[derive(Debug)]
pub(super) struct Paths {
    pub(super) org: Vec<String>,
    pub(super) roles: Vec<String>,
    pub(super) ancestors: Vec<String>,
    pub(super) descendants: Vec<String>,
    pub(super) tree: Vec<String>,
    /// The universities' committees, and general branches.
    pub(super) tops: Vec<String>,
    pub(super) general: Vec<String>,
}

impl Paths {
    /// Up to `count` of each kind.
    pub(super) fn of(service: &Server, count: usize) -> Result<Self> {
        let tops: Vec<String> =
            ids(service, "sort=established_on&tier=1")?.into_iter().take(UNIVERSITIES_MAX).collect();
        let spread = |kinds: &str| -> Result<Vec<String>> {
            let each = count.div_ceil(tops.len().max(1));
            let mut spread = Vec::new();
            for top in &tops {
                let found = ids(service, &format!("within={top}{kinds}"))?;
                // A stride that shares no divisor with the length of a list visits all of it.
                let picks = (0..found.len().min(each)).filter_map(|pick| found.get(pick * STRIDE % found.len()));
                spread.extend(picks.cloned());
            }
            Ok(spread)
        };
        let paths = |ids: &[String], rest: &str| ids.iter().map(|id| format!("/orgs/{id}{rest}")).collect::<Vec<_>>();
        let general = spread("&kind=general_branch")?;
        Ok(Self {
            org: paths(&spread("")?, ""),
            roles: paths(&spread("&kind=general_branch,committee,department")?, "/roles"),
            ancestors: paths(&spread("&kind=branch")?, "/ancestors"),
            descendants: paths(&general, "/descendants"),
            tree: paths(&tops, "/tree"),
            tops,
            general,
        })
    }
}

/// The ids of the orgs on a page of a list.
fn ids(service: &Server, query: &str) -> Result<Vec<String>> {
    let body = get(service.address(), &format!("/orgs?limit=500&{query}"))?.body;
    // Every object of the list begins with its own id; other ids have other names.
    let starts = body.split("{\"id\":\"").skip(1);
    Ok(starts.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect())
}

fn workloads(service: &Server, paths: Paths) -> Result<Vec<Workload>> {
    let Paths { org, roles, ancestors, descendants, tree, .. } = paths;
    let any = [org.as_slice(), &roles, &ancestors, &descendants, &tree].concat();
    // Around an org that does not exist on that day, the naive program shows something else.
    let mut lived = Vec::new();
    for path in &any {
        let id = path.split('/').nth(2).ok_or("a path without an id")?;
        let then = get(service.address(), &format!("/orgs/{id}?as_of={PAST}"))?.body;
        lived.extend(then.contains("\"status\":\"current\"").then(|| path.clone()));
    }
    let past: Vec<String> = lived.iter().map(|path| format!("{path}?as_of={PAST}")).collect();
    let row = |name, paths, against, goal, naive| Workload { name, paths, against, goal, naive };
    Ok(vec![
        row("GET /orgs/{id}", org.clone(), Against::Floor, 0.90, false),
        row("GET /orgs/{id} with a key", org, Against::WithoutKey, 0.90, false),
        row("GET /orgs/{id}/roles", roles, Against::Floor, 0.85, true),
        row("GET /orgs/{id}/ancestors", ancestors, Against::Floor, 0.90, true),
        row("GET /orgs/{id}/descendants of a general branch", descendants, Against::Floor, 0.80, true),
        row("GET /orgs/{id}/tree of a university", tree, Against::Floor, 0.50, true),
        row("any of them, unchanged", any, Against::FloorUnchanged, 0.90, true),
        row("any of them, of a past day", past, Against::Today(lived), 0.85, true),
    ])
}

/// Measures every read.
pub(super) fn section(bench: &Bench, campus: &Database) -> Result<Section> {
    let copy = campus.copy("naive")?;
    let service = bench.serve(campus)?;
    let program = bench.workspace.release("naive");
    let naive = Server::start(&program, &[&copy.url(), WORKERS], &copy.log("naive"))?;
    let (mut rows, mut times) = (Vec::new(), Vec::new());
    for workload in workloads(&service, Paths::of(&service, bench.effort.paths)?)? {
        let (row, cheaper) = row(bench, &service, &naive, &workload)?;
        row.tell();
        rows.push(row);
        times.extend(cheaper);
    }
    let mean = Row {
        name: "the rows above but the first two, geometric mean".to_owned(),
        against: "naive".to_owned(),
        value: geometric_mean(&times),
        unit: "",
        goal: Goal::AtLeast(NAIVE_GOAL),
        beside: vec![String::new(); 7],
    };
    mean.tell();
    rows.push(mean);
    let kept = ["tree", "roles", "descendants"].map(|question| kept(&service, question));
    let [trees, roles, below] = kept.map(|part| part.map(|part| 100.0 * part));
    let intro = format!(
        "The directory has {} sample universities in SQLite (`load`: {}). Meanwhile the service and the naive program \
         take 10 writes a second. In the row \"unchanged\" nobody writes, because every write gives a list or tree \
         another ETag. Everybody may read; in the row \"with a key\" the requests carry an API key all the same. The value \
         compares requests per second of **server CPU**. Throughput and p99 are limited by wrk, \
         which runs on the same cores. The *floor* is a bare actix-web handler that looks the same bytes up by path and \
         sends the same headers. It writes the same log line with the subscriber's own format. Each kind has up to {} \
         different requests, asked at random. The service found {:.1} % of the trees, {:.1} % of the pages of roles and \
         {:.1} % of the pages of descendants among its kept answers. *Naive* is actix-web with SeaORM queries per \
         request and recursive SQL, on a copy of the database with the indexes that such a program has. Its answers are \
         compared with the service's before it is measured. Memory of the service after the run: {} MiB; peak of \
         `load`: {} MiB. The service listened {:.1} s after its start.",
        bench.effort.universities,
        campus.loaded,
        bench.effort.paths,
        trees?,
        roles?,
        below?,
        service.kib("VmRSS")? / 1024,
        campus.load_peak_kib / 1024,
        service.started_in.as_secs_f64(),
    );
    let beside =
        &["bytes", "requests per CPU second", "theirs", "requests/s", "p99 ms", "naive, per CPU second", "times naive"];
    Ok(Section { title: "Reads", intro, beside, rows })
}

/// The part of the kept answers among all answers to a question that may be kept.
fn kept(service: &Server, question: &str) -> Result<f64> {
    let metrics = get(service.address(), "/metrics")?.body;
    let counted = |kept: &str| {
        let line = format!("campus_org_kept_answers_total{{kept=\"{kept}\",question=\"{question}\"}} ");
        metrics.lines().find_map(|said| said.strip_prefix(&line)).map_or(Ok(0.0), str::parse::<f64>)
    };
    let (found, written) = (counted("true")?, counted("false")?);
    Ok(found / (found + written))
}

/// The row, and how many times cheaper than the naive program the read is.
fn row(bench: &Bench, service: &Server, naive: &Server, workload: &Workload) -> Result<(Row, Option<f64>)> {
    let Workload { name, paths, against, goal, naive: with_naive } = workload;
    let conditional = matches!(against, Against::FloorUnchanged);
    let with_key = matches!(against, Against::WithoutKey);
    let answers = answers(service, paths)?;
    let asked = requests(bench, "service", paths, &answers, conditional)?;
    let mut floor = None;
    let others = match against {
        Against::Floor | Against::FloorUnchanged => {
            floor = Some(start_floor(bench, paths, &answers)?);
            asked.clone()
        }
        Against::Today(paths) => requests(bench, "today", paths, &[], false)?,
        Against::WithoutKey => asked.clone(),
    };
    let asked_naive = if *with_naive {
        let theirs = self::answers(naive, paths)?;
        same(paths, &answers, &theirs)?;
        Some(requests(bench, "naive", paths, &theirs, conditional)?)
    } else {
        None
    };
    // The tag of a list changes with every write.
    let written = !conditional;
    let (mut ours, mut theirs, mut naives): (Vec<Round>, Vec<Round>, Vec<Round>) = Default::default();
    for _ in 0..bench.effort.rounds {
        ours.push(measure(service, &Load::reads(bench, &asked).with_key(with_key), written)?);
        theirs.push(measure(floor.as_ref().unwrap_or(service), &Load::reads(bench, &others), floor.is_none())?);
        if let Some(asked) = &asked_naive {
            naives.push(measure(naive, &Load::reads(bench, asked), written)?);
        }
    }
    let cost = |rounds: &[Round]| median_of(rounds, |round| round.requests_per_cpu_second);
    let cheaper = (!naives.is_empty()).then(|| cost(&ours) / cost(&naives));
    let bytes = answers.iter().map(|answer| answer.body.len()).sum::<usize>() / answers.len().max(1);
    let beside = vec![
        bytes.to_string(),
        format!("{:.0}", cost(&ours)),
        format!("{:.0}", cost(&theirs)),
        format!("{:.0}", median_of(&ours, |round| round.requests_per_second)),
        format!("{:.2}", median_of(&ours, |round| round.p99_millis)),
        if naives.is_empty() { String::new() } else { format!("{:.0}", cost(&naives)) },
        cheaper.map_or_else(String::new, |times| format!("{times:.1}")),
    ];
    let against = match against {
        Against::Floor | Against::FloorUnchanged => "floor",
        Against::Today(_) => "itself today",
        Against::WithoutKey => "itself without a key",
    };
    let value = cost(&ours) / cost(&theirs);
    let (name, against) = ((*name).to_owned(), against.to_owned());
    Ok((Row { name, against, value, unit: "", goal: Goal::AtLeast(*goal), beside }, cheaper))
}

pub(super) fn answers(server: &Server, paths: &[String]) -> Result<Vec<Answer>> {
    paths.iter().map(|path| get(server.address(), path)).collect()
}

/// Starts the bare handler with these answers.
fn start_floor(bench: &Bench, paths: &[String], answers: &[Answer]) -> Result<Server> {
    let recordings = bench.folder.join("recordings");
    let mut recorded = Vec::new();
    for (path, Answer { raw, .. }) in paths.iter().zip(answers) {
        recorded.extend(format!("{path}\n{}\n", raw.len()).into_bytes());
        recorded.extend(raw);
    }
    fs::write(&recordings, recorded)?;
    let arguments = [recordings.to_str().ok_or("the target folder's path is not UTF-8")?, WORKERS];
    Server::start(&bench.workspace.release("floor"), &arguments, &bench.folder.join("floor.log"))
}

/// Writes a file of requests: paths, each with the tag of its answer if `conditional`.
pub(super) fn requests(
    bench: &Bench,
    name: &str,
    paths: &[String],
    answers: &[Answer],
    conditional: bool,
) -> Result<PathBuf> {
    let tags = answers.iter().filter(|_| conditional).map(|answer| answer.header("etag").unwrap_or_default());
    let lines: String = paths
        .iter()
        .zip(tags.chain(std::iter::repeat(String::new())))
        .map(|(path, tag)| format!("{path}\t{tag}\n"))
        .collect();
    let file = bench.folder.join(format!("requests-{name}"));
    fs::write(&file, lines)?;
    Ok(file)
}

/// Fails if the naive program answers something else, because then it could be cheaper for a wrong reason. Members
/// of an object may be in another order, and cursors may differ.
fn same(paths: &[String], ours: &[Answer], theirs: &[Answer]) -> Result<()> {
    let letters = |answer: &Answer| {
        let mut bytes = answer.body.clone().into_bytes();
        bytes.sort_unstable();
        bytes
    };
    for ((path, ours), theirs) in paths.iter().zip(ours).zip(theirs) {
        if !ours.body.contains("\"next\":") && letters(ours) != letters(theirs) {
            return Err(format!("the naive program answers otherwise: {path}").into());
        }
    }
    Ok(())
}

fn geometric_mean(values: &[f64]) -> f64 {
    let count = u32::try_from(values.len()).map_or(f64::NAN, f64::from);
    (values.iter().map(|value| value.ln()).sum::<f64>() / count).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_geometric() {
        assert!((geometric_mean(&[2.0, 8.0]) - 4.0).abs() < 1e-9);
    }
}
