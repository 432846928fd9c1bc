//! Who asks, and what they may see and do: secrets of keys, tokens, callers, their rights.
//!
//! Pure: what the database has of keys is loaded by the registry.

mod caller;
mod keyring;
mod reach;
mod rights;
mod secret;
mod sight;
pub mod token;

pub use caller::Caller;
pub use keyring::Keyring;
pub use reach::Reach;
pub use rights::Rights;
pub use secret::{GIVEN_CHARS_MIN, PREFIX_CHARS, Secret, hash_of, is_mistyped, may_be_ticket};
pub use sight::{Shown, Sight};
