//! Founding and adjusting leading groups.

use actix_web::web::Data;

use super::{LeadingGroupBody, LeadingGroupDocumentBody, missing};
use crate::{
    domain::{Error, OrgId, Revision},
    http::kit::{
        answer::Outcome,
        asked::Write,
        extract::{Json, Path},
        problem::Failure,
        submit::Done,
    },
    registry::{Registry, Target},
};

/// Found a leading group
///
/// As its notice has it, in one revision: the group, its office, working groups and supervision groups, who is
/// in them from `valid_from` on, and what is covered. Whoever sits there by another post is entered as a `seat`
/// and replaced by nobody's hand. A group of that name under the same body is refused, so that a notice is not
/// entered twice.
#[utoipa::path(
    post, path = "/leading-groups", tag = "leading-groups",
    request_body(content = LeadingGroupDocumentBody, description = "The leading group."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but nothing has happened.", body = LeadingGroupBody),
        (status = 201, description = "The new leading group.", body = LeadingGroupBody),
        (status = 409, description = "A rule stands against it."),
        (status = 422, description = "No state of the directory would accept it."),
    ),
)]
pub(in crate::http) async fn create_leading_group(
    registry: Data<Registry>,
    write: Write,
    body: Json<LeadingGroupDocumentBody>,
) -> Outcome {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body.create()?, Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.created("/leading-groups", shown)
}

/// Adjust a leading group
///
/// Takes the whole document as it holds from `effective_on` on, works out the difference, and makes it in one
/// revision: who is left out leaves, who is new comes, who moves in a list changes places (places are not dated),
/// bodies that are left out end with everything in them, new ones are founded, and what is covered follows.
/// Who stays keeps the role. A person who becomes acting, or full, gets a new role. What is planned for later
/// days stays planned. Sent twice, the second changes nothing. On a dry run `summary` tells the difference in
/// plain words.
#[utoipa::path(
    put, path = "/leading-groups/{id}", tag = "leading-groups",
    params(("id" = OrgId, Path, description = "The leading group.")),
    request_body(content = LeadingGroupDocumentBody, description = "The whole leading group."),
    responses(
        (status = 200, description = "The leading group as it is on `effective_on`.", body = LeadingGroupBody),
        (status = 404, description = "No such leading group."),
        (status = 409, description = "A rule stands against it."),
        (status = 412, description = "Something in the leading group has changed."),
        (status = 422, description = "No state of the directory would accept it."),
    ),
)]
pub(in crate::http) async fn replace_leading_group(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: Write,
    body: Json<LeadingGroupDocumentBody>,
) -> Outcome {
    let done = write.submit(&registry, body.into_inner().replace(*id)?, None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// The leading group that the command was about, with its state.
fn shown(done: &Done) -> Result<(LeadingGroupBody<'_>, Revision), Failure> {
    let Target::Org(id) = done.target() else { return Err(Error::Internal.into()) };
    let snapshot = done.snapshot();
    let document = snapshot.leading_group(*id, done.day()).ok_or_else(|| missing(*id))?;
    Ok((LeadingGroupBody::new(snapshot, &document), snapshot.group_state(*id)))
}
