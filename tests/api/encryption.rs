//! Encrypted connections to PostgreSQL: the cluster of the tests has a certificate for 127.0.0.1 of an authority of its
//! own.

use std::path::PathBuf;

use campus_org::store::{Options, Store, StoreError};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

use crate::support::{Backend, TestDatabase};

/// The folder with the certificates: `root.crt` is the authority, `other.crt` another one.
fn certificates() -> PathBuf {
    let folder = std::env::var("TEST_POSTGRES_CERTIFICATES");
    folder.expect("TEST_POSTGRES_CERTIFICATES is not set: `cargo xtask test` makes certificates and sets it").into()
}

async fn connected(url: &str) -> Result<Store, StoreError> {
    Store::connect(&Options { url: url.to_owned(), connections_max: 2, create: false }).await
}

/// How many connections to the database are encrypted, and how many are not.
async fn encrypted(database: &TestDatabase) -> (i64, i64) {
    let (server, name) = database.url.rsplit_once('/').expect("a database");
    let admin = Database::connect(format!("{server}/postgres")).await.expect("the PostgreSQL of the tests");
    let sql = "SELECT count(*) FILTER (WHERE ssl), count(*) FILTER (WHERE NOT ssl) FROM pg_stat_ssl JOIN \
               pg_stat_activity USING (pid) WHERE datname = $1";
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [name.into()]);
    let row = admin.query_one_raw(statement).await.expect("asked").expect("a row");
    let counts = (row.try_get_by_index(0).expect("a count"), row.try_get_by_index(1).expect("a count"));
    admin.close().await.expect("closed");
    counts
}

#[tokio::test]
async fn the_address_says_how_a_connection_is_encrypted_postgres() {
    let database = TestDatabase::create(Backend::Postgres).await;
    let folder = certificates();
    let (root, other) = (folder.join("root.crt"), folder.join("other.crt"));
    let (root, other) = (root.display(), other.display());
    for (parameters, encrypts) in [
        ("sslmode=disable".to_owned(), false),
        ("sslmode=allow".to_owned(), true),
        ("sslmode=prefer".to_owned(), true),
        ("sslmode=require".to_owned(), true),
        (format!("sslmode=verify-full&sslrootcert={root}"), true),
    ] {
        let store = connected(&format!("{}?{parameters}", database.url)).await.expect(&parameters);
        // What listens for other writers is encrypted, too.
        let mut wakeups = store.wakeups().await;
        wakeups.next().await;
        let (with, without) = encrypted(&database).await;
        assert!(
            if encrypts { with > 1 && without == 0 } else { with == 0 && without > 1 },
            "{parameters}: {with} {without}"
        );
        drop(wakeups);
        store.close().await.expect("closed");
    }
    let by_name = database.url.replace("127.0.0.1", "localhost");
    for (url, parameters) in [
        (&database.url, format!("sslmode=verify-full&sslrootcert={other}")),
        (&database.url, "sslrootcert=system".to_owned()),
        (&by_name, format!("sslmode=verify-full&sslrootcert={root}")),
    ] {
        let refused = connected(&format!("{url}?{parameters}")).await.expect_err(&parameters);
        let told = format!("{refused:?}");
        assert!(told.contains("Certificate"), "{parameters}: {told}");
    }
    for parameters in
        ["sslmode=required".to_owned(), "ssl_mode=require".to_owned(), format!("sslmode=verify-ca&sslrootcert={root}")]
    {
        let refused = connected(&format!("{}?{parameters}", database.url)).await.expect_err(&parameters);
        assert!(matches!(refused, StoreError::Address(_)), "{refused:?}");
    }
}
