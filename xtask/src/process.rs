//! Child processes on a leash.
//!
//! Each child leads a process group of its own. A watchdog beside it ends that group as soon as its pipe to this
//! process closes. The pipe closes when the [`Leash`] is dropped, and also when this process dies for any reason,
//! including Ctrl-C and `kill -9`. So no server, test or database outlives the run, and no signal handler is
//! needed.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;

const POLL: Duration = Duration::from_millis(50);

/// Arguments: the group, the signal that asks it to end, the folder to remove afterwards. After ten seconds it is
/// killed.
const WATCHDOG: &str = r#"
read -r _
kill -s "$2" -- "-$1" 2>/dev/null
tries=0
while [ "$tries" -lt 100 ] && kill -s 0 -- "-$1" 2>/dev/null; do
    tries=$((tries + 1))
    sleep 0.1
done
kill -s KILL -- "-$1" 2>/dev/null
[ -z "$3" ] || rm -rf -- "$3"
"#;

#[derive(Debug)]
pub(crate) struct Leash {
    child: Child,
    watchdog: Child,
}

/// How the watchdog ends the child.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending<'a> {
    pub(crate) signal: &'a str,
    pub(crate) then_remove: Option<&'a Path>,
}

impl Default for Ending<'_> {
    fn default() -> Self {
        Self { signal: "TERM", then_remove: None }
    }
}

impl Leash {
    pub(crate) fn spawn(command: &mut Command, ending: Ending<'_>) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", name(command)))?;
        let watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .args([&child.id().to_string(), ending.signal])
            .arg(ending.then_remove.map_or(OsStr::new(""), Path::as_os_str))
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn();
        match watchdog {
            Ok(watchdog) => Ok(Self { child, watchdog }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(format!("cannot start a watchdog: {error}").into())
            }
        }
    }

    pub(crate) fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// The child's process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The status, if the child has ended.
    pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    pub(crate) fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if started.elapsed() > limit {
                return Err(format!("did not end within {} s", limit.as_secs()).into());
            }
            thread::sleep(POLL);
        }
    }

    /// Asks only the child to end, as an operator or a container runtime would.
    pub(crate) fn terminate(&self) -> Result<()> {
        let pid = self.child.id().to_string();
        let status = Command::new("sh").args(["-c", r#"kill -s TERM "$1""#, "kill", &pid]).status()?;
        succeeded("kill", status)
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        // Both are waited for, so that nothing of them is left when the next part starts. Neither can take longer
        // than the watchdog's ten seconds.
        let _ = self.child.wait();
        let _ = self.watchdog.wait();
    }
}

/// Runs a command to its end with our output; a failure is an error.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<()> {
    let status =
        Leash::spawn(command, Ending::default())?.wait(limit).map_err(|error| format!("{} {error}", name(command)))?;
    succeeded(&name(command), status)
}

pub(crate) fn succeeded(name: &str, status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { Err(format!("{name}: {status}").into()) }
}

/// The program's name without its path, as errors show it.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
}

/// Looks for a program as a shell would.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// A port that was free a moment ago. Another process can take it first: callers retry.
pub(crate) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The last lines of a log, for an error message.
pub(crate) fn tail(text: &str, lines_max: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(lines_max);
    lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_a_leash_ends_children_of_the_child_and_removes_the_folder() {
        let folder = env::temp_dir().join(format!("campus-org-leash-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 300 & echo $!; wait"]).stdout(Stdio::piped());
        let ending = Ending { then_remove: Some(&folder), ..Ending::default() };
        let mut leash = Leash::spawn(&mut command, ending).unwrap();
        let mut line = String::new();
        let mut output = io::BufReader::new(leash.stdout().unwrap());
        io::BufRead::read_line(&mut output, &mut line).unwrap();
        let grandchild = Path::new("/proc").join(line.trim());
        assert!(grandchild.exists());

        drop(leash);

        assert!(!grandchild.exists());
        assert!(!folder.exists());
    }

    #[test]
    fn what_takes_too_long_is_reported_and_ended() {
        let error = run(Command::new("sleep").arg("300"), Duration::from_millis(100)).unwrap_err();
        assert_eq!(error.to_string(), "sleep did not end within 0 s");
    }

    #[test]
    fn a_tail_is_the_end_of_a_text() {
        assert_eq!(tail("a\nb\nc\n", 2), "b\nc");
        assert_eq!(tail("a", 2), "a");
    }
}
