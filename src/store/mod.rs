//! The only SQL, through SeaORM: load everything, append an entry with its rows, read entries after
//! a revision. Knows rows, not rules.

mod address;
mod audit;
mod callers;
mod changes;
mod connect;
mod dialect;
mod error;
mod file;
mod keys;
mod log;
mod migrate;
mod rows;
mod tickets;
mod write;

use std::sync::{Arc, atomic::AtomicI64};

use sea_orm::DatabaseConnection;
use tokio::sync::{Mutex, OwnedMutexGuard};

pub use changes::{Changes, Rows};
pub use connect::Options;
pub use dialect::{IDLE_MAX, LOCK_WAIT_MAX, Scrubbed, Wakeups};
pub use error::StoreError;
pub use keys::{Answered, RequestKey};
pub use log::{ENTRIES_MAX, Mark, News};
pub use migrate::MigrationStatus;
pub use write::WriteTransaction;

use crate::domain::{Chain, Instant, Revision, RowCounts};

/// A database that holds a directory.
#[derive(Debug, Clone)]
pub struct Store {
    db: DatabaseConnection,
    dialect: Arc<dialect::Dialect>,
    /// When answers that are too old were last looked for, in microseconds since 1970.
    keys_forgotten_at: Arc<AtomicI64>,
    /// Whose turn it is to write, where only one can.
    turns: Arc<Mutex<()>>,
}

impl Store {
    /// Waits for the turn to write, on a database that has one writer. That one would otherwise be looked for again and
    /// again.
    async fn turn(&self) -> Option<OwnedMutexGuard<()>> {
        if self.dialect.has_one_writer() { Some(Arc::clone(&self.turns).lock_owned().await) } else { None }
    }
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
    /// Which log it is, with its digest and the number of rows. The default before the chain began.
    pub chain: Chain,
}

impl Head {
    /// Fails if there are not as many rows as it counts.
    fn fits(&self, found: RowCounts) -> Result<(), StoreError> {
        let told = self.chain.rows;
        let fits = self.chain.directory_id.is_none() || told == found;
        if fits { Ok(()) } else { Err(StoreError::Incomplete { told, found }) }
    }
}
