//! `/leading-groups`: each leading group as one document.

mod coverage;
mod create;
mod declared;
mod noticed;
mod places;
mod property;
mod read;
mod replace;
mod seen;
mod taken_back;

use serde_json::{Value, json};

use crate::support::TestApp;

/// The people and orgs of a notice.
struct Campus {
    committee: String,
    school: String,
    college: String,
    branch: String,
    sun: String,
    hu: String,
    wang: String,
    li: String,
}

async fn campus(app: &TestApp) -> Campus {
    let committee = app.committee().await;
    let school = app.org_under("unit", None, "学校", "2000-01-01").await;
    let college = app.org_under("general_branch", Some(&committee), "学院党总支", "2005-01-01").await;
    let branch = app.org_under("branch", Some(&college), "党支部", "2005-01-01").await;
    let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
    let (wang, li) = (app.person("王玉玲").await, app.person("李文").await);
    app.role(&committee, "secretary", &sun, "2018-01-01").await;
    Campus { committee, school, college, branch, sun, hu, wang, li }
}

impl Campus {
    /// A notice with everything that a notice can have.
    fn notice(&self) -> Value {
        let Self { committee, school, college, branch, sun: _, hu, wang, li } = self;
        json!({
            "parent_id": committee, "name": "党史学习教育领导小组", "valid_from": "2021-03-05",
            "basis": {"title": "关于成立党史学习教育领导小组的通知", "number": "校党发〔2021〕5号", "date": "2021-03-05"},
            "duties": "统筹推进全校党史学习教育",
            "leaders": [{"holder": {"type": "seat", "org_id": committee, "post": "secretary"}}, {"holder": {"type": "seat", "org_id": school, "post": "unit_head"}}],
            "deputy_leaders": [{"holder": {"type": "person", "id": hu}}],
            "members": [{"holder": {"type": "person", "id": wang}}, {"holder": {"type": "unit", "id": school}}, {"holder": {"type": "person", "id": li}}],
            "office": {"directors": [{"holder": {"type": "unit", "id": school}}], "deputy_directors": [{"holder": {"type": "person", "id": wang}}],
                "members": [{"holder": {"type": "person", "id": li}, "acting": true}]},
            "working_groups": [{"name": "综合组", "leaders": [{"holder": {"type": "person", "id": hu}}], "liaisons": [{"holder": {"type": "person", "id": li}}]}],
            "supervision_groups": [
                {"name": "第一督导组", "leaders": [{"holder": {"type": "person", "id": wang}}], "covers": [{"org_id": college, "scope": "subtree"}]},
                {"name": "第二督导组", "leaders": [{"holder": {"type": "person", "id": li}}], "covers": [{"org_id": branch, "scope": "self"}]},
            ],
        })
    }
}

/// An answered document as a request for the same group.
fn request(answered: &Value) -> Value {
    let mut body = json!({"supervision_groups": [], "working_groups": []});
    for field in ["parent_id", "name", "valid_from", "valid_until", "duties"] {
        if let Some(value) = answered.get(field) {
            body[field] = value.clone();
        }
    }
    lists(answered, &mut body);
    if let Some(office) = answered.get("office") {
        body["office"] = part(office, false);
    }
    for field in ["working_groups", "supervision_groups"] {
        body[field] = answered[field].as_array().unwrap().iter().map(|group| part(group, true)).collect();
    }
    body
}

fn part(answered: &Value, with_id: bool) -> Value {
    let mut body = json!({"name": answered["name"]});
    if with_id {
        body["id"] = answered["id"].clone();
    }
    lists(answered, &mut body);
    if let Some(covers) = answered.get("covers") {
        let cover = |cover: &Value| json!({"org_id": cover["org_id"], "scope": cover["scope"]});
        body["covers"] = covers.as_array().unwrap().iter().map(cover).collect();
    }
    body
}

fn lists(answered: &Value, body: &mut Value) {
    for field in [
        "leaders",
        "executive_deputy_leaders",
        "deputy_leaders",
        "directors",
        "deputy_directors",
        "members",
        "liaisons",
    ] {
        let Some(listed) = answered.get(field).and_then(Value::as_array) else { continue };
        body[field] = listed.iter().map(holder).collect();
    }
}

fn holder(listed: &Value) -> Value {
    let holder = &listed["holder"];
    let mut body = match holder["type"].as_str().unwrap() {
        "person" => json!({"holder": {"type": "person", "id": holder["id"]}}),
        "unit" => json!({"holder": {"type": "unit", "id": holder["id"]}}),
        _ => {
            json!({"holder": {"type": "seat", "org_id": holder["org_id"], "post": holder["post"]}})
        }
    };
    if listed["acting"] == true {
        body["acting"] = json!(true);
    }
    body
}

/// The names in a list: of people, of units, of the orgs of seats.
fn names(listed: &Value) -> Vec<String> {
    let name = |entry: &Value| {
        let holder = &entry["holder"];
        holder["name"].as_str().or(holder["org_name"].as_str()).unwrap().to_owned()
    };
    listed.as_array().unwrap().iter().map(name).collect()
}
