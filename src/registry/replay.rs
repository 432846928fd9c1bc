//! Applies the entries of other processes to a snapshot.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::mpsc;

use super::undated::dated;
use crate::{
    directory::Snapshot,
    domain::{EffectKind, Object, Person, PersonId},
    store::{News, Store, StoreError},
};

/// How many chunks of objects may wait to be entered.
const CHUNKS_WAITING_MAX: usize = 4;

/// Reads the whole directory from the database. One thread reads rows and another enters the objects, since both
/// take long.
pub async fn load(store: &Store, zone: chrono_tz::Tz) -> Result<Snapshot, StoreError> {
    let (sender, mut chunks) = mpsc::channel::<Vec<Object>>(CHUNKS_WAITING_MAX);
    let entering = tokio::task::spawn_blocking(move || {
        let mut snapshot = Snapshot::empty(zone, crate::domain::Instant::default());
        while let Some(chunk) = chunks.blocking_recv() {
            chunk.into_iter().for_each(|object| snapshot.put(object));
        }
        snapshot
    });
    let head = store.load(sender).await;
    let mut snapshot = entering.await.unwrap_or_else(|ended| std::panic::resume_unwind(ended.into_panic()));
    let head = head?;
    snapshot.advance(head.revision, head.recorded_at);
    snapshot.forget_erasures();
    Ok(snapshot)
}

/// Rebuilds the directory from the log alone, with today's personal values. A process that has followed the log from
/// the beginning has the same.
pub async fn replay(store: &Store, zone: chrono_tz::Tz) -> Result<Snapshot, StoreError> {
    let mut snapshot = Snapshot::empty(zone, crate::domain::Instant::default());
    loop {
        let news = store.news(snapshot.revision()).await?;
        let head = news.head.revision;
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
/// They follow only if the log still has the last entry of the snapshot. After a failover that lost it, another entry
/// may have its number.
pub(super) fn apply(snapshot: &Snapshot, news: News) -> Result<Snapshot, Gap> {
    if snapshot.revision() > 0 && news.after != Some(snapshot.recorded_at()) {
        return Err(Gap);
    }
    let people: HashMap<PersonId, Person> = news.people.into_iter().map(|person| (person.id, person)).collect();
    let mut after = snapshot.clone();
    for entry in news.entries {
        if entry.revision != after.revision() + 1 {
            return Err(Gap);
        }
        let entry = dated(entry, &after);
        for effect in entry.effects {
            // The log has no personal values: these are today's.
            let effect = effect.with(|id, act| {
                let before = after.person(id).map(|person| Arc::new(person.person()));
                let today = people.get(&id).filter(|_| act != EffectKind::Deleted);
                [before, today.cloned().map(Arc::new)]
            });
            after.apply(&effect, entry.revision, entry.recorded_at);
        }
        after.advance(entry.revision, entry.recorded_at);
    }
    Ok(after)
}
