//! Bodies: `/orgs` and what belongs to one.

mod body;
mod list;
mod requests;
mod shown;
mod tree;
mod versions;
mod write;

use super::kit::operation::{Operation, operations};

pub(in crate::http) use body::{OrgBody, OrgRef, OrgVersionBody};
pub(in crate::http) use list::*;
pub(in crate::http) use requests::*;
pub(in crate::http) use shown::ShownOrg;
pub(in crate::http) use tree::*;
pub(in crate::http) use versions::*;
pub(in crate::http) use write::*;

/// The operations on bodies.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        list_orgs,
        create_org,
        get_org,
        patch_org,
        delete_org,
        list_org_ancestors,
        list_org_descendants,
        get_org_tree,
        get_org_path,
        list_org_versions,
        patch_org_version,
        delete_org_version,
        dissolve_org,
        restore_org,
        set_org_role_order,
        set_org_child_order,
    ]
}
