//! What a step that is undone takes out of the log, so that an older release can follow it.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{
        ConnectionTrait, DbErr, JsonValue,
        prelude::{Date, Uuid},
    },
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

/// Takes an attribute out of what versions remember, in their table.
pub(crate) async fn forget_attribute(db: &SchemaManagerConnection<'_>, name: &str) -> Result<(), DbErr> {
    let column = |name: &str| Expr::col(Alias::new(name));
    let select = Query::select()
        .columns(["org_id", "valid_from", "acts"].map(Alias::new))
        .from(Alias::new("org_version"))
        .and_where(column("acts").cast_as(Alias::new("text")).like(format!("%\"{name}\"%")))
        .to_owned();
    for row in db.query_all(&select).await? {
        let (org, from): (Uuid, Date) = (row.try_get("", "org_id")?, row.try_get("", "valid_from")?);
        let mut acts: JsonValue = row.try_get("", "acts")?;
        unset(&mut acts, name);
        let update = Query::update()
            .table(Alias::new("org_version"))
            .value(Alias::new("acts"), acts)
            .and_where(column("org_id").eq(org))
            .and_where(column("valid_from").eq(from))
            .to_owned();
        db.execute(&update).await?;
    }
    Ok(())
}

/// Takes an attribute out of what acts set.
pub(crate) fn unset(acts: &mut JsonValue, name: &str) {
    for fields in acts.as_array_mut().into_iter().flatten().filter_map(|act| act.get_mut("fields")?.as_array_mut()) {
        fields.retain(|field| field != name);
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
