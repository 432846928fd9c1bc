//! Bounds of a request; the problem names the bound.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, api_test};

async fn post_text(app: &TestApp, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    app.send(app.request("POST", "/people").header("content-type", content_type).body(body)).await
}

const JSON: &str = "application/json";
const MIB: usize = 1 << 20;

/// The JSON of a person with exactly that many bytes.
fn person_of(bytes: usize) -> String {
    format!("{{\"name\":\"甲\"{}}}", " ".repeat(bytes - 14))
}

api_test! {
    async fn a_body_has_at_most_one_mebibyte(app: TestApp) {
        assert_eq!(person_of(MIB).len(), MIB);
        post_text(&app, JSON, person_of(MIB)).await.is(201);
        let refused = post_text(&app, JSON, person_of(MIB + 1)).await.is_problem(413, "body-too-large");
        assert_eq!(refused.body["bound"], MIB);
        let id = app.get("/people").await.all("/id")[0].as_str().unwrap().to_owned();
        for (method, path) in [("PATCH", format!("/people/{id}")), ("POST", format!("/people/{id}/merge"))] {
            let request = app.request(method, &path).header("content-type", JSON).body(person_of(MIB + 1));
            app.send(request).await.is_problem(413, "body-too-large");
        }
    }

    async fn a_body_is_not_nested_without_end(app: TestApp) {
        for levels in [33, 10_000, 500_000] {
            let refused = post_text(&app, JSON, format!("{}{}", "[".repeat(levels), "]".repeat(levels))).await;
            assert_eq!(refused.is_problem(400, "nested-too-deep").body["bound"], 32);
        }
        post_text(&app, JSON, format!("{}{}", "[".repeat(32), "]".repeat(32))).await.is_problem(400, "validation");
    }

    async fn what_is_not_json_is_refused(app: TestApp) {
        for text in [r#"{"name": "#, "", "{'name': 1}", r#"{"name": "甲"} {}"#, r#"{"name": "甲", "name": "乙"}"#, "{}\u{feff}", "NaN"] {
            post_text(&app, JSON, text).await.is_problem(400, "malformed-json");
        }
        post_text(&app, JSON, vec![b'"', 0xff, b'"']).await.is_problem(400, "malformed-json");
        post_text(&app, JSON, "null").await.is_problem(400, "validation").at("");
        let told = post_text(&app, JSON, "{\n  \"name\": x}").await.is_problem(400, "malformed-json");
        assert_eq!(told.body["detail"], "The body is not JSON at line 2, column 11.");
    }

    async fn a_byte_order_mark_before_a_body_is_skipped(app: TestApp) {
        let created = post_text(&app, JSON, "\u{feff}{\"name\": \"甲\"}").await.is(201);
        assert_eq!(created.body["name"], "甲");
        let patch = app.request("PATCH", &format!("/people/{}", created.id())).header("content-type", JSON);
        assert_eq!(app.send(patch.body("\u{feff}{\"phone\": \"1\"}")).await.is(200).body["phone"], "1");
        let told = post_text(&app, JSON, "\u{feff}{x").await.is_problem(400, "malformed-json");
        assert_eq!(told.body["detail"], "The body is not JSON at line 1, column 2.");
    }

    async fn a_body_is_json_in_utf_8(app: TestApp) {
        for content_type in ["text/plain", "application/xml", "application/json; charset=gbk", "application/x-www-form-urlencoded", "application/merge-patch+json", "json"] {
            let refused = post_text(&app, content_type, r#"{"name": "甲"}"#).await.is_problem(415, "unsupported-media-type");
            assert_eq!(refused.header("accept"), JSON, "{content_type}");
        }
        let plain = app.request("POST", "/people").body(r#"{"name": "甲"}"#);
        app.send(plain).await.is_problem(415, "unsupported-media-type");
        let zipped = app.request("POST", "/people").header("content-type", JSON).header("content-encoding", "gzip").body("x");
        app.send(zipped).await.is_problem(415, "unsupported-media-type");
        let id = post_text(&app, "application/json; charset=UTF-8", r#"{"name": "甲"}"#).await.is(201).id();
        let patch = |content_type: &str| {
            app.request("PATCH", &format!("/people/{id}")).header("content-type", content_type).body(r#"{"phone": "1"}"#)
        };
        app.send(patch("application/merge-patch+json")).await.is(200);
        app.send(patch(JSON)).await.is(200);
        let refused = app.send(patch("application/json-patch+json")).await.is_problem(415, "unsupported-media-type");
        assert_eq!(refused.header("accept"), "application/merge-patch+json, application/json");
    }

    async fn pages_and_lists_of_values_are_bounded(app: TestApp) {
        for path in ["/orgs", "/people", "/posts", "/roles", "/vacancies"] {
            for limit in ["0", "501", "-1", "x", "", "1.5", "050"] {
                app.get(&format!("{path}?limit={limit}")).await.is_problem(400, "validation").at("limit");
            }
            app.get(&format!("{path}?limit=500")).await.is(200);
            app.get(&format!("{path}?count=1")).await.is_problem(400, "validation").at("count");
        }
        for number in 0..51 {
            app.person(&format!("人{number}")).await;
        }
        assert_eq!(app.get("/people").await.names().len(), 50);
        let values = |count: usize| vec!["secretary"; count].join(",");
        app.get(&format!("/roles?post={}", values(100))).await.is(200);
        app.get(&format!("/roles?post={}", values(101))).await.is_problem(400, "validation").at("post");
        let repeated = |count: usize| vec!["post=secretary"; count].join("&");
        app.get(&format!("/roles?{}", repeated(100))).await.is(200);
        app.get(&format!("/roles?{}", repeated(101))).await.is_problem(400, "validation").at("post");
    }

    async fn a_number_that_does_not_fit_is_told_its_bounds(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let role = app.role(&committee, "member", &person, "2020-01-01").await;
        app.post("/posts", json!({"code": "clerk", "name": "干事", "kinds": []})).await.is(201);
        let (org, role) = (format!("/orgs/{committee}"), format!("/roles/{role}"));
        let counts = |full: &Value| json!({"member_counts": {"full": full, "probationary": 0, "counted_on": "2026-06-30"}});
        let kinds = |field: &str, holders: &Value| json!({"kinds": [{"kind": "committee", (field): holders}]});
        for number in [json!(-1), json!(4_294_967_296_u64), json!(1.5), json!("1")] {
            for (path, body, (min, max)) in [
                (org.as_str(), json!({"order": number}), (0, 1_000_000_u32)),
                (org.as_str(), counts(&number), (0, u32::MAX)),
                (role.as_str(), json!({"order": number}), (0, 1_000_000)),
                ("/posts/clerk", json!({"rank": number}), (0, 1_000_000)),
                ("/posts/clerk", kinds("holders_max", &number), (1, 1000)),
                ("/posts/clerk", kinds("holders_normal", &number), (1, 1000)),
            ] {
                for (language, told) in [("en", format!("must be an integer from {min} to {max}")), ("zh", format!("必须是 {min} 到 {max} 的整数"))] {
                    let refused = app.send(app.request("PATCH", path).header("accept-language", language).json(&body)).await;
                    assert_eq!(refused.is_problem(400, "validation").body["errors"][0]["detail"], told, "{path} {body}");
                }
            }
        }
        let refused = app.patch(&org, json!({"order": null})).await.is_problem(400, "validation");
        assert_eq!(refused.body["errors"][0]["detail"], "must be an integer from 0 to 1000000");
        for (question, told) in [("/orgs?limit=99999999999", "1 to 500"), ("/orgs?tier=300", "1 to 3"), (&format!("{org}/tree?depth=-1"), "0 to 32")] {
            let refused = app.get(question).await.is_problem(400, "validation");
            assert_eq!(refused.body["errors"][0]["detail"], format!("must be an integer from {told}"), "{question}");
        }
    }

    async fn a_query_is_read_strictly(app: TestApp) {
        for (query, slug, place) in [
            ("kindd=unit", "unknown-parameter", "kindd"),
            ("q=a&q=b", "repeated-parameter", "q"),
            ("limit=1&limit=1", "repeated-parameter", "limit"),
            ("q=%ff", "validation", "q"),
            ("q=%00", "validation", "q"),
            ("q=a%00b", "validation", "q"),
            ("name=%0a", "validation", "name"),
            ("kind=", "validation", "kind"),
            ("kind=unit,,branch", "validation", "kind"),
            ("as_of=", "validation", "as_of"),
            ("%ff=1", "unknown-parameter", "%ff"),
        ] {
            app.get(&format!("/orgs?{query}")).await.is_problem(400, slug).at(place);
        }
        for query in ["", "&", "q=a+b", "q=%E5%85%9A"] {
            app.get(&format!("/orgs?{query}")).await.is(200);
        }
        let many: Vec<String> = (0..60).map(|number| format!("a{number}=1")).collect();
        app.get(&format!("/orgs?{}", many.join("&"))).await.is_problem(400, "unknown-parameter");
        app.get(&format!("/orgs/{}%00", "a".repeat(35))).await.is_problem(400, "validation").at("id");
        app.get("/people/%ff").await.is_problem(400, "validation").at("id");
    }

    async fn texts_are_bounded_by_characters(app: TestApp) {
        let name = |count: usize| json!({"name": "党".repeat(count)});
        app.post("/people", name(200)).await.is(201);
        let refused = app.post("/people", name(201)).await.is_problem(400, "validation").at("/name");
        assert_eq!(refused.body["errors"][0]["detail"], "must have at most 200 characters");
        let wide: Value = (0..201).map(|number| (format!("a{number}"), json!(1))).collect::<serde_json::Map<_, _>>().into();
        app.post("/people", wide).await.is_problem(400, "validation");
    }
}
