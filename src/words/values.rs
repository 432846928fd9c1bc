//! Values of attributes, as sentences say them.

use std::fmt::{self, Display, Formatter};

use super::{Language, names::Telling};
use crate::domain::{attributes::shown, kinds::plain_kinds, *};

/// A value that a sentence can say.
pub(super) trait Said {
    /// Says it, with the names of `day`.
    fn say(&self, telling: Telling<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result;
}

macro_rules! said_as_written {
    ($($type:ty $(, const $max:ident)?;)*) => {$(
        impl $(<const $max: usize>)? Said for $type {
            fn say(&self, _: Telling<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
                self.fmt(f)
            }
        }
    )*};
}

said_as_written! { Day; i32; Name; Code; Text<MAX>, const MAX; LongText<MAX>, const MAX; }

impl Said for OrgId {
    fn say(&self, telling: Telling<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        telling.name(*self, day).fmt(f)
    }
}

impl Said for PostCode {
    fn say(&self, telling: Telling<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        telling.post(self).fmt(f)
    }
}

impl<W: Word> Said for W {
    fn say(&self, telling: Telling<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match telling.language {
            Language::English => self.en(),
            Language::Chinese => self.zh(),
        })
    }
}

impl Said for bool {
    fn say(&self, telling: Telling<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, telling.language) {
            (true, Language::English) => "yes",
            (true, Language::Chinese) => "是",
            (false, Language::English) => "no",
            (false, Language::Chinese) => "否",
        })
    }
}

/// A document by its title, and its number where it has one.
impl Said for Basis {
    fn say(&self, _: Telling<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "《{}》", self.title)?;
        self.number.as_ref().map_or(Ok(()), |number| write!(f, "（{number}）"))
    }
}

impl<T: Said> Said for Option<T> {
    fn say(&self, telling: Telling<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        match (self, telling.language) {
            (Some(value), _) => value.say(telling, day, f),
            (None, Language::English) => f.write_str("none"),
            (None, Language::Chinese) => f.write_str("无"),
        }
    }
}

/// Facts whose attributes can be said one by one.
pub(super) trait Described {
    /// Each attribute with its value in `self` and in `other`, if the two differ.
    fn differences<'f>(&'f self, other: &'f Self) -> Vec<(&'static Attribute, &'f dyn Said, &'f dyn Said)>;

    /// Each attribute that is there, with its value.
    fn all(&self) -> Vec<(&'static Attribute, &dyn Said)>;
}

/// Door: the attributes of a thing.
macro_rules! said {
    (
        ($facts:ident)
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Described for $facts {
            fn differences<'f>(&'f self, other: &'f Self) -> Vec<(&'static Attribute, &'f dyn Said, &'f dyn Said)> {
                let values: Vec<(bool, &dyn Said, &dyn Said)> =
                    vec![$($((self.$name != other.$name, &self.$name, &other.$name),)*)*];
                let all = Self::ATTRIBUTES.iter().zip(values);
                all.filter_map(|(attribute, (differ, ours, theirs))| differ.then_some((attribute, ours, theirs))).collect()
            }

            fn all(&self) -> Vec<(&'static Attribute, &dyn Said)> {
                let values: Vec<(bool, &dyn Said)> =
                    vec![$($((attributes::is_there!($shape, self.$name), &self.$name),)*)*];
                let all = Self::ATTRIBUTES.iter().zip(values);
                all.filter_map(|(attribute, (there, value))| there.then_some((attribute, value))).collect()
            }
        }
    };
}

/// Door: plain objects.
macro_rules! plain_said {
    (() { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ident) of $value:ident,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {
        $($attributes! { said ($value) })*

        /// The parts of an effect on a plain object, whatever its kind: what it is called, and its facts.
        pub(super) fn plain_effect(effect: &LoggedEffect) -> Option<PlainEffect<'_>> {
            match effect {
                $(LoggedEffect::$kind { before, after, .. } => {
                    let facts = after.as_ref().or(before.as_ref())?;
                    Some(PlainEffect {
                        subject: Subject::$kind,
                        org: facts.orgs().next()?.1,
                        from: facts.valid_from(),
                        act: EffectKind::between(before.as_ref(), after.as_ref()),
                        values: facts.all(),
                        differences: before.as_ref().zip(after.as_ref()).map_or_else(Vec::new, |(old, new)| old.differences(new)),
                    })
                })*
                _ => None,
            }
        }
    };
}

/// An effect on a plain object.
pub(super) struct PlainEffect<'e> {
    pub(super) subject: Subject,
    /// The first org that it names.
    pub(super) org: OrgId,
    pub(super) from: Day,
    pub(super) act: EffectKind,
    pub(super) values: Vec<(&'static Attribute, &'e dyn Said)>,
    pub(super) differences: Vec<(&'static Attribute, &'e dyn Said, &'e dyn Said)>,
}

plain_kinds! { plain_said () }
api_key_attributes! { shown (said (ApiKeyFacts)) }

/// Each attribute in which the two differ, with its value in both.
pub(super) fn differing<'f, F: Described>(
    before: &'f F,
    after: &'f F,
) -> impl Iterator<Item = (&'static Attribute, &'f dyn Said, &'f dyn Said)> {
    before.differences(after).into_iter()
}

/// A value in a sentence.
pub(super) struct Value<'v, 's>(pub(super) &'v dyn Said, pub(super) Telling<'s>, pub(super) Day);

impl Display for Value<'_, '_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.say(self.1, self.2, f)
    }
}

/// Values with the names of their attributes, in a sentence.
pub(super) struct Values<'v, 's> {
    pub(super) telling: Telling<'s>,
    pub(super) day: Day,
    pub(super) values: &'v [(&'static Attribute, &'v dyn Said)],
}

impl Display for Values<'_, '_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { telling, day, values } = *self;
        for (index, (attribute, value)) in values.iter().enumerate() {
            let value = Value(*value, telling, day);
            match (telling.language, index) {
                (Language::English, 0) => write!(f, "{} {value}", attribute.en)?,
                (Language::English, _) => write!(f, ", {} {value}", attribute.en)?,
                (Language::Chinese, 0) => write!(f, "{}{value}", attribute.zh)?,
                (Language::Chinese, _) => write!(f, "，{}{value}", attribute.zh)?,
            }
        }
        Ok(())
    }
}
