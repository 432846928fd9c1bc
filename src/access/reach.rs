//! Where a right holds: everywhere, or in parts of the tree.

use crate::{
    directory::{LEVELS_MAX, Snapshot},
    domain::{Area, Day, Org, OrgId, Period},
};

/// Where a right holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Reach {
    /// Whether it holds everywhere.
    pub everywhere: bool,
    /// The orgs at which it begins, each with how far it reaches from there.
    roots: Vec<(OrgId, Area)>,
}

impl Reach {
    pub(super) fn add(&mut self, org: OrgId, area: Area) {
        self.roots.push((org, area));
    }

    /// Whether it holds anywhere.
    pub fn is_somewhere(&self) -> bool {
        self.everywhere || !self.roots.is_empty()
    }

    fn itself(&self, org: OrgId) -> bool {
        self.roots.iter().any(|(root, area)| *root == org && matches!(area, Area::Org | Area::Subtree))
    }

    fn below(&self, org: OrgId) -> bool {
        self.roots.iter().any(|(root, area)| *root == org && matches!(area, Area::Subtree | Area::Below))
    }

    /// Whether an org is within reach on every day of a period on which it exists; if there is none, on the nearest
    /// day on which it does.
    pub fn holds_in(&self, directory: &Snapshot, org: OrgId, period: Period) -> bool {
        self.everywhere || self.itself(org) || self.holds_over(directory, org, period)
    }

    /// Whether what is above an org is within reach. This is needed to decide that it is there, and where.
    pub fn holds_over(&self, directory: &Snapshot, org: OrgId, period: Period) -> bool {
        self.everywhere || self.stands_below(directory, org, period, 0)
    }

    fn stands_below(&self, directory: &Snapshot, org: OrgId, period: Period, level: usize) -> bool {
        let Some(org) = directory.org(org).filter(|_| level <= LEVELS_MAX) else { return false };
        let under = |parent: Option<OrgId>, on: Period| {
            parent.is_some_and(|parent| self.below(parent) || self.stands_below(directory, parent, on, level + 1))
        };
        let mut stretches = org
            .timeline()
            .filter_map(|(stretch, version)| stretch.and(period).map(|common| (common, version.values.parent_id)));
        match stretches.next() {
            Some((on, parent)) => under(parent, on) && stretches.all(|(on, parent)| under(parent, on)),
            None => {
                let (on, parent) = nearest(org, period.from());
                under(parent, on)
            }
        }
    }

    /// Whether it covers another one. A right over an org holds for all its days, so what covers it must reach it on
    /// all of them, wherever it stood.
    pub(super) fn covers(&self, directory: &Snapshot, other: &Self) -> bool {
        self.everywhere
            || !other.everywhere
                && other.roots.iter().all(|(org, area)| {
                    let covered = match area {
                        Area::Org => self.itself(*org),
                        Area::Below => self.below(*org),
                        _ => self.itself(*org) && self.below(*org),
                    };
                    covered || self.holds_over(directory, *org, Period::open(Day::MIN))
                })
    }
}

/// The place of an org on the nearest day on which it exists.
fn nearest(org: &Org, day: Day) -> (Period, Option<OrgId>) {
    let (period, version) = org.nearest(day);
    let on = if period.contains(day) { day } else { period.from() };
    (Period::new(on, Some(on.plus(1))).unwrap_or(period), version.values.parent_id)
}
