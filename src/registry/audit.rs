//! The audit: a task of its own that writes what came together in one statement, beside the writer of the log.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use chrono::TimeDelta;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant as Moment, MissedTickBehavior},
};

use super::{shared::Inner, writer::bounded};
use crate::domain::{AuditRecord, Error};

/// The most acts that wait to be written.
const ACTS_MAX: usize = 4096;
/// The most acts that are written together.
const BATCH_ACTS_MAX: usize = 256;
/// The most records in one statement.
const RECORDS_MAX: usize = 500;
/// The longest that an answer waits for its record.
const RECORDED_MAX: Duration = Duration::from_secs(5);
/// How often the task looks for refusals whose minute is over.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it looks for records that are too old.
const FORGET_EVERY: Duration = Duration::from_secs(10 * 60);
/// The most records that it removes at a time.
const FORGOTTEN_MAX: u64 = 1000;
/// How long a client should wait before it tries again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

const UNAVAILABLE: Error = Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown: false };

/// What is to be written, and who waits for it.
#[derive(Debug)]
pub(super) struct Act {
    records: Vec<AuditRecord>,
    /// Whether the refusals that are still gathered are to be written, too.
    with_refusals: bool,
    written: oneshot::Sender<Result<(), Error>>,
}

/// The way to the task.
#[derive(Debug, Clone)]
pub(super) struct Audit(mpsc::Sender<Act>);

impl Audit {
    /// The way, and what comes along it.
    pub(super) fn new() -> (Self, mpsc::Receiver<Act>) {
        let (way, acts) = mpsc::channel(ACTS_MAX);
        (Self(way), acts)
    }

    /// Writes records, and the refusals that are still gathered if that is asked; returns when they are durable.
    pub(super) async fn write(&self, records: Vec<AuditRecord>, with_refusals: bool) -> Result<(), Error> {
        let (written, outcome) = oneshot::channel();
        self.0.try_send(Act { records, with_refusals, written }).map_err(|_| UNAVAILABLE)?;
        let outcome = tokio::time::timeout(RECORDED_MAX, outcome).await;
        outcome.ok().and_then(Result::ok).unwrap_or(Err(UNAVAILABLE))
    }
}

/// Runs until every handle on the registry is closed and everything is written.
pub(super) async fn run(inner: Arc<Inner>, mut queue: mpsc::Receiver<Act>) {
    let mut task = Task { inner, refusals: Vec::new(), forget_at: Moment::now() };
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut acts = Vec::with_capacity(BATCH_ACTS_MAX);
    loop {
        tokio::select! {
            biased;
            taken = queue.recv_many(&mut acts, BATCH_ACTS_MAX) => {
                let ends = taken == 0;
                task.write(std::mem::take(&mut acts), ends).await;
                if ends {
                    return;
                }
            }
            _ = looks.tick() => task.write(Vec::new(), false).await,
        }
        task.forget().await;
    }
}

struct Task {
    inner: Arc<Inner>,
    /// Refusals that could not be written yet. No more are taken meanwhile.
    refusals: Vec<AuditRecord>,
    forget_at: Moment,
}

impl Task {
    /// Writes what is to be written, with the refusals whose minute is over, or with all of them.
    async fn write(&mut self, acts: Vec<Act>, ends: bool) {
        let all = ends || acts.iter().any(|act| act.with_refusals);
        if self.refusals.is_empty() {
            self.refusals = self.inner.refusals.take((!all).then(|| self.inner.clock.now()));
        }
        // Refusals that cannot be written do not keep others waiting.
        let refused = self.append(&self.refusals).await;
        if refused.is_ok() {
            self.refusals.clear();
        }
        let records: Vec<AuditRecord> = acts.iter().flat_map(|act| &act.records).cloned().collect();
        let written = self.append(&records).await;
        for Act { written: to, with_refusals, .. } in acts {
            // Who has stopped waiting was answered that it is not written.
            drop(to.send(if with_refusals { refused.clone().and(written.clone()) } else { written.clone() }));
        }
    }

    async fn append(&self, records: &[AuditRecord]) -> Result<(), Error> {
        for some in records.chunks(RECORDS_MAX) {
            bounded(self.inner.store.append_audit(some)).await.map_err(|error| self.inner.failed(&error, false))?;
        }
        Ok(())
    }

    /// Removes some of the records that are too old, if it is time.
    async fn forget(&mut self) {
        let days = self.inner.audit_days.load(Ordering::Relaxed);
        if days == 0 || Moment::now() < self.forget_at {
            return;
        }
        let before = self.inner.clock.now() - TimeDelta::days(i64::from(days));
        match bounded(self.inner.store.forget_audit(before, FORGOTTEN_MAX)).await {
            // The next look goes on.
            Ok(FORGOTTEN_MAX) => {}
            Ok(_) => self.forget_at = Moment::now() + FORGET_EVERY,
            Err(error) => {
                drop(self.inner.failed(&error, false));
                self.forget_at = Moment::now() + FORGET_EVERY;
            }
        }
    }
}
