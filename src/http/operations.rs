//! The register: every operation of the API. Both the routes and the API document are made from it.

use std::sync::LazyLock;

use super::{kit::operation::Operation, leading_groups, orgs, people, posts, roles, service, supervisions};

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    [
        orgs::operations(),
        people::operations(),
        posts::operations(),
        roles::operations(),
        leading_groups::operations(),
        supervisions::operations(),
        service::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// Every operation of the API.
pub(super) fn operations() -> &'static [Operation] {
    &OPERATIONS
}
