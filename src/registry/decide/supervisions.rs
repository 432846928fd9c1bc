//! Supervisions: which supervision group covers which body.

use super::{Circumstances, Target, Verdict};
use crate::{
    directory::Snapshot,
    domain::{Error, Field, Subject, Supervision, SupervisionFacts, SupervisionId},
    registry::{
        command::{CreateSupervision, PatchSupervision},
        draft::Draft,
        refer::refer_to_org,
    },
};

pub(super) fn create(
    draft: &mut Draft,
    create: &CreateSupervision,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let CreateSupervision { supervision_group_id, org_id, scope, valid_from, valid_until, basis } = create.clone();
    let valid_from = valid_from.unwrap_or(with.today);
    let facts =
        SupervisionFacts { supervision_group_id, org_id, scope, valid_from, valid_until, basis, end_basis: None };
    put(draft, SupervisionId((with.new_id)()), facts)
}

pub(super) fn patch(draft: &mut Draft, id: SupervisionId, patch: &PatchSupervision) -> Result<Verdict, Error> {
    let mut facts = find(draft.snapshot(), id)?.facts.clone();
    let PatchSupervision { supervision_group_id, org_id, scope, valid_from, valid_until, basis } = patch.clone();
    if valid_until == Field::Clear {
        facts.end_basis = None;
    }
    facts.supervision_group_id = supervision_group_id.unwrap_or(facts.supervision_group_id);
    facts.org_id = org_id.unwrap_or(facts.org_id);
    facts.scope = scope.unwrap_or(facts.scope);
    facts.valid_from = valid_from.unwrap_or(facts.valid_from);
    facts.valid_until = valid_until.over(facts.valid_until);
    facts.basis = basis.over(facts.basis);
    put(draft, id, facts)
}

pub(super) fn delete(draft: &mut Draft, id: SupervisionId) -> Result<Verdict, Error> {
    find(draft.snapshot(), id)?;
    draft.put_supervision(id, None);
    Ok(Target::Supervision(id).into())
}

fn put(draft: &mut Draft, id: SupervisionId, facts: SupervisionFacts) -> Result<Verdict, Error> {
    refer_to_org(draft.snapshot(), "/supervision_group_id", facts.supervision_group_id)?;
    refer_to_org(draft.snapshot(), "/org_id", facts.org_id)?;
    draft.put_supervision(id, Some(facts));
    Ok(Target::Supervision(id).into())
}

fn find(snapshot: &Snapshot, id: SupervisionId) -> Result<&Supervision, Error> {
    snapshot.supervision(id).ok_or_else(|| Error::NotFound { what: Subject::Supervision, id: id.to_string() })
}
