//! Reading roles.

use actix_web::web::Data;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::RoleBody;
use crate::{
    access::Sight,
    directory::{HolderType, Page, PageRequest, RoleFilter, RoleSort, Snapshot},
    domain::{Day, Error, OrgId, OrgKind, PersonId, PostCode, RoleId, Subject},
    http::kit::{
        answer::HandlerResult,
        asked::{Listing, Paging, Read},
        bounds::Bounds,
        extract::Path,
        filters::{DocumentNumber, IncludeContact, StatusWord, TierNumber, many, statuses, texts},
        input::{AnyOf, AnyText},
        kept::{KeptAnswers, Question},
        page::page_of,
        problem::Failure,
    },
};

page_of! {
    /// A page of roles.
    pub(in crate::http) struct RolePage of RoleBody<'static>
}

/// Which roles, and in which order.
#[derive(Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct RoleQuery {
    /// With any of these ids.
    id: Option<AnyOf<RoleId>>,
    /// In any of these orgs.
    org_id: Option<AnyOf<OrgId>>,
    /// Held by any of these people, directly or by a seat. A role held by a seat is listed once for each period in
    /// which the person had the seat, with `by_seat`.
    person_id: Option<AnyOf<PersonId>>,
    /// Held by any of these administrative units as a whole.
    unit_id: Option<AnyOf<OrgId>>,
    /// Of any of these posts.
    post: Option<AnyOf<PostCode>>,
    /// In orgs of any of these kinds.
    org_kind: Option<AnyOf<OrgKind>>,
    /// In orgs of any of these tiers.
    tier: Option<AnyOf<TierNumber>>,
    /// In any of these orgs, or in an org below one of them.
    within: Option<AnyOf<OrgId>>,
    /// In orgs that belong to any of these administrative units, or to a unit below one of them.
    within_unit: Option<AnyOf<OrgId>>,
    /// `true`: of posts that belong to the leadership team 班子. `false`: of other posts.
    leadership: Option<bool>,
    /// Held by a person, by a unit or by a seat.
    holder: Option<AnyOf<HolderWord>>,
    /// `true`: only acting holders. `false`: no acting holders.
    acting: Option<bool>,
    /// Their status on the day asked for. Default: `current`.
    status: Option<AnyOf<StatusWord>>,
    /// Given or ended by a document with any of these numbers.
    basis_number: Option<AnyText<DocumentNumber>>,
    /// `order`: the official order, by org, rank of the post, order in the org and first day. `valid_from`: by
    /// first day. With `-` before it, reversed.
    #[param(inline)]
    sort: Option<RoleSortWord>,
    /// `contact`: show the mail addresses and telephone numbers of the people, as far as the caller may see them.
    #[param(inline)]
    include: Option<IncludeContact>,
}

/// Who or what holds a role.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HolderType)]
pub(in crate::http) enum HolderWord {
    Person,
    Unit,
    Seat,
}

impl From<HolderWord> for HolderType {
    fn from(word: HolderWord) -> Self {
        match word {
            HolderWord::Person => Self::Person,
            HolderWord::Unit => Self::Unit,
            HolderWord::Seat => Self::Seat,
        }
    }
}

/// How roles are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum RoleSortWord {
    #[default]
    Order,
    #[serde(rename = "-order")]
    OrderBackwards,
    ValidFrom,
    #[serde(rename = "-valid_from")]
    ValidFromBackwards,
}

impl RoleSortWord {
    /// The sort key, and whether reversed.
    fn read(self) -> (RoleSort, bool) {
        match self {
            Self::Order => (RoleSort::Order, false),
            Self::OrderBackwards => (RoleSort::Order, true),
            Self::ValidFrom => (RoleSort::ValidFrom, false),
            Self::ValidFromBackwards => (RoleSort::ValidFrom, true),
        }
    }
}

impl RoleQuery {
    /// What the query asks of a directory: whoever is said by the id of an entry that was merged is the person who stayed.
    fn filter(&self, directory: &Snapshot) -> RoleFilter {
        let Self {
            id,
            org_id,
            person_id,
            unit_id,
            post,
            org_kind,
            tier,
            within,
            within_unit,
            leadership,
            holder,
            acting,
            status,
            basis_number,
            sort: _,
            include: _,
        } = self;
        RoleFilter {
            id: many(id.clone()),
            org_id: many(org_id.clone()),
            person_id: many(person_id.clone()).into_iter().map(|id| directory.meant(id)).collect(),
            unit_id: many(unit_id.clone()),
            post: many(post.clone()),
            org_kind: many(org_kind.clone()),
            tier: many(tier.clone()),
            within: many(within.clone()),
            within_unit: many(within_unit.clone()),
            leadership: *leadership,
            holder: many(holder.clone()),
            acting: *acting,
            status: statuses(status.clone()),
            basis_number: texts(basis_number.clone()),
        }
    }
}

/// Which of the roles of one org or of one person.
#[derive(Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct OwnRoleQuery {
    /// Of any of these posts.
    post: Option<AnyOf<PostCode>>,
    /// `true`: of posts that belong to the leadership team 班子. `false`: of other posts.
    leadership: Option<bool>,
    /// `true`: only acting holders. `false`: no acting holders.
    acting: Option<bool>,
    /// Their status on the day asked for. Default: `current`.
    status: Option<AnyOf<StatusWord>>,
    /// `order`: the official order, by org, rank of the post, order in the org and first day. `valid_from`: by
    /// first day. With `-` before it, reversed.
    #[param(inline)]
    sort: Option<RoleSortWord>,
    /// `contact`: show the mail addresses and telephone numbers of the people, as far as the caller may see them.
    #[param(inline)]
    include: Option<IncludeContact>,
}

impl OwnRoleQuery {
    fn filter(&self) -> RoleFilter {
        let Self { post, leadership, acting, status, sort: _, include: _ } = self;
        RoleFilter {
            post: many(post.clone()),
            leadership: *leadership,
            acting: *acting,
            status: statuses(status.clone()),
            ..RoleFilter::default()
        }
    }
}

fn roles<'s>(
    directory: &'s Snapshot,
    filter: &RoleFilter,
    sort: Option<RoleSortWord>,
    day: Day,
    page: &PageRequest,
    sight: &Sight,
) -> Page<RoleBody<'s>> {
    let (sort, backwards) = sort.unwrap_or_default().read();
    directory.roles(filter, sort, day, &page.turned(backwards)).map(|view| RoleBody::new(directory, &view, sight))
}

/// List roles
///
/// The roles that match every filter on `as_of`. An unknown id in a filter matches nothing. Each role has the names
/// of its org, post and holder.
#[utoipa::path(
    get, path = "/roles", tag = "roles", params(RoleQuery, Paging),
    responses((status = 200, description = "A page of roles.", body = RolePage)),
)]
pub(in crate::http) async fn list_roles(listing: Listing<RoleQuery>, bounds: Data<Bounds>) -> HandlerResult {
    let RoleQuery { id, org_id, person_id, unit_id, within, sort, .. } = &listing.read.query;
    let few = id.is_some() || org_id.is_some() || person_id.is_some() || unit_id.is_some() || listing.is_plain();
    let few = few || (sort.is_none() && listing.stays_within(within.as_ref()));
    let rows = if few { 0 } else { listing.read.directory.counts().roles };
    listing.answer_by_weight(rows, &bounds, page).await
}

fn page(listing: &Listing<RoleQuery>) -> HandlerResult {
    listing.answer(|read, page| {
        Ok::<_, Failure>(roles(
            &read.directory,
            &read.query.filter(&read.directory),
            read.query.sort,
            read.as_of,
            page,
            &read.sight_with(read.query.include),
        ))
    })
}

/// List the roles in an org
///
/// Who or what holds which post in the org on `as_of`, in the official order.
#[utoipa::path(
    get, path = "/orgs/{id}/roles", tag = "orgs",
    params(("id" = OrgId, Path, description = "The org."), OwnRoleQuery, Paging),
    responses((status = 200, description = "A page of roles.", body = RolePage), (status = 404, description = "No such org.")),
)]
pub(in crate::http) async fn list_org_roles(
    id: Path<OrgId>,
    listing: Listing<OwnRoleQuery>,
    answers: Data<KeptAnswers>,
) -> HandlerResult {
    listing.answer_kept(&answers, Question::Roles, *id, |read, _, page| {
        let filter = RoleFilter { org_id: vec![*id], ..read.query.filter() };
        roles(&read.directory, &filter, read.query.sort, read.as_of, page, &read.sight_with(read.query.include))
    })
}

/// List the roles of a person
///
/// The roles that the person holds on `as_of`, directly or by a seat. For a seat, `by_seat` gives the person's own
/// role and the period. With `status=all`, past and planned roles are listed too.
#[utoipa::path(
    get, path = "/people/{id}/roles", tag = "people",
    params(("id" = PersonId, Path, description = "The person."), OwnRoleQuery, Paging),
    responses((status = 200, description = "A page of roles.", body = RolePage), (status = 404, description = "No such person."), (status = 410, description = "The entry was merged: `by_id` names the person who stayed.")),
)]
pub(in crate::http) async fn list_person_roles(id: Path<PersonId>, listing: Listing<OwnRoleQuery>) -> HandlerResult {
    listing.answer(|read, page| {
        read.person(*id)?;
        let filter = RoleFilter { person_id: vec![*id], ..read.query.filter() };
        Ok::<_, Failure>(roles(
            &read.directory,
            &filter,
            read.query.sort,
            read.as_of,
            page,
            &read.sight_with(read.query.include),
        ))
    })
}

/// Get a role
///
/// The role, whatever its period. `status` is that on `as_of`.
#[utoipa::path(
    get, path = "/roles/{id}", tag = "roles", params(("id" = RoleId, Path, description = "The role.")),
    responses((status = 200, description = "The role.", body = RoleBody), (status = 404, description = "No such role.")),
)]
pub(in crate::http) async fn get_role(id: Path<RoleId>, read: Read) -> HandlerResult {
    let missing = || Error::NotFound { what: Subject::Role, id: id.to_string() };
    let role = read.directory.role(*id).ok_or_else(missing)?;
    let view = read.directory.role_on(role, read.as_of).ok_or_else(missing)?;
    Ok(read.object(&RoleBody::new(&read.directory, &view, &read.sight), role.revision()))
}
