//! The service's own pages: health, metrics, documents, types of problems.

use serde_json::json;

use super::UNKNOWN;
use crate::support::{Answer, api_test};

api_test! {
    async fn a_service_that_answers_lives_and_is_ready(app: TestApp) {
        assert_eq!(app.get("/health/live").await.is(200).body, json!({"status": "live"}));
        assert_eq!(app.get("/health/ready").await.is(200).body, json!({"status": "ready", "revision": 1}));
        app.person("甲").await;
        assert_eq!(app.get("/health/ready").await.is(200).body, json!({"status": "ready", "revision": 2}));
        app.get("/health/live?x=1").await.is_problem(400, "unknown-parameter");
    }

    async fn requests_are_counted_by_route_and_status(app: TestApp) {
        let committee = app.committee().await;
        for path in [format!("/orgs/{committee}"), format!("/orgs/{committee}"), format!("/orgs/{}", UNKNOWN)] {
            app.get(&path).await;
        }
        app.get("/nowhere/at/all").await;
        let metrics = app.get("/metrics").await.is(200);
        assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
        for line in [
            r#"campus_org_http_requests_total{method="GET",route="/orgs/{id}",status="200"} 2"#,
            r#"campus_org_http_requests_total{method="GET",route="/orgs/{id}",status="404"} 1"#,
            r#"campus_org_http_requests_total{method="GET",route="none",status="404"} 1"#,
            r#"campus_org_http_requests_total{method="POST",route="/orgs",status="201"} 1"#,
            "campus_org_revision 2",
            r#"campus_org_snapshot_objects{kind="org"} 1"#,
            "campus_org_writer_queue_length 0",
            "campus_org_database_errors_total 0",
        ] {
            assert!(metrics.text.lines().any(|told| told == line), "{line}\n{}", metrics.text);
        }
        assert!(!metrics.text.contains(&committee));
    }

    async fn the_documentation_needs_nobody_else(app: TestApp) {
        let page = app.get("/docs").await.is(200);
        assert!(page.header("content-type").starts_with("text/html"));
        for part in page.text.split(['"', '\'']).filter(|part| part.ends_with(".js") || part.ends_with(".css")) {
            let asset = app.get(&format!("/{}", part.trim_start_matches(['.', '/']))).await.is(200);
            assert!(!asset.text.is_empty());
        }
        assert!(!page.text.contains("https://") && !page.text.contains("http://"), "{}", page.text);
        app.get("/docs/secrets.txt").await.is_problem(400, "validation").at("asset");
    }

    async fn the_types_of_problems_are_explained_in_two_languages(app: TestApp) {
        let asked = |path: String, language: &'static str| app.send(app.request("GET", &path).header("accept-language", language));
        let list = app.get("/problems").await.is(200);
        assert_eq!(list.header("content-language"), "en");
        for (kind, status) in list.all("/type").iter().zip(list.all("/status")) {
            let path = kind.as_str().unwrap();
            let english = asked(path.to_owned(), "en-GB").await.is(200);
            let chinese = asked(path.to_owned(), "zh-CN,en;q=0.5").await.is(200);
            assert_eq!((english.header("content-language"), chinese.header("content-language")), ("en", "zh-Hans"));
            for answer in [&english, &chinese] {
                assert_eq!((&answer.body["type"], &answer.body["status"]), (kind, &status));
            }
            assert_ne!(english.body["title"], chinese.body["title"]);
            assert!(chinese.body["title"].as_str().unwrap().chars().any(|c| c > '\u{4e00}'), "{path}");
            assert_ne!(english.header("etag"), chinese.header("etag"));
        }
        app.get("/problems/nothing-like-it").await.is_problem(404, "not-found");
        app.get("/problems/NOTHING").await.is_problem(400, "validation").at("slug");
    }

    async fn the_root_leads_browsers_to_the_documentation_and_programs_to_every_list(app: TestApp) {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let ask = async |accept: &str| {
            let request = client.get(format!("{}/", app.address)).header("accept", accept);
            Answer::read(request.send().await.unwrap()).await
        };
        let browser = ask("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8").await.is(303);
        assert_eq!((browser.header("location"), browser.text.as_str()), ("/docs", ""));
        assert_eq!(browser.header("vary"), "Accept, Accept-Encoding");
        for accept in ["*/*", "application/json", "application/json, text/html;q=0.5"] {
            let program = ask(accept).await.is(200);
            assert_eq!(program.header("content-type"), "application/json");
            let links = program.body["links"].as_array().unwrap();
            for path in ["/orgs", "/people", "/posts", "/roles", "/vacancies", "/leading-groups", "/supervisions", "/openapi.json", "/docs", "/problems", "/health/ready"] {
                assert!(links.iter().any(|link| link["href"] == path), "{path}");
            }
            for link in links {
                app.get(link["href"].as_str().unwrap()).await.is(200);
                assert!(!link["title"].as_str().unwrap().is_empty());
            }
            let again = app.request("GET", "/").header("if-none-match", program.header("etag"));
            app.send(again).await.is(304);
        }
        ask("image/png").await.is_problem(406, "not-acceptable");
        app.get("/?x=1").await.is_problem(400, "unknown-parameter").at("x");
        app.get("/orgs/").await.is_problem(404, "no-such-route");
    }
}
