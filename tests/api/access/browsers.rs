//! What keeps pages of other sites out.

use super::closed_test;

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
}
