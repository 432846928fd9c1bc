//! Callers whom an identity provider knows: their ids, which the log has in place of what the provider calls them.

use super::{
    Registry,
    writer::{bounded, truncated},
};
use crate::domain::{CallerId, CallerRow, Error};

impl Registry {
    /// The id of whom an issuer speaks of as `subject`. Who is new gets one.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn caller_of(&self, issuer: &str, subject: &str) -> Result<CallerId, Error> {
        let Self { inner, .. } = self;
        let id = CallerId(inner.clock.new_id());
        let new = CallerRow {
            id,
            name: String::new(),
            owner: None,
            created_at: truncated(inner.clock.now()),
            last_used_at: None,
        };
        let found = bounded(inner.store.caller_of(issuer, subject, new)).await;
        found.map_err(|error| inner.failed(&error, false))
    }
}
