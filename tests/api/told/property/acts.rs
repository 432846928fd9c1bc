//! Random requests of all sorts that change something.

use serde_json::{Value, json};

use super::{super::person, Campus};
use crate::support::{load::Dice, name_every_list};

impl Campus {
    /// A random request.
    pub(super) fn act(&mut self) -> (&'static str, String, Value) {
        let (org, day, who) = (self.pick(&self.orgs.clone()), self.day(), self.pick(&self.people.clone()));
        let number = self.dice.below(1000);
        let basis = json!({"title": format!("关于{number}的通知"), "number": format!("校党发〔2026〕{number}号")});
        let role = |roles: &[String], dice: &mut Dice| format!("/roles/{}", roles[dice.below(roles.len())]);
        let mut act = match self.dice.below(20) {
            0..4 if !self.roles.is_empty() => {
                let path = role(&self.roles, &mut self.dice);
                let body = match self.dice.below(5) {
                    0 => json!({"valid_from": day, "order": 10 + number}),
                    1 => json!({"valid_until": day}),
                    2 => json!({"valid_until": null, "order": 10 + number}),
                    3 => return ("POST", format!("{path}/end"), json!({"effective_on": day, "basis": basis})),
                    _ => return ("DELETE", path, Value::Null),
                };
                ("PATCH", path, body)
            }
            0..8 => {
                let post = ["secretary", "deputy_secretary", "member", "leader", "group_member"][number % 5];
                let holder = if number.is_multiple_of(3) {
                    json!({"type": "seat", "org_id": self.pick(&self.orgs.clone()), "post": "secretary"})
                } else {
                    person(&who)
                };
                ("POST", "/roles".to_owned(), json!({"org_id": org, "post": post, "holder": holder, "valid_from": day}))
            }
            8..12 => {
                let (name, unit) = (self.name("组织"), self.pick(&self.units.clone()));
                let body = match number % 7 {
                    0..3 => json!({ "name": name }),
                    3 => json!({"code": format!("c{number}x"), "unit_ids": [unit], "short_name": name}),
                    4 => json!({"parent_id": self.pick(&self.orgs.clone())}),
                    5 => json!({"order": 20 + number, "joint": number.is_multiple_of(2), "branch_type": "retired"}),
                    _ => {
                        json!({"duties": format!("职责{number}"), "external_ids": [{"scheme": "oa", "value": number.to_string()}],
                        "member_counts": {"full": 1000 + number, "probationary": 7, "counted_on": day}})
                    }
                };
                let mut body = body;
                if number % 7 < 6 {
                    body["effective_on"] = json!(day);
                }
                ("PATCH", format!("/orgs/{org}"), body)
            }
            12 => ("PATCH", format!("/orgs/{org}/versions/{day}"), json!({"valid_from": self.day()})),
            13 => return ("DELETE", format!("/orgs/{org}/versions/{day}"), Value::Null),
            14 => {
                // Everything would go with the committee.
                let org = if org == self.orgs[0] { self.orgs[3].clone() } else { org };
                let body =
                    json!({"effective_on": day, "cascade": true, "successor_ids": [self.pick(&self.orgs.clone())]});
                ("POST", format!("/orgs/{org}/dissolve"), body)
            }
            15 => ("POST", format!("/orgs/{org}/restore"), json!({})),
            16 => {
                let body = json!({"name": self.name("人员"), "staff_no": format!("S{number}")});
                return ("PATCH", format!("/people/{who}"), body);
            }
            17 if !self.supervisions.is_empty() => {
                let path = format!("/supervisions/{}", self.pick(&self.supervisions.clone()));
                let body = [
                    json!({"valid_until": day}),
                    json!({"scope": "self"}),
                    json!({"scope": "subtree", "valid_from": day}),
                ];
                ("PATCH", path, body[number % 3].clone())
            }
            _ => {
                let group = self.pick(&self.groups.clone());
                let scope = ["self", "subtree"][number % 2];
                let body = json!({"supervision_group_id": group, "org_id": org, "scope": scope, "valid_from": day});
                ("POST", "/supervisions".to_owned(), body)
            }
        };
        if number.is_multiple_of(4) && act.1 != "/roles" && !act.1.ends_with("/restore") {
            act.2["basis"] = basis;
        }
        act
    }

    /// A random request of a sort that replaces something whole, or that few make.
    pub(super) async fn rare_act(&mut self) -> (&'static str, String, Value) {
        let (org, day, number) = (self.pick(&self.orgs.clone()), self.day(), self.dice.below(1000));
        let basis = json!({"title": format!("关于{number}的通知"), "number": format!("校党发〔2026〕{number}号")});
        match self.dice.below(8) {
            0 | 1 => {
                let list = |list: &[String]| -> Value {
                    list.iter().map(|who| json!({"holder": person(who), "acting": false})).collect()
                };
                let (from, many) = (self.dice.below(self.people.len()), self.dice.below(3));
                let (leaders, members) = (list(&self.people[from..=from]), list(&self.people[..many]));
                let parent = self.orgs[0].clone();
                let mut body = json!({"parent_id": parent, "name": self.name("组织"), "effective_on": day, "leaders": leaders, "members": members, "basis": basis});
                if number.is_multiple_of(2) {
                    body["duties"] = json!(format!("职责{number}"));
                }
                name_every_list(&mut body);
                ("PUT", format!("/leading-groups/{}", self.put), body)
            }
            2 => {
                let path = format!("/orgs/{org}/role-order");
                let order = self.app.get(&format!("{path}?as_of={day}")).await;
                let mut ids = order.body["ids"].as_array().cloned().unwrap_or_default();
                ids.reverse();
                self.ordered.insert(org);
                ("PUT", path, json!({"ids": ids, "effective_on": day, "basis": basis}))
            }
            3 => {
                let [stays, gone] = [self.people[0].clone(), self.people.remove(self.people.len() - 1)];
                self.enter_person().await;
                ("POST", format!("/people/{stays}/merge"), json!({"duplicate_id": gone}))
            }
            4 => {
                let code = format!("post_{}", self.named);
                let name = self.name("职务");
                self.posts.insert(code.clone(), ([name.clone(), name.clone()], false));
                (
                    "POST",
                    "/posts".to_owned(),
                    json!({"code": code, "name": name, "kinds": [{"kind": "branch", "holders_max": 1 + number}], "rank": 10_000 + number}),
                )
            }
            5 => {
                let ended = self.app.get("/orgs?status=ended&as_of=2999-12-31&limit=500").await.is(200).all("/id");
                match ended.first() {
                    Some(org) if number.is_multiple_of(3) => {
                        ("POST", format!("/orgs/{}/restore", org.as_str().unwrap()), json!({}))
                    }
                    Some(org) => {
                        let path = format!("/orgs/{}/dissolution", org.as_str().unwrap());
                        ("PATCH", path, json!({"effective_on": day, "basis": basis}))
                    }
                    None => {
                        let branch = self.orgs[4].clone();
                        let body = json!({"effective_on": day, "cascade": true, "basis": basis});
                        ("POST", format!("/orgs/{branch}/dissolve"), body)
                    }
                }
            }
            6 => {
                let who = self.pick(&self.people.clone());
                (
                    "POST",
                    "/roles".to_owned(),
                    json!({"org_id": org, "post": "deputy_secretary", "holder": person(&who), "valid_from": day, "acting": true}),
                )
            }
            _ => {
                let founded = self.app.get(&format!("/orgs/{org}")).await.is(200).body["established_on"].clone();
                let founded = founded.as_str().unwrap();
                let moved = ["2009-06-01", "2010-01-01", "2012-01-01"][number % 3];
                ("PATCH", format!("/orgs/{org}/versions/{founded}"), json!({"valid_from": moved}))
            }
        }
    }
}
