//! The API document of what the tables of `domain` say: each attribute a property, with the meaning that its row has.

use chrono::{DateTime, Utc};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr,
        schema::{
            AdditionalProperties, ArrayBuilder, Discriminator, KnownFormat, ObjectBuilder, OneOfBuilder, Schema,
            SchemaFormat, Type,
        },
    },
};

use super::{
    filters::TierNumber,
    header::REVISION_MAX,
    schema::{allow_null, clearable, fixed_words, nullable},
};
use crate::domain::*;

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
    Act; Basis; Code; Day; Email; ExternalId; MemberCounts; Name; OrgId; PersonField; PersonId; Place; PostCode;
    PostKind; RoleId; Status; Text<MAX>, const MAX; LongText<MAX>, const MAX;
}

/// Door: the ids of plain objects.
macro_rules! plain_ids {
    (
        () org $org:tt version $version:tt objects $objects:tt
        plain { $(
            $(#[doc = $doc:literal])+
            $kind:ident($id:ident: $key:ident) of $value:ident,
                $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
        )* }
        people $people:tt
    ) => {
        named! { $($key;)* }
    };
}

kinds::kinds! { plain_ids () }

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

impl PartialSchema for SaidHolder {
    fn schema() -> RefOr<Schema> {
        let choices = [("person", "PersonHolder"), ("unit", "UnitHolder"), ("seat", "SeatHolder")];
        let at = |name: &str| format!("#/components/schemas/{name}");
        let mapping = choices.iter().map(|(word, name)| ((*word).to_owned(), at(name)));
        let holder = OneOfBuilder::new()
            .description(Some("Who or what holds a post. Requests and answers have the same form."))
            .discriminator(Some(Discriminator::with_mapping("type", mapping)));
        choices.iter().fold(holder, |holder, (_, name)| holder.item(Ref::from_schema_name(*name))).into()
    }
}

impl ToSchema for SaidHolder {
    fn name() -> std::borrow::Cow<'static, str> {
        "Holder".into()
    }

    fn schemas(schemas: &mut Schemas) {
        let person = Members::of("A person who holds a post.")
            .constant("type", "person")
            .member::<PersonId>("id", "The person's id.", true)
            .derived::<Name>("name", "The person's name.");
        let unit = Members::of("A unit 主任单位 that holds a post: an org as a whole.")
            .constant("type", "unit")
            .member::<OrgId>("id", "The unit's id.", true)
            .derived::<Name>("name", "The unit's name on the day.");
        let seat = Members::of("A seat 席位: the role is held by the person who holds another post. A seat that points to a seat or a unit stays unfilled.")
            .constant("type", "seat")
            .member::<OrgId>("org_id", "The org of the other post.", true)
            .member::<PostCode>("post", "The other post.", true)
            .derived::<Name>("org_name", "The org's name on the day.")
            .derived::<Name>("post_name", "The post's name.")
            .derived::<Unfilled>(
                "unfilled",
                "Present if the seat has no person on the day. `vacant`: nobody holds the post. `not_alive`: the org does \
                 not exist on that day. `indirect`: a unit or another seat holds the post.",
            );
        for (name, schema) in [("PersonHolder", person), ("UnitHolder", unit), ("SeatHolder", seat)] {
            schemas.push((name.to_owned(), schema.build()));
        }
        PersonId::add_to(schemas);
        OrgId::add_to(schemas);
        PostCode::add_to(schemas);
        Name::add_to(schemas);
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
    Basis; Code; Day; Email; MemberCountsPatch; Name; OrgId; Text<MAX>, const MAX; LongText<MAX>, const MAX;
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

named! { MemberCountsPatch; }

/// An object schema under construction.
pub(in crate::http) struct Members(ObjectBuilder);

impl Members {
    pub(in crate::http) fn of(description: &str) -> Self {
        let object = ObjectBuilder::new().schema_type(Type::Object).description(Some(description.trim()));
        Self(object.additional_properties(Some(AdditionalProperties::FreeForm(false))))
    }

    /// A member with its meaning.
    pub(in crate::http) fn member<T: Shape>(self, name: &str, meaning: &str, always: bool) -> Self {
        let meaning = meaning.trim();
        let schema = match T::shape() {
            RefOr::Ref(mut reference) => {
                reference.description = meaning.to_owned();
                RefOr::Ref(reference)
            }
            RefOr::T(Schema::Object(mut object)) => {
                object.description = Some(meaning.to_owned());
                RefOr::T(Schema::Object(object))
            }
            RefOr::T(Schema::Array(mut array)) => {
                array.description = Some(meaning.to_owned());
                RefOr::T(Schema::Array(array))
            }
            other => other,
        };
        let object = self.0.property(name, schema);
        Self(if always { object.required(name) } else { object })
    }

    /// A member that is always one word, which tells the choices of a union apart.
    pub(in crate::http) fn constant(self, name: &str, word: &str) -> Self {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(format!("Always `{word}`.")))
            .enum_values(Some([word]));
        Self(self.0.property(name, schema).required(name))
    }

    /// A member of answers. A request may repeat it, and is refused if it gives another value.
    pub(in crate::http) fn derived<T: Shape>(self, name: &str, meaning: &str) -> Self {
        self.member::<T>(name, &format!("{meaning} Derived; a request may leave it out."), false)
    }

    pub(in crate::http) fn build(self) -> RefOr<Schema> {
        RefOr::T(Schema::Object(self.0.build()))
    }
}

/// Door: the schema of a request. `given` makes something, `change` changes it.
macro_rules! request_schema {
    (
        (given $($more:tt)*)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::http::kit::shape::request_schema! {
            @impl given ($($more)*) [true $required] [true $fixed] [false $filled] [false $optional] [false $once]
        }
    };
    (
        (change $($more:tt)*)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::http::kit::shape::request_schema! {
            @impl change ($($more)*) [false $required] [false $filled] [false $optional]
        }
    };
    (
        @impl $types:ident ($request:ident $description:literal)
        $([$always:literal { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* }])*
    ) => {
        impl utoipa::PartialSchema for $request {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::http::kit::shape::Members::of($description)
                    $($(.member::<$crate::domain::attributes::$types!($shape)>(
                        stringify!($name), concat!($($doc),+), $always,
                    ))*)*
                    .build()
            }
        }

        impl utoipa::ToSchema for $request {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($request).into()
            }

            fn schemas(schemas: &mut $crate::http::kit::shape::Schemas) {
                $($(<$crate::domain::attributes::$types!($shape) as $crate::http::kit::shape::Shape>::add_to(schemas);)*)*
            }
        }
    };
}

/// Door: what an answer shows: members that are derived, the attributes, and what is known of the entry. What stands
/// in a `maybe` list is left out where it is absent.
macro_rules! answer {
    (
        ($description:literal $answer:ident<$life:lifetime> as $schema:literal $extras:tt)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::http::kit::shape::answer! {
            @impl ($description $answer<$life> as $schema $extras)
            always [$required $fixed $filled] maybe [$optional $once $kept]
        }
    };
    (
        @impl (
            $description:literal $answer:ident<$life:lifetime> as $schema:literal
            {
                first { $($(#[doc = $f_doc:literal])+ $f_name:ident: $f_type:ty;)* }
                first_maybe { $($(#[doc = $fm_doc:literal])+ $fm_name:ident: $fm_type:ty;)* }
                last { $($(#[doc = $l_doc:literal])+ $(#[serde($($l_serde:tt)*)])? $l_name:ident: $l_type:ty;)* }
                last_maybe { $($(#[doc = $lm_doc:literal])+ $lm_name:ident: $lm_type:ty;)* }
            }
        )
        always [$({ $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*]
        maybe [$({ $(
            $(#[doc = $m_doc:literal])+
            $m_name:ident: $m_shape:tt, $m_column:ident, $m_en:literal $m_zh:literal $(, of $m_of:tt)?;
        )* })*]
    ) => {
        #[doc = $description]
        #[derive(Debug, serde::Serialize)]
        pub(in crate::http) struct $answer<$life> {
            $($(#[doc = $f_doc])+ $f_name: $f_type,)*
            $(
                $(#[doc = $fm_doc])+
                #[serde(skip_serializing_if = "crate::domain::attributes::is_absent")]
                $fm_name: $fm_type,
            )*
            $($($(#[doc = $doc])+ $name: &$life $crate::domain::attributes::state!($shape),)*)*
            $($(
                $(#[doc = $m_doc])+
                #[serde(skip_serializing_if = "crate::domain::attributes::is_absent")]
                $m_name: &$life $crate::domain::attributes::state!($m_shape),
            )*)*
            $(
                $(#[doc = $lm_doc])+
                #[serde(skip_serializing_if = "crate::domain::attributes::is_absent")]
                $lm_name: $lm_type,
            )*
            $($(#[doc = $l_doc])+ $(#[serde($($l_serde)*)])? $l_name: $l_type,)*
        }

        impl<$life> utoipa::PartialSchema for $answer<$life> {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::http::kit::shape::Members::of($description)
                    $(.member::<$f_type>(stringify!($f_name), concat!($($f_doc),+), true))*
                    $(.member::<$fm_type>(stringify!($fm_name), concat!($($fm_doc),+), false))*
                    $($(.member::<$crate::domain::attributes::given!($shape)>(
                        stringify!($name), concat!($($doc),+), true,
                    ))*)*
                    $($(.member::<$crate::domain::attributes::given!($m_shape)>(
                        stringify!($m_name), concat!($($m_doc),+), false,
                    ))*)*
                    $(.member::<$lm_type>(stringify!($lm_name), concat!($($lm_doc),+), false))*
                    $(.member::<$l_type>(stringify!($l_name), concat!($($l_doc),+), true))*
                    .build()
            }
        }

        impl<$life> utoipa::ToSchema for $answer<$life> {
            fn name() -> std::borrow::Cow<'static, str> {
                $schema.into()
            }

            fn schemas(schemas: &mut $crate::http::kit::shape::Schemas) {
                use $crate::http::kit::shape::Shape;
                $(<$f_type as Shape>::add_to(schemas);)*
                $(<$fm_type as Shape>::add_to(schemas);)*
                $($(<$crate::domain::attributes::given!($shape) as Shape>::add_to(schemas);)*)*
                $($(<$crate::domain::attributes::given!($m_shape) as Shape>::add_to(schemas);)*)*
                $(<$lm_type as Shape>::add_to(schemas);)*
                $(<$l_type as Shape>::add_to(schemas);)*
            }
        }
    };
}

pub(in crate::http) use {answer, request_schema};
