//! One transaction that writes: it holds the head row from its first statement to its end.

use std::{collections::HashMap, mem::discriminant, sync::atomic::Ordering::Relaxed};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Iterable, QueryFilter,
    QuerySelect, sea_query::OnConflict,
};

use super::{
    Head, Store, StoreError,
    keys::{self, Answered, RequestKey},
    log::{News, entry_of, head_of, news},
    rows::{Changes, org_row, person_row, post_row, revision_column, role_row, supervision_row, to_json, version_row},
};
use crate::domain::{Entry, Instant, Revision};

/// The most rows in one statement, for the databases' limits on parameters.
const ROWS_MAX: usize = 1000;

/// A transaction that holds the head row.
#[derive(Debug)]
pub struct Write {
    transaction: DatabaseTransaction,
    store: Store,
    head: Head,
}

impl Store {
    /// Begins a transaction and waits, bounded, for the head row.
    pub async fn write(&self) -> Result<Write, StoreError> {
        let told = |error| if self.dialect.is_lock_timeout(&error) { StoreError::Locked(error) } else { error.into() };
        let transaction = self.dialect.begin_write(&self.db).await.map_err(told)?;
        // Not `one`: its LIMIT is a parameter, and SQLite prepares such a statement anew each time.
        let head = entity::head::Entity::find().lock_exclusive().all(&transaction).await.map_err(told)?.pop();
        let head = head_of(head)?;
        Ok(Write { transaction, store: self.clone(), head })
    }
}

impl Write {
    /// Where the log stands, until this transaction moves it.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The entries after `revision`.
    pub async fn news(&self, revision: Revision) -> Result<News, StoreError> {
        news(&self.transaction, revision).await
    }

    /// One entry.
    pub async fn entry(&self, revision: Revision) -> Result<Option<Entry>, StoreError> {
        let row = entity::entry::Entity::find_by_id(revision_column(revision)).one(&self.transaction).await?;
        row.map(entry_of).transpose()
    }

    /// What was answered to those of the requests with an Idempotency-Key that were answered before.
    pub async fn answered(
        &self,
        keys: impl IntoIterator<Item = &RequestKey>,
        now: Instant,
    ) -> Result<HashMap<RequestKey, Answered>, StoreError> {
        keys::find(&self.transaction, keys, now).await
    }

    /// Keeps what is answered to requests with an Idempotency-Key.
    pub async fn keep_answers(&self, answers: &HashMap<RequestKey, Answered>, now: Instant) -> Result<(), StoreError> {
        let (micros, last) = (now.timestamp_micros(), &self.store.keys_forgotten_at);
        if now - keys::FORGET_EVERY >= Instant::from_timestamp_micros(last.load(Relaxed)).unwrap_or_default() {
            keys::forget(&self.transaction, now).await?;
            last.store(micros, Relaxed);
        }
        keys::keep(&self.transaction, answers, now).await
    }

    /// Appends entries and writes the rows that they leave; moves the head.
    pub async fn append(&self, entries: &[Entry], changes: Changes) -> Result<(), StoreError> {
        let Some(last) = entries.last() else { return Ok(()) };
        let db = &self.transaction;
        for chunk in entries.chunks(ROWS_MAX) {
            let rows = chunk.iter().map(entry_row);
            entity::entry::Entity::insert_many(rows).exec_without_returning(db).await?;
        }
        self.rows(changes).await?;
        let head = entity::head::ActiveModel {
            revision: Set(revision_column(last.revision)),
            recorded_at: Set(last.recorded_at),
            format: Set(Entry::FORMAT.max(self.head.format)),
            ..Default::default()
        };
        Ok(self.store.dialect.move_head(db, head, last.revision).await?)
    }

    async fn rows(&self, changes: Changes) -> Result<(), StoreError> {
        let db = &self.transaction;
        let Changes {
            orgs,
            orgs_gone,
            versions,
            versions_gone,
            people,
            people_gone,
            posts,
            posts_gone,
            roles,
            roles_gone,
            supervisions,
            supervisions_gone,
        } = changes;
        macro_rules! put {
            ($table:ident, $rows:expr, $row:expr) => {
                for chunk in $rows.chunks(ROWS_MAX) {
                    use entity::$table::{Column, Entity, PrimaryKey};
                    use sea_orm::PrimaryKeyToColumn;
                    let key: Vec<Column> = PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
                    let others = Column::iter()
                        .filter(|column| !key.iter().any(|key| discriminant(key) == discriminant(column)));
                    let others: Vec<Column> = others.collect();
                    let conflict = OnConflict::columns(key).update_columns(others).to_owned();
                    let rows = chunk.iter().map($row);
                    Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(db).await?;
                }
            };
        }
        macro_rules! gone {
            ($table:ident, $column:ident, $keys:expr) => {
                for chunk in $keys.chunks(ROWS_MAX) {
                    use entity::$table::{Column, Entity};
                    let keys: Vec<_> = chunk.to_vec();
                    Entity::delete_many().filter(Column::$column.is_in(keys)).exec(db).await?;
                }
            };
        }
        for (org, valid_from) in versions_gone {
            entity::org_version::Entity::delete_by_id((org.0, valid_from.date())).exec(db).await?;
        }
        gone!(org, Id, orgs_gone.into_iter().map(|id| id.0).collect::<Vec<_>>());
        gone!(role, Id, roles_gone.into_iter().map(|id| id.0).collect::<Vec<_>>());
        gone!(supervision, Id, supervisions_gone.into_iter().map(|id| id.0).collect::<Vec<_>>());
        gone!(person, Id, people_gone.into_iter().map(|id| id.0).collect::<Vec<_>>());
        gone!(post, Code, posts_gone.into_iter().map(|code| code.to_string()).collect::<Vec<_>>());
        put!(post, posts, post_row);
        put!(org, orgs, org_row);
        put!(org_version, versions, version_row);
        put!(person, people, person_row);
        put!(role, roles, role_row);
        put!(supervision, supervisions, supervision_row);
        Ok(())
    }

    /// Makes everything durable. Where this fails, it may or may not have happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    /// Leaves everything as it was.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback().await?)
    }
}

fn entry_row(entry: &Entry) -> entity::entry::ActiveModel {
    let Entry { revision, recorded_at, actor, kind, subject, basis, effects } = entry;
    entity::entry::Model {
        revision: revision_column(*revision),
        recorded_at: *recorded_at,
        actor: actor.clone(),
        kind: kind.clone(),
        subject: subject.clone(),
        basis: basis.as_ref().map(to_json),
        effects: to_json(effects),
        format: Entry::FORMAT,
    }
    .into_active_model()
}
