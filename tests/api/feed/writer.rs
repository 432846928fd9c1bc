//! Somebody who writes at random, of every sort of request that changes the directory.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, load::Dice, name_every_list};

/// All acts are of these days.
const CALENDAR: [&str; 7] =
    ["2012-01-01", "2018-03-01", "2024-09-01", "2026-06-01", "2026-12-01", "2027-03-01", "2030-07-01"];
const KINDS: [&str; 6] = ["general_branch", "branch", "committee", "department", "supervision_group", "unit"];
const POSTS: [&str; 6] = ["secretary", "deputy_secretary", "member", "leader", "group_member", "unit_head"];
/// What a request names of which there is none yet.
const NOBODY: &str = "01900000-0000-7000-8000-000000000001";

pub(super) struct Writer {
    app: TestApp,
    dice: Dice,
    /// It is never dissolved, because everything would go with it.
    top: String,
    /// What there is, by the subject of effects.
    known: BTreeMap<String, Vec<String>>,
    groups: Vec<String>,
}

impl Writer {
    pub(super) async fn new(app: &TestApp, seed: u64) -> Self {
        let top = app.committee().await;
        Self { app: app.clone(), dice: Dice::new(seed), top, known: BTreeMap::new(), groups: Vec::new() }
    }

    /// Sends so many requests. The service refuses some of them.
    pub(super) async fn write(mut self, requests: usize) {
        for _ in 0..requests {
            let (method, path, body) = self.request().await;
            let answer = match method {
                "PUT" => self.app.put(&path, body).await,
                "DELETE" => self.app.delete(&path).await,
                method => self.app.send(self.app.request(method, &path).json(&body)).await,
            };
            assert!(answer.status < 500, "{method} {path}: {}", answer.text);
            if answer.status < 300 {
                self.note(&path, &answer);
            }
        }
    }

    /// Remembers what there is now.
    fn note(&mut self, path: &str, answer: &Answer) {
        if answer.status == 201 && path == "/leading-groups" {
            self.groups.push(answer.id());
        }
        for effect in answer.body["change"]["effects"].as_array().into_iter().flatten() {
            let id = effect["id"].as_str().unwrap().to_owned();
            let is_group = effect.pointer("/after/kind").is_some_and(|kind| kind == "supervision_group");
            let subject = if is_group { "supervision_group" } else { effect["subject"].as_str().unwrap() };
            if effect.pointer("/after/dissolved_on").is_some() {
                self.known.entry("dissolved".to_owned()).or_default().push(id.clone());
            }
            let known = self.known.entry(subject.to_owned()).or_default();
            match effect["act"].as_str().unwrap() {
                "created" => known.push(id),
                "deleted" => known.retain(|one| *one != id),
                _ => {}
            }
        }
    }

    fn any(&mut self, subject: &str) -> String {
        let known = self.known.get(subject).filter(|known| !known.is_empty());
        known.map_or(NOBODY.to_owned(), |known| known[self.dice.below(known.len())].clone())
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.dice.below(words.len())]
    }

    fn holder(&mut self) -> Value {
        match self.dice.below(6) {
            0 => json!({"type": "seat", "org_id": self.top, "post": "secretary"}),
            1 => json!({"type": "unit", "id": self.any("org")}),
            _ => json!({"type": "person", "id": self.any("person")}),
        }
    }

    /// A random document of a leading group.
    fn document(&mut self, on: &str, basis: &Value) -> Value {
        let mut list = |most: usize| -> Value {
            let mut holders: Vec<Value> =
                (0..self.dice.below(most + 1)).map(|_| json!({"holder": self.holder()})).collect();
            holders.dedup();
            json!(holders)
        };
        let mut document = json!({"leaders": list(2), "members": list(4), "office": {"directors": list(1)},
            "working_groups": [{"name": "工作组", "members": list(2)}],
            "supervision_groups": [{"name": "督导组", "leaders": list(1)}]});
        document["supervision_groups"][0]["covers"] = json!([{"org_id": self.any("org"), "scope": "subtree"}]);
        document["parent_id"] = json!(self.top);
        document["name"] = json!(format!("专项{}领导小组", self.dice.below(3)));
        document["effective_on"] = json!(on);
        document["basis"] = basis.clone();
        name_every_list(&mut document);
        document
    }

    /// An order turned round.
    async fn order(&mut self, path: String, on: &str) -> (&'static str, String, Value) {
        let order = self.app.get(&format!("{path}?as_of={on}")).await;
        let mut ids = order.body["ids"].as_array().cloned().unwrap_or_default();
        ids.reverse();
        ("PUT", path, json!({"ids": ids, "effective_on": on}))
    }

    async fn request(&mut self) -> (&'static str, String, Value) {
        let number = self.dice.below(1000);
        let (org, person, role) = (self.any("org"), self.any("person"), self.any("role"));
        let (day, later, scope) = (self.one_of(&CALENDAR), self.one_of(&CALENDAR), self.one_of(&["self", "subtree"]));
        let parent = if number.is_multiple_of(3) { self.any("org") } else { self.top.clone() };
        let basis = json!({"title": format!("关于{number}的通知"), "number": format!("校党发〔2026〕{number}号")});
        let at_org = format!("/orgs/{org}");
        match self.dice.below(54) {
            0..6 => {
                let kind = self.one_of(&KINDS);
                (
                    "POST",
                    "/orgs".to_owned(),
                    json!({"kind": kind, "name": format!("组织{number}"), "parent_id": parent, "valid_from": day}),
                )
            }
            6..9 => (
                "POST",
                "/people".to_owned(),
                json!({"name": format!("人员{number}"), "staff_no": format!("S{number}"), "phone": "000-1234"}),
            ),
            9..14 => {
                let (post, holder) = (self.one_of(&POSTS), self.holder());
                let body = json!({"org_id": org, "post": post, "holder": holder, "valid_from": day, "acting": number.is_multiple_of(5)});
                ("POST", "/roles".to_owned(), body)
            }
            14 => ("PATCH", at_org, json!({"name": format!("组织{number}"), "effective_on": day, "basis": basis})),
            15 | 44..50 => ("PATCH", at_org, json!({"parent_id": parent, "effective_on": day})),
            16 => {
                let counts = json!({"full": number, "probationary": 7, "counted_on": "2026-06-30"});
                let ids = json!([{"scheme": "oa", "value": number.to_string()}]);
                ("PATCH", at_org, json!({"member_counts": counts, "external_ids": ids, "duties": "职责"}))
            }
            17 => ("PATCH", format!("{at_org}/versions/{day}"), json!({"valid_from": later, "short_name": "简称"})),
            18 => ("DELETE", format!("{at_org}/versions/{day}"), Value::Null),
            19 => (
                "POST",
                format!("{at_org}/dissolve"),
                json!({"effective_on": day, "cascade": true, "successor_ids": [self.top]}),
            ),
            20 => (
                "PATCH",
                format!("/orgs/{}/dissolution", self.any("dissolved")),
                json!({"effective_on": day, "basis": basis}),
            ),
            21..23 => ("POST", format!("/orgs/{}/restore", self.any("dissolved")), json!({})),
            23 => ("DELETE", at_org, Value::Null),
            24 => ("POST", format!("/people/{person}/merge"), json!({"duplicate_id": self.any("person")})),
            25 if number.is_multiple_of(2) => ("POST", format!("/people/{person}/erase"), json!({})),
            25 => ("DELETE", format!("/people/{person}"), Value::Null),
            26 => ("PATCH", format!("/people/{person}"), json!({"name": format!("人员{number}"), "name_en": "Name"})),
            27 => ("PATCH", format!("/roles/{role}"), json!({"valid_from": day, "order": 1 + number, "basis": basis})),
            28 => ("POST", format!("/roles/{role}/end"), json!({"effective_on": day, "basis": basis})),
            29 => ("DELETE", format!("/roles/{role}"), Value::Null),
            30 | 40 | 50..52 => {
                let body = json!({"supervision_group_id": self.any("supervision_group"), "org_id": org, "scope": scope, "valid_from": day});
                ("POST", "/supervisions".to_owned(), body)
            }
            31 | 41 | 52..54 => (
                "PATCH",
                format!("/supervisions/{}", self.any("supervision")),
                if number.is_multiple_of(2) { json!({"scope": scope}) } else { json!({"valid_until": later}) },
            ),
            32 => ("DELETE", format!("/supervisions/{}", self.any("supervision")), Value::Null),
            33 | 42 | 43 => self.post(number),
            34 => self.order(format!("/orgs/{}/child-order", self.top), day).await,
            35 => self.order(format!("{at_org}/role-order"), day).await,
            36..38 if !self.groups.is_empty() => {
                let group = self.groups[self.dice.below(self.groups.len())].clone();
                ("PUT", format!("/leading-groups/{group}"), self.document(day, &basis))
            }
            _ => ("POST", "/leading-groups".to_owned(), self.document(day, &basis)),
        }
    }

    /// A random request on the catalogue of posts.
    fn post(&mut self, number: usize) -> (&'static str, String, Value) {
        let kinds = json!([{"kind": "branch", "holders_normal": 1 + number % 3}]);
        match number % 3 {
            0 => (
                "POST",
                "/posts".to_owned(),
                json!({"code": format!("post_{number}"), "name": "新职务", "kinds": kinds}),
            ),
            1 => (
                "PATCH",
                format!("/posts/{}", self.any("post")),
                json!({"name": format!("职务{number}"), "kinds": kinds}),
            ),
            _ => ("DELETE", format!("/posts/{}", self.any("post")), Value::Null),
        }
    }
}
