//! The JSON-lines format of a whole directory: what `generate` writes and `load` reads.
//!
//! The first line is a [`Header`]; every further line is one [`Record`], tagged with what it is.
//! Orgs come before the orgs under them, and before the roles in them; so do people. What a line
//! says of an object are the attributes of its table in `domain`.

mod lines;

use serde::{Deserialize, Serialize};

use crate::domain::{
    attributes::{bare, facts, shown},
    *,
};

pub use crate::domain::VersionRecord;
pub use lines::{FORMAT, Fault, Header, LINE_BYTES_MAX, ReadError, Reader, VERSION, Writer};

/// One line after the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// An org with its whole history.
    Org(OrgRecord),
    /// Somebody who can hold roles.
    Person(PersonRecord),
    /// A post beyond the catalogue that every directory has, or one that differs from it.
    Post(Post),
    /// A role.
    Role(RoleRecord),
    /// What a supervision group covers.
    Supervision(SupervisionRecord),
}

org_attributes! { shown (facts (
    /// An org: what [`Org`] says, without its place in a log.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    OrgRecord {
        /// Its identifier.
        id: OrgId,
        /// What is said of it for a period, in order.
        versions: Vec<VersionRecord>,
    }
)) }
org_attributes! { shown (bare (OrgRecord { id: OrgId, versions: Vec<VersionRecord> })) }

person_attributes! { facts (
    /// A person: what [`Person`] says. Only here do personal values serialise.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    PersonRecord {
        /// Their identifier.
        id: PersonId,
    }
) }

role_attributes! { facts (
    /// A role: what [`RoleFacts`] says.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    RoleRecord {
        /// Its identifier.
        id: RoleId,
    }
) }

supervision_attributes! { facts (
    /// A supervision: what [`SupervisionFacts`] says.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    SupervisionRecord {
        /// Its identifier.
        id: SupervisionId,
    }
) }

/// Door: between an object and its record. `kept` is what the object keeps of its place in a log.
macro_rules! recorded {
    (
        ($record:ident of $object:ident as $into:ident, by $facts:ident)
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:ident)?;
        )* })*
    ) => {
        impl From<&$object> for $record {
            fn from(object: &$object) -> Self {
                let $object { id, facts, revision: _, updated_at: _ } = object;
                let $facts { $($($name,)*)* } = facts.clone();
                Self { id: *id, $($($name,)*)* }
            }
        }

        impl $record {
            /// The object, as the log entry `revision` puts it there.
            pub fn $into(self, revision: Revision, updated_at: Instant) -> $object {
                let Self { id, $($($name,)*)* } = self;
                $object { id, facts: $facts { $($($name,)*)* }, revision, updated_at }
            }
        }
    };
}

role_attributes! { recorded (RoleRecord of Role as into_role, by RoleFacts) }
supervision_attributes! { recorded (SupervisionRecord of Supervision as into_supervision, by SupervisionFacts) }

/// Door: the same for an org, whose versions stand beside its facts. Which entry ended it is not recorded.
macro_rules! org_recorded {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:ident)?;
        )* })*
    ) => {
        impl From<&Org> for OrgRecord {
            fn from(org: &Org) -> Self {
                let Org { id, facts, versions, revision: _, updated_at: _ } = org.clone();
                let versions = versions.into_iter().map(VersionRecord::from).collect();
                let OrgFacts { dissolved_by: _, $($($name,)*)* } = facts;
                Self { id, versions, $($($name,)*)* }
            }
        }

        impl OrgRecord {
            /// The org, as the log entry `revision` puts it there.
            pub fn into_org(self, revision: Revision, updated_at: Instant) -> Org {
                let Self { id, versions, $($($name,)*)* } = self;
                let versions = versions.into_iter().map(OrgVersion::from).collect();
                let facts = OrgFacts { dissolved_by: None, $($($name,)*)* };
                Org { id, facts, versions, revision, updated_at }
            }
        }
    };
}

org_attributes! { shown (org_recorded ()) }

/// Door: the same for a person, who is no more than these attributes.
macro_rules! person_recorded {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:ident)?;
        )* })*
    ) => {
        impl From<&Person> for PersonRecord {
            fn from(person: &Person) -> Self {
                let Person { id, revision: _, updated_at: _, $($($name,)*)* } = person.clone();
                Self { id, $($($name,)*)* }
            }
        }

        impl PersonRecord {
            /// The person, as the log entry `revision` puts them there.
            pub fn into_person(self, revision: Revision, updated_at: Instant) -> Person {
                let Self { id, $($($name,)*)* } = self;
                Person { id, revision, updated_at, $($($name,)*)* }
            }
        }
    };
}

person_attributes! { person_recorded () }

#[cfg(test)]
mod tests;
