//! What the API shows of a supervision, and what clients send about one.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    directory::{Covering, Snapshot, SupervisionView},
    domain::*,
    http::{kit::shape::request_schema, orgs::OrgRef},
    registry::{CreateSupervision, PatchSupervision},
};

/// A supervision: which supervision group covers which org, from when and until when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Supervision)]
pub(in crate::http) struct SupervisionBody<'s> {
    id: SupervisionId,
    /// The supervision group on the day asked for.
    supervision_group: OrgRef<'s>,
    /// The leading group that it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    leading_group: Option<OrgRef<'s>>,
    /// The org that it covers, on the day asked for.
    org: OrgRef<'s>,
    scope: Scope,
    status: Status,
    /// The first day on which it holds.
    valid_from: Day,
    /// The first day on which it no longer holds. Absent while it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// The document by which it was set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
    /// The document by which it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_basis: Option<&'s Basis>,
    /// The last log entry that changed it.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    revision: u64,
    /// When that entry was recorded, UTC.
    #[schema(max_length = 40)]
    #[serde(serialize_with = "write_instant")]
    updated_at: DateTime<Utc>,
}

impl<'s> SupervisionBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &SupervisionView<'s>) -> Self {
        let SupervisionFacts { supervision_group_id: _, org_id: _, scope, valid_from, valid_until, basis, end_basis } =
            &view.supervision.facts;
        Self {
            id: view.supervision.id,
            supervision_group: OrgRef::new(snapshot, &view.group),
            leading_group: snapshot.parent_of(&view.group).map(|parent| OrgRef::new(snapshot, &parent)),
            org: OrgRef::new(snapshot, &view.org),
            scope: *scope,
            status: view.status,
            valid_from: *valid_from,
            valid_until: *valid_until,
            basis: basis.as_ref(),
            end_basis: end_basis.as_ref(),
            revision: view.supervision.revision,
            updated_at: view.supervision.updated_at,
        }
    }
}

/// A supervision that covers an org, directly or from above.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Covering)]
pub(in crate::http) struct CoveringBody<'s> {
    supervision_id: SupervisionId,
    supervision_group: OrgRef<'s>,
    /// The leading group that the supervision group stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    leading_group: Option<OrgRef<'s>>,
    /// The org that the supervision names: the org asked about, or one above it.
    org: OrgRef<'s>,
    scope: Scope,
    /// Present and true if the supervision names an org above and covers everything below that org.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    inherited: bool,
    /// The first day on which it holds.
    valid_from: Day,
    /// The first day on which it no longer holds. Absent while it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
}

impl<'s> CoveringBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, covering: &Covering<'s>) -> Self {
        let Covering { view, level: _ } = covering;
        let facts = &view.supervision.facts;
        Self {
            supervision_id: view.supervision.id,
            supervision_group: OrgRef::new(snapshot, &view.group),
            leading_group: snapshot.parent_of(&view.group).map(|parent| OrgRef::new(snapshot, &parent)),
            org: OrgRef::new(snapshot, &view.org),
            scope: facts.scope,
            inherited: covering.is_inherited(),
            valid_from: facts.valid_from,
            valid_until: facts.valid_until,
        }
    }
}

supervision_attributes! { request_schema (given CreateSupervision "A new supervision.") }
supervision_attributes! { request_schema (change PatchSupervision
    "A correction of a supervision (RFC 7396: `null` clears a field; a field that is left out stays)."
) }
