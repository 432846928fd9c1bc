//! Texts that are checked when they are made, and the forms of a name for search and sorting.

use std::{
    borrow::Cow,
    fmt,
    ops::RangeInclusive,
    sync::{Arc, LazyLock},
};

use email_address::{EmailAddress, Options};
use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use pinyin::ToPinyin;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory};

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
    /// It has a character that cannot be seen: a zero width, a direction, an unassigned or private one.
    #[error("must not contain U+{:04X}, which cannot be seen", u32::from(*found))]
    Unseen {
        /// The first one.
        found: char,
    },
    /// It is no mail address.
    #[error("must be a mail address, such as office@example.edu.cn")]
    NoMailAddress,
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
    if let Some(found) = text.chars().find(|c| is_unseen(*c)) {
        return Err(TextError::Unseen { found });
    }
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return Err(TextError::Untrimmed);
    }
    Ok(())
}

/// Whether a character cannot be seen, or looks different everywhere.
fn is_unseen(c: char) -> bool {
    if c.is_ascii() || UNIFIED.contains(&c) {
        return false;
    }
    let by_category = matches!(
        c.general_category(),
        Category::Format
            | Category::Unassigned
            | Category::PrivateUse
            | Category::LineSeparator
            | Category::ParagraphSeparator
    );
    by_category || INVISIBLE.iter().any(|range| range.contains(&c))
}

/// The Chinese characters that were assigned first. All of them can be seen.
const UNIFIED: RangeInclusive<char> = '\u{4e00}'..='\u{9fa5}';
/// Letters and marks without a shape: joiners, fillers, selectors of variants, the empty braille pattern.
const INVISIBLE: [RangeInclusive<char>; 9] = [
    '\u{34f}'..='\u{34f}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{e0100}'..='\u{e01ef}',
];

/// The text in composed form (NFC), so that what looks the same is the same.
fn composed(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
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
        let text = composed(text);
        check(&text, MAX, false)?;
        Ok(Self(text.into()))
    }

    /// The text as it is compared with others: see [`Name::folded`].
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

text_traits!(Text<const MAX>);

/// Prose: 1 to `MAX` characters, line breaks and tabs allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongText<const MAX: usize>(Arc<str>);

impl<const MAX: usize> LongText<MAX> {
    /// Checks that `text` is legal.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = composed(text);
        check(&text, MAX, true)?;
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

/// A mail address (RFC 5322, RFC 6531) at a host with a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(Arc<str>);

impl Email {
    /// The most characters one may have.
    pub const CHARS_MAX: usize = 120;

    /// Checks that `text` is legal.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = composed(text);
        check(&text, Self::CHARS_MAX, false)?;
        let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
        EmailAddress::parse_with_options(&text, options).map_err(|_| TextError::NoMailAddress)?;
        Ok(Self(text.into()))
    }
}

text_traits!(Email);

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
        let text = composed(text);
        check(&text, Self::CHARS_MAX, false)?;
        // A mark needs something that it marks.
        let is_mark = |c: char| matches!(c.general_category(), Category::NonspacingMark | Category::EnclosingMark);
        if text.chars().all(|c| c.is_whitespace() || is_mark(c)) {
            return Err(TextError::Empty);
        }
        Ok(Self { is_folded: folds_to_itself(&text), text: text.into() })
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name in simplified script, lower case and half width, without accents, white space, apostrophes and middle
    /// dots: what `q` and `name` compare.
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
/// Stands in [`FOLDED`] for a character that does not fold to one other.
const NOT_ONE: char = '\0';

/// What each character of [`FIRST_PLANE`] folds to. The table is much faster than the converter.
static FOLDED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let one = |c| {
        let mut folded = fold_slowly(c);
        folded.next().filter(|_| folded.next().is_none()).unwrap_or(NOT_ONE)
    };
    FIRST_PLANE.map(one).collect()
});

/// The simplified form of a character, if it is another character and only one.
fn simplified(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let converted = |converter: &OpenCC| {
        let simplified = converter.convert(c.encode_utf8(&mut [0; 4]));
        let mut chars = simplified.chars();
        chars.next().filter(|_| chars.next().is_none())
    };
    TO_SIMPLIFIED.as_ref().and_then(converted).unwrap_or(c)
}

/// Marks between the parts of a name, which people write in many ways or not at all.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\'' | '`' | '´' | '\u{2b9}'..='\u{2bf}' | '‘' | '’' | '‛' | '′')
        || matches!(c, '·' | '•' | '‧' | '∙' | '⋅' | '・' | '\u{387}' | '\u{2e31}' | '\u{ff65}')
}

fn fold_slowly(c: char) -> impl Iterator<Item = char> {
    let shape = |c: &char| !is_between(*c) && c.general_category() != Category::NonspacingMark;
    let parts: Vec<char> = std::iter::once(c).filter(|c| !is_between(*c)).nfkd().filter(shape).collect();
    parts.into_iter().flat_map(|c| simplified(c).to_lowercase())
}

/// What a character folds to, if it is one character.
fn folded_to_one(c: char) -> Option<char> {
    if c.is_ascii() {
        return (!is_between(c)).then(|| c.to_ascii_lowercase());
    }
    if FIRST_PLANE.contains(&c) {
        let one = FOLDED.get(c as usize - *FIRST_PLANE.start() as usize).copied();
        return one.filter(|one| *one != NOT_ONE);
    }
    let mut folded = fold_slowly(c);
    folded.next().filter(|_| folded.next().is_none())
}

fn folds_to_itself(text: &str) -> bool {
    text.chars().all(|c| folded_to_one(c) == Some(c))
}

/// Folds script, case, width, accents, and leaves out what stands between the parts of a name, character by character.
/// So a part of a name folds in the same way as the whole name. The converter of scripts does not: it leaves 乾 in 乾隆,
/// but makes it 干 when it stands alone.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match folded_to_one(c) {
            Some(one) => folded.push(one),
            None => folded.extend(fold_slowly(c)),
        }
    }
    folded
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
        assert_eq!(fold("OA Office"), "oaoffice");
        assert!(fold("乾坤书院").contains(&fold("乾")));
    }

    proptest! {
        #[test]
        fn a_part_of_a_name_folds_as_it_does_in_the_whole(head in "[乾隆坤著頭髮ΑΣÁé·　 Ｆ]{0,3}", tail in "[乾隆坤著頭髮ΑΣÁé·　 Ｆ]{0,3}") {
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
        for legal in ["a.b@example.edu.cn", "o'brien@x.edu.cn", "李@x.cn", "office@大学.cn"] {
            assert!(Email::parse(legal).is_ok(), "{legal}");
        }
        for illegal in ["a@b", "a..b@x.cn", "a@-x.cn", "a@x-.cn", "a@[10.0.0.1]", "李 <a@x.cn>", "@x.cn", "a"] {
            assert_eq!(Email::parse(illegal).err(), Some(TextError::NoMailAddress), "{illegal}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        for unseen in [
            "周\u{200b}涛",
            "\u{202e}涛",
            "周\u{e000}",
            "周\u{fe0f}",
            "周\u{3164}",
            "周\u{ad}",
            "周\u{feff}",
            "周\u{378}",
        ] {
            let refused = Name::parse(unseen).err();
            assert!(matches!(refused, Some(TextError::Unseen { .. })), "{unseen:?} {refused:?}");
        }
        assert_eq!(Name::parse("\u{301}").err(), Some(TextError::Empty));
        for seen in ["买买提·阿不都热依木", "Vélázquez", "𠮷野家", "ＬＩＵ Wei", "〇"] {
            assert!(Name::parse(seen).is_ok(), "{seen}");
        }
        assert_eq!(Name::parse("Ve\u{301}la").expect("legal").as_str(), "Véla", "composed");
    }

    #[test]
    fn what_looks_alike_folds_to_one_form() {
        for (one, other) in [
            ("ＬＩＵ Wei", "liuwei"),
            ("Ｔ２０２６", "t2026"),
            ("Velázquez", "velazquez"),
            ("买买提·阿不都热依木", "买买提阿不都热依木"),
            ("买买提•阿不都热依木", "买买提・阿不都热依木"),
            ("O’Brien", "o'brien"),
            ("经济 学院", "经济学院"),
            ("经济　学院", "经济学院"),
            ("ﬁnance", "finance"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
    }
}
