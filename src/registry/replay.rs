//! Applies the entries of other processes to a snapshot.

use std::collections::HashMap;

use tokio::sync::mpsc;

use super::steps::applied;
use crate::{
    directory::Snapshot,
    domain::{Chain, Object, Person, PersonId, Revision},
    store::{ENTRIES_MAX, News, Store, StoreError},
};

/// How many chunks of objects may wait to be entered.
pub(super) const CHUNKS_WAITING_MAX: usize = 4;

/// Reads the whole directory from the database. One thread reads rows and another enters the objects, since both
/// take long.
pub async fn load(store: &Store, zone: chrono_tz::Tz) -> Result<Snapshot, StoreError> {
    let (sender, chunks) = mpsc::channel(CHUNKS_WAITING_MAX);
    let (mut snapshot, (), head) = gathered(store.load(sender), chunks, zone, |(), _| {}).await?;
    snapshot.advance(head.revision, head.recorded_at);
    snapshot.set_chain(head.chain);
    snapshot.forget_erasures();
    Ok(snapshot)
}

/// Enters the objects that `load` hands over, after each has been looked at. Returns them all, with what was noted and
/// what `load` returns.
pub(super) async fn gathered<N: Default + Send + 'static, T>(
    load: impl Future<Output = Result<T, StoreError>>,
    mut chunks: mpsc::Receiver<Vec<Object>>,
    zone: chrono_tz::Tz,
    look_at: impl Fn(&mut N, &Object) + Send + 'static,
) -> Result<(Snapshot, N, T), StoreError> {
    let entering = tokio::task::spawn_blocking(move || {
        let mut snapshot = Snapshot::empty(zone, crate::domain::Instant::default());
        let mut noted = N::default();
        while let Some(chunk) = chunks.blocking_recv() {
            for object in chunk {
                look_at(&mut noted, &object);
                snapshot.put(object);
            }
        }
        (snapshot, noted)
    });
    let loaded = load.await;
    let (snapshot, noted) = entering.await.unwrap_or_else(|ended| std::panic::resume_unwind(ended.into_panic()));
    Ok((snapshot, noted, loaded?))
}

/// Rebuilds the directory from the log alone, with today's personal values. A process that has followed the log from
/// the beginning has the same.
///
/// # Errors
///
/// The database fails, or the log has a gap.
pub async fn replay(store: &Store, zone: chrono_tz::Tz) -> Result<Snapshot, StoreError> {
    replay_to(store, zone, Revision::MAX).await
}

/// The same up to an entry.
///
/// # Errors
///
/// The database fails, or the log has a gap.
pub async fn replay_to(store: &Store, zone: chrono_tz::Tz, last: Revision) -> Result<Snapshot, StoreError> {
    let mut snapshot = Snapshot::empty(zone, crate::domain::Instant::default());
    loop {
        let mut news = store.news(snapshot.revision(), ENTRIES_MAX).await?;
        let head = news.head.revision.min(last);
        news.entries.retain(|entry| entry.revision <= last);
        let gap = |Gap| StoreError::Unreadable { table: "entry", cause: "the log has a gap".to_owned() };
        let after = apply(&snapshot, news).map_err(gap)?;
        if after.revision() == snapshot.revision() && after.revision() < head {
            return Err(gap(Gap));
        }
        snapshot = after;
        if snapshot.revision() >= head {
            return Ok(snapshot);
        }
    }
}

/// The entries do not follow those of the snapshot. The directory must be loaded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap;

/// Applies entries that others wrote.
///
/// They follow only if the log is still that of the snapshot, and has its last entry. After a failover that lost it,
/// another entry may have its number.
pub(super) fn apply(snapshot: &Snapshot, news: News) -> Result<Snapshot, Gap> {
    let ours = snapshot.chain();
    let theirs = &news.head.chain;
    if snapshot.revision() > 0 {
        let after = news.after.map(|(recorded_at, digest)| (recorded_at, digest.unwrap_or_default()));
        let is_ours = (ours.directory_id, ours.epoch) == (theirs.directory_id, theirs.epoch);
        if after != Some((snapshot.recorded_at(), ours.digest)) || !is_ours {
            return Err(Gap);
        }
    }
    let people: HashMap<PersonId, Person> = news.people.into_iter().map(|person| (person.id, person)).collect();
    let mut after = snapshot.clone();
    after.set_chain(Chain { directory_id: theirs.directory_id, epoch: theirs.epoch, ..ours.clone() });
    for entry in news.entries {
        if entry.revision != after.revision() + 1 {
            return Err(Gap);
        }
        (after, _) = applied(&after, entry, &people);
    }
    Ok(after)
}
