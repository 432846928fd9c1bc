//! An external identifier belongs to one object.

use crate::{
    directory::Snapshot,
    domain::{Error, ExternalId, Org},
};

/// No other org alive on the same day has one of its external identifiers. Returns what is wrong with them.
pub(super) fn external_ids(snapshot: &Snapshot, org: &Org) -> Vec<Error> {
    let taken = |id: &ExternalId| {
        let mut others = snapshot.orgs_known_by(id);
        let other = others.find(|other| other.id != org.id && other.life().and(org.life()).is_some())?;
        Some(Error::ExternalIdTaken { id: id.clone(), by: Some(other.id.0) })
    };
    let repeated = each_once(&org.facts.external_ids).err();
    repeated.into_iter().chain(org.facts.external_ids.iter().filter_map(taken)).collect()
}

/// No external identifier stands twice in one list.
pub(super) fn each_once(ids: &[ExternalId]) -> Result<(), Error> {
    let twice = ids.iter().enumerate().find(|(index, id)| ids.iter().take(*index).any(|before| before == *id));
    twice.map_or(Ok(()), |(second, _)| Err(Error::Repeated { pointer: format!("/external_ids/{second}") }))
}
