//! The feed as server-sent events (WHATWG HTML §9.2).

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue},
    web::Bytes,
};
use futures_util::stream::unfold;
use tokio::time::timeout;

use super::{filter::ChangesQuery, reader::Reader};
use crate::{domain::Position, feed::Place, http::kit::answer::At};

/// How many acts are looked at before the first of them is sent.
const ACTS_AT_ONCE: usize = 100;
/// After so long without an act a heartbeat is sent, so that neither end nor a proxy takes the connection for dead.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// How long a client should wait before it connects again, in milliseconds.
const RETRY_MILLIS: u32 = 2000;
/// Tells nginx not to keep events back.
static X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Where a stream stands.
struct Stream {
    reader: Reader,
    query: ChangesQuery,
    place: Place,
    /// Events that are made, and not sent yet.
    made: VecDeque<Bytes>,
}

/// Answers with everything after `place` that is asked for, as it comes. The stream ends when the caller may no longer
/// read it, when what follows cannot be told, or when the database fails; the client then connects again, and is told why.
pub(super) fn answer(reader: Reader, query: ChangesQuery, place: Place, at: At) -> HttpResponse {
    let first = Bytes::from(format!("retry: {RETRY_MILLIS}\n\n"));
    let stream = Stream { reader, query, place, made: VecDeque::from([first]) };
    let events = unfold(stream, async |mut stream| {
        let event = stream.next().await?;
        Some((Ok::<_, Infallible>(event), stream))
    });
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("text/event-stream")))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("private, no-store")))
        // Compression would keep events back.
        .insert_header((CONTENT_ENCODING, HeaderValue::from_static("identity")))
        .insert_header((X_ACCEL_BUFFERING.clone(), HeaderValue::from_static("no")));
    let mut response = response.streaming(Box::pin(events));
    at.tell(response.headers_mut());
    response
}

impl Stream {
    /// The next event. `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(event) = self.made.pop_front() {
                return Some(event);
            }
            let acts = self.reader.history.after(self.place, ACTS_AT_ONCE).await.ok()?;
            let looked = self.reader.look_at(&acts, &self.query).ok()?;
            let (through, newest) = (looked.through, acts.newest.revision());
            self.place = Place::Position(through);
            self.made.extend(looked.acts.into_iter().map(|(position, act)| event(position, "act", &act)));
            if self.made.is_empty() && through.revision == newest {
                let waited = timeout(HEARTBEAT_EVERY, self.reader.history.beyond(newest)).await;
                if waited.is_err() {
                    return Some(event(through, "heartbeat", b"{}"));
                }
            }
        }
    }
}

/// An event whose id is the position after it. JSON has no line breaks.
fn event(id: Position, name: &str, data: &[u8]) -> Bytes {
    let mut event = format!("id: {id}\nevent: {name}\ndata: ").into_bytes();
    event.extend_from_slice(data);
    event.extend_from_slice(b"\n\n");
    event.into()
}
