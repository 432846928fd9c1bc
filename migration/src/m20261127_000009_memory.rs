//! What is remembered of the versions of an org.

use sea_orm_migration::{prelude::*, schema::json_null, sea_orm::JsonValue};

use crate::log;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = Table::alter().table(Alias::new("org_version")).add_column(json_null("acts")).to_owned();
        manager.alter_table(add).await
    }

    /// Forgets which act set which attribute, also in the log, so that an older release can follow it.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let all = Expr::col(Alias::new("revision")).gt(0);
        log::rewrite(manager.get_connection(), &all, without_memory, None).await?;
        let drop = Table::alter().table(Alias::new("org_version")).drop_column(Alias::new("acts")).to_owned();
        manager.alter_table(drop).await
    }
}

/// Takes the memory out of an effect, which is kept.
fn without_memory(effect: &mut JsonValue) -> bool {
    if effect.pointer("/subject").is_some_and(|subject| subject == "org_version") {
        for state in ["before", "after"] {
            effect.get_mut(state).and_then(JsonValue::as_object_mut).map(|version| version.remove("acts"));
        }
    }
    true
}
