//! The checks of `cargo xtask bench --quick`: ratios that hardly vary from run to run. Each floor is somewhat below
//! the last measurement, so that only a real loss fails.

use super::report::Section;
use crate::Result;

/// The names of rows with the minimum of their ratio.
const FLOORS: &[(&str, f64)] = &[
    ("GET /orgs/{id}", 0.75),
    ("GET /orgs/{id} with a key", 0.90),
    ("GET /orgs/{id}/roles", 0.75),
    ("GET /orgs/{id}/ancestors", 0.75),
    ("GET /orgs/{id}/descendants of a general branch", 0.70),
    ("GET /orgs/{id}/tree of a university", 0.70),
    ("any of them, unchanged", 0.75),
    ("any of them, of a past day", 0.75),
    ("the rows above but the first two, geometric mean", 20.00),
    ("load", 0.60),
];

/// Fails if a ratio is below its floor, or if its row no longer exists.
pub(super) fn check(sections: &[Section]) -> Result<()> {
    let rows = || sections.iter().flat_map(|section| &section.rows);
    let mut faults = Vec::new();
    for (name, floor) in FLOORS {
        match rows().find(|row| row.name == *name) {
            Some(row) if row.value >= *floor => {}
            Some(row) => {
                faults.push(format!("{name}: {:.2} of {}, at least {floor:.2} wanted", row.value, row.against))
            }
            None => faults.push(format!("{name}: not measured")),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(format!("slower than before\n{}", faults.join("\n")).into()) }
}

#[cfg(test)]
mod tests {
    use super::super::report::{Goal, Row};
    use super::*;

    #[test]
    fn a_ratio_below_its_floor_and_a_missing_row_are_told() {
        let row = |(name, floor): &(&str, f64)| Row {
            name: (*name).to_owned(),
            against: "floor".to_owned(),
            value: *floor,
            unit: "",
            goal: Goal::AtLeast(0.9),
            beside: Vec::new(),
        };
        let mut section =
            Section { title: "", intro: String::new(), beside: &[], rows: FLOORS.iter().map(row).collect() };
        assert!(check(std::slice::from_ref(&section)).is_ok());
        section.rows[0].value -= 0.01;
        section.rows.pop();
        let told = check(&[section]).unwrap_err().to_string();
        assert!(told.contains("GET /orgs/{id}: 0.74 of floor") && told.contains("not measured"), "{told}");
    }
}
