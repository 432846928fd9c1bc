//! The log: one row for each accepted command. Rows are never changed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    pub recorded_at: DateTimeUtc,
    pub actor: String,
    pub kind: String,
    pub subject: Option<String>,
    pub basis: Option<Json>,
    pub effects: Json,
    pub format: i32,
    pub digest: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
