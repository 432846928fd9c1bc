//! Nobody has the staff number or the external identifier of another, and a former id leads to who stayed.

use super::external_ids::each_once;
use crate::{
    directory::Snapshot,
    domain::{Error, Person, PersonAlias, PersonId, STAFF_NO_SCHEME, Text},
    registry::refer::unknown_person,
};

/// No other person has the staff number or one of the external identifiers.
pub(in crate::registry) fn identity(snapshot: &Snapshot, person: &Person) -> Result<(), Error> {
    if let Some(staff_no) = &person.staff_no
        && let Some(other) = snapshot.people_ever_numbered(staff_no).find(|other| other.id() != person.id)
    {
        return Err(Error::StaffNoTaken { by: Some(other.id()) });
    }
    each_once(&person.external_ids)?;
    for id in &person.external_ids {
        // What was a staff number is still nobody else's.
        if id.scheme.as_str() == STAFF_NO_SCHEME
            && let Ok(number) = Text::parse(id.value.as_str())
            && let Some(other) = snapshot.people_numbered(&number).find(|other| other.id() != person.id)
        {
            return Err(Error::ExternalIdTaken { id: id.clone(), by: Some(other.id().0) });
        }
        if let Some(other) = snapshot.people_known_by(id).find(|other| other.id() != person.id) {
            return Err(Error::ExternalIdTaken { id: id.clone(), by: Some(other.id().0) });
        }
    }
    Ok(())
}

/// A former id is nobody's id any more, and leads to somebody.
pub(in crate::registry) fn alias(snapshot: &Snapshot, alias: &PersonAlias) -> Result<(), Error> {
    let stayed = alias.facts.person_id;
    if snapshot.person(PersonId(alias.id.0)).is_some() {
        return Err(Error::SelfReference { pointer: "/id".to_owned() });
    }
    if snapshot.person(stayed).is_none() {
        return Err(unknown_person(snapshot, "/person_id", stayed));
    }
    Ok(())
}
