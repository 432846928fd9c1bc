//! Tickets: `/tickets`.

mod body;

use actix_web::web::Data;

use super::kit::{
    answer::{Answer, At, HandlerResult},
    asked::{Listing, Nothing, Paging, Read, WriteRequest},
    extract::{Json, Path},
    operation::{Operation, operations},
    page::page_of,
    problem::Problem,
};
use crate::{
    access::{Caller, Secret},
    directory::Page,
    domain::{CallerId, Denied, Error, TicketId},
    registry::Registry,
};

pub(in crate::http) use body::*;

/// The operations on tickets.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Known, write Known;
        list_tickets,
        create_ticket => [TooManyRequests, EmptyPeriod],
        get_ticket,
        delete_ticket,
    ]
}

page_of! {
    /// A page of tickets.
    pub(in crate::http) struct TicketPage of TicketBody
}

/// List the own tickets
///
/// The caller's tickets that have not ended, oldest first, without their secrets. `as_of` has no effect.
#[utoipa::path(
    get, path = "/tickets", tag = "tickets", params(Paging),
    responses((status = 200, description = "A page of tickets.", body = TicketPage)),
)]
pub(in crate::http) async fn list_tickets(registry: Data<Registry>, listing: Listing<Nothing>) -> HandlerResult {
    let asked = &listing.page;
    let Some(caller) = listing.read.caller.id() else {
        let total = asked.count.then_some(0);
        return Ok(listing.beside(Page { items: Vec::<TicketBody>::new(), next: None, total }));
    };
    let after = asked.after.as_deref().and_then(|position| position.try_into().ok());
    let mut tickets =
        registry.tickets(caller, after.map(uuid::Uuid::from_bytes).map(TicketId), asked.limit + 1).await?;
    let more = tickets.len() > asked.limit;
    tickets.truncate(asked.limit);
    let next = tickets.last().filter(|_| more).map(|last| last.id.0.as_bytes().to_vec());
    let total = if asked.count { Some(registry.ticket_count(caller).await?) } else { None };
    let items = tickets.into_iter().map(TicketBody::new).collect();
    Ok(listing.beside(Page { items, next, total: total.and_then(|total| usize::try_from(total).ok()) }))
}

/// Make a ticket
///
/// For clients that cannot send a header, such as calendar programs: they ask for `path` with `?ticket=` and the value
/// of `ticket`, which is in this answer alone. The rest of the query may be anything. A ticket allows what its caller
/// may do when it is used, and only to read. It ends with the caller's key, or with the secret of that key.
#[utoipa::path(
    post, path = "/tickets", tag = "tickets", request_body(content = CreateTicket, description = "The ticket."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but there is no ticket.", body = TicketBody),
        (status = 201, description = "The new ticket with its secret.", body = TicketBody),
    ),
)]
pub(in crate::http) async fn create_ticket(
    registry: Data<Registry>,
    write: WriteRequest,
    body: Json<CreateTicket>,
) -> HandlerResult {
    let CreateTicket { path, r#use, expires_at } = body.into_inner();
    let secret = Secret::of_ticket().map_err(Problem::internal)?;
    let create = crate::registry::CreateTicket { path, usage: r#use, expires_at, hash: secret.hash() };
    let ticket = registry.create_ticket(&write.caller, create, write.dry_run).await?;
    let (id, at) = (ticket.id, at(&registry, &write));
    let shown = TicketBody::new(ticket);
    if write.dry_run {
        return Ok(Answer::plain(&shown, at));
    }
    let shown = shown.with_secret(Some(secret.as_str().to_owned()));
    Ok(Answer::made(&shown, format!("/tickets/{id}"), at))
}

/// Get a ticket
///
/// One of the caller's tickets, without its secret.
#[utoipa::path(
    get, path = "/tickets/{id}", tag = "tickets", params(("id" = TicketId, Path, description = "The ticket.")),
    responses(
        (status = 200, description = "The ticket.", body = TicketBody),
        (status = 404, description = "The caller has no such ticket."),
    ),
)]
pub(in crate::http) async fn get_ticket(registry: Data<Registry>, id: Path<TicketId>, read: Read) -> HandlerResult {
    let ticket = registry.ticket(known(&read.caller)?, *id).await?;
    Ok(read.object(&TicketBody::new(ticket), 0))
}

/// Revoke a ticket
///
/// The ticket is deleted, and refused from now on.
#[utoipa::path(
    delete, path = "/tickets/{id}", tag = "tickets", params(("id" = TicketId, Path, description = "The ticket.")),
    responses(
        (status = 204, description = "The ticket is deleted."),
        (status = 404, description = "The caller has no such ticket."),
    ),
)]
pub(in crate::http) async fn delete_ticket(
    registry: Data<Registry>,
    id: Path<TicketId>,
    write: WriteRequest,
) -> HandlerResult {
    registry.revoke_ticket(known(&write.caller)?, *id, write.dry_run).await?;
    Ok(Answer::nothing(at(&registry, &write)))
}

/// Only who has an id has tickets.
fn known(caller: &Caller) -> Result<CallerId, Error> {
    caller.id().ok_or(Error::Unauthenticated { why: Denied::Missing })
}

fn at(registry: &Registry, write: &WriteRequest) -> At {
    At::of(&registry.snapshot(), write.today)
}
