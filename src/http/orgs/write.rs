//! Founding, changing, ending and erasing bodies.

use actix_web::web::Data;

use super::{ChildOrderBody, OrgBody, RestoreOrgBody, RoleOrderBody};
use crate::{
    domain::{Error, OrgId, Revision, Subject},
    http::kit::{
        answer::Outcome,
        asked::Write,
        change::DeletedBody,
        extract::{Json, OptionalJson, Path},
        problem::Failure,
        submit::Done,
    },
    registry::{Command, CreateOrg, DissolveOrg, PatchOrg, Registry, Target},
};

/// Found a body
///
/// It stands under `parent_id` from `valid_from` on. Every rule is checked on every date of its life.
#[utoipa::path(
    post, path = "/orgs", tag = "orgs", request_body(content = CreateOrg, description = "The body."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but nothing has happened.", body = OrgBody),
        (status = 201, description = "The new body.", body = OrgBody),
        (status = 409, description = "A rule stands against it."),
        (status = 422, description = "No state of the directory would accept it."),
    ),
)]
pub(in crate::http) async fn create_org(registry: Data<Registry>, write: Write, body: Json<CreateOrg>) -> Outcome {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body, Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.created("/orgs", shown)
}

/// Change a body from a day on
///
/// Each field given gets its new value from `effective_on` until the next version that itself changed
/// that field (duties, external identifiers and member counts have no versions and change at once). Later versions that
/// merely carried the old value on are corrected with it: `change` tells which. Where nothing changes, no version and
/// no log entry is made.
#[utoipa::path(
    patch, path = "/orgs/{id}", tag = "orgs", params(("id" = OrgId, Path, description = "The body.")),
    request_body(content = PatchOrg, description = "What to change."),
    responses(
        (status = 200, description = "The body as it is on `effective_on`.", body = OrgBody),
        (status = 404, description = "No such body."),
        (status = 409, description = "A rule stands against it."),
        (status = 412, description = "The body has changed."),
    ),
)]
pub(in crate::http) async fn patch_org(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: Write,
    body: Json<PatchOrg>,
) -> Outcome {
    let done = write.submit(&registry, Command::PatchOrg { id: *id, patch: Box::new(body.into_inner()) }, None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Erase a body
///
/// For what was entered by mistake: the body goes with its whole history. Refused while anything
/// refers to it. A body that came to its end is dissolved instead.
#[utoipa::path(
    delete, path = "/orgs/{id}", tag = "orgs", params(("id" = OrgId, Path, description = "The body.")),
    responses(
        (status = 200, description = "The body is gone: `change` says what went.", body = DeletedBody),
        (status = 404, description = "No such body."),
        (status = 409, description = "Something refers to it: `blockers` lists it."),
        (status = 412, description = "The body has changed."),
    ),
)]
pub(in crate::http) async fn delete_org(registry: Data<Registry>, id: Path<OrgId>, write: Write) -> Outcome {
    write.submit(&registry, Command::DeleteOrg { id: *id }, None).await?.gone()
}

/// Dissolve a body
///
/// It ends on `effective_on`. What is under it, in it or held by it on that day or later stands in
/// the way, and is listed; with `cascade` what runs then ends with it, and what has not begun is
/// removed.
#[utoipa::path(
    post, path = "/orgs/{id}/dissolve", tag = "orgs", params(("id" = OrgId, Path, description = "The body.")),
    request_body(content = Option<DissolveOrg>, description = "How it ends."),
    responses(
        (status = 200, description = "The body with its end.", body = OrgBody),
        (status = 404, description = "No such body."),
        (status = 409, description = "It is dissolved already, or `blockers` stand in the way."),
        (status = 412, description = "The body has changed."),
        (status = 422, description = "No state of the directory would accept it."),
    ),
)]
pub(in crate::http) async fn dissolve_org(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: Write,
    body: OptionalJson<DissolveOrg>,
) -> Outcome {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, Command::DissolveOrg { id: *id, dissolve: body }, Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Take back the end of a body
///
/// Reopens exactly what the act that dissolved it ended, and puts back what that act removed. What
/// was changed or deleted by hand since then stays as it is.
#[utoipa::path(
    post, path = "/orgs/{id}/restore", tag = "orgs", params(("id" = OrgId, Path, description = "The body.")),
    request_body(content = Option<RestoreOrgBody>, description = "What it rests on."),
    responses(
        (status = 200, description = "The body without its end.", body = OrgBody),
        (status = 404, description = "No such body."),
        (status = 409, description = "It is not dissolved, or it ended with another body."),
        (status = 412, description = "The body has changed."),
    ),
)]
pub(in crate::http) async fn restore_org(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: Write,
    body: OptionalJson<RestoreOrgBody>,
) -> Outcome {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body.command(*id), Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Put the roles in a body in order
///
/// The official order 排名 of the holders listed in the body, the whole at once. Every role held today
/// is named once; roles that begin later may be among them, and else come after.
#[utoipa::path(
    put, path = "/orgs/{id}/role-order", tag = "orgs", params(("id" = OrgId, Path, description = "The body.")),
    request_body(content = RoleOrderBody, description = "The order."),
    responses(
        (status = 200, description = "The body.", body = OrgBody),
        (status = 404, description = "No such body."),
        (status = 409, description = "The order does not name exactly what it should: `missing` and `foreign` tell."),
        (status = 412, description = "The body has changed."),
        (status = 422, description = "An id is named twice."),
    ),
)]
pub(in crate::http) async fn set_org_role_order(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: Write,
    body: Json<RoleOrderBody>,
) -> Outcome {
    let done = write.submit(&registry, body.into_inner().command(*id), None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Put the bodies under a body in order
///
/// The official order of the bodies directly under it from `effective_on` on, the whole at once.
#[utoipa::path(
    put, path = "/orgs/{id}/child-order", tag = "orgs", params(("id" = OrgId, Path, description = "The body.")),
    request_body(content = ChildOrderBody, description = "The order."),
    responses(
        (status = 200, description = "The body.", body = OrgBody),
        (status = 404, description = "No such body."),
        (status = 409, description = "The order does not name exactly what it should: `missing` and `foreign` tell."),
        (status = 412, description = "The body has changed."),
        (status = 422, description = "An id is named twice."),
    ),
)]
pub(in crate::http) async fn set_org_child_order(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: Write,
    body: Json<ChildOrderBody>,
) -> Outcome {
    let done = write.submit(&registry, body.into_inner().command(*id), None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// The body that the command was about, as it is on the day on which that shows best.
pub(super) fn shown(done: &Done) -> Result<(OrgBody<'_>, Revision), Failure> {
    let snapshot = done.snapshot();
    let view = match done.target() {
        Target::Org(id) => snapshot.org_on(*id, done.day()).ok_or_else(|| missing(*id))?,
        Target::Person(_) | Target::Post(_) | Target::Role(_) | Target::Supervision(_) | Target::Nothing => {
            return Err(Error::Internal.into());
        }
    };
    Ok((OrgBody::new(snapshot, &view), view.org.revision))
}

fn missing(id: OrgId) -> Error {
    Error::NotFound { what: Subject::Org, id: id.to_string() }
}
