//! Plain objects: an id and facts that name orgs and hold from a day on. All rooms treat their kinds alike.

use super::{Basis, BlockerKind, Day, Instant, OrgId, Period, Revision};

/// A plain object with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain<K, F> {
    /// Its identifier.
    pub id: K,
    /// Its attributes.
    pub facts: F,
    /// The last log entry that changed it.
    pub revision: Revision,
    /// When that entry was recorded.
    pub updated_at: Instant,
}

/// What is said of a plain object.
pub trait PlainFacts: Clone + PartialEq + 'static {
    /// The orgs that it names, with how each is named.
    fn orgs(&self) -> impl Iterator<Item = (BlockerKind, OrgId)>;

    /// The first day on which it holds.
    fn valid_from(&self) -> Day;

    /// The first day on which it no longer holds.
    fn valid_until(&self) -> Option<Day>;

    /// When it holds.
    fn period(&self) -> Period {
        Period::new(self.valid_from(), self.valid_until()).unwrap_or(Period::open(self.valid_from()))
    }

    /// The same with another end.
    #[must_use]
    fn ending(self, valid_until: Option<Day>, end_basis: Option<Basis>) -> Self;

    /// The same with the end of an org that has declared lists. If these speak of it, its own end counts again without
    /// that.
    #[must_use]
    fn ending_with(self, _org: OrgId, on: Day, basis: Option<Basis>) -> Self {
        self.ending(Some(on), basis)
    }

    /// The same with the end that it has in `like`.
    #[must_use]
    fn ending_like(self, like: &Self) -> Self;

    /// The document of the end.
    fn end_basis(&self) -> Option<&Basis>;
}
