//! Applies the entries of other processes to a snapshot.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::mpsc;

use crate::{
    directory::Snapshot,
    domain::{Act, Effect, LoggedEffect, Person, PersonId},
    store::{News, Store, StoreError, Stored},
};

/// How many chunks of objects may wait to be entered.
const CHUNKS_WAITING_MAX: usize = 4;

/// Reads the whole directory from the database. One thread reads rows and another enters the objects, since both
/// take long.
pub async fn load(store: &Store, zone: chrono_tz::Tz) -> Result<Snapshot, StoreError> {
    let (sender, mut chunks) = mpsc::channel(CHUNKS_WAITING_MAX);
    let entering = tokio::task::spawn_blocking(move || {
        let mut snapshot = Snapshot::empty(zone, crate::domain::Instant::default());
        while let Some(chunk) = chunks.blocking_recv() {
            enter(&mut snapshot, chunk);
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

fn enter(snapshot: &mut Snapshot, objects: Vec<Stored>) {
    for object in objects {
        match object {
            Stored::Org(org) => snapshot.put_org(org),
            Stored::Person(person) => snapshot.put_person(person),
            Stored::Post(post) => snapshot.put_post(post),
            Stored::Role(role) => snapshot.put_role(role),
            Stored::Supervision(supervision) => snapshot.put_supervision(supervision),
        }
    }
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
        for effect in entry.effects {
            let effect = filled_in(effect, &after, &people);
            after.apply(&effect, entry.revision, entry.recorded_at);
        }
        after.advance(entry.revision, entry.recorded_at);
    }
    Ok(after)
}

/// The effect with today's personal values, since the log keeps none.
fn filled_in(effect: LoggedEffect, snapshot: &Snapshot, people: &HashMap<PersonId, Person>) -> Effect {
    match effect {
        LoggedEffect::Org { id, before, after } => Effect::Org { id, before, after },
        LoggedEffect::OrgVersion { id, valid_from, before, after } => {
            Effect::OrgVersion { id, valid_from, before, after }
        }
        LoggedEffect::Post { code, before, after } => Effect::Post { code, before, after },
        LoggedEffect::Role { id, before, after } => Effect::Role { id, before, after },
        LoggedEffect::Supervision { id, before, after } => Effect::Supervision { id, before, after },
        LoggedEffect::Person { id, act, fields: _ } => Effect::Person {
            id,
            before: snapshot.person(id).map(|person| Arc::new(person.person())),
            after: match act {
                Act::Created | Act::Changed => people.get(&id).cloned().map(Arc::new),
                Act::Deleted => None,
            },
        },
    }
}
