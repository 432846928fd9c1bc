//! Keys: made, shown once, changed, given a new secret, revoked, deleted; nobody gives more than they have.

use std::{sync::Arc, time::Duration};

use campus_org::{domain::Instant, registry::Registry};
use serde_json::{Value, json};

use super::{at, closed_test, everywhere};
use crate::support::process::{Serving, output};

/// How long a process takes to learn of a key. It is a second; on a machine that runs many tests, longer.
const LEARNT_MAX: Duration = Duration::from_secs(5);

closed_test! {
    async fn a_key_is_shown_once_and_then_known_by_its_beginning(app: TestApp) {
        let body = json!({"name": "门户", "owner": "王小明", "grants": [everywhere(&["orgs:read"])]});
        let made = app.post("/keys", body).await.is(201);
        let secret = made.body["secret"].as_str().expect("a secret");
        assert_eq!(made.header("location"), format!("/keys/{}", made.id()));
        let shown = app.get(&format!("/keys/{}", made.id())).await.is(200);
        assert_eq!(shown.body["secret"], json!(null));
        assert_eq!(shown.body["prefix"], secret[..12]);
        assert_eq!((&shown.body["name"], &shown.body["owner"]), (&json!("门户"), &json!("王小明")));
        assert_eq!(shown.header("etag"), made.header("etag"));
        let me = app.with_key(secret).get("/me").await.is(200).body;
        assert_eq!((&me["id"], &me["name"]), (&made.body["id"], &json!("门户")));
        assert_eq!(me["grants"], json!([everywhere(&["orgs:read"])]));
        assert_eq!(app.get("/keys").await.is(200).body["items"].as_array().expect("items").len(), 2);
        let entry = app.store.entry(made.body["revision"].as_u64().expect("a revision")).await.expect("read");
        let entry = entry.expect("an entry");
        assert_eq!(entry.actor, app.get("/me").await.body["id"].as_str().expect("an id"));
        let logged = format!("{entry:?}");
        assert!(!logged.contains("门户") && !logged.contains("王小明") && !logged.contains(&secret[..12]), "{logged}");
    }

    async fn a_repeated_request_makes_one_key_and_shows_no_secret_again(app: TestApp) {
        let body = json!({"name": "门户", "grants": []});
        let ask = || app.send(app.request("POST", "/keys").header("idempotency-key", "k").json(&body));
        let (first, second) = (ask().await.is(201), ask().await.is(201));
        assert_eq!(first.id(), second.id());
        assert!(first.body["secret"].is_string() && second.body["secret"].is_null());
        let dry = app.post("/keys?dry_run=true", body.clone()).await.is(200);
        assert!(dry.body["secret"].is_null());
        assert_eq!(dry.body["name"], "门户");
        let path = format!("/keys/{}?dry_run=true", first.id());
        let dry = app.patch(&path, json!({"name": "另名", "owner": "王小明"})).await.is(200);
        assert_eq!((&dry.body["name"], &dry.body["owner"]), (&json!("另名"), &json!("王小明")));
        assert_eq!(app.get(&format!("/keys/{}", first.id())).await.is(200).body["name"], "门户");
    }

    async fn a_person_who_has_a_key_does_not_go_away(app: TestApp) {
        let (person, other) = (app.person("王小明").await, app.person("李红").await);
        let key = json!({"name": "本人", "grants": [], "person_id": person});
        let key = app.post("/keys", key).await.is(201).id();
        let refused = app.delete(&format!("/people/{person}")).await.is_problem(409, "in-use");
        assert_eq!((&refused.body["blockers"][0]["kind"], &refused.body["blockers"][0]["id"]), (&json!("key_of"), &json!(key)));
        let merge = format!("/people/{other}/merge");
        app.post(&merge, json!({"duplicate_id": person})).await.is_problem(409, "in-use");
        app.patch(&format!("/keys/{key}"), json!({"person_id": other})).await.is(200);
        app.post(&merge, json!({"duplicate_id": person})).await.is(200);
    }

    async fn what_is_no_key_lets_nobody_in(app: TestApp) {
        let ask = |value: &str| app.anonymous().request("GET", "/orgs").header("authorization", value);
        let (caller, id) = app.key(json!([everywhere(&["orgs:read"])])).await;
        let secret = caller.key.clone().expect("a secret");
        app.send(ask(&format!("bearer  {secret}"))).await.is(200);
        for (value, challenge) in [
            (format!("Basic {secret}"), true),
            (format!("Bearer{secret}"), true),
            ("Bearer ".to_owned(), true),
            (format!("Bearer {secret}x"), true),
            (format!("Bearer {} x", secret), true),
            ("Bearer something-else-of-forty-characters-and-more".to_owned(), true),
        ] {
            let refused = app.send(ask(&value)).await;
            assert_eq!(refused.status, 401, "{value}: {}", refused.text);
            assert_eq!(refused.header("www-authenticate").contains("invalid_token"), challenge, "{value}");
        }
        let twice = ask(&format!("Bearer {secret}")).header("authorization", format!("Bearer {secret}"));
        app.send(twice).await.is_problem(401, "unauthenticated");
        let missing = app.anonymous().get("/orgs").await.is_problem(401, "unauthenticated");
        assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"campus-org\"");
        app.post(&format!("/keys/{id}/revoke"), json!({})).await.is(200);
        caller.get("/orgs").await.is_problem(401, "unauthenticated");
    }

    async fn a_key_tells_the_minute_of_its_last_use(app: TestApp) {
        let (caller, id) = app.key(json!([everywhere(&["orgs:read"])])).await;
        let path = format!("/keys/{id}");
        assert!(app.get(&path).await.is(200).body["last_used_at"].is_null());
        app.clock.set("2026-12-01T02:07:31Z".parse::<Instant>().expect("an instant"));
        caller.get("/orgs").await.is(200);
        assert_eq!(app.get(&path).await.is(200).body["last_used_at"], "2026-12-01T02:07:00Z");
        let stored = async {
            loop {
                let (_, callers) = app.store.callers().await.expect("read");
                let caller = callers.into_iter().find(|caller| caller.id.to_string() == id).expect("it");
                if caller.last_used_at.is_some() {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), stored).await.expect("stored at a poll");
    }

    async fn a_key_ends_on_its_day(app: TestApp) {
        let until = "2026-12-02T00:00:00Z";
        let body = json!({"name": "短", "grants": [everywhere(&["orgs:read"])], "expires_at": until});
        let made = app.post("/keys", body).await.is(201);
        let caller = app.with_key(made.body["secret"].as_str().expect("a secret"));
        caller.get("/orgs").await.is(200);
        app.clock.set(until.parse::<Instant>().expect("an instant"));
        caller.get("/orgs").await.is_problem(401, "unauthenticated");
        let past = json!({"name": "过期", "grants": [], "expires_at": "2026-12-01T00:00:00Z"});
        app.post("/keys", past).await.is_problem(422, "empty-period").at("/expires_at");
        app.patch(&format!("/keys/{}", made.id()), json!({"expires_at": null})).await.is(200);
        caller.get("/orgs").await.is(200);
    }

    async fn two_secrets_overlap_as_long_as_asked(app: TestApp) {
        let (first, id) = app.key(json!([everywhere(&["orgs:read"])])).await;
        let rotate = async |minutes: u32| {
            let body = json!({"overlap_minutes": minutes});
            let made = app.post(&format!("/keys/{id}/rotate"), body).await.is(200);
            app.with_key(made.body["secret"].as_str().expect("a secret"))
        };
        let second = rotate(60).await;
        first.get("/orgs").await.is(200);
        second.get("/orgs").await.is(200);
        let later = app.clock.clone();
        let now: Instant = crate::support::NOW.parse().expect("an instant");
        later.set(now + Duration::from_secs(3601));
        first.get("/orgs").await.is_problem(401, "unauthenticated");
        let third = rotate(0).await;
        second.get("/orgs").await.is_problem(401, "unauthenticated");
        third.get("/orgs").await.is(200);
        app.post(&format!("/keys/{id}/revoke"), json!({})).await.is(200);
        app.post(&format!("/keys/{id}/rotate"), json!({})).await.is_problem(409, "key-revoked");
    }

    async fn a_deleted_key_leaves_no_name(app: TestApp) {
        let (caller, id) = app.key(json!([everywhere(&["orgs:read"])])).await;
        app.delete(&format!("/keys/{id}")).await.is(200);
        caller.get("/orgs").await.is_problem(401, "unauthenticated");
        app.get(&format!("/keys/{id}")).await.is_problem(404, "not-found");
        let (secrets, callers) = app.store.callers().await.expect("read");
        assert!(secrets.iter().all(|secret| secret.caller_id.to_string() != id));
        assert!(callers.iter().all(|caller| caller.id.to_string() != id));
    }

    async fn nobody_gives_more_than_they_have(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let branch = app.org_under("general_branch", Some(&top), "学院总支", "2000-01-01").await;
        let below = app.org_under("branch", Some(&branch), "教工支部", "2000-01-01").await;
        let grants = json!([everywhere(&["keys:manage", "orgs:read"]), at(&["roles:write"], "subtree", &branch)]);
        let (manager, own) = app.key(grants).await;
        let make = async |grants| manager.post("/keys", json!({"name": "新", "grants": grants})).await;
        make(json!([everywhere(&["orgs:read"]), at(&["roles:write"], "subtree", &below)])).await.is(201);
        make(json!([at(&["roles:write"], "below", &branch)])).await.is(201);
        for (grants, at) in [
            (json!([everywhere(&["orgs:read"]), everywhere(&["roles:write"])]), "/grants/1"),
            (json!([at(&["roles:write"], "subtree", &top)]), "/grants/0"),
            (json!([at(&["structure:write"], "org", &below)]), "/grants/0"),
            (json!([{"scopes": ["roles:write"], "area": "own"}]), "/grants/0"),
        ] {
            make(grants).await.is_problem(403, "forbidden").at(at);
        }
        // Neither may a lesser manager take over a key that allows more, or extend the own one.
        let (_, admin) = app.key(json!([everywhere(&["people:erase"])])).await;
        for path in [format!("/keys/{admin}/rotate"), format!("/keys/{admin}/revoke")] {
            manager.post(&path, json!({})).await.is_problem(403, "forbidden");
        }
        manager.delete(&format!("/keys/{admin}")).await.is_problem(403, "forbidden");
        let more = json!({"grants": [everywhere(&["people:erase"])]});
        manager.patch(&format!("/keys/{own}"), more).await.is_problem(403, "forbidden").at("/grants/0");
        app.patch(&format!("/keys/{own}"), json!({"expires_at": "2027-01-01T00:00:00Z"})).await.is(200);
        let longer = json!({"name": "长", "grants": [], "expires_at": "2027-01-02T00:00:00Z"});
        manager.post("/keys", longer).await.is_problem(403, "forbidden").at("/expires_at");
        let endless = json!({"expires_at": null});
        manager.patch(&format!("/keys/{own}"), endless).await.is_problem(403, "forbidden").at("/expires_at");
    }

    async fn every_replica_learns_of_a_key_at_once(app: TestApp) {
        let (zone, clock) = (app.registry.snapshot().zone(), Arc::new(app.clock.clone()));
        let (other, writer) = Registry::start(app.store.clone(), zone, clock).await.expect("it loads");
        let learns = async |secret: &Value, expected: bool| {
            let secret = secret["secret"].as_str().expect("a secret");
            let learnt = async {
                while other.authenticate(secret).is_ok() != expected {
                    tokio::task::yield_now().await
                }
            };
            tokio::time::timeout(LEARNT_MAX, learnt).await.expect("the other replica learns of it");
        };
        let made = app.post("/keys", json!({"name": "新", "grants": [everywhere(&["orgs:read"])]})).await.is(201);
        learns(&made.body, true).await;
        let path = format!("/keys/{}", made.id());
        let rotated = app.post(&format!("{path}/rotate"), json!({})).await.is(200).body;
        learns(&rotated, true).await;
        learns(&made.body, false).await;
        app.post(&format!("{path}/revoke"), json!({})).await.is(200);
        learns(&rotated, false).await;
        drop(other);
        writer.await.expect("it ends");
    }

    async fn the_command_line_manages_keys_of_a_running_service(app: TestApp) {
        let url = &*app.database_url;
        let serving = Serving::on(url);
        let made = output(&["keys", "create", "--name", "门户", "--grant", "orgs:read everywhere", "--database-url", url]);
        assert!(made.status.success(), "{made:?}");
        let secret = String::from_utf8(made.stdout).expect("text").trim().to_owned();
        let mut caller = app.with_key(&secret);
        caller.address.clone_from(&serving.address);
        let becomes = async |status: u16| {
            let learnt = async {
                loop {
                    let answer = caller.get("/orgs").await;
                    if answer.status == status {
                        return answer;
                    }
                }
            };
            tokio::time::timeout(LEARNT_MAX, learnt).await.expect("the service learns of it")
        };
        becomes(200).await;
        let me = caller.get("/me").await.is(200).body;
        let id = me["id"].as_str().expect("an id");
        let listed = String::from_utf8(output(&["keys", "list", "--database-url", url]).stdout).expect("text");
        let line = listed.lines().find(|line| line.contains(id)).unwrap_or_else(|| panic!("{listed}"));
        assert!(line.contains("门户") && line.contains(&secret[..12]) && !line.contains(&secret), "{line}");
        assert!(output(&["keys", "revoke", id, "--database-url", url]).status.success());
        let revision = becomes(401).await.header("directory-revision").parse().expect("a revision");
        let entry = app.store.entry(revision).await.expect("read").expect("there");
        assert_eq!(entry.actor, "operator");
        let learnt = async { while app.registry.snapshot().revision() < revision { tokio::task::yield_now().await } };
        tokio::time::timeout(LEARNT_MAX, learnt).await.expect("this process learns of it, too");
    }

    async fn grants_are_checked(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let make = async |grant| app.post("/keys", json!({"name": "新", "grants": [grant]})).await;
        let missing = json!({"scopes": ["roles:write"], "area": "subtree"});
        make(missing).await.is_problem(422, "contradictory").at("/grants/0/org_id");
        make(at(&["roles:write"], "everywhere", &top)).await.is_problem(422, "contradictory").at("/grants/0/org_id");
        make(everywhere(&["roles:write", "roles:write"])).await.is_problem(422, "repeated-value").at("/grants/0/scopes/1");
        make(everywhere(&[])).await.is_problem(400, "validation");
        make(everywhere(&["roles:rule"])).await.is_problem(400, "validation");
        let unknown = "01931b66-7d50-7c8a-9a57-000000000000";
        make(at(&["roles:write"], "org", unknown)).await.is_problem(409, "unknown-reference").at("/grants/0/org_id");
        let whose = json!({"name": "新", "grants": [], "person_id": unknown});
        app.post("/keys", whose).await.is_problem(409, "unknown-reference").at("/person_id");
        // An org that a grant names cannot be deleted.
        let (_, id) = app.key(json!([at(&["roles:write"], "subtree", &top)])).await;
        let path = format!("/keys/{id}");
        let grants = |grant| json!({"grants": [grant]});
        let nowhere = grants(json!({"scopes": ["roles:write"], "area": "subtree"}));
        app.patch(&path, nowhere).await.is_problem(422, "contradictory").at("/grants/0/org_id");
        let twice = grants(everywhere(&["roles:write", "roles:write"]));
        app.patch(&path, twice).await.is_problem(422, "repeated-value").at("/grants/0/scopes/1");
        let past = json!({"expires_at": "2020-01-01T00:00:00Z"});
        app.patch(&path, past).await.is_problem(422, "empty-period").at("/expires_at");
        let refused = app.delete(&format!("/orgs/{top}")).await.is_problem(409, "in-use");
        assert_eq!(refused.body["blockers"][0]["kind"], "grant_of");
        app.delete(&format!("/keys/{id}")).await.is(200);
        app.delete(&format!("/orgs/{top}")).await.is(200);
    }

    async fn a_change_tells_what_the_key_may(app: TestApp) {
        let (_, id) = app.key(json!([everywhere(&["orgs:read"])])).await;
        let changed = app.patch(&format!("/keys/{id}"), json!({"grants": [everywhere(&["audit:read"])]})).await.is(200);
        let summary = changed.body["change"]["summary"].as_array().expect("a summary").clone();
        assert_eq!(summary, ["The key may: read the audit, everywhere. Before: read orgs, posts, roles and supervisions, everywhere."]);
        let renamed = app.patch(&format!("/keys/{id}"), json!({"name": "另名"})).await.is(200);
        assert_eq!(renamed.body["name"], "另名");
        let again = app.patch(&format!("/keys/{id}"), json!({"name": "另名"})).await.is(200);
        assert_eq!(again.body["change"]["effects"], json!([]));
    }
}
