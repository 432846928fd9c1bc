//! ETags and the conditions made with them.

use serde_json::json;

use crate::support::{Answer, TestApp, api_test};

async fn get_if(app: &TestApp, path: &str, name: &str, tag: &str) -> Answer {
    app.send(app.request("GET", path).header(name, tag)).await
}

async fn patch_if(app: &TestApp, path: &str, tag: &str, body: serde_json::Value) -> Answer {
    app.send(app.request("PATCH", path).header("if-match", tag).json(&body)).await
}

#[track_caller]
fn revision_of(answer: &Answer) -> (&str, &str) {
    let (_, rest) = answer.header("etag").trim_matches('"').split_once('-').unwrap();
    rest.split_once('-').unwrap()
}

api_test! {
    async fn conditions_that_cannot_hold_say_why(app: TestApp) {
        let id = app.committee().await;
        let path = format!("/orgs/{id}");
        let tag = app.get(&path).await.is(200).header("etag").to_owned();
        let patch = |name: &str, value: &str, body: serde_json::Value| {
            let request = app.request("PATCH", &path).header(name, value.to_owned()).json(&body);
            app.send(request)
        };
        let weak = patch("if-match", &format!("W/{tag}"), json!({"short_name": "甲"})).await;
        let weak = weak.is_problem(412, "precondition-failed");
        assert!(weak.text.contains("weak tags alone"), "{}", weak.text);
        patch("if-match", "", json!({"short_name": "甲"})).await.is_problem(400, "invalid-header");
        let there = patch("if-none-match", "*", json!({"short_name": "甲"})).await.is_problem(412, "precondition-failed");
        assert!(there.text.contains("If-None-Match: *"), "{}", there.text);
        assert_eq!(app.get(&path).await.header("etag"), tag);
        patch("if-match", &tag, json!({"short_name": "甲"})).await.is(200);
    }

    async fn an_object_s_tag_names_its_own_revision(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let role = app.role(&committee, "member", &person, "2020-01-01").await;
        for (path, revision) in [(format!("/orgs/{committee}"), "2"), (format!("/people/{person}"), "3"),
            (format!("/roles/{role}"), "4"), ("/posts/member".to_owned(), "1")] {
            let read = app.get(&path).await.is(200);
            let (own, hash) = revision_of(&read);
            assert_eq!((own, hash.len()), (revision, 16), "{path}");
            let tag = read.header("etag").to_owned();
            for condition in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
                let again = get_if(&app, &path, "if-none-match", &condition).await.is(304);
                assert_eq!((again.text.as_str(), again.header("etag"), again.header("directory-revision")), ("", tag.as_str(), "4"));
                assert!(again.headers.contains_key("cache-control") && again.headers.contains_key("vary"));
            }
            get_if(&app, &path, "if-none-match", "\"1-0000000000000000\"").await.is(200);
            get_if(&app, &path, "if-none-match", "W/x").await.is_problem(400, "invalid-header").at("If-None-Match");
        }
    }

    async fn a_collection_s_tag_changes_with_the_directory_the_day_and_the_question(app: TestApp) {
        let committee = app.committee().await;
        let tree = format!("/orgs/{committee}/tree");
        for path in ["/orgs", "/people", "/posts", "/roles", "/vacancies", tree.as_str()] {
            let tag = app.get(path).await.is(200).header("etag").to_owned();
            let again = get_if(&app, path, "if-none-match", &tag).await.is(304);
            assert_eq!((again.text.as_str(), again.header("etag")), ("", tag.as_str()), "{path}");
            get_if(&app, &format!("{path}?as_of=2020-01-01"), "if-none-match", &tag).await.is(200);
            if path != tree {
                get_if(&app, &format!("{path}?limit=1"), "if-none-match", &tag).await.is(200);
            }
            app.person("某人").await;
            assert_ne!(get_if(&app, path, "if-none-match", &tag).await.is(200).header("etag"), tag);
        }
    }

    async fn a_new_day_is_a_new_answer(app: TestApp) {
        let committee = app.committee().await;
        app.org_under("department", Some(&committee), "宣传部", "2026-12-02").await;
        let tag = app.get("/orgs").await.header("etag").to_owned();
        app.clock.set("2026-12-01T15:59:59Z".parse().unwrap());
        get_if(&app, "/orgs", "if-none-match", &tag).await.is(304);
        // Midnight in the directory's zone.
        app.clock.set("2026-12-01T16:00:00Z".parse().unwrap());
        let tomorrow = get_if(&app, "/orgs", "if-none-match", &tag).await.is(200);
        assert_eq!((tomorrow.names().len(), tomorrow.header("directory-as-of")), (2, "2026-12-02"));
    }

    async fn a_write_is_refused_where_the_object_has_changed(app: TestApp) {
        let person = app.post("/people", json!({"name": "甲"})).await.is(201);
        let (path, first) = (format!("/people/{}", person.id()), person.header("etag").to_owned());
        let changed = patch_if(&app, &path, &first, json!({"phone": "1"})).await.is(200);
        assert_ne!(changed.header("etag"), first);
        let refused = patch_if(&app, &path, &first, json!({"phone": "2"})).await.is_problem(412, "precondition-failed");
        assert_eq!(refused.body["current_revision"], 3);
        let epoch = person.header("directory-epoch");
        for condition in [
            "\"x\"".to_owned(),
            format!("W/\"{epoch}-3-0000000000000000\""),
            format!("\"{epoch}-r3-0000000000000000\""),
            format!("\"{epoch}-4-0000000000000000\""),
            "\"3-0000000000000000\"".to_owned(),
            "\"00000000000f-3-0000000000000000\"".to_owned(),
        ] {
            patch_if(&app, &path, &condition, json!({"phone": "2"})).await.is_problem(412, "precondition-failed");
        }
        patch_if(&app, &path, "3", json!({"phone": "2"})).await.is_problem(400, "invalid-header").at("If-Match");
        patch_if(&app, &path, &format!("{first}, {}", changed.header("etag")), json!({"phone": "2"})).await.is(200);
        // Only the revision is compared, not what follows it.
        patch_if(&app, &path, &format!("\"{epoch}-4-0000\""), json!({"phone": "3"})).await.is(200);
        patch_if(&app, &path, "*", json!({"phone": "4"})).await.is(200);
        let gone = |tag: &str| app.request("DELETE", &path).header("if-match", tag);
        app.send(gone(&first)).await.is_problem(412, "precondition-failed");
        app.send(gone("*")).await.is(200);
        // A missing object is 404, whatever the condition.
        app.send(gone(&first)).await.is_problem(404, "not-found");
    }

    async fn every_operation_on_an_object_heeds_the_condition(app: TestApp) {
        let committee = app.committee().await;
        let (person, other) = (app.person("甲").await, app.person("乙").await);
        let role = app.role(&committee, "member", &person, "2020-01-01").await;
        let child = app.org_under("department", Some(&committee), "宣传部", "2020-01-01").await;
        app.post("/posts", json!({"code": "clerk", "name": "干事", "kinds": []})).await.is(201);
        for (method, path, body) in [
            ("PATCH", format!("/orgs/{committee}"), json!({"short_name": "党委"})),
            ("DELETE", format!("/orgs/{committee}"), json!(null)),
            ("PATCH", format!("/orgs/{committee}/versions/2000-01-01"), json!({"short_name": "党委"})),
            ("DELETE", format!("/orgs/{committee}/versions/2000-01-01"), json!(null)),
            ("POST", format!("/orgs/{committee}/dissolve"), json!({})),
            ("POST", format!("/orgs/{committee}/restore"), json!({})),
            ("PUT", format!("/orgs/{committee}/role-order"), json!({"ids": [role], "basis": {"title": "排名"}})),
            ("PUT", format!("/orgs/{committee}/child-order"), json!({"ids": [child], "basis": {"title": "排名"}})),
            ("PATCH", format!("/people/{person}"), json!({"phone": "1"})),
            ("DELETE", format!("/people/{other}"), json!(null)),
            ("POST", format!("/people/{person}/merge"), json!({"duplicate_id": other})),
            ("PATCH", "/posts/clerk".to_owned(), json!({"rank": 1})),
            ("DELETE", "/posts/clerk".to_owned(), json!(null)),
            ("PATCH", format!("/roles/{role}"), json!({"order": 5})),
            ("POST", format!("/roles/{role}/end"), json!({})),
            ("DELETE", format!("/roles/{role}"), json!(null)),
        ] {
            let mut request = app.request(method, &path).header("if-match", "\"999-0000000000000000\"");
            if !body.is_null() {
                request = request.json(&body);
            }
            app.send(request).await.is_problem(412, "precondition-failed");
        }
    }

    async fn a_renamed_holder_changes_what_is_shown_and_stops_nobody(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("孙国权").await;
        let path = format!("/roles/{}", app.role(&committee, "member", &person, "2020-01-01").await);
        let before = app.get(&path).await.is(200);
        app.patch(&format!("/people/{person}"), json!({"name": "孙大权"})).await.is(200);
        let after = get_if(&app, &path, "if-none-match", before.header("etag")).await.is(200);
        assert_eq!(after.body["holder"]["name"], "孙大权");
        assert_eq!(revision_of(&after).0, revision_of(&before).0);
        assert_ne!(revision_of(&after).1, revision_of(&before).1);
        patch_if(&app, &path, before.header("etag"), json!({"order": 7})).await.is(200);
        patch_if(&app, &path, before.header("etag"), json!({"order": 8})).await.is_problem(412, "precondition-failed");
    }

    async fn an_object_as_of_another_day_has_another_tag(app: TestApp) {
        let committee = app.committee().await;
        app.patch(&format!("/orgs/{committee}"), json!({"name": "大学党委", "effective_on": "2010-01-01"})).await.is(200);
        let now = app.get(&format!("/orgs/{committee}")).await.header("etag").to_owned();
        let then = get_if(&app, &format!("/orgs/{committee}?as_of=2005-01-01"), "if-none-match", &now).await.is(200);
        assert_ne!(then.header("etag"), now);
        patch_if(&app, &format!("/orgs/{committee}"), then.header("etag"), json!({"code": "1"})).await.is(200);
    }

    async fn a_dry_run_heeds_the_condition(app: TestApp) {
        let person = app.post("/people", json!({"name": "甲"})).await.is(201);
        let path = format!("/people/{}?dry_run=true", person.id());
        patch_if(&app, &path, person.header("etag"), json!({"phone": "1"})).await.is(200);
        patch_if(&app, &path, "\"1-0000000000000000\"", json!({"phone": "1"})).await.is_problem(412, "precondition-failed");
    }
}
