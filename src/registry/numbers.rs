//! How often callers name people whom they do not see by staff number. It is limited, so that nobody finds out by
//! trying whose number it is.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;

use crate::domain::{CallerId, Error, Instant};

/// The most staff numbers of people whom a caller does not see, in an hour.
const NUMBERS_MAX: usize = 100;
const HOUR: TimeDelta = TimeDelta::hours(1);

/// How many numbers each caller has named within an hour.
#[derive(Debug, Default)]
pub(super) struct Numbers(Mutex<HashMap<Option<CallerId>, Hour>>);

#[derive(Debug, Clone, Copy)]
struct Hour {
    began: Instant,
    named: usize,
}

impl Numbers {
    /// Counts so many numbers.
    ///
    /// # Errors
    ///
    /// They are too many within an hour.
    pub(super) fn count(&self, caller: Option<CallerId>, named: usize, now: Instant) -> Result<(), Error> {
        if named == 0 {
            return Ok(());
        }
        let mut hours = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hours.retain(|_, hour| (TimeDelta::zero()..HOUR).contains(&(now - hour.began)));
        let hour = hours.entry(caller).or_insert(Hour { began: now, named: 0 });
        if hour.named + named > NUMBERS_MAX {
            let retry_after = (hour.began + HOUR - now).to_std().unwrap_or(Duration::ZERO);
            return Err(Error::TooManyStaffNumbers { numbers_max: NUMBERS_MAX, retry_after });
        }
        hour.named += named;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_caller_has_so_many_an_hour() {
        let (numbers, start) = (Numbers::default(), "2026-12-01T02:00:00Z".parse::<Instant>().expect("an instant"));
        let [one, other] = [1, 2].map(|id| Some(CallerId(Uuid::from_u128(id))));
        let count = |caller, named, minutes| numbers.count(caller, named, start + TimeDelta::minutes(minutes));
        assert_eq!(count(one, NUMBERS_MAX, 0), Ok(()));
        let retry_after = Duration::from_secs(60);
        assert_eq!(count(one, 1, 59), Err(Error::TooManyStaffNumbers { numbers_max: NUMBERS_MAX, retry_after }));
        assert_eq!((count(one, 0, 59), count(other, 1, 59)), (Ok(()), Ok(())));
        assert_eq!((count(one, 1, 60), count(other, NUMBERS_MAX, 119)), (Ok(()), Ok(())));
    }
}
