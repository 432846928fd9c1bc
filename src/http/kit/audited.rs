//! What of a request belongs in the audit: that it was refused, and whose personal data its answer gives. It stands
//! around every handler, so that an operation cannot forget it.

use std::sync::{Arc, OnceLock};

use actix_web::{
    HttpMessage, HttpRequest,
    http::{Method, StatusCode},
    web::Data,
};
use uuid::Uuid;

use super::{
    gate::caller_of,
    problem::{Problem, ProblemType},
    resource::{Purposes, Template},
    source::Source,
};
use crate::{
    access::{Shown, Sight},
    domain::{AuditKind, AuditSubject, CallerId, Error, PersonId},
    registry::Audited,
};

/// Keeps with a request whose personal data its answer gives.
pub(super) fn follow(request: &HttpRequest, sight: &Sight) {
    request.extensions_mut().insert(Arc::clone(sight.shown()));
}

/// Notes that a request was refused, if the caller may not do that, or may not know of what it names.
pub(super) fn note_refusal(source: &dyn Source, request: &HttpRequest, problem: &Problem, request_id: &str) {
    let of_access = matches!(problem.kind(), ProblemType::Unauthenticated | ProblemType::Forbidden);
    if !of_access && problem.hidden().is_none() {
        return;
    }
    let Some((operation, named)) = purpose(request) else { return };
    let about = problem.hidden().map(|PersonId(id)| (AuditSubject::Person, id)).or(named);
    source.note_refusal(Audited {
        kind: AuditKind::Refused,
        caller_id: caller_of(request).id(),
        operation,
        problem: Some(problem.kind().slug()),
        about: about.map(|(kind, id)| (kind, vec![id])),
        request_id: request_id.to_owned(),
    });
}

/// Waits until it is recorded whose personal data the answer gives, if it gives any.
///
/// # Errors
///
/// That cannot be recorded now, so the answer must not be given.
pub(super) async fn record(
    source: &dyn Source,
    request: &HttpRequest,
    status: StatusCode,
    request_id: &str,
) -> Result<(), Problem> {
    let shown = request.extensions().get::<Arc<Shown>>().cloned();
    let Some([contact, numbered]) = shown.map(|shown| shown.take()) else { return Ok(()) };
    if let Some(asked) = request.extensions().get::<Arc<OnceLock<String>>>() {
        // It cannot be set already: this stands around the handler once.
        let _ = asked.set(request_id.to_owned());
    }
    // The tag tells of the body, also without it.
    let has_body = status.is_success();
    let all = [(AuditKind::ContactRead, contact), (AuditKind::AppointedByStaffNo, numbered)];
    for (kind, people) in all.into_iter().filter(|(_, people)| has_body && !people.is_empty()) {
        let (operation, _) = purpose(request).unwrap_or_default();
        let recorded = source.record(Audited {
            kind,
            caller_id: caller_of(request).id(),
            operation,
            problem: None,
            about: Some((AuditSubject::Person, people.into_iter().map(|PersonId(id)| id).collect())),
            request_id: request_id.to_owned(),
        });
        recorded.await.map_err(|error| withheld(error, request.method()))?;
    }
    Ok(())
}

/// Records whose personal data the rest of an answer gives that is made while it is sent.
#[derive(Debug)]
pub(in crate::http) struct Recorder {
    source: Data<dyn Source>,
    shown: Arc<Shown>,
    caller_id: Option<CallerId>,
    operation: &'static str,
    /// The id of the request, once its answer begins.
    request_id: Arc<OnceLock<String>>,
}

impl Recorder {
    /// Of the answer to a request, which shows what `sight` does.
    pub(in crate::http) fn new(source: Data<dyn Source>, request: &HttpRequest, sight: &Sight) -> Self {
        let (operation, _) = purpose(request).unwrap_or_default();
        let request_id = Arc::new(OnceLock::new());
        request.extensions_mut().insert(Arc::clone(&request_id));
        Self { source, shown: Arc::clone(sight.shown()), caller_id: caller_of(request).id(), operation, request_id }
    }

    /// Waits until it is recorded whose contact data were given since the last time.
    ///
    /// # Errors
    ///
    /// That cannot be recorded now, so nothing more must be sent.
    pub(in crate::http) async fn record(&self) -> Result<(), Error> {
        let [contact, _] = self.shown.take();
        if contact.is_empty() {
            return Ok(());
        }
        let audited = Audited {
            kind: AuditKind::ContactRead,
            caller_id: self.caller_id,
            operation: self.operation,
            problem: None,
            about: Some((AuditSubject::Person, contact.into_iter().map(|PersonId(id)| id).collect())),
            request_id: self.request_id.get().cloned().unwrap_or_default(),
        };
        self.source.record(audited).await
    }
}

/// The answer to a write is withheld although the write may have happened.
fn withheld(error: Error, method: &Method) -> Problem {
    match error {
        Error::Unavailable { retry_after, outcome_unknown: _ } if method != Method::GET => {
            Error::Unavailable { retry_after, outcome_unknown: true }.into()
        }
        error => error.into(),
    }
}

/// The operation that a request asks for, and what its path names.
fn purpose(request: &HttpRequest) -> Option<(&'static str, Option<(AuditSubject, Uuid)>)> {
    let (operation, subject) = request.app_data::<Purposes>()?.of(request.method())?;
    let id = || {
        let template = request.app_data::<Template>()?;
        let (_, id) = template.parameters(request.path()).find(|(name, _)| *name == "id")?;
        id.parse::<Uuid>().ok()
    };
    Some((operation, subject.and_then(|subject| Some((subject, id()?)))))
}
