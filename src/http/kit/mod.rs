//! What all resources have in common: requests in, answers and problems out, pages, tags, routing.
//!
//! Knows no resource.

pub mod address;
pub mod answer;
pub mod asked;
pub(in crate::http) mod audited;
pub mod bounds;
pub(in crate::http) mod change;
pub(in crate::http) mod compression;
pub mod conditional;
pub(in crate::http) mod cors;
pub mod cursor;
pub(in crate::http) mod effect;
pub mod extract;
mod facts;
pub(in crate::http) mod filters;
pub(in crate::http) mod gate;
pub mod header;
mod holder;
pub mod host;
pub mod input;
pub mod json;
pub(in crate::http) mod kept;
pub(in crate::http) mod language;
pub mod manners;
pub(in crate::http) mod members;
pub mod metrics;
pub(in crate::http) mod operation;
pub mod page;
mod paging;
pub mod pins;
pub mod problem;
pub mod rates;
pub mod resource;
pub(in crate::http) mod schema;
pub(in crate::http) mod shape;
pub mod source;
pub(in crate::http) mod submit;
mod weight;
