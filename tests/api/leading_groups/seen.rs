//! Nobody overwrites what they have not seen.

use serde_json::{Value, json};

use super::{
    campus,
    replace::{document, put},
};
use crate::support::{api_test, name_every_list};

api_test! {
    async fn a_change_decided_on_another_state_is_refused(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let path = format!("/leading-groups/{id}");
        let send = async |tag: &str, body: &Value| app.send(app.request("PUT", &path).header("if-match", tag).json(body)).await;
        let mut body = document(&app, &id, "2021-09-01").await;
        name_every_list(&mut body);
        let then = format!("{path}?as_of=2021-09-01");
        body["liaisons"] = json!([{"holder": {"type": "person", "id": campus.sun}}]);
        let group = app.get(&then).await.is(200);
        let (tag, member) = (group.header("etag").to_owned(), group.body["members"][0]["role_id"].as_str().unwrap().to_owned());
        // Somebody deletes a role that was entered by mistake; somebody else has not seen that.
        app.delete(&format!("/roles/{member}")).await.is(200);
        let refused = send(&tag, &body).await.is_problem(412, "precondition-failed");
        assert!(refused.text.contains("as_of=2021-09-01"), "{}", refused.text);
        let tag = app.get(&then).await.is(200).header("etag").to_owned();
        // Changes elsewhere, even to who sits there by seat, do not stop a writer.
        app.role(&campus.school, "unit_head", &campus.li, "2021-01-01").await;
        let done = send(&tag, &body).await.is(200);
        let office = done.body["office"]["id"].as_str().unwrap().to_owned();
        let tag = done.header("etag").to_owned();
        let joined = json!({"org_id": office, "post": "liaison", "holder": {"type": "person", "id": campus.sun}, "valid_from": "2021-09-01"});
        app.post("/roles", joined).await.is(201);
        let refused = send(&tag, &body).await.is_problem(412, "precondition-failed");
        assert!(refused.body.get("current_revision").is_none(), "a state is no revision: {}", refused.text);
        // Nobody ends what they have not seen.
        send("*", &body).await.is_problem(428, "precondition-required");
        app.send(app.request("PUT", &path).json(&body)).await.is_problem(428, "precondition-required");
        let today = app.get(&path).await.header("etag").to_owned();
        send(&today, &body).await.is_problem(412, "precondition-failed");
        let tried = app.send(app.request("PUT", &format!("{path}?dry_run=true")).json(&body)).await.is(200);
        let told = tried.header("etag").to_owned();
        send(&told, &body).await.is(200);
        // What is there already may be said again, whatever the tag.
        let again = send(&tag, &body).await.is(200);
        assert_eq!(again.change()["effects"], json!([]));
    }

    async fn a_rotation_that_is_planned_is_not_undone_by_who_has_not_seen_it(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let path = format!("/leading-groups/{id}");
        let mut planned = document(&app, &id, "2026-12-10").await;
        planned["liaisons"] = json!([{"holder": {"type": "person", "id": campus.sun}}]);
        put(&app, &id, &planned).await.is(200);
        // A clerk has read the group as it is today, and changes it for a later day.
        let read = app.get(&path).await.is(200);
        let mut body = document(&app, &id, "2026-12-15").await;
        name_every_list(&mut body);
        body["liaisons"] = json!([]);
        let refused = app.send(app.request("PUT", &path).header("if-match", read.header("etag")).json(&body)).await;
        assert!(refused.is_problem(412, "precondition-failed").text.contains("as_of=2026-12-15"));
        // So it is if the body is what the answer of today was, with ids and names that are other ones on that day.
        let mut body = read.body.clone();
        body["effective_on"] = json!("2026-12-15");
        body["deputy_leaders"][0]["role_id"] = read.body["members"][0]["role_id"].clone();
        body["deputy_leaders"][0]["holder"]["name"] = json!("别人");
        let put = async |tag: Option<&str>| {
            let request = app.request("PUT", &path).json(&body);
            app.send(match tag { Some(tag) => request.header("if-match", tag), None => request }).await
        };
        assert_eq!(put(None).await.is_problem(428, "precondition-required").body["on"], "2026-12-15");
        let refused = put(Some(read.header("etag"))).await.is_problem(412, "precondition-failed");
        assert!(refused.text.contains("as_of=2026-12-15"), "{}", refused.text);
        // Who has seen that day is told what the directory says then.
        let seen = app.get(&format!("{path}?as_of=2026-12-15")).await.is(200);
        let refused = put(Some(seen.header("etag"))).await.is_problem(422, "contradictory").at("/deputy_leaders/0/holder/name");
        assert_eq!(refused.body["detail"], "The directory says something else on 2026-12-15. Read it again with `as_of=2026-12-15`, or leave this out.");
        // What a GET adds is ignored but for names: which roles they are follows from the holders.
        body["deputy_leaders"][0]["holder"]["name"] = seen.body["deputy_leaders"][0]["holder"]["name"].clone();
        app.send(app.request("PUT", &path).header("if-match", seen.header("etag")).json(&body)).await.is(200);
    }

    async fn every_list_that_is_forgotten_is_named(app: TestApp) {
        let campus = campus(&app).await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let mut body = document(&app, &id, "2021-09-01").await;
        name_every_list(&mut body);
        for list in ["members", "working_groups"] {
            body.as_object_mut().unwrap().remove(list);
        }
        body["office"].as_object_mut().unwrap().remove("directors");
        body["supervision_groups"][0].as_object_mut().unwrap().remove("covers");
        let before = app.registry.snapshot().revision();
        let refused = app.send(app.request("PUT", &format!("/leading-groups/{id}")).json(&body)).await.is_problem(400, "validation");
        let errors = refused.body["errors"].as_array().unwrap();
        let places: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(places, ["/members", "/working_groups", "/office/directors", "/supervision_groups/0/covers"]);
        assert_eq!(app.registry.snapshot().revision(), before);
    }
}
