//! Tickets. Of their secrets only the hashes.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the secret, in hexadecimal digits.
    #[sea_orm(unique)]
    pub hash: String,
    pub caller_id: Uuid,
    /// Of a key: how many secrets were issued before the one that made the ticket.
    pub rotations: Option<i32>,
    /// Of a token: what it allowed.
    pub grants: Option<Json>,
    pub person_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub path: String,
    pub usage: String,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
