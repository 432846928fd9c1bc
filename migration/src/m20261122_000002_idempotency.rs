//! Answered requests with an Idempotency-Key.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) const TABLE: &str = "idempotency_key";
pub(crate) const COLUMNS: [&str; 9] =
    ["caller", "method", "path", "key", "request_hash", "target_kind", "target_id", "revision", "created_at"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, ["caller", "method", "path", "key"]).await
    }

    /// Discards the keys of the last day. A request that is repeated after that is carried out again.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new(TABLE)).to_owned()).await
    }
}

/// Creates the table, with a primary key of these columns.
pub(crate) async fn create(manager: &SchemaManager<'_>, key: [&str; 4]) -> Result<(), DbErr> {
    let [caller, method, path, word, hash, kind, target, revision, at] = COLUMNS;
    let mut table = Table::create().table(Alias::new(TABLE)).to_owned();
    for name in [caller, method, path, word, hash, kind, target] {
        table.col(string(name));
    }
    table.col(big_integer(revision)).col(timestamp_with_time_zone(at));
    let mut primary = Index::create();
    for name in key {
        primary.col(Alias::new(name));
    }
    manager.create_table(table.primary_key(&mut primary).to_owned()).await?;
    let by_age = Index::create().name("idempotency_key_by_age").table(Alias::new(TABLE)).col(Alias::new(at)).to_owned();
    manager.create_index(by_age).await
}
