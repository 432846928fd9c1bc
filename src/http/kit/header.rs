//! The headers of requests and answers that the whole API has in common.

use std::str::FromStr;

use actix_web::{
    HttpRequest,
    http::header::{
        ACCEPT, CONTENT_SECURITY_POLICY, CROSS_ORIGIN_RESOURCE_POLICY, HeaderMap, HeaderName, HeaderValue,
        REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    },
};

use super::problem::{Problem, ProblemType};
use crate::domain::Revision;

/// The revision that an answer was made from.
pub static DIRECTORY_REVISION: HeaderName = HeaderName::from_static("directory-revision");
/// The epoch of that revision.
pub static DIRECTORY_EPOCH: HeaderName = HeaderName::from_static("directory-epoch");
/// The day that an answer is true of.
pub static DIRECTORY_AS_OF: HeaderName = HeaderName::from_static("directory-as-of");
/// The revision that a reader has seen; its answers must not be older.
pub static DIRECTORY_MIN_REVISION: HeaderName = HeaderName::from_static("directory-min-revision");
/// What makes a repeated request the same one.
pub static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How often a caller may ask (draft-ietf-httpapi-ratelimit-headers).
pub static RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// How many more requests a caller may send now.
pub static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// The name under which logs know a request.
pub static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Whether the caller wants less in the answer (RFC 7240).
pub static PREFER: HeaderName = HeaderName::from_static("prefer");
/// Which preference the answer follows.
pub static PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The most characters of all `Prefer` headers of a request.
pub const PREFER_CHARS_MAX: usize = 1000;
/// The most characters of an `Idempotency-Key`.
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 200;
/// The most characters of an `X-Request-Id`.
pub const REQUEST_ID_CHARS_MAX: usize = 100;
/// The largest revision: the largest whole number that JSON readers agree upon.
pub const REVISION_MAX: Revision = 9_007_199_254_740_991;

/// `Directory-Min-Revision`.
///
/// # Errors
///
/// It is not a revision.
pub fn min_revision(headers: &HeaderMap) -> Result<Option<Revision>, Problem> {
    let refused = || {
        Problem::header(
            "Directory-Min-Revision",
            format!("must be an integer from 0 to {REVISION_MAX}"),
            format!("必须是 0 到 {REVISION_MAX} 的整数"),
        )
    };
    let Some(value) = headers.get(&DIRECTORY_MIN_REVISION) else { return Ok(None) };
    let text = value.to_str().map_err(|_| refused())?;
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refused());
    }
    Revision::from_str(text).ok().filter(|revision| *revision <= REVISION_MAX).map(Some).ok_or_else(refused)
}

/// `Idempotency-Key`.
///
/// # Errors
///
/// It is not 1 to [`IDEMPOTENCY_KEY_CHARS_MAX`] visible ASCII characters.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(&IDEMPOTENCY_KEY) else { return Ok(None) };
    let legal =
        (1..=IDEMPOTENCY_KEY_CHARS_MAX).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic);
    match value.to_str() {
        Ok(text) if legal => Ok(Some(text.to_owned())),
        _ => Err(Problem::header(
            "Idempotency-Key",
            format!("must be 1 to {IDEMPOTENCY_KEY_CHARS_MAX} visible ASCII characters"),
            format!("必须是 1 到 {IDEMPOTENCY_KEY_CHARS_MAX} 个可见的 ASCII 字符"),
        )),
    }
}

/// Whether `Prefer` asks for `return=minimal`. Other preferences are ignored, and so is what cannot be read: RFC 7240
/// wants nobody refused for a preference.
///
/// # Errors
///
/// There are more than [`PREFER_CHARS_MAX`] characters of it.
pub fn prefers_minimal(headers: &HeaderMap) -> Result<bool, Problem> {
    if !headers.contains_key(&PREFER) {
        return Ok(false);
    }
    if headers.get_all(&PREFER).map(|value| value.len()).sum::<usize>() > PREFER_CHARS_MAX {
        return Err(Problem::header(
            "Prefer",
            format!("must be at most {PREFER_CHARS_MAX} characters"),
            format!("不得超过 {PREFER_CHARS_MAX} 个字符"),
        ));
    }
    let mut preferences = listed(headers, &PREFER);
    // Of a preference that is given twice the first counts.
    let wanted = preferences.find_map(|preference| {
        let (name, value) = preference.split(';').next()?.split_once('=')?;
        name.trim().eq_ignore_ascii_case("return").then(|| value.trim().trim_matches('"'))
    });
    Ok(wanted == Some("minimal"))
}

/// Whether `text` may serve as a request id.
pub fn is_request_id(text: &str) -> bool {
    (1..=REQUEST_ID_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// The items of a header that is a list, without the empty ones (RFC 9110, 5.6.1). Commas between quotes do not
/// separate items. A value that is not text becomes one item that is not legal anywhere.
pub(super) fn listed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let items = headers.get_all(name).flat_map(|value| {
        let mut is_quoted = false;
        value.to_str().unwrap_or("\u{fffd}").split(move |c| {
            is_quoted ^= c == '"';
            c == ',' && !is_quoted
        })
    });
    items.map(str::trim).filter(|item| !item.is_empty())
}

/// The items of a list with their weights (`q`): 1 if none is given, 0 if it is not a number.
pub(super) fn weighted<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = (&'h str, f32)> {
    let texts = headers.get_all(name).filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).filter(|item| !item.is_empty()).map(|item| {
        let (value, parameters) = item.split_once(';').unwrap_or((item, ""));
        let mut parameters = parameters.split(';').map(str::trim);
        let weight = parameters.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        (value.trim(), weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
    })
}

/// Refuses a request whose `Accept` excludes JSON.
///
/// # Errors
///
/// No media range of it takes in `application/json`, or the most exact one that does has weight 0. A header that
/// cannot be read counts as absent.
pub fn accepts_json(request: &HttpRequest) -> Result<(), Problem> {
    accepts(request, "application", "json")
}

/// The same for JSON lines.
///
/// # Errors
///
/// No media range of it takes in `application/jsonl`.
pub fn accepts_json_lines(request: &HttpRequest) -> Result<(), Problem> {
    accepts(request, "application", "jsonl")
}

/// The same for server-sent events.
///
/// # Errors
///
/// No media range of it takes in `text/event-stream`.
pub fn accepts_events(request: &HttpRequest) -> Result<(), Problem> {
    accepts(request, "text", "event-stream")
}

fn accepts(request: &HttpRequest, main: &str, sub: &str) -> Result<(), Problem> {
    if weight(request.headers(), main, sub) > 0.0 { Ok(()) } else { Err(Problem::new(ProblemType::NotAcceptable)) }
}

/// Whether `Accept` gives HTML more weight than JSON, as that of a browser does.
pub fn prefers_html(request: &HttpRequest) -> bool {
    let headers = request.headers();
    weight(headers, "text", "html") > weight(headers, "application", "json")
}

/// The weight that `Accept` gives the media type `main`/`sub`: that of the most exact media range that takes
/// it in, or 0. Without the header it is 1.
fn weight(headers: &HeaderMap, main: &str, sub: &str) -> f32 {
    let ranges = weighted(headers, &ACCEPT).filter_map(|(range, weight)| {
        let exactness = match range.split_once('/')? {
            ("*", "*") => 1,
            (m, "*") if m.eq_ignore_ascii_case(main) => 2,
            (m, s) if m.eq_ignore_ascii_case(main) && s.eq_ignore_ascii_case(sub) => 3,
            _ => 0,
        };
        Some((exactness, weight))
    });
    match ranges.reduce(|best, range| if best < range { range } else { best }) {
        None => 1.0,
        Some((0, _)) => 0.0,
        Some((_, weight)) => weight,
    }
}

/// What every answer tells browsers: to take it for nothing but what it is, and to show it in no other page.
static SECURITY: [(HeaderName, &str); 3] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];
/// What browsers load for an answer that does not say so itself: nothing.
const LOADS_NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// Adds what every answer tells browsers.
pub fn secure(headers: &mut HeaderMap) {
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(LOADS_NOTHING));
    }
    for (name, value) in &SECURITY {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::HeaderValue, test::TestRequest};

    use super::*;

    fn with(name: &HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name.clone(), HeaderValue::from_str(value).expect("a header"));
        headers
    }

    #[test]
    fn json_is_refused_only_to_those_who_exclude_it() {
        let json = |text: &str| weight(&with(&ACCEPT, text), "application", "json") > 0.0;
        for text in ["*/*", "application/*", "application/json", "text/html, */*;q=0.1", "application/json;q=0.5", ""] {
            assert!(json(text), "{text}");
        }
        for text in ["text/html", "application/xml, text/*", "application/json;q=0", "application/json;q=0, */*"] {
            assert!(!json(text), "{text}");
        }
        // Java's HttpURLConnection sent this by itself for 20 years, although `*` and `.2` are not legal.
        assert!(json("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"));
    }

    #[test]
    fn a_preference_is_found_among_others() {
        let minimal = |text: &str| prefers_minimal(&with(&PREFER, text)).expect("short enough");
        for text in
            ["return=minimal", "Return = \"minimal\"; x=1", "respond-async, return=minimal", "a=\",\", return=minimal"]
        {
            assert!(minimal(text), "{text}");
        }
        let other =
            ["", "minimal", "return", "return=representation", "return=MINIMAL", "a=\"b, return=minimal\"", ";=,"];
        for text in other.into_iter().chain(["return=representation, return=minimal"]) {
            assert!(!minimal(text), "{text}");
        }
        assert!(prefers_minimal(&with(&PREFER, &"a".repeat(PREFER_CHARS_MAX + 1))).is_err());
    }

    #[test]
    fn a_browser_prefers_html() {
        let html = |text: &str| prefers_html(&TestRequest::default().insert_header((ACCEPT, text)).to_http_request());
        let firefox = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for text in [firefox, "text/html", "text/*, application/json;q=0.9", "application/json;q=0.1, text/html;q=0.2"]
        {
            assert!(html(text), "{text}");
        }
        for text in ["*/*", "application/json", "text/html;q=0.9, application/json", "text/html, application/json", ""]
        {
            assert!(!html(text), "{text}");
        }
        assert!(!prefers_html(&TestRequest::default().to_http_request()));
    }

    #[test]
    fn revisions_and_keys_are_read_strictly() {
        let revision = |text: &str| min_revision(&with(&DIRECTORY_MIN_REVISION, text)).ok().flatten();
        assert_eq!(revision("17"), Some(17));
        for text in ["-1", "+1", "1.0", "x", "", "9007199254740992", "99999999999999999999"] {
            assert_eq!(revision(text), None, "{text}");
        }
        assert_eq!(min_revision(&HeaderMap::new()).expect("absent"), None);
        let key = |text: &str| idempotency_key(&with(&IDEMPOTENCY_KEY, text)).is_ok();
        assert!(key("8e03978e-40d5-43dd-bc93-6894a57f9324"));
        assert!(!key("a b") && !key("") && !key(&"a".repeat(201)));
        assert!(is_request_id("a.B_9-") && !is_request_id("a/b") && !is_request_id(""));
    }
}
