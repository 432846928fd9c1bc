//! The rules that hold on every date (docs/ARCHITECTURE.md), checked on the directory as it would be.
//!
//! A command is decided by drafting its outcome; whatever the command was, the same checks then look
//! at everything that the outcome touches. So each rule is written once. The rules of plain objects stand with their
//! kinds, in `plain`.

mod codes;
mod external_ids;
mod orgs;
mod people;
mod places;
mod posts;
mod roles;

use std::collections::BTreeSet;

use self::{
    codes::codes,
    orgs::{org_alone, units, unnamed_if_gone},
    places::placement,
    roles::role_alone,
};
pub(super) use self::{
    codes::codes_whole,
    orgs::{keys_that, naming, org_whole},
    people::{alias, identity},
    posts::holders,
    roles::role_whole,
};
use super::{draft::Draft, plain, refer::first, touched::Touched};
use crate::{
    directory::Snapshot,
    domain::{Error, Holder, OrgId},
};

/// Refuses the draft if it breaks a rule on any date.
pub(super) fn check(draft: &Draft) -> Result<(), Error> {
    let snapshot = draft.snapshot();
    let touched = Touched::by(draft.effects());
    let moved = with_all_below(snapshot, &touched.moved);
    for id in &touched.orgs {
        unnamed_if_gone(snapshot, *id)?;
    }
    for org in touched.orgs.iter().filter_map(|id| snapshot.org(*id)) {
        org_alone(snapshot, org)?;
    }
    // What moved comes first: a new cycle goes through it, and what is below a cycle is only too deep.
    for org in touched.moved.iter().chain(&moved).filter_map(|id| snapshot.org(*id)) {
        placement(snapshot, org)?;
    }
    for org in moved.union(&touched.orgs).filter_map(|id| snapshot.org(*id)) {
        codes(snapshot, org)?;
    }
    let mut roles = touched.roles.clone();
    for id in &touched.moved {
        roles.extend(snapshot.roles_in(*id).map(|role| role.id()));
        roles.extend(snapshot.roles_held(&Holder::Unit(*id)).map(|role| role.id()));
        for member in snapshot.ever_of_unit(*id) {
            units(snapshot, member)?;
        }
    }
    for post in &touched.posts {
        roles.extend(snapshot.roles_of_post(post).map(|role| role.id()));
    }
    let mut seats = BTreeSet::new();
    for role in roles.iter().filter_map(|id| snapshot.role(*id)) {
        role_alone(snapshot, &role)?;
        seats.insert((role.org_id(), role.post().clone()));
    }
    for (org, post) in &seats {
        if let (Some(org), Some(post)) = (snapshot.org(*org), snapshot.post(post)) {
            holders(snapshot, org, post)?;
        }
    }
    plain::check(snapshot, &touched)?;
    let people = touched.people.iter().filter_map(|id| snapshot.person(*id));
    first(people.flat_map(|person| identity(snapshot, &person.person())))
}

/// The orgs `roots` and all that ever stand below one, those below an org that is gone included.
fn with_all_below(snapshot: &Snapshot, roots: &BTreeSet<OrgId>) -> BTreeSet<OrgId> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<OrgId> = roots.iter().copied().collect();
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            waiting.extend(snapshot.ever_under(Some(id)).map(|child| child.id));
        }
    }
    found
}
