//! The only SQL, through SeaORM: load everything, append an entry with its rows, read entries after
//! a revision. Knows rows, not rules.

mod connect;
mod dialect;
mod keys;
mod log;
mod migrate;
mod rows;
mod write;

use std::{
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

use sea_orm::{DatabaseConnection, DbErr};

pub use connect::Options;
pub use dialect::Wakeups;
pub use keys::{Answered, RequestKey};
pub use log::News;
pub use migrate::MigrationStatus;
pub use rows::{Changes, Stored};
pub use write::Write;

use crate::domain::{Instant, Revision};

/// A database that holds a directory.
#[derive(Debug, Clone)]
pub struct Store {
    db: DatabaseConnection,
    dialect: Arc<dialect::Dialect>,
    /// When answers that are too old were last looked for, in microseconds since 1970.
    keys_forgotten_at: Arc<AtomicI64>,
}

/// Where the log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last entry.
    pub revision: Revision,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// The newest entry format in the log.
    pub format: i32,
}

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the head for too long.
    #[error("the head row is locked by another process")]
    Locked(#[source] DbErr),
    /// The database answered with an error, or not at all.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// A row does not mean anything to this program.
    #[error("row of {table} cannot be read: {cause}")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// What is wrong with the row.
        cause: String,
    },
    /// The log has entries of a newer program, which this one cannot follow.
    #[error("the log has entries of format {format}, newer than this program's {ours}", ours = crate::domain::Entry::FORMAT)]
    Newer {
        /// The newest format in the log.
        format: i32,
    },
    /// An entry says something that this program does not know: a newer one wrote it.
    #[error("entry {revision} is of a newer program: {cause}")]
    NewerEntry {
        /// Its revision.
        revision: i64,
        /// What is not known.
        cause: String,
    },
    /// The database took longer than it may.
    #[error("the database does not answer")]
    Silent,
    /// The database is another serving process's own.
    #[error("{0}")]
    Owned(String),
    /// The address is not one of a database that this program knows.
    #[error("{0}")]
    Address(String),
}

/// How long a writer waits for the head row before it gives up.
pub const LOCK_WAIT_MAX: Duration = Duration::from_secs(5);
/// How long a transaction may stand idle before PostgreSQL ends it, so that a stopped process frees
/// the head row. Shorter than [`LOCK_WAIT_MAX`]: who waits is served.
pub const IDLE_MAX: Duration = Duration::from_secs(3);
