//! Establishing, changing, dissolving and deleting orgs.

use actix_web::web::Data;

use super::{OrgBody, RestoreOrgBody};
use crate::{
    domain::{Error, ObjectKey, OrgId, Revision, Subject},
    http::kit::{
        answer::HandlerResult,
        asked::WriteRequest,
        change::DeletedBody,
        extract::{Json, OptionalJson, Path},
        problem::Failure,
        submit::Done,
    },
    registry::{Command, CreateOrg, DissolveOrg, PatchDissolution, PatchOrg, Registry},
};

/// Establish an org
///
/// The org stands under `parent_id` from `valid_from` on. Every rule is checked for every day of its life.
#[utoipa::path(
    post, path = "/orgs", tag = "orgs", request_body(content = CreateOrg, description = "The org."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but nothing has changed.", body = OrgBody),
        (status = 201, description = "The new org.", body = OrgBody),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn create_org(
    registry: Data<Registry>,
    write: WriteRequest,
    body: Json<CreateOrg>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body, Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.created("/orgs", shown)
}

/// Change an org from a day on
///
/// Each field given has its new value from `effective_on` until the next version in which an act set that field.
/// Later versions that only continue the old value are corrected too; `change` lists them. With a `basis`, the fields
/// count as set whatever their values are: a document may also say that something stays as it is. External
/// identifiers and member counts have no versions and change at once. If nothing changes, no version and no log
/// entry is made.
#[utoipa::path(
    patch, path = "/orgs/{id}", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    request_body(content = PatchOrg, description = "What to change."),
    responses(
        (status = 200, description = "The org as it is on `effective_on`.", body = OrgBody),
        (status = 404, description = "No such org."),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 412, description = "The org has changed."),
    ),
)]
pub(in crate::http) async fn patch_org(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: WriteRequest,
    body: Json<PatchOrg>,
) -> HandlerResult {
    let done = write.submit(&registry, Command::PatchOrg { id: *id, patch: Box::new(body.into_inner()) }, None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Delete an org
///
/// Use this for an org that was entered by mistake: it is deleted with its whole history. This is refused while
/// anything refers to the org. To end an org that existed, dissolve it instead.
#[utoipa::path(
    delete, path = "/orgs/{id}", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    responses(
        (status = 200, description = "The org is deleted: `change` lists what was deleted.", body = DeletedBody),
        (status = 404, description = "No such org."),
        (status = 409, description = "Something refers to it: see `blockers`."),
        (status = 412, description = "The org has changed."),
    ),
)]
pub(in crate::http) async fn delete_org(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: WriteRequest,
) -> HandlerResult {
    write.submit(&registry, Command::DeleteOrg { id: *id }, None).await?.gone()
}

/// Dissolve an org
///
/// The org ends on `effective_on`. The request is refused while anything is under the org, in it or held by it on
/// that day or later; `blockers` lists these objects. With `cascade`, current objects end together with the org, and
/// planned objects are removed.
#[utoipa::path(
    post, path = "/orgs/{id}/dissolve", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    request_body(content = Option<DissolveOrg>, description = "How it ends."),
    responses(
        (status = 200, description = "The org with its end.", body = OrgBody),
        (status = 404, description = "No such org."),
        (status = 409, description = "It is already dissolved, or `blockers` stand in the way."),
        (status = 412, description = "The org has changed."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn dissolve_org(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: WriteRequest,
    body: OptionalJson<DissolveOrg>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, Command::DissolveOrg { id: *id, dissolve: body }, Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Correct the end of an org
///
/// As if the org had been dissolved on `effective_on` by `basis`: what ended with it ends on that day. What was removed,
/// and would have begun before that day, is put back; what would not have begun is removed. What refuses the
/// dissolution refuses its correction. With `cascade` it is as the org was dissolved: if only the org itself ended then,
/// `blockers` stand in the way. `basis` alone corrects the document wherever the act put it, and `successor_ids` the
/// successors. `restore` undoes all of it.
#[utoipa::path(
    patch, path = "/orgs/{id}/dissolution", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    request_body(content = PatchDissolution, description = "What to correct."),
    responses(
        (status = 200, description = "The org with its end.", body = OrgBody),
        (status = 404, description = "No such org."),
        (status = 409, description = "It is not dissolved, it ended together with another org, or `blockers` stand in the way."),
        (status = 412, description = "The org has changed."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn patch_org_dissolution(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: WriteRequest,
    body: Json<PatchDissolution>,
) -> HandlerResult {
    let command = Command::PatchDissolution { id: *id, patch: body.into_inner() };
    let done = write.submit(&registry, command, None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Restore a dissolved org
///
/// Reopens exactly what ended when the org was dissolved, and puts back what was removed then. What was changed or
/// deleted by another request since then stays as it is, and `change.notices` says what does not come back, and why.
#[utoipa::path(
    post, path = "/orgs/{id}/restore", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    request_body(content = Option<RestoreOrgBody>, description = "The document of the act."),
    responses(
        (status = 200, description = "The org, without its end.", body = OrgBody),
        (status = 404, description = "No such org."),
        (status = 409, description = "It is not dissolved, or it ended together with another org."),
        (status = 412, description = "The org has changed."),
    ),
)]
pub(in crate::http) async fn restore_org(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: WriteRequest,
    body: OptionalJson<RestoreOrgBody>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body.command(*id), Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// The org that the command was about, on the day that shows the change best.
pub(super) fn shown(done: &Done) -> Result<(OrgBody<'_>, Revision), Failure> {
    let snapshot = done.snapshot();
    let ObjectKey::Org(id) = done.target() else { return Err(Error::Internal.into()) };
    let view = snapshot.org_on(*id, done.day()).ok_or_else(|| missing(*id))?;
    Ok((OrgBody::new(snapshot, &view), view.org.revision))
}

pub(super) fn missing(id: OrgId) -> Error {
    Error::NotFound { what: Subject::Org, id: id.to_string() }
}
