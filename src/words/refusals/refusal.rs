//! What a refusal says.

use super::super::{Language, Words};

/// A refusal in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is said of this occurrence. `None` where nothing can be said but which sort of refusal it is.
    pub detail: Option<Words>,
    /// What is wrong where: at a JSON pointer, or in the parameter of that name.
    pub faults: Vec<(String, Words)>,
}

impl Refusal {
    /// All of it in one line. `None` where nothing can be said but which sort of refusal it is.
    pub fn line(&self, language: Language) -> Option<String> {
        if let Some(detail) = &self.detail {
            return Some(detail.read(language).to_owned());
        }
        let told =
            |(place, why): &(String, Words)| format!("{}: {}", place.trim_start_matches('/'), why.read(language));
        let faults: Vec<String> = self.faults.iter().map(told).collect();
        (!faults.is_empty()).then(|| faults.join("; "))
    }
}
