//! The audit: what was refused, and who saw what of whom. Rows are added, never changed, and removed when they are old.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// UUIDv7: later rows have larger ids.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub caller_id: Option<Uuid>,
    pub kind: String,
    pub operation: String,
    pub problem: Option<String>,
    pub subject_kind: Option<String>,
    /// Separated by blanks.
    #[sea_orm(column_type = "Text")]
    pub subject_ids: String,
    pub times: i32,
    pub request_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
