//! What the supervision groups of a leading group cover, and who must be recused, computed from all orgs,
//! supervisions and roles.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    dice::{DAYS, Dice, date},
    records::{Holder, Records, Role, Supervision, pages},
};
use crate::support::{TestApp, api_test};

const CASES: usize = 10;
const ACTS: usize = 110;
const DATES: usize = 5;

api_test! {
    async fn coverage_is_what_a_walk_finds(app: TestApp) {
        let mut seen = Seen::default();
        for case in 0..Dice::cases(CASES) {
            let mut dice = Dice::new("coverage", case);
            let mut records = Records::enter(&app).await;
            for _ in 0..ACTS {
                records.act(&app, &mut dice).await;
            }
            for _ in 0..DATES {
                let day = dice.below(DAYS);
                for group in groups(&records) {
                    report(&app, &records, &group, None, day, &mut seen).await;
                }
                let within = dice.pick(&records.orgs).id.clone();
                report(&app, &records, &records.orgs[4].id, Some(&within), day, &mut seen).await;
                for org in &records.orgs {
                    supervised_by(&app, &records, &org.id, day).await;
                }
            }
        }
        println!("{seen:?}");
        let Seen { covered, uncovered, doubly_covered, inherited, relations, by_seat } = seen;
        for seen in [covered, uncovered, doubly_covered, inherited, by_seat] {
            assert!(seen > 10, "{seen:?} is little");
        }
        assert_eq!(relations.into_iter().collect::<Vec<_>>(), ["above", "below", "covered"]);
    }
}

/// What the reports contained. Without enough of it they would prove little.
#[derive(Debug, Default)]
struct Seen {
    covered: usize,
    uncovered: usize,
    doubly_covered: usize,
    inherited: usize,
    relations: BTreeSet<String>,
    by_seat: usize,
}

fn groups(records: &Records) -> Vec<String> {
    let leading = records.orgs.iter().filter(|org| records.kind(&org.id, 0) == "leading_group");
    leading.map(|org| org.id.clone()).collect()
}

/// The supervisions that cover an org on a day, each with whether it is inherited.
fn covering<'a>(records: &'a Records, org: &str, day: usize) -> Vec<(&'a Supervision, bool)> {
    let above = records.above(org, day);
    let reaches = |supervision: &&Supervision| {
        supervision.org == org || (supervision.subtree && above.contains(&supervision.org))
    };
    let holding = records.supervisions.iter().filter(|supervision| supervision.days.has(day)).filter(reaches);
    holding.map(|supervision| (supervision, supervision.org != org)).collect()
}

type Cover = (String, String, String, bool);

fn expected(records: &Records, org: &str, day: usize) -> BTreeSet<Cover> {
    let cover = |(supervision, inherited): (&Supervision, bool)| {
        (supervision.id.clone(), supervision.group.clone(), supervision.org.clone(), inherited)
    };
    covering(records, org, day).into_iter().map(cover).collect()
}

fn answered<'a>(covering: impl IntoIterator<Item = &'a Value>) -> BTreeSet<Cover> {
    let mut found = BTreeSet::new();
    for item in covering {
        let inherited = item.get("inherited").is_some_and(|inherited| *inherited == true);
        let cover =
            (text(item, "/supervision_id"), text(item, "/supervision_group/id"), text(item, "/org/id"), inherited);
        assert!(found.insert(cover), "{item} is there twice");
    }
    found
}

fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no {pointer} in {value}")).to_owned()
}

async fn supervised_by(app: &TestApp, records: &Records, org: &str, day: usize) {
    let listed = pages(app, &format!("/orgs/{org}/supervised-by?as_of={}&limit=2", date(day))).await;
    // Outside its life an org is shown as on the nearest day.
    let nearest = records.org(org).life.nearest(day);
    assert_eq!(answered(&listed), expected(records, org, nearest), "{org} on {}", date(day));
    let levels = listed.iter().map(|item| {
        let named = text(item, "/org/id");
        if named == org { 0 } else { 1 + records.above(org, nearest).iter().position(|above| *above == named).unwrap() }
    });
    assert!(levels.is_sorted(), "nearest first: {listed:#?}");
}

async fn report(app: &TestApp, records: &Records, group: &str, within: Option<&str>, day: usize, seen: &mut Seen) {
    let asked = within.map(|within| format!("&within={within}")).unwrap_or_default();
    let path = format!("/leading-groups/{group}/coverage?as_of={}{asked}", date(day));
    let shown = app.get(&path).await;
    if !records.org(group).life.has(day) {
        shown.is_problem(409, "not-alive");
        return;
    }
    let shown = shown.is(200).body;

    let own: Vec<String> = records
        .orgs
        .iter()
        .filter(|org| org.life.has(day) && records.kind(&org.id, day) == "supervision_group")
        .filter(|org| records.above(&org.id, day).first().is_some_and(|parent| parent == group))
        .map(|org| org.id.clone())
        .collect();
    let (mut orgs, mut uncovered, mut doubly_covered) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for org in records.orgs.iter().filter(|org| org.life.has(day)) {
        let tiered = ["committee", "general_branch", "branch"].contains(&records.kind(&org.id, day));
        let asked = match within {
            Some(root) => records.within(&org.id, root, day),
            None => records.above(&org.id, day).contains(&records.above(group, day)[0]),
        };
        if !tiered || !asked {
            continue;
        }
        let covers: BTreeSet<Cover> =
            expected(records, &org.id, day).into_iter().filter(|(_, group, ..)| own.contains(group)).collect();
        seen.inherited += covers.iter().filter(|(.., inherited)| *inherited).count();
        match covers.iter().map(|(_, group, ..)| group).collect::<BTreeSet<_>>().len() {
            0 => drop(uncovered.insert(org.id.clone())),
            1 => {}
            _ => drop(doubly_covered.insert(org.id.clone())),
        }
        orgs.insert((org.id.clone(), covers));
    }
    let listed = shown["orgs"].as_array().expect("a list");
    let answer: BTreeSet<_> =
        listed.iter().map(|org| (text(org, "/org/id"), answered(org["covered_by"].as_array().unwrap()))).collect();
    assert_eq!(answer, orgs, "{path}");
    let ids = |field: &str| -> BTreeSet<String> {
        shown[field].as_array().expect("a list").iter().map(|org| text(org, "/id")).collect()
    };
    assert_eq!((ids("uncovered"), ids("doubly_covered")), (uncovered.clone(), doubly_covered.clone()), "{path}");
    let counts = serde_json::json!({"orgs": orgs.len(), "covered": orgs.len() - uncovered.len(),
        "uncovered": uncovered.len(), "doubly_covered": doubly_covered.len()});
    assert_eq!(shown["counts"], counts);
    assert_eq!(
        (listed.len(), shown["uncovered"].as_array().unwrap().len(), shown["doubly_covered"].as_array().unwrap().len()),
        (orgs.len(), uncovered.len(), doubly_covered.len()),
        "none is there twice"
    );

    let mut recused: Vec<Recused> = own.iter().flat_map(|part| recusals(records, part, group, day)).collect();
    let mut answer: Vec<Recused> = shown["recusals"].as_array().expect("a list").iter().map(recused_in).collect();
    recused.sort();
    answer.sort();
    assert_eq!(answer, recused, "{path}");
    seen.covered += orgs.len() - uncovered.len();
    seen.uncovered += uncovered.len();
    seen.doubly_covered += doubly_covered.len();
    seen.by_seat += recused.iter().filter(|recused| recused.3.is_some()).count();
    seen.relations.extend(recused.into_iter().map(|recused| recused.4));
}

/// Person, supervision, role, the other role if it is by a seat, and the relation of its org to the covered one.
type Recused = (String, String, String, Option<String>, String);

fn recused_in(shown: &Value) -> Recused {
    let through = shown.pointer("/role/by_seat/role_id").and_then(Value::as_str).map(str::to_owned);
    let (person, supervision) = (text(shown, "/person/id"), text(shown, "/supervision_id"));
    (person, supervision, text(shown, "/role/id"), through, text(shown, "/relation"))
}

fn recusals(records: &Records, group: &str, leading_group: &str, day: usize) -> Vec<Recused> {
    let mut supervisors = BTreeSet::new();
    for role in records.roles.iter().filter(|role| role.org == group && role.days.has(day)) {
        match &role.holder {
            Holder::Person(person) => drop(supervisors.insert(person.clone())),
            Holder::Seat(org, post) => {
                supervisors.extend(records.sitting(org, post, day).into_iter().map(|(_, person)| person.clone()));
            }
            Holder::Unit(_) => {}
        }
    }
    let covers = records.supervisions.iter().filter(|cover| cover.group == group && cover.days.has(day));
    let covers: Vec<&Supervision> = covers.collect();
    let mut found = Vec::new();
    for person in supervisors {
        for (role, through, days) in records.held_by(&person) {
            // Roles in the leading group itself do not count.
            if records.within(&role.org, leading_group, day) {
                continue;
            }
            for cover in covers.iter().filter(|_| days.has(day)) {
                let Some(relation) = relation(records, role, cover, day) else { continue };
                let through = through.map(|role| role.id.clone());
                found.push((person.clone(), cover.id.clone(), role.id.clone(), through, relation.to_owned()));
            }
        }
    }
    found
}

fn relation(records: &Records, role: &Role, cover: &Supervision, day: usize) -> Option<&'static str> {
    let below = records.above(&role.org, day).contains(&cover.org);
    if role.org == cover.org || (below && cover.subtree) {
        Some("covered")
    } else if below {
        Some("below")
    } else {
        records.above(&cover.org, day).contains(&role.org).then_some("above")
    }
}
