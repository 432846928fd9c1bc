//! Parameters that take several values and mean any of them.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};
use utoipa::ToSchema;

use super::LIST_ITEMS_MAX;

/// Any of several ids, codes or words: the parameter is repeated, or its values are separated by commas.
///
/// No value contains a comma, so it makes no difference whether commas are percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
pub struct AnyOf<T>(pub Vec<T>);

/// Any of several texts: the parameter is repeated. A comma is part of a text.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
pub struct AnyText<T>(pub Vec<T>);

/// The name under which [`AnyOf`] asks for texts that are split at commas.
pub(super) const PARTED: &str = "$parted";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for AnyOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(PARTED, Values(PhantomData)).map(Self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for AnyText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Values(PhantomData)).map(Self)
    }
}

/// At most [`LIST_ITEMS_MAX`] values.
struct Values<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Values<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("several values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = access.next_element()? {
            if values.len() == LIST_ITEMS_MAX {
                return Err(de::Error::custom(format_args!("must have at most {LIST_ITEMS_MAX} values")));
            }
            values.push(value);
        }
        Ok(values)
    }
}
