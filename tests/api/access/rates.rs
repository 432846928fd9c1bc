//! How often callers may ask.

use campus_org::http::{RateSettings, Settings, TrustedProxies};
use serde_json::json;

use super::{closed_test, everywhere};
use crate::support::{self, TestApp};

/// Asks so often; returns how many requests were answered.
async fn answered(app: &TestApp, requests: usize) -> usize {
    let mut answered = 0;
    for _ in 0..requests {
        let answer = app.get("/orgs").await;
        if answer.status == 429 {
            answer.is_problem(429, "too-many-requests");
        } else {
            answered += 1;
        }
    }
    answered
}

fn limited(by_caller: u32, by_address: u32, proxies: TrustedProxies) -> Settings {
    Settings { rates: RateSettings { by_caller, by_address, proxies }, ..support::settings(false) }
}

closed_test! {
    async fn each_caller_has_a_limit_of_their_own(app: TestApp) {
        let one = app.caller(json!([everywhere(&["orgs:read"])])).await;
        let other = app.caller(json!([everywhere(&["orgs:read"])])).await;
        app.served(&limited(1, 0, TrustedProxies::default()), async |served| {
            let [one, other] = [&one, &other].map(|caller| served.with_key(caller.key.as_deref().expect("a key")));
            let first = one.get("/orgs").await.is(200);
            assert!(first.headers.get("ratelimit").is_none(), "nobody is told while there is much left");
            // The machine may be slow: then some more are answered.
            assert!((9..30).contains(&answered(&one, 40).await));
            let refused = loop {
                let answer = one.get("/orgs").await;
                if answer.status == 429 {
                    break answer;
                }
            };
            assert_eq!((refused.header("ratelimit-policy"), refused.header("retry-after")), ("\"caller\";q=10;w=10", "1"));
            assert!(refused.header("ratelimit").starts_with("\"caller\";r=0;t="), "{}", refused.header("ratelimit"));
            other.get("/orgs").await.is(200);
            // Nobody is kept from asking whether the service is well.
            one.get("/health/live").await.is(200);
        })
        .await;
    }

    async fn who_has_no_key_is_limited_by_address(app: TestApp) {
        let proxies = TrustedProxies::new(vec!["127.0.0.0/8".parse().expect("a network")]);
        app.served(&limited(0, 1, proxies), async |app| {
            let from = async |address: &str| {
                let mut refused = 0;
                for _ in 0..40 {
                    let ask = app.anonymous().request("GET", "/orgs").header("x-forwarded-for", address);
                    let answer = app.send(ask.bearer_auth("a-guess-of-a-secret")).await;
                    refused += usize::from(answer.status == 429);
                    assert!(answer.status == 429 || answer.status == 401, "{}", answer.text);
                }
                refused
            };
            assert!(from("192.0.2.1").await > 10);
            let other = app.anonymous().request("GET", "/orgs").header("x-forwarded-for", "192.0.2.2");
            app.send(other).await.is_problem(401, "unauthenticated");
            // A key that holds is not limited by where it comes from.
            assert_eq!(answered(&app, 30).await, 30);
        })
        .await;
    }
}
