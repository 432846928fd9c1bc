//! The service under test.

use std::{future::Future, net::TcpListener, sync::Arc, time::Duration};

use campus_org::{
    clock::{Clock, FixedClock},
    domain::{AccessScope, Area, Grant},
    http::{Application, Limits, RateSettings, Settings},
    registry::{self, Registry},
    store::Store,
};
use serde_json::{Value, json};

use super::{
    answer::Answer,
    database::{Backend, TestDatabase},
    operations::Operation,
};

/// The instant at which every test begins: 10:00 on 2026-12-01 in the directory's zone.
pub(crate) const NOW: &str = "2026-12-01T02:00:00Z";
/// The day at that instant.
pub(crate) const TODAY: &str = "2026-12-01";

/// A running service with a database of its own.
#[derive(Debug, Clone)]
pub(crate) struct TestApp {
    pub(crate) address: String,
    pub(crate) clock: FixedClock,
    pub(crate) registry: Registry,
    pub(crate) store: Store,
    pub(crate) database_url: String,
    /// The secret that it sends, if any.
    pub(crate) key: Option<String>,
    client: reqwest::Client,
}

/// Runs a test on a service of its own. Afterwards it compares what the service shows with a fresh load and with
/// the replayed log.
pub(crate) fn run<F, T>(backend: Backend, test: F)
where
    F: FnOnce(TestApp) -> T,
    T: Future<Output = ()>,
{
    run_with(backend, true, test);
}

/// The same on a service that lets nobody in who has no key.
pub(crate) fn run_closed<F, T>(backend: Backend, test: F)
where
    F: FnOnce(TestApp) -> T,
    T: Future<Output = ()>,
{
    run_with(backend, false, test);
}

fn run_with<F, T>(backend: Backend, open: bool, test: F)
where
    F: FnOnce(TestApp) -> T,
    T: Future<Output = ()>,
{
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let database = TestDatabase::create(backend).await;
        let store = database.store().await;
        serve(&store, &database.url, 1, open, test).await;
        store.close().await.expect("closed");
        database.remove().await;
    });
}

/// Runs a test on a service on this database, which makes ids from `seed`. Afterwards it compares what the service shows
/// with a fresh load and with the replayed log.
pub(crate) async fn serve<F, T>(store: &Store, database_url: &str, seed: u16, open: bool, test: F) -> T::Output
where
    F: FnOnce(TestApp) -> T,
    T: Future,
{
    let zone = store.zone("Asia/Shanghai").await.expect("a zone").parse().expect("a known zone");
    let clock = FixedClock::new(NOW.parse().expect("an instant"), seed);
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let (registry, writer) =
        Registry::start(store.clone(), zone, Arc::clone(&shared)).await.expect("the directory loads");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let settings = settings(open);
    let application = Application::build(registry.clone(), shared, listener, &settings).expect("it listens");
    let address = format!("http://{}", application.address());
    let server = application.into_server();
    let handle = server.handle();
    let serving = tokio::spawn(server);

    let app = TestApp {
        address,
        clock,
        registry: registry.clone(),
        store: store.clone(),
        database_url: database_url.to_owned(),
        key: None,
        client: reqwest::Client::new(),
    };
    let outcome = test(app).await;

    let live = registry.snapshot();
    let fresh = registry::load(store, zone).await.expect("loads");
    assert!(fresh == *live, "the tables differ from what the service shows");
    let replayed = registry::replay(store, zone).await.expect("replays");
    assert!(replayed == *live, "the log differs from what the service shows");
    assert_eq!(replayed.chain(), live.chain());

    handle.stop(false).await;
    serving.await.expect("not panicked").expect("stopped");
    drop(registry);
    writer.await.expect("the writer ends");
    outcome
}

/// How a service under test serves. If it is open, everybody may do everything.
pub(crate) fn settings(open: bool) -> Settings {
    let everything = Grant { scopes: AccessScope::ALL.to_vec(), area: Area::Everywhere, org_id: None };
    Settings {
        stale_max: Duration::from_secs(60),
        grace: Duration::from_secs(1),
        anonymous: if open { vec![everything] } else { Vec::new() },
        shows_metrics: open,
        host_names: Vec::new(),
        rates: RateSettings::default(),
        cors_origins: Vec::new(),
        provider: None,
        workers: Some(1),
        limits: Limits::new(256 << 20),
    }
}

impl TestApp {
    /// Runs a test on the same directory, served once more with these settings.
    pub(crate) async fn served(&self, settings: &Settings, test: impl AsyncFnOnce(Self)) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let application = Application::build(self.registry.clone(), clock, listener, settings).expect("it listens");
        let address = format!("http://{}", application.address());
        let server = application.into_server();
        let handle = server.handle();
        let serving = tokio::spawn(server);
        test(Self { address, ..self.clone() }).await;
        handle.stop(false).await;
        serving.await.expect("not panicked").expect("stopped");
    }

    /// A request that the test can complete with reqwest.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        let request = self.client.request(method, format!("{}{path}", self.address));
        match &self.key {
            Some(secret) => request.bearer_auth(secret),
            None => request,
        }
    }

    /// The same service for a caller with that secret.
    pub(crate) fn with_key(&self, secret: &str) -> Self {
        Self { key: Some(secret.to_owned()), ..self.clone() }
    }

    /// The same service for a caller without a key.
    pub(crate) fn anonymous(&self) -> Self {
        Self { key: None, ..self.clone() }
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let operation = Operation::of(request.method().as_str(), request.url().path());
        let answer = Answer::read(self.client.execute(request).await.expect("an answer")).await;
        if let Some(operation) = operation {
            operation.may_answer(&answer);
        }
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("PATCH", path).json(&body)).await
    }

    /// Declares something whole, as one who has just read it: with the tag of the day that it applies from, and with
    /// every list of a leading group that `body` leaves out named as an empty one.
    pub(crate) async fn put(&self, path: &str, mut body: Value) -> Answer {
        if path.starts_with("/leading-groups") {
            name_every_list(&mut body);
        }
        let request = self.request("PUT", path).json(&body);
        let seen = self.seen(path, &body).await;
        self.send(match seen {
            Some(tag) => request.header("if-match", tag),
            None => request,
        })
        .await
    }

    /// The tag of what a PUT replaces. None, if there is nothing.
    pub(crate) async fn seen(&self, path: &str, body: &Value) -> Option<String> {
        let (path, _) = path.split_once('?').unwrap_or((path, ""));
        let path = body["effective_on"].as_str().map_or(path.to_owned(), |on| format!("{path}?as_of={on}"));
        let read = self.get(&path).await;
        (read.status == 200).then(|| read.header("etag").to_owned())
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path)).await
    }

    /// Enters records, one on each line, into the empty directory, as from a file.
    pub(crate) async fn load(&self, lines: &str) {
        let header = r#"{"format":"campus-org","version":1,"zone":"Asia/Shanghai","revision":0}"#;
        let file = format!("{header}\n{lines}");
        let loaded = campus_org::load::load(&self.store, &self.clock, file.as_bytes(), &mut |_, _, _| {}).await;
        let revision = loaded.expect("loaded").revision;
        // Much to read for a busy machine: longer than a request would wait.
        let noticed = async { while self.registry.at_least(revision).await.is_err() {} };
        tokio::time::timeout(Duration::from_secs(60), noticed).await.expect("noticed");
    }

    /// Establishes an org and returns its id.
    pub(crate) async fn org(&self, body: Value) -> String {
        self.post("/orgs", body).await.is(201).id()
    }

    /// Establishes an org of `kind` under `parent` on `valid_from`, named after its kind and day.
    pub(crate) async fn org_under(&self, kind: &str, parent: Option<&str>, name: &str, valid_from: &str) -> String {
        let mut body = json!({"kind": kind, "name": name, "valid_from": valid_from});
        if let Some(parent) = parent {
            body["parent_id"] = json!(parent);
        }
        self.org(body).await
    }

    /// A university committee since 2000-01-01.
    pub(crate) async fn committee(&self) -> String {
        self.org_under("committee", None, "学校党委", "2000-01-01").await
    }

    /// Enters a person and returns their id.
    pub(crate) async fn person(&self, name: &str) -> String {
        self.post("/people", json!({ "name": name })).await.is(201).id()
    }

    /// Gives a person a role from a day on and returns its id.
    pub(crate) async fn role(&self, org: &str, post: &str, person: &str, valid_from: &str) -> String {
        let body =
            json!({"org_id": org, "post": post, "holder": {"type": "person", "id": person}, "valid_from": valid_from});
        self.post("/roles", body).await.is(201).id()
    }
}

/// Adds the lists that a leading group's document leaves out.
pub(crate) fn name_every_list(body: &mut Value) {
    let name = |object: &mut Value, lists: &[&str]| {
        for list in lists {
            if let Some(members) = object.as_object_mut() {
                members.entry(*list).or_insert_with(|| json!([]));
            }
        }
    };
    name(body, &["leaders", "executive_deputy_leaders", "deputy_leaders", "members", "liaisons"]);
    name(body, &["working_groups", "supervision_groups"]);
    if let Some(office) = body.get_mut("office") {
        name(office, &["directors", "deputy_directors", "members", "liaisons"]);
    }
    for (kind, more) in [("working_groups", &[] as &[&str]), ("supervision_groups", &["covers"])] {
        for part in body[kind].as_array_mut().into_iter().flatten() {
            name(part, &["leaders", "deputy_leaders", "members", "liaisons"]);
            name(part, more);
        }
    }
}
