//! The orgs that a university has at the beginning, before any history.

use std::ops::Range;

use super::{
    campus::{Campus, NewOrg, OrgIx},
    catalogue::{ADMINISTRATION, COLLEGES, College, DEPARTMENTS, LOGISTICS, OFFICES, numeral},
    names,
    words::day,
};
use crate::domain::{BranchType, Day, OrgKind};

/// The colleges that have a committee of tier 2 from the beginning.
pub(super) const OF_TIER_TWO: Range<usize> = 2..6;

/// A second-level org with its parts.
#[derive(Debug)]
pub(super) struct Wing {
    /// The general branch, committee or directly subordinate branch.
    pub(super) org: OrgIx,
    /// Its administrative unit, if it has one.
    pub(super) unit: Option<OrgIx>,
    /// The college, if it is one.
    pub(super) college: Option<College>,
    /// The last name of the college or office.
    pub(super) name: String,
    /// The units below `unit`.
    pub(super) subjects: Vec<OrgIx>,
    /// Its branches, anywhere below it.
    pub(super) branches: Vec<OrgIx>,
    /// 学生党总支, under a committee.
    pub(super) students: Option<OrgIx>,
    /// The pool from which its people come.
    pub(super) pool: usize,
}

/// The orgs of a university by their function.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) committee: OrgIx,
    pub(super) commission: OrgIx,
    pub(super) departments: Vec<OrgIx>,
    pub(super) school: OrgIx,
    pub(super) offices: Vec<OrgIx>,
    pub(super) wings: Vec<Wing>,
    /// The general branch of the administration, as an index into `wings`.
    pub(super) administration: usize,
    /// The library's branch, which is first under the administration.
    pub(super) library: OrgIx,
}

impl Campus {
    /// Establishes the first orgs of the university.
    pub(super) fn plant(&mut self, seed: u64) -> Tree {
        let university = names::university(seed, self.number);
        let established = day(1971 + self.rng.between(0, 31), 9, 1);
        let committee = self.establish(NewOrg {
            tail: &format!("{university}党委"),
            name_en: Some("Committee of the Communist Party of China at the University"),
            ..NewOrg::top(OrgKind::Committee, established, &format!("中共{university}委员会"))
        });
        self.duties(committee, "全面领导学校工作,把方向、管大局、作决策、抓班子、带队伍、保落实。");
        let school = self.establish(NewOrg::top(OrgKind::Unit, established, &university));
        let credit = self.external("gb32100", &format!("12{:015}X", self.number + 1));
        self.body_mut(school).record.external_ids.push(credit);
        let commission = self.establish(NewOrg {
            tail: "校纪委",
            name_en: Some("Commission for Discipline Inspection"),
            ..NewOrg::new(OrgKind::Commission, committee, established, &format!("中共{university}纪律检查委员会"))
        });
        let departments = self.departments(committee);
        let offices = OFFICES.iter().map(|(name, name_en)| {
            let on = self.old_day();
            self.establish(NewOrg { name_en: Some(name_en), ..NewOrg::new(OrgKind::Unit, school, on, name) })
        });
        let offices: Vec<_> = offices.collect();
        let mut tree = Tree {
            committee,
            commission,
            departments,
            school,
            offices,
            wings: Vec::new(),
            administration: 0,
            library: committee,
        };
        for (nth, college) in self.colleges().into_iter().enumerate() {
            let on = self.old_day();
            self.found_college(&mut tree, college, on, OF_TIER_TWO.contains(&nth));
        }
        self.other_wings(&mut tree);
        tree
    }

    /// The colleges, in their order. After those of tier 2 come two that are closely related.
    fn colleges(&mut self) -> Vec<College> {
        let mut nths: Vec<usize> = (0..COLLEGES.len()).collect();
        self.rng.shuffle(&mut nths);
        // Every university has a school of Marxism, which never changes.
        let everywhere = |nth: &usize| COLLEGES.get(*nth).is_some_and(|college| college.stem == "马克思主义");
        if let Some(at) = nths.iter().position(everywhere) {
            nths.swap(at, OF_TIER_TWO.start);
        }
        nths.truncate(15 + self.rng.below(3));
        if let Some(rest) = nths.get_mut(OF_TIER_TWO.end..) {
            rest.sort_unstable();
            let gaps = rest.iter().zip(rest.iter().skip(1)).map(|(a, b)| b - a);
            let nearest = gaps.enumerate().min_by_key(|(_, gap)| *gap).map_or(0, |(at, _)| at);
            rest.rotate_left(nearest);
        }
        nths.iter().filter_map(|nth| COLLEGES.get(*nth).copied()).collect()
    }

    /// A day on which orgs were established before the records begin.
    fn old_day(&mut self) -> Day {
        self.rng.day(day(1985, 1, 1), day(2010, 12, 31))
    }

    fn departments(&mut self, committee: OrgIx) -> Vec<OrgIx> {
        let number = 7 + self.rng.below(3);
        let mut established = Vec::new();
        for (nth, (tail, name_en)) in DEPARTMENTS.iter().take(number).enumerate() {
            let late = nth >= 6;
            let on = if late { self.rng.day(day(2017, 1, 9), day(2019, 12, 20)) } else { self.old_day() };
            let name = format!("党委{tail}");
            let basis = late.then(|| self.documents.issue("校党发", on, &format!("关于设立{name}的通知")));
            established.push(self.establish(NewOrg {
                tail,
                name_en: Some(name_en),
                basis: basis.as_ref(),
                ..NewOrg::new(OrgKind::Department, committee, on, &name)
            }));
        }
        established
    }

    /// A college with its unit, its general branch or committee, and their branches.
    pub(super) fn found_college(&mut self, tree: &mut Tree, college: College, on: Day, of_tier_two: bool) {
        let short = format!("{}学院", college.stem);
        let recent = on > day(2015, 1, 1);
        let basis = recent.then(|| self.documents.issue("校党发", on, &format!("关于成立{}的通知", college.name)));
        let basis = basis.as_ref();
        let pool = self.new_pool();
        let unit = self.establish(NewOrg {
            tail: &short,
            name_en: Some(college.name_en),
            pool,
            basis,
            ..NewOrg::new(OrgKind::Unit, tree.school, on, college.name)
        });
        let (kind, word) =
            if of_tier_two { (OrgKind::Committee, "党委") } else { (OrgKind::GeneralBranch, "党总支") };
        let name = format!("{}{word}", college.name);
        let tail = format!("{short}{word}");
        let org = self.establish(NewOrg {
            tail: &tail,
            units: &[unit],
            pool,
            basis,
            ..NewOrg::new(kind, tree.committee, on, &name)
        });
        let subjects = college.subjects.iter().map(|subject| {
            let on = if recent { on } else { on.plus(self.rng.between(0, 700)) };
            self.establish(NewOrg { pool, basis, ..NewOrg::new(OrgKind::Unit, unit, on, &format!("{subject}系")) })
        });
        let subjects = subjects.collect();
        let students = of_tier_two.then(|| {
            let on = on.plus(self.rng.between(0, 600));
            self.establish(NewOrg {
                tail: "学生党总支",
                units: &[unit],
                pool,
                ..NewOrg::new(OrgKind::GeneralBranch, org, on, &format!("{}学生党总支", college.name))
            })
        });
        let wing = Wing {
            org,
            unit: Some(unit),
            college: Some(college),
            name: college.name.into(),
            subjects,
            branches: Vec::new(),
            students,
            pool,
        };
        tree.wings.push(wing);
        if let Some(wing) = tree.wings.last_mut() {
            self.college_branches(wing, college, unit, on);
        }
    }

    fn college_branches(&mut self, wing: &mut Wing, college: College, unit: OrgIx, on: Day) {
        let mut subjects: Vec<_> = wing.subjects.iter().copied().zip(college.subjects).collect();
        if self.rng.chance(30)
            && let (Some((second, _)), Some((first, subject))) = (subjects.pop(), subjects.pop())
        {
            self.branch(wing, on, &format!("{subject}联合教工党支部"), BranchType::Staff, &[first, second]);
        }
        for (ix, subject) in subjects {
            self.branch(wing, on, &format!("{subject}系教工党支部"), BranchType::Staff, &[ix]);
        }
        self.branch(wing, on, "行政教工党支部", BranchType::Staff, &[unit]);
        for nth in 1..=2 + self.rng.below(2) {
            let tail = format!("本科生第{}党支部", numeral(nth));
            self.branch(wing, on, &tail, BranchType::Student, &[unit]);
        }
        for nth in 1..=1 + self.rng.below(2) {
            let tail = format!("研究生第{}党支部", numeral(nth));
            self.branch(wing, on, &tail, BranchType::Student, &[unit]);
        }
        if self.rng.chance(35) {
            self.branch(wing, on, "师生联合党支部", BranchType::StaffAndStudent, &[unit]);
        }
        if self.rng.chance(45) {
            self.branch(wing, on, "离退休党支部", BranchType::Retired, &[unit]);
        }
    }

    /// A branch of a wing, at the place for its type.
    pub(super) fn branch(&mut self, wing: &mut Wing, on: Day, tail: &str, sort: BranchType, units: &[OrgIx]) -> OrgIx {
        let above = wing.students.filter(|_| sort == BranchType::Student).unwrap_or(wing.org);
        let recent = on > day(2015, 1, 1);
        let on = if recent { on } else { on.plus(self.rng.between(0, 900)) };
        let name = format!("{}{tail}", wing.name);
        let basis = recent.then(|| self.documents.issue("校党组", on, "关于同意成立党支部的批复"));
        let ix = self.establish(NewOrg {
            tail,
            branch_type: Some(sort),
            units,
            pool: wing.pool,
            basis: basis.as_ref(),
            ..NewOrg::new(OrgKind::Branch, above, on, &name)
        });
        wing.branches.push(ix);
        ix
    }

    /// Establishes the second-level orgs that are not colleges.
    fn other_wings(&mut self, tree: &mut Tree) {
        tree.administration = tree.wings.len();
        let offices = tree.offices.clone();
        let mut administration = self.other_wing(tree, "机关", OrgKind::GeneralBranch, None);
        let mut left = offices.get(..ADMINISTRATION).unwrap_or_default();
        while !left.is_empty() {
            let (units, rest) = left.split_at((1 + self.rng.below(3)).min(left.len()));
            left = rest;
            let first = units.first().map(|unit| self.org(*unit).last().name.to_string()).unwrap_or_default();
            let tail = format!("{first}{}党支部", if units.len() > 1 { "联合" } else { "" });
            let on = self.old_day();
            self.branch(&mut administration, on, &tail, BranchType::Staff, units);
        }
        let [retired, logistics, library, adult, hospital] =
            [15, 16, 17, 18, 19].map(|nth| offices.get(nth).copied().unwrap_or(tree.school));
        let on = self.old_day();
        tree.library = self.branch(&mut administration, on, "图书馆党支部", BranchType::Staff, &[library]);
        tree.wings.push(administration);

        let mut wing = self.other_wing(tree, "后勤", OrgKind::GeneralBranch, Some(logistics));
        for name in LOGISTICS {
            let on = self.old_day();
            let unit = self.establish(NewOrg { pool: wing.pool, ..NewOrg::new(OrgKind::Unit, logistics, on, name) });
            wing.subjects.push(unit);
            self.branch(&mut wing, on, &format!("{name}党支部"), BranchType::Staff, &[unit]);
        }
        self.branch(&mut wing, day(2008, 6, 1), "机关党支部", BranchType::Staff, &[logistics]);
        tree.wings.push(wing);

        let mut wing = self.other_wing(tree, "离退休", OrgKind::GeneralBranch, Some(retired));
        for nth in 1..=3 + self.rng.below(3) {
            let on = self.old_day();
            let tail = format!("第{}党支部", numeral(nth));
            self.branch(&mut wing, on, &tail, BranchType::Retired, &[retired]);
        }
        tree.wings.push(wing);

        for (name, unit) in [("继续教育学院", adult), ("校医院", hospital)] {
            let mut wing = self.other_wing(tree, name, OrgKind::Branch, Some(unit));
            wing.branches.push(wing.org);
            tree.wings.push(wing);
        }
    }

    fn other_wing(&mut self, tree: &Tree, name: &str, kind: OrgKind, unit: Option<OrgIx>) -> Wing {
        let pool = self.new_pool();
        let on = self.old_day();
        let word = if kind == OrgKind::Branch { "直属党支部" } else { "党总支" };
        let units: Vec<_> = unit.into_iter().collect();
        let full = format!("{name}{word}");
        let org = self.establish(NewOrg {
            units: &units,
            pool,
            branch_type: (kind == OrgKind::Branch).then_some(BranchType::Staff),
            tail: &full,
            ..NewOrg::new(kind, tree.committee, on, &full)
        });
        Wing {
            org,
            unit,
            college: None,
            name: name.into(),
            subjects: Vec::new(),
            branches: Vec::new(),
            students: None,
            pool,
        }
    }

    fn new_pool(&mut self) -> usize {
        self.pools.push(Vec::new());
        self.pools.len() - 1
    }
}
