//! Python packages in an environment of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::{find, run};
use crate::{Result, apt};

const INSTALL_MAX: Duration = Duration::from_secs(10 * 60);

/// Installs what `requirements` pins into `folder`, unless exactly that is there already, and gives the folder back.
pub(crate) fn venv(folder: &Path, requirements: &Path) -> Result<PathBuf> {
    let wanted = fs::read(requirements)?;
    let done = folder.join("installed.txt");
    if fs::read(&done).is_ok_and(|present| present == wanted) {
        return Ok(folder.to_owned());
    }
    if find("python3").is_none() {
        apt::install("Python", &["python3", "python3-venv"])?;
    }
    if make(folder).is_err() {
        apt::install("Python's venv", &["python3-venv"])?;
        make(folder)?;
    }
    run(
        Command::new(folder.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .arg("--requirement")
            .arg(requirements),
        INSTALL_MAX,
    )?;
    fs::write(done, wanted)?;
    Ok(folder.to_owned())
}

fn make(folder: &Path) -> Result<()> {
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder), INSTALL_MAX)
}
