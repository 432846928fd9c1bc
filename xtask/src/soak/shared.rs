//! The state that the clients of a soak share: whether to go on, what they counted, and what went wrong.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Result;
use crate::http::Answer;

/// The maximum number of faults that are described; further ones are only counted.
const FAULTS_TOLD_MAX: usize = 10;

/// The kinds of client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Idle,
    Read,
    List,
    Export,
    Write,
    Health,
}

impl Kind {
    pub(super) const ALL: [Self; 6] = [Self::Idle, Self::Read, Self::List, Self::Export, Self::Write, Self::Health];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle connections' calls",
            Self::Read => "reads of busy connections",
            Self::List => "lists of every size",
            Self::Export => "pages of exports",
            Self::Write => "writes",
            Self::Health => "health, on new connections",
        }
    }
}

/// The counts of one kind.
#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU64,
    later: AtomicU64,
    slowest_micros: AtomicU64,
}

#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) address: String,
    /// Whether the service is being stopped: then broken connections are not faults.
    ending: AtomicBool,
    /// Whether all clients must stop.
    over: AtomicBool,
    counts: [Counts; Kind::ALL.len()],
    faults_count: AtomicU64,
    faults: Mutex<Vec<String>>,
    /// Completed exports.
    pub(super) exports: AtomicU64,
    /// Open idle connections.
    pub(super) idle_open: AtomicU64,
    pub(super) busy_open: AtomicU64,
}

/// The figures of one kind in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) requests: u64,
    pub(super) later: u64,
    pub(super) slowest_ms: u64,
}

impl Shared {
    /// The state for clients of the service at `address`.
    pub(super) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), ..Self::default() }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    pub(super) fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    pub(super) fn finish(&self) {
        self.end();
        self.over.store(true, Ordering::Relaxed);
    }

    /// Reports a fault, unless the service is being stopped.
    pub(super) fn fault(&self, what: impl Display) {
        if self.ending.load(Ordering::Relaxed) {
            return;
        }
        self.faults_count.fetch_add(1, Ordering::Relaxed);
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.len() < FAULTS_TOLD_MAX {
            faults.push(what.to_string());
        }
    }

    pub(super) fn faults(&self) -> (u64, Vec<String>) {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (self.faults_count.load(Ordering::Relaxed), faults)
    }

    /// Counts an answer to a request sent at `since`, and returns it if it is a success. An answer that says to
    /// come back later is counted separately. Anything else is a fault.
    pub(super) fn count(&self, kind: Kind, what: &str, since: Instant, answer: Result<Answer>) -> Option<Answer> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.fault(format!("{what}: {error}"));
                return None;
            }
        };
        let counts = self.of(kind);
        counts.requests.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
        counts.slowest_micros.fetch_max(micros, Ordering::Relaxed);
        match answer.status {
            200..300 => return Some(answer),
            // The only documented 5xx: it says when to come back.
            503 if answer.header("retry-after").is_some() => drop(counts.later.fetch_add(1, Ordering::Relaxed)),
            status => self.fault(format!("{what}: {status} {}", answer.body)),
        }
        None
    }

    pub(super) fn told(&self, kind: Kind) -> Told {
        let counts = self.of(kind);
        Told {
            requests: counts.requests.load(Ordering::Relaxed),
            later: counts.later.load(Ordering::Relaxed),
            slowest_ms: counts.slowest_micros.load(Ordering::Relaxed) / 1000,
        }
    }

    #[expect(clippy::indexing_slicing, reason = "there is one place for each kind")]
    fn of(&self, kind: Kind) -> &Counts {
        &self.counts[kind as usize]
    }
}

/// Sleeps, but not beyond the end of the soak.
pub(super) fn pause(shared: &Shared, time: Duration) {
    const STEP: Duration = Duration::from_millis(50);
    let until = Instant::now() + time;
    while !shared.is_over() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(STEP));
    }
}

/// Pseudo-random numbers, the same every time.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }

    pub(super) fn pick<'l, T>(&mut self, from: &'l [T]) -> Option<&'l T> {
        from.get(self.below(from.len()))
    }
}
