//! Which changes are asked for.

use serde::{Deserialize, Deserializer, de};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    directory::{Outcome, Snapshot},
    domain::{AuditSubjectId, ChangeSubject, EffectType, LoggedEffect, OrgId},
    feed::Act,
    http::kit::{
        filters::{ActorText, DocumentNumber, EpochText, IncludeContact, PositionText, many, texts},
        input::{AnyOf, AnyText},
    },
};

/// The most acts of a page.
const ACTS_MAX: u16 = 1000;
/// How many acts a page looks through by default.
const ACTS_DEFAULT: u16 = 100;
/// The longest that a caller may wait for changes, in seconds.
const WAIT_SECONDS_MAX: u8 = 30;

/// Declares the parameters that say which changes are asked for, and those of one operation beside them.
macro_rules! changes_query {
    ($(#[doc = $doc:literal])+ $name:ident { $($own:tt)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Default, Deserialize, IntoParams)]
        #[serde(default)]
        #[into_params(parameter_in = Query)]
        pub(in crate::http) struct $name {
            /// The position after which to begin: `through` of the page before, or the position of a copy. A revision may
            /// stand here too, beside `epoch`. By default the beginning of the log.
            pub(super) after: Option<PositionText>,
            /// The epoch of the revision in `after`, as `Directory-Epoch` has it.
            #[param(value_type = Option<String>, pattern = "^[0-9a-f]{12}$", min_length = 12, max_length = 12)]
            pub(super) epoch: Option<EpochText>,
            /// With an effect of any of these types.
            #[serde(rename = "type")]
            #[param(rename = "type")]
            kinds: Option<AnyOf<EffectType>>,
            /// With an effect on any of these kinds of things.
            subject_kind: Option<AnyOf<ChangeSubject>>,
            /// With an effect on any of these.
            subject_id: Option<AnyOf<AuditSubjectId>>,
            /// With an effect on any of these orgs, or on what is in them or in orgs below them, on any day that the effect
            /// touches, before it or after it.
            within: Option<AnyOf<OrgId>>,
            /// That rest on a document with any of these numbers.
            basis_number: Option<AnyText<DocumentNumber>>,
            /// Of any of these callers: their ids, `operator`, or `anonymous`.
            actor: Option<AnyText<ActorText>>,
            $($own)*
        }
    };
}

changes_query! {
    /// Which changes a page has.
    ChangesQuery {
        /// How many acts to look through at most.
        #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
        limit: Option<ActsMax>,
        /// If there is nothing yet: how many seconds to wait for it.
        #[param(value_type = Option<u8>, minimum = 0, maximum = 30, default = 0)]
        pub(super) wait: Option<WaitSeconds>,
        /// `contact`: show mail addresses and telephone numbers of people, as far as the caller may see them.
        #[param(inline)]
        pub(super) include: Option<IncludeContact>,
    }
}

changes_query! {
    /// Which changes a stream has.
    StreamQuery {}
}

impl From<StreamQuery> for ChangesQuery {
    fn from(query: StreamQuery) -> Self {
        let StreamQuery { after, epoch, kinds, subject_kind, subject_id, within, basis_number, actor } = query;
        Self { after, epoch, kinds, subject_kind, subject_id, within, basis_number, actor, ..Self::default() }
    }
}

impl ChangesQuery {
    pub(super) fn limit(&self) -> usize {
        usize::from(self.limit.map_or(ACTS_DEFAULT, |limit| limit.0))
    }

    /// Whether an act is asked for, whatever its effects are.
    pub(super) fn takes_act(&self, act: &Act) -> bool {
        let numbers: Vec<String> = texts(self.basis_number.clone());
        let actors: Vec<String> = texts(self.actor.clone());
        let number = act.entry.basis.as_ref().and_then(|basis| basis.number.as_ref());
        (numbers.is_empty() || number.is_some_and(|number| numbers.iter().any(|wanted| number.as_str() == wanted)))
            && (actors.is_empty() || actors.contains(&act.entry.actor))
    }

    /// Whether it is asked for all effects of an act.
    pub(super) fn takes_every_effect(&self) -> bool {
        self.kinds.is_none() && self.subject_kind.is_none() && self.subject_id.is_none() && self.within.is_none()
    }

    /// Whether an effect is asked for.
    pub(super) fn takes(&self, outcome: &Outcome<'_>, before: &Snapshot, after: &Snapshot) -> bool {
        let (kind, id) = subject_of(outcome.effect);
        self.takes_subject(&outcome.types, kind, id)
            && (self.within.is_none()
                || many(self.within.clone()).iter().any(|root: &OrgId| outcome.is_within(*root, before, after)))
    }

    /// Whether an effect of these types on this is asked for, wherever it is.
    pub(super) fn takes_subject(&self, types: &[EffectType], kind: ChangeSubject, id: Option<Uuid>) -> bool {
        let kinds: Vec<EffectType> = many(self.kinds.clone());
        let subject_kinds: Vec<ChangeSubject> = many(self.subject_kind.clone());
        let ids: Vec<AuditSubjectId> = many(self.subject_id.clone());
        (kinds.is_empty() || types.iter().any(|one| kinds.contains(one)))
            && (subject_kinds.is_empty() || subject_kinds.contains(&kind))
            && (ids.is_empty() || id.is_some_and(|id| ids.contains(&AuditSubjectId(id))))
    }
}

/// What an effect is on.
fn subject_of(effect: &LoggedEffect) -> (ChangeSubject, Option<Uuid>) {
    let (kind, id) = match effect {
        LoggedEffect::Org { id, .. } | LoggedEffect::OrgVersion { id, .. } => (ChangeSubject::Org, id.0),
        LoggedEffect::Role { id, .. } => (ChangeSubject::Role, id.0),
        LoggedEffect::Supervision { id, .. } => (ChangeSubject::Supervision, id.0),
        LoggedEffect::Person { id, .. } => (ChangeSubject::Person, id.0),
        LoggedEffect::PersonAlias { id, .. } => (ChangeSubject::Person, id.0),
        LoggedEffect::ApiKey { id, .. } => (ChangeSubject::Key, id.0),
        LoggedEffect::Post { .. } => return (ChangeSubject::Post, None),
    };
    (kind, Some(id))
}

macro_rules! bounded {
    ($($(#[doc = $doc:literal])+ $name:ident($number:ty) from $min:literal to $max:ident;)*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $name(pub(super) $number);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match <$number>::deserialize(deserializer) {
                    Ok(number @ $min..=$max) => Ok(Self(number)),
                    _ => Err(de::Error::custom(format_args!("must be an integer from {} to {}", $min, $max))),
                }
            }
        }
    )*};
}

bounded! {
    /// How many acts are looked through.
    ActsMax(u16) from 1 to ACTS_MAX;
    /// How long to wait.
    WaitSeconds(u8) from 0 to WAIT_SECONDS_MAX;
}
