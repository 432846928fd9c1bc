//! The schema of the database, step by step. Every step can be undone. The doc comment of its `down` says what that
//! discards.

pub use sea_orm_migration::{MigrationStatus, MigratorTrait};
use sea_orm_migration::{MigrationTrait, async_trait};

mod catalogue;
mod log;
mod m20261122_000001_directory;
mod m20261122_000002_idempotency;
mod m20261125_000003_supervisions_and_seats;
mod m20261125_000004_idempotency_by_key;
mod m20261127_000005_callers;
mod m20261127_000006_erasure;
mod m20261127_000007_audit;
mod m20261127_000008_tickets;
mod m20261127_000009_memory;
mod m20261128_000010_aliases;
mod m20261128_000011_orders;
mod m20261128_000012_declarations;
mod m20261128_000013_dated_duties;
mod m20261128_000014_counts;
mod m20261128_000015_chain;

/// All steps, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_directory::Migration),
            Box::new(m20261122_000002_idempotency::Migration),
            Box::new(m20261125_000003_supervisions_and_seats::Migration),
            Box::new(m20261125_000004_idempotency_by_key::Migration),
            Box::new(m20261127_000005_callers::Migration),
            Box::new(m20261127_000006_erasure::Migration),
            Box::new(m20261127_000007_audit::Migration),
            Box::new(m20261127_000008_tickets::Migration),
            Box::new(m20261127_000009_memory::Migration),
            Box::new(m20261128_000010_aliases::Migration),
            Box::new(m20261128_000011_orders::Migration),
            Box::new(m20261128_000012_declarations::Migration),
            Box::new(m20261128_000013_dated_duties::Migration),
            Box::new(m20261128_000014_counts::Migration),
            Box::new(m20261128_000015_chain::Migration),
        ]
    }
}
