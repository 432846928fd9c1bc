//! Answers that were written already.
//!
//! The tree of a university is hundreds of orgs, and most of the time none of them has changed; so it is
//! with the roles in an org. What was written is kept under the day and the state of all that it shows, so
//! that it is found only while it is still right. [`quick_cache`] drops what is least used when there are too many
//! bytes. Nobody waits for it: where a lock is taken, an answer is written, and not kept.

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
    json::Shown,
    metrics::{KeptCounters, Metrics},
    sight::Sight,
};
use crate::{
    directory::{OrgView, Snapshot, State},
    domain::{Day, OrgId, Status, Tier},
};

/// The most bytes of all answers that are kept.
const KEPT_BYTES_MAX: usize = 64 << 20;
/// How many answers that may be: for what the cache remembers of those that it has dropped.
const KEPT_ANSWERS_ESTIMATED: usize = KEPT_BYTES_MAX >> 12;
/// How many parts with a lock of their own the cache has. An answer that does not fit one is not kept.
const PARTS: usize = 4;

/// What is asked about an org, as portals ask it: nothing filtered, from the beginning.
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
    sight: Sight,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        // Few answers have these in common: to hash the rest takes longer than to compare it.
        (self.org, self.day, self.state).hash(hasher);
    }
}

impl Key {
    /// For a question about `view`, whose answer changes only with its state or its place in the tiers.
    pub(in crate::http) fn new(question: Question, directory: &Snapshot, view: &OrgView<'_>, sight: Sight) -> Self {
        let state = match question {
            Question::Tree { .. } | Question::Descendants => directory.state_below(view),
            Question::Roles => directory.state_of_roles(view),
        };
        let place = directory.place_in_tiers(view);
        Self { question, org: view.id(), state, place, day: view.asked, status: view.status, sight }
    }
}

/// An item of a list, which may be kept.
pub(in crate::http) trait Lasting: Shown {
    /// Whether nothing but what is in the list's [`Key`] can change what is shown of it.
    fn lasts(&self) -> bool;
}

/// An answer that has just been written.
#[derive(Debug)]
pub(in crate::http) struct Written {
    pub(in crate::http) bytes: Bytes,
    /// Whether nothing but what is in its [`Key`] can change it.
    pub(in crate::http) lasting: bool,
}

/// The answers that are kept.
pub(in crate::http) struct KeptAnswers {
    kept: Cache<Key, Bytes, Taken>,
    /// Whoever was erased up to then is in none of them.
    erasures: Mutex<State>,
    trees: KeptCounters,
    descendants: KeptCounters,
    roles: KeptCounters,
}

/// What an answer takes.
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
    pub(in crate::http) fn new(metrics: &Metrics) -> Self {
        let [trees, descendants, roles] = ["tree", "descendants", "roles"].map(|question| metrics.of_kept(question));
        let options = OptionsBuilder::new()
            .weight_capacity(KEPT_BYTES_MAX as u64)
            .estimated_items_capacity(KEPT_ANSWERS_ESTIMATED)
            .shards(PARTS)
            .build();
        #[expect(clippy::expect_used, reason = "the two that must be given are")]
        let options = options.expect("whole options");
        let kept = Cache::with_options(options, Taken, DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self { kept, erasures: Mutex::default(), trees, descendants, roles }
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
    /// Those of `write`.
    pub(in crate::http) fn find_or<E>(
        &self,
        key: Key,
        directory: &Snapshot,
        write: impl FnOnce() -> Result<Written, E>,
    ) -> Result<Bytes, E> {
        if let Some(found) = self.find(&key) {
            self.counters(key.question).found.inc();
            return Ok(found);
        }
        let Written { bytes, lasting } = write()?;
        if lasting {
            self.counters(key.question).written.inc();
            self.keep(key, &bytes, directory.state_of_erasures());
        }
        Ok(bytes)
    }

    fn find(&self, key: &Key) -> Option<Bytes> {
        self.kept.try_get(key).ok()?
    }

    /// Keeps an answer. Where somebody has been erased since the last one, all others go, and what was written before
    /// that is not kept: nobody would find it, but a name is not to stay in memory either.
    fn keep(&self, key: Key, answer: &[u8], erasures: State) {
        // What was written may have room for more.
        let answer = Bytes::copy_from_slice(answer);
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
            // Where a reader has the lock, the next one who asks keeps the answer.
            let _ = self.kept.try_insert(key, answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(depth: usize) -> Key {
        Key {
            question: Question::Tree { depth },
            org: OrgId(uuid::Uuid::from_u128(depth as u128)),
            state: State::default(),
            place: (None, false),
            day: Day::MIN,
            status: Status::Current,
            sight: Sight::All,
        }
    }

    fn answers() -> KeptAnswers {
        KeptAnswers::new(&Metrics::new().expect("legal metrics"))
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
        let written = Written { bytes: long.into(), lasting: true };
        answers.find_or(key(0), &directory, || Ok::<_, ()>(written)).expect("written");
        assert_ne!(answers.find(&key(0)).map(|kept| kept.as_ptr()), Some(address), "its room is kept too");
    }

    #[test]
    fn nothing_stays_when_somebody_is_erased() {
        let answers = answers();
        let (before, after) = (directory().state_of_erasures(), directory().state_of_erasures());
        answers.keep(key(0), b"a name", before);
        answers.keep(key(1), b"another", after);
        // By somebody who began to answer before.
        answers.keep(key(2), b"a name", before);
        let found = [0, 1, 2].map(|depth| answers.find(&key(depth)).is_some());
        assert_eq!(found, [false, true, false]);
    }

    #[test]
    fn some_go_when_there_is_no_more_room() {
        let answers = answers();
        let tree = vec![b'x'; 1 << 20];
        for depth in 0..200 {
            answers.keep(key(depth), &tree, State::default());
            assert!(answers.kept.weight() <= KEPT_BYTES_MAX as u64, "at {depth}");
        }
        let found = (0..200).filter(|depth| answers.find(&key(*depth)).is_some()).count();
        assert!(found > 40, "{found}");
        answers.keep(key(200), &vec![b'x'; KEPT_BYTES_MAX / PARTS], State::default());
        assert!(answers.find(&key(200)).is_none(), "it alone would fill a part");
    }

    #[test]
    fn what_does_not_last_is_written_each_time() {
        let (answers, directory) = (answers(), directory());
        for (lasting, text) in [(false, "a"), (true, "b"), (true, "b")] {
            let bytes = answers.find_or(key(0), &directory, || Ok::<_, ()>(Written { bytes: text.into(), lasting }));
            assert_eq!(bytes.as_deref(), Ok(text.as_bytes()));
        }
        let bytes = answers.find_or(key(0), &directory, || Err(()));
        assert_eq!(bytes.as_deref(), Ok("b".as_bytes()));
    }
}
