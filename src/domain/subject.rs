//! What an id in a path or a body can name.

use super::kinds::kinds;

/// Door: what an id in a path or a body can name.
macro_rules! subjects {
    (() $($section:ident { $(
        $(#[doc = $doc:literal])+
        $kind:ident($($key:tt)*) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*) => {
        /// What an id in a path or a body names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Subject {
            $($($(#[doc = $doc])+ $kind,)*)*
            /// An org with the parts of a leading group.
            LeadingGroup,
            /// A ticket.
            Ticket,
            /// An act.
            Act,
        }

        impl Subject {
            /// Its word in English.
            pub fn en(self) -> &'static str {
                match self {
                    $($(Self::$kind => $en,)*)*
                    Self::LeadingGroup => "leading group",
                    Self::Ticket => "ticket",
                    Self::Act => "act",
                }
            }

            /// Its word in Chinese.
            pub fn zh(self) -> &'static str {
                match self {
                    $($(Self::$kind => $zh,)*)*
                    Self::LeadingGroup => "领导小组",
                    Self::Ticket => "票据",
                    Self::Act => "操作记录",
                }
            }
        }
    };
}

kinds! { subjects () }
