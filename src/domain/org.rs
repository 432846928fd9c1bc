//! The attributes of an org: those that have versions, and those that have none.

use serde::{Deserialize, Serialize};

use super::{
    Basis, BranchType, Code, Day, Declared, LongText, MemberCountSeries, Name, OrgId, OrgKind, Revision, RoleOrder,
    Scheme, Text,
    attributes::{bare, described, facts, is_of, is_there, patched},
};

/// The most identifiers that one object has in other systems.
pub const EXTERNAL_IDS_MAX: usize = 50;
/// The most units that an org names.
pub const UNITS_MAX: usize = 50;
/// The most successors that a dissolved org names.
pub const SUCCESSORS_MAX: usize = 50;

/// An identifier of an org or a person in another system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalId {
    /// The scheme, for example `gb32100`.
    pub scheme: Scheme,
    /// The identifier in that scheme.
    pub value: Text<100>,
}

/// What an org has to do.
pub type Duties = LongText<4000>;

/// The attributes of an org that have versions.
macro_rules! org_version_attributes {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {
                /// Full name.
                name: (one Name), name, "name" "名称";
                /// What sort of org it is.
                kind: (one OrgKind), kind, "kind" "类别";
            }
            fixed {}
            filled {
                /// Its place among the orgs under the same parent 排名, smallest first; the last place, if a new or
                /// moved org does not give it.
                order: (place), sort_order, "place" "排序";
            }
            optional {
                /// Short name, such as 宣传部.
                short_name: (maybe Name), short_name, "short name" "简称";
                /// Name in English.
                name_en: (maybe Text<200>), name_en, "English name" "英文名称";
                /// The org directly above; absent at the top.
                parent_id: (maybe OrgId), parent_id, "superior" "上级组织";
                /// Its code in the university's own scheme. It usually changes when the org moves.
                code: (maybe Code), code, "code" "代码";
                /// What members the branch has. Only for branches.
                branch_type: (maybe BranchType), branch_type, "branch type" "支部类型", of (Branch);
                /// Whether several units share the branch 联合党支部. Only for branches.
                joint: (flag), joint, "joint branch" "联合支部", of (Branch);
                /// Whether the branch is temporary 临时党支部: set up for one task, without a term of office. Only for branches.
                temporary: (flag), temporary, "temporary branch" "临时支部", of (Branch);
                /// The administrative units that it belongs to. Not for the kinds `unit` and `authority`.
                unit_ids: (list OrgId, UNITS_MAX), unit_ids, "units" "所属单位", of has_units;
                /// Its duties.
                duties: (maybe Duties), duties, "duties" "职责";
            }
            once {}
            kept {}
            internal {
                /// The order of the holders in the org 排名, as an act declared it whole.
                role_order: (maybe RoleOrder), role_order, "order of the holders" "任职者排名";
                /// What a document of its leading group says whole of it.
                declared: (maybe Declared), declared, "" "";
            }
        }
    };
}

/// The attributes of an org that have no versions.
macro_rules! org_attributes {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {}
            fixed {}
            filled {}
            optional {
                /// Its identifiers in other systems.
                external_ids: (list ExternalId, EXTERNAL_IDS_MAX), external_ids, "external identifiers" "外部标识";
            }
            once {}
            kept {
                /// How many Party members it has, as they were counted from day to day.
                member_counts: (maybe MemberCountSeries), member_counts, "member counts" "党员统计";
                /// The first day on which it no longer exists.
                dissolved_on: (maybe Day), dissolved_on, "end" "撤销日期";
                /// The document by which it was dissolved.
                end_basis: (maybe Basis), end_basis, "document of the end" "撤销依据";
                /// The orgs that took over from it.
                successor_ids: (list OrgId, SUCCESSORS_MAX), successor_ids, "successors" "承继组织";
            }
            internal {
                /// The log entry that dissolved it.
                dissolved_by: (maybe Revision), dissolved_by, "" "";
            }
        }
    };
}

pub(crate) use {org_attributes, org_version_attributes};

/// Door: the attributes that only some kinds of orgs have.
macro_rules! foreign {
    (
        ($facts:ident)
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl $facts {
            /// The first attribute that is present although orgs of that kind do not have it.
            pub fn foreign_field(&self, kind: OrgKind) -> Option<&'static str> {
                let any = |_: OrgKind| true;
                let foreign: &[(&str, bool)] = &[$($((
                    stringify!($name),
                    is_there!($shape, self.$name) && !(any(kind) $(&& is_of!(kind, $of))?),
                ),)*)*];
                foreign.iter().find_map(|(name, foreign)| foreign.then_some(*name))
            }
        }
    };
}

org_version_attributes! { facts (
    /// The attributes of an org that have versions.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    OrgValues {}
) }
org_version_attributes! { described (OrgValues) }
org_version_attributes! { bare (OrgValues {}) }
org_version_attributes! { patched (
    /// A change of the attributes that have versions.
    OrgValuesPatch of OrgValues
) }
org_version_attributes! { foreign (OrgValues) }

org_attributes! { facts (
    /// The attributes of an org that have no versions.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    OrgFacts {}
) }
org_attributes! { described (OrgFacts) }
org_attributes! { patched (
    /// A change of the attributes that have no versions.
    OrgFactsPatch of OrgFacts
) }
org_attributes! { foreign (OrgFacts) }

impl OrgFacts {
    /// The same with the end that `like` has.
    #[must_use]
    pub fn ending_like(self, like: &Self) -> Self {
        let Self { dissolved_on, dissolved_by, end_basis, successor_ids, .. } = like.clone();
        Self { dissolved_on, dissolved_by, end_basis, successor_ids, ..self }
    }
}
