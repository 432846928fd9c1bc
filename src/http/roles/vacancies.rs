//! Required posts that nobody holds.

use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::PostRef;
use crate::{
    directory::{Counts, Vacancy, VacancyFilter},
    domain::{Day, OrgId, OrgKind, PostCode},
    http::{
        kit::{
            answer::HandlerResult,
            asked::{Listing, Paging},
            bounds::Bounds,
            filters::{TierNumber, many},
            input::AnyOf,
            page::page_of,
            problem::Failure,
        },
        orgs::OrgRef,
    },
};

/// A required post that nobody holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Vacancy)]
pub(in crate::http) struct VacancyBody<'s> {
    org: OrgRef<'s>,
    post: PostRef<'s>,
    /// The first day on which nobody held it: the day after the last holder, or the day on which the org was established.
    since: Day,
}

page_of! {
    /// A page of vacancies.
    pub(in crate::http) struct VacancyPage of VacancyBody<'static>
}

/// Which vacancies.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct VacancyQuery {
    /// In orgs of any of these kinds.
    org_kind: Option<AnyOf<OrgKind>>,
    /// In orgs of any of these tiers.
    tier: Option<AnyOf<TierNumber>>,
    /// In any of these orgs, or in an org below one of them.
    within: Option<AnyOf<OrgId>>,
    /// In orgs that belong to any of these administrative units, or to a unit below one of them.
    within_unit: Option<AnyOf<OrgId>>,
    /// Of any of these posts.
    post: Option<AnyOf<PostCode>>,
}

/// List vacancies
///
/// The required posts that nobody holds on `as_of`, not even as acting holder, by org and rank.
#[utoipa::path(
    get, path = "/vacancies", tag = "roles", params(VacancyQuery, Paging),
    responses((status = 200, description = "A page of vacancies.", body = VacancyPage)),
)]
pub(in crate::http) async fn list_vacancies(listing: Listing<VacancyQuery>, bounds: Data<Bounds>) -> HandlerResult {
    let Counts { orgs, roles, .. } = listing.read.directory.counts();
    listing.answer_by_weight(orgs + roles, &bounds, page).await
}

fn page(listing: &Listing<VacancyQuery>) -> HandlerResult {
    listing.answer(|read, page| {
        let VacancyQuery { org_kind, tier, within, within_unit, post } = &read.query;
        let filter = VacancyFilter {
            org_kind: many(org_kind.clone()),
            tier: many(tier.clone()),
            within: many(within.clone()),
            within_unit: many(within_unit.clone()),
            post: many(post.clone()),
        };
        let directory = &read.directory;
        let shown = directory.vacancies(&filter, read.as_of, page).map(|Vacancy { org, post, since }| VacancyBody {
            org: OrgRef::new(directory, &org),
            post: PostRef::from(post),
            since,
        });
        Ok::<_, Failure>(shown)
    })
}
