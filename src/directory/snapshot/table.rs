//! Rows in dense tables, and the small numbers by which they name each other.
//!
//! A table is shared in pages, and pages in shelves. A copy costs a pointer. A change copies one page, the pointers
//! of one shelf and those of all shelves. On the way to a row, all pointers but the last are usually in the
//! processor's cache.

use std::{fmt, marker::PhantomData, mem, num::NonZeroU32, sync::Arc};

/// The number of a row in its table.
pub(super) trait Handle: Copy + Eq {
    fn new(index: usize) -> Self;
    fn index(self) -> usize;
}

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(in crate::directory) struct $name(NonZeroU32);

        impl Handle for $name {
            fn new(index: usize) -> Self {
                // More rows than this do not fit into memory.
                let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
                Self(NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX))
            }

            fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    )*};
}

handles! {
    /// Of an org.
    OrgAt,
    /// Of a person.
    PersonAt,
    /// Of a post.
    PostAt,
    /// Of a role.
    RoleAt,
    /// Of a document.
    DocumentAt,
}

/// The number of rows on a page.
const PAGE_ROWS: usize = 64;
/// The number of pages on a shelf. Each change counts the pointers to them anew.
const SHELF_PAGES: usize = 128;

/// A full page.
type RowPage<T> = Arc<[T]>;
type Shelf<T> = Arc<[RowPage<T>]>;

/// Rows by handle.
#[derive(Clone)]
pub(super) struct Table<H, T> {
    shelves: Arc<[Shelf<T>]>,
    /// The number of rows on the shelves.
    shelved: usize,
    /// Rows that do not fill a page yet.
    last: Arc<Vec<T>>,
    handles: PhantomData<H>,
}

impl<H, T> fmt::Debug for Table<H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").finish_non_exhaustive()
    }
}

impl<H, T> Default for Table<H, T> {
    fn default() -> Self {
        Self { shelves: Arc::default(), shelved: 0, last: Arc::default(), handles: PhantomData }
    }
}

/// The shelf of a row, the page on the shelf, and the place on the page.
fn place(index: usize) -> [usize; 3] {
    let page = index / PAGE_ROWS;
    [page / SHELF_PAGES, page % SHELF_PAGES, index % PAGE_ROWS]
}

impl<H: Handle, T: Clone> Table<H, T> {
    fn get(&self, at: H) -> Option<&T> {
        let Some(behind) = at.index().checked_sub(self.shelved) else {
            let [shelf, page, row] = place(at.index());
            return self.shelves.get(shelf)?.get(page)?.get(row);
        };
        self.last.get(behind)
    }

    fn get_mut(&mut self, at: H) -> Option<&mut T> {
        let Some(behind) = at.index().checked_sub(self.shelved) else {
            let [shelf, page, row] = place(at.index());
            let shelf = Arc::make_mut(&mut self.shelves).get_mut(shelf)?;
            return Arc::make_mut(Arc::make_mut(shelf).get_mut(page)?).get_mut(row);
        };
        Arc::make_mut(&mut self.last).get_mut(behind)
    }

    #[expect(clippy::expect_used, reason = "a handle is made by adding its row, and rows stay")]
    pub(super) fn row(&self, at: H) -> &T {
        self.get(at).expect("the row of a handle")
    }

    #[expect(clippy::expect_used, reason = "as above")]
    pub(super) fn row_mut(&mut self, at: H) -> &mut T {
        self.get_mut(at).expect("the row of a handle")
    }

    /// Adds a row.
    pub(super) fn add(&mut self, row: T) -> H {
        let last = Arc::make_mut(&mut self.last);
        last.push(row);
        let at = H::new(self.shelved + last.len() - 1);
        if last.len() == PAGE_ROWS {
            let page = mem::take(last).into();
            let [shelf, ..] = place(self.shelved);
            match Arc::make_mut(&mut self.shelves).get_mut(shelf) {
                Some(shelf) => push(shelf, page),
                None => push(&mut self.shelves, Arc::new([page])),
            }
            self.shelved += PAGE_ROWS;
        }
        at
    }

    /// Puts a row at the handle that it has in another table, which has as many rows or one more.
    pub(super) fn put(&mut self, at: H, row: T) {
        match self.get_mut(at) {
            Some(there) => *there = row,
            None => {
                let added = self.add(row);
                debug_assert!(added == at, "one row more, not several");
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.shelves.iter().flat_map(|shelf| shelf.iter()).flat_map(|page| page.iter()).chain(self.last.iter())
    }
}

/// Adds an item to a shared list.
fn push<T: Clone>(list: &mut Arc<[T]>, item: T) {
    *list = list.iter().cloned().chain([item]).collect();
}

/// A short list that copies share. Most lists are empty and take no memory of their own.
#[derive(Debug)]
pub(in crate::directory) struct List<T>(Option<Arc<[T]>>);

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Copy + PartialEq> List<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(in crate::directory) fn as_slice(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }

    pub(in crate::directory) fn iter(&self) -> impl DoubleEndedIterator<Item = T> + '_ {
        self.as_slice().iter().copied()
    }

    /// Inserts `value` after the items that are `less`, which come first.
    pub(super) fn insert(&mut self, value: T, less: impl Fn(T) -> bool) {
        let place = self.as_slice().partition_point(|item| less(*item));
        let (before, behind) = self.as_slice().split_at(place);
        *self = before.iter().copied().chain([value]).chain(behind.iter().copied()).collect();
    }

    pub(super) fn remove(&mut self, value: T) {
        if self.as_slice().contains(&value) {
            *self = self.clone().iter().filter(|item| *item != value).collect();
        }
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let items: Arc<[T]> = items.into_iter().collect();
        Self((!items.is_empty()).then_some(items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_a_table_go_their_own_ways() {
        let many = PAGE_ROWS * SHELF_PAGES + PAGE_ROWS + 3;
        let mut table: Table<OrgAt, usize> = Table::default();
        let handles: Vec<OrgAt> = (0..many).map(|row| table.add(row)).collect();
        assert!(table.iter().copied().eq(0..many));
        let before = table.clone();
        let changed = [0, PAGE_ROWS - 1, PAGE_ROWS, PAGE_ROWS * SHELF_PAGES - 1, PAGE_ROWS * SHELF_PAGES, many - 1];
        for (row, at) in handles.iter().enumerate().filter(|(row, _)| changed.contains(row)) {
            *table.row_mut(*at) = row + many;
        }
        let added = table.add(many);
        table.put(OrgAt::new(many + 1), 7);
        table.put(added, 8);
        for (row, at) in handles.iter().enumerate() {
            assert_eq!(*table.row(*at), if changed.contains(&row) { row + many } else { row });
            assert_eq!(*before.row(*at), row);
        }
        assert_eq!((table.iter().count(), before.iter().count()), (many + 2, many));
        assert_eq!((*table.row(added), table.iter().last()), (8, Some(&7)));
    }

    #[test]
    fn both_copies_add_where_a_page_or_a_shelf_is_full() {
        const SHELF_ROWS: usize = PAGE_ROWS * SHELF_PAGES;
        for many in [0, PAGE_ROWS - 1, PAGE_ROWS, SHELF_ROWS - PAGE_ROWS, SHELF_ROWS - 1, SHELF_ROWS] {
            let mut one: Table<OrgAt, usize> = Table::default();
            (0..many).for_each(|row| _ = one.add(row));
            let mut other = one.clone();
            for row in many..many + 2 * PAGE_ROWS {
                assert_eq!(one.add(row), other.add(row + 1), "{many}");
            }
            assert!(one.iter().copied().eq(0..many + 2 * PAGE_ROWS), "{many}");
            assert!(other.iter().copied().eq((0..many).chain(many + 1..=many + 2 * PAGE_ROWS)), "{many}");
        }
    }
}
