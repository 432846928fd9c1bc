//! What documents of leading groups declare, and what roles and supervisions remember of it.

use sea_orm_migration::{prelude::*, schema::json_null, sea_orm::JsonValue};

use crate::log;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The tables with their new columns.
const COLUMNS: [(&str, &str); 3] = [("org_version", "declared"), ("role", "following"), ("supervision", "following")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in COLUMNS {
            let add = Table::alter().table(Alias::new(table)).add_column(json_null(column)).to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }

    /// Forgets the declarations, also in the log, so that an older release can follow it. The versions stay in which
    /// they were made.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let all = Expr::col(Alias::new("revision")).gt(0);
        log::rewrite(manager.get_connection(), &all, without_declarations, None).await?;
        log::forget_attribute(manager.get_connection(), "declared").await?;
        for (table, column) in COLUMNS {
            let drop = Table::alter().table(Alias::new(table)).drop_column(Alias::new(column)).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

/// Takes the declarations out of an effect, which is kept.
fn without_declarations(effect: &mut JsonValue) -> bool {
    for state in ["before", "after"] {
        let Some(row) = effect.get_mut(state).and_then(JsonValue::as_object_mut) else { continue };
        row.remove("declared");
        row.remove("following");
        let acts = row.get_mut("acts").and_then(JsonValue::as_array_mut);
        for fields in acts.into_iter().flatten().filter_map(|act| act.get_mut("fields")?.as_array_mut()) {
            fields.retain(|field| field != "declared");
        }
    }
    true
}
