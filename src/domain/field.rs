//! What a merge patch says of one field: absent is not null.

use serde::{Deserialize, Deserializer};

/// The three things that a merge patch (RFC 7396) can say of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// The field is absent: leave it as it is.
    #[default]
    Keep,
    /// The field is `null`: take its value away.
    Clear,
    /// The field has this new value.
    Set(T),
}

impl<T> Field<T> {
    /// The value after this patch of a field that may be empty.
    pub fn over(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The value after this patch of a field that falls back to its default when cleared.
    pub fn or_default(self, current: T) -> T
    where
        T: Default,
    {
        match self {
            Self::Keep => current,
            Self::Clear => T::default(),
            Self::Set(value) => value,
        }
    }

    /// The same patch of a converted value.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Keep => Field::Keep,
            Self::Clear => Field::Clear,
            Self::Set(value) => Field::Set(convert(value)),
        }
    }

    /// Whether the field was given at all.
    pub fn is_given(&self) -> bool {
        !matches!(self, Self::Keep)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<T>::deserialize(deserializer)? {
            None => Self::Clear,
            Some(value) => Self::Set(value),
        })
    }
}
