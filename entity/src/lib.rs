//! The tables as SeaORM entities, one file for each table. Only rows; their meaning is in the `domain` of the service.

pub mod entry;
pub mod head;
pub mod idempotency_key;
pub mod org;
pub mod org_version;
pub mod person;
pub mod post;
pub mod role;
pub mod supervision;
