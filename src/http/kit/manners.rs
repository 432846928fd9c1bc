//! The middleware around everything: what every request and every answer has in common.
//!
//! It names the request, turns what failed into a problem in the caller's language (the framework's own
//! failures and panics too), completes the headers, counts, and writes the one line of the log. It must be
//! the outermost wrapper of the application.

use std::{
    any::Any,
    fmt,
    panic::AssertUnwindSafe,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    http::{
        StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, ETAG,
            HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
        },
    },
};
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Ready, ready},
};
use uuid::Uuid;

use super::{
    audited,
    conditional::SUFFIXES,
    header::{DIRECTORY_AS_OF, DIRECTORY_EPOCH, DIRECTORY_REVISION, X_REQUEST_ID, is_request_id, secure},
    language::language_asked,
    metrics::Metrics,
    problem::{self, Problem},
    rates::Standing,
    resource::{Template, known},
    source::Source,
};
use crate::{clock::Clock, telemetry, words::Language};

/// `Vary` of answers that exist in one language.
pub static VARY_WITHOUT_LANGUAGE: HeaderValue = HeaderValue::from_static("Accept, Accept-Encoding");
/// `Vary` of answers that exist in two.
pub static VARY_WITH_LANGUAGE: HeaderValue = HeaderValue::from_static("Accept, Accept-Encoding, Accept-Language");

/// The headers of a refusal that stay when it becomes a problem: they come from within.
const KEPT: [HeaderName; 3] = [ALLOW, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS];

/// The route under which requests to unknown paths are counted.
const NO_ROUTE: &str = "none";

/// The middleware; see the module.
#[derive(Debug, Clone)]
pub struct Manners {
    source: Arc<dyn Source>,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
    /// Whether answers also depend on the site whose page asks.
    by_origin: bool,
}

impl Manners {
    /// For the directory that `source` gives; `clock` makes ids for requests that have none.
    pub fn new(source: Arc<dyn Source>, metrics: Metrics, clock: Arc<dyn Clock>, by_origin: bool) -> Self {
        Self { source, metrics, clock, by_origin }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Manners
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = Mannered<S>;
    type InitError = ();
    type Future = Ready<Result<Mannered<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Mannered { service, manners: Rc::new(self.clone()) }))
    }
}

/// A service with manners.
#[derive(Debug)]
pub struct Mannered<S> {
    service: S,
    /// Each thread has its own, because changing a reference count that threads share is slow.
    manners: Rc<Manners>,
}

/// What is kept of a request while it is answered.
#[derive(Debug, Clone)]
struct Asker {
    request_id: Rc<str>,
    language: Language,
    path: String,
}

impl<S, B> Service<ServiceRequest> for Mannered<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    actix_web::dev::forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        let manners = Rc::clone(&self.manners);
        let asker = Asker {
            request_id: request_id(&request, &*manners.clock),
            language: language_asked(request.headers()),
            path: request.path().to_owned(),
        };
        let method = known(request.method());
        let answering = AssertUnwindSafe(self.service.call(request)).catch_unwind();
        Box::pin(async move {
            match answering.await {
                Ok(Ok(mut response)) => {
                    let route = response.request().app_data::<Template>().map_or(NO_ROUTE, |template| template.0);
                    let source = &*manners.source;
                    let problem = match problem_of(&mut response, |response| response.error().map(ToString::to_string))
                    {
                        Some(problem) => {
                            audited::note_refusal(source, response.request(), &problem, &asker.request_id);
                            Some(problem)
                        }
                        None => {
                            let status = response.status();
                            audited::record(source, response.request(), status, &asker.request_id).await.err()
                        }
                    };
                    let mut response = match problem {
                        Some(problem) => {
                            let mut told = manners.tell(problem, &asker);
                            for name in KEPT {
                                if let Some(value) = response.headers().get(&name) {
                                    told.headers_mut().insert(name, value.clone());
                                }
                            }
                            response.into_response(told.map_into_right_body())
                        }
                        None => response.map_into_left_body(),
                    };
                    let status = response.status();
                    let standing = response.request().extensions().get::<Standing>().copied();
                    manners.complete(response.headers_mut(), &asker);
                    if let Some(standing) = standing {
                        standing.tell(response.headers_mut());
                    }
                    manners.note(response.headers(), route, method, status, started.elapsed(), &asker);
                    Ok(response)
                }
                // Neither has a request left to answer: the dispatcher takes the answer out of the error.
                Ok(Err(error)) => {
                    let mut answer = error.error_response();
                    let problem = problem_of_answer(&mut answer, || Some(error.to_string()));
                    let problem = problem.unwrap_or_else(|| Problem::internal(&error));
                    Err(manners.without_request(problem, method, started.elapsed(), asker))
                }
                Err(panic) => {
                    let problem = Problem::internal(format_args!("panic: {}", message(&*panic)));
                    Err(manners.without_request(problem, method, started.elapsed(), asker))
                }
            }
        })
    }
}

impl Manners {
    /// The problem as an answer; the log gets its cause, here and nowhere else.
    fn tell(&self, problem: Problem, asker: &Asker) -> HttpResponse {
        if let Some(cause) = problem.cause() {
            tracing::error!(request_id = &*asker.request_id, cause, "request failed");
        }
        let mut response = problem.render(asker.language, &asker.path, &asker.request_id);
        response.headers_mut().insert(VARY, VARY_WITH_LANGUAGE.clone());
        response
    }

    /// Adds the headers of every answer, as far as the handler has not.
    fn complete(&self, headers: &mut HeaderMap, asker: &Asker) {
        if let Ok(id) = HeaderValue::from_str(&asker.request_id) {
            headers.insert(X_REQUEST_ID.clone(), id);
        }
        if !headers.contains_key(&DIRECTORY_REVISION) {
            let snapshot = self.source.snapshot();
            headers.insert(DIRECTORY_REVISION.clone(), HeaderValue::from(snapshot.revision()));
            if let Ok(epoch) = HeaderValue::from_str(snapshot.chain().epoch.text().as_str()) {
                headers.insert(DIRECTORY_EPOCH.clone(), epoch);
            }
        }
        if !headers.contains_key(&DIRECTORY_AS_OF)
            && let Ok(today) = HeaderValue::from_str(&self.source.today().to_string())
        {
            headers.insert(DIRECTORY_AS_OF.clone(), today);
        }
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        }
        // The compressor adds a `Vary` of its own.
        if headers.get(VARY) != Some(&VARY_WITH_LANGUAGE) {
            headers.insert(VARY, VARY_WITHOUT_LANGUAGE.clone());
        }
        if self.by_origin {
            headers.append(VARY, HeaderValue::from_name(ORIGIN));
        }
        secure(headers);
        if let Some(coding) = headers.get(CONTENT_ENCODING).cloned() {
            mark_compressed(headers, coding.as_bytes());
        }
    }

    /// Counts the request and writes its line.
    fn note(
        &self,
        headers: &HeaderMap,
        route: &'static str,
        method: &'static str,
        status: StatusCode,
        took: Duration,
        asker: &Asker,
    ) {
        self.metrics.observe(route, method, status.as_u16(), took);
        let revision = headers.get(&DIRECTORY_REVISION).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        tracing::info!(
            target: telemetry::REQUEST,
            method,
            route,
            status = status.as_u16(),
            // Whole microseconds: as milliseconds it would be a fraction, which a float rounds.
            duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            request_id = &*asker.request_id,
            revision,
        );
    }

    fn without_request(&self, problem: Problem, method: &'static str, took: Duration, asker: Asker) -> Error {
        let status = problem.kind().status();
        let mut response = self.tell(problem, &asker);
        self.complete(response.headers_mut(), &asker);
        self.note(response.headers(), NO_ROUTE, method, status, took, &asker);
        Told(std::cell::RefCell::new(Some(response)), status).into()
    }
}

/// The request's own id, if it has a legal one, else a new one.
fn request_id(request: &ServiceRequest, clock: &dyn Clock) -> Rc<str> {
    let given = request.headers().get(&X_REQUEST_ID).and_then(|value| value.to_str().ok());
    match given.filter(|text| is_request_id(text)) {
        Some(text) => text.into(),
        None => (&*clock.new_id().as_hyphenated().encode_lower(&mut Uuid::encode_buffer())).into(),
    }
}

fn problem_of<B>(
    response: &mut ServiceResponse<B>,
    cause: impl FnOnce(&HttpResponse<B>) -> Option<String>,
) -> Option<Problem> {
    let cause = response.status().is_server_error().then(|| cause(response.response())).flatten();
    problem_of_answer(response.response_mut(), || cause)
}

/// The problem that an answer stands for: ours, or that of the framework's status.
fn problem_of_answer<B>(answer: &mut HttpResponse<B>, cause: impl FnOnce() -> Option<String>) -> Option<Problem> {
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    Some(problem::take(answer).unwrap_or_else(|| Problem::of_status(status, cause())))
}

/// Adds the suffix to the tag of a compressed answer: other bytes need another strong tag (RFC 9110 §8.8.3.3).
fn mark_compressed(headers: &mut HeaderMap, coding: &[u8]) {
    let Some((_, suffix)) = SUFFIXES.iter().find(|(name, _)| name.as_bytes() == coding) else { return };
    let Some(tag) = headers.get(ETAG).and_then(|tag| tag.to_str().ok()) else { return };
    let Some(opened) = tag.strip_suffix('"').filter(|opened| !opened.ends_with(suffix)) else { return };
    if let Ok(tag) = HeaderValue::from_str(&format!("{opened}{suffix}\"")) {
        headers.insert(ETAG, tag);
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

/// An answer that is complete, as an error.
struct Told(std::cell::RefCell<Option<HttpResponse>>, StatusCode);

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Told").field(&self.1).finish()
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1.fmt(f)
    }
}

impl ResponseError for Told {
    fn status_code(&self) -> StatusCode {
        self.1
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.0.take().unwrap_or_else(|| HttpResponse::new(self.1))
    }
}
