//! Why the database did not do what was asked.

use std::path::PathBuf;

use sea_orm::DbErr;

use crate::domain::RowCounts;

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
    /// The tables do not have the rows that the head counts: somebody restores a backup, or has left out a part.
    #[error("the tables are not whole: the head counts {told:?}, and there are {found:?}")]
    Incomplete {
        /// What the head counts.
        told: RowCounts,
        /// What there is.
        found: RowCounts,
    },
    /// The database took longer than it may.
    #[error("the database does not answer")]
    Silent,
    /// The database is another serving process's own.
    #[error("{0}")]
    Owned(String),
    /// There is no SQLite file, and none may be created.
    #[error(
        "there is no database at {}: with --create (CAMPUS_ORG_CREATE=true), `serve`, `load` and `migrate up` create one",
        path.display()
    )]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file beside an SQLite database is there without it.
    #[error("{} has the newest changes of a database that is missing: put both back, or move it away", path.display())]
    Orphan {
        /// Where it is.
        path: PathBuf,
    },
    /// The SQLite file can be neither read nor made.
    #[error("{}: {cause}", path.display())]
    File {
        /// Where it should be.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// An open file of an SQLite database was removed, moved or replaced.
    #[error("{} is not the file that was opened: it was removed, moved or replaced", path.display())]
    Misplaced {
        /// Where it was.
        path: PathBuf,
    },
    /// The SQLite file has pages that cannot be right.
    #[error("{} is damaged: {cause}", path.display())]
    Damaged {
        /// Where it is.
        path: PathBuf,
        /// What SQLite says.
        cause: String,
    },
    /// The address is not one of a database that this program knows.
    #[error("{0}")]
    Address(String),
}
