//! Why the database did not do what was asked.

use sea_orm::DbErr;

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
