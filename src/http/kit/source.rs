//! What this room needs of the registry besides the commands, as a trait, so that tests can replace it.

use std::{fmt, sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures_util::future::{LocalBoxFuture, ready};

use crate::{
    access::{Caller, token::is_token},
    directory::Snapshot,
    domain::{Day, Denied, Error, Grant, Revision},
    provider::Provider,
    registry::{Audited, Registry},
};

/// How long the database may be silent while all is well: several polls.
const SILENCE_USUAL: Duration = Duration::from_secs(5);

/// The live directory.
pub trait Source: fmt::Debug + Send + Sync + 'static {
    /// The newest snapshot here.
    fn snapshot(&self) -> Arc<Snapshot>;

    /// A snapshot at `revision` or later. Waits for it at most a bounded time, then fails with [`Error::NotYet`].
    fn at_least(&self, revision: Revision) -> LocalBoxFuture<'_, Result<Arc<Snapshot>, Error>>;

    /// Who has this secret; without one, what everybody may do. `None` for a token that has not been verified yet.
    ///
    /// # Errors
    ///
    /// Nobody has it, or not any more.
    fn caller(&self, secret: Option<&str>) -> Result<Option<Caller>, Error>;

    /// Verifies a token of the identity provider.
    ///
    /// # Errors
    ///
    /// Why it is refused; or it cannot be verified now.
    fn verify<'a>(&'a self, token: &'a str) -> LocalBoxFuture<'a, Result<Caller, Error>>;

    /// Who asks with a ticket for a path. One for a single use is used then.
    ///
    /// # Errors
    ///
    /// Why it is refused; or it cannot be looked up now.
    fn ticket<'a>(&'a self, secret: &'a str, path: &'a str) -> LocalBoxFuture<'a, Result<Caller, Error>>;

    /// Whether measurements are for everybody.
    fn shows_metrics(&self) -> bool;

    /// The day that it is now where the directory is.
    fn today(&self) -> Day;

    /// Whether the directory here can be trusted.
    ///
    /// # Errors
    ///
    /// The database is not whole. What is here is from before.
    fn is_whole(&self) -> Result<(), Error>;

    /// Whether questions can be answered, and how long the database has been away, if it is.
    ///
    /// # Errors
    ///
    /// Why this replica should get no requests.
    fn readiness(&self) -> Result<Readiness, NotReady>;

    /// How many commands wait for the writer.
    fn queue_len(&self) -> usize;

    /// How many operations of the database have failed since the start.
    fn database_errors(&self) -> u64;

    /// How often the clock has jumped since the start.
    fn clock_jumps(&self) -> u64;

    /// Notes a refusal for the audit.
    fn note_refusal(&self, refused: Audited);

    /// Records in the audit what an answer gives, and returns when that is durable.
    fn record(&self, audited: Audited) -> LocalBoxFuture<'_, Result<(), Error>>;

    /// How many refusals the audit does not have, because there were too many.
    fn audit_dropped(&self) -> u64;
}

/// How ready a replica is that answers questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    /// How long the database has been away; writes are refused meanwhile.
    pub database_away: Option<Duration>,
    /// By how much the clock has jumped within the last hour.
    pub clock_jumped_by: Option<TimeDelta>,
}

/// Why a replica should get no requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReady {
    /// The database has been away for longer than `--stale-max`.
    Stale,
    /// The database has entries of a newer program, which this one cannot follow.
    Outdated,
    /// The database file was removed, moved or replaced.
    Misplaced,
    /// The database does not have all its rows.
    Incomplete,
    /// The writer has ended: the process is shutting down, or must be started anew.
    Stopping,
}

/// The directory of this process.
#[derive(Debug)]
pub struct Live {
    registry: Registry,
    stale_max: Duration,
    anonymous: Caller,
    shows_metrics: bool,
    provider: Option<Provider>,
}

impl Live {
    /// For `registry`, which may be out of contact with its database for `stale_max`. `anonymous` is what everybody
    /// may do.
    pub fn new(
        registry: Registry,
        stale_max: Duration,
        anonymous: Arc<[Grant]>,
        shows_metrics: bool,
        provider: Option<Provider>,
    ) -> Self {
        Self { registry, stale_max, anonymous: Caller::Anonymous(anonymous), shows_metrics, provider }
    }
}

impl Source for Live {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.registry.snapshot()
    }

    fn at_least(&self, revision: Revision) -> LocalBoxFuture<'_, Result<Arc<Snapshot>, Error>> {
        Box::pin(self.registry.at_least(revision))
    }

    fn caller(&self, secret: Option<&str>) -> Result<Option<Caller>, Error> {
        let Some(secret) = secret else { return Ok(Some(self.anonymous.clone())) };
        match (self.registry.authenticate(secret), &self.provider) {
            (Err(Error::Unauthenticated { why: Denied::Unknown }), Some(provider)) if is_token(secret) => {
                provider.known(secret, self.registry.now())
            }
            (found, _) => found.map(Some),
        }
    }

    fn verify<'a>(&'a self, token: &'a str) -> LocalBoxFuture<'a, Result<Caller, Error>> {
        match &self.provider {
            Some(provider) => Box::pin(provider.verify(&self.registry, token)),
            None => Box::pin(ready(Err(Error::Unauthenticated { why: Denied::Unknown }))),
        }
    }

    fn ticket<'a>(&'a self, secret: &'a str, path: &'a str) -> LocalBoxFuture<'a, Result<Caller, Error>> {
        Box::pin(self.registry.use_ticket(secret, path))
    }

    fn shows_metrics(&self) -> bool {
        self.shows_metrics
    }

    fn today(&self) -> Day {
        self.registry.today()
    }

    fn is_whole(&self) -> Result<(), Error> {
        self.registry.is_whole()
    }

    fn readiness(&self) -> Result<Readiness, NotReady> {
        if self.registry.is_closed() {
            return Err(NotReady::Stopping);
        }
        if self.registry.meets_newer_format() {
            return Err(NotReady::Outdated);
        }
        if self.registry.is_misplaced() {
            return Err(NotReady::Misplaced);
        }
        if self.registry.is_whole().is_err() {
            return Err(NotReady::Incomplete);
        }
        let silence = self.registry.silence();
        if silence > self.stale_max {
            return Err(NotReady::Stale);
        }
        Ok(Readiness {
            database_away: Some(silence).filter(|silence| *silence > SILENCE_USUAL),
            clock_jumped_by: self.registry.clock_jumped_by(),
        })
    }

    fn queue_len(&self) -> usize {
        self.registry.queue_length()
    }

    fn database_errors(&self) -> u64 {
        self.registry.database_errors()
    }

    fn clock_jumps(&self) -> u64 {
        self.registry.clock_jumps()
    }

    fn note_refusal(&self, refused: Audited) {
        self.registry.note_refusal(refused);
    }

    fn record(&self, audited: Audited) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(self.registry.record(audited))
    }

    fn audit_dropped(&self) -> u64 {
        self.registry.audit_dropped()
    }
}

#[cfg(test)]
pub(crate) mod fake {
    //! A directory without anything in it.

    use std::sync::Mutex;

    use super::*;

    /// Answers as it is told to.
    #[derive(Debug)]
    pub(crate) struct Fake {
        pub(crate) snapshot: Arc<Snapshot>,
        pub(crate) readiness: Mutex<Result<Readiness, NotReady>>,
    }

    impl Fake {
        /// Empty, at `revision`, on 2021-04-15.
        pub(crate) fn at(revision: Revision) -> Arc<dyn Source> {
            let recorded_at = "2021-04-15T00:00:00Z".parse().expect("an instant");
            let mut snapshot = Snapshot::empty(chrono_tz::Asia::Shanghai, recorded_at);
            snapshot.advance(revision, recorded_at);
            Arc::new(Self {
                snapshot: Arc::new(snapshot),
                readiness: Mutex::new(Ok(Readiness { database_away: None, clock_jumped_by: None })),
            })
        }
    }

    impl Source for Fake {
        fn snapshot(&self) -> Arc<Snapshot> {
            Arc::clone(&self.snapshot)
        }

        fn at_least(&self, revision: Revision) -> LocalBoxFuture<'_, Result<Arc<Snapshot>, Error>> {
            let current = self.snapshot.revision();
            let found = if revision <= current {
                Ok(self.snapshot())
            } else {
                Err(Error::NotYet { wanted: revision, current })
            };
            Box::pin(async move { found })
        }

        fn is_whole(&self) -> Result<(), Error> {
            Ok(())
        }

        fn caller(&self, _: Option<&str>) -> Result<Option<Caller>, Error> {
            Ok(Some(Caller::Operator))
        }

        fn verify<'a>(&'a self, _: &'a str) -> LocalBoxFuture<'a, Result<Caller, Error>> {
            Box::pin(ready(Ok(Caller::Operator)))
        }

        fn ticket<'a>(&'a self, _: &'a str, _: &'a str) -> LocalBoxFuture<'a, Result<Caller, Error>> {
            Box::pin(ready(Ok(Caller::Operator)))
        }

        fn shows_metrics(&self) -> bool {
            true
        }

        fn today(&self) -> Day {
            "2021-04-15".parse().expect("a day")
        }

        fn readiness(&self) -> Result<Readiness, NotReady> {
            *self.readiness.lock().expect("not poisoned")
        }

        fn queue_len(&self) -> usize {
            3
        }

        fn database_errors(&self) -> u64 {
            2
        }

        fn clock_jumps(&self) -> u64 {
            1
        }

        fn note_refusal(&self, _: Audited) {}

        fn record(&self, _: Audited) -> LocalBoxFuture<'_, Result<(), Error>> {
            Box::pin(ready(Ok(())))
        }

        fn audit_dropped(&self) -> u64 {
            4
        }
    }
}
