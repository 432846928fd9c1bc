//! Supervisions: `/supervisions`, and who supervises a body.

mod body;
mod list;
mod write;

use super::kit::resource::{Resource, resource};

pub(in crate::http) use body::*;
pub(in crate::http) use list::*;
pub(in crate::http) use write::*;

/// The paths of supervisions.
pub(in crate::http) fn resources() -> Vec<Resource> {
    vec![
        resource("/supervisions").get(list_supervisions).post(create_supervision),
        resource("/supervisions/{id}").get(get_supervision).patch(patch_supervision).delete(delete_supervision),
    ]
}
