//! The limit of open files, and so of connections. The standard library cannot raise it; a shell can, for the
//! program that it then runs.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{env, fs};

use crate::Result;

/// Set if this program has restarted itself with a higher limit.
const RAISED: &str = "CAMPUS_ORG_XTASK_FILES_RAISED";
/// Arguments: the number of files, then the program to run. If that many are not allowed, the limit stays.
const BECOME: &str = r#"ulimit -n "$0" 2>/dev/null; exec "$@""#;

/// The number of connections, at most `wanted`, that are possible besides `others`. It restarts this program if
/// that helps.
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

/// `program`, to be run with this limit of files, if it is allowed.
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
