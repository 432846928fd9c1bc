//! The source of time and of new ids. No other code reads the clock or makes ids.

use std::{
    fmt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Instant as Moment,
};

use chrono::TimeDelta;
use uuid::Uuid;

use crate::domain::Instant;

/// Gives the time and makes ids.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The current instant.
    fn now(&self) -> Instant;
    /// How far it is ahead of a clock that nobody sets. That one begins anywhere: only changes mean something.
    fn ahead(&self) -> TimeDelta;
    /// A new identifier, UUIDv7.
    fn new_id(&self) -> Uuid;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

/// The same moment by the clock, and by the machine's time since its start.
static BEGAN: LazyLock<(Instant, Moment)> = LazyLock::new(|| (SystemClock.now(), Moment::now()));

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn now(&self) -> Instant {
        chrono::Utc::now()
    }

    fn ahead(&self) -> TimeDelta {
        let (by_clock, began) = *BEGAN;
        let passed = TimeDelta::from_std(began.elapsed()).unwrap_or(TimeDelta::MAX);
        (self.now() - by_clock) - passed
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// A clock that stands still until it is set, and counts up its ids. For tests and samples.
#[derive(Debug, Clone)]
pub struct FixedClock {
    micros: Arc<AtomicI64>,
    ahead_micros: Arc<AtomicI64>,
    ids: Arc<AtomicU64>,
}

impl FixedClock {
    /// A clock at `now`. Clocks with different seeds make different ids.
    pub fn new(now: Instant, seed: u16) -> Self {
        Self {
            micros: Arc::new(AtomicI64::new(now.timestamp_micros())),
            ahead_micros: Arc::default(),
            ids: Arc::new(AtomicU64::new(u64::from(seed) << 40)),
        }
    }

    /// Lets time pass until `now`.
    pub fn set(&self, now: Instant) {
        self.micros.store(now.timestamp_micros(), Ordering::Relaxed);
    }

    /// Lets the clock jump while no time passes.
    pub fn jump(&self, seconds: i64) {
        self.micros.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
        self.ahead_micros.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant::from_timestamp_micros(self.micros.load(Ordering::Relaxed)).unwrap_or_default()
    }

    fn ahead(&self) -> TimeDelta {
        TimeDelta::microseconds(self.ahead_micros.load(Ordering::Relaxed))
    }

    fn new_id(&self) -> Uuid {
        let count = self.ids.fetch_add(1, Ordering::Relaxed);
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &{
            let mut bytes = [0; 10];
            bytes[2..].copy_from_slice(&count.to_be_bytes());
            bytes
        })
        .into_uuid()
    }
}
