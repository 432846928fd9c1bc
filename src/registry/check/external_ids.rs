//! An external identifier belongs to one object.

use crate::{
    directory::Snapshot,
    domain::{Error, ExternalId, Org},
};

/// No other org alive on the same day has one of its external identifiers.
pub(super) fn external_ids(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    each_once(&org.facts.external_ids)?;
    for id in &org.facts.external_ids {
        let other =
            snapshot.orgs_known_by(id).find(|other| other.id != org.id && other.life().and(org.life()).is_some());
        if let Some(other) = other {
            return Err(Error::ExternalIdTaken { id: id.clone(), by: Some(other.id.0) });
        }
    }
    Ok(())
}

/// No external identifier stands twice in one list.
pub(super) fn each_once(ids: &[ExternalId]) -> Result<(), Error> {
    let twice = ids.iter().enumerate().find(|(index, id)| ids.iter().take(*index).any(|before| before == *id));
    twice.map_or(Ok(()), |(second, _)| Err(Error::Repeated { pointer: format!("/external_ids/{second}") }))
}
