//! What is wrong with an object that is entered with its whole history.

use crate::domain::Error;

/// Why an object cannot be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadFault {
    /// An earlier line has an object of the same kind with the same id or code.
    Twice {
        /// That line.
        first: u64,
    },
    /// Its id is the nil UUID, which no object can have.
    NilId,
    /// An org has no version, or its versions are not in order.
    Versions,
    /// A version has another value than the version before of an attribute that no act set in it.
    Carried,
    /// A list is longer, or a number larger, than the API allows.
    TooMuch {
        /// The field.
        field: &'static str,
        /// The most.
        max: usize,
    },
    /// It has facts about an end, but no end.
    NoEnd {
        /// The field.
        field: &'static str,
    },
    /// A rule of the directory forbids it.
    Refused(Error),
}
