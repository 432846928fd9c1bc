//! From text to typed values: what extractors have in common.
//!
//! JSON bodies, query strings and path segments are read into the same kind of tree and from there
//! into types by deserialisers of our own, because those of the formats give their faults as English
//! sentences with the offending value inside. A [`InputFault`] knows the place and the reason as data, so
//! it can be told in both languages, and cannot give a personal value away.

mod fault;
mod json;
mod many;
mod mend;
mod node;
mod params;
mod segments;
mod value;

pub use self::{
    many::{AnyOf, AnyText},
    params::Params,
};
pub(in crate::http) use self::{mend::read_body, segments::from_segments};

/// The most levels of arrays and objects in a body.
pub const NESTING_LEVELS_MAX: usize = 32;
/// The most values of a parameter that takes a list.
pub const LIST_ITEMS_MAX: usize = 100;
