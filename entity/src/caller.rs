//! Who is behind a caller id: names of keys, and the subjects of tokens. Not in the log, so that it can be erased.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "caller")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub owner: Option<String>,
    /// The identity provider that issued the tokens, if it is not a key.
    pub issuer: Option<String>,
    pub subject: Option<String>,
    pub created_at: DateTimeUtc,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
