//! The versions of an org while they are being changed.
//!
//! One rule serves all: a value set in a version replaces the old one there **and in the later
//! versions that merely carried the old one on**, up to the next version that itself changed the
//! field. A version changed a field where its value differs from its predecessor's; its place it
//! changed also where it moved, since a place counts among the orgs under one parent.

use std::sync::Arc;

use crate::domain::{Basis, Day, Org, OrgValues, OrgValuesPatch, OrgVersion, org_version_attributes};

/// Door: each attribute is carried on from the version at `place` to the next one that itself changed it.
macro_rules! carried {
    (
        ($timeline:ident, $old:ident, $place:ident, $wanted:ident)
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
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
pub(super) struct Timeline(pub(super) Vec<OrgVersion>, Option<Day>);

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
    pub(super) fn place(&self, day: Day) -> Option<usize> {
        self.0.binary_search_by_key(&day, |version| version.valid_from).ok()
    }

    /// The version that begins on `day`, made from the one that holds then where there is none.
    /// Nothing where the org does not live then.
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

    /// Sets the fields of `patch` from the version at `place` on; whether anything changes.
    pub(super) fn carry(&mut self, place: usize, patch: &OrgValuesPatch) -> bool {
        let Some(first) = self.values(place) else { return false };
        let wanted = patch.applied_to(first);
        let old: Vec<Arc<OrgValues>> = self.0.iter().map(|version| Arc::clone(&version.values)).collect();
        org_version_attributes! { carried (self, old, place, wanted) }
        self.0.iter().zip(&old).any(|(version, old)| version.values != *old)
    }

    /// Notes the document of the act that made the version at `place` what it is; a document that is
    /// there already stays where the act has none.
    pub(super) fn rest_on(&mut self, place: usize, basis: Option<&Basis>) {
        if let (Some(version), Some(basis)) = (self.0.get_mut(place), basis) {
            version.basis = Some(basis.clone());
        }
    }
}
