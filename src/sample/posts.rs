//! Fills the posts of committees, branches, departments and units.

use super::{
    campus::{Campus, NewOrg, OrgIx, Papers, Tenure},
    catalogue::numeral,
    people::{Team, Who},
    reference_day,
    tree::{Tree, Wing},
    words::{day, prose},
};
use crate::{
    domain::{BranchType, MemberCountSeries, MemberCounts, OrgKind},
    record::OrgRecord,
};

const CADRES: Papers<'static> =
    Papers { series: "校党干", first: "关于干部任职的通知", later: "关于干部任免的通知" };
const MANAGERS: Papers<'static> =
    Papers { series: "校人", first: "关于行政干部任职的通知", later: "关于行政干部任免的通知" };
const ELECTED: Papers<'static> =
    Papers {
        series: "校党组", first: "关于同意成立支部委员会的批复", later: "关于同意支部委员会换届选举结果的批复"
    };

/// The teams on which posts elsewhere depend.
#[derive(Debug)]
pub(super) struct Leaders {
    /// The university committee: secretary, president, deputy, discipline secretary, heads of the
    /// first departments, vice presidents, members.
    pub(super) committee: Team,
    /// The teams of the wings, in their order: secretary, deputy, members.
    pub(super) wings: Vec<Team>,
}

/// The first of the committee chairs that head departments.
const HEADS: usize = 4;
/// The committee chairs of the vice presidents.
pub(super) const VICE_PRESIDENTS: [usize; 2] = [7, 8];
/// The first committee chair of the members.
const MEMBERS: usize = 9;

impl Campus {
    /// Fills the posts of every org except the leading groups.
    pub(super) fn staff(&mut self, tree: &Tree) -> Leaders {
        let committee = self.staff_committee(tree);
        let mut wings = Vec::new();
        for wing in &tree.wings {
            wings.push(self.staff_wing(tree, wing));
        }
        for ix in self.all() {
            let temporary = self.org(ix).last().temporary;
            if temporary {
                self.staff_branch(ix, None);
            }
        }
        for office in &tree.offices {
            self.staff_unit(*office, 2, None);
        }
        Leaders { committee, wings }
    }

    fn staff_committee(&mut self, tree: &Tree) -> Team {
        let terms = self.terms(tree.committee, 5);
        let who = Who::Staff { pool: 0, turnover: 45, known: 0 };
        let members = 8 + self.rng.below(6);
        let team = self.team(tree.committee, &terms, &vec![who; MEMBERS + members]);
        for (nth, chair) in team.iter().enumerate() {
            let posts: &[&str] = match nth {
                0 => &["secretary", "standing_member"],
                1 | 2 => &["deputy_secretary", "standing_member"],
                3 => &["discipline_member", "standing_member"],
                4 => &["organisation_member", "standing_member"],
                5 => &["publicity_member", "standing_member"],
                6 => &["united_front_member", "standing_member"],
                7 | 8 => &["standing_member"],
                _ => &["member"],
            };
            self.hold(tree.committee, posts, chair, Some(CADRES));
        }
        let chair = |nth: usize| team.get(nth).map(Vec::as_slice).unwrap_or_default();
        self.hold(tree.commission, &["secretary"], chair(3), Some(CADRES));
        let terms = self.terms(tree.commission, 5);
        let own = self.team(tree.commission, &terms, &[Who::Staff { pool: 0, turnover: 40, known: 10 }; 6]);
        for (nth, chair) in own.iter().enumerate() {
            let posts: &[&str] = if nth == 0 { &["deputy_secretary"] } else { &["member"] };
            self.hold(tree.commission, posts, chair, Some(CADRES));
        }
        for (nth, department) in tree.departments.iter().copied().enumerate() {
            self.duties(department, "负责本部门职责范围内的工作,完成党委交办的其他事项。");
            let head = if nth < 3 { HEADS + nth } else { MEMBERS + nth - 3 };
            self.hold(department, &["head"], chair(head), Some(CADRES));
            let terms = self.terms(department, 4);
            let life = self.life(department);
            let mut taken = Vec::new();
            for _ in 0..2 {
                let deputy = self.chair(life, &terms, Who::Staff { pool: 0, turnover: 45, known: 30 }, &taken);
                self.hold(department, &["deputy_head"], &deputy, Some(CADRES));
                taken.extend(deputy);
            }
        }
        self.hold(tree.school, &["unit_head"], chair(1), Some(MANAGERS));
        for nth in VICE_PRESIDENTS {
            self.hold(tree.school, &["unit_deputy_head"], chair(nth), Some(MANAGERS));
        }
        team
    }

    /// Fills a second-level org, its unit and its branches.
    fn staff_wing(&mut self, tree: &Tree, wing: &Wing) -> Team {
        let mut team = Team::new();
        let kind = self.org(wing.org).last().kind;
        if kind != OrgKind::Branch {
            let terms = self.terms(wing.org, 3);
            let who = Who::Staff { pool: wing.pool, turnover: 42, known: 15 };
            let deputies = if kind == OrgKind::Committee { 2 } else { 1 };
            team = self.team(wing.org, &terms, &vec![who; 6 + deputies]);
            for (nth, chair) in team.iter().enumerate() {
                let posts: &[&str] = match nth {
                    0 => &["secretary"],
                    _ if nth <= deputies => &["deputy_secretary"],
                    _ => match nth - deputies {
                        1 => &["member", "organisation_member"],
                        2 => &["member", "publicity_member"],
                        3 => &["member", "discipline_member"],
                        4 => &["member", "united_front_member"],
                        _ => &["member", "youth_member"],
                    },
                };
                self.hold(wing.org, posts, chair, Some(CADRES));
            }
        }
        if let Some(unit) = wing.unit.filter(|unit| !tree.offices.contains(unit)) {
            self.staff_unit(unit, 2, team.get(1).map(Vec::as_slice));
        }
        for subject in &wing.subjects {
            self.staff_unit(*subject, 1, None);
        }
        if let Some(students) = wing.students {
            let who = Who::Staff { pool: wing.pool, turnover: 45, known: 50 };
            let terms = self.terms(students, 3);
            let team = self.team(students, &terms, &[who; 4]);
            let posts: [&[&str]; 4] = [
                &["secretary"],
                &["deputy_secretary"],
                &["member", "organisation_member"],
                &["member", "publicity_member"],
            ];
            for (posts, chair) in posts.into_iter().zip(&team) {
                self.hold(students, posts, chair, Some(CADRES));
            }
        }
        // Members of the general branch lead its first staff branches.
        let mut members = team.get(3..).unwrap_or_default().iter();
        for ix in wing.branches.iter().copied() {
            let of_staff = self.org(ix).last().branch_type == Some(BranchType::Staff);
            let head = if of_staff { members.next() } else { None };
            self.staff_branch(ix, head.map(Vec::as_slice));
        }
        team
    }

    /// Fills a unit: its head, or the people who head it because of another post, and its deputies.
    fn staff_unit(&mut self, ix: OrgIx, deputies: usize, head: Option<&[Tenure]>) {
        let life = self.life(ix);
        let terms = self.terms(ix, 4);
        let pool = self.org(ix).pool;
        let who = Who::Staff { pool, turnover: 40, known: 45 };
        let mut taken = head.unwrap_or_default().to_vec();
        if head.is_none() {
            taken = self.chair(life, &terms, who, &[]);
        }
        self.hold(ix, &["unit_head"], &taken, Some(MANAGERS));
        for _ in 0..deputies {
            let chair = self.chair(life, &terms, who, &taken);
            self.hold(ix, &["unit_deputy_head"], &chair, Some(MANAGERS));
            taken.extend(chair);
        }
    }

    /// Fills a branch. The size of its committee follows from its members (docs/DOMAIN.md §4).
    fn staff_branch(&mut self, ix: OrgIx, head: Option<&[Tenure]>) {
        let version = self.org(ix).last();
        let (sort, temporary) = (version.branch_type.unwrap_or(BranchType::Staff), version.temporary);
        let pool = self.org(ix).pool;
        let full = self.count_members(ix, sort, temporary);
        let officers = match full {
            _ if temporary => 3,
            0..7 => 1 + self.rng.below(2),
            // A few branches have neglected this.
            7..20 => {
                if self.rng.chance(95) {
                    3
                } else {
                    1
                }
            }
            _ if sort == BranchType::Student => 4,
            _ => 4 + self.rng.below(2),
        };
        let staff = Who::Staff { pool, turnover: 45, known: 55 };
        let others = match sort {
            BranchType::Staff | BranchType::StaffAndStudent => staff,
            BranchType::Student => Who::Student,
            BranchType::Retired => Who::Retired,
        };
        let heads = if sort == BranchType::Student { Who::Staff { pool, turnover: 50, known: 60 } } else { others };
        let terms = self.terms(ix, 3);
        let team = if let Some(head) = head {
            let mut team = self.seats(ix, &terms, &vec![others; officers - 1], head.to_vec());
            team.insert(0, head.to_vec());
            team
        } else {
            let mut chairs = vec![others; officers];
            if let Some(first) = chairs.first_mut() {
                *first = heads;
            }
            self.team(ix, &terms, &chairs)
        };
        let papers = self.rng.chance(60).then_some(ELECTED);
        for (nth, chair) in team.iter().enumerate() {
            let posts: &[&str] = match (nth, officers) {
                (0, _) => &["secretary"],
                (1, 1 | 2 | 5) => &["deputy_secretary"],
                (1, _) | (2, 5) => &["member", "organisation_member"],
                (2, 3) => &["member", "publicity_member", "discipline_member"],
                (2, _) | (3, 5) => &["member", "publicity_member"],
                _ if sort == BranchType::Student => &["member", "youth_member"],
                _ => &["member", "discipline_member"],
            };
            self.hold(ix, posts, chair, papers);
        }
    }

    /// Sets a branch's member counts. Returns the number of full members, even if the counts are not entered.
    fn count_members(&mut self, ix: OrgIx, sort: BranchType, temporary: bool) -> usize {
        let high = match sort {
            _ if temporary => 9,
            BranchType::Student => 42,
            BranchType::Staff => 30,
            BranchType::StaffAndStudent | BranchType::Retired => 38,
        };
        let full = self.rng.between(3, high).max(self.rng.between(3, high)) as u32;
        let probationary = match sort {
            BranchType::Student => self.rng.between(1, 8),
            BranchType::Retired => 0,
            _ => self.rng.between(0, 2),
        } as u32;
        let life = self.life(ix);
        let counted_on = life.until().map_or(day(2026, 6, 30), |until| until.plus(-1).min(day(2026, 6, 30)));
        if counted_on >= life.from() {
            self.body_mut(ix).record.member_counts =
                Some(MemberCountSeries::of(MemberCounts { full, probationary, counted_on }));
        }
        full as usize
    }

    /// Sums up the members of branches for the orgs above them.
    pub(super) fn sum_members(&mut self) {
        for ix in self.all() {
            let record = &self.org(ix).record;
            let Some(counts) = counted(record) else { continue };
            if self.org(ix).last().kind != OrgKind::Branch || !self.life(ix).contains(reference_day()) {
                continue;
            }
            let mut above = self.org(ix).parent;
            while let Some(parent) = above {
                let org = self.body_mut(parent);
                above = org.parent;
                let sum = counted(&org.record).unwrap_or(MemberCounts { full: 0, probationary: 0, ..counts });
                let (full, probationary) = (sum.full + counts.full, sum.probationary + counts.probationary);
                org.record.member_counts = Some(MemberCountSeries::of(MemberCounts { full, probationary, ..sum }));
            }
        }
    }

    /// Divides branches into party groups, until the university has `orgs` orgs.
    pub(super) fn divide(&mut self, orgs: usize) {
        let mut branches: Vec<_> = self
            .all()
            .filter(|ix| self.org(*ix).last().kind == OrgKind::Branch && self.life(*ix).from() < reference_day())
            .collect();
        self.rng.shuffle(&mut branches);
        let mut groups = branches.iter().flat_map(|ix| (1..=2).map(move |nth| (*ix, nth)));
        while self.orgs.len() < orgs
            && let Some((branch, nth)) = groups.next()
        {
            let life = self.life(branch);
            let late = if self.rng.chance(30) { day(2019, 1, 1).plus(self.rng.between(0, 1800)) } else { life.from() };
            let on = if life.contains(late) { late } else { life.from() };
            let org = self.org(branch);
            let (end, pool) = (org.record.dissolved_on.zip(org.record.end_basis.clone()), org.pool);
            let student = org.last().branch_type == Some(BranchType::Student);
            let tail = format!("第{}党小组", numeral(nth));
            let name = format!("{}{tail}", org.tail);
            let group =
                self.establish(NewOrg { tail: &tail, pool, ..NewOrg::new(OrgKind::PartyGroup, branch, on, &name) });
            if let Some((on, basis)) = end {
                self.dissolve(group, on, &basis, &[]);
            }
            // The first group of students is led by a member of the branch committee.
            let mut chair = if student && nth == 1 { self.held(branch, "publicity_member") } else { Vec::new() };
            if chair.is_empty() {
                let who = if student { Who::Student } else { Who::Staff { pool, turnover: 50, known: 60 } };
                let terms = self.terms(group, 3);
                chair = self.chair(self.life(group), &terms, who, &[]);
            }
            self.hold(group, &["group_leader"], &chair, None);
        }
    }

    /// Gives the org its duties, in all versions that it has.
    pub(super) fn duties(&mut self, ix: OrgIx, duties: &str) {
        self.body_mut(ix).record.versions.iter_mut().for_each(|version| version.duties = Some(prose(duties)));
    }
}

/// The members of an org when they were last counted.
pub(super) fn counted(record: &OrgRecord) -> Option<MemberCounts> {
    record.member_counts.as_ref()?.all().last().copied()
}
