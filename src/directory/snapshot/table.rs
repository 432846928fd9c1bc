//! Rows in dense tables, and the small numbers by which they name each other.
//!
//! A table is shared in pages: a copy costs a pointer, a change copies one page. A row keeps its place for as
//! long as anything in the snapshot names it; then another may get the place. So a handle means the same object
//! within one snapshot, and nothing keeps one longer.

use std::{fmt, num::NonZeroU32, sync::Arc};

use imbl::Vector;

/// The place of a row in its table.
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
                // More rows than fit here do not fit into memory.
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
    /// Of a body.
    OrgAt,
    /// Of a person.
    PersonAt,
    /// Of a post.
    PostAt,
    /// Of a role.
    RoleAt,
    /// Of a supervision.
    SupervisionAt,
    /// Of a document.
    DocumentAt,
}

/// Rows by handle.
#[derive(Clone)]
pub(super) struct Table<H, T> {
    rows: Vector<T>,
    /// Places that were given up.
    vacant: Vector<H>,
}

impl<H, T> fmt::Debug for Table<H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").finish_non_exhaustive()
    }
}

impl<H: Handle, T: Clone> Default for Table<H, T> {
    fn default() -> Self {
        Self { rows: Vector::new(), vacant: Vector::new() }
    }
}

impl<H: Handle, T: Clone> Table<H, T> {
    #[expect(clippy::expect_used, reason = "a handle is made by adding its row, and rows stay")]
    pub(super) fn row(&self, at: H) -> &T {
        self.rows.get(at.index()).expect("the row of a handle")
    }

    #[expect(clippy::expect_used, reason = "as above")]
    pub(super) fn row_mut(&mut self, at: H) -> &mut T {
        self.rows.get_mut(at.index()).expect("the row of a handle")
    }

    /// Adds a row, in a place that was given up if there is one.
    pub(super) fn add(&mut self, row: T) -> H {
        if let Some(at) = self.vacant.pop_back() {
            *self.row_mut(at) = row;
            return at;
        }
        self.rows.push_back(row);
        H::new(self.rows.len() - 1)
    }

    /// Gives up the place of a row that nothing names any more; `nobody` stands there until it is taken.
    pub(super) fn give_up(&mut self, at: H, nobody: T) {
        *self.row_mut(at) = nobody;
        self.vacant.push_back(at);
    }

    /// Puts a row where another table has one, which has as many rows or one more.
    pub(super) fn put(&mut self, at: H, row: T) {
        if at.index() < self.rows.len() { *self.row_mut(at) = row } else { self.rows.push_back(row) }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.iter()
    }
}

/// A short list that copies share. Most are empty, and take no memory of their own.
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

    /// Puts `value` behind the items that are `less`; they come first.
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
