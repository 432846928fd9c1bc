//! The attributes of an org that have no versions.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "org")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub dissolved_on: Option<Date>,
    pub dissolved_by: Option<i64>,
    pub end_basis: Option<Json>,
    pub successor_ids: Json,
    pub external_ids: Json,
    pub member_counts: Option<Json>,
    pub revision: i64,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
