//! The only way to write: one command at a time, decide → store → publish.
//!
//! [`Registry::submit`] queues a command; the writer task decides it on the snapshot, stores its
//! entry and rows in one transaction, and only then publishes the snapshot and answers. A client
//! that hangs up stops nothing half way.

mod audit;
mod audited;
mod batch;
mod bulk;
mod callers;
mod check;
mod command;
mod decide;
mod draft;
mod endings;
mod founding;
mod jumps;
mod keys;
mod numbers;
mod past;
mod plain;
mod refer;
mod refusals;
mod replay;
pub(crate) mod requests;
mod rights;
mod shared;
mod steps;
mod tickets;
mod touched;
mod trial;
mod undated;
mod uses;
mod writer;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use chrono::TimeDelta;
use tokio::{
    sync::{Semaphore, mpsc, oneshot, watch},
    task::JoinHandle,
};

pub use bulk::{BulkError, Checked, Line, LoadFault, Progress, Rejected, Stage, enter, recheck, verify};
pub use command::{Command, Condition, LeadingGroupDocument, ListedHolder, PartDocument, PartPost};
pub use founding::{begin_epoch, found};
pub use keys::{CreateKey, Issued, KeyCommand, PatchKey};
pub use past::Older;
pub use plain::*;
pub use refusals::Audited;
pub use replay::{load, replay, replay_to};
pub use requests::{
    CreateOrg, CreatePerson, CreatePost, CreateRole, DissolveOrg, PatchDissolution, PatchOrg, PatchOrgVersion,
    PatchPerson, PatchPost, PatchRole,
};
pub use steps::{LOADED, applied, taken_back};

pub use crate::store::RequestKey;
pub use shared::{Accepted, Refused, Seen};
pub use tickets::CreateTicket;

use audit::Audit;
use jumps::Jumps;
use numbers::Numbers;
use refusals::Refusals;
use rights::Outsiders;
use shared::{InFlight, Inner, Request, keyring};
use uses::Uses;

use crate::{
    access::{Caller, Keyring, hash_of, is_mistyped},
    clock::Clock,
    directory::Snapshot,
    domain::{CallerId, Day, Denied, Error, Instant, PersonId, Revision, day_in_zone},
    store::{Store, StoreError},
};

/// The most commands that wait for the writer.
pub const QUEUE_COMMANDS_MAX: usize = 4096;
/// The longest that a reader waits for a revision.
pub const WAIT_MAX: Duration = Duration::from_secs(2);

/// A handle on the directory of this process.
#[derive(Debug, Clone)]
pub struct Registry {
    inner: Arc<Inner>,
    queue: mpsc::Sender<Request>,
    audit: Audit,
}

/// When callers were last used.
pub type LastUses = HashMap<CallerId, Instant>;

/// How a command is submitted.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    /// Who asks.
    pub caller: Caller,
    /// Decide only: nothing happens.
    pub dry_run: bool,
    /// What the caller asks of the object.
    pub condition: Condition,
    /// What tells the request from others, and a hash of its body, where a repeat must not be
    /// carried out twice.
    pub key: Option<(RequestKey, String)>,
}

impl Registry {
    /// Loads the directory and starts the writer and the audit. They end when every handle is dropped.
    pub async fn start(
        store: Store,
        zone: chrono_tz::Tz,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, JoinHandle<()>), StoreError> {
        found(&store, clock.as_ref()).await?;
        let snapshot = load(&store, zone).await?;
        let keyring = keyring(&store, snapshot.keys_changed()).await?;
        let wakeups = store.wakeups().await;
        let (queue, waiting) = mpsc::channel(QUEUE_COMMANDS_MAX);
        let (audit, acts) = Audit::new();
        let jumps = Mutex::new(Jumps::new(clock.ahead()));
        let inner = Arc::new(Inner {
            store,
            clock,
            revision: watch::Sender::new(snapshot.revision()),
            published: ArcSwap::from_pointee(snapshot),
            keyring: ArcSwap::from_pointee(keyring),
            in_flight: Mutex::default(),
            uses: Uses::default(),
            numbers: Numbers::default(),
            refusals: Refusals::default(),
            audit_days: AtomicU32::new(0),
            trials: Arc::new(Semaphore::new(trial::TRIALS_MAX)),
            started: tokio::time::Instant::now(),
            contact_millis: AtomicU64::new(0),
            database_errors: AtomicU64::new(0),
            away: AtomicBool::new(false),
            misplaced: AtomicBool::new(false),
            newer_format: AtomicBool::new(false),
            incomplete: AtomicBool::new(false),
            uncounted: AtomicBool::new(false),
            // The process before may have ended in the middle of it.
            unscrubbed: AtomicBool::new(true),
            jumps,
        });
        let auditing = tokio::spawn(audit::run(Arc::clone(&inner), acts));
        let writing = writer::run(Arc::clone(&inner), waiting, wakeups);
        let both = tokio::spawn(async move {
            writing.await;
            if let Err(error) = auditing.await {
                tracing::error!(%error, "the audit has not ended by itself");
            }
        });
        Ok((Self { inner, queue, audit }, both))
    }

    /// The directory as it is now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.inner.published.load_full()
    }

    /// The day it is in the directory's zone.
    pub fn today(&self) -> Day {
        day_in_zone(self.inner.clock.now(), self.inner.published.load().zone())
    }

    /// The directory once it contains `revision`; waits at most [`WAIT_MAX`].
    pub async fn at_least(&self, revision: Revision) -> Result<Arc<Snapshot>, Error> {
        let mut watched = self.inner.revision.subscribe();
        let arrived = tokio::time::timeout(WAIT_MAX, watched.wait_for(|current| *current >= revision)).await;
        match arrived {
            Ok(Ok(_)) => Ok(self.snapshot()),
            Ok(Err(_)) | Err(_) => Err(Error::NotYet { wanted: revision, current: self.snapshot().revision() }),
        }
    }

    /// Has a command decided and, if it is accepted, carried out; answers when it is durable. A dry run is decided
    /// beside the writer, and needs no place in its queue.
    pub async fn submit(&self, command: Command, submission: Submission) -> Result<Accepted, Refused> {
        let outsiders = self.outsiders(&command, &submission.caller)?;
        Ok(Accepted { outsiders, ..self.decide(command, submission).await? })
    }

    /// The people whom a command names by staff number and the caller does not see. How many of them a caller may name
    /// is limited, and numbers that nobody has count too.
    fn outsiders(&self, command: &Command, caller: &Caller) -> Result<Vec<PersonId>, Error> {
        let snapshot = self.inner.published.load();
        let Outsiders { people, unknown } = rights::outsiders(command, caller, &snapshot, self.today());
        self.inner.numbers.count(caller.id(), people.len() + unknown, self.inner.clock.now())?;
        Ok(people)
    }

    async fn decide(&self, command: Command, submission: Submission) -> Result<Accepted, Refused> {
        let Submission { caller, dry_run, condition, key } = submission;
        if dry_run {
            return trial::run(&self.inner, command, caller, condition).await;
        }
        // Its entry could not say who wrote it.
        if matches!(&caller, Caller::Token(_)) && caller.id().is_none() {
            return Err(Error::Unavailable { retry_after: Duration::from_secs(1), outcome_unknown: false }.into());
        }
        let in_flight = key.as_ref().map(|(key, _)| self.mark(key)).transpose()?;
        let (answer, answered) = oneshot::channel();
        let request = Request { command, caller, condition, key, in_flight, answer };
        let busy = Error::Unavailable { retry_after: Duration::from_secs(1), outcome_unknown: false };
        self.queue.try_send(request).map_err(|_| busy)?;
        // The writer always answers; it is gone only when the process is ending.
        let gone = Error::Unavailable { retry_after: Duration::from_secs(1), outcome_unknown: true };
        answered.await.unwrap_or_else(|_| Err(gone.into()))
    }

    /// Who has this secret.
    ///
    /// # Errors
    ///
    /// Nobody has it, or not any more.
    pub fn authenticate(&self, secret: &str) -> Result<Caller, Error> {
        let denied = |why| Error::Unauthenticated { why };
        let found = self.inner.keyring.load().find(hash_of(secret));
        let unknown = || denied(if is_mistyped(secret) { Denied::Mistyped } else { Denied::Unknown });
        let (id, rotations) = found.ok_or_else(unknown)?;
        let caller = Caller::Key { id, rotations };
        let now = self.inner.clock.now();
        caller.holds(&self.inner.published.load(), now).map_err(denied)?;
        self.inner.uses.note(id, now);
        Ok(caller)
    }

    fn mark(&self, key: &RequestKey) -> Result<InFlight, Error> {
        let fresh = self.inner.in_flight.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        if fresh { Ok(InFlight(Arc::clone(&self.inner), key.clone())) } else { Err(Error::KeyInFlight) }
    }

    /// When callers were last used, to the minute: at all processes, or at this one if the database is away.
    pub async fn last_uses(&self) -> LastUses {
        let stored = writer::bounded(self.inner.store.last_uses()).await;
        let mut uses = stored.unwrap_or_else(|error| {
            drop(self.inner.failed(&error, false));
            LastUses::new()
        });
        self.inner.uses.add_to(&mut uses);
        uses
    }

    /// The instant that it is.
    pub fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// What is known of keys beside the log.
    pub fn keyring(&self) -> Arc<Keyring> {
        self.inner.keyring.load_full()
    }

    /// Whether the writer has ended.
    pub fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }

    /// Whether the log has entries of a newer program, which this one cannot follow.
    pub fn meets_newer_format(&self) -> bool {
        self.inner.newer_format.load(Ordering::Relaxed)
    }

    /// Whether the database is no longer where it was opened, so that nothing can be written.
    pub fn is_misplaced(&self) -> bool {
        self.inner.misplaced.load(Ordering::Relaxed)
    }

    /// Whether the database has all its rows.
    ///
    /// # Errors
    ///
    /// It has not, or had not when they were last counted: nothing here can be trusted, and nothing is written.
    pub fn is_whole(&self) -> Result<(), Error> {
        let incomplete = self.inner.incomplete.load(Ordering::Relaxed);
        let unavailable = Error::Unavailable { retry_after: Duration::from_secs(1), outcome_unknown: false };
        if incomplete { Err(unavailable) } else { Ok(()) }
    }

    /// How long the database has not answered.
    pub fn silence(&self) -> Duration {
        let contact = Duration::from_millis(self.inner.contact_millis.load(Ordering::Relaxed));
        self.inner.started.elapsed().saturating_sub(contact)
    }

    /// How many commands wait for the writer.
    pub fn queue_length(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// How often somebody has set the clock since the start.
    pub fn clock_jumps(&self) -> u64 {
        self.inner.jumps().count()
    }

    /// By how much somebody has set the clock within the last hour.
    pub fn clock_jumped_by(&self) -> Option<TimeDelta> {
        self.inner.jumps().recent(tokio::time::Instant::now())
    }

    /// How often the database has failed since the start.
    pub fn database_errors(&self) -> u64 {
        self.inner.database_errors.load(Ordering::Relaxed)
    }
}
