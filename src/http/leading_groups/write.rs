//! Establishing and changing leading groups.

use actix_web::web::Data;

use super::{LeadingGroupBody, LeadingGroupDocumentBody, missing};
use crate::{
    directory::Snapshot,
    domain::{Error, ObjectKey, OrgId},
    http::kit::{
        answer::HandlerResult,
        asked::WriteRequest,
        extract::{Json, Path},
        problem::Failure,
        submit::Done,
    },
    registry::Registry,
};

/// Establish a leading group
///
/// Enters the whole notice in one revision: the group, its office, working groups and supervision groups, their
/// holders from `valid_from` on, and what is covered. Enter a holder who is there because of another post as a
/// `seat`: when that post changes hands, the seat follows. A second group of the same name under the same org is
/// refused, so that a notice is not entered twice.
#[utoipa::path(
    post, path = "/leading-groups", tag = "leading-groups",
    request_body(content = LeadingGroupDocumentBody, description = "The leading group."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but nothing has changed.", body = LeadingGroupBody),
        (status = 201, description = "The new leading group.", body = LeadingGroupBody),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn create_leading_group(
    registry: Data<Registry>,
    write: WriteRequest,
    body: Json<LeadingGroupDocumentBody>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body.create()?, Some(fingerprint)).await?;
    let (body, id) = shown(&done)?;
    let state = done.snapshot().group_state(id, done.day());
    done.created("/leading-groups", (body, state))
}

/// Adjust a leading group
///
/// Takes the whole document as it applies from `effective_on` on, and makes all changes in one revision. Every list must
/// be named; an empty one empties it. The roles of holders who are left out end, and new holders get roles. Holders who
/// stay keep their roles; a holder who becomes acting, or is no longer acting, gets a new role. The order of a list is
/// the new order. Orgs that are left out end with everything in them, new orgs are established, and coverage changes in
/// the same way. All this holds until the next day for which a document was sent, whichever came first. Taking back the
/// version of the day (`DELETE /orgs/{id}/versions/{valid_from}`) gives what the other documents say. `If-Match` must have the tag that a GET with `as_of=<effective_on>` gives, so that nobody ends what they
/// have not seen; a dry run needs none and answers it, and its `summary` gives the differences in plain words. The same
/// request sent again changes nothing, whatever its tag.
#[utoipa::path(
    put, path = "/leading-groups/{id}", tag = "leading-groups",
    params(("id" = OrgId, Path, description = "The leading group.")),
    request_body(content = LeadingGroupDocumentBody, description = "The whole leading group."),
    responses(
        (status = 200, description = "The leading group as it is on `effective_on`.", body = LeadingGroupBody),
        (status = 404, description = "No such leading group."),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 412, description = "Something in the leading group has changed, or `If-Match` has the tag of another day."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
        (status = 428, description = "`If-Match` is missing."),
    ),
)]
pub(in crate::http) async fn replace_leading_group(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: WriteRequest,
    body: Json<LeadingGroupDocumentBody>,
) -> HandlerResult {
    let done = write.submit(&registry, body.into_inner().replace(*id)?, None).await?;
    let (body, id) = shown(&done)?;
    done.declared((body, |snapshot: &Snapshot| snapshot.group_state(id, done.day())))
}

/// The leading group that the command was about.
fn shown(done: &Done) -> Result<(LeadingGroupBody<'_>, OrgId), Failure> {
    let ObjectKey::Org(id) = done.target() else { return Err(Error::Internal.into()) };
    let snapshot = done.snapshot();
    let document = snapshot.leading_group(*id, done.day()).ok_or_else(|| missing(*id))?;
    Ok((LeadingGroupBody::new(snapshot, &document, done.sight()), *id))
}
