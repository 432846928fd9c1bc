//! The cost of the database alone, with which `cargo xtask bench` compares the service: the same rows, written and
//! read with the same driver, with nothing decided, checked or indexed.
//!
//! ```text
//! raw write URL COMMANDS TRANSACTIONS   the rows of COMMANDS new orgs in each of TRANSACTIONS transactions
//! raw insert FROM TO                    every row of a directory into one that has just been migrated
//! raw scan URL                          every row that the service reads when it starts
//! ```
//!
//! Each prints one line of names and numbers.

mod tables;
mod write;

use std::{error::Error, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};

const USAGE: &str = "usage: raw write URL COMMANDS TRANSACTIONS | raw insert FROM TO | raw scan URL";
const BUSY_WAIT_MAX: Duration = Duration::from_secs(5);

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Opens a database like the service.
async fn open(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).busy_timeout(BUSY_WAIT_MAX)
    });
    Database::connect(options).await
}

/// Begins a transaction that will write, like the service.
async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let sqlite_transaction_mode =
        (db.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    db.begin_with_options(TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() }).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", url, commands, transactions] => {
            let durations = write::write(&open(url).await?, commands.parse()?, transactions.parse()?).await?;
            let micros = durations.get(durations.len() / 2).ok_or("no transaction")?.as_secs_f64() * 1e6;
            println!("median_us {micros:.1}");
        }
        ["insert", from, to] => {
            let (rows, spent) = tables::copy(&open(from).await?, &open(to).await?).await?;
            println!("rows {rows} seconds {:.3}", spent.as_secs_f64());
        }
        ["scan", url] => {
            let started = std::time::Instant::now();
            let rows = tables::scan(&open(url).await?).await?;
            println!("rows {rows} seconds {:.3}", started.elapsed().as_secs_f64());
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}
