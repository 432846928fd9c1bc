//! The official order as a walk: each org before those under it, siblings by their order, then id.
//!
//! A walk visits only what it shows. So each page costs the same, however long the list is: it begins where the
//! page before it ended.

use std::cmp::Ordering;

use super::{
    page::ordered,
    snapshot::{LEVELS_MAX, OrgAt, OrgSlot, Snapshot},
    views::OrgView,
};
use crate::domain::{Day, Org, OrgId, Status};

/// The number of bytes for one level in the key of an org. They compare like siblings.
const STEP_BYTES: usize = 21;
/// The first byte of each step. In a longer key, what follows the org's key begins with a smaller byte, so that
/// things in an org come before orgs under it.
const STEP_MARK: u8 = 1;

/// The step of an org: its position among its siblings.
fn step(view: &OrgView<'_>) -> [u8; STEP_BYTES] {
    let mut bytes = [STEP_MARK; STEP_BYTES];
    let (head, id) = bytes.split_at_mut(5);
    for (to, from) in head.iter_mut().skip(1).zip(ordered(view.order())) {
        *to = from;
    }
    id.copy_from_slice(view.id().0.as_bytes());
    bytes
}

/// Orgs that exist on a day, in official order.
#[derive(Debug)]
pub(super) struct Walk<'s> {
    snapshot: &'s Snapshot,
    /// What is still to be visited; the next one is last.
    waiting: Vec<Stop<'s>>,
}

#[derive(Debug)]
enum Stop<'s> {
    /// An org and all below it.
    All(OrgView<'s>),
    /// Only the orgs below it.
    Below(OrgView<'s>),
    /// Only the org itself.
    One(OrgView<'s>),
}

impl<'s> Walk<'s> {
    fn push_children(&mut self, view: &OrgView<'s>) {
        let children = self.snapshot.children_of(view);
        self.waiting.extend(children.into_iter().rev().map(Stop::All));
    }

    /// Continues after the key `steps`, which is below `view`. The org with that key is visited again only if
    /// `again`.
    fn resume(&mut self, view: OrgView<'s>, steps: &[u8], again: bool, levels_left: usize) {
        let Some((first, rest)) = steps.split_at_checked(STEP_BYTES).filter(|_| levels_left > 0) else {
            self.waiting.push(if again { Stop::All(view) } else { Stop::Below(view) });
            return;
        };
        let children = self.snapshot.children_of(&view);
        let behind = children.iter().rev().filter(|child| step(child).as_slice() > first);
        self.waiting.extend(behind.map(|child| Stop::All(*child)));
        if let Some(entered) = children.into_iter().find(|child| step(child).as_slice() == first) {
            self.resume(entered, rest, again, levels_left - 1);
        }
    }
}

impl<'s> Iterator for Walk<'s> {
    type Item = OrgView<'s>;

    fn next(&mut self) -> Option<OrgView<'s>> {
        loop {
            match self.waiting.pop()? {
                Stop::All(view) => {
                    self.waiting.push(Stop::Below(view));
                    return Some(view);
                }
                Stop::Below(view) => self.push_children(&view),
                Stop::One(view) => return Some(view),
            }
        }
    }
}

/// The orgs that a walk visits.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reach<'f> {
    /// All.
    Everything,
    /// These orgs and all below them.
    Within(&'f [OrgId]),
    /// All orgs below these.
    Below(&'f [OrgId]),
    /// Only this org.
    Only(OrgId),
}

impl Snapshot {
    /// The orgs that exist on `day` within `reach`, in official order, after the key with which `after` begins. The
    /// org with that key is visited again only if `again`.
    pub(super) fn walk<'s>(&'s self, reach: Reach<'_>, day: Day, after: Option<&[u8]>, again: bool) -> Walk<'s> {
        let place_bytes = after.map_or(0, |after| {
            after
                .chunks(STEP_BYTES)
                .take_while(|step| step.len() == STEP_BYTES && step.first() == Some(&STEP_MARK))
                .count()
                * STEP_BYTES
        });
        let after = after.and_then(|after| after.get(..place_bytes));
        let mut walk = Walk { snapshot: self, waiting: Vec::new() };
        if let Reach::Only(id) = reach {
            let alive = self.org_on(id, day).filter(|view| view.status == Status::Current);
            let wanted = alive.filter(|view| {
                after.is_none_or(|after| match self.place_of(view).as_slice().cmp(after) {
                    Ordering::Less => false,
                    Ordering::Equal => again,
                    Ordering::Greater => true,
                })
            });
            walk.waiting.extend(wanted.map(Stop::One));
            return walk;
        }
        let mut roots = self.roots(reach, day);
        roots.reverse();
        let below = matches!(reach, Reach::Below(_));
        for (place, root) in roots {
            let whole = if below { Stop::Below(root) } else { Stop::All(root) };
            match after {
                None => walk.waiting.push(whole),
                Some(after) => match after.strip_prefix(place.as_slice()) {
                    Some(steps) => walk.resume(root, steps, again, LEVELS_MAX),
                    None if place.as_slice() > after => walk.waiting.push(whole),
                    None => {}
                },
            }
        }
        walk
    }

    /// The orgs with which a walk begins, with their keys: in order, none below another.
    fn roots(&self, reach: Reach<'_>, day: Day) -> Vec<(Vec<u8>, OrgView<'_>)> {
        let mut roots: Vec<(Vec<u8>, OrgView<'_>)> = match reach {
            Reach::Everything => self.tops_on(day).map(|view| (step(&view).to_vec(), view)).collect(),
            Reach::Only(_) => Vec::new(),
            Reach::Within(ids) | Reach::Below(ids) => {
                let alive = ids.iter().filter_map(|id| self.org_on(*id, day));
                let alive = alive.filter(|view| view.status == Status::Current);
                alive.map(|view| (self.place_of(&view), view)).collect()
            }
        };
        roots.sort_by(|(a, _), (b, _)| a.cmp(b));
        roots.dedup_by(|(below, _), (above, _)| below.starts_with(above));
        roots
    }

    fn tops_on(&self, day: Day) -> impl Iterator<Item = OrgView<'_>> {
        let alive = self.ever_at_the_top().filter_map(move |at: OrgAt| Self::view(self.org_slot_at(at), day));
        alive.filter(|view| view.status == Status::Current && view.parent_at().is_none())
    }

    /// The key of an org in the official order.
    pub(super) fn place_of(&self, view: &OrgView<'_>) -> Vec<u8> {
        let mut steps = vec![step(view)];
        steps.extend(self.above(view).map(|above| step(&above)));
        steps.iter().rev().flatten().copied().collect()
    }

    /// The orgs directly under an org on the day of its view, in order.
    pub fn children_of<'s>(&'s self, view: &OrgView<'_>) -> Vec<OrgView<'s>> {
        // One step for all of them at a time, so that the processor waits for several memory accesses at once.
        let slots: Vec<&OrgSlot> = view.slot.children().iter().map(|child| self.org_slot_at(child)).collect();
        let there: Vec<(&OrgSlot, &Org)> =
            slots.iter().filter_map(|slot| Some((*slot, slot.org.as_deref()?))).collect();
        let views: Vec<OrgView<'s>> =
            there.iter().filter_map(|(slot, org)| Self::view_of(slot, org, view.day)).collect();
        let is_here = |child: &OrgView<'_>| child.parent_at().is_some_and(|at| self.org_slot_at(at).id == view.id());
        let mut children: Vec<OrgView<'s>> = views
            .into_iter()
            .filter(|child| child.status == Status::Current && is_here(child))
            .map(|child| child.asked_for(view.asked))
            .collect();
        children.sort_by_key(|child| (child.order(), child.id()));
        children
    }
}
