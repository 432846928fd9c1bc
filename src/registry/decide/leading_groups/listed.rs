//! What declared lists speak of: roles and supervisions, alike.

use uuid::Uuid;

use super::runs::Line;
use crate::{
    directory::{Kept, Snapshot},
    domain::{
        Day, Declared, Holder, OrgId, OrgKind, PostCode, RoleFacts, RoleId, Scope, SupervisionFacts, SupervisionId,
        is_listed,
    },
};

/// A role or a supervision, of which declared lists speak.
pub(in crate::registry::decide) trait Listed: Clone {
    type Id: Kept<Value = Self> + Copy + Ord + From<Uuid>;
    /// What an entry of a list names.
    type Named: Clone + Ord;
    /// How it is held.
    type Manner: Copy + PartialEq;

    /// All those of which the lists of an org speak.
    fn all_of(snapshot: &Snapshot, org: OrgId) -> Vec<(Self::Id, Self)>;

    /// What is declared, in order. An entry that was made by mistake may have been deleted since, and is left out.
    fn declared(snapshot: &Snapshot, what: &Declared) -> Vec<(Self::Named, Self::Manner)>;

    /// Whether documents list such a thing in orgs of a kind.
    fn is_listed(kind: OrgKind, named: &Self::Named) -> bool;

    /// The org on whose life it depends, beside the one whose lists speak of it.
    fn depends_on(named: &Self::Named) -> Option<OrgId>;

    /// A new one.
    fn new(org: OrgId, named: &Self::Named, order: i32, line: Line<Self::Manner>) -> Self;

    /// The org whose lists speak of it.
    fn org(&self) -> OrgId;

    fn named(&self) -> Self::Named;

    /// What is said of it beside what it is of.
    fn line(&self) -> Line<Self::Manner>;

    /// The same with another line.
    fn with(self, line: Line<Self::Manner>) -> Self;

    /// The same in another org.
    fn moved_to(self, org: OrgId) -> Self;

    /// Takes it out of a declared list.
    fn leave(&self, snapshot: &Snapshot, what: &mut Declared);

    /// Whether a declaration says of it what it is.
    fn is_declared(&self, snapshot: &Snapshot, what: &Declared) -> bool {
        let (named, manner) = (self.named(), self.line().manner);
        Self::declared(snapshot, what)
            .into_iter()
            .find(|(other, _)| *other == named)
            .is_some_and(|(_, said)| said == manner)
    }
}

impl Listed for RoleFacts {
    type Id = RoleId;
    type Named = (PostCode, Holder);
    type Manner = bool;

    fn all_of(snapshot: &Snapshot, org: OrgId) -> Vec<(RoleId, Self)> {
        snapshot.roles_in(org).map(|role| (role.id(), role.facts())).collect()
    }

    fn declared(snapshot: &Snapshot, what: &Declared) -> Vec<((PostCode, Holder), bool)> {
        let is_there = |holder: &Holder| match holder {
            Holder::Person(person) => snapshot.person(*person).is_some(),
            Holder::Unit(unit) => snapshot.org(*unit).is_some(),
            Holder::Seat(seat) => snapshot.org(seat.org_id).is_some() && snapshot.post(&seat.post).is_some(),
        };
        let meant = what
            .holders
            .iter()
            .map(|listed| ((listed.post.clone(), snapshot.meant_holder(&listed.holder)), listed.acting));
        meant.filter(|((_, holder), _)| is_there(holder)).collect()
    }

    fn is_listed(kind: OrgKind, (post, _): &(PostCode, Holder)) -> bool {
        is_listed(kind, post)
    }

    fn depends_on((_, holder): &(PostCode, Holder)) -> Option<OrgId> {
        if let Holder::Unit(unit) = holder { Some(*unit) } else { None }
    }

    fn new(org: OrgId, (post, holder): &(PostCode, Holder), order: i32, line: Line<bool>) -> Self {
        let facts = Self {
            org_id: org,
            post: post.clone(),
            holder: holder.clone(),
            valid_from: Day::MIN,
            valid_until: None,
            order,
            acting: false,
            basis: None,
            end_basis: None,
            following: None,
        };
        facts.with(line)
    }

    fn org(&self) -> OrgId {
        self.org_id
    }

    fn named(&self) -> (PostCode, Holder) {
        (self.post.clone(), self.holder.clone())
    }

    fn line(&self) -> Line<bool> {
        let Self { valid_from, valid_until, acting, basis, end_basis, following, .. } = self.clone();
        Line { manner: acting, from: valid_from, until: valid_until, basis, end_basis, following }
    }

    fn with(self, line: Line<bool>) -> Self {
        let Line { manner, from, until, basis, end_basis, following } = line;
        Self { valid_from: from, valid_until: until, acting: manner, basis, end_basis, following, ..self }
    }

    fn moved_to(self, org: OrgId) -> Self {
        Self { org_id: org, ..self }
    }

    fn leave(&self, snapshot: &Snapshot, what: &mut Declared) {
        what.holders.retain(|other| {
            other.post != self.post
                || other.acting != self.acting
                || snapshot.meant_holder(&other.holder) != self.holder
        });
    }
}

impl Listed for SupervisionFacts {
    type Id = SupervisionId;
    type Named = OrgId;
    type Manner = Scope;

    fn all_of(snapshot: &Snapshot, org: OrgId) -> Vec<(SupervisionId, Self)> {
        snapshot.supervisions_by(org).map(|supervision| (supervision.id, supervision.facts.clone())).collect()
    }

    fn declared(snapshot: &Snapshot, what: &Declared) -> Vec<(OrgId, Scope)> {
        let covers = what.covers.iter().map(|cover| (cover.org_id, cover.scope));
        covers.filter(|(org, _)| snapshot.org(*org).is_some()).collect()
    }

    fn is_listed(kind: OrgKind, _: &OrgId) -> bool {
        kind == OrgKind::SupervisionGroup
    }

    fn depends_on(covered: &OrgId) -> Option<OrgId> {
        Some(*covered)
    }

    fn new(org: OrgId, covered: &OrgId, _: i32, line: Line<Scope>) -> Self {
        let Line { manner, from, until, basis, end_basis, following } = line;
        Self {
            supervision_group_id: org,
            org_id: *covered,
            scope: manner,
            valid_from: from,
            valid_until: until,
            basis,
            end_basis,
            following,
        }
    }

    fn org(&self) -> OrgId {
        self.supervision_group_id
    }

    fn named(&self) -> OrgId {
        self.org_id
    }

    fn line(&self) -> Line<Scope> {
        let Self { scope, valid_from, valid_until, basis, end_basis, following, .. } = self.clone();
        Line { manner: scope, from: valid_from, until: valid_until, basis, end_basis, following }
    }

    fn with(self, line: Line<Scope>) -> Self {
        Self::new(self.supervision_group_id, &self.org_id, 0, line)
    }

    fn moved_to(self, org: OrgId) -> Self {
        Self { supervision_group_id: org, ..self }
    }

    fn leave(&self, _: &Snapshot, what: &mut Declared) {
        what.covers.retain(|other| other.org_id != self.org_id || other.scope != self.scope);
    }
}
