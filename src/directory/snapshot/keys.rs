//! What a snapshot has under the key of each kind of row.

use std::sync::Arc;

use super::Snapshot;
use crate::domain::{
    Day, Effect, Instant, Key, Object, ObjectKey, Org, OrgFacts, OrgId, OrgVersion, Person, PersonId, Post, PostCode,
    Revision, Role, RoleFacts, RoleId, Supervision, SupervisionFacts, SupervisionId, kinds::kinds,
};

/// The key of a kind of row that a snapshot has.
pub trait Kept: Key {
    /// What effects say of the row, if it is there.
    fn value(&self, snapshot: &Snapshot) -> Option<Self::Value>;

    /// The row, if it is there.
    fn row(&self, snapshot: &Snapshot) -> Option<Self::Row>;

    /// The last entry that changed the object, if it is there.
    fn revision(&self, snapshot: &Snapshot) -> Option<Revision>;

    /// Makes `value` what is said of the row, as the entry `revision` does. `None`: the row is gone.
    fn set(&self, snapshot: &mut Snapshot, value: Option<&Self::Value>, revision: Revision, at: Instant);
}

impl Kept for OrgId {
    fn value(&self, snapshot: &Snapshot) -> Option<OrgFacts> {
        snapshot.org(*self).map(|org| org.facts.clone())
    }

    fn row(&self, snapshot: &Snapshot) -> Option<Org> {
        snapshot.org(*self).cloned()
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.org(*self).map(|org| org.revision)
    }

    /// When an org is established, its facts come before its versions.
    fn set(&self, snapshot: &mut Snapshot, value: Option<&OrgFacts>, revision: Revision, at: Instant) {
        let Some(facts) = value else { return snapshot.set_org(*self, None, revision) };
        let versions = snapshot.org(*self).map(|org| org.versions.clone()).unwrap_or_default();
        snapshot.put_org(Org { id: *self, facts: facts.clone(), versions, revision, updated_at: at });
    }
}

impl Kept for (OrgId, Day) {
    fn value(&self, snapshot: &Snapshot) -> Option<OrgVersion> {
        let (id, day) = *self;
        snapshot.org(id)?.versions.iter().find(|version| version.valid_from == day).cloned()
    }

    fn row(&self, snapshot: &Snapshot) -> Option<(OrgId, OrgVersion)> {
        self.value(snapshot).map(|version| (self.0, version))
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        self.0.revision(snapshot)
    }

    fn set(&self, snapshot: &mut Snapshot, value: Option<&OrgVersion>, revision: Revision, at: Instant) {
        let (id, day) = *self;
        let Some(mut org) = snapshot.org(id).cloned() else { return };
        let place = org.versions.binary_search_by_key(&day, |version| version.valid_from);
        match (place, value) {
            (Ok(at), Some(version)) => {
                if let Some(slot) = org.versions.get_mut(at) {
                    *slot = version.clone();
                }
            }
            (Err(at), Some(version)) => org.versions.insert(at, version.clone()),
            (Ok(at), None) => drop(org.versions.remove(at)),
            (Err(_), None) => {}
        }
        snapshot.put_org(Org { revision, updated_at: at, ..org });
    }
}

impl Kept for PersonId {
    fn value(&self, snapshot: &Snapshot) -> Option<Arc<Person>> {
        self.row(snapshot).map(Arc::new)
    }

    fn row(&self, snapshot: &Snapshot) -> Option<Person> {
        snapshot.person(*self).map(|person| person.person())
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.person(*self).map(|person| person.revision())
    }

    fn set(&self, snapshot: &mut Snapshot, value: Option<&Arc<Person>>, revision: Revision, at: Instant) {
        match value {
            Some(person) => snapshot.put_person(Person { revision, updated_at: at, ..Person::clone(person) }),
            None => {
                snapshot.take_person(*self, revision);
                snapshot.erasures.note(revision, *self);
            }
        }
    }
}

impl Kept for PostCode {
    fn value(&self, snapshot: &Snapshot) -> Option<Post> {
        snapshot.post(self).cloned()
    }

    fn row(&self, snapshot: &Snapshot) -> Option<Post> {
        snapshot.post(self).cloned()
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.post(self).map(|post| post.revision)
    }

    fn set(&self, snapshot: &mut Snapshot, value: Option<&Post>, revision: Revision, at: Instant) {
        match value {
            Some(post) => snapshot.put_post(Post { revision, updated_at: at, ..post.clone() }),
            None => snapshot.set_post(self, None, revision),
        }
    }
}

impl Kept for RoleId {
    fn value(&self, snapshot: &Snapshot) -> Option<RoleFacts> {
        snapshot.role(*self).map(|role| role.facts())
    }

    fn row(&self, snapshot: &Snapshot) -> Option<Role> {
        snapshot.role(*self).map(|role| role.role())
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.role(*self).map(|role| role.revision())
    }

    fn set(&self, snapshot: &mut Snapshot, value: Option<&RoleFacts>, revision: Revision, at: Instant) {
        match value {
            Some(facts) => snapshot.put_role(Role { id: *self, facts: facts.clone(), revision, updated_at: at }),
            None => snapshot.take_role(*self, revision),
        }
    }
}

/// Door: plain objects stand in tables of their own.
macro_rules! plain_objects {
    (
        () org $org:tt version $version:tt objects $objects:tt
        plain { $(
            $(#[doc = $doc:literal])+
            $kind:ident($id:ident: $key:ty) of $value:ty,
                $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
        )* }
        people $people:tt
    ) => {$(
        impl Kept for $key {
            fn value(&self, snapshot: &Snapshot) -> Option<$value> {
                snapshot.$table(*self).map(|object| object.facts.clone())
            }

            fn row(&self, snapshot: &Snapshot) -> Option<$kind> {
                snapshot.$table(*self).cloned()
            }

            fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
                snapshot.$table(*self).map(|object| object.revision)
            }

            fn set(&self, snapshot: &mut Snapshot, value: Option<&$value>, revision: Revision, at: Instant) {
                let object =
                    value.map(|facts| $kind { id: *self, facts: facts.clone(), revision, updated_at: at });
                snapshot.set_supervision(*self, object);
            }
        }
    )*};
}

kinds! { plain_objects () }

/// Door: effects and objects of whatever kind.
macro_rules! any {
    (() org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt) => {
        any! { @objects [$org $objects $plain $people] }
        any! { @effects [$org $version $objects $plain $people] }
    };
    (@objects [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        impl Snapshot {
            /// The last entry that changed an object, if it is there.
            pub fn revision_of(&self, object: &ObjectKey) -> Option<Revision> {
                match object {
                    $($(ObjectKey::$kind(key) => key.revision(self),)*)*
                }
            }
        }
    };
    (@effects [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty $(, $day:ident: $day_type:ty)?) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        impl Snapshot {
            /// Applies the effect of the entry `revision` on one row.
            pub fn apply(&mut self, effect: &Effect, revision: Revision, recorded_at: Instant) {
                match effect {
                    $($(Effect::$kind { $id, $($day,)? after, .. } => {
                        any!(@key $id $(, $day)?).set(self, after.as_ref(), revision, recorded_at);
                    })*)*
                }
            }
        }
    };
    (@key $id:ident) => { $id };
    (@key $id:ident, $day:ident) => { (*$id, *$day) };
}

kinds! { any () }

impl Snapshot {
    /// Puts an object with its own revision.
    pub fn put(&mut self, object: Object) {
        match object {
            Object::Org(org) => self.put_org(org),
            Object::Person(person) => self.put_person(person),
            Object::Post(post) => self.put_post(post),
            Object::Role(role) => self.put_role(role),
            Object::Supervision(supervision) => self.put_supervision(supervision),
        }
    }
}
