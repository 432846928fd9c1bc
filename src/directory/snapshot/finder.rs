//! Finds the handle of a row by an id, a code or a number.
//!
//! A finder stores only hashes, so a key takes eight bytes. It returns the rows that have the hash, and also rows
//! that had it. The caller has to check the rows.
//!
//! The entries are in one open-addressed array that all copies share. Newer entries are in a small persistent map
//! beside it. When the map has grown as long as the array, both go into a new array. Nothing is removed from an
//! array. Keys that come and go rarely get into one.

use std::{
    fmt,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;
use xxhash_rust::xxh3::xxh3_64;

use super::table::{Handle, List};

/// The spare length of the array, in quarters of its content.
const SPARE_QUARTERS: usize = 1;
/// The minimum number of keys in the map before it goes into the array.
const SINCE_MIN: usize = 1024;

/// The new capacity for an array that is full with `keys`.
fn grown(keys: usize) -> usize {
    keys + keys / 2
}

/// The hash of a key.
pub(super) fn hash_of(key: &[u8]) -> u64 {
    xxh3_64(key)
}

/// The hash of a key of two parts.
pub(super) fn hash_of_both(first: &[u8], second: &[u8]) -> u64 {
    xxh3_64(first).rotate_left(1) ^ xxh3_64(second)
}

#[derive(Clone)]
pub(super) struct Finder<H> {
    array: Arc<Array>,
    since: GenericHashMap<u64, List<H>, BuildHasherDefault<AsItIs>, DefaultSharedPtr>,
}

impl<H> fmt::Debug for Finder<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finder").field("keys", &self.array.taken).finish_non_exhaustive()
    }
}

impl<H> Default for Finder<H> {
    fn default() -> Self {
        Self { array: Arc::default(), since: GenericHashMap::default() }
    }
}

impl<H: Handle> Finder<H> {
    /// The rows that have, or had, a key with this hash.
    pub(super) fn find(&self, hash: u64) -> impl Iterator<Item = H> + '_ {
        let since = if self.since.is_empty() { None } else { self.since.get(&hash) };
        self.array.find(hash).map(H::new).chain(since.into_iter().flat_map(List::iter))
    }

    /// Adds a key with this hash to a row.
    pub(super) fn note(&mut self, hash: u64, at: H) {
        if self.find(hash).any(|known| known == at) {
            return;
        }
        if let Some(array) = Arc::get_mut(&mut self.array) {
            array.insert(hash, at.index());
            return;
        }
        let list = self.since.entry(hash).or_default();
        list.insert(at, |_| true);
        if self.since.len() > self.array.taken.max(SINCE_MIN) {
            self.merge();
        }
    }

    /// Replaces the keys of a row: from the hashes `before` to the hashes `now`.
    pub(super) fn exchange(&mut self, at: H, before: &[u64], now: &[u64]) {
        before.iter().filter(|hash| !now.contains(hash)).for_each(|hash| self.forget(*hash, at));
        now.iter().for_each(|hash| self.note(*hash, at));
    }

    /// Removes a key that the row no longer has, if it is not in the array yet.
    pub(super) fn forget(&mut self, hash: u64, at: H) {
        let Some(mut list) = self.since.get(&hash).cloned() else { return };
        list.remove(at);
        if list.is_empty() {
            self.since.remove(&hash);
        } else {
            self.since.insert(hash, list);
        }
    }

    fn merge(&mut self) {
        let mut array = Array::with_room_for(grown(self.array.taken + self.since.len()));
        self.array.entries().for_each(|entry| array.place(entry));
        for (hash, list) in &self.since {
            list.iter().for_each(|at| array.insert(*hash, at.index()));
        }
        *self = Self { array: Arc::new(array), since: GenericHashMap::default() };
    }
}

/// Open addressing with linear probing. Each entry has the upper half of the hash, which also determines its home,
/// and the row's number plus one. A vacant entry is 0.
#[derive(Default)]
struct Array {
    entries: Vec<u64>,
    taken: usize,
}

impl Array {
    fn with_room_for(keys: usize) -> Self {
        Self { entries: vec![0; keys + keys * SPARE_QUARTERS / 4 + 1], taken: 0 }
    }

    /// The place where the search for an entry begins.
    fn home(&self, entry: u64) -> usize {
        let upper = u128::from(entry >> 32);
        usize::try_from((upper * self.entries.len() as u128) >> 32).unwrap_or_default()
    }

    /// The entries from the home of `entry` to the first vacant one.
    fn probe(&self, entry: u64) -> impl Iterator<Item = u64> + '_ {
        let (before, from) = self.entries.split_at(self.home(entry).min(self.entries.len()));
        from.iter().chain(before).copied().take_while(|entry| *entry != 0)
    }

    fn find(&self, hash: u64) -> impl Iterator<Item = usize> + '_ {
        let like = move |entry: &u64| entry >> 32 == hash >> 32;
        self.probe(hash).filter(like).map(|entry| (entry & u64::from(u32::MAX)) as usize - 1)
    }

    fn insert(&mut self, hash: u64, row: usize) {
        if self.entries.len() <= self.taken + self.taken * SPARE_QUARTERS / 4 + 1 {
            let mut larger = Self::with_room_for(grown(self.taken).max(SINCE_MIN));
            self.entries().for_each(|entry| larger.place(entry));
            *self = larger;
        }
        self.place(hash >> 32 << 32 | (row as u64 + 1));
    }

    fn place(&mut self, entry: u64) {
        let home = self.home(entry);
        let vacant = (home..self.entries.len()).chain(0..home).find(|at| self.entries.get(*at) == Some(&0));
        if let Some(slot) = vacant.and_then(|at| self.entries.get_mut(at)) {
            *slot = entry;
            self.taken += 1;
        }
    }

    fn entries(&self) -> impl Iterator<Item = u64> + '_ {
        self.entries.iter().copied().filter(|entry| *entry != 0)
    }
}

/// A hasher for keys that are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::OrgAt;
    use super::*;

    #[test]
    fn what_was_noted_is_found_whoever_else_looks() {
        let mut finder = Finder::<OrgAt>::default();
        let mut kept = Vec::new();
        for row in 0..10_000_usize {
            // Three rows share each key; now and then a copy is kept.
            finder.note(hash_of(&(row / 3).to_le_bytes()), OrgAt::new(row));
            finder.note(hash_of(&(row / 3).to_le_bytes()), OrgAt::new(row));
            if row % 1700 == 0 {
                kept.push((row, finder.clone()));
            }
        }
        kept.push((9_999, finder));
        for (last, finder) in kept {
            for key in 0..=last / 3 {
                let mut found: Vec<usize> =
                    finder.find(hash_of(&key.to_le_bytes())).map(Handle::index).filter(|row| row / 3 == key).collect();
                found.sort_unstable();
                let expected: Vec<usize> = (3 * key..=(3 * key + 2).min(last)).collect();
                assert_eq!(found, expected, "key {key} of {last}");
            }
        }
    }

    #[test]
    fn what_comes_and_goes_leaves_nothing_behind() {
        let hash = |key: usize| hash_of(&key.to_le_bytes());
        let mut finder = Finder::<OrgAt>::default();
        finder.note(hash(0), OrgAt::new(0));
        let first = finder.clone();
        for key in 1..10 * SINCE_MIN {
            let (here, there) = (OrgAt::new(1), OrgAt::new(2));
            finder.note(hash(key), here);
            finder.note(hash(key), there);
            finder.forget(hash(key), here);
            assert!(finder.find(hash(key)).eq([there]));
            finder.forget(hash(key), there);
            assert_eq!(finder.find(hash(key)).count(), 0);
        }
        assert!(finder.since.is_empty() && Arc::ptr_eq(&finder.array, &first.array));
        finder.forget(hash(0), OrgAt::new(0));
        assert!(finder.find(hash(0)).eq([OrgAt::new(0)]), "an array that others share stays");
    }
}
