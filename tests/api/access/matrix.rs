//! Every operation of the API document with every sort of caller.

use campus_org::http::openapi;
use serde_json::{Value, json};

use super::{closed_test, everywhere};
use crate::support::{Answer, TestApp};

/// One operation of the document, with a path that leads to something.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    has_body: bool,
    /// Whether it is for callers whom the service knows.
    closed: bool,
    scope: Option<String>,
}

impl Row {
    pub(super) async fn ask(&self, app: &TestApp) -> Answer {
        self.ask_for(app, "").await
    }

    /// The same with one more query parameter.
    pub(super) async fn ask_for(&self, app: &TestApp, more: &str) -> Answer {
        let dry = if self.method == "GET" || !self.closed { "" } else { "dry_run=true" };
        let query = [dry, more].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() {
            ""
        } else if self.path.contains('?') {
            "&"
        } else {
            "?"
        };
        let mut request = app.request(&self.method, &format!("{}{mark}{query}", self.path));
        if self.has_body {
            request = request.json(&json!({}));
        }
        app.send(request).await
    }
}

/// What stands for the parameters of paths.
pub(super) struct Ids {
    pub(super) org: String,
    pub(super) person: String,
    pub(super) role: String,
    pub(super) key: String,
    pub(super) ticket: String,
}

pub(super) fn rows(ids: &Ids) -> Vec<Row> {
    let document = openapi::document();
    let mut rows = Vec::new();
    for (template, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let id = match template.split('/').nth(1).expect("a path") {
                "people" => &ids.person,
                "roles" => &ids.role,
                "keys" => &ids.key,
                "tickets" => &ids.ticket,
                _ => &ids.org,
            };
            let path = template
                .replace("{id}", id)
                .replace("{code}", "secretary")
                .replace("{valid_from}", "2000-01-01")
                .replace("{slug}", "post-full")
                .replace("{asset}", "swagger-ui.css");
            assert!(!path.contains('{'), "what stands for the parameter? {path}");
            let path = if template.ends_with("/path") { format!("{path}?to={}", ids.org) } else { path };
            rows.push(Row {
                id: operation["operationId"].as_str().expect("an id").to_owned(),
                method: method.to_uppercase(),
                path,
                has_body: operation["requestBody"].is_object(),
                closed: operation["security"] != json!([]),
                scope: operation["x-scope"].as_str().map(str::to_owned),
            });
        }
    }
    rows
}

closed_test! {
    async fn every_operation_knows_its_callers(app: TestApp) {
        let org = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let person = app.person("王小明").await;
        let role = app.role(&org, "secretary", &person, "2020-01-01").await;
        let (_, key) = app.key(json!([])).await;
        let ticket = app.ticket("/orgs", "many").await.0;
        let rows = rows(&Ids { org, person, role, key, ticket });

        let expiring = json!({"name": "过期", "grants": [everywhere(&["orgs:read"])], "expires_at": "2026-12-01T02:00:01Z"});
        let expired = app.post("/keys", expiring).await.is(201).body["secret"].as_str().expect("a secret").to_owned();
        let (revoked, revoked_id) = app.key(json!([everywhere(&["orgs:read"])])).await;
        app.post(&format!("/keys/{revoked_id}/revoke"), json!({})).await.is(200);
        app.clock.set("2026-12-01T02:00:02Z".parse().expect("an instant"));
        let strangers = [
            ("nobody", app.anonymous()),
            ("expired", app.with_key(&expired)),
            ("revoked", revoked),
            ("unknown", app.with_key(&format!("unknown-{expired}"))),
            ("mistyped", app.with_key(&expired[..expired.len() - 1])),
        ];
        let without = app.caller(json!([])).await;
        let all = ["orgs:read", "people:read", "people:contact", "structure:write", "roles:write", "people:write",
            "people:erase", "catalogue:write", "webhooks:manage", "keys:manage", "audit:read"];

        let mut told = String::new();
        for row in &rows {
            let open = ["service"].contains(&tag_of(row).as_str());
            assert!(row.closed || open, "{} is open to everybody", row.id);
            for (name, stranger) in &strangers {
                let answer = row.ask(stranger).await;
                told += &format!("{} {name}: {}\n", row.id, answer.status);
                if row.closed {
                    answer.is_problem(401, "unauthenticated");
                } else {
                    assert!(answer.status < 400, "{} {name}: {}", row.id, answer.text);
                }
            }
            let refused = row.ask(&without).await;
            match &row.scope {
                None => assert!(![401, 403].contains(&refused.status), "{}: {}", row.id, refused.text),
                Some(scope) => {
                    assert_eq!(refused.is_problem(403, "forbidden").body["scope"], json!(scope), "{}", row.id);
                    // Whoever may change people may read them.
                    let reads = |other: &str| scope == "people:read" && other == "people:write";
                    let others: Vec<&str> = all.into_iter().filter(|other| other != scope && !reads(other)).collect();
                    let others = app.caller(json!([everywhere(&others)])).await;
                    row.ask(&others).await.is_problem(403, "forbidden");
                    let reader = app.caller(json!([everywhere(&[scope])])).await;
                    let answer = row.ask(&reader).await;
                    assert!(![401, 403].contains(&answer.status), "{}: {}", row.id, answer.text);
                }
            }
            let path = row.path.split('?').next().expect("a path");
            let by_ticket = row.ask_for(&app.anonymous(), &format!("ticket={}", app.ticket(path, "once").await.1)).await;
            match (row.closed, row.method.as_str()) {
                (true, "GET") => assert!(![401, 403].contains(&by_ticket.status), "{}: {}", row.id, by_ticket.text),
                (true, _) => drop(by_ticket.is_problem(401, "unauthenticated")),
                (false, _) => drop(by_ticket.is_problem(400, "unknown-parameter")),
            }
            let admin = row.ask(&app).await;
            assert!(![401, 403].contains(&admin.status), "{}: {}", row.id, admin.text);
        }
        assert!(told.lines().count() > 200, "{told}");
    }
}

fn tag_of(row: &Row) -> String {
    let document: Value = openapi::document();
    let items = document["paths"].as_object().expect("paths").values();
    let mut operations = items.flat_map(|item| item.as_object().expect("operations").values());
    let operation = operations.find(|operation| operation["operationId"] == row.id.as_str()).expect("it");
    operation["tags"][0].as_str().expect("a tag").to_owned()
}
