//! What an org came from, and what came of it.

use serde::Serialize;
use utoipa::ToSchema;

use super::OrgRef;
use crate::{
    directory::{OrgView, Snapshot, Succession},
    domain::{Basis, Day, OrgId},
    http::kit::{answer::HandlerResult, asked::Read, extract::Path, problem::Failure},
};

/// What an org came from, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Lineage)]
pub(in crate::http) struct LineageBody<'s> {
    /// The successions that lead to the org, the nearest first.
    #[schema(max_items = 1000)]
    predecessors: Vec<SuccessionBody<'s>>,
    /// The successions that lead on from the org, the nearest first.
    #[schema(max_items = 1000)]
    successors: Vec<SuccessionBody<'s>>,
}

/// One org that took over from another one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Succession)]
pub(in crate::http) struct SuccessionBody<'s> {
    /// The org that ended, as it was on its last day.
    before: LineOrg<'s>,
    /// The org that took over, as it was on `on`.
    after: LineOrg<'s>,
    /// The first day on which the former no longer exists.
    #[schema(value_type = String, format = Date)]
    on: Day,
    /// The document of that end.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
}

impl<'s> SuccessionBody<'s> {
    fn new(directory: &Snapshot, succession: Succession<'s>) -> Self {
        let Succession { before, after, on, basis } = succession;
        let [before, after] = [before, after].map(|view| LineOrg::new(directory, &view));
        Self { before, after, on, basis }
    }
}

/// An org in a lineage, with its life.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LineageOrg)]
pub(in crate::http) struct LineOrg<'s> {
    org: OrgRef<'s>,
    /// Its first day.
    #[schema(value_type = String, format = Date)]
    established_on: Day,
    /// The first day on which it no longer exists. Absent while it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    dissolved_on: Option<Day>,
}

impl<'s> LineOrg<'s> {
    fn new(directory: &Snapshot, view: &OrgView<'s>) -> Self {
        let (established_on, dissolved_on) = (view.org.established_on(), view.org.facts.dissolved_on);
        Self { org: OrgRef::new(directory, view), established_on, dissolved_on }
    }
}

/// Get the lineage of an org
///
/// Its predecessors and its successors: directly, and all to which these lead. Each succession has both orgs, with the
/// names of that time and their lives, the day, and the document by which the former ended. `as_of` has no effect.
#[utoipa::path(
    get, path = "/orgs/{id}/lineage", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    responses(
        (status = 200, description = "The lineage.", body = LineageBody),
        (status = 404, description = "No such org."),
        (status = 409, description = "There are more than 1,000 successions on one side."),
    ),
)]
pub(in crate::http) async fn get_org_lineage(id: Path<OrgId>, read: Read) -> HandlerResult {
    read.answer(|read| {
        read.org(*id)?;
        let directory = &read.directory;
        let bodies = |line: Vec<_>| line.into_iter().map(|one| SuccessionBody::new(directory, one)).collect();
        let (predecessors, successors) = (directory.predecessors_of(*id)?, directory.successors_of(*id)?);
        Ok::<_, Failure>(LineageBody { predecessors: bodies(predecessors), successors: bodies(successors) })
    })
}
