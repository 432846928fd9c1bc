//! The audit as other rooms see it: what is noted, recorded and read.

use std::sync::atomic::Ordering;

use super::{
    Registry,
    refusals::Audited,
    writer::{bounded, truncated},
};
use crate::domain::{AUDIT_SUBJECTS_MAX, AuditFilter, AuditId, AuditRecord, Error};

impl Registry {
    /// Notes a refusal for the audit. Nobody waits for it.
    pub fn note_refusal(&self, refused: Audited) {
        let Self { inner, .. } = self;
        if !inner.refusals.note(refused, truncated(inner.clock.now()), || inner.clock.new_id()) {
            tracing::warn!("too many sorts of refusals at once: the audit does not have all of them");
        }
    }

    /// Writes to the audit, and returns when that is durable.
    ///
    /// # Errors
    ///
    /// It cannot be written now.
    pub async fn record(&self, audited: Audited) -> Result<(), Error> {
        let clock = &self.inner.clock;
        let now = truncated(clock.now());
        let Audited { about, .. } = audited.clone();
        let records = match about {
            None => vec![audited.record(clock.new_id(), now)],
            Some((kind, ids)) => ids
                .chunks(AUDIT_SUBJECTS_MAX)
                .map(|ids| Audited { about: Some((kind, ids.to_vec())), ..audited.clone() })
                .map(|part| part.record(clock.new_id(), now))
                .collect(),
        };
        self.audit.write(records, false).await
    }

    /// The newest records of the audit that match and come before `before`, at most `items_max`; with those that this
    /// process has not written yet.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn audited(
        &self,
        filter: &AuditFilter,
        before: Option<AuditId>,
        items_max: usize,
    ) -> Result<Vec<AuditRecord>, Error> {
        self.audit.write(Vec::new(), true).await?;
        let found = bounded(self.inner.store.audit(filter, before, items_max)).await;
        found.map_err(|error| self.inner.failed(&error, false))
    }

    /// How many records of the audit match.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn audited_count(&self, filter: &AuditFilter) -> Result<u64, Error> {
        let counted = bounded(self.inner.store.audit_count(filter)).await;
        counted.map_err(|error| self.inner.failed(&error, false))
    }

    /// How many refusals the audit does not have, because there were too many.
    pub fn audit_dropped(&self) -> u64 {
        self.inner.refusals.dropped()
    }

    /// Removes records of the audit from now on when they are older than so many days. 0 keeps them.
    pub fn keep_audit(&self, days: u32) {
        self.inner.audit_days.store(days, Ordering::Relaxed);
    }
}
