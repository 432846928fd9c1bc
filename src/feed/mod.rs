//! Reads the directory and its log outward: what has changed, act by act, in one order, and whole copies.

mod history;
mod whole;

pub use history::{Act, Acts, History, Place};
pub use whole::Whole;
