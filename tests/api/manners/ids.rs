//! Ids in capitals mean the same (RFC 9562 §4), wherever they stand; answers have them in lower case.

use serde_json::json;

use crate::support::{Answer, TestApp, api_test};

/// Nothing in the answer is an id in capitals.
#[track_caller]
fn in_lower_case(answer: &Answer, id: &str) {
    assert!(answer.text.contains(id) && !answer.text.contains(&id.to_uppercase()), "{}", answer.text);
}

/// An id with letters in it, so that capitals make a difference.
async fn committee(app: &TestApp) -> (String, String) {
    let id = app.committee().await;
    let capitals = id.to_uppercase();
    assert_ne!(id, capitals);
    (id, capitals)
}

api_test! {
    async fn an_id_in_capitals_is_read_in_paths(app: TestApp) {
        let (id, capitals) = committee(&app).await;
        let plain = app.get(&format!("/orgs/{id}")).await.is(200);
        let other = app.get(&format!("/orgs/{capitals}")).await.is(200);
        in_lower_case(&other, &id);
        assert_eq!((plain.body, plain.headers["etag"].clone()), (other.body, other.headers["etag"].clone()));
        let branch = app.org_under("branch", Some(&capitals), "支部", "2010-01-01").await;
        for path in ["descendants", "tree", "roles", "versions", "member-counts"] {
            let answer = app.get(&format!("/orgs/{capitals}/{path}")).await.is(200);
            assert_eq!(answer.body, app.get(&format!("/orgs/{id}/{path}")).await.body, "{path}");
        }
        let way = app.get(&format!("/orgs/{capitals}/path?to={}", branch.to_uppercase())).await.is(200);
        assert_eq!(way.all("/id"), [json!(id), json!(branch)]);
        let renamed = app.patch(&format!("/orgs/{capitals}/versions/2000-01-01"), json!({"name": "校党委"})).await.is(200);
        in_lower_case(&renamed, &id);
        app.delete(&format!("/orgs/{}", branch.to_uppercase())).await;
        app.get(&format!("/orgs/{branch}")).await.is_problem(404, "not-found");
    }

    async fn an_id_in_capitals_is_read_in_queries(app: TestApp) {
        let (id, capitals) = committee(&app).await;
        app.org_under("branch", Some(&id), "支部", "2010-01-01").await;
        for (one, other) in [("id", 1), ("within", 2), ("parent_id", 1)] {
            let answer = app.get(&format!("/orgs?{one}={capitals}")).await.is(200);
            assert_eq!(answer.names().len(), other, "{one}");
            in_lower_case(&answer, &id);
        }
        let mixed = format!("{}{}", &capitals[..18], &id[18..]);
        assert_eq!(app.get(&format!("/orgs?id={mixed}")).await.is(200).all("/id"), [json!(id)]);
    }

    async fn an_id_in_capitals_is_read_in_bodies(app: TestApp) {
        let (id, capitals) = committee(&app).await;
        let person = app.person("甲").await;
        let body = json!({"org_id": capitals, "post": "secretary", "holder": {"type": "person", "id": person.to_uppercase()}});
        let role = app.post("/roles", body).await.is(201);
        in_lower_case(&role, &id);
        in_lower_case(&role, &person);
        let order = json!({"ids": [role.id().to_uppercase()]});
        app.put(&format!("/orgs/{id}/role-order"), order).await.is(200);
        let twice = json!({"ids": [role.id(), role.id().to_uppercase()]});
        app.put(&format!("/orgs/{id}/role-order"), twice).await.is_problem(422, "repeated-value");
    }

    async fn other_forms_of_an_id_are_refused(app: TestApp) {
        let (id, _) = committee(&app).await;
        for form in [id.replace('-', ""), format!("{{{id}}}"), format!("urn:uuid:{id}"), format!("{id}0"), id[1..].to_owned()] {
            let refused = app.get(&format!("/orgs/{form}")).await.is_problem(400, "validation").at("id");
            assert_eq!(refused.body["errors"][0]["detail"], "must be a UUID with hyphens");
            app.get(&format!("/orgs?within={form}")).await.is_problem(400, "validation").at("within");
            app.post("/orgs", json!({"kind": "branch", "name": "支部", "parent_id": form})).await.is_problem(400, "validation").at("/parent_id");
        }
    }
}
