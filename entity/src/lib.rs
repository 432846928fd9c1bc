//! The tables, as SeaORM entities: a file a table. Rows only; the meaning is in the service's domain.

pub mod entry;
pub mod head;
pub mod idempotency_key;
pub mod org;
pub mod org_version;
pub mod person;
pub mod post;
pub mod role;
pub mod supervision;
