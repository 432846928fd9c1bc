//! The state of the directory at one revision, and how effects change it.
//!
//! Objects are rows in dense tables (`table`, `slots`, `rows`), with lists of what refers to them (`lists`). Ids
//! (`known`), codes and numbers are found through hashes (`finder`). None of this is visible outside.

mod change;
mod finder;
mod known;
mod lists;
mod person;
mod rows;
mod same;
mod slots;
mod table;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono_tz::Tz;
use imbl::{OrdMap, Vector};

use finder::{Finder, hash_of, hash_of_both};
use known::Known;
pub use person::HeldPerson;
use person::PersonSlot;
pub use slots::HeldRole;
pub(super) use slots::{OrgSlot, PackedHolder, Placed, RoleSlot};
use slots::{PostSlot, SupervisionSlot};
use table::{DocumentAt, List, PersonAt, SupervisionAt, Table};
pub(super) use table::{OrgAt, PostAt, RoleAt};

use crate::domain::{
    Basis, Code, Day, ExternalId, Holder, Instant, Org, OrgId, PersonId, Post, PostCode, Revision, RoleId, Supervision,
    SupervisionId, Text,
};

/// The maximum number of levels of a tree, including its root.
pub const LEVELS_MAX: usize = 32;

/// The maximum number of erasures that are remembered. A list that began before the oldest of them goes on in the
/// newest snapshot.
const ERASURES_MAX: usize = 1000;

/// The directory at one revision. It is immutable once published. A clone costs a few pointers and shares
/// everything with the original.
#[derive(Debug, Clone)]
pub struct Snapshot {
    revision: Revision,
    erasures: Erasures,
    recorded_at: Instant,
    zone: Tz,
    /// A number that differs between loads. Between two loads an entry may have been lost, and another may have its
    /// revision.
    pub(super) loading: u64,
    counts: Counts,
    orgs: Known<OrgAt, OrgSlot>,
    /// The last entry that changed an org or anything ever below it. It is in a table of its own, because each
    /// change marks all orgs above and pages of these are cheap to copy.
    changed_below: Table<OrgAt, Revision>,
    /// The orgs that are at the top in any version.
    tops: List<OrgAt>,
    /// Orgs by every code that any version has.
    codes: Finder<OrgAt>,
    org_external_ids: Finder<OrgAt>,
    people: Known<PersonAt, PersonSlot>,
    person_external_ids: Finder<PersonAt>,
    staff_nos: Finder<PersonAt>,
    posts: Table<PostAt, PostSlot>,
    /// The last entry that changed a post.
    pub(super) posts_changed: Revision,
    post_codes: OrdMap<PostCode, PostAt>,
    roles: Known<RoleAt, RoleSlot>,
    supervisions: Known<SupervisionAt, SupervisionSlot>,
    /// The documents of roles, each once.
    documents: Table<DocumentAt, Basis>,
    document_texts: Finder<DocumentAt>,
}

static LOADINGS: AtomicU64 = AtomicU64::new(0);

/// The number of objects in a directory, including ended ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Counts {
    pub orgs: usize,
    pub people: usize,
    pub posts: usize,
    pub roles: usize,
    pub supervisions: usize,
}

/// The people who have been erased, so that older snapshots can leave them out. This is not a part of the
/// directory's state, so all values compare as equal.
#[derive(Debug, Clone, Default)]
struct Erasures {
    /// Erasures up to this revision are unknown.
    unknown_until: Revision,
    /// The erased people with their entries, in order.
    people: Vector<(Revision, PersonId)>,
}

impl Erasures {
    /// Adds an erasure and forgets the oldest ones if there are too many.
    fn note(&mut self, revision: Revision, id: PersonId) {
        self.people.push_back((revision, id));
        if self.people.len() > ERASURES_MAX
            && let Some((oldest, _)) = self.people.pop_front()
        {
            self.unknown_until = oldest;
        }
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
            loading: LOADINGS.fetch_add(1, Ordering::Relaxed),
            counts: Counts::default(),
            orgs: Known::default(),
            changed_below: Table::default(),
            tops: List::default(),
            codes: Finder::default(),
            org_external_ids: Finder::default(),
            people: Known::default(),
            person_external_ids: Finder::default(),
            staff_nos: Finder::default(),
            posts: Table::default(),
            posts_changed: 0,
            post_codes: OrdMap::new(),
            roles: Known::default(),
            supervisions: Known::default(),
            documents: Table::default(),
            document_texts: Finder::default(),
        }
    }

    /// The number of log entries that it contains.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// An older snapshot of the same directory, without the people who have been erased since and without their
    /// roles, unless these now belong to somebody else. `None` if the erased people are not known.
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
            // Its revisions belong to states in which that person existed.
            shown.loading = LOADINGS.fetch_add(1, Ordering::Relaxed);
            let held: Vec<RoleId> = shown.roles_held(&Holder::Person(id)).map(|role| role.id()).collect();
            for role in held {
                // Two entries of one person may have been merged; then the role belongs to the other.
                let Some(role) = self.role(role) else {
                    shown.take_role(role, since);
                    continue;
                };
                if let Some(person) = role.person() {
                    shown.put_person(person.person());
                }
                shown.put_role(role.role());
            }
            shown.take_person(id, since);
        }
        Some(shown)
    }

    /// The last entry that may have erased somebody.
    pub(super) fn erased_at(&self) -> Revision {
        self.erasures.people.last().map_or(self.erasures.unknown_until, |(at, _)| *at)
    }

    /// Marks all erasures up to now as unknown, when a directory is loaded.
    pub fn forget_erasures(&mut self) {
        self.erasures = Erasures { unknown_until: self.revision, people: Vector::new() };
    }

    /// When the last of these entries was recorded.
    pub fn recorded_at(&self) -> Instant {
        self.recorded_at
    }

    /// The time zone in which the directory's days begin.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The number of orgs, people, posts, roles and supervisions, including ended ones.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The org with that id, on whatever days it exists.
    pub fn org(&self, id: OrgId) -> Option<&Org> {
        self.org_slot(id)?.org.as_deref()
    }

    /// Every org, in no order.
    pub(super) fn every_org(&self) -> impl Iterator<Item = &OrgSlot> {
        self.orgs.iter().filter(|slot| slot.org.is_some())
    }

    /// The person with that id.
    pub fn person(&self, id: PersonId) -> Option<HeldPerson<'_>> {
        self.person_at(self.find_person(id)?)
    }

    /// Every person, in no order.
    pub(super) fn everybody(&self) -> impl Iterator<Item = HeldPerson<'_>> {
        self.people.iter().filter_map(HeldPerson::new)
    }

    /// The post with that code.
    pub fn post(&self, code: &PostCode) -> Option<&Post> {
        self.post_at(*self.post_codes.get(code)?)
    }

    /// Every post, by code.
    pub fn posts(&self) -> impl Iterator<Item = &Post> {
        self.post_codes.values().filter_map(|at| self.post_at(*at))
    }

    /// The role with that id, on whatever days it is held.
    pub fn role(&self, id: RoleId) -> Option<HeldRole<'_>> {
        self.role_at(self.find_role(id)?)
    }

    /// Every role, in no order.
    pub(super) fn every_role(&self) -> impl Iterator<Item = HeldRole<'_>> {
        self.roles.iter().filter_map(|slot| HeldRole::new(self, slot))
    }

    /// The supervision with that id, on whatever days it is valid.
    pub fn supervision(&self, id: SupervisionId) -> Option<&Supervision> {
        self.supervision_at(self.find_supervision(id)?)
    }

    /// Every supervision, in no order.
    pub(super) fn every_supervision(&self) -> impl Iterator<Item = &Supervision> {
        self.supervisions.iter().filter_map(|slot| slot.supervision.as_deref())
    }

    /// The orgs that were, are or will be directly under `parent` (`None` is the top), by id.
    pub fn ever_under(&self, parent: Option<OrgId>) -> impl Iterator<Item = &Org> + '_ {
        let children = match parent {
            None => Some(&self.tops),
            Some(parent) => self.org_slot(parent).map(OrgSlot::children),
        };
        self.orgs_of(children)
    }

    /// The highest order of an org directly under `parent` on `day` or later.
    pub fn last_order_under(&self, parent: Option<OrgId>, day: Day) -> Option<i32> {
        let (children, highest) = match parent {
            // No bound is kept for the top, so all orgs are looked at.
            None => (&self.tops, i32::MAX),
            Some(parent) => self.org_slot(parent).map(|slot| (slot.children(), slot.referrers.last_order))?,
        };
        let mut last = None;
        // The newest org is usually the last. Then the others need not be looked at.
        for org in children.iter().rev().filter_map(|at| self.org_at(at)) {
            let there = org.timeline().filter(|(period, at)| period.reaches(day) && at.values.parent_id == parent);
            last = last.max(there.map(|(_, version)| version.values.order).max());
            if last == Some(highest) {
                break;
            }
        }
        last
    }

    pub(super) fn ever_at_the_top(&self) -> impl Iterator<Item = OrgAt> + '_ {
        self.tops.iter()
    }

    /// The orgs that had, have or will have `code`, by id.
    pub fn ever_coded(&self, code: &Code) -> impl Iterator<Item = &Org> + '_ {
        let mut found: Vec<&Org> =
            self.codes.find(hash_of(code.as_str().as_bytes())).filter_map(|at| self.org_at(at)).collect();
        found.retain(|org| org.versions.iter().any(|version| version.values.code.as_ref() == Some(code)));
        found.sort_by_key(|org| org.id);
        found.into_iter()
    }

    /// The orgs with this external id, by their own id.
    pub fn orgs_known_by(&self, id: &ExternalId) -> impl Iterator<Item = &Org> + '_ {
        let mut found: Vec<&Org> =
            self.org_external_ids.find(external_hash(id)).filter_map(|at| self.org_at(at)).collect();
        found.retain(|org| org.facts.external_ids.contains(id));
        found.sort_by_key(|org| org.id);
        found.into_iter()
    }

    /// The orgs that name `unit` as one of their units in any version, by id.
    pub fn ever_of_unit(&self, unit: OrgId) -> impl Iterator<Item = &Org> + '_ {
        self.orgs_of(self.ties(unit).map(|ties| &ties.members))
    }

    /// The orgs whose successor is `successor`, by id.
    pub fn predecessors(&self, successor: OrgId) -> impl Iterator<Item = &Org> + '_ {
        self.orgs_of(self.ties(successor).map(|ties| &ties.predecessors))
    }

    /// The people with this external id, by their own id.
    pub fn people_known_by(&self, id: &ExternalId) -> impl Iterator<Item = HeldPerson<'_>> + '_ {
        let found = self.person_external_ids.find(external_hash(id)).filter_map(|at| self.person_at(at));
        let mut found: Vec<HeldPerson<'_>> =
            found.filter(|person| person.external_ids().any(|own| own == *id)).collect();
        found.sort_by_key(HeldPerson::id);
        found.into_iter()
    }

    /// The people with that staff number: at most one.
    pub fn people_numbered<'s>(&'s self, staff_no: &Text<40>) -> impl Iterator<Item = HeldPerson<'s>> + use<'s> {
        let found = self.staff_nos.find(hash_of(staff_no.as_str().as_bytes())).filter_map(|at| self.person_at(at));
        let mut found: Vec<HeldPerson<'_>> =
            found.filter(|person| person.staff_no() == Some(staff_no.as_str())).collect();
        found.sort_by_key(HeldPerson::id);
        found.into_iter()
    }

    /// The roles in an org, past, present and future, by id.
    pub fn roles_in(&self, org: OrgId) -> impl Iterator<Item = HeldRole<'_>> + '_ {
        self.roles_of(self.org_slot(org).map(OrgSlot::roles))
    }

    /// The roles that a holder held, holds or will hold, by id.
    pub fn roles_held<'s>(&'s self, holder: &Holder) -> impl Iterator<Item = HeldRole<'s>> + use<'s> {
        let (list, seat) = match holder {
            Holder::Person(id) => (self.find_person(*id).map(|at| &self.people.row(at).roles), None),
            Holder::Unit(id) => (self.ties(*id).map(|ties| &ties.held), None),
            Holder::Seat(seat) => {
                let post = self.post_codes.get(&seat.post).copied();
                (post.and(self.ties(seat.org_id)).map(|ties| &ties.seats), post)
            }
        };
        let at_post = move |role: &HeldRole<'_>| {
            seat.is_none_or(|seat| matches!(role.packed_holder(), PackedHolder::Seat(_, post) if post == seat))
        };
        self.roles_of(list).filter(at_post)
    }

    /// The roles of a post anywhere, in no order.
    pub fn roles_of_post(&self, post: &PostCode) -> impl Iterator<Item = HeldRole<'_>> + '_ {
        let slot = self.post_codes.get(post).map(|at| self.posts.row(*at));
        slot.into_iter().flat_map(|slot| &slot.roles).filter_map(|at| self.role_at(*at))
    }

    /// The roles of seats that point at a post in this org, by id.
    pub fn seats_in(&self, org: OrgId) -> impl Iterator<Item = HeldRole<'_>> + '_ {
        self.roles_of(self.ties(org).map(|ties| &ties.seats))
    }

    /// The roles of seats that point at this post in any org, in no order.
    pub fn seats_of_post(&self, post: &PostCode) -> impl Iterator<Item = HeldRole<'_>> + '_ {
        let slot = self.post_codes.get(post).map(|at| self.posts.row(*at));
        slot.into_iter().flat_map(|slot| &slot.seats).filter_map(|at| self.role_at(*at))
    }

    /// The supervisions by a supervision group, past, present and future, by id.
    pub fn supervisions_by(&self, group: OrgId) -> impl Iterator<Item = &Supervision> + '_ {
        self.supervisions_in(self.ties(group).map(|ties| &ties.covers))
    }

    /// The supervisions that name this org itself, past, present and future, by id.
    pub fn supervisions_of(&self, org: OrgId) -> impl Iterator<Item = &Supervision> + '_ {
        self.supervisions_in(self.ties(org).map(|ties| &ties.covered))
    }

    /// Marks the snapshot as containing the entry `revision`, recorded at `recorded_at`. Its effects must have been
    /// applied.
    pub fn advance(&mut self, revision: Revision, recorded_at: Instant) {
        self.revision = revision;
        self.recorded_at = recorded_at;
    }
}

/// Updates the number of objects when one of them changes.
fn count(number: &mut usize, before: bool, after: bool) {
    match (before, after) {
        (false, true) => *number += 1,
        (true, false) => *number -= 1,
        (true, true) | (false, false) => {}
    }
}

fn external_hash(id: &ExternalId) -> u64 {
    hash_of_both(id.scheme.as_str().as_bytes(), id.value.as_str().as_bytes())
}
