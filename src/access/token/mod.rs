//! Tokens of the identity provider of the campus: signed JWTs that say who asks (RFC 7519, RFC 9068). What is trusted
//! is the provider's keys; what a token says of itself is not.
//!
//! Pure: the provider's keys are fetched elsewhere, and the time is an argument.

mod caller;
mod claims;
mod keys;
mod rules;
mod self_test;
mod verifier;

#[cfg(test)]
mod tests;

pub use caller::{PersonBy, PersonKey, TokenCaller};
pub use claims::ClaimName;
pub use keys::{ALGORITHMS, Algorithm, KeysFault, ProviderKeys, algorithm};
pub use rules::{GrantRules, RULES_MAX, RulesFault};
pub use self_test::{SelfTestFault, self_test};
pub use verifier::{PersonRule, Verified, Verifier, is_token};
