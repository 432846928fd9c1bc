//! A whole copy of the directory: `/snapshot`.

use std::{io, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue},
    web::Data,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::kit::{
    asked::ReadLines,
    audited::Recorder,
    bounds::{Bounds, Coded, Made},
    filters::IncludeContact,
    operation::{Operation, operations},
    problem::Failure,
    source::Source,
};
use crate::{feed::Whole, record::Writer};

/// The media type of JSON lines.
const JSON_LINES: &str = "application/jsonl";

/// Two lines, as the document shows them.
const EXAMPLE: &str = concat!(
    r#"{"format":"campus-org","version":3,"zone":"Asia/Shanghai","revision":5231,"#,
    r#""position":"c0ffee12ab34AAAAAAAAFG87Zr0PSJ1yTwAAAAAA","recorded_at":"2026-12-01T02:00:00Z","records":{"org":461,"post":48,"role":6113,"supervision":52},"#,
    r#""left_out":["api_keys","people","contact"]}"#,
    "\n",
    r#"{"org":{"id":"0081cac6-b000-7003-9ce4-23fc82c0d5b8","versions":[{"valid_from":"1987-09-01","#,
    r#""name":"中共云川理工大学委员会","kind":"committee","order":1,"acts":[{}]}]}}"#,
    "\n",
);

/// The operations on whole copies.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(OrgsRead), write Nothing;
        get_snapshot => [Busy],
    ]
}

/// What is in the copy.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct SnapshotQuery {
    /// `contact`: with mail addresses and telephone numbers, as far as the caller may see them.
    #[param(inline)]
    include: Option<IncludeContact>,
}

/// The lines, as they are sent.
struct Lines {
    whole: Whole,
    source: Data<dyn Source>,
    writer: Writer<Coded>,
    begun: bool,
}

impl Made for Lines {
    fn write_next(&mut self) -> io::Result<bool> {
        if !self.begun {
            self.begun = true;
            self.writer.begin(self.whole.header())?;
        }
        let Some(record) = self.whole.next() else { return Ok(false) };
        self.writer.write(&record)?;
        Ok(true)
    }

    fn begin_piece(&mut self) {
        self.whole.meanwhile(self.source.snapshot());
    }

    fn out(&mut self) -> &mut Coded {
        self.writer.out()
    }
}

/// Get a whole copy of the directory
///
/// Everything at one revision, as JSON lines: one JSON object on each line. The first line says the revision (also in
/// `Directory-Revision`), the position after which `/changes` goes on, how many lines of each kind follow, and in `left_out`
/// what is left out. Every other line is one
/// object with its whole history. `docs/JSON-LINES.md` describes the lines; `campus-org load` reads them into an empty
/// database if no people are left out. Keys are never in a copy. People whom the caller does not see are left out, or
/// have no more than id and name where the caller sees that they hold a role. The answer is sent while it is made, in
/// gzip or zstd if the caller accepts it; other requests are answered meanwhile. An answer that ends without the last
/// chunk is not whole. `as_of` has no effect.
#[utoipa::path(
    get, path = "/snapshot", tag = "copies", params(SnapshotQuery),
    responses((status = 200, description = "The lines.", content_type = "application/jsonl", body = String, example = json!(EXAMPLE))),
)]
pub(in crate::http) async fn get_snapshot(
    request: HttpRequest,
    read: ReadLines<SnapshotQuery>,
    source: Data<dyn Source>,
    bounds: Data<Bounds>,
) -> Result<HttpResponse, Failure> {
    let ReadLines(read) = read;
    let tag = match read.tag() {
        Ok(tag) => tag,
        Err(known) => return Ok(known.respond_to(&request)),
    };
    let sight = read.sight_with(read.query.include);
    let recorder = Recorder::new(source.clone(), &request, &sight);
    let coded = Coded::for_client(&request)?;
    let coding = coded.coding();
    let whole = Whole::seen(Arc::clone(&read.directory), sight);
    let lines = Lines { whole, source, writer: Writer::new(coded), begun: false };
    let body = bounds.streams.body(lines, recorder).await?;
    let mut response = HttpResponse::Ok().body(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON_LINES));
    read.at().tell(headers);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(ETAG, tag);
    }
    if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Ok(response)
}
