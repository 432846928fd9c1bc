//! Measures what writes cost, and compares this with the same rows in a transaction of their own.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::Bench;
use super::data::{Database, numbers};
use super::http::{Server, post};
use super::measure::{CONNECTIONS, Load, Round, measure};
use super::reads::{Paths, requests};
use super::report::{Goal, Row, Section, median, median_of};
use crate::Result;
use crate::postgres::Postgres;

/// The number of transactions of the database alone in a round.
const TRANSACTIONS: &str = "100";
/// The number of rounds of writes for each round of reads: they are shorter.
const TURNS: usize = 3;
/// The number of writes to the disk that are measured.
const SYNCS: usize = 200;
const SYNC_BYTES: usize = 4096;

/// Measures single writes, many at once, and whole directories.
pub(super) fn section(bench: &Bench, campus: &Database) -> Result<Section> {
    let sync_micros = sync_micros(&bench.folder)?;
    let mut rows = on_sqlite(bench, campus)?;
    rows.extend(on_postgres(bench)?);
    rows.push(load(bench)?);
    rows.iter().for_each(Row::tell);
    let intro = format!(
        "Writes are durable: SQLite with `synchronous=FULL`, PostgreSQL with `synchronous_commit=on`. *Raw* writes the same \
         rows in one transaction with SeaORM's driver, decides and checks nothing, and works on a copy of the same \
         database. The rows are log entry, head, org, version and Idempotency-Key; for `load` they are all rows of all \
         tables, several for each record. Rounds of 1 s, three times as many. The disk takes {sync_micros:.0} µs to write \
         and sync {SYNC_BYTES} bytes (median of {SYNCS}). The limit with many clients is explained \
         [below](#24-commands-that-come-together)."
    );
    Ok(Section { title: "Writes", intro, beside: &["ours", "theirs"], rows })
}

/// The part that does not depend on the speed of the disk.
pub(super) fn quick(bench: &Bench) -> Result<Section> {
    let row = load(bench)?;
    row.tell();
    Ok(Section { title: "Writes", intro: String::new(), beside: &["ours", "theirs"], rows: vec![row] })
}

fn on_sqlite(bench: &Bench, campus: &Database) -> Result<Vec<Row>> {
    let written = campus.copy("writes")?;
    let parents = first(bench, &bench.serve(&written)?)?;
    let raw = written.copy("raw")?.url();
    commands(bench, &bench.serve(&written)?, &parents, &raw, "SQLite")
}

fn on_postgres(bench: &Bench) -> Result<Vec<Row>> {
    let postgres = Postgres::start_durable()?;
    let (url, log) = (postgres.url("writes"), bench.folder.join("writes-postgres.log"));
    postgres.create_database("writes")?;
    Database::load_at(bench, "campus", &url)?;
    let parents = first(bench, &bench.serve_at(&url, &log)?)?;
    postgres.copy_database("writes", "raw")?;
    commands(bench, &bench.serve_at(&url, &log)?, &parents, &postgres.url("raw"), "PostgreSQL")
}

/// Writes once, so that there are rows to copy. Returns a file of the orgs to write under.
fn first(bench: &Bench, service: &Server) -> Result<PathBuf> {
    let paths = Paths::of(service, bench.effort.paths)?.descendants;
    let parent = paths.first().and_then(|path| path.split('/').nth(2)).ok_or("no general branch")?;
    let body = format!(r#"{{"kind":"branch","name":"测试党支部","parent_id":"{parent}"}}"#);
    post(service.address(), "/orgs", Some("template"), &body)?;
    requests(bench, "parents", &paths, &[], false)
}

/// Single writes and many at once, compared with the same rows in the database `raw`.
fn commands(bench: &Bench, service: &Server, parents: &Path, raw: &str, on: &str) -> Result<Vec<Row>> {
    let (mut one, mut many): (Vec<Round>, Vec<Round>) = Default::default();
    let (mut raw_one, mut raw_many) = (Vec::new(), Vec::new());
    let all = CONNECTIONS.to_string();
    for _ in 0..bench.effort.rounds * TURNS {
        one.push(measure(service, &Load::writes(bench, parents, 1), false)?);
        let [micros] = numbers(bench, "raw", &["write", raw, "1", TRANSACTIONS], ["median_us"])?;
        raw_one.push(micros);
        many.push(measure(service, &Load::writes(bench, parents, CONNECTIONS), false)?);
        let [micros] = numbers(bench, "raw", &["write", raw, &all, TRANSACTIONS], ["median_us"])?;
        raw_many.push(f64::from(CONNECTIONS) * 1e6 / micros);
    }
    let (ours, theirs) = (median_of(&one, |round| round.p50_micros), median(raw_one));
    let first = Row {
        name: format!("POST /orgs, 1 client, {on}: what a write takes longer"),
        against: "raw, one command a transaction".to_owned(),
        value: ours - theirs,
        unit: "µs",
        goal: Goal::AtMost(200.0),
        beside: vec![format!("{ours:.0} µs"), format!("{theirs:.0} µs")],
    };
    let (ours, theirs) = (median_of(&many, |round| round.requests_per_second), median(raw_many));
    let second = Row {
        name: format!("POST /orgs, 32 clients, {on}"),
        against: "raw, 32 commands a transaction".to_owned(),
        value: ours / theirs,
        unit: "",
        goal: Goal::AtLeast(0.60),
        beside: vec![format!("{ours:.0} a second"), format!("{theirs:.0} a second")],
    };
    Ok(vec![first, second])
}

/// A whole directory.
fn load(bench: &Bench) -> Result<Row> {
    let (mut ours, mut theirs, mut count) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..bench.effort.rounds {
        let loaded = Database::load_records(bench, "campus", "load")?;
        ours.push(loaded.load_seconds);
        let empty = Database::empty(bench, "insert")?;
        let [rows, seconds] = numbers(bench, "raw", &["insert", &loaded.url(), &empty], ["rows", "seconds"])?;
        theirs.push(seconds);
        count = rows;
    }
    let (ours, theirs) = (count / median(ours), count / median(theirs));
    Ok(Row {
        name: "load".to_owned(),
        against: "raw, multi-row inserts of the same rows".to_owned(),
        value: ours / theirs,
        unit: "",
        goal: Goal::AtLeast(0.50),
        beside: vec![format!("{ours:.0} rows a second"), format!("{theirs:.0} rows a second")],
    })
}

/// The time in which the disk makes a few bytes durable in a file that already has its size, like SQLite's log most
/// of the time.
fn sync_micros(folder: &Path) -> Result<f64> {
    let path = folder.join("sync");
    let mut file = File::create(&path)?;
    file.write_all(&[0; SYNC_BYTES * SYNCS])?;
    file.sync_all()?;
    let mut file = File::options().write(true).open(&path)?;
    let mut micros = Vec::new();
    for _ in 0..SYNCS {
        let started = Instant::now();
        file.write_all(&[1; SYNC_BYTES])?;
        file.sync_data()?;
        micros.push(started.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(micros))
}
