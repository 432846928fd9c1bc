//! Kinds of orgs, where each may stand, and the tier that follows from it (docs/DOMAIN.md §1).

/// A type whose values are fixed words.
pub trait Word: Copy + 'static {
    /// Its name in the API document.
    const NAME: &'static str;
    /// What it says of a thing.
    const MEANING: &'static str;
    /// Every value, in the order of the published schema.
    const ALL: &'static [Self];

    /// The word used in the API and in the database.
    fn as_str(self) -> &'static str;
    /// What a sentence calls it in English.
    fn en(self) -> &'static str;
    /// What a sentence calls it in Chinese.
    fn zh(self) -> &'static str;
}

/// A type whose values are fixed words. A row is one word: its name, the word itself, and how sentences say it in
/// English and Chinese.
macro_rules! words {
    (#[doc = $doc:literal] $name:ident { $(
        $(#[$variant_doc:meta])* $variant:ident = $word:literal, $en:literal $zh:literal;
    )* }) => {
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {$(
            #[doc = $zh]
            $(#[$variant_doc])*
            #[serde(rename = $word)]
            $variant,
        )*}

        impl $name {
            /// Every value, in the order of the published schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word used in the API and in the database.
            pub fn as_str(self) -> &'static str {
                match self {$(Self::$variant => $word,)*}
            }

            /// The value of `word`.
            pub fn parse(word: &str) -> Option<Self> {
                match word {$($word => Some(Self::$variant),)* _ => None}
            }

            /// What a sentence calls it in Chinese.
            pub fn zh(self) -> &'static str {
                match self {$(Self::$variant => $zh,)*}
            }
        }

        impl $crate::domain::Word for $name {
            const NAME: &'static str = stringify!($name);
            const MEANING: &'static str = $doc;
            const ALL: &'static [Self] = Self::ALL;

            fn as_str(self) -> &'static str {
                self.as_str()
            }

            fn en(self) -> &'static str {
                match self {$(Self::$variant => $en,)*}
            }

            fn zh(self) -> &'static str {
                self.zh()
            }
        }
    };
}

pub(super) use words;

words! {
    /// What sort of org it is.
    OrgKind {
        /// Above the three tiers, where a deployment holds many universities.
        Authority = "authority", "authority" "上级党组织";
        Committee = "committee", "committee" "党委";
        GeneralBranch = "general_branch", "general branch" "党总支";
        Branch = "branch", "branch" "党支部";
        PartyGroup = "party_group", "party group" "党小组";
        /// For discipline inspection.
        Commission = "commission", "commission" "纪委";
        /// Such as 宣传部.
        Department = "department", "department" "党委工作部门";
        LeadingGroup = "leading_group", "leading group" "领导小组";
        Office = "office", "office" "领导小组办公室";
        SupervisionGroup = "supervision_group", "supervision group" "督导组";
        WorkingGroup = "working_group", "working group" "工作组";
        /// Not a Party org; stands in its own tree.
        Unit = "unit", "unit" "行政单位";
    }
}

words! {
    /// What members the branch has.
    BranchType {
        Staff = "staff", "staff" "教工党支部";
        Student = "student", "student" "学生党支部";
        StaffAndStudent = "staff_and_student", "staff and student" "师生联合党支部";
        Retired = "retired", "retired" "离退休党支部";
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
