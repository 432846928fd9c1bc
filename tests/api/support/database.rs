//! A database of its own for each test.

use campus_org::store::{Options, Store};
use sea_orm::{ConnectionTrait, Database};
use uuid::Uuid;

/// The database on which a test runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// An empty, migrated database that is deleted with the test.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Sqlite { _folder: tempfile::TempDir },
    Postgres { name: String },
}

/// The temporary cluster that `cargo xtask test` starts.
fn cluster() -> String {
    std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL is not set: `cargo xtask test` starts a PostgreSQL for the tests and sets it")
}

impl TestDatabase {
    pub(crate) async fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Self { url, kind: Kind::Sqlite { _folder: folder } }
            }
            Backend::Postgres => {
                let cluster = cluster();
                let name = format!("test_{}", Uuid::new_v4().simple());
                let admin = Database::connect(&cluster).await.expect("the PostgreSQL of the tests");
                admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
                admin.close().await.expect("closed");
                let (server, _) = cluster.rsplit_once('/').expect("a database in TEST_POSTGRES_URL");
                Self { url: format!("{server}/{name}"), kind: Kind::Postgres { name } }
            }
        }
    }

    /// A store on it, migrated.
    pub(crate) async fn store(&self) -> Store {
        let store = self.connect().await;
        store.migrate_up(None).await.expect("migrated");
        store
    }

    /// A store on it, without migrating.
    pub(crate) async fn connect(&self) -> Store {
        let options = Options { url: self.url.clone(), connections_max: 4, create: true };
        Store::connect(&options).await.expect("connected")
    }

    pub(crate) async fn remove(self) {
        if let Kind::Postgres { name } = &self.kind {
            let admin = Database::connect(cluster()).await.expect("the PostgreSQL of the tests");
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("dropped");
            admin.close().await.expect("closed");
        }
    }
}
