//! The manners of the whole service, through its front door.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, HttpResponse,
    body::MessageBody,
    dev::ServiceResponse,
    http::{Method, header::HeaderMap},
    test::{TestRequest, call_service, init_service, read_body, try_call_service},
    web,
};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    kit::{
        bounds::{Bounds, Limits},
        compression::Compression,
        json::to_bytes,
        manners::Manners,
        metrics::Metrics,
        problem::{Failure, Problem},
        resource::{Resource, Routes, resources},
        source::{NotReady, Readiness, Source, fake::Fake},
    },
    openapi,
    operations::operations,
    orgs::{OrgBody, ShownOrg},
    roles::RoleBody,
    service::{docs, index},
};
use crate::{
    access::Sight,
    clock::{Clock, FixedClock},
    directory::Snapshot,
    domain::{Day, Name, Org, Person, Post, PostCode, Role, RoleFacts, Text},
};

fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock::new("2021-04-15T00:00:00Z".parse().expect("an instant"), 1))
}

/// The whole service, with some paths that fail. (A macro: the type of its requests has no public name.)
macro_rules! service {
    ($source:expr) => {{
        let source: Arc<dyn Source> = $source;
        let metrics = Metrics::new().expect("legal metrics");
        let document = docs::Document::new(openapi::text(), openapi::text_3_0);
        let index = index::Index::new(&document).expect("JSON");
        let app = App::new()
            .app_data(web::Data::from(Arc::clone(&source)))
            .app_data(web::Data::new(metrics.clone()))
            .app_data(web::Data::new(document))
            .app_data(web::Data::new(index))
            .app_data(web::Data::new(Bounds::new(Limits::new(1 << 20))))
            .service(web::resource("/framework").to(async || HttpResponse::ImATeapot().body("plain text")));
        let failing = [
            Resource::get("/fails", || {
                web::to(async || Err::<HttpResponse, _>(Failure::from(Problem::internal("secret"))))
            }),
            Resource::get("/panics", || web::to(async || -> HttpResponse { panic!("secret") })),
        ];
        let app = app.default_service(Routes(resources(operations()).into_iter().chain(failing).collect()));
        init_service(app.wrap(Compression).wrap(Manners::new(source, metrics, clock(), false))).await
    }};
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

async fn problem(response: ServiceResponse<impl MessageBody>) -> (u16, String, Value) {
    let status = response.status().as_u16();
    assert_eq!(text(response.headers(), "content-type"), "application/problem+json");
    for name in ["directory-revision", "directory-as-of", "x-request-id", "content-language", "vary", "cache-control"] {
        assert!(response.headers().contains_key(name), "{name}");
    }
    let body: Value = serde_json::from_slice(&read_body(response).await).expect("JSON");
    assert_eq!(body["status"], status);
    (status, body["type"].as_str().expect("a type").to_owned(), body)
}

#[actix_web::test]
async fn routes_and_document_tell_the_same() {
    let document = openapi::document();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            documented.insert((path.clone(), method.to_uppercase()));
        }
    }
    let mut routed = BTreeSet::new();
    for resource in resources(operations()) {
        for method in resource.methods().filter(|method| **method != Method::HEAD) {
            routed.insert((resource.path().to_owned(), method.to_string()));
        }
    }
    assert_eq!(documented, routed);
}

#[actix_web::test]
async fn every_failure_is_a_problem() {
    let service = service!(Fake::at(20));
    for (request, expected) in [
        (TestRequest::get().uri("/nowhere"), (404, "/problems/no-such-route")),
        (TestRequest::post().uri("/problems"), (405, "/problems/method-not-allowed")),
        (TestRequest::get().uri("/problems?x=1"), (400, "/problems/unknown-parameter")),
        (TestRequest::get().uri("/problems/none"), (404, "/problems/not-found")),
        (TestRequest::get().uri("/problems/NONE"), (400, "/problems/validation")),
        (TestRequest::get().uri("/problems").insert_header(("accept", "text/html")), (406, "/problems/not-acceptable")),
        (TestRequest::get().uri("/problems").insert_header(("if-none-match", "x")), (400, "/problems/invalid-header")),
        (TestRequest::get().uri("/fails"), (500, "/problems/internal")),
        (TestRequest::get().uri("/framework"), (400, "/problems/bad-request")),
    ] {
        let (status, kind, body) = problem(call_service(&service, request.to_request()).await).await;
        assert_eq!((status, kind.as_str()), expected);
        assert!(!body.to_string().contains("secret"));
    }
}

#[actix_web::test]
async fn a_panic_is_a_fault_of_the_service_and_not_its_end() {
    let service = service!(Fake::at(20));
    let Err(error) = try_call_service(&service, TestRequest::get().uri("/panics").to_request()).await else {
        panic!("answered")
    };
    let answer = error.error_response();
    assert_eq!(answer.status(), 500);
    assert_eq!(text(answer.headers(), "content-type"), "application/problem+json");
    assert_eq!(text(answer.headers(), "directory-revision"), "20");
    assert_eq!(call_service(&service, TestRequest::get().uri("/problems").to_request()).await.status(), 200);
}

#[actix_web::test]
async fn head_options_and_other_methods_are_answered() {
    let service = service!(Fake::at(20));
    let answer = async |method: Method| {
        call_service(&service, TestRequest::with_uri("/problems").method(method).to_request()).await
    };
    assert_eq!(answer(Method::HEAD).await.status(), 200);
    for (method, status) in [(Method::OPTIONS, 204), (Method::TRACE, 405), (Method::DELETE, 405)] {
        let response = answer(method).await;
        assert_eq!(response.status(), status);
        assert_eq!(text(response.headers(), "allow"), "GET, HEAD, OPTIONS");
    }
}

#[actix_web::test]
async fn a_request_keeps_its_id_if_it_is_legal() {
    let service = service!(Fake::at(20));
    let id_for = async |id: &str| {
        let request = TestRequest::get().uri("/nowhere").insert_header(("x-request-id", id)).to_request();
        let response = call_service(&service, request).await;
        let id = text(response.headers(), "x-request-id").to_owned();
        let (.., body) = problem(response).await;
        assert_eq!(body["request_id"], id.as_str());
        id
    };
    assert_eq!(id_for("a-1.b_2").await, "a-1.b_2");
    assert_eq!(id_for("a b").await.len(), 36);
    assert_eq!(id_for(&"a".repeat(101)).await.len(), 36);
}

#[actix_web::test]
async fn texts_come_in_the_language_asked_for() {
    let service = service!(Fake::at(20));
    let request = TestRequest::get().uri("/problems/would-cycle").insert_header(("accept-language", "zh-CN"));
    let response = call_service(&service, request.to_request()).await;
    assert_eq!(text(response.headers(), "content-language"), "zh-Hans");
    assert_eq!(text(response.headers(), "vary"), "Accept, Accept-Encoding, Accept-Language");
    let body: Value = serde_json::from_slice(&read_body(response).await).expect("JSON");
    assert_eq!((&body["type"], &body["title"]), (&"/problems/would-cycle".into(), &"组织将成为自身的下级".into()));

    let request = TestRequest::get().uri("/nowhere").insert_header(("accept-language", "zh"));
    let (.., body) = problem(call_service(&service, request.to_request()).await).await;
    assert_eq!(body["title"], "没有这个路径");
}

#[actix_web::test]
async fn a_compressed_answer_has_a_tag_of_its_own() {
    let service = service!(Fake::at(20));
    let get = async |headers: &[(&'static str, String)]| {
        let mut request = TestRequest::get().uri("/problems");
        for (name, value) in headers {
            request = request.insert_header((*name, value.as_str()));
        }
        call_service(&service, request.to_request()).await
    };
    let plain = get(&[]).await;
    let zipped = get(&[("accept-encoding", "gzip".to_owned())]).await;
    assert_eq!(text(zipped.headers(), "content-encoding"), "gzip");
    let tag = text(zipped.headers(), "etag").to_owned();
    assert_eq!(tag.replace("-gzip", ""), text(plain.headers(), "etag"));
    assert_ne!(tag, text(plain.headers(), "etag"));
    assert_eq!(text(zipped.headers(), "vary"), "Accept, Accept-Encoding, Accept-Language");

    let again = get(&[("accept-encoding", "gzip".to_owned()), ("if-none-match", tag.clone())]).await;
    assert_eq!((again.status().as_u16(), text(again.headers(), "etag")), (304, tag.as_str()));
}

#[actix_web::test]
async fn health_tells_what_the_directory_tells() {
    for (readiness, expected) in [
        (Ok(Readiness { database_away: None, clock_jumped_by: Some(TimeDelta::seconds(-90)) }), (200, "ready")),
        (
            Ok(Readiness { database_away: Some(std::time::Duration::from_secs(5)), clock_jumped_by: None }),
            (200, "read_only"),
        ),
        (Err(NotReady::Stale), (503, "")),
        (Err(NotReady::Misplaced), (503, "")),
    ] {
        let snapshot = Fake::at(20).snapshot();
        let service = service!(Arc::new(Fake { snapshot, readiness: Mutex::new(readiness) }));
        let live = call_service(&service, TestRequest::get().uri("/health/live").to_request()).await;
        assert_eq!(live.status(), 200);
        let ready = call_service(&service, TestRequest::get().uri("/health/ready").to_request()).await;
        assert_eq!(ready.headers().contains_key("retry-after"), readiness.is_err());
        let status = ready.status().as_u16();
        let body: Value = serde_json::from_slice(&read_body(ready).await).expect("JSON");
        if let Ok(readiness) = readiness {
            assert_eq!((status, body["status"].as_str()), (expected.0, Some(expected.1)));
            let jumped = readiness.clock_jumped_by.map(|by| by.num_seconds());
            assert_eq!(body["clock_jumped_by_seconds"].as_i64(), jumped);
        } else {
            assert_eq!((status, body["type"].as_str()), (503, Some("/problems/not-ready")));
        }
    }
}

#[actix_web::test]
async fn the_documentation_is_whole() {
    let service = service!(Fake::at(20));
    let get = async |uri: &str, coding: &str| {
        let request = TestRequest::get().uri(uri).insert_header(("accept-encoding", coding)).to_request();
        call_service(&service, request).await
    };
    let page = get("/docs", "identity").await;
    assert!(text(page.headers(), "content-security-policy").contains("script-src 'self'"));
    let page = String::from_utf8(read_body(page).await.to_vec()).expect("text");
    for asset in ["docs/swagger-ui-bundle.js", "docs/swagger-ui.css", "docs/start.js"] {
        assert!(page.contains(asset));
        let plain = get(&format!("/{asset}"), "identity").await;
        assert_eq!(plain.status(), 200);
        assert!(!plain.headers().contains_key("content-encoding"));
        let plain = read_body(plain).await;
        let zipped = get(&format!("/{asset}"), "gzip").await;
        assert_eq!(text(zipped.headers(), "content-encoding"), "gzip");
        assert!(read_body(zipped).await.len() < plain.len());
    }
    let document: Value =
        serde_json::from_slice(&read_body(get("/openapi.json", "identity").await).await).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
}

#[actix_web::test]
async fn requests_are_counted_by_template() {
    let service = service!(Fake::at(20));
    for uri in ["/problems/would-cycle", "/problems/post-full", "/nowhere/1", "/nowhere/2"] {
        call_service(&service, TestRequest::get().uri(uri).to_request()).await;
    }
    let metrics = call_service(&service, TestRequest::get().uri("/metrics").to_request()).await;
    assert!(text(metrics.headers(), "content-type").starts_with("text/plain; version=0.0.4"));
    let metrics = String::from_utf8(read_body(metrics).await.to_vec()).expect("text");
    for line in [
        r#"campus_org_http_requests_total{method="GET",route="/problems/{slug}",status="200"} 2"#,
        r#"campus_org_http_requests_total{method="GET",route="none",status="404"} 2"#,
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
}

#[test]
fn what_is_shown_is_what_serialises() {
    let at = "2021-04-15T01:02:03.456789Z".parse().expect("an instant");
    let id = |n: u128| uuid::Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000 + n);
    let basis = json!({"title": "关于\"成立\"的通知", "number": "校党发〔2021〕5号", "date": "2021-03-01"});
    let mut snapshot = Snapshot::empty(chrono_tz::Asia::Shanghai, at);
    let mut org = |n: u128, facts: Value, versions: Value| {
        let read = "as the log has them";
        let facts = serde_json::from_value(facts).expect(read);
        let versions = serde_json::from_value(versions).expect(read);
        snapshot.put_org(Org { id: id(n).into(), facts, versions, revision: 7, updated_at: at });
    };
    org(1, json!({}), json!([{"valid_from": "1998-01-01", "name": "校党委", "kind": "committee", "order": 0}]));
    org(
        2,
        json!({
            "dissolved_on": "2030-01-01", "end_basis": basis, "successor_ids": [id(1)],
            "external_ids": [{"scheme": "oa", "value": "\"1\""}],
            "member_counts": {"full": 3, "probationary": 0, "counted_on": "2020-12-31"},
        }),
        json!([
            {"valid_from": "2001-01-01", "name": "旧", "kind": "branch", "order": 3, "parent_id": id(1)},
            {
                "valid_from": "2011-01-01", "name": "直属\\党支部", "short_name": "支部", "name_en": "Branch",
                "kind": "branch", "order": 3, "parent_id": id(1), "code": "611", "branch_type": "staff",
                "joint": true, "temporary": true, "unit_ids": [id(3)], "duties": "一\n二", "basis": basis,
            },
        ]),
    );
    org(3, json!({}), json!([{"valid_from": "1998-01-01", "name": "处", "kind": "unit", "order": 0}]));
    snapshot.put_person(Person {
        id: id(9).into(),
        name: Name::parse("孙\"国权").expect("legal"),
        name_en: None,
        former_names: Vec::new(),
        staff_no: None,
        email: None,
        phone: None,
        external_ids: Vec::new(),
        erased: false,
        revision: 7,
        updated_at: at,
    });
    for (code, name_en) in [("secretary", Some("Secretary")), ("deputy", None)] {
        snapshot.put_post(Post {
            code: PostCode::parse(code).expect("legal"),
            name: Name::parse("书记").expect("legal"),
            name_en: name_en.map(|name| Text::parse(name).expect("legal")),
            kinds: Vec::new(),
            rank: 1,
            leadership: true,
            revision: 7,
            updated_at: at,
        });
    }
    let person = json!({"type": "person", "id": id(9)});
    let roles = [
        json!({"org_id": id(1), "post": "secretary", "holder": person, "valid_from": "2001-01-01", "order": 1}),
        json!({
            "org_id": id(2), "post": "deputy", "holder": person, "valid_from": "2011-01-01", "acting": true,
            "valid_until": "2020-01-01", "order": 2, "basis": basis, "end_basis": basis,
        }),
        json!({"org_id": id(1), "post": "deputy", "holder": {"type": "unit", "id": id(3)},
               "valid_from": "2001-01-01", "order": 1}),
        json!({"org_id": id(1), "post": "deputy", "valid_from": "2001-01-01", "order": 1,
               "holder": {"type": "seat", "id": {"org_id": id(2), "post": "deputy"}}}),
    ];
    for (n, facts) in (20..).zip(&roles) {
        let facts = RoleFacts::deserialize(facts).expect("as the log has them");
        snapshot.put_role(Role { id: id(n).into(), facts, revision: 8, updated_at: at });
    }
    for day in ["1990-01-01", "2005-01-01", "2015-01-01", "2035-01-01"].map(|day| day.parse::<Day>().expect("a day")) {
        for n in 1..=3 {
            let view = snapshot.org_on(id(n).into(), day).expect("there");
            let serialised = serde_json::to_string(&OrgBody::new(&snapshot, &view)).expect("JSON");
            // Twice: the second time it is kept.
            for _ in 0..2 {
                let shown = to_bytes(&ShownOrg::new(&snapshot, &view)).expect("JSON");
                assert_eq!(String::from_utf8(shown).expect("text"), serialised);
            }
        }
        for n in 20..24 {
            let role = snapshot.role(id(n).into()).expect("there");
            let role = RoleBody::new(&snapshot, &snapshot.role_on(role, day).expect("there"), &Sight::whole(day));
            let written = String::from_utf8(to_bytes(&role).expect("JSON")).expect("text");
            assert_eq!(written, serde_json::to_string(&role).expect("JSON"));
        }
    }
}
