//! The versions of an org.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "org_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub org_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: Date,
    pub name: String,
    pub short_name: Option<String>,
    pub name_en: Option<String>,
    pub kind: String,
    pub parent_id: Option<Uuid>,
    pub code: Option<String>,
    pub sort_order: i32,
    pub branch_type: Option<String>,
    pub joint: bool,
    pub temporary: bool,
    pub unit_ids: Json,
    pub duties: Option<String>,
    pub basis: Option<Json>,
    pub acts: Option<Json>,
    pub role_order: Option<Json>,
    pub declared: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
