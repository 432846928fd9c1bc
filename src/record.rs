//! The JSON-lines format of a whole directory: what `generate` writes and `load` reads.
//!
//! The first line is a [`Header`]; every further line is one [`Record`], tagged with what it is.
//! Orgs come before the orgs under them, and before the roles in them; so do people. What a line
//! says of an object are the attributes of its table in `domain`.

mod lines;
mod place;

use serde::{Deserialize, Serialize};

use crate::domain::{
    attributes::{bare, facts, shown},
    kinds::kinds,
    *,
};

pub use crate::domain::VersionRecord;
pub use lines::{FORMAT, Fault, Header, LINE_BYTES_MAX, ReadError, Reader, VERSION, Writer};

/// An object that has a line.
pub trait Recorded: Sized {
    /// What the line says.
    type Record;

    /// What the line of this object says. Its place in a log is left out.
    fn recorded(&self) -> Self::Record;

    /// The object, as the log entry `revision` puts it there.
    fn from_record(record: Self::Record, revision: Revision, updated_at: Instant) -> Self;
}

/// Door: lines of every kind.
macro_rules! records {
    (() org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt) => {
        records! { @all [$org $objects $plain $people] }
        records! { @plain $plain }
    };
    (@all [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        /// One line after the header.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Record {
            $($($(#[doc = $doc])+ $kind(<$kind as Recorded>::Record),)*)*
        }

        impl Record {
            /// The word for its kind, as it stands in the line.
            pub fn kind(&self) -> &'static str {
                match self {
                    $($(Self::$kind(_) => stringify!($table),)*)*
                }
            }

            /// The object, as the log entry `revision` puts it there.
            pub fn object(self, revision: Revision, updated_at: Instant) -> Object {
                match self {
                    $($(Self::$kind(record) => Object::$kind($kind::from_record(record, revision, updated_at)),)*)*
                }
            }
        }

        impl From<&Object> for Record {
            fn from(object: &Object) -> Self {
                match object {
                    $($(Object::$kind(object) => Self::$kind(object.recorded()),)*)*
                }
            }
        }
    };
    (@plain { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty) of $value:ident,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {
        $(
            #[doc = concat!("The line of an object of the kind `", stringify!($table), "`.")]
            pub mod $table {
                use super::*;

                $attributes! { facts (
                    /// What the line says.
                    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
                    #[serde(deny_unknown_fields)]
                    Record {
                        /// Its identifier.
                        id: $key,
                    }
                ) }
                $attributes! { recorded (Record of $kind, by $value) }
            }
        )*
    };
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
        /// The duties in each version that says none. So files of version 1 and 2 have them; none is written.
        #[serde(default, skip_serializing)]
        duties: Option<Duties>,
    }
)) }
org_attributes! { shown (bare (OrgRecord { id: OrgId, versions: Vec<VersionRecord>, duties: Option<Duties> })) }

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

api_key_attributes! { facts (
    /// An API key: what [`ApiKeyFacts`] says. Its secret has no line, so that a key that was loaded needs a new one.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    ApiKeyRecord {
        /// Its identifier.
        id: CallerId,
    }
) }

alias_attributes! { facts (
    /// The former id of a person whose entry was merged: what [`PersonAliasFacts`] says.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    AliasRecord {
        /// The former id.
        id: AliasId,
    }
) }

/// Door: between an object and its record. `kept` is what the object keeps of its place in a log.
macro_rules! recorded {
    (
        ($record:ident of $object:ident, by $facts:ident)
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Recorded for $object {
            type Record = $record;

            fn recorded(&self) -> $record {
                let $object { id, facts, revision: _, updated_at: _ } = self;
                let $facts { $($($name,)*)* } = facts.clone();
                $record { id: *id, $($($name,)*)* }
            }

            fn from_record(record: $record, revision: Revision, updated_at: Instant) -> Self {
                let $record { id, $($($name,)*)* } = record;
                Self { id, facts: $facts { $($($name,)*)* }, revision, updated_at }
            }
        }
    };
}

role_attributes! { recorded (RoleRecord of Role, by RoleFacts) }
api_key_attributes! { recorded (ApiKeyRecord of ApiKey, by ApiKeyFacts) }
alias_attributes! { recorded (AliasRecord of PersonAlias, by PersonAliasFacts) }

/// The entry to which a line ascribes the acts that declared lists of the version: another directory has other entries,
/// and what matters is which acts those are.
const DECLARING: Revision = 1;

/// Forgets by which entries the acts of a version were, but not which of them declared its lists.
fn forget_entries(version: &mut VersionRecord) {
    let declaring = version.declared.as_mut().map(|declared| std::mem::take(&mut declared.acts)).unwrap_or_default();
    for act in &mut version.acts {
        act.revision = if declaring.contains(&act.revision) { DECLARING } else { 0 };
    }
    if let Some(declared) = version.declared.as_mut().filter(|_| !declaring.is_empty()) {
        declared.acts = vec![DECLARING];
    }
}

/// Door: the same for an org, whose versions stand beside its facts. Which entry ended it is not recorded.
macro_rules! org_recorded {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Recorded for Org {
            type Record = OrgRecord;

            fn recorded(&self) -> OrgRecord {
                let Org { id, facts, versions, revision: _, updated_at: _ } = self.clone();
                let mut versions: Vec<VersionRecord> = versions.into_iter().map(VersionRecord::from).collect();
                versions.iter_mut().for_each(forget_entries);
                let OrgFacts { dissolved_by: _, $($($name,)*)* } = facts;
                OrgRecord { id, versions, duties: None, $($($name,)*)* }
            }

            fn from_record(record: OrgRecord, revision: Revision, updated_at: Instant) -> Self {
                let OrgRecord { id, mut versions, duties, $($($name,)*)* } = record;
                versions.iter_mut().for_each(|version| version.duties = version.duties.take().or_else(|| duties.clone()));
                versions.iter_mut().for_each(forget_entries);
                let versions = versions.into_iter().map(OrgVersion::from).collect();
                let facts = OrgFacts { dissolved_by: None, $($($name,)*)* };
                Self { id, facts, versions, revision, updated_at }
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
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Recorded for Person {
            type Record = PersonRecord;

            fn recorded(&self) -> PersonRecord {
                let Person { id, revision: _, updated_at: _, $($($name,)*)* } = self.clone();
                PersonRecord { id, $($($name,)*)* }
            }

            fn from_record(record: PersonRecord, revision: Revision, updated_at: Instant) -> Self {
                let PersonRecord { id, $($($name,)*)* } = record;
                Self { id, revision, updated_at, $($($name,)*)* }
            }
        }
    };
}

person_attributes! { person_recorded () }

impl Recorded for Post {
    type Record = Self;

    fn recorded(&self) -> Self {
        self.clone()
    }

    /// A line of a post keeps its place in the log.
    fn from_record(record: Self, _: Revision, _: Instant) -> Self {
        record
    }
}

kinds! { records () }

#[cfg(test)]
mod tests;
