//! Reads the log outward: what has changed, act by act, in one order.

mod history;

pub use history::{Act, Acts, History, Place};
