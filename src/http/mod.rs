//! The API: routes, extractors, problems, pages, tags, the API document. A file a resource.
//!
//! Handlers translate: parse, call, shape. No rule and no SQL lives here.

pub mod answer;
mod app;
pub mod asked;
mod compression;
pub mod conditional;
pub mod cursor;
pub mod docs;
pub mod extract;
mod filters;
pub mod header;
pub mod health;
pub mod input;
pub mod json;
mod kept;
pub mod language;
mod leading_groups;
pub mod manners;
pub mod metrics;
pub mod openapi;
mod orgs;
pub mod page;
mod people;
pub mod pins;
mod posts;
pub mod problem;
pub mod problems;
pub mod resource;
mod roles;
mod schema;
pub mod sight;
pub mod source;
mod submit;
mod summary;
mod supervisions;

pub use app::{Application, Settings};

#[cfg(test)]
mod tests;
