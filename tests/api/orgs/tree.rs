//! The tree under an org.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, api_test};

/// The names in a tree, nested.
fn shape(tree: &Value) -> Value {
    let below: Vec<Value> = tree["children"].as_array().unwrap().iter().map(shape).collect();
    json!([tree["name"], below])
}

async fn tree(app: &TestApp, id: &str, question: &str) -> Value {
    app.get(&format!("/orgs/{id}/tree{question}")).await.is(200).body
}

/// A unit under `parent`, as a line of a file.
fn line(id: u128, parent: Option<u128>) -> String {
    let mut version = json!({"valid_from": "2000-01-01", "name": "单位", "kind": "unit", "order": 1});
    if let Some(parent) = parent {
        version["parent_id"] = json!(Uuid::from_u128(parent));
    }
    json!({"org": {"id": Uuid::from_u128(id), "versions": [version]}}).to_string()
}

api_test! {
    async fn a_tree_nests_in_the_official_order_of_the_day(app: TestApp) {
        let committee = app.committee().await;
        let one = app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await;
        let two = app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await;
        let branch = app.org_under("branch", Some(&one), "甲", "2010-01-01").await;
        app.org_under("branch", Some(&one), "乙", "2010-01-01").await;
        let moves = json!({"parent_id": two, "effective_on": "2030-01-01"});
        app.patch(&format!("/orgs/{branch}"), moves).await.is(200);
        app.put(&format!("/orgs/{committee}/child-order"), json!({"ids": [two, one], "effective_on": "2030-01-01"})).await.is(200);
        let now = tree(&app, &committee, "").await;
        assert_eq!(shape(&now), json!(["学校党委", [["一", [["甲", []], ["乙", []]]], ["二", []]]]));
        let mut alone = app.get(&format!("/orgs/{two}")).await.body;
        alone["children"] = json!([]);
        assert_eq!(now["children"][1], alone, "each as it is shown by itself");
        assert_eq!(now["roles"], json!(null));
        let later = tree(&app, &committee, "?as_of=2030-01-01").await;
        assert_eq!(shape(&later), json!(["学校党委", [["二", [["甲", []]]], ["一", [["乙", []]]]]]));
        assert_eq!(shape(&tree(&app, &committee, "?depth=0").await), json!(["学校党委", []]));
        assert_eq!(shape(&tree(&app, &committee, "?depth=1").await), json!(["学校党委", [["一", []], ["二", []]]]));
        assert_eq!(shape(&tree(&app, &two, "").await), json!(["二", []]));
        assert_eq!(shape(&tree(&app, &committee, "?as_of=2005-01-01").await), json!(["学校党委", []]));
    }

    async fn the_roles_come_along_when_asked(app: TestApp) {
        let committee = app.committee().await;
        let department = app.org_under("department", Some(&committee), "宣传部", "2010-01-01").await;
        let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
        let deputy = app.role(&committee, "deputy_secretary", &hu, "2010-01-01").await;
        let secretary = app.role(&committee, "secretary", &sun, "2015-01-01").await;
        app.role(&department, "head", &hu, "2030-01-01").await;
        let shown = tree(&app, &committee, "?include=roles").await;
        let ids: Vec<&Value> = shown["roles"].as_array().unwrap().iter().map(|role| &role["id"]).collect();
        assert_eq!(json!(ids), json!([secretary, deputy]));
        assert_eq!(shown["roles"][0], app.get(&format!("/roles/{secretary}")).await.body);
        assert_eq!(shown["children"][0]["roles"], json!([]));
        let before = tree(&app, &committee, "?include=roles&as_of=2014-12-31").await;
        assert_eq!(before["roles"].as_array().unwrap().len(), 1);
    }

    async fn what_ended_together_is_shown_as_it_last_was(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2010-01-01").await;
        let sun = app.person("孙国权").await;
        app.role(&office, "office_director", &sun, "2010-01-01").await;
        app.post(&format!("/orgs/{group}/dissolve"), json!({"effective_on": "2020-01-01", "cascade": true})).await.is(200);
        let shown = tree(&app, &group, "?include=roles").await;
        assert_eq!(shape(&shown), json!(["领导小组", [["办公室", []]]]));
        assert_eq!(shown["status"], "ended");
        // The status is that of the day asked for, not of the group's last day.
        assert_eq!(shown["children"][0]["status"], "ended");
        assert_eq!(shown["children"][0]["roles"][0]["status"], "ended");
        let below = app.get(&format!("/orgs/{group}/descendants")).await.is(200);
        assert_eq!((below.names(), below.all("/status")), (vec!["办公室".to_owned()], vec![json!("ended")]));
        let above = app.get(&format!("/orgs/{office}/ancestors")).await.is(200);
        assert_eq!(above.all("/status"), [json!("current"), json!("ended")]);
    }

    async fn a_tree_too_large_for_one_answer_says_how_large(app: TestApp) {
        let root = 1;
        let lines: Vec<String> = (1..=10_000).map(|id| line(id, (id > root).then_some(root))).collect();
        app.load(&lines.join("\n")).await;
        let id = Uuid::from_u128(root);
        let whole = app.get(&format!("/orgs/{id}/tree")).await.is(200);
        assert_eq!(whole.body["children"].as_array().unwrap().len(), 9_999);
        app.org_under("unit", Some(&Uuid::from_u128(2).to_string()), "科", "2000-01-01").await;
        let refused = app.get(&format!("/orgs/{id}/tree")).await.is_problem(409, "too-large");
        assert_eq!((&refused.body["nodes"], &refused.body["bound"]), (&json!(10_001), &json!(10_000)));
        app.get(&format!("/orgs/{id}/tree?depth=1")).await.is(200);
    }

    async fn a_question_that_makes_no_sense_is_refused(app: TestApp) {
        let id = app.committee().await;
        for (question, parameter) in [("depth=-1", "depth"), ("depth=33", "depth"), ("depth=x", "depth"), ("include=people", "include")] {
            app.get(&format!("/orgs/{id}/tree?{question}")).await.is_problem(400, "validation").at(parameter);
        }
        app.get(&format!("/orgs/{id}/tree?limit=1")).await.is_problem(400, "unknown-parameter");
    }
}
