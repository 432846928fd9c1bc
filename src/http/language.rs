//! The two languages that problems are written in.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};

/// A language that texts for people exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, the default.
    English,
    /// Chinese in simplified script.
    Chinese,
}

impl Language {
    /// The one that `Accept-Language` prefers; English where it says nothing of either.
    ///
    /// A header that cannot be read is taken for absent: nobody should be refused for it.
    pub fn asked(headers: &HeaderMap) -> Self {
        let Some(header) = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) else {
            return Self::English;
        };
        let mut best = (0.0, Self::English);
        for item in header.split(',') {
            let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
            let primary = tag.trim().split('-').next().unwrap_or_default();
            let language = if primary.eq_ignore_ascii_case("zh") {
                Self::Chinese
            } else if primary.eq_ignore_ascii_case("en") || primary == "*" {
                Self::English
            } else {
                continue;
            };
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

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

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_preferred_language_is_found() {
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(text).expect("a header"));
            Language::asked(&headers)
        };
        for text in ["zh", "zh-CN", "ZH-Hant-TW,en;q=0.8", "fr, zh;q=0.2", "en;q=0.5, zh-CN;q=0.9", "zh; q=1"] {
            assert_eq!(asked(text), Language::Chinese, "{text}");
        }
        for text in ["", "en", "fr", "en,zh", "zh;q=0", "zh;q=0.1,*;q=0.5", ";;;,,=", "zhu"] {
            assert_eq!(asked(text), Language::English, "{text}");
        }
        assert_eq!(Language::asked(&HeaderMap::new()), Language::English);
    }
}
