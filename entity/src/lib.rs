//! The tables as SeaORM entities, one file for each table. Only rows; their meaning is in the `domain` of the service.

pub mod api_key;
pub mod audit;
pub mod caller;
pub mod entry;
pub mod head;
pub mod idempotency_key;
pub mod key_secret;
pub mod org;
pub mod org_version;
pub mod person;
pub mod person_alias;
pub mod post;
pub mod role;
pub mod supervision;
pub mod ticket;
