//! An alias: the id of an entry of a person that was merged into another one.

use serde::{Deserialize, Serialize};

use super::{
    Instant, PersonId, Revision,
    attributes::{described, facts},
    ids::ids,
};

ids! {
    /// Identified an entry of a person before it was merged.
    AliasId,
}

/// The attributes of an alias.
macro_rules! alias_attributes {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {
                /// The person who stayed.
                person_id: (one PersonId), person_id, "person" "人员";
            }
            fixed {}
            filled {}
            optional {}
            once {}
            kept {}
            internal {}
        }
    };
}

pub(crate) use alias_attributes;

alias_attributes! { facts (
    /// The attributes of an alias, as the log and the database keep them.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    PersonAliasFacts {}
) }
alias_attributes! { described (PersonAliasFacts) }

/// An alias with its place in the log. It is deleted with the person who stayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonAlias {
    /// The id of the entry that is gone.
    pub id: AliasId,
    /// Its attributes.
    pub facts: PersonAliasFacts,
    /// The last log entry that changed it.
    pub revision: Revision,
    /// When that entry was recorded.
    pub updated_at: Instant,
}
