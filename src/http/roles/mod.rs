//! Roles: `/roles`, the roles of a body and of a person, and `/vacancies`.

mod body;
mod list;
mod shown;
mod vacancies;
mod write;

use super::kit::resource::{Resource, resource};

pub(in crate::http) use body::*;
pub(in crate::http) use list::*;
pub(in crate::http) use shown::ShownRole;
pub(in crate::http) use vacancies::*;
pub(in crate::http) use write::*;

/// The paths of roles.
pub(in crate::http) fn resources() -> Vec<Resource> {
    vec![
        resource("/roles").get(list_roles).post(create_role),
        resource("/roles/{id}").get(get_role).patch(patch_role).delete(delete_role),
        resource("/roles/{id}/end").post(end_role),
        resource("/vacancies").get(list_vacancies),
    ]
}
