//! The log is chained by digests, and the head says which log it is and counts rows.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, json_null, string_null, uuid_null},
    sea_orm::{ConnectionTrait, DbErr},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The format of entries without a digest.
const FORMAT_BEFORE: i32 = 4;

/// The columns that are new in the head.
const HEAD: [&str; 4] = ["directory_id", "epoch", "digest", "row_counts"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Makes room. The program fills it when it next opens the directory: it knows the whole state.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "entry", string_null("digest")).await?;
        add(manager, "head", uuid_null("directory_id")).await?;
        add(manager, "head", big_integer_null("epoch")).await?;
        add(manager, "head", string_null("digest")).await?;
        add(manager, "head", json_null("row_counts")).await
    }

    /// Discards digests and counts. The entries themselves are those of the format before.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["entry", "head"] {
            let update = Query::update()
                .table(Alias::new(table))
                .value(Alias::new("format"), FORMAT_BEFORE)
                .and_where(Expr::col(Alias::new("format")).gt(FORMAT_BEFORE))
                .to_owned();
            manager.get_connection().execute(&update).await?;
        }
        drop(manager, "entry", "digest").await?;
        for column in HEAD {
            drop(manager, "head", column).await?;
        }
        Ok(())
    }
}

async fn add(manager: &SchemaManager<'_>, table: &str, column: ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(Alias::new(table)).add_column(column).to_owned()).await
}

async fn drop(manager: &SchemaManager<'_>, table: &str, column: &str) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(Alias::new(table)).drop_column(Alias::new(column)).to_owned()).await
}
