//! A leading group as one document: the group, its office, working groups and supervision groups, who
//! is in them, and what is covered.

use xxhash_rust::xxh3::Xxh3;

use super::{
    bodies::{OrgFilter, OrgSort},
    page::{Page, PageRequest},
    snapshot::Snapshot,
    views::{OrgView, RoleView, SupervisionView},
};
use crate::domain::{Day, OrgId, OrgKind, Revision, listed_posts};

/// A body of a leading group with who is in it.
#[derive(Debug, Clone)]
pub struct GroupPart<'s> {
    /// The body.
    pub org: OrgView<'s>,
    /// The roles of the document's posts on the day, in order.
    pub roles: Vec<RoleView<'s>>,
    /// What it covers on the day; only of a supervision group.
    pub covers: Vec<SupervisionView<'s>>,
}

/// A leading group on a day.
#[derive(Debug, Clone)]
pub struct LeadingGroup<'s> {
    /// The group itself.
    pub group: GroupPart<'s>,
    /// Its office; the first, where it has several.
    pub office: Option<GroupPart<'s>>,
    /// Its working groups, in order.
    pub working_groups: Vec<GroupPart<'s>>,
    /// Its supervision groups, in order.
    pub supervision_groups: Vec<GroupPart<'s>>,
}

impl Snapshot {
    /// The leading group of that id as it is on `day`; nothing where no leading group has it.
    pub fn leading_group(&self, id: OrgId, day: Day) -> Option<LeadingGroup<'_>> {
        let view = self.org_on(id, day)?;
        (view.values().kind == OrgKind::LeadingGroup).then(|| self.document_of(view))
    }

    /// A page of the leading groups among the bodies that `filter` shows on `day`.
    pub fn leading_groups<'s>(&'s self, filter: &'s OrgFilter, day: Day, page: &PageRequest) -> Page<LeadingGroup<'s>> {
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

    /// The bodies of one kind directly under a leading group on the day of its view, in order.
    pub fn parts_of<'s>(&'s self, group: &OrgView<'_>, kind: OrgKind) -> Vec<OrgView<'s>> {
        let mut parts = self.children_of(group);
        parts.retain(|part| part.values().kind == kind);
        parts
    }

    fn part<'s>(&'s self, org: OrgView<'s>) -> GroupPart<'s> {
        let mut roles = self.roles_listed(&org);
        let posts = listed_posts(org.values().kind);
        roles.retain(|role| posts.contains(&role.post.code.as_str()));
        let mut covers: Vec<_> = self
            .supervisions_by(org.org.id)
            .filter(|supervision| supervision.facts.period().contains(org.day))
            .filter_map(|supervision| self.supervision_on(supervision, org.day))
            .collect();
        covers.sort_by_cached_key(|cover| (self.place_of(&cover.org), cover.supervision.id));
        GroupPart { org, roles, covers }
    }

    /// What sets this state of a leading group's own data apart from every other: a hash of what ever was
    /// in it, with the entry that last changed each.
    ///
    /// The newest of these entries alone would not do: erasing an older part leaves it as it is.
    pub fn group_state(&self, id: OrgId) -> Revision {
        let mut hash = Xxh3::new();
        let mut note = |id: uuid::Uuid, revision: Revision| {
            hash.update(id.as_bytes());
            hash.update(&revision.to_le_bytes());
        };
        for org in self.ever_within(&[id]).into_iter().filter_map(|id| self.org(id)) {
            note(org.id.0, org.revision);
            self.roles_in(org.id).for_each(|role| note(role.id.0, role.revision));
            self.supervisions_by(org.id).for_each(|supervision| note(supervision.id.0, supervision.revision));
        }
        hash.digest()
    }

    /// The last entry that changed any part of a leading group.
    pub fn group_changed(&self, id: OrgId) -> Option<(Revision, crate::domain::Instant)> {
        let bodies = self.ever_within(&[id]);
        let orgs = bodies.iter().filter_map(|id| self.org(*id));
        let changes = orgs.flat_map(|org| {
            let roles = self.roles_in(org.id).map(|role| (role.revision, role.updated_at));
            let covers = self.supervisions_by(org.id).map(|cover| (cover.revision, cover.updated_at));
            roles.chain(covers).chain([(org.revision, org.updated_at)])
        });
        changes.max()
    }
}
