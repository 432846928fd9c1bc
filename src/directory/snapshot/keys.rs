//! What a snapshot has under the key of each kind of row.

use std::sync::Arc;

use super::{Snapshot, plain::PlainTable};
use crate::domain::{
    kinds::{kinds, plain_kinds},
    *,
};

/// The key of a kind of row that a snapshot has.
pub trait Kept: Key {
    /// What effects say of the row, if it is there.
    fn value(&self, snapshot: &Snapshot) -> Option<Self::Value>;

    /// The row, if it is there.
    fn row(&self, snapshot: &Snapshot) -> Option<Self::Row>;

    /// Makes `value` what is said of the row, as the entry `revision` does. `None`: the row is gone.
    fn set(&self, snapshot: &mut Snapshot, value: Option<&Self::Value>, revision: Revision, at: Instant);
}

/// The key of a kind of object.
pub trait KeptObject: Kept {
    /// The keys of all objects of the kind, in no order.
    fn all(snapshot: &Snapshot) -> impl Iterator<Item = Self>;

    /// The last entry that changed the object, if it is there.
    fn revision(&self, snapshot: &Snapshot) -> Option<Revision>;

    /// Puts an object with its own revision.
    fn put(snapshot: &mut Snapshot, object: Self::Row);
}

impl Kept for OrgId {
    fn value(&self, snapshot: &Snapshot) -> Option<OrgFacts> {
        snapshot.org(*self).map(|org| org.facts.clone())
    }

    fn row(&self, snapshot: &Snapshot) -> Option<Org> {
        snapshot.org(*self).cloned()
    }

    /// When an org is established, its facts come before its versions.
    fn set(&self, snapshot: &mut Snapshot, value: Option<&OrgFacts>, revision: Revision, at: Instant) {
        let Some(facts) = value else { return snapshot.set_org(*self, None, revision) };
        let versions = snapshot.org(*self).map(|org| org.versions.clone()).unwrap_or_default();
        snapshot.put_org(Org { id: *self, facts: facts.clone(), versions, revision, updated_at: at });
    }
}

impl KeptObject for OrgId {
    fn all(snapshot: &Snapshot) -> impl Iterator<Item = Self> {
        snapshot.every_org().map(|slot| slot.id)
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.org(*self).map(|org| org.revision)
    }

    fn put(snapshot: &mut Snapshot, org: Org) {
        snapshot.put_org(org);
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

    fn set(&self, snapshot: &mut Snapshot, value: Option<&Arc<Person>>, revision: Revision, at: Instant) {
        match value {
            Some(person) => {
                snapshot.put_person(Person { revision, updated_at: at, ..Person::clone(person) });
                if person.erased {
                    snapshot.erasures.note(revision, *self);
                }
            }
            None => {
                snapshot.take_person(*self, revision);
                snapshot.erasures.note(revision, *self);
            }
        }
    }
}

impl KeptObject for PersonId {
    fn all(snapshot: &Snapshot) -> impl Iterator<Item = Self> {
        snapshot.everybody().map(|person| person.id())
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.person(*self).map(|person| person.revision())
    }

    fn put(snapshot: &mut Snapshot, person: Person) {
        snapshot.put_person(person);
    }
}

impl Kept for PostCode {
    fn value(&self, snapshot: &Snapshot) -> Option<Post> {
        snapshot.post(self).cloned()
    }

    fn row(&self, snapshot: &Snapshot) -> Option<Post> {
        snapshot.post(self).cloned()
    }

    fn set(&self, snapshot: &mut Snapshot, value: Option<&Post>, revision: Revision, at: Instant) {
        match value {
            Some(post) => snapshot.put_post(Post { revision, updated_at: at, ..post.clone() }),
            None => snapshot.set_post(self, None, revision),
        }
    }
}

impl KeptObject for PostCode {
    fn all(snapshot: &Snapshot) -> impl Iterator<Item = Self> {
        snapshot.posts().map(|post| post.code.clone())
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.post(self).map(|post| post.revision)
    }

    fn put(snapshot: &mut Snapshot, post: Post) {
        snapshot.put_post(post);
    }
}

impl Kept for RoleId {
    fn value(&self, snapshot: &Snapshot) -> Option<RoleFacts> {
        snapshot.role(*self).map(|role| role.facts())
    }

    fn row(&self, snapshot: &Snapshot) -> Option<Role> {
        snapshot.role(*self).map(|role| role.role())
    }

    fn set(&self, snapshot: &mut Snapshot, value: Option<&RoleFacts>, revision: Revision, at: Instant) {
        match value {
            Some(facts) => snapshot.put_role(Role { id: *self, facts: facts.clone(), revision, updated_at: at }),
            None => snapshot.take_role(*self, revision),
        }
    }
}

impl KeptObject for RoleId {
    fn all(snapshot: &Snapshot) -> impl Iterator<Item = Self> {
        snapshot.every_role().map(|role| role.id())
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.role(*self).map(|role| role.revision())
    }

    fn put(snapshot: &mut Snapshot, role: Role) {
        snapshot.put_role(role);
    }
}

impl Kept for CallerId {
    fn value(&self, snapshot: &Snapshot) -> Option<ApiKeyFacts> {
        snapshot.api_key(*self).map(|key| key.facts.clone())
    }

    fn row(&self, snapshot: &Snapshot) -> Option<ApiKey> {
        snapshot.api_key(*self).cloned()
    }

    fn set(&self, snapshot: &mut Snapshot, value: Option<&ApiKeyFacts>, revision: Revision, at: Instant) {
        let place = |facts: &ApiKeyFacts| ApiKey { id: *self, facts: facts.clone(), revision, updated_at: at };
        snapshot.set_api_key(*self, value.map(place), revision);
    }
}

impl KeptObject for CallerId {
    fn all(snapshot: &Snapshot) -> impl Iterator<Item = Self> {
        snapshot.api_keys().map(|key| key.id)
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.api_key(*self).map(|key| key.revision)
    }

    fn put(snapshot: &mut Snapshot, key: ApiKey) {
        let revision = key.revision;
        snapshot.set_api_key(key.id, Some(key), revision);
    }
}

impl Kept for AliasId {
    fn value(&self, snapshot: &Snapshot) -> Option<PersonAliasFacts> {
        snapshot.alias(*self).map(|alias| alias.facts.clone())
    }

    fn row(&self, snapshot: &Snapshot) -> Option<PersonAlias> {
        snapshot.alias(*self).cloned()
    }

    fn set(&self, snapshot: &mut Snapshot, value: Option<&PersonAliasFacts>, revision: Revision, at: Instant) {
        match value {
            Some(facts) => {
                Self::put(snapshot, PersonAlias { id: *self, facts: facts.clone(), revision, updated_at: at });
            }
            None => {
                snapshot.aliases.remove(self);
            }
        }
    }
}

impl KeptObject for AliasId {
    fn all(snapshot: &Snapshot) -> impl Iterator<Item = Self> {
        snapshot.aliases().map(|alias| alias.id)
    }

    fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
        snapshot.alias(*self).map(|alias| alias.revision)
    }

    fn put(snapshot: &mut Snapshot, alias: PersonAlias) {
        snapshot.aliases.insert(alias.id, alias);
    }
}

/// A kind of plain objects, with the table in which a snapshot keeps them.
pub trait PlainKind: PlainId + Kept {
    /// The table.
    fn table(snapshot: &Snapshot) -> &PlainTable<Self, Self::Facts>;

    /// The table, to be changed.
    fn table_mut(snapshot: &mut Snapshot) -> &mut PlainTable<Self, Self::Facts>;
}

/// Door: plain objects stand in their tables.
macro_rules! plain_objects {
    (() { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {$(
        impl Kept for $key {
            fn value(&self, snapshot: &Snapshot) -> Option<$value> {
                snapshot.plain(*self).map(|object| object.facts.clone())
            }

            fn row(&self, snapshot: &Snapshot) -> Option<$kind> {
                snapshot.plain(*self).cloned()
            }

            fn set(&self, snapshot: &mut Snapshot, value: Option<&$value>, revision: Revision, at: Instant) {
                let place = |facts| $kind { id: *self, facts, revision, updated_at: at };
                snapshot.set_plain(*self, value.cloned().map(place));
            }
        }

        impl PlainKind for $key {
            fn table(snapshot: &Snapshot) -> &PlainTable<$key, $value> {
                &snapshot.plain.$plural
            }

            fn table_mut(snapshot: &mut Snapshot) -> &mut PlainTable<$key, $value> {
                &mut snapshot.plain.$plural
            }
        }

        impl KeptObject for $key {
            fn all(snapshot: &Snapshot) -> impl Iterator<Item = Self> {
                snapshot.every::<$key>().map(|object| object.id)
            }

            fn revision(&self, snapshot: &Snapshot) -> Option<Revision> {
                snapshot.plain(*self).map(|object| object.revision)
            }

            fn put(snapshot: &mut Snapshot, object: $kind) {
                snapshot.set_plain(object.id, Some(object));
            }
        }
    )*};
}

plain_kinds! { plain_objects () }

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
            /// Puts an object with its own revision.
            pub fn put(&mut self, object: Object) {
                match object {
                    $($(Object::$kind(object) => <$key>::put(self, object),)*)*
                }
            }

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
            /// Whether a row is as an effect has left it.
            fn has_row(&self, effect: &Effect) -> bool {
                match effect {
                    $($(Effect::$kind { $id, $($day,)? after, .. } => {
                        any!(@key $id $(, $day)?).value(self) == *after
                    })*)*
                }
            }

            /// Whether all rows are as these effects have left them. People have no values in effects.
            pub fn is_left_by(&self, effects: &[LoggedEffect]) -> bool {
                effects.iter().all(|effect| {
                    matches!(effect, LoggedEffect::Person { .. }) || self.has_row(&effect.clone().with(|_, _| [None, None]))
                })
            }

            /// Applies the effect of the entry `revision` on one row.
            pub fn apply(&mut self, effect: &Effect, revision: Revision, recorded_at: Instant) {
                self.chain.rows.count(effect);
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

/// Plain objects.
impl Snapshot {
    /// The plain object with that id, on whatever days it holds.
    pub fn plain<K: PlainKind>(&self, id: K) -> Option<&Plain<K, K::Facts>> {
        K::table(self).get(id)
    }

    /// Every plain object of a kind, by id.
    pub fn every<K: PlainKind>(&self) -> impl Iterator<Item = &Plain<K, K::Facts>> {
        K::table(self).iter()
    }

    /// The plain objects of a kind that name an org in that way, past, present and future, by id.
    pub fn plain_naming<K: PlainKind>(
        &self,
        org: OrgId,
        how: BlockerKind,
    ) -> impl Iterator<Item = &Plain<K, K::Facts>> {
        K::table(self).naming(org, how)
    }

    /// The plain objects of a kind that name an org in any way, with how they do.
    pub fn plain_of<K: PlainKind>(&self, org: OrgId) -> impl Iterator<Item = (BlockerKind, &Plain<K, K::Facts>)> {
        K::table(self).of(org)
    }

    pub(super) fn set_plain<K: PlainKind>(&mut self, id: K, object: Option<Plain<K, K::Facts>>) {
        K::table_mut(self).set(id, object);
    }
}
