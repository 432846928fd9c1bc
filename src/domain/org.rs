//! A body: what is said of it once, and what is said of it for a period.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Basis, BranchType, Code, Day, Instant, LongText, Name, OrgId, OrgKind, Period, Revision, Scheme, Text};

/// The largest place in an official order.
pub const ORDER_MAX: i32 = 1_000_000;

/// The most identifiers that one object has in other systems.
pub const EXTERNAL_IDS_MAX: usize = 50;
/// The most units that a body names.
pub const UNITS_MAX: usize = 50;
/// The most successors that a dissolved body names.
pub const SUCCESSORS_MAX: usize = 50;

/// An identifier that another system knows a body or a person by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalId {
    /// Whose identifier it is, for example `gb32100`.
    pub scheme: Scheme,
    /// The identifier in that scheme.
    pub value: Text<100>,
}

/// How many Party members a body has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberCounts {
    /// Full members 正式党员.
    pub full: u32,
    /// Probationary members 预备党员.
    pub probationary: u32,
    /// The day they were counted.
    pub counted_on: Day,
}

/// A change of member counts, as a merge patch has it: what is absent stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberCountsPatch {
    /// Full members 正式党员.
    pub full: Option<u32>,
    /// Probationary members 预备党员.
    pub probationary: Option<u32>,
    /// The day they were counted.
    pub counted_on: Option<Day>,
}

impl MemberCountsPatch {
    /// The counts after this patch.
    ///
    /// # Errors
    ///
    /// There are none to merge it with, and it is not whole: the names of what is missing.
    pub fn over(self, current: Option<MemberCounts>) -> Result<MemberCounts, Vec<&'static str>> {
        let Self { full, probationary, counted_on } = self;
        let full = full.or(current.map(|counts| counts.full));
        let probationary = probationary.or(current.map(|counts| counts.probationary));
        let counted_on = counted_on.or(current.map(|counts| counts.counted_on));
        match (full, probationary, counted_on) {
            (Some(full), Some(probationary), Some(counted_on)) => Ok(MemberCounts { full, probationary, counted_on }),
            _ => {
                let missing = [
                    ("full", full.is_none()),
                    ("probationary", probationary.is_none()),
                    ("counted_on", counted_on.is_none()),
                ];
                Err(missing.into_iter().filter_map(|(name, is_missing)| is_missing.then_some(name)).collect())
            }
        }
    }
}

/// What is said of a body for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgValues {
    /// Full name.
    pub name: Name,
    /// Short name, such as 宣传部.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_name: Option<Name>,
    /// English name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<Text<200>>,
    /// Its kind.
    pub kind: OrgKind,
    /// The body it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<OrgId>,
    /// Its code in the campus's scheme; moves with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Its place among the bodies under the same parent, smallest first.
    pub order: i32,
    /// What members a branch is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_type: Option<BranchType>,
    /// 联合党支部: several units share the branch.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub joint: bool,
    /// 临时党支部: for one job, without a term.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub temporary: bool,
    /// The administrative units it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unit_ids: Vec<OrgId>,
}

impl OrgValues {
    /// The first field that is given although the kind has none such.
    pub fn foreign_field(&self) -> Option<&'static str> {
        let given = [
            ("branch_type", self.branch_type.is_some() && !self.kind.is_branch()),
            ("joint", self.joint && !self.kind.is_branch()),
            ("temporary", self.temporary && !self.kind.is_branch()),
            ("unit_ids", !self.unit_ids.is_empty() && !self.kind.has_units()),
        ];
        given.into_iter().find_map(|(field, foreign)| foreign.then_some(field))
    }
}

/// One version: values from a day on, until the next version or the body's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgVersion {
    /// The first day on which the values hold.
    pub valid_from: Day,
    /// The values.
    #[serde(flatten)]
    pub values: Arc<OrgValues>,
    /// The document of the act that made the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// What is said of a body once, whatever the day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgFacts {
    /// The first day on which the body is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dissolved_on: Option<Day>,
    /// The log entry that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dissolved_by: Option<Revision>,
    /// The document it was ended by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_basis: Option<Basis>,
    /// The bodies that took over from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successor_ids: Vec<OrgId>,
    /// What it is there for, in prose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duties: Option<LongText<4000>>,
    /// What other systems know it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
    /// Its members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_counts: Option<MemberCounts>,
}

/// A body with its whole history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// Its identifier.
    pub id: OrgId,
    /// What is said of it once.
    pub facts: OrgFacts,
    /// What is said of it for a period, in order; never empty in a consistent directory.
    pub versions: Vec<OrgVersion>,
    /// The last log entry that changed its own data.
    pub revision: Revision,
    /// When that entry was recorded.
    pub updated_at: Instant,
}

impl Org {
    /// The founding day.
    pub fn established_on(&self) -> Day {
        self.versions.first().map_or(Day::MIN, |version| version.valid_from)
    }

    /// From founding to end.
    pub fn life(&self) -> Period {
        let from = self.established_on();
        Period::new(from, self.facts.dissolved_on).unwrap_or(Period::open(from))
    }

    /// Each version with the period for which it holds.
    pub fn timeline(&self) -> impl DoubleEndedIterator<Item = (Period, &OrgVersion)> + '_ {
        self.versions.iter().enumerate().map(|(i, version)| {
            let until = self.versions.get(i + 1).map(|next| next.valid_from).or(self.facts.dissolved_on);
            let period = Period::new(version.valid_from, until);
            (period.unwrap_or(Period::open(version.valid_from)), version)
        })
    }

    /// The version that holds on `day`, if the body lives then.
    pub fn on(&self, day: Day) -> Option<&OrgVersion> {
        self.life().contains(day).then(|| self.nearest(day).1)
    }

    /// The version that holds on `day`, else the one nearest to it, with its period.
    #[expect(clippy::expect_used, reason = "an org has at least one version")]
    pub fn nearest(&self, day: Day) -> (Period, &OrgVersion) {
        let behind = self.versions.partition_point(|version| version.valid_from <= day);
        self.timeline().nth(behind.saturating_sub(1)).expect("a version")
    }
}
