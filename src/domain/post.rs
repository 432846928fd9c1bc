//! The catalogue of posts (docs/DOMAIN.md §2).

use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{
    Day, Instant, Name, OrgKind, Revision, Text, TextError,
    attributes::{described, facts, patched},
};

/// The most kinds of orgs that a post can name: all of them.
pub const KINDS_MAX: usize = OrgKind::ALL.len();
/// The most holders that a post may have, where it has a maximum.
pub const HOLDERS_MAX: u16 = 1000;

/// A post's code: lower-case letters, digits and `_`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PostCode(Arc<str>);

impl PostCode {
    /// The most characters one may have.
    pub const CHARS_MAX: usize = 40;
    /// The regular expression that the published schema gives.
    pub const PATTERN: &'static str = "^[a-z][a-z0-9_]*$";

    /// Checks that `text` is a code.
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

impl FromStr for PostCode {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for PostCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// How a post is held in orgs of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostKind {
    /// The kind of org.
    pub kind: OrgKind,
    /// The maximum of holders on one day. One acting holder is allowed in addition.
    #[serde(default, deserialize_with = "holders", skip_serializing_if = "Option::is_none")]
    pub holders_max: Option<u16>,
    /// The maximum applies from this day on; if absent, on every day. The service sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_since: Option<Day>,
    /// The usual maximum. More holders are not refused.
    #[serde(default, deserialize_with = "holders", skip_serializing_if = "Option::is_none")]
    pub holders_normal: Option<u16>,
    /// Whether the post is a vacancy when nobody holds it.
    #[serde(default)]
    pub required: bool,
}

fn holders<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    match u16::deserialize(deserializer) {
        Ok(holders @ 1..=HOLDERS_MAX) => Ok(Some(holders)),
        _ => Err(de::Error::custom(format_args!("must be an integer from 1 to {HOLDERS_MAX}"))),
    }
}

/// The attributes of a post.
macro_rules! post_attributes {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {
                /// Name in Chinese.
                name: (one Name), name, "name" "名称";
                /// The kinds of orgs in which it exists, each once, and how it is held there.
                kinds: (items PostKind, KINDS_MAX), kinds, "kinds" "适用类别";
            }
            fixed {
                /// The code that identifies it.
                code: (one PostCode), code, "code" "代码";
            }
            filled {
                /// Its place in the catalogue, smallest first; the last place, if a new post does not give it.
                rank: (place), rank, "rank" "排序";
                /// Whether its holders belong to the leadership team 班子.
                leadership: (choice), leadership, "leadership post" "班子职务";
            }
            optional {
                /// Name in English.
                name_en: (maybe Text<200>), name_en, "English name" "英文名称";
            }
            once {}
            kept {}
            internal {}
        }
    };
}

pub(crate) use post_attributes;

post_attributes! { facts (
    /// An entry of the catalogue.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    Post {
        /// The last log entry that changed it.
        #[serde(skip)]
        revision: Revision,
        /// When that entry was recorded.
        #[serde(skip)]
        updated_at: Instant,
    }
) }
post_attributes! { described (Post) }
post_attributes! { patched (
    /// A change of the attributes of a post.
    PostPatch of Post
) }

impl Post {
    /// How the post is held in orgs of `kind`, if it exists there.
    pub fn in_kind(&self, kind: OrgKind) -> Option<&PostKind> {
        self.kinds.iter().find(|entry| entry.kind == kind)
    }
}
