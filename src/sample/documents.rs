//! The documents on which acts are based: one for each day in each series for each subject, numbered by year.

use std::collections::{HashMap, HashSet};

use chrono::Datelike;

use super::{reference_day, words::text};
use crate::domain::{Basis, Day};

/// The documents issued so far.
#[derive(Debug, Default)]
pub(super) struct Documents {
    issued: HashMap<(&'static str, Day), Vec<Basis>>,
    numbers: HashSet<(&'static str, i32, u32)>,
}

impl Documents {
    /// The document of `series` with `title` that takes effect on `day`.
    pub(super) fn issue(&mut self, series: &'static str, day: Day, title: &str) -> Basis {
        let issued = self.issued.entry((series, day)).or_default();
        if let Some(basis) = issued.iter().find(|basis| basis.title.as_str() == title) {
            return basis.clone();
        }
        // Numbers grow during the year, with gaps for other documents. What is only planned was decided already.
        let signed = day.min(reference_day().plus(-3));
        let date = signed.date();
        let mut number = date.ordinal0() / 3 + 1;
        while !self.numbers.insert((series, date.year(), number)) {
            number += 1;
        }
        let number = format!("{series}〔{}〕{number}号", date.year());
        let basis = Basis { title: text(title), number: Some(text(&number)), date: Some(signed) };
        issued.push(basis.clone());
        basis
    }
}
