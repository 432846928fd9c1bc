//! Reading leading groups.

use actix_web::web::Data;
use serde::Deserialize;
use utoipa::IntoParams;

use super::LeadingGroupBody;
use crate::{
    directory::{Counts, LeadingGroup, OrgFilter},
    domain::{Error, OrgId, OrgKind, Subject},
    http::kit::{
        answer::HandlerResult,
        asked::{Listing, Paging, Read},
        bounds::Bounds,
        extract::Path,
        filters::{Folded, StatusWord, many, statuses, texts},
        input::{AnyOf, AnyText},
        page::page_of,
        problem::Failure,
    },
};

page_of! {
    /// A page of leading groups.
    pub(in crate::http) struct LeadingGroupPage of LeadingGroupBody<'static>
}

/// Which leading groups.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct LeadingGroupQuery {
    /// With any of these ids.
    id: Option<AnyOf<OrgId>>,
    /// Directly under any of these orgs.
    parent_id: Option<AnyOf<OrgId>>,
    /// At any level below any of these orgs.
    within: Option<AnyOf<OrgId>>,
    /// That belong to any of these administrative units, or to a unit below one of them.
    within_unit: Option<AnyOf<OrgId>>,
    /// With any of these names or short names. The whole name; script, case, width, accents and spaces do not count.
    name: Option<AnyText<Folded>>,
    /// Whose name, short name or English name contains this text; script, case, width, accents and spaces do not count.
    q: Option<Folded>,
    /// Their status on the day asked for. Default: `current`.
    status: Option<AnyOf<StatusWord>>,
}

/// About how many rows are looked at for one document: some dozen orgs with their roles.
const ROWS_OF_A_DOCUMENT: usize = 500;

/// List leading groups
///
/// The leading groups that match every filter on `as_of`, each as one document, in the official order. An unknown id
/// in a filter matches nothing.
#[utoipa::path(
    get, path = "/leading-groups", tag = "leading-groups", params(LeadingGroupQuery, Paging),
    responses((status = 200, description = "A page of leading groups.", body = LeadingGroupPage)),
)]
pub(in crate::http) async fn list_leading_groups(
    listing: Listing<LeadingGroupQuery>,
    bounds: Data<Bounds>,
) -> HandlerResult {
    let documents = listing.read.query.id.as_ref().map_or(listing.page.limit, |AnyOf(ids)| ids.len());
    let Counts { orgs, roles, .. } = listing.read.directory.counts();
    let rows = (documents * ROWS_OF_A_DOCUMENT).min(orgs + roles);
    listing.answer_by_weight(rows, &bounds, page).await
}

fn page(listing: &Listing<LeadingGroupQuery>) -> HandlerResult {
    listing.answer(|read, page| {
        let LeadingGroupQuery { id, parent_id, within, within_unit, name, q, status } = &read.query;
        let filter = OrgFilter {
            id: many(id.clone()),
            kind: vec![OrgKind::LeadingGroup],
            parent_id: many(parent_id.clone()),
            within: many(within.clone()),
            within_unit: many(within_unit.clone()),
            name: texts(name.clone()),
            q: q.clone().map(String::from),
            status: statuses(status.clone()),
            ..OrgFilter::default()
        };
        let shown = read.directory.leading_groups(&filter, read.as_of, page);
        Ok::<_, Failure>(shown.map(|document| LeadingGroupBody::new(&read.directory, &document, &read.sight)))
    })
}

/// The leading group that the path names, on the day asked for.
pub(super) fn found<Q>(read: &Read<Q>, id: OrgId) -> Result<LeadingGroup<'_>, Failure> {
    read.directory.leading_group(id, read.as_of).ok_or_else(|| missing(id).into())
}

pub(super) fn missing(id: OrgId) -> Error {
    Error::NotFound { what: Subject::LeadingGroup, id: id.to_string() }
}

/// Get a leading group
///
/// The whole group on `as_of`: leaders, deputies, members, office, working groups, supervision groups and what each
/// covers. Before the group is established or after it has ended, the answer shows the nearest day of its life. The
/// entity tag changes with anything in the group. Send it with PUT as `If-Match`: the PUT is refused if the group has
/// changed since.
#[utoipa::path(
    get, path = "/leading-groups/{id}", tag = "leading-groups",
    params(("id" = OrgId, Path, description = "The leading group.")),
    responses(
        (status = 200, description = "The leading group.", body = LeadingGroupBody),
        (status = 404, description = "No such leading group."),
    ),
)]
pub(in crate::http) async fn get_leading_group(id: Path<OrgId>, read: Read) -> HandlerResult {
    let group = found(&read, *id)?;
    let body = LeadingGroupBody::new(&read.directory, &group, &read.sight);
    Ok(read.object(&body, read.directory.group_state(*id, read.as_of)))
}
