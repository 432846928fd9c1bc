//! Query parameters as typed values.

use std::{borrow::Cow, cell::Cell};

use percent_encoding::percent_decode_str;
use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    fault::{InputFault, Step, unknown_parameter},
    value::{Form, Value},
};
use crate::http::kit::problem::Problem;

/// More names than any operation has parameters: one of them must be unknown.
const PARAMETERS_MAX: usize = 50;

/// The parameters of one query string. Reading takes parameters out; [`Params::finish`] refuses at once all that do
/// not fit and all that were not read.
#[derive(Debug, Clone, Default)]
pub struct Params {
    /// The parameters that were not read yet, each name once, in the order in which they were sent.
    waiting: Vec<Sent>,
    read: Vec<Sent>,
    faults: Vec<Fault>,
}

/// What was sent under one name, decoded.
#[derive(Debug, Clone)]
struct Sent {
    /// Where the name first stands in the query.
    place: usize,
    name: String,
    /// At least one; several where the parameter is repeated.
    texts: Vec<String>,
    form: Cell<Form>,
}

#[derive(Debug, Clone)]
struct Fault {
    place: usize,
    name: String,
    problem: Problem,
}

impl Sent {
    /// The values that were read, in an order that does not depend on that in which they were sent.
    fn values(&self) -> Vec<&str> {
        let texts: Vec<&str> = self.texts.iter().map(String::as_str).collect();
        let mut values = self.form.get().values(&texts);
        values.sort_unstable();
        values.dedup();
        values
    }
}

impl Params {
    /// Splits and decodes a query string.
    pub fn parse(query: &str) -> Self {
        let mut params = Self::default();
        for (place, part) in query.split('&').filter(|part| !part.is_empty()).enumerate() {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decode(&name.replace('+', " ")).unwrap_or_else(|| name.to_owned());
            let Some(text) = decode(&value.replace('+', " ")) else {
                let problem = Problem::parameter(name.as_str(), "must be UTF-8", "必须是 UTF-8 文本");
                params.note(place, name, problem);
                if params.faults.len() > PARAMETERS_MAX {
                    break;
                }
                continue;
            };
            if let Some(known) = params.waiting.iter_mut().find(|sent| sent.name == name) {
                known.texts.push(text);
            } else if params.waiting.len() < PARAMETERS_MAX {
                params.waiting.push(Sent { place, name, texts: vec![text], form: Cell::default() });
            } else {
                let problem = unknown_parameter(&name);
                params.note(place, name, problem);
                break;
            }
        }
        params
    }

    /// Notes what is wrong with a parameter; the first fault of each counts.
    fn note(&mut self, place: usize, name: String, problem: Problem) {
        if self.faults.iter().all(|fault| fault.name != name) {
            self.faults.push(Fault { place, name, problem });
        }
    }

    /// Takes out the parameters that are fields of `T`. Nothing where one of them does not fit: then
    /// [`Params::finish`] says so.
    pub fn take<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut taken = Vec::new();
        let mut all_fit = true;
        loop {
            match T::deserialize(Taking { waiting: &mut self.waiting, taken: &mut taken }) {
                Ok(value) => {
                    self.read.append(&mut taken);
                    return all_fit.then_some(value);
                }
                Err(fault) => {
                    // The others are looked at without the one that does not fit.
                    all_fit = false;
                    let name = fault.parameter().to_owned();
                    let at = taken.iter().position(|sent| sent.name == name);
                    let place = at.map(|at| taken.remove(at).place);
                    self.note(place.unwrap_or(usize::MAX), name, fault.in_parameters());
                    place?;
                }
            }
        }
    }

    /// Gives what was read, if all of it fits and nothing is left over.
    ///
    /// # Errors
    ///
    /// Names every parameter that does not fit, is missing, or is unknown.
    pub fn finish<T>(mut self, read: Option<T>) -> Result<T, Problem> {
        for Sent { place, name, .. } in std::mem::take(&mut self.waiting) {
            let problem = unknown_parameter(&name);
            self.note(place, name, problem);
        }
        self.faults.sort_by_key(|fault| fault.place);
        match Problem::together(self.faults.into_iter().map(|fault| fault.problem)) {
            Some(problem) => Err(problem),
            None => read.ok_or_else(|| Problem::internal("parameters do not fit, and nothing says why")),
        }
    }

    /// What has been read up to now, in a form that depends on its meaning alone: not on the order of the
    /// parameters or of the values of one, nor on how several values are written.
    pub fn canonical(&self) -> String {
        let mut read: Vec<(&str, Vec<&str>)> =
            self.read.iter().map(|sent| (sent.name.as_str(), sent.values())).collect();
        read.sort();
        let mut text = String::new();
        for (name, values) in read {
            // Anything may stand in a name or a value: only lengths keep them apart.
            let lengths = std::iter::once(&name).chain(&values).map(|part| format!("{},", part.len()));
            text.extend(lengths);
            text.push(':');
            text.push_str(name);
            text.extend(values);
        }
        text
    }
}

pub(super) fn decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)
}

/// Gives a struct those parameters that are its fields, and takes them out.
struct Taking<'p> {
    waiting: &'p mut Vec<Sent>,
    taken: &'p mut Vec<Sent>,
}

impl<'de> Deserializer<'de> for Taking<'_> {
    type Error = InputFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
        visitor.visit_unit()
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputFault> {
        self.taken.extend(self.waiting.extract_if(.., |sent| fields.contains(&sent.name.as_str())));
        visitor.visit_map(Pairs { rest: self.taken.iter(), next: None })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit option
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Pairs<'p> {
    rest: std::slice::Iter<'p, Sent>,
    next: Option<&'p Sent>,
}

impl<'de> MapAccess<'de> for Pairs<'_> {
    type Error = InputFault;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, InputFault> {
        self.next = self.rest.next();
        let Some(sent) = self.next else { return Ok(None) };
        seed.deserialize(IntoDeserializer::<InputFault>::into_deserializer(sent.name.as_str())).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, InputFault> {
        let Some(sent) = self.next.take() else { return Err(InputFault::expected("a map")) };
        let texts: Vec<&str> = sent.texts.iter().map(String::as_str).collect();
        let value = seed.deserialize(Value::new(&texts, &sent.form));
        value.map_err(|fault| {
            // Types that say by themselves what they expect say it of a repeated parameter, too.
            let repeated = texts.len() > 1 && sent.form.get() == Form::One;
            let fault = if repeated { InputFault::repeated() } else { fault };
            fault.at(Step::Key(sent.name.clone()))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::{
        domain::{Day, OrgId, OrgKind, fuzz::try_texts},
        http::kit::{
            input::{AnyOf, AnyText, LIST_ITEMS_MAX},
            problem::{FaultPlace, ProblemType},
        },
    };

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Filter {
        kind: Option<AnyOf<OrgKind>>,
        within: Option<AnyOf<OrgId>>,
        name: Option<AnyText<String>>,
        q: Option<String>,
        temporary: Option<bool>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Paging {
        limit: Option<u16>,
        as_of: Option<Day>,
    }

    fn read(query: &str) -> Result<(Filter, Paging), (ProblemType, Vec<FaultPlace>)> {
        let told = |problem: Problem| {
            (problem.kind(), problem.faults().iter().map(|fault| fault.place().clone()).collect::<Vec<_>>())
        };
        let mut params = Params::parse(query);
        let both = params.take().zip(params.take());
        params.finish(both).map_err(told)
    }

    #[test]
    fn parameters_are_read_by_those_who_know_them() {
        let (filter, paging) =
            read("kind=branch,committee&limit=20&q=%E5%85%9A+%E5%A7%94&as_of=2021-04-15&temporary=true").expect("fits");
        assert_eq!(filter.kind, Some(AnyOf(vec![OrgKind::Branch, OrgKind::Committee])));
        assert_eq!(filter.q.as_deref(), Some("党 委"));
        assert_eq!(filter.temporary, Some(true));
        assert_eq!((paging.limit, paging.as_of.map(|day| day.to_string())), (Some(20), Some("2021-04-15".into())));
        assert_eq!(read(""), Ok((Filter::default(), Paging::default())));
    }

    #[test]
    fn several_values_are_repeated_and_words_may_be_separated_by_commas() {
        let all = Some(AnyOf(vec![OrgKind::Branch, OrgKind::Unit, OrgKind::Committee]));
        for query in [
            "kind=branch&kind=unit&kind=committee",
            "kind=branch,unit,committee",
            "kind=branch%2Cunit%2ccommittee",
            "kind=branch,unit&q=a&kind=committee",
        ] {
            assert_eq!(read(query).expect("fits").0.kind, all, "{query}");
        }
        for (query, names) in [
            ("name=a,b", &["a,b"][..]),
            ("name=a%2Cb", &["a,b"]),
            ("name=a,b&name=c", &["a,b", "c"]),
            ("name=%252C", &["%2C"]),
        ] {
            assert_eq!(read(query).expect("fits").0.name.expect("given").0, names, "{query}");
        }
        assert_eq!(read("q=a,b%2Cc,").expect("fits").0.q.as_deref(), Some("a,b,c,"));
    }

    #[test]
    fn a_parameter_that_does_not_fit_is_named() {
        let too_many = format!("kind={}", vec!["unit"; LIST_ITEMS_MAX + 1].join(","));
        let repeated = vec!["name=a"; LIST_ITEMS_MAX + 1].join("&");
        for (query, kind, name) in [
            ("kindd=unit", ProblemType::UnknownParameter, "kindd"),
            ("kindd=unit&kindd=unit", ProblemType::UnknownParameter, "kindd"),
            ("q=1&q=2", ProblemType::RepeatedParameter, "q"),
            ("limit=1&limit=1", ProblemType::RepeatedParameter, "limit"),
            ("temporary=true&temporary=true", ProblemType::RepeatedParameter, "temporary"),
            ("kind=", ProblemType::Validation, "kind"),
            ("kind=unit,x", ProblemType::Validation, "kind"),
            ("kind=unit&kind=", ProblemType::Validation, "kind"),
            ("limit=x", ProblemType::Validation, "limit"),
            ("limit=+5", ProblemType::Validation, "limit"),
            ("limit=05", ProblemType::Validation, "limit"),
            ("limit=70000", ProblemType::Validation, "limit"),
            ("temporary=1", ProblemType::Validation, "temporary"),
            ("as_of=2021-4-15", ProblemType::Validation, "as_of"),
            ("within=x", ProblemType::Validation, "within"),
            ("q=%ff", ProblemType::Validation, "q"),
            (too_many.as_str(), ProblemType::Validation, "kind"),
            (repeated.as_str(), ProblemType::Validation, "name"),
        ] {
            assert_eq!(read(query), Err((kind, vec![FaultPlace::Parameter(name.to_owned())])), "{query}");
        }
    }

    #[test]
    fn all_that_do_not_fit_are_named_at_once() {
        for (query, kind, names) in [
            ("within=abc&limit=9999999&kind=x&foo=1", ProblemType::Validation, &["within", "limit", "kind", "foo"][..]),
            ("a=1&q=a&b=1&a=2", ProblemType::UnknownParameter, &["a", "b"]),
            ("limit=1&q=1&limit=2&q=2", ProblemType::RepeatedParameter, &["limit", "q"]),
            ("a=1&q=1&q=2", ProblemType::Validation, &["a", "q"]),
            ("q=%ff&as_of=x", ProblemType::Validation, &["q", "as_of"]),
        ] {
            let places = names.iter().map(|name| FaultPlace::Parameter((*name).to_owned())).collect();
            assert_eq!(read(query), Err((kind, places)), "{query}");
        }
        let many: Vec<String> = (0..60).map(|number| format!("a{number}=1")).collect();
        let (kind, places) = read(&many.join("&")).expect_err("refused");
        assert_eq!((kind, places.len()), (ProblemType::UnknownParameter, PARAMETERS_MAX + 1));
    }

    #[test]
    fn a_parameter_that_must_be_there_is_missed_unless_it_does_not_fit() {
        #[derive(Debug, Deserialize)]
        struct Way {
            #[expect(dead_code, reason = "only read by the deserialiser")]
            to: OrgId,
        }
        for (query, told) in [("", "is required"), ("to=x", crate::domain::NOT_AN_ID), ("to=%ff", "must be UTF-8")] {
            let mut params = Params::parse(query);
            let way = params.take::<Way>();
            let problem = params.finish(way).expect_err("refused");
            let faults: Vec<_> = problem.faults().iter().map(|fault| fault.detail().en.as_str()).collect();
            assert_eq!(faults, [told], "{query}");
        }
    }

    #[test]
    fn what_means_the_same_is_the_same_question() {
        #[derive(Debug, Default, PartialEq, Deserialize)]
        #[serde(default)]
        struct Question {
            a: Option<AnyOf<String>>,
            b: Option<AnyOf<String>>,
            t: Option<AnyText<String>>,
        }
        let canonical = |query| {
            let mut params = Params::parse(query);
            params.take::<Question>().expect("fits");
            params.canonical()
        };
        for (one, other) in [
            ("a=1&b=2", "b=2&a=1"),
            ("a=%31,2", "a=1,%32"),
            ("a=1,2", "a=1&a=2"),
            ("a=1,2", "a=1%2C2"),
            ("a=1,2&b=3", "b=3&a=2&a=1,2"),
            ("t=1&t=2", "t=2&t=1"),
        ] {
            assert_eq!(canonical(one), canonical(other), "{one} {other}");
        }
        for (one, other) in [
            ("a=1&b=2", "a=1&b=3"),
            ("a=1b", "a=1&b"),
            ("t=1,2", "t=1&t=2"),
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
    fn fuzz_queries() {
        let pieces = [
            "kind",
            "within",
            "name",
            "q",
            "temporary",
            "limit",
            "as_of",
            "other",
            "=",
            "=",
            "&",
            "&",
            ",",
            "branch",
            "true",
            "2021-04-15",
            "20",
            "%E5%85%9A",
            "%",
            "+",
            "%26",
            "%00",
            "党",
        ];
        try_texts(&pieces, |bytes| {
            let query = String::from_utf8_lossy(bytes);
            let mut params = Params::parse(&query);
            let both = params.take::<Filter>().zip(params.take::<Paging>());
            // What was read has one meaning, whichever parameter stands first.
            let canonical = params.canonical();
            if params.finish(both).is_ok() {
                let turned = query.split('&').rev().collect::<Vec<_>>().join("&");
                let mut params = Params::parse(&turned);
                let both = params.take::<Filter>().zip(params.take::<Paging>());
                assert_eq!(params.canonical(), canonical, "{query}");
                assert!(params.finish(both).is_ok(), "{query}");
            } else {
                let (kind, places) = read(&query).expect_err("refused twice");
                assert!(kind != ProblemType::Internal && !places.is_empty(), "{query}");
            }
        });
    }
}
