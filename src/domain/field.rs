//! Fields of requests. Absent is not null; lists and places have bounds.

use serde::{Deserialize, Deserializer, de};

/// The largest place in an official order.
pub const ORDER_MAX: i32 = 1_000_000;

/// The three states of a field in a merge patch (RFC 7396).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// The field is absent: leave it as it is.
    #[default]
    Keep,
    /// The field is `null`: clear it.
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

    /// The new value, if there is one.
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
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

/// How a field that may be absent is read when it is present.
pub trait Given<'de>: Sized {
    /// Reads it. `null` is accepted only where it has a meaning.
    ///
    /// # Errors
    ///
    /// The value does not fit.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Reads a field that may be absent.
///
/// # Errors
///
/// The value does not fit.
pub fn given<'de, D: Deserializer<'de>, T: Given<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

impl<'de, T: Deserialize<'de>> Given<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Some)
    }
}

macro_rules! as_it_is {
    ($($type:ty $(, $parameter:ident $(: $bound:ident)? $(, const $max:ident)?)?;)*) => {$(
        impl<'de $(, $parameter: Deserialize<'de> $(, const $max: usize)?)?> Given<'de> for $type {
            fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }
        }
    )*};
}

as_it_is! {
    bool;
    Field<T>, T;
    Items<T, MAX>, T, const MAX;
}

/// A place in an official order, smallest first: 0 to [`ORDER_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderNumber(i32);

impl OrderNumber {
    /// The place of something that has one.
    pub fn at(order: i32) -> Self {
        Self(order)
    }
}

impl From<OrderNumber> for i32 {
    fn from(OrderNumber(order): OrderNumber) -> Self {
        order
    }
}

impl<'de> Deserialize<'de> for OrderNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i32::deserialize(deserializer) {
            Ok(order @ 0..=ORDER_MAX) => Ok(Self(order)),
            _ => Err(de::Error::custom(format_args!("must be an integer from 0 to {ORDER_MAX}"))),
        }
    }
}

/// A list of at most `MAX` items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Items<T, const MAX: usize>(Vec<T>);

impl<T, const MAX: usize> Items<T, MAX> {
    /// A list that was accepted before.
    pub fn of_known(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T, const MAX: usize> Default for Items<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> From<Items<T, MAX>> for Vec<T> {
    fn from(Items(items): Items<T, MAX>) -> Self {
        items
    }
}

impl<T, const MAX: usize> std::ops::Deref for Items<T, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for Items<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<T>::deserialize(deserializer)?;
        if items.len() > MAX {
            return Err(de::Error::custom(format_args!("must have at most {MAX} items")));
        }
        Ok(Self(items))
    }
}
