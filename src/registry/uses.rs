//! When callers were last used, to the minute: noted in memory at once, and in the database at the next poll.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DurationRound, TimeDelta};

use crate::domain::{CallerId, Instant};

const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// When callers were last used.
#[derive(Debug, Default)]
pub(super) struct Uses(Mutex<HashMap<CallerId, Use>>);

#[derive(Debug, Clone, Copy)]
struct Use {
    minute: Instant,
    is_stored: bool,
}

impl Uses {
    /// Notes that a caller is used now.
    pub(super) fn note(&self, id: CallerId, now: Instant) {
        let minute = now.duration_trunc(MINUTE).unwrap_or(now);
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.get(&id).is_none_or(|known| known.minute != minute) {
            uses.insert(id, Use { minute, is_stored: false });
        }
    }

    /// Adds what is known here to what is known elsewhere.
    pub(super) fn add_to(&self, elsewhere: &mut HashMap<CallerId, Instant>) {
        for (id, known) in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let last = elsewhere.entry(*id).or_insert(known.minute);
            *last = known.minute.max(*last);
        }
    }

    /// What the database does not have yet.
    pub(super) fn take_new(&self) -> Vec<(CallerId, Instant)> {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = uses.iter_mut().filter(|(_, known)| !known.is_stored).map(|(id, known)| {
            known.is_stored = true;
            (*id, known.minute)
        });
        new.collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_minute_is_stored_once() {
        let (uses, id) = (Uses::default(), CallerId(Uuid::from_u128(1)));
        let at = |text: &str| -> Instant { text.parse().expect("an instant") };
        uses.note(id, at("2026-12-01T02:00:10Z"));
        uses.note(id, at("2026-12-01T02:00:59Z"));
        assert_eq!(uses.take_new(), [(id, at("2026-12-01T02:00:00Z"))]);
        uses.note(id, at("2026-12-01T02:00:59Z"));
        assert_eq!(uses.take_new(), []);
        uses.note(id, at("2026-12-01T02:01:00Z"));
        let mut all = HashMap::from([(id, at("2026-12-01T02:00:00Z"))]);
        uses.add_to(&mut all);
        assert_eq!(all[&id], at("2026-12-01T02:01:00Z"));
        assert_eq!(uses.take_new().len(), 1);
    }
}
