//! Rows in dense tables, and the small numbers by which they name each other.
//!
//! A table is shared in pages: a copy costs a pointer, a change copies one page. A row keeps its place
//! for as long as the process runs, so a handle never comes to mean another object.

use std::{fmt, marker::PhantomData, num::NonZeroU32, sync::Arc};

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

/// Rows by handle. Rows are added and changed, never taken away.
#[derive(Clone)]
pub(super) struct Table<H, T> {
    rows: Vector<T>,
    by: PhantomData<H>,
}

impl<H, T> fmt::Debug for Table<H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").finish_non_exhaustive()
    }
}

impl<H, T: Clone> Default for Table<H, T> {
    fn default() -> Self {
        Self { rows: Vector::new(), by: PhantomData }
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

    pub(super) fn push(&mut self, row: T) -> H {
        self.rows.push_back(row);
        H::new(self.rows.len() - 1)
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
