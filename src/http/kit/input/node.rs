//! A value as it was sent, and how types are made from it.

use std::cell::Cell;

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};

use super::fault::{InputFault, Step};

/// A JSON value whose objects keep their order and have no name twice.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::http) enum Node {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// An element of a list that readers skip. The others keep their places.
    Omitted,
}

/// Makes a `T` of `node`.
pub(super) fn from_node<T: DeserializeOwned>(node: Node) -> Result<T, InputFault> {
    read(node, |reading| T::deserialize(reading))
}

/// A value as a type reads it.
struct Reading<'c> {
    node: Node,
    /// Whether a type has taken it whole, in order to read it later.
    taken_whole: &'c Cell<bool>,
}

/// Lets a type read a value.
fn read<T>(node: Node, read: impl FnOnce(Reading<'_>) -> Result<T, InputFault>) -> Result<T, InputFault> {
    let taken_whole = Cell::new(false);
    let made = read(Reading { node, taken_whole: &taken_whole });
    made.map_err(|fault| if taken_whole.get() { fault.of_whole() } else { fault })
}

/// Whether `null` stands anywhere in `node`.
pub(super) fn has_null(node: &Node) -> bool {
    match node {
        Node::Null => true,
        Node::List(nodes) => nodes.iter().any(has_null),
        Node::Object(members) => members.iter().any(|(_, node)| has_null(node)),
        Node::Bool(_) | Node::Unsigned(_) | Node::Signed(_) | Node::Float(_) | Node::Text(_) | Node::Omitted => false,
    }
}

/// Up to this magnitude, every whole number has an exact float.
const WHOLE_FLOAT_MAX: f64 = 9_007_199_254_740_992.0;

impl<'de> Deserializer<'de> for Reading<'_> {
    type Error = InputFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
        match self.node {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(value),
            Node::Unsigned(value) => visitor.visit_u64(value),
            Node::Signed(value) => visitor.visit_i64(value),
            // In JSON Schema, 1.0 is an integer.
            Node::Float(value) if value.fract() == 0.0 && value.abs() <= WHOLE_FLOAT_MAX =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "whole and small enough, as just seen")]
                visitor.visit_i64(value as i64)
            }
            Node::Float(value) => visitor.visit_f64(value),
            Node::Text(value) => visitor.visit_string(value),
            Node::List(nodes) => visit_list(nodes, visitor),
            Node::Object(members) => {
                self.taken_whole.set(true);
                visit_members(members, visitor)
            }
            Node::Omitted => Err(InputFault::expected("a value")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
        match self.node {
            Node::Object(members) => visit_members(members, visitor),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
        match self.node {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputFault> {
        match self.node {
            Node::Object(members) => {
                if let Some((name, _)) = members.iter().find(|(name, _)| !fields.contains(&name.as_str())) {
                    return Err(InputFault::unknown(name));
                }
                visit_members(members, visitor)
            }
            // A derived type would accept a list as its fields in order.
            _ => Err(InputFault::expected("a map")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputFault> {
        match self.node {
            Node::Text(word) => visitor.visit_enum(IntoDeserializer::<InputFault>::into_deserializer(word)),
            Node::Object(mut members) if members.len() == 1 => match members.pop() {
                Some((name, node)) => visitor.visit_enum(Choice { name, node }),
                None => Err(InputFault::expected("a map")),
            },
            _ => Err(InputFault::expected("a string")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, InputFault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct identifier ignored_any
    }
}

fn visit_list<'de, V: Visitor<'de>>(nodes: Vec<Node>, visitor: V) -> Result<V::Value, InputFault> {
    visitor.visit_seq(Elements { index: 0, rest: nodes.into_iter() })
}

fn visit_members<'de, V: Visitor<'de>>(members: Vec<(String, Node)>, visitor: V) -> Result<V::Value, InputFault> {
    visitor.visit_map(Members { rest: members.into_iter(), next: None })
}

struct Elements {
    index: usize,
    rest: std::vec::IntoIter<Node>,
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = InputFault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, InputFault> {
        let mut passed = 0;
        let next = self.rest.by_ref().inspect(|_| passed += 1).find(|node| *node != Node::Omitted);
        self.index += passed;
        let Some(node) = next else { return Ok(None) };
        let step = Step::Index(self.index - 1);
        read(node, |reading| seed.deserialize(reading)).map(Some).map_err(|fault| fault.at(step))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Members {
    rest: std::vec::IntoIter<(String, Node)>,
    next: Option<(String, Node)>,
}

impl<'de> MapAccess<'de> for Members {
    type Error = InputFault;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, InputFault> {
        let Some((name, node)) = self.rest.next() else { return Ok(None) };
        let key = seed.deserialize(IntoDeserializer::<InputFault>::into_deserializer(name.as_str()));
        let key = key.map_err(|fault| fault.at(Step::Key(name.clone())));
        self.next = Some((name, node));
        key.map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, InputFault> {
        let Some((name, node)) = self.next.take() else { return Err(InputFault::expected("a map")) };
        read(node, |reading| seed.deserialize(reading)).map_err(|fault| fault.at(Step::Key(name)))
    }
}

struct Choice {
    name: String,
    node: Node,
}

impl<'de> EnumAccess<'de> for Choice {
    type Error = InputFault;
    type Variant = Chosen;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Chosen), InputFault> {
        let value = seed.deserialize(IntoDeserializer::<InputFault>::into_deserializer(self.name.as_str()))?;
        Ok((value, Chosen { name: self.name, node: self.node }))
    }
}

struct Chosen {
    name: String,
    node: Node,
}

impl<'de> VariantAccess<'de> for Chosen {
    type Error = InputFault;

    fn unit_variant(self) -> Result<(), InputFault> {
        Err(InputFault::expected("a string"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, InputFault> {
        read(self.node, |reading| seed.deserialize(reading)).map_err(|fault| fault.at(Step::Key(self.name)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, InputFault> {
        read(self.node, |reading| reading.deserialize_any(visitor)).map_err(|fault| fault.at(Step::Key(self.name)))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputFault> {
        read(self.node, |reading| reading.deserialize_struct("", fields, visitor))
            .map_err(|fault| fault.at(Step::Key(self.name)))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::{
        domain::{Code, Day, Field, NOT_AN_ID, OrgKind},
        http::kit::{input::json::parse, problem::FaultPlace},
    };

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read by the deserialiser")]
    struct Body {
        kind: OrgKind,
        #[serde(default)]
        code: Field<Code>,
        #[serde(default)]
        order: Option<u16>,
        #[serde(default)]
        from: Option<Day>,
        #[serde(default)]
        parts: Vec<Part>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read by the deserialiser")]
    struct Part {
        id: crate::domain::OrgId,
    }

    fn fault(text: &str) -> (FaultPlace, String) {
        let node = parse(text.as_bytes()).expect("JSON");
        let problem = from_node::<Body>(node).expect_err("a fault").in_body();
        let fault = &problem.faults()[0];
        (fault.place().clone(), fault.detail().en.clone())
    }

    #[test]
    fn the_place_of_a_fault_is_a_pointer() {
        for (text, pointer, detail) in [
            ("{}", "/kind", "is required"),
            ("[]", "", "must be an object"),
            ("3", "", "must be an object"),
            (r#"{"kind": "x"}"#, "/kind", "must be one of authority, committee"),
            (r#"{"kind": null}"#, "/kind", "must be a string"),
            (r#"{"kind": "unit", "name": "张三"}"#, "/name", "is not a field of this object"),
            (r#"{"kind": "unit", "order": -1}"#, "/order", "must be an integer from 0 to 65535"),
            (r#"{"kind": "unit", "order": "张三"}"#, "/order", "must be an integer from 0 to 65535"),
            (r#"{"kind": "unit", "order": 1.5}"#, "/order", "must be an integer from 0 to 65535"),
            (r#"{"kind": "unit", "code": "a b"}"#, "/code", "must match"),
            (r#"{"kind": "unit", "from": "2021-02-30"}"#, "/from", "must be a date"),
            (r#"{"kind": "unit", "parts": [{"id": "x"}]}"#, "/parts/0/id", NOT_AN_ID),
            (r#"{"kind": "unit", "parts": [{"id": 1}]}"#, "/parts/0/id", "must be a string"),
            (r#"{"kind": "unit", "parts": {}}"#, "/parts", "must be an array"),
        ] {
            let (place, said) = fault(text);
            assert_eq!(place, FaultPlace::Body(pointer.to_owned()), "{text}");
            assert!(said.starts_with(detail), "{text}: {said}");
        }
    }

    #[test]
    fn what_fits_is_read() {
        let read = |text: &str| from_node::<Body>(parse(text.as_bytes()).expect("JSON")).expect("fits");
        let body = read(r#"{"kind": "unit", "code": null, "order": 7.0, "from": "2021-04-15"}"#);
        assert_eq!((body.code, body.order), (Field::Clear, Some(7)));
        assert_eq!(read(r#"{"kind": "unit"}"#).code, Field::Keep);
    }
}
