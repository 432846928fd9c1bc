//! What versions remember: which act set what, so that an act can be taken back exactly.

use serde_json::{Value, json};

use super::{history, revision};
use crate::support::{TestApp, api_test};

const NOTICE: &str = "校党发〔2026〕9号";

/// A general branch called 甲 since 2001.
async fn branch(app: &TestApp) -> String {
    let top = app.committee().await;
    let body = json!({"kind": "general_branch", "name": "甲", "parent_id": top, "valid_from": "2001-01-01"});
    app.org(body).await
}

async fn name(app: &TestApp, id: &str, name: &str, on: &str, number: Option<&str>) {
    let mut body = json!({"name": name, "effective_on": on});
    if let Some(number) = number {
        body["basis"] = json!({"title": "更名通知", "number": number});
    }
    app.patch(&format!("/orgs/{id}"), body).await.is(200);
}

/// What the acts of each version set, by which document.
async fn acts(app: &TestApp, id: &str) -> Value {
    let versions = app.get(&format!("/orgs/{id}/versions")).await.is(200).body;
    let told = |version: &Value| {
        let acts = version["acts"].as_array().expect("acts").iter();
        let acts: Vec<Value> = acts.map(|act| json!([act["fields"], act["basis"]["number"]])).collect();
        json!([version["valid_from"], acts])
    };
    versions["items"].as_array().expect("items").iter().map(told).collect()
}

/// The versions with their values, without the numbers of the entries.
async fn state(app: &TestApp, id: &str) -> Value {
    let mut versions = app.get(&format!("/orgs/{id}/versions?limit=500")).await.is(200).body;
    for version in versions["items"].as_array_mut().expect("items") {
        for act in version["acts"].as_array_mut().expect("acts") {
            act.as_object_mut().expect("an act").remove("revision");
        }
    }
    versions
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn day(&mut self) -> String {
        format!("20{:02}-{:02}-01", 2 + self.below(40), 1 + self.below(12))
    }

    /// Some attributes with one of few values each, so that acts often repeat what holds anyway.
    fn change(&mut self, place: &Place) -> Value {
        let Place { parents, units, .. } = place;
        let mut body = json!({});
        for (field, values) in [
            ("name", json!(["甲", "乙", "丙"])),
            ("short_name", json!([null, "甲", "乙"])),
            ("name_en", json!([null, "A", "B"])),
            ("duties", json!([null, "抓总", "统筹"])),
            ("code", json!([null, "1", "2"])),
            ("order", json!([1, 2, 3])),
            ("parent_id", json!([parents[0], parents[1], parents[1]])),
            ("branch_type", json!([null, "staff", "retired"])),
            ("joint", json!([null, true, false])),
            ("temporary", json!([null, true, false])),
            ("unit_ids", json!([null, [units[0]], [units[1], units[0]]])),
        ] {
            if self.below(3) == 0 {
                body[field] = values[self.below(3) as usize].clone();
            }
        }
        // Only a branch has a type.
        if self.below(6) == 0 {
            body["kind"] = json!(["branch", "general_branch"][self.below(2) as usize]);
        }
        if self.below(2) == 0 {
            body["basis"] = json!({"title": "通知", "number": self.below(5).to_string()});
        }
        body
    }
}

/// Where an org stands now and then, and whose it is.
struct Place {
    id: String,
    parents: [String; 2],
    units: [String; 2],
}

impl Place {
    /// A branch of another university each time, so that codes are free.
    async fn new(app: &TestApp, numbers: &mut Numbers) -> Self {
        let top = app.org_under("committee", None, &format!("大学{}", numbers.below(1_000_000)), "2000-01-01").await;
        let other = app.org_under("committee", Some(&top), "学院党委", "2000-01-01").await;
        app.org_under("branch", Some(&other), "别的支部", "2001-01-01").await;
        let unit = app.org_under("unit", None, "一院", "2000-01-01").await;
        let units = [unit, app.org_under("unit", None, "二院", "2000-01-01").await];
        let body = json!({"kind": "branch", "name": "甲", "parent_id": top, "valid_from": "2001-01-01", "unit_ids": [units[0]]});
        Self { id: app.org(body).await, parents: [top, other], units }
    }

    /// What is answered about the org on some days: by itself, in lists and in trees, and by its names and codes.
    async fn answers(&self, app: &TestApp) -> Vec<Value> {
        let Self { id, parents: [top, other], units } = self;
        let mut answers = vec![state(app, id).await];
        for year in [2002, 2010, 2018, 2026, 2034, 2042] {
            for question in [
                format!("/orgs/{id}"),
                format!("/orgs/{top}/tree"),
                format!("/orgs?parent_id={other}&sort=order"),
                format!("/orgs?unit_id={}&branch_type=staff", units[0]),
                format!("/orgs?within={top}&former_name=甲&former_code=1"),
            ] {
                let asks = if question.contains('?') { '&' } else { '?' };
                answers.push(app.get(&format!("{question}{asks}as_of={year}-06-15")).await.is(200).body);
            }
        }
        answers.iter_mut().for_each(without_entries);
        answers
    }
}

/// Leaves out which log entry changed something last.
fn without_entries(answer: &mut Value) {
    match answer {
        Value::Object(members) => {
            members.retain(|name, _| name != "revision" && name != "updated_at");
            members.values_mut().for_each(without_entries);
        }
        Value::Array(items) => items.iter_mut().for_each(without_entries),
        _ => {}
    }
}

api_test! {
    async fn a_planned_change_survives_an_earlier_one_of_the_same_value(app: TestApp) {
        let id = branch(&app).await;
        name(&app, &id, "乙", "2027-09-01", Some(NOTICE)).await;
        let before = state(&app, &id).await;
        // A colleague enters it too early, and takes it back in either way.
        name(&app, &id, "乙", "2026-09-01", None).await;
        app.delete(&format!("/orgs/{id}/versions/2026-09-01")).await.is(200);
        assert_eq!(state(&app, &id).await, before);
        name(&app, &id, "乙", "2026-09-01", None).await;
        name(&app, &id, "甲", "2026-09-01", None).await;
        assert_eq!(history(&app, &id, "name").await, json!([["2001-01-01", "甲"], ["2026-09-01", "甲"], ["2027-09-01", "乙"]]));
        assert_eq!(acts(&app, &id).await[2], json!(["2027-09-01", [[["name"], NOTICE]]]));
    }

    async fn a_document_confirms_what_holds_anyway(app: TestApp) {
        let id = branch(&app).await;
        let at_first = revision(&app);
        name(&app, &id, "甲", "2020-01-01", None).await;
        assert_eq!(revision(&app), at_first, "without a document it says nothing");
        let body = json!({"name": "甲", "effective_on": "2020-01-01", "basis": {"title": "名称不变的通知", "number": "1"}});
        let confirmed = app.patch(&format!("/orgs/{id}"), body.clone()).await.is(200);
        assert_eq!(confirmed.body["change"]["summary"], json!([
            "All this rests on 《名称不变的通知》 (1).", "It is confirmed for 甲 from 2020-01-01 on: name 甲.",
        ]));
        let again = app.patch(&format!("/orgs/{id}"), body).await.is(200);
        assert_eq!(again.body["change"]["effects"], json!([]), "the same document says the same once");
        // An earlier change does not pass over it, and it stays when that is taken back.
        name(&app, &id, "乙", "2010-01-01", Some("2")).await;
        let names = json!([["2001-01-01", "甲"], ["2010-01-01", "乙"], ["2020-01-01", "甲"]]);
        assert_eq!(history(&app, &id, "name").await, names);
        app.delete(&format!("/orgs/{id}/versions/2010-01-01")).await.is(200);
        assert_eq!(acts(&app, &id).await[1], json!(["2020-01-01", [[["name"], "1"]]]));
    }

    async fn two_acts_of_one_day_keep_their_documents(app: TestApp) {
        let id = branch(&app).await;
        name(&app, &id, "乙", "2020-01-01", Some("1")).await;
        let code = json!({"code": "7", "effective_on": "2020-01-01", "basis": {"title": "编码", "number": "2"}});
        app.patch(&format!("/orgs/{id}"), code).await.is(200);
        assert_eq!(acts(&app, &id).await[1], json!(["2020-01-01", [[["name"], "1"], [["code"], "2"]]]));
        // What a later act sets again is its own.
        let both = json!({"name": "丙", "short_name": "丙", "effective_on": "2020-01-01", "basis": {"title": "再改", "number": "3"}});
        app.patch(&format!("/orgs/{id}"), both).await.is(200);
        let expected = json!(["2020-01-01", [[["code"], "2"], [["name", "short_name"], "3"]]]);
        assert_eq!(acts(&app, &id).await[1], expected);
        // A correction of a value leaves its document.
        app.patch(&format!("/orgs/{id}/versions/2020-01-01"), json!({"code": "8"})).await.is(200);
        assert_eq!(acts(&app, &id).await[1], expected);
        // A correction of the document alone is one of all that was set on that day.
        app.patch(&format!("/orgs/{id}/versions/2020-01-01"), json!({"basis": {"title": "更正", "number": "4"}})).await.is(200);
        assert_eq!(acts(&app, &id).await[1], json!(["2020-01-01", [[["code"], "4"], [["name", "short_name"], "4"]]]));
        app.delete(&format!("/orgs/{id}/versions/2020-01-01")).await.is(200);
        assert_eq!(history(&app, &id, "code").await, json!([["2001-01-01", null]]));
    }

    async fn taking_an_act_back_restores_every_day(app: TestApp) {
        let mut numbers = Numbers(7);
        let mut taken_back = 0;
        for _ in 0..5 {
            let place = Place::new(&app, &mut numbers).await;
            let id = &place.id;
            for _ in 0..12 {
                let (mut body, on) = (numbers.change(&place), numbers.day());
                body["effective_on"] = json!(on);
                let (before, answered) = (state(&app, id).await, place.answers(&app).await);
                let begins = before["items"].as_array().expect("items").iter().any(|version| version["valid_from"] == on);
                // What breaks a rule, such as the type of a general branch, is no act.
                let done = app.patch(&format!("/orgs/{id}"), body.clone()).await;
                if begins || done.status != 200 || state(&app, id).await == before {
                    continue;
                }
                app.delete(&format!("/orgs/{id}/versions/{on}")).await.is(200);
                assert_eq!(place.answers(&app).await, answered, "{body}");
                taken_back += 1;
                // The other way: every value that the version had before is set again.
                app.patch(&format!("/orgs/{id}"), body.clone()).await.is(200);
                let holding = app.get(&format!("/orgs/{id}?as_of={on}")).await.is(200).body;
                let items = before["items"].as_array().expect("items");
                let earlier = items.iter().rev().find(|version| version["valid_from"].as_str() < Some(&*on)).expect("one");
                let mut back = json!({"effective_on": on});
                for field in [
                    "name", "short_name", "name_en", "duties", "code", "order", "kind", "parent_id", "branch_type", "joint",
                    "temporary", "unit_ids",
                ] {
                    if holding[field] != earlier[field] {
                        back[field] = earlier[field].clone();
                    }
                }
                // Whoever moves without a place stands last.
                if back.get("parent_id").is_some() {
                    back["order"] = earlier["order"].clone();
                }
                app.patch(&format!("/orgs/{id}"), back.clone()).await.is(200);
                let mut restored = state(&app, id).await;
                restored["items"].as_array_mut().expect("items").retain(|version| version["valid_from"] != on);
                assert_eq!(values(&restored), values(&before), "{body} {back}");
            }
        }
        assert!(taken_back > 20, "only {taken_back} acts were taken back");
    }
}

/// What the versions say, without what was set by whom.
fn values(state: &Value) -> Vec<Value> {
    let bare = |version: &Value| {
        let mut version = version.clone();
        let members = version.as_object_mut().expect("a version");
        for name in ["acts", "basis", "valid_until", "status"] {
            members.remove(name);
        }
        version
    };
    state["items"].as_array().expect("items").iter().map(bare).collect()
}
