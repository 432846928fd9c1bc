//! Giving, correcting, ending and deleting roles.

use actix_web::web::Data;

use super::{EndRoleBody, RoleBody};
use crate::{
    domain::{Error, ObjectKey, Revision, RoleId, Subject},
    http::kit::{
        answer::HandlerResult,
        asked::WriteRequest,
        change::DeletedBody,
        extract::{Json, OptionalJson, Path},
        problem::Failure,
        submit::Done,
    },
    registry::{Command, CreateRole, PatchRole, Registry},
};

/// Give a role
///
/// A person, a unit or a seat holds a post in an org from `valid_from` on. Every rule is checked for every day of
/// the period. If an acting holder becomes the regular one, or the other way round, that is a new role.
#[utoipa::path(
    post, path = "/roles", tag = "roles", request_body(content = CreateRole, description = "The role."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but nothing has changed.", body = RoleBody),
        (status = 201, description = "The new role.", body = RoleBody),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn create_role(
    registry: Data<Registry>,
    write: WriteRequest,
    body: Json<CreateRole>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body, Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.created("/roles", shown)
}

/// Correct a role
///
/// Corrects a wrong period, order or document. `basis` is the document by which the role was given, `end_basis` the one
/// by which it was ended: each is corrected alone. If an end is moved, `end_basis` names the document that moves it;
/// without it, the document of the old end stays. If `valid_until` is cleared, so is `end_basis`.
///
/// With `effective_on`, the request gives a place in the order of the holders from that day on, and `basis` is the
/// document of that order. Nothing else of the role is corrected by it.
#[utoipa::path(
    patch, path = "/roles/{id}", tag = "roles", params(("id" = RoleId, Path, description = "The role.")),
    request_body(content = PatchRole, description = "What to correct."),
    responses(
        (status = 200, description = "The role.", body = RoleBody),
        (status = 404, description = "No such role."),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 412, description = "The role has changed."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn patch_role(
    registry: Data<Registry>,
    id: Path<RoleId>,
    write: WriteRequest,
    body: Json<PatchRole>,
) -> HandlerResult {
    let done = write.submit(&registry, Command::PatchRole { id: *id, patch: body.into_inner() }, None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// End a role
///
/// `effective_on` is the first day on which the role is no longer held.
#[utoipa::path(
    post, path = "/roles/{id}/end", tag = "roles", params(("id" = RoleId, Path, description = "The role.")),
    request_body(content = Option<EndRoleBody>, description = "How it ends."),
    responses(
        (status = 200, description = "The role with its end.", body = RoleBody),
        (status = 404, description = "No such role."),
        (status = 409, description = "It has already ended, or would end before it begins."),
        (status = 412, description = "The role has changed."),
    ),
)]
pub(in crate::http) async fn end_role(
    registry: Data<Registry>,
    id: Path<RoleId>,
    write: WriteRequest,
    body: OptionalJson<EndRoleBody>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body.command(*id), Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Delete a role
///
/// Use this for a role that was entered by mistake. To end a role that was held, use `/roles/{id}/end`.
#[utoipa::path(
    delete, path = "/roles/{id}", tag = "roles", params(("id" = RoleId, Path, description = "The role.")),
    responses(
        (status = 200, description = "The role is deleted: `change` lists what was deleted.", body = DeletedBody),
        (status = 404, description = "No such role."),
        (status = 412, description = "The role has changed."),
    ),
)]
pub(in crate::http) async fn delete_role(
    registry: Data<Registry>,
    id: Path<RoleId>,
    write: WriteRequest,
) -> HandlerResult {
    write.submit(&registry, Command::DeleteRole { id: *id }, None).await?.gone()
}

/// The role that the command was about.
fn shown(done: &Done) -> Result<(RoleBody<'_>, Revision), Failure> {
    let ObjectKey::Role(id) = done.target() else { return Err(Error::Internal.into()) };
    let snapshot = done.snapshot();
    let view = snapshot.role(*id).and_then(|role| snapshot.role_on(role, done.day()));
    let view = view.ok_or_else(|| Error::NotFound { what: Subject::Role, id: id.to_string() })?;
    Ok((RoleBody::new(snapshot, &view, done.sight()), view.role.revision()))
}
