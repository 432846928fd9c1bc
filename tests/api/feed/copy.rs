//! Whoever takes a whole copy and follows the changes has what the directory has.

use std::collections::{BTreeMap, BTreeSet};

use campus_org::domain::EffectType;
use serde_json::{Value, json};

use super::{stream, writer::Writer};
use crate::support::{TestApp, api_test};

/// The name of whoever is entered last: who follows the changes then has everything.
const LAST: &str = "最后一人";
/// So many requests each writer sends.
const REQUESTS: usize = 400;
/// So few acts on a page, and so few events of a connection, that there are many.
const ACTS_AT_ONCE: usize = 7;

/// What a client knows of the directory from answers alone.
#[derive(Debug, Default)]
struct Copy {
    /// Objects by kind and by id or code. Orgs are without versions.
    objects: BTreeMap<(String, String), Value>,
    /// The versions of orgs by org and first day.
    versions: BTreeMap<(String, String), Value>,
    /// The types of the effects that made it.
    seen: BTreeSet<String>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}")).to_owned()
}

/// What a line says of an object. Its place in the log is not in lines.
fn recorded(kind: &str, facts: &Value) -> Value {
    let mut facts = facts.clone();
    let members = facts.as_object_mut().unwrap();
    let in_the_log: &[&str] = match kind {
        "org" => &["dissolved_by"],
        "person" => &["revision", "updated_at"],
        _ => &[],
    };
    members.retain(|name, _| !in_the_log.contains(&name.as_str()));
    facts
}

/// The same for a version: lines number the entries of the documents alone, all as 1.
fn recorded_version(version: &Value) -> Value {
    let mut version = version.clone();
    let declaring = version.get_mut("declared").and_then(|declared| declared.get_mut("acts")).map(Value::take);
    let declaring: Vec<Value> = declaring.and_then(|acts| acts.as_array().cloned()).unwrap_or_default();
    for act in version.get_mut("acts").and_then(Value::as_array_mut).into_iter().flatten() {
        let act = act.as_object_mut().unwrap();
        if act.remove("revision").is_some_and(|revision| declaring.contains(&revision)) {
            act.insert("revision".to_owned(), json!(1));
        }
    }
    if !declaring.is_empty() {
        version["declared"]["acts"] = json!([1]);
    }
    version
}

impl Copy {
    /// From the lines of a whole copy, with the position after it.
    fn of(lines: &str) -> (Self, String) {
        let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let position = text(&lines.next().unwrap()["position"]);
        let mut copy = Self::default();
        for line in lines {
            let (kind, mut object) = line.as_object().unwrap().clone().into_iter().next().unwrap();
            let id = text(object.get("id").unwrap_or(&object["code"]));
            if kind == "org" {
                for version in object["versions"].take().as_array().unwrap() {
                    copy.versions.insert((id.clone(), text(&version["valid_from"])), recorded_version(version));
                }
                object.as_object_mut().unwrap().remove("versions");
            }
            copy.objects.insert((kind, id), object);
        }
        (copy, position)
    }

    /// Does what an act did. Returns whether it is the last one.
    fn apply(&mut self, act: &Value) -> bool {
        let effects = act["effects"].as_array().unwrap();
        assert_eq!(act.get("effects_total"), None, "{act}");
        for effect in effects {
            self.seen.extend(effect["types"].as_array().unwrap().iter().map(text));
            let (kind, id) = (text(&effect["subject"]), text(&effect["id"]));
            match &*kind {
                "api_key" => {}
                "org_version" => {
                    let [before, after] = ["before", "after"].map(|side| effect.get(side).map(recorded_version));
                    let key = (id, text(&effect["valid_from"]));
                    assert_eq!(replaced(&mut self.versions, key, after), before, "{act}");
                }
                // People are told as they are today, so who is gone by now has no values.
                "person" => {
                    let person = effect.get("person").map(|person| recorded(&kind, person));
                    let is_gone = effect["act"] == "deleted";
                    replaced(&mut self.objects, (kind, id), person.filter(|_| !is_gone));
                }
                _ => {
                    let of = |facts: &Value| {
                        let mut facts = recorded(&kind, facts);
                        if kind != "post" {
                            facts["id"] = json!(id);
                        }
                        facts
                    };
                    let [before, after] = ["before", "after"].map(|side| effect.get(side).map(of));
                    assert_eq!(replaced(&mut self.objects, (kind.clone(), id.clone()), after), before, "{act}");
                }
            }
        }
        effects.iter().any(|effect| effect.pointer("/person/name").is_some_and(|name| name == LAST))
    }

    /// Compares the copy with a fresh one.
    async fn is_right(self, app: &TestApp, query: &str) {
        let (fresh, _) = Self::of(&app.get(&format!("/snapshot{query}")).await.is(200).text);
        for (key, object) in &fresh.objects {
            assert_eq!(self.objects.get(key), Some(object), "{key:?}");
        }
        for (key, version) in &fresh.versions {
            assert_eq!(self.versions.get(key), Some(version), "{key:?}");
        }
        let more = |ours: &BTreeMap<(String, String), Value>, theirs: &BTreeMap<(String, String), Value>| {
            let more: Vec<_> = ours.iter().filter(|(key, _)| !theirs.contains_key(*key)).collect();
            assert!(more.is_empty(), "{more:?}");
        };
        more(&self.objects, &fresh.objects);
        more(&self.versions, &fresh.versions);
        // Otherwise the test would prove little.
        let others = ["key", "sight"];
        let wanted = EffectType::ALL.iter().map(|kind| kind.as_str());
        let wanted = wanted.filter(|kind| !others.contains(&kind.split('.').next().unwrap()));
        let missing: Vec<&str> = wanted.filter(|kind| !self.seen.contains(*kind)).collect();
        assert!(missing.is_empty(), "{missing:?} did not happen");
    }
}

/// Puts a value in the place of another one, or takes that away.
fn replaced(map: &mut BTreeMap<(String, String), Value>, key: (String, String), value: Option<Value>) -> Option<Value> {
    match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    }
}

/// Two write at random, and when both are done, the last person is entered.
async fn write(app: &TestApp) {
    let one = async |seed| Writer::new(app, seed).await.write(REQUESTS).await;
    tokio::join!(one(31), one(32));
    app.person(LAST).await;
}

/// A copy that is taken when the writing has begun, and the position after it.
async fn begun(app: &TestApp, query: &str) -> (Copy, String) {
    while app.registry.snapshot().revision() < 40 {
        tokio::task::yield_now().await;
    }
    Copy::of(&app.get(&format!("/snapshot{query}")).await.is(200).text)
}

/// Takes a copy, and follows the pages until everything is there.
async fn follow_pages(app: &TestApp) -> Copy {
    let (mut copy, mut after) = begun(app, "?include=contact").await;
    let mut is_last = false;
    while !is_last {
        let path = format!("/changes?after={after}&limit={ACTS_AT_ONCE}&wait=5&include=contact");
        let page = app.get(&path).await.is(200).body;
        for act in page["items"].as_array().unwrap() {
            is_last = copy.apply(act);
        }
        after = text(&page["through"]);
    }
    copy
}

/// Takes a copy, and follows the stream until everything is there. The connection breaks off again and again.
async fn follow_stream(app: &TestApp) -> Copy {
    let (mut copy, position) = begun(app, "").await;
    let path = format!("/changes/stream?after={position}");
    let mut after = position;
    loop {
        let mut client = stream::Client::connect(app, &path, Some(&after)).await;
        for _ in 0..ACTS_AT_ONCE {
            let (id, name, act) = client.event().await.expect("an event");
            after = id;
            if name == "act" && copy.apply(&act) {
                return copy;
            }
        }
    }
}

api_test! {
    async fn a_copy_that_follows_the_pages_is_right(app: TestApp) {
        let ((), copy) = tokio::join!(write(&app), follow_pages(&app));
        copy.is_right(&app, "?include=contact").await;
    }

    async fn a_copy_that_follows_the_stream_is_right(app: TestApp) {
        let ((), copy) = tokio::join!(write(&app), follow_stream(&app));
        copy.is_right(&app, "").await;
    }
}
