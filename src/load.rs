//! Loads a whole directory from JSON lines into an empty database. Everything is checked and every bad line is
//! reported. Either everything is entered or nothing.

mod told;

use std::{collections::BTreeMap, io::BufRead};

use crate::{
    clock::Clock,
    domain::{Instant, Revision},
    record::{Header, Reader, Record},
    registry::{self, BulkError, Checked, Progress, Rejected},
    store::{Store, StoreError},
    words::{Naming, Words},
};

/// The number of the first line.
const HEADER_LINE: u64 = 1;

/// The reason why nothing was entered.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// What is wrong with which line, in their order.
    #[error("nothing has been entered; faults: {}", .0.len())]
    Lines(Vec<(u64, Words)>),
    /// The file says another time zone than the directory has.
    #[error("the directory has the time zone {directory}, the file {file}")]
    Zone {
        /// The directory's zone.
        directory: String,
        /// The file's zone.
        file: String,
    },
    /// The directory is not empty.
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
    /// The revision of the directory afterwards.
    pub revision: Revision,
}

/// Enters the directory in `input`. The caller must own the file of an SQLite database. `progress` is called
/// with the progress.
///
/// # Errors
///
/// After an error, nothing has been entered.
pub async fn load(
    store: &Store,
    clock: &dyn Clock,
    input: impl BufRead,
    progress: Progress<'_>,
) -> Result<Summary, LoadError> {
    let reader =
        Reader::new(input).map_err(|error| LoadError::Lines(vec![(error.line, told::unreadable(&error.fault))]))?;
    let header = reader.header().clone();
    let mut bad = Vec::new();
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    // The revision of an object is set when it is entered.
    let objects = reader.map(|line| match line {
        Ok((number, record)) => {
            match read.get_mut(record.kind()) {
                Some(lines) => *lines += 1,
                None => drop(read.insert(record.kind().to_owned(), 1)),
            }
            (number, Ok(record.object(0, Instant::default())))
        }
        Err(error) => {
            bad.push((error.line, told::unreadable(&error.fault)));
            (error.line, Err(error.key))
        }
    });
    // Lines that can be read are checked anyway, so that one attempt reports everything.
    let checked = registry::verify(store, header.zone, clock, objects, has_all_posts(&header), progress).await;
    if bad.is_empty() {
        let announced = header.records.iter().filter(|(kind, lines)| read.get(*kind).copied().unwrap_or(0) != **lines);
        bad.extend(announced.map(|(kind, lines)| (HEADER_LINE, told::announced(kind, *lines))));
    }
    if bad.is_empty() {
        return enter(store, header, checked, progress).await;
    }
    bad.extend(rejected(checked.err())?);
    bad.sort_by_key(|(line, _)| *line);
    Err(LoadError::Lines(bad))
}

/// Enters records that do not come from a file, numbered like lines after a header.
///
/// # Errors
///
/// After an error, nothing has been entered.
pub async fn enter_records(
    store: &Store,
    clock: &dyn Clock,
    header: Header,
    records: impl IntoIterator<Item = Record>,
) -> Result<Summary, LoadError> {
    let objects = (2..).zip(records).map(|(line, record)| (line, Ok(record.object(0, Instant::default()))));
    let progress: Progress<'_> = &mut |_, _, _| {};
    let checked = registry::verify(store, header.zone, clock, objects, has_all_posts(&header), progress).await;
    enter(store, header, checked, progress).await
}

/// Whether the lines have every post of the directory, so that any other post of the catalogue was deleted there.
fn has_all_posts(header: &Header) -> bool {
    header.records.contains_key("post")
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

/// Why an object breaks a rule, in words.
pub fn told(why: &Rejected, naming: Naming<'_>) -> Words {
    told::rejected(why, naming)
}

/// The bad lines, or the error if it is not about lines.
fn rejected(error: Option<BulkError>) -> Result<Vec<(u64, Words)>, LoadError> {
    match error {
        None => Ok(Vec::new()),
        Some(BulkError::Rejected { faults, whole }) => {
            let told = faults.iter().map(|fault| (fault.line, told::rejected(fault, Naming::of(&whole))));
            let mut told: Vec<(u64, Words)> = told.collect();
            // What names something in two ways may break a rule twice, in the same words.
            told.dedup();
            Ok(told)
        }
        Some(BulkError::NotEmpty { revision }) => Err(LoadError::NotEmpty(revision)),
        Some(BulkError::Store(error)) => Err(error.into()),
    }
}
