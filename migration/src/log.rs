//! What a step that is undone takes out of the log, so that an older release can follow it.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbErr, JsonValue},
};

/// The most entries that are read at once.
const ENTRIES_MAX: u64 = 500;

/// Takes the effects that an older release does not know out of the entries `among`, and gives these `format`.
pub(crate) async fn forget(
    db: &SchemaManagerConnection<'_>,
    among: &SimpleExpr,
    is_new: impl Fn(&JsonValue) -> bool,
    format: Option<i32>,
) -> Result<(), DbErr> {
    rewrite(db, among, |effect| !is_new(effect), format).await
}

/// Takes out of the entries `among` the effects that `keep` does not keep. It may also change them.
pub(crate) async fn rewrite(
    db: &SchemaManagerConnection<'_>,
    among: &SimpleExpr,
    keep: impl Fn(&mut JsonValue) -> bool,
    format: Option<i32>,
) -> Result<(), DbErr> {
    let column = |name: &str| Expr::col(Alias::new(name));
    let mut after = 0_i64;
    loop {
        let select = Query::select()
            .columns(["revision", "effects"].map(Alias::new))
            .from(Alias::new("entry"))
            .and_where(among.clone())
            .and_where(column("revision").gt(after))
            .order_by(Alias::new("revision"), Order::Asc)
            .limit(ENTRIES_MAX)
            .to_owned();
        let rows = db.query_all(&select).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            after = row.try_get("", "revision")?;
            let mut effects: JsonValue = row.try_get("", "effects")?;
            if let Some(effects) = effects.as_array_mut() {
                effects.retain_mut(&keep);
            }
            let mut update = Query::update();
            update.table(Alias::new("entry")).value(Alias::new("effects"), effects);
            if let Some(format) = format {
                update.value(Alias::new("format"), format);
            }
            db.execute(&update.and_where(column("revision").eq(after)).to_owned()).await?;
        }
    }
}

/// Discards the Idempotency-Keys under which objects of a kind were entered.
pub(crate) async fn forget_answers(db: &SchemaManagerConnection<'_>, kind: &str) -> Result<(), DbErr> {
    let keys = Query::delete()
        .from_table(Alias::new("idempotency_key"))
        .and_where(Expr::col(Alias::new("target_kind")).eq(kind))
        .to_owned();
    db.execute(&keys).await?;
    Ok(())
}
