//! What a write does to rows, as answers show it: one shape for each kind of row.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeStruct};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Discriminator, OneOfBuilder, Ref, RefOr, Schema},
};

use super::{
    members::Members,
    shape::{Schemas, Shape},
};
use crate::domain::{kinds::kinds, *};

/// What a write does to one row. `subject` says which shape it has.
#[derive(Debug)]
pub(super) struct EffectBody<'e>(pub(super) &'e LoggedEffect);

const VERSION_DAY: &str = "The first day of the version.";
const FIELDS_MAX: usize = 20;

/// The members that every effect begins with.
fn row(kind: &str, subject: &str) -> Members {
    let kind = kind.trim().trim_end_matches('.');
    Members::of(&format!("An effect on {}{}.", kind[..1].to_lowercase(), &kind[1..]))
        .constant("subject", subject)
        .member::<EffectKind>("act", "What happens to the row.", true)
}

/// Door: effects as they are written, and their schemas.
macro_rules! shown_effects {
    (() org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt) => {
        shown_effects! { @impl [$org $version $objects $plain] [$people] }
    };
    (
        @impl [$({ $(
            $(#[doc = $doc:literal])+
            $kind:ident($id:ident: $key:ty $(, $day:ident: $day_type:ty)?) of $value:ty,
                $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
        )* })*]
        [{
            $(#[doc = $person_doc:literal])+
            $person:ident($person_id:ident: $person_key:ty) of $person_value:ty, $person_table:ident $($rest:tt)*
        }]
    ) => {
        impl Serialize for EffectBody<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self.0 {
                    $($(LoggedEffect::$kind { $id, $($day,)? before, after } => {
                        let mut object = serializer.serialize_struct("Effect", 6)?;
                        object.serialize_field("subject", stringify!($table))?;
                        object.serialize_field("act", &EffectKind::between(before.as_ref(), after.as_ref()))?;
                        object.serialize_field("id", $id)?;
                        $(object.serialize_field(stringify!($day), $day)?;)?
                        if let Some(before) = before {
                            object.serialize_field("before", before)?;
                        }
                        if let Some(after) = after {
                            object.serialize_field("after", after)?;
                        }
                        object.end()
                    })*)*
                    LoggedEffect::$person { $person_id, act, fields } => {
                        let mut object = serializer.serialize_struct("Effect", 4)?;
                        object.serialize_field("subject", stringify!($person_table))?;
                        object.serialize_field("act", act)?;
                        object.serialize_field("id", $person_id)?;
                        object.serialize_field("fields", fields)?;
                        object.end()
                    }
                }
            }
        }

        impl ToSchema for EffectBody<'_> {
            fn name() -> Cow<'static, str> {
                "Effect".into()
            }

            fn schemas(schemas: &mut Schemas) {
                EffectKind::add_to(schemas);
                $($(
                    schemas.push((
                        concat!(stringify!($kind), "Effect").to_owned(),
                        row(concat!($($doc),+), stringify!($table))
                            .member::<$key>("id", "Its id or code.", true)
                            $(.member::<$day_type>(stringify!($day), VERSION_DAY, true))?
                            .member::<$value>("before", "The values before. Absent if the row is new.", false)
                            .member::<$value>("after", "The values after. Absent if the row is deleted.", false)
                            .build(),
                    ));
                    <$key as Shape>::add_to(schemas);
                    <$value as Shape>::add_to(schemas);
                )*)*
                schemas.push((
                    concat!(stringify!($person), "Effect").to_owned(),
                    row("A person: which fields change, without their values.", stringify!($person_table))
                        .member::<$person_key>("id", "Its id or code.", true)
                        .member::<Items<PersonField, FIELDS_MAX>>("fields", "The fields that change.", true)
                        .build(),
                ));
                PersonField::add_to(schemas);
            }
        }

        impl PartialSchema for EffectBody<'_> {
            fn schema() -> RefOr<Schema> {
                let mut discriminator = Discriminator::new("subject");
                let mut choices = OneOfBuilder::new()
                    .description(Some("What a write does to one row. `subject` says which shape it has."));
                for (word, name) in [
                    $($((stringify!($table), concat!(stringify!($kind), "Effect")),)*)*
                    (stringify!($person_table), concat!(stringify!($person), "Effect")),
                ] {
                    let reference = Ref::from_schema_name(name);
                    discriminator.mapping.insert(word.to_owned(), reference.ref_location.clone());
                    choices = choices.item(reference);
                }
                RefOr::T(Schema::OneOf(choices.discriminator(Some(discriminator)).build()))
            }
        }
    };
}

kinds! { shown_effects () }
