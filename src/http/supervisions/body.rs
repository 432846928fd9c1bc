//! What the API shows of a supervision, and what clients send about one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    directory::{Covering, Snapshot, SupervisionView},
    domain::{Basis, Day, Field, OrgId, Scope, Status, SupervisionFacts, SupervisionId, write_instant},
    http::{kit::schema::given, orgs::OrgRef},
    registry::{Command, CreateSupervision, PatchSupervision},
};

/// A supervision: which supervision group covers which body, since when and until when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Supervision)]
pub(in crate::http) struct SupervisionBody<'s> {
    id: SupervisionId,
    /// The supervision group, as it is on the day asked for.
    supervision_group: OrgRef<'s>,
    /// The leading group that it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    leading_group: Option<OrgRef<'s>>,
    /// The body that it covers, as it is on the day asked for.
    org: OrgRef<'s>,
    scope: Scope,
    status: Status,
    /// The first day on which it holds.
    valid_from: Day,
    /// The first day on which it no longer holds; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// The document it was set up by.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
    /// The document it was ended by.
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

/// A supervision that covers a body, directly or from above.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Covering)]
pub(in crate::http) struct CoveringBody<'s> {
    supervision_id: SupervisionId,
    supervision_group: OrgRef<'s>,
    /// The leading group that the supervision group stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    leading_group: Option<OrgRef<'s>>,
    /// The body that the supervision names: the one asked about, or one above it.
    org: OrgRef<'s>,
    scope: Scope,
    /// Present and true where the supervision names a body above, and reaches down from there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    inherited: bool,
    /// The first day on which it holds.
    valid_from: Day,
    /// The first day on which it no longer holds; absent while it is open.
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

/// A new supervision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateSupervision)]
pub(in crate::http) struct CreateSupervisionBody {
    /// The group that supervises, of kind `supervision_group`.
    supervision_group_id: OrgId,
    /// The body that it covers.
    org_id: OrgId,
    scope: Scope,
    /// The first day on which it holds; today unless given.
    #[serde(default, deserialize_with = "given")]
    valid_from: Option<Day>,
    /// The first day on which it no longer holds, where that is known already.
    #[serde(default, deserialize_with = "given")]
    valid_until: Option<Day>,
    /// The document it rests on.
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
}

impl From<CreateSupervisionBody> for Command {
    fn from(body: CreateSupervisionBody) -> Self {
        let CreateSupervisionBody { supervision_group_id, org_id, scope, valid_from, valid_until, basis } = body;
        let create = CreateSupervision { supervision_group_id, org_id, scope, valid_from, valid_until, basis };
        Self::CreateSupervision(create)
    }
}

/// A correction of a supervision (RFC 7396: `null` clears a field, an absent one stays). Its end is set by
/// `valid_until`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PatchSupervision)]
pub(in crate::http) struct PatchSupervisionBody {
    #[serde(default, deserialize_with = "given")]
    supervision_group_id: Option<OrgId>,
    #[serde(default, deserialize_with = "given")]
    org_id: Option<OrgId>,
    #[serde(default, deserialize_with = "given")]
    scope: Option<Scope>,
    #[serde(default, deserialize_with = "given")]
    valid_from: Option<Day>,
    #[serde(default)]
    #[schema(inline)]
    valid_until: Field<Day>,
    /// The document it was set up by.
    #[serde(default)]
    #[schema(inline)]
    basis: Field<Basis>,
}

impl PatchSupervisionBody {
    pub(super) fn command(self, id: SupervisionId) -> Command {
        let Self { supervision_group_id, org_id, scope, valid_from, valid_until, basis } = self;
        let patch = PatchSupervision { supervision_group_id, org_id, scope, valid_from, valid_until, basis };
        Command::PatchSupervision { id, patch }
    }
}
