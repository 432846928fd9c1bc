//! Bodies: `/orgs` and what belongs to one.

mod body;
mod list;
mod requests;
mod shown;
mod tree;
mod versions;
mod write;

use super::{
    kit::resource::{Resource, resource},
    roles::list_org_roles,
    supervisions::list_org_supervised_by,
};

pub(in crate::http) use body::{OrgBody, OrgRef, OrgVersionBody};
pub(in crate::http) use list::*;
pub(in crate::http) use requests::*;
pub(in crate::http) use shown::ShownOrg;
pub(in crate::http) use tree::*;
pub(in crate::http) use versions::*;
pub(in crate::http) use write::*;

/// The paths of bodies.
pub(in crate::http) fn resources() -> Vec<Resource> {
    vec![
        resource("/orgs").get(list_orgs).post(create_org),
        resource("/orgs/{id}").get(get_org).patch(patch_org).delete(delete_org),
        resource("/orgs/{id}/ancestors").get(list_org_ancestors),
        resource("/orgs/{id}/descendants").get(list_org_descendants),
        resource("/orgs/{id}/tree").get(get_org_tree),
        resource("/orgs/{id}/path").get(get_org_path),
        resource("/orgs/{id}/roles").get(list_org_roles),
        resource("/orgs/{id}/supervised-by").get(list_org_supervised_by),
        resource("/orgs/{id}/versions").get(list_org_versions),
        resource("/orgs/{id}/versions/{valid_from}").patch(patch_org_version).delete(delete_org_version),
        resource("/orgs/{id}/dissolve").post(dissolve_org),
        resource("/orgs/{id}/restore").post(restore_org),
        resource("/orgs/{id}/role-order").put(set_org_role_order),
        resource("/orgs/{id}/child-order").put(set_org_child_order),
    ]
}
