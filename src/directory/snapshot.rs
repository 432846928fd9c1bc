//! The state of the directory at one revision, and how an effect changes it.

use std::sync::Arc;

use chrono_tz::Tz;
use imbl::{HashMap, OrdMap, Vector};

use super::index::Index;
use crate::domain::{
    Code, Effect, ExternalId, Holder, Instant, Org, OrgFacts, OrgId, Person, PersonId, Post, PostCode, Revision, Role,
    RoleId, Supervision, SupervisionId, Text,
};

/// The most levels that a tree may have, its root counted.
pub const LEVELS_MAX: usize = 32;

/// The most erasures that are remembered; a list that began before the oldest goes on in what is newest.
const ERASURES_MAX: usize = 1000;

/// The directory at one revision. Immutable once published; a clone costs a few pointers and shares
/// everything with the original.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    revision: Revision,
    erasures: Erasures,
    recorded_at: Instant,
    zone: Tz,
    pub(super) orgs: HashMap<OrgId, Arc<Org>>,
    pub(super) people: HashMap<PersonId, Arc<Person>>,
    pub(super) posts: OrdMap<PostCode, Arc<Post>>,
    pub(super) roles: HashMap<RoleId, Arc<Role>>,
    pub(super) supervisions: HashMap<SupervisionId, Arc<Supervision>>,
    /// By every parent that any version ever names; the top as `None`.
    children: Index<Option<OrgId>, OrgId>,
    /// By every code that any version ever has.
    codes: Index<Code, OrgId>,
    org_external_ids: Index<ExternalId, OrgId>,
    /// By every unit that any version ever names.
    unit_members: Index<OrgId, OrgId>,
    predecessors: Index<OrgId, OrgId>,
    person_external_ids: Index<ExternalId, PersonId>,
    staff_nos: Index<Text<40>, PersonId>,
    org_roles: Index<OrgId, RoleId>,
    holder_roles: Index<Holder, RoleId>,
    post_roles: Index<PostCode, RoleId>,
    /// By the body that a seat points at.
    seats_in: Index<OrgId, RoleId>,
    /// By the post that a seat points at.
    seats_of_post: Index<PostCode, RoleId>,
    supervisions_by: Index<OrgId, SupervisionId>,
    supervisions_of: Index<OrgId, SupervisionId>,
}

/// How many of each there are in a directory, ended ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Counts {
    pub orgs: usize,
    pub people: usize,
    pub posts: usize,
    pub roles: usize,
    pub supervisions: usize,
}

/// Who has been erased, so that older snapshots can leave them out. No part of the directory's state:
/// as far as that goes, all are equal.
#[derive(Debug, Clone, Default)]
struct Erasures {
    /// What was erased up to this revision is not known.
    unknown_until: Revision,
    /// Who was erased by which entry, in order.
    people: Vector<(Revision, PersonId)>,
}

impl Erasures {
    /// Notes one more, and forgets the oldest where there are too many.
    fn note(&mut self, revision: Revision, id: PersonId) {
        self.people.push_back((revision, id));
        if self.people.len() > ERASURES_MAX
            && let Some((oldest, _)) = self.people.pop_front()
        {
            self.unknown_until = oldest;
        }
    }
}

impl PartialEq for Erasures {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Snapshot {
    /// An empty directory whose days begin in `zone`.
    pub fn empty(zone: Tz, recorded_at: Instant) -> Self {
        Self {
            revision: 0,
            erasures: Erasures::default(),
            recorded_at,
            zone,
            orgs: HashMap::new(),
            people: HashMap::new(),
            posts: OrdMap::new(),
            roles: HashMap::new(),
            supervisions: HashMap::new(),
            children: Index::default(),
            codes: Index::default(),
            org_external_ids: Index::default(),
            unit_members: Index::default(),
            predecessors: Index::default(),
            person_external_ids: Index::default(),
            staff_nos: Index::default(),
            org_roles: Index::default(),
            holder_roles: Index::default(),
            post_roles: Index::default(),
            seats_in: Index::default(),
            seats_of_post: Index::default(),
            supervisions_by: Index::default(),
            supervisions_of: Index::default(),
        }
    }

    /// How many log entries it contains.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// An older snapshot of the same directory without the people who have been erased since, and
    /// without their roles unless those have become somebody else's. Nothing where it is not known who they are.
    pub fn erased_from(&self, older: &Arc<Self>) -> Option<Arc<Self>> {
        let since = older.revision;
        if since < self.erasures.unknown_until {
            return None;
        }
        let erased: Vec<PersonId> =
            self.erasures.people.iter().rev().take_while(|(at, _)| *at > since).map(|(_, id)| *id).collect();
        let mut shown = Arc::clone(older);
        for id in erased {
            let shown = Arc::make_mut(&mut shown);
            let held: Vec<RoleId> = shown.roles_held(&Holder::Person(id)).map(|role| role.id).collect();
            for role in held {
                shown.take_role(role);
                // Two entries of one person may have become one: then the role is the other's.
                let Some(role) = self.roles.get(&role) else { continue };
                if let Holder::Person(holder) = role.facts.holder
                    && let Some(person) = self.people.get(&holder)
                {
                    shown.take_person(holder);
                    shown.put_person(Person::clone(person));
                }
                shown.put_role(Role::clone(role));
            }
            shown.take_person(id);
        }
        Some(shown)
    }

    /// Notes that nothing is known of who was erased up to now: for loading.
    pub fn forget_erasures(&mut self) {
        self.erasures = Erasures { unknown_until: self.revision, people: Vector::new() };
    }

    /// When the last of them was recorded.
    pub fn recorded_at(&self) -> Instant {
        self.recorded_at
    }

    /// The time zone in which the directory's days begin.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// How many bodies, people, posts, roles and supervisions there are, ended ones included.
    pub fn counts(&self) -> Counts {
        Counts {
            orgs: self.orgs.len(),
            people: self.people.len(),
            posts: self.posts.len(),
            roles: self.roles.len(),
            supervisions: self.supervisions.len(),
        }
    }

    /// The body with that id, whenever it lives.
    pub fn org(&self, id: OrgId) -> Option<&Org> {
        self.orgs.get(&id).map(Arc::as_ref)
    }

    /// The person with that id.
    pub fn person(&self, id: PersonId) -> Option<&Arc<Person>> {
        self.people.get(&id)
    }

    /// The post with that code.
    pub fn post(&self, code: &PostCode) -> Option<&Post> {
        self.posts.get(code).map(Arc::as_ref)
    }

    /// Every post, by code.
    pub fn posts(&self) -> impl Iterator<Item = &Post> {
        self.posts.values().map(Arc::as_ref)
    }

    /// The role with that id, whenever it is held.
    pub fn role(&self, id: RoleId) -> Option<&Role> {
        self.roles.get(&id).map(Arc::as_ref)
    }

    /// The supervision with that id, whenever it holds.
    pub fn supervision(&self, id: SupervisionId) -> Option<&Supervision> {
        self.supervisions.get(&id).map(Arc::as_ref)
    }

    /// The bodies that stood, stand or will stand directly under `parent` (the top: `None`).
    pub fn ever_under(&self, parent: Option<OrgId>) -> impl Iterator<Item = &Org> + '_ {
        self.children.get(&parent).filter_map(|id| self.org(id))
    }

    /// The bodies that had, have or will have `code`.
    pub fn ever_coded(&self, code: &Code) -> impl Iterator<Item = &Org> + '_ {
        self.codes.get(code).filter_map(|id| self.org(id))
    }

    /// The bodies that other systems know by `id`.
    pub fn orgs_known_by(&self, id: &ExternalId) -> impl Iterator<Item = &Org> + '_ {
        self.org_external_ids.get(id).filter_map(|id| self.org(id))
    }

    /// The bodies any version of which names `unit` as one of its units.
    pub fn ever_of_unit(&self, unit: OrgId) -> impl Iterator<Item = &Org> + '_ {
        self.unit_members.get(&unit).filter_map(|id| self.org(id))
    }

    /// The bodies that `successor` took over from.
    pub fn predecessors(&self, successor: OrgId) -> impl Iterator<Item = &Org> + '_ {
        self.predecessors.get(&successor).filter_map(|id| self.org(id))
    }

    /// The people that other systems know by `id`.
    pub fn people_known_by(&self, id: &ExternalId) -> impl Iterator<Item = &Arc<Person>> + '_ {
        self.person_external_ids.get(id).filter_map(|id| self.person(id))
    }

    /// The people with that staff number: one at most.
    pub fn people_numbered(&self, staff_no: &Text<40>) -> impl Iterator<Item = &Arc<Person>> + '_ {
        self.staff_nos.get(staff_no).filter_map(|id| self.person(id))
    }

    /// The roles in a body, past, present and future, by id.
    pub fn roles_in(&self, org: OrgId) -> impl Iterator<Item = &Role> + '_ {
        self.org_roles.get(&org).filter_map(|id| self.role(id))
    }

    /// The roles that somebody or something held, holds or will hold, by id.
    pub fn roles_held<'s>(&'s self, holder: &Holder) -> impl Iterator<Item = &'s Role> + use<'s> {
        self.holder_roles.get(holder).filter_map(|id| self.role(id))
    }

    /// The roles of a post anywhere, by id.
    pub fn roles_of_post(&self, post: &PostCode) -> impl Iterator<Item = &Role> + '_ {
        self.post_roles.get(post).filter_map(|id| self.role(id))
    }

    /// The roles held by a seat that points at a post in this body, by id.
    pub fn seats_in(&self, org: OrgId) -> impl Iterator<Item = &Role> + '_ {
        self.seats_in.get(&org).filter_map(|id| self.role(id))
    }

    /// The roles held by a seat that points at this post in any body, by id.
    pub fn seats_of_post(&self, post: &PostCode) -> impl Iterator<Item = &Role> + '_ {
        self.seats_of_post.get(post).filter_map(|id| self.role(id))
    }

    /// The supervisions by a supervision group, past, present and future, by id.
    pub fn supervisions_by(&self, group: OrgId) -> impl Iterator<Item = &Supervision> + '_ {
        self.supervisions_by.get(&group).filter_map(|id| self.supervision(id))
    }

    /// The supervisions that name this very body, past, present and future, by id.
    pub fn supervisions_of(&self, org: OrgId) -> impl Iterator<Item = &Supervision> + '_ {
        self.supervisions_of.get(&org).filter_map(|id| self.supervision(id))
    }

    /// Marks the snapshot as containing the entry `revision`, recorded at `recorded_at`, whose
    /// effects have been applied.
    pub fn advance(&mut self, revision: Revision, recorded_at: Instant) {
        self.revision = revision;
        self.recorded_at = recorded_at;
    }

    /// Does what the entry `revision` says of one row.
    ///
    /// Effects on a body come with its facts first when it is created, and last when it goes.
    pub fn apply(&mut self, effect: &Effect, revision: Revision, recorded_at: Instant) {
        match effect {
            Effect::Org { id, after, .. } => {
                let org = self.take_org(*id);
                if let Some(facts) = after {
                    let mut org = org.unwrap_or_else(|| Org {
                        id: *id,
                        facts: OrgFacts::default(),
                        versions: Vec::new(),
                        revision,
                        updated_at: recorded_at,
                    });
                    org.facts = facts.clone();
                    self.put_org(Org { revision, updated_at: recorded_at, ..org });
                }
            }
            Effect::OrgVersion { id, valid_from, after, .. } => {
                if let Some(mut org) = self.take_org(*id) {
                    let place = org.versions.binary_search_by_key(valid_from, |version| version.valid_from);
                    match (place, after) {
                        (Ok(at), Some(version)) => {
                            if let Some(slot) = org.versions.get_mut(at) {
                                *slot = version.clone();
                            }
                        }
                        (Err(at), Some(version)) => org.versions.insert(at, version.clone()),
                        (Ok(at), None) => drop(org.versions.remove(at)),
                        (Err(_), None) => {}
                    }
                    self.put_org(Org { revision, updated_at: recorded_at, ..org });
                }
            }
            Effect::Person { id, after, .. } => {
                self.take_person(*id);
                match after {
                    Some(person) => {
                        self.put_person(Person { revision, updated_at: recorded_at, ..Person::clone(person) });
                    }
                    None => self.erasures.note(revision, *id),
                }
            }
            Effect::Post { code, after, .. } => {
                match after {
                    Some(post) => {
                        let post = Post { revision, updated_at: recorded_at, ..post.clone() };
                        self.posts.insert(code.clone(), Arc::new(post))
                    }
                    None => self.posts.remove(code),
                };
            }
            Effect::Role { id, after, .. } => {
                self.take_role(*id);
                if let Some(facts) = after {
                    self.put_role(Role { id: *id, facts: facts.clone(), revision, updated_at: recorded_at });
                }
            }
            Effect::Supervision { id, after, .. } => {
                self.take_supervision(*id);
                if let Some(facts) = after {
                    let facts = facts.clone();
                    self.put_supervision(Supervision { id: *id, facts, revision, updated_at: recorded_at });
                }
            }
        }
    }

    /// Puts a body as it is, with its own revision: for loading.
    pub fn put_org(&mut self, org: Org) {
        for version in &org.versions {
            self.children.insert(version.values.parent_id, org.id);
            if let Some(code) = &version.values.code {
                self.codes.insert(code.clone(), org.id);
            }
            for unit in &version.values.unit_ids {
                self.unit_members.insert(*unit, org.id);
            }
        }
        for id in &org.facts.external_ids {
            self.org_external_ids.insert(id.clone(), org.id);
        }
        for successor in &org.facts.successor_ids {
            self.predecessors.insert(*successor, org.id);
        }
        self.orgs.insert(org.id, Arc::new(org));
    }

    fn take_org(&mut self, id: OrgId) -> Option<Org> {
        let org = self.orgs.remove(&id)?;
        for version in &org.versions {
            self.children.remove(&version.values.parent_id, id);
            if let Some(code) = &version.values.code {
                self.codes.remove(code, id);
            }
            for unit in &version.values.unit_ids {
                self.unit_members.remove(unit, id);
            }
        }
        for external in &org.facts.external_ids {
            self.org_external_ids.remove(external, id);
        }
        for successor in &org.facts.successor_ids {
            self.predecessors.remove(successor, id);
        }
        Some(Arc::unwrap_or_clone(org))
    }

    /// Puts a person as it is, with its own revision: for loading.
    pub fn put_person(&mut self, person: Person) {
        for id in &person.external_ids {
            self.person_external_ids.insert(id.clone(), person.id);
        }
        if let Some(staff_no) = &person.staff_no {
            self.staff_nos.insert(staff_no.clone(), person.id);
        }
        self.people.insert(person.id, Arc::new(person));
    }

    fn take_person(&mut self, id: PersonId) {
        let Some(person) = self.people.remove(&id) else { return };
        for external in &person.external_ids {
            self.person_external_ids.remove(external, id);
        }
        if let Some(staff_no) = &person.staff_no {
            self.staff_nos.remove(staff_no, id);
        }
    }

    /// Puts a post as it is, with its own revision: for loading.
    pub fn put_post(&mut self, post: Post) {
        self.posts.insert(post.code.clone(), Arc::new(post));
    }

    /// Puts a role as it is, with its own revision: for loading.
    pub fn put_role(&mut self, role: Role) {
        self.org_roles.insert(role.facts.org_id, role.id);
        self.holder_roles.insert(role.facts.holder.clone(), role.id);
        self.post_roles.insert(role.facts.post.clone(), role.id);
        if let Holder::Seat(seat) = &role.facts.holder {
            self.seats_in.insert(seat.org_id, role.id);
            self.seats_of_post.insert(seat.post.clone(), role.id);
        }
        self.roles.insert(role.id, Arc::new(role));
    }

    fn take_role(&mut self, id: RoleId) {
        let Some(role) = self.roles.remove(&id) else { return };
        self.org_roles.remove(&role.facts.org_id, id);
        self.holder_roles.remove(&role.facts.holder, id);
        self.post_roles.remove(&role.facts.post, id);
        if let Holder::Seat(seat) = &role.facts.holder {
            self.seats_in.remove(&seat.org_id, id);
            self.seats_of_post.remove(&seat.post, id);
        }
    }

    /// Puts a supervision as it is, with its own revision: for loading.
    pub fn put_supervision(&mut self, supervision: Supervision) {
        self.supervisions_by.insert(supervision.facts.supervision_group_id, supervision.id);
        self.supervisions_of.insert(supervision.facts.org_id, supervision.id);
        self.supervisions.insert(supervision.id, Arc::new(supervision));
    }

    fn take_supervision(&mut self, id: SupervisionId) {
        let Some(supervision) = self.supervisions.remove(&id) else { return };
        self.supervisions_by.remove(&supervision.facts.supervision_group_id, id);
        self.supervisions_of.remove(&supervision.facts.org_id, id);
    }
}
