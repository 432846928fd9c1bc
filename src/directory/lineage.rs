//! What an org came from and what came of it: its predecessors and its successors.

use std::collections::{BTreeSet, VecDeque};

use super::{snapshot::Snapshot, views::OrgView};
use crate::domain::{Basis, Day, Error, Org, OrgId};

/// The most orgs of a lineage on either side.
pub const LINEAGE_MAX: usize = 1000;

/// One org that took over from another one.
#[derive(Debug, Clone, Copy)]
pub struct Succession<'s> {
    /// The org that ended, as it was on its last day.
    pub before: OrgView<'s>,
    /// Its successor, as it was on the day after.
    pub after: OrgView<'s>,
    /// The first day on which the former no longer exists.
    pub on: Day,
    /// The document of that end.
    pub basis: Option<&'s Basis>,
}

impl Snapshot {
    /// The successions that lead to an org, the nearest first.
    ///
    /// # Errors
    ///
    /// There are too many.
    pub fn predecessors_of(&self, id: OrgId) -> Result<Vec<Succession<'_>>, Error> {
        self.lineage(id, |org| self.predecessors(org).map(|before| (before.id, org)).collect())
    }

    /// The successions that lead on from an org, the nearest first.
    ///
    /// # Errors
    ///
    /// There are too many.
    pub fn successors_of(&self, id: OrgId) -> Result<Vec<Succession<'_>>, Error> {
        self.lineage(id, |org| {
            let successors = self.org(org).map(|org| org.facts.successor_ids.as_slice()).unwrap_or_default();
            successors.iter().map(|after| (org, *after)).collect()
        })
    }

    /// Follows the steps from an org to another, each org once.
    fn lineage(&self, id: OrgId, steps: impl Fn(OrgId) -> Vec<(OrgId, OrgId)>) -> Result<Vec<Succession<'_>>, Error> {
        let mut lineage = Vec::new();
        let (mut known, mut waiting) = (BTreeSet::from([id]), VecDeque::from([id]));
        while let Some(org) = waiting.pop_front() {
            for (before, after) in steps(org) {
                lineage.extend(self.succession(before, after));
                let next = if before == org { after } else { before };
                if known.insert(next) {
                    waiting.push_back(next);
                }
            }
            if lineage.len() > LINEAGE_MAX {
                return Err(Error::TooLarge { nodes: lineage.len(), nodes_max: LINEAGE_MAX });
            }
        }
        Ok(lineage)
    }

    fn succession(&self, before: OrgId, after: OrgId) -> Option<Succession<'_>> {
        let facts = &self.org(before)?.facts;
        let on = facts.dissolved_on?;
        let (before, after) = (self.org_on(before, on.plus(-1))?, self.org_on(after, on)?);
        Some(Succession { before, after, on, basis: facts.end_basis.as_ref() })
    }

    /// The orgs that had ended by a day and led on to an org, directly or by others.
    pub(super) fn ended_before(&self, id: OrgId, day: Day) -> Vec<&Org> {
        let mut found: Vec<&Org> = Vec::new();
        let mut waiting = vec![id];
        while let Some(org) = waiting.pop() {
            for before in self.predecessors(org) {
                let ended = before.facts.dissolved_on.is_some_and(|on| on <= day);
                if ended && found.iter().all(|known| known.id != before.id) {
                    found.push(before);
                    waiting.push(before.id);
                }
            }
        }
        found
    }

    /// These orgs, and all to which they have led on or will lead on.
    pub(super) fn with_heirs(&self, ids: impl Iterator<Item = OrgId>) -> BTreeSet<OrgId> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<OrgId> = ids.collect();
        while let Some(id) = waiting.pop() {
            if found.insert(id) {
                waiting.extend(self.org(id).into_iter().flat_map(|org| &org.facts.successor_ids));
            }
        }
        found
    }
}
