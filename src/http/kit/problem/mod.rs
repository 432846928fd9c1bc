//! Problems (RFC 9457): the one form in which anything is refused.
//!
//! A handler, an extractor or the framework fails with a [`Problem`]; [`crate::http::kit::manners`] turns
//! it into the body, where language, path and request id are known. So nothing else writes one.

mod body;
mod catalogue;
mod fault;
mod refusal;
#[cfg(test)]
mod tests;

use std::{fmt, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{
            ACCEPT, ALLOW, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
        },
    },
};
use uuid::Uuid;

use self::fault::cut;
pub use self::{
    body::{BlockerBody, FaultBody, ProblemBody},
    catalogue::ProblemType,
    fault::{Fault, FaultPlace, TEXT_CHARS_MAX, TITLE_CHARS_MAX},
};
use crate::{
    domain::{Day, PersonId, Revision},
    words::{Language, NamedBlocker, Words},
};

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";
/// The most entries of one list in a problem; `blockers_total` counts what is left out.
pub const LISTED_ITEMS_MAX: usize = 1000;

/// What programs may want to know of a refusal: members of the problem beside the standard ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of `ProblemBody`")]
pub struct Data {
    pub bound: Option<u64>,
    pub nodes: Option<u64>,
    pub current_revision: Option<Revision>,
    pub on: Option<Day>,
    pub org_id: Option<Uuid>,
    pub role_id: Option<Uuid>,
    pub by_id: Option<Uuid>,
    pub location: Option<String>,
    pub post: Option<String>,
    pub scope: Option<&'static str>,
    pub blockers: Vec<NamedBlocker>,
    pub hidden: usize,
    pub missing: Vec<Uuid>,
    pub foreign: Vec<Uuid>,
    pub outcome_unknown: bool,
}

/// Why a request is refused, in both languages, before anybody knows which one is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    kind: ProblemType,
    detail: Option<Words>,
    faults: Vec<Fault>,
    data: Data,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// For the log only.
    cause: Option<String>,
    /// A person of whom it does not tell. For the audit only.
    hidden: Option<PersonId>,
}

impl Problem {
    /// A problem of that type whose detail is the type's explanation.
    pub fn new(kind: ProblemType) -> Self {
        let data = Data::default();
        Self(Box::new(Parts {
            kind,
            detail: None,
            faults: Vec::new(),
            data,
            headers: Vec::new(),
            cause: None,
            hidden: None,
        }))
    }

    /// A fault of the service: the client gets a constant, the log gets `cause`.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(ProblemType::Internal).cause_of(Some(cause.to_string()))
    }

    /// A header of the request that cannot be read, and what it should be.
    pub fn header(name: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(ProblemType::InvalidHeader).fault(FaultPlace::Header(name), Words::new(en, zh))
    }

    /// A member of the body is missing.
    pub fn missing(pointer: String) -> Self {
        Self::new(ProblemType::Validation).fault(FaultPlace::Body(pointer), Words::new("is required", "必填"))
    }

    /// A parameter of path or query that cannot be read, and what it should be.
    pub fn parameter(name: impl Into<String>, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(ProblemType::Validation).fault(FaultPlace::Parameter(name.into()), Words::new(en, zh))
    }

    /// A query parameter that does not go with another one.
    pub fn contradictory(name: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(ProblemType::Contradictory).fault(FaultPlace::Parameter(name.to_owned()), Words::new(en, zh))
    }

    /// An answer of the framework's own with that status.
    pub(in crate::http) fn of_status(status: StatusCode, cause: Option<String>) -> Self {
        let cause = cause.filter(|_| status.is_server_error());
        Self::new(ProblemType::of_status(status)).cause_of(cause)
    }

    fn cause_of(mut self, cause: Option<String>) -> Self {
        self.0.cause = cause;
        self
    }

    /// The same for a caller who may not know of a person.
    fn hiding(mut self, person: PersonId) -> Self {
        self.0.hidden = Some(person);
        self
    }

    /// With what is said of this occurrence.
    #[must_use]
    pub fn detail(mut self, en: impl Into<String>, zh: impl Into<String>) -> Self {
        self.0.detail = Some(Words::new(en, zh));
        self
    }

    /// With one more fault in the request.
    #[must_use]
    pub fn fault(mut self, place: FaultPlace, detail: Words) -> Self {
        self.0.faults.push(Fault { place, detail });
        self
    }

    /// Several problems of one request as one that has all their faults: of their type where they share it, of
    /// the general one where they do not.
    pub(in crate::http) fn together(problems: impl IntoIterator<Item = Self>) -> Option<Self> {
        problems.into_iter().reduce(|mut together, problem| {
            if together.kind() != problem.kind() {
                together.0.kind = ProblemType::Validation;
            }
            together.0.faults.extend(problem.0.faults);
            together
        })
    }

    /// With data for programs.
    #[must_use]
    pub fn data(mut self, data: Data) -> Self {
        self.0.data = data;
        self
    }

    /// With the bound that was passed.
    #[must_use]
    pub fn bound(mut self, bound: usize) -> Self {
        self.0.data.bound = u64::try_from(bound).ok();
        self
    }

    /// With the time after which a repeat may succeed, in whole seconds, at least one.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs_f64().ceil().max(1.0);
        self.with_header(RETRY_AFTER, &format!("{seconds:.0}"))
    }

    /// With the methods that the resource has.
    #[must_use]
    pub fn allow(self, methods: &str) -> Self {
        self.with_header(ALLOW, methods)
    }

    /// With the media types that a body may have.
    #[must_use]
    pub fn accept(self, media_types: &str) -> Self {
        self.with_header(ACCEPT, media_types)
    }

    /// Says how to send a key.
    #[must_use]
    pub fn challenge(self, how: &str) -> Self {
        self.with_header(WWW_AUTHENTICATE, how)
    }

    fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        self.0.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// Its type.
    pub fn kind(&self) -> ProblemType {
        self.0.kind
    }

    /// What is said of this occurrence, or else of the type.
    pub fn text(&self, language: Language) -> &str {
        self.0.detail.as_ref().map_or(self.0.kind.explanation(language), |detail| detail.read(language))
    }

    /// The places in the request that are at fault.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// The person of whom it does not tell.
    pub(in crate::http) fn hidden(&self) -> Option<PersonId> {
        self.0.hidden
    }

    /// What the log should say, once.
    pub(in crate::http) fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The answer, for a request to `path`.
    pub(in crate::http) fn render(self, language: Language, path: &str, request_id: &str) -> HttpResponse {
        let body = self.body(language, path, request_id);
        let mut response = HttpResponse::build(self.0.kind.status());
        for (name, value) in self.0.headers {
            response.insert_header((name, value));
        }
        response.insert_header((CONTENT_TYPE, PROBLEM_JSON)).insert_header((CONTENT_LANGUAGE, language.tag()));
        match serde_json::to_vec(&body) {
            Ok(bytes) => response.body(bytes),
            Err(_) => response.finish(),
        }
    }

    fn body(&self, language: Language, path: &str, request_id: &str) -> ProblemBody {
        let Data {
            bound,
            nodes,
            current_revision,
            on,
            org_id,
            role_id,
            by_id,
            location,
            post,
            scope,
            blockers,
            hidden,
            mut missing,
            mut foreign,
            outcome_unknown,
        } = self.0.data.clone();
        let blockers_total = Some((blockers.len() + hidden) as u64).filter(|total| *total > 0);
        let blockers =
            blockers.iter().take(LISTED_ITEMS_MAX).map(|blocker| BlockerBody::of(blocker, language)).collect();
        missing.truncate(LISTED_ITEMS_MAX);
        foreign.truncate(LISTED_ITEMS_MAX);
        ProblemBody {
            r#type: self.0.kind.uri(),
            title: self.0.kind.title(language),
            status: self.0.kind.status().as_u16(),
            detail: cut(self.text(language), TEXT_CHARS_MAX),
            instance: cut(path, TEXT_CHARS_MAX),
            request_id: request_id.to_owned(),
            errors: self.0.faults.iter().map(|fault| FaultBody::of(fault, language)).collect(),
            bound,
            nodes,
            current_revision,
            on,
            org_id,
            role_id,
            by_id,
            location,
            post,
            scope,
            blockers_total,
            blockers,
            missing,
            foreign,
            outcome_unknown: outcome_unknown.then_some(true),
        }
    }
}

/// What handlers and extractors fail with.
///
/// Anything that turns into a [`Problem`] turns into this by `?`.
#[derive(Debug, Clone)]
pub struct Failure(Problem);

impl Failure {
    /// The problem itself.
    pub fn problem(&self) -> &Problem {
        &self.0
    }
}

impl<P: Into<Problem>> From<P> for Failure {
    fn from(problem: P) -> Self {
        Self(problem.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind().slug())
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.0.kind().status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.0.clone());
        response
    }
}

/// Takes the problem that an answer stands for, where it stands for one.
pub(in crate::http) fn take<B>(response: &mut HttpResponse<B>) -> Option<Problem> {
    response.extensions_mut().remove::<Problem>()
}

#[cfg(test)]
mod shape_tests {
    use actix_web::body::to_bytes;
    use serde_json::{Value, json};

    use super::*;

    fn read(problem: Problem, language: Language) -> (HttpResponse, Value) {
        let body = problem.body(language, "/orgs", "r1");
        let value = serde_json::to_value(&body).expect("serialises");
        (problem.render(language, "/orgs", "r1"), value)
    }

    #[actix_web::test]
    async fn a_problem_speaks_the_language_asked_for() {
        let problem = Problem::parameter("limit", "must be an integer", "必须是整数");
        let (response, body) = read(problem.clone(), Language::Chinese);
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers().get("content-type").expect("type"), PROBLEM_JSON);
        assert_eq!(response.headers().get("content-language").expect("language"), "zh-Hans");
        assert_eq!(body["title"], "请求不符合接口定义");
        assert_eq!(body["errors"], json!([{"parameter": "limit", "detail": "必须是整数"}]));
        let bytes = to_bytes(response.into_body()).await.expect("a body");
        assert_eq!(serde_json::from_slice::<Value>(&bytes).expect("JSON"), body);

        let (_, body) = read(problem, Language::English);
        assert_eq!(body["type"], "/problems/validation");
        assert_eq!(body["instance"], "/orgs");
        assert_eq!(body["errors"][0]["detail"], "must be an integer");
    }

    #[test]
    fn a_fault_of_the_service_keeps_its_cause_to_itself() {
        let problem = Problem::internal("password is hunter2");
        assert_eq!(problem.cause(), Some("password is hunter2"));
        let (_, body) = read(problem, Language::English);
        assert!(!body.to_string().contains("hunter2"));
    }

    #[test]
    fn waits_are_whole_seconds_and_lists_are_bounded() {
        let problem = Problem::new(ProblemType::Unavailable).retry_after(Duration::from_millis(1200));
        let (response, _) = read(problem, Language::English);
        assert_eq!(response.headers().get("retry-after").expect("a header"), "2");

        let missing = vec![Uuid::nil(); LISTED_ITEMS_MAX + 1];
        let (_, body) =
            read(Problem::new(ProblemType::NotTheWhole).data(Data { missing, ..Data::default() }), Language::English);
        assert_eq!(body["missing"].as_array().map(Vec::len), Some(LISTED_ITEMS_MAX));
    }
}
