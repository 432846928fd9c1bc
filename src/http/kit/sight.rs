//! What a caller may see.

/// The part of the directory that an answer may show. Until access control exists, all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Sight {
    /// Everything.
    #[default]
    All,
}

impl Sight {
    /// What sets answers of this sight apart in entity tags and cursors.
    pub fn mark(self) -> &'static str {
        match self {
            Self::All => "all",
        }
    }
}
