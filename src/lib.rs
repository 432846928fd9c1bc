//! campus-org: who leads what in a university's Party organisation, since when, and until when.
//!
//! One direction: writes go `http` → `registry` → `store`, reads go `http` → `directory`. See
//! `docs/ARCHITECTURE.md`.

pub mod access;
pub mod clock;
pub mod config;
pub mod directory;
pub mod domain;
pub mod dump;
pub mod feed;
pub mod http;
pub mod keys;
pub mod load;
pub mod provider;
pub mod record;
pub mod registry;
pub mod sample;
pub mod store;
pub mod telemetry;
pub mod verify;
pub mod words;
