//! One transaction that writes: it holds the head row from its first statement to its end.

use std::{collections::HashMap, sync::atomic::Ordering::Relaxed};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    QueryTrait,
};

use tokio::sync::{OwnedMutexGuard, mpsc};
use uuid::Uuid;

use super::{
    Head, Store, StoreError, callers,
    changes::Changes,
    keys::{self, Answered, RequestKey},
    log::{ENTRIES_MAX, News, entry_of, everything, head_of, news},
    rows::{revision_column, to_json},
};
use crate::domain::{Chain, Entry, Instant, KeyChange, Object, PersonId, Revision, RowCounts};

/// The most rows in one statement, for the databases' limits on parameters.
const ROWS_MAX: usize = 1000;
/// The most effects of one command whose statements are sent at once: of more the text rarely comes again.
const TOGETHER_EFFECTS_MAX: usize = 8;

/// A transaction that holds the head row.
#[derive(Debug)]
pub struct WriteTransaction {
    transaction: DatabaseTransaction,
    store: Store,
    head: Head,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Store {
    /// Begins a transaction and waits, bounded, for the head row. Fails if the database is no longer where it was
    /// opened.
    pub async fn write(&self) -> Result<WriteTransaction, StoreError> {
        self.dialect.in_place()?;
        let told = |error| if self.dialect.is_lock_timeout(&error) { StoreError::Locked(error) } else { error.into() };
        let turn = self.turn().await;
        let transaction = self.dialect.begin_write(&self.db).await.map_err(told)?;
        // Not `one`: its LIMIT is a parameter, and SQLite prepares such a statement anew each time.
        let head = entity::head::Entity::find().lock_exclusive().all(&transaction).await.map_err(told)?.pop();
        let head = head_of(head)?;
        Ok(WriteTransaction { transaction, store: self.clone(), head, _turn: turn })
    }
}

impl WriteTransaction {
    /// Where the log stands, until this transaction moves it.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The entries after `revision`.
    pub async fn news(&self, revision: Revision) -> Result<News, StoreError> {
        news(&self.transaction, revision, ENTRIES_MAX).await
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

    /// Appends entries, with the chain after them, writes the rows that they leave and what is answered to requests with an
    /// Idempotency-Key, and moves the head. Once in a while forgets what was answered too long ago. Fails if this would
    /// be lost because the database is no longer where it was opened.
    pub async fn append(
        &self,
        entries: &[Entry],
        chain: &Chain,
        changes: Changes,
        key_changes: &[KeyChange],
        answers: &HashMap<RequestKey, Answered>,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.forget_keys(now).await?;
        let mut statements = Vec::new();
        for chunk in entries.chunks(ROWS_MAX) {
            statements.push(entity::entry::Entity::insert_many(chunk.iter().map(entry_row)).into_query().into());
        }
        let alone = match entries {
            [] => true,
            [entry] => entry.effects.len() <= TOGETHER_EFFECTS_MAX,
            _ => false,
        };
        statements.extend(changes.statements());
        statements.extend(key_changes.iter().flat_map(callers::statements));
        statements.extend(keys::keep(answers, now));
        if let Some(last) = entries.last() {
            let head = entity::head::ActiveModel {
                revision: Set(revision_column(last.revision)),
                recorded_at: Set(last.recorded_at),
                ..Default::default()
            };
            let head = chained(head, chain, &self.head);
            statements.push(self.store.dialect.head_moved(head, last.revision).into());
        }
        // What one command writes is sent at once. Of what several write the same text rarely comes again, and
        // databases prepare texts: there each statement is sent by itself.
        let dialect = &self.store.dialect;
        if alone {
            dialect.execute(&self.transaction, statements).await?;
        } else {
            for statement in statements {
                dialect.execute(&self.transaction, vec![statement]).await?;
            }
        }
        dialect.in_place()
    }

    /// Lets it be idle between its statements, while there is much to compute.
    pub async fn take_time(&self) -> Result<(), StoreError> {
        Ok(self.store.dialect.take_time(&self.transaction).await?)
    }

    /// Reads the whole directory, as [`Store::load`] does. Returns how many rows there are.
    pub async fn load(&self, to: mpsc::Sender<Vec<Object>>) -> Result<RowCounts, StoreError> {
        self.take_time().await?;
        everything(&self.transaction, to).await
    }

    /// Says which log it is, and where that stands, without an entry.
    pub async fn set_chain(&self, chain: &Chain) -> Result<(), StoreError> {
        let head = chained(entity::head::ActiveModel::default(), chain, &self.head);
        let moved = self.store.dialect.head_moved(head, self.head.revision).into();
        Ok(self.store.dialect.execute(&self.transaction, vec![moved]).await?)
    }

    /// The same where the chain begins: the last entry gets its digest.
    pub async fn begin_chain(&self, chain: &Chain) -> Result<(), StoreError> {
        entity::entry::Entity::update_many()
            .set(entity::entry::ActiveModel { digest: Set(Some(chain.digest.to_string())), ..Default::default() })
            .filter(entity::entry::Column::Revision.eq(revision_column(self.head.revision)))
            .exec(&self.transaction)
            .await?;
        self.set_chain(chain).await
    }

    /// Forgets what was answered about people of whom nothing personal is kept any more.
    pub async fn forget_answers(&self, people: &[PersonId]) -> Result<(), StoreError> {
        if !people.is_empty() {
            keys::forget_about(&self.transaction, people).await?;
        }
        Ok(())
    }

    /// Once in a while, forgets what was answered to requests with an Idempotency-Key too long ago.
    async fn forget_keys(&self, now: Instant) -> Result<(), StoreError> {
        let (micros, last) = (now.timestamp_micros(), &self.store.keys_forgotten_at);
        if now - keys::FORGET_EVERY >= Instant::from_timestamp_micros(last.load(Relaxed)).unwrap_or_default() {
            keys::forget(&self.transaction, now).await?;
            last.store(micros, Relaxed);
        }
        Ok(())
    }

    /// Makes everything durable. Where this fails, it may or may not have happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await?;
        self.store.dialect.in_place()
    }

    /// Leaves everything as it was.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback().await?)
    }
}

/// The head row with this chain.
fn chained(row: entity::head::ActiveModel, chain: &Chain, before: &Head) -> entity::head::ActiveModel {
    let Chain { directory_id, epoch, digest, rows } = chain;
    entity::head::ActiveModel {
        format: Set(Entry::FORMAT.max(before.format)),
        directory_id: Set(directory_id.map(Uuid::from)),
        epoch: Set(Some(epoch.number().cast_signed())),
        digest: Set(Some(digest.to_string())),
        row_counts: Set(Some(to_json(rows))),
        ..row
    }
}

fn entry_row(entry: &Entry) -> entity::entry::ActiveModel {
    let Entry { revision, recorded_at, actor, kind, subject, basis, effects, digest, undated_duties: _ } = entry;
    entity::entry::Model {
        revision: revision_column(*revision),
        recorded_at: *recorded_at,
        actor: actor.clone(),
        kind: kind.clone(),
        subject: subject.clone(),
        basis: basis.as_ref().map(to_json),
        effects: to_json(effects),
        format: Entry::FORMAT,
        digest: digest.map(|digest| digest.to_string()),
    }
    .into_active_model()
}
