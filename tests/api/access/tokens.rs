//! Tokens of the identity provider: who has one is a caller like who has a key.

use std::time::{Duration, Instant as Moment};

use campus_org::domain::Instant;
use serde_json::{Value, json};

use super::{
    closed_test, everywhere,
    provider::{AUDIENCE, IdentityProvider, Signer},
};
use crate::support::{NOW, process::PROCESS_MAX};

fn now() -> Instant {
    NOW.parse().expect("an instant")
}

/// What a good token says, and more.
pub(super) fn claims(provider: &IdentityProvider, subject: &str, more: Value) -> Value {
    let mut claims = json!({
        "iss": provider.issuer, "aud": AUDIENCE, "sub": subject,
        "iat": now().timestamp(), "nbf": now().timestamp(), "exp": now().timestamp() + 600,
    });
    claims.as_object_mut().expect("claims").extend(more.as_object().expect("claims").clone());
    claims
}

fn rules() -> Value {
    json!([
        {"claim": "groups", "value": "readers", "scopes": ["orgs:read"], "area": "everywhere"},
        {"claim": "groups", "value": "office", "scopes": ["orgs:read", "structure:write"], "area": "everywhere"},
        {"claim": "groups", "value": "managers", "scopes": ["keys:manage", "orgs:read"], "area": "everywhere"},
        {"claim": "groups", "value": "heads", "scopes": ["roles:write"], "area": "own"},
    ])
}

const BY_STAFF_NO: &[&str] = &["--jwt-person-claim", "staff"];

closed_test! {
    async fn whoever_has_a_token_is_a_caller(app: TestApp) {
        let signer = Signer::new("k");
        let provider = IdentityProvider::with(&[&signer]).await;
        let person = app.post("/people", json!({"name": "王小明", "staff_no": "20210001"})).await.is(201).id();
        let settings = provider.settings(&app.clock, &rules(), BY_STAFF_NO).await;
        app.served(&settings, async |app| {
            let token = |subject: &str, more| signer.sign(&claims(&provider, subject, more));
            let caller = app.with_key(&token("u-1", json!({"groups": ["office", "heads"], "staff": "20210001"})));
            let me = caller.get("/me").await.is(200).body;
            let both = json!([
                everywhere(&["orgs:read", "structure:write"]), {"scopes": ["roles:write"], "area": "own"},
            ]);
            assert_eq!((&me["grants"], &me["person_id"]), (&both, &json!(person)));
            assert_eq!((&me["name"], &me["expires_at"]), (&Value::Null, &json!("2026-12-01T02:11:00Z")));

            let made = caller.post("/orgs", json!({"kind": "committee", "name": "党委", "valid_from": "2000-01-01"}));
            let made = made.await.is(201);
            let entry = app.store.entry(made.body["revision"].as_u64().expect("a revision")).await.expect("read");
            let entry = entry.expect("an entry");
            assert_eq!(json!(entry.actor), me["id"]);
            assert!(!format!("{entry:?}").contains("u-1"), "{entry:?}");
            caller.post("/people", json!({"name": "李红"})).await.is_problem(403, "forbidden");

            // In the own org alone, while the person holds a role there.
            let other = app.person("李红").await;
            let role = json!({
                "org_id": made.id(), "post": "member", "valid_from": "2020-01-01",
                "holder": {"type": "person", "id": other},
            });
            caller.post("/roles", role.clone()).await.is_problem(403, "forbidden");
            app.role(&made.id(), "secretary", &person, "2020-01-01").await;
            caller.post("/roles", role).await.is(201);

            // The subject has one id, whatever token it has and whichever process asks.
            let again = app.with_key(&token("u-1", json!({}))).get("/me").await.is(200).body;
            assert_eq!((&again["id"], &again["grants"], &again["person_id"]), (&me["id"], &json!([]), &Value::Null));
            let other = app.with_key(&token("u-2", json!({"staff": "no such number"}))).get("/me").await.is(200).body;
            assert_ne!(other["id"], me["id"]);
            assert_eq!(other["person_id"], Value::Null);
            let ids = tokio::join!(
                app.registry.caller_of(&provider.issuer, "u-3"), app.registry.caller_of(&provider.issuer, "u-3"),
                app.registry.caller_of("another", "u-3"),
            );
            assert!(ids.0.as_ref().expect("an id") == ids.1.as_ref().expect("an id") && ids.0 != ids.2, "{ids:?}");
            let (_, callers) = app.store.callers().await.expect("read");
            assert_eq!(callers.len(), 1, "only the key has a name: {callers:?}");

            // A key that such a caller makes cannot outlive the token.
            let manager = app.with_key(&token("u-4", json!({"groups": "managers"})));
            let key = |end: Value| json!({"name": "门户", "grants": [everywhere(&["orgs:read"])], "expires_at": end});
            manager.post("/keys", json!({"name": "门户", "grants": []})).await.is_problem(403, "forbidden");
            let later = key(json!("2026-12-01T02:11:01Z"));
            manager.post("/keys", later).await.is_problem(403, "forbidden").at("/expires_at");
            manager.post("/keys", key(json!("2026-12-01T02:11:00Z"))).await.is(201);
            // Nor can it get a right or a secret of a key that does.
            let endless = app.post("/keys", json!({"name": "门户", "grants": []})).await.is(201).id();
            let path = format!("/keys/{endless}");
            let more = json!({"grants": [everywhere(&["orgs:read"])]});
            manager.patch(&path, more).await.is_problem(403, "forbidden").at("/expires_at");
            manager.post(&format!("{path}/rotate"), json!({})).await.is_problem(403, "forbidden").at("/expires_at");
            manager.patch(&path, json!({"name": "另名"})).await.is(200);
            manager.patch(&path, json!({"expires_at": "2027-01-01T00:00:00Z"})).await.is(200);
            manager.post(&format!("{path}/revoke"), json!({})).await.is(200);

            app.clock.set(now() + Duration::from_secs(659));
            caller.get("/orgs").await.is(200);
            app.clock.set(now() + Duration::from_secs(660));
            let expired = caller.get("/orgs").await.is_problem(401, "unauthenticated");
            assert_eq!(expired.body["detail"], "The token has expired.");
            app.get("/orgs").await.is(200);
        })
        .await;
    }

    async fn a_person_is_also_found_by_an_external_id(app: TestApp) {
        let signer = Signer::new("k");
        let provider = IdentityProvider::with(&[&signer]).await;
        let body = json!({"name": "王小明", "external_ids": [{"scheme": "card", "value": "C-7"}]});
        let person = app.post("/people", body).await.is(201).id();
        let by = ["--jwt-person-claim", "/campus/card", "--jwt-person-by", "external_id:card"];
        let settings = provider.settings(&app.clock, &json!([]), &by).await;
        app.served(&settings, async |app| {
            let token = signer.sign(&claims(&provider, "u-1", json!({"campus": {"card": "C-7"}})));
            assert_eq!(app.with_key(&token).get("/me").await.is(200).body["person_id"], json!(person));
        })
        .await;
    }

    async fn a_bad_token_is_refused_with_its_reason(app: TestApp) {
        let (signer, stranger) = (Signer::new("k"), Signer::new("k"));
        let provider = IdentityProvider::with(&[&signer]).await;
        let settings = provider.settings(&app.clock, &rules(), BY_STAFF_NO).await;
        app.served(&settings, async |app| {
            let at = now().timestamp();
            let office = json!({"groups": "office"});
            for (changed, why) in [
                (json!({"aud": 7}), "The claim `aud` of the token is missing or has the wrong type."),
                (json!({"aud": ["other-service"]}), "The token is for another service: see `aud`."),
                (json!({"iss": "https://evil.example"}), "The token is from another issuer."),
                (json!({"exp": (at + 600).to_string()}), "The claim `exp` of the token is missing or has the wrong type."),
                (json!({"exp": at - 61}), "The token has expired."),
                (json!({"nbf": at + 61}), "The token is not valid yet."),
            ] {
                let token = signer.sign(&claims(&provider, "u-1", changed));
                let refused = app.with_key(&token).get("/orgs").await.is_problem(401, "unauthenticated");
                assert_eq!(refused.body["detail"], why);
                assert!(refused.header("www-authenticate").ends_with("error=\"invalid_token\""));
            }
            let forged = stranger.sign(&claims(&provider, "u-1", office.clone()));
            let ask = app.with_key(&forged).request("GET", "/orgs").header("accept-language", "zh");
            let refused = app.send(ask).await.is_problem(401, "unauthenticated");
            assert_eq!(refused.body["detail"], "令牌签名不正确。");
            let long = signer.sign(&claims(&provider, "u-1", json!({"x": "x".repeat(8 << 10)})));
            let refused = app.with_key(&long).get("/orgs").await.is_problem(401, "unauthenticated");
            assert_eq!(refused.body["detail"], "The token is longer than 8 KiB.");

            // The good one, more than once; and without a provider it is nothing.
            let good = signer.sign(&claims(&provider, "u-1", office));
            for _ in 0..2 {
                app.with_key(&good).get("/orgs").await.is(200);
            }
            assert_eq!(provider.fetched(), 1);
            app.anonymous().get("/orgs").await.is_problem(401, "unauthenticated");
            app.get("/keys").await.is(200);
        })
        .await;
        let token = signer.sign(&claims(&provider, "u-1", json!({"groups": "office"})));
        let refused = app.with_key(&token).get("/orgs").await.is_problem(401, "unauthenticated");
        assert_eq!(refused.body["detail"], "There is no such key.");
    }

    async fn new_keys_are_fetched_when_a_token_needs_them_but_not_too_often(app: TestApp) {
        let (old, new, made_up) = (Signer::new("old"), Signer::new("new"), Signer::new("made up"));
        let provider = IdentityProvider::with(&[&old]).await;
        let settings = provider.settings(&app.clock, &rules(), BY_STAFF_NO).await;
        app.served(&settings, async |app| {
            let caller = |signer: &Signer| app.with_key(&signer.sign(&claims(&provider, "u-1", json!({"groups": "office"}))));
            let (before, after) = (caller(&old), caller(&new));
            before.get("/orgs").await.is(200);
            provider.publish(&[&new]);
            before.get("/orgs").await.is(200);
            assert_eq!(provider.fetched(), 1);
            // Many at once have them fetched once.
            let asked = futures_util::future::join_all((0..20).map(|_| after.get("/orgs"))).await;
            asked.into_iter().for_each(|answer| drop(answer.is(200)));
            assert_eq!(provider.fetched(), 2);
            // What an old key has signed does not hold any more, although it was verified before.
            before.get("/orgs").await.is_problem(401, "unauthenticated");
            for _ in 0..3 {
                let refused = caller(&made_up).get("/orgs").await.is_problem(401, "unauthenticated");
                assert_eq!(refused.body["detail"], "The identity provider has no key of the name in the token.");
            }
            assert_eq!(provider.fetched(), 2, "anybody can make up such tokens");
            // The keys stay in use while the provider is away.
            provider.set_away(true);
            after.get("/orgs").await.is(200);
            let later = new.sign(&claims(&provider, "u-2", json!({"groups": "office"})));
            app.with_key(&later).get("/orgs").await.is(200);
        })
        .await;
    }

    async fn a_provider_that_is_away_at_the_start_is_waited_for(app: TestApp) {
        let signer = Signer::new("k");
        let provider = IdentityProvider::with(&[&signer]).await;
        provider.set_away(true);
        let settings = provider.settings(&app.clock, &rules(), BY_STAFF_NO).await;
        app.served(&settings, async |app| {
            let caller = app.with_key(&signer.sign(&claims(&provider, "u-1", json!({"groups": "office"}))));
            let refused = caller.get("/orgs").await.is_problem(503, "unavailable");
            assert_eq!(refused.header("retry-after"), "1");
            app.get("/orgs").await.is(200);
            app.anonymous().get("/health/ready").await.is(200);
            provider.set_away(false);
            let began = Moment::now();
            while caller.get("/orgs").await.status != 200 {
                assert!(began.elapsed() < PROCESS_MAX, "the keys do not come");
            }
        })
        .await;
    }

    async fn keys_come_from_where_they_should(app: TestApp) {
        let signer = Signer::new("k");
        let provider = IdentityProvider::with(&[&signer]).await;
        let token = signer.sign(&claims(&provider, "u-1", json!({"groups": "office"})));
        // A redirect may lead anywhere, and an answer without end would fill the memory.
        for (path, status) in [("keys", 200), ("moved", 503), ("endless", 503), ("nothing", 503)] {
            let address = format!("{}/{path}", provider.issuer);
            let settings = provider.settings(&app.clock, &json!([]), &["--jwt-jwks", &address]).await;
            app.served(&settings, async |app| {
                assert_eq!(app.with_key(&token).get("/me").await.status, status, "{path}");
            })
            .await;
        }
        assert_eq!(provider.fetched(), 1);
    }
}
