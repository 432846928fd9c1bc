//! Tickets.

use sea_orm_migration::{
    prelude::*,
    schema::{integer_null, json_null, string, string_uniq, text, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "ticket";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            uuid("id"),
            string_uniq("hash"),
            uuid("caller_id"),
            integer_null("rotations"),
            json_null("grants"),
            uuid_null("person_id"),
            text("path"),
            string("usage"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("expires_at"),
        ];
        let mut create = Table::create().table(Alias::new(TABLE)).to_owned();
        for column in columns {
            create.col(column);
        }
        let mut primary = Index::create();
        manager.create_table(create.primary_key(primary.col(Alias::new("id"))).to_owned()).await?;
        for (name, column) in [("ticket_caller", "caller_id"), ("ticket_end", "expires_at")] {
            let mut index = Index::create();
            index.name(name).table(Alias::new(TABLE)).col(Alias::new(column)).col(Alias::new("id"));
            manager.create_index(index.to_owned()).await?;
        }
        Ok(())
    }

    /// Discards the tickets.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new(TABLE)).to_owned()).await
    }
}
