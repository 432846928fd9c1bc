//! Tickets: for callers that cannot send a header.

use std::{fs::File, sync::Arc};

use campus_org::{domain::Instant, registry::Registry};
use serde_json::{Value, json};

use super::{
    closed_test, everywhere,
    provider::{AUDIENCE, IdentityProvider, Signer},
};
use crate::support::{Answer, NOW, TestApp, process::Serving};

/// Asks without a header.
async fn by(app: &TestApp, path: &str, ticket: &str) -> Answer {
    app.anonymous().get(&format!("{path}?ticket={ticket}")).await
}

/// Expects that a ticket is refused, and that the answer does not repeat it.
async fn refused(app: &TestApp, path: &str, ticket: &str, why: &str) {
    let answer = by(app, path, ticket).await.is_problem(401, "unauthenticated");
    assert!(answer.body["detail"].as_str().expect("text").contains(why), "{}", answer.text);
    assert!(!format!("{:?} {}", answer.headers, answer.text).contains(ticket), "{}", answer.text);
}

fn set(app: &TestApp, at: &str) {
    app.clock.set(at.parse().expect("an instant"));
}

closed_test! {
    async fn a_ticket_for_one_use_is_used_once(app: TestApp) {
        let made = app.post("/tickets", json!({"path": "/orgs", "use": "once"})).await.is(201);
        assert_eq!(made.header("location"), format!("/tickets/{}", made.id()));
        let shown = json!({"id": made.id(), "path": "/orgs", "use": "once", "created_at": NOW, "expires_at": "2026-12-01T02:01:00Z"});
        let mut whole = shown.clone();
        whole["ticket"] = made.body["ticket"].clone();
        assert_eq!(made.body, whole);
        let ticket = made.body["ticket"].as_str().expect("a secret");
        assert_eq!(app.get(&format!("/tickets/{}", made.id())).await.is(200).body, shown);
        by(&app, "/orgs", ticket).await.is(200);
        refused(&app, "/orgs", ticket, "was used").await;
        app.get(&format!("/tickets/{}", made.id())).await.is(404);
        // Of many who use it at once, one may.
        let (_, ticket) = app.ticket("/orgs", "once").await;
        let all = (0..8).map(|_| by(&app, "/orgs", &ticket));
        let let_in = futures_util::future::join_all(all).await.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(let_in, 1);
        let (_, late) = app.ticket("/orgs", "once").await;
        set(&app, "2026-12-01T02:01:00Z");
        refused(&app, "/orgs", &late, "has ended").await;
    }

    async fn a_ticket_is_for_one_path_and_for_reading(app: TestApp) {
        let org = app.committee().await;
        let (_, ticket) = app.ticket(&format!("/orgs/{org}/roles"), "many").await;
        let path = format!("/orgs/{org}/roles");
        by(&app, &path, &ticket).await.is(200);
        // The rest of the query may be anything.
        let nobody = app.anonymous();
        nobody.get(&format!("{path}?limit=1&ticket={ticket}&status=all")).await.is(200);
        nobody.get(&format!("{path}?ticket={ticket}&colour=red")).await.is_problem(400, "unknown-parameter").at("colour");
        refused(&app, &format!("/orgs/{org}"), &ticket, "another path").await;
        let head = nobody.send(nobody.request("HEAD", &format!("{path}?ticket={ticket}"))).await;
        assert_eq!((head.status, &*head.text), (200, ""));
        let made = nobody.post(&format!("/orgs?ticket={ticket}"), json!({"name": "x"})).await.is_problem(401, "unauthenticated");
        assert!(made.text.contains("for reading") && !made.text.contains(&ticket), "{}", made.text);
        let both = app.get(&format!("{path}?ticket={ticket}")).await.is_problem(401, "unauthenticated");
        assert!(both.text.contains("Send one of them") && !both.text.contains(&ticket), "{}", both.text);
        refused(&app, &path, &ticket[..ticket.len() - 1], "mistyped").await;
        refused(&app, &path, &format!("{ticket}&ticket={ticket}"), "several").await;
    }

    async fn a_ticket_leaves_no_trace_in_answers(app: TestApp) {
        for name in ["甲", "乙", "丙"] {
            app.person(name).await;
        }
        let (_, ticket) = app.ticket("/people", "many").await;
        let nobody = app.anonymous();
        let first = nobody.get(&format!("/people?limit=1&ticket={ticket}")).await.is(200);
        assert!(!format!("{:?} {}", first.headers, first.text).contains(&ticket), "{}", first.text);
        let same = app.get("/people?limit=1").await.is(200);
        assert_eq!((same.header("etag"), &same.body), (first.header("etag"), &first.body));
        let next = first.body["next"].as_str().expect("more");
        let (_, other) = app.ticket("/people", "many").await;
        nobody.get(&format!("/people?limit=1&cursor={next}&ticket={other}")).await.is(200);
    }

    async fn a_ticket_has_the_rights_of_its_key_and_ends_with_it(app: TestApp) {
        let (caller, id) = app.key(json!([everywhere(&["orgs:read"])])).await;
        let (_, ticket) = caller.ticket("/orgs", "many").await;
        by(&app, "/orgs", &ticket).await.is(200);
        assert_eq!(app.get(&format!("/keys/{id}")).await.body["last_used_at"], json!(NOW));
        app.patch(&format!("/keys/{id}"), json!({"grants": []})).await.is(200);
        by(&app, "/orgs", &ticket).await.is_problem(403, "forbidden");
        app.patch(&format!("/keys/{id}"), json!({"grants": [everywhere(&["orgs:read"])]})).await.is(200);
        app.post(&format!("/keys/{id}/rotate"), json!({"overlap_minutes": 5})).await.is(200);
        by(&app, "/orgs", &ticket).await.is(200);
        set(&app, "2026-12-01T02:05:01Z");
        refused(&app, "/orgs", &ticket, "revoked").await;

        let ending = json!({"name": "至多十分钟", "grants": [everywhere(&["orgs:read"])], "expires_at": "2026-12-01T02:15:00Z"});
        let made = app.post("/keys", ending).await.is(201);
        let caller = app.with_key(made.body["secret"].as_str().expect("a secret"));
        let ticket = caller.post("/tickets", json!({"path": "/orgs", "use": "many"})).await.is(201).body;
        assert_eq!(ticket["expires_at"], "2026-12-01T02:15:00Z");
        let longer = json!({"path": "/orgs", "use": "many", "expires_at": "2026-12-01T02:15:01Z"});
        caller.post("/tickets", longer).await.is_problem(400, "validation").at("/expires_at");
        app.post(&format!("/keys/{}/revoke", made.id()), json!({})).await.is(200);
        refused(&app, "/orgs", ticket["ticket"].as_str().expect("a secret"), "revoked").await;
    }

    async fn tickets_are_listed_and_revoked_by_whom_they_belong_to(app: TestApp) {
        let caller = app.caller(json!([everywhere(&["orgs:read"])])).await;
        let mut ids = Vec::new();
        for path in ["/orgs", "/roles", "/posts"] {
            ids.push(caller.ticket(path, "many").await.0);
        }
        let (id, ticket) = caller.ticket("/orgs", "many").await;
        let first = caller.get("/tickets?limit=3&count=true").await.is(200).body;
        assert_eq!((first["items"][1]["path"].as_str(), &first["total"]), (Some("/roles"), &json!(4)));
        let rest = caller.get(&format!("/tickets?limit=3&cursor={}", first["next"].as_str().expect("more"))).await.is(200);
        assert_eq!(rest.all("/id"), [json!(id)]);
        assert!(!rest.text.contains("cotk_"), "{}", rest.text);
        assert_eq!(app.get("/tickets").await.is(200).body["items"], json!([]));
        for other in [app.get(&format!("/tickets/{id}")).await, app.delete(&format!("/tickets/{id}")).await] {
            other.is_problem(404, "not-found");
        }
        caller.delete(&format!("/tickets/{id}?dry_run=true")).await.is(204);
        by(&app, "/orgs", &ticket).await.is(200);
        caller.delete(&format!("/tickets/{id}")).await.is(204);
        refused(&app, "/orgs", &ticket, "revoked").await;
        caller.delete(&format!("/tickets/{id}")).await.is_problem(404, "not-found");
        assert_eq!(caller.get("/tickets").await.all("/id"), ids.iter().map(|id| json!(id)).collect::<Vec<_>>());
        let dry = caller.post("/tickets?dry_run=true", json!({"path": "/orgs", "use": "many"})).await.is(200);
        assert_eq!((&dry.body["ticket"], &dry.body["expires_at"]), (&Value::Null, &json!("2026-12-31T02:00:00Z")));
        assert_eq!(caller.get("/tickets").await.all("/id").len(), 3);
    }

    async fn what_is_no_ticket_is_not_made(app: TestApp) {
        for (body, place) in [
            (json!({"path": "orgs", "use": "once"}), "/path"),
            (json!({"path": "/orgs?limit=1", "use": "once"}), "/path"),
            (json!({"path": "/orgs", "use": "twice"}), "/use"),
            (json!({"path": "/orgs", "use": "once", "expires_at": "2026-12-01T02:01:01Z"}), "/expires_at"),
            (json!({"path": "/orgs", "use": "many", "expires_at": "2027-12-03T02:00:00Z"}), "/expires_at"),
        ] {
            app.post("/tickets", body).await.is_problem(400, "validation").at(place);
        }
        let over = json!({"path": "/orgs", "use": "many", "expires_at": NOW});
        app.post("/tickets", over).await.is_problem(422, "empty-period").at("/expires_at");
        app.post("/tickets", json!({"path": "/orgs", "use": "many", "expires_at": "2027-12-02T02:00:00Z"})).await.is(201);
        for _ in 1..1000 {
            app.ticket("/orgs", "once").await;
        }
        let refused = app.post("/tickets", json!({"path": "/orgs", "use": "once"})).await.is_problem(429, "too-many-requests");
        assert_eq!((refused.header("retry-after"), &refused.body["bound"]), ("60", &json!(1000)));
        set(&app, "2026-12-01T02:01:00Z");
        app.ticket("/orgs", "once").await;
        assert_eq!(app.get("/tickets?count=true").await.body["total"], 2);
    }

    async fn somebody_with_a_token_has_tickets_that_end_with_it(app: TestApp) {
        let signer = Signer::new("k");
        let provider = IdentityProvider::with(&[&signer]).await;
        let person = app.post("/people", json!({"name": "王小明", "staff_no": "20210001"})).await.is(201).id();
        let rules = json!([{"claim": "groups", "value": "readers", "scopes": ["people:read"], "area": "own_person"}]);
        let settings = provider.settings(&app.clock, &rules, &["--jwt-person-claim", "staff"]).await;
        let now = NOW.parse::<Instant>().expect("an instant").timestamp();
        app.served(&settings, async |app| {
            let token = signer.sign(&json!({
                "iss": provider.issuer, "aud": AUDIENCE, "sub": "u-1", "iat": now, "exp": now + 600,
                "groups": ["readers"], "staff": "20210001",
            }));
            let caller = app.with_key(&token);
            let made = caller.post("/tickets", json!({"path": "/people", "use": "many"})).await.is(201).body;
            // Clock skew included.
            assert_eq!(made["expires_at"], "2026-12-01T02:11:00Z");
            let ticket = made["ticket"].as_str().expect("a secret");
            assert_eq!(by(&app, "/people", ticket).await.is(200).all("/id"), [json!(person)]);
            set(&app, "2026-12-01T02:11:00Z");
            refused(&app, "/people", ticket, "has ended").await;
        })
        .await;
    }

    async fn a_ticket_holds_on_every_replica_and_once_on_all_of_them(app: TestApp) {
        let (zone, clock) = (app.registry.snapshot().zone(), Arc::new(app.clock.clone()));
        let (other, writer) = Registry::start(app.store.clone(), zone, clock).await.expect("it loads");
        let (_, ticket) = app.ticket("/orgs", "many").await;
        assert!(other.use_ticket(&ticket, "/orgs").await.is_ok());
        let (_, ticket) = app.ticket("/orgs", "once").await;
        let (here, there) = tokio::join!(app.registry.use_ticket(&ticket, "/orgs"), other.use_ticket(&ticket, "/orgs"));
        assert!(here.is_ok() != there.is_ok(), "{here:?} {there:?}");
        drop(other);
        writer.await.expect("it ends");
    }

    async fn a_ticket_is_in_no_process_log(app: TestApp) {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--log", "trace", "--database-url", &app.database_url];
        let mut serving = Serving::logging(File::create(&log).expect("a file"), &arguments);
        let mut served = app.clone();
        served.address.clone_from(&serving.address);
        let (_, ticket) = served.ticket("/orgs", "many").await;
        served.get(&format!("/orgs?ticket={ticket}")).await.is(401);
        by(&served, "/orgs", &ticket).await.is(200);
        by(&served, "/roles", &ticket).await.is(401);
        by(&served, "/nowhere", &ticket).await.is(404);
        by(&served, "/docs/start.js", &ticket).await.is(400);
        serving.signal("TERM");
        assert!(serving.ended().await.success());
        let log = std::fs::read_to_string(log).expect("a log");
        let leaked = log.lines().find(|line| line.contains(&ticket[5..20]));
        assert!(log.contains("route=\"/orgs\"") && leaked.is_none(), "{leaked:?}");
    }
}
