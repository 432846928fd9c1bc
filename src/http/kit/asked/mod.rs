//! What a question or a command brings along besides path and body.
//!
//! Every handler of a resource takes exactly one of these. They check `Accept` and the conditional
//! headers, wait for `Directory-Min-Revision`, and refuse query parameters that nobody reads.

use std::sync::Arc;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::HeaderMap,
    web::{self, Bytes},
};
use futures_util::future::{Either, LocalBoxFuture, Ready};
use serde::{Deserialize, de::DeserializeOwned};

pub use super::paging::{PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX, Paging};
use super::{
    answer::{Answer, At, HandlerResult},
    audited,
    conditional::{IfMatch, IfNoneMatch, question_hash, question_tag},
    cursor::Cursor,
    filters::IncludeContact,
    gate::caller_of,
    header::{accepts_events, accepts_json, accepts_json_lines, idempotency_key, min_revision, prefers_minimal},
    input::Params,
    json::{Shown, to_bytes},
    kept::{KeptAnswers, Key, Lasting, Question, Written},
    language::language_asked,
    page::PageBody,
    paging::CursorText,
    pins::Pins,
    problem::{Failure, Problem},
    source::Source,
};
use crate::{
    access::{Caller, Rights, Sight},
    directory::{OrgView, Page, PageRequest, PersonRow, Snapshot},
    domain::{Day, Error, OrgId, PersonId, Revision, Subject},
    words::Language,
};

/// For operations without query parameters of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Nothing {}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AsOf {
    as_of: Option<Day>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Flags {
    dry_run: Option<bool>,
}

/// A question about one thing, or about everything that belongs to it.
#[derive(Debug)]
pub struct Read<Q = Nothing> {
    /// The snapshot to answer from. Use no other.
    pub directory: Arc<Snapshot>,
    /// The day to answer for.
    pub as_of: Day,
    /// The day it is.
    today: Day,
    /// Who asks.
    pub caller: Caller,
    /// What the answer may show.
    pub sight: Sight,
    /// The operation's own parameters.
    pub query: Q,
    if_none_match: Option<IfNoneMatch>,
    question: u64,
}

impl<Q> Read<Q> {
    /// The org of that id, on the day asked for.
    ///
    /// # Errors
    ///
    /// There is no such org.
    pub fn org(&self, id: OrgId) -> Result<OrgView<'_>, Error> {
        let missing = || Error::NotFound { what: Subject::Org, id: id.to_string() };
        self.directory.org_on(id, self.as_of).ok_or_else(missing)
    }

    /// What the caller may do in the newest directory; that of a list may be older.
    pub(in crate::http) fn rights<'a>(&'a self, newest: &'a Snapshot) -> Rights<'a> {
        Rights::of(&self.caller, newest, self.today)
    }

    /// The person of that id, if the caller sees them.
    ///
    /// # Errors
    ///
    /// There is no such person, or the caller may not know that there is.
    pub fn person(&self, id: PersonId) -> Result<PersonRow<'_>, Error> {
        let missing = || Error::NotFound { what: Subject::Person, id: id.to_string() };
        if let Some(into) = self.directory.merged_into(id) {
            let seen = self.sight.sees(&self.directory, into);
            return Err(if seen { Error::Merged { person: id, into } } else { missing().hiding(into) });
        }
        let person = self.directory.person(id).ok_or_else(missing)?;
        if self.sight.sees(&self.directory, id) { Ok(person) } else { Err(missing().hiding(id)) }
    }

    /// What the answer may show, with contact data if they are asked for.
    pub(in crate::http) fn sight_with(&self, include: Option<IncludeContact>) -> Sight {
        self.sight.clone().with_contact(include.is_some())
    }

    /// The point of view of the answer.
    pub fn at(&self) -> At {
        At::of(&self.directory, self.as_of)
    }

    /// Answers with one object, whose own data was last changed by `own_revision`.
    pub fn object(&self, body: &impl Shown, own_revision: u64) -> Answer {
        Answer::object(body, own_revision, self.at())
    }

    /// Answers a question about more than one object's own data (a tree, a path). The answer is not computed if the
    /// caller already has it.
    ///
    /// # Errors
    ///
    /// Those of `ask`.
    pub fn answer<'s, B: Shown, E: Into<Failure>>(
        &'s self,
        ask: impl FnOnce(&'s Self) -> Result<B, E>,
    ) -> HandlerResult {
        self.answer_bytes(|read| {
            let body = ask(read).map_err(Into::into)?;
            Ok::<_, Failure>(to_bytes(&body).map_err(Problem::internal)?.into())
        })
    }

    /// The same for a body that is already written.
    ///
    /// # Errors
    ///
    /// Those of `ask`.
    pub fn answer_bytes<'s, E: Into<Failure>>(
        &'s self,
        ask: impl FnOnce(&'s Self) -> Result<Bytes, E>,
    ) -> HandlerResult {
        match self.tag() {
            Ok(tag) => Ok(Answer::tagged(ask(self).map_err(Into::into)?, tag, self.at())),
            Err(known) => Ok(known),
        }
    }

    /// The same for a body that others may have too.
    ///
    /// # Errors
    ///
    /// Those of `ask`.
    pub(in crate::http) fn answer_shared<'s>(
        &'s self,
        ask: impl FnOnce(&'s Self) -> Result<Bytes, Failure>,
    ) -> HandlerResult {
        match self.tag() {
            Ok(tag) => Ok(Answer::shared(ask(self)?, tag, self.at())),
            Err(known) => Ok(known),
        }
    }

    /// The tag of the answer; or the answer, if the caller has it already.
    pub(in crate::http) fn tag(&self) -> Result<String, Answer> {
        let tag = question_tag(self.directory.position(), self.question);
        match self.if_none_match.as_ref().and_then(|condition| condition.names(&tag)) {
            Some(known) => Err(Answer::not_modified(known, self.at())),
            None => Ok(tag),
        }
    }
}

/// A question for a list.
#[derive(Debug)]
pub struct Listing<Q = Nothing> {
    /// The question; its `query` holds filters and sort.
    pub read: Read<Q>,
    /// Which part of the list.
    pub page: PageRequest,
    /// What a cursor of this list carries.
    list: u64,
    /// What keeps the snapshot for the next page.
    pins: web::Data<Pins>,
    /// Whether it is kept already, for the page before.
    pinned: bool,
}

impl<Q> Listing<Q> {
    /// The same list, whose answers change with something else than the directory.
    #[must_use]
    pub(in crate::http) fn varying_with(mut self, other: u64) -> Self {
        self.read.question ^= other.rotate_left(32);
        self
    }

    /// Answers with the page that `ask` finds. It is not computed if the caller already has it.
    ///
    /// # Errors
    ///
    /// Those of `ask`.
    pub fn answer<'s, T: Shown, E: Into<Failure>>(
        &'s self,
        ask: impl FnOnce(&'s Read<Q>, &'s PageRequest) -> Result<Page<T>, E>,
    ) -> HandlerResult {
        self.read.answer(|read| Ok::<_, Failure>(self.body(ask(read, &self.page).map_err(Into::into)?)))
    }

    /// The same about an org. The answer is kept if it is the whole list from its beginning, fits a page of the default
    /// length, and every item may be kept.
    ///
    /// # Errors
    ///
    /// There is no such org.
    pub(in crate::http) fn answer_kept<'s, T: Lasting>(
        &'s self,
        answers: &KeptAnswers,
        question: Question,
        id: OrgId,
        ask: impl FnOnce(&'s Read<Q>, &OrgView<'s>, &'s PageRequest) -> Page<T>,
    ) -> HandlerResult
    where
        Q: Default + PartialEq,
    {
        self.read.answer_shared(|read| {
            let view = read.org(id)?;
            let write = || {
                let page = ask(read, &view, &self.page);
                let lasting = page.next.is_none() && page.items.iter().all(T::lasts);
                let bytes = to_bytes(&self.body(page)).map_err(Problem::internal)?;
                Ok::<_, Failure>(Written { bytes, lasting })
            };
            let PageRequest { after, limit, count, backwards: _ } = &self.page;
            let usual = after.is_none() && *limit == usize::from(PAGE_ITEMS_DEFAULT) && !count;
            if usual && read.sight.is_whole() && read.query == Q::default() {
                let key = Key::new(question, &read.directory, &view);
                answers.find_or(key, &read.directory, write)
            } else {
                Ok(answers.counted(write()?)?)
            }
        })
    }

    /// Answers with a page of what is not in the snapshot.
    pub(in crate::http) fn beside(&self, page: Page<impl Shown>) -> Answer {
        self.read.object(&self.unpinned(page), 0)
    }

    fn body<T>(&self, page: Page<T>) -> PageBody<T> {
        if page.next.is_some() && !self.pinned {
            self.pins.keep(&self.read.directory);
        }
        self.unpinned(page)
    }

    fn unpinned<T>(&self, page: Page<T>) -> PageBody<T> {
        let Page { items, next, total } = page;
        let (revision, as_of) = (self.read.directory.revision(), self.read.as_of);
        let next = next.map(|position| Cursor { revision, as_of, question: self.list, position }.encode());
        PageBody { items, next, total: total.and_then(|total| u64::try_from(total).ok()) }
    }
}

/// What a command brings along.
#[derive(Debug)]
pub struct WriteRequest {
    /// The day it is.
    pub today: Day,
    /// Who asks.
    pub caller: Caller,
    /// What the answer may show.
    pub sight: Sight,
    /// Whether it is a dry run.
    pub dry_run: bool,
    /// Which revisions of the object the command may apply to; `None`: any.
    pub if_match: Option<IfMatch>,
    /// Whether the object must not be there yet.
    pub if_none: bool,
    /// What makes a repetition of this request the same request. `None` on dry runs.
    pub idempotency_key: Option<String>,
    /// The path of the request.
    pub path: String,
    /// Whether the answer leaves out `change`.
    pub is_minimal: bool,
    /// The language of the texts in the answer.
    pub language: Language,
}

/// What all extractors here need.
#[derive(Debug)]
struct Basics {
    directory: Arc<Snapshot>,
    /// The revision that the caller has seen and does not want to fall behind.
    wanted: Option<Revision>,
    today: Day,
}

type Asking<T> = Either<Ready<Result<T, Failure>>, LocalBoxFuture<'static, Result<T, Failure>>>;

/// Gets the snapshot to answer from, waiting only if the caller asks for it, and continues with `then`.
fn ask<T: 'static>(
    request: &HttpRequest,
    is_acceptable: fn(&HttpRequest) -> Result<(), Problem>,
    then: impl FnOnce(&HttpRequest, Basics) -> Result<T, Problem> + 'static,
) -> Asking<T> {
    let started = || {
        is_acceptable(request)?;
        let source = request.app_data::<web::Data<dyn Source>>();
        let source = source.ok_or_else(|| Problem::internal("the application has no Source"))?;
        source.is_whole()?;
        Ok::<_, Problem>((source, min_revision(request.headers())?))
    };
    let (source, wanted) = match started() {
        Ok(started) => started,
        Err(problem) => return Either::Left(futures_util::future::ready(Err(problem.into()))),
    };
    let today = source.today();
    let directory = source.snapshot();
    match wanted {
        Some(wanted) if wanted > directory.revision() => {
            let (request, source) = (request.clone(), Arc::clone(source));
            Either::Right(Box::pin(async move {
                let directory = source.at_least(wanted).await.map_err(|error: Error| Problem::from(error))?;
                Ok(then(&request, Basics { directory, wanted: Some(wanted), today })?)
            }))
        }
        _ => {
            let basics = Basics { directory, wanted, today };
            Either::Left(futures_util::future::ready(then(request, basics).map_err(Failure::from)))
        }
    }
}

/// Who asks, and what the answer may show.
fn sight_of(request: &HttpRequest, basics: &Basics) -> (Caller, Sight) {
    let caller = caller_of(request);
    let sight = Sight::of(&caller, &basics.directory, basics.today);
    (caller, sight)
}

fn read_of<Q>(
    request: &HttpRequest,
    Basics { directory, wanted: _, today }: Basics,
    (caller, sight): (Caller, Sight),
    as_of: Option<Day>,
    query: Q,
    question: &str,
) -> Result<Read<Q>, Problem> {
    audited::follow(request, &sight);
    let as_of = as_of.unwrap_or(today);
    let question = question_hash(request.path(), question, as_of, sight.mark_of_answers());
    let if_none_match = IfNoneMatch::read(request.headers())?;
    Ok(Read { directory, as_of, today, caller, sight, query, if_none_match, question })
}

impl<Q: DeserializeOwned + 'static> FromRequest for Read<Q> {
    type Error = Failure;
    type Future = Asking<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ask(request, accepts_json, read)
    }
}

fn read<Q: DeserializeOwned>(request: &HttpRequest, basics: Basics) -> Result<Read<Q>, Problem> {
    let mut params = Params::parse(request.query_string());
    let asked = params.take().zip(params.take());
    let question = params.canonical();
    let (AsOf { as_of }, query) = params.finish(asked)?;
    let seen = sight_of(request, &basics);
    read_of(request, basics, seen, as_of, query, &question)
}

/// A question that is answered with JSON lines.
#[derive(Debug)]
pub(in crate::http) struct ReadLines<Q>(pub(in crate::http) Read<Q>);

impl<Q: DeserializeOwned + 'static> FromRequest for ReadLines<Q> {
    type Error = Failure;
    type Future = Asking<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ask(request, accepts_json_lines, |request, basics| read(request, basics).map(Self))
    }
}

/// A question that is answered with server-sent events.
#[derive(Debug)]
pub(in crate::http) struct ReadEvents<Q>(pub(in crate::http) Read<Q>);

impl<Q: DeserializeOwned + 'static> FromRequest for ReadEvents<Q> {
    type Error = Failure;
    type Future = Asking<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ask(request, accepts_events, |request, basics| read(request, basics).map(Self))
    }
}

impl<Q: DeserializeOwned + 'static> FromRequest for Listing<Q> {
    type Error = Failure;
    type Future = Asking<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ask(request, accepts_json, |request, mut basics| {
            let mut params = Params::parse(request.query_string());
            let query = params.take();
            let filters = params.canonical();
            let asked = query.zip(params.take().zip(params.take()));
            let question = params.canonical();
            let (query, (AsOf { as_of }, Paging { limit, cursor, count })) = params.finish(asked)?;

            // What the caller may see now, also in a list that began before.
            let (caller, sight) = sight_of(request, &basics);
            let list = question_hash(request.path(), &filters, Day::MIN, sight.mark());
            let cursor = cursor.map(|CursorText(text)| Cursor::decode(&text)).transpose()?;
            if let Some(cursor) = &cursor {
                cursor.belongs_to(list, as_of)?;
            }
            let as_of = as_of.or(cursor.as_ref().map(|cursor| cursor.as_of));
            let pins = request.app_data::<web::Data<Pins>>();
            let pins = pins.ok_or_else(|| Problem::internal("the application has no Pins"))?.clone();
            // A caller who has seen more than the list began with goes on in what it has seen.
            let begun_at = cursor.as_ref().map(|cursor| cursor.revision);
            let begun_on = begun_at.filter(|revision| basics.wanted.is_none_or(|wanted| wanted <= *revision));
            let begun_on = begun_on.and_then(|revision| pins.find(revision, &basics.directory));
            let pinned = begun_on.is_some();
            basics.directory = begun_on.unwrap_or(basics.directory);
            let page = PageRequest {
                after: cursor.map(|cursor| cursor.position),
                limit: usize::from(limit.map_or(PAGE_ITEMS_DEFAULT, |limit| limit.0)),
                count: count.unwrap_or(false),
                backwards: false,
            };
            let read = read_of(request, basics, (caller, sight), as_of, query, &question)?;
            Ok(Self { read, page, list, pins, pinned })
        })
    }
}

impl FromRequest for WriteRequest {
    type Error = Failure;
    type Future = Asking<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ask(request, accepts_json, |request, basics| {
            let mut params = Params::parse(request.query_string());
            let flags = params.take();
            let Flags { dry_run } = params.finish(flags)?;
            let headers: &HeaderMap = request.headers();
            let dry_run = dry_run.unwrap_or(false);
            let idempotency_key = idempotency_key(headers)?.filter(|_| !dry_run);
            let if_match = IfMatch::read(headers)?;
            let if_none = IfNoneMatch::read(headers)?.is_some_and(|condition| condition.is_any());
            let (caller, sight) = sight_of(request, &basics);
            audited::follow(request, &sight);
            let path = request.path().to_owned();
            // What a dry run would do is what it is asked for: it is not left out.
            let is_minimal = prefers_minimal(headers)? && !dry_run;
            let language = language_asked(headers);
            let Basics { today, .. } = basics;
            Ok(Self { today, caller, sight, dry_run, if_match, if_none, idempotency_key, path, is_minimal, language })
        })
    }
}

#[cfg(test)]
mod tests;
