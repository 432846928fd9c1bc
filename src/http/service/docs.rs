//! `/openapi.json`, `/openapi-3.0.json` and `/docs`: the API document, and a page that shows it without the internet.

use std::{
    io::Read as _,
    sync::{Arc, OnceLock},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue,
    },
    web::{self, Bytes},
};
use flate2::read::GzDecoder;
use serde::Deserialize;

use crate::{
    domain::Epoch,
    http::kit::{
        answer::body_of,
        asked::Nothing,
        conditional::{IfNoneMatch, object_tag},
        extract::{Path, Query},
        header::accepts_json,
        problem::{Failure, Problem},
    },
};

/// Assets carry no version in their names, so browsers ask again after an hour.
const ASSET_CACHE: &str = "public, max-age=3600";
/// The page loads from this service alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The API document, as it is served.
#[derive(Debug, Clone)]
pub struct Document {
    document: Text,
    render_3_0: fn() -> String,
    /// Made when somebody asks for it: most clients never do.
    in_3_0: Arc<OnceLock<Text>>,
}

impl Document {
    /// The document, as its text, and what renders it as OpenAPI 3.0.
    pub fn new(text: String, render_3_0: fn() -> String) -> Self {
        Self { document: Text::new(text), render_3_0, in_3_0: Arc::default() }
    }

    /// The document as text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.document.bytes
    }

    fn in_3_0(&self) -> &Text {
        self.in_3_0.get_or_init(|| Text::new((self.render_3_0)()))
    }
}

/// A text that stays the same while the program runs, and its tag.
#[derive(Debug, Clone)]
struct Text {
    bytes: Bytes,
    tag: String,
}

impl Text {
    fn new(text: String) -> Self {
        Self { tag: object_tag(Epoch::default(), 0, text.as_bytes()), bytes: text.into() }
    }

    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, Failure> {
        accepts_json(request)?;
        let known = IfNoneMatch::read(request.headers())?.and_then(|condition| condition.known(&self.tag));
        Ok(match known {
            Some(known) => HttpResponse::NotModified().insert_header((ETAG, known)).finish(),
            None => HttpResponse::Ok()
                .insert_header((CONTENT_TYPE, "application/json"))
                .insert_header((ETAG, self.tag.as_str()))
                .body(body_of(self.bytes.clone(), true, request)?),
        })
    }
}

/// The API document
///
/// This document: OpenAPI 3.1.
#[utoipa::path(
    get, path = "/openapi.json", tag = "service", operation_id = "get_openapi",
    responses((status = 200, description = "The document", body = Object,
               example = json!({"openapi": "3.1.0", "info": {"title": "campus-org"}})))
)]
pub async fn get_openapi(
    request: HttpRequest,
    _: Query<Nothing>,
    document: web::Data<Document>,
) -> Result<HttpResponse, Failure> {
    document.document.answer(&request)
}

/// The API document for older tools
///
/// The same document as OpenAPI 3.0, for client generators that cannot read a newer version. It describes problems
/// as `application/json` and has no `default` answers. The answers of the service are the same.
#[utoipa::path(
    get, path = "/openapi-3.0.json", tag = "service", operation_id = "get_openapi_3_0",
    responses((status = 200, description = "The document", body = Object,
               example = json!({"openapi": "3.0.3", "info": {"title": "campus-org"}})))
)]
pub async fn get_openapi_3_0(
    request: HttpRequest,
    _: Query<Nothing>,
    document: web::Data<Document>,
) -> Result<HttpResponse, Failure> {
    document.in_3_0().answer(&request)
}

/// The documentation
///
/// A page for browsers that shows the API document and sends trial requests. It loads nothing from other hosts.
#[utoipa::path(
    get, path = "/docs", tag = "service", operation_id = "get_docs",
    responses((status = 200, description = "The page", content_type = "text/html", body = String))
)]
pub async fn get_docs(_: Query<Nothing>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(Bytes::from_static(include_bytes!("docs/index.html")))
}

/// A part of the documentation page.
#[derive(Debug, Clone, Copy, Deserialize)]
pub enum Asset {
    /// The program that shows the document.
    #[serde(rename = "swagger-ui-bundle.js")]
    Bundle,
    /// Its style.
    #[serde(rename = "swagger-ui.css")]
    Style,
    /// What starts it.
    #[serde(rename = "start.js")]
    Start,
}

impl Asset {
    fn media_type(self) -> &'static str {
        match self {
            Self::Bundle | Self::Start => "text/javascript; charset=utf-8",
            Self::Style => "text/css; charset=utf-8",
        }
    }

    /// The bytes for a browser that cannot decompress them. They are decompressed once.
    fn plain(self) -> Result<Bytes, Problem> {
        static BUNDLE: OnceLock<Bytes> = OnceLock::new();
        static STYLE: OnceLock<Bytes> = OnceLock::new();
        let once = match self {
            Self::Bundle => &BUNDLE,
            Self::Style => &STYLE,
            Self::Start => return Ok(Bytes::from_static(self.bytes().0)),
        };
        if let Some(plain) = once.get() {
            return Ok(plain.clone());
        }
        let mut plain = Vec::new();
        GzDecoder::new(self.bytes().0).read_to_end(&mut plain).map_err(Problem::internal)?;
        Ok(once.get_or_init(|| plain.into()).clone())
    }

    /// The bytes, and whether they are compressed.
    fn bytes(self) -> (&'static [u8], bool) {
        match self {
            Self::Bundle => (include_bytes!("docs/swagger-ui-bundle.js.gz"), true),
            Self::Style => (include_bytes!("docs/swagger-ui.css.gz"), true),
            Self::Start => (include_bytes!("docs/start.js"), false),
        }
    }
}

/// A part of the documentation
///
/// A script or a style sheet that the documentation page loads.
#[utoipa::path(
    get, path = "/docs/{asset}", tag = "service", operation_id = "get_docs_asset",
    params(("asset" = String, Path, description = "The name of the part",
            pattern = "^(swagger-ui-bundle\\.js|swagger-ui\\.css|start\\.js)$", max_length = 40, example = "start.js")),
    responses((status = 200, description = "The part", content(
        (String = "text/javascript"),
        (String = "text/css"),
    )))
)]
pub async fn get_docs_asset(
    request: HttpRequest,
    asset: Path<Asset>,
    _: Query<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (bytes, compressed) = asset.bytes();
    let tag = object_tag(Epoch::default(), 0, bytes);
    if let Some(known) = IfNoneMatch::read(request.headers())?.and_then(|condition| condition.known(&tag)) {
        let mut response = HttpResponse::NotModified();
        return Ok(response.insert_header((ETAG, known)).insert_header((CACHE_CONTROL, ASSET_CACHE)).finish());
    }
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, asset.media_type()))
        .insert_header((CACHE_CONTROL, ASSET_CACHE))
        .insert_header((ETAG, tag));
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes_gzip =
        || accepted.split(',').any(|coding| coding.trim() == "gzip" || coding.trim().starts_with("gzip;q=1"));
    let bytes = if compressed && takes_gzip() {
        response.insert_header((CONTENT_ENCODING, HeaderValue::from_static("gzip")));
        Bytes::from_static(bytes)
    } else {
        asset.plain()?
    };
    Ok(response.body(body_of(bytes, true, &request)?))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_foreign_files_are_those_that_the_readme_names() {
        let readme = include_str!("docs/README.md");
        for asset in [Asset::Bundle, Asset::Style] {
            let mut plain = Vec::new();
            GzDecoder::new(asset.bytes().0).read_to_end(&mut plain).expect("is compressed");
            let digest: String = Sha256::digest(&plain).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(readme.contains(&digest), "{asset:?} is {digest}");
        }
    }

    #[test]
    fn the_page_loads_from_nowhere_else() {
        for text in [include_str!("docs/index.html"), include_str!("docs/start.js")] {
            assert!(!text.contains("//cdn") && !text.contains("http"), "{text}");
        }
    }
}
