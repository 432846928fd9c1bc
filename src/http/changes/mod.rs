//! What has changed, act by act: `/changes` and `/acts`.

mod act;
mod filter;
mod reader;
mod stream;

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::HeaderMap,
    web::{Bytes, Data},
};
use serde::Deserialize;
use tokio::time::{Instant, timeout};
use utoipa::{IntoParams, ToSchema};

use self::{
    act::given,
    reader::{Looked, Reader},
};
use super::kit::{
    answer::{Answer, At, HandlerResult},
    asked::{Read, ReadEvents},
    extract::Path,
    filters::{IncludeContact, PositionText, RevisionNumber},
    language::language_asked,
    operation::{Operation, operations},
    problem::{Failure, Problem},
};
use crate::{
    domain::{Error, Position, Subject},
    feed::{History, Place},
    registry::Registry,
};

pub(in crate::http) use act::ActBody;
pub(in crate::http) use filter::{ChangesQuery, StreamQuery};

/// The operations on what has changed.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(OrgsRead), write Scope(OrgsRead);
        list_changes => [StartAgain, Contradictory],
        stream_changes => [StartAgain, Contradictory],
        get_act,
    ]
}

/// A page of acts.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "names the shape for the API document")]
pub(in crate::http) struct ChangesPage {
    /// The acts, in the order of the log.
    #[schema(max_items = 1000)]
    items: Vec<ActBody<'static>>,
    /// The position up to which the log was looked through: send it as `after` to go on. What is before it and not here
    /// does not match, or is not for this caller.
    #[schema(value_type = PositionText)]
    through: String,
    /// The position of the newest act. If it equals `through`, there is nothing more for now.
    #[schema(value_type = PositionText)]
    head: String,
}

/// List changes
///
/// The acts after a position, in the order of the log, each with its effects. Whoever asks again with `through` as `after`
/// misses nothing and gets nothing twice. An act is never split over pages. Nothing is ever dropped from the log: from the
/// beginning it gives everything that was ever changed.
///
/// `limit` counts the acts that are looked through, also those that do not match. With filters, an act shows only the
/// effects that match; `effects_total` counts all that this caller may see.
///
/// An effect on a person names the fields that change, and shows the person as of today. A caller who sees only a part of
/// the people is told by `sight.entered` and `sight.left` who comes into sight and who leaves it by an act. If the
/// caller's grants have changed since the position was given, it is refused with 410, because people may then come into
/// sight without an act.
///
/// A whole directory that was loaded at once is one act, without effects: take a copy instead. `as_of` has no effect.
#[utoipa::path(
    get, path = "/changes", tag = "changes", params(ChangesQuery),
    responses(
        (status = 200, description = "A page of acts.", body = ChangesPage),
        (status = 410, description = "The position leads nowhere: start again at `location`."),
        (status = 422, description = "A revision without its epoch, or a position with one."),
    ),
)]
pub(in crate::http) async fn list_changes(
    request: HttpRequest,
    registry: Data<Registry>,
    history: Data<History>,
    read: Read<ChangesQuery>,
) -> HandlerResult {
    let Read { caller, sight, query, as_of, .. } = read;
    let reader = Reader { registry, history, caller, sight, language: language_asked(request.headers()) };
    let until = Instant::now() + Duration::from_secs(query.wait.map_or(0, |wait| u64::from(wait.0)));
    let mut place = reader.place(&query)?;
    loop {
        let acts = reader.history.after(place, query.limit()).await?;
        let looked = reader.look_at(&acts, &query)?;
        let newest = acts.newest.revision();
        if !looked.acts.is_empty() || looked.through.revision < newest || Instant::now() >= until {
            let head = given(acts.newest.position(), &reader.sight);
            return Ok(Answer::in_language(closed(&looked, head), At::of(&acts.newest, as_of)));
        }
        // There is nothing for this caller yet.
        place = Place::Position(looked.through);
        drop(timeout(until.saturating_duration_since(Instant::now()), reader.history.beyond(newest)).await);
    }
}

/// Follow changes
///
/// The same acts as server-sent events, as they come: an event `act` for each, whose data is the act. The `id` of an event
/// is the position after it. A client that connects again sends the last one as `Last-Event-ID`, as browsers do by
/// themselves, and goes on without loss or repetition, also at another process or after a restart. Every 15 seconds
/// without an act, an event `heartbeat` tells up to where the log was looked through.
///
/// The stream ends if the caller may no longer read, if grants have changed, or if the database is away: connect again,
/// and the answer says why. A client that reads too slowly is disconnected and goes on from its last event. Contact data
/// are not streamed. A browser's `EventSource` cannot send a key: give it a ticket.
#[utoipa::path(
    get, path = "/changes/stream", tag = "changes", params(StreamQuery, ("Last-Event-ID" = Option<PositionText>, Header, description = "The `id` of the last event. It comes before `after`.")),
    responses(
        (status = 200, description = "Events, until either side ends them.", body = String, content_type = "text/event-stream"),
        (status = 410, description = "The position leads nowhere: start again at `location`."),
        (status = 422, description = "A revision without its epoch, or a position with one."),
    ),
)]
pub(in crate::http) async fn stream_changes(
    request: HttpRequest,
    registry: Data<Registry>,
    history: Data<History>,
    ReadEvents(read): ReadEvents<StreamQuery>,
) -> Result<HttpResponse, Failure> {
    let at = read.at();
    let Read { caller, sight, query, .. } = read;
    let reader = Reader { registry, history, caller, sight, language: language_asked(request.headers()) };
    let query = ChangesQuery::from(query);
    let place = match last_event_id(request.headers())? {
        Some(position) => reader.known(position)?,
        None => reader.place(&query)?,
    };
    // What cannot be told is refused before the stream begins.
    let acts = reader.history.after(place, 1).await?;
    reader.look_at(&acts, &query)?;
    Ok(stream::answer(reader, query, place, at))
}

/// `Last-Event-ID`; an empty one counts as absent.
fn last_event_id(headers: &HeaderMap) -> Result<Option<Position>, Problem> {
    let Some(value) = headers.get("last-event-id").filter(|value| !value.is_empty()) else { return Ok(None) };
    let read = value.to_str().ok().and_then(|text| text.parse().ok());
    read.map(Some).ok_or_else(|| Problem::header("Last-Event-ID", "must be the id of an event", "必须是某个事件的 id"))
}

fn closed(Looked { acts, through }: &Looked, head: Position) -> Bytes {
    let mut body = b"{\"items\":[".to_vec();
    for (place, (_, act)) in acts.iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        body.extend_from_slice(act);
    }
    body.extend_from_slice(format!("],\"through\":\"{through}\",\"head\":\"{head}\"}}").as_bytes());
    body.into()
}

/// How an act is shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ActQuery {
    /// `contact`: show mail addresses and telephone numbers of people, as far as the caller may see them.
    #[param(inline)]
    include: Option<IncludeContact>,
}

/// Get an act
///
/// What one accepted request did. Of a whole directory that was loaded at once, any of its revisions finds it.
#[utoipa::path(
    get, path = "/acts/{revision}", tag = "changes",
    params(ActQuery, ("revision" = RevisionNumber, Path, description = "The revision.")),
    responses((status = 200, description = "The act.", body = ActBody), (status = 404, description = "No such act, or none that this caller may see.")),
)]
pub(in crate::http) async fn get_act(
    request: HttpRequest,
    registry: Data<Registry>,
    history: Data<History>,
    revision: Path<RevisionNumber>,
    read: Read<ActQuery>,
) -> HandlerResult {
    let missing = || Error::NotFound { what: Subject::Act, id: revision.0.to_string() };
    let Read { caller, sight, query, as_of, .. } = read;
    let reader = Reader { registry, history, caller, sight, language: language_asked(request.headers()) };
    let (act, newest) = reader.history.act(revision.0).await?.ok_or_else(missing)?;
    let sight = reader.sight_in(&newest)?.with_contact(query.include.is_some());
    let body = reader.asker(&newest, &sight).shown(&act, &ChangesQuery::default())?.ok_or_else(missing)?;
    Ok(Answer::in_language(body.into(), At::of(&newest, as_of)))
}
