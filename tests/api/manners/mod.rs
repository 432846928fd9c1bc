//! What all operations have in common, one file for each topic.

mod blockers;
mod change;
mod conditional;
mod cursors;
mod dry_run;
mod headers;
mod idempotency;
mod ids;
mod limits;
mod methods;
mod problems;
mod service;

use std::{future::Future, net::TcpListener, sync::Arc};

use campus_org::{clock::Clock, http::Application, registry::Registry};

use crate::support::{TestApp, settings};

/// An unknown id.
const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";

/// Runs `test` on another process over the same database, which loads its present content.
async fn in_another_process<T: Future<Output = ()>>(app: &TestApp, test: impl FnOnce(TestApp) -> T) {
    let zone = app.registry.snapshot().zone();
    let clock: Arc<dyn Clock> = Arc::new(app.clock.clone());
    let (registry, writer) = Registry::start(app.store.clone(), zone, Arc::clone(&clock)).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = settings(true);
    let application = Application::build(registry.clone(), clock, listener, &settings).unwrap();
    let mut other = app.clone();
    other.address = format!("http://{}", application.address());
    other.registry = registry.clone();
    let server = application.into_server();
    let handle = server.handle();
    let serving = tokio::spawn(server);
    test(other).await;
    handle.stop(false).await;
    serving.await.unwrap().unwrap();
    drop(registry);
    writer.await.unwrap();
}
