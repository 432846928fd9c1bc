//! The writer task: takes what waits in the queue, decides, stores, publishes. The only one that
//! publishes a snapshot, so that readers see revisions in order.

use std::{sync::Arc, sync::atomic::Ordering, time::Duration};

use tokio::{sync::mpsc, time::Instant as Moment};

use super::{Inner, Request, batch::Batch, replay, shared::keyring};
use crate::{
    directory::Snapshot,
    domain::{Error, Revision},
    store::{ENTRIES_MAX, Head, LOCK_WAIT_MAX, Scrubbed, StoreError, Wakeups, WriteTransaction},
};

/// The most commands that are committed together.
const BATCH_COMMANDS_MAX: usize = 256;
/// How long a batch waits for as many commands as the last one had: a fraction of the time that a disk needs.
const GATHERING_MAX: Duration = Duration::from_millis(1);
/// How long one batch decides before it is committed. The rest follows in the next batch. The database ends a
/// transaction that is idle for too long.
const DECIDING_MAX: Duration = Duration::from_millis(500);
/// How many entries behind the log a writer may be and still catch up while it has the head row locked.
const BEHIND_ENTRIES_MAX: u64 = 500;
/// How often one attempt releases the head row to catch up.
const CATCH_UPS_MAX: usize = 3;
/// How long one operation of the database may take; longer than the bounded waits within it.
const DATABASE_WAIT_MAX: Duration = LOCK_WAIT_MAX.saturating_mul(3);
/// How long a client should wait before it tries again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Runs until every handle on the registry is closed and the queue is empty.
pub(super) async fn run(inner: Arc<Inner>, mut queue: mpsc::Receiver<Request>, mut wakeups: Wakeups) {
    let mut waiting = Vec::with_capacity(BATCH_COMMANDS_MAX);
    let mut before = 0;
    // The last user of a snapshot frees what the next one does not share. That takes longer than a read, so a
    // thread that answers reads must not do it.
    let mut retired = None;
    loop {
        inner.look_at_clock();
        tokio::select! {
            biased;
            taken = queue.recv_many(&mut waiting, BATCH_COMMANDS_MAX) => {
                if taken == 0 {
                    return;
                }
                gather(&mut queue, &mut waiting, before).await;
                before = waiting.len();
                let snapshot = inner.published.load_full();
                serve(&inner, std::mem::take(&mut waiting)).await;
                drop(retired.replace(snapshot));
            }
            () = wakeups.next() => {
                drop(retired.take());
                drop(catch_up(&inner).await);
                note_uses(&inner).await;
                inner.scrub().await;
            }
        }
    }
}

/// Stores when callers were last used. What fails is stored with the next use.
async fn note_uses(inner: &Inner) {
    let new = inner.uses.take_new();
    if !new.is_empty()
        && let Err(error) = bounded(inner.store.note_use(&new)).await
    {
        drop(inner.failed(&error, false));
    }
}

/// Waits a moment for as many commands as came together the last time. Clients that were answered together mostly ask
/// again together, and the first one would otherwise be committed alone.
async fn gather(queue: &mut mpsc::Receiver<Request>, waiting: &mut Vec<Request>, before: usize) {
    let until = Moment::now() + GATHERING_MAX;
    while waiting.len() < before {
        let room = BATCH_COMMANDS_MAX - waiting.len();
        match tokio::time::timeout_at(until, queue.recv_many(waiting, room)).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
    }
}

async fn serve(inner: &Inner, mut requests: Vec<Request>) {
    while !requests.is_empty() {
        let answers = match attempt(inner, &requests).await {
            Ok(answers) => answers,
            Err(failure) => requests.iter().map(|_| Err(failure.clone().into())).collect(),
        };
        for (request, answer) in requests.drain(..answers.len()).zip(answers) {
            // The request also carries the mark that its Idempotency-Key is in use: drop that first.
            let Request { answer: to, in_flight, .. } = request;
            drop(in_flight);
            // A client that has disconnected gets no answer, but its command is done.
            drop(to.send(answer));
        }
    }
}

type Answers = Vec<Result<super::Accepted, super::Refused>>;

/// Decides and commits the requests, or as many of the first as one batch has time for: at least one.
async fn attempt(inner: &Inner, requests: &[Request]) -> Result<Answers, Error> {
    let (write, snapshot) = begin(inner).await?;
    let now = inner.clock.now();
    let batch = bounded(Batch::begin(&write, snapshot, inner.keyring.load_full(), truncated(now), requests)).await;
    let mut batch = batch.map_err(|error| inner.failed(&error, false))?;
    let mut answers = Vec::with_capacity(requests.len());
    let started = Moment::now();
    for request in requests {
        if !answers.is_empty() && started.elapsed() > DECIDING_MAX {
            break;
        }
        let answer = bounded(batch.answer(&write, request, &|| inner.clock.new_id())).await;
        answers.push(answer.map_err(|error| inner.failed(&error, false))?);
    }
    let stored = bounded(batch.store(&write)).await.map_err(|error| inner.failed(&error, false))?;
    // Only a commit that fails may have happened nevertheless.
    let ended = if stored { bounded(write.commit()).await } else { bounded(write.roll_back()).await };
    ended.map_err(|error| inner.failed(&error, stored))?;
    inner.in_contact();
    if batch.erases() {
        inner.unscrubbed.store(true, Ordering::Relaxed);
    }
    if let Some(after) = batch.outcome() {
        inner.publish(after).await;
    }
    inner.scrub().await;
    Ok(answers)
}

/// Gives up on a database that neither answers nor fails, for example behind a broken network.
pub(super) async fn bounded<T>(operation: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(DATABASE_WAIT_MAX, operation).await.unwrap_or(Err(StoreError::Silent))
}

/// Instants are kept to the microsecond, as both databases keep them.
pub(super) fn truncated(now: crate::domain::Instant) -> crate::domain::Instant {
    crate::domain::Instant::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
}

/// Locks the head row, and brings the snapshot up to it.
async fn begin(inner: &Inner) -> Result<(WriteTransaction, Arc<Snapshot>), Error> {
    let failed = |error: StoreError| inner.failed(&error, false);
    for _ in 0..CATCH_UPS_MAX {
        inner.count().await?;
        let write = bounded(inner.store.write()).await.map_err(failed)?;
        let head = write.head().clone();
        let snapshot = inner.published.load_full();
        if is_at(&snapshot, &head) {
            inner.incomplete.store(false, Ordering::Relaxed);
            return Ok((write, snapshot));
        }
        let behind = head.revision.checked_sub(snapshot.revision());
        if behind.is_some_and(|behind| behind <= BEHIND_ENTRIES_MAX) {
            let news = bounded(write.news(snapshot.revision())).await.map_err(failed)?;
            if let Ok(after) = replay::apply(&snapshot, news)
                && is_at(&after, &head)
            {
                let after = Arc::new(after);
                inner.publish(Arc::clone(&after)).await;
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
        && *snapshot.chain() == head.chain
}

/// Applies the entries of other processes up to the present head. Entries that they add meanwhile wait for the next
/// time, so that a busy process does not keep this one from its own commands.
pub(super) async fn catch_up(inner: &Inner) -> Result<(), Error> {
    let failed = |error: StoreError| inner.failed(&error, false);
    inner.count().await?;
    let head = bounded(inner.store.head()).await.map_err(failed)?;
    inner.in_contact();
    loop {
        let snapshot = inner.published.load_full();
        if is_at(&snapshot, &head) {
            inner.incomplete.store(false, Ordering::Relaxed);
            inner.refresh_keyring(snapshot.keys_changed()).await;
            return Ok(());
        }
        let news = bounded(inner.store.news(snapshot.revision(), ENTRIES_MAX)).await.map_err(failed)?;
        let after = if news.entries.is_empty() { Err(replay::Gap) } else { replay::apply(&snapshot, news) };
        match after {
            Ok(after) => {
                let arrived = after.revision() >= head.revision;
                inner.publish(Arc::new(after)).await;
                if arrived {
                    return Ok(());
                }
            }
            Err(replay::Gap) => {
                tracing::warn!(ours = snapshot.revision(), theirs = head.revision, "the log is not ours: loading anew");
                let loaded = replay::load(&inner.store, snapshot.zone()).await.map_err(failed)?;
                // What is known of keys is that of another log, too.
                let keyring = bounded(keyring(&inner.store, loaded.keys_changed())).await.map_err(failed)?;
                inner.keyring.store(Arc::new(keyring));
                inner.publish(Arc::new(loaded)).await;
                inner.incomplete.store(false, Ordering::Relaxed);
                return Ok(());
            }
        }
    }
}

impl Inner {
    /// If the database has failed: looks whether it has all its rows. It may be in the middle of a restoration.
    async fn count(&self) -> Result<(), Error> {
        if self.uncounted.load(Ordering::Relaxed) {
            bounded(self.store.count()).await.map_err(|error| self.failed(&error, false))?;
            self.uncounted.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Makes a snapshot the one that is read. What is known of keys beside the log comes first, so that whoever sees a
    /// new key can use it.
    async fn publish(&self, snapshot: Arc<Snapshot>) {
        let revision = snapshot.revision();
        self.refresh_keyring(snapshot.keys_changed()).await;
        self.published.store(snapshot);
        self.revision.send_replace(revision);
    }

    /// Reads what is known of keys beside the log, unless it is that after the entry `at`.
    async fn refresh_keyring(&self, at: Revision) {
        if at == self.keyring.load().at {
            return;
        }
        match bounded(keyring(&self.store, at)).await {
            Ok(keyring) => self.keyring.store(Arc::new(keyring)),
            // A key that was revoked is refused all the same: the snapshot says so. The next poll tries again.
            Err(error) => drop(self.failed(&error, false)),
        }
    }

    /// Clears what was erased from where the database keeps it for a while. What cannot be cleared now, because somebody
    /// reads it, is cleared at a later poll.
    async fn scrub(&self) {
        if !self.unscrubbed.load(Ordering::Relaxed) {
            return;
        }
        match bounded(self.store.scrub()).await {
            Ok(Scrubbed::Whole) => self.unscrubbed.store(false, Ordering::Relaxed),
            Ok(Scrubbed::Blocked) => tracing::debug!("what was erased is still in the files of the database"),
            Err(error) => drop(self.failed(&error, false)),
        }
    }

    /// Notes that the database failed, and says what the client hears.
    pub(super) fn failed(&self, error: &StoreError, outcome_unknown: bool) -> Error {
        self.database_errors.fetch_add(1, Ordering::Relaxed);
        // Polling goes on while the database is away: that is said once.
        if outcome_unknown || !self.away.swap(true, Ordering::Relaxed) {
            tracing::error!(%error, outcome_unknown, "the database failed");
        } else {
            tracing::debug!(%error, "the database is still away");
        }
        if matches!(error, StoreError::Database(_) | StoreError::Silent | StoreError::Incomplete { .. }) {
            self.uncounted.store(true, Ordering::Relaxed);
        }
        match error {
            StoreError::Unreadable { .. } => Error::Internal,
            StoreError::Locked(_)
            | StoreError::Database(_)
            | StoreError::Silent
            | StoreError::Missing { .. }
            | StoreError::Orphan { .. }
            | StoreError::File { .. }
            | StoreError::Damaged { .. }
            | StoreError::Owned(_)
            | StoreError::Address(_) => Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown },
            StoreError::Incomplete { .. } => {
                self.incomplete.store(true, Ordering::Relaxed);
                Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown }
            }
            StoreError::Misplaced { .. } => {
                self.misplaced.store(true, Ordering::Relaxed);
                Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown }
            }
            StoreError::Newer { .. } | StoreError::NewerEntry { .. } => {
                self.newer_format.store(true, Ordering::Relaxed);
                Error::NewerFormat
            }
        }
    }
}
