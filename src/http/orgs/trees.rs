//! Trees that were written already.
//!
//! The tree of a university is hundreds of bodies, and most of the time none of them has changed. What was
//! written is kept under the state of the tree and the day, so that it is found only while it is still right;
//! the oldest goes when there are too many bytes.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Mutex, PoisonError},
};

use actix_web::web::Bytes;

use crate::{
    directory::{OrgView, Snapshot},
    domain::{Day, OrgId, Revision, Status, Tier},
};

/// The most bytes of all trees that are kept.
pub(super) const TREES_BYTES_MAX: usize = 64 << 20;

/// What a tree depends on, besides the code that writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::http) struct TreeKey {
    org: OrgId,
    /// Of everything in the tree.
    state: (u64, Revision),
    /// What the body's own row shows of the bodies above.
    place: (Option<Tier>, bool),
    day: Day,
    status: Status,
    depth: usize,
}

impl TreeKey {
    pub(in crate::http) fn new(directory: &Snapshot, view: &OrgView<'_>, depth: usize) -> Self {
        Self {
            org: view.org.id,
            state: directory.state_below(view),
            place: directory.place_in_tiers(view),
            day: view.asked,
            status: view.status,
            depth,
        }
    }
}

/// The trees that are kept.
#[derive(Default)]
pub(in crate::http) struct Trees(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    trees: HashMap<TreeKey, Bytes>,
    /// Oldest first.
    order: VecDeque<TreeKey>,
    bytes: usize,
}

impl fmt::Debug for Trees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trees").finish_non_exhaustive()
    }
}

impl Trees {
    pub(in crate::http) fn find(&self, key: &TreeKey) -> Option<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).trees.get(key).cloned()
    }

    /// Keeps a tree, unless it alone would take much of the room.
    pub(in crate::http) fn keep(&self, key: TreeKey, tree: &Bytes) {
        if tree.len() > TREES_BYTES_MAX / 4 {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { trees, order, bytes } = &mut *kept;
        if trees.insert(key.clone(), tree.clone()).is_none() {
            order.push_back(key);
            *bytes += tree.len();
        }
        while *bytes > TREES_BYTES_MAX
            && let Some(oldest) = order.pop_front()
        {
            *bytes -= trees.remove(&oldest).map_or(0, |tree| tree.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_when_there_is_no_more_room() {
        let trees = Trees::default();
        let key = |depth| TreeKey {
            org: OrgId(uuid::Uuid::nil()),
            state: (0, 1),
            place: (None, false),
            day: Day::MIN,
            status: Status::Current,
            depth,
        };
        let tree = Bytes::from(vec![b'x'; TREES_BYTES_MAX / 5]);
        for depth in 0..8 {
            trees.keep(key(depth), &tree);
        }
        let found: Vec<usize> = (0..8).filter(|depth| trees.find(&key(*depth)).is_some()).collect();
        assert_eq!(found, [3, 4, 5, 6, 7]);
        trees.keep(key(9), &Bytes::from(vec![b'x'; TREES_BYTES_MAX / 3]));
        assert!(trees.find(&key(9)).is_none() && trees.find(&key(3)).is_some());
    }
}
