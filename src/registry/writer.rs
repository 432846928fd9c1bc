//! The writer task: takes what waits in the queue, decides, stores, publishes. The only one that
//! publishes a snapshot, so that readers see revisions in order.

use std::{sync::Arc, sync::atomic::Ordering, time::Duration};

use tokio::sync::mpsc;

use super::{Inner, Request, batch::Batch, replay};
use crate::{
    directory::Snapshot,
    domain::{Entry, Error},
    store::{StoreError, Wakeups, Write},
};

/// The most commands that are committed together.
const BATCH_COMMANDS_MAX: usize = 256;
/// How many entries behind the log a writer may be and still catch up while it holds the head row.
const BEHIND_ENTRIES_MAX: u64 = 500;
/// What a client is told to wait before it tries again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Runs until every handle on the registry is closed and the queue is empty.
pub(super) async fn run(inner: Arc<Inner>, mut queue: mpsc::Receiver<Request>, mut wakeups: Wakeups) {
    let mut waiting = Vec::with_capacity(BATCH_COMMANDS_MAX);
    loop {
        tokio::select! {
            biased;
            taken = queue.recv_many(&mut waiting, BATCH_COMMANDS_MAX) => {
                if taken == 0 {
                    return;
                }
                serve(&inner, std::mem::take(&mut waiting)).await;
            }
            () = wakeups.next() => drop(catch_up(&inner).await),
        }
    }
}

async fn serve(inner: &Inner, requests: Vec<Request>) {
    let answers = match attempt(inner, &requests).await {
        Ok(answers) => answers,
        Err(failure) => requests.iter().map(|_| Err(failure.clone())).collect(),
    };
    for (request, answer) in requests.into_iter().zip(answers) {
        // The request also carries the mark that its Idempotency-Key is in use: drop that first.
        let Request { answer: to, in_flight, .. } = request;
        drop(in_flight);
        // A client that has gone does not hear its answer; what it asked for is done.
        drop(to.send(answer));
    }
}

type Answers = Vec<Result<super::Outcome, Error>>;

async fn attempt(inner: &Inner, requests: &[Request]) -> Result<Answers, Error> {
    let (write, snapshot) = begin(inner).await?;
    let now = inner.clock.now();
    let mut batch = Batch::new(&snapshot, truncated(now));
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        let answer = batch.answer(&write, request, inner.clock.new_id()).await;
        answers.push(answer.map_err(|error| inner.failed(&error, false))?);
    }
    let written = batch.commit(write).await.map_err(|error| inner.failed(&error, true))?;
    inner.in_contact();
    if written.changed {
        inner.publish(written.snapshot);
    }
    Ok(answers)
}

/// Instants are kept to the microsecond, as both databases keep them.
fn truncated(now: crate::domain::Instant) -> crate::domain::Instant {
    crate::domain::Instant::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
}

/// Takes the head row, and brings the snapshot up to it.
async fn begin(inner: &Inner) -> Result<(Write, Arc<Snapshot>), Error> {
    let failed = |error: StoreError| inner.failed(&error, false);
    loop {
        let write = inner.store.write().await.map_err(failed)?;
        let head = write.head().clone();
        if head.format > Entry::FORMAT {
            inner.meets_newer_format();
            return Err(Error::NewerFormat);
        }
        let snapshot = inner.published.load_full();
        if head.revision == snapshot.revision() {
            return Ok((write, snapshot));
        }
        let behind = head.revision.checked_sub(snapshot.revision());
        if behind.is_some_and(|behind| behind <= BEHIND_ENTRIES_MAX) {
            let news = write.news(snapshot.revision()).await.map_err(failed)?;
            if let Ok(after) = replay::apply(&snapshot, news)
                && after.revision() == head.revision
            {
                inner.publish(after);
                return Ok((write, inner.published.load_full()));
            }
        }
        // Far behind, or the log is not the one we know: let others write meanwhile.
        write.roll_back().await.map_err(failed)?;
        catch_up(inner).await?;
    }
}

/// Applies the entries of other processes up to the head.
pub(super) async fn catch_up(inner: &Inner) -> Result<(), Error> {
    let failed = |error: StoreError| inner.failed(&error, false);
    loop {
        let snapshot = inner.published.load_full();
        let head = inner.store.head().await.map_err(failed)?;
        inner.in_contact();
        if head.format > Entry::FORMAT {
            inner.meets_newer_format();
            return Err(Error::NewerFormat);
        }
        if head.revision == snapshot.revision() {
            return Ok(());
        }
        let news = inner.store.news(snapshot.revision()).await.map_err(failed)?;
        let after = if news.entries.is_empty() { Err(replay::Gap) } else { replay::apply(&snapshot, news) };
        match after {
            Ok(after) => inner.publish(after),
            Err(replay::Gap) => {
                tracing::warn!(ours = snapshot.revision(), theirs = head.revision, "the log is not ours: loading anew");
                inner.publish(replay::load(&inner.store, snapshot.zone()).await.map_err(failed)?);
            }
        }
    }
}

impl Inner {
    fn publish(&self, snapshot: Snapshot) {
        let revision = snapshot.revision();
        self.published.store(Arc::new(snapshot));
        self.revision.send_replace(revision);
    }

    /// Notes that the database failed, and says what the client hears.
    fn failed(&self, error: &StoreError, outcome_unknown: bool) -> Error {
        self.database_errors.fetch_add(1, Ordering::Relaxed);
        tracing::error!(%error, outcome_unknown, "the database failed");
        match error {
            StoreError::Unreadable { .. } => Error::Internal,
            StoreError::Locked(_) | StoreError::Database(_) | StoreError::Owned(_) | StoreError::Address(_) => {
                Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown }
            }
        }
    }

    fn meets_newer_format(&self) {
        if !self.newer_format.swap(true, Ordering::Relaxed) {
            tracing::error!(ours = Entry::FORMAT, "the log has entries of a newer program: no more writing here");
        }
    }
}
