//! Random acts on a small campus in which every name is there once. What is told is compared with the effects, value
//! by value, and with what `/vacancies`, `/roles` and `/orgs/{id}/versions` answer before and after.

mod acts;

use std::collections::{BTreeMap, BTreeSet};

use campus_org::domain::{BranchType, OrgKind, Word};
use serde_json::{Map, Value, json};

use super::sentences;
use crate::support::{Answer, TODAY, TestApp, api_test, copy, load::Dice};

const ACTS: usize = 320;
/// All acts are of these days.
const CALENDAR: [&str; 11] = [
    "2009-06-01",
    "2010-01-01",
    "2012-01-01",
    "2016-03-01",
    "2020-05-01",
    "2024-09-01",
    "2026-06-01",
    "2026-12-01",
    "2027-03-01",
    "2028-01-01",
    "2030-07-01",
];

struct Campus {
    app: TestApp,
    dice: Dice,
    /// How many names there are.
    named: usize,
    /// Every name that an org or a person ever had.
    names: BTreeMap<String, BTreeSet<String>>,
    orgs: Vec<String>,
    people: Vec<String>,
    roles: Vec<String>,
    supervisions: Vec<String>,
    groups: Vec<String>,
    units: Vec<String>,
    /// A group that is put as a document.
    put: String,
    /// The orgs for which an act has declared an order of the holders: there a role's own number is not told.
    ordered: BTreeSet<String>,
    /// How many acts of each sort were accepted.
    done: BTreeMap<String, usize>,
    /// The posts, with their names in both languages, and whether they belong to the leadership team.
    posts: BTreeMap<String, ([String; 2], bool)>,
}

/// What is so on the days of the calendar.
#[derive(Default)]
struct State {
    vacant: BTreeSet<(String, String, &'static str)>,
    unfilled: BTreeSet<(String, String, &'static str)>,
}

impl Campus {
    async fn new(app: TestApp, seed: u64) -> Self {
        let (names, posts) = (BTreeMap::new(), BTreeMap::new());
        let (orgs, people, roles, supervisions, groups, units) = Default::default();
        let mut campus = Self {
            app,
            dice: Dice::new(seed),
            named: 0,
            names,
            orgs,
            people,
            roles,
            supervisions,
            groups,
            units,
            put: String::new(),
            ordered: BTreeSet::new(),
            done: BTreeMap::new(),
            posts,
        };
        for post in campus.app.get("/posts").await.is(200).all("") {
            let text = |name: &str| post[name].as_str().unwrap().to_owned();
            let both = [text("name_en").to_lowercase(), text("name")];
            campus.posts.insert(text("code"), (both, post["leadership"] == true));
        }
        let committee = campus.establish("committee", None).await;
        let unit = campus.establish("unit", None).await;
        campus.units = vec![unit.clone(), campus.establish("unit", Some(&unit)).await];
        for _ in 0..3 {
            let general = campus.establish("general_branch", Some(&committee)).await;
            campus.establish("branch", Some(&general)).await;
        }
        let group = campus.establish("leading_group", Some(&committee)).await;
        for _ in 0..2 {
            let part = campus.establish("supervision_group", Some(&group)).await;
            campus.groups.push(part);
        }
        for _ in 0..5 {
            campus.enter_person().await;
        }
        let name = campus.name("组织");
        let group = json!({"parent_id": committee, "name": name, "valid_from": "2012-01-01"});
        campus.put = campus.app.post("/leading-groups", group).await.is(201).id();
        campus.names.entry(campus.put.clone()).or_default().insert(name);
        campus.orgs.push(campus.put.clone());
        campus.ordered.insert(campus.put.clone());
        campus
    }

    async fn enter_person(&mut self) {
        let name = self.name("人员");
        let id = self.app.person(&name).await;
        self.names.entry(id.clone()).or_default().insert(name);
        self.people.push(id);
    }

    fn name(&mut self, sort: &str) -> String {
        self.named += 1;
        format!("{sort}{}号", self.named)
    }

    async fn establish(&mut self, kind: &str, parent: Option<&str>) -> String {
        let name = self.name("组织");
        let id = self.app.org_under(kind, parent, &name, "2010-01-01").await;
        self.names.entry(id.clone()).or_default().insert(name);
        self.orgs.push(id.clone());
        id
    }

    fn pick(&mut self, from: &[String]) -> String {
        from[self.dice.below(from.len())].clone()
    }

    fn day(&mut self) -> &'static str {
        CALENDAR[self.dice.below(CALENDAR.len())]
    }

    async fn state(&self) -> State {
        let mut state = State::default();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for day in CALENDAR {
            for item in self.app.get(&format!("/vacancies?limit=500&as_of={day}")).await.is(200).all("") {
                state.vacant.insert((text(&item["org"]["id"]), text(&item["post"]["code"]), day));
            }
            for item in self.app.get(&format!("/roles?holder=seat&limit=500&as_of={day}")).await.is(200).all("") {
                if item["holder"].get("unfilled").is_some() {
                    state.unfilled.insert((text(&item["id"]), text(&item["org"]["id"]), day));
                }
            }
        }
        state
    }

    /// Whether a sentence says a value.
    fn says(&self, sentence: &str, key: &str, value: &Value, chinese: bool) -> bool {
        let has = |text: &str| sentence.contains(text);
        let word = |en: &'static str, zh: &'static str| has(if chinese { zh } else { en });
        match (key, value) {
            ("kind", Value::String(kind)) => OrgKind::parse(kind).is_some_and(|kind| word(kind.en(), kind.zh())),
            ("branch_type", Value::String(sort)) => {
                BranchType::parse(sort).is_some_and(|sort| word(sort.en(), sort.zh()))
            }
            ("scope", Value::String(scope)) if scope == "subtree" => word("everything below it", "全部下级"),
            ("scope", _) => true,
            ("post", Value::String(post)) => has(&self.posts[post].0[usize::from(chinese)]),
            ("role_order", Value::Array(standings)) => {
                standings.iter().all(|standing| self.says(sentence, "holder", &standing["holder"], chinese))
            }
            ("acting", Value::Bool(true)) => word("acting", "主持工作"),
            ("joint", Value::Bool(_)) => word("joint branch", "联合支部"),
            ("basis" | "end_basis", Value::Object(_)) => has(value["title"].as_str().unwrap()),
            (_, Value::String(text)) => match self.names.get(text) {
                Some(names) => names.iter().any(|name| has(name)),
                None => has(text),
            },
            (_, Value::Number(number)) => has(&number.to_string()),
            (_, Value::Array(items)) => items.iter().all(|item| self.says(sentence, key, item, chinese)),
            ("holder", Value::Object(holder)) => ["id", "org_id", "post"]
                .iter()
                .all(|part| holder.get(*part).is_none_or(|value| self.says(sentence, part, value, chinese))),
            (_, Value::Object(parts)) => parts.iter().all(|(key, part)| self.says(sentence, key, part, chinese)),
            (_, Value::Null | Value::Bool(_)) => true,
        }
    }

    /// What of each effect must be said in one sentence: values by their attributes.
    fn must(&self, effect: &Value) -> Vec<Vec<(String, Value)>> {
        let (before, after) = (effect["before"].as_object(), effect["after"].as_object());
        // What follows from a declaration is told by itself.
        let skipped = ["acts", "valid_from", "basis", "declared"];
        let of_version = effect["subject"] == "org_version";
        let kept =
            |key: &str| !["dissolved_by", "following"].contains(&key) && (!of_version || !skipped.contains(&key));
        let by_order = effect["subject"] == "role"
            && [before, after]
                .into_iter()
                .flatten()
                .any(|facts| facts.get("org_id").and_then(Value::as_str).is_some_and(|org| self.ordered.contains(org)));
        let get = |facts: &Map<String, Value>, key: &str| facts.get(key).cloned().unwrap_or(Value::Null);
        match (before, after) {
            (Some(before), Some(after)) => {
                let keys: BTreeSet<&String> = before.keys().chain(after.keys()).filter(|key| kept(key)).collect();
                // Lists are declared with their order: who joins or leaves is told by itself.
                let in_lists = |key: &str| key == "role_order" && after.contains_key("declared");
                let differ = keys.into_iter().filter(|key| before.get(*key) != after.get(*key) && !in_lists(key));
                let both = |key: &String| match (get(before, key), get(after, key)) {
                    // Only the items that go or come are said.
                    (Value::Array(old), Value::Array(new)) => {
                        let only = |ours: &[Value], theirs: &[Value]| -> Vec<Value> {
                            ours.iter().filter(|item| !theirs.contains(item)).cloned().collect()
                        };
                        vec![vec![(key.clone(), json!(only(&old, &new))), (key.clone(), json!(only(&new, &old)))]]
                    }
                    // A merge says first who becomes whom.
                    (old, new) if key == "holder" => vec![vec![(key.clone(), old)], vec![(key.clone(), new)]],
                    (old, new) => vec![vec![(key.clone(), old), (key.clone(), new)]],
                };
                differ.flat_map(both).collect()
            }
            // What acts set in a version is said, value by value.
            (Some(version), None) | (None, Some(version)) if of_version => {
                let acts = version.get("acts").and_then(Value::as_array).cloned().unwrap_or_default();
                let fields = acts.iter().filter_map(|act| act["fields"].as_array()).flatten();
                // A declaration says all of a group each time. What it changes is told; a new name it always has.
                let fields: Vec<&str> = fields.filter_map(Value::as_str).collect();
                let declares = fields.contains(&"declared");
                let fields = fields.into_iter().filter(|key| kept(key) && (!declares || *key == "name"));
                fields.map(|key| vec![(key.to_owned(), get(version, key))]).collect()
            }
            (Some(facts), None) | (None, Some(facts)) if effect["subject"] != "org" => {
                let told = facts.iter().filter(|(key, _)| kept(key) && !(by_order && *key == "order"));
                vec![told.map(|(key, value)| (key.clone(), value.clone())).collect()]
            }
            _ => Vec::new(),
        }
    }

    /// Compares what is told with the effects.
    fn tells(&self, answer: &Answer, chinese: bool) {
        let change = answer.change();
        let mut told = sentences(&change["summary"]);
        for effect in change["effects"].as_array().unwrap() {
            for must in self.must(effect) {
                // A document may be said once for all.
                let (documents, values): (Vec<_>, Vec<_>) =
                    must.into_iter().partition(|(key, _)| key == "basis" || key == "end_basis");
                let said = told
                    .iter()
                    .any(|sentence| values.iter().all(|(key, value)| self.says(sentence, key, value, chinese)));
                assert!(said, "{values:?} of {effect}\n{told:#?}");
                for (key, value) in documents {
                    let said = told.iter().any(|sentence| self.says(sentence, &key, &value, chinese));
                    assert!(said, "{value:?} of {effect}\n{told:#?}");
                }
            }
        }
        // A sentence that tells of a name says two; all others agree on one.
        let renames = |sentence: &String| {
            let words = ["更名为", "名称", "改名", "name", "called", "姓名", "曾用名", "简称"];
            words.iter().any(|word| sentence.contains(word))
        };
        told.extend(sentences(&change["notices"]));
        told.retain(|sentence| !renames(sentence));
        for (id, names) in &self.names {
            let used: BTreeSet<&String> =
                names.iter().filter(|name| told.iter().any(|sentence| sentence.contains(*name))).collect();
            assert!(used.len() <= 1, "{id} has several names: {used:?}\n{told:#?}");
        }
    }

    /// Compares the notices, in Chinese, with what the service answers before and after.
    async fn notices(&self, answer: &Answer, [before, after]: [&State; 2], versions: &[Value]) {
        let told = sentences(&answer.change()["notices"]);
        let has_name = |sentence: &str, org: &str| self.names[org].iter().any(|name| sentence.contains(name));
        let with = |word: &str| -> Vec<&String> { told.iter().filter(|sentence| sentence.contains(word)).collect() };
        let vacant: BTreeSet<_> = after.vacant.difference(&before.vacant).collect();
        for (org, post, day) in &vacant {
            let post = &self.posts[post].0[1];
            let said = with("空缺。")
                .into_iter()
                .any(|sentence| has_name(sentence, org) && sentence.contains(post) && covers(sentence, day));
            assert!(said, "{post} of {org} falls vacant on {day}\n{told:#?}");
        }
        for sentence in with("空缺。") {
            let from = period(sentence)[0].clone();
            let falls = vacant.iter().any(|(org, post, day)| {
                *day == from && has_name(sentence, org) && sentence.contains(&self.posts[post].0[1])
            });
            let leads =
                self.posts.values().any(|(names, leads)| *leads && sentence.contains(&format!("号{}自", names[1])));
            assert!(falls || leads, "{sentence}\n{vacant:?}");
        }
        let unfilled: BTreeSet<_> = after.unfilled.difference(&before.unfilled).collect();
        for (role, org, day) in &unfilled {
            let said = with("无人在位").into_iter().any(|sentence| has_name(sentence, org) && covers(sentence, day));
            assert!(said, "{role} is unfilled on {day}\n{told:#?}");
        }
        for sentence in with("无人在位") {
            let from = period(sentence)[0].clone();
            assert!(unfilled.iter().any(|(_, org, day)| *day == from && has_name(sentence, org)), "{sentence}");
        }
        let effects = answer.change()["effects"].as_array().unwrap();
        for effect in effects {
            let planned = effect["before"]["valid_from"].as_str().is_some_and(|from| from > TODAY);
            if effect["subject"] == "role" && effect["act"] == "deleted" && planned && effects.len() > 1 {
                let day = effect["before"]["valid_from"].as_str().unwrap();
                assert!(with("不再实施").iter().any(|sentence| sentence.contains(day)), "{effect}\n{told:#?}");
            }
            // A later name that another act set stays, and is noticed.
            if effect["subject"] == "org_version" && effect["act"] == "created" {
                let (from, name) = (effect["valid_from"].as_str().unwrap(), &effect["after"]["name"]);
                let sets = |version: &Value| version["acts"].to_string().contains("\"name\"");
                let later =
                    versions.iter().find(|version| version["valid_from"].as_str().unwrap() > from && sets(version));
                let was = versions.iter().rfind(|version| version["valid_from"].as_str().unwrap() <= from);
                let renames = was.is_some_and(|was| was["name"] != *name);
                if let Some(later) = later.filter(|later| renames && later["name"] != *name) {
                    let (day, name) = (later["valid_from"].as_str().unwrap(), later["name"].as_str().unwrap());
                    let stays = with("仍然有效");
                    let said = stays.iter().any(|sentence| sentence.contains(day) && sentence.contains(name));
                    assert!(said || effects.iter().any(|other| other["valid_from"] == day), "{later}\n{told:#?}");
                }
            }
        }
    }

    /// Carries out one random act. Returns the Chinese sentences, if it is accepted.
    async fn step(&mut self) -> Option<Vec<String>> {
        let is_rare = self.dice.below(4) == 0;
        let (method, path, body) = if is_rare { self.rare_act().await } else { self.act() };
        let seen = if method == "PUT" { self.app.seen(&path, &body).await } else { None };
        let asked = |language: &str, query: &str| {
            let request = self.app.request(method, &format!("{path}{query}")).header("accept-language", language);
            let request = match &seen {
                Some(tag) => request.header("if-match", tag.as_str()),
                None => request,
            };
            if body.is_null() { request } else { request.json(&body) }
        };
        let tried = self.app.send(asked("en", "?dry_run=true")).await;
        if tried.status >= 400 {
            return None;
        }
        let org = path.strip_prefix("/orgs/").map(|rest| rest.split('/').next().unwrap().to_owned());
        let mut versions = Vec::new();
        if let Some(org) = &org {
            versions = self.app.get(&format!("/orgs/{org}/versions")).await.is(200).all("");
        }
        let before = self.state().await;
        let done = self.app.send(asked("zh", "")).await;
        assert!(done.status < 300, "{}", done.text);
        let after = self.state().await;
        *self.done.entry(format!("{method} {}", sort(&path))).or_default() += 1;
        if let (Some(name), Some(id)) = (body["name"].as_str(), path.split('/').nth(2)) {
            self.names.entry(id.to_owned()).or_default().insert(name.to_owned());
        }
        self.tells(&tried, false);
        self.tells(&done, true);
        self.notices(&done, [&before, &after], &versions).await;
        if method == "POST" && path == "/roles" {
            self.roles.push(done.id());
        } else if method == "POST" && path == "/supervisions" {
            self.supervisions.push(done.id());
        }
        for effect in done.change()["effects"].as_array().unwrap() {
            if effect["act"] == "deleted" {
                let gone = effect["id"].as_str().unwrap();
                for ids in [&mut self.roles, &mut self.supervisions] {
                    ids.retain(|id| id != gone);
                }
            }
        }
        let mut told = sentences(&done.change()["summary"]);
        told.extend(sentences(&done.change()["notices"]));
        Some(told)
    }
}

/// A path without its ids and days.
fn sort(path: &str) -> String {
    let steps = path.split('/').filter(|step| !step.is_empty() && !step.contains(|c: char| c.is_ascii_digit()));
    steps.collect::<Vec<_>>().join("/")
}

/// The days in a sentence: the first, and the one before which it ends.
fn period(sentence: &str) -> Vec<String> {
    let from = sentence.rfind('自').map(|at| &sentence[at..]).unwrap_or_default();
    let digits = from.split(|c: char| !c.is_ascii_digit() && c != '-').filter(|part| part.len() == 10);
    digits.map(str::to_owned).collect()
}

fn covers(sentence: &str, day: &str) -> bool {
    let days = period(sentence);
    days.first().is_some_and(|from| from.as_str() <= day) && days.get(1).is_none_or(|until| day < until.as_str())
}

api_test! {
    async fn random_acts_are_told_value_by_value(app: TestApp) {
        let seed = std::env::var("PROPTEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
        let mut campus = Campus::new(app, seed).await;
        let mut told = 0;
        for _ in 0..ACTS {
            let sentences = campus.step().await;
            told += usize::from(sentences.is_some());
            if std::env::var_os("CAMPUS_ORG_PRINT_TOLD").is_some() {
                sentences.into_iter().flatten().for_each(|sentence| println!("| {sentence}"));
            }
        }
        assert!(told > ACTS / 5, "only {told} acts were accepted");
        for sort in [
            "PUT leading-groups", "PUT orgs/role-order", "POST people/merge", "POST posts", "PATCH orgs/dissolution",
            "PATCH orgs/versions", "POST orgs/dissolve", "POST orgs/restore",
        ] {
            assert!(campus.done.contains_key(sort), "no {sort} among {:?}", campus.done);
        }
        copy::survives_a_copy(&campus.app.store).await;
    }
}
