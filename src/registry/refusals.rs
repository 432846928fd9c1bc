//! Refusals on their way to the audit. Equal ones within a minute become one record, so that a flood of them fills
//! neither the memory nor the disk.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::TimeDelta;
use uuid::Uuid;

use crate::domain::{AuditId, AuditKind, AuditRecord, AuditSubject, CallerId, Instant};

/// The most sorts of refusals that are gathered at a time. Further ones are dropped, and counted.
const SORTS_MAX: usize = 4096;
/// The most ids that the record of one sort has.
const SUBJECTS_MAX: usize = 100;
/// How long equal refusals are gathered.
const GATHERED_MAX: TimeDelta = TimeDelta::minutes(1);

/// Something for the audit.
#[derive(Debug, Clone)]
pub struct Audited {
    /// Why.
    pub kind: AuditKind,
    /// Who asked; none if nobody knows.
    pub caller_id: Option<CallerId>,
    /// The operation that was asked for.
    pub operation: &'static str,
    /// The type of the problem, if it was refused.
    pub problem: Option<&'static str>,
    /// What it was about.
    pub about: Option<(AuditSubject, Vec<Uuid>)>,
    /// The request.
    pub request_id: String,
}

impl Audited {
    /// Its record, made at an instant.
    pub(super) fn record(self, id: Uuid, at: Instant) -> AuditRecord {
        let Self { kind, caller_id, operation, problem, about, request_id } = self;
        AuditRecord {
            id: AuditId(id),
            at,
            caller_id,
            kind,
            operation: operation.to_owned(),
            problem: problem.map(str::to_owned),
            about,
            times: 1,
            request_id,
        }
    }
}

/// What equal refusals have in common.
type Sort = (Option<CallerId>, &'static str, Option<&'static str>);

/// The refusals that wait for their minute to end.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    gathered: HashMap<Sort, AuditRecord>,
    dropped: u64,
    /// Whether something was dropped since the last record was taken.
    is_full: bool,
}

impl Refusals {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gathers a refusal. Returns false if it is the first one in a row that has to be dropped.
    pub(super) fn note(&self, refused: Audited, at: Instant, new_id: impl FnOnce() -> Uuid) -> bool {
        let sort = (refused.caller_id, refused.operation, refused.problem);
        let mut state = self.state();
        if let Some(record) = state.gathered.get_mut(&sort) {
            record.times = record.times.saturating_add(1);
            if let (Some((kind, ids)), Some((other, more))) = (&mut record.about, refused.about)
                && *kind == other
            {
                let new: Vec<Uuid> = more.into_iter().filter(|id| !ids.contains(id)).collect();
                ids.extend(new);
                ids.truncate(SUBJECTS_MAX);
            }
            return true;
        }
        if state.gathered.len() == SORTS_MAX {
            state.dropped += 1;
            return std::mem::replace(&mut state.is_full, true);
        }
        state.gathered.insert(sort, refused.record(new_id(), at));
        true
    }

    /// Takes those whose minute is over; or all of them, if no time is given.
    pub(super) fn take(&self, now: Option<Instant>) -> Vec<AuditRecord> {
        // Also if somebody has set the clock back.
        let is_over = |record: &AuditRecord| now.is_none_or(|now| now - record.at >= GATHERED_MAX || now < record.at);
        let mut state = self.state();
        let mut taken: Vec<AuditRecord> =
            state.gathered.extract_if(|_, record| is_over(record)).map(|(_, record)| record).collect();
        state.is_full &= taken.is_empty();
        taken.sort_by_key(|record| record.id);
        taken
    }

    /// How many were dropped.
    pub(super) fn dropped(&self) -> u64 {
        self.state().dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(caller: u128, subject: u128) -> Audited {
        Audited {
            kind: AuditKind::Refused,
            caller_id: Some(CallerId(Uuid::from_u128(caller))),
            operation: "get_person",
            problem: Some("not-found"),
            about: Some((AuditSubject::Person, vec![Uuid::from_u128(subject)])),
            request_id: subject.to_string(),
        }
    }

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    #[test]
    fn equal_refusals_of_a_minute_are_one_record() {
        let refusals = Refusals::default();
        for (caller, subject, second) in [(1, 10, 0), (1, 11, 30), (1, 10, 59), (2, 10, 59)] {
            let now = at("2026-12-01T02:00:00Z") + TimeDelta::seconds(second);
            assert!(refusals.note(refused(caller, subject), now, || Uuid::from_u128(caller)));
        }
        assert!(refusals.take(Some(at("2026-12-01T02:00:59Z"))).is_empty());
        let taken = refusals.take(Some(at("2026-12-01T02:01:00Z")));
        let [record] = &taken[..] else { panic!("{taken:?}") };
        let ids = vec![Uuid::from_u128(10), Uuid::from_u128(11)];
        assert_eq!((record.times, &record.about), (3, &Some((AuditSubject::Person, ids))));
        assert_eq!((record.at, &*record.request_id), (at("2026-12-01T02:00:00Z"), "10"));
        assert_eq!(refusals.take(None).len(), 1);
    }

    #[test]
    fn a_flood_is_counted_and_costs_no_more_memory() {
        let refusals = Refusals::default();
        let now = at("2026-12-01T02:00:00Z");
        for subject in 0..2 * SUBJECTS_MAX as u128 {
            refusals.note(refused(0, subject), now, Uuid::nil);
        }
        for caller in 1..SORTS_MAX as u128 {
            assert!(refusals.note(refused(caller, 0), now, Uuid::nil));
        }
        let told = [1, 2, 3].map(|more| refusals.note(refused(SORTS_MAX as u128 + more, 0), now, Uuid::nil));
        assert_eq!((told, refusals.dropped()), ([false, true, true], 3));
        let taken = refusals.take(None);
        assert_eq!(taken.len(), SORTS_MAX);
        let most = taken.iter().filter_map(|record| record.about.as_ref()).map(|(_, ids)| ids.len()).max();
        assert_eq!(most, Some(SUBJECTS_MAX));
        assert!(refusals.note(refused(SORTS_MAX as u128 + 1, 0), now, Uuid::nil));
    }
}
