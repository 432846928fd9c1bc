//! Notices when somebody sets the clock: it then moves by something else than the time that passes.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::Instant as Moment;

/// How far the clock must jump to count. Corrections that spread over time move it by less between two looks.
const JUMP_MIN: TimeDelta = TimeDelta::seconds(1);
/// How long a jump is told.
const TOLD_MAX: Duration = Duration::from_secs(60 * 60);

/// What is known of the clock's jumps.
#[derive(Debug)]
pub(super) struct Jumps {
    ahead: TimeDelta,
    count: u64,
    last: Option<(TimeDelta, Moment)>,
}

impl Jumps {
    /// None yet; the clock is `ahead` of one that nobody sets.
    pub(super) fn new(ahead: TimeDelta) -> Self {
        Self { ahead, count: 0, last: None }
    }

    /// Looks at the clock again. Returns by how much it has jumped, if it has.
    pub(super) fn look(&mut self, ahead: TimeDelta, now: Moment) -> Option<TimeDelta> {
        let by = ahead - std::mem::replace(&mut self.ahead, ahead);
        if by.abs() <= JUMP_MIN {
            return None;
        }
        self.count += 1;
        self.last = Some((by, now));
        Some(by)
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// By how much the clock jumped last, if that was not long ago.
    pub(super) fn recent(&self, now: Moment) -> Option<TimeDelta> {
        self.last.filter(|(_, at)| now.duration_since(*at) <= TOLD_MAX).map(|(by, _)| by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_counts_once_in_either_direction_and_is_told_for_an_hour() {
        let (start, seconds) = (Moment::now(), TimeDelta::seconds);
        let at = |passed| start + Duration::from_secs(passed);
        let mut jumps = Jumps::new(seconds(40));
        assert_eq!((jumps.look(seconds(40), at(1)), jumps.recent(at(1))), (None, None));
        assert_eq!(jumps.look(seconds(7240), at(2)), Some(seconds(7200)));
        assert_eq!(jumps.look(seconds(7240), at(3)), None);
        assert_eq!((jumps.count(), jumps.recent(at(3602))), (1, Some(seconds(7200))));
        assert_eq!(jumps.recent(at(3603)), None);
        assert_eq!(jumps.look(seconds(0), at(4000)), Some(seconds(-7240)));
        assert_eq!((jumps.count(), jumps.recent(at(4000))), (2, Some(seconds(-7240))));
    }

    #[test]
    fn small_corrections_are_no_jump_however_many() {
        let now = Moment::now();
        let mut jumps = Jumps::new(TimeDelta::zero());
        for tenth in 1..100 {
            assert_eq!(jumps.look(TimeDelta::milliseconds(tenth * 100), now), None);
        }
        assert_eq!((jumps.count(), jumps.recent(now)), (0, None));
    }
}
