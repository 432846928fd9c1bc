//! Every operation of the API document with every sort of caller.

use campus_org::http::openapi;
use serde_json::{Value, json};

use super::{
    at, closed_test, everywhere,
    part::{FORMER, MARK, NAME, Part},
    provider::{AUDIENCE, IdentityProvider, Signer},
    tokens::claims,
};
use crate::support::{Answer, TestApp};

/// One operation of the document, with a good request of it.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    template: String,
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
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        app.send(request).await
    }

    /// How a clerk with all scopes in one part is answered who asks for something of another part: if at all, with this
    /// status and type.
    fn refused_outside(&self) -> Option<(u16, &'static str)> {
        let names = self.closed && self.template.contains('{');
        let reads = self.method == "GET";
        match self.scope.as_deref() {
            // What belongs to others is not there.
            Some("people:read" | "people:write" | "people:erase") | None if names => Some((404, "not-found")),
            Some("keys:manage") if names && reads => Some((404, "not-found")),
            Some("keys:manage" | "structure:write" | "roles:write") if !reads => Some((403, "forbidden")),
            _ => self.refused_inside(),
        }
    }

    /// The same of the own part.
    fn refused_inside(&self) -> Option<(u16, &'static str)> {
        // There is one catalogue for all, and one audit.
        let of_all = ["catalogue:write", "audit:read"];
        self.scope.as_deref().is_some_and(|scope| of_all.contains(&scope)).then_some((403, "forbidden"))
    }
}

/// All operations, with what their requests say of a part.
pub(super) fn rows(part: &Part) -> Vec<Row> {
    let document = openapi::document();
    let mut rows = Vec::new();
    for (template, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let id = operation["operationId"].as_str().expect("an id");
            rows.push(Row {
                method: method.to_uppercase(),
                path: part.path(template, id),
                body: operation["requestBody"].is_object().then(|| part.body(id)),
                template: template.clone(),
                closed: operation["security"] != json!([]),
                scope: operation["x-scope"].as_str().map(str::to_owned),
                id: id.to_owned(),
            });
        }
    }
    rows
}

const SCOPES: [&str; 11] = [
    "orgs:read",
    "people:read",
    "people:contact",
    "structure:write",
    "roles:write",
    "people:write",
    "people:erase",
    "catalogue:write",
    "webhooks:manage",
    "keys:manage",
    "audit:read",
];

/// A committee with a part for the tests below it.
async fn part(app: &TestApp) -> Part {
    let university = app.org_under("committee", None, "大学党委", "2000-01-01").await;
    Part::under(app, &university, "inside").await
}

closed_test! {
    async fn every_operation_knows_its_callers(app: TestApp) {
        let rows = rows(&part(&app).await);
        let signer = Signer::new("k");
        let provider = IdentityProvider::with(&[&signer]).await;
        let rules = json!([{"claim": "sub", "value": "u-1", "scopes": SCOPES, "area": "everywhere"}]);
        let settings = provider.settings(&app.clock, &rules, &[]).await;
        app.served(&settings, async |app| every_caller_asks(&app, &rows, &provider, &signer).await).await;
    }

    async fn a_clerk_acts_inside_the_own_area_and_not_outside(app: TestApp) {
        let university = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let mut inside = Part::under(&app, &university, "inside").await;
        let outside = Part::under(&app, &university, "outside").await;
        let clerk = app.caller(json!([at(&SCOPES, "subtree", &inside.top)])).await;
        let admins = rows(&inside);
        inside.ticket = clerk.ticket("/orgs", "many").await.0;
        let mut refused = 0;
        for ((row, theirs), admins) in rows(&inside).iter().zip(rows(&outside)).zip(&admins) {
            let admin = admins.ask(&app).await;
            // Who holds a role cannot be deleted, and who holds none is in nobody's part.
            assert!(admin.status < 300 || row.id == "delete_person", "{}: {}", row.id, admin.text);
            assert_eq!(theirs.ask(&app).await.status, admin.status, "{}", row.id);
            let expected = (admin.status, admin.body["type"].as_str());
            for (row, exception) in [(row, row.refused_inside()), (&theirs, theirs.refused_outside())] {
                let answer = row.ask(&clerk).await;
                let found = (answer.status, answer.body["type"].as_str());
                match exception {
                    None => assert_eq!(found, expected, "{} {}: {}", row.id, row.path, answer.text),
                    Some((status, slug)) => drop(answer.is_problem(status, slug)),
                }
                refused += usize::from(exception.is_some());
            }
        }
        assert!(refused > 30, "{refused}");
    }

    async fn a_reader_of_orgs_is_told_nothing_personal(app: TestApp) {
        let part = part(&app).await;
        let reader = app.caller(json!([everywhere(&["orgs:read"])])).await;
        let mut named = 0;
        for person in part.people.iter().chain([&part.former]) {
            for row in rows(&part.with(person)) {
                let may = matches!(row.scope.as_deref(), None | Some("orgs:read"));
                for more in ["", "status=all", "as_of=2012-01-01", "include=contact", "include=roles"] {
                    let answer = row.ask_for(&reader, more).await;
                    if may {
                        assert!(![401, 403].contains(&answer.status), "{}: {}", row.id, answer.text);
                    } else {
                        assert_eq!(answer.status, 403, "{}: {}", row.id, answer.text);
                    }
                    let told = format!("{:?} {}", answer.headers, answer.text);
                    assert!(!told.contains(MARK) && !told.contains(FORMER), "{} {more}: {told}", row.id);
                    named += told.matches(NAME).count();
                }
            }
        }
        // Who holds a role today is named beside it.
        assert!(named > 0);
    }

    async fn without_the_scope_for_contact_data_nobody_is_shown_any(app: TestApp) {
        let part = part(&app).await;
        let without: Vec<&str> = SCOPES.iter().copied().filter(|scope| *scope != "people:contact").collect();
        let reader = app.caller(json!([everywhere(&["orgs:read", "people:read"])])).await;
        let writer = app.caller(json!([everywhere(&without)])).await;
        let mut told_of = 0;
        for caller in [&reader, &writer] {
            // Who enters somebody gives the data, and may not change those that are there.
            for row in rows(&part).iter().filter(|row| !["create_person", "patch_person"].contains(&&*row.id)) {
                for more in ["", "status=all", "include=contact", "include=roles"] {
                    let answer = row.ask_for(caller, more).await;
                    let told = format!("{:?} {}", answer.headers, answer.text);
                    let is_contact = |text: &str| text.contains(MARK) && (text.contains('@') || text.ends_with("-phone"));
                    assert!(!told.split('"').any(is_contact), "{} {more}: {told}", row.id);
                    told_of += told.matches(NAME).count();
                }
            }
        }
        assert!(told_of > 0);
    }
}

async fn every_caller_asks(app: &TestApp, rows: &[Row], provider: &IdentityProvider, signer: &Signer) {
    let token = |audience: &str| app.with_key(&signer.sign(&claims(provider, "u-1", json!({ "aud": audience }))));
    let elsewhere = token("other-service");
    let expiring =
        json!({"name": "过期", "grants": [everywhere(&["orgs:read"])], "expires_at": "2026-12-01T02:00:01Z"});
    let made = app.post("/keys", expiring).await.is(201).body;
    let expired = made["secret"].as_str().expect("a secret");
    let (revoked, revoked_id) = app.key(json!([everywhere(&["orgs:read"])])).await;
    app.post(&format!("/keys/{revoked_id}/revoke"), json!({})).await.is(200);
    app.clock.set("2026-12-01T02:00:02Z".parse().expect("an instant"));
    token(AUDIENCE).get("/keys").await.is(200);
    let denied = elsewhere.get("/keys").await.is_problem(401, "unauthenticated");
    assert_eq!(denied.body["detail"], "The token is for another service: see `aud`.");
    let strangers = [
        ("nobody", app.anonymous()),
        ("expired", app.with_key(expired)),
        ("revoked", revoked),
        ("unknown", app.with_key(&format!("unknown-{expired}"))),
        ("mistyped", app.with_key(&expired[..expired.len() - 1])),
        ("elsewhere", elsewhere),
    ];
    let without = app.caller(json!([])).await;
    let mut told = String::new();
    for row in rows {
        let open = tag_of(row) == "service";
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
                let others: Vec<&str> = SCOPES.into_iter().filter(|other| other != scope && !reads(other)).collect();
                let others = app.caller(json!([everywhere(&others)])).await;
                row.ask(&others).await.is_problem(403, "forbidden");
                // What a request touches may need another scope, too.
                let only = app.caller(json!([everywhere(&[scope])])).await;
                let answer = row.ask(&only).await;
                assert!(answer.status != 401 && answer.body["scope"] != json!(scope), "{}: {}", row.id, answer.text);
            }
        }
        let path = row.path.split('?').next().expect("a path");
        let ticket = app.ticket(path, "once").await.1;
        let by_ticket = row.ask_for(&app.anonymous(), &format!("ticket={ticket}")).await;
        match (row.closed, row.method.as_str()) {
            (true, "GET") => assert!(![401, 403].contains(&by_ticket.status), "{}: {}", row.id, by_ticket.text),
            (true, _) => drop(by_ticket.is_problem(401, "unauthenticated")),
            (false, _) => drop(by_ticket.is_problem(400, "unknown-parameter")),
        }
        let admin = row.ask(app).await;
        assert!(![401, 403].contains(&admin.status), "{}: {}", row.id, admin.text);
    }
    assert!(told.lines().count() > 300, "{told}");
}

fn tag_of(row: &Row) -> String {
    let document: Value = openapi::document();
    let items = document["paths"].as_object().expect("paths").values();
    let mut operations = items.flat_map(|item| item.as_object().expect("operations").values());
    let operation = operations.find(|operation| operation["operationId"] == row.id.as_str()).expect("it");
    operation["tags"][0].as_str().expect("a tag").to_owned()
}
