//! Supervisions: which supervision group covers which org, from when and until when.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub supervision_group_id: Uuid,
    pub org_id: Uuid,
    pub scope: String,
    pub valid_from: Date,
    pub valid_until: Option<Date>,
    pub basis: Option<Json>,
    pub end_basis: Option<Json>,
    pub following: Option<Json>,
    pub revision: i64,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
