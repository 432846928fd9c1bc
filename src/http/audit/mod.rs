//! The audit: `/audit`.

mod body;

use actix_web::web::Data;
use serde::Deserialize;
use utoipa::IntoParams;

use super::kit::{
    answer::HandlerResult,
    asked::{Listing, Paging},
    filters::many,
    input::AnyOf,
    operation::{Operation, operations},
    page::page_of,
    schema::InstantText,
};
use crate::{
    directory::Page,
    domain::{AccessScope, AuditFilter, AuditId, AuditKind, AuditSubjectId, CallerId, Error, Instant},
    registry::Registry,
};

pub(in crate::http) use body::*;

/// The operations on the audit.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(AuditRead), write Scope(AuditRead);
        list_audit,
    ]
}

page_of! {
    /// A page of the audit.
    pub(in crate::http) struct AuditPage of AuditRecordBody
}

/// Which records of the audit.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AuditQuery {
    /// Of any of these callers.
    caller_id: Option<AnyOf<CallerId>>,
    /// Of any of these kinds.
    kind: Option<AnyOf<AuditKind>>,
    /// About any of these. This looks through all records between `from` and
    /// `until`.
    subject_id: Option<AnyOf<AuditSubjectId>>,
    /// From this instant on.
    #[param(value_type = Option<InstantText>)]
    from: Option<Instant>,
    /// Before this instant.
    #[param(value_type = Option<InstantText>)]
    until: Option<Instant>,
}

/// List the audit
///
/// What was refused, who has seen mail addresses and telephone numbers of whom, and who was appointed by staff number by
/// somebody who did not see them; newest first. Nobody is named but by id. Equal refusals within a minute are one
/// record. It needs `audit:read` everywhere, since a record may be about any org. Records are removed when they are older than the operator keeps them. `as_of` has no effect.
#[utoipa::path(
    get, path = "/audit", tag = "access", params(AuditQuery, Paging),
    responses((status = 200, description = "A page of the audit.", body = AuditPage)),
)]
pub(in crate::http) async fn list_audit(registry: Data<Registry>, listing: Listing<AuditQuery>) -> HandlerResult {
    if !listing.read.rights(&registry.snapshot()).has_everywhere(AccessScope::AuditRead) {
        return Err(Error::Forbidden { scope: AccessScope::AuditRead, org: None }.into());
    }
    let AuditQuery { caller_id, kind, subject_id, from, until } = &listing.read.query;
    let filter = AuditFilter {
        caller_ids: many(caller_id.clone()),
        kinds: many(kind.clone()),
        subject_ids: many(subject_id.clone()),
        from: *from,
        until: *until,
    };
    let asked = &listing.page;
    let before = asked
        .after
        .as_deref()
        .and_then(|position| Some(AuditId(position.try_into().ok().map(uuid::Uuid::from_bytes)?)));
    let mut records = registry.audited(&filter, before, asked.limit + 1).await?;
    let more = records.len() > asked.limit;
    records.truncate(asked.limit);
    let next = records.last().filter(|_| more).map(|last| last.id.0.as_bytes().to_vec());
    let total = if asked.count { Some(registry.audited_count(&filter).await?) } else { None };
    let keyring = registry.keyring();
    let items = records.into_iter().map(|record| AuditRecordBody::new(record, &keyring)).collect();
    Ok(listing.beside(Page { items, next, total: total.and_then(|total| usize::try_from(total).ok()) }))
}
