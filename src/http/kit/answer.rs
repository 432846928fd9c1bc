//! What handlers answer with: a body and what stands around it, in one place.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        Method, StatusCode,
        header::{CONTENT_TYPE, ETAG, HeaderValue, LOCATION},
    },
    web::Bytes,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    conditional::{IfNoneMatch, object_tag},
    header::{DIRECTORY_AS_OF, DIRECTORY_REVISION},
    json::{Shown, Unwritable, to_bytes},
    language::language_asked,
    problem::{Failure, Problem},
};
use crate::domain::{Day, Digits, Revision};
use crate::words::Words;

/// What a handler gives back.
pub type Outcome = Result<Answer, Failure>;

/// The point of view of an answer: the state of the directory that it was made from, and its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The revision of the directory.
    pub revision: Revision,
    /// The day that the answer is true of.
    pub as_of: Day,
}

/// An answer that is not a problem. Its body is written at once, so that it may borrow from the directory.
#[derive(Debug)]
#[must_use]
pub struct Answer {
    status: StatusCode,
    content: Content,
    tag: Tag,
    at: At,
    location: Option<String>,
}

#[derive(Debug)]
enum Content {
    None,
    Body(Result<Bytes, Unwritable>),
    DryRun { effects: Value, summary: Vec<Words>, result: Option<Value> },
}

#[derive(Debug)]
enum Tag {
    None,
    /// Of an object whose own data is at this revision.
    Object(Revision),
    Known(String),
}

impl Answer {
    fn new(status: StatusCode, content: Content, tag: Tag, at: At) -> Self {
        Self { status, content, tag, at, location: None }
    }

    fn ok(body: &impl Shown, tag: Tag, at: At) -> Self {
        Self::new(StatusCode::OK, Content::Body(to_bytes(body).map(Bytes::from)), tag, at)
    }

    /// 200 with one object, whose own data was last changed by `own_revision`.
    pub fn object(body: &impl Shown, own_revision: Revision, at: At) -> Self {
        Self::ok(body, Tag::Object(own_revision), at)
    }

    /// 200 with an answer whose tag was known before it was computed.
    pub fn tagged(body: Bytes, tag: String, at: At) -> Self {
        Self::new(StatusCode::OK, Content::Body(Ok(body)), Tag::Known(tag), at)
    }

    /// 200 with a body that has no tag.
    pub fn plain(body: &impl Shown, at: At) -> Self {
        Self::ok(body, Tag::None, at)
    }

    /// 201 with a new object, which is found at the path `location`.
    pub fn created(body: &impl Shown, own_revision: Revision, at: At, location: String) -> Self {
        let content = Content::Body(to_bytes(body).map(Bytes::from));
        let answer = Self::new(StatusCode::CREATED, content, Tag::Object(own_revision), at);
        Self { location: Some(location), ..answer }
    }

    /// 204.
    pub fn no_content(at: At) -> Self {
        Self::new(StatusCode::NO_CONTENT, Content::None, Tag::None, at)
    }

    /// 304: the caller has the answer, under `tag`.
    pub fn not_modified(tag: String, at: At) -> Self {
        Self::new(StatusCode::NOT_MODIFIED, Content::None, Tag::Known(tag), at)
    }

    /// The body, for tests.
    #[cfg(test)]
    pub(crate) fn body(&self) -> Value {
        match &self.content {
            Content::Body(Ok(body)) => serde_json::from_slice(body).expect("JSON"),
            Content::Body(Err(_)) | Content::None | Content::DryRun { .. } => panic!("the answer has no body"),
        }
    }

    /// 200 with what a write would do, and what it would answer.
    pub fn dry_run(effects: Value, summary: Vec<Words>, result: Option<Value>, at: At) -> Self {
        Self::new(StatusCode::OK, Content::DryRun { effects, summary, result }, Tag::None, at)
    }
}

/// What a write would do.
#[derive(Debug, Serialize)]
struct DryRunBody {
    dry_run: bool,
    effects: Value,
    summary: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Value>,
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Self { status, content, tag, at, location } = self;
        let bytes = match content {
            Content::None => None,
            Content::Body(bytes) => Some(bytes),
            Content::DryRun { effects, summary, result } => {
                let language = language_asked(request.headers());
                let summary = summary.iter().map(|words| words.read(language).to_owned()).collect();
                Some(to_bytes(&DryRunBody { dry_run: true, effects, summary, result }).map(Bytes::from))
            }
        };
        let bytes = match bytes.transpose() {
            Ok(bytes) => bytes,
            Err(error) => return HttpResponse::from_error(Failure::from(Problem::internal(error))),
        };
        let tag = match tag {
            Tag::None => None,
            Tag::Object(revision) => Some(object_tag(revision, bytes.as_deref().unwrap_or_default())),
            Tag::Known(tag) => Some(tag),
        };

        let reading = matches!(*request.method(), Method::GET | Method::HEAD);
        let known = tag.as_ref().filter(|_| reading && status == StatusCode::OK).and_then(|tag| {
            // A malformed header has been refused by the extractor.
            IfNoneMatch::read(request.headers()).ok().flatten()?.known(tag)
        });
        let (status, tag, bytes) = match known {
            Some(known) => (StatusCode::NOT_MODIFIED, Some(known), None),
            None => (status, tag, bytes),
        };

        let mut response = HttpResponse::new(status);
        let headers = response.headers_mut();
        headers.insert(DIRECTORY_REVISION.clone(), at.revision.into());
        if let Ok(day) = HeaderValue::from_str(Digits::of_day(at.as_of).as_str()) {
            headers.insert(DIRECTORY_AS_OF.clone(), day);
        }
        for (name, value) in [(ETAG, tag), (LOCATION, location)] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        match bytes {
            Some(bytes) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response.set_body(BoxBody::new(bytes))
            }
            None => response,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{body::to_bytes, test::TestRequest};
    use serde_json::json;

    use super::*;

    fn at() -> At {
        At { revision: 20, as_of: "2021-04-15".parse().expect("a day") }
    }

    #[actix_web::test]
    async fn an_answer_is_not_sent_twice() {
        let request = TestRequest::get().to_http_request();
        let first = Answer::object(&json!({"a": 1}), 17, at()).respond_to(&request);
        assert_eq!(first.status(), 200);
        assert_eq!(first.headers().get("directory-revision").expect("there"), "20");
        assert_eq!(first.headers().get("directory-as-of").expect("there"), "2021-04-15");
        let tag = first.headers().get(ETAG).expect("a tag").clone();
        assert!(tag.to_str().expect("text").starts_with("\"17-"));

        let request = TestRequest::get().insert_header(("if-none-match", tag.clone())).to_http_request();
        let second = Answer::object(&json!({"a": 1}), 17, at()).respond_to(&request);
        assert_eq!((second.status().as_u16(), second.headers().get(ETAG)), (304, Some(&tag)));
        let changed = Answer::object(&json!({"a": 2}), 17, at()).respond_to(&request);
        assert_eq!(changed.status(), 200);

        let request = TestRequest::patch().insert_header(("if-none-match", tag)).to_http_request();
        assert_eq!(Answer::object(&json!({"a": 1}), 17, at()).respond_to(&request).status(), 200);
    }

    #[actix_web::test]
    async fn a_dry_run_says_that_it_is_one() {
        let request = TestRequest::post().to_http_request();
        let told = vec![Words::new("It is done.", "完成。")];
        let answer = Answer::dry_run(json!([]), told, Some(json!({"a": 1})), at()).respond_to(&request);
        assert_eq!(answer.status(), 200);
        let bytes = to_bytes(answer.into_body()).await.expect("a body");
        let body: Value = serde_json::from_slice(&bytes).expect("JSON");
        let expected = json!({"dry_run": true, "effects": [], "summary": ["It is done."], "result": {"a": 1}});
        assert_eq!(body, expected);
    }
}
