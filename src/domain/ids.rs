//! Identifiers. Each kind of thing has its own type, so that one cannot be passed for another.

use std::{borrow::Cow, fmt};

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
    // Of the forms that a UUID is read in, only the one with hyphens is that long.
    let id = Uuid::try_parse(&text).ok().filter(|_| text.len() == Hyphenated::LENGTH);
    id.ok_or_else(|| de::Error::custom(NOT_AN_ID))
}

/// What is said of a text that is no id.
pub const NOT_AN_ID: &str = "must be a UUID with hyphens";

ids! {
    /// Identifies a body, for ever; its names and codes come and go.
    OrgId,
    /// Identifies somebody who can hold roles.
    PersonId,
    /// Identifies one holding of one post in one body for one period.
    RoleId,
    /// Identifies one supervision group's covering of one body for one period.
    SupervisionId,
}

/// A position in the log: the number of accepted commands up to and including this one.
pub type Revision = u64;
