//! Nobody has the staff number or the external identifier of another, and a former id leads to who stayed.

use super::external_ids::each_once;
use crate::{
    directory::Snapshot,
    domain::{Error, Person, PersonAlias, PersonId, STAFF_NO_SCHEME, Text},
    registry::refer::unknown_person,
};

/// No other person has the staff number or one of the external identifiers. Returns what is wrong with it.
pub(in crate::registry) fn identity(snapshot: &Snapshot, person: &Person) -> Vec<Error> {
    let mut wrong = Vec::new();
    if let Some(staff_no) = &person.staff_no
        && let Some(other) = snapshot.people_ever_numbered(staff_no).find(|other| other.id() != person.id)
    {
        wrong.push(Error::StaffNoTaken { by: Some(other.id()) });
    }
    wrong.extend(each_once(&person.external_ids).err());
    for id in &person.external_ids {
        // What was a staff number is still nobody else's.
        let number = Some(id).filter(|id| id.scheme.as_str() == STAFF_NO_SCHEME);
        let number = number.and_then(|id| Text::parse(id.value.as_str()).ok());
        let numbered = number.iter().flat_map(|number| snapshot.people_numbered(number));
        let mut known = numbered.chain(snapshot.people_known_by(id));
        if let Some(other) = known.find(|other| other.id() != person.id) {
            wrong.push(Error::ExternalIdTaken { id: id.clone(), by: Some(other.id().0) });
        }
    }
    wrong
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
