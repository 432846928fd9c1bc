//! What an org came from, and what came of it.

use serde_json::{Value, json};

use super::NOBODY;
use crate::support::{TestApp, api_test};

async fn dissolve(app: &TestApp, id: &str, on: &str, successors: &[&String]) {
    let body = json!({"effective_on": on, "successor_ids": successors, "basis": {"title": "撤销", "number": on}});
    app.post(&format!("/orgs/{id}/dissolve"), body).await.is(200);
}

/// The succession of each line: from which org to which, on which day.
fn lines(list: &Value) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line =
        |one: &Value| [text(&one["before"]["org"]["name"]), text(&one["after"]["org"]["name"]), text(&one["on"])];
    list.as_array().unwrap().iter().map(line).collect()
}

fn line(before: &str, after: &str, on: &str) -> [String; 3] {
    [before, after, on].map(str::to_owned)
}

api_test! {
    async fn a_former_name_or_code_leads_on_to_the_successors(app: TestApp) {
        let committee = app.committee().await;
        let body = |name: &str, code: &str| json!({"kind": "general_branch", "name": name, "parent_id": committee, "code": code, "valid_from": "2000-01-01"});
        let [first, second, third] = [app.org(body("甲总支", "1")).await, app.org(body("乙总支", "2")).await, app.org(body("丙总支", "3")).await];
        app.patch(&format!("/orgs/{first}"), json!({"name": "甲新总支", "code": "9", "effective_on": "2005-01-01"})).await.is(200);
        dissolve(&app, &first, "2010-01-01", &[&second]).await;
        dissolve(&app, &second, "2020-01-01", &[&third]).await;
        let found = async |query: &str| app.get(&format!("/orgs?{query}")).await.is(200).all("/id");
        for query in ["former_name=甲总支", "former_name=甲新总支", "former_name=乙总支", "former_code=1", "former_code=9", "former_code=2"] {
            assert_eq!(found(query).await, [json!(third)], "{query}");
        }
        // Before the second ended, it alone led on; before the first ended, none did.
        assert_eq!(found("former_name=甲新总支&as_of=2015-01-01").await, [json!(second)]);
        assert_eq!(found("former_code=9&as_of=2015-01-01").await, [json!(second)]);
        assert_eq!(found("former_name=甲总支&as_of=2007-01-01").await, [json!(first)]);
        assert_eq!(found("former_name=甲新总支&as_of=2007-01-01").await, [] as [Value; 0]);
        assert_eq!(found("former_name=丙总支").await, [] as [Value; 0]);
        let mut all = vec![json!(first), json!(second), json!(third)];
        let mut ended = found("former_name=甲新总支&status=all").await;
        all.sort_by_key(Value::to_string);
        ended.sort_by_key(Value::to_string);
        assert_eq!(ended, all);
    }

    async fn a_lineage_goes_both_ways(app: TestApp) {
        let committee = app.committee().await;
        let mut ids = Vec::new();
        for name in ["甲总支", "乙总支", "丙总支", "丁总支", "戊总支"] {
            ids.push(app.org_under("general_branch", Some(&committee), name, "2000-01-01").await);
        }
        // Two merge into one, which is split into two.
        dissolve(&app, &ids[0], "2010-01-01", &[&ids[2]]).await;
        dissolve(&app, &ids[1], "2012-01-01", &[&ids[2]]).await;
        app.patch(&format!("/orgs/{}", ids[2]), json!({"name": "丙新总支", "effective_on": "2015-01-01"})).await.is(200);
        dissolve(&app, &ids[2], "2020-01-01", &[&ids[3], &ids[4]]).await;
        let lineage = async |id: &str| {
            let body = app.get(&format!("/orgs/{id}/lineage")).await.is(200).body;
            (lines(&body["predecessors"]), lines(&body["successors"]))
        };
        let merged = vec![line("甲总支", "丙总支", "2010-01-01"), line("乙总支", "丙总支", "2012-01-01")];
        let split = vec![line("丙新总支", "丁总支", "2020-01-01"), line("丙新总支", "戊总支", "2020-01-01")];
        assert_eq!(lineage(&ids[2]).await, (merged.clone(), split.clone()));
        assert_eq!(lineage(&ids[0]).await, (vec![], [&merged[..1], &split[..]].concat()));
        assert_eq!(lineage(&ids[4]).await, ([&split[1..], &merged[..]].concat(), vec![]));
        assert_eq!(lineage(&committee).await, (vec![], vec![]));
        let body = app.get(&format!("/orgs/{}/lineage", ids[0])).await.is(200).body;
        assert_eq!(body["successors"][0], json!({
            "before": {"org": {"id": ids[0], "name": "甲总支", "kind": "general_branch", "tier": 2}, "established_on": "2000-01-01", "dissolved_on": "2010-01-01"},
            "after": {"org": {"id": ids[2], "name": "丙总支", "kind": "general_branch", "tier": 2}, "established_on": "2000-01-01", "dissolved_on": "2020-01-01"},
            "on": "2010-01-01", "basis": {"title": "撤销", "number": "2010-01-01"},
        }));
        app.get(&format!("/orgs/{NOBODY}/lineage")).await.is_problem(404, "not-found");
        app.get("/orgs/x/lineage").await.is_problem(400, "validation");
    }

    async fn a_lineage_is_bounded(app: TestApp) {
        let id = |n: u128| uuid::Uuid::from_u128(n);
        let line = |n: u128| {
            let version = json!({"valid_from": "2000-01-01", "name": "处", "kind": "unit", "order": 1});
            let mut org = json!({"id": id(n), "versions": [version]});
            if n > 1 {
                org["dissolved_on"] = json!("2010-01-01");
                org["successor_ids"] = json!([id(1)]);
            }
            json!({"org": org}).to_string()
        };
        app.load(&(1..=1002).map(line).collect::<Vec<_>>().join("\n")).await;
        let refused = app.get(&format!("/orgs/{}/lineage", id(1))).await.is_problem(409, "too-large");
        assert_eq!((&refused.body["nodes"], &refused.body["bound"]), (&json!(1001), &json!(1000)));
        assert_eq!(app.get(&format!("/orgs/{}/lineage", id(2))).await.is(200).body["successors"].as_array().unwrap().len(), 1);
    }
}
