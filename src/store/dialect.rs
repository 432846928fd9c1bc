//! Whatever differs between SQLite and PostgreSQL.

use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
    time::Duration,
};

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, IsolationLevel, QueryTrait, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
    sea_query::{CommonTableExpression, Expr, Query, SubQueryStatement, UpdateStatement, Values},
    sqlx::{
        Error as SqlxError,
        postgres::{PgConnectOptions, PgListener, PgPoolOptions},
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::time::{Instant, sleep_until};

use super::{
    address,
    error::StoreError,
    file::{DatabaseFile, beside},
};

/// How long a writer waits for the head row before it gives up.
pub const LOCK_WAIT_MAX: Duration = Duration::from_secs(5);
/// How long a transaction may stand idle before PostgreSQL ends it, so that a stopped process frees
/// the head row. Shorter than [`LOCK_WAIT_MAX`]: who waits is served.
pub const IDLE_MAX: Duration = Duration::from_secs(3);

/// How many rows the thread that reads SQLite may be ahead of who takes them: each hand-over costs both.
const ROWS_READ_AHEAD: usize = 1024;
/// How often a process looks for entries of others, where nothing wakes it earlier.
// Others' commands are noticed within 250 ms, the time to read and apply them included.
const POLL_SQLITE: Duration = Duration::from_millis(100);
const POLL_POSTGRES: Duration = Duration::from_secs(1);
/// The largest SQLite file that is checked whole at a start: that takes seconds.
const CHECKED_BYTES_MAX: u64 = 1 << 30;
/// How long a process waits for another one to migrate.
const MIGRATION_WAIT_MAX: Duration = Duration::from_secs(60);
/// Orders the migrations of several processes; any number, as long as it stays.
const MIGRATION_LOCK: i64 = 0x6361_6d70_7573;
/// The channel on which a writer tells its revision.
const CHANNEL: &str = "campus_org_head";

/// Which database it is.
#[derive(Debug)]
pub(super) enum Dialect {
    /// A file of this process's own.
    Sqlite(Arc<DatabaseFile>),
    /// A server that several processes share.
    Postgres {
        /// Its address as text.
        url: String,
        /// How to reach it.
        options: Box<PgConnectOptions>,
    },
}

/// What came of clearing the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrubbed {
    /// Nothing is left.
    Whole,
    /// Somebody reads what is to be cleared.
    Blocked,
}

impl Dialect {
    /// Which database `url` names. A missing SQLite file is made if `create` says so.
    pub(super) fn of(url: &str, create: bool) -> Result<Self, StoreError> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            let path = path.split_once('?').map_or(path, |(path, _)| path);
            if path.is_empty() || path.contains(":memory:") {
                return Err(StoreError::Address(
                    "an SQLite database must be a file, for example sqlite://campus-org.db".to_owned(),
                ));
            }
            Ok(Self::Sqlite(Arc::new(DatabaseFile::find(Path::new(path), create)?)))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres { url: url.to_owned(), options: Box::new(address::options(url)?) })
        } else {
            Err(StoreError::Address("must begin with sqlite:// or postgres://".to_owned()))
        }
    }

    /// How to connect.
    pub(super) fn connect_options(&self, connections_max: u32) -> ConnectOptions {
        match self {
            Self::Sqlite(file) => {
                let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rw", file.path().display()));
                options.max_connections(connections_max.min(4)).map_sqlx_sqlite_opts(|sqlite| {
                    sqlite
                        .row_buffer_size(ROWS_READ_AHEAD)
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Full)
                        .pragma("secure_delete", "on")
                        .busy_timeout(LOCK_WAIT_MAX)
                });
                // A connection that is closed and opened again could open another file.
                options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
                let file = Arc::clone(file);
                options.map_sqlx_sqlite_pool_opts(move |pool| {
                    let file = Arc::clone(&file);
                    pool.after_connect(move |_, _| {
                        let in_place = file.in_place().map_err(|error| SqlxError::Configuration(error.into()));
                        Box::pin(async { in_place })
                    })
                });
                options
            }
            Self::Postgres { url, options } => {
                let own = options.clone();
                let mut options = ConnectOptions::new(url);
                options.max_connections(connections_max).map_sqlx_postgres_opts(move |_| {
                    own.as_ref().clone().options([
                        ("lock_timeout", LOCK_WAIT_MAX.as_millis().to_string()),
                        ("idle_in_transaction_session_timeout", IDLE_MAX.as_millis().to_string()),
                        // Plans are kept from when a table was small, and would go on reading it whole. What has to
                        // be read whole then looks so dear that it would be compiled first.
                        ("enable_seqscan", "off".to_owned()),
                        ("jit", "off".to_owned()),
                    ])
                });
                options
            }
        }
    }

    /// Notes what was opened, once there is a connection.
    pub(super) async fn connected(&self, db: &DatabaseConnection) -> Result<(), DbErr> {
        if let Self::Sqlite(file) = self {
            db.execute_unprepared("SELECT 1 FROM sqlite_schema").await?;
            file.note_companions();
        }
        Ok(())
    }

    /// The SQLite file, if this process made it.
    pub(super) fn created(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(file) if file.created() => Some(file.path()),
            Self::Sqlite(_) | Self::Postgres { .. } => None,
        }
    }

    /// Looks for damage in an SQLite file.
    pub(super) async fn check(&self, db: &DatabaseConnection) -> Result<(), StoreError> {
        let Self::Sqlite(file) = self else { return Ok(()) };
        let bytes = file.bytes();
        if bytes > CHECKED_BYTES_MAX {
            tracing::warn!(
                bytes,
                checked_bytes_max = CHECKED_BYTES_MAX,
                "the database file is too large to be checked whole: only what is loaded now is checked"
            );
            return Ok(());
        }
        let damaged = |cause: String| StoreError::Damaged { path: file.path().to_owned(), cause };
        let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA quick_check(1)");
        let found = db.query_one_raw(check).await.map_err(|error| damaged(error.to_string()))?;
        match found.map(|row| row.try_get_by_index::<String>(0)).transpose()?.as_deref() {
            None | Some("ok") => Ok(()),
            Some(cause) => Err(damaged(cause.to_owned())),
        }
    }

    /// Fails if an SQLite file is no longer at its path: what is written to it would be lost.
    pub(super) fn in_place(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(file) => file.in_place(),
            Self::Postgres { .. } => Ok(()),
        }
    }

    /// Whether only one transaction at a time can write.
    pub(super) fn has_one_writer(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Begins a transaction that is going to write.
    pub(super) async fn begin_write(&self, db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
        let sqlite_transaction_mode = match self {
            Self::Sqlite(_) => Some(SqliteTransactionMode::Immediate),
            Self::Postgres { .. } => None,
        };
        db.begin_with_options(TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() }).await
    }

    /// Removes from the files what was overwritten or deleted. SQLite overwrites it at once (`secure_delete`), but its
    /// log has it until it is moved into the file; PostgreSQL keeps old rows until they are cleared away.
    pub(super) async fn scrub(&self, db: &DatabaseConnection) -> Result<Scrubbed, DbErr> {
        match self {
            Self::Sqlite { .. } => {
                let checkpoint = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
                let busy = db.query_one_raw(checkpoint).await?.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
                Ok(if busy == Some(0) { Scrubbed::Whole } else { Scrubbed::Blocked })
            }
            Self::Postgres { .. } => {
                db.execute_unprepared("VACUUM person, idempotency_key, caller, key_secret").await?;
                Ok(Scrubbed::Whole)
            }
        }
    }

    /// Begins a transaction that reads one state of everything.
    pub(super) async fn begin_read(&self, db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
        let options = match self {
            Self::Sqlite(_) => TransactionOptions::default(),
            Self::Postgres { .. } => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        db.begin_with_options(options).await
    }

    /// Lets a transaction be idle between its statements, while what it has read is worked on.
    pub(super) async fn take_time(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        if let Self::Postgres { .. } = self {
            transaction.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
        }
        Ok(())
    }

    /// Keeps other processes from migrating at the same time, until the transaction ends.
    pub(super) async fn lock_migrations(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        match self {
            // The transaction began as one that writes: nobody else can.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres { .. } => {
                let (long, usual) = (MIGRATION_WAIT_MAX.as_millis(), LOCK_WAIT_MAX.as_millis());
                let lock = format!(
                    "SET LOCAL lock_timeout = {long}; SELECT pg_advisory_xact_lock({MIGRATION_LOCK}); \
                     SET LOCAL lock_timeout = {usual}"
                );
                transaction.execute_unprepared(&lock).await.map(drop)
            }
        }
    }

    /// What moves the head row, and tells other processes so when the transaction is committed.
    pub(super) fn head_moved(&self, head: entity::head::ActiveModel, revision: u64) -> UpdateStatement {
        let mut update = entity::head::Entity::update_many().set(head).into_query();
        if let Self::Postgres { .. } = self {
            let told = [CHANNEL.to_owned(), revision.to_string()];
            update.returning(Query::returning().expr(Expr::cust_with_values("pg_notify($1, $2)", told)));
        }
        update
    }

    /// Carries out statements in one way to the database and back. Each must be on rows of its own: PostgreSQL
    /// shows all of them the state before the first.
    pub(super) async fn execute(
        &self,
        transaction: &DatabaseTransaction,
        mut statements: Vec<SubQueryStatement>,
    ) -> Result<(), DbErr> {
        if statements.is_empty() {
            return Ok(());
        }
        match self {
            // A text may hold several statements, one after another.
            Self::Sqlite(_) => {
                let (mut text, mut values) = (String::new(), Vec::new());
                for statement in &statements {
                    let Statement { sql, values: its, .. } = built(statement, DbBackend::Sqlite);
                    text.push_str(&sql);
                    text.push(';');
                    values.extend(its.into_iter().flat_map(|Values(its)| its));
                }
                let all = Statement::from_sql_and_values(DbBackend::Sqlite, text, values);
                transaction.execute_raw(all).await.map(drop)
            }
            // A prepared text is one statement, of which others may be a part.
            Self::Postgres { .. } => {
                let Some(last) = statements.pop() else { return Ok(()) };
                if statements.is_empty() {
                    return transaction.execute_raw(built(&last, DbBackend::Postgres)).await.map(drop);
                }
                let mut all = Query::with();
                for (nth, statement) in statements.into_iter().enumerate() {
                    let part =
                        CommonTableExpression::new().table_name(format!("part_{nth}")).query(statement).to_owned();
                    all.cte(part);
                }
                transaction.execute(&all.query(last)).await.map(drop)
            }
        }
    }

    /// Whether `error` says that somebody else held a lock for too long.
    pub(super) fn is_lock_timeout(&self, error: &DbErr) -> bool {
        let (DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
        else {
            return false;
        };
        let code = cause.as_database_error().and_then(|error| error.code());
        match self {
            // SQLITE_BUSY and its extended codes.
            Self::Sqlite(_) => code.is_some_and(|code| matches!(code.as_ref(), "5" | "261" | "517")),
            // lock_not_available
            Self::Postgres { .. } => code.is_some_and(|code| code == "55P03"),
        }
    }

    /// Makes an SQLite file this process's own, until the result is dropped.
    pub(super) fn own(&self) -> Result<Option<File>, StoreError> {
        let Self::Sqlite(database) = self else { return Ok(None) };
        let lock = beside(&database.real_path(), ".lock");
        let denied = |cause: &dyn std::fmt::Display| StoreError::Owned(format!("{}: {cause}", lock.display()));
        let file =
            File::options().create(true).truncate(false).write(true).open(&lock).map_err(|error| denied(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Owned(format!(
                "{} is served by another process: stop it first, or use PostgreSQL where several replicas share a \
                 database",
                database.path().display()
            ))),
            Err(TryLockError::Error(error)) => Err(denied(&error)),
        }
    }

    /// What wakes a process that waits for entries of others.
    pub(super) async fn wakeups(&self) -> Wakeups {
        match self {
            Self::Sqlite(_) => Wakeups { listener: None, options: None, poll: POLL_SQLITE },
            Self::Postgres { options, .. } => {
                let mut wakeups = Wakeups { listener: None, options: Some(options.clone()), poll: POLL_POSTGRES };
                wakeups.listen().await;
                wakeups
            }
        }
    }
}

fn built(statement: &SubQueryStatement, on: DbBackend) -> Statement {
    match statement {
        SubQueryStatement::SelectStatement(select) => on.build(select),
        SubQueryStatement::InsertStatement(insert) => on.build(insert),
        SubQueryStatement::UpdateStatement(update) => on.build(update),
        SubQueryStatement::DeleteStatement(delete) => on.build(delete),
        SubQueryStatement::WithStatement(with) => on.build(with),
    }
}

/// Wakes a process when the log may have grown: at once where the database tells, and else after a
/// fixed time.
#[derive(Debug)]
pub struct Wakeups {
    listener: Option<PgListener>,
    options: Option<Box<PgConnectOptions>>,
    poll: Duration,
}

impl Wakeups {
    async fn listen(&mut self) {
        let Some(options) = &self.options else { return };
        let connect = async {
            let one = PgPoolOptions::new().max_connections(1).connect_with(options.as_ref().clone()).await?;
            let mut listener = PgListener::connect_with(&one).await?;
            listener.listen(CHANNEL).await?;
            Ok::<_, sea_orm::SqlxError>(listener)
        };
        match tokio::time::timeout(LOCK_WAIT_MAX, connect).await {
            Ok(Ok(listener)) => self.listener = Some(listener),
            Err(_) => tracing::debug!("the database does not answer; polling instead of listening"),
            Ok(Err(error)) => tracing::debug!(%error, "not listening for other writers; polling instead"),
        }
    }

    /// Waits until the log may have grown.
    pub async fn next(&mut self) {
        let deadline = Instant::now() + self.poll;
        match &mut self.listener {
            None => {
                sleep_until(deadline).await;
                self.listen().await;
            }
            Some(listener) => {
                let lost = tokio::select! {
                    () = sleep_until(deadline) => false,
                    heard = listener.recv() => heard.is_err(),
                };
                if lost {
                    self.listener = None;
                    sleep_until(deadline).await;
                }
            }
        }
    }
}
