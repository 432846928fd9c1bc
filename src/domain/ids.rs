//! Identifiers. Each kind of object has its own type, so that ids cannot be confused.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de};
use uuid::{Uuid, fmt::Hyphenated};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::domain::ids::hyphenated(deserializer).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

/// Reads an id with its hyphens, in either case (RFC 9562 §4). It is written in lower case.
pub(super) fn hyphenated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    // Only the form with hyphens has this length.
    let id = Uuid::try_parse(&text).ok().filter(|_| text.len() == Hyphenated::LENGTH);
    id.ok_or_else(|| de::Error::custom(NOT_AN_ID))
}

/// The message for a text that is not an id.
pub const NOT_AN_ID: &str = "must be a UUID with hyphens";

pub(super) use ids;

ids! {
    /// Identifies an org. Names and codes change, the id never does.
    OrgId,
    /// Identifies somebody who can hold roles.
    PersonId,
    /// Identifies a role: one holder, one post, one org, one period.
    RoleId,
}

/// A position in the log: the number of accepted commands up to and including this one.
pub type Revision = u64;
