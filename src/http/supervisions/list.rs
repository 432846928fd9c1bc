//! Reading supervisions.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{CoveringBody, SupervisionBody};
use crate::{
    directory::SupervisionFilter,
    domain::{Error, OrgId, Subject, SupervisionId},
    http::kit::{
        answer::HandlerResult,
        asked::{Listing, Nothing, Paging, Read},
        extract::Path,
        filters::{StatusWord, many, statuses},
        input::AnyOf,
        page::page_of,
        problem::Failure,
    },
};

page_of! {
    /// A page of supervisions.
    pub(in crate::http) struct SupervisionPage of SupervisionBody<'static>
}

page_of! {
    /// A page of supervisions that cover an org.
    pub(in crate::http) struct CoveringPage of CoveringBody<'static>
}

/// Which supervisions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct SupervisionQuery {
    /// With any of these ids.
    id: Option<AnyOf<SupervisionId>>,
    /// By any of these supervision groups.
    supervision_group_id: Option<AnyOf<OrgId>>,
    /// By supervision groups that stand under any of these leading groups.
    leading_group_id: Option<AnyOf<OrgId>>,
    /// That name any of these orgs. For supervisions from above, see `/orgs/{id}/supervised-by`.
    org_id: Option<AnyOf<OrgId>>,
    /// Their status on the day asked for. Default: `current`.
    status: Option<AnyOf<StatusWord>>,
    /// `valid_from`: by first day. With `-` before it, reversed.
    #[param(inline)]
    sort: Option<SupervisionSortWord>,
}

/// How supervisions are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum SupervisionSortWord {
    ValidFrom,
    #[serde(rename = "-valid_from")]
    ValidFromBackwards,
}

/// List supervisions
///
/// Which supervision group covers which org on `as_of`, by first day. An unknown id in a filter matches nothing.
#[utoipa::path(
    get, path = "/supervisions", tag = "supervisions", params(SupervisionQuery, Paging),
    responses((status = 200, description = "A page of supervisions.", body = SupervisionPage)),
)]
pub(in crate::http) async fn list_supervisions(listing: Listing<SupervisionQuery>) -> HandlerResult {
    listing.answer(|read, page| {
        let SupervisionQuery { id, supervision_group_id, leading_group_id, org_id, status, sort } = &read.query;
        let filter = SupervisionFilter {
            id: many(id.clone()),
            supervision_group_id: many(supervision_group_id.clone()),
            leading_group_id: many(leading_group_id.clone()),
            org_id: many(org_id.clone()),
            status: statuses(status.clone()),
        };
        let page = page.turned(*sort == Some(SupervisionSortWord::ValidFromBackwards));
        let shown = read.directory.supervisions(&filter, read.as_of, &page);
        Ok::<_, Failure>(shown.map(|view| SupervisionBody::new(&read.directory, &view)))
    })
}

/// Get a supervision
///
/// The supervision, whatever its period. `status` is that on `as_of`.
#[utoipa::path(
    get, path = "/supervisions/{id}", tag = "supervisions",
    params(("id" = SupervisionId, Path, description = "The supervision.")),
    responses(
        (status = 200, description = "The supervision.", body = SupervisionBody),
        (status = 404, description = "No such supervision."),
    ),
)]
pub(in crate::http) async fn get_supervision(id: Path<SupervisionId>, read: Read) -> HandlerResult {
    let missing = || Error::NotFound { what: Subject::Supervision, id: id.to_string() };
    let supervision = read.directory.supervision(*id).ok_or_else(missing)?;
    let view = read.directory.supervision_on(supervision, read.as_of).ok_or_else(missing)?;
    Ok(read.object(&SupervisionBody::new(&read.directory, &view), supervision.revision))
}

/// List the supervisions that cover an org
///
/// The supervisions that cover the org on `as_of`: first those that name the org itself, then those that cover it
/// from above, nearest first. `org` is the org that the supervision names.
#[utoipa::path(
    get, path = "/orgs/{id}/supervised-by", tag = "supervisions",
    params(("id" = OrgId, Path, description = "The org."), Paging),
    responses(
        (status = 200, description = "A page of supervisions.", body = CoveringPage),
        (status = 404, description = "No such org."),
    ),
)]
pub(in crate::http) async fn list_org_supervised_by(id: Path<OrgId>, listing: Listing<Nothing>) -> HandlerResult {
    listing.answer(|read, page| {
        let covering = read.directory.supervised_by_page(&read.org(*id)?, page);
        Ok::<_, Failure>(covering.map(|covering| CoveringBody::new(&read.directory, &covering)))
    })
}
