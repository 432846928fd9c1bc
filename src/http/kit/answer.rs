//! What handlers answer with: a body with its status and headers.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        Method, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LOCATION, VARY},
    },
    web::{Bytes, Data},
};
#[cfg(test)]
use serde_json::Value;

use super::{
    bounds::{Bounds, PIECE_BYTES, Pieces},
    compression::Coding,
    conditional::{IfNoneMatch, object_tag},
    header::{DIRECTORY_AS_OF, DIRECTORY_EPOCH, DIRECTORY_REVISION, PREFERENCE_APPLIED},
    json::{Shown, Unwritable, to_bytes},
    manners::VARY_WITH_LANGUAGE,
    problem::{Failure, Problem},
};
use crate::{
    directory::Snapshot,
    domain::{Day, Digits, Epoch, Revision},
};

/// What a handler gives back.
pub type HandlerResult = Result<Answer, Failure>;

/// Which state of the directory an answer was made from, and which day it is true of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The epoch of the log.
    pub epoch: Epoch,
    /// The revision of the directory.
    pub revision: Revision,
    /// The day that the answer is true of.
    pub as_of: Day,
}

impl At {
    /// The state that `directory` has.
    pub fn of(directory: &Snapshot, as_of: Day) -> Self {
        Self { epoch: directory.chain().epoch, revision: directory.revision(), as_of }
    }

    /// Says it in the headers of an answer.
    pub fn tell(self, headers: &mut HeaderMap) {
        headers.insert(DIRECTORY_REVISION.clone(), self.revision.into());
        for (name, text) in [(&DIRECTORY_EPOCH, self.epoch.text()), (&DIRECTORY_AS_OF, Digits::of_day(self.as_of))] {
            if let Ok(value) = HeaderValue::from_str(text.as_str()) {
                headers.insert(name.clone(), value);
            }
        }
    }
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
    change: Change,
    coding: Coding,
}

/// Whether an answer tells what a write has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// It is no answer to a write.
    None,
    Told,
    /// As the caller prefers.
    LeftOut,
}

#[derive(Debug)]
enum Content {
    None,
    Body(Result<Bytes, Unwritable>),
    /// Bytes that others may have too. If they are many, they are counted.
    Shared(Bytes),
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
        Self { status, content, tag, at, location: None, change: Change::None, coding: Coding::Identity }
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

    /// The same of bytes that others may have too: those of a kept answer, or [`counted`](super::bounds::counted) ones.
    pub(in crate::http) fn shared(body: Bytes, tag: String, at: At) -> Self {
        Self::new(StatusCode::OK, Content::Shared(body), Tag::Known(tag), at)
    }

    /// The same, whose bytes are in that content coding.
    pub(super) fn in_coding(self, coding: Coding) -> Self {
        Self { coding, ..self }
    }

    /// 204: it is done, and there is nothing to show.
    pub fn nothing(at: At) -> Self {
        Self::new(StatusCode::NO_CONTENT, Content::None, Tag::None, at)
    }

    /// 201 with what is not in the log, and its path.
    pub fn made(body: &impl Shown, location: String, at: At) -> Self {
        Self { status: StatusCode::CREATED, ..Self::plain(body, at) }.found_at(location)
    }

    /// 200 with a body that has no tag.
    pub fn plain(body: &impl Shown, at: At) -> Self {
        Self::ok(body, Tag::None, at)
    }

    /// 200 with a body in the caller's language.
    pub(in crate::http) fn in_language(body: Bytes, at: At) -> Self {
        let answer = Self::new(StatusCode::OK, Content::Body(Ok(body)), Tag::None, at);
        Self { change: Change::Told, ..answer }
    }

    /// Answers a write with a body that tells what it has changed, unless that `is_minimal`.
    pub(super) fn written(
        status: StatusCode,
        body: Option<Vec<u8>>,
        tag: Option<String>,
        is_minimal: bool,
        at: At,
    ) -> Self {
        let content = body.map_or(Content::None, |bytes| Content::Body(Ok(bytes.into())));
        let answer = Self::new(status, content, tag.map_or(Tag::None, Tag::Known), at);
        Self { change: if is_minimal { Change::LeftOut } else { Change::Told }, ..answer }
    }

    /// The same answer, with the path of the new object.
    pub(super) fn found_at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// 304: the caller has the answer, under `tag`.
    pub fn not_modified(tag: String, at: At) -> Self {
        Self::new(StatusCode::NOT_MODIFIED, Content::None, Tag::Known(tag), at)
    }

    /// The body, for tests.
    #[cfg(test)]
    pub(crate) fn body(&self) -> Value {
        match &self.content {
            Content::Body(Ok(body)) | Content::Shared(body) => serde_json::from_slice(body).expect("JSON"),
            Content::Body(Err(_)) | Content::None => panic!("the answer has no body"),
        }
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Self { status, content, tag, at, location, change, coding } = self;
        let (bytes, shared) = match content {
            Content::None => (None, false),
            Content::Body(bytes) => (Some(bytes), false),
            Content::Shared(bytes) => (Some(Ok(bytes)), true),
        };
        let bytes = match bytes.transpose() {
            Ok(bytes) => bytes,
            Err(error) => return HttpResponse::from_error(Failure::from(Problem::internal(error))),
        };
        let tag = match tag {
            Tag::None => None,
            Tag::Object(revision) => Some(object_tag(at.epoch, revision, bytes.as_deref().unwrap_or_default())),
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
        at.tell(headers);
        for (name, value) in [(ETAG, tag), (LOCATION, location)] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        match change {
            Change::None => {}
            // The summary is in the caller's language.
            Change::Told => drop(headers.insert(VARY, VARY_WITH_LANGUAGE.clone())),
            Change::LeftOut => {
                headers.insert(PREFERENCE_APPLIED.clone(), HeaderValue::from_static("return=minimal"));
            }
        }
        match bytes {
            Some(bytes) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                if coding == Coding::Gzip {
                    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                }
                match body_of(bytes, shared, request) {
                    Ok(body) => response.set_body(body),
                    Err(problem) => HttpResponse::from_error(Failure::from(problem)),
                }
            }
            None => response,
        }
    }
}

/// The body of these bytes: whole, or in pieces if they are many. Nobody else has any of them unless they are `shared`.
///
/// # Errors
///
/// There is no room for many bytes now.
pub(in crate::http) fn body_of(bytes: Bytes, shared: bool, request: &HttpRequest) -> Result<BoxBody, Problem> {
    if bytes.len() <= PIECE_BYTES {
        return Ok(BoxBody::new(bytes));
    }
    let bounds = request.app_data::<Data<Bounds>>();
    let bounds = bounds.ok_or_else(|| Problem::internal("the application has no Bounds"))?;
    Ok(BoxBody::new(Pieces::new(bytes, shared, &bounds.room)?))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;

    use super::*;

    fn at() -> At {
        At { epoch: Epoch::default(), revision: 20, as_of: "2021-04-15".parse().expect("a day") }
    }

    #[actix_web::test]
    async fn an_answer_is_not_sent_twice() {
        let request = TestRequest::get().to_http_request();
        let first = Answer::object(&json!({"a": 1}), 17, at()).respond_to(&request);
        assert_eq!(first.status(), 200);
        assert_eq!(first.headers().get("directory-revision").expect("there"), "20");
        assert_eq!(first.headers().get("directory-as-of").expect("there"), "2021-04-15");
        let tag = first.headers().get(ETAG).expect("a tag").clone();
        assert!(tag.to_str().expect("text").starts_with("\"000000000000-17-"));

        let request = TestRequest::get().insert_header(("if-none-match", tag.clone())).to_http_request();
        let second = Answer::object(&json!({"a": 1}), 17, at()).respond_to(&request);
        assert_eq!((second.status().as_u16(), second.headers().get(ETAG)), (304, Some(&tag)));
        let changed = Answer::object(&json!({"a": 2}), 17, at()).respond_to(&request);
        assert_eq!(changed.status(), 200);

        let request = TestRequest::patch().insert_header(("if-none-match", tag)).to_http_request();
        assert_eq!(Answer::object(&json!({"a": 1}), 17, at()).respond_to(&request).status(), 200);
    }
}
