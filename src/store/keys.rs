//! Answered requests with an Idempotency-Key.

use std::{collections::HashMap, time::Duration};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryTrait,
    sea_query::{OnConflict, SubQueryStatement},
};

use super::{StoreError, rows::revision_column};
use crate::domain::{Instant, PersonId, Revision};

/// How long an answer is kept.
pub(super) const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How often those that are too old are looked for.
pub(super) const FORGET_EVERY: Duration = Duration::from_secs(60);

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

/// What was answered to those of the requests that were answered before.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    keys: impl IntoIterator<Item = &RequestKey>,
    now: Instant,
) -> Result<HashMap<RequestKey, Answered>, StoreError> {
    use entity::idempotency_key::{Column, Entity};
    // Requests that wait together mostly come to one path: a question a path.
    let mut by_path: HashMap<(&str, &str, &str), Vec<&str>> = HashMap::new();
    for RequestKey { caller, method, path, key } in keys {
        by_path.entry((caller, method, path)).or_default().push(key);
    }
    let mut found = HashMap::new();
    for ((caller, method, path), keys) in by_path {
        let rows = Entity::find()
            .filter(Column::Caller.eq(caller))
            .filter(Column::Method.eq(method))
            .filter(Column::Path.eq(path))
            .filter(Column::Key.is_in(keys));
        // Their age is no part of the question: with it, PostgreSQL may look through all that are young enough.
        for row in rows.all(db).await?.into_iter().filter(|row| row.created_at > now - KEPT) {
            let key = RequestKey { caller: row.caller, method: row.method, path: row.path, key: row.key };
            let answered = Answered {
                request_hash: row.request_hash,
                target_kind: row.target_kind,
                target_id: row.target_id,
                revision: super::rows::revision_of(row.revision),
            };
            found.insert(key, answered);
        }
    }
    Ok(found)
}

/// Forgets answers that are too old.
pub(super) async fn forget(db: &impl ConnectionTrait, now: Instant) -> Result<(), StoreError> {
    use entity::idempotency_key::{Column, Entity};
    Entity::delete_many().filter(Column::CreatedAt.lte(now - KEPT)).exec(db).await?;
    Ok(())
}

/// Forgets answers about people.
pub(super) async fn forget_about(db: &impl ConnectionTrait, people: &[PersonId]) -> Result<(), StoreError> {
    use entity::idempotency_key::{Column, Entity};
    let ids = people.iter().map(PersonId::to_string);
    Entity::delete_many().filter(Column::TargetId.is_in(ids)).exec(db).await?;
    Ok(())
}

/// What keeps answers, also in the place of those that are too old.
pub(super) fn keep(answers: &HashMap<RequestKey, Answered>, now: Instant) -> Option<SubQueryStatement> {
    use entity::idempotency_key::{ActiveModel, Column, Entity};
    let rows = answers.iter().map(|(key, answered)| ActiveModel {
        caller: Set(key.caller.clone()),
        method: Set(key.method.clone()),
        path: Set(key.path.clone()),
        key: Set(key.key.clone()),
        request_hash: Set(answered.request_hash.clone()),
        target_kind: Set(answered.target_kind.clone()),
        target_id: Set(answered.target_id.clone()),
        revision: Set(revision_column(answered.revision)),
        created_at: Set(now),
    });
    let key = [Column::Key, Column::Caller, Column::Method, Column::Path];
    let rest = [Column::RequestHash, Column::TargetKind, Column::TargetId, Column::Revision, Column::CreatedAt];
    let conflict = OnConflict::columns(key).update_columns(rest).to_owned();
    (!answers.is_empty()).then(|| Entity::insert_many(rows).on_conflict(conflict).into_query().into())
}
