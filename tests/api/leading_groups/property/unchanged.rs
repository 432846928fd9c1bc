//! Sending back what was shown changes nothing, whatever others have done to the group.

use serde_json::{Value, json};

use super::{
    dice::{DAYS, Dice, date},
    document::{holder, random},
    field::{Field, as_request, head, revision},
};
use crate::support::{Answer, TestApp, api_test};

const CASES: usize = 10;
const STEPS: usize = 24;
const POSTS: [&str; 7] = [
    "leader",
    "deputy_leader",
    "group_member",
    "group_member",
    "liaison",
    "office_director",
    "executive_deputy_leader",
];

api_test! {
    async fn a_document_sent_back_changes_nothing(app: TestApp) {
        let field = Field::enter(&app).await;
        let (mut done, mut compared) = (0, 0);
        for case in 0..Dice::cases(CASES) {
            let mut dice = Dice::new("unchanged", case);
            let group = loop {
                let mut document = random(&mut dice, &field, &field.parents[0], &format!("领导小组{case}"));
                document["valid_from"] = json!(date(dice.below(DAYS / 2)));
                let answer = app.post("/leading-groups", document).await;
                if answer.status == 201 {
                    break answer.id();
                }
            };
            for step in 0..STEPS {
                let case = Case { app: &app, field: &field, group: &group };
                let answer = case.disturb(&mut dice).await;
                assert!(answer.status < 500 && answer.status != 400, "{}", answer.text);
                done += usize::from(answer.status < 300);
                for _ in 0..usize::from(step % 3 == 2) * 2 {
                    compared += usize::from(case.sent_back(&mut dice).await);
                }
            }
        }
        println!("{done} done, {compared} compared");
        assert!(done > 60 && compared > 60, "{done} done, {compared} compared");
    }
}

/// A leading group that many clients change.
struct Case<'a> {
    app: &'a TestApp,
    field: &'a Field,
    group: &'a str,
}

impl Case<'_> {
    /// Sends back what is shown on a random day. Returns false outside the group's life.
    async fn sent_back(&self, dice: &mut Dice) -> bool {
        let (on, path) = (dice.below(DAYS), format!("/leading-groups/{}", self.group));
        let shown = self.app.get(&format!("{path}?as_of={}", date(on))).await.is(200);
        if shown.body["status"] != "current" {
            return false;
        }
        let mut sent = as_request(self.app, self.group, on).await;
        let confirmed = dice.once_in(4);
        if confirmed {
            sent["basis"] = json!({"title": "关于重申领导小组的通知"});
        }
        let before = head(self.app);
        let answer = self.app.put(&path, sent.clone()).await;
        assert_eq!(answer.status, 200, "{}\n{sent:#}", answer.text);
        if confirmed && revision(&answer) > before {
            // Another document says the same: it is declared by that one, and nothing else changes.
            assert_eq!(answer.body["basis"], sent["basis"]);
            assert_eq!(still(answer.object()), still(shown.body.clone()), "{sent:#}");
            let again = self.app.put(&path, sent.clone()).await.is(200);
            assert_eq!(revision(&again), before + 1, "said twice");
            return true;
        }
        assert_eq!(revision(&answer), before, "{sent:#}\nof {:#}", shown.body);
        assert_eq!(answer.object(), shown.body);
        assert_eq!(answer.header("etag"), shown.header("etag"));
        true
    }

    /// One act on a part of the group, not on its document.
    async fn disturb(&self, dice: &mut Dice) -> Answer {
        let (app, on) = (self.app, dice.below(DAYS));
        let orgs = self.below("", on).await;
        let org = dice.pick(&orgs).clone();
        match dice.below(16) {
            0..4 => {
                let mut role = holder(dice, self.field);
                role["org_id"] = json!(org);
                role["post"] = json!(dice.pick(&POSTS));
                role["valid_from"] = json!(date(on));
                if dice.once_in(3) {
                    role["valid_until"] = json!(date(on + 1 + dice.below(20)));
                }
                if dice.once_in(3) {
                    role["order"] = json!(dice.pick(&[0, 1, 1, 2, 3, 1_000_000]));
                }
                role["acting"] = json!(dice.once_in(4));
                app.post("/roles", role).await
            }
            4..6 => {
                let Some(role) = self.role(dice).await else { return self.nothing().await };
                match dice.below(4) {
                    0 => app.delete(&format!("/roles/{role}")).await,
                    1 => app.post(&format!("/roles/{role}/end"), json!({"effective_on": date(on)})).await,
                    2 => app.patch(&format!("/roles/{role}"), json!({"order": dice.below(4)})).await,
                    _ => {
                        let until = if dice.once_in(2) { Value::Null } else { json!(date(on)) };
                        app.patch(&format!("/roles/{role}"), json!({ "valid_until": until })).await
                    }
                }
            }
            6..8 => {
                let groups = self.below("&kind=supervision_group", on).await;
                let Some(group) = groups.first() else { return self.nothing().await };
                let mut supervision = json!({"supervision_group_id": group, "org_id": dice.pick(&self.field.covered),
                    "scope": dice.pick(&["self", "subtree"]), "valid_from": date(on)});
                if dice.once_in(2) {
                    supervision["valid_until"] = json!(date(on + 1 + dice.below(10)));
                }
                app.post("/supervisions", supervision).await
            }
            8..10 => {
                let path = format!("/supervisions?leading_group_id={}&status=all&limit=500", self.group);
                let all = app.get(&path).await.is(200).all("/id");
                if all.is_empty() {
                    return self.nothing().await;
                }
                let path = format!("/supervisions/{}", dice.pick(&all).as_str().unwrap());
                match dice.below(4) {
                    0 => app.delete(&path).await,
                    1 => app.patch(&path, json!({"scope": dice.pick(&["self", "subtree"])})).await,
                    2 => app.patch(&path, json!({"org_id": dice.pick(&self.field.covered)})).await,
                    _ => app.patch(&path, json!({"valid_until": date(on)})).await,
                }
            }
            10 => self.order(dice, &org, on).await,
            11..13 => {
                let patch = match dice.below(4) {
                    0 => json!({"order": dice.below(5)}),
                    1 => json!({"kind": dice.pick(&["working_group", "supervision_group"])}),
                    _ => json!({"name": format!("第{}组", dice.below(4))}),
                };
                let patch = with(patch, "effective_on", &date(on));
                app.patch(&format!("/orgs/{org}"), patch).await
            }
            13 => {
                let org = json!({"kind": dice.pick(&["office", "office", "working_group", "supervision_group"]),
                    "parent_id": dice.pick(&[self.group.to_owned(), org]), "name": "后来的", "valid_from": date(on)});
                app.post("/orgs", org).await
            }
            14 => {
                let parts = self.below(&format!("&parent_id={}", self.group), on).await;
                let Some(part) = parts.first() else { return self.nothing().await };
                let end = json!({"effective_on": date(on), "cascade": true});
                app.post(&format!("/orgs/{}/dissolve", if dice.once_in(6) { self.group } else { part }), end).await
            }
            _ => {
                // A seat stays if its org no longer has the post.
                let kind = json!({"kind": dice.pick(&["department", "commission"]), "effective_on": "2010-01-01"});
                app.patch(&format!("/orgs/{}", self.field.department), kind).await
            }
        }
    }

    /// Sets another order of the roles in an org or of the orgs under it.
    async fn order(&self, dice: &mut Dice, body: &str, on: usize) -> Answer {
        let app = self.app;
        if dice.once_in(2) {
            let mut ids = app.get(&format!("/orgs/{body}/roles?limit=500")).await.is(200).all("/id");
            dice.shuffle(&mut ids);
            return app.put(&format!("/orgs/{body}/role-order"), json!({ "ids": ids })).await;
        }
        let mut ids = self.below(&format!("&parent_id={}", self.group), on).await;
        dice.shuffle(&mut ids);
        let order = json!({"ids": ids, "effective_on": date(on)});
        app.put(&format!("/orgs/{}/child-order", self.group), order).await
    }

    /// The orgs of the group on a day that match `filter`; the group itself if it does not exist then.
    async fn below(&self, filter: &str, on: usize) -> Vec<String> {
        let path = format!("/orgs?within={}&as_of={}&limit=500{filter}", self.group, date(on));
        let all = self.app.get(&path).await.is(200).all("/id");
        let mut all: Vec<String> = all.iter().map(|id| id.as_str().unwrap().to_owned()).collect();
        if all.is_empty() && filter.is_empty() {
            all.push(self.group.to_owned());
        }
        all
    }

    async fn role(&self, dice: &mut Dice) -> Option<String> {
        let path = format!("/roles?within={}&status=all&limit=500", self.group);
        let all = self.app.get(&path).await.is(200).all("/id");
        (!all.is_empty()).then(|| dice.pick(&all).as_str().unwrap().to_owned())
    }

    async fn nothing(&self) -> Answer {
        self.app.get(&format!("/orgs/{}", self.group)).await
    }
}

fn with(mut body: Value, field: &str, value: &str) -> Value {
    body[field] = json!(value);
    body
}

/// What a confirmation leaves as it is.
fn still(mut shown: Value) -> Value {
    fn without_place(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for member in ["basis", "revision", "updated_at", "order"] {
                    members.remove(member);
                }
                members.values_mut().for_each(without_place);
            }
            Value::Array(items) => items.iter_mut().for_each(without_place),
            _ => {}
        }
    }
    without_place(&mut shown);
    shown
}
