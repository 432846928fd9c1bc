//! Requests about API keys.

use std::time::Duration;

use crate::{
    access::Secret,
    domain::{ApiKeyFacts, CallerId, Field, Grant, Instant, Name, PersonId, SecretHash},
};

/// A secret as the registry hears of it: its hash, and its beginning.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The hash.
    pub hash: SecretHash,
    /// The beginning, for people.
    pub prefix: String,
}

impl Issued {
    /// What the registry hears of `secret`.
    pub fn of(secret: &Secret) -> Self {
        Self { hash: secret.hash(), prefix: secret.prefix() }
    }
}

/// A new key.
#[derive(Debug, Clone)]
pub struct CreateKey {
    /// What it is called.
    pub name: Name,
    /// Who answers for it.
    pub owner: Option<Name>,
    /// What it allows.
    pub grants: Vec<Grant>,
    /// Whose it is.
    pub person_id: Option<PersonId>,
    /// When it ends.
    pub expires_at: Option<Instant>,
    /// Its secret.
    pub secret: Issued,
}

/// A change of a key.
#[derive(Debug, Clone, Default)]
pub struct PatchKey {
    /// What it is called.
    pub name: Option<Name>,
    /// Who answers for it.
    pub owner: Field<Name>,
    /// What it allows.
    pub grants: Option<Vec<Grant>>,
    /// Whose it is.
    pub person_id: Field<PersonId>,
    /// When it ends.
    pub expires_at: Field<Instant>,
}

/// What is asked about keys.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is the operation of its name")]
pub enum KeyCommand {
    Create(Box<CreateKey>),
    Patch {
        id: CallerId,
        patch: Box<PatchKey>,
    },
    /// A new secret; the present one is accepted for `overlap` more.
    Rotate {
        id: CallerId,
        secret: Issued,
        overlap: Duration,
    },
    Revoke {
        id: CallerId,
    },
    Delete {
        id: CallerId,
    },
    /// A key that allows everything, if no key allows to manage keys.
    CreateFirst {
        secret: Issued,
    },
}

impl KeyCommand {
    /// Its name in the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Create(_) => "key.created",
            Self::Patch { .. } => "key.changed",
            Self::Rotate { .. } => "key.rotated",
            Self::Revoke { .. } => "key.revoked",
            Self::Delete { .. } => "key.deleted",
            Self::CreateFirst { .. } => "key.first_created",
        }
    }

    /// The key that it names; none if it makes one.
    pub fn target(&self) -> Option<CallerId> {
        match self {
            Self::Patch { id, .. } | Self::Rotate { id, .. } | Self::Revoke { id } | Self::Delete { id } => Some(*id),
            Self::Create(_) | Self::CreateFirst { .. } => None,
        }
    }
}

impl PatchKey {
    /// What becomes of the attributes that the log has.
    pub(super) fn applied_to(&self, facts: &ApiKeyFacts) -> ApiKeyFacts {
        let mut facts = facts.clone();
        if let Some(grants) = &self.grants {
            facts.grants.clone_from(grants);
        }
        match self.person_id {
            Field::Keep => {}
            Field::Clear => facts.person_id = None,
            Field::Set(person) => facts.person_id = Some(person),
        }
        match self.expires_at {
            Field::Keep => {}
            Field::Clear => facts.expires_at = None,
            Field::Set(at) => facts.expires_at = Some(at),
        }
        facts
    }
}
