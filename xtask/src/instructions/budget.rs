//! The budget: the committed counts, and how far counts may be from them.

use std::env::consts::ARCH;
use std::fmt;
use std::process::Command;

use crate::Result;

/// The margin of a read, above or below the budget, with the same compilers.
const MARGIN_OF_READS_PERCENT: u64 = 4;
/// The margin of a write: how often the service looks at its database meanwhile depends on the machine.
const MARGIN_OF_WRITES_PERCENT: u64 = 12;
/// The margin with other compilers, which make other instructions from the same code.
const MARGIN_ELSEWHERE_PERCENT: u64 = 15;

const HEAD: &str = "\
# The machine instructions of one request to the service, counted by callgrind in the release program: of a read on
# the thread that answers, of a write on all. `cargo xtask instructions --accept` writes this file; `cargo xtask instructions` and CI check it.
# If a change makes the service more expensive, its commit message says why it is worth it.
";

/// The instructions of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    /// `GET /orgs/{id}`.
    pub(super) get_org: u64,
    /// The same with an API key.
    pub(super) get_org_with_key: u64,
    /// `POST /orgs`, committed to SQLite.
    pub(super) create_org: u64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { get_org, get_org_with_key, create_org } = self;
        write!(f, "GET /orgs/{{id}}: {get_org} instructions, {get_org_with_key} with a key; POST /orgs: {create_org}")
    }
}

/// Counts, and the compilers of the counted program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Budget {
    pub(super) cost: Cost,
    pub(super) made_with: String,
}

impl Budget {
    pub(super) fn read(text: &str) -> Result<Self> {
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('='));
            line.map(str::trim).ok_or_else(|| format!("the budget says nothing of {name}"))
        };
        let number = |name: &str| -> Result<u64> { Ok(value(name)?.replace('_', "").parse()?) };
        Ok(Self {
            cost: Cost {
                get_org: number("get_org")?,
                get_org_with_key: number("get_org_with_key")?,
                create_org: number("create_org")?,
            },
            made_with: value("made_with")?.trim_matches('"').to_owned(),
        })
    }

    pub(super) fn to_text(&self) -> String {
        let Self { cost: Cost { get_org, get_org_with_key, create_org }, made_with } = self;
        format!(
            "{HEAD}\nget_org = {get_org}\nget_org_with_key = {get_org_with_key}\ncreate_org = {create_org}\n\
             made_with = \"{made_with}\"\n"
        )
    }

    /// Checks whether a count is within the margin of the budget, and describes the result.
    pub(super) fn check(&self, counted: Cost, made_with: &str) -> Result<String> {
        let same = self.made_with == made_with;
        let mut faults = Vec::new();
        for (what, margin_percent, budget, counted) in [
            ("GET /orgs/{id}", MARGIN_OF_READS_PERCENT, self.cost.get_org, counted.get_org),
            (
                "GET /orgs/{id} with a key",
                MARGIN_OF_READS_PERCENT,
                self.cost.get_org_with_key,
                counted.get_org_with_key,
            ),
            ("POST /orgs", MARGIN_OF_WRITES_PERCENT, self.cost.create_org, counted.create_org),
        ] {
            let margin_percent = if same { margin_percent } else { MARGIN_ELSEWHERE_PERCENT };
            if counted.abs_diff(budget) * 100 > budget * margin_percent {
                let advice = if counted > budget {
                    "make it cheaper again; if the cost is meant, `cargo xtask instructions --accept`, and say why"
                } else {
                    "well done: lower the budget with `cargo xtask instructions --accept`, so that it stays so"
                };
                faults.push(format!("{what} costs {counted} instructions, the budget is {budget}: {advice}"));
            }
        }
        let mut said = format!("{counted}; the budget is {}", self.cost);
        if !same {
            said.push_str(&format!("\n(it was counted with {}, here are {made_with})", self.made_with));
        }
        if faults.is_empty() { Ok(said) } else { Err(format!("{}\n{said}", faults.join("\n")).into()) }
    }
}

/// The median of each cost.
pub(super) fn median(rounds: &[Cost]) -> Cost {
    let of = |cost: fn(&Cost) -> u64| {
        let mut costs: Vec<u64> = rounds.iter().map(cost).collect();
        costs.sort_unstable();
        costs.get(costs.len() / 2).copied().unwrap_or_default()
    };
    Cost {
        get_org: of(|cost| cost.get_org),
        get_org_with_key: of(|cost| cost.get_org_with_key),
        create_org: of(|cost| cost.create_org),
    }
}

/// The compilers on this machine on which counts depend: rustc's, and the one that builds SQLite.
pub(super) fn tools() -> Result<String> {
    let first_line = |program: &str| -> Result<String> {
        let said = Command::new(program).arg("--version").output().map_err(|error| format!("{program}: {error}"))?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        Ok(said.lines().next().unwrap_or_default().replace('"', ""))
    };
    Ok(format!("{}; {}; {ARCH}", first_line("rustc")?, first_line("cc")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> Budget {
        let cost = Cost { get_org: 1_000, get_org_with_key: 1_200, create_org: 50_000 };
        Budget { cost, made_with: "these".to_owned() }
    }

    #[test]
    fn a_budget_is_read_as_it_is_written() {
        assert_eq!(Budget::read(&budget().to_text()).unwrap(), budget());
        assert!(Budget::read("get_org = 1\nmade_with = \"x\"\n").is_err());
    }

    #[test]
    fn more_and_less_than_the_margin_are_told_apart() {
        let check = |get_org, made_with| budget().check(Cost { get_org, ..budget().cost }, made_with);
        assert!(check(1_040, "these").is_ok());
        let dearer = check(1_041, "these").unwrap_err().to_string();
        assert!(dearer.contains("GET /orgs/{id} costs 1041") && dearer.contains("make it cheaper"), "{dearer}");
        let cheaper = check(959, "these").unwrap_err().to_string();
        assert!(cheaper.contains("lower the budget"), "{cheaper}");
        assert!(!cheaper.contains("POST /orgs costs"), "{cheaper}");
        let keyed = budget().check(Cost { get_org_with_key: 1_300, ..budget().cost }, "these").unwrap_err().to_string();
        assert!(keyed.starts_with("GET /orgs/{id} with a key costs 1300"), "{keyed}");
    }

    #[test]
    fn other_compilers_have_a_wider_margin_and_are_named() {
        let counted = Cost { get_org: 1_100, ..budget().cost };
        let said = budget().check(counted, "others").unwrap();
        assert!(said.contains("counted with these, here are others"), "{said}");
        assert!(budget().check(Cost { get_org: 1_200, ..counted }, "others").is_err());
    }

    #[test]
    fn the_median_of_each_cost_counts() {
        let rounds = [(1, 9, 9), (5, 8, 2), (3, 7, 4)];
        let rounds =
            rounds.map(|(get_org, get_org_with_key, create_org)| Cost { get_org, get_org_with_key, create_org });
        assert_eq!(median(&rounds), Cost { get_org: 3, get_org_with_key: 8, create_org: 4 });
    }
}
