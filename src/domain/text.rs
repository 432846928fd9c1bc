//! Texts that are checked when they are made, and the forms of a name for search and sorting.

use std::{
    borrow::Cow,
    fmt,
    ops::RangeInclusive,
    sync::{Arc, LazyLock},
};

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use pinyin::ToPinyin;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// It has no character.
    #[error("must not be empty")]
    Empty,
    /// It has more characters than the field allows.
    #[error("must have at most {chars_max} characters")]
    TooLong {
        /// The most characters (Unicode scalar values) that the field allows.
        chars_max: usize,
    },
    /// It begins or ends with white space.
    #[error("must not begin or end with white space")]
    Untrimmed,
    /// It has a control character, such as NUL or a line break.
    #[error("must not contain control characters")]
    Control,
    /// It has characters outside the field's alphabet.
    #[error("must match {pattern}")]
    Alphabet {
        /// The regular expression that the published schema gives for it.
        pattern: &'static str,
    },
}

fn check(text: &str, chars_max: usize, breaks: bool) -> Result<(), TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > chars_max {
        return Err(TextError::TooLong { chars_max });
    }
    if text.chars().any(|c| c.is_control() && !(breaks && matches!(c, '\n' | '\t'))) {
        return Err(TextError::Control);
    }
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return Err(TextError::Untrimmed);
    }
    Ok(())
}

macro_rules! text_traits {
    ($name:ident $(<const $max:ident>)?) => {
        impl $(<const $max: usize>)? $name $(<$max>)? {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $(<const $max: usize>)? fmt::Display for $name $(<$max>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl $(<const $max: usize>)? Serialize for $name $(<$max>)? {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de $(, const $max: usize)?> Deserialize<'de> for $name $(<$max>)? {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }
    };
}

/// One line of text: 1 to `MAX` characters, no control characters, no white space at the ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(Arc<str>);

impl<const MAX: usize> Text<MAX> {
    /// Checks that `text` is legal.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        check(text, MAX, false)?;
        Ok(Self(text.into()))
    }
}

text_traits!(Text<const MAX>);

/// Prose: 1 to `MAX` characters, line breaks and tabs allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongText<const MAX: usize>(Arc<str>);

impl<const MAX: usize> LongText<MAX> {
    /// Checks that `text` is legal.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        check(text, MAX, true)?;
        Ok(Self(text.into()))
    }
}

text_traits!(LongText<const MAX>);

macro_rules! ascii_text {
    ($(#[$doc:meta])* $name:ident, $max:literal, $pattern:literal, $legal:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The most characters one may have.
            pub const CHARS_MAX: usize = $max;
            /// The regular expression that the published schema gives.
            pub const PATTERN: &'static str = $pattern;

            /// Checks that `text` is legal.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                check(text, Self::CHARS_MAX, false)?;
                let legal: fn(&str) -> bool = $legal;
                if !legal(text) {
                    return Err(TextError::Alphabet { pattern: Self::PATTERN });
                }
                Ok(Self(text.into()))
            }
        }

        text_traits!($name);
    };
}

ascii_text! {
    /// The code of an org in the university's own scheme: letters, digits, `.`, `_` and `-`.
    Code, 40, "^[0-9A-Za-z._-]+$",
    |text| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

ascii_text! {
    /// The name of a scheme of external identifiers, for example `gb32100` or `oa`.
    Scheme, 40, "^[0-9a-z._-]+$",
    |text| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'))
}

ascii_text! {
    /// A mail address.
    Email, 120, "^[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)+$",
    |text| text.split_once('@').is_some_and(|(local, host)| {
        let word = |s: &str, extra: &[u8]| {
            !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || extra.contains(&b))
        };
        word(local, b"._%+") && host.contains('.') && host.split('.').all(|label| word(label, b""))
    })
}

/// The name of an org or a person, with its forms for search and sorting.
///
/// Equality, order and the serialised form are those of the text alone. The other forms are made when they are
/// needed: there are very many names, and each is compared far more often than it is sorted.
#[derive(Clone)]
pub struct Name {
    text: Arc<str>,
    /// Whether folding changes nothing, as for most names.
    is_folded: bool,
}

impl Name {
    /// The most characters a name may have.
    pub const CHARS_MAX: usize = 200;

    /// Checks that `text` is legal.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        check(text, Self::CHARS_MAX, false)?;
        Ok(Self { text: text.into(), is_folded: folds_to_itself(text) })
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name in simplified script and lower case: what `q` and `name` compare.
    pub fn folded(&self) -> Cow<'_, str> {
        if self.is_folded { Cow::Borrowed(&self.text) } else { Cow::Owned(fold(&self.text)) }
    }

    /// The sort key: pinyin with tones, character by character.
    pub fn pinyin(&self) -> String {
        pinyin_key(&self.folded())
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Name {}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

static TO_SIMPLIFIED: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// The Chinese characters of the first plane.
const FIRST_PLANE: RangeInclusive<char> = '\u{2e80}'..='\u{faff}';

/// What each character of [`FIRST_PLANE`] folds to. The table is much faster than the converter.
static FOLDED: LazyLock<Vec<char>> = LazyLock::new(|| FIRST_PLANE.map(|c| converted(c).unwrap_or(c)).collect());

/// The simplified form of a character, if it is another character and only one.
fn converted(c: char) -> Option<char> {
    let converter = TO_SIMPLIFIED.as_ref()?;
    let simplified = converter.convert(c.encode_utf8(&mut [0; 4]));
    let mut chars = simplified.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn simplified(c: char) -> char {
    if c.is_ascii() {
        c
    } else if FIRST_PLANE.contains(&c) {
        FOLDED.get(c as usize - *FIRST_PLANE.start() as usize).copied().unwrap_or(c)
    } else {
        converted(c).unwrap_or(c)
    }
}

fn folds_to_itself(text: &str) -> bool {
    text.chars().all(|c| {
        let mut lower = c.to_lowercase();
        simplified(c) == c && lower.next() == Some(c) && lower.next().is_none()
    })
}

/// Folds traditional into simplified script and upper into lower case, character by character. So a part of a name
/// folds in the same way as the whole name. The converter does not: it leaves 乾 in 乾隆, but makes it 干 when it
/// stands alone.
pub(crate) fn fold(text: &str) -> String {
    text.chars().flat_map(|c| simplified(c).to_lowercase()).collect()
}

/// The sort key of a folded name: each Chinese character becomes its pinyin with the tone at the
/// end, so that 白 (bai2) stands before 包 (bao1); characters with one pinyin keep their own order.
fn pinyin_key(folded: &str) -> String {
    let mut key = String::with_capacity(folded.len() * 3);
    for (c, pinyin) in folded.chars().zip(folded.to_pinyin()) {
        if let Some(pinyin) = pinyin {
            key.push_str(pinyin.with_tone_num_end());
        }
        key.push(c);
        key.push('\u{1}');
    }
    key
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_scripts_fold_to_one_form() {
        assert_eq!(fold("計算機科學與信息工程學院"), "计算机科学与信息工程学院");
        assert_eq!(fold("孫國權"), fold("孙国权"));
        assert_eq!(fold("OA Office"), "oa office");
        assert!(fold("乾坤书院").contains(&fold("乾")));
    }

    proptest! {
        #[test]
        fn a_part_of_a_name_folds_as_it_does_in_the_whole(head in "[乾隆坤著頭髮ΑΣ]{0,3}", tail in "[乾隆坤著頭髮ΑΣ]{0,3}") {
            prop_assert_eq!(fold(&format!("{head}{tail}")), fold(&head) + &fold(&tail));
        }
    }

    #[test]
    fn names_sort_by_pinyin_and_tone() {
        let key = |text| Name::parse(text).expect("legal").pinyin();
        assert!(key("白") < key("包"));
        assert!(key("胡春梅") < key("孙国权"));
        assert!(key("孙国权") < key("王玉玲"));
        assert!(key("孙") < key("孙国权"));
    }

    #[test]
    fn illegal_texts_say_why() {
        assert_eq!(Text::<3>::parse("").err(), Some(TextError::Empty));
        assert_eq!(Text::<3>::parse("四个汉字").err(), Some(TextError::TooLong { chars_max: 3 }));
        assert_eq!(Text::<9>::parse("a\0b").err(), Some(TextError::Control));
        assert_eq!(Text::<9>::parse(" a").err(), Some(TextError::Untrimmed));
        assert!(LongText::<9>::parse("a\nb").is_ok());
        assert!(Code::parse("611-001.A").is_ok());
        assert!(Code::parse("611 001").is_err());
        assert!(Email::parse("a.b@example.edu.cn").is_ok());
        assert!(Email::parse("a@b").is_err());
    }
}
