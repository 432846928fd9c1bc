//! The state of the directory at one revision, and how an effect changes it.
//!
//! Objects stand in dense tables (`table`), a row each (`slots`, found in `rows`) with what refers to it (`lists`);
//! ids (`known`), codes and numbers lead there through hashes (`finder`). None of this is seen outside.

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

/// The most levels that a tree may have, its root counted.
pub const LEVELS_MAX: usize = 32;

/// The most erasures that are remembered; a list that began before the oldest goes on in what is newest.
const ERASURES_MAX: usize = 1000;

/// The directory at one revision. Immutable once published; a clone costs a few pointers and shares
/// everything with the original.
#[derive(Debug, Clone)]
pub struct Snapshot {
    revision: Revision,
    erasures: Erasures,
    recorded_at: Instant,
    zone: Tz,
    /// Sets apart what was loaded at different times: an entry may have been lost in between, and its number
    /// have gone to another.
    pub(super) loading: u64,
    counts: Counts,
    orgs: Known<OrgAt, OrgSlot>,
    /// The last entry that changed a body or one that ever stands below it. Apart from the rest: each change
    /// marks all bodies above, and a page of these is copied quickly.
    changed_below: Table<OrgAt, Revision>,
    /// The bodies that any version puts at the top.
    tops: List<OrgAt>,
    /// By every code that any version ever has.
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
    /// What roles rest on, each document once.
    documents: Table<DocumentAt, Basis>,
    document_texts: Finder<DocumentAt>,
}

static LOADINGS: AtomicU64 = AtomicU64::new(0);

/// How many of each there are in a directory, ended ones included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
            // Its revisions are those of states in which that person was there.
            shown.loading = LOADINGS.fetch_add(1, Ordering::Relaxed);
            let held: Vec<RoleId> = shown.roles_held(&Holder::Person(id)).map(|role| role.id()).collect();
            for role in held {
                // Two entries of one person may have become one: then the role is the other's.
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
        self.counts
    }

    /// The body with that id, whenever it lives.
    pub fn org(&self, id: OrgId) -> Option<&Org> {
        self.org_slot(id)?.org.as_deref()
    }

    /// Every body, in no order.
    pub(super) fn every_org(&self) -> impl Iterator<Item = &OrgSlot> {
        self.orgs.iter().filter(|slot| slot.org.is_some())
    }

    /// The person with that id.
    pub fn person(&self, id: PersonId) -> Option<HeldPerson<'_>> {
        self.person_at(self.find_person(id)?)
    }

    /// Everybody, in no order.
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

    /// The role with that id, whenever it is held.
    pub fn role(&self, id: RoleId) -> Option<HeldRole<'_>> {
        self.role_at(self.find_role(id)?)
    }

    /// Every role, in no order.
    pub(super) fn every_role(&self) -> impl Iterator<Item = HeldRole<'_>> {
        self.roles.iter().filter_map(|slot| HeldRole::new(self, slot))
    }

    /// The supervision with that id, whenever it holds.
    pub fn supervision(&self, id: SupervisionId) -> Option<&Supervision> {
        self.supervision_at(self.find_supervision(id)?)
    }

    /// Every supervision, in no order.
    pub(super) fn every_supervision(&self) -> impl Iterator<Item = &Supervision> {
        self.supervisions.iter().filter_map(|slot| slot.supervision.as_deref())
    }

    /// The bodies that stood, stand or will stand directly under `parent` (the top: `None`), by id.
    pub fn ever_under(&self, parent: Option<OrgId>) -> impl Iterator<Item = &Org> + '_ {
        let children = match parent {
            None => Some(&self.tops),
            Some(parent) => self.org_slot(parent).map(OrgSlot::children),
        };
        self.orgs_of(children)
    }

    /// The last place that a body takes directly under `parent` on `day` or later.
    pub fn last_order_under(&self, parent: Option<OrgId>, day: Day) -> Option<i32> {
        let (children, highest) = match parent {
            // Of the top no bound is kept: all are looked at.
            None => (&self.tops, i32::MAX),
            Some(parent) => self.org_slot(parent).map(|slot| (slot.children(), slot.referrers.last_order))?,
        };
        let mut last = None;
        // The newest body mostly stands last: then the others need not be looked at.
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

    /// The bodies that had, have or will have `code`, by id.
    pub fn ever_coded(&self, code: &Code) -> impl Iterator<Item = &Org> + '_ {
        let mut found: Vec<&Org> =
            self.codes.find(hash_of(code.as_str().as_bytes())).filter_map(|at| self.org_at(at)).collect();
        found.retain(|org| org.versions.iter().any(|version| version.values.code.as_ref() == Some(code)));
        found.sort_by_key(|org| org.id);
        found.into_iter()
    }

    /// The bodies that other systems know by `id`, by their own.
    pub fn orgs_known_by(&self, id: &ExternalId) -> impl Iterator<Item = &Org> + '_ {
        let mut found: Vec<&Org> =
            self.org_external_ids.find(external_hash(id)).filter_map(|at| self.org_at(at)).collect();
        found.retain(|org| org.facts.external_ids.contains(id));
        found.sort_by_key(|org| org.id);
        found.into_iter()
    }

    /// The bodies any version of which names `unit` as one of its units, by id.
    pub fn ever_of_unit(&self, unit: OrgId) -> impl Iterator<Item = &Org> + '_ {
        self.orgs_of(self.ties(unit).map(|ties| &ties.members))
    }

    /// The bodies that `successor` took over from, by id.
    pub fn predecessors(&self, successor: OrgId) -> impl Iterator<Item = &Org> + '_ {
        self.orgs_of(self.ties(successor).map(|ties| &ties.predecessors))
    }

    /// The people that other systems know by `id`, by their own.
    pub fn people_known_by(&self, id: &ExternalId) -> impl Iterator<Item = HeldPerson<'_>> + '_ {
        let found = self.person_external_ids.find(external_hash(id)).filter_map(|at| self.person_at(at));
        let mut found: Vec<HeldPerson<'_>> =
            found.filter(|person| person.external_ids().any(|own| own == *id)).collect();
        found.sort_by_key(HeldPerson::id);
        found.into_iter()
    }

    /// The people with that staff number: one at most.
    pub fn people_numbered<'s>(&'s self, staff_no: &Text<40>) -> impl Iterator<Item = HeldPerson<'s>> + use<'s> {
        let found = self.staff_nos.find(hash_of(staff_no.as_str().as_bytes())).filter_map(|at| self.person_at(at));
        let mut found: Vec<HeldPerson<'_>> =
            found.filter(|person| person.staff_no() == Some(staff_no.as_str())).collect();
        found.sort_by_key(HeldPerson::id);
        found.into_iter()
    }

    /// The roles in a body, past, present and future, by id.
    pub fn roles_in(&self, org: OrgId) -> impl Iterator<Item = HeldRole<'_>> + '_ {
        self.roles_of(self.org_slot(org).map(OrgSlot::roles))
    }

    /// The roles that somebody or something held, holds or will hold, by id.
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

    /// The roles held by a seat that points at a post in this body, by id.
    pub fn seats_in(&self, org: OrgId) -> impl Iterator<Item = HeldRole<'_>> + '_ {
        self.roles_of(self.ties(org).map(|ties| &ties.seats))
    }

    /// The roles held by a seat that points at this post in any body, in no order.
    pub fn seats_of_post(&self, post: &PostCode) -> impl Iterator<Item = HeldRole<'_>> + '_ {
        let slot = self.post_codes.get(post).map(|at| self.posts.row(*at));
        slot.into_iter().flat_map(|slot| &slot.seats).filter_map(|at| self.role_at(*at))
    }

    /// The supervisions by a supervision group, past, present and future, by id.
    pub fn supervisions_by(&self, group: OrgId) -> impl Iterator<Item = &Supervision> + '_ {
        self.supervisions_in(self.ties(group).map(|ties| &ties.covers))
    }

    /// The supervisions that name this very body, past, present and future, by id.
    pub fn supervisions_of(&self, org: OrgId) -> impl Iterator<Item = &Supervision> + '_ {
        self.supervisions_in(self.ties(org).map(|ties| &ties.covered))
    }

    /// Marks the snapshot as containing the entry `revision`, recorded at `recorded_at`, whose
    /// effects have been applied.
    pub fn advance(&mut self, revision: Revision, recorded_at: Instant) {
        self.revision = revision;
        self.recorded_at = recorded_at;
    }
}

/// Keeps a number of objects true when one of them changes.
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
