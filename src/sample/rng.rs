//! Random numbers and ids, the same for the same seed on every machine and in every later build.
//!
//! This is SplitMix64 in a few lines instead of a crate: crates improve their generators between versions, and a
//! sample must not change with them.

use uuid::Uuid;

use crate::domain::Day;

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's finaliser: a bijection, so that different inputs stay different.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A sequence of pseudo-random numbers.
#[derive(Debug)]
pub(super) struct Rng(u64);

impl Rng {
    /// Sequence `stream` of `seed`.
    pub(super) fn new(seed: u64, stream: u32) -> Self {
        Self(mix(seed ^ mix(u64::from(stream).wrapping_add(GOLDEN))))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `n`; 0 if `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as usize) as i32
    }

    /// A day from `low` to `high`, both included.
    pub(super) fn day(&mut self, low: Day, high: Day) -> Day {
        Day::plus(low, self.between(0, high.number() - low.number()))
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `items`.
    #[expect(clippy::indexing_slicing, reason = "the tables have entries")]
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Shuffles `items`.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Makes ids in the form of UUIDv7 that never repeat for one seed.
#[derive(Debug)]
pub(super) struct Ids {
    salt: u64,
    next: u64,
}

impl Ids {
    /// The ids of `stream` of `seed`.
    pub(super) fn new(seed: u64, stream: u32) -> Self {
        Self { salt: mix(seed.wrapping_add(GOLDEN)), next: u64::from(stream) << 32 }
    }

    /// An id that sorts by `day`; days before 1970 count as the first day of 1970.
    pub(super) fn on(&mut self, day: Day) -> Uuid {
        const DAY_MILLIS: u64 = 24 * 60 * 60 * 1000;
        let [a, b, c, d, e, f, g, h] = mix(self.next ^ self.salt).to_be_bytes();
        self.next += 1;
        // The version takes the first four bits, and the variant the first two bits of the third byte. That byte's
        // own first two bits move up, so that all 64 bits are kept.
        let bytes = [0, a >> 6, a & 0x3f, b, c, d, e, f, g, h];
        let days = u64::try_from(day.number()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(days * DAY_MILLIS, &bytes).into_uuid()
    }
}
