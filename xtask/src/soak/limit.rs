//! How many files, and so connections, a process may have open. The standard library cannot raise that; a shell
//! can, for what it then becomes.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{env, fs};

use crate::Result;

/// Set once this program has begun anew with a higher limit.
const RAISED: &str = "CAMPUS_ORG_XTASK_FILES_RAISED";
/// Arguments: how many files, then what to become. Where it may not be so many, it stays as it is.
const BECOME: &str = r#"ulimit -n "$0" 2>/dev/null; exec "$@""#;

/// How many of `wanted` connections there can be besides `others`. Begins this program anew where that helps.
pub(super) fn raise(wanted: usize, others: usize) -> Result<usize> {
    let (soft, hard) = limits(&fs::read_to_string("/proc/self/limits")?).ok_or("no limit of open files")?;
    let needed = wanted + others;
    if soft >= needed {
        return Ok(wanted);
    }
    let possible = hard.min(needed);
    if possible > soft && env::var_os(RAISED).is_none() {
        let error = with_files(possible, env::current_exe()?).args(env::args_os().skip(1)).env(RAISED, "1").exec();
        return Err(format!("cannot begin anew with more files: {error}").into());
    }
    let left = soft.saturating_sub(others);
    println!("{} of {wanted} idle connections: {}", left.min(wanted), advice());
    Ok(left.min(wanted))
}

pub(super) fn advice() -> &'static str {
    "the limit of open files is lower than needed (`ulimit -Hn`; in a container `--ulimit nofile=20000:20000`)"
}

/// `program`, to be run with so many files at most, if that is allowed.
pub(super) fn with_files(files: usize, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", BECOME, &files.to_string()]).arg(program);
    command
}

/// The soft and the hard limit.
fn limits(text: &str) -> Option<(usize, usize)> {
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    let mut numbers = line.split_whitespace().map(|number| match number {
        "unlimited" => Some(usize::MAX),
        number => number.parse().ok(),
    });
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_limits_are_read() {
        let text = "Limit   Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files     \n";
        assert_eq!(limits(text), Some((1024, 524_288)));
        assert_eq!(limits("Max open files 8 unlimited files"), Some((8, usize::MAX)));
        assert_eq!(limits("Max processes 1 2"), None);
    }

    #[test]
    fn a_shell_becomes_the_program_with_its_arguments() {
        let output = with_files(64, "sh").args(["-c", "ulimit -n; echo \"$1\"", "x", "a b"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "64\na b\n");
    }
}
