//! Rows that are found by the id of their object.
//!
//! A row keeps its place until its object is erased, and for good if something still names it then; otherwise
//! another gets the place. So a handle means the same object within one snapshot, and nothing keeps one longer.

use std::fmt;

use imbl::Vector;
use uuid::Uuid;

use super::{
    finder::{Finder, hash_of},
    table::{Handle, Table},
};

/// A row of an object that has an id.
pub(super) trait Row: Clone {
    /// The row of an object of which nothing else is known.
    fn unknown(id: Uuid) -> Self;
    /// The object's id.
    fn id(&self) -> Uuid;
}

/// Rows by handle and by id.
#[derive(Clone)]
pub(super) struct Known<H, T> {
    rows: Table<H, T>,
    ids: Finder<H>,
    /// Places that were given up.
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

    /// Adds a row for an object that has none, in a place that was given up if there is one.
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

    /// Gives up the place of a row that nothing names any more; it is nobody's until it is taken.
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
    use super::super::{slots::SupervisionSlot, table::SupervisionAt};
    use super::*;

    #[test]
    fn who_comes_back_does_not_find_who_has_the_place_now() {
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut known = Known::<SupervisionAt, SupervisionSlot>::default();
        // Nobody shares the finder, so what it learns here it never forgets.
        let place = known.find_or_add(first);
        known.give_up(place);
        assert_eq!((known.find(first), known.find_or_add(second)), (None, place));
        assert_eq!(known.find(first), None);
        let other = known.find_or_add(first);
        assert_eq!((known.find(first), known.find(second)), (Some(other), Some(place)));
        assert_eq!((known.row(other).id(), known.row(place).id()), (first, second));
        // The finder leads to both places from now on.
        known.give_up(place);
        known.give_up(other);
        assert_eq!((known.find(first), known.find(second)), (None, None));
        let again = known.find_or_add(first);
        assert_eq!((known.find(first), known.row(again).id()), (Some(again), first));
        assert_eq!(known.iter().count(), 2);
    }
}
