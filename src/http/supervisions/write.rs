//! Entering, correcting and deleting supervisions.

use actix_web::web::Data;

use super::SupervisionBody;
use crate::{
    domain::{Error, ObjectKey, Revision, Subject, SupervisionId},
    http::kit::{
        answer::HandlerResult,
        asked::WriteRequest,
        change::DeletedBody,
        extract::{Json, Path},
        problem::Failure,
        submit::Done,
    },
    registry::{CreateSupervision, OnPlain, PatchSupervision, Registry},
};

/// Have a supervision group cover an org
///
/// The group covers the org from `valid_from` on. Both must exist on every day of the period. A group cannot cover
/// the same org twice on one day.
#[utoipa::path(
    post, path = "/supervisions", tag = "supervisions",
    request_body(content = CreateSupervision, description = "The supervision."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but nothing has changed.", body = SupervisionBody),
        (status = 201, description = "The new supervision.", body = SupervisionBody),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn create_supervision(
    registry: Data<Registry>,
    write: WriteRequest,
    body: Json<CreateSupervision>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body, Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.created("/supervisions", shown)
}

/// Correct a supervision
///
/// Corrects what was entered wrongly, or sets or moves the end of the supervision. `basis` is the document by which it
/// was set up, `end_basis` the one by which it ends or its end was moved: each is corrected alone. If `valid_until` is
/// cleared, so is `end_basis`.
#[utoipa::path(
    patch, path = "/supervisions/{id}", tag = "supervisions",
    params(("id" = SupervisionId, Path, description = "The supervision.")),
    request_body(content = PatchSupervision, description = "What to correct."),
    responses(
        (status = 200, description = "The supervision.", body = SupervisionBody),
        (status = 404, description = "No such supervision."),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 412, description = "The supervision has changed."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn patch_supervision(
    registry: Data<Registry>,
    id: Path<SupervisionId>,
    write: WriteRequest,
    body: Json<PatchSupervision>,
) -> HandlerResult {
    let done = write.submit(&registry, OnPlain::Patch { id: *id, patch: body.into_inner() }, None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Delete a supervision
///
/// Use this for a supervision that was entered by mistake. To end a supervision, set its `valid_until` instead.
#[utoipa::path(
    delete, path = "/supervisions/{id}", tag = "supervisions",
    params(("id" = SupervisionId, Path, description = "The supervision.")),
    responses(
        (status = 200, description = "The supervision is deleted: `change` lists what was deleted.", body = DeletedBody),
        (status = 404, description = "No such supervision."),
        (status = 412, description = "The supervision has changed."),
    ),
)]
pub(in crate::http) async fn delete_supervision(
    registry: Data<Registry>,
    id: Path<SupervisionId>,
    write: WriteRequest,
) -> HandlerResult {
    write.submit(&registry, OnPlain::Delete { id: *id }, None).await?.gone()
}

/// The supervision that the command was about.
fn shown(done: &Done) -> Result<(SupervisionBody<'_>, Revision), Failure> {
    let ObjectKey::Supervision(id) = done.target() else { return Err(Error::Internal.into()) };
    let snapshot = done.snapshot();
    let view = snapshot.supervision(*id).and_then(|found| snapshot.supervision_on(found, done.day()));
    let view = view.ok_or_else(|| Error::NotFound { what: Subject::Supervision, id: id.to_string() })?;
    Ok((SupervisionBody::new(snapshot, &view), view.supervision.revision))
}
