//! The audit.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, string, string_null, text, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "audit";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            uuid("id"),
            timestamp_with_time_zone("at"),
            uuid_null("caller_id"),
            string("kind"),
            string("operation"),
            string_null("problem"),
            string_null("subject_kind"),
            text("subject_ids"),
            integer("times"),
            string("request_id"),
        ];
        let mut create = Table::create().table(Alias::new(TABLE)).to_owned();
        for column in columns {
            create.col(column);
        }
        let mut primary = Index::create();
        manager.create_table(create.primary_key(primary.col(Alias::new("id"))).to_owned()).await?;
        let mut index = Index::create();
        index.name("audit_caller").table(Alias::new(TABLE)).col(Alias::new("caller_id")).col(Alias::new("id"));
        manager.create_index(index.to_owned()).await
    }

    /// Discards the audit.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new(TABLE)).to_owned()).await
    }
}
