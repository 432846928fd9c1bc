//! Answers of the HTTP server itself, to what is no request: it writes them without a body, and the application never
//! hears of them. Here they become problems.

use actix_web::{body::MessageBody, http::header::CONNECTION};

use super::super::{
    header::{X_REQUEST_ID, secure},
    problem::Problem,
};
use crate::{clock::Clock, words::Language};

/// How each of them begins.
const BEGINNING: &[u8] = b"HTTP/1.1 4";
/// How long they are at most.
const BYTES_MAX: usize = 256;

/// The problem in place of an answer of the server itself; `None` if it is none.
pub(super) fn problem_instead(answer: &[u8], clock: &dyn Clock) -> Option<Vec<u8>> {
    if !answer.starts_with(BEGINNING) || answer.len() > BYTES_MAX {
        return None;
    }
    let head = std::str::from_utf8(answer).ok()?.strip_suffix("\r\n\r\n")?;
    let of_the_application = |line: &str| line.starts_with(X_REQUEST_ID.as_str());
    if head.lines().any(of_the_application) {
        return None;
    }
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let request_id = clock.new_id().as_hyphenated().to_string();
    let mut answer = Problem::of_status(status, None).render(Language::English, "", &request_id);
    secure(answer.headers_mut());
    let mut text = format!("HTTP/1.1 {status}\r\n{CONNECTION}: close\r\n{}: {request_id}\r\n", X_REQUEST_ID.as_str());
    for (name, value) in answer.headers() {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().ok()?));
    }
    let body = answer.into_body().try_into_bytes().ok()?;
    text.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    Some([text.as_bytes(), &body].concat())
}
