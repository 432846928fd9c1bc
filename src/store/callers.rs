//! What is kept of keys and callers beside the log, so that it can be erased.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{OnConflict, SubQueryStatement},
};
use uuid::Uuid;

use super::{Store, StoreError, rows::Reader};
use crate::domain::{CallerId, CallerRow, Field, Instant, KeyChange, SecretHash, SecretRow};

/// What writes a change of a key.
pub(super) fn statements(change: &KeyChange) -> Vec<SubQueryStatement> {
    use entity::{caller, key_secret};
    match change {
        KeyChange::Issued(SecretRow { hash, caller_id, rotations, prefix, created_at }) => {
            let row = key_secret::ActiveModel {
                hash: Set(hash.to_string()),
                caller_id: Set(caller_id.0),
                rotations: Set(*rotations),
                prefix: Set(prefix.clone()),
                created_at: Set(*created_at),
            };
            vec![key_secret::Entity::insert(row).into_query().into()]
        }
        KeyChange::Named(CallerRow { id, name, owner, created_at, last_used_at: _ }) => {
            let row = caller::ActiveModel {
                id: Set(id.0),
                name: Set(name.clone()),
                owner: Set(owner.clone()),
                created_at: Set(*created_at),
                ..Default::default()
            };
            vec![caller::Entity::insert(row).into_query().into()]
        }
        KeyChange::Renamed { id, name, owner } => {
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
        KeyChange::Forgotten(id) => {
            let secrets = key_secret::Entity::delete_many().filter(key_secret::Column::CallerId.eq(id.0));
            let callers = caller::Entity::delete_many().filter(caller::Column::Id.eq(id.0));
            vec![secrets.into_query().into(), callers.into_query().into()]
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

    /// The id of whom an issuer speaks of as `subject`: `new` if there is none yet. Processes that ask at once get the
    /// same id.
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

    /// Notes when callers were last used, all or nothing. What another process has noted later stays.
    pub async fn note_use(&self, used: &[(CallerId, Instant)]) -> Result<(), StoreError> {
        use entity::caller::{Column, Entity};
        let noting = self.dialect.begin_write(&self.db).await?;
        for (id, at) in used {
            let earlier = Condition::any().add(Column::LastUsedAt.is_null()).add(Column::LastUsedAt.lt(*at));
            let update = Entity::update_many().col_expr(Column::LastUsedAt, (*at).into());
            noting.execute(&update.filter(Column::Id.eq(id.0)).filter(earlier).into_query()).await?;
        }
        Ok(noting.commit().await?)
    }

    /// When callers were last used, as all processes have noted it.
    pub async fn last_uses(&self) -> Result<HashMap<CallerId, Instant>, StoreError> {
        use entity::caller::{Column, Entity};
        let used = Entity::find().select_only().columns([Column::Id, Column::LastUsedAt]);
        let used: Vec<(Uuid, Instant)> =
            used.filter(Column::LastUsedAt.is_not_null()).into_tuple().all(&self.db).await?;
        Ok(used.into_iter().map(|(id, at)| (CallerId(id), at)).collect())
    }
}
