//! The coverage by the supervision groups of a leading group.

use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::read::found;
use crate::{
    access::Sight,
    directory::{Coverage, Covering, OrgView, Recusal, Relation, Snapshot},
    domain::{OrgId, SupervisionId},
    http::{
        kit::{
            answer::HandlerResult,
            asked::Read,
            bounds::{Bounds, counted},
            compression::Coding,
            extract::Path,
            filters::many,
            input::AnyOf,
            json::to_bytes,
            problem::Problem,
        },
        orgs::OrgRef,
        roles::{PersonRef, RoleRef},
        supervisions::CoveringBody,
    },
};

/// Which orgs the report is about.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct CoverageQuery {
    /// These orgs and all orgs below them. Default: the orgs below the one that set the group up.
    within: Option<AnyOf<OrgId>>,
}

/// What the supervision groups of a leading group cover on the day asked for 全覆盖.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Coverage)]
pub(in crate::http) struct CoverageBody<'s> {
    leading_group: OrgRef<'s>,
    #[schema(inline)]
    counts: CoverageCounts,
    /// The orgs that the report is about, in the official order, each with what covers it.
    #[schema(max_items = 10_000)]
    orgs: Vec<CoveredBody<'s>>,
    /// The orgs that no supervision group covers.
    #[schema(max_items = 10_000)]
    uncovered: Vec<OrgRef<'s>>,
    /// The orgs that two or more supervision groups cover.
    #[schema(max_items = 10_000)]
    doubly_covered: Vec<OrgRef<'s>>,
    /// Supervisors who must not supervise there: they hold a role in an org that their group covers, or in an org
    /// above or below it.
    #[schema(max_items = 1_000_000)]
    recusals: Vec<RecusalBody<'s>>,
}

/// How many orgs there are in each list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CoverageCounts {
    /// All orgs of the report.
    #[schema(minimum = 0, maximum = 10_000)]
    orgs: usize,
    /// Orgs covered by at least one supervision group.
    #[schema(minimum = 0, maximum = 10_000)]
    covered: usize,
    /// Orgs covered by no supervision group.
    #[schema(minimum = 0, maximum = 10_000)]
    uncovered: usize,
    /// Orgs covered by two or more supervision groups.
    #[schema(minimum = 0, maximum = 10_000)]
    doubly_covered: usize,
}

/// An org and what covers it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CoveredOrg)]
pub(in crate::http) struct CoveredBody<'s> {
    org: OrgRef<'s>,
    /// The supervisions that cover it: first those that name it, then those from above.
    #[schema(max_items = 10_000)]
    covered_by: Vec<CoveringBody<'s>>,
}

/// A supervisor who must not supervise an org, because of a role there 回避.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Recusal)]
pub(in crate::http) struct RecusalBody<'s> {
    person: PersonRef<'s>,
    /// The person's supervision group.
    supervision_group: OrgRef<'s>,
    supervision_id: SupervisionId,
    /// The org that the supervision names.
    org: OrgRef<'s>,
    /// The role because of which the person must not supervise.
    role: RoleRef<'s>,
    /// Where that role is held: in the org that is `covered`, in an org `below` it, or in an org `above` it.
    #[schema(inline)]
    relation: RelationWord,
}

/// Where one org stands relative to another.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum RelationWord {
    Covered,
    Below,
    Above,
}

impl From<Relation> for RelationWord {
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Covered => Self::Covered,
            Relation::Below => Self::Below,
            Relation::Above => Self::Above,
        }
    }
}

impl<'s> CoverageBody<'s> {
    fn new(snapshot: &'s Snapshot, group: &OrgView<'s>, coverage: &Coverage<'s>, sight: &Sight) -> Self {
        let Coverage { orgs, recusals } = coverage;
        let shown = |wanted: &dyn Fn(usize) -> bool| -> Vec<OrgRef<'s>> {
            let found = orgs.iter().filter(|(_, covering)| wanted(groups(covering)));
            found.map(|(org, _)| OrgRef::new(snapshot, org)).collect()
        };
        let (uncovered, doubly_covered) = (shown(&|groups| groups == 0), shown(&|groups| groups > 1));
        let counts = CoverageCounts {
            orgs: orgs.len(),
            covered: orgs.len() - uncovered.len(),
            uncovered: uncovered.len(),
            doubly_covered: doubly_covered.len(),
        };
        let covered = |(org, covering): &(OrgView<'s>, Vec<Covering<'s>>)| CoveredBody {
            org: OrgRef::new(snapshot, org),
            covered_by: covering.iter().map(|covering| CoveringBody::new(snapshot, covering)).collect(),
        };
        Self {
            leading_group: OrgRef::new(snapshot, group),
            counts,
            orgs: orgs.iter().map(covered).collect(),
            uncovered,
            doubly_covered,
            recusals: recusals.iter().map(|recusal| RecusalBody::new(snapshot, recusal, sight)).collect(),
        }
    }
}

/// How many supervision groups cover an org.
fn groups(covering: &[Covering<'_>]) -> usize {
    let mut ids: Vec<OrgId> = covering.iter().map(|covering| covering.view.group.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}

impl<'s> RecusalBody<'s> {
    fn new(snapshot: &'s Snapshot, recusal: &Recusal<'s>, sight: &Sight) -> Self {
        let Recusal { person, supervision, role, relation } = recusal;
        Self {
            person: PersonRef::new(snapshot, *person, sight),
            supervision_group: OrgRef::new(snapshot, &supervision.group),
            supervision_id: supervision.supervision.id,
            org: OrgRef::new(snapshot, &supervision.org),
            role: RoleRef::new(snapshot, role),
            relation: (*relation).into(),
        }
    }
}

/// Report the coverage of a leading group
///
/// Which orgs the supervision groups of the leading group cover on `as_of`. The report is about the orgs with a tier
/// below the org that set the group up; with `within`, about those in `within`. Each org is shown with the supervisions
/// that cover it, directly or from an org above. The report also lists the orgs that nobody covers, and those that are
/// covered twice. It names each supervisor who holds a role in an org that they cover, or in an org above or below it;
/// roles in the leading group itself do not count. The request is refused on a day on which the group does not exist.
#[utoipa::path(
    get, path = "/leading-groups/{id}/coverage", tag = "leading-groups",
    params(("id" = OrgId, Path, description = "The leading group."), CoverageQuery),
    responses(
        (status = 200, description = "The report.", body = CoverageBody),
        (status = 404, description = "No such leading group."),
        (status = 409, description = "The group does not exist on that day, or there are too many orgs for one answer."),
    ),
)]
pub(in crate::http) async fn get_leading_group_coverage(
    id: Path<OrgId>,
    read: Read<CoverageQuery>,
    coding: Coding,
    bounds: Data<Bounds>,
) -> HandlerResult {
    let id = *id;
    let within: Vec<OrgId> = many(read.query.within.clone());
    let heavy = {
        let group = found(&read, id)?.group.org;
        let above = group.values().parent_id;
        let roots = within.iter().chain(above.iter().filter(|_| within.is_empty()));
        let roots = roots.filter_map(|root| read.directory.org_on(*root, group.day));
        roots.into_iter().any(|root| read.is_heavy(&root, usize::MAX))
    };
    let room = bounds.room.clone();
    let what = format!("coverage {id} {within:?}");
    let write = move |read: &Read<CoverageQuery>| {
        let group = found(read, id)?.group.org;
        let coverage = read.directory.coverage(&group, &within)?;
        let body = CoverageBody::new(&read.directory, &group, &coverage, &read.sight);
        Ok(counted(&room, to_bytes(&body).map_err(Problem::internal)?)?)
    };
    if heavy { read.answer_heavy(what, coding, &bounds, write).await } else { read.answer_shared(write) }
}
