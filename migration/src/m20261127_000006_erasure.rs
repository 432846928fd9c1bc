//! Whether everything personal of somebody was erased.

use sea_orm_migration::{prelude::*, schema::boolean, sea_orm::JsonValue};

use crate::log;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const FIELD: &str = "erased";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = boolean(FIELD).default(false).to_owned();
        let alter = Table::alter().table(Alias::new("person")).add_column(column).to_owned();
        manager.alter_table(alter).await
    }

    /// Discards who was erased, and the effects of erasures in the log. The people remain as they are, without anything
    /// personal.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let among = Expr::col(Alias::new("kind")).eq("person.erased");
        let is_new = |effect: &JsonValue| effect.pointer("/subject").is_some_and(|subject| subject == "person");
        log::forget(manager.get_connection(), &among, is_new, None).await?;
        let alter = Table::alter().table(Alias::new("person")).drop_column(Alias::new(FIELD)).to_owned();
        manager.alter_table(alter).await
    }
}
