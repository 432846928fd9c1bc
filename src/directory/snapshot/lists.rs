//! Changes rows and, with them, the lists of the rows to which they refer.

use std::{collections::BTreeSet, sync::Arc};

use imbl::Vector;

use super::{
    Snapshot, count, external_hash,
    finder::hash_of,
    known::Known,
    person::PackedPerson,
    slots::{Kept, OrgSlot, PackedHolder, PackedRole, Placed, Ties},
    table::{List, OrgAt, PersonAt, RoleAt},
};
use crate::domain::{Org, OrgId, OrgValues, OrgVersion, Revision, RoleId};

impl Snapshot {
    pub(super) fn set_org(&mut self, id: OrgId, org: Option<Org>, revision: Revision) {
        // An object that is deleted and unknown gets no row; the same below.
        let found = if org.is_some() { Some(self.org_or_new(id)) } else { self.find_org(id) };
        let Some(at) = found else { return };
        let before = self.orgs.row(at).org.clone();
        let (old, new) = (Links::of(before.as_deref()), Links::of(org.as_ref()));
        for parent in old.parents.difference(&new.parents) {
            self.change_children(*parent, |_, children| children.remove(at));
        }
        for parent in new.parents.difference(&old.parents) {
            self.change_children(*parent, |orgs, children| children.insert(at, |other| orgs.row(other).id < id));
        }
        for (old, new, list) in [
            (&old.units, &new.units, (|ties| &mut ties.members) as fn(&mut Ties) -> &mut List<OrgAt>),
            (&old.successors, &new.successors, |ties| &mut ties.predecessors),
        ] {
            for named in old.difference(new) {
                list(self.ties_mut(*named)).remove(at);
            }
            for named in new.difference(old) {
                let mut changed = list(self.ties_mut(*named)).clone();
                changed.insert(at, |other| self.orgs.row(other).id < id);
                *list(self.ties_mut(*named)) = changed;
            }
        }
        self.codes.exchange(at, &code_hashes(before.as_deref()), &code_hashes(org.as_ref()));
        self.org_external_ids.exchange(at, &external_hashes(before.as_deref()), &external_hashes(org.as_ref()));
        let timeline = org.iter().flat_map(Org::timeline);
        let placed = timeline.map(|(period, OrgVersion { values, .. })| {
            let parent = values.parent_id.map(|parent| self.org_or_new(parent));
            if let Some(above) = parent.filter(|above| self.orgs.row(*above).referrers.last_order < values.order) {
                self.orgs.row_mut(above).referrers_mut().last_order = values.order;
            }
            let OrgValues { order, kind, ref role_order, .. } = **values;
            Placed { kept: Kept::new(), period, parent, order, kind, ordered: role_order.is_some() }
        });
        let placed: Arc<[Placed]> = placed.collect();
        let deleted = org.is_none();
        count(&mut self.counts.orgs, before.is_some(), !deleted);
        let slot = self.orgs.row_mut(at);
        let placed_before = std::mem::replace(&mut slot.placed, placed.clone());
        slot.org = org.map(Arc::new);
        slot.changed = revision;
        *self.changed_below.row_mut(at) = revision;
        for parent in placed_before.iter().chain(placed.iter()).filter_map(|placed| placed.parent) {
            self.mark_changed(parent, revision);
        }
        if deleted && self.orgs.row(at).is_unnamed() {
            self.orgs.give_up(at);
        }
    }

    /// Marks an org and all orgs that are ever above it as changed below.
    fn mark_changed(&mut self, at: OrgAt, revision: Revision) {
        // No recursion: over all days together, the way up may be longer than any tree.
        let mut waiting = vec![at];
        while let Some(at) = waiting.pop() {
            if *self.changed_below.row(at) != revision {
                *self.changed_below.row_mut(at) = revision;
                waiting.extend(self.orgs.row(at).placed.iter().filter_map(|placed| placed.parent));
            }
        }
    }

    fn change_children(
        &mut self,
        parent: Option<OrgId>,
        change: impl FnOnce(&Known<OrgAt, OrgSlot>, &mut List<OrgAt>),
    ) {
        match parent {
            None => change(&self.orgs, &mut self.tops),
            Some(parent) => {
                let parent = self.org_or_new(parent);
                let mut children = self.orgs.row(parent).children().clone();
                change(&self.orgs, &mut children);
                self.orgs.row_mut(parent).referrers_mut().children = children;
            }
        }
    }

    pub(super) fn set_role(&mut self, id: RoleId, role: Option<PackedRole>, revision: Revision) {
        let found = if role.is_some() { Some(self.roles.find_or_add(id.0)) } else { self.find_role(id) };
        let Some(at) = found else { return };
        let before = self.roles.row(at).role;
        for role in before.iter().chain(&role) {
            self.orgs.row_mut(role.org).changed = revision;
        }
        let part = |role: Option<PackedRole>| role.map(|role| (role.org, role.post, role.holder));
        if part(before) != part(role) {
            for (role, is_new) in before.map(|before| (before, false)).into_iter().chain(role.map(|role| (role, true)))
            {
                self.list_role(at, &role, is_new);
            }
        }
        count(&mut self.counts.roles, before.is_some(), role.is_some());
        match role {
            Some(_) => self.roles.row_mut(at).role = role,
            None => self.roles.give_up(at),
        }
    }

    /// Puts a role into the lists of its org, holder and post, or removes it from them.
    fn list_role(&mut self, at: RoleAt, role: &PackedRole, is_new: bool) {
        let Self { orgs, people, posts, roles, .. } = self;
        let id = roles.row(at).id;
        let by_id = |list: &mut List<RoleAt>| {
            if is_new { list.insert(at, |other| roles.row(other).id < id) } else { list.remove(at) }
        };
        let by_handle = |list: &mut Vector<RoleAt>| {
            // A new role is usually the newest.
            let newest = list.last().is_none_or(|last| *last < at);
            match (if newest { Err(list.len()) } else { list.binary_search(&at) }, is_new) {
                (Err(place), true) => list.insert(place, at),
                (Ok(place), false) => drop(list.remove(place)),
                (Ok(_), true) | (Err(_), false) => {}
            }
        };
        by_id(&mut orgs.row_mut(role.org).referrers_mut().roles);
        by_handle(&mut posts.row_mut(role.post).roles);
        match role.holder {
            PackedHolder::Person(person) => by_id(&mut people.row_mut(person).roles),
            PackedHolder::Unit(unit) => by_id(&mut ties_mut(orgs, unit).roles_as_holder),
            PackedHolder::Seat(org, post) => {
                by_id(&mut ties_mut(orgs, org).seats);
                by_handle(&mut posts.row_mut(post).seats);
            }
        }
    }

    pub(super) fn set_person(&mut self, at: PersonAt, person: Option<PackedPerson>, revision: Revision) {
        for role in self.people.row(at).roles.iter().filter_map(|role| self.roles.row(role).role) {
            self.orgs.row_mut(role.org).changed = revision;
        }
        let slot = self.people.row_mut(at);
        count(&mut self.counts.people, slot.person.is_some(), person.is_some());
        slot.person = person;
        if slot.person.is_none() && slot.roles.is_empty() {
            self.people.give_up(at);
        }
    }

    fn ties_mut(&mut self, id: OrgId) -> &mut Ties {
        let at = self.org_or_new(id);
        ties_mut(&mut self.orgs, at)
    }
}

fn ties_mut(orgs: &mut Known<OrgAt, OrgSlot>, at: OrgAt) -> &mut Ties {
    Arc::make_mut(orgs.row_mut(at).referrers_mut().ties.get_or_insert_default())
}

/// The hashes of the codes that an org has in any version.
fn code_hashes(org: Option<&Org>) -> Vec<u64> {
    let codes = org.into_iter().flat_map(|org| &org.versions).filter_map(|version| version.values.code.as_ref());
    codes.map(|code| hash_of(code.as_str().as_bytes())).collect()
}

/// The hashes of an org's external ids.
fn external_hashes(org: Option<&Org>) -> Vec<u64> {
    org.into_iter().flat_map(|org| &org.facts.external_ids).map(external_hash).collect()
}

/// The orgs to which an org refers, in any version.
#[derive(Default)]
struct Links {
    /// `None` is the top.
    parents: BTreeSet<Option<OrgId>>,
    units: BTreeSet<OrgId>,
    successors: BTreeSet<OrgId>,
}

impl Links {
    fn of(org: Option<&Org>) -> Self {
        let Some(org) = org else { return Self::default() };
        Self {
            parents: org.versions.iter().map(|version| version.values.parent_id).collect(),
            units: org.versions.iter().flat_map(|version| version.values.unit_ids.iter().copied()).collect(),
            successors: org.facts.successor_ids.iter().copied().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{Day, Holder, Instant, Name, OrgFacts, Person, PersonId, PostCode, RoleFacts};

    const UNIT: u128 = 1;

    fn org(number: u128) -> OrgId {
        OrgId(Uuid::from_u128(number))
    }

    fn put_org(snapshot: &mut Snapshot, number: u128) {
        let at = Instant::default();
        let facts = OrgFacts::default();
        snapshot.put_org(Org { id: org(number), facts, versions: Vec::new(), revision: 1, updated_at: at });
    }

    fn put_role(snapshot: &mut Snapshot, number: u128) -> RoleId {
        let (id, post) = (RoleId(Uuid::from_u128(number)), PostCode::parse("member").unwrap());
        let facts = RoleFacts {
            org_id: org(number),
            post,
            holder: Holder::Unit(org(UNIT)),
            valid_from: Day::MIN,
            valid_until: None,
            order: 0,
            acting: false,
            basis: None,
            end_basis: None,
            following: None,
        };
        snapshot.put_role(crate::domain::Role { id, facts, revision: 1, updated_at: Instant::default() });
        id
    }

    fn put_person(snapshot: &mut Snapshot, number: u128) -> PersonId {
        let id = PersonId(Uuid::from_u128(number));
        snapshot.put_person(Person {
            id,
            name: Name::parse("测试").unwrap(),
            name_en: None,
            former_names: Vec::new(),
            staff_no: None,
            email: None,
            phone: None,
            external_ids: Vec::new(),
            erased: false,
            revision: 1,
            updated_at: Instant::default(),
        });
        id
    }

    /// The numbers of rows: orgs, their marks of changes below, people, roles.
    fn rows(snapshot: &Snapshot) -> [usize; 4] {
        let Snapshot { orgs, changed_below, people, roles, .. } = snapshot;
        [orgs.iter().count(), changed_below.iter().count(), people.iter().count(), roles.iter().count()]
    }

    #[test]
    fn what_is_deleted_leaves_its_place_to_others() {
        let mut snapshot = Snapshot::empty(chrono_tz::Asia::Shanghai, Instant::default());
        put_org(&mut snapshot, UNIT);
        for number in 2..100 {
            put_org(&mut snapshot, number);
            let role = put_role(&mut snapshot, number);
            let person = put_person(&mut snapshot, number);
            let kept = snapshot.clone();
            // The second time checks that deleting an unknown object changes nothing.
            for _ in 0..2 {
                snapshot.take_role(role, 2);
                snapshot.take_person(person, 2);
                snapshot.set_org(org(number), None, 2);
            }
            assert!(snapshot.org(org(number)).is_none() && snapshot.role(role).is_none());
            assert!(
                kept.org(org(number)).is_some() && kept.roles_in(org(number)).count() == 1,
                "an older state is kept"
            );
        }
        // The row of the unit, and one that all others used in turn.
        assert_eq!(rows(&snapshot), [2, 2, 1, 1]);
    }

    #[test]
    fn what_is_still_named_keeps_its_place() {
        let mut snapshot = Snapshot::empty(chrono_tz::Asia::Shanghai, Instant::default());
        put_org(&mut snapshot, UNIT);
        put_org(&mut snapshot, 2);
        let role = put_role(&mut snapshot, 2);
        snapshot.set_org(org(2), None, 2);
        snapshot.set_org(org(UNIT), None, 2);
        put_org(&mut snapshot, 3);
        let held = snapshot.role(role).unwrap();
        assert_eq!((held.org_id(), held.holder()), (org(2), Holder::Unit(org(UNIT))));
        assert_eq!(rows(&snapshot), [3, 3, 0, 1]);
    }
}
