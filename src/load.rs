//! A whole directory from JSON lines into an empty database: everything is checked, every bad line is
//! reported, and either all of it is entered or nothing.

use std::io::BufRead;

use crate::{
    clock::Clock,
    domain::{Instant, Revision},
    record::{self, Header, Reader, Record},
    registry::{self, BulkError, Checked, Loaded, Misfit, Progress, Rejected},
    store::{Store, StoreError},
};

/// Why a line cannot be entered.
#[derive(Debug)]
pub enum Reason {
    /// It cannot be read.
    Unreadable(record::Fault),
    /// What it says cannot be.
    Misfit(Misfit),
}

/// Why nothing was entered.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Lines cannot be entered, in their order.
    #[error("nothing has been entered; lines that cannot be: {}", .0.len())]
    Lines(Vec<(u64, Reason)>),
    /// The directory's days begin in another zone than the file says.
    #[error("the directory's days begin in {directory}, the file's in {file}")]
    Zone {
        /// The directory's zone.
        directory: String,
        /// The file's zone.
        file: String,
    },
    /// There is something in the directory already.
    #[error("the directory is not empty: it is at revision {0}")]
    NotEmpty(Revision),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// How many lines, without the header.
    pub records: usize,
    /// The revision of the directory then.
    pub revision: Revision,
}

/// Enters the directory that `input` holds. The caller holds the file of an SQLite database as its own.
/// `progress` hears how far it is.
///
/// # Errors
///
/// Nothing has been entered.
pub async fn load(
    store: &Store,
    clock: &dyn Clock,
    input: impl BufRead,
    progress: Progress<'_>,
) -> Result<Summary, LoadError> {
    let reader =
        Reader::new(input).map_err(|error| LoadError::Lines(vec![(error.line, Reason::Unreadable(error.fault))]))?;
    let header = reader.header();
    let mut bad = Vec::new();
    let objects = reader.filter_map(|line| match line {
        Ok((number, record)) => Some((number, object(record))),
        Err(error) => {
            bad.push((error.line, Reason::Unreadable(error.fault)));
            None
        }
    });
    // What can be read is checked all the same, so that one attempt tells everything.
    let checked = registry::verify(store, header.zone, clock, objects, progress).await;
    if bad.is_empty() {
        return enter(store, header, checked, progress).await;
    }
    bad.extend(rejected(checked.err())?);
    bad.sort_by_key(|(line, _)| *line);
    Err(LoadError::Lines(bad))
}

/// Enters records that come from no file, numbered as lines after a header.
///
/// # Errors
///
/// Nothing has been entered.
pub async fn enter_records(
    store: &Store,
    clock: &dyn Clock,
    header: Header,
    records: impl IntoIterator<Item = Record>,
) -> Result<Summary, LoadError> {
    let objects = (2..).zip(records).map(|(line, record)| (line, object(record)));
    let progress: Progress<'_> = &mut |_, _, _| {};
    let checked = registry::verify(store, header.zone, clock, objects, progress).await;
    enter(store, header, checked, progress).await
}

async fn enter(
    store: &Store,
    header: Header,
    checked: Result<Checked, BulkError>,
    progress: Progress<'_>,
) -> Result<Summary, LoadError> {
    let entered = match checked {
        Err(error) => Err(error),
        Ok(checked) => {
            let zone = store.zone(header.zone.name()).await?;
            if zone != header.zone.name() {
                return Err(LoadError::Zone { directory: zone, file: header.zone.name().to_owned() });
            }
            let records = checked.records();
            registry::enter(store, checked, progress).await.map(|revision| Summary { records, revision })
        }
    };
    entered.or_else(|error| Err(LoadError::Lines(rejected(Some(error))?)))
}

/// The lines that are at fault, where it is lines that are.
fn rejected(error: Option<BulkError>) -> Result<Vec<(u64, Reason)>, LoadError> {
    match error {
        None => Ok(Vec::new()),
        Some(BulkError::Rejected(rejected)) => {
            Ok(rejected.into_iter().map(|Rejected { line, why }| (line, Reason::Misfit(why))).collect())
        }
        Some(BulkError::NotEmpty { revision }) => Err(LoadError::NotEmpty(revision)),
        Some(BulkError::Store(error)) => Err(error.into()),
    }
}

/// What a record puts into a directory; its place in the log is set when it is entered.
fn object(record: Record) -> Loaded {
    let at = Instant::default();
    match record {
        Record::Org(org) => Loaded::Org(org.into_org(0, at)),
        Record::Person(person) => Loaded::Person(person.into_person(0, at)),
        Record::Post(post) => Loaded::Post(post),
        Record::Role(role) => Loaded::Role(role.into_role(0, at)),
        Record::Supervision(supervision) => Loaded::Supervision(supervision.into_supervision(0, at)),
    }
}
