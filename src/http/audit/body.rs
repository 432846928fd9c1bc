//! What the API shows of the audit.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::Keyring,
    domain::{AuditId, AuditKind, AuditRecord, AuditSubject, AuditSubjectId, CallerId, Name, write_instant},
};

/// A record of the audit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecord)]
pub(in crate::http) struct AuditRecordBody {
    /// Its identifier.
    id: AuditId,
    /// When it happened, UTC. Of what happened several times, the first time.
    #[serde(serialize_with = "write_instant")]
    at: DateTime<Utc>,
    /// Why it is here.
    kind: AuditKind,
    /// Who asked. Absent if nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_id: Option<CallerId>,
    /// What the caller's key is called, if it still exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Name>)]
    caller_name: Option<String>,
    /// The operation that was asked for, as this document calls it.
    #[schema(max_length = 60, pattern = "^[a-z_]+$")]
    operation: String,
    /// The type of the problem, if it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 70, pattern = "^/problems/[a-z-]+$")]
    problem: Option<String>,
    /// What `subject_ids` identify.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_kind: Option<AuditSubject>,
    /// What it was about. Of many equal refusals, the first hundred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<AuditSubjectId>>, max_items = 1000)]
    subject_ids: Vec<AuditSubjectId>,
    /// How many times it happened.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    times: u32,
    /// The `X-Request-Id` of the first request.
    #[schema(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._-]+$")]
    request_id: String,
}

impl AuditRecordBody {
    pub(super) fn new(record: AuditRecord, keyring: &Keyring) -> Self {
        let AuditRecord { id, at, caller_id, kind, operation, problem, about, times, request_id } = record;
        let (subject_kind, subject_ids) = about.unzip();
        let subject_ids = subject_ids.into_iter().flatten().map(AuditSubjectId).collect();
        Self {
            id,
            at,
            kind,
            caller_id,
            caller_name: caller_id.and_then(|id| Some(keyring.caller(id)?.name.clone())),
            operation,
            problem: problem.map(|slug| format!("/problems/{slug}")),
            subject_kind,
            subject_ids,
            times,
            request_id,
        }
    }
}
