//! What an accepted command does. Tables, log, snapshot and feed are all written from it.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{
    Basis, Day, Instant, OrgFacts, OrgId, OrgVersion, Person, PersonId, Post, PostCode, Revision, RoleFacts, RoleId,
    SupervisionFacts, SupervisionId,
};

/// One row put, changed or removed. `before` and `after` are never equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The attributes of an org that have no versions.
    Org { id: OrgId, before: Option<OrgFacts>, after: Option<OrgFacts> },
    /// One version of an org.
    OrgVersion { id: OrgId, valid_from: Day, before: Option<OrgVersion>, after: Option<OrgVersion> },
    /// A person, with the values that the log never sees.
    Person { id: PersonId, before: Option<Arc<Person>>, after: Option<Arc<Person>> },
    /// A post of the catalogue.
    Post { code: PostCode, before: Option<Post>, after: Option<Post> },
    /// A role.
    Role { id: RoleId, before: Option<RoleFacts>, after: Option<RoleFacts> },
    /// A supervision.
    Supervision { id: SupervisionId, before: Option<SupervisionFacts>, after: Option<SupervisionFacts> },
}

/// What happened to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Entered.
    Created,
    /// Some fields changed.
    Changed,
    /// Erased, or merged into another entry.
    Deleted,
}

/// An effect as the log keeps it: without personal values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "subject", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of `Effect`")]
pub enum LoggedEffect {
    /// The attributes of an org that have no versions.
    Org {
        id: OrgId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<OrgFacts>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<OrgFacts>,
    },
    /// One version of an org.
    OrgVersion {
        id: OrgId,
        valid_from: Day,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<OrgVersion>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<OrgVersion>,
    },
    /// A person: which fields changed, without their values.
    Person { id: PersonId, act: Act, fields: Vec<PersonField> },
    /// A post of the catalogue.
    Post {
        code: PostCode,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Post>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Post>,
    },
    /// A role.
    Role {
        id: RoleId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<RoleFacts>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<RoleFacts>,
    },
    /// A supervision.
    Supervision {
        id: SupervisionId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<SupervisionFacts>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<SupervisionFacts>,
    },
}

impl Effect {
    /// The effect without personal values.
    pub fn logged(&self) -> LoggedEffect {
        match self.clone() {
            Self::Org { id, before, after } => LoggedEffect::Org { id, before, after },
            Self::OrgVersion { id, valid_from, before, after } => {
                LoggedEffect::OrgVersion { id, valid_from, before, after }
            }
            Self::Post { code, before, after } => LoggedEffect::Post { code, before, after },
            Self::Role { id, before, after } => LoggedEffect::Role { id, before, after },
            Self::Supervision { id, before, after } => LoggedEffect::Supervision { id, before, after },
            Self::Person { id, before, after } => LoggedEffect::Person {
                id,
                act: match (&before, &after) {
                    (None, _) => Act::Created,
                    (Some(_), Some(_)) => Act::Changed,
                    (Some(_), None) => Act::Deleted,
                },
                fields: changed_fields(before.as_deref(), after.as_deref()),
            },
        }
    }
}

/// The fields in which two states of a person differ.
fn changed_fields(before: Option<&Person>, after: Option<&Person>) -> Vec<PersonField> {
    let changed = match (before, after) {
        (Some(before), Some(after)) => before.differing(after),
        (Some(only), None) | (None, Some(only)) => only.present(),
        (None, None) => Vec::new(),
    };
    changed.into_iter().map(|attribute| PersonField(attribute.name)).collect()
}

/// The name of an attribute of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PersonField(pub &'static str);

impl<'de> Deserialize<'de> for PersonField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        let known = Person::ATTRIBUTES.iter().find(|attribute| attribute.name == name);
        known.map(|attribute| Self(attribute.name)).ok_or_else(|| de::Error::custom("must be an attribute of a person"))
    }
}

/// One accepted command in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place: one more than the entry before.
    pub revision: Revision,
    /// When it was recorded; later than the entry before.
    pub recorded_at: Instant,
    /// Who asked for it.
    pub actor: String,
    /// What was asked, for example `org.dissolved`.
    pub kind: String,
    /// The object that the command named, if any.
    pub subject: Option<String>,
    /// The document of the act.
    pub basis: Option<Basis>,
    /// What it did, in order.
    pub effects: Vec<LoggedEffect>,
}

impl Entry {
    /// The format that this release writes. A release that finds a newer format in the log must not write.
    ///
    /// 1: orgs, people, posts, roles. 2: also supervisions, and roles held by a seat. 3: a
    /// seat is written beside its type, as requests write it.
    pub const FORMAT: i32 = 3;
}
