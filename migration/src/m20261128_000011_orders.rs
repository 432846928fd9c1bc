//! The declared order of the holders in an org.

use sea_orm_migration::{prelude::*, schema::json_null, sea_orm::JsonValue};

use crate::log;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = Table::alter().table(Alias::new("org_version")).add_column(json_null("role_order")).to_owned();
        manager.alter_table(add).await
    }

    /// Forgets the declared orders, also in the log, so that an older release can follow it. The versions stay that
    /// declared them.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let all = Expr::col(Alias::new("revision")).gt(0);
        log::rewrite(manager.get_connection(), &all, without_order, None).await?;
        log::forget_attribute(manager.get_connection(), "role_order").await?;
        let drop = Table::alter().table(Alias::new("org_version")).drop_column(Alias::new("role_order")).to_owned();
        manager.alter_table(drop).await
    }
}

/// Takes the order out of an effect, which is kept.
fn without_order(effect: &mut JsonValue) -> bool {
    if effect.pointer("/subject").is_some_and(|subject| subject == "org_version") {
        for state in ["before", "after"] {
            let Some(version) = effect.get_mut(state).and_then(JsonValue::as_object_mut) else { continue };
            version.remove("role_order");
            if let Some(acts) = version.get_mut("acts") {
                log::unset(acts, "role_order");
            }
        }
    }
    true
}
