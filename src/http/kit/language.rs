//! Which language a request asks for.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};

use super::header::weighted;
use crate::words::Language;

/// The one that `Accept-Language` prefers; English where it says nothing of either.
///
/// What cannot be read counts as absent: no request is refused for it.
pub(in crate::http) fn language_asked(headers: &HeaderMap) -> Language {
    let known = weighted(headers, &ACCEPT_LANGUAGE).filter_map(|(tag, weight)| {
        let is = |language: &str| tag.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(language));
        let language =
            if is("zh") { Some(Language::Chinese) } else { (is("en") || is("*")).then_some(Language::English) };
        language.filter(|_| weight > 0.0).map(|language| (weight, language))
    });
    // Of equal weights the first counts.
    known
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map_or(Language::English, |(_, language)| language)
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
