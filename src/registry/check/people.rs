//! Nobody has the staff number or the external identifier of another.

use super::external_ids::each_once;
use crate::{
    directory::Snapshot,
    domain::{Error, Person},
};

/// No other person has the staff number or one of the external identifiers.
pub(in crate::registry) fn identity(snapshot: &Snapshot, person: &Person) -> Result<(), Error> {
    if let Some(staff_no) = &person.staff_no
        && let Some(other) = snapshot.people_numbered(staff_no).find(|other| other.id() != person.id)
    {
        return Err(Error::StaffNoTaken { by: Some(other.id()) });
    }
    each_once(&person.external_ids)?;
    for id in &person.external_ids {
        if let Some(other) = snapshot.people_known_by(id).find(|other| other.id() != person.id) {
            return Err(Error::ExternalIdTaken { id: id.clone(), by: Some(other.id().0) });
        }
    }
    Ok(())
}
