//! Kept answers change with everything that they show.

use serde_json::{Value, json};

use crate::support::{TestApp, api_test};

/// The kept questions, each with a form that is not kept.
const KEPT: [(&str, &str); 3] = [("roles", "?sort=order"), ("descendants", "?limit=49"), ("tree", "?include=roles")];

/// A tree without the roles in it.
fn without_roles(mut body: Value) -> Value {
    if let Some(children) = body.get_mut("children").and_then(Value::as_array_mut) {
        *children = std::mem::take(children).into_iter().map(without_roles).collect();
        body.as_object_mut().unwrap().remove("roles");
    }
    body
}

/// Asks all questions about these orgs, on some days.
async fn shown(app: &TestApp, ids: &[String]) -> Vec<Value> {
    let mut shown = Vec::new();
    for id in ids {
        for as_of in ["2020-06-01", "2026-06-01", "2031-01-01"] {
            for (question, _) in KEPT {
                shown.push(app.get(&format!("/orgs/{id}/{question}?as_of={as_of}")).await.is(200).body);
            }
            for (question, otherwise) in KEPT {
                let fresh = app.get(&format!("/orgs/{id}/{question}{otherwise}&as_of={as_of}")).await.is(200).body;
                let kept = app.get(&format!("/orgs/{id}/{question}?as_of={as_of}")).await.is(200).body;
                assert_eq!(kept, without_roles(fresh), "{question} of {id} on {as_of}");
            }
        }
    }
    shown
}

/// The number of kept answers to `question` that were used.
async fn found(app: &TestApp, question: &str) -> u64 {
    let metrics = app.request("GET", "/metrics").send().await.unwrap().text().await.unwrap();
    let line = format!("campus_org_kept_answers_total{{kept=\"true\",question=\"{question}\"}} ");
    metrics.lines().find_map(|said| said.strip_prefix(&line)).map_or(0, |count| count.parse().unwrap())
}

api_test! {
    async fn an_answer_is_found_again_until_something_in_it_changes(app: TestApp) {
        let committee = app.committee().await;
        let branch = app.org_under("general_branch", Some(&committee), "总支", "2010-01-01").await;
        let other = app.org_under("general_branch", Some(&committee), "另一总支", "2010-01-01").await;
        let sun = app.person("孙国权").await;
        app.role(&branch, "secretary", &sun, "2010-01-01").await;
        for (question, found_again) in [("roles", 2), ("descendants", 2), ("tree", 2)] {
            for _ in 0..3 {
                app.get(&format!("/orgs/{branch}/{question}")).await.is(200);
            }
            assert_eq!(found(&app, question).await, found_again);
            // A change elsewhere.
            app.patch(&format!("/orgs/{other}"), json!({"name": format!("改名{question}")})).await.is(200);
            app.get(&format!("/orgs/{branch}/{question}")).await.is(200);
            assert_eq!(found(&app, question).await, found_again + 1);
        }
    }

    async fn what_is_kept_follows_every_change(app: TestApp) {
        let committee = app.committee().await;
        let branch = app.org_under("general_branch", Some(&committee), "总支", "2010-01-01").await;
        let cell = app.org_under("branch", Some(&branch), "支部", "2010-01-01").await;
        let direct = app.org_under("branch", Some(&committee), "直属支部", "2010-01-01").await;
        let unit = app.org_under("unit", None, "学院", "2010-01-01").await;
        let [sun, hu, qian] = [app.person("孙国权").await, app.person("胡春梅").await, app.person("钱伟").await];
        let secretary = app.role(&branch, "secretary", &sun, "2010-01-01").await;
        let deputy = app.role(&branch, "deputy_secretary", &hu, "2010-01-01").await;
        let cell_secretary = app.role(&cell, "secretary", &hu, "2012-01-01").await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
        let seat = json!({"org_id": group, "post": "leader", "holder": {"type": "seat", "org_id": branch, "post": "secretary"}, "valid_from": "2012-01-01"});
        app.post("/roles", seat).await.is(201);
        let by_unit = json!({"org_id": group, "post": "group_member", "holder": {"type": "unit", "id": unit}, "valid_from": "2012-01-01"});
        app.post("/roles", by_unit).await.is(201);

        let mut ids = vec![committee.clone(), branch.clone(), cell.clone(), direct.clone(), group.clone()];
        let mut before = shown(&app, &ids).await;
        let on = "2026-01-01";
        for (method, path, body) in [
            ("PATCH", format!("/people/{sun}"), json!({"name": "孙国栋"})),
            ("PATCH", format!("/orgs/{branch}"), json!({"name": "机关总支", "effective_on": on})),
            ("PATCH", "/posts/secretary".to_owned(), json!({"name": "党组织书记"})),
            ("PATCH", format!("/roles/{deputy}"), json!({"order": 77})),
            ("PATCH", format!("/orgs/{unit}"), json!({"name": "新学院"})),
            ("PUT", format!("/orgs/{branch}/role-order"), json!({"ids": [deputy, secretary]})),
            ("POST", "/roles".to_owned(), json!({"org_id": branch, "post": "deputy_secretary", "holder": {"type": "person", "id": qian}, "valid_from": on})),
            ("PATCH", format!("/orgs/{cell}"), json!({"parent_id": committee, "effective_on": on})),
            ("POST", format!("/roles/{cell_secretary}/end"), json!({"effective_on": on})),
            ("POST", format!("/people/{sun}/merge"), json!({"duplicate_id": qian})),
            ("POST", format!("/orgs/{direct}/dissolve"), json!({"effective_on": on})),
        ] {
            let answer = match method {
                "PUT" => app.put(&path, body).await,
                _ => app.send(app.request(method, &path).json(&body)).await,
            };
            assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.body);
            let after = shown(&app, &ids).await;
            assert_ne!(after, before, "{method} {path} shows");
            before = after;
        }
        app.delete(&format!("/roles/{cell_secretary}")).await.is(200);
        app.delete(&format!("/orgs/{cell}")).await.is(200);
        ids.retain(|id| *id != cell);
        assert_ne!(shown(&app, &ids).await, before);
    }
}
