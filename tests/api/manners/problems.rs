//! Problems: one form for all refusals, in two languages, with every type in the catalogue.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

use super::UNKNOWN;
use crate::support::{Answer, TestApp, api_test};

/// Types that no request here causes: faults of the service or its database, answers of the server below the API,
/// waits of two seconds (see `headers`), requests in flight (see `idempotency`).
const UNPROVOKED: &[&str] = &[
    "bad-request",
    "busy",
    "headers-too-large",
    "idempotency-key-in-flight",
    "internal",
    "newer-format",
    "not-ready",
    "not-yet",
    "request-timeout",
    "too-many-requests",
    "unavailable",
];

/// Sends raw bytes and returns the answer.
async fn send_raw(app: &TestApp, bytes: &[u8]) -> String {
    let (address, bytes) = (app.address.trim_start_matches("http://").to_owned(), bytes.to_vec());
    let sent = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&bytes).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    sent.await.unwrap()
}

async fn said(app: &TestApp, language: &str, path: &str) -> Answer {
    app.send(app.request("GET", path).header("accept-language", language).header("x-request-id", "r1")).await
}

api_test! {
    async fn a_problem_says_what_is_wrong_and_where(app: TestApp) {
        let refused = said(&app, "en", "/orgs?limit=0").await.is_problem(400, "validation");
        assert_eq!(refused.header("content-language"), "en");
        assert_eq!(refused.body, json!({
            "type": "/problems/validation",
            "title": "The request does not fit the schema",
            "status": 400,
            "detail": "A value in the body, the path or the query is missing, of the wrong type, or outside its bounds. `errors` names each place.",
            "instance": "/orgs",
            "request_id": "r1",
            "errors": [{"parameter": "limit", "detail": "must be an integer from 1 to 500"}],
        }));
        let missing = said(&app, "zh-CN,zh;q=0.9,en;q=0.8", &format!("/people/{UNKNOWN}")).await.is_problem(404, "not-found");
        assert_eq!(missing.header("content-language"), "zh-Hans");
        assert_eq!((&missing.body["title"], &missing.body["instance"]), (&json!("未找到"), &json!(format!("/people/{UNKNOWN}"))));
    }

    async fn problems_come_in_the_language_asked_for(app: TestApp) {
        for (language, tag, title) in [
            ("zh", "zh-Hans", "没有这个路径"),
            ("zh-TW", "zh-Hans", "没有这个路径"),
            ("en;q=0.1, zh;q=0.2", "zh-Hans", "没有这个路径"),
            ("en", "en", "No such path"),
            ("fr", "en", "No such path"),
            ("zh;q=0, *", "en", "No such path"),
            ("", "en", "No such path"),
        ] {
            let refused = said(&app, language, "/nowhere").await.is_problem(404, "no-such-route");
            assert_eq!((refused.header("content-language"), &refused.body["title"]), (tag, &json!(title)), "{language}");
        }
        let person = app.request("POST", "/people").header("accept-language", "zh").json(&json!({"name": "甲".repeat(201)}));
        let refused = app.send(person).await.is_problem(400, "validation");
        assert_eq!(refused.body["errors"], json!([{"pointer": "/name", "detail": "至多 200 个字符"}]));
    }

    async fn what_a_problem_says_is_said_in_both_languages(app: TestApp) {
        let committee = app.committee().await;
        let person = app.post("/people", json!({"name": "孙国权", "staff_no": "A1"})).await.is(201).id();
        let role = app.role(&committee, "secretary", &person, "2020-01-01").await;
        for (method, path, body) in [
            ("POST", "/people".to_owned(), json!({"name": "乙", "staff_no": "A1"})),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": person}})),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "head", "holder": {"type": "person", "id": person}})),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "member"})),
            ("POST", "/roles".to_owned(), json!({"org_id": UNKNOWN, "post": "member", "holder": {"type": "person", "id": person}})),
            ("POST", format!("/roles/{role}/end"), json!({"effective_on": "2020-01-01"})),
            ("PATCH", format!("/roles/{role}"), json!({"valid_from": "1999-01-01"})),
            ("PATCH", format!("/orgs/{committee}"), json!({"member_counts": {"full": 4, "counted_on": "2020-01-01"}})),
            ("PATCH", "/posts/secretary".to_owned(), json!({"code": "x"})),
            ("PATCH", "/posts/secretary".to_owned(), json!({"rank": -1})),
            ("PATCH", "/posts/secretary".to_owned(), json!({"kinds": [{"kind": "office", "holders_max": 0}]})),
            ("PUT", format!("/orgs/{committee}/role-order"), json!({"ids": []})),
            ("DELETE", format!("/people/{person}"), json!(null)),
        ] {
            let ask = async |language: &str| {
                let request = app.request(method, &path).header("accept-language", language);
                app.send(if body.is_null() { request } else { request.json(&body) }).await
            };
            let (english, chinese) = (ask("en").await, ask("zh").await);
            assert_eq!((english.status, &english.body["type"]), (chinese.status, &chinese.body["type"]));
            let details = |answer: &Answer| {
                let of = |value: &Value| value["detail"].as_str().unwrap().to_owned();
                let mut details = vec![of(&answer.body)];
                details.extend(answer.body["errors"].as_array().into_iter().flatten().map(of));
                details
            };
            for (en, zh) in details(&english).iter().zip(details(&chinese)) {
                // Names are what they are.
                let [en, zh] = [en, &zh].map(|text| text.replace("孙国权", "").replace("学校党委", ""));
                let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..'\u{a000}').contains(&c));
                assert!(!is_chinese(&en) && is_chinese(&zh), "{method} {path}: {en} / {zh}");
            }
            // No identifier of a person appears.
            assert!(!english.text.contains("A1") && !chinese.text.contains("A1"), "{}", english.text);
        }
    }

    async fn every_type_that_occurs_is_in_the_catalogue_and_every_one_there_occurs(app: TestApp) {
        let committee = app.org(json!({"kind": "committee", "name": "学校党委", "code": "1", "valid_from": "2000-01-01"})).await;
        let general = app.org(json!({"kind": "general_branch", "name": "总支", "parent_id": committee, "code": "2", "valid_from": "2000-01-01"})).await;
        let branch = app.org_under("branch", Some(&general), "支部", "2000-01-01").await;
        let gone = app.org_under("branch", Some(&general), "旧支部", "2000-01-01").await;
        let unit = app.org(json!({"kind": "unit", "name": "大学", "valid_from": "2000-01-01", "external_ids": [{"scheme": "oa", "value": "1"}]})).await;
        app.post(&format!("/orgs/{gone}/dissolve"), json!({"effective_on": "2010-01-01"})).await.is(200);
        app.patch(&format!("/orgs/{branch}"), json!({"name": "新支部", "effective_on": "2010-01-01"})).await.is(200);
        // A body that ended together with the one above it.
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2020-01-01").await;
        app.post(&format!("/orgs/{group}/dissolve"), json!({"effective_on": "2021-01-01", "cascade": true})).await.is(200);
        // Units as deep as a tree may be, and a committee with more orgs than a tree may have.
        let mut deep = unit.clone();
        for level in 2..=32 {
            deep = app.org_under("unit", Some(&deep), &format!("层{level}"), "2000-01-01").await;
        }
        let person = app.post("/people", json!({"name": "甲", "staff_no": "A1", "external_ids": [{"scheme": "oa", "value": "1"}]})).await.is(201).id();
        let merged = app.person("甲").await;
        app.post(&format!("/people/{person}/merge"), json!({"duplicate_id": merged})).await.is(200);
        let other = app.person("乙").await;
        let secretary = app.role(&committee, "secretary", &person, "2020-01-01").await;
        let ended = app.role(&committee, "deputy_secretary", &person, "2015-01-01").await;
        app.post(&format!("/roles/{ended}/end"), json!({"effective_on": "2016-01-01"})).await.is(200);
        app.post("/roles", json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": other}, "acting": true})).await.is(201);
        app.send(app.request("POST", "/posts").header("idempotency-key", "k").json(&json!({"code": "clerk", "name": "干事", "kinds": []}))).await.is(201);
        let cursor = app.get("/posts?limit=1").await.body["next"].as_str().unwrap().to_owned();

        let notice = |name: &str| json!({"parent_id": committee, "name": name, "valid_from": "2021-01-01"});
        let standing = app.post("/leading-groups", notice("常设组")).await.is(201).id();
        let inspectors = app.org_under("supervision_group", Some(&standing), "督导组", "2021-01-01").await;
        let covers = |group: &str| json!({"supervision_group_id": group, "org_id": general, "scope": "self", "valid_from": "2021-01-01"});
        app.post("/supervisions", covers(&inspectors)).await.is(201);

        app.org_under("working_group", Some(&standing), "后组", "2040-01-01").await;

        let mut seen = BTreeSet::new();
        let mut note = |answer: Answer, status: u16, slug: &'static str| {
            answer.is_problem(status, slug);
            seen.insert(slug);
        };
        for (method, path, body, status, slug) in [
            ("POST", "/people".to_owned(), json!({}), 400, "validation"),
            ("GET", "/people?x=1".to_owned(), json!(null), 400, "unknown-parameter"),
            ("GET", "/people?q=a&q=b".to_owned(), json!(null), 400, "repeated-parameter"),
            ("GET", format!("/people/{UNKNOWN}"), json!(null), 404, "not-found"),
            ("GET", "/nowhere".to_owned(), json!(null), 404, "no-such-route"),
            ("PUT", "/people".to_owned(), json!(null), 405, "method-not-allowed"),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "x", "holder": {"type": "person", "id": person}}), 409, "unknown-reference"),
            ("POST", "/orgs".to_owned(), json!({"kind": "branch", "name": "支部"}), 409, "misplaced"),
            ("PATCH", format!("/orgs/{unit}"), json!({"parent_id": deep}), 409, "would-cycle"),
            ("POST", "/orgs".to_owned(), json!({"kind": "unit", "name": "层", "parent_id": deep}), 409, "too-deep"),
            ("POST", "/orgs".to_owned(), json!({"kind": "branch", "name": "支部", "parent_id": general, "valid_from": "1999-01-01"}), 409, "outside-life"),
            ("PATCH", format!("/orgs/{branch}"), json!({"name": "x", "effective_on": "1999-01-01"}), 409, "not-alive"),
            ("PATCH", format!("/orgs/{general}"), json!({"code": "1"}), 409, "code-taken"),
            ("POST", "/people".to_owned(), json!({"name": "丙", "external_ids": [{"scheme": "oa", "value": "1"}]}), 409, "external-id-taken"),
            ("POST", "/people".to_owned(), json!({"name": "丙", "staff_no": "A1"}), 409, "staff-no-taken"),
            ("POST", "/posts".to_owned(), json!({"code": "head", "name": "部长", "kinds": []}), 409, "post-taken"),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "head", "holder": {"type": "person", "id": person}}), 409, "post-not-in-kind"),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "secretary", "holder": {"type": "unit", "id": unit}}), 409, "post-full"),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "secretary", "holder": {"type": "unit", "id": unit}, "acting": true}), 409, "acting-taken"),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": person}}), 409, "same-holder"),
            ("PATCH", format!("/orgs/{general}"), json!({"branch_type": "staff"}), 409, "kind-forbids"),
            ("PATCH", format!("/orgs/{general}"), json!({"member_counts": {"full": 4, "counted_on": "2020-01-01"}}), 409, "incomplete-value"),
            ("PATCH", format!("/orgs/{general}"), json!({"unit_ids": [committee]}), 409, "not-a-unit"),
            ("POST", "/supervisions".to_owned(), covers(&inspectors), 409, "supervised-twice"),
            ("POST", "/supervisions".to_owned(), covers(&standing), 409, "not-a-supervision-group"),
            ("POST", "/leading-groups".to_owned(), notice("常设组"), 409, "leading-group-exists"),
            ("PUT", format!("/leading-groups/{standing}"), json!({"parent_id": committee, "name": "常设组", "working_groups": [{"name": "组", "id": general}]}), 409, "not-in-group"),
            ("PUT", format!("/leading-groups/{standing}"), json!({"parent_id": committee, "name": "常设组", "effective_on": "2022-01-01", "working_groups": [{"name": "后组"}]}), 409, "planned-already"),
            ("PUT", format!("/leading-groups/{standing}"), json!({"parent_id": committee, "name": "常设组", "valid_from": "2020-01-01"}), 409, "founding-day-fixed"),
            ("POST", "/leading-groups".to_owned(), json!({"parent_id": committee, "name": "新组", "valid_from": "2020-01-01", "effective_on": "2021-01-01"}), 422, "contradictory"),
            ("DELETE", format!("/people/{person}"), json!(null), 409, "in-use"),
            ("GET", format!("/people/{merged}"), json!(null), 410, "merged"),
            ("GET", "/changes?after=1&epoch=000000000000".to_owned(), json!(null), 410, "start-again"),
            ("POST", format!("/orgs/{gone}/dissolve"), json!({"effective_on": "2010-01-01"}), 409, "already-dissolved"),
            ("POST", format!("/orgs/{branch}/dissolve"), json!({"effective_on": "2000-01-01"}), 409, "dissolved-at-founding"),
            ("POST", format!("/orgs/{branch}/dissolve"), json!({"effective_on": "2020-01-01", "successor_ids": [gone]}), 409, "unfit-successor"),
            ("POST", format!("/orgs/{branch}/restore"), json!({}), 409, "not-dissolved"),
            ("POST", format!("/orgs/{office}/restore"), json!({}), 409, "ended-with"),
            ("DELETE", format!("/orgs/{branch}/versions/2000-01-01"), json!(null), 409, "first-version"),
            ("PATCH", format!("/orgs/{branch}/versions/2010-01-01"), json!({"valid_from": "1999-01-01"}), 409, "boundary-crossed"),
            ("POST", format!("/roles/{ended}/end"), json!({}), 409, "already-ended"),
            ("POST", format!("/roles/{secretary}/end"), json!({"effective_on": "2019-01-01"}), 409, "ends-before-start"),
            ("PUT", format!("/orgs/{committee}/role-order"), json!({"ids": []}), 409, "not-the-whole"),
            ("POST", "/roles".to_owned(), json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": person}, "valid_until": "1990-01-01"}), 422, "empty-period"),
            ("PATCH", format!("/roles/{secretary}"), json!({"end_basis": {"title": "通知"}}), 422, "no-end"),
            ("POST", "/orgs".to_owned(), json!({"kind": "unit", "name": "处", "branch_type": "staff"}), 422, "foreign-field"),
            ("PUT", format!("/orgs/{committee}/role-order"), json!({"ids": [secretary, secretary]}), 422, "repeated-value"),
            ("POST", format!("/people/{person}/merge"), json!({"duplicate_id": person}), 422, "self-reference"),
            ("PATCH", "/posts/clerk".to_owned(), json!({"code": "x"}), 422, "code-is-fixed"),
            ("GET", "/posts?cursor=abc".to_owned(), json!(null), 422, "cursor-invalid"),
            ("GET", format!("/people?cursor={cursor}"), json!(null), 422, "cursor-mismatch"),
        ] {
            let request = app.request(method, &path);
            let answer = match method {
                "PUT" if status != 405 => app.put(&path, body).await,
                _ => app.send(if body.is_null() { request } else { request.json(&body) }).await,
            };
            note(answer, status, slug);
        }
        let order = format!("/orgs/{committee}/role-order");
        let held = app.get(&order).await.body["ids"].clone();
        for (method, path, name, value, body, status, slug) in [
            ("POST", "/posts", "idempotency-key", "k", json!({"code": "x", "name": "x", "kinds": []}), 422, "idempotency-key-reused"),
            ("GET", "/people", "accept", "text/html", json!({}), 406, "not-acceptable"),
            ("GET", "/people", "directory-min-revision", "x", json!({}), 400, "invalid-header"),
            ("PATCH", "/posts/clerk", "if-match", "\"x\"", json!({"rank": 1}), 412, "precondition-failed"),
            ("PUT", &order, "if-match", "*", json!({"ids": held, "basis": {"title": "排名"}}), 428, "precondition-required"),
        ] {
            note(app.send(app.request(method, path).header(name, value).json(&body)).await, status, slug);
        }
        let keyed = || app.request("POST", "/people").header("idempotency-key", "k").json(&json!({"name": "丁"}));
        app.delete(app.send(keyed()).await.is(201).header("location")).await.is(200);
        note(app.send(keyed()).await, 409, "result-gone");
        let post = |content_type: &str, body: String| app.request("POST", "/people").header("content-type", content_type).body(body);
        note(app.send(post("application/json", "{".to_owned())).await, 400, "malformed-json");
        note(app.send(post("application/json", "[".repeat(99))).await, 400, "nested-too-deep");
        note(app.send(post("application/json", " ".repeat((1 << 20) + 1))).await, 413, "body-too-large");
        note(app.send(post("text/plain", String::new())).await, 415, "unsupported-media-type");

        note(app.send(app.request("GET", "/nowhere").header("host", "evil.example")).await, 421, "misdirected-request");
        let nobody = app.person("甲").await;
        app.post(&format!("/people/{nobody}/erase"), json!({})).await.is(200);
        note(app.post(&format!("/people/{nobody}/erase"), json!({})).await, 409, "person-erased");
        let key = app.post("/keys", json!({"name": "门户", "grants": []})).await.is(201);
        let caller = app.with_key(key.body["secret"].as_str().unwrap());
        note(caller.get("/orgs").await, 403, "forbidden");
        app.post(&format!("/keys/{}/revoke", key.id()), json!({})).await.is(200);
        note(caller.get("/orgs").await, 401, "unauthenticated");
        note(app.post(&format!("/keys/{}/rotate", key.id()), json!({})).await, 409, "key-revoked");

        let catalogue = app.get("/problems").await.is(200);
        let known: BTreeSet<String> = catalogue.all("/slug").iter().map(|slug| slug.as_str().unwrap().to_owned()).collect();
        // Too large a tree needs ten thousand orgs: see `orgs`.
        let expected = seen.iter().chain(UNPROVOKED).chain(&["too-large"]).map(|slug| (*slug).to_owned()).collect();
        assert_eq!(known, expected);
    }

    async fn all_parameters_at_fault_are_named_at_once(app: TestApp) {
        for (path, slug, places) in [
            ("/orgs?within=abc&limit=9999&tier=7&foo=1", "validation", &["within", "limit", "tier", "foo"][..]),
            ("/orgs?foo=1&bar=2&kind=unit", "unknown-parameter", &["foo", "bar"]),
            ("/orgs?q=a&q=b&sort=name&sort=name", "repeated-parameter", &["q", "sort"]),
            ("/orgs?q=a&q=b&cursor=!&as_of=2021-02-30", "validation", &["q", "cursor", "as_of"]),
            ("/people?limit=0&dry_run=true", "validation", &["limit", "dry_run"]),
            ("/health/live?a=1&b=1", "unknown-parameter", &["a", "b"]),
        ] {
            let refused = app.get(path).await.is_problem(400, slug);
            let errors = refused.body["errors"].as_array().unwrap();
            let named: Vec<&str> = errors.iter().map(|error| error["parameter"].as_str().unwrap()).collect();
            assert_eq!(named, places, "{path}");
        }
        let path = format!("/orgs/{UNKNOWN}/path?from=1");
        let refused = app.get(&path).await.is_problem(400, "validation");
        assert_eq!(refused.body["errors"].as_array().unwrap().len(), 2, "what is missing and what is unknown");
    }

    async fn all_that_is_wrong_with_a_body_is_told_at_once(app: TestApp) {
        let told = |answer: Answer| {
            let errors = answer.is_problem(400, "validation").body["errors"].as_array().unwrap().clone();
            let mut places: Vec<String> = errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect();
            places.sort();
            places
        };
        for (path, body, places) in [
            ("/people", json!({"name": "", "staf_no": "1", "email": "x", "phone": 5}), &["/email", "/name", "/phone", "/staf_no"][..]),
            ("/people", json!({"external_ids": [{"scheme": "O A", "value": "1"}, {"scheme": "oa"}, {"scheme": "oa", "value": "", "x": 1}]}),
                &["/external_ids/0/scheme", "/external_ids/1/value", "/external_ids/2/value", "/external_ids/2/x", "/name"]),
            ("/people", json!({"name": null, "email": null, "phone": 1}), &["/email", "/name", "/phone"]),
            ("/orgs", json!({}), &["/kind", "/name"]),
            ("/orgs", json!({"kind": "club", "name": " ", "valid_from": "2021-02-30", "order": -1, "unit_ids": ["x", UNKNOWN, "y"], "basis": {"date": "today"}}),
                &["/basis/date", "/basis/title", "/kind", "/name", "/order", "/unit_ids/0", "/unit_ids/2", "/valid_from"]),
            ("/posts", json!({"code": "A B", "kinds": [{"kind": "club"}, {"kind": "unit", "holders_max": 0}]}),
                &["/code", "/kinds/0/kind", "/kinds/1/holders_max", "/name"]),
            ("/supervisions", json!({"scope": "all", "valid_from": 1}), &["/org_id", "/scope", "/supervision_group_id", "/valid_from"]),
            ("/leading-groups", json!({
                "name": "", "working_groups": [{"leaders": [{"acting": 1}]}, {"name": "二组", "id": "x"}],
                "supervision_groups": [{"name": "组", "covers": [{"org_id": "x", "scope": "all"}, {}]}],
            }), &["/name", "/parent_id", "/supervision_groups/0/covers/0/org_id", "/supervision_groups/0/covers/0/scope",
                "/supervision_groups/0/covers/1/org_id", "/supervision_groups/0/covers/1/scope", "/working_groups/0/leaders/0/acting", "/working_groups/0/leaders/0/holder",
                "/working_groups/0/name", "/working_groups/1/id"]),
        ] {
            assert_eq!(told(app.post(path, body.clone()).await), places, "{path} {body}");
        }
        let person = app.person("甲").await;
        let patched = app.patch(&format!("/people/{person}"), json!({"name": null, "email": "x", "phone": null, "x": 1})).await;
        assert_eq!(told(patched), ["/email", "/name", "/x"]);
        // Nothing is told twice, and no more than a reader can use.
        let many: Vec<Value> = (0..200).map(|_| json!({"scheme": "", "value": ""})).collect();
        let refused = told(app.post("/people", json!({"name": "甲", "external_ids": many})).await);
        assert_eq!(refused.len(), 50);
        // What is wrong is told in both languages.
        let body = json!({"name": "", "phone": 5});
        let chinese = app.send(app.request("POST", "/people").header("accept-language", "zh").json(&body)).await;
        let details: Vec<&Value> = chinese.body["errors"].as_array().unwrap().iter().map(|error| &error["detail"]).collect();
        assert_eq!(details, ["不能为空", "必须是字符串"]);
    }

    async fn a_request_that_is_not_http_is_refused(app: TestApp) {
        for raw in [
            "GET /orgs HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n".as_bytes(),
            b"GET /or gs HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET /orgs%zz HTTP/9.9\r\nHost: a\r\n\r\n",
            b"\x16\x03\x01\x02\x00\r\n\r\n",
        ] {
            let answer = send_raw(&app, raw).await;
            assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        }
    }

    async fn a_path_that_is_malformed_is_a_problem_too(app: TestApp) {
        for (path, status) in [("/orgs/%zz", 400), ("/%ff", 404), ("//orgs", 404), ("/orgs/", 404), ("/orgs/..%2fpeople", 400), ("/people/%00", 400)] {
            let raw = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let answer = send_raw(&app, raw.as_bytes()).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
            assert!(answer.contains("content-type: application/problem+json"), "{path}: {answer}");
        }
    }
}
