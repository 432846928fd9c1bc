//! Questions about API keys.

use super::{Page, PageRequest, Snapshot};
use crate::domain::{ApiKey, ApiKeyFacts};

impl Snapshot {
    /// A page of the keys that are shown, oldest first.
    pub fn keys(&self, page: &PageRequest, is_shown: impl Fn(&ApiKeyFacts) -> bool) -> Page<&ApiKey> {
        Page::of(self.api_keys().filter(|key| is_shown(&key.facts)), |key| key.id.0.as_bytes().to_vec(), page)
    }
}
