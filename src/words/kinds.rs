//! What people call the kinds of orgs.

use crate::domain::OrgKind;

/// The Chinese word for a kind. In English its word in the API is as good.
pub(super) fn kind_zh(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::Authority => "上级党组织",
        OrgKind::Committee => "党委",
        OrgKind::GeneralBranch => "党总支",
        OrgKind::Branch => "党支部",
        OrgKind::PartyGroup => "党小组",
        OrgKind::Commission => "纪委",
        OrgKind::Department => "党委工作部门",
        OrgKind::LeadingGroup => "领导小组",
        OrgKind::Office => "领导小组办公室",
        OrgKind::SupervisionGroup => "督导组",
        OrgKind::WorkingGroup => "工作组",
        OrgKind::Unit => "行政单位",
    }
}
