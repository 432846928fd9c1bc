//! From a request to the registry and back: what every handler that writes has in common.

use std::sync::Arc;

use actix_web::http::{Method, StatusCode};

use super::{
    answer::{Answer, At, HandlerResult},
    asked::WriteRequest,
    change::ChangeBody,
    conditional::{IfMatch, object_tag},
    extract::Fingerprint,
    json::{Shown, append, to_bytes},
    problem::{Failure, Problem},
};
use crate::{
    access::{Secret, Sight},
    directory::Snapshot,
    domain::{Day, Error, KeyChange, ObjectKey, Revision},
    registry::{self, Command, Condition, Refused, Registry, RequestKey, Submission},
    words::{Language, Naming},
};

/// A command that was accepted, ready to be answered.
#[derive(Debug)]
pub(in crate::http) struct Done {
    inner: registry::Accepted,
    at: At,
    today: Day,
    /// Whether the answer leaves out what has changed.
    is_minimal: bool,
    language: Language,
    /// What the answer may show.
    sight: Sight,
    /// The secret of a key, which only this answer shows.
    secret: Option<Secret>,
}

impl WriteRequest {
    /// Has the command decided and carried out.
    pub(in crate::http) async fn submit(
        self,
        registry: &Registry,
        command: impl Into<Command>,
        fingerprint: Option<Fingerprint>,
    ) -> Result<Done, Failure> {
        let key = self.idempotency_key.zip(fingerprint).map(|(key, fingerprint)| {
            let caller = self.caller.actor().into_owned();
            let request_key = RequestKey { caller, method: Method::POST.to_string(), path: self.path, key };
            (request_key, fingerprint.iter().map(|byte| format!("{byte:02x}")).collect())
        });
        let is_weak = self.if_match == Some(IfMatch::Weak);
        let condition = match self.if_match {
            _ if self.if_none => Condition::Absent,
            None | Some(IfMatch::Any) => Condition::None,
            Some(IfMatch::States(states)) => Condition::At(states),
            Some(IfMatch::Weak) => Condition::At(Vec::new()),
        };
        let submission = Submission { caller: self.caller, dry_run: self.dry_run, condition, key };
        let inner = registry.submit(command.into(), submission).await.map_err(|refused| {
            let weak = is_weak && matches!(refused.why, Error::PreconditionFailed { .. } | Error::StateChanged { .. });
            told(if weak { Error::WeakTags.into() } else { refused }, &self.sight)
        })?;
        self.sight.shown().note_numbered(&inner.outsiders);
        let at = At {
            epoch: inner.snapshot.chain().epoch,
            revision: inner.revision,
            as_of: inner.shown_on.unwrap_or(self.today),
        };
        let sight = match inner.dry_run {
            true => self.sight.of_what_would_be(Arc::clone(&inner.before)),
            false => self.sight,
        };
        Ok(Done {
            inner,
            at,
            today: self.today,
            is_minimal: self.is_minimal,
            language: self.language,
            sight,
            secret: None,
        })
    }
}

/// A refusal in the names of the directory on which the command was decided, as far as the caller may know them.
fn told(Refused { why, seen }: Refused, sight: &Sight) -> Problem {
    let Some(seen) = seen else { return why.into() };
    let sight = sight.clone().of_what_would_be(Arc::clone(&seen.before));
    let names = |person| sight.names(&seen.after, person);
    Problem::refused(why, Naming { before: &seen.before, after: &seen.after, names: &names })
}

impl Done {
    /// The directory right after the command.
    pub(in crate::http) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.inner.snapshot
    }

    /// What the command is about.
    pub(in crate::http) fn target(&self) -> &ObjectKey {
        &self.inner.target
    }

    /// Of a dry run, what it would do to keys beside the log.
    pub(in crate::http) fn key_changes(&self) -> &[KeyChange] {
        &self.inner.key_changes
    }

    /// If it answers a request that was repeated: the entry of the first one, if it made any.
    pub(in crate::http) fn repeats(&self) -> Option<Option<Revision>> {
        self.inner.repeated.then_some(self.inner.entry)
    }

    /// What the answer may show.
    pub(in crate::http) fn sight(&self) -> &Sight {
        &self.sight
    }

    /// The day to show its outcome on.
    pub(in crate::http) fn day(&self) -> Day {
        self.at.as_of
    }

    /// The same with the secret that the command has issued, if it has.
    pub(in crate::http) fn with_secret(self, secret: Secret) -> Self {
        let issued = !self.inner.dry_run && !self.inner.repeated;
        Self { secret: issued.then_some(secret), ..self }
    }

    /// 200 with the object as it is now.
    pub(in crate::http) fn changed(&self, (body, own_revision): (impl Shown, Revision)) -> HandlerResult {
        self.object(StatusCode::OK, &body, own_revision)
    }

    /// 201 with the new object, found under `collection`. On a dry run there is none: 200.
    pub(in crate::http) fn created(
        &self,
        collection: &str,
        (body, own_revision): (impl Shown, Revision),
    ) -> HandlerResult {
        if self.inner.dry_run {
            return self.object(StatusCode::OK, &body, own_revision);
        }
        let location = format!("{collection}/{}", self.inner.target.id());
        Ok(self.object(StatusCode::CREATED, &body, own_revision)?.found_at(location))
    }

    /// 200 with what was declared whole from a day on. Its tag stands for all that it rests on; a dry run gives the one
    /// that the request needs.
    pub(in crate::http) fn declared(
        &self,
        (body, state): (impl Shown, impl Fn(&Snapshot) -> Revision),
    ) -> HandlerResult {
        let seen = if self.inner.dry_run { &self.inner.before } else { &self.inner.snapshot };
        self.tagged(StatusCode::OK, &body, Some(state(seen)))
    }

    /// What has changed, and nothing else; 204 where that is left out.
    pub(in crate::http) fn gone(&self) -> HandlerResult {
        let bytes = self.change().map(ChangeBody::alone).transpose().map_err(Problem::internal)?;
        let status = if bytes.is_some() { StatusCode::OK } else { StatusCode::NO_CONTENT };
        Ok(Answer::written(status, bytes, None, self.is_minimal, self.at))
    }

    /// The object, and what has changed as one more member. The tag is that of the object alone: a GET gives the
    /// same. What a dry run would leave has none.
    fn object(&self, status: StatusCode, body: &impl Shown, own_revision: Revision) -> HandlerResult {
        self.tagged(status, body, (!self.inner.dry_run).then_some(own_revision))
    }

    fn tagged(&self, status: StatusCode, body: &impl Shown, state: Option<Revision>) -> HandlerResult {
        let mut bytes = to_bytes(body).map_err(Problem::internal)?;
        let tag = state.map(|state| object_tag(self.at.epoch, state, &bytes));
        if let Some(secret) = &self.secret {
            append("secret", &secret.as_str(), &mut bytes).map_err(Problem::internal)?;
        }
        if let Some(change) = self.change() {
            append("change", &change, &mut bytes).map_err(Problem::internal)?;
        }
        Ok(Answer::written(status, Some(bytes), tag, self.is_minimal, self.at))
    }

    fn change(&self) -> Option<ChangeBody<'_>> {
        (!self.is_minimal).then(|| ChangeBody::new(&self.inner, &self.sight, self.today, self.language))
    }
}
