//! How far the supervision groups of a leading group reach.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::read::found;
use crate::{
    directory::{Coverage, Covering, OrgView, Recusal, Relation, Snapshot},
    domain::{OrgId, SupervisionId},
    http::{
        kit::{answer::Outcome, asked::Read, extract::Path, filters::many, input::AnyOf, problem::Failure},
        orgs::OrgRef,
        roles::{PersonRef, RoleRef},
        supervisions::CoveringBody,
    },
};

/// Over which bodies.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct CoverageQuery {
    /// These bodies and all below them; without any, what is below the body that set the group up.
    within: Option<AnyOf<OrgId>>,
}

/// How far the supervision groups of a leading group reach on the day asked for 全覆盖.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Coverage)]
pub(in crate::http) struct CoverageBody<'s> {
    leading_group: OrgRef<'s>,
    #[schema(inline)]
    counts: CoverageCounts,
    /// Every body of the three tiers in question, as officially listed, with what covers it.
    #[schema(max_items = 10_000)]
    bodies: Vec<CoveredBody<'s>>,
    /// Those that no supervision group covers.
    #[schema(max_items = 10_000)]
    uncovered: Vec<OrgRef<'s>>,
    /// Those that two or more supervision groups cover.
    #[schema(max_items = 10_000)]
    doubly_covered: Vec<OrgRef<'s>>,
    /// Supervisors who are not free to judge: they hold a role in a body that their group covers, or in one
    /// above or below it.
    #[schema(max_items = 1_000_000)]
    recusals: Vec<RecusalBody<'s>>,
}

/// How many bodies there are of each sort.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CoverageCounts {
    /// In question.
    #[schema(minimum = 0, maximum = 10_000)]
    bodies: usize,
    /// Covered by one supervision group or more.
    #[schema(minimum = 0, maximum = 10_000)]
    covered: usize,
    /// Covered by none.
    #[schema(minimum = 0, maximum = 10_000)]
    uncovered: usize,
    /// Covered by two or more.
    #[schema(minimum = 0, maximum = 10_000)]
    doubly_covered: usize,
}

/// A body and what covers it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CoveredOrg)]
pub(in crate::http) struct CoveredBody<'s> {
    org: OrgRef<'s>,
    /// The supervisions by which it is covered: those that name it, then those that reach down from above.
    #[schema(max_items = 10_000)]
    covered_by: Vec<CoveringBody<'s>>,
}

/// A supervisor who is not free to judge 回避.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Recusal)]
pub(in crate::http) struct RecusalBody<'s> {
    person: PersonRef<'s>,
    /// The person's supervision group.
    supervision_group: OrgRef<'s>,
    supervision_id: SupervisionId,
    /// The body that the supervision names.
    org: OrgRef<'s>,
    /// The role that stands in the way.
    role: RoleRef<'s>,
    /// How the body in which that role is held stands to what is covered: `covered` itself, `below` it, or
    /// `above` it.
    #[schema(inline)]
    relation: RelationWord,
}

/// How one body stands to another.
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
    fn new(snapshot: &'s Snapshot, group: &OrgView<'s>, coverage: &Coverage<'s>) -> Self {
        let Coverage { bodies, recusals } = coverage;
        let shown = |wanted: &dyn Fn(usize) -> bool| -> Vec<OrgRef<'s>> {
            let found = bodies.iter().filter(|(_, covering)| wanted(groups(covering)));
            found.map(|(body, _)| OrgRef::new(snapshot, body)).collect()
        };
        let (uncovered, doubly_covered) = (shown(&|groups| groups == 0), shown(&|groups| groups > 1));
        let counts = CoverageCounts {
            bodies: bodies.len(),
            covered: bodies.len() - uncovered.len(),
            uncovered: uncovered.len(),
            doubly_covered: doubly_covered.len(),
        };
        let covered = |(body, covering): &(OrgView<'s>, Vec<Covering<'s>>)| CoveredBody {
            org: OrgRef::new(snapshot, body),
            covered_by: covering.iter().map(|covering| CoveringBody::new(snapshot, covering)).collect(),
        };
        Self {
            leading_group: OrgRef::new(snapshot, group),
            counts,
            bodies: bodies.iter().map(covered).collect(),
            uncovered,
            doubly_covered,
            recusals: recusals.iter().map(|recusal| RecusalBody::new(snapshot, recusal)).collect(),
        }
    }
}

/// By how many supervision groups a body is covered.
fn groups(covering: &[Covering<'_>]) -> usize {
    let mut ids: Vec<OrgId> = covering.iter().map(|covering| covering.view.group.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}

impl<'s> RecusalBody<'s> {
    fn new(snapshot: &'s Snapshot, recusal: &Recusal<'s>) -> Self {
        let Recusal { person, supervision, role, relation } = recusal;
        Self {
            person: PersonRef::from(*person),
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
/// Every body of the three tiers below the one that set the group up (or in `within`) with the supervision
/// groups that cover it on `as_of`, directly or from above; the uncovered and the doubly covered; and the
/// supervisors who hold a role in a body that they cover, or in one above or below it (what they are in the
/// leading group itself is no reason). Refused on a day on which the group does not live.
#[utoipa::path(
    get, path = "/leading-groups/{id}/coverage", tag = "leading-groups",
    params(("id" = OrgId, Path, description = "The leading group."), CoverageQuery),
    responses(
        (status = 200, description = "The report.", body = CoverageBody),
        (status = 404, description = "No such leading group."),
        (status = 409, description = "The group does not live on the day, or there are too many bodies for one answer."),
    ),
)]
pub(in crate::http) async fn get_leading_group_coverage(id: Path<OrgId>, read: Read<CoverageQuery>) -> Outcome {
    read.answer(|read| {
        let group = found(read, *id)?.group.org;
        let within: Vec<OrgId> = many(read.query.within.clone());
        let coverage = read.directory.coverage(&group, &within)?;
        Ok::<_, Failure>(CoverageBody::new(&read.directory, &group, &coverage))
    })
}
