//! The versions of an org while they are being changed.
//!
//! One rule serves all: an act sets attributes in a version, and each keeps its value in the later versions up to the next
//! one in which an act set it. Every version remembers which acts set what, so an act that repeats a value counts like
//! any other, and taking it back gives what held before it.

use std::sync::Arc;

use crate::domain::{Basis, Day, Field, Org, OrgFields, OrgValues, OrgValuesPatch, OrgVersion, VersionAct, carry_on};

/// The versions of an org while they are being changed.
pub(super) struct Timeline {
    versions: Vec<OrgVersion>,
    end: Option<Day>,
}

impl Timeline {
    /// The versions that an org has.
    pub(super) fn of(org: &Org) -> Self {
        Self { versions: org.versions.clone(), end: org.facts.dissolved_on }
    }

    /// The versions, each with the values that follow from what was set.
    pub(super) fn into_versions(mut self) -> Vec<OrgVersion> {
        carry_on(&mut self.versions);
        self.versions
    }

    pub(super) fn version(&self, place: usize) -> Option<&OrgVersion> {
        self.versions.get(place)
    }

    pub(super) fn values(&self, place: usize) -> Option<&OrgValues> {
        self.versions.get(place).map(|version| version.values.as_ref())
    }

    /// Which version begins on `day`.
    pub(super) fn place(&self, day: Day) -> Option<usize> {
        self.versions.binary_search_by_key(&day, |version| version.valid_from).ok()
    }

    /// The version that begins on `day`, made from the one that holds then where there is none.
    /// Nothing where the org does not live then.
    pub(super) fn split(&mut self, day: Day) -> Option<usize> {
        if self.end.is_some_and(|end| end <= day) {
            return None;
        }
        match self.versions.binary_search_by_key(&day, |version| version.valid_from) {
            Ok(place) => Some(place),
            Err(place) => {
                let carried = self.versions.get(place.checked_sub(1)?)?;
                let version = OrgVersion { valid_from: day, values: Arc::clone(&carried.values), acts: Vec::new() };
                self.versions.insert(place, version);
                Some(place)
            }
        }
    }

    /// Sets the fields of `patch` in the version at `place`, as an act with its document. If acts with this document have
    /// set them there to the same values, nothing changes. Returns whether anything does.
    pub(super) fn set(&mut self, place: usize, patch: &OrgValuesPatch, mut act: VersionAct) -> bool {
        let Some(version) = self.versions.get_mut(place) else { return false };
        act.fields = OrgFields::of(patch.given());
        let values = patch.applied_to(&version.values);
        let alike = version.acts.iter().filter(|earlier| earlier.basis == act.basis);
        let set_before = alike.fold(OrgFields::default(), |all, earlier| all.and(earlier.fields));
        if values == *version.values && act.fields.without(set_before).is_empty() {
            return false;
        }
        version.values = Arc::new(values);
        version.remember(act);
        true
    }

    /// Sets a field that no request has in the version at `place`, as an act with its document.
    pub(super) fn declare(
        &mut self,
        place: usize,
        field: &'static str,
        mut act: VersionAct,
        put: impl FnOnce(&mut OrgValues),
    ) {
        let Some(version) = self.versions.get_mut(place) else { return };
        act.fields = OrgFields::of([field]);
        put(Arc::make_mut(&mut version.values));
        version.remember(act);
    }

    /// Corrects the version at `place`. A field keeps the document by which it was set; one that was carried on joins
    /// the newest act of the version.
    pub(super) fn correct(&mut self, place: usize, patch: &OrgValuesPatch) {
        let Some(version) = self.versions.get_mut(place) else { return };
        version.values = Arc::new(patch.applied_to(&version.values));
        let carried = OrgFields::of(patch.given()).without(version.set());
        if let Some(act) = version.acts.last_mut() {
            act.fields = act.fields.and(carried);
        }
    }

    /// Corrects the document of everything that was set in the version at `place`.
    pub(super) fn rest_on(&mut self, place: usize, basis: &Field<Basis>) {
        let acts = self.versions.get_mut(place).map(|version| version.acts.iter_mut());
        for act in acts.into_iter().flatten() {
            act.basis = basis.clone().over(act.basis.take());
        }
    }

    /// Takes back what the acts of the version at `place` set.
    pub(super) fn remove(&mut self, place: usize) {
        self.versions.remove(place);
    }

    /// Takes back the versions that `kept` is not true of.
    pub(super) fn retain(&mut self, kept: impl FnMut(&OrgVersion) -> bool) {
        self.versions.retain(kept);
    }

    /// Moves the first day of the version at `place`, between its neighbours. If it would cross one, gives the days of
    /// both: it must lie after the first and before the second.
    pub(super) fn begin(&mut self, place: usize, day: Day) -> Result<(), (Option<Day>, Option<Day>)> {
        let after = place.checked_sub(1).and_then(|before| self.version(before)).map(|version| version.valid_from);
        let before = self.version(place + 1).map(|version| version.valid_from).or(self.end);
        if after.is_some_and(|after| day <= after) || before.is_some_and(|before| day >= before) {
            return Err((after, before));
        }
        if let Some(version) = self.versions.get_mut(place) {
            version.valid_from = day;
        }
        Ok(())
    }
}
