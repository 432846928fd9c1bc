//! Objects of whatever kind, and the keys by which they are found.

use std::sync::Arc;

use uuid::Uuid;

use super::{kinds::kinds, *};

/// The key of a kind of row.
pub trait Key: Clone {
    /// What effects say of the row.
    type Value: Clone + PartialEq;
    /// The row, with its place in the log where it has one.
    type Row;

    /// The key among those of all kinds.
    fn row_key(self) -> RowKey;

    /// An effect on the row.
    fn effect(self, before: Option<Self::Value>, after: Option<Self::Value>) -> Effect;
}

/// The id of a kind of plain objects.
pub trait PlainId:
    Key<Value = Self::Facts, Row = Plain<Self, Self::Facts>> + Copy + Ord + From<Uuid> + Into<Uuid> + 'static
{
    /// What is said of the object.
    type Facts: PlainFacts;
}

/// Door: keys, and which object an act is about.
macro_rules! keys {
    (() org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt) => {
        keys! { @objects [$org $objects $plain $people] }
        keys! { @version $version }
        keys! { @plain $plain }
    };
    (@objects [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        $($(
            impl Key for $key {
                type Value = $value;
                type Row = $kind;

                fn row_key(self) -> RowKey {
                    RowKey::$kind(self)
                }

                fn effect(self, before: Option<$value>, after: Option<$value>) -> Effect {
                    Effect::$kind { $id: self, before, after }
                }
            }
        )*)*

        $($(
            impl From<$key> for ObjectKey {
                fn from(key: $key) -> Self {
                    Self::$kind(key)
                }
            }
        )*)*

        /// One object with all that is said of it.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Object {
            $($($(#[doc = $doc])+ $kind($kind),)*)*
        }

        impl Object {
            /// The same, as the log entry `revision` enters it.
            #[must_use]
            pub fn placed(self, revision: Revision, updated_at: Instant) -> Self {
                match self {
                    $($(Self::$kind(object) => Self::$kind($kind { revision, updated_at, ..object }),)*)*
                }
            }
        }

        /// Which object.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum ObjectKey {
            $($($(#[doc = $doc])+ $kind($key),)*)*
        }

        impl ObjectKey {
            /// Its id or code.
            pub fn id(&self) -> String {
                match self {
                    $($(Self::$kind(key) => key.to_string(),)*)*
                }
            }

            /// What kind of object it is.
            pub fn subject(&self) -> Subject {
                match self {
                    $($(Self::$kind(_) => Subject::$kind,)*)*
                }
            }

            /// The word for its kind, as the database keeps it.
            pub fn word(&self) -> &'static str {
                match self {
                    $($(Self::$kind(_) => stringify!($table),)*)*
                }
            }

            /// The object of that kind with that id or code.
            pub fn parse(word: &str, id: &str) -> Option<Self> {
                match word {
                    $($(stringify!($table) => id.parse().ok().map(Self::$kind),)*)*
                    _ => None,
                }
            }
        }
    };
    (@plain { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {
        $(impl PlainId for $key {
            type Facts = $value;
        })*

        impl Object {
            /// The effects that make it.
            pub fn made(&self) -> Vec<Effect> {
                match self {
                    Self::Org(org) => {
                        let facts = org.id.effect(None, Some(org.facts.clone()));
                        let versions = org.versions.iter();
                        let version = |one: &OrgVersion| (org.id, one.valid_from).effect(None, Some(one.clone()));
                        std::iter::once(facts).chain(versions.map(version)).collect()
                    }
                    Self::Post(post) => vec![post.code.clone().effect(None, Some(post.clone()))],
                    Self::Role(role) => vec![role.id.effect(None, Some(role.facts.clone()))],
                    Self::ApiKey(key) => vec![key.id.effect(None, Some(key.facts.clone()))],
                    Self::PersonAlias(alias) => vec![alias.id.effect(None, Some(alias.facts.clone()))],
                    Self::Person(person) => vec![person.id.effect(None, Some(Arc::new(person.clone())))],
                    $(Self::$kind(object) => vec![object.id.effect(None, Some(object.facts.clone()))],)*
                }
            }
        }
    };
    (@version {
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty, $day:ident: $day_type:ty) of $value:ty, $($rest:tt)*
    }) => {
        impl Key for ($key, $day_type) {
            type Value = $value;
            type Row = ($key, $value);

            fn row_key(self) -> RowKey {
                RowKey::$kind(self.0, self.1)
            }

            fn effect(self, before: Option<$value>, after: Option<$value>) -> Effect {
                Effect::$kind { $id: self.0, $day: self.1, before, after }
            }
        }
    };
}

kinds! { keys () }
