//! The results of the parts and their times, and the last line that CI reads.

use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::Result;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[derive(Debug)]
pub(crate) struct Outcome {
    name: String,
    counts: Counts,
    took: Duration,
    error: Option<String>,
}

impl Outcome {
    /// Runs one check, which counts as one.
    pub(crate) fn of<T>(name: &str, check: impl FnOnce() -> Result<T>) -> (Self, Option<T>) {
        Self::counted(name, |counts| {
            let value = check()?;
            counts.passed += 1;
            Ok(value)
        })
    }

    /// Runs a check that counts for itself; an error adds one failure.
    pub(crate) fn counted<T>(name: &str, check: impl FnOnce(&mut Counts) -> Result<T>) -> (Self, Option<T>) {
        println!("=== {name}");
        let started = Instant::now();
        let mut counts = Counts::default();
        let (value, error) = match check(&mut counts) {
            Ok(value) => (Some(value), None),
            Err(error) => {
                counts.failed += 1;
                eprintln!("=== {name} FAILED: {error}");
                (None, Some(error.to_string()))
            }
        };
        let outcome = Self { name: name.to_owned(), counts, took: started.elapsed(), error };
        (outcome, value)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Report {
    outcomes: Vec<Outcome>,
}

impl Report {
    pub(crate) fn extend(&mut self, outcomes: impl IntoIterator<Item = Outcome>) {
        self.outcomes.extend(outcomes);
    }

    pub(crate) fn finish(&self) -> ExitCode {
        let mut total = Counts::default();
        println!("\n=== summary");
        for outcome in &self.outcomes {
            total.add(outcome.counts);
            let seconds = outcome.took.as_secs_f64();
            println!("{:<36} {seconds:>7.1} s  {}", outcome.name, outcome.counts);
            if let Some(error) = &outcome.error {
                println!("    {error}");
            }
        }
        println!("{total}");
        if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_names_skipped_tests_only_when_there_are_some() {
        let mut counts = Counts { passed: 3, ..Counts::default() };
        assert_eq!(counts.to_string(), "3 passed, 0 failed");
        counts.skipped = 1;
        assert_eq!(counts.to_string(), "3 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn a_check_that_errs_is_one_failure() {
        let (outcome, value) = Outcome::of::<()>("nothing", || Err("no".into()));
        assert_eq!((outcome.counts.failed, value), (1, None));
    }
}
