//! All objects one after another, in the same order whatever has happened to the directory, without a list of all.

use std::collections::BinaryHeap;

use super::{Kept, KeptObject, Snapshot};
use crate::domain::{kinds::kinds, *};

/// Door: all kinds of objects. Orgs and people come first, since the others name them.
macro_rules! all {
    (() org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt) => {
        all! { @impl [$org $people $objects $plain] }
    };
    (@impl [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        impl Snapshot {
            /// The keys of the objects that come next after `last`: kind by kind, and those of a kind in the order of
            /// their keys. At most `keys_max`, all of one kind; none after the last object.
            pub fn keys_after(&self, last: Option<&ObjectKey>, keys_max: usize) -> Vec<ObjectKey> {
                let mut is_reached = last.is_none();
                $($(
                    let after = if let Some(ObjectKey::$kind(key)) = last { Some(key) } else { None };
                    is_reached |= after.is_some();
                    if is_reached {
                        let next = first_after(<$key>::all(self), after, keys_max);
                        if !next.is_empty() {
                            return next.into_iter().map(ObjectKey::$kind).collect();
                        }
                    }
                )*)*
                Vec::new()
            }

            /// The object with that key, if it is there.
            pub fn object(&self, key: &ObjectKey) -> Option<Object> {
                match key {
                    $($(ObjectKey::$kind(key) => key.row(self).map(Object::$kind),)*)*
                }
            }

            /// The kinds of objects, in the order of [`Self::keys_after`], and how many objects of each there are.
            pub fn numbers(&self) -> impl Iterator<Item = (&'static str, usize)> {
                [$($((stringify!($table), <$key>::all(self).count()),)*)*].into_iter()
            }
        }
    };
}

kinds! { all () }

/// The smallest keys that are larger than `last`, at most `keys_max`, in order.
fn first_after<K: Ord>(keys: impl Iterator<Item = K>, last: Option<&K>, keys_max: usize) -> Vec<K> {
    let mut found = BinaryHeap::new();
    for key in keys.filter(|key| last.is_none_or(|last| key > last)) {
        if found.len() < keys_max {
            found.push(key);
        } else if let Some(mut largest) = found.peek_mut()
            && key < *largest
        {
            *largest = key;
        }
    }
    found.into_sorted_vec()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(number: u128) -> Person {
        Person {
            id: PersonId(Uuid::from_u128(number)),
            name: Name::parse("测试").expect("a name"),
            name_en: None,
            former_names: Vec::new(),
            staff_no: None,
            email: None,
            phone: None,
            external_ids: Vec::new(),
            erased: false,
            revision: 1,
            updated_at: Instant::default(),
        }
    }

    #[test]
    fn all_come_once_and_in_order_however_many_at_a_time() {
        let mut snapshot = Snapshot::empty(chrono_tz::Asia::Shanghai, Instant::default());
        // Not in the order of their ids, and one row is used twice.
        for number in [7, 3, 9, 1, 8, 2, 6] {
            snapshot.put_person(person(number));
        }
        snapshot.take_person(PersonId(Uuid::from_u128(9)), 2);
        snapshot.put_person(person(4));
        let facts = PersonAliasFacts { person_id: PersonId(Uuid::from_u128(1)) };
        let alias = PersonAlias { id: AliasId(Uuid::from_u128(5)), facts, revision: 1, updated_at: Instant::default() };
        snapshot.put(Object::PersonAlias(alias));
        for keys_max in 1..9 {
            let mut keys: Vec<ObjectKey> = Vec::new();
            loop {
                let next = snapshot.keys_after(keys.last(), keys_max);
                if next.is_empty() {
                    break;
                }
                assert!(next.len() <= keys_max);
                keys.extend(next);
            }
            let ids = |number| Uuid::from_u128(number).to_string();
            let found: Vec<String> = keys.iter().map(ObjectKey::id).collect();
            assert_eq!(found, [1, 2, 3, 4, 6, 7, 8, 5].map(ids), "{keys_max}");
            assert!(keys.iter().all(|key| snapshot.object(key).is_some()));
        }
        let numbers: Vec<_> = snapshot.numbers().filter(|(_, number)| *number > 0).collect();
        assert_eq!(numbers, [("person", 7), ("person_alias", 1)]);
    }
}
