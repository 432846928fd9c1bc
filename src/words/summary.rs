//! Sentences, one after the other: bounded in number and in length.

use std::fmt;

use super::Language;

/// The most characters of a sentence. A longer one is cut.
pub(super) const SENTENCE_CHARS_MAX: usize = 2000;

/// Sentences in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The sentences. If there are too many, only the first.
    pub sentences: Vec<String>,
    /// How many sentences there are in all.
    pub total: usize,
    language: Language,
    sentences_max: usize,
}

impl Summary {
    /// None yet, and at most `sentences_max`.
    pub(super) fn new(language: Language, sentences_max: usize) -> Self {
        Self { sentences: Vec::new(), total: 0, language, sentences_max }
    }

    /// Adds a sentence. It is formatted only if there is room for it, and only in the language asked for.
    pub(super) fn say(&mut self, en: fmt::Arguments<'_>, zh: fmt::Arguments<'_>) {
        self.total += 1;
        if self.sentences.len() < self.sentences_max {
            let words = match self.language {
                Language::English => with_capital(en.to_string()),
                Language::Chinese => zh.to_string(),
            };
            self.sentences.push(cut(words, SENTENCE_CHARS_MAX));
        }
    }
}

/// A sentence in English, which begins with a capital even if something without a name stands first.
fn with_capital(mut sentence: String) -> String {
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// The text, or its beginning with `…` if it has more than `chars_max` characters.
pub(super) fn cut(text: String, chars_max: usize) -> String {
    // A character has at least one byte.
    if text.len() <= chars_max || text.chars().count() <= chars_max {
        return text;
    }
    text.chars().take(chars_max - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_begins_with_a_capital() {
        for (words, sentence) in [("the seat", "The seat"), ("甲 ends.", "甲 ends."), ("", "")] {
            assert_eq!(with_capital(words.to_owned()), sentence);
        }
    }

    #[test]
    fn a_long_sentence_is_cut() {
        assert_eq!(cut("甲乙丙".to_owned(), 3), "甲乙丙");
        assert_eq!(cut("甲乙丙丁".to_owned(), 3), "甲乙…");
        let mut told = Summary::new(Language::Chinese, 1);
        let long = "长".repeat(3000);
        for _ in 0..2 {
            told.say(format_args!("long"), format_args!("{long}"));
        }
        assert_eq!((told.total, told.sentences.len()), (2, 1));
        assert_eq!(told.sentences[0].chars().count(), SENTENCE_CHARS_MAX);
    }
}
