//! Which language a request asks for.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};

use crate::words::Language;

/// The one that `Accept-Language` prefers; English where it says nothing of either.
///
/// A header that cannot be read is taken for absent: nobody should be refused for it.
pub(in crate::http) fn language_asked(headers: &HeaderMap) -> Language {
    let Some(header) = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) else {
        return Language::English;
    };
    let mut best = (0.0, Language::English);
    for item in header.split(',') {
        let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let weight: f32 = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let language = if primary.eq_ignore_ascii_case("zh") {
            Language::Chinese
        } else if primary.eq_ignore_ascii_case("en") || primary == "*" {
            Language::English
        } else {
            continue;
        };
        if weight > best.0 {
            best = (weight, language);
        }
    }
    best.1
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
            language_asked(&headers)
        };
        for text in ["zh", "zh-CN", "ZH-Hant-TW,en;q=0.8", "fr, zh;q=0.2", "en;q=0.5, zh-CN;q=0.9", "zh; q=1"] {
            assert_eq!(asked(text), Language::Chinese, "{text}");
        }
        for text in ["", "en", "fr", "en,zh", "zh;q=0", "zh;q=0.1,*;q=0.5", ";;;,,=", "zhu"] {
            assert_eq!(asked(text), Language::English, "{text}");
        }
        assert_eq!(language_asked(&HeaderMap::new()), Language::English);
    }
}
