//! Tickets: made, used, revoked. They are not in the log.

use std::time::Duration;

use chrono::TimeDelta;

use super::{
    Registry,
    writer::{bounded, truncated},
};
use crate::{
    access::{Caller, hash_of},
    domain::{
        CallerId, Denied, Error, Instant, SecretHash, Subject, Ticket, TicketFault, TicketId, TicketPath, TicketUse,
    },
};

/// The most tickets of a caller at a time.
const TICKETS_MAX: usize = 1000;
/// How long a ticket for one use holds.
const ONCE_MAX: TimeDelta = TimeDelta::minutes(1);
/// How long any other ticket holds.
const MANY_MAX: TimeDelta = TimeDelta::days(366);
/// The same if nothing is said.
const MANY_DEFAULT: TimeDelta = TimeDelta::days(30);

/// A new ticket.
#[derive(Debug, Clone)]
pub struct CreateTicket {
    /// The one path for which it is.
    pub path: TicketPath,
    /// How often it can be used.
    pub usage: TicketUse,
    /// When it ends, if that is given.
    pub expires_at: Option<Instant>,
    /// The hash of its secret.
    pub hash: SecretHash,
}

impl Registry {
    /// Makes a ticket with the rights of a caller.
    ///
    /// # Errors
    ///
    /// Nobody knows the caller, the ticket would be over already or hold for too long, the caller has too many, or the database fails.
    pub async fn create_ticket(&self, caller: &Caller, create: CreateTicket, dry_run: bool) -> Result<Ticket, Error> {
        let CreateTicket { path, usage, expires_at, hash } = create;
        let Self { inner, .. } = self;
        let (now, snapshot) = (truncated(inner.clock.now()), self.snapshot());
        let made_by = caller.id().zip(caller.ticket_maker(&snapshot));
        let (caller_id, maker) = made_by.ok_or(Error::Unauthenticated { why: Denied::Missing })?;
        let (usual, longest) = match usage {
            TicketUse::Once => (ONCE_MAX, ONCE_MAX),
            TicketUse::Many => (MANY_DEFAULT, MANY_MAX),
        };
        let latest = caller.expires_at(&snapshot).map_or(now + longest, |end| end.min(now + longest));
        let expires_at = expires_at.unwrap_or(latest.min(now + usual));
        if expires_at <= now {
            return Err(Error::PastEnd { at: expires_at });
        }
        if expires_at > latest {
            return Err(Error::TicketExpiry { latest });
        }
        let count = self.ticket_count(caller_id).await?;
        if count >= TICKETS_MAX as u64 {
            let retry_after = ONCE_MAX.to_std().unwrap_or(Duration::ZERO);
            return Err(Error::TooManyTickets { tickets_max: TICKETS_MAX, retry_after });
        }
        let id = TicketId(inner.clock.new_id());
        let ticket = Ticket { id, caller_id, maker, path, usage, created_at: now, expires_at };
        if !dry_run {
            let stored = bounded(inner.store.create_ticket(&ticket, hash)).await;
            stored.map_err(|error| inner.failed(&error, false))?;
        }
        Ok(ticket)
    }

    /// Who asks with a ticket for `path`. One for a single use is used then.
    ///
    /// # Errors
    ///
    /// It does not hold, the caller does not hold any more, or the database fails.
    pub async fn use_ticket(&self, secret: &str, path: &str) -> Result<Caller, Error> {
        let Self { inner, .. } = self;
        let refused = |why| Error::Unauthenticated { why: Denied::Ticket(why) };
        let now = inner.clock.now();
        let found = bounded(inner.store.ticket(hash_of(secret), now)).await;
        let found = found.map_err(|error| inner.failed(&error, false))?;
        let ticket = found.ok_or(refused(TicketFault::Unknown))?;
        if ticket.path.as_str() != path {
            return Err(refused(TicketFault::OtherPath));
        }
        let caller = Caller::of_ticket(&ticket);
        caller.holds(&inner.published.load(), now).map_err(|why| Error::Unauthenticated { why })?;
        if ticket.usage == TicketUse::Once && !self.remove(ticket.id).await? {
            return Err(refused(TicketFault::Unknown));
        }
        inner.uses.note(ticket.caller_id, now);
        Ok(caller)
    }

    /// Revokes a ticket of a caller.
    ///
    /// # Errors
    ///
    /// The caller has no such ticket, or the database fails.
    pub async fn revoke_ticket(&self, caller: CallerId, id: TicketId, dry_run: bool) -> Result<(), Error> {
        self.ticket(caller, id).await?;
        if dry_run || self.remove(id).await? { Ok(()) } else { Err(missing(id)) }
    }

    /// A ticket of a caller.
    ///
    /// # Errors
    ///
    /// The caller has no such ticket, or the database fails.
    pub async fn ticket(&self, caller: CallerId, id: TicketId) -> Result<Ticket, Error> {
        let found = bounded(self.inner.store.ticket_of(caller, self.now(), id)).await;
        found.map_err(|error| self.inner.failed(&error, false))?.ok_or_else(|| missing(id))
    }

    /// The tickets of a caller, the oldest first, after `after`, at most `items_max`.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn tickets(
        &self,
        caller: CallerId,
        after: Option<TicketId>,
        items_max: usize,
    ) -> Result<Vec<Ticket>, Error> {
        let found = bounded(self.inner.store.tickets_of(caller, self.now(), after, items_max)).await;
        found.map_err(|error| self.inner.failed(&error, false))
    }

    /// How many there are.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn ticket_count(&self, caller: CallerId) -> Result<u64, Error> {
        let counted = bounded(self.inner.store.ticket_count(caller, self.now())).await;
        counted.map_err(|error| self.inner.failed(&error, false))
    }

    async fn remove(&self, id: TicketId) -> Result<bool, Error> {
        bounded(self.inner.store.remove_ticket(id)).await.map_err(|error| self.inner.failed(&error, false))
    }
}

fn missing(id: TicketId) -> Error {
    Error::NotFound { what: Subject::Ticket, id: id.to_string() }
}
