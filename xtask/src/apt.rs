//! Installs Debian packages, for a machine that has only Rust.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use std::sync::Once;
use std::time::Duration;

use crate::Result;
use crate::process::{find, run};

const INSTALL_MAX: Duration = Duration::from_secs(15 * 60);

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

pub(crate) fn can_install() -> bool {
    is_root() && find("apt-get").is_some()
}

/// Installs `packages`, or says that somebody must, because `missing` is missing.
pub(crate) fn install(missing: &str, packages: &[&str]) -> Result<()> {
    static UPDATED: Once = Once::new();

    let names = packages.join(" ");
    if !can_install() {
        return Err(format!(
            "{missing} is missing. Install it (on Debian: apt-get install {names}), \
             or run as root on Debian, where this is done for you"
        )
        .into());
    }
    println!("{missing} is missing: installing {names}");
    UPDATED.call_once(|| {
        // An old list may be good enough, and a broken extra source does not matter here.
        if let Err(error) = run(apt_get().arg("update"), INSTALL_MAX) {
            eprintln!("apt-get update: {error}");
        }
    });
    run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages), INSTALL_MAX)
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    // npm alone has hundreds of packages; errors go to standard error.
    command.arg("--quiet").env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    command
}
