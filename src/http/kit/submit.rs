//! From a request to the registry and back: what every handler that writes has in common.

use std::sync::Arc;

use actix_web::http::Method;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    answer::{Answer, At, Outcome},
    asked::Write,
    conditional::IfMatch,
    extract::Fingerprint,
    problem::Failure,
};
use crate::{
    directory::Snapshot,
    domain::{Act, Day, LoggedEffect, Revision, Text},
    registry::{self, Command, Registry, RequestKey, Submission},
    words::Telling,
};

/// A command that was accepted, ready to be answered.
#[derive(Debug)]
pub(in crate::http) struct Done {
    inner: registry::Outcome,
    at: At,
    /// The directory when the command came in: what is gone has its name there.
    before: Arc<Snapshot>,
}

impl Write {
    /// Has the command decided and carried out.
    pub(in crate::http) async fn submit(
        self,
        registry: &Registry,
        command: impl Into<Command>,
        fingerprint: Option<Fingerprint>,
    ) -> Result<Done, Failure> {
        let key = self.idempotency_key.zip(fingerprint).map(|(key, fingerprint)| {
            let caller = self.caller.actor().to_owned();
            let request_key = RequestKey { caller, method: Method::POST.to_string(), path: self.path, key };
            (request_key, fingerprint.iter().map(|byte| format!("{byte:02x}")).collect())
        });
        let if_match = match self.if_match {
            None | Some(IfMatch::Any) => None,
            Some(IfMatch::Revisions(revisions)) => Some(revisions),
        };
        let submission = Submission { caller: self.caller, dry_run: self.dry_run, if_match, key };
        let inner = registry.submit(command.into(), submission).await?;
        let at = At { revision: inner.revision, as_of: inner.shown_on.unwrap_or(self.today) };
        Ok(Done { inner, at, before: self.directory })
    }
}

impl Done {
    /// The directory right after the command.
    pub(in crate::http) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.inner.snapshot
    }

    /// What the command is about.
    pub(in crate::http) fn target(&self) -> &registry::Target {
        &self.inner.target
    }

    /// The day to show its outcome on.
    pub(in crate::http) fn day(&self) -> Day {
        self.at.as_of
    }

    /// What it did.
    pub(in crate::http) fn effects(&self) -> &[LoggedEffect] {
        &self.inner.effects
    }

    /// 200 with the object as it is now.
    pub(in crate::http) fn changed(&self, (body, own_revision): (impl Serialize, Revision)) -> Answer {
        if self.inner.dry_run { self.dry_run(Some(json!(body))) } else { Answer::object(&body, own_revision, self.at) }
    }

    /// 201 with the new object, found under `collection`.
    pub(in crate::http) fn created(
        &self,
        collection: &str,
        (body, own_revision): (impl Serialize, Revision),
    ) -> Answer {
        if self.inner.dry_run {
            return self.dry_run(Some(json!(body)));
        }
        let location = format!("{collection}/{}", self.inner.target.id().unwrap_or_default());
        Answer::created(&body, own_revision, self.at, location)
    }

    /// 204: it is gone.
    pub(in crate::http) fn gone(&self) -> Outcome {
        Ok(if self.inner.dry_run { self.dry_run(None) } else { Answer::no_content(self.at) })
    }

    fn dry_run(&self, result: Option<Value>) -> Answer {
        let effects = self.inner.effects.iter().map(EffectBody::from).map(|effect| json!(effect)).collect();
        let telling = Telling { before: &self.before, after: &self.inner.snapshot };
        Answer::dry_run(effects, telling.tell(&self.inner.effects), result, self.at)
    }
}

/// What a write would do to one row: of a body's undated facts, of one of its versions, of a person,
/// a post, a role or a supervision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Effect)]
pub(in crate::http) struct EffectBody {
    #[schema(inline)]
    subject: EffectSubject,
    #[schema(inline)]
    act: Act,
    /// The object's id; of a post, its code.
    #[schema(min_length = 1, max_length = 40)]
    id: String,
    /// Of a version: its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Day>,
    /// Of a person: the names of the fields, without their values.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20, value_type = Option<Vec<Text<40>>>)]
    fields: Option<Value>,
    /// The values before; absent where it is new, and of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, additional_properties = true)]
    before: Option<Value>,
    /// The values after; absent where it goes, and of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, additional_properties = true)]
    after: Option<Value>,
}

/// What kind of row an effect is on.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum EffectSubject {
    Org,
    OrgVersion,
    Person,
    Post,
    Role,
    Supervision,
}

impl From<&LoggedEffect> for EffectBody {
    fn from(effect: &LoggedEffect) -> Self {
        fn of<T: Serialize>(
            subject: EffectSubject,
            id: String,
            valid_from: Option<Day>,
            before: &Option<T>,
            after: &Option<T>,
        ) -> EffectBody {
            let act = match (before, after) {
                (None, _) => Act::Created,
                (Some(_), Some(_)) => Act::Changed,
                (Some(_), None) => Act::Deleted,
            };
            let shown = |state: &Option<T>| state.as_ref().map(|state| json!(state));
            EffectBody { subject, act, id, valid_from, fields: None, before: shown(before), after: shown(after) }
        }
        match effect {
            LoggedEffect::Org { id, before, after } => of(EffectSubject::Org, id.to_string(), None, before, after),
            LoggedEffect::OrgVersion { id, valid_from, before, after } => {
                of(EffectSubject::OrgVersion, id.to_string(), Some(*valid_from), before, after)
            }
            LoggedEffect::Post { code, before, after } => {
                of(EffectSubject::Post, code.to_string(), None, before, after)
            }
            LoggedEffect::Role { id, before, after } => of(EffectSubject::Role, id.to_string(), None, before, after),
            LoggedEffect::Supervision { id, before, after } => {
                of(EffectSubject::Supervision, id.to_string(), None, before, after)
            }
            LoggedEffect::Person { id, act, fields } => Self {
                subject: EffectSubject::Person,
                act: *act,
                id: id.to_string(),
                valid_from: None,
                fields: Some(json!(fields)),
                before: None,
                after: None,
            },
        }
    }
}

/// What a write would do; nothing has happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DryRun)]
pub(in crate::http) struct DryRunBody {
    /// Always true.
    dry_run: bool,
    /// What it would do, in order; empty where it would change nothing.
    #[schema(max_items = 1_000_000)]
    effects: Vec<EffectBody>,
    /// The same in plain words, in the language that `Accept-Language` asks for.
    #[schema(max_items = 1_000_000, value_type = Vec<Text<2000>>)]
    summary: Vec<String>,
    /// What it would answer; absent where that is nothing.
    #[schema(value_type = Option<Object>, additional_properties = true)]
    result: Option<Value>,
}
