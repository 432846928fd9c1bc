//! The versions of an org: setting values from a day on, and mending what was set.

use super::{
    Circumstances, Verdict,
    leading_groups::{move_day, take_back},
    orgs::{find, settle},
    timeline::Timeline,
};
use crate::{
    domain::{Day, Error, Field, ObjectKey, OrgId, Subject},
    registry::{draft::Draft, requests::PatchOrgVersion},
};

pub(super) fn patch(
    draft: &mut Draft,
    id: OrgId,
    valid_from: Day,
    patch: &PatchOrgVersion,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let PatchOrgVersion { valid_from: boundary, basis, .. } = patch;
    let org = find(draft.snapshot(), id)?;
    let mut timeline = Timeline::of(org);
    let place = timeline.place(valid_from).ok_or_else(|| not_found(valid_from))?;
    let values = settle(draft.snapshot(), &timeline, place, &patch.into(), valid_from)?;
    match basis {
        Field::Keep => timeline.correct(place, &values),
        basis if values.is_empty() => timeline.rest_on(place, basis),
        basis => drop(timeline.set(place, &values, draft.act(basis.clone().over(None)))),
    }
    if let Some(boundary) = boundary {
        let crossed = |(after, before)| Error::BoundaryCrossed { org: id, after, before };
        timeline.begin(place, *boundary).map_err(crossed)?;
    }
    let group = org.clone();
    draft.put_versions(id, &timeline.into_versions());
    let not_as_before = match boundary.filter(|boundary| *boundary != valid_from) {
        Some(boundary) => move_day(draft, &group, valid_from, boundary, with.endings)?,
        None => Vec::new(),
    };
    Ok(Verdict { not_as_before, ..Verdict::on(ObjectKey::Org(id), boundary.unwrap_or(valid_from)) })
}

pub(super) fn delete(
    draft: &mut Draft,
    id: OrgId,
    valid_from: Day,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let org = find(draft.snapshot(), id)?;
    let mut timeline = Timeline::of(org);
    let place = timeline.place(valid_from).ok_or_else(|| not_found(valid_from))?;
    if place == 0 {
        return Err(Error::FirstVersion { org: id });
    }
    timeline.remove(place);
    let group = org.clone();
    draft.put_versions(id, &timeline.into_versions());
    let not_as_before = take_back(draft, &group, valid_from, with.endings);
    Ok(Verdict { not_as_before, ..Verdict::on(ObjectKey::Org(id), valid_from) })
}

fn not_found(valid_from: Day) -> Error {
    Error::NotFound { what: Subject::OrgVersion, id: valid_from.to_string() }
}
