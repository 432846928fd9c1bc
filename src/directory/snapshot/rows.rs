//! Finds rows by handle and by id.

use imbl::Vector;

use super::{
    Snapshot,
    finder::hash_of_both,
    held::RoleRow,
    person::PersonRow,
    slots::{OrgSlot, PostSlot, RoleSlot, Ties},
    table::{DocumentAt, List, OrgAt, PersonAt, PostAt, RoleAt},
};
use crate::domain::{Basis, Org, OrgId, PersonId, Post, PostCode, Revision, RoleId};

/// From handle to row. Every handle has a row, but not every row has an object.
impl Snapshot {
    pub(in crate::directory) fn org_slot_at(&self, at: OrgAt) -> &OrgSlot {
        self.orgs.row(at)
    }

    pub(in crate::directory) fn org_at(&self, at: OrgAt) -> Option<&Org> {
        self.orgs.row(at).org.as_deref()
    }

    pub(super) fn org_id_at(&self, at: OrgAt) -> OrgId {
        self.orgs.row(at).id
    }

    pub(in crate::directory) fn person_at(&self, at: PersonAt) -> Option<PersonRow<'_>> {
        PersonRow::new(self.people.row(at))
    }

    pub(super) fn person_id_at(&self, at: PersonAt) -> PersonId {
        self.people.row(at).id
    }

    pub(in crate::directory) fn post_at(&self, at: PostAt) -> Option<&Post> {
        self.posts.row(at).post.as_deref()
    }

    pub(super) fn post_code_at(&self, at: PostAt) -> &PostCode {
        &self.posts.row(at).code
    }

    pub(in crate::directory) fn role_slot_at(&self, at: RoleAt) -> &RoleSlot {
        self.roles.row(at)
    }

    pub(super) fn role_at(&self, at: RoleAt) -> Option<RoleRow<'_>> {
        RoleRow::new(self, self.roles.row(at))
    }

    pub(super) fn document_at(&self, at: DocumentAt) -> &Basis {
        self.documents.row(at)
    }
}

/// From list to objects.
impl Snapshot {
    pub(in crate::directory) fn orgs_of<'s>(
        &'s self,
        list: Option<&'s List<OrgAt>>,
    ) -> impl Iterator<Item = &'s Org> + use<'s> {
        list.into_iter().flat_map(List::iter).filter_map(|at| self.org_at(at))
    }

    pub(in crate::directory) fn roles_of<'s>(
        &'s self,
        list: Option<&'s List<RoleAt>>,
    ) -> impl Iterator<Item = RoleRow<'s>> + use<'s> {
        list.into_iter().flat_map(List::iter).filter_map(|at| self.role_at(at))
    }
}

/// From id to handle.
impl Snapshot {
    pub(in crate::directory) fn changed_below(&self, id: OrgId) -> Option<Revision> {
        self.find_org(id).map(|at| *self.changed_below.row(at))
    }

    pub(super) fn find_org(&self, id: OrgId) -> Option<OrgAt> {
        self.orgs.find(id.0)
    }

    pub(in crate::directory) fn org_slot(&self, id: OrgId) -> Option<&OrgSlot> {
        self.find_org(id).map(|at| self.orgs.row(at))
    }

    pub(super) fn ties(&self, id: OrgId) -> Option<&Ties> {
        self.org_slot(id)?.ties()
    }

    pub(super) fn find_person(&self, id: PersonId) -> Option<PersonAt> {
        self.people.find(id.0)
    }

    pub(super) fn find_role(&self, id: RoleId) -> Option<RoleAt> {
        self.roles.find(id.0)
    }

    pub(super) fn org_or_new(&mut self, id: OrgId) -> OrgAt {
        self.find_org(id).unwrap_or_else(|| {
            let at = self.orgs.add(id.0);
            self.changed_below.put(at, 0);
            at
        })
    }

    pub(super) fn person_or_new(&mut self, id: PersonId) -> PersonAt {
        self.people.find_or_add(id.0)
    }

    pub(super) fn post_or_new(&mut self, code: &PostCode) -> PostAt {
        self.post_codes.get(code).copied().unwrap_or_else(|| {
            let (roles, seats) = (Vector::new(), Vector::new());
            let at = self.posts.add(PostSlot { code: code.clone(), post: None, roles, seats });
            self.post_codes.insert(code.clone(), at);
            at
        })
    }

    pub(super) fn document_or_new(&mut self, document: Basis) -> DocumentAt {
        let number = document.number.as_ref().map_or("", |number| number.as_str());
        let hash = hash_of_both(document.title.as_str().as_bytes(), number.as_bytes());
        let known = self.document_texts.find(hash).find(|at| *self.documents.row(*at) == document);
        known.unwrap_or_else(|| {
            let at = self.documents.add(document);
            self.document_texts.note(hash, at);
            at
        })
    }
}
