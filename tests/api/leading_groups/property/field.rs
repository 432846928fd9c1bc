//! The surroundings of the leading groups: orgs and people that their documents name.

use serde_json::{Value, json};

use super::{dice::date, document::request};
use crate::support::{Answer, TestApp};

/// The orgs and people that documents choose from.
#[derive(Debug)]
pub(super) struct Field {
    /// The allowed parents of leading groups; one of them does not always exist.
    pub(super) parents: Vec<String>,
    /// An org that no random document names as its parent.
    pub(super) apart: String,
    /// An org whose kind can change.
    pub(super) department: String,
    pub(super) units: Vec<String>,
    pub(super) people: Vec<String>,
    pub(super) seats: Vec<(String, &'static str)>,
    pub(super) covered: Vec<String>,
}

impl Field {
    pub(super) async fn enter(app: &TestApp) -> Self {
        let top = app.committee().await;
        let faculty = app.org_under("general_branch", Some(&top), "学院党总支", "2010-01-01").await;
        let apart = app.org_under("committee", Some(&top), "后勤党委", "2010-01-01").await;
        let late = app.org_under("general_branch", Some(&top), "新设党总支", &date(10)).await;
        let branch = app.org_under("branch", Some(&faculty), "第一党支部", "2010-01-01").await;
        let ending = json!({"kind": "branch", "parent_id": top, "name": "第二党支部", "valid_from": "2010-01-01",
            "valid_until": date(33)});
        let ending = app.org(ending).await;
        let department = app.org_under("department", Some(&top), "宣传部", "2010-01-01").await;
        let unit = app.org_under("unit", None, "教务处", "2000-01-01").await;
        let closing = json!({"kind": "unit", "name": "成教院", "valid_from": "2000-01-01", "valid_until": date(35)});
        let closing = app.org(closing).await;
        let mut people = Vec::new();
        for name in ["甲", "乙", "丙", "丁", "戊", "己"] {
            people.push(app.person(name).await);
        }
        app.role(&top, "secretary", &people[0], "2020-01-01").await;
        app.role(&faculty, "secretary", &people[1], &date(12)).await;
        Self {
            parents: vec![top.clone(), faculty.clone(), late.clone()],
            apart: apart.clone(),
            seats: vec![
                (top.clone(), "secretary"),
                (faculty.clone(), "secretary"),
                (department.clone(), "head"),
                (unit.clone(), "unit_head"),
            ],
            units: vec![unit, closing],
            covered: vec![faculty, apart, late, branch, ending],
            department,
            people,
        }
    }
}

/// A leading group on a day.
pub(super) async fn shown(app: &TestApp, group: &str, on: usize) -> Answer {
    let shown = app.get(&format!("/leading-groups/{group}?as_of={}", date(on))).await.is(200);
    assert_eq!(shown.header("directory-as-of"), date(on));
    shown
}

/// The request that describes a leading group as it is on a day.
pub(super) async fn as_request(app: &TestApp, group: &str, on: usize) -> Value {
    request(&shown(app, group, on).await.body, &date(on))
}

/// The revision of an answer.
pub(super) fn revision(answer: &Answer) -> u64 {
    answer.header("directory-revision").parse().expect("a number")
}

/// The current revision of the directory.
pub(super) fn head(app: &TestApp) -> u64 {
    app.registry.snapshot().revision()
}
