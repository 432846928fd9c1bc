//! Values of query parameters that lists share.

use serde::{Deserialize, Deserializer, de};

use super::input::{AnyOf, AnyText};
use crate::{
    directory::StatusFilter,
    domain::{Epoch, ExternalId, Name, Position, Revision, Scheme, Text},
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

/// A position, or a revision.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) enum PositionText {
    /// As answers give it.
    Position(Position),
    /// Beside an epoch.
    Revision(Revision),
}

impl PositionText {
    /// What it looks like.
    pub(in crate::http) const PATTERN: &str = "^([0-9]{1,16}|[A-Za-z0-9_-]{40})$";
}

impl<'de> Deserialize<'de> for PositionText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_revision = text.len() <= 16 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let read =
            if is_revision { text.parse().ok().map(Self::Revision) } else { text.parse().ok().map(Self::Position) };
        read.ok_or_else(|| de::Error::custom("must be a position or a revision"))
    }
}

/// A revision in a path.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(in crate::http) struct RevisionNumber(pub(in crate::http) Revision);

/// An epoch.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct EpochText(pub(in crate::http) Epoch);

impl<'de> Deserialize<'de> for EpochText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|()| de::Error::custom("must match ^[0-9a-f]{12}$"))
    }
}

/// Who has done something, as the log names them.
#[derive(Debug, Clone)]
pub(in crate::http) struct ActorText(String);

impl ActorText {
    /// What it looks like.
    pub(in crate::http) const PATTERN: &str = "^[0-9a-z-]{1,36}$";
}

impl<'de> Deserialize<'de> for ActorText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_word = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-');
        let legal = (1..=36).contains(&text.len()) && text.bytes().all(is_word);
        if legal { Ok(Self(text)) } else { Err(de::Error::custom(format_args!("must match {}", Self::PATTERN))) }
    }
}

impl From<ActorText> for String {
    fn from(ActorText(text): ActorText) -> Self {
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
