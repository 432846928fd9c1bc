//! Values of query parameters that lists share.

use serde::{Deserialize, Deserializer, de};

use super::input::{AnyOf, AnyText};
use crate::{
    directory::StatusFilter,
    domain::{ExternalId, Name, Scheme, Text},
};

/// The values of a parameter that takes several words. None if it is absent.
pub(in crate::http) fn many<T, U: From<T>>(given: Option<AnyOf<T>>) -> Vec<U> {
    given.map(|AnyOf(values)| values.into_iter().map(U::from).collect()).unwrap_or_default()
}

/// The same of texts.
pub(in crate::http) fn texts<T, U: From<T>>(given: Option<AnyText<T>>) -> Vec<U> {
    many(given.map(|AnyText(values)| AnyOf(values)))
}

/// A text as `q` and `name` compare it: see [`Name::folded`]. Of what folds to nothing, nothing is found.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::http) struct Folded(String);

impl<'de> Deserialize<'de> for Folded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Name::deserialize(deserializer)?;
        let folded = name.folded();
        Ok(Self(if folded.is_empty() { name.to_string() } else { folded.into_owned() }))
    }
}

impl From<Folded> for String {
    fn from(Folded(text): Folded) -> Self {
        text
    }
}

/// A document's number as printed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub(in crate::http) struct DocumentNumber(Text<100>);

impl From<DocumentNumber> for String {
    fn from(DocumentNumber(text): DocumentNumber) -> Self {
        text.to_string()
    }
}

/// A number on the university's staff list.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(in crate::http) struct StaffNumber(Text<40>);

impl From<StaffNumber> for Text<40> {
    fn from(StaffNumber(text): StaffNumber) -> Self {
        text
    }
}

/// `scheme:value`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::http) struct SchemeAndValue(ExternalId);

impl<'de> Deserialize<'de> for SchemeAndValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parsed = text.split_once(':').and_then(|(scheme, value)| {
            Some(ExternalId { scheme: Scheme::parse(scheme).ok()?, value: Text::parse(value).ok()? })
        });
        parsed.map(Self).ok_or_else(|| de::Error::custom("must be scheme:value"))
    }
}

impl From<SchemeAndValue> for ExternalId {
    fn from(SchemeAndValue(id): SchemeAndValue) -> Self {
        id
    }
}

/// The pattern of [`SchemeAndValue`].
pub(in crate::http) const SCHEME_AND_VALUE_PATTERN: &str = concat!(
    r"^[0-9a-z._-]{1,40}:[^\s\u0000-\u001f\u007f-\u009f]",
    r"([^\u0000-\u001f\u007f-\u009f]{0,98}[^\s\u0000-\u001f\u007f-\u009f])?$"
);

/// A tier, 1 to 3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::http) struct TierNumber(u8);

impl<'de> Deserialize<'de> for TierNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer) {
            Ok(tier @ 1..=3) => Ok(Self(tier)),
            _ => Err(de::Error::custom("must be an integer from 1 to 3")),
        }
    }
}

impl From<TierNumber> for u8 {
    fn from(TierNumber(tier): TierNumber) -> Self {
        tier
    }
}

/// Which statuses a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum StatusWord {
    /// Begins later.
    Planned,
    /// Holds on the day.
    Current,
    /// Has ended.
    Ended,
    /// All of them.
    All,
}

/// What the words mean together; what holds on the day where there are none.
pub(in crate::http) fn statuses(words: Option<AnyOf<StatusWord>>) -> StatusFilter {
    let Some(AnyOf(words)) = words else { return StatusFilter::default() };
    words.into_iter().fold(StatusFilter { current: false, ..StatusFilter::default() }, |shown, word| match word {
        StatusWord::Planned => StatusFilter { planned: true, ..shown },
        StatusWord::Current => StatusFilter { current: true, ..shown },
        StatusWord::Ended => StatusFilter { ended: true, ..shown },
        StatusWord::All => StatusFilter::ALL,
    })
}

/// What a list of people or roles shows besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum IncludeContact {
    /// Mail addresses and telephone numbers.
    Contact,
}
