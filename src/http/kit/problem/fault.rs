//! One fault in a request, and where it lies.

use crate::words::Words;

/// The most characters of a title.
pub const TITLE_CHARS_MAX: usize = 200;
/// The most characters of a detail or an explanation.
pub const TEXT_CHARS_MAX: usize = 2000;

/// Where in the request a fault lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultPlace {
    /// In the body, at this JSON pointer (RFC 6901).
    Body(String),
    /// In the path or query parameter of this name.
    Parameter(String),
    /// In the header of this name.
    Header(&'static str),
}

/// One fault in the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub(super) place: FaultPlace,
    pub(super) detail: Words,
}

impl Fault {
    /// Where it lies.
    pub fn place(&self) -> &FaultPlace {
        &self.place
    }

    /// What is wrong there.
    pub fn detail(&self) -> &Words {
        &self.detail
    }
}

/// The first `chars_max` characters of `text`.
pub(super) fn cut(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}
