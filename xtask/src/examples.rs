//! `cargo xtask examples`: records the examples of the API document anew, and writes the document with them.

use std::fs;
use std::time::Duration;

use crate::Result;
use crate::process::run;
use crate::workspace::Workspace;

/// Building and recording.
const RECORD_MAX: Duration = Duration::from_secs(30 * 60);
/// Tells the recording test to rewrite the committed examples.
const RENEW: &str = "CAMPUS_ORG_EXAMPLES_RENEW";

pub(crate) fn examples(workspace: &Workspace) -> Result<()> {
    let record = ["test", "--test", "api", "--", "the_examples_are_what_the_service_answers"];
    run(workspace.cargo().args(record).env(RENEW, "1"), RECORD_MAX)?;
    // Built anew: the program holds the examples.
    let document = workspace.cargo().args(["run", "--quiet", "--bin", "campus-org", "--", "openapi"]).output()?;
    if !document.status.success() {
        return Err(String::from_utf8_lossy(&document.stderr).into());
    }
    fs::write(workspace.source("openapi/openapi.json"), document.stdout)?;
    Ok(())
}
