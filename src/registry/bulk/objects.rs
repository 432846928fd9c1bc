//! How objects of each kind are entered with their whole history.

use std::sync::Arc;

use uuid::Uuid;

use super::misfit::LoadFault;
use crate::{
    directory::{Kept, Snapshot},
    domain::{
        AliasId, CallerId, Declared, EXTERNAL_IDS_MAX, Effect, Error, Instant, ORDER_MAX, Object, Org, OrgId,
        OrgVersion, Person, PersonId, Post, PostCode, Revision, Role, RoleId, RoleOrder, SUCCESSORS_MAX, UNITS_MAX,
        VERSION_ACTS_MAX, carry_on, remember_all,
    },
    registry::{
        check, decide,
        plain::{self, PlainKey},
    },
    store::Changes,
};

/// The key by which an object is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Org(OrgId),
    Person(PersonId),
    /// By its place in the catalogue, which is short.
    Post(u32),
    Role(RoleId),
    Caller(CallerId),
    Alias(AliasId),
    Plain(PlainKey),
}

impl Key {
    /// The id of the object; a post has none.
    pub(super) fn id(&self) -> Option<Uuid> {
        match self {
            Self::Org(OrgId(id)) | Self::Person(PersonId(id)) | Self::Role(RoleId(id)) | Self::Caller(CallerId(id)) => {
                Some(*id)
            }
            Self::Alias(AliasId(id)) => Some(*id),
            Self::Post(_) => None,
            Self::Plain(key) => Some(key.id()),
        }
    }
}

/// Why an object is not added to the others.
pub(super) enum Ill {
    Twice(Key),
    LoadFaults(Vec<LoadFault>),
    /// The catalogue has exactly this post.
    Unchanged,
}

/// What other lines name an object by.
pub(super) fn name_of(object: &Object) -> String {
    match object {
        Object::Post(post) => post.code.to_string(),
        Object::Org(org) => org.id.to_string(),
        Object::Person(person) => person.id.to_string(),
        Object::Role(role) => role.id.to_string(),
        Object::ApiKey(key) => key.id.to_string(),
        Object::PersonAlias(alias) => alias.id.to_string(),
        other => PlainKey::of(other).map(|key| key.id().to_string()).unwrap_or_default(),
    }
}

/// What an object has more of than the API allows.
fn excess(object: &Object) -> Vec<LoadFault> {
    let place = |order: i32| if (0..=ORDER_MAX).contains(&order) { 0 } else { usize::MAX };
    let order_max = usize::try_from(ORDER_MAX).unwrap_or(usize::MAX);
    let found: Vec<(&'static str, usize, usize)> = match object {
        Object::Org(org) => {
            let orders = org.versions.iter().map(|version| ("order", place(version.values.order), order_max));
            let units = org.versions.iter().map(|version| ("unit_ids", version.values.unit_ids.len(), UNITS_MAX));
            let ordered = org.versions.iter().map(|version| {
                let order = version.values.role_order.as_ref();
                ("role_order", order.map_or(0, |order| order.standings().len()), RoleOrder::HOLDERS_MAX)
            });
            let declared = org.versions.iter().map(|version| {
                let declared = version.values.declared.as_ref();
                ("declared", declared.map_or(0, Declared::items), Declared::ITEMS_MAX)
            });
            let acts = org.versions.iter().map(|version| ("acts", version.acts.len(), VERSION_ACTS_MAX));
            let facts = [
                ("external_ids", org.facts.external_ids.len(), EXTERNAL_IDS_MAX),
                ("successor_ids", org.facts.successor_ids.len(), SUCCESSORS_MAX),
            ];
            orders.chain(units).chain(ordered).chain(declared).chain(acts).chain(facts).collect()
        }
        Object::Person(person) => vec![("external_ids", person.external_ids.len(), EXTERNAL_IDS_MAX)],
        Object::Post(post) => vec![("rank", place(post.rank), order_max)],
        Object::Role(role) => vec![("order", place(role.facts.order), order_max)],
        _ => Vec::new(),
    };
    let above = found.into_iter().filter(|(_, number, max)| number > max);
    above.map(|(field, _, max)| LoadFault::TooMuch { field, max }).collect()
}

/// The facts of an object about an end that it does not have.
fn no_end(object: &Object) -> Option<LoadFault> {
    let (ends, end_basis, successors) = match object {
        Object::Org(Org { facts, .. }) => (facts.dissolved_on, &facts.end_basis, facts.successor_ids.len()),
        Object::Role(Role { facts, .. }) => (facts.valid_until, &facts.end_basis, 0),
        Object::Person(_) | Object::Post(_) | Object::ApiKey(_) | Object::PersonAlias(_) => return None,
        other => return plain::lacks_end(other).then_some(LoadFault::NoEnd { field: "end_basis" }),
    };
    let field = match (ends, end_basis, successors) {
        (None, Some(_), _) => "end_basis",
        (None, None, 1..) => "successor_ids",
        _ => return None,
    };
    Some(LoadFault::NoEnd { field })
}

/// What is wrong with an object, whatever else there is.
pub(super) fn by_itself(object: &Object) -> Vec<LoadFault> {
    excess(object).into_iter().chain(no_end(object)).collect()
}

/// Puts an object as the log entry at `place` would, even if it has faults that leave room for looking at others.
pub(super) fn put(
    whole: &mut Snapshot,
    object: Object,
    (revision, updated_at): (Revision, Instant),
    posts: &mut Vec<PostCode>,
) -> Result<Key, Ill> {
    let mut faults = Vec::new();
    let nil_id = match &object {
        Object::Org(org) => org.id.0.is_nil(),
        Object::Person(person) => person.id.0.is_nil(),
        Object::Post(_) => false,
        Object::Role(role) => role.id.0.is_nil(),
        Object::ApiKey(key) => key.id.0.is_nil(),
        Object::PersonAlias(alias) => alias.id.0.is_nil(),
        other => PlainKey::of(other).is_some_and(|key| key.id().is_nil()),
    };
    faults.extend(nil_id.then_some(LoadFault::NilId));
    if let Object::Org(org) = &object {
        let rising = org.versions.windows(2).all(|pair| matches!(pair, [a, b] if a.valid_from < b.valid_from));
        faults.extend((org.versions.is_empty() || !rising).then_some(LoadFault::Versions));
    }
    if !faults.is_empty() {
        return Err(Ill::LoadFaults(faults));
    }
    let once = |there: bool, key: Key| if there { Err(Ill::Twice(key)) } else { Ok(key) };
    match object {
        Object::Org(org) => {
            let key = once(whole.org(org.id).is_some(), Key::Org(org.id))?;
            let mut org = Org { revision, updated_at, ..org };
            remember_all(&mut org.versions);
            let mut carried = org.versions.clone();
            carry_on(&mut carried);
            if carried != org.versions {
                return Err(Ill::LoadFaults(vec![LoadFault::Carried]));
            }
            org.versions.iter_mut().for_each(|version| ascribe(version, revision));
            whole.put_org(org);
            Ok(key)
        }
        Object::Person(person) => {
            let key = once(whole.person(person.id).is_some(), Key::Person(person.id))?;
            whole.put_person(Person { revision, updated_at, ..person });
            Ok(key)
        }
        Object::Post(post) => {
            let before = posts.iter().position(|code| *code == post.code);
            let place = u32::try_from(before.unwrap_or(posts.len())).unwrap_or(u32::MAX);
            let key = once(before.is_some(), Key::Post(place))?;
            posts.push(post.code.clone());
            if let Some(known) = whole.post(&post.code)
                && *known == (Post { revision: known.revision, updated_at: known.updated_at, ..post.clone() })
            {
                return Err(Ill::Unchanged);
            }
            whole.put_post(Post { revision, updated_at, ..post });
            Ok(key)
        }
        Object::Role(role) => {
            let key = once(whole.role(role.id).is_some(), Key::Role(role.id))?;
            whole.put_role(Role { revision, updated_at, ..role });
            Ok(key)
        }
        Object::ApiKey(key) => {
            let found = once(whole.api_key(key.id).is_some(), Key::Caller(key.id))?;
            whole.put(Object::ApiKey(key).placed(revision, updated_at));
            Ok(found)
        }
        Object::PersonAlias(alias) => {
            let found = once(whole.alias(alias.id).is_some(), Key::Alias(alias.id))?;
            whole.put(Object::PersonAlias(alias).placed(revision, updated_at));
            Ok(found)
        }
        other => {
            let key = PlainKey::of(&other).ok_or(Ill::Unchanged)?;
            let key = once(key.is_in(whole), Key::Plain(key))?;
            whole.put(other.placed(revision, updated_at));
            Ok(key)
        }
    }
}

/// Deletes a post of the catalogue that no line has.
pub(super) fn delete_post(
    whole: &mut Snapshot,
    code: PostCode,
    revision: Revision,
    at: Instant,
    posts: &mut Vec<PostCode>,
) -> Key {
    code.set(whole, None, revision, at);
    posts.push(code);
    Key::Post(u32::try_from(posts.len() - 1).unwrap_or(u32::MAX))
}

/// The entry to which acts are ascribed that declared lists before the directory was loaded: none of its log.
const BEFORE_THE_LOG: Revision = 0;

/// Ascribes the acts of a version to the entry that enters it. Those that declared lists in it are kept apart, since
/// they are taken back together.
fn ascribe(version: &mut OrgVersion, revision: Revision) {
    for act in &mut version.acts {
        act.revision = if act.revision > 0 { BEFORE_THE_LOG } else { revision };
    }
    if version.values.declared.as_ref().is_some_and(|declared| !declared.acts.is_empty())
        && let Some(declared) = &mut Arc::make_mut(&mut version.values).declared
    {
        declared.acts = vec![BEFORE_THE_LOG];
    }
}

/// Checks every rule for this object, except the number of holders of a post.
pub(super) fn alone(whole: &Snapshot, key: &Key, posts: &[PostCode]) -> Vec<Error> {
    let found = match key {
        Key::Org(id) => return whole.org(*id).map_or_else(Vec::new, |org| check::org_whole(whole, org)),
        Key::Role(id) => return whole.role(*id).map_or_else(Vec::new, |role| check::role_whole(whole, &role)),
        Key::Person(id) => {
            let person = whole.person(*id).map(|person| person.person());
            return person.map_or_else(Vec::new, |person| check::identity(whole, &person));
        }
        Key::Post(place) => {
            let post = posts.get(*place as usize).and_then(|code| whole.post(code));
            post.map_or(Ok(()), |post| decide::posts::once_each(&post.kinds))
        }
        Key::Caller(id) => {
            whole.api_key(*id).map_or(Ok(()), |key| decide::keys::names_what_is_there(whole, &key.facts))
        }
        Key::Alias(id) => whole.alias(*id).map_or(Ok(()), |alias| check::alias(whole, alias)),
        Key::Plain(key) => return key.wrong(whole),
    };
    found.err().into_iter().collect()
}

/// The effects that enter an object, and the rows after them.
pub(super) fn take(
    before: &Snapshot,
    whole: &Snapshot,
    key: &Key,
    posts: &[PostCode],
    effects: &mut Vec<Effect>,
    changes: &mut Changes,
) {
    match key {
        Key::Org(id) => {
            let Some(org) = whole.org(*id) else { return };
            effects.push(Effect::Org { id: *id, before: None, after: Some(org.facts.clone()) });
            for version in &org.versions {
                let (valid_from, after) = (version.valid_from, Some(version.clone()));
                effects.push(Effect::OrgVersion { id: *id, valid_from, before: None, after });
                changes.versions.put.push((*id, version.clone()));
            }
            changes.orgs.put.push(org.clone());
        }
        Key::Person(id) => {
            let Some(person) = whole.person(*id) else { return };
            effects.push(Effect::Person { id: *id, before: None, after: Some(Arc::new(person.person())) });
            changes.people.put.push(person.person());
        }
        Key::Post(place) => {
            let Some(code) = posts.get(*place as usize) else { return };
            let (before, after) = (before.post(code).cloned(), whole.post(code).cloned());
            effects.push(Effect::Post { code: code.clone(), before, after: after.clone() });
            match after {
                Some(post) => changes.posts.put.push(post),
                None => changes.posts.gone.push(code.clone()),
            }
        }
        Key::Role(id) => {
            let Some(role) = whole.role(*id) else { return };
            effects.push(Effect::Role { id: *id, before: None, after: Some(role.facts()) });
            changes.roles.put.push(role.role());
        }
        Key::Caller(id) => {
            let Some(key) = whole.api_key(*id) else { return };
            effects.push(Effect::ApiKey { id: *id, before: None, after: Some(key.facts.clone()) });
            changes.api_keys.put.push(key.clone());
        }
        Key::Alias(id) => {
            let Some(alias) = whole.alias(*id) else { return };
            effects.push(Effect::PersonAlias { id: *id, before: None, after: Some(alias.facts.clone()) });
            changes.aliases.put.push(alias.clone());
        }
        Key::Plain(key) => key.take(whole, effects, changes),
    }
}
