//! Writes and reads a directory line by line. What the lines say is in the module above.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Read, Write},
};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Record, place::place};
use crate::domain::{Instant, Revision};

/// The name of the format, in the header.
pub const FORMAT: &str = "campus-org";
/// The version of the format that this program writes, and the newest that it reads.
pub const VERSION: u32 = 3;
/// The longest line that is read, its line break not counted.
pub const LINE_BYTES_MAX: u64 = 1 << 20;

/// What some programs begin a file with.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What the first line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The zone in which the directory's days begin.
    pub zone: Tz,
    /// The revision of the directory that was written; 0 where it was never in a directory.
    pub revision: Revision,
    /// Where the log goes on after it.
    pub position: Option<String>,
    /// When that entry of the log was recorded.
    pub recorded_at: Option<Instant>,
    /// How many lines of a kind follow, for each kind of which nothing is left out. Empty where nobody has counted.
    pub records: BTreeMap<String, usize>,
    /// What of the directory is left out.
    pub left_out: Vec<String>,
}

impl Header {
    /// Of lines that were never in a directory.
    pub fn new(zone: Tz) -> Self {
        Self { zone, revision: 0, position: None, recorded_at: None, records: BTreeMap::new(), left_out: Vec::new() }
    }
}

/// The header as it stands in the line.
#[derive(Serialize, Deserialize)]
struct HeaderLine {
    format: String,
    version: u32,
    // Absent only in a header that is refused for what it says before.
    #[serde(default)]
    zone: String,
    #[serde(default)]
    revision: Revision,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    records: BTreeMap<String, usize>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

/// Writes a directory line by line. The caller buffers and flushes.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
}

impl<W: Write> Writer<W> {
    /// The header comes first.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Writes the header.
    pub fn begin(&mut self, header: Header) -> io::Result<()> {
        let Header { zone, revision, position, recorded_at, records, left_out } = header;
        let (format, zone) = (FORMAT.into(), zone.name().into());
        self.line(&HeaderLine { format, version: VERSION, zone, revision, position, recorded_at, records, left_out })
    }

    /// Writes one record.
    pub fn write(&mut self, record: &Record) -> io::Result<()> {
        self.line(record)
    }

    /// Where it writes to.
    pub fn out(&mut self) -> &mut W {
        &mut self.out
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }
}

/// A line that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct ReadError {
    /// Its number; the header is line 1.
    pub line: u64,
    /// What its object is named by, if that can be read.
    pub key: Option<String>,
    /// What is wrong with it.
    #[source]
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The input failed; nothing more is read.
    #[error("{0}")]
    Input(#[from] io::Error),
    /// The line is longer than [`LINE_BYTES_MAX`].
    #[error("longer than {LINE_BYTES_MAX} bytes")]
    TooLong,
    /// The line is not JSON, or not of the shape of a record.
    #[error("{}", in_one_line(error, member, value.as_deref()))]
    Shape {
        /// What is wrong.
        error: serde_json::Error,
        /// The member that is at fault; empty if it is the whole object.
        member: String,
        /// The value that is at fault, as it stands in the line.
        value: Option<String>,
    },
    /// There is nothing in the line.
    #[error("empty")]
    Empty,
    /// The first line is not the header of this format.
    #[error("not the header {{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"zone\":…,\"revision\":…}}")]
    NotAHeader,
    /// The header names a version that this program does not know.
    #[error("version {version} of the format is not known, {VERSION} is the newest")]
    NewerVersion {
        /// The version named.
        version: u32,
    },
    /// The header names no zone of the IANA database.
    #[error("no such time zone: {zone:?}")]
    Zone {
        /// What it names.
        zone: String,
    },
}

impl Fault {
    fn shape(error: serde_json::Error, line: &[u8]) -> Self {
        let (member, value) = place(line, error.column());
        Self::Shape { error, member, value }
    }
}

/// What is wrong with the JSON of a line: it is told apart which line.
fn in_one_line(error: &serde_json::Error, member: &str, value: Option<&str>) -> String {
    let why = error.to_string();
    // A member says where; without one, the column does.
    let (why, member) = match why.rsplit_once(" at line 1 column ") {
        Some((why, column)) if member.is_empty() => (format!("{why} at column {column}"), String::new()),
        Some((why, _)) => (why.to_owned(), format!("{member}: ")),
        None => (why, String::new()),
    };
    // Most texts of the parser repeat the value.
    let value = value.filter(|value| !why.contains(value.trim_matches('"')));
    format!("{member}{why}{}", value.map(|value| format!(": {value}")).unwrap_or_default())
}

/// Reads a directory line by line: an iterator of records with their line numbers.
///
/// It goes on after a bad line, so that all of them can be reported; it stops when the input fails.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    header: Header,
    line: u64,
    buffer: Vec<u8>,
    over: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    pub fn new(input: R) -> Result<Self, ReadError> {
        let header = Header::new(Tz::UTC);
        let mut reader = Self { input, header, line: 0, buffer: Vec::new(), over: false };
        let header = match reader.next_line() {
            Ok(_) => parse_header(reader.buffer.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&reader.buffer)),
            Err(fault) => Err(fault),
        };
        reader.header = header.map_err(|fault| ReadError { line: 1, key: None, fault })?;
        Ok(reader)
    }

    /// What the first line says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Reads one line into the buffer; `false` at the end.
    fn next_line(&mut self) -> Result<bool, Fault> {
        self.buffer.clear();
        self.line += 1;
        let bytes = (&mut self.input).take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut self.buffer)?;
        if bytes as u64 > LINE_BYTES_MAX && !self.buffer.ends_with(b"\n") {
            self.input.skip_until(b'\n')?;
            return Err(Fault::TooLong);
        }
        self.buffer.truncate(self.buffer.trim_ascii_end().len());
        Ok(bytes > 0)
    }
}

/// The id, or else the code, of the object in a line that does not fit.
fn key_in(line: &[u8]) -> Option<String> {
    let line: serde_json::Value = serde_json::from_slice(line).ok()?;
    let object = line.as_object()?.values().next()?;
    let key = object.get("id").or_else(|| object.get("code"))?;
    key.as_str().map(str::to_owned)
}

fn parse_header(line: &[u8]) -> Result<Header, Fault> {
    // A newer header may have more fields, so these are judged after the version.
    let HeaderLine { format, version, zone, revision, position, recorded_at, records, left_out } =
        serde_json::from_slice(line).map_err(|_| Fault::NotAHeader)?;
    if format != FORMAT {
        return Err(Fault::NotAHeader);
    }
    if !(1..=VERSION).contains(&version) {
        return Err(Fault::NewerVersion { version });
    }
    let zone = zone.parse().map_err(|_| Fault::Zone { zone })?;
    Ok(Header { zone, revision, position, recorded_at, records, left_out })
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<(u64, Record), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let record = match self.next_line() {
            Ok(false) => {
                self.over = true;
                return None;
            }
            Ok(true) if self.buffer.is_empty() => Err(Fault::Empty),
            Ok(true) => serde_json::from_slice(&self.buffer).map_err(|error| Fault::shape(error, &self.buffer)),
            Err(fault) => {
                self.over = matches!(fault, Fault::Input(_));
                Err(fault)
            }
        };
        let line = self.line;
        Some(record.map(|record| (line, record)).map_err(|fault| ReadError { line, key: key_in(&self.buffer), fault }))
    }
}
