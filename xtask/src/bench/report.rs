//! What is told of the rounds.

use super::Effort;
use super::measure::Round;

/// One workload, measured.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// How long an answer's body is on average.
    pub(super) bytes: usize,
    pub(super) goal: f64,
    pub(super) ours: Vec<Round>,
    pub(super) theirs: Vec<Round>,
    pub(super) against: &'static str,
}

impl Row {
    /// Requests per second of server CPU, beside those of what it is compared with.
    fn ratio(&self) -> f64 {
        let cost = |rounds: &[Round]| median(rounds, |round| round.requests_per_cpu_second);
        cost(&self.ours) / cost(&self.theirs)
    }
}

fn median(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The row in one line.
pub(super) fn line(row: &Row) -> String {
    let (ratio, goal) = (row.ratio(), row.goal);
    let reached = if ratio >= goal { "reached" } else { "not reached" };
    let cost = median(&row.ours, |round| round.requests_per_cpu_second);
    format!(
        "{:50} {ratio:.2} of {} (goal {goal:.2}, {reached}); {cost:.0} requests per CPU second",
        row.name, row.against
    )
}

/// The whole report, in Markdown.
pub(super) fn text(rows: &[Row], effort: Effort, loaded: &str, resident_kib: u64, machine: &str) -> String {
    let Effort { universities, rounds, seconds } = effort;
    let mut text = format!(
        "# What reads cost\n\n\
         Measured by `cargo xtask bench` on {machine}: {universities} sample universities in SQLite, 32 connections, two \
         workers, {rounds} alternating rounds of {seconds} s each, 10 writes a second going on; medians. The *floor* is a \
         bare actix-web handler that looks the same bytes up by path and sends the same headers and the same log line. \
         The ratio compares requests per second of **server CPU**; throughput and p99 stand beside it, and there wrk \
         itself, on the same cores, is the limit.\n\n\
         `load`: {loaded}. Memory of the service after the run: {resident_mib} MiB.\n\n\
         | request | bytes | against | ratio | goal | requests per CPU second | theirs | requests/s | p99 ms |\n\
         |---|---:|---|---:|---:|---:|---:|---:|---:|\n",
        resident_mib = resident_kib / 1024,
    );
    for row in rows {
        let ours = |of: fn(&Round) -> f64| median(&row.ours, of);
        text.push_str(&format!(
            "| {} | {} | {} | {:.2} | {:.2} | {:.0} | {:.0} | {:.0} | {:.2} |\n",
            row.name,
            row.bytes,
            row.against,
            row.ratio(),
            row.goal,
            ours(|round| round.requests_per_cpu_second),
            median(&row.theirs, |round| round.requests_per_cpu_second),
            ours(|round| round.requests_per_second),
            ours(|round| round.p99_millis),
        ));
    }
    text
}

/// The ids of the items of a list.
pub(super) fn ids(body: &str) -> Vec<String> {
    // Every object of the list begins with its own id; other ids stand behind other names.
    let starts = body.split("{\"id\":\"").skip(1);
    starts.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_ids_are_found() {
        let round = |cost| Round { requests_per_second: 1.0, requests_per_cpu_second: cost, p99_millis: 1.0 };
        assert_eq!(median(&[round(3.0), round(1.0), round(2.0)], |round| round.requests_per_cpu_second), 2.0);
        assert_eq!(ids(r#"{"items":[{"id":"a","parent_id":"x"},{"id":"b"}]}"#), ["a", "b"]);
    }
}
