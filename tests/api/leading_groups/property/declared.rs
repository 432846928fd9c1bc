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
        let (mut shuffled, mut refused, mut children) = (0, 0, 0);
        for case in 0..Dice::cases(CASES) {
            let mut dice = Dice::new("declared", case);
            let dice = &mut dice;
            let documents = documents(dice, &field);
            let older = dice.once_in(3).then_some(documents[0].0 - 1);
            let kind = Kind { older, child: !dice.once_in(4) };
            let (Some(one), Some(other)) = (
                Group::found(&app, &documents[0], kind, format!("领导小组{case}甲组")).await,
                Group::found(&app, &documents[0], kind, format!("领导小组{case}乙组")).await,
            ) else {
                continue;
            };
            let mut places: Vec<usize> = (1..documents.len()).collect();
            dice.shuffle(&mut places);
            let mut accepted = vec![0];
            for place in places {
                match other.put(&app, &documents[place]).await {
                    true => accepted.push(place),
                    false => refused += 1,
                }
            }
            let is_mixed = !accepted.is_sorted();
            shuffled += usize::from(is_mixed);
            // Of two documents of one day, the one that was entered last counts.
            accepted.sort_by_key(|place| documents[*place].0);
            for place in &accepted[1..] {
                assert!(one.put(&app, &documents[*place]).await, "accepted in another order\n{:#}", documents[*place].1);
            }
            same(&app, &one, &other, true, &documents).await;
            children += usize::from(other.child.is_some());

            // Those of one day are taken back.
            let first = usize::from(older.is_none() || other.child.is_some());
            let Some(gone) = accepted.get(first + dice.below(accepted.len())).map(|place| documents[*place].0) else {
                continue;
            };
            let is_left = |place: &&usize| documents[**place].0 != gone;
            let Some(first) = accepted.iter().find(is_left).copied() else { continue };
            let path = format!("/orgs/{}/versions/{}", other.id, date(gone));
            app.delete(&path).await.is(200);
            other.child_ends_with_its_office(&app).await;
            // All has followed: another act changes no role.
            let roles = async || {
                let path = format!("/roles?within={}&status=all&limit=500", other.id);
                app.get(&path).await.is(200).body["items"].clone()
            };
            let before = roles().await;
            let act = json!({"short_name": "组", "effective_on": date(documents[0].0)});
            app.patch(&format!("/orgs/{}", other.id), act).await.is(200);
            assert_eq!(roles().await, before);
            let kind = Kind { child: false, ..kind };
            let left = format!("领导小组{case}丙组");
            let left = Group::found(&app, &documents[first], kind, left).await.expect("accepted before");
            for place in accepted.iter().filter(is_left).filter(|place| **place != first) {
                assert!(left.put(&app, &documents[*place]).await, "accepted before\n{:#}", documents[*place].1);
            }
            same(&app, &left, &other, false, &documents).await;
        }
        println!("{shuffled} in another order, {refused} refused, {children} with a child");
        assert!(shuffled > CASES / 3, "{shuffled} in another order, {refused} refused");
        copy::survives_a_copy(&app.store).await;
        assert!(children > 0, "no office has an org below it");
    }

    async fn what_is_written_by_itself_stays_as_it_is_written(app: TestApp) {
        let field = Field::enter(&app).await;
        let guest = app.person("来宾").await;
        for case in 0..Dice::cases(CASES) {
            let mut dice = Dice::new("alone", case);
            let dice = &mut dice;
            let documents = documents(dice, &field);
            let kind = Kind { older: None, child: false };
            let Some(group) = Group::found(&app, &documents[0], kind, format!("领导小组{case}")).await else { continue };
            for document in &documents[1..] {
                group.put(&app, document).await;
            }
            let group = group.id;
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

/// How a group begins.
#[derive(Clone, Copy)]
struct Kind {
    /// If it is established by itself before the first document: the day.
    older: Option<usize>,
    /// Its first office has a working group below it, which no document names.
    child: bool,
}

/// A group that is entered from documents.
struct Group {
    id: String,
    name: String,
    /// Where the first office, and what depends on it, are read.
    child: Option<Vec<String>>,
}

impl Group {
    /// Establishes a group with the first document. None if that is refused.
    async fn found(app: &TestApp, (day, document): &Document, kind: Kind, name: String) -> Option<Self> {
        let mut document = document.clone();
        document["name"] = json!(name);
        let id = if let Some(since) = kind.older {
            let older = json!({"kind": "leading_group", "name": name, "parent_id": document["parent_id"],
                "valid_from": date(since)});
            let id = app.org(older).await;
            document["effective_on"] = json!(date(*day));
            if app.put(&format!("/leading-groups/{id}"), document).await.status != 200 {
                app.delete(&format!("/orgs/{id}")).await.is(200);
                return None;
            }
            id
        } else {
            document["valid_from"] = json!(date(*day));
            let answer = app.post("/leading-groups", document).await;
            if answer.status != 201 {
                return None;
            }
            answer.id()
        };
        let shown = shown(app, &id, *day).await.body;
        let child = match shown.get("office").filter(|_| kind.child) {
            Some(office) => {
                let office = office["id"].as_str().unwrap();
                let below = app.org_under("working_group", Some(office), "内设组", &date(*day)).await;
                let leader = app.role(&below, "leader", &app.person("组长").await, &date(*day)).await;
                Some(vec![format!("/orgs/{office}"), format!("/orgs/{below}"), format!("/roles/{leader}")])
            }
            None => None,
        };
        Some(Self { id, name, child })
    }

    async fn put(&self, app: &TestApp, (day, document): &Document) -> bool {
        let mut document = document.clone();
        document["name"] = json!(self.name);
        document["effective_on"] = json!(date(*day));
        let before = head(app);
        let answer = app.put(&format!("/leading-groups/{}", self.id), document.clone()).await;
        if answer.status != 200 {
            assert_eq!(answer.status, 409, "{}\n{document:#}", answer.text);
            assert_eq!(head(app), before, "{}", answer.text);
            return false;
        }
        self.child_ends_with_its_office(app).await;
        let again = app.put(&format!("/leading-groups/{}", self.id), document).await.is(200);
        assert_eq!(head(app), before + 1, "said twice: {}", again.text);
        true
    }

    /// When the first office ends, if it has something below it: so does that.
    async fn child_ends_with_its_office(&self, app: &TestApp) -> Option<Value> {
        let mut ends = Vec::new();
        for path in self.child.iter().flatten() {
            let shown = app.get(path).await.is(200).body;
            let end = if path.starts_with("/roles") { "valid_until" } else { "dissolved_on" };
            ends.push(shown.get(end).cloned());
        }
        assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
        ends.into_iter().next().flatten()
    }
}

/// A document with its day.
type Document = (usize, Value);

/// Random documents of one group, each with a document of its own, in the order of their days. The first has a day of
/// its own.
fn documents(dice: &mut Dice, field: &Field) -> Vec<Document> {
    let mut days: Vec<usize> = (1..DAYS - 10).collect();
    dice.shuffle(&mut days);
    let mut days: Vec<usize> = days.into_iter().take(DOCUMENTS).collect();
    days.sort_unstable();
    let twice = 2 + dice.below(DOCUMENTS - 2);
    if dice.once_in(2) {
        days[twice] = days[twice - 1];
    }
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

/// The two groups read alike on every day; with their days and documents, if asked.
async fn same(app: &TestApp, one: &Group, other: &Group, with_days: bool, documents: &[Document]) {
    for on in documents[0].0..DAYS {
        let [first, second] = [
            said(&shown(app, &one.id, on).await.body, &one.name, on, with_days),
            said(&shown(app, &other.id, on).await.body, &other.name, on, with_days),
        ];
        assert_eq!(first, second, "on {}\n{:#}", date(on), json!(documents));
    }
    if with_days {
        assert_eq!(one.child_ends_with_its_office(app).await, other.child_ends_with_its_office(app).await);
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
