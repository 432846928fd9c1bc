//! Supervisions, and roles that are held by a seat.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, date, date_null, json_null, string, string_null, timestamp_with_time_zone, uuid, uuid_null},
    sea_orm::{ConnectionTrait, DbErr, JsonValue},
};

use crate::log;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "supervision";
/// The format of entries without supervisions and seats.
const FORMAT_BEFORE: i32 = 1;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [uuid_null("seat_org_id"), string_null("seat_post")] {
            let alter = Table::alter().table(Alias::new("role")).add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        let mut table = Table::create().table(Alias::new(TABLE)).to_owned();
        for column in [
            uuid("id"),
            uuid("supervision_group_id"),
            uuid("org_id"),
            string("scope"),
            date("valid_from"),
            date_null("valid_until"),
            json_null("basis"),
            json_null("end_basis"),
            big_integer("revision"),
            timestamp_with_time_zone("updated_at"),
        ] {
            table.col(column);
        }
        let mut key = Index::create();
        manager.create_table(table.primary_key(key.col(Alias::new("id"))).to_owned()).await
    }

    /// Discards the supervisions, the roles held by a seat, and the effects on them in the log. The entries stay
    /// without those effects, so that an older release can follow the log. Also discards the
    /// Idempotency-Keys under which supervisions were entered.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let among = Expr::col(Alias::new("format")).gt(FORMAT_BEFORE);
        log::forget(db, &among, is_new, Some(FORMAT_BEFORE)).await?;
        log::forget_answers(db, TABLE).await?;
        let seats = Query::delete()
            .from_table(Alias::new("role"))
            .and_where(Expr::col(Alias::new("seat_post")).is_not_null())
            .to_owned();
        let head = Query::update().table(Alias::new("head")).value(Alias::new("format"), FORMAT_BEFORE).to_owned();
        db.execute(&seats).await?;
        db.execute(&head).await?;
        manager.drop_table(Table::drop().table(Alias::new(TABLE)).to_owned()).await?;
        for column in ["seat_org_id", "seat_post"] {
            let alter = Table::alter().table(Alias::new("role")).drop_column(Alias::new(column)).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}

/// Whether the effect is on a supervision, or on a role held by a seat.
fn is_new(effect: &JsonValue) -> bool {
    let says = |pointer: &str, word: &str| effect.pointer(pointer).is_some_and(|value| value == word);
    says("/subject", TABLE) || says("/before/holder/type", "seat") || says("/after/holder/type", "seat")
}
