//! The duties of an org stand in its versions.

use std::collections::HashMap;

use sea_orm_migration::{
    prelude::*,
    schema::text_null,
    sea_orm::{ConnectionTrait, DbErr, JsonValue, prelude::Uuid},
};

use crate::log;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The format of entries in which duties have no versions.
const FORMAT_BEFORE: i32 = 3;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Each version gets the duties of its org. They count as set by the act that established it. The log is left as
    /// it is: the program reads earlier formats in the same way.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = Table::alter().table(Alias::new("org_version")).add_column(text_null("duties")).to_owned();
        manager.alter_table(add).await?;
        let of_org = Query::select()
            .column(Alias::new("duties"))
            .from(Alias::new("org"))
            .and_where(column("org", "id").equals((Alias::new("org_version"), Alias::new("org_id"))))
            .to_owned();
        copy(manager, "org_version", of_org).await?;
        let drop = Table::alter().table(Alias::new("org")).drop_column(Alias::new("duties")).to_owned();
        manager.alter_table(drop).await
    }

    /// Discards the duties of all versions but the newest one of each org. An org has these for all days, also in the
    /// log, so that an older release can follow it.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = Table::alter().table(Alias::new("org")).add_column(text_null("duties")).to_owned();
        manager.alter_table(add).await?;
        let newest = Query::select()
            .column(Alias::new("duties"))
            .from(Alias::new("org_version"))
            .and_where(column("org_version", "org_id").equals((Alias::new("org"), Alias::new("id"))))
            .order_by((Alias::new("org_version"), Alias::new("valid_from")), Order::Desc)
            .limit(1)
            .to_owned();
        copy(manager, "org", newest).await?;
        let db = manager.get_connection();
        let select = Query::select()
            .columns(["id", "duties"].map(Alias::new))
            .from(Alias::new("org"))
            .and_where(column("org", "duties").is_not_null())
            .to_owned();
        let mut duties = HashMap::new();
        for row in db.query_all(&select).await? {
            let id: Uuid = row.try_get("", "id")?;
            duties.insert(id.to_string(), row.try_get("", "duties")?);
        }
        let all = Expr::col(Alias::new("revision")).gt(0);
        log::rewrite(db, &all, |effect| undated(effect, &duties), None).await?;
        log::forget_attribute(db, "duties").await?;
        for table in ["entry", "head"] {
            let update = Query::update()
                .table(Alias::new(table))
                .value(Alias::new("format"), FORMAT_BEFORE)
                .and_where(Expr::col(Alias::new("format")).gt(FORMAT_BEFORE))
                .to_owned();
            db.execute(&update).await?;
        }
        let drop = Table::alter().table(Alias::new("org_version")).drop_column(Alias::new("duties")).to_owned();
        manager.alter_table(drop).await
    }
}

fn column(table: &str, name: &str) -> Expr {
    Expr::col((Alias::new(table), Alias::new(name)))
}

/// Gives each row of a table the duties that `from` selects for it.
async fn copy(manager: &SchemaManager<'_>, table: &str, from: SelectStatement) -> Result<(), DbErr> {
    let update = Query::update()
        .table(Alias::new(table))
        .value(Alias::new("duties"), SimpleExpr::SubQuery(None, Box::new(from.into())))
        .to_owned();
    manager.get_connection().execute(&update).await.map(drop)
}

/// Makes an effect, which is kept, say the duties of an org without versions.
fn undated(effect: &mut JsonValue, duties: &HashMap<String, String>) -> bool {
    let subject = effect.get("subject").and_then(JsonValue::as_str).map(str::to_owned);
    let duties = effect.get("id").and_then(JsonValue::as_str).and_then(|id| duties.get(id)).cloned();
    for state in ["before", "after"] {
        let Some(values) = effect.get_mut(state).and_then(JsonValue::as_object_mut) else { continue };
        match (subject.as_deref(), &duties) {
            (Some("org"), Some(duties)) => drop(values.insert("duties".to_owned(), duties.clone().into())),
            (Some("org"), None) => drop(values.remove("duties")),
            (Some("org_version"), _) => {
                values.remove("duties");
                if let Some(acts) = values.get_mut("acts") {
                    log::unset(acts, "duties");
                }
            }
            _ => {}
        }
    }
    true
}
