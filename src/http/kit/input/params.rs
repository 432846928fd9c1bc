//! Query parameters and path segments as typed values.

use std::{borrow::Cow, marker::PhantomData};

use percent_encoding::percent_decode_str;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    LIST_ITEMS_MAX,
    misfit::{Misfit, Step, unknown_parameter},
};
use crate::http::kit::problem::{Place, Problem, ProblemType};
use crate::words::Words;

/// More parameters than any operation has: one of them must be unknown.
const PARAMETERS_MAX: usize = 50;

/// The parameters of one query string. What is read from it is taken out; [`Params::finish`] refuses
/// what nobody has read.
#[derive(Debug, Clone)]
pub struct Params(Vec<(String, Items)>);

/// What a parameter holds, decoded: parted where a comma stands in the query itself. One that is
/// percent-encoded is part of its item (RFC 6570, form style).
type Items = Vec<String>;

impl Params {
    /// Splits and decodes a query string.
    ///
    /// # Errors
    ///
    /// A name that stands twice, or text that is not UTF-8.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, Items)> = Vec::new();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decode(&name.replace('+', " ")).unwrap_or_else(|| name.to_owned());
            if pairs.len() == PARAMETERS_MAX {
                return Err(unknown_parameter(&name));
            }
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(Problem::new(ProblemType::RepeatedParameter)
                    .fault(Place::Parameter(name), Words::new("is given twice", "重复给出")));
            }
            match value.replace('+', " ").split(',').map(decode).collect() {
                Some(items) => pairs.push((name, items)),
                None => return Err(Problem::parameter(name, "must be UTF-8", "必须是 UTF-8 文本")),
            }
        }
        Ok(Self(pairs))
    }

    /// Takes out the parameters that are fields of `T`.
    ///
    /// # Errors
    ///
    /// The parameter that does not fit.
    pub fn take<T: DeserializeOwned>(&mut self) -> Result<T, Problem> {
        T::deserialize(Taking(&mut self.0)).map_err(Misfit::in_parameters)
    }

    /// Refuses a parameter that is still there.
    ///
    /// # Errors
    ///
    /// Names it.
    pub fn finish(self) -> Result<(), Problem> {
        self.0.first().map_or(Ok(()), |(name, _)| Err(unknown_parameter(name)))
    }

    /// What is still there, in a form that does not depend on the order in which it was sent.
    pub fn canonical(&self) -> String {
        let mut pairs: Vec<_> = self.0.iter().collect();
        pairs.sort();
        let mut text = String::new();
        for (name, items) in pairs {
            // Anything may stand in a name or an item: only lengths keep them apart.
            let lengths = std::iter::once(name).chain(items).map(|part| format!("{},", part.len()));
            text.extend(lengths);
            text.push(':');
            text.push_str(name);
            text.extend(items.iter().map(String::as_str));
        }
        text
    }
}

/// Makes a `T` of the segments of a path: of the only one, or of all in order as a tuple.
pub(in crate::http) fn from_segments<'s, T: DeserializeOwned>(
    segments: impl Iterator<Item = (&'s str, &'s str)>,
) -> Result<T, Problem> {
    let mut pairs = Vec::new();
    for (name, text) in segments {
        match decode(text) {
            Some(text) => pairs.push((name, text)),
            None => return Err(Problem::parameter(name, "must be UTF-8", "必须是 UTF-8 文本")),
        }
    }
    let only = match *pairs.as_slice() {
        [(name, _)] => Some(name),
        _ => None,
    };
    T::deserialize(Segments(pairs)).map_err(|misfit| match only {
        Some(name) => misfit.at_least(Step::Key(name.to_owned())).in_parameters(),
        None => misfit.in_parameters(),
    })
}

fn decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)
}

/// Several values in one parameter, separated by commas that are not percent-encoded; at most [`LIST_ITEMS_MAX`], at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Values<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("values separated by commas")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Vec<T>, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = access.next_element()? {
                    if values.len() == LIST_ITEMS_MAX {
                        return Err(de::Error::custom(format_args!("must have at most {LIST_ITEMS_MAX} values")));
                    }
                    values.push(value);
                }
                Ok(values)
            }
        }

        deserializer.deserialize_seq(Values(PhantomData)).map(Self)
    }
}

/// A parameter's text, which becomes what the type wants.
struct Value<'t> {
    text: &'t str,
    /// The text's items, for a type that wants a list.
    items: &'t [String],
}

impl<'t> Value<'t> {
    /// A text that is not parted.
    fn whole(text: &'t String) -> Self {
        Self { text, items: std::slice::from_ref(text) }
    }

    /// Whether it is a decimal integer as JSON writes it.
    fn is_integer(&self) -> bool {
        let digits = self.text.strip_prefix('-').unwrap_or(self.text);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'))
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            match (self.text.parse::<u64>(), self.text.parse::<i64>()) {
                (Ok(value), _) if self.is_integer() => visitor.visit_u64(value),
                (_, Ok(value)) if self.is_integer() => visitor.visit_i64(value),
                _ => visitor.visit_str(self.text),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.text)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.text {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Misfit::expected("a boolean")),
        }
    }

    integers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_enum(IntoDeserializer::<Misfit>::into_deserializer(self.text))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(Values { index: 0, rest: self.items.iter() })
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

struct Values<'t> {
    index: usize,
    rest: std::slice::Iter<'t, String>,
}

impl<'de> SeqAccess<'de> for Values<'_> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        let Some(text) = self.rest.next() else { return Ok(None) };
        let step = Step::Index(self.index);
        self.index += 1;
        seed.deserialize(Value::whole(text)).map(Some).map_err(|misfit| misfit.at(step))
    }
}

/// Gives a struct those parameters that are its fields, and takes them out.
struct Taking<'p>(&'p mut Vec<(String, Items)>);

impl<'de> Deserializer<'de> for Taking<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let taken: Vec<_> = self.0.extract_if(.., |(name, _)| fields.contains(&name.as_str())).collect();
        visitor.visit_map(Pairs { rest: taken.into_iter(), next: None })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit option
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Pairs {
    rest: std::vec::IntoIter<(String, Items)>,
    next: Option<(String, Items)>,
}

impl<'de> MapAccess<'de> for Pairs {
    type Error = Misfit;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        let Some(pair) = self.rest.next() else { return Ok(None) };
        let key = seed.deserialize(IntoDeserializer::<Misfit>::into_deserializer(pair.0.as_str()));
        self.next = Some(pair);
        key.map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        let Some((name, items)) = self.next.take() else { return Err(Misfit::expected("a map")) };
        let value = Value { text: &items.join(","), items: &items };
        seed.deserialize(value).map_err(|misfit| misfit.at(Step::Key(name)))
    }
}

/// The segments of a path.
struct Segments<'s>(Vec<(&'s str, String)>);

impl Segments<'_> {
    /// Reads the only one.
    fn one<T>(mut self, read: impl FnOnce(Value<'_>) -> Result<T, Misfit>) -> Result<T, Misfit> {
        let (name, text) = self.0.pop().unwrap_or_default();
        read(Value::whole(&text)).map_err(|misfit| misfit.at(Step::Key(name.to_owned())))
    }
}

macro_rules! of_one {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            self.one(|value| value.$method(visitor))
        }
    )*};
}

impl<'de> Deserializer<'de> for Segments<'_> {
    type Error = Misfit;

    of_one! { deserialize_any deserialize_bool deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.one(|value| value.deserialize_enum(name, variants, visitor))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(InOrder(self.0.into_iter()))
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit option unit_struct seq tuple_struct map struct
        identifier ignored_any
    }
}

struct InOrder<'s>(std::vec::IntoIter<(&'s str, String)>);

impl<'de> SeqAccess<'de> for InOrder<'_> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        let Some((name, text)) = self.0.next() else { return Ok(None) };
        seed.deserialize(Value::whole(&text)).map(Some).map_err(|misfit| misfit.at(Step::Key(name.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Day, OrgId, OrgKind};

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Filter {
        kind: Option<List<OrgKind>>,
        within: Option<List<OrgId>>,
        q: Option<String>,
        temporary: Option<bool>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Paging {
        limit: Option<u16>,
        as_of: Option<Day>,
    }

    fn read(query: &str) -> Result<(Filter, Paging), (ProblemType, Place)> {
        let told = |problem: Problem| (problem.kind(), problem.faults()[0].place().clone());
        let mut params = Params::parse(query).map_err(told)?;
        let both = (params.take().map_err(told)?, params.take().map_err(told)?);
        params.finish().map_err(told)?;
        Ok(both)
    }

    #[test]
    fn parameters_are_read_by_those_who_know_them() {
        let (filter, paging) =
            read("kind=branch,committee&limit=20&q=%E5%85%9A+%E5%A7%94&as_of=2021-04-15&temporary=true").expect("fits");
        assert_eq!(filter.kind, Some(List(vec![OrgKind::Branch, OrgKind::Committee])));
        assert_eq!(filter.q.as_deref(), Some("党 委"));
        assert_eq!(filter.temporary, Some(true));
        assert_eq!((paging.limit, paging.as_of.map(|day| day.to_string())), (Some(20), Some("2021-04-15".into())));
        assert_eq!(read(""), Ok((Filter::default(), Paging::default())));
    }

    #[test]
    fn a_comma_parts_a_list_unless_it_is_encoded() {
        #[derive(Debug, Deserialize)]
        struct Texts {
            list: Option<List<String>>,
            one: Option<String>,
        }
        let read = |query: &str| Params::parse(query).expect("fits").take::<Texts>().expect("texts");
        for (query, list) in [
            ("list=a,b", &["a", "b"][..]),
            ("list=a%2Cb", &["a,b"]),
            ("list=a%2cb,c+d,%2C", &["a,b", "c d", ","]),
            ("list=a%252Cb", &["a%2Cb"]),
            ("list=,", &["", ""]),
        ] {
            assert_eq!(read(query).list.expect("given").0, list, "{query}");
        }
        // What is no list has all of its commas.
        assert_eq!(read("one=a,b%2Cc,").one.as_deref(), Some("a,b,c,"));
    }

    #[test]
    fn a_parameter_that_does_not_fit_is_named() {
        let too_many = format!("kind={}", vec!["unit"; LIST_ITEMS_MAX + 1].join(","));
        for (query, kind, name) in [
            ("kindd=unit", ProblemType::UnknownParameter, "kindd"),
            ("q=1&q=2", ProblemType::RepeatedParameter, "q"),
            ("kind=", ProblemType::Validation, "kind"),
            ("kind=unit,x", ProblemType::Validation, "kind"),
            ("limit=x", ProblemType::Validation, "limit"),
            ("limit=+5", ProblemType::Validation, "limit"),
            ("limit=05", ProblemType::Validation, "limit"),
            ("limit=70000", ProblemType::Validation, "limit"),
            ("temporary=1", ProblemType::Validation, "temporary"),
            ("as_of=2021-4-15", ProblemType::Validation, "as_of"),
            ("within=x", ProblemType::Validation, "within"),
            ("q=%ff", ProblemType::Validation, "q"),
            (too_many.as_str(), ProblemType::Validation, "kind"),
        ] {
            assert_eq!(read(query), Err((kind, Place::Parameter(name.to_owned()))), "{query}");
        }
    }

    #[test]
    fn the_order_of_parameters_makes_no_other_question() {
        let canonical = |query| Params::parse(query).expect("fits").canonical();
        assert_eq!(canonical("a=1&b=2"), canonical("b=2&a=1"));
        assert_ne!(canonical("a=1&b=2"), canonical("a=1&b=3"));
        assert_eq!(canonical("a=%31,2"), canonical("a=1,%32"));
        for (one, other) in [
            ("a=1b", "a=1&b"),
            ("a=1,2", "a=1%2C2"),
            ("a=1,2", "a=12"),
            ("a=1,2", "a=12,"),
            ("a=1&b=2", "a=1%00b%002"),
            ("a=1&b=2", "a=1,b=2"),
            ("a=1,1:b", "a=1&b"),
        ] {
            assert_ne!(canonical(one), canonical(other), "{one} {other}");
        }
    }

    #[test]
    fn segments_become_ids_days_and_pairs_of_them() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert!(from_segments::<OrgId>([("id", id)].into_iter()).is_ok());
        assert!(from_segments::<(OrgId, Day)>([("id", id), ("valid_from", "2021-04-15")].into_iter()).is_ok());
        assert_eq!(from_segments::<String>([("code", "a%2Fb")].into_iter()).expect("text"), "a/b");
        let problem = from_segments::<(OrgId, Day)>([("id", id), ("valid_from", "x")].into_iter()).expect_err("no day");
        assert_eq!(problem.faults()[0].place().clone(), Place::Parameter("valid_from".into()));
        let problem = from_segments::<OrgId>([("id", "x")].into_iter()).expect_err("no id");
        assert_eq!(problem.faults()[0].place().clone(), Place::Parameter("id".into()));
    }
}
