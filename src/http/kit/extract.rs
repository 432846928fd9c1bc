//! Extractors of the parts of a request: body, path, query. What a handler gets from one is legal.

use std::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{CONTENT_ENCODING, CONTENT_LENGTH},
    },
    web::{self, BytesMut},
};
use futures_util::{StreamExt, future::LocalBoxFuture};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::{
    bounds::{Bounds, Part},
    input::{Params, from_segments, read_body},
    problem::{Failure, Problem, ProblemType},
    resource::Template,
};

/// The most bytes of a body.
pub const BODY_BYTES_MAX: usize = 1 << 20;

/// The capacity with which the buffer of a body begins, at most. A longer body gets one more buffer, in which it has
/// room to its end: memory that is not written yet costs nothing, but every buffer that was outgrown does.
const ROOM_BYTES: usize = 16 << 10;

const JSON: &str = "application/json";
const MERGE_PATCH_JSON: &str = "application/merge-patch+json";

/// What tells two requests under one `Idempotency-Key` apart: SHA-256 of method, path, query and body.
pub type Fingerprint = [u8; 32];

/// A JSON body as a `T`.
///
/// Fails with 415, 413 or 400; see [`BODY_BYTES_MAX`] and `NESTING_LEVELS_MAX`.
#[derive(Debug, Clone)]
pub struct Json<T> {
    value: T,
    fingerprint: Fingerprint,
}

impl<T> Json<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The value, and what tells this request from others under the same `Idempotency-Key`.
    pub fn into_parts(self) -> (T, Fingerprint) {
        (self.value, self.fingerprint)
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            check_content_type(&request)?;
            let Arrived { bytes, part: _part } = read(&request, payload).await?;
            Ok(Self { value: value_of(&request, &bytes)?, fingerprint: fingerprint(&request, &bytes) })
        })
    }
}

/// A JSON body as a `T`, or the default `T` where there is no body.
#[derive(Debug, Clone)]
pub struct OptionalJson<T>(Json<T>);

impl<T> OptionalJson<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }

    /// The value, and what tells this request from others under the same `Idempotency-Key`.
    pub fn into_parts(self) -> (T, Fingerprint) {
        self.0.into_parts()
    }
}

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalJson<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let Arrived { bytes, part: _part } = read(&request, payload).await?;
            let value = if bytes.is_empty() {
                T::default()
            } else {
                check_content_type(&request)?;
                value_of(&request, &bytes)?
            };
            Ok(Self(Json { value, fingerprint: fingerprint(&request, &bytes) }))
        })
    }
}

/// What tells a request without a body from others under the same `Idempotency-Key`.
#[derive(Debug, Clone, Copy)]
pub struct NoBody(Fingerprint);

impl NoBody {
    /// What tells the requests apart.
    pub fn fingerprint(self) -> Fingerprint {
        self.0
    }
}

impl FromRequest for NoBody {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(fingerprint(request, &[]))))
    }
}

/// Refuses any media type but JSON's, any charset but UTF-8, and any content coding.
fn check_content_type(request: &HttpRequest) -> Result<(), Problem> {
    let patch = request.method() == Method::PATCH;
    let media_type = request.content_type();
    let legal_type =
        media_type.eq_ignore_ascii_case(JSON) || (patch && media_type.eq_ignore_ascii_case(MERGE_PATCH_JSON));
    // An absent charset reads as UTF-8; an unknown one is an error.
    let legal_charset = request.encoding().is_ok_and(|encoding| encoding.name() == "UTF-8");
    let coding = request.headers().get(CONTENT_ENCODING);
    let legal_coding = coding.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if legal_type && legal_charset && legal_coding {
        return Ok(());
    }
    let accepted = if patch { format!("{MERGE_PATCH_JSON}, {JSON}") } else { JSON.to_owned() };
    Err(Problem::new(ProblemType::UnsupportedMediaType).accept(&accepted))
}

/// A body, with the room that it takes.
struct Arrived {
    bytes: BytesMut,
    part: Part,
}

/// Reads the body, as long as it is no longer than it may be, arrives in time, and there is room for it.
async fn read(request: &HttpRequest, payload: Payload) -> Result<Arrived, Problem> {
    let too_large = || Problem::new(ProblemType::BodyTooLarge).bound(BODY_BYTES_MAX);
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_BYTES_MAX) {
        return Err(too_large());
    }
    let bounds = request.app_data::<web::Data<Bounds>>();
    let bounds = bounds.ok_or_else(|| Problem::internal("the application has no Bounds"))?;
    let longest = announced.unwrap_or(BODY_BYTES_MAX);
    let bytes = BytesMut::with_capacity(announced.unwrap_or(0).min(ROOM_BYTES));
    let mut arrived = Arrived { bytes, part: bounds.arriving.part() };
    let arriving = async {
        let mut payload = payload;
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Problem::new(ProblemType::BadRequest))?;
            let length = arrived.bytes.len() + chunk.len();
            if length > BODY_BYTES_MAX {
                return Err(too_large());
            }
            arrived.part.grow_to(length)?;
            if length > ROOM_BYTES && length > arrived.bytes.capacity() {
                arrived.bytes.reserve(longest.saturating_sub(arrived.bytes.len()));
            }
            arrived.bytes.extend_from_slice(&chunk);
        }
        Ok(())
    };
    let in_time = timeout(bounds.limits.body_max, arriving).await;
    in_time.unwrap_or_else(|_| Err(Problem::new(ProblemType::RequestTimeout)))?;
    Ok(arrived)
}

fn value_of<T: DeserializeOwned>(request: &HttpRequest, bytes: &[u8]) -> Result<T, Problem> {
    read_body(bytes, request.method() == Method::PATCH)
}

fn fingerprint(request: &HttpRequest, body: &[u8]) -> Fingerprint {
    let mut hash = Sha256::new();
    for part in [request.method().as_str(), request.path(), request.query_string()] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.update(body);
    hash.finalize().into()
}

/// The parameters in the path as a `T`: of one the value, of several a tuple in order.
///
/// Fails with 400 naming the parameter.
#[derive(Debug, Clone)]
pub struct Path<T>(T);

impl<T> Path<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Path<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(template) = request.app_data::<Template>() else {
            return ready(Err(Problem::internal("no path was found for the request").into()));
        };
        let parameters = template.parameters(request.match_info().as_str());
        ready(from_segments(parameters).map(Self).map_err(Failure::from))
    }
}

/// The query parameters as a `T`, for what is neither a question nor a command.
///
/// Fails with 400 naming the parameter, also for one that `T` does not have. Questions take
/// [`super::asked::Read`] or [`super::asked::Listing`], commands [`super::asked::WriteRequest`].
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(query(request).map(Self).map_err(Failure::from))
    }
}

fn query<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, Problem> {
    let mut params = Params::parse(request.query_string());
    let value = params.take();
    params.finish(value)
}

#[cfg(test)]
mod tests {
    use actix_web::{
        http::header::{CONTENT_TYPE, HeaderValue},
        test::TestRequest,
    };
    use serde::Deserialize;

    use super::*;
    use crate::http::kit::bounds::Limits;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Body {
        name: String,
    }

    fn bounded(request: TestRequest) -> TestRequest {
        request.app_data(web::Data::new(Bounds::new(Limits::new(1 << 30))))
    }

    async fn json(request: TestRequest) -> Result<Body, ProblemType> {
        let (request, mut payload) = bounded(request).to_http_parts();
        let json = Json::<Body>::from_request(&request, &mut payload).await;
        json.map(Json::into_inner).map_err(|failure| failure.problem().kind())
    }

    async fn optional(request: TestRequest) -> Result<Body, ProblemType> {
        let (request, mut payload) = bounded(request).to_http_parts();
        let json = OptionalJson::<Body>::from_request(&request, &mut payload).await;
        json.map(OptionalJson::into_inner).map_err(|failure| failure.problem().kind())
    }

    fn with(content_type: &'static str, body: impl Into<web::Bytes>) -> TestRequest {
        TestRequest::post().insert_header((CONTENT_TYPE, HeaderValue::from_static(content_type))).set_payload(body)
    }

    #[actix_web::test]
    async fn only_json_is_read() {
        let body = r#"{"name": "a"}"#;
        for content_type in [JSON, "application/json; charset=utf-8", "Application/JSON"] {
            assert_eq!(json(with(content_type, body)).await, Ok(Body { name: "a".into() }), "{content_type}");
        }
        for content_type in ["text/plain", MERGE_PATCH_JSON, "application/json; charset=gbk", "application/jsonx"] {
            assert_eq!(json(with(content_type, body)).await, Err(ProblemType::UnsupportedMediaType), "{content_type}");
        }
        assert!(json(with(MERGE_PATCH_JSON, body).method(Method::PATCH)).await.is_ok());
        let zipped = with(JSON, body).insert_header((CONTENT_ENCODING, "gzip"));
        assert_eq!(json(zipped).await, Err(ProblemType::UnsupportedMediaType));
        assert_eq!(json(with(JSON, r#"{"name": null}"#)).await, Err(ProblemType::Validation));
        assert_eq!(json(TestRequest::post().set_payload(body)).await, Err(ProblemType::UnsupportedMediaType));
    }

    #[actix_web::test]
    async fn bodies_are_bounded() {
        let long = |length: usize| format!("{{\"name\": \"{}\"}}", "a".repeat(length - 12));
        assert!(json(with(JSON, long(BODY_BYTES_MAX))).await.is_ok());
        assert_eq!(json(with(JSON, long(BODY_BYTES_MAX + 1))).await, Err(ProblemType::BodyTooLarge));
    }

    #[actix_web::test]
    async fn a_body_may_be_left_out_where_that_is_said() {
        assert_eq!(json(with(JSON, "")).await, Err(ProblemType::MalformedJson));
        assert_eq!(optional(TestRequest::post()).await, Ok(Body::default()));
        assert_eq!(optional(with("text/plain", "x")).await, Err(ProblemType::UnsupportedMediaType));
    }

    #[actix_web::test]
    async fn fingerprints_differ_by_path_and_body() {
        let of =
            |path: &str, body: &str| fingerprint(&TestRequest::post().uri(path).to_http_request(), body.as_bytes());
        assert_eq!(of("/orgs", "{}"), of("/orgs", "{}"));
        assert_ne!(of("/orgs", "{}"), of("/orgs", "{ }"));
        assert_ne!(of("/orgs", "{}"), of("/roles", "{}"));
    }
}
