//! What roles and supervisions remember that follow from declared lists.

use serde::{Deserialize, Serialize};

use super::{Basis, Day};

/// What a role or a supervision remembers of the declared lists. Without it, its beginning and its end are as they were
/// written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Following {
    /// Whether it begins because a list names it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub listed: bool,
    /// The end that was written, where a list, or the end of an org, has set another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_end: Option<OwnEnd>,
    /// The days of the lists that say nothing of it, because it was written by itself after they were declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<Day>,
}

/// An end as it was written, perhaps none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnEnd {
    /// The first day on which it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// The document of the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

impl Following {
    /// The same with an end that is written by itself.
    pub fn ending_alone(self) -> Option<Self> {
        Self { own_end: None, ..self }.remembered()
    }

    /// The same where the end of an org has set the end.
    pub fn ended_with_org(following: Option<Self>, until: Option<Day>, basis: Option<Basis>) -> Option<Self> {
        let following = following.unwrap_or_default();
        let own_end = following.own_end.clone().unwrap_or(OwnEnd { until, basis });
        Self { own_end: Some(own_end), ..following }.remembered()
    }

    /// The same, or nothing if there is nothing to remember.
    pub fn remembered(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}
