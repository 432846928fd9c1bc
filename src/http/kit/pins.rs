//! The snapshots that cursors point at: a list goes on from the state in which it began, so that what
//! others rename or move meanwhile is neither shown twice nor left out.
//!
//! Snapshots share their structure, so a kept one costs only what has changed since. Their number and age are bounded.
//! If the snapshot of a list is gone, or belongs to another replica, the list goes on at its sort key in the newest one.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::TimeDelta;

use crate::{
    clock::Clock,
    directory::Snapshot,
    domain::{Instant, Revision},
};

/// The most snapshots that are kept for cursors; the least recently used goes first.
pub const PINNED_SNAPSHOTS_MAX: usize = 256;
/// How long after its list began a snapshot may still be read.
pub const PINNED_MINUTES_MAX: i64 = 60;

/// The kept snapshots of this process.
#[derive(Debug)]
pub struct Pins {
    clock: Arc<dyn Clock>,
    /// The least recently used first.
    kept: Mutex<VecDeque<Pin>>,
}

#[derive(Debug)]
struct Pin {
    snapshot: Arc<Snapshot>,
    /// When it was last the newest one to a list.
    since: Instant,
}

impl Pins {
    /// None yet; `clock` tells their age.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, kept: Mutex::default() }
    }

    /// Keeps `snapshot`, the newest one, for the cursor of a list that begins on it.
    pub fn keep(&self, snapshot: &Arc<Snapshot>) {
        let mut kept = self.unexpired();
        kept.retain(|pin| pin.snapshot.revision() != snapshot.revision());
        if kept.len() == PINNED_SNAPSHOTS_MAX {
            kept.pop_front();
        }
        kept.push_back(Pin { snapshot: Arc::clone(snapshot), since: self.clock.now() });
    }

    /// The snapshot at `revision`, if it is still kept, without the people who are erased in `newest`.
    pub fn find(&self, revision: Revision, newest: &Snapshot) -> Option<Arc<Snapshot>> {
        let mut kept = self.unexpired();
        let place = kept.iter().position(|pin| pin.snapshot.revision() == revision)?;
        let pin = kept.remove(place)?;
        let snapshot = newest.erased_from(&pin.snapshot)?;
        kept.push_back(pin);
        Some(snapshot)
    }

    fn unexpired(&self) -> MutexGuard<'_, VecDeque<Pin>> {
        let oldest = self.clock.now() - TimeDelta::minutes(PINNED_MINUTES_MAX);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|pin| pin.since > oldest);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;

    fn at(time: &str) -> Instant {
        time.parse().expect("an instant")
    }

    fn pins() -> (Pins, FixedClock) {
        let clock = FixedClock::new(at("2021-04-15T10:00:00Z"), 1);
        (Pins::new(Arc::new(clock.clone())), clock)
    }

    fn snapshot(revision: Revision) -> Arc<Snapshot> {
        let mut snapshot = Snapshot::empty(chrono_tz::Asia::Shanghai, at("2021-04-15T00:00:00Z"));
        snapshot.advance(revision, at("2021-04-15T00:00:00Z"));
        Arc::new(snapshot)
    }

    fn newest() -> Snapshot {
        Snapshot::empty(chrono_tz::Asia::Shanghai, at("2021-04-15T00:00:00Z"))
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let (pins, _) = pins();
        let bound = Revision::try_from(PINNED_SNAPSHOTS_MAX).expect("small");
        (1..=bound).for_each(|revision| pins.keep(&snapshot(revision)));
        assert_eq!(pins.find(1, &newest()).map(|found| found.revision()), Some(1));
        pins.keep(&snapshot(bound + 1));
        pins.keep(&snapshot(bound + 1));
        assert!(pins.find(2, &newest()).is_none(), "the least recently used");
        assert!(
            pins.find(1, &newest()).is_some()
                && pins.find(3, &newest()).is_some()
                && pins.find(bound + 1, &newest()).is_some()
        );
        assert_eq!(pins.kept.lock().expect("not poisoned").len(), PINNED_SNAPSHOTS_MAX);
    }

    #[test]
    fn a_snapshot_is_not_kept_for_ever() {
        let (pins, clock) = pins();
        pins.keep(&snapshot(1));
        clock.set(at("2021-04-15T10:59:59Z"));
        assert!(pins.find(1, &newest()).is_some(), "reading it does not make it younger");
        clock.set(at("2021-04-15T11:00:00Z"));
        assert!(pins.find(1, &newest()).is_none());
        assert!(pins.kept.lock().expect("not poisoned").is_empty());
    }
}
