//! What the API shows of a person, and what clients send about one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::{
    access::Sight,
    directory::{PersonRow, Snapshot},
    domain::*,
    http::kit::members::{answer, request_schema},
    registry::{Command, CreatePerson, PatchPerson},
};

person_attributes! { answer (
    "Somebody who can hold roles."
    PersonBody<'s> as "Person" {
        first {
            /// Their identifier.
            id: PersonId;
        }
        first_maybe {}
        last {
            /// The last log entry that changed the person's own data.
            revision: Revision;
            /// When that entry was recorded, UTC.
            #[serde(serialize_with = "write_instant")]
            updated_at: DateTime<Utc>;
        }
        last_maybe {}
    }
) }

/// Door: a person's answer.
macro_rules! person_shown {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl<'s> From<&'s Person> for PersonBody<'s> {
            fn from(person: &'s Person) -> Self {
                let Person { id, revision, updated_at, $($($name,)*)* } = person;
                Self { id: *id, revision: *revision, updated_at: *updated_at, $($($name,)*)* }
            }
        }
    };
}

person_attributes! { person_shown () }

/// A person, to be shown.
#[derive(Debug)]
pub(in crate::http) struct ShownPerson(Person);

impl ShownPerson {
    /// What `sight` shows of a person.
    pub(in crate::http) fn new(directory: &Snapshot, person: PersonRow<'_>, sight: &Sight) -> Self {
        let without = || Person { email: None, phone: None, ..person.person() };
        Self(sight.with_contact_of(directory, person).unwrap_or_else(without))
    }
}

impl Serialize for ShownPerson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PersonBody::from(&self.0).serialize(serializer)
    }
}

person_attributes! { request_schema (given CreatePerson "A new person.") }
person_attributes! { request_schema (change PatchPerson
    "A change of a person (RFC 7396: `null` clears a field; a field that is left out stays)."
) }

/// Which of two entries of the same person is merged into the other.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergePeople)]
pub(in crate::http) struct MergePeopleBody {
    /// The entry that is deleted. The other entry gets its roles, and its values where it has none.
    duplicate_id: PersonId,
}

impl MergePeopleBody {
    pub(super) fn command(self, id: PersonId) -> Command {
        let Self { duplicate_id } = self;
        Command::MergePeople { id, duplicate_id }
    }
}
