//! A leading group is what the last document for a day says, whatever happened before. The same document a second
//! time changes nothing, and so does a refused one.

use serde_json::{Value, json};

use super::{
    dice::{DAYS, Dice, date},
    document::{PARTS, essence, random, remembered, request},
    field::{Field, as_request, head, revision, shown},
};
use crate::support::{Answer, TestApp, api_test};

const CASES: usize = 10;
const PUTS: usize = 10;

api_test! {
    async fn a_group_may_end_before_the_unit_in_it_does(app: TestApp) {
        let field = Field::enter(&app).await;
        let mut document = json!({"parent_id": field.parents[0], "name": "领导小组", "valid_from": date(0),
            "members": [{"holder": {"type": "unit", "id": field.units[1]}}]});
        let group = app.post("/leading-groups", document.clone()).await.is(201);
        assert_eq!(group.body["members"][0]["valid_until"], date(35), "the day on which the unit ends");
        for (until, ends) in [(Some(20), 20), (None, 35)] {
            document["effective_on"] = json!(date(1));
            document.as_object_mut().unwrap().remove("valid_until");
            document.as_object_mut().unwrap().extend(until.map(|until| ("valid_until".to_owned(), json!(date(until)))));
            let adjusted = app.put(&format!("/leading-groups/{}", group.id()), document.clone()).await.is(200);
            assert_eq!(adjusted.body["members"][0]["valid_until"], date(ends));
        }
    }

    async fn the_last_document_is_what_holds(app: TestApp) {
        let field = Field::enter(&app).await;
        let (mut accepted, mut refused) = (0, 0);
        for case in 0..Dice::cases(CASES) {
            let mut dice = Dice::new("replace", case);
            let dice = &mut dice;
            let (neighbour, _) = establish(&app, dice, &field, &format!("邻组{case}")).await;
            let (group, established) = establish(&app, dice, &field, &format!("领导小组{case}")).await;
            let mut last = established;
            for _ in 0..PUTS {
                let on = established + dice.below(DAYS - established);
                hand_over(&app, dice, &group, &neighbour, on).await;
                let beside = whole(&app, &neighbour, on).await;
                let accepted_now = put(&app, dice, &field, &group, on, case, on >= last).await;
                assert_eq!(whole(&app, &neighbour, on).await, beside, "what stands elsewhere is left alone");
                match accepted_now {
                    true => {
                        accepted += 1;
                        last = last.max(on);
                    }
                    false => refused += 1,
                }
            }
        }
        println!("{accepted} accepted, {refused} refused");
        assert!(accepted > 20 && refused > 5, "{accepted} accepted, {refused} refused");
    }
}

/// Establishes a leading group from a random document, and checks that it shows what the document says.
async fn establish(app: &TestApp, dice: &mut Dice, field: &Field, name: &str) -> (String, usize) {
    loop {
        let on = dice.below(DAYS / 2);
        let mut document = random(dice, field, &field.parents[0], name);
        document["valid_from"] = json!(date(on));
        let before = head(app);
        let answer = app.post("/leading-groups", document.clone()).await;
        if answer.status == 201 {
            assert_eq!(revision(&answer), before + 1, "one act, one entry");
            if let Some(office) = document.get_mut("office").and_then(Value::as_object_mut) {
                office.entry("name").or_insert(json!(format!("{name}办公室")));
            }
            assert_eq!(essence(&request(&answer.body, &date(on))), essence(&document));
            return (answer.id(), on);
        }
        assert_eq!(answer.status, 409, "{}", answer.text);
        assert_eq!(head(app), before, "{}", answer.text);
    }
}

/// Sometimes moves an org of a group to another group, on a day or some days later.
async fn hand_over(app: &TestApp, dice: &mut Dice, from: &str, to: &str, on: usize) {
    let parts = app.get(&format!("/leading-groups/{from}?as_of={}", date(on))).await.is(200).body;
    let parts = parts["supervision_groups"].as_array().unwrap();
    if dice.once_in(3) && !parts.is_empty() {
        let move_on = json!({"parent_id": to, "effective_on": date(on + dice.pick(&[0, 0, 5]))});
        let path = format!("/orgs/{}", dice.pick(parts)["id"].as_str().unwrap());
        assert!(app.patch(&path, move_on).await.status < 500);
    }
}

/// A leading group on a day, and the whole life of each of its orgs.
async fn whole(app: &TestApp, group: &str, on: usize) -> Value {
    let mut found = vec![shown(app, group, on).await.body];
    for parts in PARTS {
        for part in found[0][parts].as_array().unwrap().clone() {
            found.push(app.get(&format!("/orgs/{}", part["id"].as_str().unwrap())).await.is(200).body);
        }
    }
    // These also show what was there before.
    let document = found[0].as_object_mut().unwrap();
    document.retain(|field, _| !["revision", "updated_at"].contains(&field.as_str()));
    json!(found)
}

/// Puts a random document for a day of the group's life. Returns whether it was accepted.
async fn put(
    app: &TestApp,
    dice: &mut Dice,
    field: &Field,
    group: &str,
    on: usize,
    case: usize,
    is_last: bool,
) -> bool {
    let path = format!("/leading-groups/{group}");
    let before = app.get(&format!("{path}?as_of={}", date(on))).await.is(200).body;
    let day_before = remembered(&as_request(app, group, on - usize::from(on > 0)).await);
    let name = format!("领导小组{case}{}", dice.pick(&["", "甲"]));
    let parent = dice.pick(&field.parents).clone();
    let mut document = random(dice, field, &parent, &name);
    document["effective_on"] = json!(date(on));
    // The last document says when the group ends.
    if is_last && dice.once_in(6) {
        document["valid_until"] = json!(date(on + dice.below(15)));
    }
    if !is_last && let Some(until) = before.get("valid_until") {
        document["valid_until"] = until.clone();
    }
    name_some(dice, &before, &mut document);

    let head_before = head(app);
    let dry = app.put(&format!("{path}?dry_run=true"), document.clone()).await;
    let answer = app.put(&path, document.clone()).await;
    assert_eq!(dry.status, answer.status, "{}\n{}", dry.text, answer.text);
    if answer.status != 200 {
        // Only an end in the document itself can make a period empty.
        let ends = document.get("valid_until").is_some();
        assert!(answer.status == 409 || (ends && answer.status == 422), "{}\n{document:#}", answer.text);
        assert_eq!(head(app), head_before, "{}", answer.text);
        // The end of a unit or a covered org refuses the document, not what was there before.
        let ending = field.units.iter().chain(&field.covered).any(|id| answer.body["org_id"] == *id);
        if answer.body["type"] == "/problems/outside-life" && ending && answer.body["org_id"] != document["parent_id"] {
            assert_ne!(
                twin(app, field, &document).await.status,
                200,
                "{}\n{document:#}\nafter {before:#}",
                answer.text
            );
        }
        return false;
    }
    assert!(head(app) <= head_before + 1, "one act, one entry");

    // An office without a name in the document keeps its name; a new one is named after its group.
    let mut expected = document.clone();
    if let Some(office) = expected.get_mut("office").and_then(Value::as_object_mut) {
        let new = json!(format!("{}办公室", document["name"].as_str().unwrap()));
        office.entry("name").or_insert(before.pointer("/office/name").cloned().unwrap_or(new));
    }
    let expected = essence(&expected);
    let now = shown(app, group, on).await;
    assert_eq!(answer.object(), now.body);
    assert_eq!(essence(&request(&now.body, &date(on))), expected, "{document:#}\nafter {before:#}");
    assert_eq!(essence(&request(&dry.body, &date(on))), expected, "the dry run shows the same");
    assert_eq!(now.body["parent_id"], document["parent_id"]);
    if now.body["valid_from"].as_str().unwrap() < date(on).as_str() {
        let still = remembered(&as_request(app, group, on - 1).await);
        assert_eq!(still, day_before, "what was before the day stays\n{document:#}");
    }

    let again = app.put(&path, document.clone()).await.is(200);
    assert_eq!((revision(&again), again.object()), (revision(&answer), answer.object()), "said twice\n{document:#}");

    // An empty group that is established on the day from the same document becomes the same.
    if let (Some(office), Some(shown)) = (document.get_mut("office"), now.body.pointer("/office/name")) {
        office["name"] = shown.clone();
    }
    let twin = twin(app, field, &document).await.is(200);
    let mut shown = twin.body.clone();
    assert_eq!(shown["status"], "current");
    shown["parent_id"] = document["parent_id"].clone();
    assert_eq!(essence(&request(&shown, &date(on))), essence(&request(&now.body, &date(on))));
    true
}

/// A dry run that establishes an empty group from a document.
async fn twin(app: &TestApp, field: &Field, document: &Value) -> Answer {
    let mut twin = document.clone();
    twin["parent_id"] = json!(field.apart);
    for parts in PARTS {
        for part in twin[parts].as_array_mut().unwrap() {
            part.as_object_mut().unwrap().remove("id");
        }
    }
    app.post("/leading-groups?dry_run=true", twin).await
}

/// Gives some orgs of a document the id of an existing org, sometimes a wrong one.
fn name_some(dice: &mut Dice, before: &Value, document: &mut Value) {
    for parts in PARTS {
        let mut there: Vec<Value> = before[parts].as_array().unwrap().iter().map(|part| part["id"].clone()).collect();
        dice.shuffle(&mut there);
        for part in document[parts].as_array_mut().unwrap() {
            if dice.once_in(2) {
                part.as_object_mut().unwrap().extend(there.pop().map(|id| ("id".to_owned(), id)));
            } else if dice.once_in(40) {
                part["id"] = before["id"].clone();
            }
        }
    }
}
