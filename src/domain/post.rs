//! The catalogue of posts (docs/DOMAIN.md §2).

use std::{borrow::Cow, fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Day, Instant, Name, OrgKind, Revision, Text, TextError};

/// A post's code: lower-case letters, digits and `_`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PostCode(Arc<str>);

impl PostCode {
    /// The most characters one may have.
    pub const CHARS_MAX: usize = 40;
    /// The regular expression that the published schema gives.
    pub const PATTERN: &'static str = "^[a-z][a-z0-9_]*$";

    /// Proves that `text` is a code.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.chars().count() > Self::CHARS_MAX {
            return Err(TextError::TooLong { chars_max: Self::CHARS_MAX });
        }
        let legal = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if legal { Ok(Self(text.into())) } else { Err(TextError::Alphabet { pattern: Self::PATTERN }) }
    }

    /// The code itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PostCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PostCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// How a post is held in bodies of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostKind {
    /// The kind of body.
    pub kind: OrgKind,
    /// Never more holders than this on one day; an acting one counts apart, at most one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holders_max: Option<u16>,
    /// The maximum judges only from this day on; absent = always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_since: Option<Day>,
    /// Normally no more holders than this; never refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holders_normal: Option<u16>,
    /// Whether it is a vacancy when nobody holds it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

/// An entry of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Its code: its identity, for ever.
    pub code: PostCode,
    /// Name in Chinese.
    pub name: Name,
    /// Name in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<Text<200>>,
    /// In which kinds of bodies it exists, and how it is held there.
    pub kinds: Vec<PostKind>,
    /// Its place in the catalogue, smallest first.
    pub rank: i32,
    /// Whether its holders belong to the leadership team 班子.
    pub leadership: bool,
    /// The last log entry that changed it.
    #[serde(skip)]
    pub revision: Revision,
    /// When that entry was recorded.
    #[serde(skip)]
    pub updated_at: Instant,
}

impl Post {
    /// How it is held in bodies of `kind`, if it exists there.
    pub fn in_kind(&self, kind: OrgKind) -> Option<&PostKind> {
        self.kinds.iter().find(|entry| entry.kind == kind)
    }
}
