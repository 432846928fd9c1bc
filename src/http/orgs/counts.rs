//! The counts of an org's members.

use crate::{
    domain::{MemberCounts, OrgId},
    http::kit::{
        answer::HandlerResult,
        asked::{Listing, Paging},
        extract::Path,
        page::page_of,
        problem::Failure,
    },
};

page_of! {
    /// A page of the counts of an org's members.
    pub(in crate::http) struct MemberCountsPage of MemberCounts
}

/// List the counts of an org's members
///
/// All counts that the org has, oldest first, whatever day is asked for. `PATCH /orgs/{id}` adds, corrects and takes
/// back the counts of one day.
#[utoipa::path(
    get, path = "/orgs/{id}/member-counts", tag = "orgs", params(("id" = OrgId, Path, description = "The org."), Paging),
    responses(
        (status = 200, description = "A page of counts.", body = MemberCountsPage),
        (status = 404, description = "No such org."),
    ),
)]
pub(in crate::http) async fn list_org_member_counts(id: Path<OrgId>, listing: Listing) -> HandlerResult {
    listing.answer(|read, page| Ok::<_, Failure>(read.directory.member_counts(&read.org(*id)?, page)))
}
