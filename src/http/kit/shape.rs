//! The API document of what the tables of `domain` say: each attribute a property, with the meaning that its row has.

use chrono::{DateTime, Utc};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr,
        schema::{ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};

use super::{
    filters::TierNumber,
    header::REVISION_MAX,
    schema::{allow_null, clearable, fixed_words, nullable},
};
use crate::domain::{kinds::plain_kinds, *};

/// Schemas by their names.
pub(in crate::http) type Schemas = Vec<(String, RefOr<Schema>)>;

/// How a value appears in the API document.
pub(in crate::http) trait Shape {
    /// Its schema, or where that stands.
    fn shape() -> RefOr<Schema>;
    /// Adds the schemas that it refers to.
    fn add_to(schemas: &mut Schemas);
}

/// A type that has a schema of its own name.
macro_rules! named {
    ($($type:ty $(, const $max:ident)?;)*) => {$(
        impl $(<const $max: usize>)? Shape for $type {
            fn shape() -> RefOr<Schema> {
                Ref::from_schema_name(<Self as ToSchema>::name()).into()
            }

            fn add_to(schemas: &mut Schemas) {
                schemas.push((<Self as ToSchema>::name().into(), <Self as PartialSchema>::schema()));
                <Self as ToSchema>::schemas(schemas);
            }
        }
    )*};
}

named! {
    AliasId; CallerId; Grant; EffectKind; Basis; Code; Day; Email; ExternalId; MemberCounts; MemberCountsPatch; Name; OrgId; OrderNumber; PersonField; PersonId; PostCode;
    DeclaredCover; DeclaredHolder; OwnEnd; PostKind; RoleId; Standing; Status; VersionAct; Text<MAX>, const MAX; LongText<MAX>, const MAX;
}

/// Door: the ids of plain objects.
macro_rules! plain_ids {
    (() { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ident) of $value:ident,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {
        named! { $($key;)* }
    };
}

plain_kinds! { plain_ids () }

impl<W: Word> Shape for W {
    fn shape() -> RefOr<Schema> {
        Ref::from_schema_name(W::NAME).into()
    }

    fn add_to(schemas: &mut Schemas) {
        schemas.push((W::NAME.to_owned(), Self::written_out()));
    }
}

impl<W: Word> Clearable for W {
    fn written_out() -> RefOr<Schema> {
        RefOr::T(Schema::Object(fixed_words::<W>().build()))
    }
}

/// A type whose schema is written out where it is used.
macro_rules! inline {
    ($($type:ty => $schema:expr;)*) => {$(
        impl Shape for $type {
            fn shape() -> RefOr<Schema> {
                RefOr::T(Schema::Object($schema.build()))
            }

            fn add_to(_: &mut Schemas) {}
        }
    )*};
}

inline! {
    bool => ObjectBuilder::new().schema_type(Type::Boolean);
    i32 => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(ORDER_MAX));
    Revision => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(REVISION_MAX));
    Unfilled => ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["vacant", "not_alive", "indirect"]));
    DateTime<Utc> => ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .max_length(Some(40));
}

impl Shape for Tier {
    fn shape() -> RefOr<Schema> {
        Ref::from_schema_name(TierNumber::name()).into()
    }

    fn add_to(schemas: &mut Schemas) {
        schemas.push((TierNumber::name().into(), TierNumber::schema()));
    }
}

impl Shape for SaidHolder {
    fn shape() -> RefOr<Schema> {
        Ref::from_schema_name("Holder").into()
    }

    fn add_to(schemas: &mut Schemas) {
        schemas.push(("Holder".to_owned(), Self::schema()));
        <Self as ToSchema>::schemas(schemas);
    }
}

impl<T: Shape> Shape for Option<T> {
    fn shape() -> RefOr<Schema> {
        T::shape()
    }

    fn add_to(schemas: &mut Schemas) {
        T::add_to(schemas);
    }
}

impl Shape for Vec<Day> {
    fn shape() -> RefOr<Schema> {
        Items::<Day, 10_000>::shape()
    }

    fn add_to(schemas: &mut Schemas) {
        Day::add_to(schemas);
    }
}

/// A type of a schema of its own name, which refers to others.
macro_rules! named_with {
    ($($type:ty: $($other:ty),*;)*) => {$(
        impl Shape for $type {
            fn shape() -> RefOr<Schema> {
                Ref::from_schema_name(<Self as ToSchema>::name()).into()
            }

            fn add_to(schemas: &mut Schemas) {
                schemas.push((<Self as ToSchema>::name().into(), <Self as PartialSchema>::schema()));
                $(<$other as Shape>::add_to(schemas);)*
            }
        }
    )*};
}

named_with! {
    Declared: DeclaredHolder, DeclaredCover, PostCode, SaidHolder, OrgId, Scope, Day;
    Following: OwnEnd, Day, Basis;
}

impl Shape for MemberCountSeries {
    fn shape() -> RefOr<Schema> {
        Items::<MemberCounts, { Self::COUNTS_MAX }>::shape()
    }

    fn add_to(schemas: &mut Schemas) {
        MemberCounts::add_to(schemas);
    }
}

impl Shape for RoleOrder {
    fn shape() -> RefOr<Schema> {
        Items::<Standing, { Self::HOLDERS_MAX }>::shape()
    }

    fn add_to(schemas: &mut Schemas) {
        Standing::add_to(schemas);
        SaidHolder::add_to(schemas);
    }
}

impl Shape for &[VersionAct] {
    fn shape() -> RefOr<Schema> {
        Items::<VersionAct, VERSION_ACTS_MAX>::shape()
    }

    fn add_to(schemas: &mut Schemas) {
        VersionAct::add_to(schemas);
    }
}

impl Shape for &Basis {
    fn shape() -> RefOr<Schema> {
        Basis::shape()
    }

    fn add_to(schemas: &mut Schemas) {
        Basis::add_to(schemas);
    }
}

impl<T: Shape, const MAX: usize> Shape for Items<T, MAX> {
    fn shape() -> RefOr<Schema> {
        ArrayBuilder::new().items(T::shape()).max_items(Some(MAX)).into()
    }

    fn add_to(schemas: &mut Schemas) {
        T::add_to(schemas);
    }
}

/// Written out in place, with `null` allowed: a union with a reference breaks generators of clients.
impl<T: Shape + Clearable> Shape for Field<T> {
    fn shape() -> RefOr<Schema> {
        match T::written_out() {
            RefOr::T(Schema::Object(mut object)) => {
                allow_null(&mut object);
                RefOr::T(Schema::Object(object))
            }
            RefOr::T(Schema::Array(mut array)) => {
                array.schema_type = nullable(array.schema_type);
                array.extensions = Some(clearable());
                RefOr::T(Schema::Array(array))
            }
            other => other,
        }
    }

    fn add_to(schemas: &mut Schemas) {
        T::add_to(schemas);
    }
}

/// A value that a change can clear.
pub(in crate::http) trait Clearable {
    /// Its schema in full.
    fn written_out() -> RefOr<Schema>;
}

macro_rules! clearable_types {
    ($($type:ty $(, const $max:ident)?;)*) => {$(
        impl $(<const $max: usize>)? Clearable for $type {
            fn written_out() -> RefOr<Schema> {
                <Self as PartialSchema>::schema()
            }
        }
    )*};
}

clearable_types! {
    Basis; Code; Day; Email; Name; OrgId; Text<MAX>, const MAX; LongText<MAX>, const MAX;
}

impl Clearable for bool {
    fn written_out() -> RefOr<Schema> {
        Self::shape()
    }
}

impl<T: Shape, const MAX: usize> Clearable for Items<T, MAX> {
    fn written_out() -> RefOr<Schema> {
        Self::shape()
    }
}
