//! What an accepted command does. Tables, log, snapshot and feed are all written from it.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{kinds::kinds, *};

/// What happens to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// It is new.
    Created,
    /// Some of its values change.
    Changed,
    /// It is deleted, or merged into another one.
    Deleted,
}

impl EffectKind {
    /// What happens to a row with these values before and after.
    pub fn between<T>(before: Option<&T>, after: Option<&T>) -> Self {
        match (before, after) {
            (None, _) => Self::Created,
            (Some(_), Some(_)) => Self::Changed,
            (Some(_), None) => Self::Deleted,
        }
    }
}

/// Door: effects, which rows they are on, and how the log keeps them.
macro_rules! effects {
    (() org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt) => {
        effects! { @each [$org $version $objects $plain $people] }
        effects! { @logged [$org $version $objects $plain] [$people] }
    };
    (@each [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty $(, $day:ident: $day_type:ty)?) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        /// One row put, changed or removed. `before` and `after` are never equal.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the fields are the key of the row, and its value before and after")]
        pub enum Effect {
            $($($(#[doc = $doc])+ $kind {
                $id: $key,
                $($day: $day_type,)?
                before: Option<$value>,
                after: Option<$value>,
            },)*)*
        }

        /// Which row an effect is on.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RowKey {
            $($($(#[doc = $doc])+ $kind($key $(, $day_type)?),)*)*
        }

        impl Effect {
            /// The effect that takes it back.
            #[must_use]
            pub fn reversed(self) -> Self {
                match self {
                    $($(Self::$kind { $id, $($day,)? before, after } => {
                        Self::$kind { $id, $($day,)? before: after, after: before }
                    })*)*
                }
            }

            /// Combines two effects on the same row. `None` if the second undoes the first.
            #[must_use]
            pub fn then(self, later: Self) -> Option<Self> {
                match (self, later) {
                    $($((Self::$kind { $id, $($day,)? before, .. }, Self::$kind { after, .. }) => {
                        (before != after).then_some(Self::$kind { $id, $($day,)? before, after })
                    })*)*
                    (_, later) => Some(later),
                }
            }
        }
    };
    (
        @logged [$({ $(
            $(#[doc = $doc:literal])+
            $kind:ident($id:ident: $key:ty $(, $day:ident: $day_type:ty)?) of $value:ty,
                $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
        )* })*]
        [{
            $(#[doc = $person_doc:literal])+
            $person:ident($person_id:ident: $person_key:ty) of $person_value:ty, $($rest:tt)*
        }]
    ) => {
        /// An effect as the log keeps it: without personal values.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case", tag = "subject", deny_unknown_fields)]
        #[expect(missing_docs, reason = "the fields are those of `Effect`")]
        pub enum LoggedEffect {
            $($($(#[doc = $doc])+ $kind {
                $id: $key,
                $($day: $day_type,)?
                #[serde(default, skip_serializing_if = "Option::is_none")]
                before: Option<$value>,
                #[serde(default, skip_serializing_if = "Option::is_none")]
                after: Option<$value>,
            },)*)*
            /// A person: which fields changed, without their values.
            $person { $person_id: $person_key, act: EffectKind, fields: Vec<PersonField> },
        }

        impl Effect {
            /// The effect without personal values.
            pub fn logged(&self) -> LoggedEffect {
                match self.clone() {
                    $($(Self::$kind { $id, $($day,)? before, after } => {
                        LoggedEffect::$kind { $id, $($day,)? before, after }
                    })*)*
                    Self::$person { $person_id, before, after } => LoggedEffect::$person {
                        $person_id,
                        act: EffectKind::between(before.as_ref(), after.as_ref()),
                        fields: changed_fields(before.as_deref(), after.as_deref()),
                    },
                }
            }
        }

        impl LoggedEffect {
            /// Which row it is on.
            pub fn row(&self) -> RowKey {
                match self.clone() {
                    $($(Self::$kind { $id, $($day,)? .. } => RowKey::$kind($id $(, $day)?),)*)*
                    Self::$person { $person_id, .. } => RowKey::$person($person_id),
                }
            }

            /// Whether the row is as it was: so it is where several acts together have done nothing.
            pub fn does_nothing(&self) -> bool {
                match self {
                    $($(Self::$kind { before, after, .. } => before == after,)*)*
                    Self::$person { fields, .. } => fields.is_empty(),
                }
            }

            /// The effect with the values of a person, which the log does not have.
            pub fn with(self, values: impl FnOnce(PersonId, EffectKind) -> [Option<Arc<Person>>; 2]) -> Effect {
                match self {
                    $($(Self::$kind { $id, $($day,)? before, after } => {
                        Effect::$kind { $id, $($day,)? before, after }
                    })*)*
                    Self::$person { $person_id, act, fields: _ } => {
                        let [before, after] = values($person_id, act);
                        Effect::$person { $person_id, before, after }
                    }
                }
            }
        }
    };
}

kinds! { effects () }

/// The fields in which two states of a person differ.
fn changed_fields(before: Option<&Person>, after: Option<&Person>) -> Vec<PersonField> {
    let changed = match (before, after) {
        (Some(before), Some(after)) => before.differing(after),
        (Some(only), None) | (None, Some(only)) => only.present(),
        (None, None) => Vec::new(),
    };
    changed.into_iter().map(|attribute| PersonField(attribute.name)).collect()
}

/// The name of an attribute of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PersonField(pub &'static str);

impl<'de> Deserialize<'de> for PersonField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        let known = Person::ATTRIBUTES.iter().find(|attribute| attribute.name == name);
        known.map(|attribute| Self(attribute.name)).ok_or_else(|| de::Error::custom("must be an attribute of a person"))
    }
}
