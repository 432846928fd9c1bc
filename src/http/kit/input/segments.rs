//! The segments of a path as typed values.

use std::cell::Cell;

use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    fault::{InputFault, Step},
    params::decode,
    value::Value,
};
use crate::http::kit::problem::Problem;

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
    T::deserialize(Segments(pairs)).map_err(|fault| match only {
        Some(name) => fault.at_least(Step::Key(name.to_owned())).in_parameters(),
        None => fault.in_parameters(),
    })
}

/// The segments of a path.
struct Segments<'s>(Vec<(&'s str, String)>);

impl Segments<'_> {
    /// Reads the only one.
    fn one<T>(mut self, read: impl FnOnce(Value<'_>) -> Result<T, InputFault>) -> Result<T, InputFault> {
        let (name, text) = self.0.pop().unwrap_or_default();
        read(Value::new(&[&text], &Cell::default())).map_err(|fault| fault.at(Step::Key(name.to_owned())))
    }
}

macro_rules! of_one {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
            self.one(|value| value.$method(visitor))
        }
    )*};
}

impl<'de> Deserializer<'de> for Segments<'_> {
    type Error = InputFault;

    of_one! { deserialize_any deserialize_bool deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputFault> {
        self.one(|value| value.deserialize_enum(name, variants, visitor))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, InputFault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, InputFault> {
        visitor.visit_seq(InOrder(self.0.into_iter()))
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit option unit_struct seq tuple_struct map struct
        identifier ignored_any
    }
}

struct InOrder<'s>(std::vec::IntoIter<(&'s str, String)>);

impl<'de> SeqAccess<'de> for InOrder<'_> {
    type Error = InputFault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, InputFault> {
        let Some((name, text)) = self.0.next() else { return Ok(None) };
        seed.deserialize(Value::new(&[&text], &Cell::default()))
            .map(Some)
            .map_err(|fault| fault.at(Step::Key(name.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Day, OrgId},
        http::kit::problem::FaultPlace,
    };

    #[test]
    fn segments_become_ids_days_and_pairs_of_them() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert!(from_segments::<OrgId>([("id", id)].into_iter()).is_ok());
        assert!(from_segments::<(OrgId, Day)>([("id", id), ("valid_from", "2021-04-15")].into_iter()).is_ok());
        assert_eq!(from_segments::<String>([("code", "a%2Fb")].into_iter()).expect("text"), "a/b");
        let problem = from_segments::<(OrgId, Day)>([("id", id), ("valid_from", "x")].into_iter()).expect_err("no day");
        assert_eq!(problem.faults()[0].place().clone(), FaultPlace::Parameter("valid_from".into()));
        let problem = from_segments::<OrgId>([("id", "x")].into_iter()).expect_err("no id");
        assert_eq!(problem.faults()[0].place().clone(), FaultPlace::Parameter("id".into()));
    }
}
