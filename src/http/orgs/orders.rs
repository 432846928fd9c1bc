//! The official order of the holders in an org, and of the orgs under it.

use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::write::missing;
use crate::{
    directory::{OrgView, Snapshot},
    domain::{Basis, Day, Error, ObjectKey, OrgId, RoleId, given},
    http::kit::{
        answer::HandlerResult,
        asked::{Read, WriteRequest},
        extract::{Json, Path},
        problem::Failure,
        schema::{OrgIds, RoleIds},
        submit::Done,
    },
    registry::{Command, Registry},
};

/// A new order of the holders in an org 排名.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeclareRoleOrder)]
pub(in crate::http) struct DeclareRoleOrderBody {
    /// Every role held in the org on that day, once each, first to last.
    #[schema(inline)]
    ids: RoleIds,
    /// The first day of the new order. Default: today.
    #[serde(default, deserialize_with = "given")]
    effective_on: Option<Day>,
    /// The document of this act.
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
}

/// A new order of the orgs under an org 排名.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeclareChildOrder)]
pub(in crate::http) struct DeclareChildOrderBody {
    /// Every org directly under it on that day, once each, first to last.
    #[schema(inline)]
    ids: OrgIds,
    /// The first day of the new order. Default: today.
    #[serde(default, deserialize_with = "given")]
    effective_on: Option<Day>,
    /// The document of this act.
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
}

/// The order of the holders in an org 排名, as it is on a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleOrder)]
pub(in crate::http) struct RoleOrderBody<'s> {
    /// The roles held in the org on that day, first to last, whatever the rank of their posts.
    #[schema(max_items = 10_000)]
    ids: Vec<RoleId>,
    /// The day from which on an act declared this order. Absent if none has. Whoever joined since then stands by the
    /// number that the role gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_on: Option<Day>,
    /// The document of that act.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
}

/// The order of the orgs under an org 排名, as it is on a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChildOrder)]
pub(in crate::http) struct ChildOrderBody<'s> {
    /// The orgs directly under it on that day, first to last.
    #[schema(max_items = 10_000)]
    ids: Vec<OrgId>,
    /// The day from which on an act gave all orgs then under it their places. Absent if none has. Whoever joined since
    /// then, or got another place, stands by their own `order`.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_on: Option<Day>,
    /// The document of that act.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
}

impl<'s> RoleOrderBody<'s> {
    fn new(directory: &'s Snapshot, view: &OrgView<'s>) -> Self {
        let ids = directory.roles_by_place(view).iter().map(|held| held.role.id()).collect();
        let (effective_on, basis) = directory.role_order_of(view).unzip();
        Self { ids, effective_on, basis: basis.flatten() }
    }
}

impl<'s> ChildOrderBody<'s> {
    fn new(directory: &'s Snapshot, view: &OrgView<'s>) -> Self {
        let ids = directory.children_of(view).iter().map(|child| child.id()).collect();
        let (effective_on, basis) = directory.child_order_of(view).unzip();
        Self { ids, effective_on, basis: basis.flatten() }
    }
}

/// Get the order of the holders in an org
///
/// The roles held in the org on `as_of`, in the official order 排名. Send the entity tag with PUT as `If-Match`.
#[utoipa::path(
    get, path = "/orgs/{id}/role-order", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    responses(
        (status = 200, description = "The order.", body = RoleOrderBody),
        (status = 404, description = "No such org."),
    ),
)]
pub(in crate::http) async fn get_org_role_order(id: Path<OrgId>, read: Read) -> HandlerResult {
    let (view, directory) = (read.org(*id)?, &read.directory);
    Ok(read.object(&RoleOrderBody::new(directory, &view), directory.role_order_state(*id, read.as_of)))
}

/// Get the order of the orgs under an org
///
/// The orgs directly under the org on `as_of`, in the official order. Send the entity tag with PUT as `If-Match`.
#[utoipa::path(
    get, path = "/orgs/{id}/child-order", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    responses(
        (status = 200, description = "The order.", body = ChildOrderBody),
        (status = 404, description = "No such org."),
    ),
)]
pub(in crate::http) async fn get_org_child_order(id: Path<OrgId>, read: Read) -> HandlerResult {
    let (view, directory) = (read.org(*id)?, &read.directory);
    Ok(read.object(&ChildOrderBody::new(directory, &view), directory.child_order_state(*id, read.as_of)))
}

/// Put the holders in an org in order
///
/// Declares the official order 排名 of all holders in the org from `effective_on` on, until the next order that an act
/// has declared. What was listed before stays as it was. Name every role held on that day once. Whoever joins later
/// stands by the number that the role gives, else last. `If-Match` must have the tag that a GET with
/// `as_of=<effective_on>` gives; a dry run needs none and answers it. An order that holds already changes nothing,
/// unless a `basis` declares it.
#[utoipa::path(
    put, path = "/orgs/{id}/role-order", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    request_body(content = DeclareRoleOrderBody, description = "The order."),
    responses(
        (status = 200, description = "The order from `effective_on` on.", body = RoleOrderBody),
        (status = 404, description = "No such org."),
        (status = 409, description = "The order is not complete, or names something that does not belong there: see `missing` and `foreign`."),
        (status = 412, description = "What the order rests on has changed, or `If-Match` has the tag of another day."),
        (status = 422, description = "An id is named twice."),
        (status = 428, description = "`If-Match` is missing."),
    ),
)]
pub(in crate::http) async fn set_org_role_order(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: WriteRequest,
    body: Json<DeclareRoleOrderBody>,
) -> HandlerResult {
    let DeclareRoleOrderBody { ids, effective_on, basis } = body.into_inner();
    let done =
        write.submit(&registry, Command::OrderRoles { id: *id, ids: ids.into(), effective_on, basis }, None).await?;
    let view = shown(&done)?;
    let state = |snapshot: &Snapshot| snapshot.role_order_state(view.id(), done.day());
    done.declared((RoleOrderBody::new(done.snapshot(), &view), state))
}

/// Put the orgs under an org in order
///
/// Declares the official order of all orgs directly under the org from `effective_on` on, until the next order that an
/// act has declared. `If-Match` must have the tag that a GET with `as_of=<effective_on>` gives; a dry run needs none and
/// answers it. An order that holds already changes nothing, unless a `basis` declares it.
#[utoipa::path(
    put, path = "/orgs/{id}/child-order", tag = "orgs", params(("id" = OrgId, Path, description = "The org.")),
    request_body(content = DeclareChildOrderBody, description = "The order."),
    responses(
        (status = 200, description = "The order from `effective_on` on.", body = ChildOrderBody),
        (status = 404, description = "No such org."),
        (status = 409, description = "The order is not complete, or names something that does not belong there: see `missing` and `foreign`."),
        (status = 412, description = "What the order rests on has changed, or `If-Match` has the tag of another day."),
        (status = 422, description = "An id is named twice."),
        (status = 428, description = "`If-Match` is missing."),
    ),
)]
pub(in crate::http) async fn set_org_child_order(
    registry: Data<Registry>,
    id: Path<OrgId>,
    write: WriteRequest,
    body: Json<DeclareChildOrderBody>,
) -> HandlerResult {
    let DeclareChildOrderBody { ids, effective_on, basis } = body.into_inner();
    let command = Command::OrderChildren { id: *id, ids: ids.into(), effective_on, basis };
    let done = write.submit(&registry, command, None).await?;
    let view = shown(&done)?;
    let state = |snapshot: &Snapshot| snapshot.child_order_state(view.id(), done.day());
    done.declared((ChildOrderBody::new(done.snapshot(), &view), state))
}

/// The org whose order was declared, on the first day of the order.
fn shown(done: &Done) -> Result<OrgView<'_>, Failure> {
    let ObjectKey::Org(id) = done.target() else { return Err(Error::Internal.into()) };
    done.snapshot().org_on(*id, done.day()).ok_or_else(|| missing(*id).into())
}
