//! The text of a body as a tree, with bounded depth and no name twice in an object.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};

use super::{
    NESTING_LEVELS_MAX,
    fault::{Step, pointer},
    node::Node,
};
use crate::http::kit::problem::{FaultPlace, Problem, ProblemType};
use crate::words::Words;

/// What some editors put before a text in UTF-8. A reader of JSON may skip it (RFC 8259 §8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads one JSON value and nothing after it.
pub(in crate::http) fn parse(bytes: &[u8]) -> Result<Node, Problem> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut reading = Reading::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let node = Seed(&mut reading).deserialize(&mut deserializer).and_then(|node| deserializer.end().map(|()| node));
    node.map_err(|error| match reading.fault {
        Some(problem) => problem,
        None => Problem::new(ProblemType::MalformedJson).detail(
            format!("The body is not JSON at line {}, column {}.", error.line(), error.column()),
            format!("请求体在第 {} 行第 {} 列不是合法的 JSON。", error.line(), error.column()),
        ),
    })
}

#[derive(Debug, Default)]
struct Reading {
    steps: Vec<Step>,
    fault: Option<Problem>,
}

impl Reading {
    fn enter<E: Error>(&mut self) -> Result<(), E> {
        if self.steps.len() < NESTING_LEVELS_MAX {
            return Ok(());
        }
        self.fault = Some(Problem::new(ProblemType::NestedTooDeep).bound(NESTING_LEVELS_MAX).fault(
            FaultPlace::Body(pointer(self.steps.iter())),
            Words::new(
                format!("lies more than {NESTING_LEVELS_MAX} levels deep"),
                format!("嵌套超过 {NESTING_LEVELS_MAX} 层"),
            ),
        ));
        Err(E::custom("too deep"))
    }

    fn too_wide<E: Error>(&mut self) -> E {
        self.fault = Some(Problem::new(ProblemType::Validation).bound(MEMBERS_MAX).fault(
            FaultPlace::Body(pointer(self.steps.iter())),
            Words::new(
                format!("its object has more than {MEMBERS_MAX} members"),
                format!("所在对象的成员超过 {MEMBERS_MAX} 个"),
            ),
        ));
        E::custom("too many members")
    }

    fn repeated<E: Error>(&mut self) -> E {
        self.fault = Some(
            Problem::new(ProblemType::MalformedJson)
                .fault(FaultPlace::Body(pointer(self.steps.iter())), Words::new("is given twice", "重复给出")),
        );
        E::custom("given twice")
    }
}

struct Seed<'r>(&'r mut Reading);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Unsigned(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Signed(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        self.0.enter()?;
        let mut nodes = Vec::new();
        loop {
            self.0.steps.push(Step::Index(nodes.len()));
            let next = access.next_element_seed(Seed(self.0))?;
            self.0.steps.pop();
            match next {
                Some(node) => nodes.push(node),
                None => return Ok(Node::List(nodes)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        self.0.enter()?;
        let mut members: Vec<(String, Node)> = Vec::new();
        while let Some(name) = access.next_key::<String>()? {
            self.0.steps.push(Step::Key(name.clone()));
            if members.len() == MEMBERS_MAX {
                return Err(self.0.too_wide());
            }
            if members.iter().any(|(known, _)| *known == name) {
                return Err(self.0.repeated());
            }
            let node = access.next_value_seed(Seed(self.0))?;
            self.0.steps.pop();
            members.push((name, node));
        }
        Ok(Node::Object(members))
    }
}

/// More members than any object of the API has; keeps the search for repeated names short.
const MEMBERS_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_bounded_and_names_stand_once() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(nested(NESTING_LEVELS_MAX).as_bytes()).is_ok());
        let kind = |text: &str| parse(text.as_bytes()).expect_err("refused").kind();
        assert_eq!(kind(&nested(NESTING_LEVELS_MAX + 1)), ProblemType::NestedTooDeep);
        assert_eq!(kind(&nested(100_000)), ProblemType::NestedTooDeep);
        assert_eq!(kind(r#"{"a": 1, "a": 2}"#), ProblemType::MalformedJson);
        assert_eq!(kind(r#"{"a": 1} x"#), ProblemType::MalformedJson);
        assert_eq!(kind(""), ProblemType::MalformedJson);
        assert_eq!(kind("\u{feff}"), ProblemType::MalformedJson);
        assert_eq!(kind("\u{feff}\u{feff}{}"), ProblemType::MalformedJson);
        assert_eq!(parse("\u{feff}[]".as_bytes()).expect("JSON"), Node::List(Vec::new()));
        assert_eq!(kind("\"\\ud800\""), ProblemType::MalformedJson);
        assert!(parse(b"\"\xff\"").is_err());
        assert!(parse(br#"[{"a": 1}, {"a": null, "b": -1.5e3}]"#).is_ok());
    }
}
