//! What can be asked of the registry. Each command is one entry of the log when it is accepted.

use crate::domain::{
    Basis, BranchType, Code, Day, Email, ExternalId, Field, Holder, LongText, MemberCounts, MemberCountsPatch, Name,
    OrgId, OrgKind, OrgValues, PersonId, PostCode, PostKind, RoleId, Scope, SupervisionId, Text,
};

/// A wish to change the directory.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is the operation of its name, see openapi/openapi.json")]
pub enum Command {
    CreateOrg(CreateOrg),
    PatchOrg { id: OrgId, patch: Box<PatchOrg> },
    DeleteOrg { id: OrgId },
    PatchOrgVersion { id: OrgId, valid_from: Day, patch: Box<PatchOrgVersion> },
    DeleteOrgVersion { id: OrgId, valid_from: Day },
    DissolveOrg { id: OrgId, dissolve: DissolveOrg },
    RestoreOrg { id: OrgId, basis: Option<Basis> },
    OrderRoles { id: OrgId, ids: Vec<RoleId> },
    OrderChildren { id: OrgId, ids: Vec<OrgId>, effective_on: Option<Day> },
    CreatePerson(CreatePerson),
    PatchPerson { id: PersonId, patch: Box<PatchPerson> },
    DeletePerson { id: PersonId },
    MergePeople { id: PersonId, duplicate_id: PersonId },
    CreatePost(CreatePost),
    PatchPost { code: PostCode, patch: PatchPost },
    DeletePost { code: PostCode },
    CreateRole(CreateRole),
    PatchRole { id: RoleId, patch: PatchRole },
    EndRole { id: RoleId, effective_on: Option<Day>, basis: Option<Basis> },
    DeleteRole { id: RoleId },
    CreateSupervision(CreateSupervision),
    PatchSupervision { id: SupervisionId, patch: PatchSupervision },
    DeleteSupervision { id: SupervisionId },
    CreateLeadingGroup(Box<LeadingGroupDocument>),
    ReplaceLeadingGroup { id: OrgId, document: Box<LeadingGroupDocument> },
}

/// A new body.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct CreateOrg {
    pub values: OrgValues,
    /// `None`: after its siblings.
    pub order: Option<i32>,
    pub valid_from: Option<Day>,
    pub valid_until: Option<Day>,
    pub duties: Option<LongText<4000>>,
    pub external_ids: Vec<ExternalId>,
    pub member_counts: Option<MemberCounts>,
    pub basis: Option<Basis>,
}

/// A change of what is said of a body for a period.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct ValuesPatch {
    pub name: Option<Name>,
    pub short_name: Field<Name>,
    pub name_en: Field<Text<200>>,
    pub kind: Option<OrgKind>,
    pub parent_id: Field<OrgId>,
    pub code: Field<Code>,
    pub order: Option<i32>,
    pub branch_type: Field<BranchType>,
    pub joint: Field<bool>,
    pub temporary: Field<bool>,
    pub unit_ids: Field<Vec<OrgId>>,
}

/// A change of a body from a day on.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct PatchOrg {
    pub values: ValuesPatch,
    pub duties: Field<LongText<4000>>,
    pub external_ids: Field<Vec<ExternalId>>,
    pub member_counts: Field<MemberCountsPatch>,
    pub effective_on: Option<Day>,
    pub basis: Option<Basis>,
}

/// A correction of one version.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct PatchOrgVersion {
    pub values: ValuesPatch,
    pub valid_from: Option<Day>,
    pub basis: Field<Basis>,
}

/// The end of a body.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct DissolveOrg {
    pub effective_on: Option<Day>,
    pub cascade: bool,
    pub successor_ids: Vec<OrgId>,
    pub basis: Option<Basis>,
}

/// A new person.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct CreatePerson {
    pub name: Name,
    pub name_en: Option<Text<200>>,
    pub staff_no: Option<Text<40>>,
    pub email: Option<Email>,
    pub phone: Option<Text<40>>,
    pub external_ids: Vec<ExternalId>,
}

/// A change of a person.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct PatchPerson {
    pub name: Option<Name>,
    pub name_en: Field<Text<200>>,
    pub staff_no: Field<Text<40>>,
    pub email: Field<Email>,
    pub phone: Field<Text<40>>,
    pub external_ids: Field<Vec<ExternalId>>,
}

/// A new post of the catalogue.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct CreatePost {
    pub code: PostCode,
    pub name: Name,
    pub name_en: Option<Text<200>>,
    pub kinds: Vec<PostKind>,
    /// `None`: after the last.
    pub rank: Option<i32>,
    pub leadership: bool,
}

/// A change of a post.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct PatchPost {
    pub code: Option<PostCode>,
    pub name: Option<Name>,
    pub name_en: Field<Text<200>>,
    pub kinds: Option<Vec<PostKind>>,
    pub rank: Option<i32>,
    pub leadership: Option<bool>,
}

/// A new role.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct CreateRole {
    pub org_id: OrgId,
    pub post: PostCode,
    pub holder: Holder,
    pub valid_from: Option<Day>,
    pub valid_until: Option<Day>,
    /// `None`: after the last in the body.
    pub order: Option<i32>,
    pub acting: bool,
    pub basis: Option<Basis>,
}

/// A correction of a role.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct PatchRole {
    pub valid_from: Option<Day>,
    pub valid_until: Field<Day>,
    pub order: Option<i32>,
    pub basis: Field<Basis>,
}

/// A new supervision.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct CreateSupervision {
    pub supervision_group_id: OrgId,
    pub org_id: OrgId,
    pub scope: Scope,
    pub valid_from: Option<Day>,
    pub valid_until: Option<Day>,
    pub basis: Option<Basis>,
}

/// A correction of a supervision.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct PatchSupervision {
    pub supervision_group_id: Option<OrgId>,
    pub org_id: Option<OrgId>,
    pub scope: Option<Scope>,
    pub valid_from: Option<Day>,
    pub valid_until: Field<Day>,
    pub basis: Field<Basis>,
}

/// A whole leading group, as a notice has it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct LeadingGroupDocument {
    pub parent_id: OrgId,
    pub name: Name,
    pub valid_from: Option<Day>,
    pub valid_until: Option<Day>,
    pub effective_on: Option<Day>,
    pub basis: Option<Basis>,
    pub duties: Option<LongText<4000>>,
    pub group: PartDocument,
    /// Its office, working groups and supervision groups; of one kind, in order.
    pub parts: Vec<PartDocument>,
}

/// One body of a leading group in the document.
#[derive(Debug, Clone)]
pub struct PartDocument {
    /// Its kind.
    pub kind: OrgKind,
    /// Where it stands in the request: a JSON pointer, for refusals.
    pub pointer: String,
    /// Which body it is; `None`: the one of that name, or a new one.
    pub id: Option<OrgId>,
    /// Its name, where the document gives it apart from the group's own; only of an office it may be left open.
    pub name: Option<Name>,
    /// Who is in it.
    pub posts: Vec<PartPost>,
    /// What it covers, of a supervision group.
    pub covers: Vec<(OrgId, Scope)>,
}

/// The holders of one post in a body of the document, in order.
#[derive(Debug, Clone)]
pub struct PartPost {
    /// The post.
    pub post: PostCode,
    /// The field that lists them.
    pub field: &'static str,
    /// Who holds it, and whether acting.
    pub holders: Vec<(Holder, bool)>,
}

impl Command {
    /// What the log calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CreateOrg(_) => "org.created",
            Self::PatchOrg { .. } => "org.changed",
            Self::DeleteOrg { .. } => "org.deleted",
            Self::PatchOrgVersion { .. } => "org_version.corrected",
            Self::DeleteOrgVersion { .. } => "org_version.deleted",
            Self::DissolveOrg { .. } => "org.dissolved",
            Self::RestoreOrg { .. } => "org.restored",
            Self::OrderRoles { .. } => "org.roles_ordered",
            Self::OrderChildren { .. } => "org.children_ordered",
            Self::CreatePerson(_) => "person.created",
            Self::PatchPerson { .. } => "person.changed",
            Self::DeletePerson { .. } => "person.deleted",
            Self::MergePeople { .. } => "person.merged",
            Self::CreatePost(_) => "post.created",
            Self::PatchPost { .. } => "post.changed",
            Self::DeletePost { .. } => "post.deleted",
            Self::CreateRole(_) => "role.created",
            Self::PatchRole { .. } => "role.corrected",
            Self::EndRole { .. } => "role.ended",
            Self::DeleteRole { .. } => "role.deleted",
            Self::CreateSupervision(_) => "supervision.created",
            Self::PatchSupervision { .. } => "supervision.corrected",
            Self::DeleteSupervision { .. } => "supervision.deleted",
            Self::CreateLeadingGroup(_) => "leading_group.created",
            Self::ReplaceLeadingGroup { .. } => "leading_group.adjusted",
        }
    }

    /// Whether it makes an object; else it is about one that the request names.
    pub fn creates(&self) -> bool {
        matches!(
            self,
            Self::CreateOrg(_)
                | Self::CreatePerson(_)
                | Self::CreatePost(_)
                | Self::CreateRole(_)
                | Self::CreateSupervision(_)
                | Self::CreateLeadingGroup(_)
        )
    }

    /// The document that it rests on.
    pub fn basis(&self) -> Option<&Basis> {
        match self {
            Self::CreateOrg(create) => create.basis.as_ref(),
            Self::PatchOrg { patch, .. } => patch.basis.as_ref(),
            Self::DissolveOrg { dissolve, .. } => dissolve.basis.as_ref(),
            Self::RestoreOrg { basis, .. } | Self::EndRole { basis, .. } => basis.as_ref(),
            Self::CreateRole(create) => create.basis.as_ref(),
            Self::CreateSupervision(create) => create.basis.as_ref(),
            Self::CreateLeadingGroup(document) | Self::ReplaceLeadingGroup { document, .. } => document.basis.as_ref(),
            Self::PatchOrgVersion { .. }
            | Self::DeleteOrg { .. }
            | Self::DeleteOrgVersion { .. }
            | Self::OrderRoles { .. }
            | Self::OrderChildren { .. }
            | Self::CreatePerson(_)
            | Self::PatchPerson { .. }
            | Self::DeletePerson { .. }
            | Self::MergePeople { .. }
            | Self::CreatePost(_)
            | Self::PatchPost { .. }
            | Self::DeletePost { .. }
            | Self::PatchRole { .. }
            | Self::DeleteRole { .. }
            | Self::PatchSupervision { .. }
            | Self::DeleteSupervision { .. } => None,
        }
    }
}
