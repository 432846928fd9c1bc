//! The API over HTTP: `kit` has what all resources share, and each resource has a folder.
//!
//! Handlers translate: parse, call, shape. No rule and no SQL lives here.

mod app;
mod audit;
mod changes;
mod keys;
pub mod kit;
mod leading_groups;
pub mod openapi;
mod operations;
mod orgs;
mod people;
mod posts;
mod roles;
pub mod service;
mod snapshot;
mod supervisions;
mod tickets;

pub use app::{Application, Limits, RateSettings, Settings, TrustedProxies};

#[cfg(test)]
mod tests;
