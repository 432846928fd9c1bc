//! Reads and writes whole tables as fast as the driver can.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sea_orm::{DatabaseConnection, DbErr, EntityTrait, IntoActiveModel, QueryOrder};

use crate::begin;

/// The number of rows in one statement, as in the service.
const ROWS: usize = 1000;

/// Copies every row of a directory into one that has just been migrated, in one transaction. Returns the number of
/// rows and the time of writing them.
pub(crate) async fn copy(from: &DatabaseConnection, to: &DatabaseConnection) -> Result<(u64, Duration), DbErr> {
    // Removes what the migrations entered.
    entity::entry::Entity::delete_many().exec(to).await?;
    entity::head::Entity::delete_many().exec(to).await?;
    entity::post::Entity::delete_many().exec(to).await?;

    let mut spent = Duration::ZERO;
    let mut count = 0;
    let transaction = begin(to).await?;
    macro_rules! copy {
        ($($table:ident),*) => {$({
            let mut rows = entity::$table::Entity::find().stream(from).await?.try_chunks(ROWS);
            while let Some(chunk) = rows.try_next().await.map_err(|error| error.1)? {
                let chunk: Vec<_> = chunk.into_iter().map(|row| row.into_active_model()).collect();
                count += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
                let started = Instant::now();
                entity::$table::Entity::insert_many(chunk).exec_without_returning(&transaction).await?;
                spent += started.elapsed();
            }
        })*};
    }
    copy!(entry, head, post, org, org_version, person, role, supervision);
    let started = Instant::now();
    transaction.commit().await?;
    Ok((count, spent + started.elapsed()))
}

/// Reads every row that the service reads when it starts, with the same columns in the same order. Returns the
/// number of rows.
pub(crate) async fn scan(db: &DatabaseConnection) -> Result<u64, DbErr> {
    let mut count = 0;
    macro_rules! scan {
        ($($select:expr),*) => {$({
            let mut rows = $select.stream(db).await?;
            while let Some(row) = rows.try_next().await? {
                std::hint::black_box(&row);
                count += 1;
            }
        })*};
    }
    use entity::{org, org_version};
    scan!(
        entity::post::Entity::find(),
        org_version::Entity::find()
            .order_by_asc(org_version::Column::OrgId)
            .order_by_asc(org_version::Column::ValidFrom),
        org::Entity::find().order_by_asc(org::Column::Id),
        entity::person::Entity::find(),
        entity::role::Entity::find(),
        entity::supervision::Entity::find()
    );
    Ok(count)
}
