//! API keys with their grants, the hashes of their secrets, and who is behind a caller id.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, integer, json, string, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
    sea_orm::JsonValue,
};

use crate::log;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let api_key = [
            uuid("id"),
            json("grants"),
            uuid_null("person_id"),
            timestamp_with_time_zone_null("expires_at"),
            timestamp_with_time_zone_null("revoked_at"),
            timestamp_with_time_zone_null("overlap_until"),
            integer("rotations"),
            integer("renamings"),
            big_integer("revision"),
            timestamp_with_time_zone("updated_at"),
        ];
        create(manager, "api_key", "id", api_key).await?;
        let key_secret = [
            string("hash"),
            uuid("caller_id"),
            integer("rotations"),
            string("prefix"),
            timestamp_with_time_zone("created_at"),
        ];
        create(manager, "key_secret", "hash", key_secret).await?;
        let caller = [
            uuid("id"),
            string("name"),
            string_null("owner"),
            string_null("issuer"),
            string_null("subject"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone_null("last_used_at"),
        ];
        create(manager, "caller", "id", caller).await?;
        let mut index = Index::create();
        index.name("caller_subject").table(Alias::new("caller")).unique();
        index.col(Alias::new("issuer")).col(Alias::new("subject"));
        manager.create_index(index.to_owned()).await
    }

    /// Discards the keys with their secrets and grants, who is behind a caller id, and the effects on keys in the log.
    /// The entries stay without those effects. Also discards the Idempotency-Keys under which keys were made.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kind = || Expr::col(Alias::new("kind"));
        let among = kind().like("key.%").or(kind().eq("directory.loaded"));
        let is_new = |effect: &JsonValue| effect.pointer("/subject").is_some_and(|subject| subject == "api_key");
        log::forget(manager.get_connection(), &among, is_new, None).await?;
        log::forget_answers(manager.get_connection(), "api_key").await?;
        for table in ["caller", "key_secret", "api_key"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

async fn create<const N: usize>(
    manager: &SchemaManager<'_>,
    table: &str,
    key: &str,
    columns: [ColumnDef; N],
) -> Result<(), DbErr> {
    let mut create = Table::create().table(Alias::new(table)).to_owned();
    for column in columns {
        create.col(column);
    }
    let mut primary = Index::create();
    manager.create_table(create.primary_key(primary.col(Alias::new(key))).to_owned()).await
}
