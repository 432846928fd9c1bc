//! How the chain of a log begins, and how it begins a new epoch.

use std::collections::HashMap;

use tokio::sync::mpsc;

use super::{
    batch::{changes, recorded_after},
    draft::Draft,
    replay::{CHUNKS_WAITING_MAX, gathered},
    writer::truncated,
};
use crate::{
    access::Caller,
    clock::Clock,
    directory::Snapshot,
    domain::{Chain, Digest, DirectoryId, Effect, Entry, Epoch, Object, OrgId, OrgVersion, remember_all},
    store::{Store, StoreError, WriteTransaction},
};

/// How many orgs one entry of the log is about.
const ENTRY_ORGS_MAX: usize = 1000;

/// Begins the chain of a log that has none: gives the directory its id and epoch, computes the digest of the whole
/// state, and counts the rows. Versions of orgs that remember no acts, since an older program wrote them, get their
/// memory by entries of the log.
///
/// # Errors
///
/// The database fails. Nothing has changed then.
pub async fn found(store: &Store, clock: &dyn Clock) -> Result<(), StoreError> {
    if store.head().await?.chain.directory_id.is_some() {
        return Ok(());
    }
    let write = store.write().await?;
    if write.head().chain.directory_id.is_some() {
        return write.roll_back().await;
    }
    let (mut directory, forgetful) = begun(&write, clock).await?;
    for orgs in forgetful.chunks(ENTRY_ORGS_MAX) {
        directory = remembering(&write, directory, orgs, clock).await?;
    }
    write.commit().await
}

/// Begins a new epoch: the directory was restored from a backup, so that a revision may be another entry than before.
///
/// # Errors
///
/// The database fails. Nothing has changed then.
pub async fn begin_epoch(store: &Store, clock: &dyn Clock) -> Result<Epoch, StoreError> {
    found(store, clock).await?;
    let write = store.write().await?;
    let epoch = new_epoch(clock);
    write.set_chain(&Chain { epoch, ..write.head().chain.clone() }).await?;
    write.commit().await?;
    Ok(epoch)
}

/// From the random bits of an id.
fn new_epoch(clock: &dyn Clock) -> Epoch {
    let (_, random) = clock.new_id().as_u64_pair();
    Epoch::of(random)
}

/// What is found out of a directory while it is loaded.
#[derive(Default)]
struct Found {
    digest: Digest,
    /// The orgs that do not remember which act set what.
    forgetful: Vec<OrgId>,
}

impl Found {
    fn look_at(&mut self, object: &Object) {
        for effect in object.made() {
            let said = serde_json::to_value(effect.logged()).unwrap_or_default().to_string();
            self.digest = self.digest.then(said.as_bytes());
        }
        if let Object::Org(org) = object
            && !org.versions.iter().all(OrgVersion::is_remembered)
        {
            self.forgetful.push(org.id);
        }
    }
}

/// Begins the chain. Returns the directory, and the orgs that do not remember which act set what.
async fn begun(write: &WriteTransaction, clock: &dyn Clock) -> Result<(Snapshot, Vec<OrgId>), StoreError> {
    let (sender, chunks) = mpsc::channel(CHUNKS_WAITING_MAX);
    let look = |found: &mut Found, object: &Object| found.look_at(object);
    let (mut directory, found, rows) = gathered(write.load(sender), chunks, chrono_tz::UTC, look).await?;
    let directory_id = Some(DirectoryId(clock.new_id()));
    let chain = Chain { directory_id, epoch: new_epoch(clock), digest: found.digest, rows };
    write.begin_chain(&chain).await?;
    directory.advance(write.head().revision, write.head().recorded_at);
    directory.set_chain(chain);
    Ok((directory, found.forgetful))
}

/// Gives `orgs` a memory, by an entry of the log. Returns the directory with it.
async fn remembering(
    write: &WriteTransaction,
    directory: Snapshot,
    orgs: &[OrgId],
    clock: &dyn Clock,
) -> Result<Snapshot, StoreError> {
    let now = truncated(clock.now());
    let recorded_at = recorded_after(&directory, now);
    let mut draft = Draft::new(&directory, recorded_at);
    for org in orgs.iter().filter_map(|id| directory.org(*id)) {
        let mut versions = org.versions.clone();
        remember_all(&mut versions);
        draft.put_versions(org.id, &versions);
    }
    let (mut after, effects) = draft.finish();
    let mut entry = Entry {
        revision: after.revision(),
        recorded_at,
        actor: Caller::Operator.actor().into_owned(),
        kind: "directory.remembered".to_owned(),
        subject: None,
        basis: None,
        effects: effects.iter().map(Effect::logged).collect(),
        digest: None,
        undated_duties: None,
    };
    after.set_digest(entry.chain(directory.chain().digest));
    write.append(&[entry], after.chain(), changes(&effects, &after), &[], &HashMap::new(), now).await?;
    Ok(after)
}
