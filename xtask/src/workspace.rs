//! The paths of the sources, of cargo's output, and of the tools' own folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    /// The folder where cargo put this program, and therefore the service, wherever the target folder is.
    binaries: PathBuf,
    tools: PathBuf,
}

impl Workspace {
    pub(crate) fn locate() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("xtask does not lie in a workspace")?;
        let program = env::current_exe()?;
        let binaries = program.parent().ok_or("xtask has no folder")?;
        let tools = binaries.parent().ok_or("no target folder above xtask")?.join("xtask");
        fs::create_dir_all(&tools)?;
        Ok(Self { root: root.to_owned(), binaries: binaries.to_owned(), tools })
    }

    /// A file of the repository.
    pub(crate) fn source(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The path of a program of the workspace, built in this profile.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.binaries.join(name)
    }

    /// The path of a program of the workspace, built for release.
    pub(crate) fn release(&self, name: &str) -> PathBuf {
        self.tools.with_file_name("release").join(name)
    }

    /// A path below `target/xtask`, which git ignores and `cargo clean` removes.
    pub(crate) fn tool(&self, path: &str) -> PathBuf {
        self.tools.join(path)
    }

    /// The cargo that runs this program, in the workspace.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root);
        cargo
    }
}
