//! Every text for people, in English and Chinese: what effects do, why something is refused.
//!
//! Knows nothing of HTTP: the command line and every other door use the same words.

mod denied;
mod documents;
mod effects;
mod fits;
mod keys;
mod lists;
mod names;
mod notices;
mod refusals;
mod summary;
mod undoing;
mod values;

pub use effects::{Told, loaded};
pub use fits::{expected, given_twice, missing, one_of, said, unknown_field};
pub use names::Telling;
pub use refusals::{Blockers, NamedBlocker, Naming, Refusal, text_error};
pub use summary::Summary;

/// A language that texts for people exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, the default.
    English,
    /// Chinese in simplified script.
    Chinese,
}

impl Language {
    /// The language tag for `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }
}

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Words {
    /// Takes both.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// The text in `language`.
    pub fn read(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}
