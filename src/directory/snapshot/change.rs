//! Puts objects into a snapshot, and takes them out.

use std::sync::Arc;

use super::{
    Snapshot, count, external_hash,
    finder::hash_of,
    person::PackedPerson,
    slots::{LastEntry, PackedHolder, PackedRole},
    table::PersonAt,
};
use crate::domain::{
    ApiKey, CallerId, Holder, Org, Person, PersonId, Post, PostCode, Revision, Role, RoleFacts, RoleId, fold,
};

/// The hashes of the keys by which a person is found, besides the id.
#[derive(Default)]
struct PersonKeys {
    staff_no: Vec<u64>,
    external_ids: Vec<u64>,
}

impl Snapshot {
    /// Puts an org with its own revision.
    pub fn put_org(&mut self, org: Org) {
        let revision = org.revision;
        self.set_org(org.id, Some(org), revision);
    }

    /// Puts a person with its own revision.
    pub fn put_person(&mut self, person: Person) {
        let at = self.person_or_new(person.id);
        let staff_no = person.staff_no.iter().map(|staff_no| hash_of(staff_no.folded().as_bytes())).collect();
        let keys = PersonKeys { staff_no, external_ids: person.external_ids.iter().map(external_hash).collect() };
        self.exchange_person_keys(at, &keys);
        self.set_person(at, Some(PackedPerson::new(&person)), person.revision);
    }

    fn exchange_person_keys(&mut self, at: PersonAt, now: &PersonKeys) {
        let before = self.person_at(at).map_or_else(PersonKeys::default, |person| PersonKeys {
            staff_no: person.staff_no().map(|staff_no| hash_of(fold(staff_no).as_bytes())).into_iter().collect(),
            external_ids: person.external_ids().map(|id| external_hash(&id)).collect(),
        });
        self.staff_nos.exchange(at, &before.staff_no, &now.staff_no);
        self.person_external_ids.exchange(at, &before.external_ids, &now.external_ids);
    }

    pub(super) fn take_person(&mut self, id: PersonId, revision: Revision) {
        if let Some(at) = self.find_person(id) {
            self.exchange_person_keys(at, &PersonKeys::default());
            self.set_person(at, None, revision);
        }
    }

    /// Puts a post with its own revision.
    pub fn put_post(&mut self, post: Post) {
        let (code, revision) = (post.code.clone(), post.revision);
        self.set_post(&code, Some(post), revision);
    }

    pub(super) fn set_post(&mut self, code: &PostCode, post: Option<Post>, revision: Revision) {
        self.posts_changed = revision;
        let at = self.post_or_new(code);
        let (before, after) = (self.post_at(at).is_some(), post.is_some());
        self.posts.row_mut(at).post = post.map(Arc::new);
        count(&mut self.counts.posts, before, after);
    }

    pub(super) fn set_api_key(&mut self, id: CallerId, key: Option<ApiKey>, revision: Revision) {
        self.keys_changed = self.keys_changed.max(revision);
        match key {
            Some(key) => drop(self.api_keys.insert(id, Arc::new(key))),
            None => drop(self.api_keys.remove(&id)),
        }
    }

    /// Puts a role with its own revision.
    pub fn put_role(&mut self, role: Role) {
        let Role { id, facts, revision, updated_at } = role;
        let RoleFacts { org_id, post, holder, valid_from, valid_until, order, acting, basis, end_basis, following } =
            facts;
        match following {
            Some(following) => drop(self.following.insert(id, Arc::new(following))),
            None => drop(self.following.remove(&id)),
        }
        let packed = PackedRole {
            org: self.org_or_new(org_id),
            post: self.post_or_new(&post),
            holder: match holder {
                Holder::Person(id) => PackedHolder::Person(self.person_or_new(id)),
                Holder::Unit(id) => PackedHolder::Unit(self.org_or_new(id)),
                Holder::Seat(seat) => PackedHolder::Seat(self.org_or_new(seat.org_id), self.post_or_new(&seat.post)),
            },
            valid_from,
            valid_until,
            order,
            acting,
            basis: basis.map(|basis| self.document_or_new(basis)),
            end_basis: end_basis.map(|basis| self.document_or_new(basis)),
            changed: LastEntry::new(revision, updated_at),
        };
        self.set_role(id, Some(packed), revision);
    }

    pub(super) fn take_role(&mut self, id: RoleId, revision: Revision) {
        self.following.remove(&id);
        self.set_role(id, None, revision);
    }
}
