//! The JSON-lines format of a whole directory: what `generate` writes and `load` reads.
//!
//! The first line is a [`Header`]; every further line is one [`Record`], tagged with what it is.
//! Bodies come before the bodies under them, and before the roles in them; so do people. Its shapes
//! are its own: they change with [`VERSION`], not with the log's or the API's. Each is converted by
//! full destructuring, so that a new attribute breaks the build until somebody decides about it.

mod lines;

use serde::{Deserialize, Serialize};

use crate::domain::{
    Basis, BranchType, Code, Day, Email, ExternalId, Holder, Instant, LongText, MemberCounts, Name, Org, OrgFacts,
    OrgId, OrgKind, OrgValues, OrgVersion, Person, PersonId, Post, PostCode, Revision, Role, RoleFacts, RoleId, Scope,
    Supervision, SupervisionFacts, SupervisionId, Text,
};

pub use lines::{FORMAT, Fault, Header, LINE_BYTES_MAX, ReadError, Reader, VERSION, Writer};

/// One line after the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// A body with its whole history.
    Org(OrgRecord),
    /// Somebody who can hold roles.
    Person(PersonRecord),
    /// A post beyond the catalogue that every directory has, or one that differs from it.
    Post(Post),
    /// A role.
    Role(RoleRecord),
    /// What a supervision group covers.
    Supervision(SupervisionRecord),
}

/// A body: what [`Org`] says, without its place in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of `OrgFacts`")]
pub struct OrgRecord {
    pub id: OrgId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dissolved_on: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_basis: Option<Basis>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successor_ids: Vec<OrgId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duties: Option<LongText<4000>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_counts: Option<MemberCounts>,
    pub versions: Vec<VersionRecord>,
}

/// One version of a body: what [`OrgVersion`] says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of `OrgVersion` and `OrgValues`")]
pub struct VersionRecord {
    pub valid_from: Day,
    pub name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_name: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<Text<200>>,
    pub kind: OrgKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<OrgId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    pub order: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_type: Option<BranchType>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub joint: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub temporary: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unit_ids: Vec<OrgId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// A person: what [`Person`] says. Only here do personal values serialise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of `Person`")]
pub struct PersonRecord {
    pub id: PersonId,
    pub name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<Text<200>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_no: Option<Text<40>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Text<40>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
}

/// A role: what [`RoleFacts`] says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of `RoleFacts`")]
pub struct RoleRecord {
    pub id: RoleId,
    pub org_id: OrgId,
    pub post: PostCode,
    pub holder: Holder,
    pub valid_from: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
    pub order: i32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub acting: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_basis: Option<Basis>,
}

/// A supervision: what [`SupervisionFacts`] says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of `SupervisionFacts`")]
pub struct SupervisionRecord {
    pub id: SupervisionId,
    pub supervision_group_id: OrgId,
    pub org_id: OrgId,
    pub scope: Scope,
    pub valid_from: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_basis: Option<Basis>,
}

impl From<&Org> for OrgRecord {
    fn from(org: &Org) -> Self {
        let Org { id, facts, versions, revision: _, updated_at: _ } = org;
        let OrgFacts { dissolved_on, dissolved_by: _, end_basis, successor_ids, duties, external_ids, member_counts } =
            facts.clone();
        let versions = versions.iter().map(VersionRecord::from).collect();
        Self { id: *id, dissolved_on, end_basis, successor_ids, duties, external_ids, member_counts, versions }
    }
}

impl From<&OrgVersion> for VersionRecord {
    fn from(version: &OrgVersion) -> Self {
        let OrgVersion { valid_from, values, basis } = version.clone();
        let OrgValues {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
        } = OrgValues::clone(&values);
        Self {
            valid_from,
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
            basis,
        }
    }
}

impl From<VersionRecord> for OrgVersion {
    fn from(version: VersionRecord) -> Self {
        let VersionRecord {
            valid_from,
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
            basis,
        } = version;
        let values = OrgValues {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
        };
        Self { valid_from, values: values.into(), basis }
    }
}

impl OrgRecord {
    /// The body, as the log entry `revision` puts it there. Which entry dissolved it is not known.
    pub fn into_org(self, revision: Revision, updated_at: Instant) -> Org {
        let Self { id, dissolved_on, end_basis, successor_ids, duties, external_ids, member_counts, versions } = self;
        let facts = OrgFacts {
            dissolved_on,
            dissolved_by: None,
            end_basis,
            successor_ids,
            duties,
            external_ids,
            member_counts,
        };
        Org { id, facts, versions: versions.into_iter().map(OrgVersion::from).collect(), revision, updated_at }
    }
}

impl From<&Person> for PersonRecord {
    fn from(person: &Person) -> Self {
        let Person {
            id,
            name,
            name_en,
            former_names,
            staff_no,
            email,
            phone,
            external_ids,
            revision: _,
            updated_at: _,
        } = person.clone();
        Self { id, name, name_en, former_names, staff_no, email, phone, external_ids }
    }
}

impl PersonRecord {
    /// The person, as the log entry `revision` puts it there.
    pub fn into_person(self, revision: Revision, updated_at: Instant) -> Person {
        let Self { id, name, name_en, former_names, staff_no, email, phone, external_ids } = self;
        Person { id, name, name_en, former_names, staff_no, email, phone, external_ids, revision, updated_at }
    }
}

impl From<&Role> for RoleRecord {
    fn from(role: &Role) -> Self {
        let Role { id, facts, revision: _, updated_at: _ } = role;
        let RoleFacts { org_id, post, holder, valid_from, valid_until, order, acting, basis, end_basis } =
            facts.clone();
        Self { id: *id, org_id, post, holder, valid_from, valid_until, order, acting, basis, end_basis }
    }
}

impl RoleRecord {
    /// The role, as the log entry `revision` puts it there.
    pub fn into_role(self, revision: Revision, updated_at: Instant) -> Role {
        let Self { id, org_id, post, holder, valid_from, valid_until, order, acting, basis, end_basis } = self;
        let facts = RoleFacts { org_id, post, holder, valid_from, valid_until, order, acting, basis, end_basis };
        Role { id, facts, revision, updated_at }
    }
}

impl From<&Supervision> for SupervisionRecord {
    fn from(supervision: &Supervision) -> Self {
        let Supervision { id, facts, revision: _, updated_at: _ } = supervision;
        let SupervisionFacts { supervision_group_id, org_id, scope, valid_from, valid_until, basis, end_basis } =
            facts.clone();
        Self { id: *id, supervision_group_id, org_id, scope, valid_from, valid_until, basis, end_basis }
    }
}

impl SupervisionRecord {
    /// The supervision, as the log entry `revision` puts it there.
    pub fn into_supervision(self, revision: Revision, updated_at: Instant) -> Supervision {
        let Self { id, supervision_group_id, org_id, scope, valid_from, valid_until, basis, end_basis } = self;
        let facts = SupervisionFacts { supervision_group_id, org_id, scope, valid_from, valid_until, basis, end_basis };
        Supervision { id, facts, revision, updated_at }
    }
}
