//! Values of attributes, as sentences say them.

use std::fmt::{self, Display, Formatter};

use super::{Language, names::Teller, summary::cut};
use crate::domain::{attributes::shown, kinds::plain_kinds, *};

/// The most characters of a long text that a sentence quotes.
const QUOTED_CHARS_MAX: usize = 400;

/// What a value amounts to, where the value itself says little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// There is a value, and it is to be said.
    Something,
    /// There is none.
    Nothing,
    /// What the attribute says is so.
    So,
    /// What the attribute says is not so.
    NotSo,
}

/// A value that a sentence can say.
pub(super) trait Said {
    /// Says it, with the names of `day`.
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result;

    /// What it amounts to.
    fn amount(&self) -> Amount {
        Amount::Something
    }

    /// The document that it is, if it is one.
    fn document(&self) -> Option<&Basis> {
        None
    }
}

/// A value that lists have.
trait Item: Said {}

macro_rules! said_as_written {
    ($($type:ty $(, const $max:ident)?;)*) => {$(
        impl $(<const $max: usize>)? Said for $type {
            fn say(&self, _: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
                self.fmt(f)
            }
        }
    )*};
}

said_as_written! { Day; i32; Name; Code; Email; Text<MAX>, const MAX; }

/// The beginning of it, in quotes.
impl<const MAX: usize> Said for LongText<MAX> {
    fn say(&self, teller: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        let line = self.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        let line = cut(line, QUOTED_CHARS_MAX);
        if teller.is_chinese() { write!(f, "“{line}”") } else { write!(f, "\"{line}\"") }
    }
}

impl Said for OrgId {
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        teller.name(*self, day).fmt(f)
    }
}

impl Said for PostCode {
    fn say(&self, teller: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        teller.post(self).fmt(f)
    }
}

impl Said for Holder {
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        teller.holder(self, day).fmt(f)
    }
}

impl<W: Word> Said for W {
    fn say(&self, teller: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if teller.is_chinese() { self.zh() } else { self.en() })
    }
}

impl Said for bool {
    fn say(&self, teller: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, teller.is_chinese()) {
            (true, false) => "yes",
            (true, true) => "是",
            (false, false) => "no",
            (false, true) => "否",
        })
    }

    fn amount(&self) -> Amount {
        if *self { Amount::So } else { Amount::NotSo }
    }
}

/// A document by its title, with its number and its day where it has them.
impl Said for Basis {
    fn say(&self, teller: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { title, number, date } = self;
        let (open, between, close) = if teller.is_chinese() { ("（", "，", "）") } else { (" (", ", ", ")") };
        write!(f, "《{title}》")?;
        match (number, date) {
            (None, None) => Ok(()),
            (Some(number), None) => write!(f, "{open}{number}{close}"),
            (None, Some(date)) => write!(f, "{open}{date}{close}"),
            (Some(number), Some(date)) => write!(f, "{open}{number}{between}{date}{close}"),
        }
    }

    fn document(&self) -> Option<&Basis> {
        Some(self)
    }
}

impl Said for ExternalId {
    fn say(&self, teller: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { scheme, value } = self;
        match (scheme.as_str() == STAFF_NO_SCHEME, teller.is_chinese()) {
            (true, true) => write!(f, "原工号{value}"),
            (true, false) => write!(f, "former staff number {value}"),
            (false, _) => write!(f, "{scheme} {value}"),
        }
    }
}

impl Said for MemberCounts {
    fn say(&self, teller: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        let (members, counted_on) = (members(self, teller), self.counted_on);
        if teller.is_chinese() {
            write!(f, "{members}（{counted_on}统计）")
        } else {
            write!(f, "{members} (counted on {counted_on})")
        }
    }
}

/// How many members were counted, without the day.
pub(super) fn members(counts: &MemberCounts, teller: Teller<'_>) -> String {
    let MemberCounts { full, probationary, counted_on: _ } = counts;
    if teller.is_chinese() {
        format!("正式党员{full}人、预备党员{probationary}人")
    } else {
        format!("{full} full and {probationary} probationary members")
    }
}

/// The counts, the oldest first.
impl Said for MemberCountSeries {
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        List(&self.all().iter().map(|counts| counts as &dyn Said).collect::<Vec<_>>(), teller, day).fmt(f)
    }
}

/// A kind of org with what holds of a post there.
impl Said for PostKind {
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { kind, holders_max, max_since, holders_normal, required } = self;
        kind.say(teller, day, f)?;
        let chinese = teller.is_chinese();
        let mut more = Vec::new();
        if let Some(max) = holders_max {
            more.push(if chinese { format!("最多{max}人") } else { format!("at most {max}") });
        }
        if let Some(since) = max_since {
            more.push(if chinese { format!("自{since}起限额") } else { format!("limited from {since} on") });
        }
        if let Some(normal) = holders_normal {
            more.push(if chinese {
                format!("一般不超过{normal}人")
            } else {
                format!("normally at most {normal}")
            });
        }
        if *required {
            more.push(if chinese { "必设".to_owned() } else { "required".to_owned() });
        }
        match (more.is_empty(), chinese) {
            (true, _) => Ok(()),
            (false, true) => write!(f, "（{}）", more.join("，")),
            (false, false) => write!(f, " ({})", more.join(", ")),
        }
    }
}

impl Item for OrgId {}
impl Item for Name {}
impl Item for ExternalId {}
impl Item for PostKind {}

impl<T: Item> Said for Vec<T> {
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return None::<Day>.say(teller, day, f);
        }
        List(&self.iter().map(|item| item as &dyn Said).collect::<Vec<_>>(), teller, day).fmt(f)
    }

    fn amount(&self) -> Amount {
        if self.is_empty() { Amount::Nothing } else { Amount::Something }
    }
}

/// The holders, first to last.
impl Said for RoleOrder {
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        let holders: Vec<&dyn Said> = self.standings().iter().map(|standing| &standing.holder as &dyn Said).collect();
        List(&holders, teller, day).fmt(f)
    }
}

/// What follows from it is told by itself.
macro_rules! untold {
    ($($type:ty)*) => {$(
        impl Said for $type {
            fn say(&self, _: Teller<'_>, _: Day, _: &mut Formatter<'_>) -> fmt::Result {
                Ok(())
            }
        }
    )*};
}

untold! { Declared Following }

impl<T: Said> Said for Option<T> {
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.say(teller, day, f),
            None => f.write_str(if teller.is_chinese() { "无" } else { "none" }),
        }
    }

    fn amount(&self) -> Amount {
        self.as_ref().map_or(Amount::Nothing, Said::amount)
    }

    fn document(&self) -> Option<&Basis> {
        self.as_ref().and_then(Said::document)
    }
}

/// How an attribute differs.
pub(super) struct Difference<'f> {
    pub(super) attribute: &'static Attribute,
    pub(super) how: How<'f>,
}

/// How an attribute differs: one value instead of another, or items of a list.
pub(super) enum How<'f> {
    /// The value before, and the one after.
    Value(&'f dyn Said, &'f dyn Said),
    /// What went, what came, and the whole list.
    Items(Vec<&'f dyn Said>, Vec<&'f dyn Said>, &'f dyn Said),
}

/// How two lists differ.
pub(super) fn of_lists<'f, T: Said + PartialEq>(old: &'f [T], new: &'f [T], all: &'f dyn Said) -> How<'f> {
    fn only<'f, T: Said + PartialEq>(ours: &'f [T], theirs: &[T]) -> Vec<&'f dyn Said> {
        ours.iter().filter(|item| !theirs.contains(item)).map(|item| item as &dyn Said).collect()
    }
    How::Items(only(old, new), only(new, old), all)
}

/// Facts whose attributes can be said one by one.
pub(super) trait Described {
    /// How each attribute differs in which `self`, before, and `other`, after, differ.
    fn differences<'f>(&'f self, other: &'f Self) -> Vec<Difference<'f>>;

    /// Each attribute with its value, if any.
    fn every(&self) -> Vec<(&'static Attribute, &dyn Said)>;

    /// Each attribute that is there, with its value.
    fn all(&self) -> Vec<(&'static Attribute, &dyn Said)> {
        let mut all = self.every();
        all.retain(|(_, value)| !matches!(value.amount(), Amount::Nothing | Amount::NotSo));
        all
    }
}

/// How an attribute of that shape differs.
macro_rules! how {
    ((maybe MemberCountSeries), $old:expr, $new:expr) => {{
        let [old, new] = [$old, $new].map(|series| series.as_ref().map_or(&[][..], MemberCountSeries::all));
        of_lists(old, new, $new)
    }};
    ((list $type:ty, $max:expr), $old:expr, $new:expr) => {
        of_lists($old, $new, $new)
    };
    ((items $type:ty, $max:expr), $old:expr, $new:expr) => {
        of_lists($old, $new, $new)
    };
    ((names $type:ty), $old:expr, $new:expr) => {
        of_lists($old, $new, $new)
    };
    ($shape:tt, $old:expr, $new:expr) => {
        How::Value($old, $new)
    };
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
            fn differences<'f>(&'f self, other: &'f Self) -> Vec<Difference<'f>> {
                let mut found = Vec::new();
                let mut attributes = Self::ATTRIBUTES.iter();
                $($(
                    if let Some(attribute) = attributes.next() && !attribute.en.is_empty() && self.$name != other.$name {
                        found.push(Difference { attribute, how: how!($shape, &self.$name, &other.$name) });
                    }
                )*)*
                found
            }

            fn every(&self) -> Vec<(&'static Attribute, &dyn Said)> {
                let values: Vec<&dyn Said> = vec![$($(&self.$name,)*)*];
                Self::ATTRIBUTES.iter().zip(values).filter(|(attribute, _)| !attribute.en.is_empty()).collect()
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
                        orgs: facts.orgs().map(|(_, org)| org).collect(),
                        from: facts.valid_from(),
                        periods: [before.as_ref().map(PlainFacts::period), after.as_ref().map(PlainFacts::period)],
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
    /// The orgs that it names.
    pub(super) orgs: Vec<OrgId>,
    pub(super) from: Day,
    /// When it held before, and when it holds after.
    pub(super) periods: [Option<Period>; 2],
    pub(super) act: EffectKind,
    pub(super) values: Vec<(&'static Attribute, &'e dyn Said)>,
    pub(super) differences: Vec<Difference<'e>>,
}

plain_kinds! { plain_said () }
api_key_attributes! { shown (said (ApiKeyFacts)) }
org_attributes! { shown (said (OrgFacts)) }
org_version_attributes! { said (OrgValues) }
role_attributes! { shown (said (RoleFacts)) }
post_attributes! { shown (said (Post)) }
person_attributes! { shown (said (Person)) }

/// A value in a sentence.
pub(super) struct Value<'v, 's>(pub(super) &'v dyn Said, pub(super) Teller<'s>, pub(super) Day);

impl Display for Value<'_, '_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.say(self.1, self.2, f)
    }
}

/// Values in a sentence, one after the other.
pub(super) struct List<'v, 's>(pub(super) &'v [&'v dyn Said], pub(super) Teller<'s>, pub(super) Day);

impl Display for List<'_, '_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (nth, value) in self.0.iter().enumerate() {
            if nth > 0 {
                f.write_str(if self.1.is_chinese() { "、" } else { ", " })?;
            }
            value.say(self.1, self.2, f)?;
        }
        Ok(())
    }
}

/// Values with the names of their attributes, in a sentence.
pub(super) struct Values<'v, 's> {
    pub(super) teller: Teller<'s>,
    pub(super) day: Day,
    pub(super) values: &'v [(&'static Attribute, &'v dyn Said)],
}

impl Display for Values<'_, '_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { teller, day, values } = *self;
        for (index, (attribute, value)) in values.iter().enumerate() {
            if index > 0 {
                f.write_str(if teller.is_chinese() { "，" } else { ", " })?;
            }
            let amount = value.amount();
            let value = Value(*value, teller, day);
            match (teller.telling.language, amount) {
                (Language::English, Amount::So) => f.write_str(attribute.en)?,
                (Language::English, Amount::NotSo) => write!(f, "no {}", attribute.en)?,
                (Language::English, _) => write!(f, "{} {value}", attribute.en)?,
                (Language::Chinese, Amount::So) => f.write_str(attribute.zh)?,
                (Language::Chinese, Amount::NotSo) => write!(f, "非{}", attribute.zh)?,
                (Language::Chinese, _) => write!(f, "{}{value}", attribute.zh)?,
            }
        }
        Ok(())
    }
}

/// The rest of what there is to say of something new or deleted, in brackets. Nothing if there is no more.
pub(super) struct Rest<'v, 's> {
    /// What is said before the values, in English and in Chinese.
    first: Option<[String; 2]>,
    values: Values<'v, 's>,
}

impl Teller<'_> {
    /// Those of the values that are not yet told.
    pub(super) fn untold<'v>(
        self,
        mut values: Vec<(&'static Attribute, &'v dyn Said)>,
        told_of: &[&str],
    ) -> Vec<(&'static Attribute, &'v dyn Said)> {
        values.retain(|(attribute, value)| !told_of.contains(&attribute.name) && !self.is_said_once(*value));
        values
    }

    /// Whether a value is the document that is said once for the whole act.
    pub(super) fn is_said_once(self, value: &dyn Said) -> bool {
        value.document().is_some_and(|document| self.document == Some(document))
    }

    /// Whether a value is replaced by the document that is said once for the whole act, as all are.
    pub(super) fn replaces(self, before: &dyn Said, after: &dyn Said) -> bool {
        self.is_said_once(after) && self.replaced.is_some() && before.document() == self.replaced
    }
}

impl<'v, 's> Rest<'v, 's> {
    pub(super) fn new(values: &'v [(&'static Attribute, &'v dyn Said)], teller: Teller<'s>, day: Day) -> Self {
        Self { first: None, values: Values { teller, day, values } }
    }

    /// The same after something else.
    pub(super) fn after(self, first: Option<[String; 2]>) -> Self {
        Self { first, ..self }
    }
}

impl Display for Rest<'_, '_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { first, values } = self;
        let (open, between, close) = if values.teller.is_chinese() { ("（", "，", "）") } else { (" (", ", ", ")") };
        match first {
            None if values.values.is_empty() => return Ok(()),
            None => write!(f, "{open}{values}")?,
            Some([en, zh]) => {
                write!(f, "{open}{}", if values.teller.is_chinese() { zh } else { en })?;
                if !values.values.is_empty() {
                    write!(f, "{between}{values}")?;
                }
            }
        }
        f.write_str(close)
    }
}
