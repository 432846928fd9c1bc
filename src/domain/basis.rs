//! The document that an act rests on.

use serde::{Deserialize, Serialize};

use super::{Day, Text};

/// The document an act rests on, for example a notice 《关于调整…的通知》 with its number 党发〔2021〕5号.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The document's title.
    pub title: Text<300>,
    /// Its number as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Text<100>>,
    /// The day it bears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
}
