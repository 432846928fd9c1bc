//! Dry runs: decided on the published snapshot, beside the writer and never in its queue.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::sync::Semaphore;

use super::{
    Accepted, Command, Inner, Refused,
    batch::{decided, recorded_after},
    command::Condition,
    decide::{Circumstances, Decision},
    endings::Endings,
    writer::truncated,
};
use crate::{
    access::Caller,
    directory::Snapshot,
    domain::{Effect, Error, day_in_zone},
};

/// The most dry runs that are decided at once: they share the machine with reads and with the writer.
pub(super) const TRIALS_MAX: usize = 2;
/// How long a dry run may take, waiting for its turn included.
const TRIAL_MAX: Duration = Duration::from_secs(5);
/// How long a client should wait before it tries again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Decides `command` and leaves everything as it is. Fails with [`Error::Unavailable`] after [`TRIAL_MAX`].
pub(super) async fn run(
    inner: &Arc<Inner>,
    command: Command,
    caller: Caller,
    condition: Condition,
) -> Result<Accepted, Refused> {
    // The write itself would be refused.
    if inner.newer_format.load(Ordering::Relaxed) {
        return Err(Error::NewerFormat.into());
    }
    let prepare = async {
        let snapshot = inner.published.load_full();
        let mut endings = Endings::of(&snapshot, &command);
        while let Some(revision) = endings.unread() {
            endings.add(inner.store.entry(revision).await.map_err(|error| inner.failed(&error, false))?);
        }
        let inner = Arc::clone(inner);
        Ok(move || outcome(&inner, snapshot, &command, &caller, &condition, &endings))
    };
    in_turn(&inner.trials, TRIAL_MAX, prepare).await
}

/// Waits for a place, prepares a decision, and takes it on a thread where it delays neither reads nor the writer.
///
/// A late decision runs to its end, and keeps its place until then.
async fn in_turn<T: Send + 'static, D: FnOnce() -> Result<T, Refused> + Send + 'static>(
    places: &Arc<Semaphore>,
    time_max: Duration,
    prepare: impl Future<Output = Result<D, Refused>>,
) -> Result<T, Refused> {
    let deciding = async {
        let place = Arc::clone(places).acquire_owned().await.map_err(|_| Error::Internal)?;
        let decide = prepare.await?;
        let deciding = tokio::task::spawn_blocking(move || {
            let decided = decide();
            drop(place);
            decided
        });
        // There is no result only where the process ends.
        deciding.await.unwrap_or_else(|_| Err(Error::Internal.into()))
    };
    let late = Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown: false };
    tokio::time::timeout(time_max, deciding).await.unwrap_or_else(|_| Err(late.into()))
}

fn outcome(
    inner: &Inner,
    snapshot: Arc<Snapshot>,
    command: &Command,
    caller: &Caller,
    condition: &Condition,
    endings: &Endings,
) -> Result<Accepted, Refused> {
    let now = truncated(inner.clock.now());
    let with = Circumstances {
        now: recorded_after(&snapshot, now),
        today: day_in_zone(now, snapshot.zone()),
        new_id: &|| inner.clock.new_id(),
        condition,
        dry_run: true,
        endings,
        caller,
        keyring: &inner.keyring.load(),
    };
    let Decision { snapshot: after, effects, target, shown_on, key_changes, forgets: _, not_as_before } =
        decided(&snapshot, command, &with)?;
    Ok(Accepted {
        snapshot: Arc::new(after),
        revision: snapshot.revision(),
        before: snapshot,
        entry: None,
        effects: effects.iter().map(Effect::logged).collect(),
        key_changes,
        target,
        shown_on,
        not_as_before,
        outsiders: Vec::new(),
        dry_run: true,
        repeated: false,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    async fn tried(places: &Arc<Semaphore>, decide: impl FnOnce() + Send + 'static) -> Result<(), Refused> {
        let decide = move || {
            decide();
            Ok(())
        };
        in_turn(places, Duration::from_millis(50), async { Ok(decide) }).await
    }

    #[tokio::test]
    async fn a_dry_run_that_is_late_is_refused_and_keeps_its_place_until_it_ends() {
        let places = Arc::new(Semaphore::new(1));
        let (end, ended) = mpsc::channel::<()>();
        let late = |tried: Result<(), Refused>| {
            matches!(tried, Err(Refused { why: Error::Unavailable { outcome_unknown: false, .. }, .. }))
        };
        assert!(late(tried(&places, move || assert!(ended.recv().is_err())).await));
        // The next waits in vain for the place that the first still has.
        assert!(late(tried(&places, || ()).await));
        drop(end);
        let freed = tokio::time::timeout(Duration::from_secs(5), places.acquire()).await;
        drop(freed.expect("the first has ended"));
        assert!(tried(&places, || ()).await.is_ok());
    }
}
