//! Why something is refused, in words, and what stands in the way.
//!
//! Orgs, people and posts are named as people name them, by the names of the day. No text has an id or a code, and none
//! has a personal value but the names of people whom the caller may see.

mod blockers;
mod naming;
mod phrases;
mod refusal;
mod sentences;

#[cfg(test)]
mod tests;

pub use self::{
    blockers::{Blockers, NamedBlocker},
    naming::Naming,
    phrases::text_error,
    refusal::Refusal,
};
use super::Words;
use crate::domain::Error;

impl Refusal {
    /// The refusal, in the names of a directory.
    pub fn new(error: &Error, naming: Naming<'_>) -> Self {
        match error {
            Error::Hidden { person: _, told } => Self::new(told, naming),
            Error::At { pointers, told } => {
                let mut refusal = Self::new(told, naming);
                if let Some(detail) = &refusal.detail {
                    refusal.faults = pointers.iter().map(|pointer| (pointer.clone(), detail.clone())).collect();
                }
                refusal
            }
            Error::Several { errors } => {
                let faults: Vec<_> = errors.iter().flat_map(|error| Self::new(error, naming).faults).collect();
                let (en, zh) = (
                    format!("{} places in the request are at fault: `errors` names each.", faults.len()),
                    format!("请求中有 {} 处有误，`errors` 指出每一处。", faults.len()),
                );
                Self { detail: Some(Words::new(en, zh)), faults }
            }
            one => sentences::told(one, naming),
        }
    }
}
