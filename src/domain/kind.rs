//! Kinds of orgs, where each may stand, and the tier that follows from it (docs/DOMAIN.md §1).

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {$(
            $(#[$variant_doc])*
            #[serde(rename = $word)]
            $variant,
        )*}

        impl $name {
            /// Every value, in the order of the published schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// Every word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The word used in the API and in the database.
            pub fn as_str(self) -> &'static str {
                match self {$(Self::$variant => $word,)*}
            }

            /// The value of `word`.
            pub fn parse(word: &str) -> Option<Self> {
                match word {$($word => Some(Self::$variant),)* _ => None}
            }
        }
    };
}

pub(super) use words;

words! {
    /// The kind of an org.
    OrgKind {
        /// 上级党组织: above the three tiers, where a deployment holds many universities.
        Authority = "authority",
        /// 党委.
        Committee = "committee",
        /// 党总支.
        GeneralBranch = "general_branch",
        /// 党支部.
        Branch = "branch",
        /// 党小组.
        PartyGroup = "party_group",
        /// 纪委: commission for discipline inspection.
        Commission = "commission",
        /// 党委工作部门, such as 宣传部.
        Department = "department",
        /// 领导小组.
        LeadingGroup = "leading_group",
        /// 领导小组办公室.
        Office = "office",
        /// 督导组.
        SupervisionGroup = "supervision_group",
        /// 工作组.
        WorkingGroup = "working_group",
        /// 行政单位: not a Party org; stands in its own tree.
        Unit = "unit",
    }
}

words! {
    /// What members a branch is made of.
    BranchType {
        /// 教工党支部.
        Staff = "staff",
        /// 学生党支部.
        Student = "student",
        /// 师生联合党支部.
        StaffAndStudent = "staff_and_student",
        /// 离退休党支部.
        Retired = "retired",
    }
}

/// 1, 2 or 3: derived from kind and placement, never stored.
pub type Tier = u8;

/// Where each kind may stand: whether at the top, and under which kinds.
pub const PARENTS: &[(OrgKind, bool, &[OrgKind])] = {
    use OrgKind::*;
    &[
        (Authority, true, &[Authority]),
        (Committee, true, &[Authority, Committee]),
        (GeneralBranch, false, &[Committee]),
        (Branch, false, &[GeneralBranch, Committee]),
        (PartyGroup, false, &[Branch]),
        (Commission, false, &[Committee]),
        (Department, false, &[Committee]),
        (LeadingGroup, false, &[Committee, GeneralBranch, Authority]),
        (Office, false, &[LeadingGroup]),
        (SupervisionGroup, false, &[LeadingGroup]),
        (WorkingGroup, false, &[LeadingGroup, Office]),
        (Unit, true, &[Unit]),
    ]
};

impl OrgKind {
    /// Whether an org of this kind can stand under a `parent` of that kind and tier, or at the top.
    ///
    /// A committee can stand under another committee only if that one is of tier 1, the university's.
    pub fn may_stand_under(self, parent: Option<(Self, Option<Tier>)>) -> bool {
        PARENTS.iter().any(|(kind, top, under)| {
            *kind == self
                && match parent {
                    None => *top,
                    Some((parent, tier)) => {
                        under.contains(&parent)
                            && (self != Self::Committee || parent != Self::Committee || tier == Some(1))
                    }
                }
        })
    }

    /// Whether orgs of this kind belong to the three tiers.
    pub fn has_tier(self) -> bool {
        matches!(self, Self::Committee | Self::GeneralBranch | Self::Branch)
    }

    /// Whether orgs of this kind can belong to administrative units.
    pub fn has_units(self) -> bool {
        !matches!(self, Self::Unit | Self::Authority)
    }

    /// Whether orgs of this kind have branch type, joint and temporary.
    pub fn is_branch(self) -> bool {
        self == Self::Branch
    }
}

/// The tier of an org of `kind` under a parent of kind `parent`.
pub fn tier(kind: OrgKind, parent: Option<OrgKind>) -> Option<Tier> {
    match kind {
        OrgKind::Committee if parent.is_none_or(|parent| parent == OrgKind::Authority) => Some(1),
        OrgKind::Committee | OrgKind::GeneralBranch => Some(2),
        OrgKind::Branch => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_place() {
        for kind in OrgKind::ALL {
            assert_eq!(PARENTS.iter().filter(|(k, ..)| k == kind).count(), 1, "{kind:?}");
            assert_eq!(OrgKind::parse(kind.as_str()), Some(*kind));
        }
    }

    #[test]
    fn a_committee_of_tier_two_holds_no_committee() {
        let under = |tier| OrgKind::Committee.may_stand_under(Some((OrgKind::Committee, Some(tier))));
        assert!(under(1) && !under(2));
    }
}
