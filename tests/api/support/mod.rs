//! Support for tests: a service with a database of its own, and an HTTP client for it.

mod answer;
mod app;
pub(crate) mod copy;
mod database;
pub(crate) mod invariants;
pub(crate) mod load;
mod operations;
pub(crate) mod process;

pub(crate) use answer::Answer;
pub(crate) use app::{NOW, TODAY, TestApp, name_every_list, run, run_closed, serve, settings};
pub(crate) use database::{Backend, TestDatabase};
pub(crate) use operations::Operation;

/// Declares tests that run once on SQLite and once on PostgreSQL.
///
/// ```ignore
/// api_test! {
///     async fn a_new_org_is_found(app: TestApp) {
///         app.get("/orgs").await.is(200);
///     }
/// }
/// ```
macro_rules! api_test {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports, reason = "what the test file uses")]
            use super::*;

            async fn test($app: $crate::support::TestApp) $body

            #[test]
            fn sqlite() {
                $crate::support::run($crate::support::Backend::Sqlite, test);
            }

            #[test]
            fn postgres() {
                $crate::support::run($crate::support::Backend::Postgres, test);
            }
        }
    )*};
}

pub(crate) use api_test;
