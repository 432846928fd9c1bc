//! What keeps pages of other sites out.

use campus_org::http::Settings;

use super::closed_test;
use crate::support;

closed_test! {
    async fn a_name_that_another_site_has_led_here_is_refused(app: TestApp) {
        for path in ["/", "/orgs", "/docs", "/openapi.json", "/nowhere"] {
            let misled = app.send(app.request("GET", path).header("host", "evil.example")).await;
            misled.is_problem(421, "misdirected-request");
        }
        for path in ["/health/live", "/health/ready"] {
            app.send(app.request("GET", path).header("host", "10.1.2.3:80")).await.is(200);
        }
        app.send(app.request("GET", "/orgs").header("host", "localhost")).await.is(200);
    }

    async fn every_answer_tells_browsers_how_to_take_it(app: TestApp) {
        for path in ["/orgs", "/nowhere", "/health/live", "/docs", "/openapi.json"] {
            let answer = app.get(path).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src"), "{path}: {policy}");
        }
    }

    async fn pages_of_the_sites_that_are_named_may_ask(app: TestApp) {
        let site = "https://portal.example.edu.cn";
        let settings = Settings { cors_origins: vec![site.to_owned()], ..support::settings(false) };
        app.served(&settings, async |app| {
            let ask = |method: &str, path: &str, origin: &str| app.request(method, path).header("origin", origin);
            let may = |origin: &str| {
                let asked = ask("OPTIONS", "/orgs", origin).header("access-control-request-method", "PATCH");
                app.send(asked.header("access-control-request-headers", "authorization, if-match, idempotency-key"))
            };
            let allowed = may(site).await.is(200);
            assert_eq!(allowed.header("access-control-allow-origin"), site);
            assert!(allowed.header("access-control-allow-methods").contains("PATCH"));
            for origin in ["https://evil.example", "null"] {
                assert!(may(origin).await.headers.get("access-control-allow-origin").is_none(), "{origin}");
                let answer = app.send(ask("GET", "/orgs", origin)).await.is(200);
                assert!(answer.headers.get("access-control-allow-origin").is_none(), "{origin}");
            }
            let answer = app.send(ask("GET", "/orgs", site)).await.is(200);
            assert_eq!(answer.header("access-control-allow-origin"), site);
            let shown = answer.header("access-control-expose-headers").to_ascii_lowercase();
            assert!(shown.contains("etag") && shown.contains("directory-revision"), "{shown}");
            // A page may also read why it was refused.
            let refused = app.send(ask("GET", "/nowhere", site)).await.is_problem(404, "no-such-route");
            assert_eq!(refused.header("access-control-allow-origin"), site);
            for answer in [app.get("/orgs").await, answer, refused] {
                let vary: Vec<&str> = answer.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok()).collect();
                assert!(vary.join(", ").to_ascii_lowercase().contains("origin"), "{vary:?}");
            }
        })
        .await;
        let answer = app.send(app.request("GET", "/orgs").header("origin", site)).await.is(200);
        assert!(answer.headers.get("access-control-allow-origin").is_none());
    }
}
