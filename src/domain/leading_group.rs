//! A leading group 领导小组 as one document: which posts stand in it, body by body.

use super::OrgKind;

/// The kinds of bodies that the document has under the leading group itself.
pub const PARTS: &[OrgKind] = &[OrgKind::Office, OrgKind::WorkingGroup, OrgKind::SupervisionGroup];

/// The posts that the document lists in a body of `kind`, in the order of its fields; none for kinds
/// that are no part of it.
pub fn listed_posts(kind: OrgKind) -> &'static [&'static str] {
    match kind {
        OrgKind::LeadingGroup => &["leader", "executive_deputy_leader", "deputy_leader", "group_member", "liaison"],
        OrgKind::Office => &["office_director", "office_deputy_director", "group_member", "liaison"],
        OrgKind::WorkingGroup | OrgKind::SupervisionGroup => &["leader", "deputy_leader", "group_member", "liaison"],
        OrgKind::Authority
        | OrgKind::Committee
        | OrgKind::GeneralBranch
        | OrgKind::Branch
        | OrgKind::PartyGroup
        | OrgKind::Commission
        | OrgKind::Department
        | OrgKind::Unit => &[],
    }
}
