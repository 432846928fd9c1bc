//! Cursors: where the next page of a list begins, and of which list.
//!
//! Opaque to callers and without secrets: base64url, no padding, of
//! `format ‖ revision ‖ as_of ‖ question ‖ checksum ‖ position`. The checksum only tells a cursor
//! of this service from another text of the same alphabet.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use xxhash_rust::xxh3::xxh3_64;

use super::problem::{FaultPlace, Problem, ProblemType};
use crate::{
    domain::{Day, Revision},
    words::Words,
};

/// The most characters of a cursor.
pub const CURSOR_CHARS_MAX: usize = 4000;
/// The regular expression that a cursor matches.
pub const CURSOR_PATTERN: &str = "^[A-Za-z0-9_-]{1,4000}$";
/// The most bytes of a position, so that a cursor has at most [`CURSOR_CHARS_MAX`] characters.
pub const POSITION_BYTES_MAX: usize = 2560;

/// The format of cursors. A cursor of an older format is refused.
const FORMAT: u8 = 2;

/// Where a page of a list ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The revision of the snapshot that the list is read from.
    pub revision: Revision,
    /// The day of the list.
    pub as_of: Day,
    /// The hash of path, filters, sort and sight.
    pub question: u64,
    /// The sort key of the last item of the page before.
    pub position: Vec<u8>,
}

impl Cursor {
    /// The cursor as callers get it.
    pub fn encode(&self) -> String {
        let Self { revision, as_of, question, position } = self;
        let mut bytes = Vec::with_capacity(29 + position.len());
        bytes.push(FORMAT);
        bytes.extend(revision.to_be_bytes());
        bytes.extend(as_of.number().to_be_bytes());
        bytes.extend(question.to_be_bytes());
        bytes.extend(position);
        bytes.extend(xxh3_64(&bytes).to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what a caller gives as a cursor.
    ///
    /// # Errors
    ///
    /// It is not a cursor of this service (422).
    pub fn decode(text: &str) -> Result<Self, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        bytes.and_then(|bytes| Self::read(&bytes)).ok_or_else(|| {
            Problem::new(ProblemType::CursorInvalid).fault(
                FaultPlace::Parameter("cursor".to_owned()),
                Words::new("must be copied from `next` of an answer", "必须取自答复中的 `next`"),
            )
        })
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (told, checksum) = bytes.split_last_chunk()?;
        if xxh3_64(told) != u64::from_be_bytes(*checksum) {
            return None;
        }
        let (&[FORMAT], rest) = told.split_first_chunk()? else { return None };
        let (revision, rest) = rest.split_first_chunk()?;
        let (as_of, rest) = rest.split_first_chunk()?;
        let (question, position) = rest.split_first_chunk()?;
        let number = i32::from_be_bytes(*as_of);
        let as_of = Day::MIN.plus(number.checked_sub(Day::MIN.number())?);
        (as_of.number() == number && position.len() <= POSITION_BYTES_MAX).then(|| Self {
            revision: u64::from_be_bytes(*revision),
            as_of,
            question: u64::from_be_bytes(*question),
            position: position.to_vec(),
        })
    }

    /// Refuses a cursor that belongs to another list.
    ///
    /// # Errors
    ///
    /// Names what differs: the date, or the filters and sort.
    pub fn belongs_to(&self, question: u64, as_of: Option<Day>) -> Result<(), Problem> {
        let differs = |name: &str, en: String, zh: String| {
            Err(Problem::new(ProblemType::CursorMismatch)
                .fault(FaultPlace::Parameter(name.to_owned()), Words::new(en, zh)))
        };
        match as_of {
            Some(day) if day != self.as_of => {
                differs("as_of", format!("the cursor is of {}", self.as_of), format!("游标的日期为 {}", self.as_of))
            }
            _ if question != self.question => differs(
                "cursor",
                "is of another path, other filters or another sort".to_owned(),
                "属于其他路径、筛选条件或排序".to_owned(),
            ),
            _ => Ok(()),
        }
    }
}

/// Whether a text can be a cursor: whether it matches [`CURSOR_PATTERN`].
pub fn may_be_cursor(text: &str) -> bool {
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    (1..=CURSOR_CHARS_MAX).contains(&text.len()) && text.bytes().all(alphabet)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cursor(position: Vec<u8>) -> Cursor {
        Cursor { revision: 17, as_of: "2021-04-15".parse().expect("a day"), question: 99, position }
    }

    proptest! {
        #[test]
        fn cursors_read_back(revision: u64, day in 0..700_000, question: u64, position in prop::collection::vec(any::<u8>(), 0..64)) {
            let cursor = Cursor { revision, as_of: Day::MIN.plus(day), question, position };
            prop_assert_eq!(Cursor::decode(&cursor.encode()).expect("ours"), cursor);
        }

        #[test]
        fn other_text_is_none_of_ours(text in "[A-Za-z0-9_-]{1,80}") {
            prop_assert_eq!(Cursor::decode(&text).expect_err("not ours").kind(), ProblemType::CursorInvalid);
        }
    }

    #[test]
    fn the_longest_position_fits_the_published_length() {
        assert!(cursor(vec![0xff; POSITION_BYTES_MAX]).encode().len() <= CURSOR_CHARS_MAX);
    }

    #[test]
    fn what_cannot_be_a_cursor_is_malformed_and_what_belongs_elsewhere_mismatched() {
        for text in ["", "a b", "a=", &"a".repeat(CURSOR_CHARS_MAX + 1)] {
            assert!(!may_be_cursor(text), "{text}");
        }
        assert!(CURSOR_PATTERN.contains(&CURSOR_CHARS_MAX.to_string()));
        let cursor = cursor(vec![1]);
        assert!(cursor.belongs_to(99, None).is_ok() && cursor.belongs_to(99, Some(cursor.as_of)).is_ok());
        for (question, as_of) in [(98, None), (99, Some(cursor.as_of.plus(1)))] {
            let problem = cursor.belongs_to(question, as_of).expect_err("another list");
            assert_eq!(problem.kind(), ProblemType::CursorMismatch);
        }
    }
}
