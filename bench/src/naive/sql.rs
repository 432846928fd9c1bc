//! The naive program's SQL: how it opens the database, its indexes, and one statement for each question. In every
//! statement `$1` is the org asked about and `$2` the day.

use std::{sync::LazyLock, time::Duration};

use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait, ExprTrait,
    FromQueryResult, Statement, TransactionTrait,
    sea_query::Expr,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use uuid::Uuid;

use crate::bodies::{OrgRow, PAGE_ITEMS, RoleRow, SeatRow};

/// The connections in the pool: enough that no worker waits, few enough for SQLite's thread for each connection.
const CONNECTIONS_MAX: u32 = 8;
const BUSY_WAIT_MAX: Duration = Duration::from_secs(5);
/// The memory in which a SQLite connection caches the file, and how much of the file it maps.
const CACHE_KIB: &str = "-65536";
const MAPPED_BYTES: &str = "1073741824";

/// The indexes that such a program would have, besides the primary keys.
const INDEXES: &[&str] = &[
    "CREATE INDEX IF NOT EXISTS org_version_by_parent ON org_version (parent_id, org_id, valid_from)",
    "CREATE INDEX IF NOT EXISTS role_by_org ON role (org_id, post)",
    "CREATE INDEX IF NOT EXISTS role_by_person ON role (person_id)",
];

/// Selects, among the versions `v` of the org `of`, the one of the day. If `v.org_id = of` is also a condition,
/// both columns of the primary key are given, and one row is looked up.
fn on_day(v: &str, of: &str) -> String {
    format!(
        "{v}.valid_from = (SELECT MAX(w.valid_from) FROM org_version w WHERE w.org_id = {of} AND w.valid_from <= $2)"
    )
}

/// Orgs as they are shown, from `FROM source`, whose rows name an org as `id`; a condition may follow. `CROSS JOIN`
/// keeps SQLite from beginning with a scan of all versions, and has no other effect.
fn bodies(source: &str) -> String {
    let (parent, grand) = (on_day("p", "v.parent_id"), on_day("g", "p.parent_id"));
    format!(
        "SELECT o.*, v.*, p.kind AS parent_kind, g.kind AS grand_kind, \
         (SELECT MIN(w.valid_from) FROM org_version w WHERE w.org_id = o.id) AS established_on, \
         (SELECT MIN(w.valid_from) FROM org_version w WHERE w.org_id = o.id AND w.valid_from > v.valid_from) \
         AS next_from FROM {source} s CROSS JOIN org o CROSS JOIN org_version v \
         LEFT JOIN org_version p ON p.org_id = v.parent_id AND {parent} \
         LEFT JOIN org_version g ON g.org_id = p.parent_id AND {grand} \
         WHERE o.id = s.id AND v.org_id = s.id AND v.valid_from = COALESCE(\
         (SELECT MAX(w.valid_from) FROM org_version w WHERE w.org_id = s.id AND w.valid_from <= $2), \
         (SELECT MIN(w.valid_from) FROM org_version w WHERE w.org_id = s.id))"
    )
}

static ORG: LazyLock<String> = LazyLock::new(|| format!("{} AND s.id = $1", bodies("org")));

static WITH_ABOVE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH RECURSIVE up(id, level) AS (SELECT id, 0 FROM org WHERE id = $1 \
         UNION ALL SELECT v.parent_id, up.level + 1 FROM up JOIN org_version v ON v.org_id = up.id AND {} \
         WHERE v.parent_id IS NOT NULL) {} ORDER BY s.level DESC",
        on_day("v", "up.id"),
        bodies("up")
    )
});

static WITH_BELOW: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH RECURSIVE below(id) AS (SELECT id FROM org WHERE id = $1 \
         UNION ALL SELECT v.org_id FROM below b JOIN org_version v ON v.parent_id = b.id AND {} \
         JOIN org c ON c.id = v.org_id WHERE c.dissolved_on IS NULL OR c.dissolved_on > $2) {}",
        on_day("v", "v.org_id"),
        bodies("below")
    )
});

static ROLES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT r.*, po.name AS post_name, po.name_en AS post_name_en, pe.name AS person_name, u.name AS unit_name \
         FROM role r JOIN post po ON po.code = r.post LEFT JOIN person pe ON pe.id = r.person_id \
         LEFT JOIN org_version u ON u.org_id = r.unit_id AND {} \
         WHERE r.org_id = $1 AND r.valid_from <= $2 AND (r.valid_until IS NULL OR r.valid_until > $2) \
         ORDER BY po.rank, r.sort_order, r.valid_from, r.id LIMIT {}",
        on_day("u", "r.unit_id"),
        PAGE_ITEMS + 1
    )
});

static SEATS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT r.id AS role_id, v.name AS org_name, po.name AS post_name, h.id AS held_by, \
         pe.id AS person_id, pe.name AS person_name, o.dissolved_on, \
         EXISTS (SELECT 1 FROM role i WHERE i.org_id = r.seat_org_id AND i.post = r.seat_post \
         AND i.valid_from <= $2 AND (i.valid_until IS NULL OR i.valid_until > $2)) AS held \
         FROM role r JOIN org o ON o.id = r.seat_org_id JOIN org_version v ON v.org_id = o.id AND {} \
         JOIN post po ON po.code = r.seat_post \
         LEFT JOIN role h ON h.org_id = r.seat_org_id AND h.post = r.seat_post AND h.person_id IS NOT NULL \
         AND h.valid_from <= $2 AND (h.valid_until IS NULL OR h.valid_until > $2) \
         LEFT JOIN person pe ON pe.id = h.person_id \
         WHERE r.org_id = $1 AND r.seat_org_id IS NOT NULL AND r.valid_from <= $2 \
         AND (r.valid_until IS NULL OR r.valid_until > $2) ORDER BY h.sort_order, h.valid_from, h.id",
        on_day("v", "o.id")
    )
});

/// Opens a copy of a directory, and adds what this program would have added long ago.
pub(crate) async fn open(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(CONNECTIONS_MAX).min_connections(CONNECTIONS_MAX).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_WAIT_MAX)
            .pragma("cache_size", CACHE_KIB)
            .pragma("mmap_size", MAPPED_BYTES)
    });
    let db = Database::connect(options).await?;
    for statement in INDEXES {
        db.execute_unprepared(statement).await?;
    }
    // With statistics SQLite reads whole tables into Bloom filters in every recursive step, and takes four times as
    // long. PostgreSQL needs them.
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("ANALYZE").await?;
    }
    Ok(db)
}

fn about(db: &DatabaseConnection, sql: &str, id: Uuid, day: NaiveDate) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, [id.into(), day.into()])
}

/// Reads an org.
pub(crate) async fn org(db: &DatabaseConnection, id: Uuid, day: NaiveDate) -> Result<Option<OrgRow>, DbErr> {
    OrgRow::find_by_statement(about(db, &ORG, id, day)).one(db).await
}

/// Reads an org and the orgs above it, root first; nothing if there is no such org.
pub(crate) async fn with_above(db: &DatabaseConnection, id: Uuid, day: NaiveDate) -> Result<Vec<OrgRow>, DbErr> {
    OrgRow::find_by_statement(about(db, &WITH_ABOVE, id, day)).all(db).await
}

/// Reads an org and the orgs below it, in no order; nothing if there is no such org.
pub(crate) async fn with_below(db: &DatabaseConnection, id: Uuid, day: NaiveDate) -> Result<Vec<OrgRow>, DbErr> {
    OrgRow::find_by_statement(about(db, &WITH_BELOW, id, day)).all(db).await
}

/// Reads the roles held in an org, in order, one more than a page has.
pub(crate) async fn roles(db: &DatabaseConnection, id: Uuid, day: NaiveDate) -> Result<Vec<RoleRow>, DbErr> {
    RoleRow::find_by_statement(about(db, &ROLES, id, day)).all(db).await
}

/// Reads who sits in the seats that hold roles in an org.
pub(crate) async fn seats(db: &DatabaseConnection, id: Uuid, day: NaiveDate) -> Result<Vec<SeatRow>, DbErr> {
    SeatRow::find_by_statement(about(db, &SEATS, id, day)).all(db).await
}

/// Enters a person and moves the head.
pub(crate) async fn enter_person(db: &DatabaseConnection, name: String) -> Result<Uuid, DbErr> {
    #[expect(clippy::disallowed_methods, reason = "no part of the product")]
    let (id, now) = (Uuid::now_v7(), chrono::Utc::now());
    let transaction = db.begin().await?;
    let revision = Expr::col(entity::head::Column::Revision).add(1);
    // The first statement writes, so that SQLite's lock is taken at once.
    entity::head::Entity::update_many().col_expr(entity::head::Column::Revision, revision).exec(&transaction).await?;
    let head = entity::head::Entity::find().one(&transaction).await?;
    let nothing = || Set(serde_json::Value::Array(Vec::new()));
    entity::person::ActiveModel {
        id: Set(id),
        name: Set(name),
        former_names: nothing(),
        external_ids: nothing(),
        revision: Set(head.map_or(0, |head| head.revision)),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(&transaction)
    .await?;
    transaction.commit().await?;
    Ok(id)
}
