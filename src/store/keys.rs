//! Answered requests with an Idempotency-Key.

use std::time::Duration;

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{StoreError, rows::revision_column};
use crate::domain::{Instant, Revision};

/// How long an answer is kept.
pub(super) const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What a request with an Idempotency-Key is told apart by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RequestKey {
    pub caller: String,
    pub method: String,
    pub path: String,
    pub key: String,
}

/// What is kept of an answered request: enough to answer it again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Answered {
    pub request_hash: String,
    pub target_kind: String,
    pub target_id: String,
    pub revision: Revision,
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    key: &RequestKey,
    now: Instant,
) -> Result<Option<Answered>, StoreError> {
    use entity::idempotency_key::{Column, Entity};
    let id = (key.caller.clone(), key.method.clone(), key.path.clone(), key.key.clone());
    let row = Entity::find_by_id(id).filter(Column::CreatedAt.gt(now - KEPT)).one(db).await?;
    Ok(row.map(|row| Answered {
        request_hash: row.request_hash,
        target_kind: row.target_kind,
        target_id: row.target_id,
        revision: super::rows::revision_of(row.revision),
    }))
}

/// Keeps an answer, and forgets those that are too old.
pub(super) async fn keep(
    db: &impl ConnectionTrait,
    key: &RequestKey,
    answered: &Answered,
    now: Instant,
) -> Result<(), StoreError> {
    use entity::idempotency_key::{ActiveModel, Column, Entity};
    Entity::delete_many().filter(Column::CreatedAt.lte(now - KEPT)).exec(db).await?;
    let row = ActiveModel {
        caller: Set(key.caller.clone()),
        method: Set(key.method.clone()),
        path: Set(key.path.clone()),
        key: Set(key.key.clone()),
        request_hash: Set(answered.request_hash.clone()),
        target_kind: Set(answered.target_kind.clone()),
        target_id: Set(answered.target_id.clone()),
        revision: Set(revision_column(answered.revision)),
        created_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}
