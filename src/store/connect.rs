//! Opening a database.

use std::{fs::File, path::Path, sync::Arc};

use sea_orm::{ActiveValue::Set, ColumnTrait, Database, EntityTrait, QueryFilter};

use super::{
    Store, StoreError,
    dialect::{Dialect, Scrubbed},
};

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite://FILE` or `postgres://…`.
    pub url: String,
    /// The most connections at once.
    pub connections_max: u32,
    /// Whether a missing SQLite file is made.
    pub create: bool,
}

impl Store {
    /// Connects; creates the file of an SQLite database if the options say so.
    pub async fn connect(options: &Options) -> Result<Self, StoreError> {
        let dialect = Dialect::of(&options.url, options.create)?;
        let mut connect = dialect.connect_options(options.connections_max);
        connect.sqlx_logging(false).acquire_timeout(super::LOCK_WAIT_MAX);
        let db = Database::connect(connect).await?;
        dialect.connected(&db).await?;
        Ok(Self { db, dialect: Arc::new(dialect), keys_forgotten_at: Arc::default(), turns: Arc::default() })
    }

    /// The SQLite file, if it was made just now.
    pub fn created(&self) -> Option<&Path> {
        self.dialect.created()
    }

    /// Looks for damage in an SQLite file.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.dialect.check(&self.db).await
    }

    /// Makes an SQLite file this process's own, until the result is dropped. Fails where another process
    /// serves it.
    pub fn own(&self) -> Result<Option<File>, StoreError> {
        self.dialect.own()
    }

    /// Sets the time zone of a new directory, and tells the one it has.
    pub async fn zone(&self, unless_set: &str) -> Result<String, StoreError> {
        use entity::head;
        head::Entity::update_many()
            .set(head::ActiveModel { zone: Set(Some(unless_set.to_owned())), ..Default::default() })
            .filter(head::Column::Zone.is_null())
            .exec(&self.db)
            .await?;
        Ok(self.known_zone().await?.unwrap_or_else(|| unless_set.to_owned()))
    }

    /// The time zone of the directory; none if nobody has opened it yet.
    pub async fn known_zone(&self) -> Result<Option<String>, StoreError> {
        Ok(entity::head::Entity::find().one(&self.db).await?.and_then(|head| head.zone))
    }

    /// Removes from the database's files what was overwritten or deleted.
    pub async fn scrub(&self) -> Result<Scrubbed, StoreError> {
        Ok(self.dialect.scrub(&self.db).await?)
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.db.close().await?)
    }

    /// What wakes a process that waits for entries of others.
    pub async fn wakeups(&self) -> super::Wakeups {
        self.dialect.wakeups().await
    }
}
