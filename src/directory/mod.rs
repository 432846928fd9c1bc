//! The read model: one immutable snapshot at one revision, its indexes, and every question.
//!
//! It is pure: no clock, no I/O. A question takes its day as an argument. The layout of [`Snapshot`] is private to
//! this room; no other room may depend on it.

mod gaps;
mod keys;
mod leading_groups;
mod lineage;
mod orders;
mod orgs;
mod outcomes;
mod page;
mod people;
mod posts;
mod roles;
mod seats;
mod snapshot;
mod supervisions;
mod vacancies;
mod views;
mod walk;

pub use gaps::Days;
pub use leading_groups::{GroupPart, LeadingGroup};
pub use lineage::{LINEAGE_MAX, Succession};
pub use orgs::{OrgFilter, OrgSort, TREE_NODES_MAX, Tree};
pub use outcomes::{Outcome, outcomes};
pub use page::{Page, PageRequest, SortKey};
pub use people::PersonFilter;
pub use posts::PostFilter;
pub use roles::{HolderType, RoleFilter, RoleSort};
pub use seats::HolderView;
pub use snapshot::{Counts, Kept, KeptObject, LEVELS_MAX, PersonRow, PlainKind, PlainTable, RoleRow, Snapshot};
pub use supervisions::{Coverage, Covering, Recusal, Relation, SupervisionFilter};
pub use vacancies::{Vacancy, VacancyFilter};
pub use views::{BySeat, OrgView, RoleView, State, StatusFilter, SupervisionView};
