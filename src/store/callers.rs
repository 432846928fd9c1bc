//! What is kept of keys and callers beside the log, so that it can be erased.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryTrait,
    sea_query::{OnConflict, SubQueryStatement},
};

use super::{Store, StoreError, rows::Reader};
use crate::domain::{CallerId, CallerRow, Field, Instant, SecretHash, SecretRow};

/// What a command writes of a key beside the log.
#[derive(Debug, Clone)]
pub enum KeyChange {
    /// A secret is issued.
    Issued(SecretRow),
    /// A caller is new.
    Named(CallerRow),
    /// A caller has another name or owner.
    #[expect(missing_docs, reason = "the names say it")]
    Renamed { id: CallerId, name: Option<String>, owner: Field<String> },
    /// All that is kept of a caller goes.
    Forgotten(CallerId),
}

impl KeyChange {
    /// What writes it.
    pub(super) fn statements(&self) -> Vec<SubQueryStatement> {
        use entity::{caller, key_secret};
        match self {
            Self::Issued(SecretRow { hash, caller_id, rotations, prefix, created_at }) => {
                let row = key_secret::ActiveModel {
                    hash: Set(hash.to_string()),
                    caller_id: Set(caller_id.0),
                    rotations: Set(*rotations),
                    prefix: Set(prefix.clone()),
                    created_at: Set(*created_at),
                };
                let others = [
                    key_secret::Column::CallerId,
                    key_secret::Column::Rotations,
                    key_secret::Column::Prefix,
                    key_secret::Column::CreatedAt,
                ];
                let conflict = OnConflict::column(key_secret::Column::Hash).update_columns(others).to_owned();
                vec![key_secret::Entity::insert(row).on_conflict(conflict).into_query().into()]
            }
            Self::Named(CallerRow { id, name, owner, created_at, last_used_at: _ }) => {
                let row = caller::ActiveModel {
                    id: Set(id.0),
                    name: Set(name.clone()),
                    owner: Set(owner.clone()),
                    created_at: Set(*created_at),
                    ..Default::default()
                };
                vec![caller::Entity::insert(row).into_query().into()]
            }
            Self::Renamed { id, name, owner } => {
                let owner = match owner {
                    Field::Keep => NotSet,
                    Field::Clear => Set(None),
                    Field::Set(owner) => Set(Some(owner.clone())),
                };
                let name = name.clone().map_or(NotSet, Set);
                let row = caller::ActiveModel { name, owner, ..Default::default() };
                let update = caller::Entity::update_many().set(row).filter(caller::Column::Id.eq(id.0));
                vec![update.into_query().into()]
            }
            Self::Forgotten(id) => {
                let secrets = key_secret::Entity::delete_many().filter(key_secret::Column::CallerId.eq(id.0));
                let callers = caller::Entity::delete_many().filter(caller::Column::Id.eq(id.0));
                vec![secrets.into_query().into(), callers.into_query().into()]
            }
        }
    }
}

impl Store {
    /// Every secret, and who is behind the id of a key.
    pub async fn callers(&self) -> Result<(Vec<SecretRow>, Vec<CallerRow>), StoreError> {
        let read = Reader("key_secret");
        let secrets = entity::key_secret::Entity::find().all(&self.db).await?;
        let secrets = secrets.into_iter().map(|row| {
            let entity::key_secret::Model { hash, caller_id, rotations, prefix, created_at } = row;
            let hash = SecretHash::parse(&hash).ok_or_else(|| read.fail("not a hash"))?;
            Ok(SecretRow { hash, caller_id: CallerId(caller_id), rotations, prefix, created_at })
        });
        let secrets = secrets.collect::<Result<_, StoreError>>()?;
        let keys = entity::caller::Entity::find().filter(entity::caller::Column::Issuer.is_null());
        let callers = keys.all(&self.db).await?;
        let callers = callers.into_iter().map(|row| {
            let entity::caller::Model { id, name, owner, issuer: _, subject: _, created_at, last_used_at } = row;
            CallerRow { id: CallerId(id), name, owner, created_at, last_used_at }
        });
        Ok((secrets, callers.collect()))
    }

    /// The id of whom an issuer speaks of as `subject`: `new` if there is none yet. Of several processes that ask at
    /// once all get the same.
    pub async fn caller_of(&self, issuer: &str, subject: &str, new: CallerRow) -> Result<CallerId, StoreError> {
        use entity::caller::{ActiveModel, Column, Entity};
        let known = || Entity::find().filter(Column::Issuer.eq(issuer)).filter(Column::Subject.eq(subject));
        if let Some(row) = known().one(&self.db).await? {
            return Ok(CallerId(row.id));
        }
        let CallerRow { id, name, owner, created_at, last_used_at } = new;
        let row = ActiveModel {
            id: Set(id.0),
            name: Set(name),
            owner: Set(owner),
            issuer: Set(Some(issuer.to_owned())),
            subject: Set(Some(subject.to_owned())),
            created_at: Set(created_at),
            last_used_at: Set(last_used_at),
        };
        let conflict = OnConflict::columns([Column::Issuer, Column::Subject]).do_nothing().to_owned();
        Entity::insert(row).on_conflict(conflict).exec_without_returning(&self.db).await?;
        let row = known().one(&self.db).await?;
        row.map(|row| CallerId(row.id)).ok_or_else(|| Reader("caller").fail("gone as soon as it was written"))
    }

    /// Notes when callers were last used.
    pub async fn note_use(&self, used: &[(CallerId, Instant)]) -> Result<(), StoreError> {
        use entity::caller::{Column, Entity};
        for (id, at) in used {
            let update = Entity::update_many().col_expr(Column::LastUsedAt, (*at).into()).filter(Column::Id.eq(id.0));
            self.db.execute(&update.into_query()).await?;
        }
        Ok(())
    }
}
