//! Whoever has a token, and the person who that is.

use std::{fmt, str::FromStr};

use crate::{
    directory::Snapshot,
    domain::{CallerId, ExternalId, Grant, Instant, PersonId, Scheme, Text},
};

/// Whoever has a token that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenCaller {
    /// The id under which the log knows the token's subject. Without it, nothing can be written.
    pub id: Option<CallerId>,
    /// What the claims of the token allow.
    pub grants: Vec<Grant>,
    /// What identifies the own person, if the token says it.
    pub person: Option<PersonKey>,
    /// When it ends, clock skew included.
    pub expires_at: Instant,
}

/// By what a token identifies the own person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonBy {
    /// The staff number.
    StaffNo,
    /// An identifier in another system.
    ExternalId(Scheme),
}

impl FromStr for PersonBy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "staff_no" => Ok(Self::StaffNo),
            Some(("external_id", scheme)) => {
                Scheme::parse(scheme).map(Self::ExternalId).map_err(|_| "the scheme of an external id is not one")
            }
            _ => Err("must be staff_no, or external_id: and a scheme"),
        }
    }
}

/// What identifies a person.
#[derive(Clone, PartialEq, Eq)]
pub enum PersonKey {
    /// The id, where it was found before.
    Id(PersonId),
    /// The staff number.
    StaffNo(Text<40>),
    /// An identifier in another system.
    ExternalId(ExternalId),
}

impl PersonKey {
    /// Reads what a token says. `None` if no person can have that.
    pub fn parse(by: &PersonBy, text: &str) -> Option<Self> {
        match by {
            PersonBy::StaffNo => Text::parse(text).ok().map(Self::StaffNo),
            PersonBy::ExternalId(scheme) => {
                let value = Text::parse(text).ok()?;
                Some(Self::ExternalId(ExternalId { scheme: scheme.clone(), value }))
            }
        }
    }

    /// The one person who has it.
    pub fn find(&self, directory: &Snapshot) -> Option<PersonId> {
        let (first, second) = match self {
            Self::Id(id) => (directory.person(*id), None),
            Self::StaffNo(number) => {
                let mut found = directory.people_numbered(number);
                (found.next(), found.next())
            }
            Self::ExternalId(id) => {
                let mut found = directory.people_known_by(id);
                (found.next(), found.next())
            }
        };
        first.filter(|_| second.is_none()).map(|person| person.id())
    }
}

/// Personal: not for the process log.
impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_identified_in_one_of_two_ways() {
        assert_eq!("staff_no".parse(), Ok(PersonBy::StaffNo));
        let Ok(PersonBy::ExternalId(scheme)) = "external_id:card".parse() else { panic!("an external id") };
        assert_eq!(scheme.as_str(), "card");
        for wrong in ["", "name", "external_id", "external_id:", "external_id:A B", "staff_no:x"] {
            assert!(wrong.parse::<PersonBy>().is_err(), "{wrong}");
        }
    }
}
