//! Documents with different days read on every date as if they had been entered in the order of their days. One that is
//! taken back leaves what the others say. What is written by itself stays as it is written.

use serde_json::{Value, json};

use super::{
    dice::{DAYS, Dice, date},
    document::{PARTS, essence, random, request},
    field::{Field, head, shown},
};
use crate::support::{TestApp, api_test, copy};

const CASES: usize = 12;
const DOCUMENTS: usize = 5;

api_test! {
    async fn documents_read_as_in_the_order_of_their_days(app: TestApp) {
        let field = Field::enter(&app).await;
        let (mut shuffled, mut refused) = (0, 0);
        for case in 0..Dice::cases(CASES) {
            let mut dice = Dice::new("declared", case);
            let dice = &mut dice;
            let documents = documents(dice, &field);
            let [in_order, mixed] = ["甲组", "乙组"].map(|name| format!("领导小组{case}{name}"));
            let (Some(one), Some(other)) =
                (found(&app, &documents[0], &in_order).await, found(&app, &documents[0], &mixed).await)
            else {
                continue;
            };
            let mut places: Vec<usize> = (1..documents.len()).collect();
            dice.shuffle(&mut places);
            let mut accepted = vec![0];
            for place in places {
                let (day, document) = &documents[place];
                match put(&app, &other, &mixed, *day, document).await {
                    true => accepted.push(place),
                    false => refused += 1,
                }
            }
            let is_mixed = !accepted.is_sorted();
            shuffled += usize::from(is_mixed);
            accepted.sort_unstable();
            for place in &accepted[1..] {
                let (day, document) = &documents[*place];
                assert!(put(&app, &one, &in_order, *day, document).await, "accepted in another order\n{document:#}");
            }
            same(&app, (&one, &in_order), (&other, &mixed), true, &documents).await;

            // One of them is taken back.
            let Some(gone) = accepted.get(1 + dice.below(accepted.len())).copied() else { continue };
            let left = format!("领导小组{case}丙组");
            let without = found(&app, &documents[0], &left).await.expect("accepted before");
            let path = format!("/orgs/{other}/versions/{}", date(documents[gone].0));
            app.delete(&path).await.is(200);
            // All has followed: another act changes no role.
            let roles = async || app.get(&format!("/roles?within={other}&status=all&limit=500")).await.is(200).body["items"].clone();
            let before = roles().await;
            app.patch(&format!("/orgs/{other}"), json!({"short_name": "组", "effective_on": date(documents[0].0)})).await.is(200);
            assert_eq!(roles().await, before);
            for place in accepted[1..].iter().filter(|place| **place != gone) {
                let (day, document) = &documents[*place];
                assert!(put(&app, &without, &left, *day, document).await, "accepted before\n{document:#}");
            }
            same(&app, (&without, &left), (&other, &mixed), false, &documents).await;
        }
        println!("{shuffled} in another order, {refused} refused");
        assert!(shuffled > CASES / 3, "{shuffled} in another order, {refused} refused");
        copy::survives_a_copy(&app.store).await;
    }

    async fn what_is_written_by_itself_stays_as_it_is_written(app: TestApp) {
        let field = Field::enter(&app).await;
        let guest = app.person("来宾").await;
        for case in 0..Dice::cases(CASES) {
            let mut dice = Dice::new("alone", case);
            let dice = &mut dice;
            let documents = documents(dice, &field);
            let name = format!("领导小组{case}");
            let Some(group) = found(&app, &documents[0], &name).await else { continue };
            for (day, document) in &documents[1..] {
                put(&app, &group, &name, *day, document).await;
            }
            let (from, length) = (documents[0].0 + dice.below(15), 1 + dice.below(10));
            let role = json!({"org_id": group, "post": "liaison", "valid_from": date(from),
                "valid_until": date(from + length), "holder": {"type": "person", "id": guest}});
            let role = app.post("/roles", role).await.is(201).id();
            for on in documents[0].0..DAYS {
                let shown = shown(&app, &group, on).await.body;
                let listed = shown["liaisons"].as_array().unwrap();
                let there = listed.iter().any(|listed| listed["role_id"] == role);
                assert_eq!(there, (from..from + length).contains(&on), "on {}", date(on));
            }
            // What a single act ended is not reopened before the next list.
            let listed = app.get(&format!("/orgs/{group}/roles?status=all&limit=500")).await.is(200).body;
            let open = listed["items"].as_array().unwrap().iter().find(|role| role.get("valid_until").is_none());
            if let Some(open) = open.filter(|open| open["valid_from"].as_str().unwrap() < date(DAYS).as_str()) {
                let path = format!("/roles/{}", open["id"].as_str().unwrap());
                app.post(&format!("{path}/end"), json!({"effective_on": date(DAYS)})).await.is(200);
                app.patch(&format!("/orgs/{group}"), json!({"short_name": "组", "effective_on": date(DAYS - 1)})).await.is(200);
                assert_eq!(app.get(&path).await.is(200).body["valid_until"], date(DAYS));
            }
        }
        copy::survives_a_copy(&app.store).await;
    }
}

/// Random documents of one group, each with a document of its own: the first founds the group, all have other days.
fn documents(dice: &mut Dice, field: &Field) -> Vec<(usize, Value)> {
    let mut days: Vec<usize> = (1..DAYS - 10).collect();
    dice.shuffle(&mut days);
    let mut days: Vec<usize> = days.into_iter().take(DOCUMENTS).collect();
    days.sort_unstable();
    let documents = days.into_iter().enumerate().map(|(place, day)| {
        let mut document = random(dice, field, &field.parents[0], "");
        // A name that is left out is that of the office before, or else a new one's.
        if let Some(office) = document.get_mut("office") {
            office["name"] = json!(format!("办公室{place}"));
        }
        document["basis"] = json!({"title": format!("第{place}号通知")});
        (day, document)
    });
    documents.collect()
}

async fn found(app: &TestApp, (day, document): &(usize, Value), name: &str) -> Option<String> {
    let mut document = document.clone();
    document["name"] = json!(name);
    document["valid_from"] = json!(date(*day));
    let answer = app.post("/leading-groups", document).await;
    (answer.status == 201).then(|| answer.id())
}

async fn put(app: &TestApp, group: &str, name: &str, day: usize, document: &Value) -> bool {
    let mut document = document.clone();
    document["name"] = json!(name);
    document["effective_on"] = json!(date(day));
    let before = head(app);
    let answer = app.put(&format!("/leading-groups/{group}"), document.clone()).await;
    if answer.status != 200 {
        assert_eq!(answer.status, 409, "{}\n{document:#}", answer.text);
        assert_eq!(head(app), before, "{}", answer.text);
        return false;
    }
    let again = app.put(&format!("/leading-groups/{group}"), document).await.is(200);
    assert_eq!(head(app), before + 1, "said twice: {}", again.text);
    true
}

/// The two groups read alike on every day; with their days and documents, if asked.
async fn same(
    app: &TestApp,
    (one, its_name): (&str, &str),
    (other, other_name): (&str, &str),
    with_days: bool,
    documents: &[(usize, Value)],
) {
    for on in documents[0].0..DAYS {
        let [first, second] = [
            said(&shown(app, one, on).await.body, its_name, on, with_days),
            said(&shown(app, other, on).await.body, other_name, on, with_days),
        ];
        assert_eq!(first, second, "on {}\n{:#}", date(on), json!(documents));
    }
}

/// What an answer says, without what differs between two groups.
fn said(shown: &Value, name: &str, on: usize, with_days: bool) -> Value {
    let text = shown.to_string().replace(name, "领导小组");
    let shown: Value = serde_json::from_str(&text).unwrap();
    let mut said = essence(&request(&shown, &date(on)));
    for parts in PARTS {
        for part in said[parts].as_array_mut().unwrap() {
            part.as_object_mut().unwrap().remove("id");
        }
    }
    if with_days {
        let mut days = Vec::new();
        days_in(&shown, &mut days);
        said["days"] = json!(days);
        said["basis"] = shown["basis"].clone();
    }
    said
}

/// The days of every role, in the order of the document.
fn days_in(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(members) if members.contains_key("role_id") => {
            found.push(json!([members["valid_from"], members.get("valid_until")]));
        }
        Value::Object(members) => members.values().for_each(|member| days_in(member, found)),
        Value::Array(items) => items.iter().for_each(|item| days_in(item, found)),
        _ => {}
    }
}
