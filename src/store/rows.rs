//! Rows to domain and back: each attribute of a table in `domain` has its column, and each column its attribute.

use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::StoreError;
use crate::domain::{kinds::plain_kinds, *};

/// How the rows of a kind stand in their table.
pub(super) trait Stored: Key {
    type Entity: EntityTrait<ActiveModel = Self::Active>;
    type Active: ActiveModelTrait<Entity = Self::Entity> + Send;

    /// The rows with these keys.
    fn are(keys: &[Self]) -> SimpleExpr;

    fn row(row: &Self::Row) -> Self::Active;

    fn read(row: <Self::Entity as EntityTrait>::Model) -> Result<Self::Row, StoreError>;
}

pub(super) fn revision_column(revision: Revision) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

pub(super) fn revision_of(column: i64) -> Revision {
    u64::try_from(column).unwrap_or(0)
}

pub(super) fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// Reads columns of one table, and says which table it was where one cannot be read.
pub(super) struct Reader(pub(super) &'static str);

impl Reader {
    pub(super) fn fail(&self, cause: impl ToString) -> StoreError {
        StoreError::Unreadable { table: self.0, cause: cause.to_string() }
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: Value) -> Result<T, StoreError> {
        serde_json::from_value(column).map_err(|error| self.fail(error))
    }

    pub(super) fn opt_json<T: DeserializeOwned>(&self, column: Option<Value>) -> Result<Option<T>, StoreError> {
        column.map(|column| self.json(column)).transpose()
    }
}

/// A value as a column of type `C` has it.
trait Column<C>: Sized {
    fn column(&self) -> C;
    fn read(column: C, read: &Reader) -> Result<Self, StoreError>;
}

impl<W: Word> Column<String> for W {
    fn column(&self) -> String {
        self.as_str().to_owned()
    }

    fn read(column: String, read: &Reader) -> Result<Self, StoreError> {
        let value = W::ALL.iter().find(|value| value.as_str() == column);
        value.copied().ok_or_else(|| read.fail(format!("unknown word {column}")))
    }
}

impl<T: Column<C>, C> Column<Option<C>> for Option<T> {
    fn column(&self) -> Option<C> {
        self.as_ref().map(T::column)
    }

    fn read(column: Option<C>, read: &Reader) -> Result<Self, StoreError> {
        column.map(|column| T::read(column, read)).transpose()
    }
}

macro_rules! stored {
    (text $($type:ty $(, const $max:ident)?;)*) => {$(
        impl $(<const $max: usize>)? Column<String> for $type {
            fn column(&self) -> String {
                self.to_string()
            }

            fn read(column: String, read: &Reader) -> Result<Self, StoreError> {
                Self::parse(&column).map_err(|error| read.fail(error))
            }
        }
    )*};
    (json $($type:ty;)*) => {$(
        impl Column<Value> for $type {
            fn column(&self) -> Value {
                to_json(self)
            }

            fn read(column: Value, read: &Reader) -> Result<Self, StoreError> {
                read.json(column)
            }
        }
    )*};
    (as_it_is $($type:ty = $column:ty, $value:ident => $to:expr, $from:expr;)*) => {$(
        impl Column<$column> for $type {
            fn column(&self) -> $column {
                let $value = *self;
                $to
            }

            fn read($value: $column, _: &Reader) -> Result<Self, StoreError> {
                Ok($from)
            }
        }
    )*};
}

stored! { text Name; Text<MAX>, const MAX; LongText<MAX>, const MAX; Code; Email; PostCode; }
stored! { json Vec<Grant>; Basis; MemberCountSeries; Vec<OrgId>; Vec<ExternalId>; Vec<Name>; Vec<PostKind>; Vec<VersionAct>; RoleOrder; Declared; Following; }
stored! { as_it_is
    bool = bool, value => value, value;
    i32 = i32, value => value, value;
    Day = NaiveDate, value => value.date(), value.into();
    OrgId = Uuid, value => value.0, OrgId(value);
    PersonId = Uuid, value => value.0, PersonId(value);
    Instant = Instant, value => value, value;
    Revision = i64, value => revision_column(value), revision_of(value);
}

/// Door: an object whose attributes stand in its `facts`. The columns in square brackets are converted by hand.
macro_rules! rows {
    (
        ($table:ident, $object:ident($id:ident), $facts:ident $(, $more:ident: $empty:expr)?)
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Stored for $id {
            type Entity = entity::$table::Entity;
            type Active = entity::$table::ActiveModel;

            fn are(keys: &[Self]) -> SimpleExpr {
                entity::$table::Column::Id.is_in(keys.iter().map(|key| key.0))
            }

            fn read(row: entity::$table::Model) -> Result<$object, StoreError> {
                let entity::$table::Model { id, $($($column,)*)* revision, updated_at } = row;
                let read = Reader(stringify!($table));
                let facts = $facts { $($($name: Column::read($column, &read)?,)*)* };
                Ok($object { id: $id(id), facts, $($more: $empty,)? revision: revision_of(revision), updated_at })
            }

            fn row(object: &$object) -> entity::$table::ActiveModel {
                let $object { id, facts, $($more: _,)? revision, updated_at } = object;
                let $facts { $($($name,)*)* } = facts;
                let (id, revision, updated_at) = (id.0, revision_column(*revision), *updated_at);
                entity::$table::Model { id, $($($column: Column::column($name),)*)* revision, updated_at }
                    .into_active_model()
            }
        }
    };
}

org_attributes! { rows (org, Org(OrgId), OrgFacts, versions: Vec::new()) }
api_key_attributes! { rows (api_key, ApiKey(CallerId), ApiKeyFacts) }
alias_attributes! { rows (person_alias, PersonAlias(AliasId), PersonAliasFacts) }

/// Door: the tables of plain objects.
macro_rules! plain_rows {
    (() { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ident) of $value:ident,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {
        $($attributes! { rows ($table, $kind($key), $value) })*
    };
}

plain_kinds! { plain_rows () }

/// Door: a version of an org.
macro_rules! version_rows {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Stored for (OrgId, Day) {
            type Entity = entity::org_version::Entity;
            type Active = entity::org_version::ActiveModel;

            fn are(keys: &[Self]) -> SimpleExpr {
                use entity::org_version::Column::{OrgId, ValidFrom};
                let columns = [OrgId, ValidFrom].map(|column| Expr::col(column).into());
                Expr::tuple(columns).in_tuples(keys.iter().map(|(org, day)| (org.0, day.date())))
            }

            fn read(row: entity::org_version::Model) -> Result<(OrgId, OrgVersion), StoreError> {
                let entity::org_version::Model { org_id, valid_from, basis, acts, $($($column,)*)* } = row;
                let read = Reader("org_version");
                let values = Arc::new(OrgValues { $($($name: Column::read($column, &read)?,)*)* });
                let acts: Option<Vec<VersionAct>> = Column::read(acts, &read)?;
                let valid_from = valid_from.into();
                let version = match acts {
                    Some(acts) => OrgVersion { valid_from, values, acts },
                    None => OrgVersion::unremembered(valid_from, values, Column::read(basis, &read)?),
                };
                Ok((OrgId(org_id), version))
            }

            fn row((org_id, version): &(OrgId, OrgVersion)) -> entity::org_version::ActiveModel {
                let OrgVersion { valid_from, values, acts } = version;
                let OrgValues { $($($name,)*)* } = values.as_ref();
                let (org_id, valid_from) = (org_id.0, valid_from.date());
                let basis = Column::column(&version.basis().cloned());
                let acts = Column::column(&version.is_remembered().then(|| acts.clone()));
                entity::org_version::Model { org_id, valid_from, basis, acts, $($($column: Column::column($name),)*)* }
                    .into_active_model()
            }
        }
    };
}

org_version_attributes! { version_rows () }

/// Door: what is no more than its attributes and its place in the log, and an id where that is no attribute.
macro_rules! flat_rows {
    (
        ($table:ident, $object:ident, $key:ident of $key_column:ident by $to:expr $(, $id_column:ident)?)
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Stored for $key {
            type Entity = entity::$table::Entity;
            type Active = entity::$table::ActiveModel;

            fn are(keys: &[Self]) -> SimpleExpr {
                entity::$table::Column::$key_column.is_in(keys.iter().map($to))
            }

            fn read(row: entity::$table::Model) -> Result<$object, StoreError> {
                let entity::$table::Model { $($id_column,)? $($($column,)*)* revision, updated_at } = row;
                let read = Reader(stringify!($table));
                let revision = revision_of(revision);
                Ok($object {
                    $($id_column: $key($id_column),)?
                    $($($name: Column::read($column, &read)?,)*)*
                    revision,
                    updated_at,
                })
            }

            fn row(object: &$object) -> entity::$table::ActiveModel {
                let $object { $($id_column,)? $($($name,)*)* revision, updated_at } = object;
                let (revision, updated_at) = (revision_column(*revision), *updated_at);
                entity::$table::Model {
                    $($id_column: $id_column.0,)?
                    $($($column: Column::column($name),)*)*
                    revision,
                    updated_at,
                }
                .into_active_model()
            }
        }
    };
}

person_attributes! { flat_rows (person, Person, PersonId of Id by |key| key.0, id) }
post_attributes! { flat_rows (post, Post, PostCode of Code by |key| key.to_string()) }

/// Where the holder of a role stands: one of four columns, or two.
struct HolderColumns {
    person_id: Option<Uuid>,
    unit_id: Option<Uuid>,
    seat_org_id: Option<Uuid>,
    seat_post: Option<String>,
}

impl HolderColumns {
    fn of(holder: &Holder) -> Self {
        let none = Self { person_id: None, unit_id: None, seat_org_id: None, seat_post: None };
        match holder {
            Holder::Person(id) => Self { person_id: Some(id.0), ..none },
            Holder::Unit(id) => Self { unit_id: Some(id.0), ..none },
            Holder::Seat(Seat { org_id, post }) => {
                Self { seat_org_id: Some(org_id.0), seat_post: Some(post.to_string()), ..none }
            }
        }
    }

    fn holder(self, read: &Reader) -> Result<Holder, StoreError> {
        let Self { person_id, unit_id, seat_org_id, seat_post } = self;
        match (person_id, unit_id, seat_org_id, seat_post) {
            (Some(person), None, None, None) => Ok(Holder::Person(PersonId(person))),
            (None, Some(unit), None, None) => Ok(Holder::Unit(OrgId(unit))),
            (None, None, Some(org), Some(post)) => {
                Ok(Holder::Seat(Seat { org_id: OrgId(org), post: Column::read(post, read)? }))
            }
            _ => Err(read.fail("not exactly one holder")),
        }
    }
}

/// Door: a role, whose holder takes four columns.
macro_rules! role_rows {
    (
        ()
        required {}
        fixed {
            $(#[doc = $org_doc:literal])+
            org_id: $org:tt, org_id, $org_en:literal $org_zh:literal;
            $(#[doc = $post_doc:literal])+
            post: $post:tt, post, $post_en:literal $post_zh:literal;
            $(#[doc = $holder_doc:literal])+
            holder: $holder:tt, $holder_column:ident, $holder_en:literal $holder_zh:literal;
        }
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Stored for RoleId {
            type Entity = entity::role::Entity;
            type Active = entity::role::ActiveModel;

            fn are(keys: &[Self]) -> SimpleExpr {
                entity::role::Column::Id.is_in(keys.iter().map(|key| key.0))
            }

            fn read(row: entity::role::Model) -> Result<Role, StoreError> {
                let entity::role::Model {
                    id, org_id, post, person_id, unit_id, seat_org_id, seat_post, $($($column,)*)* revision, updated_at,
                } = row;
                let read = Reader("role");
                let facts = RoleFacts {
                    org_id: OrgId(org_id),
                    post: Column::read(post, &read)?,
                    holder: HolderColumns { person_id, unit_id, seat_org_id, seat_post }.holder(&read)?,
                    $($($name: Column::read($column, &read)?,)*)*
                };
                Ok(Role { id: RoleId(id), facts, revision: revision_of(revision), updated_at })
            }

            fn row(role: &Role) -> entity::role::ActiveModel {
                let Role { id, facts, revision, updated_at } = role;
                let RoleFacts { org_id, post, holder, $($($name,)*)* } = facts;
                let HolderColumns { person_id, unit_id, seat_org_id, seat_post } = HolderColumns::of(holder);
                entity::role::Model {
                    id: id.0,
                    org_id: org_id.0,
                    post: post.to_string(),
                    person_id,
                    unit_id,
                    seat_org_id,
                    seat_post,
                    $($($column: Column::column($name),)*)*
                    revision: revision_column(*revision),
                    updated_at: *updated_at,
                }
                .into_active_model()
            }
        }
    };
}

role_attributes! { role_rows () }
