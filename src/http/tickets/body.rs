//! What the API shows of a ticket, and what clients send to get one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{Instant, Ticket, TicketId, TicketPath, TicketUse, write_instant},
    http::kit::schema::InstantText,
};

/// A ticket: it stands in the query for a caller who cannot send a header.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub(in crate::http) struct TicketBody {
    /// Its identifier.
    id: TicketId,
    /// The one path for which it is.
    path: TicketPath,
    /// How often it can be used.
    r#use: TicketUse,
    /// When it was made, UTC.
    #[serde(serialize_with = "write_instant")]
    created_at: DateTime<Utc>,
    /// When it ends, UTC.
    #[serde(serialize_with = "write_instant")]
    expires_at: DateTime<Utc>,
    /// What to send as `ticket` in the query. Only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60, pattern = "^cotk_[A-Za-z0-9_-]+$")]
    ticket: Option<String>,
}

impl TicketBody {
    pub(super) fn new(ticket: Ticket) -> Self {
        let Ticket { id, caller_id: _, maker: _, path, usage, created_at, expires_at } = ticket;
        Self { id, path, r#use: usage, created_at, expires_at, ticket: None }
    }

    /// The same with the secret.
    pub(super) fn with_secret(self, secret: Option<String>) -> Self {
        Self { ticket: secret, ..self }
    }
}

/// A new ticket.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CreateTicket {
    /// The one path for which it is, as requests write it, without the query.
    pub(super) path: TicketPath,
    /// How often it can be used.
    pub(super) r#use: TicketUse,
    /// When it ends, UTC: within a minute if it is for one use, within 366 days if not, and never later than the caller's
    /// key or token. Default: a minute, or 30 days.
    #[serde(default, deserialize_with = "crate::domain::given")]
    #[schema(value_type = Option<InstantText>)]
    pub(super) expires_at: Option<Instant>,
}
