//! People.

use std::{collections::BTreeSet, sync::Arc};

use super::{Circumstances, Verdict};
use crate::{
    directory::{PersonRow, Snapshot},
    domain::{
        AliasId, Blocker, BlockerKind, Error, Holder, ObjectKey, OrgId, OrgValues, Person, PersonAliasFacts, PersonId,
        PersonPatch, RoleFacts, RoleId, Subject, former_staff_no,
    },
    registry::{
        check::keys_that,
        draft::Draft,
        refer::unknown_person,
        requests::{CreatePerson, PatchPerson},
    },
};

pub(super) fn create(draft: &mut Draft, create: &CreatePerson, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let id = PersonId((with.new_id)());
    let mut person = Person::new(create, id, draft.revision(), with.now);
    each_former_name_once(&mut person);
    draft.put(id, Some(Arc::new(person)));
    Ok(ObjectKey::Person(id).into())
}

pub(super) fn patch(draft: &mut Draft, id: PersonId, patch: &PatchPerson) -> Result<Verdict, Error> {
    let mut person = find(draft.snapshot(), id)?.person();
    unerased(&person)?;
    let before = person.name.clone();
    person = PersonPatch::from(patch).applied_to(&person);
    each_former_name_once(&mut person);
    // Whoever says what the former names are corrects a name, and does not change it.
    if !patch.former_names.is_given() {
        remember(&mut person, before);
    }
    draft.put(id, Some(Arc::new(person)));
    Ok(ObjectKey::Person(id).into())
}

/// A name that the person has, or takes again, is not a former name; and each is one once.
fn each_former_name_once(person: &mut Person) {
    for former in std::mem::take(&mut person.former_names) {
        remember(person, former);
    }
}

/// Keeps a former name of the person, once.
fn remember(person: &mut Person, former: crate::domain::Name) {
    if former != person.name && !person.former_names.contains(&former) {
        person.former_names.push(former);
    }
}

pub(super) fn delete(draft: &mut Draft, id: PersonId) -> Result<Verdict, Error> {
    find(draft.snapshot(), id)?;
    let held = draft.snapshot().roles_held(&Holder::Person(id));
    let held =
        held.map(|role| Blocker { kind: BlockerKind::RoleHeld, id: role.id().0, valid_from: role.period().from() });
    unused(held.chain(keys_of(draft.snapshot(), id)).collect())?;
    forget_former_ids(draft, id);
    draft.put(id, None);
    Ok(ObjectKey::Person(id).into())
}

/// The API keys of a person. They would lose what they allow.
fn keys_of(snapshot: &Snapshot, person: PersonId) -> impl Iterator<Item = Blocker> {
    keys_that(snapshot, BlockerKind::KeyOf, move |key| key.facts.person_id == Some(person))
}

fn unused(blockers: Vec<Blocker>) -> Result<(), Error> {
    if blockers.is_empty() { Ok(()) } else { Err(Error::InUse { blockers, hidden: 0 }) }
}

/// Removes everything personal. The roles remain.
pub(super) fn erase(draft: &mut Draft, id: PersonId) -> Result<Verdict, Error> {
    let person = find(draft.snapshot(), id)?.person();
    unerased(&person)?;
    forget_former_ids(draft, id);
    draft.put(id, Some(Arc::new(person.erased())));
    Ok(Verdict { forgets: Some(id), ..Verdict::from(ObjectKey::Person(id)) })
}

/// The former ids of a person, which lead nowhere any more.
fn forget_former_ids(draft: &mut Draft, id: PersonId) {
    let former: Vec<AliasId> = draft.snapshot().aliases_of(id).collect();
    for alias in former {
        draft.put(alias, None);
    }
}

fn unerased(person: &Person) -> Result<(), Error> {
    if person.erased { Err(Error::PersonErased { person: person.id }) } else { Ok(()) }
}

/// Merges two entries of one person: `id` gets the roles of `duplicate`, and its values where `id` has none. Names,
/// staff numbers and identifiers are kept even where they differ. The id of the duplicate leads to `id`.
pub(super) fn merge(draft: &mut Draft, id: PersonId, duplicate: PersonId) -> Result<Verdict, Error> {
    let mut person = find(draft.snapshot(), id)?.person();
    unerased(&person)?;
    if id == duplicate {
        return Err(Error::SelfReference { pointer: "/duplicate_id".to_owned() });
    }
    let other = draft.snapshot().person(duplicate).map(|other| other.person());
    let other = other.ok_or_else(|| unknown_person(draft.snapshot(), "/duplicate_id", duplicate))?;
    unused(keys_of(draft.snapshot(), duplicate).collect())?;
    let roles: Vec<(RoleId, RoleFacts)> =
        draft.snapshot().roles_held(&Holder::Person(duplicate)).map(|role| (role.id(), role.facts())).collect();
    for (role, facts) in roles {
        draft.put(role, Some(RoleFacts { holder: Holder::Person(id), ..facts }));
    }
    put_in_lists(draft, &Holder::Person(duplicate), &Holder::Person(id));
    draft.put(duplicate, None);
    let former: Vec<AliasId> = draft.snapshot().aliases_of(duplicate).collect();
    for alias in former.into_iter().chain([AliasId(duplicate.0)]) {
        draft.put(alias, Some(PersonAliasFacts { person_id: id }));
    }
    let Person {
        id: _,
        name,
        name_en,
        former_names,
        staff_no,
        email,
        phone,
        external_ids,
        erased: _,
        revision: _,
        updated_at: _,
    } = other;
    for former in former_names.into_iter().chain([name]) {
        remember(&mut person, former);
    }
    person.name_en = person.name_en.or(name_en);
    // A person has one staff number. Another one is kept as an external identifier, by which it is still found.
    let (staff_no, former) = match (person.staff_no, staff_no) {
        (Some(own), Some(other)) if own.folded() != other.folded() => (Some(own), former_staff_no(&other)),
        (own, other) => (own.or(other), None),
    };
    person.staff_no = staff_no;
    person.email = person.email.or(email);
    person.phone = person.phone.or(phone);
    for id in external_ids.into_iter().chain(former) {
        if !person.external_ids.contains(&id) {
            person.external_ids.push(id);
        }
    }
    draft.put(id, Some(Arc::new(person)));
    Ok(ObjectKey::Person(id).into())
}

/// Puts a holder in the place of another in the declared lists and orders of every org in which it holds something.
fn put_in_lists(draft: &mut Draft, old: &Holder, new: &Holder) {
    let orgs: BTreeSet<OrgId> = draft.snapshot().roles_held(new).map(|role| role.org_id()).collect();
    for id in orgs {
        let Some(mut versions) = draft.snapshot().org(id).map(|org| org.versions.clone()) else { continue };
        for version in &mut versions {
            let OrgValues { role_order, declared, .. } = version.values.as_ref();
            let (order, list) = (
                role_order.as_ref().map(|order| order.with_instead(old, new)),
                declared.as_ref().map(|declared| declared.with_instead(old, new)),
            );
            if order != *role_order || list != *declared {
                let values = Arc::make_mut(&mut version.values);
                (values.role_order, values.declared) = (order, list);
            }
        }
        draft.put_versions(id, &versions);
    }
}

pub(super) fn find(snapshot: &Snapshot, id: PersonId) -> Result<PersonRow<'_>, Error> {
    snapshot.person(id).ok_or_else(|| match snapshot.merged_into(id) {
        Some(into) => Error::Merged { person: id, into },
        None => Error::NotFound { what: Subject::Person, id: id.to_string() },
    })
}
