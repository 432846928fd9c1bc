//! Random numbers that are the same every time, and the calendar of the tests.

use campus_org::domain::Day;

/// The number of days in the calendar. The clock of the tests is at day 15.
pub(super) const DAYS: usize = 40;

/// A day of the calendar, as the API writes it.
pub(super) fn date(number: usize) -> String {
    "2026-11-16".parse::<Day>().unwrap().plus(i32::try_from(number).unwrap()).to_string()
}

/// SplitMix64.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The random numbers of a case of a test; the same every time, unless another seed is set.
    pub(super) fn new(test: &str, case: usize) -> Self {
        let seed: u64 = std::env::var("PROPTEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
        let mut dice = Self(seed);
        for part in test.bytes().map(usize::from).chain([case]) {
            dice.0 ^= u64::try_from(part).unwrap();
            dice.0 = dice.next();
        }
        dice
    }

    /// The number of cases of a test: `usually`, unless another number is set.
    pub(super) fn cases(usually: usize) -> usize {
        std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usually)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
