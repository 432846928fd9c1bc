//! The official order of the holders in an org and of the orgs under it, and the states that a change of one rests on.

use xxhash_rust::xxh3::Xxh3;

use super::{
    snapshot::Snapshot,
    views::{OrgView, RoleView},
};
use crate::domain::{Basis, Day, Org, OrgFields, OrgId, OrgVersion, Revision, RoleOrder};

/// The acts that gave an org another place than the one with which it was established, until a day.
fn placed(org: &Org, until: Day) -> impl Iterator<Item = (Day, Option<&Basis>)> {
    let versions = org.versions.iter().take_while(move |version| version.valid_from <= until);
    versions.flat_map(|version| {
        let placing = version.acts.iter().filter(|act| act.fields.has("order") && act.fields != OrgFields::all());
        placing.map(|act| (version.valid_from, act.basis.as_ref()))
    })
}

impl Snapshot {
    /// The act that declared the order of the holders that is shown: from which day on, and by which document.
    pub fn role_order_of<'s>(&self, view: &OrgView<'s>) -> Option<(Day, Option<&'s Basis>)> {
        let (version, _): (&'s OrgVersion, &'s RoleOrder) = view.ordered_by()?;
        let act = version.acts.iter().rev().find(|act| act.fields.has("role_order"));
        Some((version.valid_from, act.and_then(|act| act.basis.as_ref())))
    }

    /// The newest act that gave all orgs then under an org their places, on the day of its view or before: from which
    /// day on, and by which document.
    pub fn child_order_of<'s>(&'s self, view: &OrgView<'s>) -> Option<(Day, Option<&'s Basis>)> {
        let mut declared: Vec<(Day, Option<&'s Basis>)> =
            self.children_of(view).iter().flat_map(|child| placed(child.org, view.day)).collect();
        declared.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
        declared.into_iter().find(|declaration| {
            let then = self.org_on(view.id(), declaration.0);
            let children = then.map(|then| self.children_of(&then)).unwrap_or_default();
            children.iter().all(|child| placed(child.org, declaration.0).any(|placed| placed == *declaration))
        })
    }

    /// The holders in an org on a day, in the order of their places alone: whatever the rank of their posts.
    pub fn roles_by_place<'s>(&'s self, view: &OrgView<'s>) -> Vec<RoleView<'s>> {
        let mut roles = self.roles_listed(view);
        roles.sort_by_cached_key(|role| (role.order(), role.post.rank, role.role.valid_from(), role.role.id()));
        roles
    }

    /// A hash of what the order of the holders in an org rests on, on a day and later.
    pub fn role_order_state(&self, id: OrgId, day: Day) -> Revision {
        let mut state = State::on(day);
        if let Some(org) = self.org(id) {
            state.see(org.id.0.as_bytes(), org.revision);
        }
        for role in self.roles_in(id).filter(|role| role.period().reaches(day)) {
            state.see(role.id().0.as_bytes(), role.revision());
        }
        state.0.digest()
    }

    /// A hash of what the order of the orgs under an org rests on, on a day and later.
    pub fn child_order_state(&self, id: OrgId, day: Day) -> Revision {
        let mut state = State::on(day);
        for org in self.ever_under(Some(id)).filter(|org| org.life().reaches(day)) {
            state.see(org.id.0.as_bytes(), org.revision);
        }
        state.0.digest()
    }

    /// A hash of everything that is in a leading group on a day or later, with the entry that last changed each object.
    /// The same on every replica; another day has another one.
    ///
    /// The newest of these entries is not enough: deleting an older part does not change it.
    pub fn group_state(&self, id: OrgId, day: Day) -> Revision {
        let mut state = State::on(day);
        self.each_ever_in(id, |id, period, (revision, _)| {
            if period.reaches(day) {
                state.see(id.as_bytes(), revision);
            }
        });
        state.0.digest()
    }
}

/// A hash in the making.
struct State(Xxh3);

impl State {
    fn on(day: Day) -> Self {
        let mut hash = Xxh3::new();
        hash.update(&day.number().to_le_bytes());
        Self(hash)
    }

    fn see(&mut self, id: &[u8], revision: Revision) {
        self.0.update(id);
        self.0.update(&revision.to_le_bytes());
    }
}
