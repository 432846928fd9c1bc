//! What the database has of keys and callers beside the log: the hashes of secrets, and names.

use std::collections::HashMap;

use crate::domain::{CallerId, CallerRow, Field, KeyChange, Revision, SecretHash, SecretRow};

/// The secrets and callers, as they were when an entry of the log had been applied.
#[derive(Debug, Clone, Default)]
pub struct Keyring {
    /// The last entry on a key that it contains.
    pub at: Revision,
    secrets: HashMap<SecretHash, (CallerId, i32)>,
    newest: HashMap<CallerId, SecretRow>,
    callers: HashMap<CallerId, CallerRow>,
}

impl Keyring {
    /// From rows, read after the entry `at`.
    pub fn new(at: Revision, secrets: Vec<SecretRow>, callers: Vec<CallerRow>) -> Self {
        let mut ring = Self { at, ..Self::default() };
        for secret in secrets {
            ring.secrets.insert(secret.hash, (secret.caller_id, secret.rotations));
            let newest = ring.newest.entry(secret.caller_id).or_insert_with(|| secret.clone());
            if newest.rotations < secret.rotations {
                *newest = secret;
            }
        }
        ring.callers = callers.into_iter().map(|caller| (caller.id, caller)).collect();
        ring
    }

    /// The same after changes.
    #[must_use]
    pub fn after(&self, changes: &[KeyChange]) -> Self {
        let mut ring = self.clone();
        for change in changes {
            match change {
                KeyChange::Issued(secret) => {
                    ring.secrets.insert(secret.hash, (secret.caller_id, secret.rotations));
                    ring.newest.insert(secret.caller_id, secret.clone());
                }
                KeyChange::Named(caller) => drop(ring.callers.insert(caller.id, caller.clone())),
                KeyChange::Renamed { id, name, owner } => {
                    if let Some(caller) = ring.callers.get_mut(id) {
                        name.iter().for_each(|name| caller.name.clone_from(name));
                        match owner {
                            Field::Keep => {}
                            Field::Clear => caller.owner = None,
                            Field::Set(owner) => caller.owner = Some(owner.clone()),
                        }
                    }
                }
                KeyChange::Forgotten(id) => {
                    ring.secrets.retain(|_, (caller, _)| caller != id);
                    ring.newest.remove(id);
                    ring.callers.remove(id);
                }
            }
        }
        ring
    }

    /// Whose secret it is, and how many were issued before it.
    pub fn find(&self, secret: SecretHash) -> Option<(CallerId, i32)> {
        self.secrets.get(&secret).copied()
    }

    /// The newest secret of a key.
    pub fn newest(&self, key: CallerId) -> Option<&SecretRow> {
        self.newest.get(&key)
    }

    /// Who is behind a caller id.
    pub fn caller(&self, id: CallerId) -> Option<&CallerRow> {
        self.callers.get(&id)
    }
}
