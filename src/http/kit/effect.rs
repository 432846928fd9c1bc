//! What a write does to rows, as answers show it: one shape for each subject.

use serde::Serialize;
use utoipa::ToSchema;

use super::facts::one_word;
use crate::domain::{
    Act, Day, LoggedEffect, OrgFacts, OrgId, OrgVersion, PersonField, PersonId, Post, PostCode, RoleFacts, RoleId,
    SupervisionFacts, SupervisionId,
};

/// What a write does to one row. `subject` says which shape it has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Effect, discriminator(property_name = "subject", mapping(
    ("org" = "#/components/schemas/OrgEffect"),
    ("org_version" = "#/components/schemas/OrgVersionEffect"),
    ("person" = "#/components/schemas/PersonEffect"),
    ("post" = "#/components/schemas/PostEffect"),
    ("role" = "#/components/schemas/RoleEffect"),
    ("supervision" = "#/components/schemas/SupervisionEffect")
)))]
pub(super) enum EffectBody<'e> {
    Org(OrgEffect<'e>),
    OrgVersion(OrgVersionEffect<'e>),
    Person(PersonEffect<'e>),
    Post(PostEffect<'e>),
    Role(RoleEffect<'e>),
    Supervision(SupervisionEffect<'e>),
}

one_word! {
    /// The subject of an [`OrgEffect`].
    OrgSubject { Org }
    /// The subject of an [`OrgVersionEffect`].
    OrgVersionSubject { OrgVersion }
    /// The subject of a [`PersonEffect`].
    PersonSubject { Person }
    /// The subject of a [`PostEffect`].
    PostSubject { Post }
    /// The subject of a [`RoleEffect`].
    RoleSubject { Role }
    /// The subject of a [`SupervisionEffect`].
    SupervisionSubject { Supervision }
}

/// A row with its values before and after.
macro_rules! valued_effects {
    ($($(#[$doc:meta])* $type:ident($subject:ident) { $id:ident $(, $(#[$field_doc:meta])* $field:ident: $field_type:ty)? } of $facts:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $type<'e> {
            /// What kind of row it is.
            #[schema(inline)]
            subject: $subject,
            act: Act,
            id: $id,
            $($(#[$field_doc])* $field: $field_type,)?
            /// The values before. Absent if the row is new.
            #[serde(skip_serializing_if = "Option::is_none")]
            before: Option<&'e $facts>,
            /// The values after. Absent if the row is deleted.
            #[serde(skip_serializing_if = "Option::is_none")]
            after: Option<&'e $facts>,
        }
    )*};
}

valued_effects! {
    /// An effect on the attributes of an org that have no versions.
    OrgEffect(OrgSubject) { OrgId } of OrgFacts
    /// An effect on one version of an org.
    OrgVersionEffect(OrgVersionSubject) { OrgId, /** The first day of the version. */ valid_from: Day } of OrgVersion
    /// An effect on a post of the catalogue. Its code is its id.
    PostEffect(PostSubject) { PostCode } of Post
    /// An effect on a role.
    RoleEffect(RoleSubject) { RoleId } of RoleFacts
    /// An effect on a supervision.
    SupervisionEffect(SupervisionSubject) { SupervisionId } of SupervisionFacts
}

/// An effect on a person: which fields change, without their values.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonEffect<'e> {
    /// What kind of row it is.
    #[schema(inline)]
    subject: PersonSubject,
    act: Act,
    id: PersonId,
    /// The fields that change.
    #[schema(max_items = 20)]
    fields: &'e [PersonField],
}

/// What happens to a row with these values before and after.
fn act<T>(before: &Option<T>, after: &Option<T>) -> Act {
    match (before, after) {
        (None, _) => Act::Created,
        (Some(_), Some(_)) => Act::Changed,
        (Some(_), None) => Act::Deleted,
    }
}

impl<'e> From<&'e LoggedEffect> for EffectBody<'e> {
    fn from(effect: &'e LoggedEffect) -> Self {
        match effect {
            LoggedEffect::Org { id, before, after } => Self::Org(OrgEffect {
                subject: OrgSubject::Org,
                act: act(before, after),
                id: *id,
                before: before.as_ref(),
                after: after.as_ref(),
            }),
            LoggedEffect::OrgVersion { id, valid_from, before, after } => Self::OrgVersion(OrgVersionEffect {
                subject: OrgVersionSubject::OrgVersion,
                act: act(before, after),
                id: *id,
                valid_from: *valid_from,
                before: before.as_ref(),
                after: after.as_ref(),
            }),
            LoggedEffect::Person { id, act, fields } => {
                Self::Person(PersonEffect { subject: PersonSubject::Person, act: *act, id: *id, fields })
            }
            LoggedEffect::Post { code, before, after } => Self::Post(PostEffect {
                subject: PostSubject::Post,
                act: act(before, after),
                id: code.clone(),
                before: before.as_ref(),
                after: after.as_ref(),
            }),
            LoggedEffect::Role { id, before, after } => Self::Role(RoleEffect {
                subject: RoleSubject::Role,
                act: act(before, after),
                id: *id,
                before: before.as_ref(),
                after: after.as_ref(),
            }),
            LoggedEffect::Supervision { id, before, after } => Self::Supervision(SupervisionEffect {
                subject: SupervisionSubject::Supervision,
                act: act(before, after),
                id: *id,
                before: before.as_ref(),
                after: after.as_ref(),
            }),
        }
    }
}
