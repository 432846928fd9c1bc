//! Reads the log for those who tell of the past.

use super::{Registry, steps::LOADED, writer::bounded};
use crate::{
    domain::{Entry, Error, Revision},
    store::{Mark, News, StoreError},
};

/// Entries, the newest first.
#[derive(Debug)]
pub struct Older {
    /// The entries, in order, without gap.
    pub entries: Vec<Entry>,
    /// When the entry before the last of them was recorded, and its digest.
    pub before: Mark,
}

impl Registry {
    /// The entries after `revision`: at most `entries_max`, and fewer if they are long.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn news(&self, revision: Revision, entries_max: u64) -> Result<News, Error> {
        self.read(self.inner.store.news(revision, entries_max)).await
    }

    /// The entries up to `revision`, the newest first: at most `entries_max`, and fewer if they are long.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn older(&self, revision: Revision, entries_max: u64) -> Result<Older, Error> {
        let (entries, before) = self.read(self.inner.store.older(revision, entries_max)).await?;
        Ok(Older { entries, before: before.unwrap_or_default() })
    }

    /// One entry.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn entry(&self, revision: Revision) -> Result<Option<Entry>, Error> {
        self.read(self.inner.store.entry(revision)).await
    }

    /// The last of the entries from `revision` on with which a whole directory was loaded at once.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn end_of_load(&self, revision: Revision) -> Result<Revision, Error> {
        self.read(self.inner.store.last_of_kind(revision, LOADED)).await
    }

    /// The first entry of the act that has the entry `revision`: another one where a whole directory was loaded at once.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn beginning_of_load(&self, revision: Revision) -> Result<Revision, Error> {
        self.read(self.inner.store.first_of_kind(revision, LOADED)).await
    }

    async fn read<T>(&self, reading: impl Future<Output = Result<T, StoreError>>) -> Result<T, Error> {
        bounded(reading).await.map_err(|error| self.inner.failed(&error, false))
    }

    /// The revision that is published next after `revision`, or the newest one already; waits for it as long as it takes.
    pub async fn beyond(&self, revision: Revision) {
        let mut watched = self.inner.revision.subscribe();
        // It fails only when the process ends.
        drop(watched.wait_for(|current| *current > revision).await);
    }
}
