//! What clients send about bodies, and the commands that it becomes.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        Basis, BranchType, Code, Day, Field, LongText, MemberCounts, MemberCountsPatch, Name, OrgId, OrgKind,
        OrgValues, Text,
    },
    http::kit::schema::{ExternalIds, MemberCountsPatchBody, OrgIds, Place, RoleIds, SuccessorIds, UnitIds, given},
    registry::{Command, CreateOrg, DissolveOrg, PatchOrg, PatchOrgVersion, ValuesPatch},
};

/// A new body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateOrg)]
pub(in crate::http) struct CreateOrgBody {
    kind: OrgKind,
    name: Name,
    /// The body it stands under; absent at the top.
    #[serde(default, deserialize_with = "given")]
    parent_id: Option<OrgId>,
    /// The founding day; today unless given.
    #[serde(default, deserialize_with = "given")]
    valid_from: Option<Day>,
    /// The first day on which it is no more, where that is known already.
    #[serde(default, deserialize_with = "given")]
    valid_until: Option<Day>,
    #[serde(default, deserialize_with = "given")]
    short_name: Option<Name>,
    /// Name in English.
    #[serde(default, deserialize_with = "given")]
    name_en: Option<Text<200>>,
    #[serde(default, deserialize_with = "given")]
    code: Option<Code>,
    /// Its place among the bodies under the same parent; after the last unless given.
    #[serde(default, deserialize_with = "given")]
    order: Option<Place>,
    /// Of a branch only.
    #[serde(default, deserialize_with = "given")]
    branch_type: Option<BranchType>,
    /// Of a branch only: several units share it 联合党支部.
    #[serde(default)]
    joint: bool,
    /// Of a branch only: set up for one job 临时党支部.
    #[serde(default)]
    temporary: bool,
    /// The administrative units it belongs to; of any kind but `unit` and `authority`.
    #[serde(default)]
    #[schema(inline)]
    unit_ids: UnitIds,
    /// What it is there for.
    #[serde(default, deserialize_with = "given")]
    duties: Option<LongText<4000>>,
    /// What other systems know it by.
    #[serde(default)]
    #[schema(inline)]
    external_ids: ExternalIds,
    #[serde(default, deserialize_with = "given")]
    member_counts: Option<MemberCounts>,
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
}

impl From<CreateOrgBody> for Command {
    fn from(body: CreateOrgBody) -> Self {
        let CreateOrgBody {
            kind,
            name,
            parent_id,
            valid_from,
            valid_until,
            short_name,
            name_en,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
            duties,
            external_ids,
            member_counts,
            basis,
        } = body;
        let values = OrgValues {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order: 0,
            branch_type,
            joint,
            temporary,
            unit_ids: unit_ids.0,
        };
        Self::CreateOrg(CreateOrg {
            values,
            order: order.map(|place| place.0),
            valid_from,
            valid_until,
            duties,
            external_ids: external_ids.0,
            member_counts,
            basis,
        })
    }
}

/// A change of a body from a day on (RFC 7396: `null` clears a field, an absent one stays).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PatchOrg)]
pub(in crate::http) struct PatchOrgBody {
    #[serde(default, deserialize_with = "given")]
    kind: Option<OrgKind>,
    #[serde(default, deserialize_with = "given")]
    name: Option<Name>,
    /// The body it stands under; `null` moves it to the top.
    #[serde(default)]
    #[schema(inline)]
    parent_id: Field<OrgId>,
    #[serde(default)]
    #[schema(inline)]
    short_name: Field<Name>,
    /// Name in English.
    #[serde(default)]
    #[schema(inline)]
    name_en: Field<Text<200>>,
    #[serde(default)]
    #[schema(inline)]
    code: Field<Code>,
    /// Its place among the bodies under the same parent. A body that moves stands after the last
    /// unless this is given.
    #[serde(default, deserialize_with = "given")]
    order: Option<Place>,
    /// Of a branch only.
    #[serde(default)]
    #[schema(inline)]
    branch_type: Field<BranchType>,
    /// Of a branch only.
    #[serde(default)]
    #[schema(inline)]
    joint: Field<bool>,
    /// Of a branch only.
    #[serde(default)]
    #[schema(inline)]
    temporary: Field<bool>,
    /// The administrative units it belongs to: the whole list.
    #[serde(default)]
    #[schema(inline)]
    unit_ids: Field<UnitIds>,
    /// What it is there for. Not versioned: changes now, whatever `effective_on` says.
    #[serde(default)]
    #[schema(inline)]
    duties: Field<LongText<4000>>,
    /// What other systems know it by: the whole list. Not versioned.
    #[serde(default)]
    #[schema(inline)]
    external_ids: Field<ExternalIds>,
    /// Its members; what is left out of them stays, so the first time all three are given. Not versioned.
    #[serde(default)]
    #[schema(inline)]
    member_counts: Field<MemberCountsPatchBody>,
    /// The first day on which the new values hold; today unless given. They hold until the next
    /// version that itself changed the field.
    #[serde(default, deserialize_with = "given")]
    effective_on: Option<Day>,
    /// The document of this act; noted in the version that it makes.
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
}

impl PatchOrgBody {
    pub(super) fn command(self, id: OrgId) -> Command {
        let Self {
            kind,
            name,
            parent_id,
            short_name,
            name_en,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
            duties,
            external_ids,
            member_counts,
            effective_on,
            basis,
        } = self;
        let values = ValuesPatch {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order: order.map(|place| place.0),
            branch_type,
            joint,
            temporary,
            unit_ids: unit_ids.map(|items| items.0),
        };
        let external_ids = external_ids.map(|items| items.0);
        let member_counts = member_counts.map(MemberCountsPatch::from);
        let patch = PatchOrg { values, duties, external_ids, member_counts, effective_on, basis };
        Command::PatchOrg { id, patch: Box::new(patch) }
    }
}

/// A correction of one version (RFC 7396: `null` clears a field, an absent one stays).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PatchOrgVersion)]
pub(in crate::http) struct PatchOrgVersionBody {
    /// The right first day of the version; of the first version, the founding day.
    #[serde(default, deserialize_with = "given")]
    valid_from: Option<Day>,
    #[serde(default, deserialize_with = "given")]
    kind: Option<OrgKind>,
    #[serde(default, deserialize_with = "given")]
    name: Option<Name>,
    /// The body it stands under; `null` for the top.
    #[serde(default)]
    #[schema(inline)]
    parent_id: Field<OrgId>,
    #[serde(default)]
    #[schema(inline)]
    short_name: Field<Name>,
    /// Name in English.
    #[serde(default)]
    #[schema(inline)]
    name_en: Field<Text<200>>,
    #[serde(default)]
    #[schema(inline)]
    code: Field<Code>,
    /// Its place among the bodies under the same parent.
    #[serde(default, deserialize_with = "given")]
    order: Option<Place>,
    /// Of a branch only.
    #[serde(default)]
    #[schema(inline)]
    branch_type: Field<BranchType>,
    /// Of a branch only.
    #[serde(default)]
    #[schema(inline)]
    joint: Field<bool>,
    /// Of a branch only.
    #[serde(default)]
    #[schema(inline)]
    temporary: Field<bool>,
    /// The administrative units it belongs to: the whole list.
    #[serde(default)]
    #[schema(inline)]
    unit_ids: Field<UnitIds>,
    /// The document of the act that made the version.
    #[serde(default)]
    #[schema(inline)]
    basis: Field<Basis>,
}

impl PatchOrgVersionBody {
    pub(super) fn command(self, id: OrgId, version: Day) -> Command {
        let Self {
            valid_from,
            kind,
            name,
            parent_id,
            short_name,
            name_en,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
            basis,
        } = self;
        let values = ValuesPatch {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order: order.map(|place| place.0),
            branch_type,
            joint,
            temporary,
            unit_ids: unit_ids.map(|items| items.0),
        };
        let patch = PatchOrgVersion { values, valid_from, basis };
        Command::PatchOrgVersion { id, valid_from: version, patch: Box::new(patch) }
    }
}

/// The end of a body.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DissolveOrg)]
pub(in crate::http) struct DissolveOrgBody {
    /// The first day on which the body is no more; today unless given.
    #[serde(default, deserialize_with = "given")]
    effective_on: Option<Day>,
    /// Whether everything in it and under it ends with it; otherwise that stands in the way.
    #[serde(default)]
    cascade: bool,
    /// The bodies that take over from it.
    #[serde(default)]
    #[schema(inline)]
    successor_ids: SuccessorIds,
    /// The document of this act.
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
}

impl DissolveOrgBody {
    pub(super) fn command(self, id: OrgId) -> Command {
        let Self { effective_on, cascade, successor_ids, basis } = self;
        let dissolve = DissolveOrg { effective_on, cascade, successor_ids: successor_ids.0, basis };
        Command::DissolveOrg { id, dissolve }
    }
}

/// Taking back the end of a body.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RestoreOrg)]
pub(in crate::http) struct RestoreOrgBody {
    /// The document of this act.
    #[serde(default, deserialize_with = "given")]
    basis: Option<Basis>,
}

impl RestoreOrgBody {
    pub(super) fn command(self, id: OrgId) -> Command {
        let Self { basis } = self;
        Command::RestoreOrg { id, basis }
    }
}

/// The official order of the roles in a body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleOrder)]
pub(in crate::http) struct RoleOrderBody {
    /// Every role held in the body today, once each, first to last; planned ones may be among them.
    #[schema(inline)]
    ids: RoleIds,
}

impl RoleOrderBody {
    pub(super) fn command(self, id: OrgId) -> Command {
        let Self { ids } = self;
        Command::OrderRoles { id, ids: ids.0 }
    }
}

/// The official order of the bodies under a body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChildOrder)]
pub(in crate::http) struct ChildOrderBody {
    /// Every body directly under it on the day, once each, first to last.
    #[schema(inline)]
    ids: OrgIds,
    /// The first day of the new order; today unless given.
    #[serde(default, deserialize_with = "given")]
    effective_on: Option<Day>,
}

impl ChildOrderBody {
    pub(super) fn command(self, id: OrgId) -> Command {
        let Self { ids, effective_on } = self;
        Command::OrderChildren { id, ids: ids.0, effective_on }
    }
}
