//! The acts of the log, each with the directory before and after it.
//!
//! A past state is not stored. It is made from the nearest one that is at hand (the newest, one that was made before, or
//! the empty one of the beginning), by taking entries back or applying them.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    directory::Snapshot,
    domain::{Entry, Epoch, Error, Instant, Person, PersonId, Position, Revision},
    registry::{LOADED, Registry, applied, taken_back},
};

/// How many past states are kept.
const KEPT_MAX: usize = 32;
/// How many of the newest acts are kept.
const ACTS_KEPT_MAX: usize = 256;
/// The most entries from one state that is at hand to the one that is asked for. For more, the way is left half done, and
/// the next request goes on from there.
const ENTRIES_ON_THE_WAY_MAX: u64 = 20_000;
/// How many entries are read at once.
const ENTRIES_AT_ONCE: u64 = 200;
/// From so many effects on, no further act is gathered.
const EFFECTS_MAX: usize = 20_000;
/// When a client should try again that asked for a state far away.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// One act.
#[derive(Debug, Clone)]
pub struct Act {
    /// Its entry in the log. Of a whole directory that was loaded at once, the last one, without effects.
    pub entry: Entry,
    /// Its first entry: another one than the last where a whole directory was loaded at once.
    pub first: Revision,
    /// The directory before it, with today's values of people.
    pub before: Arc<Snapshot>,
    /// The directory after it, with today's values of people.
    pub after: Arc<Snapshot>,
}

impl Act {
    /// The place in the log after it.
    pub fn position(&self) -> Position {
        self.after.position()
    }
}

/// A place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// As it was given to a caller.
    Position(Position),
    /// After an entry of an epoch.
    Revision(Epoch, Revision),
}

impl Place {
    /// The entry after which it is.
    fn revision(self) -> Revision {
        match self {
            Self::Position(position) => position.revision,
            Self::Revision(_, revision) => revision,
        }
    }
}

/// Acts in the order of the log, without gap.
#[derive(Debug)]
pub struct Acts {
    /// The acts.
    pub acts: Vec<Act>,
    /// The place before the first of them.
    pub from: Position,
    /// The newest state of the directory, which they lead up to.
    pub newest: Arc<Snapshot>,
}

/// The past of the directory of this process.
#[derive(Debug, Clone)]
pub struct History {
    registry: Registry,
    kept: Arc<Mutex<Kept>>,
    /// Held by whoever reads the newest acts, so that thousands who wait for one read it once.
    reading: Arc<tokio::sync::Mutex<()>>,
}

/// Past states, the least recently used first.
#[derive(Debug, Default)]
struct Kept {
    /// Since when the directory was loaded of which they are.
    loading: u64,
    /// The last entry that may have erased somebody: older states may have what it erased.
    erased_at: Revision,
    states: VecDeque<Arc<Snapshot>>,
    /// The newest acts that were read, in order and without gap.
    acts: VecDeque<Act>,
}

impl History {
    /// Of the directory of `registry`.
    pub fn new(registry: Registry) -> Self {
        Self { registry, kept: Arc::default(), reading: Arc::default() }
    }

    /// The acts after `place`: at most `acts_max`, and fewer if they are long.
    ///
    /// # Errors
    ///
    /// The log has no such place; or the state there is too far away to be made at once; or the database fails.
    pub async fn after(&self, place: Place, acts_max: usize) -> Result<Acts, Error> {
        let newest = self.registry.snapshot();
        if let Some(acts) = self.known(place, acts_max, &newest) {
            return Ok(acts);
        }
        // Whoever is far behind reads alone, so that nobody waits for them.
        let is_near = newest.revision().saturating_sub(place.revision()) <= ENTRIES_AT_ONCE;
        let _reading = if is_near { Some(self.reading.lock().await) } else { None };
        if let Some(acts) = self.known(place, acts_max, &newest) {
            return Ok(acts);
        }
        let mut at = self.at(place, &newest).await?;
        let from = at.position();
        let (mut acts, mut effects) = (Vec::new(), 0);
        'reading: while acts.len() < acts_max && effects < EFFECTS_MAX && at.revision() < newest.revision() {
            let wanted = u64::try_from(acts_max - acts.len()).unwrap_or(u64::MAX).min(ENTRIES_AT_ONCE);
            let news = self.registry.news(at.revision(), wanted).await?;
            let people: HashMap<PersonId, Person> = news.people.into_iter().map(|one| (one.id, one)).collect();
            if news.entries.is_empty() {
                break;
            }
            for entry in news.entries {
                if entry.revision > newest.revision() {
                    break 'reading;
                }
                let (before, first) = (Arc::clone(&at), entry.revision);
                if entry.kind == LOADED {
                    let end = self.registry.end_of_load(first).await?;
                    at = self.made(end.min(newest.revision()), &newest).await?;
                    let (revision, recorded_at, digest) = (at.revision(), at.recorded_at(), Some(at.chain().digest));
                    let entry = Entry { revision, recorded_at, digest, effects: Vec::new(), ..entry };
                    acts.push(Act { entry, first, before, after: Arc::clone(&at) });
                    continue 'reading;
                }
                effects += entry.effects.len();
                let (after, entry) = applied(&at, entry, &people);
                at = Arc::new(after);
                acts.push(Act { entry, first, before, after: Arc::clone(&at) });
            }
        }
        self.keep(&at);
        if at.revision() == newest.revision() {
            self.kept_of(&newest).note(&acts);
        }
        Ok(Acts { acts, from, newest })
    }

    /// The acts after a place, if all of them were read before.
    fn known(&self, place: Place, acts_max: usize, newest: &Arc<Snapshot>) -> Option<Acts> {
        let is_at = |position: &Position| match place {
            Place::Position(asked) => position.is_at(&asked),
            Place::Revision(epoch, revision) => (position.epoch, position.revision) == (epoch, revision),
        };
        let newest_position = newest.position();
        if is_at(&newest_position) {
            return Some(Acts { acts: Vec::new(), from: newest_position, newest: Arc::clone(newest) });
        }
        let kept = self.kept_of(newest);
        let begins = kept.acts.iter().position(|act| is_at(&act.before.position()))?;
        let is_newest = kept.acts.back().is_some_and(|act| act.position().is_at(&newest_position));
        let acts: Vec<Act> = kept.acts.iter().skip(begins).take(acts_max).cloned().collect();
        let from = acts.first()?.before.position();
        is_newest.then(|| Acts { acts, from, newest: Arc::clone(newest) })
    }

    /// The act that has an entry, and the newest state of the directory. `None` if there is no such entry.
    ///
    /// # Errors
    ///
    /// The state there is too far away to be made at once; or the database fails.
    pub async fn act(&self, revision: Revision) -> Result<Option<(Act, Arc<Snapshot>)>, Error> {
        let newest = self.registry.snapshot();
        if revision == 0 || revision > newest.revision() {
            return Ok(None);
        }
        let first = self.registry.beginning_of_load(revision).await?;
        let place = Place::Revision(newest.chain().epoch, first - 1);
        let Acts { acts, newest, .. } = self.after(place, 1).await?;
        Ok(acts.into_iter().next().map(|act| (act, newest)))
    }

    /// Waits until there is an entry after `revision`.
    pub async fn beyond(&self, revision: Revision) {
        self.registry.beyond(revision).await;
    }

    /// The state at a place of the log.
    async fn at(&self, place: Place, newest: &Arc<Snapshot>) -> Result<Arc<Snapshot>, Error> {
        let (epoch, revision) = match place {
            Place::Position(position) => (position.epoch, position.revision),
            Place::Revision(epoch, revision) => (epoch, revision),
        };
        if epoch != newest.chain().epoch || revision > newest.revision() {
            return Err(Error::NotInLog);
        }
        let state = self.made(revision, newest).await?;
        match place {
            Place::Position(position) if !state.position().is_at(&position) => Err(Error::NotInLog),
            _ => Ok(state),
        }
    }

    /// The state after the entry `revision`.
    async fn made(&self, revision: Revision, newest: &Arc<Snapshot>) -> Result<Arc<Snapshot>, Error> {
        let mut state = self.nearest(revision, newest);
        let mut way = 0;
        while state.revision() != revision {
            if way >= ENTRIES_ON_THE_WAY_MAX {
                self.keep(&state);
                return Err(Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown: false });
            }
            let before = state.revision();
            state = Arc::new(self.nearer(&state, revision).await?);
            way += before.abs_diff(state.revision());
            if before == state.revision() {
                return Err(Error::NotInLog);
            }
        }
        self.keep(&state);
        Ok(state)
    }

    /// A state that is nearer to the entry `revision`.
    async fn nearer(&self, state: &Snapshot, revision: Revision) -> Result<Snapshot, Error> {
        let wanted = state.revision().abs_diff(revision).min(ENTRIES_AT_ONCE);
        if state.revision() < revision {
            let news = self.registry.news(state.revision(), wanted).await?;
            let people: HashMap<PersonId, Person> = news.people.into_iter().map(|one| (one.id, one)).collect();
            return Ok(news.entries.into_iter().fold(state.clone(), |state, entry| applied(&state, entry, &people).0));
        }
        let older = self.registry.older(state.revision(), wanted).await?;
        let marks: Vec<_> = older.entries.iter().map(|entry| (entry.recorded_at, entry.digest)).collect();
        let before = marks.into_iter().skip(1).chain([older.before]);
        Ok(older
            .entries
            .into_iter()
            .zip(before)
            .fold(state.clone(), |state, (entry, mark)| taken_back(&state, entry, mark)))
    }

    /// The state at hand from which there are the fewest entries to the entry `revision`.
    fn nearest(&self, revision: Revision, newest: &Arc<Snapshot>) -> Arc<Snapshot> {
        let mut kept = self.kept_of(newest);
        let place = (0..kept.states.len())
            .min_by_key(|place| kept.states.get(*place).map_or(u64::MAX, |state| state.revision().abs_diff(revision)));
        let found = place.and_then(|place| kept.states.remove(place));
        let known = found.and_then(|state| {
            let shown = newest.erased_from(&state);
            kept.states.push_back(state);
            shown.filter(|state| state.revision() <= newest.revision())
        });
        drop(kept);
        let mut beginning = Snapshot::empty(newest.zone(), Instant::default());
        beginning.set_chain(newest.chain().at_the_beginning());
        [Some(Arc::clone(newest)), known, Some(Arc::new(beginning))]
            .into_iter()
            .flatten()
            .min_by_key(|state| state.revision().abs_diff(revision))
            .unwrap_or_else(|| Arc::clone(newest))
    }

    fn keep(&self, state: &Arc<Snapshot>) {
        let newest = self.registry.snapshot();
        let mut kept = self.kept_of(&newest);
        kept.states.retain(|one| one.revision() != state.revision());
        if kept.states.len() == KEPT_MAX {
            kept.states.pop_front();
        }
        kept.states.push_back(Arc::clone(state));
    }

    /// The states that are kept, none if they are of another directory than `newest`.
    fn kept_of(&self, newest: &Snapshot) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.loading != newest.loading() {
            *kept = Kept { loading: newest.loading(), ..Kept::default() };
        }
        if kept.erased_at != newest.erased_at() {
            kept.erased_at = newest.erased_at();
            kept.acts.clear();
        }
        kept
    }
}

impl Kept {
    /// Keeps the newest acts: these, after those that they follow.
    fn note(&mut self, acts: &[Act]) {
        let Some(first) = acts.first() else { return };
        if self.acts.back().is_some_and(|last| !last.position().is_at(&first.before.position())) {
            self.acts.clear();
        }
        self.acts.extend(acts.iter().cloned());
        let excess = self.acts.len().saturating_sub(ACTS_KEPT_MAX);
        self.acts.drain(..excess);
    }
}
