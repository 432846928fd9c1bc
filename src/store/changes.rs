//! What a transaction writes besides its entries: rows of each kind.

use sea_orm::{
    EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, QueryFilter, QueryTrait,
    sea_query::{OnConflict, SubQueryStatement},
};

use super::rows::Stored;
use crate::domain::{kinds::kinds, *};

/// The most rows in one statement, for the databases' limits on parameters.
const ROWS_MAX: usize = 1000;

/// The rows of one kind that a transaction writes: as they are afterwards, and the keys of those that are gone.
#[derive(Debug)]
pub struct Rows<K: Key> {
    /// The rows that are there afterwards.
    pub put: Vec<K::Row>,
    /// The keys of those that are gone.
    pub gone: Vec<K>,
}

impl<K: Key> Default for Rows<K> {
    fn default() -> Self {
        Self { put: Vec::new(), gone: Vec::new() }
    }
}

/// Door: what a transaction writes besides its entries.
macro_rules! changes {
    (() $($section:ident { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty $(, $day:ident: $day_type:ty)?) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*) => {
        /// What a transaction writes besides its entries.
        #[derive(Debug, Default)]
        #[expect(missing_docs, reason = "the names say it")]
        pub struct Changes {
            $($(pub $plural: Rows<changes!(@key $key $(, $day_type)?)>,)*)*
        }

        impl Changes {
            /// What writes them: statements each on rows of its own.
            pub(super) fn statements(self) -> Vec<SubQueryStatement> {
                let Self { $($($plural,)*)* } = self;
                let mut statements = Vec::new();
                $($(write($plural, &mut statements);)*)*
                statements
            }
        }
    };
    (@key $key:ty) => { $key };
    (@key $key:ty, $day_type:ty) => { ($key, $day_type) };
}

kinds! { changes () }

/// What writes the rows of one kind.
fn write<K: Stored>(rows: Rows<K>, statements: &mut Vec<SubQueryStatement>) {
    let Rows { put, gone } = rows;
    for keys in gone.chunks(ROWS_MAX) {
        statements.push(K::Entity::delete_many().filter(K::are(keys)).into_query().into());
    }
    for rows in put.chunks(ROWS_MAX) {
        type Column<K> = <<K as Stored>::Entity as EntityTrait>::Column;
        let key = || <K::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        let others = Column::<K>::iter().filter(|column| !key().any(|key| key.as_str() == column.as_str()));
        let conflict = OnConflict::columns(key()).update_columns(others).to_owned();
        let insert = K::Entity::insert_many(rows.iter().map(K::row)).on_conflict(conflict);
        statements.push(insert.into_query().into());
    }
}
