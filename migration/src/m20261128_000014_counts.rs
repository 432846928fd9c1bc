//! The counts of an org's members are a series.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbErr, JsonValue, prelude::Uuid},
};

use crate::log;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Changes nothing: the counts that an org has are read as a series of one.
    async fn up(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }

    /// Discards all counts of an org but the newest, also in the log, so that an older release can follow it.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let counts = || Expr::col(Alias::new("member_counts"));
        let select = Query::select()
            .columns(["id", "member_counts"].map(Alias::new))
            .from(Alias::new("org"))
            .and_where(counts().is_not_null())
            .to_owned();
        for row in db.query_all(&select).await? {
            let (id, mut series): (Uuid, JsonValue) = (row.try_get("", "id")?, row.try_get("", "member_counts")?);
            newest(&mut series);
            let update = Query::update()
                .table(Alias::new("org"))
                .value(Alias::new("member_counts"), series)
                .and_where(Expr::col(Alias::new("id")).eq(id))
                .to_owned();
            db.execute(&update).await?;
        }
        let all = Expr::col(Alias::new("revision")).gt(0);
        log::rewrite(db, &all, single, None).await
    }
}

/// Makes a series its last counts.
fn newest(series: &mut JsonValue) {
    if let Some(last) = series.as_array().and_then(|all| all.last().cloned()) {
        *series = last;
    }
}

/// Makes the series in an effect, which is kept, their last counts.
fn single(effect: &mut JsonValue) -> bool {
    if effect.get("subject").is_some_and(|subject| subject == "org") {
        for state in ["before", "after"] {
            if let Some(series) = effect.get_mut(state).and_then(|facts| facts.get_mut("member_counts")) {
                newest(series);
            }
        }
    }
    true
}
