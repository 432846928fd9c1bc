//! Answered requests with an Idempotency-Key.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "idempotency_key";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create().table(Alias::new(TABLE)).to_owned();
        for name in ["caller", "method", "path", "key", "request_hash", "target_kind", "target_id"] {
            table.col(string(name));
        }
        table.col(big_integer("revision")).col(timestamp_with_time_zone("created_at"));
        let mut key = Index::create();
        for name in ["caller", "method", "path", "key"] {
            key.col(Alias::new(name));
        }
        manager.create_table(table.primary_key(&mut key).to_owned()).await?;
        let by_age = Index::create()
            .name("idempotency_key_by_age")
            .table(Alias::new(TABLE))
            .col(Alias::new("created_at"))
            .to_owned();
        manager.create_index(by_age).await
    }

    /// Discards the keys of the last day: a request repeated after that is carried out again.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new(TABLE)).to_owned()).await
    }
}
