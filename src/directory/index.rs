//! A persistent index from a key to the set of ids that have it.

use std::{fmt, hash::Hash};

use imbl::{HashMap, OrdSet};

#[derive(Clone)]
pub(super) struct Index<K, V>(HashMap<K, OrdSet<V>>);

impl<K, V> fmt::Debug for Index<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("keys", &self.0.len()).finish()
    }
}

impl<K, V> Default for Index<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq + Clone, V: Ord + Clone> PartialEq for Index<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Hash + Eq + Clone, V: Ord + Copy> Index<K, V> {
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.0.entry(key).or_default().insert(value);
    }

    pub(super) fn remove(&mut self, key: &K, value: V) {
        let Some(set) = self.0.get_mut(key) else { return };
        set.remove(&value);
        if set.is_empty() {
            self.0.remove(key);
        }
    }

    pub(super) fn get(&self, key: &K) -> impl Iterator<Item = V> + '_ + use<'_, K, V> {
        self.0.get(key).into_iter().flat_map(|set| set.iter().copied())
    }
}
