//! The report of the measurements, in Markdown.

use super::Effort;
use super::measure::Round;

/// Begins the part of docs/performance.md that people write; a new report leaves it as it is.
const KEPT_BELOW: &str = "<!-- kept by hand below -->";

/// The goal of a figure.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// One figure with its comparison.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) against: String,
    pub(super) value: f64,
    /// The unit of the value; empty for a ratio.
    pub(super) unit: &'static str,
    pub(super) goal: Goal,
    /// The other cells of the row, under the section's headings.
    pub(super) beside: Vec<String>,
}

impl Row {
    fn reached(&self) -> bool {
        match self.goal {
            Goal::AtLeast(goal) => self.value >= goal,
            Goal::AtMost(goal) => self.value <= goal,
        }
    }

    fn shown(&self) -> (String, String) {
        let number = |value: f64| match (self.unit, value.abs() < 100.0) {
            ("", true) => format!("{value:.2}"),
            ("", false) => format!("{value:.0}"),
            (unit, _) => format!("{value:.0} {unit}"),
        };
        let goal = match self.goal {
            Goal::AtLeast(goal) => format!("≥ {}", number(goal)),
            Goal::AtMost(goal) => format!("≤ {}", number(goal)),
        };
        (number(self.value), goal)
    }

    /// Prints the row in one line while the bench runs.
    pub(super) fn tell(&self) {
        let (value, goal) = self.shown();
        let reached = if self.reached() { "reached" } else { "NOT reached" };
        println!("{:60} {value} ({goal} {reached}) against {}", self.name, self.against);
    }
}

/// Rows that belong together.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) intro: String,
    pub(super) beside: &'static [&'static str],
    pub(super) rows: Vec<Row>,
}

impl Section {
    fn text(&self) -> String {
        let Self { title, intro, beside, rows } = self;
        let mut text = format!("\n## {title}\n\n{intro}\n");
        if rows.is_empty() {
            return text;
        }
        let headings: String = beside.iter().map(|heading| format!(" {heading} |")).collect();
        text.push_str(&format!("\n| what | against | value | goal | reached |{headings}\n|---|---|---:|---:|---|"));
        text.push_str(&"---:|".repeat(beside.len()));
        text.push('\n');
        for row in rows {
            let ((value, goal), reached) = (row.shown(), if row.reached() { "yes" } else { "**no**" });
            let beside: String = row.beside.iter().map(|cell| format!(" {cell} |")).collect();
            text.push_str(&format!("| {} | {} | {value} | {goal} | {reached} |{beside}\n", row.name, row.against));
        }
        text
    }
}

pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

pub(super) fn median_of(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    median(rounds.iter().map(of))
}

/// The whole report.
pub(super) fn text(sections: &[Section], effort: &Effort, machine: &str) -> String {
    let mut text = format!(
        "# What it costs\n\n\
         Measured by `{}` on {machine}. The load generators ran on the same machine. The programs compared took turns, \
         {} rounds of {} s each unless stated otherwise; the figures are medians. Two workers answer, 32 connections \
         ask.\n",
        effort.command(),
        effort.rounds,
        effort.seconds,
    );
    for section in sections {
        text.push_str(&section.text());
    }
    text
}

/// The report, followed by what people wrote below the mark in the report `before`.
pub(super) fn with_kept(report: String, before: &str) -> String {
    match before.split_once(KEPT_BELOW) {
        Some((_, by_hand)) => format!("{report}\n{KEPT_BELOW}{by_hand}"),
        None => report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_kept() {
        let before = format!("old figures\n\n{KEPT_BELOW}\n\n## By hand\n");
        let after = with_kept("new figures\n".to_owned(), &before);
        assert_eq!(after, format!("new figures\n\n{KEPT_BELOW}\n\n## By hand\n"));
        assert_eq!(with_kept("again\n".to_owned(), &after), format!("again\n\n{KEPT_BELOW}\n\n## By hand\n"));
        assert_eq!(with_kept("first\n".to_owned(), ""), "first\n");
    }

    #[test]
    fn a_section_is_a_table_that_says_what_was_reached() {
        let row = |value, goal| Row {
            name: "a".to_owned(),
            against: "b".to_owned(),
            value,
            unit: "",
            goal,
            beside: vec!["7".to_owned()],
        };
        let rows = vec![row(0.5, Goal::AtLeast(0.9)), row(0.5, Goal::AtMost(0.9))];
        let section = Section { title: "T", intro: "I".to_owned(), beside: &["c"], rows };
        let expected = "\n## T\n\nI\n\n| what | against | value | goal | reached | c |\n|---|---|---:|---:|---|---:|\n\
                        | a | b | 0.50 | ≥ 0.90 | **no** | 7 |\n| a | b | 0.50 | ≤ 0.90 | yes | 7 |\n";
        assert_eq!(section.text(), expected);
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
    }
}
