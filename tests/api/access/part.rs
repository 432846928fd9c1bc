//! A part of the directory in which every operation finds something, and a good request of each operation there.

use serde_json::{Value, json};

use super::at;
use crate::support::{TestApp, name_every_list};

/// Stands in all numbers, addresses and identifiers of the part's people, and nowhere else.
pub(super) const MARK: &str = "mark2718";
/// Stands in all names of people, keys and owners of the part, and nowhere else.
pub(super) const NAME: &str = "甄记号";
/// The name of somebody who holds no role today.
pub(super) const FORMER: &str = "甄记号往昔";

/// What the requests name.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Makes unique what must be.
    tag: String,
    /// All other orgs of the part are below it.
    pub(super) top: String,
    /// Has two children, two roles, two versions and a leading group.
    pub(super) org: String,
    children: [String; 2],
    /// Nothing refers to it.
    unused: String,
    dissolved: String,
    group: String,
    /// The supervision group, and what it covers.
    covering: String,
    supervision: String,
    /// Hold a role in the org today.
    pub(super) people: [String; 2],
    /// Their roles.
    roles: [String; 2],
    /// Held a role there, and holds none today.
    pub(super) former: String,
    /// Never held one.
    newcomer: String,
    post: String,
    pub(super) key: String,
    pub(super) ticket: String,
}

impl Part {
    /// Enters everything under an org. The ticket is the caller's.
    pub(super) async fn under(app: &TestApp, above: &str, tag: &str) -> Self {
        let org = async |kind: &str, parent: &str, name: &str| {
            app.org_under(kind, Some(parent), &format!("{tag}{name}"), "2000-01-01").await
        };
        let person = async |who: &str, name: &str| {
            app.post("/people", personal(&format!("{tag}-{who}"), name)).await.is(201).id()
        };
        let top = org("committee", above, "党委").await;
        let own = org("general_branch", &top, "总支").await;
        let renamed = json!({"name": format!("{tag}党总支"), "effective_on": "2020-01-01"});
        app.patch(&format!("/orgs/{own}"), renamed).await.is(200);
        let dissolved = org("branch", &top, "旧支部").await;
        app.post(&format!("/orgs/{dissolved}/dissolve"), json!({"effective_on": "2020-01-01"})).await.is(200);
        let people = [person("1", NAME).await, person("2", NAME).await];
        let former = person("3", FORMER).await;
        // One after the other in the same post.
        let ended = app.role(&own, "secretary", &former, "2010-01-01").await;
        app.post(&format!("/roles/{ended}/end"), json!({"effective_on": "2015-01-01"})).await.is(200);
        let roles = [
            app.role(&own, "secretary", &people[0], "2020-01-01").await,
            app.role(&own, "youth_member", &people[1], "2020-01-01").await,
        ];
        let mut part = Self {
            children: [org("branch", &own, "一支部").await, org("branch", &own, "二支部").await],
            unused: org("branch", &top, "空支部").await,
            newcomer: person("4", NAME).await,
            ticket: app.ticket("/orgs", "many").await.0,
            tag: tag.to_owned(),
            top,
            org: own,
            dissolved,
            people,
            roles,
            former,
            group: String::new(),
            covering: String::new(),
            supervision: String::new(),
            post: format!("post_{tag}"),
            key: String::new(),
        };
        let post = json!({"code": part.post, "name": format!("{tag}职"), "kinds": [{"kind": "branch"}]});
        app.post("/posts", post).await.is(201);
        part.key = app.post("/keys", part.new_key()).await.is(201).id();
        part.group = app.post("/leading-groups", part.document("领导小组")).await.is(201).id();
        let covered = format!("/supervisions?org_id={}", part.children[0]);
        let covered = app.get(&covered).await.is(200).body["items"][0].clone();
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        (part.supervision, part.covering) = (text(&covered["id"]), text(&covered["supervision_group"]["id"]));
        part
    }

    /// The same part with somebody else as the person whom requests name.
    pub(super) fn with(&self, person: &str) -> Self {
        let [_, other] = self.people.clone();
        Self { people: [person.to_owned(), other], ..self.clone() }
    }

    /// A path that leads to something of the part.
    pub(super) fn path(&self, template: &str, operation: &str) -> String {
        let id = match (template.split('/').nth(1).unwrap_or_default(), operation) {
            ("people", _) => &self.people[0],
            ("roles", _) => &self.roles[0],
            ("keys", _) => &self.key,
            ("tickets", _) => &self.ticket,
            ("leading-groups", _) => &self.group,
            ("supervisions", _) => &self.supervision,
            (_, "delete_org" | "dissolve_org") => &self.unused,
            (_, "restore_org" | "patch_org_dissolution") => &self.dissolved,
            _ => &self.org,
        };
        let path = template
            .replace("{id}", id)
            .replace("{code}", &self.post)
            .replace("{valid_from}", "2020-01-01")
            .replace("{revision}", "1")
            .replace("{slug}", "post-full")
            .replace("{asset}", "swagger-ui.css");
        assert!(!path.contains('{'), "what stands for the parameter? {path}");
        if operation == "get_org_path" { format!("{path}?to={}", self.org) } else { path }
    }

    /// A body with which the operation may succeed.
    pub(super) fn body(&self, operation: &str) -> Value {
        let Self { tag, org, children, people, roles, .. } = self;
        let renamed = || json!({"name": format!("{tag}改名")});
        let holder = json!({"type": "person", "id": self.newcomer});
        match operation {
            "create_org" => json!({"kind": "branch", "name": format!("{tag}新支部"), "parent_id": org}),
            "patch_org" | "patch_org_version" | "patch_post" => renamed(),
            "dissolve_org" | "restore_org" | "end_role" | "rotate_key" => json!({}),
            "patch_org_dissolution" => json!({"effective_on": "2019-01-01"}),
            "set_org_child_order" => json!({"ids": [self.group, children[1], children[0]]}),
            "set_org_role_order" => json!({"ids": [roles[1], roles[0]]}),
            "create_leading_group" => self.document("新小组"),
            "replace_leading_group" => {
                let mut document = self.document("改名小组");
                name_every_list(&mut document);
                document
            }
            "create_supervision" => {
                json!({"supervision_group_id": self.covering, "org_id": children[1], "scope": "self"})
            }
            "patch_supervision" => json!({"valid_until": "2030-01-01"}),
            "create_person" => personal(&format!("{tag}-new"), NAME),
            "patch_person" => json!({"name": format!("{NAME}改名"), "phone": format!("{MARK}-phone")}),
            "merge_people" => json!({"duplicate_id": people[1]}),
            "create_post" => json!({"code": format!("new_{tag}"), "name": format!("{tag}新职"), "kinds": []}),
            "create_role" => json!({"org_id": org, "post": "deputy_secretary", "holder": holder}),
            "patch_role" => json!({"order": 7}),
            "create_key" => self.new_key(),
            "patch_key" => json!({"name": format!("{NAME}改名"), "owner": format!("{NAME}另一人")}),
            "create_ticket" => json!({"path": format!("/orgs/{org}"), "use": "many"}),
            other => panic!("what does {other} take?"),
        }
    }

    fn new_key(&self) -> Value {
        let (name, owner) = (format!("{NAME}门户"), format!("{NAME}管理员"));
        json!({"name": name, "owner": owner, "grants": [at(&["orgs:read"], "org", &self.org)]})
    }

    fn document(&self, name: &str) -> Value {
        json!({
            "parent_id": self.org, "name": format!("{}{name}", self.tag), "valid_from": "2026-01-01",
            "leaders": [{"holder": {"type": "person", "id": self.people[0]}}],
            "supervision_groups": [{"name": "督导组", "covers": [{"org_id": self.children[0], "scope": "self"}]}],
        })
    }
}

/// Somebody with a value in each member.
fn personal(number: &str, name: &str) -> Value {
    let marked = format!("{MARK}-{number}");
    json!({
        "name": name, "name_en": format!("{marked}-name"), "staff_no": format!("{marked}-no"),
        "email": format!("{marked}@example.edu.cn"), "phone": format!("{marked}-phone"),
        "external_ids": [{"scheme": "oa", "value": format!("{marked}-oa")}],
    })
}
