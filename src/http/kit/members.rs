//! Objects of the API document, member by member.

use utoipa::{
    ToSchema,
    openapi::{
        Ref, RefOr,
        schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Schema, Type},
    },
};

use super::shape::{Schemas, Shape};

/// Adds a schema, and those that it refers to.
pub(in crate::http) fn add<T: ToSchema>(schemas: &mut Schemas) {
    schemas.push((T::name().into(), T::schema()));
    T::schemas(schemas);
}

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

    /// Has no such member: another one shows more than it would.
    pub(in crate::http) fn without(self, _: &str) -> Self {
        self
    }

    /// A member that is an object of a schema of its own.
    pub(in crate::http) fn object<T: ToSchema>(self, name: &str, meaning: &str, always: bool) -> Self {
        let mut reference = Ref::from_schema_name(T::name());
        meaning.clone_into(&mut reference.description);
        let object = self.0.property(name, reference);
        Self(if always { object.required(name) } else { object })
    }

    /// A member that is an object of the schema with that name, if it is there.
    pub(in crate::http) fn reference(self, name: &str, schema: &str, meaning: &str) -> Self {
        let mut reference = Ref::from_schema_name(schema);
        meaning.clone_into(&mut reference.description);
        Self(self.0.property(name, reference))
    }

    /// A member that is a list of such objects, and always there.
    pub(in crate::http) fn list<T: ToSchema>(self, name: &str, meaning: &str, items_max: usize) -> Self {
        let list = ArrayBuilder::new().items(Ref::from_schema_name(T::name())).max_items(Some(items_max));
        Self(self.0.property(name, list.description(Some(meaning))).required(name))
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

/// Writes an attribute of something that an answer shows with the objects that it names: those are shown in full
/// under their own names, not as ids.
macro_rules! write_attribute {
    ((one OrgId), $object:ident, $name:expr, $value:expr) => {};
    ((one PostCode), $object:ident, $name:expr, $value:expr) => {};
    ((holder), $object:ident, $name:expr, $value:expr) => {};
    ((maybe $type:ty), $object:ident, $name:expr, $value:expr) => {
        if let Some(value) = &$value {
            $object.serialize_field($name, value)?;
        }
    };
    ((flag), $object:ident, $name:expr, $value:expr) => {
        if $value {
            $object.serialize_field($name, &true)?;
        }
    };
    ($shape:tt, $object:ident, $name:expr, $value:expr) => {
        $object.serialize_field($name, &$value)?;
    };
}

/// The schema of such an attribute.
macro_rules! attribute_schema {
    ((one OrgId), $members:expr, $name:expr, $meaning:expr) => {
        $members.without($name)
    };
    ((one PostCode), $members:expr, $name:expr, $meaning:expr) => {
        $members.without($name)
    };
    ((holder), $members:expr, $name:expr, $meaning:expr) => {
        $members.without($name)
    };
    ((maybe $type:ty), $members:expr, $name:expr, $meaning:expr) => {
        $members.member::<$type>($name, $meaning, false)
    };
    ((flag), $members:expr, $name:expr, $meaning:expr) => {
        $members.member::<bool>($name, $meaning, false)
    };
    ($shape:tt, $members:expr, $name:expr, $meaning:expr) => {
        $members.member::<$crate::domain::attributes::given!($shape)>($name, $meaning, true)
    };
}

pub(in crate::http) use {attribute_schema, write_attribute};

/// Door: the schema of a request. `given` makes something, `change` changes it.
macro_rules! request_schema {
    (
        (given $($more:tt)*)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::http::kit::members::request_schema! {
            @impl given ($($more)*) [true $required] [true $fixed] [false $filled] [false $optional] [false $once]
        }
    };
    (
        (change $($more:tt)*)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::http::kit::members::request_schema! {
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
                $crate::http::kit::members::Members::of($description)
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
        $crate::http::kit::members::answer! {
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
                $crate::http::kit::members::Members::of($description)
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
