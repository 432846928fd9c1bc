//! Identifiers. Each kind of object has its own type, so that ids cannot be confused.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::{Uuid, fmt::Hyphenated};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                hyphenated(deserializer).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

/// Reads an id with its hyphens, in either case (RFC 9562 §4). It is written in lower case.
fn hyphenated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    // Only the form with hyphens has this length.
    let id = Uuid::try_parse(&text).ok().filter(|_| text.len() == Hyphenated::LENGTH);
    id.ok_or_else(|| de::Error::custom(NOT_AN_ID))
}

/// The message for a text that is not an id.
pub const NOT_AN_ID: &str = "must be a UUID with hyphens";

ids! {
    /// Identifies an org. Names and codes change, the id never does.
    OrgId,
    /// Identifies somebody who can hold roles.
    PersonId,
    /// Identifies a role: one holder, one post, one org, one period.
    RoleId,
    /// Identifies a supervision: one supervision group, one org, one period.
    SupervisionId,
}

/// A position in the log: the number of accepted commands up to and including this one.
pub type Revision = u64;
