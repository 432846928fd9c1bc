//! Dry runs: decided on the published snapshot, beside the writer and never in its queue.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::{
    Command, Inner, Outcome,
    batch::{decided, dissolved_by, recorded_after},
    decide::{Circumstances, Decision},
    writer::truncated,
};
use crate::{
    directory::Snapshot,
    domain::{Effect, Entry, Error, Revision, day_in_zone},
};

/// The most dry runs that are decided at once: they share the machine with reads and with the writer.
pub(super) const TRIALS_MAX: usize = 2;
/// How long a dry run may take, waiting for its turn included.
const TRIAL_MAX: Duration = Duration::from_secs(5);
/// What a client is told to wait before it tries again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Decides `command` and leaves everything as it is.
///
/// It fails with [`Error::Unavailable`] after [`TRIAL_MAX`]. A decision that has begun then still goes to its end,
/// and keeps its place until then.
pub(super) async fn run(
    inner: &Arc<Inner>,
    command: Command,
    if_match: Option<Vec<Revision>>,
) -> Result<Outcome, Error> {
    // The write itself would be refused.
    if inner.newer_format.load(Ordering::Relaxed) {
        return Err(Error::NewerFormat);
    }
    let late = Error::Unavailable { retry_after: RETRY_AFTER, outcome_unknown: false };
    tokio::time::timeout(TRIAL_MAX, in_turn(inner, command, if_match)).await.unwrap_or(Err(late))
}

async fn in_turn(inner: &Arc<Inner>, command: Command, if_match: Option<Vec<Revision>>) -> Result<Outcome, Error> {
    let place = Arc::clone(&inner.trials).acquire_owned().await.map_err(|_| Error::Internal)?;
    let snapshot = inner.published.load_full();
    let dissolving = match dissolved_by(&snapshot, &command) {
        Some(revision) => inner.store.entry(revision).await.map_err(|error| inner.failed(&error, false))?,
        None => None,
    };
    let inner = Arc::clone(inner);
    let deciding = tokio::task::spawn_blocking(move || {
        let outcome = outcome(&inner, snapshot, &command, if_match.as_deref(), dissolving.as_ref());
        drop(place);
        outcome
    });
    // It ends without a result only where the process ends.
    deciding.await.unwrap_or(Err(Error::Internal))
}

fn outcome(
    inner: &Inner,
    snapshot: Arc<Snapshot>,
    command: &Command,
    if_match: Option<&[Revision]>,
    dissolving: Option<&Entry>,
) -> Result<Outcome, Error> {
    let now = truncated(inner.clock.now());
    let with = Circumstances {
        now: recorded_after(&snapshot, now),
        today: day_in_zone(now, snapshot.zone()),
        new_id: &|| inner.clock.new_id(),
        if_match,
        dissolving,
    };
    let Decision { snapshot: after, effects, target, shown_on } = decided(&snapshot, command, &with)?;
    Ok(Outcome {
        snapshot: Arc::new(after),
        revision: snapshot.revision(),
        before: snapshot,
        entry: None,
        effects: effects.iter().map(Effect::logged).collect(),
        target,
        shown_on,
        dry_run: true,
        repeated: false,
    })
}
