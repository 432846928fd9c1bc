//! Reads claims. A claim of the wrong type is never taken for one that is missing.

use serde_json::Value;

use crate::domain::{Instant, TokenFault};

/// The name of a claim, or the way to one inside another, as a JSON pointer: `groups`, `/realm_access/roles`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimName(String);

impl ClaimName {
    /// `None` if it is empty.
    pub fn parse(text: &str) -> Option<Self> {
        (!text.is_empty() && text != "/").then(|| Self(text.to_owned()))
    }

    /// Its value in a token.
    pub(super) fn of<'c>(&self, claims: &'c Value) -> Option<&'c Value> {
        if self.0.starts_with('/') { claims.pointer(&self.0) } else { claims.get(&self.0) }
    }

    /// Whether a token says this value: as the claim's text or as one of its list. `scope` is a list in one text
    /// (RFC 8693 §4.2).
    pub(super) fn has(&self, claims: &Value, value: &str) -> bool {
        match self.of(claims) {
            Some(Value::String(text)) if self.0 == "scope" => text.split(' ').any(|one| one == value),
            Some(Value::String(text)) => text == value,
            Some(Value::Array(items)) => items.iter().any(|item| item == value),
            _ => false,
        }
    }
}

/// A text that a token must have.
pub(super) fn text<'c>(claims: &'c Value, name: &'static str) -> Result<&'c str, TokenFault> {
    let text = claims.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty()).ok_or(TokenFault::Claim(name))
}

/// The texts of a claim that is one text or a list of texts.
pub(super) fn texts<'c>(claims: &'c Value, name: &'static str) -> Result<Vec<&'c str>, TokenFault> {
    match claims.get(name) {
        Some(Value::String(text)) => Ok(vec![text]),
        Some(Value::Array(items)) if !items.is_empty() => {
            items.iter().map(|item| item.as_str().ok_or(TokenFault::Claim(name))).collect()
        }
        _ => Err(TokenFault::Claim(name)),
    }
}

/// An instant, if the token has the claim.
pub(super) fn instant(claims: &Value, name: &'static str) -> Result<Option<Instant>, TokenFault> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_f64().filter(|seconds| *seconds >= 0.0).ok_or(TokenFault::Claim(name))?;
    // A number beyond all bounds is far in the future.
    Ok(Some(Instant::from_timestamp(seconds as i64, 0).unwrap_or(Instant::MAX_UTC)))
}
