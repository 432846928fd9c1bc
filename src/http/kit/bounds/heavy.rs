//! Heavy answers: made beside the threads that answer small requests, a few at once.
//!
//! What is heavy is known before it is made, by how many orgs or rows it looks at. The rest waits for a place, with a
//! bound. If several clients ask for the same at once, it is made once.

use std::{
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::web::Bytes;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::{JoinError, spawn_blocking},
    time::timeout,
};

use super::{
    super::{
        compression::Coding,
        problem::{Failure, Problem},
    },
    limits::Limits,
    room::{Room, busy},
};
use crate::{access::Sight, directory::Snapshot, domain::Day};

/// The room that must be left before a heavy answer is begun.
const ROOM_BYTES_MIN: usize = 32 << 20;

/// What tells a heavy answer from others.
#[derive(Clone)]
pub(in crate::http) struct Asked {
    /// The question with all its parameters.
    pub(in crate::http) what: String,
    pub(in crate::http) coding: Coding,
    pub(in crate::http) directory: Arc<Snapshot>,
    pub(in crate::http) as_of: Day,
    pub(in crate::http) sight: Sight,
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        let Self { what, coding, directory, as_of, sight } = self;
        *what == other.what
            && *coding == other.coding
            && Arc::ptr_eq(directory, &other.directory)
            && *as_of == other.as_of
            && *sight == other.sight
    }
}

type Made = Result<Bytes, Failure>;
/// Whoever asks for what is being made waits here.
type Waiting = watch::Receiver<Option<Made>>;

/// The places for heavy answers. Clones share them.
#[derive(Clone)]
pub(in crate::http) struct Heavy(Arc<Inner>);

struct Inner {
    /// For each that is made or waits.
    entries: Arc<Semaphore>,
    /// For each that is made.
    places: Arc<Semaphore>,
    wait_max: Duration,
    room: Room,
    /// What several may ask for.
    shared: Mutex<Vec<(Asked, Waiting)>>,
}

impl fmt::Debug for Heavy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heavy").field("entries", &self.0.entries.available_permits()).finish_non_exhaustive()
    }
}

impl Heavy {
    pub(super) fn new(limits: &Limits, room: Room) -> Self {
        let Limits { heavy_places, heavy_waiting_max, heavy_wait_max, .. } = *limits;
        Self(Arc::new(Inner {
            entries: Arc::new(Semaphore::new(heavy_places + heavy_waiting_max)),
            places: Arc::new(Semaphore::new(heavy_places)),
            wait_max: heavy_wait_max,
            room,
            shared: Mutex::default(),
        }))
    }

    /// What `make` makes, or what is being made for somebody else who has asked for the same.
    ///
    /// # Errors
    ///
    /// Those of `make`; or too many wait, or it has waited for too long.
    pub(in crate::http) async fn shared(&self, asked: Asked, make: impl FnOnce() -> Made + Send + 'static) -> Made {
        let mut waiting = self.begun(asked, make)?;
        match waiting.wait_for(Option::is_some).await.map(|made| made.clone()) {
            Ok(Some(made)) => made,
            Ok(None) | Err(_) => Err(Problem::internal("a heavy answer was lost").into()),
        }
    }

    /// What `make` makes, for nobody else.
    ///
    /// # Errors
    ///
    /// Too many wait, or it has waited for too long.
    pub(in crate::http) async fn alone<T: Send + 'static>(
        &self,
        make: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _entry = self.0.entries.try_acquire().map_err(|_| busy())?;
        self.0.in_turn(|| true, make).await
    }

    /// What `make` makes, in the next place that is free: the rest of an answer that has begun.
    ///
    /// # Errors
    ///
    /// It has panicked.
    pub(super) async fn next<T: Send + 'static>(&self, make: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
        let place = Arc::clone(&self.0.places).acquire_owned().await.map_err(io::Error::other)?;
        Ok(made(place, make).await?)
    }

    fn begun(&self, asked: Asked, make: impl FnOnce() -> Made + Send + 'static) -> Result<Waiting, Problem> {
        let mut shared = self.0.shared();
        if let Some((_, waiting)) = shared.iter().find(|(known, _)| *known == asked) {
            return Ok(waiting.clone());
        }
        let entry = Arc::clone(&self.0.entries).try_acquire_owned().map_err(|_| busy())?;
        let (tell, waiting) = watch::channel(None);
        shared.push((asked.clone(), waiting.clone()));
        drop(shared);
        let inner = Arc::clone(&self.0);
        // A task of its own: others may wait for it when the client that asked first is gone.
        tokio::spawn(async move {
            let made = inner.in_turn(|| inner.is_wanted(&asked, &tell), make).await;
            inner.shared().retain(|(known, _)| *known != asked);
            tell.send_replace(Some(made.map_err(Failure::from).flatten()));
            drop(entry);
        });
        Ok(waiting)
    }
}

impl Inner {
    fn shared(&self) -> MutexGuard<'_, Vec<(Asked, Waiting)>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anybody still waits for it. If not, nobody will.
    fn is_wanted(&self, asked: &Asked, tell: &watch::Sender<Option<Made>>) -> bool {
        let mut shared = self.shared();
        // One of those who listen is this list.
        let wanted = tell.receiver_count() > 1;
        if !wanted {
            shared.retain(|(known, _)| known != asked);
        }
        wanted
    }

    /// Makes it once there is a place, on a thread where it delays nobody.
    async fn in_turn<T: Send + 'static>(
        &self,
        is_wanted: impl FnOnce() -> bool,
        make: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = timeout(self.wait_max, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(busy()) };
        if !is_wanted() {
            return Err(busy());
        }
        self.room.has(ROOM_BYTES_MIN)?;
        made(place, make).await.map_err(Problem::internal)
    }
}

async fn made<T: Send + 'static>(
    place: OwnedSemaphorePermit,
    make: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    let made = spawn_blocking(move || {
        let made = make();
        drop(place);
        made
    });
    made.await
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    };

    use futures_util::future::join_all;

    use super::*;
    use crate::{domain::Instant, http::kit::problem::ProblemType};

    fn heavy(places: usize, waiting_max: usize) -> Heavy {
        let limits = Limits {
            heavy_places: places,
            heavy_waiting_max: waiting_max,
            heavy_wait_max: Duration::from_millis(50),
            ..Limits::new(ROOM_BYTES_MIN)
        };
        Heavy::new(&limits, Room::new(ROOM_BYTES_MIN))
    }

    fn asked(what: &str, directory: &Arc<Snapshot>) -> Asked {
        let (directory, what) = (Arc::clone(directory), what.to_owned());
        Asked { what, coding: Coding::Identity, directory, as_of: Day::MIN, sight: Sight::whole(Day::MIN) }
    }

    fn directory() -> Arc<Snapshot> {
        Arc::new(Snapshot::empty(chrono_tz::Asia::Shanghai, Instant::default()))
    }

    #[tokio::test]
    async fn what_many_ask_for_at_once_is_made_once() {
        let (heavy, directory, other, made) = (heavy(1, 1), directory(), directory(), Arc::new(AtomicUsize::new(0)));
        let ask = |what, directory| {
            let made = Arc::clone(&made);
            heavy.shared(asked(what, directory), move || {
                Ok(Bytes::from(format!("{} {what}", made.fetch_add(1, Ordering::Relaxed))))
            })
        };
        let answers = join_all((0..200).map(|_| ask("a", &directory))).await;
        for answer in answers {
            assert_eq!(answer.expect("made"), "0 a");
        }
        assert_eq!(ask("a", &directory).await.expect("made"), "1 a", "it is not kept");
        // Another question, and the same one of another state.
        let (second, third) = tokio::join!(ask("b", &directory), ask("a", &other));
        let mut answers = [second.expect("made"), third.expect("made")];
        answers.sort_by_key(|answer| answer.last().copied());
        assert_eq!(answers.map(|answer| answer.last().copied()), [Some(b'a'), Some(b'b')]);
        assert_eq!(made.load(Ordering::Relaxed), 4);
    }

    #[tokio::test]
    async fn as_many_wait_as_may_and_as_long_as_they_may() {
        let heavy = heavy(1, 1);
        let (end, ended) = mpsc::channel::<()>();
        let is_busy = |refused: Result<(), Problem>| refused.is_err_and(|problem| problem.kind() == ProblemType::Busy);
        let first = heavy.alone(move || assert!(ended.recv().is_err(), "it is told by the end"));
        let second = async {
            let second = heavy.alone(|| ());
            let third = async { is_busy(heavy.alone(|| ()).await) };
            let (second, third) = tokio::join!(second, third);
            assert!(third, "too many wait");
            assert!(is_busy(second), "it waits for too long");
            drop(end);
        };
        let (first, ()) = tokio::join!(first, second);
        assert!(first.is_ok());
        assert!(heavy.alone(|| ()).await.is_ok(), "the place is free again");
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_made() {
        let (heavy, directory) = (heavy(1, 9), directory());
        let (end, ended) = mpsc::channel::<()>();
        let first = heavy.alone(move || assert!(ended.recv().is_err(), "it is told by the end"));
        let others = async {
            drop(heavy.begun(asked("a", &directory), || panic!("made for nobody")).expect("it may wait"));
            drop(end);
            heavy.alone(|| ()).await
        };
        let (first, last) = tokio::join!(first, others);
        assert!(first.is_ok() && last.is_ok());
        let forgotten = async {
            while !heavy.0.shared().is_empty() {
                tokio::task::yield_now().await
            }
        };
        timeout(Duration::from_secs(5), forgotten).await.expect("it is forgotten");
    }
}
