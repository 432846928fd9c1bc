//! Why a value does not fit the type that it should become.

use std::fmt;

use serde::de;

use crate::{
    http::kit::problem::{FaultPlace, Problem, ProblemType},
    words::{Words, expected, given_twice, missing, one_of, said, unknown_field},
};

/// One step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) enum Step {
    /// A member of an object, or a parameter.
    Key(String),
    /// An element of an array.
    Index(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    /// It should be something else: in serde's words.
    Expected(String),
    OneOf(&'static [&'static str]),
    UnknownField,
    Missing,
    Repeated,
    Null,
    /// What a type of `domain` says about it, in English.
    Said(String),
}

/// A value that does not fit, with its place; the value itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct InputFault {
    /// The innermost first.
    steps: Vec<Step>,
    why: Why,
    /// How many of the steps lie within a value whose type is known only after it is read.
    within_whole: usize,
}

impl InputFault {
    fn new(why: Why) -> Self {
        Self { steps: Vec::new(), why, within_whole: 0 }
    }

    /// There is no field `name`.
    pub(super) fn unknown(name: &str) -> Self {
        Self::new(Why::UnknownField).at(Step::Key(name.to_owned()))
    }

    /// The value should be `what`.
    pub(super) fn expected(what: &str) -> Self {
        Self::new(Why::Expected(what.to_owned()))
    }

    /// The value is null where null is not allowed.
    pub(super) fn null() -> Self {
        Self::new(Why::Null)
    }

    /// What may be given once is given several times.
    pub(super) fn repeated() -> Self {
        Self::new(Why::Repeated)
    }

    /// The parameter that it is in: the outermost step.
    pub(super) fn parameter(&self) -> &str {
        match self.steps.last() {
            Some(Step::Key(name)) => name,
            Some(Step::Index(_)) | None => "",
        }
    }

    /// The same fault, with its place one level further out.
    #[must_use]
    pub(super) fn at(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Marks that it lies within a value whose type is known only after it is read, such as one of several sorts of
    /// objects.
    #[must_use]
    pub(super) fn of_whole(mut self) -> Self {
        self.within_whole = self.steps.len();
        self
    }

    /// The way to it, from the outside in.
    pub(super) fn path(&self) -> Vec<Step> {
        self.steps.iter().rev().cloned().collect()
    }

    /// The way to the value that must be replaced so that the rest can be read.
    pub(super) fn whole(&self) -> Vec<Step> {
        self.steps.iter().skip(self.within_whole).rev().cloned().collect()
    }

    pub(super) fn is_missing(&self) -> bool {
        self.why == Why::Missing
    }

    /// The first of the words that are allowed there.
    pub(super) fn first_word(&self) -> Option<&'static str> {
        match self.why {
            Why::OneOf(words) => words.first().copied(),
            _ => None,
        }
    }

    /// At `step`, unless it has a place already. A type does not know the place of its own value.
    #[must_use]
    pub(super) fn at_least(self, step: Step) -> Self {
        if self.steps.is_empty() { self.at(step) } else { self }
    }

    /// The problem, where the value was a body.
    pub(in crate::http) fn in_body(self) -> Problem {
        let place = FaultPlace::Body(pointer(self.steps.iter().rev()));
        Problem::new(ProblemType::Validation).fault(place, self.words())
    }

    /// The problem, where the values were parameters. The outermost step is the parameter's name.
    pub(in crate::http) fn in_parameters(self) -> Problem {
        let name = self.parameter();
        let kind = match self.why {
            Why::UnknownField if self.steps.len() == 1 => return unknown_parameter(name),
            Why::Repeated if self.steps.len() == 1 => ProblemType::RepeatedParameter,
            _ => ProblemType::Validation,
        };
        Problem::new(kind).fault(FaultPlace::Parameter(name.to_owned()), self.words())
    }

    fn words(&self) -> Words {
        match &self.why {
            Why::Expected(what) => expected(what),
            Why::OneOf(words) => one_of(words),
            Why::UnknownField => unknown_field(),
            Why::Missing => missing(),
            Why::Repeated => given_twice(),
            Why::Null => Words::new("must not be null: leave the field out", "不能为 null，没有值的字段请省略"),
            Why::Said(text) => said(text),
        }
    }
}

/// The problem of a parameter that the operation does not have.
pub(super) fn unknown_parameter(name: &str) -> Problem {
    Problem::new(ProblemType::UnknownParameter).fault(
        FaultPlace::Parameter(name.to_owned()),
        Words::new("is not a parameter of this operation", "该操作没有此参数"),
    )
}

/// A JSON pointer (RFC 6901).
pub(super) fn pointer<'s>(steps: impl Iterator<Item = &'s Step>) -> String {
    let mut pointer = String::new();
    for step in steps {
        pointer.push('/');
        match step {
            Step::Key(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => pointer.push_str(&index.to_string()),
        }
    }
    pointer
}

impl fmt::Display for InputFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().en)
    }
}

impl std::error::Error for InputFault {}

impl de::Error for InputFault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Why::Said(message.to_string()))
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(Why::Expected(expected.to_string()))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(Why::Expected(expected.to_string()))
    }

    fn invalid_length(_: usize, expected: &dyn de::Expected) -> Self {
        Self::new(Why::Expected(expected.to_string()))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Why::OneOf(expected))
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        // The step to the field is added by the access to the object, which knows its name.
        Self::new(Why::UnknownField)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Why::Missing).at(Step::Key(field.to_owned()))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(Why::Repeated).at(Step::Key(field.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_escape_what_they_must() {
        let steps = [Step::Key("a/b~c".into()), Step::Index(3)];
        assert_eq!(pointer(steps.iter()), "/a~1b~0c/3");
        assert_eq!(pointer([].iter()), "");
    }
}
