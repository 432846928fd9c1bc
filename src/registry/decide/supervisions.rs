//! Supervisions: which supervision group covers which org.

use super::{Circumstances, Verdict};
use crate::{
    directory::Snapshot,
    domain::{Error, ObjectKey, Subject, Supervision, SupervisionFacts, SupervisionId, SupervisionPatch},
    registry::{
        draft::Draft,
        refer::refer_to_org,
        requests::{CreateSupervision, PatchSupervision},
    },
};

pub(super) fn create(
    draft: &mut Draft,
    create: &CreateSupervision,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let mut facts = SupervisionFacts::from(create);
    facts.valid_from = create.valid_from.unwrap_or(with.today);
    put(draft, SupervisionId((with.new_id)()), facts)
}

pub(super) fn patch(draft: &mut Draft, id: SupervisionId, patch: &PatchSupervision) -> Result<Verdict, Error> {
    let mut facts = SupervisionPatch::from(patch).applied_to(&find(draft.snapshot(), id)?.facts);
    if facts.valid_until.is_none() {
        facts.end_basis = None;
    }
    put(draft, id, facts)
}

pub(super) fn delete(draft: &mut Draft, id: SupervisionId) -> Result<Verdict, Error> {
    find(draft.snapshot(), id)?;
    draft.put(id, None);
    Ok(ObjectKey::Supervision(id).into())
}

fn put(draft: &mut Draft, id: SupervisionId, facts: SupervisionFacts) -> Result<Verdict, Error> {
    refer_to_org(draft.snapshot(), "/supervision_group_id", facts.supervision_group_id)?;
    refer_to_org(draft.snapshot(), "/org_id", facts.org_id)?;
    draft.put(id, Some(facts));
    Ok(ObjectKey::Supervision(id).into())
}

fn find(snapshot: &Snapshot, id: SupervisionId) -> Result<&Supervision, Error> {
    snapshot.supervision(id).ok_or_else(|| Error::NotFound { what: Subject::Supervision, id: id.to_string() })
}
