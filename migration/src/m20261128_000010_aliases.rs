//! Aliases: the ids of entries of people that were merged into others.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, timestamp_with_time_zone, uuid},
    sea_orm::JsonValue,
};

use crate::log;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut create = Table::create().table(Alias::new("person_alias")).to_owned();
        for column in [uuid("id"), uuid("person_id"), big_integer("revision"), timestamp_with_time_zone("updated_at")] {
            create.col(column);
        }
        let mut primary = Index::create();
        manager.create_table(create.primary_key(primary.col(Alias::new("id"))).to_owned()).await
    }

    /// Discards the aliases, and the effects on them in the log: the ids of merged entries lead nowhere again.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kind = || Expr::col(Alias::new("kind"));
        let among = kind().like("person.%").or(kind().eq("directory.loaded"));
        let is_new = |effect: &JsonValue| effect.pointer("/subject").is_some_and(|subject| subject == "person_alias");
        log::forget(manager.get_connection(), &among, is_new, None).await?;
        manager.drop_table(Table::drop().table(Alias::new("person_alias")).to_owned()).await
    }
}
