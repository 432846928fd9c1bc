//! One row with the newest revision. Writers of all processes lock it, one after another.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub revision: i64,
    pub recorded_at: DateTimeUtc,
    pub zone: Option<String>,
    pub format: i32,
    pub directory_id: Option<Uuid>,
    pub epoch: Option<i64>,
    pub digest: Option<String>,
    pub row_counts: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
