//! HEAD, OPTIONS and 405 on every path.

use serde_json::{Value, json};

use super::UNKNOWN;
use crate::support::api_test;

/// Every path with its methods, without OPTIONS; `{id}` is any id.
const PATHS: &[(&str, &str)] = &[
    ("/orgs", "GET, HEAD, POST"),
    ("/orgs/{id}", "GET, HEAD, PATCH, DELETE"),
    ("/orgs/{id}/ancestors", "GET, HEAD"),
    ("/orgs/{id}/descendants", "GET, HEAD"),
    ("/orgs/{id}/tree", "GET, HEAD"),
    ("/orgs/{id}/path", "GET, HEAD"),
    ("/orgs/{id}/lineage", "GET, HEAD"),
    ("/orgs/{id}/roles", "GET, HEAD"),
    ("/orgs/{id}/supervised-by", "GET, HEAD"),
    ("/orgs/{id}/member-counts", "GET, HEAD"),
    ("/orgs/{id}/versions", "GET, HEAD"),
    ("/orgs/{id}/versions/2020-01-01", "PATCH, DELETE"),
    ("/orgs/{id}/dissolve", "POST"),
    ("/orgs/{id}/dissolution", "PATCH"),
    ("/orgs/{id}/restore", "POST"),
    ("/orgs/{id}/role-order", "GET, HEAD, PUT"),
    ("/orgs/{id}/child-order", "GET, HEAD, PUT"),
    ("/people", "GET, HEAD, POST"),
    ("/people/{id}", "GET, HEAD, PATCH, DELETE"),
    ("/people/{id}/roles", "GET, HEAD"),
    ("/people/{id}/merge", "POST"),
    ("/people/{id}/erase", "POST"),
    ("/posts", "GET, HEAD, POST"),
    ("/posts/secretary", "GET, HEAD, PATCH, DELETE"),
    ("/roles", "GET, HEAD, POST"),
    ("/roles/{id}", "GET, HEAD, PATCH, DELETE"),
    ("/roles/{id}/end", "POST"),
    ("/vacancies", "GET, HEAD"),
    ("/leading-groups", "GET, HEAD, POST"),
    ("/leading-groups/{id}", "GET, HEAD, PUT"),
    ("/leading-groups/{id}/coverage", "GET, HEAD"),
    ("/changes", "GET, HEAD"),
    ("/changes/stream", "GET, HEAD"),
    ("/acts/{revision}", "GET, HEAD"),
    ("/snapshot", "GET, HEAD"),
    ("/supervisions", "GET, HEAD, POST"),
    ("/supervisions/{id}", "GET, HEAD, PATCH, DELETE"),
    ("/keys", "GET, HEAD, POST"),
    ("/keys/{id}", "GET, HEAD, PATCH, DELETE"),
    ("/keys/{id}/rotate", "POST"),
    ("/keys/{id}/revoke", "POST"),
    ("/me", "GET, HEAD"),
    ("/audit", "GET, HEAD"),
    ("/tickets", "GET, HEAD, POST"),
    ("/tickets/{id}", "GET, HEAD, DELETE"),
    ("/", "GET, HEAD"),
    ("/health/live", "GET, HEAD"),
    ("/health/ready", "GET, HEAD"),
    ("/metrics", "GET, HEAD"),
    ("/openapi.json", "GET, HEAD"),
    ("/openapi-3.0.json", "GET, HEAD"),
    ("/docs", "GET, HEAD"),
    ("/docs/start.js", "GET, HEAD"),
    ("/problems", "GET, HEAD"),
    ("/problems/would-cycle", "GET, HEAD"),
];

api_test! {
    async fn every_path_tells_its_methods(app: TestApp) {
        for (path, methods) in PATHS {
            let path = path.replace("{id}", UNKNOWN).replace("{revision}", "1");
            let allow = format!("{methods}, OPTIONS");
            let options = app.send(app.request("OPTIONS", &path)).await.is(204);
            assert_eq!((options.header("allow"), options.text.as_str()), (allow.as_str(), ""), "{path}");
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
                if methods.split(", ").any(|known| known == method) {
                    continue;
                }
                let refused = app.send(app.request(method, &path)).await.is(405);
                assert_eq!(refused.header("allow"), allow, "{method} {path}");
                if method != "HEAD" {
                    refused.is_problem(405, "method-not-allowed");
                }
            }
        }
    }

    async fn head_answers_as_get_without_the_body(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        for path in [format!("/orgs/{committee}"), format!("/people/{person}"), "/orgs".to_owned(), "/posts".to_owned(),
            format!("/orgs/{committee}/tree"), "/problems".to_owned(), "/docs".to_owned()] {
            let get = app.get(&path).await.is(200);
            let head = app.send(app.request("HEAD", &path)).await.is(200);
            assert_eq!(head.text, "", "{path}");
            for name in ["content-type", "etag", "directory-revision", "directory-as-of", "content-length"] {
                assert_eq!(head.headers.get(name), get.headers.get(name), "{name} of {path}");
            }
            if let Some(tag) = get.headers.get("etag") {
                app.send(app.request("HEAD", &path).header("if-none-match", tag)).await.is(304);
            }
        }
        for (path, status) in [(format!("/orgs/{UNKNOWN}"), 404), ("/nowhere".to_owned(), 404), ("/orgs?x=1".to_owned(), 400)] {
            let head = app.send(app.request("HEAD", &path)).await.is(status);
            assert_eq!((head.text.as_str(), head.header("content-type")), ("", "application/problem+json"));
        }
    }

    async fn the_document_names_these_paths_and_no_others(app: TestApp) {
        let document = app.get("/openapi.json").await.is(200);
        let documented = document.body["paths"].as_object().unwrap();
        assert_eq!(documented.len(), PATHS.len());
        let listed: usize = documented.values().map(|item| item.as_object().unwrap().len()).sum();
        let known: usize = PATHS.iter().map(|(_, methods)| methods.split(", ").filter(|method| *method != "HEAD").count()).sum();
        assert_eq!(listed, known);
        assert_eq!(document.body["openapi"], json!("3.1.0"));
    }

    async fn the_document_in_3_0_names_the_same_operations(app: TestApp) {
        let operations = |document: &Value| -> Vec<(String, String, Value)> {
            let paths = document["paths"].as_object().unwrap().iter();
            let named = paths.flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(method, operation)| {
                (path.clone(), method.clone(), operation["operationId"].clone())
            }));
            named.collect()
        };
        let newer = app.get("/openapi.json").await.is(200);
        let older = app.get("/openapi-3.0.json").await.is(200);
        assert_eq!(older.body["openapi"], json!("3.0.3"));
        assert_eq!(operations(&older.body), operations(&newer.body));
        let known = app.request("GET", "/openapi-3.0.json").header("if-none-match", older.header("etag"));
        app.send(known).await.is(304);
    }
}
