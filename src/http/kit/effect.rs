//! What a write does to rows, as answers show it: one shape for each kind of row.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Discriminator, OneOfBuilder, Ref, RefOr, Schema},
};

use super::{
    members::{Members, add},
    shape::{Schemas, Shape},
};
use crate::{
    directory::Outcome,
    domain::{kinds::kinds, *},
};

/// What a write does to one row. `subject` says which shape it has.
#[derive(Debug)]
pub(in crate::http) enum EffectBody<'e> {
    /// It is on a row. Of a person, `person` has the values of today.
    Row { outcome: Outcome<'e>, person: Option<Value> },
    /// The caller sees a person from now on, or no longer.
    Sight {
        id: PersonId,
        /// Whether the caller sees them from now on.
        enters: bool,
        /// The person as of today. `None` if the caller does not see them today.
        person: Option<Value>,
    },
}

impl<'e> EffectBody<'e> {
    /// As answers to writes show it.
    pub(super) fn alone(outcome: Outcome<'e>) -> Self {
        Self::Row { outcome, person: None }
    }
}

const VERSION_DAY: &str = "The first day of the version.";
const FIELDS_MAX: usize = 20;
/// The subject of effects on what the caller sees.
const SIGHT: &str = "sight";
/// The schema of a person.
const PERSON: &str = "Person";
const TYPES_MAX: usize = 4;
const DAYS_MAX: usize = 10_000;
const DAYS: &str = "The days on which something else is true of the subject, in order. If it is not dated, one period without \
                    a beginning. Empty if nothing else is true on any day.";

/// Days from one on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Span)]
struct SpanBody {
    /// The first day. Absent for all days.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Day>,
    /// The first day that no longer counts. Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
}

/// The days of an outcome.
struct Spans<'d>(Option<&'d [Period]>);

impl Serialize for Spans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            None => [SpanBody { from: None, until: None }].serialize(serializer),
            Some(days) => serializer
                .collect_seq(days.iter().map(|days| SpanBody { from: Some(days.from()), until: days.until() })),
        }
    }
}

fn sight_changed<S: Serializer>(
    id: PersonId,
    enters: bool,
    person: Option<&Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let (act, kind) = match enters {
        true => (EffectKind::Created, EffectType::SightEntered),
        false => (EffectKind::Deleted, EffectType::SightLeft),
    };
    let mut object = serializer.serialize_struct("Effect", 5)?;
    object.serialize_field("subject", SIGHT)?;
    object.serialize_field("act", &act)?;
    object.serialize_field("types", &[kind])?;
    object.serialize_field("id", &id)?;
    if let Some(person) = person {
        object.serialize_field("person", person)?;
    }
    object.end()
}

/// The members that every effect begins with.
fn row(kind: &str, subject: &str) -> Members {
    let kind = kind.trim().trim_end_matches('.');
    Members::of(&format!("An effect on {}{}.", kind[..1].to_lowercase(), &kind[1..]))
        .constant("subject", subject)
        .member::<EffectKind>("act", "What happens to the row.", true)
        .member::<Items<EffectType, TYPES_MAX>>("types", "What that means.", true)
        .list::<SpanBody>("days", DAYS, DAYS_MAX)
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
                let (Outcome { effect, types, days }, person) = match self {
                    Self::Row { outcome, person } => (outcome, person),
                    Self::Sight { id, enters, person } => return sight_changed(*id, *enters, person.as_ref(), serializer),
                };
                match effect {
                    $($(LoggedEffect::$kind { $id, $($day,)? before, after } => {
                        let mut object = serializer.serialize_struct("Effect", 8)?;
                        object.serialize_field("subject", stringify!($table))?;
                        object.serialize_field("act", &EffectKind::between(before.as_ref(), after.as_ref()))?;
                        object.serialize_field("types", types)?;
                        object.serialize_field("days", &Spans(days.as_deref()))?;
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
                        let mut object = serializer.serialize_struct("Effect", 6)?;
                        object.serialize_field("subject", stringify!($person_table))?;
                        object.serialize_field("act", act)?;
                        object.serialize_field("types", types)?;
                        object.serialize_field("days", &Spans(days.as_deref()))?;
                        object.serialize_field("id", $person_id)?;
                        object.serialize_field("fields", fields)?;
                        if let Some(person) = person {
                            object.serialize_field("person", person)?;
                        }
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
                EffectType::add_to(schemas);
                add::<SpanBody>(schemas);
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
                        .reference("person", PERSON, "The person as of today. In `/changes` alone; absent if the entry is gone.")
                        .build(),
                ));
                schemas.push((
                    "SightEffect".to_owned(),
                    Members::of("The caller sees a person from now on, or no longer, because of what else the act does.")
                        .constant("subject", SIGHT)
                        .member::<EffectKind>("act", "`created` or `deleted`: for a copy the entry is new, or gone.", true)
                        .member::<Items<EffectType, TYPES_MAX>>("types", "`sight.entered` or `sight.left`.", true)
                        .member::<PersonId>("id", "The person.", true)
                        .reference("person", PERSON, "The whole entry as of today. Absent with `sight.left`, and if the caller does not see the person today.")
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
                    (SIGHT, "SightEffect"),
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
