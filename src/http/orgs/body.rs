//! What the API shows of a body.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    directory::{OrgView, Snapshot},
    domain::{
        Basis, BranchType, Code, Day, EXTERNAL_IDS_MAX, ExternalId, LongText, MemberCounts, Name, OrgFacts, OrgId,
        OrgKind, OrgValues, OrgVersion, Period, SUCCESSORS_MAX, Status, Text, UNITS_MAX, write_instant,
    },
};

/// A body: what is said of it for the day asked for, and what is derived from where it stands then.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Org)]
pub(in crate::http) struct OrgBody<'s> {
    /// Its identifier.
    #[schema(inline)]
    id: OrgId,
    kind: OrgKind,
    /// 1, 2 or 3 in the three-tier organisation; absent for bodies outside it. Derived.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3)]
    tier: Option<u8>,
    /// Present and true for a branch directly under a tier-1 committee 直属党支部. Derived.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    directly_subordinate: bool,
    status: Status,
    name: &'s Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_name: Option<&'s Name>,
    /// Name in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<&'s Text<200>>,
    /// The body directly above; absent at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<OrgId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'s Code>,
    /// Its place among the bodies under the same parent, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    order: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch_type: Option<BranchType>,
    /// Present and true for a branch that several units share 联合党支部.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    joint: bool,
    /// Present and true for a branch set up for one job 临时党支部.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    temporary: bool,
    /// The administrative units it belongs to.
    #[serde(skip_serializing_if = "none_in")]
    #[schema(max_items = 50)]
    unit_ids: &'s [OrgId],
    /// What it is there for.
    #[serde(skip_serializing_if = "Option::is_none")]
    duties: Option<&'s LongText<4000>>,
    /// What other systems know it by.
    #[serde(skip_serializing_if = "none_in")]
    #[schema(max_items = 50)]
    external_ids: &'s [ExternalId],
    #[serde(skip_serializing_if = "Option::is_none")]
    member_counts: Option<MemberCounts>,
    /// The first day of the version shown.
    valid_from: Day,
    /// The first day after the version shown; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// The document of the act that made the version shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
    /// The founding day.
    established_on: Day,
    /// The first day on which the body is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    dissolved_on: Option<Day>,
    /// The document that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_basis: Option<&'s Basis>,
    /// The bodies that took over from it.
    #[serde(skip_serializing_if = "none_in")]
    #[schema(max_items = 50)]
    successor_ids: &'s [OrgId],
    /// Answering a change only: the first days of later versions that had carried a value on and were
    /// corrected with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10_000)]
    corrected_versions: Vec<Day>,
    /// The last log entry that changed the body's own data.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    revision: u64,
    /// When that entry was recorded, UTC.
    #[schema(max_length = 40)]
    #[serde(serialize_with = "write_instant")]
    updated_at: DateTime<Utc>,
}

const _: () = assert!(EXTERNAL_IDS_MAX == 50 && UNITS_MAX == 50 && SUCCESSORS_MAX == 50, "as published above");

impl<'s> OrgBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &OrgView<'s>) -> Self {
        let OrgFacts { dissolved_on, dissolved_by: _, end_basis, successor_ids, duties, external_ids, member_counts } =
            &view.org.facts;
        let OrgValues {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
        } = view.values();
        let (tier, directly_subordinate) = snapshot.place_in_tiers(view);
        Self {
            id: view.id(),
            kind: *kind,
            tier,
            directly_subordinate,
            status: view.status,
            name,
            short_name: short_name.as_ref(),
            name_en: name_en.as_ref(),
            parent_id: *parent_id,
            code: code.as_ref(),
            order: *order,
            branch_type: *branch_type,
            joint: *joint,
            temporary: *temporary,
            unit_ids,
            duties: duties.as_ref(),
            external_ids,
            member_counts: *member_counts,
            valid_from: view.period.from(),
            valid_until: view.period.until(),
            basis: view.version().basis.as_ref(),
            established_on: view.org.established_on(),
            dissolved_on: *dissolved_on,
            end_basis: end_basis.as_ref(),
            successor_ids: successor_ids.as_slice(),
            corrected_versions: Vec::new(),
            revision: view.org.revision,
            updated_at: view.org.updated_at,
        }
    }

    /// Names the later versions that a change corrected with it.
    pub(in crate::http) fn with_corrected(self, corrected_versions: Vec<Day>) -> Self {
        Self { corrected_versions, ..self }
    }
}

/// One version of a body: its values from a day on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrgVersion)]
pub(in crate::http) struct OrgVersionBody<'s> {
    kind: OrgKind,
    name: &'s Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_name: Option<&'s Name>,
    /// Name in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<&'s Text<200>>,
    /// The body directly above; absent at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<OrgId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'s Code>,
    /// Its place among the bodies under the same parent, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    order: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch_type: Option<BranchType>,
    /// Present and true for a branch that several units share 联合党支部.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    joint: bool,
    /// Present and true for a branch set up for one job 临时党支部.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    temporary: bool,
    /// The administrative units it belongs to.
    #[serde(skip_serializing_if = "none_in")]
    #[schema(max_items = 50)]
    unit_ids: &'s [OrgId],
    /// The first day on which the values hold.
    valid_from: Day,
    /// The first day on which they no longer hold; absent while the version is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// The document of the act that made the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
    status: Status,
}

impl<'s> OrgVersionBody<'s> {
    /// A version that holds for `period`.
    pub(in crate::http) fn new(period: Period, version: &'s OrgVersion, day: Day) -> Self {
        let OrgValues {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
        } = version.values.as_ref();
        Self {
            kind: *kind,
            name,
            short_name: short_name.as_ref(),
            name_en: name_en.as_ref(),
            parent_id: *parent_id,
            code: code.as_ref(),
            order: *order,
            branch_type: *branch_type,
            joint: *joint,
            temporary: *temporary,
            unit_ids,
            valid_from: period.from(),
            valid_until: period.until(),
            basis: version.basis.as_ref(),
            status: period.status(day),
        }
    }
}

/// A body as another object names it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct OrgRef<'s> {
    id: OrgId,
    name: &'s Name,
    kind: OrgKind,
    /// 1, 2 or 3 in the three-tier organisation; absent for bodies outside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3)]
    tier: Option<u8>,
}

impl<'s> OrgRef<'s> {
    pub(in crate::http) fn new(snapshot: &Snapshot, view: &OrgView<'s>) -> Self {
        let values = view.values();
        Self { id: view.id(), name: &values.name, kind: values.kind, tier: snapshot.tier_of(view) }
    }
}

/// Whether a list is left out.
fn none_in<T>(list: &&[T]) -> bool {
    list.is_empty()
}
