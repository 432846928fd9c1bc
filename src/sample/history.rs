//! The history of a university's orgs after 2015 in the order of time, and what is planned.

use super::{
    campus::{Campus, NewOrg, OrgIx},
    catalogue::NEW_COLLEGES,
    tree::{OF_TIER_TWO, Tree, Wing},
    words::{day, name},
};
use crate::domain::{BranchType, Day, OrgKind};

// The colleges to which something happens; none of them has tier 2 from the beginning.
const RENAMED: usize = 0;
const UPGRADED: usize = 1;
const MERGED: (usize, usize) = (OF_TIER_TWO.end, OF_TIER_TWO.end + 1);
const SPLIT: usize = OF_TIER_TWO.end + 2;
const RENAMED_LATER: usize = OF_TIER_TWO.end + 3;

impl Campus {
    /// Applies the history.
    pub(super) fn live(&mut self, tree: &mut Tree) {
        let mut wings = std::mem::take(&mut tree.wings);
        let on = self.rng.day(day(2016, 3, 1), day(2017, 6, 30));
        if let Some(wing) = wings.get_mut(RENAMED) {
            self.rename(wing, on);
        }
        let on = self.rng.day(day(2018, 5, 2), day(2019, 6, 30));
        let (a, b) = MERGED;
        if let Ok([a, b]) = wings.get_disjoint_mut([a, b]) {
            let merged = self.merge(tree, a, b, on);
            wings.push(merged);
        }
        if let Some(wing) = wings.get_mut(UPGRADED) {
            let on = self.rng.day(day(2019, 9, 2), day(2020, 1, 15));
            self.upgrade(wing, on);
            let on = self.rng.day(day(2020, 9, 1), day(2020, 12, 20));
            self.found_student_branches(wing, on);
        }
        self.temporary(tree.committee, &tree.offices, ("疫情防控一线", day(2020, 2, 8)), Some(day(2020, 9, 10)));
        let on = self.rng.day(day(2021, 5, 6), day(2021, 12, 20));
        self.release_library(tree, on);
        tree.wings = wings;
        let on = self.rng.day(day(2022, 3, 1), day(2023, 5, 31));
        let college = *self.rng.pick(NEW_COLLEGES);
        self.found_college(tree, college, on, false);
        let mut wings = std::mem::take(&mut tree.wings);
        if let Some(wing) = wings.get_mut(SPLIT) {
            let on = self.rng.day(day(2023, 9, 1), day(2024, 6, 30));
            self.split(wing, on);
        }
        if let Some(wing) = wings.get_mut(RENAMED_LATER) {
            let on = self.rng.day(day(2024, 7, 1), day(2025, 6, 30));
            self.rename(wing, on);
        }
        self.plan(tree, &mut wings);
        tree.wings = wings;
    }

    /// Gives a college its later name, and its orgs too.
    fn rename(&mut self, wing: &mut Wing, on: Day) {
        let Some((unit, college)) = wing.unit.zip(wing.college) else { return };
        let before = std::mem::replace(&mut wing.name, college.later_name.into());
        let basis = self.documents.issue("校党发", on, &format!("关于{before}更名为{}的通知", wing.name));
        self.change(unit, on, &basis, |version| version.name = name(college.later_name));
        for ix in wing.students.into_iter().chain([wing.org]).chain(wing.branches.iter().copied()) {
            if !self.life(ix).contains(on) {
                continue;
            }
            let old = self.org(ix).last().name.to_string();
            let rest = old.strip_prefix(before.as_str()).unwrap_or(&old);
            let new = name(&format!("{}{rest}", wing.name));
            self.change(ix, on, &basis, |version| version.name = new);
        }
    }

    /// Merges two colleges.
    fn merge(&mut self, tree: &Tree, a: &mut Wing, b: &mut Wing, on: Day) -> Wing {
        let stems = [&a, &b].map(|wing| wing.college.map(|college| college.stem).unwrap_or_default());
        let [first, second] = stems;
        let full = format!("{first}与{second}学院");
        let basis = self.documents.issue("校党发", on, &format!("关于{}与{}合并组建{full}的通知", a.name, b.name));
        let pool = a.pool;
        let unit =
            self.establish(NewOrg { pool, basis: Some(&basis), ..NewOrg::new(OrgKind::Unit, tree.school, on, &full) });
        let org = self.establish(NewOrg {
            units: &[unit],
            pool,
            basis: Some(&basis),
            ..NewOrg::new(OrgKind::GeneralBranch, tree.committee, on, &format!("{full}党总支"))
        });
        let mut merged = Wing {
            org,
            unit: Some(unit),
            college: None,
            name: full.clone(),
            subjects: Vec::new(),
            branches: Vec::new(),
            students: None,
            pool,
        };
        for (wing, stem) in [a, b].into_iter().zip(stems) {
            for ix in std::mem::take(&mut wing.subjects) {
                self.change(ix, on, &basis, |_| {});
                self.place(ix, unit);
                merged.subjects.push(ix);
            }
            for ix in std::mem::take(&mut wing.branches) {
                let office = self.org(ix).tail.starts_with("行政");
                if let Some(successor) = merged.branches.iter().find(|_| office).copied()
                    && self.org(successor).tail.starts_with("行政")
                {
                    self.dissolve(ix, on, &basis, &[successor]);
                    continue;
                }
                let of_college = self.org(ix).last().unit_ids.as_slice() == wing.unit.map(|ix| self.id(ix)).as_slice();
                if of_college && !office {
                    let tail = format!("{stem}专业{}", self.org(ix).tail);
                    self.body_mut(ix).tail = tail;
                }
                let tail = self.org(ix).tail.clone();
                let unit_id = self.id(unit);
                self.change(ix, on, &basis, |version| {
                    version.name = name(&format!("{full}{tail}"));
                    version.short_name = Some(name(&tail));
                    if of_college {
                        version.unit_ids = vec![unit_id];
                    }
                });
                self.place(ix, org);
                // The first one that serves the whole college takes over those of its kind.
                if office { merged.branches.insert(0, ix) } else { merged.branches.push(ix) }
            }
            self.dissolve(wing.org, on, &basis, &[org]);
            if let Some(old) = wing.unit {
                self.dissolve(old, on, &basis, &[unit]);
            }
        }
        merged
    }

    /// Turns a general branch into a committee of tier 2.
    fn upgrade(&mut self, wing: &Wing, on: Day) {
        let full = format!("{}党委", wing.name);
        let basis = self.documents.issue("校党发", on, &format!("关于撤销{0}党总支成立{0}党委的通知", wing.name));
        let short = self.org(wing.org).tail.replace("党总支", "党委");
        self.change(wing.org, on, &basis, |version| {
            version.name = name(&full);
            version.short_name = Some(name(&short));
            version.kind = OrgKind::Committee;
        });
        self.recode(wing.org);
    }

    /// Gives a committee of tier 2 its general branch for students.
    fn found_student_branches(&mut self, wing: &mut Wing, on: Day) {
        let full = format!("{}学生党总支", wing.name);
        let basis = self.documents.issue("校党发", on, &format!("关于成立{full}的通知"));
        let units: Vec<_> = wing.unit.into_iter().collect();
        let students = self.establish(NewOrg {
            tail: "学生党总支",
            units: &units,
            pool: wing.pool,
            basis: Some(&basis),
            ..NewOrg::new(OrgKind::GeneralBranch, wing.org, on, &full)
        });
        wing.students = Some(students);
        for ix in wing.branches.iter().copied() {
            if self.org(ix).last().branch_type == Some(BranchType::Student) {
                self.change(ix, on, &basis, |_| {});
                self.place(ix, students);
            }
        }
    }

    /// A temporary branch for one task.
    fn temporary(&mut self, parent: OrgIx, units: &[OrgIx], (job, on): (&str, Day), until: Option<Day>) -> OrgIx {
        let on = on.plus(self.rng.between(0, 9));
        let full = format!("{job}临时党支部");
        let basis = self.documents.issue("校党组", on, &format!("关于成立{full}的批复"));
        let unit = *self.rng.pick(units);
        let ix = self.establish(NewOrg {
            temporary: true,
            branch_type: Some(BranchType::Staff),
            units: &[unit],
            basis: Some(&basis),
            pool: self.org(parent).pool,
            ..NewOrg::new(OrgKind::Branch, parent, on, &full)
        });
        if let Some(until) = until {
            let basis = self.documents.issue("校党组", until, &format!("关于撤销{full}的批复"));
            self.dissolve(ix, until, &basis, &[]);
        }
        ix
    }

    /// Moves the library's branch from the administration to the university committee, as a directly subordinate
    /// branch.
    fn release_library(&mut self, tree: &Tree, on: Day) {
        let basis = self.documents.issue("校党发", on, "关于调整图书馆党支部隶属关系的通知");
        self.change(tree.library, on, &basis, |version| {
            version.name = name("图书馆直属党支部");
            version.short_name = Some(name("图书馆党支部"));
        });
        self.place(tree.library, tree.committee);
    }

    /// Splits a student branch that has grown too large.
    fn split(&mut self, wing: &mut Wing, on: Day) {
        let large = wing.branches.iter().copied().find(|ix| self.org(*ix).tail.starts_with("本科生"));
        let (Some(large), Some(unit)) = (large, wing.unit) else { return };
        let basis = self.documents.issue("校党组", on, "关于同意成立党支部的批复");
        let halves = ["本科生低年级党支部", "本科生高年级党支部"]
            .map(|tail| self.branch(wing, on, tail, BranchType::Student, &[unit]));
        self.dissolve(large, on, &basis, &halves);
    }

    /// Enters what is decided but has not happened yet.
    fn plan(&mut self, tree: &Tree, wings: &mut [Wing]) {
        let until = day(2027, 1, 15).plus(self.rng.between(0, 60));
        self.temporary(tree.committee, &tree.offices, ("对口支援工作队", day(2025, 9, 1)), Some(until));
        let on = day(2026, 10, 8).plus(self.rng.between(0, 60));
        if let Some(office) = tree.offices.get(14).copied() {
            let basis = self.documents.issue("校党发", on, "关于信息化建设中心更名的通知");
            self.change(office, on, &basis, |version| version.name = name("数字化建设与数据管理中心"));
        }
        if let Some(wing) = wings.last_mut()
            && let Some(unit) = wing.unit
        {
            let on = on.plus(self.rng.between(10, 60));
            self.branch(wing, on, "博士生党支部", BranchType::Student, &[unit]);
        }
    }
}
