//! Answers kept as bytes.
//!
//! The tree of a university is hundreds of orgs, and most of the time none of them has changed. The same is true of
//! the roles in an org. An answer is kept under the day and the state of everything that it shows, so it is found only
//! while it is still right. If there are too many bytes, [`quick_cache`] drops the answers that are used least. Nobody
//! waits: if a lock is taken, the answer is written again, or not kept.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::{Mutex, TryLockError},
};

use actix_web::web::Bytes;
use quick_cache::{
    DefaultHashBuilder, OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};

use super::{
    bounds::{PIECE_BYTES, Room, counted},
    json::Shown,
    metrics::{KeptCounters, Metrics},
    problem::Problem,
};
use crate::{
    directory::{OrgView, Snapshot, State},
    domain::{Day, OrgId, Status, Tier},
};

/// The most bytes of all answers that are kept.
const KEPT_BYTES_MAX: usize = 64 << 20;
/// About how many answers that is. The cache remembers as many keys of dropped answers in proportion.
const KEPT_ANSWERS_ESTIMATED: usize = KEPT_BYTES_MAX >> 12;
/// How many parts the cache has, each with its own lock. An answer that is larger than a part is not kept.
const PARTS: usize = 4;

/// A question about an org without filters and from the beginning, as portals ask it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Question {
    /// The tree of so many levels, without roles.
    Tree { depth: usize },
    /// The orgs below it.
    Descendants,
    /// The roles in it, all held by persons.
    Roles,
}

/// What an answer depends on, besides the code that writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) struct Key {
    question: Question,
    org: OrgId,
    state: State,
    /// What is shown of the orgs above.
    place: (Option<Tier>, bool),
    day: Day,
    status: Status,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        // These distinguish almost all answers. Comparing the rest is faster than hashing it.
        (self.org, self.day, self.state).hash(hasher);
    }
}

impl Key {
    /// For a question about `view`, whose answer changes only with its state or its place in the tiers.
    pub(in crate::http) fn new(question: Question, directory: &Snapshot, view: &OrgView<'_>) -> Self {
        let state = match question {
            Question::Tree { .. } | Question::Descendants => directory.state_below(view),
            Question::Roles => directory.state_of_roles(view),
        };
        let place = directory.place_in_tiers(view);
        Self { question, org: view.id(), state, place, day: view.asked, status: view.status }
    }
}

/// An item of a list, which may be kept.
pub(in crate::http) trait Lasting: Shown {
    /// Whether what is shown of it depends only on the list's [`Key`].
    fn lasts(&self) -> bool;
}

/// An answer that has just been written.
#[derive(Debug)]
pub(in crate::http) struct Written {
    pub(in crate::http) bytes: Vec<u8>,
    /// Whether it depends only on its [`Key`].
    pub(in crate::http) lasting: bool,
}

/// The answers that are kept.
pub(in crate::http) struct KeptAnswers {
    kept: Cache<Key, Bytes, Taken>,
    /// The last erasure of a person that they take into account.
    erasures: Mutex<State>,
    /// Where large answers are counted.
    room: Room,
    trees: KeptCounters,
    descendants: KeptCounters,
    roles: KeptCounters,
}

/// How much memory an answer takes.
#[derive(Clone)]
struct Taken;

impl Weighter<Key, Bytes> for Taken {
    fn weight(&self, _: &Key, answer: &Bytes) -> u64 {
        (answer.len() + size_of::<(Key, Bytes)>()) as u64
    }
}

impl fmt::Debug for KeptAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptAnswers").finish_non_exhaustive()
    }
}

impl KeptAnswers {
    /// None yet; `metrics` counts how often one helps.
    pub(in crate::http) fn new(metrics: &Metrics, room: Room) -> Self {
        let [trees, descendants, roles] = ["tree", "descendants", "roles"].map(|question| metrics.of_kept(question));
        let options = OptionsBuilder::new()
            .weight_capacity(KEPT_BYTES_MAX as u64)
            .estimated_items_capacity(KEPT_ANSWERS_ESTIMATED)
            .shards(PARTS)
            .build();
        #[expect(clippy::expect_used, reason = "the two that must be given are")]
        let options = options.expect("whole options");
        let kept = Cache::with_options(options, Taken, DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self { kept, erasures: Mutex::default(), room, trees, descendants, roles }
    }

    fn counters(&self, question: Question) -> &KeptCounters {
        match question {
            Question::Tree { .. } => &self.trees,
            Question::Descendants => &self.descendants,
            Question::Roles => &self.roles,
        }
    }

    /// The answer that is kept, or what `write` makes of `directory`.
    ///
    /// # Errors
    ///
    /// Those of `write`; or there is no room for a large answer.
    pub(in crate::http) fn find_or<E: From<Problem>>(
        &self,
        key: Key,
        directory: &Snapshot,
        write: impl FnOnce() -> Result<Written, E>,
    ) -> Result<Bytes, E> {
        if let Some(found) = self.find(&key) {
            return Ok(found);
        }
        let Written { bytes, lasting } = write()?;
        let bytes = counted(&self.room, bytes)?;
        if lasting {
            self.counters(key.question).written.inc();
            self.keep(key, &bytes, directory.state_of_erasures());
        }
        Ok(bytes)
    }

    /// An answer that is not kept.
    ///
    /// # Errors
    ///
    /// There is no room for a large answer.
    pub(in crate::http) fn counted(&self, Written { bytes, lasting: _ }: Written) -> Result<Bytes, Problem> {
        counted(&self.room, bytes)
    }

    /// The answer, if it is kept.
    pub(in crate::http) fn find(&self, key: &Key) -> Option<Bytes> {
        let found = self.kept.try_get(key).ok()??;
        self.counters(key.question).found.inc();
        Some(found)
    }

    /// Keeps an answer. If a person has been erased since the last one, all others are dropped, and an answer that was
    /// written before is not kept. Nobody would find it, but no erased name may stay in memory.
    fn keep(&self, key: Key, answer: &Bytes, erasures: State) {
        // The capacity of a written answer may be larger than its length. A large one has been cut to it.
        let answer = if answer.len() > PIECE_BYTES { answer.clone() } else { Bytes::copy_from_slice(answer) };
        let mut known = match self.erasures.try_lock() {
            Ok(known) => known,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        if erasures > *known {
            *known = erasures;
            self.kept.clear();
        }
        if erasures == *known {
            // If a reader has the lock, the next request for this answer keeps it.
            let _ = self.kept.try_insert(key, answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::kit::bounds::{Bounds, Limits};

    fn key(depth: usize) -> Key {
        Key {
            question: Question::Tree { depth },
            org: OrgId(uuid::Uuid::from_u128(depth as u128)),
            state: State::default(),
            place: (None, false),
            day: Day::MIN,
            status: Status::Current,
        }
    }

    fn answers() -> KeptAnswers {
        KeptAnswers::new(&Metrics::new().expect("legal metrics"), Bounds::new(Limits::new(1 << 30)).room)
    }

    fn directory() -> Snapshot {
        Snapshot::empty(chrono_tz::Asia::Shanghai, crate::domain::Instant::default())
    }

    #[test]
    fn what_is_kept_takes_no_more_than_is_counted() {
        let (answers, directory) = (answers(), directory());
        let mut long = Vec::with_capacity(1 << 20);
        long.push(b'x');
        let address = long.as_ptr();
        let written = Written { bytes: long, lasting: true };
        answers.find_or(key(0), &directory, || Ok::<_, Problem>(written)).expect("written");
        assert_ne!(answers.find(&key(0)).map(|kept| kept.as_ptr()), Some(address), "its room is kept too");
    }

    #[test]
    fn nothing_stays_when_somebody_is_erased() {
        let answers = answers();
        let (before, after) = (directory().state_of_erasures(), directory().state_of_erasures());
        answers.keep(key(0), &Bytes::from_static(b"a name"), before);
        answers.keep(key(1), &Bytes::from_static(b"another"), after);
        // Written by a request that began before the erasure.
        answers.keep(key(2), &Bytes::from_static(b"a name"), before);
        let found = [0, 1, 2].map(|depth| answers.find(&key(depth)).is_some());
        assert_eq!(found, [false, true, false]);
    }

    #[test]
    fn some_go_when_there_is_no_more_room() {
        let answers = answers();
        let tree = Bytes::from(vec![b'x'; 1 << 20]);
        for depth in 0..200 {
            answers.keep(key(depth), &tree, State::default());
            assert!(answers.kept.weight() <= KEPT_BYTES_MAX as u64, "at {depth}");
        }
        let found = (0..200).filter(|depth| answers.find(&key(*depth)).is_some()).count();
        assert!(found > 40, "{found}");
        answers.keep(key(200), &Bytes::from(vec![b'x'; KEPT_BYTES_MAX / PARTS]), State::default());
        assert!(answers.find(&key(200)).is_none(), "it alone would fill a part");
    }

    #[test]
    fn what_does_not_last_is_written_each_time() {
        let (answers, directory) = (answers(), directory());
        for (lasting, text) in [(false, "a"), (true, "b"), (true, "b")] {
            let bytes =
                answers.find_or(key(0), &directory, || Ok::<_, Problem>(Written { bytes: text.into(), lasting }));
            assert_eq!(bytes.as_deref(), Ok(text.as_bytes()));
        }
        let bytes = answers.find_or(key(0), &directory, || Err(Problem::internal("not written")));
        assert_eq!(bytes.as_deref(), Ok("b".as_bytes()));
    }
}
