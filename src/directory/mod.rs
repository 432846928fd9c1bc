//! The read model: one immutable snapshot at one revision, its indexes, and every question.
//!
//! Pure: no clock, no I/O. A question takes the day it is asked for as its own argument. The layout
//! of [`Snapshot`] is private to this room; no other room may depend on it.

mod bodies;
mod index;
mod page;
mod people;
mod posts;
mod roles;
mod snapshot;
mod vacancies;
mod views;

pub use bodies::{OrgFilter, OrgSort, TREE_NODES_MAX, Tree};
pub use page::{Page, PageRequest, SortKey};
pub use people::PersonFilter;
pub use posts::PostFilter;
pub use roles::{HolderType, RoleFilter, RoleSort};
pub use snapshot::{LEVELS_MAX, Snapshot};
pub use vacancies::{Vacancy, VacancyFilter};
pub use views::{OrgView, RoleView, StatusFilter};
