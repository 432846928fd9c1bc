//! Who asks.

use std::{borrow::Cow, sync::Arc};

use super::token::{PersonKey, TokenCaller};
use crate::{
    directory::Snapshot,
    domain::{
        AccessScope, ApiKey, Area, CallerId, Denied, Grant, Instant, Lapse, PersonId, Ticket, TicketMaker, TokenFault,
    },
};

/// Who a command or a question comes from.
#[derive(Debug, Clone, Default)]
pub enum Caller {
    /// The operator, on the command line.
    Operator,
    /// Nobody whom the service knows, and what a setting lets everybody read.
    Anonymous(Arc<[Grant]>),
    /// Whoever has the secret of a key that was issued after `rotations` others.
    #[expect(missing_docs, reason = "the names say it")]
    Key { id: CallerId, rotations: i32 },
    /// Whoever has a token of the identity provider.
    Token(Arc<TokenCaller>),
    /// Nobody, with no rights.
    #[default]
    Nobody,
}

impl Caller {
    /// The name under which the log records the caller.
    pub fn actor(&self) -> Cow<'static, str> {
        match self {
            Self::Operator => Cow::Borrowed("operator"),
            Self::Anonymous(_) | Self::Nobody => Cow::Borrowed("anonymous"),
            Self::Key { id, .. } => Cow::Owned(id.to_string()),
            Self::Token(token) => token.id.map_or(Cow::Borrowed("unknown"), |id| Cow::Owned(id.to_string())),
        }
    }

    /// Whether it is known who asks.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Key { .. } | Self::Token(_))
    }

    /// The caller's id, if there is one.
    pub fn id(&self) -> Option<CallerId> {
        match self {
            Self::Key { id, .. } => Some(*id),
            Self::Token(token) => token.id,
            Self::Operator | Self::Anonymous(_) | Self::Nobody => None,
        }
    }

    /// Refuses a key or token that does not hold any more.
    ///
    /// # Errors
    ///
    /// Why it does not hold.
    pub fn holds(&self, directory: &Snapshot, now: Instant) -> Result<(), Denied> {
        let (id, rotations) = match self {
            Self::Key { id, rotations } => (id, rotations),
            Self::Token(token) if token.expires_at <= now => return Err(Denied::Token(TokenFault::Expired)),
            Self::Token(_) | Self::Operator | Self::Anonymous(_) | Self::Nobody => return Ok(()),
        };
        let key = directory.api_key(*id).ok_or(Denied::Unknown)?;
        match key.facts.lapsed(now) {
            Some(Lapse::Expired) => Err(Denied::Expired),
            Some(Lapse::Revoked) => Err(Denied::Revoked),
            None if !key.facts.accepts(*rotations, now) => Err(Denied::Revoked),
            None => Ok(()),
        }
    }

    /// Who asks with a ticket.
    pub fn of_ticket(ticket: &Ticket) -> Self {
        let Ticket { caller_id, maker, expires_at, .. } = ticket;
        match maker {
            TicketMaker::Key { rotations } => Self::Key { id: *caller_id, rotations: *rotations },
            TicketMaker::Token { grants, person_id } => Self::Token(Arc::new(TokenCaller {
                id: Some(*caller_id),
                grants: grants.clone(),
                person: person_id.map(PersonKey::Id),
                expires_at: *expires_at,
            })),
        }
    }

    /// What a ticket keeps of the caller; none if nobody knows who that is.
    pub fn ticket_maker(&self, directory: &Snapshot) -> Option<TicketMaker> {
        match self {
            Self::Key { rotations, .. } => Some(TicketMaker::Key { rotations: *rotations }),
            Self::Token(token) => {
                Some(TicketMaker::Token { grants: token.grants.clone(), person_id: self.person(directory) })
            }
            Self::Operator | Self::Anonymous(_) | Self::Nobody => None,
        }
    }

    /// What the caller was granted.
    pub fn grants<'a>(&'a self, directory: &'a Snapshot) -> &'a [Grant] {
        match self {
            Self::Operator => everything(),
            Self::Anonymous(grants) => grants,
            Self::Key { id, .. } => directory.api_key(*id).map_or(&[], |key| &key.facts.grants),
            Self::Token(token) => &token.grants,
            Self::Nobody => &[],
        }
    }

    /// Whether any grant has the scope, in whatever area.
    pub fn has(&self, directory: &Snapshot, scope: AccessScope) -> bool {
        self.grants(directory).iter().any(|grant| grant.allows(scope))
    }

    /// The person whose key or token it is.
    pub fn person(&self, directory: &Snapshot) -> Option<PersonId> {
        match self {
            Self::Token(token) => token.person.as_ref()?.find(directory),
            _ => self.key(directory)?.facts.person_id,
        }
    }

    /// When the key or token ends; none if it does not.
    pub fn expires_at(&self, directory: &Snapshot) -> Option<Instant> {
        match self {
            Self::Token(token) => Some(token.expires_at),
            _ => self.key(directory)?.facts.expires_at,
        }
    }

    /// The caller's key.
    pub fn key<'a>(&self, directory: &'a Snapshot) -> Option<&'a ApiKey> {
        match self {
            Self::Key { id, .. } => directory.api_key(*id),
            Self::Operator | Self::Anonymous(_) | Self::Token(_) | Self::Nobody => None,
        }
    }
}

/// Every scope everywhere.
pub(super) fn everything() -> &'static [Grant] {
    static EVERYTHING: std::sync::LazyLock<[Grant; 1]> = std::sync::LazyLock::new(|| {
        [Grant { scopes: AccessScope::ALL.to_vec(), area: Area::Everywhere, org_id: None }]
    });
    &*EVERYTHING
}
