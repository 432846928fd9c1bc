//! The versions of an org and their correction.

use actix_web::web::Data;

use super::{OrgBody, OrgVersionBody, write::shown};
use crate::{
    domain::{Day, OrgId},
    http::kit::{
        answer::HandlerResult,
        asked::{Listing, Paging, WriteRequest},
        change::DeletedBody,
        extract::{Json, Path},
        page::page_of,
        problem::Failure,
    },
    registry::{Command, PatchOrgVersion, Registry},
};

page_of! {
    /// A page of the versions of an org.
    pub(in crate::http) struct OrgVersionPage of OrgVersionBody<'static>
}

/// List the versions of an org
///
/// The whole history of the org, oldest version first, with planned versions. The versions cover its life without
/// gap or overlap.
#[utoipa::path(
    get, path = "/orgs/{id}/versions", tag = "orgs", params(("id" = OrgId, Path, description = "The org."), Paging),
    responses((status = 200, description = "A page of versions.", body = OrgVersionPage), (status = 404, description = "No such org.")),
)]
pub(in crate::http) async fn list_org_versions(id: Path<OrgId>, listing: Listing) -> HandlerResult {
    listing.answer(|read, page| {
        let versions = read.directory.versions(&read.org(*id)?, page);
        Ok::<_, Failure>(versions.map(|(period, version)| OrgVersionBody::new(period, version, read.as_of)))
    })
}

/// Correct a version of an org
///
/// Corrects wrong values, a wrong document or a wrong first day. The first day of the first version is the day on
/// which the org was established. Later versions that only continue a value are corrected too; `change` lists them.
#[utoipa::path(
    patch, path = "/orgs/{id}/versions/{valid_from}", tag = "orgs",
    params(("id" = OrgId, Path, description = "The org."), ("valid_from" = Day, Path, description = "The first day of the version.")),
    request_body(content = PatchOrgVersion, description = "What to correct."),
    responses(
        (status = 200, description = "The org as it is on the version's first day.", body = OrgBody),
        (status = 404, description = "No such org, or no version that begins on that day."),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 412, description = "The org has changed."),
    ),
)]
pub(in crate::http) async fn patch_org_version(
    registry: Data<Registry>,
    path: Path<(OrgId, Day)>,
    write: WriteRequest,
    body: Json<PatchOrgVersion>,
) -> HandlerResult {
    let (id, valid_from) = path.into_inner();
    let done = write
        .submit(&registry, Command::PatchOrgVersion { id, valid_from, patch: Box::new(body.into_inner()) }, None)
        .await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Delete a version of an org
///
/// Takes back everything that the acts of that day set: each attribute has the value that it would have without them. The first version cannot be deleted. Correct
/// its first day, or delete the org.
#[utoipa::path(
    delete, path = "/orgs/{id}/versions/{valid_from}", tag = "orgs",
    params(("id" = OrgId, Path, description = "The org."), ("valid_from" = Day, Path, description = "The first day of the version.")),
    responses(
        (status = 200, description = "The version is deleted: `change` lists what was deleted.", body = DeletedBody),
        (status = 404, description = "No such org, or no version that begins on that day."),
        (status = 409, description = "A rule of the directory forbids it."),
        (status = 412, description = "The org has changed."),
    ),
)]
pub(in crate::http) async fn delete_org_version(
    registry: Data<Registry>,
    path: Path<(OrgId, Day)>,
    write: WriteRequest,
) -> HandlerResult {
    let (id, valid_from) = path.into_inner();
    write.submit(&registry, Command::DeleteOrgVersion { id, valid_from }, None).await?.gone()
}
