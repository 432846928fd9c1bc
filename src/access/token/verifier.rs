//! Verifies a token: its form, its signature, and what every token must say.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::crypto;
use serde_json::Value;

use super::{
    caller::{PersonBy, PersonKey},
    claims::{ClaimName, instant, text, texts},
    keys::{Algorithm, ProviderKeys, algorithm},
    rules::GrantRules,
};
use crate::domain::{Grant, Instant, TOKEN_BYTES_MAX, TokenFault};

/// The longest subject (OpenID Connect Core §2).
const SUBJECT_CHARS_MAX: usize = 255;
/// What `typ` may say in place of nothing, in lower case (RFC 9068 §2.1; many providers say `JWT`). Other tokens of a
/// provider, such as that of a logout, name their own types.
const TYPES: &[&str] = &["jwt", "at+jwt", "application/jwt", "application/at+jwt"];

/// What is expected of tokens.
#[derive(Debug, Clone)]
pub struct Verifier {
    /// Who issues them.
    pub issuer: String,
    /// Names of this service, of which a token must have one.
    pub audiences: Vec<String>,
    /// The algorithms that are accepted.
    pub algorithms: Vec<Algorithm>,
    /// How far the clocks of provider and service may differ.
    pub leeway: Duration,
    /// What they allow.
    pub rules: GrantRules,
    /// What identifies the own person.
    pub person: Option<PersonRule>,
}

/// Which claim identifies the own person, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRule {
    /// The claim.
    pub claim: ClaimName,
    /// What it has.
    pub by: PersonBy,
}

/// What a token says that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whom the issuer speaks of.
    pub subject: String,
    /// What the claims allow.
    pub grants: Vec<Grant>,
    /// What identifies the own person.
    pub person: Option<PersonKey>,
    /// When it ends, clock skew included.
    pub expires_at: Instant,
}

/// Whether a text has the form of a token rather than that of a key.
pub fn is_token(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b'.').count() >= 2
}

impl Verifier {
    /// Verifies a token with the provider's keys.
    ///
    /// # Errors
    ///
    /// Why it is refused.
    pub fn verify(&self, token: &str, keys: &ProviderKeys, now: Instant) -> Result<Verified, TokenFault> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenFault::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
        let parts = message.split_once('.').filter(|(_, payload)| !payload.contains('.'));
        let (header, payload) = parts.ok_or(TokenFault::Malformed)?;
        let header = object(header)?;
        let algorithm = self.algorithm(&header)?;
        let key = match header.get("kid") {
            None => None,
            Some(id) => Some(id.as_str().ok_or(TokenFault::Malformed)?),
        };
        let key = keys.find(key, algorithm)?;
        match crypto::verify(signature, message.as_bytes(), key, algorithm) {
            Ok(true) => self.read(&object(payload)?, now),
            Ok(false) => Err(TokenFault::Signature),
            // Not base64, for one.
            Err(_) => Err(TokenFault::Malformed),
        }
    }

    /// The algorithm of a token, if its header is one that is accepted.
    fn algorithm(&self, header: &Value) -> Result<Algorithm, TokenFault> {
        if header.get("crit").is_some() {
            return Err(TokenFault::Critical);
        }
        let known = |text: &str| TYPES.contains(&text.to_ascii_lowercase().as_str());
        if header.get("typ").is_some_and(|kind| !kind.as_str().is_some_and(known)) {
            return Err(TokenFault::OtherType);
        }
        let named = header.get("alg").and_then(Value::as_str).ok_or(TokenFault::Malformed)?;
        algorithm(named).filter(|algorithm| self.algorithms.contains(algorithm)).ok_or(TokenFault::Algorithm)
    }

    /// Checks the claims of a token whose signature is right.
    fn read(&self, claims: &Value, now: Instant) -> Result<Verified, TokenFault> {
        if text(claims, "iss")? != self.issuer {
            return Err(TokenFault::Issuer);
        }
        let audiences = texts(claims, "aud")?;
        if !audiences.iter().any(|audience| self.audiences.iter().any(|own| own == audience)) {
            return Err(TokenFault::Audience);
        }
        let skewed = |at: Instant| at.checked_add_signed(self.skew()).unwrap_or(Instant::MAX_UTC);
        let expires_at = skewed(instant(claims, "exp")?.ok_or(TokenFault::Claim("exp"))?);
        if expires_at <= now {
            return Err(TokenFault::Expired);
        }
        if instant(claims, "nbf")?.is_some_and(|from| from > skewed(now)) {
            return Err(TokenFault::NotYet);
        }
        let subject = text(claims, "sub")?;
        if subject.chars().count() > SUBJECT_CHARS_MAX {
            return Err(TokenFault::Claim("sub"));
        }
        let person = self.person.as_ref().and_then(|PersonRule { claim, by }| {
            let said = claim.of(claims)?.as_str()?;
            PersonKey::parse(by, said)
        });
        Ok(Verified { subject: subject.to_owned(), grants: self.rules.grants(claims), person, expires_at })
    }

    fn skew(&self) -> chrono::TimeDelta {
        chrono::TimeDelta::from_std(self.leeway).unwrap_or_default()
    }
}

/// A part of a token.
fn object(part: &str) -> Result<Value, TokenFault> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenFault::Malformed)?;
    let value: Value = serde_json::from_slice(&json).map_err(|_| TokenFault::Malformed)?;
    if value.is_object() { Ok(value) } else { Err(TokenFault::Malformed) }
}
