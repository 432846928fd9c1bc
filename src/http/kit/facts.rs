//! How the API document describes the values of a row before and after a write. They name other objects by id only and
//! have nothing derived. They are written as in the log.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema},
};

use super::{
    members::Members,
    shape::{Schemas, Shape},
};
use crate::domain::{
    attributes::{and_both, and_then},
    kinds::plain_kinds,
    *,
};

/// Door: the schema of the values themselves.
macro_rules! facts_schema {
    (
        ($description:literal $facts:ident as $schema:ident)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        facts_schema! {
            @impl ($description $facts as $schema)
            [true $required] [true $fixed] [true $filled] [false $optional] [false $once] [false $kept] [false $internal]
        }
    };
    (
        @impl ($description:literal $facts:ident as $schema:ident)
        $([$always:literal { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* }])*
    ) => {
        impl PartialSchema for $facts {
            fn schema() -> RefOr<Schema> {
                Members::of($description)
                    $($(.member::<attributes::given!($shape)>(stringify!($name), concat!($($doc),+), $always))*)*
                    .build()
            }
        }

        impl ToSchema for $facts {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($schema).into()
            }

            fn schemas(schemas: &mut Schemas) {
                $($(<attributes::given!($shape) as Shape>::add_to(schemas);)*)*
            }
        }

        impl Shape for $facts {
            fn shape() -> RefOr<Schema> {
                Ref::from_schema_name(stringify!($schema)).into()
            }

            fn add_to(schemas: &mut Schemas) {
                schemas.push((stringify!($schema).to_owned(), Self::schema()));
                <Self as ToSchema>::schemas(schemas);
            }
        }
    };
}

/// The members of a version besides its values.
macro_rules! beside_the_values {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {
                /// The first day on which the values hold.
                valid_from: (one Day), valid_from, "first day" "起始日期";
            }
            fixed {}
            filled {}
            optional {
                /// The document of the newest act of that day that has one.
                basis: (maybe Basis), basis, "document" "依据";
                /// What the acts of that day set, the oldest first. Absent if that is not known.
                acts: (list VersionAct, VERSION_ACTS_MAX), acts, "acts" "文件";
            }
            once {}
            kept {}
            internal {}
        }
    };
}

org_attributes! { facts_schema ("The attributes of an org that have no versions." OrgFacts as OrgFacts) }
org_version_attributes! { and_then ((beside_the_values) facts_schema (
    "The attributes of an org from a day on." OrgVersion as OrgVersionFacts
)) }
post_attributes! { facts_schema ("A post of the catalogue." Post as PostFacts) }
alias_attributes! { facts_schema ("The former id of a person." PersonAliasFacts as PersonAliasFacts) }
api_key_attributes! { facts_schema ("An API key." ApiKeyFacts as ApiKeyFacts) }
role_attributes! { facts_schema ("A role." RoleFacts as RoleFacts) }

/// Door: the facts of plain objects.
macro_rules! plain_facts {
    (() { $(
        #[doc = $doc:literal]
        $kind:ident($($key:tt)*) of $value:ident,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {
        $($attributes! { facts_schema ($doc $value as $value) })*
    };
}

plain_kinds! { plain_facts () }
