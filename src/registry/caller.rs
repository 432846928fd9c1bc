//! Who asks.

/// Who a command or a question comes from. Until access control exists, everybody is anonymous.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Nobody in particular.
    #[default]
    Anonymous,
}

impl Caller {
    /// The name under which the log records the caller.
    pub fn actor(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
        }
    }
}
