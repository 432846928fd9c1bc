//! Reading orgs one by one and as lists.

use actix_web::web::Data;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{OrgBody, ShownOrg};
use crate::{
    directory::{OrgFilter, OrgSort, OrgView, Snapshot},
    domain::{BranchType, Code, OrgId, OrgKind},
    http::kit::{
        answer::HandlerResult,
        asked::{Listing, Paging, Read},
        bounds::Bounds,
        extract::Path,
        filters::{DocumentNumber, Folded, SchemeAndValue, StatusWord, TierNumber, many, statuses, texts},
        input::{AnyOf, AnyText},
        kept::{KeptAnswers, Question},
        page::{PageBody, page_of},
        problem::Failure,
    },
};

page_of! {
    /// A page of orgs.
    pub(in crate::http) struct OrgPage of OrgBody<'static>
}

/// Which orgs, and in which order.
#[derive(Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct OrgQuery {
    /// With any of these ids.
    id: Option<AnyOf<OrgId>>,
    /// Of any of these kinds.
    kind: Option<AnyOf<OrgKind>>,
    /// Of any of these tiers.
    tier: Option<AnyOf<TierNumber>>,
    /// Directly under any of these orgs.
    parent_id: Option<AnyOf<OrgId>>,
    /// Any of these orgs, and all below them.
    within: Option<AnyOf<OrgId>>,
    /// With any of these codes.
    code: Option<AnyOf<Code>>,
    /// That had any of these codes earlier, or whose predecessors had.
    former_code: Option<AnyOf<Code>>,
    /// With any of these identifiers in other systems, each written as `scheme:value`.
    external_id: Option<AnyText<SchemeAndValue>>,
    /// With any of these names or short names. The whole name; script, case, width, accents and spaces do not count.
    name: Option<AnyText<Folded>>,
    /// That had any of these names or short names earlier, or whose predecessors had. The whole name; script, case, width, accents and spaces do not count.
    former_name: Option<AnyText<Folded>>,
    /// Whose name, short name or English name contains this text; script, case, width, accents and spaces do not count.
    q: Option<Folded>,
    /// That belong to any of these administrative units.
    unit_id: Option<AnyOf<OrgId>>,
    /// That belong to any of these administrative units, or to a unit below one of them.
    within_unit: Option<AnyOf<OrgId>>,
    /// Branches of any of these types.
    branch_type: Option<AnyOf<BranchType>>,
    /// Their status on the day asked for. Default: `current`.
    status: Option<AnyOf<StatusWord>>,
    /// Established, changed or dissolved by a document with any of these numbers.
    basis_number: Option<AnyText<DocumentNumber>>,
    /// `order`: the official order, each org before the orgs under it. `name`: in pinyin. `established_on`: by the
    /// day on which it was established. With `-` before it, reversed.
    #[param(inline)]
    sort: Option<OrgSortWord>,
}

/// How orgs are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum OrgSortWord {
    #[default]
    Order,
    #[serde(rename = "-order")]
    OrderBackwards,
    Name,
    #[serde(rename = "-name")]
    NameBackwards,
    EstablishedOn,
    #[serde(rename = "-established_on")]
    EstablishedOnBackwards,
}

impl OrgSortWord {
    /// The sort key, and whether reversed.
    fn read(self) -> (OrgSort, bool) {
        match self {
            Self::Order => (OrgSort::Order, false),
            Self::OrderBackwards => (OrgSort::Order, true),
            Self::Name => (OrgSort::Name, false),
            Self::NameBackwards => (OrgSort::Name, true),
            Self::EstablishedOn => (OrgSort::EstablishedOn, false),
            Self::EstablishedOnBackwards => (OrgSort::EstablishedOn, true),
        }
    }
}

impl OrgQuery {
    fn filter(&self) -> OrgFilter {
        let Self {
            id,
            kind,
            tier,
            parent_id,
            within,
            code,
            former_code,
            external_id,
            name,
            former_name,
            q,
            unit_id,
            within_unit,
            branch_type,
            status,
            basis_number,
            sort: _,
        } = self;
        OrgFilter {
            id: many(id.clone()),
            kind: many(kind.clone()),
            tier: many(tier.clone()),
            parent_id: many(parent_id.clone()),
            within: many(within.clone()),
            below: Vec::new(),
            code: many(code.clone()),
            former_code: many(former_code.clone()),
            external_id: texts(external_id.clone()),
            name: texts(name.clone()),
            former_name: texts(former_name.clone()),
            q: q.clone().map(String::from),
            unit_id: many(unit_id.clone()),
            within_unit: many(within_unit.clone()),
            branch_type: many(branch_type.clone()),
            status: statuses(status.clone()),
            basis_number: texts(basis_number.clone()),
        }
    }
}

/// List orgs
///
/// The orgs that match every filter on `as_of`. An unknown id in a filter matches nothing.
#[utoipa::path(
    get, path = "/orgs", tag = "orgs", params(OrgQuery, Paging),
    responses((status = 200, description = "A page of orgs.", body = OrgPage)),
)]
pub(in crate::http) async fn list_orgs(listing: Listing<OrgQuery>, bounds: Data<Bounds>) -> HandlerResult {
    let OrgQuery { id, parent_id, code, former_code, external_id, unit_id, within, sort, .. } = &listing.read.query;
    let few = id.is_some() || parent_id.is_some() || code.is_some() || former_code.is_some();
    let few = few || external_id.is_some() || unit_id.is_some() || listing.is_plain();
    let few = few || (sort.is_none() && listing.stays_within(within.as_ref()));
    let rows = if few { 0 } else { listing.read.directory.counts().orgs };
    listing.answer_by_weight(rows, &bounds, page).await
}

fn page(listing: &Listing<OrgQuery>) -> HandlerResult {
    listing.answer(|read, page| {
        let (sort, backwards) = read.query.sort.unwrap_or_default().read();
        let shown = read.directory.orgs(&read.query.filter(), sort, read.as_of, &page.turned(backwards));
        Ok::<_, Failure>(shown.map(|view| ShownOrg::new(&read.directory, &view)))
    })
}

/// Get an org
///
/// The org on `as_of`. Before it is established or after it has ended, the answer shows the nearest day of its life;
/// see `status`.
#[utoipa::path(
    get, path = "/orgs/{id}", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    responses((status = 200, description = "The org.", body = OrgBody), (status = 404, description = "No such org.")),
)]
pub(in crate::http) async fn get_org(id: Path<OrgId>, read: Read) -> HandlerResult {
    let view = read.org(*id)?;
    Ok(read.object(&ShownOrg::new(&read.directory, &view), view.org.revision))
}

/// List the orgs above an org
///
/// The orgs above it on `as_of`, root first, without the org itself.
#[utoipa::path(
    get, path = "/orgs/{id}/ancestors", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    responses((status = 200, description = "The orgs above.", body = OrgPage), (status = 404, description = "No such org.")),
)]
pub(in crate::http) async fn list_org_ancestors(id: Path<OrgId>, read: Read) -> HandlerResult {
    read.answer(|read| {
        let above = read.directory.ancestors(&read.org(*id)?);
        Ok::<_, Failure>(all(&read.directory, &above))
    })
}

/// List the orgs below an org
///
/// Every org below it on `as_of`, in the official order, without the org itself.
#[utoipa::path(
    get, path = "/orgs/{id}/descendants", tag = "orgs",
    params(("id" = OrgId, Path, description = "The org."), DescendantsQuery, Paging),
    responses((status = 200, description = "A page of orgs.", body = OrgPage), (status = 404, description = "No such org.")),
)]
pub(in crate::http) async fn list_org_descendants(
    id: Path<OrgId>,
    listing: Listing<DescendantsQuery>,
    answers: Data<KeptAnswers>,
    bounds: Data<Bounds>,
) -> HandlerResult {
    let id = *id;
    let few = listing.is_plain() || !listing.is_above_universities(id);
    let rows = if few { 0 } else { listing.read.directory.counts().orgs };
    let answer = move |listing: &Listing<DescendantsQuery>| descendants(listing, id, &answers);
    listing.answer_by_weight(rows, &bounds, answer).await
}

fn descendants(listing: &Listing<DescendantsQuery>, id: OrgId, answers: &KeptAnswers) -> HandlerResult {
    listing.answer_kept(answers, Question::Descendants, id, |read, view, page| {
        let DescendantsQuery { kind, tier } = &read.query;
        let filter =
            OrgFilter { kind: many(kind.clone()), tier: many(tier.clone()), below: vec![id], ..OrgFilter::default() };
        let below = read.directory.orgs(&filter, OrgSort::Order, view.day, page);
        below.map(|view| ShownOrg::new(&read.directory, &view.asked_for(read.as_of)))
    })
}

/// Which of the orgs below.
#[derive(Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct DescendantsQuery {
    /// Of any of these kinds.
    kind: Option<AnyOf<OrgKind>>,
    /// Of any of these tiers.
    tier: Option<AnyOf<TierNumber>>,
}

/// Which org to go to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct PathQuery {
    /// The org to go to.
    to: OrgId,
}

/// Get the way from one org to another
///
/// The chain of responsibility between two orgs on `as_of`: up to the nearest org above both, then down, with both
/// ends. It is empty if the orgs stand in different trees, or if one of them is unknown or does not exist on that day.
#[utoipa::path(
    get, path = "/orgs/{id}/path", tag = "orgs", params(("id" = OrgId, Path, description = "The org to begin at."), PathQuery),
    responses((status = 200, description = "The orgs on the way.", body = OrgPage), (status = 404, description = "No such org.")),
)]
pub(in crate::http) async fn get_org_path(id: Path<OrgId>, read: Read<PathQuery>) -> HandlerResult {
    read.answer(|read| {
        read.org(*id)?;
        let way = read.directory.path(*id, read.query.to, read.as_of);
        Ok::<_, Failure>(all(&read.directory, &way))
    })
}

/// A list short enough for one page.
fn all<'s>(directory: &'s Snapshot, views: &[OrgView<'s>]) -> PageBody<ShownOrg<'s>> {
    PageBody::all(views.iter().map(|view| ShownOrg::new(directory, view)).collect())
}
