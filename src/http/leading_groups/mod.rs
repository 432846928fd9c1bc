//! Leading groups: `/leading-groups`, each as one document.

mod body;
mod coverage;
mod read;
mod requests;
mod write;

use super::kit::resource::{Resource, resource};

pub(in crate::http) use body::*;
pub(in crate::http) use coverage::*;
pub(in crate::http) use read::*;
pub(in crate::http) use requests::*;
pub(in crate::http) use write::*;

/// The paths of leading groups.
pub(in crate::http) fn resources() -> Vec<Resource> {
    vec![
        resource("/leading-groups").get(list_leading_groups).post(create_leading_group),
        resource("/leading-groups/{id}").get(get_leading_group).put(replace_leading_group),
        resource("/leading-groups/{id}/coverage").get(get_leading_group_coverage),
    ]
}
