//! Roles: who or what holds which post in which org, from when and until when.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "role")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub org_id: Uuid,
    pub post: String,
    pub person_id: Option<Uuid>,
    pub unit_id: Option<Uuid>,
    pub seat_org_id: Option<Uuid>,
    pub seat_post: Option<String>,
    pub valid_from: Date,
    pub valid_until: Option<Date>,
    pub sort_order: i32,
    pub acting: bool,
    pub basis: Option<Json>,
    pub end_basis: Option<Json>,
    pub following: Option<Json>,
    pub revision: i64,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
