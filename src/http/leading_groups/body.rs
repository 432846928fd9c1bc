//! What the API shows of a leading group.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::Sight,
    directory::{GroupPart, LeadingGroup, RoleView, Snapshot, SupervisionView},
    domain::{Basis, Day, LongText, Name, OrgId, RoleId, Scope, Status, SupervisionId, write_instant},
    http::{
        orgs::OrgRef,
        roles::{HolderBody, SitterBody},
    },
};

/// A leading group 领导小组 as one document: the group, its office, its working groups and supervision
/// groups, their holders on the day asked for, and what is covered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LeadingGroup)]
pub(in crate::http) struct LeadingGroupBody<'s> {
    /// Its identifier, the same as under `/orgs`.
    id: OrgId,
    /// The org that set it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<OrgId>,
    name: &'s Name,
    status: Status,
    /// The day on which it was established.
    valid_from: Day,
    /// The first day on which the group no longer exists. Absent while it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// The document of the act that gave the group its name and place, as they are on that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'s Basis>,
    /// Its duties.
    #[serde(skip_serializing_if = "Option::is_none")]
    duties: Option<&'s LongText<4000>>,
    /// 组长. There may be two 双组长.
    #[schema(max_items = 10_000)]
    leaders: Vec<ListedHolderBody<'s>>,
    /// 常务副组长.
    #[schema(max_items = 10_000)]
    executive_deputy_leaders: Vec<ListedHolderBody<'s>>,
    /// 副组长.
    #[schema(max_items = 10_000)]
    deputy_leaders: Vec<ListedHolderBody<'s>>,
    /// 成员.
    #[schema(max_items = 10_000)]
    members: Vec<ListedHolderBody<'s>>,
    /// 联络员.
    #[schema(max_items = 10_000)]
    liaisons: Vec<ListedHolderBody<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<OfficeBody<'s>>,
    /// 工作组, in order.
    #[schema(max_items = 10_000)]
    working_groups: Vec<WorkingGroupBody<'s>>,
    /// 督导组, in order.
    #[schema(max_items = 10_000)]
    supervision_groups: Vec<SupervisionGroupBody<'s>>,
    /// The last log entry that changed anything in the orgs of the document. Ended roles and supervisions count too.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    revision: u64,
    /// When that entry was recorded, UTC.
    #[schema(max_length = 40)]
    #[serde(serialize_with = "write_instant")]
    updated_at: DateTime<Utc>,
}

/// A holder in a list of the document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListedRole)]
pub(in crate::http) struct ListedHolderBody<'s> {
    role_id: RoleId,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = true)]
    holder: Option<HolderBody<'s>>,
    /// The people who hold the role on that day. For a seat: whoever holds the post that it points to. Empty if a
    /// unit holds the role, and if the seat is unfilled.
    #[schema(max_items = 10_000)]
    people: Vec<SitterBody<'s>>,
    /// Its place among the holders listed in the org 排名, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    order: i32,
    /// Present and true for an acting holder 主持工作 / 代理.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    acting: bool,
    /// The first day on which it is held.
    valid_from: Day,
    /// The first day on which it is no longer held. Absent while it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
}

/// The office of a leading group 领导小组办公室.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LeadingGroupOffice)]
pub(in crate::http) struct OfficeBody<'s> {
    id: OrgId,
    name: &'s Name,
    /// 办公室主任: a person, or a unit 主任单位.
    #[schema(max_items = 10_000)]
    directors: Vec<ListedHolderBody<'s>>,
    /// 办公室副主任.
    #[schema(max_items = 10_000)]
    deputy_directors: Vec<ListedHolderBody<'s>>,
    /// 成员.
    #[schema(max_items = 10_000)]
    members: Vec<ListedHolderBody<'s>>,
    /// 联络员.
    #[schema(max_items = 10_000)]
    liaisons: Vec<ListedHolderBody<'s>>,
}

/// A working group 工作组.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LeadingGroupWorkingGroup)]
pub(in crate::http) struct WorkingGroupBody<'s> {
    id: OrgId,
    name: &'s Name,
    /// 组长.
    #[schema(max_items = 10_000)]
    leaders: Vec<ListedHolderBody<'s>>,
    /// 副组长.
    #[schema(max_items = 10_000)]
    deputy_leaders: Vec<ListedHolderBody<'s>>,
    /// 成员.
    #[schema(max_items = 10_000)]
    members: Vec<ListedHolderBody<'s>>,
    /// 联络员.
    #[schema(max_items = 10_000)]
    liaisons: Vec<ListedHolderBody<'s>>,
}

/// A supervision group 督导组, with what it covers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LeadingGroupSupervisionGroup)]
pub(in crate::http) struct SupervisionGroupBody<'s> {
    id: OrgId,
    name: &'s Name,
    /// 组长.
    #[schema(max_items = 10_000)]
    leaders: Vec<ListedHolderBody<'s>>,
    /// 副组长.
    #[schema(max_items = 10_000)]
    deputy_leaders: Vec<ListedHolderBody<'s>>,
    /// 成员.
    #[schema(max_items = 10_000)]
    members: Vec<ListedHolderBody<'s>>,
    /// 联络员.
    #[schema(max_items = 10_000)]
    liaisons: Vec<ListedHolderBody<'s>>,
    /// The orgs that it covers on that day, in the official order.
    #[schema(max_items = 10_000)]
    covers: Vec<CoverBody<'s>>,
}

/// An org that a supervision group covers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Cover)]
pub(in crate::http) struct CoverBody<'s> {
    supervision_id: SupervisionId,
    org_id: OrgId,
    org: OrgRef<'s>,
    scope: Scope,
}

impl<'s> LeadingGroupBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, document: &LeadingGroup<'s>, sight: &Sight) -> Self {
        let LeadingGroup { group, office, working_groups, supervision_groups } = document;
        let (org, values) = (group.org.org, group.org.values());
        let lists = Lists { snapshot, part: group, sight };
        let (revision, updated_at) = snapshot.group_changed(org.id);
        Self {
            id: org.id,
            parent_id: values.parent_id,
            name: &values.name,
            status: group.org.status,
            valid_from: org.established_on(),
            valid_until: org.facts.dissolved_on,
            basis: document.basis(),
            duties: values.duties.as_ref(),
            leaders: lists.of("leader"),
            executive_deputy_leaders: lists.of("executive_deputy_leader"),
            deputy_leaders: lists.of("deputy_leader"),
            members: lists.of("group_member"),
            liaisons: lists.of("liaison"),
            office: office.as_ref().map(|part| OfficeBody::new(&Lists { snapshot, part, sight })),
            working_groups: working_groups
                .iter()
                .map(|part| WorkingGroupBody::new(&Lists { snapshot, part, sight }))
                .collect(),
            supervision_groups: supervision_groups
                .iter()
                .map(|part| SupervisionGroupBody::new(&Lists { snapshot, part, sight }))
                .collect(),
            revision,
            updated_at,
        }
    }
}

/// The lists of one org of the document.
struct Lists<'a, 's> {
    snapshot: &'s Snapshot,
    part: &'a GroupPart<'s>,
    sight: &'a Sight,
}

impl<'s> Lists<'_, 's> {
    fn of(&self, post: &str) -> Vec<ListedHolderBody<'s>> {
        let held = self.part.roles.iter().filter(|role| role.post.code.as_str() == post);
        held.map(|role| ListedHolderBody::new(self.snapshot, role, self.sight)).collect()
    }

    fn id(&self) -> OrgId {
        self.part.org.id()
    }

    fn name(&self) -> &'s Name {
        &self.part.org.values().name
    }
}

impl<'s> ListedHolderBody<'s> {
    fn new(snapshot: &'s Snapshot, view: &RoleView<'s>, sight: &Sight) -> Self {
        let role = &view.role;
        Self {
            role_id: role.id(),
            holder: HolderBody::new(snapshot, view, sight),
            people: SitterBody::all(snapshot, view, sight),
            order: view.order(),
            acting: role.acting(),
            valid_from: role.period().from(),
            valid_until: role.period().until(),
        }
    }
}

impl<'s> OfficeBody<'s> {
    fn new(lists: &Lists<'_, 's>) -> Self {
        Self {
            id: lists.id(),
            name: lists.name(),
            directors: lists.of("office_director"),
            deputy_directors: lists.of("office_deputy_director"),
            members: lists.of("group_member"),
            liaisons: lists.of("liaison"),
        }
    }
}

impl<'s> WorkingGroupBody<'s> {
    fn new(lists: &Lists<'_, 's>) -> Self {
        Self {
            id: lists.id(),
            name: lists.name(),
            leaders: lists.of("leader"),
            deputy_leaders: lists.of("deputy_leader"),
            members: lists.of("group_member"),
            liaisons: lists.of("liaison"),
        }
    }
}

impl<'s> SupervisionGroupBody<'s> {
    fn new(lists: &Lists<'_, 's>) -> Self {
        let WorkingGroupBody { id, name, leaders, deputy_leaders, members, liaisons } = WorkingGroupBody::new(lists);
        let covers = lists.part.covers.iter().map(|cover| CoverBody::new(lists.snapshot, cover)).collect();
        Self { id, name, leaders, deputy_leaders, members, liaisons, covers }
    }
}

impl<'s> CoverBody<'s> {
    fn new(snapshot: &'s Snapshot, view: &SupervisionView<'s>) -> Self {
        Self {
            supervision_id: view.supervision.id,
            org_id: view.org.org.id,
            org: OrgRef::new(snapshot, &view.org),
            scope: view.supervision.facts.scope,
        }
    }
}
