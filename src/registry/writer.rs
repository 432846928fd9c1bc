//! The writer task: takes what waits in the queue, decides, stores, publishes. The only one that
//! publishes a snapshot, so that readers see revisions in order.
//!
//! While some commands are stored, those that come meanwhile are decided on what the former are going to
//! leave. Under the lock of the head row it is looked whether that has become true; if not, they are decided
//! anew there.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::{sync::mpsc, time::Instant as Moment};

use super::{Inner, Request, batch::Batch, replay};
use crate::{
    directory::Snapshot,
    domain::{Entry, Error, Instant},
    store::{Head, LOCK_WAIT_MAX, StoreError, Wakeups, Write},
};

/// The most commands that are committed together.
const BATCH_COMMANDS_MAX: usize = 256;
/// How long a transaction may stand idle while commands are decided in it; the rest follows in the next. The
/// database ends one that is idle for long.
const DECIDING_MAX: Duration = Duration::from_millis(500);
/// How many entries behind the log a writer may be and still catch up while it holds the head row.
const BEHIND_ENTRIES_MAX: u64 = 500;
/// How often one attempt lets go of the head row to catch up.
const CATCH_UPS_MAX: usize = 3;
/// How long one operation of the database may take; longer than the bounded waits within it.
const DATABASE_WAIT_MAX: Duration = LOCK_WAIT_MAX.saturating_mul(3);
/// What a client is told to wait before it tries again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Runs until every handle on the registry is closed and every command is answered.
pub(super) async fn run(inner: Arc<Inner>, mut queue: mpsc::Receiver<Request>, mut wakeups: Wakeups) {
    let mut waiting = Waiting::default();
    let mut storing: Option<Storing> = None;
    let mut open = true;
    while open || storing.is_some() {
        tokio::select! {
            biased;
            () = ended(storing.as_mut()) => storing = None,
            request = queue.recv(), if open && waiting.requests.len() < BATCH_COMMANDS_MAX => match request {
                Some(request) => waiting.add(&inner, storing.as_ref(), request),
                None => open = false,
            },
            () = wakeups.next(), if storing.is_none() => drop(catch_up(&inner).await),
        }
        if storing.is_none() && !waiting.requests.is_empty() {
            storing = Some(Storing::begin(&inner, std::mem::take(&mut waiting)));
        }
    }
}

/// Commands that wait while others are stored.
#[derive(Default)]
struct Waiting {
    requests: Vec<Request>,
    /// All of them, decided on what those others leave; nothing where that cannot be known yet.
    decided: Option<Decided>,
}

/// Commands that are decided, with what they are answered once that is durable.
struct Decided {
    batch: Batch,
    answers: Answers,
}

type Answers = Vec<Result<super::Outcome, Error>>;

/// Commands that are being stored.
struct Storing {
    /// The directory that they leave unless storing them fails; nothing where that is not decided yet.
    leaves: Option<Arc<Snapshot>>,
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Waiting {
    fn add(&mut self, inner: &Inner, storing: Option<&Storing>, request: Request) {
        if self.requests.is_empty() {
            let base = storing.map_or_else(|| Some(inner.published.load_full()), |storing| storing.leaves.clone());
            let batch = base.map(|base| Batch::new(base, now(inner), HashMap::new()));
            self.decided = batch.map(|batch| Decided { batch, answers: Vec::new() });
        }
        if request.command.rests_on_the_log() {
            self.decided = None;
        }
        if let Some(decided) = &mut self.decided {
            decided.add(inner, &request, None);
        }
        self.requests.push(request);
    }
}

impl Decided {
    fn add(&mut self, inner: &Inner, request: &Request, dissolving: Option<&Entry>) {
        self.answers.push(self.batch.answer(request, dissolving, &|| inner.clock.new_id()));
    }
}

impl Storing {
    fn begin(inner: &Arc<Inner>, Waiting { requests, decided }: Waiting) -> Self {
        let leaves = decided.as_ref().map(|decided| Arc::clone(decided.batch.outcome()));
        Self { leaves, end: Box::pin(serve(Arc::clone(inner), requests, decided)) }
    }
}

/// Waits until what is being stored is; for ever where nothing is.
async fn ended(storing: Option<&mut Storing>) {
    match storing {
        Some(storing) => (&mut storing.end).await,
        None => std::future::pending().await,
    }
}

async fn serve(inner: Arc<Inner>, mut requests: Vec<Request>, mut decided: Option<Decided>) {
    while !requests.is_empty() {
        let answers = match attempt(&inner, &requests, decided.take()).await {
            Ok(answers) => answers,
            Err(failure) => requests.iter().map(|_| Err(failure.clone())).collect(),
        };
        for (request, answer) in requests.drain(..answers.len()).zip(answers) {
            // The request also carries the mark that its Idempotency-Key is in use: drop that first.
            let Request { answer: to, in_flight, .. } = request;
            drop(in_flight);
            // A client that has gone does not hear its answer; what it asked for is done.
            drop(to.send(answer));
        }
    }
}

/// Commits the requests as they are decided, or as many of the first as one transaction has time to decide:
/// at least one.
async fn attempt(inner: &Inner, requests: &[Request], decided: Option<Decided>) -> Result<Answers, Error> {
    let failed = |error: StoreError| inner.failed(&error, false);
    let (write, snapshot) = begin(inner).await?;
    let keys = requests.iter().filter(|request| !request.dry_run).filter_map(|request| request.key.as_ref());
    let answered = bounded(write.answered(keys.map(|(key, _)| key), now(inner))).await.map_err(failed)?;
    // What they were decided on is not there if another process has written or storing it has failed.
    let still = decided.filter(|decided| answered.is_empty() && decided.batch.stands_on(&snapshot));
    let Decided { batch, answers } = match still {
        Some(decided) => decided,
        None => {
            let batch = Batch::new(snapshot, now(inner), answered);
            decide(inner, &write, batch, requests).await.map_err(failed)?
        }
    };
    let stored = bounded(batch.store(&write)).await.map_err(failed)?;
    // Only a commit that fails may have happened nevertheless.
    let ended = if stored { bounded(write.commit()).await } else { bounded(write.roll_back()).await };
    ended.map_err(|error| inner.failed(&error, stored))?;
    inner.in_contact();
    if !batch.stands_on(batch.outcome()) {
        inner.publish(Arc::clone(batch.outcome()));
    }
    Ok(answers)
}

/// Decides as many of the first requests as one transaction has time for.
async fn decide(inner: &Inner, write: &Write, batch: Batch, requests: &[Request]) -> Result<Decided, StoreError> {
    let started = Moment::now();
    let mut decided = Decided { batch, answers: Vec::with_capacity(requests.len()) };
    for request in requests {
        if !decided.answers.is_empty() && started.elapsed() > DECIDING_MAX {
            break;
        }
        let dissolving = bounded(decided.batch.dissolving(write, &request.command)).await?;
        decided.add(inner, request, dissolving.as_ref());
    }
    Ok(decided)
}

/// Instants are kept to the microsecond, as both databases keep them.
fn now(inner: &Inner) -> Instant {
    let now = inner.clock.now();
    Instant::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
}

/// Gives up on a database that neither answers nor fails, as one behind a broken network does.
async fn bounded<T>(operation: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(DATABASE_WAIT_MAX, operation).await.unwrap_or(Err(StoreError::Silent))
}

/// Takes the head row, and brings the snapshot up to it.
async fn begin(inner: &Inner) -> Result<(Write, Arc<Snapshot>), Error> {
    let failed = |error: StoreError| inner.failed(&error, false);
    for _ in 0..CATCH_UPS_MAX {
        let write = bounded(inner.store.write()).await.map_err(failed)?;
        let head = write.head().clone();
        let snapshot = inner.published.load_full();
        if is_at(&snapshot, &head) {
            return Ok((write, snapshot));
        }
        let behind = head.revision.checked_sub(snapshot.revision());
        if behind.is_some_and(|behind| behind <= BEHIND_ENTRIES_MAX) {
            let news = bounded(write.news(snapshot.revision())).await.map_err(failed)?;
            if let Ok(after) = replay::apply(&snapshot, news)
                && is_at(&after, &head)
            {
                let after = Arc::new(after);
                inner.publish(Arc::clone(&after));
                return Ok((write, after));
            }
        }
        // Far behind, or the log is not the one we know: let others write meanwhile.
        bounded(write.roll_back()).await.map_err(failed)?;
        catch_up(inner).await?;
    }
    Err(Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown: false })
}

/// Whether the snapshot ends with the log's last entry.
fn is_at(snapshot: &Snapshot, head: &Head) -> bool {
    (snapshot.revision(), snapshot.recorded_at()) == (head.revision, head.recorded_at)
}

/// Applies the entries of other processes up to the head as it is now. What they add meanwhile waits
/// for the next time, so that a busy neighbour does not keep this process from its own commands.
pub(super) async fn catch_up(inner: &Inner) -> Result<(), Error> {
    let failed = |error: StoreError| inner.failed(&error, false);
    let head = bounded(inner.store.head()).await.map_err(failed)?;
    inner.in_contact();
    loop {
        let snapshot = inner.published.load_full();
        if is_at(&snapshot, &head) {
            return Ok(());
        }
        let news = bounded(inner.store.news(snapshot.revision())).await.map_err(failed)?;
        let after = if news.entries.is_empty() { Err(replay::Gap) } else { replay::apply(&snapshot, news) };
        match after {
            Ok(after) => {
                let arrived = after.revision() >= head.revision;
                inner.publish(Arc::new(after));
                if arrived {
                    return Ok(());
                }
            }
            Err(replay::Gap) => {
                tracing::warn!(ours = snapshot.revision(), theirs = head.revision, "the log is not ours: loading anew");
                inner.publish(Arc::new(replay::load(&inner.store, snapshot.zone()).await.map_err(failed)?));
                return Ok(());
            }
        }
    }
}

impl Inner {
    fn publish(&self, snapshot: Arc<Snapshot>) {
        let revision = snapshot.revision();
        self.published.store(snapshot);
        self.revision.send_replace(revision);
    }

    /// Notes that the database failed, and says what the client hears.
    fn failed(&self, error: &StoreError, outcome_unknown: bool) -> Error {
        self.database_errors.fetch_add(1, Ordering::Relaxed);
        // Polling goes on while the database is away: that is said once.
        if outcome_unknown || !self.away.swap(true, Ordering::Relaxed) {
            tracing::error!(%error, outcome_unknown, "the database failed");
        } else {
            tracing::debug!(%error, "the database is still away");
        }
        match error {
            StoreError::Unreadable { .. } => Error::Internal,
            StoreError::Locked(_)
            | StoreError::Database(_)
            | StoreError::Silent
            | StoreError::Owned(_)
            | StoreError::Address(_) => Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown },
            StoreError::Newer { .. } => {
                self.newer_format.store(true, Ordering::Relaxed);
                Error::NewerFormat
            }
        }
    }
}
