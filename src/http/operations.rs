//! The register: every operation of the API, and the tags under which the documentation shows them. Both the routes and
//! the API document are made from it.

use std::sync::LazyLock;

use super::{
    audit, changes, keys, kit::operation::Operation, leading_groups, orgs, people, posts, roles, service, snapshot,
    supervisions, tickets,
};

/// The tags, in the order in which the documentation shows them.
pub(super) const TAGS: &[(&str, &str)] = &[
    ("orgs", "Orgs: committees, branches, leading groups, administrative units; their versions, trees and orders."),
    ("people", "People who can hold posts."),
    ("posts", "The catalogue of posts: which posts exist in which kinds of orgs, and how many may hold each."),
    ("roles", "Who holds which post in which org, since when and until when; vacancies."),
    (
        "leading-groups",
        "Leading groups 领导小组, each as one document: the group, its office, its working groups and supervision groups, who is in them, and what is covered.",
    ),
    ("supervisions", "Which supervision group 督导组 covers which org, since when and until when."),
    ("changes", "What has changed, act by act, in one order."),
    ("copies", "The whole directory at one revision, for those who keep a copy of it."),
    ("access", "API keys with their grants: who may do what. Who the caller is. The audit."),
    ("tickets", "Tickets: what stands in the query for callers that cannot send a header."),
    ("service", "Health, measurements, documentation, and the types of problems."),
];

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    [
        orgs::operations(),
        people::operations(),
        posts::operations(),
        roles::operations(),
        leading_groups::operations(),
        supervisions::operations(),
        changes::operations(),
        snapshot::operations(),
        keys::operations(),
        audit::operations(),
        tickets::operations(),
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

#[cfg(test)]
mod tests {
    use super::operations;

    #[test]
    fn every_operation_on_something_tells_the_audit_what_that_is() {
        let on_one = operations().iter().filter(|operation| operation.path().contains("{id}"));
        let silent: Vec<&str> = on_one.filter(|one| one.subject().is_none()).map(|one| one.id()).collect();
        assert!(silent.is_empty(), "say it in `subject_of`: {silent:?}");
    }
}
