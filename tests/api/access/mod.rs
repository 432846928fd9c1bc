//! Who may see and do what.

mod areas;
mod attacks;
mod audit;
mod browsers;
mod erasure;
mod first_key;
mod keys;
mod matrix;
mod part;
mod process_log;
mod provider;
mod rates;
mod sight;
mod tickets;
mod tokens;

use serde_json::{Value, json};

use crate::support::{Backend, TestApp, run_closed};

/// Declares tests that run on a service that lets nobody in without a key, once on SQLite and once on PostgreSQL. `app`
/// sends a key that may do everything.
macro_rules! closed_test {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports, reason = "what the test file uses")]
            use super::*;

            async fn test($app: $crate::support::TestApp) $body

            #[test]
            fn sqlite() {
                $crate::access::closed($crate::support::Backend::Sqlite, test);
            }

            #[test]
            fn postgres() {
                $crate::access::closed($crate::support::Backend::Postgres, test);
            }
        }
    )*};
}

pub(crate) use closed_test;

pub(crate) fn closed<T: Future<Output = ()>>(backend: Backend, test: impl FnOnce(TestApp) -> T) {
    run_closed(backend, async |app| {
        let (secret, issued) = campus_org::keys::new_secret().expect("a secret");
        let command = campus_org::registry::KeyCommand::CreateFirst { secret: issued };
        campus_org::keys::submit(&app.registry, command).await.expect("made");
        test(app.with_key(secret.as_str())).await;
    });
}

/// Scopes everywhere, as a request has them.
pub(crate) fn everywhere(scopes: &[&str]) -> Value {
    json!({"scopes": scopes, "area": "everywhere"})
}

/// Scopes in an area that names an org.
fn at(scopes: &[&str], area: &str, org: &str) -> Value {
    json!({"scopes": scopes, "area": area, "org_id": org})
}

impl TestApp {
    /// Makes a key, and gives the service as its caller sees it, and the key's id.
    pub(crate) async fn key(&self, grants: Value) -> (Self, String) {
        let made = self.post("/keys", json!({"name": "测试", "grants": grants})).await.is(201);
        (self.with_key(made.body["secret"].as_str().expect("a secret")), made.id())
    }

    /// Makes a ticket, and gives its id and its secret.
    async fn ticket(&self, path: &str, usage: &str) -> (String, String) {
        let made = self.post("/tickets", json!({"path": path, "use": usage})).await.is(201);
        (made.id(), made.body["ticket"].as_str().expect("a secret").to_owned())
    }

    /// The same without the id.
    pub(crate) async fn caller(&self, grants: Value) -> Self {
        self.key(grants).await.0
    }
}
