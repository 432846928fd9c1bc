//! The primary key of answered requests begins with their Idempotency-Key, which tells them apart. With the path
//! first, PostgreSQL reads every answer to a path until it has counted how many there are.

use sea_orm_migration::prelude::*;

use crate::m20261122_000002_idempotency::{COLUMNS, TABLE, create};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        exchange(manager, ["key", "caller", "method", "path"]).await
    }

    /// Discards nothing.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        exchange(manager, ["caller", "method", "path", "key"]).await
    }
}

/// Replaces the table by one with the same rows and another order of its primary key.
async fn exchange(manager: &SchemaManager<'_>, key: [&str; 4]) -> Result<(), DbErr> {
    const BEFORE: &str = "idempotency_key_before";
    let rename = Table::rename().table(Alias::new(TABLE), Alias::new(BEFORE)).to_owned();
    manager.rename_table(rename).await?;
    let by_age = Index::drop().name("idempotency_key_by_age").table(Alias::new(BEFORE)).to_owned();
    manager.drop_index(by_age).await?;
    create(manager, key).await?;
    let rows = Query::select().columns(COLUMNS.map(Alias::new)).from(Alias::new(BEFORE)).to_owned();
    let copy = Query::insert()
        .into_table(Alias::new(TABLE))
        .columns(COLUMNS.map(Alias::new))
        .select_from(rows)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .to_owned();
    manager.execute(copy).await?;
    manager.drop_table(Table::drop().table(Alias::new(BEFORE)).to_owned()).await
}
