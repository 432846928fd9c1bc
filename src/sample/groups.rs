//! The leading groups, with their offices, supervision groups and working groups.

use super::{
    campus::{Campus, NewOrg, OrgIx, Papers, Tenure},
    catalogue::numeral,
    people::Who,
    posts::{Leaders, VICE_PRESIDENTS},
    reference_day,
    tree::Tree,
    words::day,
};
use crate::domain::{Day, OrgKind, Period, Scope};

/// A leading group to be established.
#[derive(Debug, Clone, Copy)]
struct Plan {
    name: &'static str,
    duties: &'static str,
    on: Day,
    until: Option<Day>,
    /// Whether a department, not a person, directs its office.
    directed_by_unit: bool,
}

impl Campus {
    /// Establishes one leading group for a campaign that has ended, and a permanent one.
    pub(super) fn lead(&mut self, tree: &Tree, leaders: &Leaders) {
        let campaign = Plan {
            name: "党史学习教育领导小组",
            duties: "统筹推进全校党史学习教育,研究部署重点任务,督促检查各级党组织落实情况。",
            on: day(2021, 3, 8).plus(self.rng.between(0, 14)),
            until: Some(day(2022, 3, 1).plus(self.rng.between(0, 20))),
            directed_by_unit: false,
        };
        let standing = Plan {
            name: "意识形态工作领导小组",
            duties: "贯彻落实意识形态工作责任制,分析研判意识形态领域情况,指导二级党组织开展工作。",
            on: day(2017, 4, 1).plus(self.rng.between(0, 500)),
            until: None,
            directed_by_unit: true,
        };
        let number = 4 + self.rng.below(3);
        self.leading_group(tree, leaders, campaign, number);
        let number = 4 + self.rng.below(3);
        self.leading_group(tree, leaders, standing, number);
        self.copies(tree, leaders, campaign);
    }

    fn leading_group(&mut self, tree: &Tree, leaders: &Leaders, plan: Plan, supervision_groups: usize) {
        let Plan { name, duties, on, until, directed_by_unit } = plan;
        let first = format!("关于成立{name}的通知");
        let later = format!("关于调整{name}组成人员的通知");
        let papers = Some(Papers { series: "校党发", first: &first, later: &later });
        let group = self.subgroup(OrgKind::LeadingGroup, tree.committee, plan, name, "");
        self.duties(group, duties);
        let chair = |nth: usize| leaders.committee.get(nth).map(Vec::as_slice).unwrap_or_default();
        // Both leaders, the deputies and the members are there because of other posts. The permanent group uses
        // seats for this; a campaign names people.
        if until.is_none() {
            let basis = self.documents.issue("校党发", on, &first);
            self.hold_by_seat(group, "leader", (tree.committee, "secretary"), Some(&basis));
            self.hold_by_seat(group, "leader", (tree.school, "unit_head"), Some(&basis));
            for department in tree.departments.iter().skip(2).take(4) {
                self.hold_by_seat(group, "group_member", (*department, "head"), Some(&basis));
            }
        } else {
            self.hold(group, &["leader"], &full(chair(0)), papers);
            self.hold(group, &["leader"], &full(chair(1)), papers);
        }
        self.hold(group, &["executive_deputy_leader"], &full(chair(2)), papers);
        for nth in 3..6 {
            self.hold(group, &["deputy_leader"], &full(chair(nth)), papers);
        }
        // Whoever is there by a seat is not named as well.
        let named = if until.is_none() { VICE_PRESIDENTS.into() } else { (6..12).collect::<Vec<_>>() };
        for nth in named {
            self.hold(group, &["group_member"], &full(chair(nth)), papers);
        }
        for office in tree.offices.iter().take(3) {
            self.hold_as_unit(group, "group_member", *office, self.life(group));
        }

        let office = self.subgroup(OrgKind::Office, group, plan, &format!("{name}办公室"), "办公室");
        self.duties(office, "负责领导小组日常工作,牵头抓总、协调各方,指导各党总支、党支部开展工作。");
        let publicity = tree.departments.get(1).copied();
        match publicity.filter(|_| directed_by_unit) {
            Some(department) => self.hold_as_unit(office, "office_director", department, self.life(office)),
            None => self.hold(office, &["office_director"], &full(chair(2)), papers),
        }
        self.hold(office, &["office_deputy_director"], &full(chair(5)), papers);
        let taken = chair(5).iter().chain(chair(2)).copied().collect();
        self.members(
            office,
            &["group_member", "group_member", "group_member", "group_member", "liaison"],
            taken,
            papers,
        );

        let mut sent = Vec::with_capacity(supervision_groups);
        for nth in 1..=supervision_groups {
            let word = if until.is_some() { "督导组" } else { "巡回指导组" };
            let tail = format!("第{}{word}", numeral(nth));
            // A permanent group establishes them later.
            let on = if until.is_some() { on } else { day(2022, 9, 1).plus(self.rng.between(0, 60)) };
            let plan = Plan { on, ..plan };
            let ix = self.subgroup(OrgKind::SupervisionGroup, group, plan, &format!("{name}{tail}"), &tail);
            self.duties(ix, "对所联系的二级党组织和党支部进行全覆盖督促指导。");
            let posts = ["leader", "deputy_leader", "group_member", "group_member", "group_member", "liaison"];
            self.members(ix, &posts, Vec::new(), papers);
            sent.push(ix);
        }
        self.share(tree, &sent, until.is_some());
        for (tail, led) in [("综合组", true), ("宣传组", false)] {
            let ix = self.subgroup(OrgKind::WorkingGroup, group, plan, &format!("{name}{tail}"), tail);
            let posts = ["leader", "deputy_leader", "group_member", "group_member"];
            self.members(ix, if led { &posts } else { &posts[2..] }, Vec::new(), papers);
            if !led {
                // Nobody has been appointed yet: a deputy secretary acts.
                let acting: Vec<Tenure> =
                    full(chair(2)).into_iter().map(|tenure| Tenure { acting: true, ..tenure }).collect();
                self.hold(ix, &["leader"], &acting, papers);
            }
        }
    }

    /// Divides the second-level orgs among supervision groups. In a campaign all orgs are covered, each with
    /// everything below it. Otherwise the last is uncovered, the first is covered by two groups, and of the second
    /// only its own committee is covered.
    fn share(&mut self, tree: &Tree, groups: &[OrgIx], everything: bool) {
        let Some((first, last)) = groups.first().copied().zip(groups.last().copied()) else { return };
        let orgs: Vec<OrgIx> = tree.wings.iter().map(|wing| wing.org).collect();
        let shown = if everything { orgs.len() } else { orgs.len().saturating_sub(1) };
        for (nth, (org, group)) in orgs.iter().copied().take(shown).zip(groups.iter().copied().cycle()).enumerate() {
            let basis = self.org(group).last().basis.clone();
            let scope = if nth == 1 && !everything { Scope::Itself } else { Scope::Subtree };
            self.cover(group, org, scope, basis.as_ref());
            if nth == 0 && !everything && first != last {
                self.cover(last, org, Scope::Itself, basis.as_ref());
            }
        }
    }

    /// An org of a leading group that ends with it.
    fn subgroup(&mut self, kind: OrgKind, parent: OrgIx, plan: Plan, name: &str, tail: &str) -> OrgIx {
        let basis = self.documents.issue("校党发", plan.on, &format!("关于成立{}的通知", plan.name));
        let ix = self.establish(NewOrg { tail, basis: Some(&basis), ..NewOrg::new(kind, parent, plan.on, name) });
        if let Some(until) = plan.until {
            let basis = self.documents.issue("校党发", until, &format!("关于撤销{}的通知", plan.name));
            self.dissolve(ix, until, &basis, &[]);
        }
        ix
    }

    /// Fills one chair for each of `posts` with staff of the whole university.
    fn members(&mut self, ix: OrgIx, posts: &[&'static str], mut taken: Vec<Tenure>, papers: Option<Papers<'_>>) {
        let life = self.life(ix);
        let terms = self.terms(ix, 2);
        for post in posts {
            let who = Who::Staff { pool: 0, turnover: 35, known: 85 };
            let chair = self.chair(life, &terms, who, &taken);
            self.hold(ix, &[post], &chair, papers);
            taken.extend(chair);
        }
    }

    /// Lets some second-level orgs establish a leading group of their own for the campaign.
    fn copies(&mut self, tree: &Tree, leaders: &Leaders, plan: Plan) {
        let mut copies = 0;
        for (wing, team) in tree.wings.iter().zip(&leaders.wings) {
            let plan = Plan { on: plan.on.plus(10), ..plan };
            let lives = Period::new(plan.on, plan.until).is_some_and(|period| self.life(wing.org).covers(period));
            let fits = wing.college.is_some() && lives && self.life(wing.org).contains(reference_day());
            if !fits || copies == 3 || !self.rng.chance(30) {
                continue;
            }
            copies += 1;
            let name = format!("{}{}", wing.name, plan.name);
            let ix = self.subgroup(OrgKind::LeadingGroup, wing.org, plan, &name, plan.name);
            for (nth, chair) in team.iter().enumerate().take(6) {
                let post = match nth {
                    0 | 1 => "leader",
                    2 => "deputy_leader",
                    _ => "group_member",
                };
                self.hold(ix, &[post], &full(chair), None);
            }
        }
    }
}

/// The people who do not only act.
fn full(chair: &[Tenure]) -> Vec<Tenure> {
    chair.iter().filter(|tenure| !tenure.acting).copied().collect()
}
