//! Compares two snapshots, for tests that build the same state in different ways.

use std::fmt::Debug;

use uuid::Uuid;

use super::{
    OrgSlot, PersonRow, Snapshot,
    slots::Ties,
    table::{List, OrgAt, RoleAt},
};
use crate::domain::{Org, OrgId, OrgVersion, RoleId};

impl PartialEq for Snapshot {
    /// Whether both have the same objects at the same revision and find them by the same keys. Rows may be in
    /// another order.
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision
            && self.recorded_at == other.recorded_at
            && self.zone == other.zone
            && self.counts == other.counts
            && self.org_ids_in(&self.tops) == other.org_ids_in(&other.tops)
            && self.every_org().all(|slot| self.same_org(other, slot))
            && self.people.iter().filter(|slot| slot.person.is_some()).all(|slot| {
                let theirs = other.find_person(slot.id).map(|at| other.people.row(at));
                theirs.is_some_and(|theirs| {
                    theirs.person == slot.person && self.role_ids_in(&slot.roles) == other.role_ids_in(&theirs.roles)
                }) && PersonRow::new(slot).map(|held| held.person()).iter().all(|person| {
                    person.external_ids.iter().all(|id| same(self.people_known_by(id), other.people_known_by(id)))
                        && person
                            .staff_no
                            .iter()
                            .all(|number| same(self.people_numbered(number), other.people_numbered(number)))
                })
            })
            && self.posts().all(|post| {
                let held = |snapshot: &Self| {
                    let mut ids: Vec<RoleId> = snapshot.roles_of_post(&post.code).map(|role| role.id()).collect();
                    let of_held = ids.len();
                    ids.extend(snapshot.seats_of_post(&post.code).map(|role| role.id()));
                    if let Some((held, seats)) = ids.split_at_mut_checked(of_held) {
                        held.sort_unstable();
                        seats.sort_unstable();
                    }
                    (ids, of_held)
                };
                other.post(&post.code) == Some(post) && held(self) == held(other)
            })
            && self.every_role().all(|role| other.role(role.id()).is_some_and(|theirs| theirs.role() == role.role()))
            && self.plain == other.plain
            && self.api_keys == other.api_keys
            && self.aliases == other.aliases
    }
}

fn same<T: PartialEq + Debug>(ours: impl Iterator<Item = T>, theirs: impl Iterator<Item = T>) -> bool {
    ours.eq(theirs)
}

impl Snapshot {
    fn same_org(&self, other: &Self, slot: &OrgSlot) -> bool {
        let Some((org, theirs)) = slot.org.as_deref().zip(other.org_slot(slot.id)) else { return false };
        let codes = org.versions.iter().filter_map(|version| version.values.code.as_ref());
        theirs.org.as_deref() == Some(org)
            && self.agrees(slot, org)
            && other.agrees(theirs, org)
            && self.org_ids_in(slot.children()) == other.org_ids_in(theirs.children())
            && self.role_ids_in(slot.roles()) == other.role_ids_in(theirs.roles())
            && self.tied(slot.ties()) == other.tied(theirs.ties())
            && codes.into_iter().all(|code| same(self.ever_coded(code), other.ever_coded(code)))
            && org.facts.external_ids.iter().all(|id| same(self.orgs_known_by(id), other.orgs_known_by(id)))
    }

    /// Whether the row agrees with each version of the org.
    fn agrees(&self, slot: &OrgSlot, org: &Org) -> bool {
        let placed = slot.placed.iter().map(|placed| {
            let parent = placed.parent.map(|at| self.org_id_at(at));
            (placed.period, parent, placed.order, placed.kind)
        });
        placed.eq(org
            .timeline()
            .map(|(period, OrgVersion { values, .. })| (period, values.parent_id, values.order, values.kind)))
    }

    fn org_ids_in(&self, list: &List<OrgAt>) -> Vec<OrgId> {
        list.iter().map(|at| self.orgs.row(at).id).collect()
    }

    fn role_ids_in(&self, list: &List<RoleAt>) -> Vec<RoleId> {
        list.iter().map(|at| self.roles.row(at).id).collect()
    }

    fn tied(&self, ties: Option<&Ties>) -> [Vec<Uuid>; 4] {
        let none = Ties::default();
        let Ties { roles_as_holder, seats, members, predecessors } = ties.unwrap_or(&none);
        let roles = |list| self.role_ids_in(list).into_iter().map(|id| id.0).collect();
        let orgs = |list| self.org_ids_in(list).into_iter().map(|id| id.0).collect();
        [roles(roles_as_holder), roles(seats), orgs(members), orgs(predecessors)]
    }
}
