//! Questions about API keys.

use super::{Page, PageRequest, Snapshot};
use crate::domain::ApiKey;

impl Snapshot {
    /// A page of the keys, oldest first.
    pub fn keys(&self, page: &PageRequest) -> Page<&ApiKey> {
        Page::of(self.api_keys(), |key| key.id.0.as_bytes().to_vec(), page)
    }
}
