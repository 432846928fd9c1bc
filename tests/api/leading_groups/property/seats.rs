//! Who sits in which seat, and what a person holds by seats: exactly one step, computed from the list of roles.

use serde_json::{Value, json};

use super::{
    dice::{DAYS, Dice, date},
    records::{Days, Holder, Records, Role, pages},
};
use crate::support::{TestApp, api_test};

const CASES: usize = 6;
const ACTS: usize = 110;
const DATES: usize = 5;

api_test! {
    async fn seats_reach_one_step(app: TestApp) {
        let (mut filled, mut empty, mut by_seat) = (0, 0, 0);
        for case in 0..Dice::cases(CASES) {
            let mut dice = Dice::new("seats", case);
            let mut records = Records::enter(&app).await;
            for _ in 0..ACTS {
                records.act(&app, &mut dice).await;
            }
            for _ in 0..DATES {
                let day = dice.below(DAYS);
                let (some, none) = who_sits(&app, &records, day).await;
                (filled, empty) = (filled + some, empty + none);
                for person in &records.people {
                    by_seat += what_is_held(&app, &records, person, day).await;
                }
            }
        }
        println!("{filled} filled, {empty} empty, {by_seat} by seat");
        assert!(filled > 20 && empty > 20 && by_seat > 20, "{filled} filled, {empty} empty, {by_seat} by seat");
    }
}

/// Checks who sits in every role, on the day of its period nearest to `day`. Returns how many seats are filled, and
/// how many are empty.
async fn who_sits(app: &TestApp, records: &Records, day: usize) -> (usize, usize) {
    let orgs: Vec<&str> = records.orgs.iter().map(|org| org.id.as_str()).collect();
    // Other cases have roles on the same service.
    let path = format!("/roles?status=all&as_of={}&limit=9&org_id={}", date(day), orgs.join(","));
    let mut listed = pages(app, &path).await;
    let id = |role: &Value| role["id"].as_str().unwrap().to_owned();
    listed.sort_by_key(id);
    let mut roles: Vec<&Role> = records.roles.iter().collect();
    roles.sort_by_key(|role| role.id.clone());
    assert_eq!(listed.iter().map(id).collect::<Vec<_>>(), roles.iter().map(|role| role.id.clone()).collect::<Vec<_>>());
    let (mut filled, mut empty) = (0, 0);
    for (shown, role) in listed.iter().zip(roles) {
        let (people, unfilled) = sitters(records, role, role.days.nearest(day));
        let sitting = shown["people"].as_array().unwrap().iter();
        let sitting: Vec<(Value, Value)> =
            sitting.map(|sitter| (sitter["id"].clone(), sitter["role_id"].clone())).collect();
        assert_eq!(sitting, people, "{shown:#} on {}", date(day));
        assert_eq!(shown.pointer("/holder/unfilled").and_then(Value::as_str), unfilled, "{shown:#}");
        assert_eq!(shown["status"], role.days.status(day));
        assert_eq!(shown.get("by_seat"), None);
        if matches!(role.holder, Holder::Seat(..)) {
            *if people.is_empty() { &mut empty } else { &mut filled } += 1;
        }
    }
    (filled, empty)
}

/// Who sits in a role on a day, each with the other role, and the reason if nobody does.
fn sitters(records: &Records, role: &Role, day: usize) -> (Vec<(Value, Value)>, Option<&'static str>) {
    match &role.holder {
        Holder::Person(person) => (vec![(json!(person), Value::Null)], None),
        Holder::Unit(_) => (Vec::new(), None),
        Holder::Seat(org, post) => {
            let sitting = records.sitting(org, post, day);
            let held = |role: &Role| role.org == *org && role.post == *post && role.days.has(day);
            let unfilled = if !sitting.is_empty() {
                None
            } else if !records.org(org).life.has(day) {
                Some("not_alive")
            } else if records.roles.iter().any(held) {
                Some("indirect")
            } else {
                Some("vacant")
            };
            (sitting.into_iter().map(|(through, person)| (json!(person), json!(through.id))).collect(), unfilled)
        }
    }
}

/// Checks every time in which a person is in a role, including planned and ended ones. Returns how many are by a
/// seat.
async fn what_is_held(app: &TestApp, records: &Records, person: &str, day: usize) -> usize {
    let path = format!("/people/{person}/roles?status=all&as_of={}&limit=4", date(day));
    let mut listed: Vec<String> = pages(app, &path).await.iter().map(time).collect();
    let held = records.held_by(person);
    let mut expected: Vec<String> = held.iter().map(|(role, through, days)| said(role, *through, *days, day)).collect();
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected, "{path}");

    let current = app.get(&format!("/people/{person}/roles?as_of={}&limit=500", date(day))).await.is(200);
    let mut current: Vec<String> = current.body["items"].as_array().unwrap().iter().map(time).collect();
    current.sort();
    let on_the_day = held.iter().filter(|(.., days)| days.has(day));
    let mut expected: Vec<String> = on_the_day.map(|(role, through, days)| said(role, *through, *days, day)).collect();
    expected.sort();
    assert_eq!(current, expected, "{path}");
    held.iter().filter(|(_, through, _)| through.is_some()).count()
}

/// A time in an answer, as text.
fn time(shown: &Value) -> String {
    let fields = ["id", "status", "valid_from", "valid_until", "by_seat"];
    let said: serde_json::Map<String, Value> =
        fields.into_iter().filter_map(|field| Some((field.to_owned(), shown.get(field)?.clone()))).collect();
    Value::Object(said).to_string()
}

/// The same from the entered records.
fn said(role: &Role, through: Option<&Role>, days: Days, day: usize) -> String {
    let mut said = json!({"id": role.id, "status": days.status(day), "valid_from": date(role.days.0)});
    if let Some(until) = role.days.1 {
        said["valid_until"] = json!(date(until));
    }
    if let Some(through) = through {
        said["by_seat"] = json!({"role_id": through.id, "valid_from": date(days.0)});
        if let Some(until) = days.1 {
            said["by_seat"]["valid_until"] = json!(date(until));
        }
    }
    time(&said)
}
