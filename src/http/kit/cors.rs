//! Which pages of other sites may ask from a browser (CORS).

use actix_cors::Cors;
use actix_web::http::{
    Method,
    header::{
        ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH,
        IF_NONE_MATCH, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
    },
};

use super::header::{
    DIRECTORY_AS_OF, DIRECTORY_MIN_REVISION, DIRECTORY_REVISION, IDEMPOTENCY_KEY, PREFER, PREFERENCE_APPLIED,
    RATE_LIMIT, RATE_LIMIT_POLICY, X_REQUEST_ID,
};

/// Every site.
const ALL: &str = "*";
/// How long a browser remembers what it may send.
const REMEMBERED_SECONDS: usize = 600;

/// Lets the pages of these sites ask. Keys are in a header, so no cookies are involved.
pub(in crate::http) fn allowing(origins: &[String]) -> Cors {
    let taken: [&HeaderName; 10] = [
        &ACCEPT,
        &ACCEPT_LANGUAGE,
        &AUTHORIZATION,
        &CONTENT_TYPE,
        &IF_MATCH,
        &IF_NONE_MATCH,
        &DIRECTORY_MIN_REVISION,
        &IDEMPOTENCY_KEY,
        &PREFER,
        &X_REQUEST_ID,
    ];
    let shown: [&HeaderName; 11] = [
        &CONTENT_LANGUAGE,
        &ETAG,
        &LOCATION,
        &RETRY_AFTER,
        &WWW_AUTHENTICATE,
        &DIRECTORY_AS_OF,
        &DIRECTORY_REVISION,
        &PREFERENCE_APPLIED,
        &RATE_LIMIT,
        &RATE_LIMIT_POLICY,
        &X_REQUEST_ID,
    ];
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers(taken)
        .expose_headers(shown)
        .max_age(REMEMBERED_SECONDS)
        // The manners say what answers depend on.
        .disable_vary_header();
    if origins.iter().any(|origin| origin == ALL) {
        return cors.allow_any_origin().send_wildcard();
    }
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
