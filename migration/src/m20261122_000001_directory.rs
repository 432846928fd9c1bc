//! The directory: orgs with their versions, people, posts, roles, and the log. The first
//! entry of the log is the catalogue of posts.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, boolean, date, date_null, integer, json, json_null, string, string_null, text_null,
        timestamp_with_time_zone, uuid, uuid_null,
    },
    sea_orm::{ConnectionTrait, DbErr, prelude::DateTimeUtc},
};

use crate::catalogue::{CATALOGUE, Post};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// When the catalogue was drawn up: the `recorded_at` of its entry in every directory.
const CATALOGUE_DRAWN_UP: &str = "2026-11-22T00:00:00Z";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        begin_log(manager.get_connection()).await
    }

    /// Discards the whole directory: orgs, people, posts, roles and the log.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["role", "post", "person", "org_version", "org", "entry", "head"] {
            manager.drop_table(Table::drop().table(Alias::new(name)).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables() -> [TableCreateStatement; 7] {
    let table = |name: &str| Table::create().table(Alias::new(name)).to_owned();
    let updated = || [big_integer("revision"), timestamp_with_time_zone("updated_at")];
    let with = |mut table: TableCreateStatement, columns: Vec<ColumnDef>, key: &[&str]| {
        let mut primary = Index::create();
        for column in key {
            primary.col(Alias::new(*column));
        }
        for column in columns {
            table.col(column);
        }
        table.primary_key(&mut primary).to_owned()
    };
    [
        with(
            table("head"),
            vec![
                integer("id"),
                big_integer("revision"),
                timestamp_with_time_zone("recorded_at"),
                string_null("zone"),
                integer("format"),
            ],
            &["id"],
        ),
        with(
            table("entry"),
            vec![
                big_integer("revision"),
                timestamp_with_time_zone("recorded_at"),
                string("actor"),
                string("kind"),
                string_null("subject"),
                json_null("basis"),
                json("effects"),
                integer("format"),
            ],
            &["revision"],
        ),
        with(
            table("org"),
            [
                vec![
                    uuid("id"),
                    date_null("dissolved_on"),
                    ColumnDef::new("dissolved_by").big_integer().null().to_owned(),
                    json_null("end_basis"),
                    json("successor_ids"),
                    text_null("duties"),
                    json("external_ids"),
                    json_null("member_counts"),
                ],
                updated().into(),
            ]
            .concat(),
            &["id"],
        ),
        with(
            table("org_version"),
            vec![
                uuid("org_id"),
                date("valid_from"),
                string("name"),
                string_null("short_name"),
                string_null("name_en"),
                string("kind"),
                uuid_null("parent_id"),
                string_null("code"),
                integer("sort_order"),
                string_null("branch_type"),
                boolean("joint"),
                boolean("temporary"),
                json("unit_ids"),
                json_null("basis"),
            ],
            &["org_id", "valid_from"],
        ),
        with(
            table("person"),
            [
                vec![
                    uuid("id"),
                    string("name"),
                    string_null("name_en"),
                    json("former_names"),
                    string_null("staff_no"),
                    string_null("email"),
                    string_null("phone"),
                    json("external_ids"),
                ],
                updated().into(),
            ]
            .concat(),
            &["id"],
        ),
        with(
            table("post"),
            [
                vec![
                    string("code"),
                    string("name"),
                    string_null("name_en"),
                    json("kinds"),
                    integer("rank"),
                    boolean("leadership"),
                ],
                updated().into(),
            ]
            .concat(),
            &["code"],
        ),
        with(
            table("role"),
            [
                vec![
                    uuid("id"),
                    uuid("org_id"),
                    string("post"),
                    uuid_null("person_id"),
                    uuid_null("unit_id"),
                    date("valid_from"),
                    date_null("valid_until"),
                    integer("sort_order"),
                    boolean("acting"),
                    json_null("basis"),
                    json_null("end_basis"),
                ],
                updated().into(),
            ]
            .concat(),
            &["id"],
        ),
    ]
}

/// Writes the head, the catalogue and the entry that says so.
async fn begin_log(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let drawn_up: DateTimeUtc = CATALOGUE_DRAWN_UP.parse().map_err(|_| DbErr::Custom("catalogue date".into()))?;
    let insert = |table: &str, columns: &[&str]| {
        let mut insert = Query::insert();
        insert.into_table(Alias::new(table)).columns(columns.iter().map(|column| Alias::new(*column)));
        insert
    };
    let mut posts =
        insert("post", &["code", "name", "name_en", "kinds", "rank", "leadership", "revision", "updated_at"]);
    for (place, post) in CATALOGUE.iter().enumerate() {
        posts.values_panic([
            post.code.into(),
            post.name.into(),
            post.name_en.into(),
            post.kinds_json().into(),
            Post::rank(place).into(),
            post.leadership.into(),
            1_i64.into(),
            drawn_up.into(),
        ]);
    }
    let effects: serde_json::Value =
        CATALOGUE.iter().enumerate().map(|(place, post)| post.effect_json(place)).collect();
    let mut entry = insert("entry", &["revision", "recorded_at", "actor", "kind", "effects", "format"]);
    entry.values_panic([
        1_i64.into(),
        drawn_up.into(),
        "migration".into(),
        "post.catalogue".into(),
        effects.into(),
        1_i32.into(),
    ]);
    let mut head = insert("head", &["id", "revision", "recorded_at", "format"]);
    head.values_panic([1_i32.into(), 1_i64.into(), drawn_up.into(), 1_i32.into()]);
    for statement in [posts, entry, head] {
        db.execute(&statement).await?;
    }
    Ok(())
}
