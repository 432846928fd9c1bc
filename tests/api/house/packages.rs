//! The packages of others come from crates.io, and none has a licence that reaches beyond its own files.

use std::process::Command;

use serde_json::Value;

/// Licences that ask for a notice alone; MPL-2.0 also for the changes to the package's own files.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "LLVM-exception",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// The platform of the image that is published: others may need packages that are not here.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";
/// There are hundreds. Fewer mean that the check has read something else.
const PACKAGES_MIN: usize = 300;

#[test]
fn packages_have_known_sources_and_licences() {
    let arguments = ["metadata", "--format-version", "1", "--locked", "--filter-platform", PLATFORM];
    let said = Command::new(env!("CARGO")).args(arguments).current_dir(super::root()).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let said: Value = serde_json::from_slice(&said.stdout).unwrap();
    let used: Vec<&Value> = said["resolve"]["nodes"].as_array().unwrap().iter().map(|node| &node["id"]).collect();
    let packages = said["packages"].as_array().unwrap().iter().filter(|package| used.contains(&&package["id"]));
    let others: Vec<&Value> = packages.filter(|package| !package["source"].is_null()).collect();
    assert!(others.len() > PACKAGES_MIN, "{}", others.len());
    let mut faults = Vec::new();
    for package in others {
        let licence = package["license"].as_str().unwrap_or_default();
        let mut names = licence.split([' ', '/', '(', ')']).filter(|name| !["", "OR", "AND", "WITH"].contains(name));
        let known = !licence.is_empty() && names.all(|name| LICENCES.contains(&name.trim_end_matches('+')));
        if !known || package["source"] != REGISTRY {
            faults.push(format!("{}: {licence:?}, from {}", package["name"], package["source"]));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
