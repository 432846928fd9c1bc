//! What the handles on the directory and the writer share, and what they hand to each other.

use std::{
    collections::HashSet,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;
use tokio::{
    sync::{Semaphore, oneshot, watch},
    time::Instant as Moment,
};

use super::{
    command::{Command, Condition},
    jumps::Jumps,
    numbers::Numbers,
    refusals::Refusals,
    uses::Uses,
};
use crate::{
    access::{Caller, Keyring},
    clock::Clock,
    directory::Snapshot,
    domain::{Day, Error, KeyChange, LoggedEffect, NotAsBefore, ObjectKey, PersonId, Revision},
    store::{RequestKey, Store, StoreError},
};

/// What every handle on the directory and the writer share.
pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) published: ArcSwap<Snapshot>,
    pub(super) keyring: ArcSwap<Keyring>,
    pub(super) revision: watch::Sender<Revision>,
    pub(super) in_flight: Mutex<HashSet<RequestKey>>,
    pub(super) uses: Uses,
    pub(super) numbers: Numbers,
    pub(super) refusals: Refusals,
    /// For how many days the audit is kept; 0: for ever.
    pub(super) audit_days: AtomicU32,
    /// Places for dry runs.
    pub(super) trials: Arc<Semaphore>,
    pub(super) started: Moment,
    /// When the database last answered, in milliseconds since `started`.
    pub(super) contact_millis: AtomicU64,
    pub(super) database_errors: AtomicU64,
    /// Whether the database has failed since it last answered.
    pub(super) away: AtomicBool,
    /// Whether the database is no longer where it was opened.
    pub(super) misplaced: AtomicBool,
    pub(super) newer_format: AtomicBool,
    /// Whether the database does not have all its rows.
    pub(super) incomplete: AtomicBool,
    /// Whether the database has failed since its rows were last counted.
    pub(super) uncounted: AtomicBool,
    /// Whether the files of the database may still have what was erased.
    pub(super) unscrubbed: AtomicBool,
    pub(super) jumps: Mutex<Jumps>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("revision", &self.published.load().revision()).finish_non_exhaustive()
    }
}

/// A command that was accepted.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The directory right after the command; of a dry run, as it would be.
    pub snapshot: Arc<Snapshot>,
    /// Where the directory stands after it: of a dry run, the revision that it was decided on.
    pub revision: Revision,
    /// The directory right before the command; on a repeat, as it is now.
    pub before: Arc<Snapshot>,
    /// The entry that it made; none where it changes nothing, and on a dry run.
    pub entry: Option<Revision>,
    /// What it did, or would do; empty where it changes nothing.
    pub effects: Vec<LoggedEffect>,
    /// Of a dry run, what it would do to keys beside the log.
    pub key_changes: Vec<KeyChange>,
    /// What it is about.
    pub target: ObjectKey,
    /// The day on which its outcome shows best, where that is not today.
    pub shown_on: Option<Day>,
    /// If it undoes other acts: what is not as it was before them. Nothing on a repeat.
    pub not_as_before: Vec<NotAsBefore>,
    /// The people whom it named by staff number, and whom the caller did not see.
    pub outsiders: Vec<PersonId>,
    /// Whether nothing happened because that was asked.
    pub dry_run: bool,
    /// Whether the same request was answered before.
    pub repeated: bool,
}

/// A command that was refused.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Why.
    pub why: Error,
    /// The directory in whose names that is told. None if the reason names nothing in it.
    pub seen: Option<Arc<Seen>>,
}

/// The directory on which a command was decided.
#[derive(Debug)]
pub struct Seen {
    /// As it is.
    pub before: Arc<Snapshot>,
    /// As it would be.
    pub after: Snapshot,
}

impl From<Error> for Refused {
    fn from(why: Error) -> Self {
        Self { why, seen: None }
    }
}

/// A command on its way to the writer.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) command: Command,
    pub(super) caller: Caller,
    pub(super) condition: Condition,
    pub(super) key: Option<(RequestKey, String)>,
    pub(super) in_flight: Option<InFlight>,
    pub(super) answer: oneshot::Sender<Result<Accepted, Refused>>,
}

/// Marks an Idempotency-Key as in use until it is dropped.
#[derive(Debug)]
pub(super) struct InFlight(pub(super) Arc<Inner>, pub(super) RequestKey);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Inner {
    /// Looks whether somebody has set the clock.
    pub(super) fn look_at_clock(&self) {
        let jumped = self.jumps().look(self.clock.ahead(), Moment::now());
        if let Some(by) = jumped {
            tracing::warn!(by_ms = by.num_milliseconds(), "the clock has jumped");
        }
    }

    /// What is known of the clock's jumps.
    pub(super) fn jumps(&self) -> MutexGuard<'_, Jumps> {
        self.jumps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the database has answered just now.
    pub(super) fn in_contact(&self) {
        let millis = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.contact_millis.store(millis, Ordering::Relaxed);
        self.misplaced.store(false, Ordering::Relaxed);
        if self.away.swap(false, Ordering::Relaxed) {
            tracing::info!("the database answers again");
        }
    }
}

/// What the database has of keys beside the log, after the entry `at`.
pub(super) async fn keyring(store: &Store, at: Revision) -> Result<Keyring, StoreError> {
    let (secrets, callers) = store.callers().await?;
    Ok(Keyring::new(at, secrets, callers))
}
