//! `cargo xtask examples`: records the examples of the API document anew, and writes the document with them. Also
//! writes the table of members in docs/JSON-LINES.md.

use std::fs;
use std::time::Duration;

use crate::Result;
use crate::process::run;
use crate::workspace::Workspace;

/// Building and recording.
const RECORD_MAX: Duration = Duration::from_secs(30 * 60);
/// Tells the tests that compare with committed files to rewrite them.
const RENEW: &str = "CAMPUS_ORG_EXAMPLES_RENEW";

pub(crate) fn examples(workspace: &Workspace) -> Result<()> {
    let record = ["test", "--test", "api", "--", "the_examples_are_what_the_service_answers"];
    let table = ["test", "--lib", "--", "the_table_of_the_documentation_has_every_member"];
    for test in [&record, &table[..]] {
        run(workspace.cargo().args(test).env(RENEW, "1"), RECORD_MAX)?;
    }
    // Built anew: the program holds the examples.
    let document = workspace.cargo().args(["run", "--quiet", "--bin", "campus-org", "--", "openapi"]).output()?;
    if !document.status.success() {
        return Err(String::from_utf8_lossy(&document.stderr).into());
    }
    fs::write(workspace.source("openapi/openapi.json"), document.stdout)?;
    Ok(())
}
