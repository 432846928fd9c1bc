//! Tickets: they stand in the query of a request for a caller who cannot send a header.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{CallerId, Grant, Instant, PersonId, ids::ids, kind::words};

ids! {
    /// Identifies a ticket.
    TicketId,
}

words! {
    /// How often a ticket can be used.
    TicketUse {
        Once = "once", "once, within a minute" "一次（一分钟内有效）";
        Many = "many", "until it ends or is revoked" "多次（直至到期或撤销）";
    }
}

/// The most characters of the path of a ticket.
pub const TICKET_PATH_CHARS_MAX: usize = 500;

/// The path for which a ticket is, as requests write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TicketPath(String);

impl TicketPath {
    /// The regular expression that paths match.
    pub const PATTERN: &str = "^/[!-\"$->@-~]*$";

    /// Reads a path: printable ASCII without `?` and `#`. `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let legal = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#');
        let fits = text.starts_with('/') && text.len() <= TICKET_PATH_CHARS_MAX && text.bytes().all(legal);
        fits.then(|| Self(text.to_owned()))
    }

    /// The path itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TicketPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TicketPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || {
            de::Error::custom(format_args!(
                "must begin with / and have at most {TICKET_PATH_CHARS_MAX} printable ASCII characters, without ? and #"
            ))
        };
        Self::parse(&text).ok_or_else(wrong)
    }
}

/// What a ticket keeps of the caller who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketMaker {
    /// A key. The ticket has its rights as they are when it is used, as long as the secret holds that was issued after
    /// so many others.
    Key {
        /// How many.
        rotations: i32,
    },
    /// Somebody with a token: what that allowed.
    Token {
        /// What it allowed.
        grants: Vec<Grant>,
        /// The own person.
        person_id: Option<PersonId>,
    },
}

/// A ticket, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its identifier.
    pub id: TicketId,
    /// Whose it is.
    pub caller_id: CallerId,
    /// What it keeps of that caller.
    pub maker: TicketMaker,
    /// The one path for which it is.
    pub path: TicketPath,
    /// How often it can be used.
    pub usage: TicketUse,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_in_a_request() {
        for path in ["/", "/orgs/01931b66/tree", "/people/%E4%B8%83"] {
            assert_eq!(TicketPath::parse(path).expect("a path").as_str(), path);
        }
        for wrong in ["", "orgs", "/orgs?limit=1", "/orgs#a", "/a b", "/七", &"/".repeat(TICKET_PATH_CHARS_MAX + 1)] {
            assert_eq!(TicketPath::parse(wrong), None, "{wrong}");
        }
    }
}
