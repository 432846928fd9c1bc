//! What the API shows of a person, and what clients send about one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{Email, ExternalId, Field, Name, Person, PersonId, Text},
    http::kit::schema::{ExternalIds, given},
    registry::{Command, CreatePerson, PatchPerson},
};

/// Somebody who can hold roles.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Person)]
pub(in crate::http) struct PersonBody {
    id: PersonId,
    name: Name,
    /// Name in Latin letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<Text<200>>,
    /// Names the person had before and has no more, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    former_names: Vec<Name>,
    /// 工号: number on the university's staff list; unique.
    #[serde(skip_serializing_if = "Option::is_none")]
    staff_no: Option<Text<40>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Email>,
    /// Telephone number as dialled.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<Text<40>>,
    /// What other systems know the person by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    external_ids: Vec<ExternalId>,
    /// The last log entry that changed the person's own data.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    revision: u64,
    /// When that entry was recorded, UTC.
    #[schema(max_length = 40)]
    updated_at: DateTime<Utc>,
}

impl From<&Person> for PersonBody {
    fn from(person: &Person) -> Self {
        let Person { id, name, name_en, former_names, staff_no, email, phone, external_ids, revision, updated_at } =
            person.clone();
        Self { id, name, name_en, former_names, staff_no, email, phone, external_ids, revision, updated_at }
    }
}

/// A new person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreatePerson)]
pub(in crate::http) struct CreatePersonBody {
    name: Name,
    /// Name in Latin letters.
    #[serde(default, deserialize_with = "given")]
    name_en: Option<Text<200>>,
    /// 工号: number on the university's staff list; unique.
    #[serde(default, deserialize_with = "given")]
    staff_no: Option<Text<40>>,
    #[serde(default, deserialize_with = "given")]
    email: Option<Email>,
    /// Telephone number as dialled.
    #[serde(default, deserialize_with = "given")]
    phone: Option<Text<40>>,
    /// What other systems know the person by.
    #[serde(default)]
    #[schema(inline)]
    external_ids: ExternalIds,
}

impl From<CreatePersonBody> for Command {
    fn from(body: CreatePersonBody) -> Self {
        let CreatePersonBody { name, name_en, staff_no, email, phone, external_ids } = body;
        Self::CreatePerson(CreatePerson { name, name_en, staff_no, email, phone, external_ids: external_ids.0 })
    }
}

/// A change of a person (RFC 7396: `null` clears a field, an absent one stays). A new name keeps the
/// old one among the former names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PatchPerson)]
pub(in crate::http) struct PatchPersonBody {
    #[serde(default, deserialize_with = "given")]
    name: Option<Name>,
    /// Name in Latin letters.
    #[serde(default)]
    #[schema(inline)]
    name_en: Field<Text<200>>,
    /// 工号: number on the university's staff list; unique.
    #[serde(default)]
    #[schema(inline)]
    staff_no: Field<Text<40>>,
    #[serde(default)]
    #[schema(inline)]
    email: Field<Email>,
    /// Telephone number as dialled.
    #[serde(default)]
    #[schema(inline)]
    phone: Field<Text<40>>,
    /// What other systems know the person by: the whole list.
    #[serde(default)]
    #[schema(inline)]
    external_ids: Field<ExternalIds>,
}

impl PatchPersonBody {
    pub(super) fn command(self, id: PersonId) -> Command {
        let Self { name, name_en, staff_no, email, phone, external_ids } = self;
        let external_ids = external_ids.map(|items| items.0);
        Command::PatchPerson {
            id,
            patch: Box::new(PatchPerson { name, name_en, staff_no, email, phone, external_ids }),
        }
    }
}

/// Which entry of the same person goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergePeople)]
pub(in crate::http) struct MergePeopleBody {
    /// The entry that goes. Its roles become the other's, which takes over what it lacks.
    duplicate_id: PersonId,
}

impl MergePeopleBody {
    pub(super) fn command(self, id: PersonId) -> Command {
        let Self { duplicate_id } = self;
        Command::MergePeople { id, duplicate_id }
    }
}
