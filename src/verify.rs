//! Looks whether what a database has fits together: rows, log and rules. It only reads.

use std::fmt;

use anyhow::{Context, anyhow, bail};
use chrono_tz::Tz;

use crate::{
    clock::SystemClock,
    domain::{Digest, Entry, Instant, ObjectKey, Revision, RowCounts},
    registry::{self, recheck},
    store::{ENTRIES_MAX, Head, Store, StoreError},
    words::Naming,
};

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The tables have another number of rows than the head counts.
    Rows {
        /// What the head counts.
        told: RowCounts,
        /// What there is.
        found: RowCounts,
    },
    /// The log lacks an entry, or has one that was recorded before the one in front of it.
    Gap {
        /// The entry that follows the gap.
        revision: Revision,
    },
    /// An entry does not say what its digest was computed from.
    Digest {
        /// The entry.
        revision: Revision,
    },
    /// The head does not name the last entry of the log.
    Head,
    /// The tables say something else than the log.
    Tables,
    /// An object breaks a rule.
    Rule {
        /// The object.
        object: ObjectKey,
        /// Which rule, in words.
        why: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows { told, found } => write!(f, "the head counts other rows than there are: {told:?}; {found:?}"),
            Self::Gap { revision } => write!(f, "the log has a gap before entry {revision}"),
            Self::Digest { revision } => write!(f, "entry {revision} does not have the digest of what it says"),
            Self::Head => write!(f, "the head does not name the last entry of the log"),
            Self::Tables => write!(f, "the tables say something else than the log"),
            Self::Rule { object, why } => write!(f, "{} {}: {why}", object.word(), object.id()),
        }
    }
}

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// How many entries the log has.
    pub entries: Revision,
    /// How many of them have a digest. Older ones were written before the chain began.
    pub chained: u64,
    /// How many rows the head counts.
    pub rows: RowCounts,
    /// What does not fit.
    pub faults: Vec<Fault>,
}

impl Report {
    /// Prints what was found.
    ///
    /// # Errors
    ///
    /// Something does not fit.
    pub fn print(&self) -> anyhow::Result<()> {
        let Self { entries, chained, rows, faults } = self;
        let rows = serde_json::to_value(rows)?;
        let rows = rows.as_object().into_iter().flatten().map(|(kind, number)| format!("{kind} {number}"));
        let rows: Vec<String> = rows.collect();
        println!("entries of the log: {entries}, with a digest: {chained}; rows: {}", rows.join(", "));
        faults.iter().for_each(|fault| eprintln!("{fault}"));
        if !faults.is_empty() {
            bail!("faults: {}", faults.len());
        }
        println!("everything fits together");
        Ok(())
    }
}

/// Looks through the whole database. Others may write to it meanwhile.
///
/// # Errors
///
/// The database fails, or has no directory that this program can read.
pub async fn verify(store: &Store) -> anyhow::Result<Report> {
    if store.migrations().await?.iter().any(|step| !step.applied) {
        bail!("the database is of an older version: run `campus-org migrate up` first");
    }
    let zone = store.known_zone().await?.context("the database has no directory yet")?;
    let zone: Tz = zone.parse().map_err(|_| anyhow!("the directory has an unknown time zone: {zone}"))?;
    let head = store.head().await?;
    let (mut faults, chained) = chain(store, &head).await?;
    match registry::load(store, zone).await {
        Err(StoreError::Incomplete { told, found }) => faults.push(Fault::Rows { told, found }),
        Err(error) => return Err(error.into()),
        Ok(directory) => {
            let replayed = registry::replay_to(store, zone, directory.revision()).await?;
            // People have their values of today, so they differ if somebody writes meanwhile.
            if replayed != directory && store.head().await?.revision == directory.revision() {
                faults.push(Fault::Tables);
            }
            let (broken, whole) = recheck(&directory);
            faults.extend(broken.into_iter().map(|(object, why)| {
                let why = crate::load::told(&why, Naming::of(&whole)).en;
                Fault::Rule { object, why }
            }));
        }
    }
    Ok(Report { entries: head.revision, chained, rows: head.chain.rows, faults })
}

/// Begins a new epoch, after a backup was restored.
///
/// # Errors
///
/// The database fails, or is not restored whole.
pub async fn begin_epoch(store: &Store) -> anyhow::Result<()> {
    store.count().await.context("is the backup restored whole?")?;
    let epoch = registry::begin_epoch(store, &SystemClock).await.context("beginning a new epoch")?;
    println!("the directory is in the new epoch {epoch}");
    Ok(())
}

/// Reads the log up to its head. Returns what does not fit, and how many entries have a digest.
async fn chain(store: &Store, head: &Head) -> Result<(Vec<Fault>, u64), StoreError> {
    let (mut faults, mut chained) = (Vec::new(), 0);
    let mut last: Option<(Revision, Instant, Option<Digest>)> = None;
    loop {
        let at = last.map_or(0, |(revision, ..)| revision);
        let news = store.news(at, ENTRIES_MAX).await?;
        let entries: Vec<Entry> = news.entries.into_iter().filter(|entry| entry.revision <= head.revision).collect();
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            let (revision, recorded_at, told) = (entry.revision, entry.recorded_at, entry.digest);
            let follows = last.is_none_or(|(before, earlier, _)| revision == before + 1 && recorded_at > earlier);
            if !follows {
                faults.push(Fault::Gap { revision });
            }
            if let Some((_, _, Some(before))) = last
                && told != Some(Entry { digest: None, ..entry }.chain(before))
            {
                faults.push(Fault::Digest { revision });
            }
            chained += u64::from(told.is_some());
            last = Some((revision, recorded_at, told));
        }
    }
    let named = last.map(|(revision, recorded_at, digest)| (revision, recorded_at, digest.unwrap_or_default()));
    if named != Some((head.revision, head.recorded_at, head.chain.digest)) {
        faults.push(Fault::Head);
    }
    Ok((faults, chained))
}
