//! What effects touch.

use std::collections::BTreeSet;

use crate::domain::{Day, Effect, OrgFacts, OrgId, OrgVersion, PersonId, PostCode, RoleId, SupervisionId};

/// The objects that effects touch.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) orgs: BTreeSet<OrgId>,
    pub(super) versions: BTreeSet<(OrgId, Day)>,
    /// Orgs whose kind, parent or end may have changed. What is under them and in them is checked again.
    pub(super) moved: BTreeSet<OrgId>,
    pub(super) people: BTreeSet<PersonId>,
    pub(super) posts: BTreeSet<PostCode>,
    pub(super) roles: BTreeSet<RoleId>,
    pub(super) supervisions: BTreeSet<SupervisionId>,
}

impl Touched {
    pub(super) fn by<'e>(effects: impl IntoIterator<Item = &'e Effect>) -> Self {
        let mut touched = Self::default();
        for effect in effects {
            match effect {
                Effect::Org { id, before, after } => {
                    touched.orgs.insert(*id);
                    let end = |facts: &Option<OrgFacts>| facts.as_ref().map(|facts| facts.dissolved_on);
                    if end(before) != end(after) {
                        touched.moved.insert(*id);
                    }
                }
                Effect::OrgVersion { id, valid_from, before, after } => {
                    touched.orgs.insert(*id);
                    touched.versions.insert((*id, *valid_from));
                    let place = |version: &Option<OrgVersion>| {
                        version.as_ref().map(|version| (version.values.kind, version.values.parent_id))
                    };
                    if place(before) != place(after) {
                        touched.moved.insert(*id);
                    }
                }
                Effect::Person { id, .. } => drop(touched.people.insert(*id)),
                Effect::Post { code, .. } => drop(touched.posts.insert(code.clone())),
                Effect::Role { id, .. } => drop(touched.roles.insert(*id)),
                Effect::Supervision { id, .. } => drop(touched.supervisions.insert(*id)),
            }
        }
        touched
    }
}
