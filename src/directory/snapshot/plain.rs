//! Plain objects of one kind, by id and by the orgs that they name.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

use crate::domain::{kinds::plain_kinds, *};

/// The plain objects of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainTable<K: Ord, F> {
    objects: OrdMap<K, Arc<Plain<K, F>>>,
    naming: OrdSet<(OrgId, BlockerKind, K)>,
}

impl<K: PlainId> Default for PlainTable<K, K::Facts> {
    fn default() -> Self {
        Self { objects: OrdMap::new(), naming: OrdSet::new() }
    }
}

impl<K: PlainId> PlainTable<K, K::Facts> {
    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Plain<K, K::Facts>> {
        self.objects.values().map(Arc::as_ref)
    }

    pub(super) fn get(&self, id: K) -> Option<&Plain<K, K::Facts>> {
        self.objects.get(&id).map(Arc::as_ref)
    }

    pub(super) fn set(&mut self, id: K, object: Option<Plain<K, K::Facts>>) {
        if let Some(before) = self.objects.get(&id) {
            for (how, org) in before.facts.orgs() {
                self.naming.remove(&(org, how, id));
            }
        }
        match object {
            Some(object) => {
                self.naming.extend(object.facts.orgs().map(|(how, org)| (org, how, id)));
                self.objects.insert(id, Arc::new(object));
            }
            None => drop(self.objects.remove(&id)),
        }
    }

    /// The objects that name an org in any way, with how they do.
    pub(super) fn of(&self, org: OrgId) -> impl Iterator<Item = (BlockerKind, &Plain<K, K::Facts>)> {
        let first = (org, BlockerKind::FIRST, K::from(Uuid::nil()));
        let naming = self.naming.range(first..).take_while(move |(named, ..)| *named == org);
        naming.filter_map(|(_, how, id)| Some((*how, self.get(*id)?)))
    }

    /// The objects that name an org in that way, by id.
    pub(super) fn naming(&self, org: OrgId, how: BlockerKind) -> impl Iterator<Item = &Plain<K, K::Facts>> {
        let first = (org, how, K::from(Uuid::nil()));
        let last = (org, how, K::from(Uuid::max()));
        self.naming.range(first..=last).filter_map(|(_, _, id)| self.get(*id))
    }
}

/// Door: a table for each kind.
macro_rules! plain_tables {
    (() { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ident) of $value:ident,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {
        /// The plain objects.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub(super) struct PlainTables {
            $(pub(super) $plural: PlainTable<$key, $value>,)*
        }
    };
}

plain_kinds! { plain_tables () }
