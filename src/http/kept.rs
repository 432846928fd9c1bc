//! Answers that were written already.
//!
//! The tree of a university is hundreds of bodies, and most of the time none of them has changed. What was
//! written is kept under the day and the state of all that it shows, so that it is found only while it is
//! still right; the oldest goes when there are too many bytes.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{PoisonError, RwLock},
};

use actix_web::web::Bytes;

use super::metrics::Metrics;
use crate::{
    directory::{OrgView, Snapshot, State},
    domain::{Day, OrgId, Status, Tier},
};

/// The most bytes of all answers that are kept.
const KEPT_BYTES_MAX: usize = 64 << 20;

/// What is asked about a body, as portals ask it: nothing filtered, from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// The tree of so many levels, without roles.
    Tree { depth: usize },
    /// The bodies below it.
    Descendants,
    /// The roles in it, all held by persons.
    Roles,
}

impl Question {
    /// In `/metrics`.
    fn name(self) -> &'static str {
        match self {
            Self::Tree { .. } => "tree",
            Self::Descendants => "descendants",
            Self::Roles => "roles",
        }
    }
}

/// What an answer depends on, besides the code that writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    question: Question,
    org: OrgId,
    state: State,
    /// What is shown of the bodies above.
    place: (Option<Tier>, bool),
    day: Day,
    status: Status,
}

impl Key {
    /// For a question about `view`, whose answer changes only with its state or its place in the tiers.
    pub(super) fn new(question: Question, directory: &Snapshot, view: &OrgView<'_>) -> Self {
        let state = match question {
            Question::Tree { .. } | Question::Descendants => directory.state_below(view),
            Question::Roles => directory.state_of_roles(view),
        };
        let place = directory.place_in_tiers(view);
        Self { question, org: view.org.id, state, place, day: view.asked, status: view.status }
    }
}

/// An answer that has just been written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) bytes: Bytes,
    /// Whether nothing but what is in its [`Key`] can change it.
    pub(super) lasting: bool,
}

/// The answers that are kept.
pub(super) struct Answers {
    kept: RwLock<Kept>,
    metrics: Metrics,
}

#[derive(Default)]
struct Kept {
    answers: HashMap<Key, Bytes>,
    /// Oldest first.
    order: VecDeque<Key>,
    bytes: usize,
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").finish_non_exhaustive()
    }
}

/// What an answer takes.
fn taken(answer: &Bytes) -> usize {
    answer.len() + 2 * size_of::<Key>() + size_of::<Bytes>()
}

impl Answers {
    /// None yet; `metrics` counts how often one helps.
    pub(super) fn new(metrics: Metrics) -> Self {
        Self { kept: RwLock::default(), metrics }
    }

    /// The answer that is kept, or what `write` gives.
    ///
    /// # Errors
    ///
    /// Those of `write`.
    pub(super) fn find_or<E>(&self, key: Key, write: impl FnOnce() -> Result<Written, E>) -> Result<Bytes, E> {
        let found = self.find(&key);
        self.metrics.observe_kept(key.question.name(), found.is_some());
        if let Some(found) = found {
            return Ok(found);
        }
        let Written { bytes, lasting } = write()?;
        if lasting {
            self.keep(key, &bytes);
        }
        Ok(bytes)
    }

    fn find(&self, key: &Key) -> Option<Bytes> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).answers.get(key).cloned()
    }

    /// Keeps an answer, unless it alone would take much of the room.
    fn keep(&self, key: Key, answer: &Bytes) {
        if taken(answer) > KEPT_BYTES_MAX / 4 {
            return;
        }
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let Kept { answers, order, bytes } = &mut *kept;
        if answers.insert(key.clone(), answer.clone()).is_none() {
            order.push_back(key);
            *bytes += taken(answer);
        }
        while *bytes > KEPT_BYTES_MAX
            && let Some(oldest) = order.pop_front()
        {
            *bytes -= answers.remove(&oldest).map_or(0, |answer| taken(&answer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(depth: usize) -> Key {
        Key {
            question: Question::Tree { depth },
            org: OrgId(uuid::Uuid::nil()),
            state: State::default(),
            place: (None, false),
            day: Day::MIN,
            status: Status::Current,
        }
    }

    fn answers() -> Answers {
        Answers::new(Metrics::new().expect("legal metrics"))
    }

    #[test]
    fn the_oldest_go_when_there_is_no_more_room() {
        let answers = answers();
        let tree = Bytes::from(vec![b'x'; KEPT_BYTES_MAX / 5 - 1000]);
        for depth in 0..8 {
            answers.keep(key(depth), &tree);
        }
        let found: Vec<usize> = (0..8).filter(|depth| answers.find(&key(*depth)).is_some()).collect();
        assert_eq!(found, [3, 4, 5, 6, 7]);
        answers.keep(key(9), &Bytes::from(vec![b'x'; KEPT_BYTES_MAX / 3]));
        assert!(answers.find(&key(9)).is_none() && answers.find(&key(3)).is_some());
    }

    #[test]
    fn what_does_not_last_is_written_each_time() {
        let answers = answers();
        for (lasting, text) in [(false, "a"), (true, "b"), (true, "b")] {
            let bytes = answers.find_or(key(0), || Ok::<_, ()>(Written { bytes: text.into(), lasting }));
            assert_eq!(bytes.as_deref(), Ok(text.as_bytes()));
        }
        let bytes = answers.find_or(key(0), || Err(()));
        assert_eq!(bytes.as_deref(), Ok("b".as_bytes()));
    }
}
