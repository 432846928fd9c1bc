//! Runs the programs of docs/INTEGRATION.md, as they are printed, on a demo of their own. A script writes meanwhile and
//! compares their copies with what the demo answers.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::clients::KEY;
use crate::process::{find, run};
use crate::report::Outcome;
use crate::service::{ADMIN_KEY, Service};
use crate::workspace::Workspace;
use crate::{Result, apt};

const PAGE: &str = "docs/INTEGRATION.md";
const WALK: &str = "clients/integration/walk.py";
/// Where the programs find the address of the service.
const URL: &str = "CAMPUS_ORG_URL";
const WALK_MAX: Duration = Duration::from_secs(5 * 60);
const STOP_MAX: Duration = Duration::from_secs(20);
const END: &str = "\n```\n";

/// A program of the page.
#[derive(Debug, Clone, Copy)]
struct Printed {
    /// The word for its language, as the page marks the block.
    language: &'static str,
    file: &'static str,
    /// What runs it, and the package that has that.
    runner: &'static str,
    package: &'static str,
}

const PROGRAMS: [Printed; 2] = [
    Printed { language: "python", file: "copy.py", runner: "python3", package: "python3" },
    Printed { language: "js", file: "copy.mjs", runner: "node", package: "nodejs" },
];

pub(crate) fn check(workspace: &Workspace) -> Vec<Outcome> {
    let (started, demo) = Outcome::of("demo for copies starts", || {
        for Printed { runner, package, .. } in PROGRAMS {
            if find(runner).is_none() {
                apt::install(runner, &[package])?;
            }
        }
        Service::demo(workspace, &workspace.tool("integration"))
    });
    let mut outcomes = vec![started];
    let Some(demo) = demo else {
        return outcomes;
    };
    for program in PROGRAMS {
        let name = format!("{} of {PAGE} keeps a right copy", program.file);
        outcomes.push(Outcome::of(&name, || program.walk(workspace, &demo)).0);
    }
    outcomes.push(Outcome::of("demo for copies stops cleanly", || demo.stop(STOP_MAX)).0);
    outcomes
}

impl Printed {
    fn walk(self, workspace: &Workspace, demo: &Service) -> Result<()> {
        let folder = workspace.tool("integration").join(self.language);
        fs::create_dir_all(&folder)?;
        let page = fs::read_to_string(workspace.source(PAGE))?;
        fs::write(folder.join(self.file), self.block(&page)?)?;
        let mut walk = Command::new("python3");
        walk.arg(workspace.source(WALK)).args([self.runner, self.file]).current_dir(&folder);
        walk.env(URL, format!("http://{}", demo.address())).env(KEY, ADMIN_KEY).env("no_proxy", "*");
        run(&mut walk, WALK_MAX)
    }

    /// The program, as it is printed.
    fn block(self, page: &str) -> Result<&str> {
        let begin = format!("\n```{}\n", self.language);
        let block = page.split_once(&begin).and_then(|(_, rest)| rest.split_once(END));
        Ok(block.ok_or_else(|| format!("{PAGE} has no block of {}", self.language))?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_is_on_the_page_and_short() {
        let page = include_str!("../../docs/INTEGRATION.md");
        for program in PROGRAMS {
            let lines = program.block(page).unwrap().lines().count();
            assert!((10..40).contains(&lines), "{}: {lines} lines", program.file);
            assert!(program.block("text").is_err());
        }
    }
}
