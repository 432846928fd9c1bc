//! Which part of a list is asked for.

use serde::Deserialize;
use utoipa::IntoParams;

use super::cursor::{CURSOR_PATTERN, may_be_cursor};

/// The most items of a page.
pub const PAGE_ITEMS_MAX: u16 = 500;
/// The items of a page by default.
pub const PAGE_ITEMS_DEFAULT: u16 = 50;

/// Which part of a list is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many items a page has at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, default = 50)]
    pub(super) limit: Option<Limit>,
    /// The `next` of the page before. It pins date, filters and sort: repeat the request unchanged except for `cursor`, `limit` and `count`. If `Directory-Revision` changes between pages, the state in which the list began is no longer kept.
    #[param(pattern = "^[A-Za-z0-9_-]+$", min_length = 1, max_length = 4000, value_type = Option<String>)]
    pub(super) cursor: Option<CursorText>,
    /// Whether to count the whole list, which takes longer.
    #[param(default = false)]
    pub(super) count: Option<bool>,
}

/// A number of items from 1 to [`PAGE_ITEMS_MAX`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit(pub(super) u16);

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u16::deserialize(deserializer) {
            Ok(limit @ 1..=PAGE_ITEMS_MAX) => Ok(Self(limit)),
            _ => Err(serde::de::Error::custom(format_args!("must be an integer from 1 to {PAGE_ITEMS_MAX}"))),
        }
    }
}

/// What can be a cursor.
#[derive(Debug)]
pub(super) struct CursorText(pub(super) String);

impl<'de> Deserialize<'de> for CursorText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if may_be_cursor(&text) {
            return Ok(Self(text));
        }
        Err(serde::de::Error::custom(format_args!("must match {CURSOR_PATTERN}")))
    }
}
