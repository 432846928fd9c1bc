//! Turns the texts of the tables into the domain's types. All of them are valid: the tests read a whole sample
//! back.

#![expect(clippy::expect_used, reason = "the texts are this module's own")]

use chrono::NaiveDate;

use crate::domain::{Code, Day, Email, LongText, Name, PostCode, Text};

pub(super) fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

pub(super) fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::parse(text).expect("a text")
}

pub(super) fn prose<const MAX: usize>(text: &str) -> LongText<MAX> {
    LongText::parse(text).expect("prose")
}

pub(super) fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

pub(super) fn post(text: &str) -> PostCode {
    PostCode::parse(text).expect("a post's code")
}

pub(super) fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

pub(super) fn day(year: i32, month: u32, day: u32) -> Day {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar").into()
}

/// The day from which a sample looks back: 2026-09-01. Little in it is later.
pub fn reference_day() -> Day {
    day(2026, 9, 1)
}
