//! The state of the directory at one revision, and how effects change it.
//!
//! Objects are rows in dense tables (`table`, `slots`, `rows`), with lists of what refers to them (`lists`). Ids
//! (`known`), codes and numbers are found through hashes (`finder`). None of this is visible outside.

mod all;
mod change;
mod finder;
mod held;
mod keys;
mod known;
mod lists;
mod lookup;
mod person;
mod plain;
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

use finder::{Finder, hash_of_both};
pub use held::RoleRow;
pub use keys::{Kept, KeptObject, PlainKind};
use known::Known;
pub use person::PersonRow;
use person::PersonSlot;
pub use plain::PlainTable;
use plain::PlainTables;
use slots::PostSlot;
pub(super) use slots::{OrgSlot, PackedHolder, Placed, RoleSlot};
use table::{DocumentAt, List, PersonAt, Table};
pub(super) use table::{OrgAt, PostAt, RoleAt};

use crate::domain::{
    AliasId, ApiKey, Basis, CallerId, Chain, Digest, ExternalId, Following, Holder, Instant, PersonAlias, PersonId,
    Position, PostCode, Revision, RoleId,
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
    chain: Chain,
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
    /// What few roles remember of declared lists.
    following: OrdMap<RoleId, Arc<Following>>,
    plain: PlainTables,
    api_keys: OrdMap<CallerId, Arc<ApiKey>>,
    aliases: OrdMap<AliasId, PersonAlias>,
    /// The last entry that changed a key.
    keys_changed: Revision,
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
            chain: Chain::default(),
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
            following: OrdMap::new(),
            plain: PlainTables::default(),
            api_keys: OrdMap::new(),
            aliases: OrdMap::new(),
            keys_changed: 0,
            documents: Table::default(),
            document_texts: Finder::default(),
        }
    }

    /// The number of log entries that it contains.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// An older snapshot of the same directory, without the people who have been deleted since and without their
    /// roles, unless these now belong to somebody else, and without the values of those who have been erased. `None`
    /// if these people are not known.
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
            match self.person(id) {
                Some(person) => shown.put_person(person.person()),
                None => shown.take_person(id, since),
            }
        }
        Some(shown)
    }

    /// The last entry that may have erased somebody.
    pub fn erased_at(&self) -> Revision {
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

    /// Which log it follows, with the digest of its last entry and the number of rows.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Says which log it follows, and where that stands.
    pub fn set_chain(&mut self, chain: Chain) {
        self.chain = chain;
    }

    /// Notes the digest of the last entry.
    pub fn set_digest(&mut self, digest: Digest) {
        self.chain.digest = digest;
    }

    /// A number that differs between loads of a directory.
    pub fn loading(&self) -> u64 {
        self.loading
    }

    /// The place in the log up to which it goes.
    pub fn position(&self) -> Position {
        Position::new(self.chain.epoch, self.revision, Some(self.chain.digest))
    }

    /// The time zone in which the directory's days begin.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The number of orgs, people, posts, roles and supervisions, including ended ones.
    pub fn counts(&self) -> Counts {
        Counts { supervisions: self.plain.supervisions.len(), ..self.counts }
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
