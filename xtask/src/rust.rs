//! Runs `cargo test` of the whole workspace, and sums up its results while they arrive.

use std::io::{self, BufRead, BufReader, Write};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::Result;
use crate::postgres::Postgres;
use crate::problems;
use crate::process::{Ending, Leash, succeeded};
use crate::report::{Counts, Outcome};
use crate::workspace::Workspace;

/// Includes building everything on two cores.
const TEST_MAX: Duration = Duration::from_secs(45 * 60);

pub(crate) fn test(workspace: &Workspace, postgres: &Postgres) -> Outcome {
    Outcome::counted("cargo test", |counts| {
        problems::forget(workspace)?;
        let mut command = workspace.cargo();
        command
            .args(["test", "--workspace", "--no-fail-fast"])
            .env("TEST_POSTGRES_URL", postgres.url("postgres"))
            .env("TEST_POSTGRES_CERTIFICATES", postgres.certificates())
            .env(problems::SEEN, problems::seen_file(workspace))
            .stdout(Stdio::piped());
        let mut cargo = Leash::spawn(&mut command, Ending::default())?;
        let output = cargo.stdout().ok_or("cargo has no output")?;
        let reader = thread::spawn(move || sum_up(BufReader::new(output), &mut io::stdout()));
        let status = cargo.wait(TEST_MAX);
        drop(cargo); // whoever still writes is ended, and so the reader too
        let read = reader.join().map_err(|_| "the reader of cargo's output panicked")?;
        *counts = read?;
        if counts.skipped > 0 {
            println!("skipped: tests marked #[ignore], for the reason given there");
        }
        // Failed tests are counted already; any other failure of cargo adds one.
        match succeeded("cargo test", status?) {
            Err(error) if counts.failed == 0 => Err(error),
            Ok(()) if counts.passed == 0 => Err("no test ran".into()),
            _ => Ok(()),
        }
    })
    .0
}

fn sum_up(mut from: impl BufRead, to: &mut impl Write) -> Result<Counts> {
    let mut sum = Counts::default();
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        if let Some(counts) = result_line(&String::from_utf8_lossy(&line)) {
            sum.add(counts);
        }
        line.clear();
    }
    Ok(sum)
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`
fn result_line(line: &str) -> Option<Counts> {
    let (_verdict, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = Counts::default();
    for part in numbers.trim_end().split("; ") {
        let (number, what) = part.split_once(' ')?;
        match what {
            "passed" => counts.passed = number.parse().ok()?,
            "failed" => counts.failed = number.parse().ok()?,
            "ignored" => counts.skipped = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_test_binaries_are_summed_and_passed_on() {
        let output = "running 3 tests\ntest a ... ok\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\n\
            test result: FAILED. 10 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.20s\n";
        let mut passed_on = Vec::new();
        let counts = sum_up(output.as_bytes(), &mut passed_on).unwrap();
        assert_eq!(counts.to_string(), "12 passed, 1 failed, 1 skipped");
        assert_eq!(passed_on, output.as_bytes());
    }

    #[test]
    fn only_whole_result_lines_count() {
        for line in [
            "test result_is_ok ... ok",
            "test result: ok",
            "test result: ok. many passed; 0 failed",
            "  test result: ok. 1 passed; 0 failed",
        ] {
            assert_eq!(result_line(line), None, "{line}");
        }
    }
}
