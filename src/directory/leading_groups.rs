//! A leading group as one document: the group, its office, working groups and supervision groups, their members,
//! and what is covered.

use uuid::Uuid;

use super::{
    orgs::{OrgFilter, OrgSort},
    page::{Page, PageRequest},
    snapshot::{RoleRow, Snapshot},
    views::{OrgView, RoleView, SupervisionView},
};
use crate::domain::{
    Basis, Day, Instant, Org, OrgId, OrgKind, OrgVersion, Period, PlainFacts, Revision, VersionAct, is_listed,
};

/// An org of a leading group, with its members.
#[derive(Debug, Clone)]
pub struct GroupPart<'s> {
    /// The org.
    pub org: OrgView<'s>,
    /// The roles of the document's posts on the day, in order.
    pub roles: Vec<RoleView<'s>>,
    /// What it covers on the day; only for a supervision group.
    pub covers: Vec<SupervisionView<'s>>,
}

/// A leading group on a day.
#[derive(Debug, Clone)]
pub struct LeadingGroup<'s> {
    /// The group itself.
    pub group: GroupPart<'s>,
    /// Its office; the first one if there are several.
    pub office: Option<GroupPart<'s>>,
    /// Its working groups, in order.
    pub working_groups: Vec<GroupPart<'s>>,
    /// Its supervision groups, in order.
    pub supervision_groups: Vec<GroupPart<'s>>,
}

impl<'s> LeadingGroup<'s> {
    /// The document of the act that said what the group is on the day: that declared it whole, or gave its name or place.
    pub fn basis(&self) -> Option<&'s Basis> {
        let shown = self.group.org;
        let all = &shown.org.versions;
        let until_then = all.partition_point(|version| version.valid_from <= shown.version().valid_from);
        let says = |act: &&VersionAct| ["declared", "name", "parent_id"].iter().any(|field| act.fields.has(field));
        let place = |version: &'s OrgVersion| (&version.values.name, version.values.parent_id);
        let said = all.iter().enumerate().take(until_then).rev().find_map(|(index, version)| {
            if version.is_remembered() {
                return version.acts.iter().rev().find(says).map(|act| act.basis.as_ref());
            }
            let before = index.checked_sub(1).and_then(|before| all.get(before)).map(place);
            (before != Some(place(version))).then(|| version.basis())
        });
        said.flatten()
    }
}

impl Snapshot {
    /// The leading group with that id on `day`, or `None`.
    pub fn leading_group(&self, id: OrgId, day: Day) -> Option<LeadingGroup<'_>> {
        let view = self.org_on(id, day)?;
        (view.kind() == OrgKind::LeadingGroup).then(|| self.document_of(view))
    }

    /// A page of the leading groups among the orgs that `filter` shows on `day`.
    pub fn leading_groups<'s>(&'s self, filter: &OrgFilter, day: Day, page: &PageRequest) -> Page<LeadingGroup<'s>> {
        self.orgs(filter, OrgSort::Order, day, page).map(|view| self.document_of(view))
    }

    fn document_of<'s>(&'s self, view: OrgView<'s>) -> LeadingGroup<'s> {
        let parts = |kind| self.parts_of(&view, kind).into_iter().map(|part| self.part(part));
        LeadingGroup {
            group: self.part(view),
            office: parts(OrgKind::Office).next(),
            working_groups: parts(OrgKind::WorkingGroup).collect(),
            supervision_groups: parts(OrgKind::SupervisionGroup).collect(),
        }
    }

    /// The orgs of one kind directly under a leading group on the day of its view, in order.
    pub fn parts_of<'s>(&'s self, group: &OrgView<'_>, kind: OrgKind) -> Vec<OrgView<'s>> {
        let mut parts = self.children_of(group);
        parts.retain(|part| part.kind() == kind);
        parts
    }

    /// The parts of a leading group that ended because the documents of a day do not name them.
    pub fn parts_left_out<'s>(&'s self, group: &Org, day: Day) -> Vec<&'s Org> {
        let Some(this) = group.declarations().find(|declared| declared.on == day) else { return Vec::new() };
        let before = group.declarations().take_while(|declared| declared.on < day).last();
        let known = before.map(|before| before.what.parts.as_slice()).unwrap_or_default();
        let left_out = |part: &&Org| {
            let by_list = match part.facts.dissolved_by {
                Some(by) => this.what.acts.contains(&by),
                None => known.contains(&part.id),
            };
            part.facts.dissolved_on == Some(day) && by_list && !this.what.parts.contains(&part.id)
        };
        self.ever_under(Some(group.id)).filter(left_out).collect()
    }

    fn part<'s>(&'s self, org: OrgView<'s>) -> GroupPart<'s> {
        let mut roles = self.roles_listed(&org);
        roles.retain(|role| is_listed(org.kind(), &role.post.code));
        GroupPart { org, roles, covers: self.covers_of(&org) }
    }

    /// The last entry that changed any part of a leading group, and when it was recorded.
    pub fn group_changed(&self, id: OrgId) -> (Revision, Instant) {
        let mut last = (0, Instant::default());
        self.each_ever_in(id, |_, _, change| last = last.max(change));
        last
    }

    /// Everything that was, is or will be in a leading group, with when it holds and its last change.
    pub(super) fn each_ever_in(&self, id: OrgId, mut see: impl FnMut(Uuid, Period, (Revision, Instant))) {
        for org in self.ever_within(&[id]).into_iter().filter_map(|id| self.org(id)) {
            see(org.id.0, org.life(), (org.revision, org.updated_at));
            let changed = |role: &RoleRow<'_>| (role.revision(), role.updated_at());
            self.roles_in(org.id).for_each(|role| see(role.id().0, role.period(), changed(&role)));
            let covers = self.supervisions_by(org.id);
            covers.for_each(|cover| see(cover.id.0, cover.facts.period(), (cover.revision, cover.updated_at)));
        }
    }
}
