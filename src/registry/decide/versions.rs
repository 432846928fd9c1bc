//! The versions of an org: setting values from a day on, and correcting them.
//!
//! There is one rule: a value that is set in a version replaces the old value there **and in the later
//! versions that only continue the old value**, up to the next version that itself changed the
//! field. A version changed a field if its value differs from that of the version before. It also
//! changed its place if it moved, since a place counts among the orgs under one parent.

use std::sync::Arc;

use super::{
    Target, Verdict,
    bodies::{find, settle},
};
use crate::{
    domain::{Basis, Day, Error, Org, OrgId, OrgValues, OrgValuesPatch, OrgVersion, Subject, org_version_attributes},
    registry::{draft::Draft, requests::PatchOrgVersion},
};

pub(super) fn patch(draft: &mut Draft, id: OrgId, valid_from: Day, patch: &PatchOrgVersion) -> Result<Verdict, Error> {
    let PatchOrgVersion { valid_from: boundary, basis, .. } = patch;
    let org = find(draft.snapshot(), id)?;
    let mut timeline = Timeline::of(org);
    let place = timeline.place(valid_from).ok_or_else(|| not_found(valid_from))?;
    let end = org.facts.dissolved_on;
    let values = settle(draft.snapshot(), &timeline, place, &patch.into(), valid_from)?;
    timeline.carry(place, &values);
    if let Some(version) = timeline.0.get_mut(place) {
        version.basis = basis.clone().over(version.basis.take());
    }
    if let Some(boundary) = boundary {
        let after = place.checked_sub(1).and_then(|before| timeline.0.get(before)).map(|version| version.valid_from);
        let before = timeline.0.get(place + 1).map(|version| version.valid_from).or(end);
        if after.is_some_and(|after| *boundary <= after) || before.is_some_and(|before| *boundary >= before) {
            return Err(Error::BoundaryCrossed { org: id, after, before });
        }
        if let Some(version) = timeline.0.get_mut(place) {
            version.valid_from = *boundary;
        }
    }
    draft.put_versions(id, &timeline.into_versions());
    Ok(Verdict { target: Target::Org(id), shown_on: Some(boundary.unwrap_or(valid_from)) })
}

pub(super) fn delete(draft: &mut Draft, id: OrgId, valid_from: Day) -> Result<Verdict, Error> {
    let org = find(draft.snapshot(), id)?;
    let mut timeline = Timeline::of(org);
    let place = timeline.place(valid_from).ok_or_else(|| not_found(valid_from))?;
    let before = place.checked_sub(1).and_then(|before| timeline.values(before)).cloned();
    let Some(before) = before else { return Err(Error::FirstVersion { org: id }) };
    timeline.carry(place, &OrgValuesPatch::of(&before));
    timeline.0.remove(place);
    draft.put_versions(id, &timeline.into_versions());
    Ok(Verdict { target: Target::Org(id), shown_on: Some(valid_from) })
}

fn not_found(valid_from: Day) -> Error {
    Error::NotFound { what: Subject::OrgVersion, id: valid_from.to_string() }
}

/// Door: each attribute continues from the version at `place` to the next one that itself changed it.
macro_rules! carried {
    (
        ($timeline:ident, $old:ident, $place:ident, $wanted:ident)
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:ident)?;
        )* })*
    ) => {$($({
        let mut before = None;
        for (version, old) in $timeline.0.iter_mut().zip(&$old).skip($place) {
            if before.is_some_and(|before: &OrgValues| {
                before.$name != old.$name || also_changed!($shape, before, old)
            }) {
                break;
            }
            before = Some(old.as_ref());
            if version.values.$name != $wanted.$name {
                Arc::make_mut(&mut version.values).$name.clone_from(&$wanted.$name);
            }
        }
    })*)*};
}

/// A place changed also where the org moved, since it counts among the orgs under one parent.
macro_rules! also_changed {
    ((place), $before:expr, $old:expr) => {
        $before.parent_id != $old.parent_id
    };
    ($shape:tt, $before:expr, $old:expr) => {
        false
    };
}

/// The versions of an org while they are being changed.
pub(super) struct Timeline(Vec<OrgVersion>, Option<Day>);

impl Timeline {
    /// The versions that an org has.
    pub(super) fn of(org: &Org) -> Self {
        Self(org.versions.clone(), org.facts.dissolved_on)
    }

    pub(super) fn into_versions(self) -> Vec<OrgVersion> {
        self.0
    }

    pub(super) fn values(&self, place: usize) -> Option<&OrgValues> {
        self.0.get(place).map(|version| version.values.as_ref())
    }

    /// Which version begins on `day`.
    fn place(&self, day: Day) -> Option<usize> {
        self.0.binary_search_by_key(&day, |version| version.valid_from).ok()
    }

    /// The version that begins on `day`. If there is none, it is made from the one that holds then. `None` if the org
    /// does not exist then.
    pub(super) fn split(&mut self, day: Day) -> Option<usize> {
        if self.1.is_some_and(|end| end <= day) {
            return None;
        }
        match self.0.binary_search_by_key(&day, |version| version.valid_from) {
            Ok(place) => Some(place),
            Err(place) => {
                let carried = self.0.get(place.checked_sub(1)?)?;
                let version = OrgVersion { valid_from: day, values: Arc::clone(&carried.values), basis: None };
                self.0.insert(place, version);
                Some(place)
            }
        }
    }

    /// Sets the fields of `patch` from the version at `place` on. Returns whether anything changes.
    pub(super) fn carry(&mut self, place: usize, patch: &OrgValuesPatch) -> bool {
        let Some(first) = self.values(place) else { return false };
        let wanted = patch.applied_to(first);
        let old: Vec<Arc<OrgValues>> = self.0.iter().map(|version| Arc::clone(&version.values)).collect();
        org_version_attributes! { carried (self, old, place, wanted) }
        self.0.iter().zip(&old).any(|(version, old)| version.values != *old)
    }

    /// Notes the document of the act in the version at `place`. If the act has none, an earlier document stays.
    pub(super) fn rest_on(&mut self, place: usize, basis: Option<&Basis>) {
        if let (Some(version), Some(basis)) = (self.0.get_mut(place), basis) {
            version.basis = Some(basis.clone());
        }
    }
}
