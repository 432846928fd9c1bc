//! The text of a parameter as whatever a type wants.

use std::cell::Cell;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IntoDeserializer, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    fault::{InputFault, Step},
    many::PARTED,
};

/// How a type has read what was sent under one name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// As one value.
    #[default]
    One,
    /// As a list of texts.
    Texts,
    /// As a list of texts that are parted at their commas.
    Parts,
}

impl Form {
    /// The values that a type has read.
    pub(super) fn values<'t>(self, texts: &[&'t str]) -> Vec<&'t str> {
        match self {
            Self::One | Self::Texts => texts.to_vec(),
            Self::Parts => texts.iter().flat_map(|text| text.split(',')).collect(),
        }
    }
}

/// What was sent under one name, decoded.
pub(super) struct Value<'t> {
    /// In the order in which they were sent: several where the parameter is repeated.
    texts: &'t [&'t str],
    form: &'t Cell<Form>,
}

impl<'t> Value<'t> {
    pub(super) fn new(texts: &'t [&'t str], form: &'t Cell<Form>) -> Self {
        Self { texts, form }
    }

    fn visit_list<'de, V: Visitor<'de>>(self, form: Form, visitor: V) -> Result<V::Value, InputFault> {
        self.form.set(form);
        visitor.visit_seq(Items { index: 0, rest: form.values(self.texts).into_iter() })
    }

    /// The text, for a type that is no list.
    fn only(&self) -> Result<&'t str, InputFault> {
        match self.texts {
            [text] => Ok(text),
            _ => Err(InputFault::repeated()),
        }
    }
}

/// Whether a text is a decimal integer as JSON writes it.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'))
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
            let text = self.only()?;
            match (text.parse::<u64>(), text.parse::<i64>()) {
                (Ok(value), _) if is_integer(text) => visitor.visit_u64(value),
                (_, Ok(value)) if is_integer(text) => visitor.visit_i64(value),
                _ => visitor.visit_str(text),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = InputFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
        visitor.visit_str(self.only()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
        match self.only()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(InputFault::expected("a boolean")),
        }
    }

    integers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputFault> {
        if name == PARTED {
            return self.visit_list(Form::Parts, visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputFault> {
        visitor.visit_enum(IntoDeserializer::<InputFault>::into_deserializer(self.only()?))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputFault> {
        self.visit_list(Form::Texts, visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

struct Items<'t> {
    index: usize,
    rest: std::vec::IntoIter<&'t str>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = InputFault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, InputFault> {
        let Some(text) = self.rest.next() else { return Ok(None) };
        let step = Step::Index(self.index);
        self.index += 1;
        let item = seed.deserialize(Value::new(&[text], &Cell::default()));
        item.map(Some).map_err(|fault| fault.at(step))
    }
}
