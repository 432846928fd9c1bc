//! A role as it is shown outside: its row, with what the row refers to.

use std::fmt;

use super::{
    Snapshot,
    person::PersonRow,
    slots::{OrgSlot, PackedHolder, PackedRole, RoleSlot},
    table::PostAt,
};
use crate::domain::{
    Basis, Day, Following, Holder, Instant, OrgId, Period, PostCode, Revision, Role, RoleFacts, RoleId, Seat,
};

/// A role as stored in a snapshot.
#[derive(Clone, Copy)]
pub struct RoleRow<'s> {
    snapshot: &'s Snapshot,
    id: RoleId,
    packed: &'s PackedRole,
}

impl fmt::Debug for RoleRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.role().fmt(f)
    }
}

impl<'s> RoleRow<'s> {
    pub(in crate::directory) fn new(snapshot: &'s Snapshot, slot: &'s RoleSlot) -> Option<Self> {
        let packed = slot.role.as_ref()?;
        Some(Self { snapshot, id: slot.id, packed })
    }

    /// Its identifier.
    pub fn id(&self) -> RoleId {
        self.id
    }

    /// The org.
    pub fn org_id(&self) -> OrgId {
        self.snapshot.org_id_at(self.packed.org)
    }

    /// The post's code.
    pub fn post(&self) -> &'s PostCode {
        self.snapshot.post_code_at(self.packed.post)
    }

    pub(in crate::directory) fn org_slot(&self) -> &'s OrgSlot {
        self.snapshot.org_slot_at(self.packed.org)
    }

    pub(in crate::directory) fn post_at(&self) -> PostAt {
        self.packed.post
    }

    pub(in crate::directory) fn packed_holder(&self) -> PackedHolder {
        self.packed.holder
    }

    /// The holder.
    pub fn holder(&self) -> Holder {
        match self.packed.holder {
            PackedHolder::Person(at) => Holder::Person(self.snapshot.person_id_at(at)),
            PackedHolder::Unit(at) => Holder::Unit(self.snapshot.org_id_at(at)),
            PackedHolder::Seat(org, post) => Holder::Seat(Seat {
                org_id: self.snapshot.org_id_at(org),
                post: self.snapshot.post_code_at(post).clone(),
            }),
        }
    }

    /// The person who holds it, or `None` if a unit or a seat does.
    pub fn person(&self) -> Option<PersonRow<'s>> {
        match self.packed.holder {
            PackedHolder::Person(at) => self.snapshot.person_at(at),
            PackedHolder::Unit(_) | PackedHolder::Seat(..) => None,
        }
    }

    /// When it is held.
    pub fn period(&self) -> Period {
        let PackedRole { valid_from, valid_until, .. } = self.packed;
        Period::new(*valid_from, *valid_until).unwrap_or(Period::open(*valid_from))
    }

    /// The first day on which it is held.
    pub fn valid_from(&self) -> Day {
        self.packed.valid_from
    }

    /// The first day on which it is no longer held.
    pub fn valid_until(&self) -> Option<Day> {
        self.packed.valid_until
    }

    /// Order among the holders listed in the org 排名, smallest first.
    pub fn order(&self) -> i32 {
        self.packed.order
    }

    /// Whether it is acting: 主持工作 / 代理.
    pub fn acting(&self) -> bool {
        self.packed.acting
    }

    /// The document of its beginning.
    pub fn basis(&self) -> Option<&'s Basis> {
        self.packed.basis.map(|at| self.snapshot.document_at(at))
    }

    /// The document of its end.
    pub fn end_basis(&self) -> Option<&'s Basis> {
        self.packed.end_basis.map(|at| self.snapshot.document_at(at))
    }

    /// What it remembers of declared lists.
    pub fn following(&self) -> Option<&'s Following> {
        self.snapshot.following.get(&self.id).map(AsRef::as_ref)
    }

    /// The last log entry that changed it.
    pub fn revision(&self) -> Revision {
        self.packed.changed.revision
    }

    /// When that entry was recorded.
    pub fn updated_at(&self) -> Instant {
        self.packed.changed.at()
    }

    /// Its facts.
    pub fn facts(&self) -> RoleFacts {
        RoleFacts {
            org_id: self.org_id(),
            post: self.post().clone(),
            holder: self.holder(),
            valid_from: self.valid_from(),
            valid_until: self.valid_until(),
            order: self.order(),
            acting: self.acting(),
            basis: self.basis().cloned(),
            end_basis: self.end_basis().cloned(),
            following: self.following().cloned(),
        }
    }

    /// The whole role.
    pub fn role(&self) -> Role {
        Role { id: self.id, facts: self.facts(), revision: self.revision(), updated_at: self.updated_at() }
    }
}
