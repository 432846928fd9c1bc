//! The secrets of API keys: only their hashes.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "key_secret")]
pub struct Model {
    /// SHA-256 of the secret, in hexadecimal digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    pub caller_id: Uuid,
    /// How many secrets of the key were issued before it.
    pub rotations: i32,
    /// The beginning of the secret, for people.
    pub prefix: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
