//! Rows that are found by the id of their object.
//!
//! When an object is deleted, another object can use its row, unless something still names the deleted one. So within
//! one snapshot a handle always means the same object, and no handle is used outside its snapshot.

use std::fmt;

use imbl::Vector;
use uuid::Uuid;

use super::{
    finder::{Finder, hash_of},
    table::{Handle, Table},
};

/// A row of an object that has an id.
pub(super) trait Row: Clone {
    /// The row of an object of which only the id is known.
    fn unknown(id: Uuid) -> Self;
    /// The object's id.
    fn id(&self) -> Uuid;
}

/// Rows by handle and by id.
#[derive(Clone)]
pub(super) struct Known<H, T> {
    rows: Table<H, T>,
    ids: Finder<H>,
    /// The handles of unused rows.
    vacant: Vector<H>,
}

impl<H, T> fmt::Debug for Known<H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").finish_non_exhaustive()
    }
}

impl<H: Handle, T: Row> Default for Known<H, T> {
    fn default() -> Self {
        Self { rows: Table::default(), ids: Finder::default(), vacant: Vector::new() }
    }
}

impl<H: Handle, T: Row> Known<H, T> {
    pub(super) fn row(&self, at: H) -> &T {
        self.rows.row(at)
    }

    pub(super) fn row_mut(&mut self, at: H) -> &mut T {
        self.rows.row_mut(at)
    }

    pub(super) fn find(&self, id: Uuid) -> Option<H> {
        self.ids.find(hash(id)).find(|at| self.row(*at).id() == id)
    }

    pub(super) fn find_or_add(&mut self, id: Uuid) -> H {
        self.find(id).unwrap_or_else(|| self.add(id))
    }

    /// Adds a row for an object that has none, or uses a vacant one.
    pub(super) fn add(&mut self, id: Uuid) -> H {
        let row = T::unknown(id);
        let at = match self.vacant.pop_back() {
            Some(at) => {
                *self.row_mut(at) = row;
                at
            }
            None => self.rows.add(row),
        };
        self.ids.note(hash(id), at);
        at
    }

    /// Makes a row vacant that nothing names any more.
    pub(super) fn give_up(&mut self, at: H) {
        self.ids.forget(hash(self.row(at).id()), at);
        *self.row_mut(at) = T::unknown(Uuid::nil());
        self.vacant.push_back(at);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.iter()
    }
}

fn hash(id: Uuid) -> u64 {
    hash_of(id.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::{slots::RoleSlot, table::RoleAt};
    use super::*;

    #[test]
    fn who_comes_back_does_not_find_who_has_the_place_now() {
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut known = Known::<RoleAt, RoleSlot>::default();
        // This finder is not shared, so its array forgets nothing.
        let place = known.find_or_add(first);
        known.give_up(place);
        assert_eq!((known.find(first), known.find_or_add(second)), (None, place));
        assert_eq!(known.find(first), None);
        let other = known.find_or_add(first);
        assert_eq!((known.find(first), known.find(second)), (Some(other), Some(place)));
        assert_eq!((known.row(other).id(), known.row(place).id()), (first, second));
        // The finder now returns both rows.
        known.give_up(place);
        known.give_up(other);
        assert_eq!((known.find(first), known.find(second)), (None, None));
        let again = known.find_or_add(first);
        assert_eq!((known.find(first), known.row(again).id()), (Some(again), first));
        assert_eq!(known.iter().count(), 2);
    }
}
