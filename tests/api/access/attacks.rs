//! What somebody with some rights tries in order to see or do more.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::{at, closed_test, everywhere};

const MARK: &str = "甄往昔";

closed_test! {
    async fn a_dry_run_shows_nobody_who_is_hidden(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let mine = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
        let body = json!({"name": MARK, "staff_no": "T1", "email": "marked@example.edu.cn", "phone": "023-99887766"});
        let hidden = app.post("/people", body).await.is(201).id();
        let ended = app.role(&top, "secretary", &hidden, "2010-01-01").await;
        app.post(&format!("/roles/{ended}/end"), json!({"effective_on": "2015-01-01"})).await.is(200);
        let scopes = &["people:read", "people:contact", "roles:write", "structure:write"];
        let clerk = app.caller(json!([everywhere(&["orgs:read"]), at(scopes, "subtree", &mine)])).await;
        let holder = json!({"type": "staff_no", "staff_no": "T1"});
        let role = json!({"org_id": mine, "post": "secretary", "holder": holder});
        let group = json!({
            "parent_id": mine, "name": "专项领导小组", "valid_from": "2026-01-01", "leaders": [{"holder": holder}],
        });
        for (path, body) in [("/roles?dry_run=true", &role), ("/leading-groups?dry_run=true", &group)] {
            let told = clerk.post(path, body.clone()).await.is(200);
            assert!(!told.text.contains(MARK) && !told.text.contains("marked@") && !told.text.contains("9988"), "{}", told.text);
        }
        // Somebody who is new is shown as the request has them.
        let new = json!({"name": "新人", "phone": "1"});
        let writer = app.caller(json!([everywhere(&["people:read", "people:contact", "people:write"])])).await;
        assert_eq!(writer.post("/people?dry_run=true", new).await.is(200).body["phone"], "1");
    }

    async fn writes_show_no_contact_data_beside_roles(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let person = app.post("/people", json!({"name": "王小明", "phone": "023-99887766"})).await.is(201);
        assert_eq!(person.body["phone"], "023-99887766");
        let holder = json!({"type": "person", "id": person.id()});
        let made = app.post("/roles", json!({"org_id": top, "post": "secretary", "holder": holder})).await.is(201);
        assert!(!made.text.contains("9988"), "{}", made.text);
        let read = app.get(&format!("/roles/{}", made.id())).await.is(200);
        assert_eq!(read.header("etag"), made.header("etag"));
    }

    async fn who_lost_rights_does_not_keep_them_in_a_list_that_began_before(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let part = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
        for (name, org) in [("甲", &top), ("乙", &top), ("丙", &part), ("丁", &part)] {
            let person = app.person(name).await;
            app.role(org, "member", &person, "2020-01-01").await;
        }
        let (reader, id) = app.key(json!([everywhere(&["people:read"])])).await;
        let next = |page: &Value| page["next"].as_str().expect("more").to_owned();
        let begun = next(&reader.get("/people?limit=1").await.is(200).body);
        reader.get(&format!("/people?limit=1&cursor={begun}")).await.is(200);
        app.patch(&format!("/keys/{id}"), json!({"grants": [at(&["people:read"], "org", &part)]})).await.is(200);
        reader.get(&format!("/people?cursor={begun}")).await.is_problem(422, "cursor-mismatch");
        // A cursor of today's list that says to begin in the directory of then.
        let now = next(&reader.get("/people?limit=1").await.is(200).body);
        let (now, begun) = (URL_SAFE_NO_PAD.decode(now).expect("a cursor"), URL_SAFE_NO_PAD.decode(begun).expect("a cursor"));
        let mut forged = [&now[..1], &begun[1..9], &now[9..21]].concat();
        forged.extend(xxh3_64(&forged).to_be_bytes());
        let forged = URL_SAFE_NO_PAD.encode(forged);
        let seen = reader.get(&format!("/people?cursor={forged}")).await.is(200);
        assert_eq!(seen.body["items"].as_array().expect("items").len(), 2, "{}", seen.text);
    }

    async fn staff_numbers_are_changed_only_with_the_right_for_all_roles(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let mine = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
        let both = app.post("/people", json!({"name": "王小明", "staff_no": "T1"})).await.is(201).id();
        app.role(&top, "secretary", &both, "2020-01-01").await;
        app.role(&mine, "member", &both, "2020-01-01").await;
        let scopes = &["people:read", "people:write"];
        let clerk = app.caller(json!([everywhere(&["orgs:read"]), at(scopes, "subtree", &mine)])).await;
        let path = format!("/people/{both}");
        clerk.patch(&path, json!({"name_en": "Wang Xiaoming"})).await.is(200);
        for change in [
            json!({"staff_no": "T2"}),
            json!({"staff_no": null}),
            json!({"external_ids": [{"scheme": "oa", "value": "7"}]}),
        ] {
            let refused = clerk.patch(&path, change.clone()).await.is_problem(403, "forbidden");
            assert_eq!(refused.body["org_id"], json!(top), "{change}");
            app.patch(&path, change).await.is(200);
        }
        let here = app.person("李红").await;
        app.role(&mine, "secretary", &here, "2020-01-01").await;
        clerk.patch(&format!("/people/{here}"), json!({"staff_no": "T3"})).await.is(200);
    }

    async fn a_key_for_an_org_needs_all_the_places_where_it_stood(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let mine = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
        let other = app.org_under("general_branch", Some(&top), "乙总支", "2000-01-01").await;
        let came = app.org_under("branch", Some(&other), "一支部", "2000-01-01").await;
        let stayed = app.org_under("branch", Some(&mine), "二支部", "2000-01-01").await;
        app.patch(&format!("/orgs/{came}"), json!({"parent_id": mine, "effective_on": "2010-01-01"})).await.is(200);
        let clerk = app.caller(json!([at(&["roles:write", "keys:manage"], "below", &mine)])).await;
        let key = |org: &str| json!({"name": "支部", "grants": [at(&["roles:write"], "org", org)]});
        clerk.post("/keys", key(&came)).await.is_problem(403, "forbidden").at("/grants/0");
        let made = clerk.post("/keys", key(&stayed)).await.is(201).id();
        // A manager sees the keys that allow no more than their own.
        let keys = clerk.get("/keys?count=true").await.is(200).body;
        assert_eq!((&keys["total"], &keys["items"][0]["id"]), (&json!(2), &json!(clerk.get("/me").await.body["id"])));
        let admin = app.get("/me").await.body["id"].as_str().expect("an id").to_owned();
        clerk.get(&format!("/keys/{admin}")).await.is_problem(404, "not-found");
        clerk.get(&format!("/keys/{made}")).await.is(200);
    }

    async fn names_and_ids_of_hidden_people_cannot_be_tried(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let mine = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
        let (hidden, own) = (app.person(MARK).await, app.person("王小明").await);
        app.role(&top, "secretary", &hidden, "2010-01-01").await;
        app.role(&mine, "secretary", &own, "2010-01-01").await;
        let scopes = &["people:read", "people:write", "roles:write", "keys:manage"];
        let clerk = app.caller(json!([everywhere(&["orgs:read"]), at(scopes, "subtree", &mine)])).await;
        let nobody = "01890a5d-ac96-774b-bcce-b302099a8058";
        for (id, name) in [(nobody, "x"), (&*hidden, "x"), (&*hidden, MARK)] {
            let holder = json!({"type": "person", "id": id, "name": name});
            let role = json!({"org_id": mine, "post": "deputy_secretary", "holder": holder});
            clerk.post("/roles?dry_run=true", role).await.is_problem(409, "unknown-reference").at("/holder/id");
        }
        for id in [nobody, &*hidden] {
            let merged = clerk.post(&format!("/people/{own}/merge"), json!({"duplicate_id": id})).await;
            merged.is_problem(409, "unknown-reference").at("/duplicate_id");
            let key = json!({"name": "x", "grants": [], "person_id": id});
            clerk.post("/keys?dry_run=true", key).await.is_problem(409, "unknown-reference").at("/person_id");
        }
    }

    async fn a_repeated_request_needs_the_right_again(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let (clerk, id) = app.key(json!([everywhere(&["people:read", "people:write"])])).await;
        let body = json!({"name": "王小明"});
        let ask = || clerk.send(clerk.request("POST", "/people").header("idempotency-key", "k").json(&body));
        let person = ask().await.is(201).id();
        app.role(&top, "secretary", &person, "2010-01-01").await;
        assert_eq!(ask().await.is(201).id(), person);
        app.patch(&format!("/keys/{id}"), json!({"grants": [everywhere(&["orgs:read"])]})).await.is(200);
        ask().await.is_problem(403, "forbidden");
    }

    async fn a_repeated_request_shows_nobody_who_is_hidden_by_now(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let mine = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
        let clerk = app.caller(json!([at(&["people:read", "people:write"], "subtree", &mine)])).await;
        let body = json!({"name": "王小明"});
        let ask = || clerk.send(clerk.request("POST", "/people").header("idempotency-key", "k").json(&body));
        let person = ask().await.is(201).id();
        assert_eq!(ask().await.is(201).id(), person, "nothing has come since");
        app.role(&top, "secretary", &person, "2010-01-01").await;
        app.patch(&format!("/people/{person}"), json!({"staff_no": MARK})).await.is(200);
        let refused = ask().await.is_problem(409, "result-gone");
        assert!(!refused.text.contains(MARK), "{}", refused.text);
        // Whoever sees the person is shown them as they are.
        app.role(&mine, "member", &person, "2010-01-01").await;
        assert_eq!(ask().await.is(201).body["staff_no"], MARK);
    }

    async fn contact_data_cannot_be_guessed_by_writing_them(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let person = app.post("/people", json!({"name": "王小明", "phone": "023-99887766"})).await.is(201).id();
        app.role(&top, "secretary", &person, "2010-01-01").await;
        let path = format!("/people/{person}?dry_run=true");
        let writer = app.caller(json!([everywhere(&["people:read", "people:write"])])).await;
        for guess in ["023-99887766", "023-11111111"] {
            let refused = writer.patch(&path, json!({"phone": guess})).await.is_problem(403, "forbidden");
            assert_eq!(refused.body["scope"], "people:contact");
        }
        writer.patch(&path, json!({"name_en": "Wang Xiaoming"})).await.is(200);
        let clerk = app.caller(json!([everywhere(&["people:read", "people:contact", "people:write"])])).await;
        clerk.patch(&path, json!({"phone": "023-11111111"})).await.is(200);
    }

    async fn staff_numbers_cannot_be_tried_by_giving_them(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let mine = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
        let hidden = app.post("/people", json!({"name": MARK, "staff_no": "T1"})).await.is(201).id();
        app.role(&top, "secretary", &hidden, "2010-01-01").await;
        let clerk = app.caller(json!([at(&["people:read", "people:write"], "subtree", &mine)])).await;
        let body = json!({"name": "王小明", "staff_no": "T1"});
        for _ in 0..100 {
            let refused = clerk.post("/people?dry_run=true", body.clone()).await.is_problem(409, "staff-no-taken");
            assert!(!refused.text.contains(&hidden), "{}", refused.text);
        }
        clerk.post("/people?dry_run=true", body).await.is_problem(429, "too-many-requests");
        let told = app.get("/audit?kind=refused&limit=500").await.is(200).body;
        let of_hidden = |record: &Value| record["subject_ids"] == json!([hidden]) && record["times"] == 100;
        assert!(told["items"].as_array().expect("items").iter().any(of_hidden), "{told}");
    }

    async fn whoever_dissolves_may_restore_with_the_roles_of_people_who_are_hidden_by_now(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let mine = app.org_under("general_branch", Some(&top), "甲总支", "2000-01-01").await;
        let branch = app.org_under("branch", Some(&mine), "一支部", "2000-01-01").await;
        let person = app.person("王小明").await;
        app.role(&top, "member", &person, "2010-01-01").await;
        app.role(&branch, "secretary", &person, "2027-06-01").await;
        let scopes = &["people:read", "structure:write", "roles:write"];
        let clerk = app.caller(json!([everywhere(&["orgs:read"]), at(scopes, "below", &mine), at(scopes, "org", &mine)])).await;
        let dissolve = json!({"effective_on": "2027-01-01", "cascade": true});
        clerk.post(&format!("/orgs/{branch}/dissolve"), dissolve).await.is(200);
        clerk.get(&format!("/people/{person}")).await.is(404);
        clerk.post(&format!("/orgs/{branch}/restore"), json!({})).await.is(200);
        clerk.get(&format!("/people/{person}")).await.is(200);
    }

    async fn the_audit_of_a_part_is_not_read_with_a_grant_for_a_part(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let auditor = app.caller(json!([at(&["audit:read"], "subtree", &top)])).await;
        auditor.get("/audit").await.is_problem(403, "forbidden");
        let far = "/audit?from=-262143-01-01T00:00:00Z&until=%2B262142-12-31T23:59:59.9995Z";
        app.get(far).await.is(200);
    }
}
