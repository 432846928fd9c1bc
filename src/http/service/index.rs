//! `/`: where to begin. A browser is led to the documentation, a program gets links.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_TYPE, ETAG, LOCATION},
    web::{self, Bytes},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::docs::Document;
use crate::{
    domain::Epoch,
    http::kit::{
        asked::Nothing,
        conditional::{IfNoneMatch, object_tag},
        extract::Query,
        header::{accepts_json, prefers_html},
        problem::Failure,
    },
};

/// The paths that can be read without an id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Index, examples(json!({"links": [{"href": "/orgs", "title": "List orgs"}]})))]
pub struct IndexBody {
    /// The paths, sorted.
    #[schema(max_items = 100)]
    links: Vec<LinkBody>,
}

/// One path.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Link)]
pub struct LinkBody {
    /// The path.
    #[schema(pattern = "^/[a-z0-9./-]*$", max_length = 100)]
    href: String,
    /// What the path answers with, in English.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
}

/// The index as it is served.
#[derive(Debug, Clone)]
pub struct Index {
    bytes: Bytes,
    tag: String,
}

impl Index {
    /// The paths that the API document says can be read without an id.
    ///
    /// # Errors
    ///
    /// The document is not JSON, which none of ours is.
    pub fn new(document: &Document) -> Result<Self, serde_json::Error> {
        let document: Value = serde_json::from_slice(document.as_bytes())?;
        let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
        let here = paths.filter(|(path, _)| *path != "/" && !path.contains('{'));
        let links = here.filter_map(|(path, item)| {
            let title = item.get("get")?.get("summary")?.as_str()?;
            Some(LinkBody { href: path.clone(), title: title.to_owned() })
        });
        let bytes = serde_json::to_vec(&IndexBody { links: links.collect() })?;
        Ok(Self { tag: object_tag(Epoch::default(), 0, &bytes), bytes: bytes.into() })
    }
}

/// Where to begin
///
/// The paths that can be read without an id. A browser, whose `Accept` prefers `text/html`, is sent to `/docs`.
#[utoipa::path(
    get, path = "/", tag = "service", operation_id = "get_index",
    responses(
        (status = 200, description = "For a program: links", body = IndexBody),
        (status = 303, description = "For a browser: a redirect to the documentation"),
    )
)]
pub async fn get_index(
    request: HttpRequest,
    _: Query<Nothing>,
    index: web::Data<Index>,
) -> Result<HttpResponse, Failure> {
    if prefers_html(&request) {
        return Ok(HttpResponse::SeeOther().insert_header((LOCATION, "/docs")).finish());
    }
    accepts_json(&request)?;
    let known = IfNoneMatch::read(request.headers())?.and_then(|condition| condition.known(&index.tag));
    Ok(match known {
        Some(known) => HttpResponse::NotModified().insert_header((ETAG, known)).finish(),
        None => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((ETAG, index.tag.as_str()))
            .body(index.bytes.clone()),
    })
}
