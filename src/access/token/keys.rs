//! The keys of the identity provider: which key may verify which algorithm follows from the key's own type.

use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

use crate::domain::TokenFault;

pub use jsonwebtoken::Algorithm;

/// The algorithms that can be accepted, by name. With all of them the provider alone can sign: whoever verifies has
/// the public key.
pub const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// The most keys of a provider.
const KEYS_MAX: usize = 100;

/// The algorithm of that name, if it can be accepted.
pub fn algorithm(name: &str) -> Option<Algorithm> {
    ALGORITHMS.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
}

/// What is wrong with a text that should be the keys of a provider.
#[derive(Debug, thiserror::Error)]
pub enum KeysFault {
    /// It is not a JWK Set.
    #[error("not a JSON Web Key Set: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// It has too many keys.
    #[error("more than {KEYS_MAX} keys")]
    TooMany,
}

/// The public keys of a provider.
#[derive(Debug, Default)]
pub struct ProviderKeys(Vec<ProviderKey>);

#[derive(Debug)]
struct ProviderKey {
    id: Option<String>,
    /// What it may verify.
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl ProviderKeys {
    /// Reads a JWK Set (RFC 7517) and keeps the keys that verify one of the `accepted` algorithms. Keys for other
    /// purposes, of other types or without a readable value are left out: providers publish such keys, too.
    ///
    /// # Errors
    ///
    /// It is no JWK Set, or too large.
    pub fn parse(text: &[u8], accepted: &[Algorithm]) -> Result<Self, KeysFault> {
        let KeySet { keys } = serde_json::from_slice(text)?;
        if keys.len() > KEYS_MAX {
            return Err(KeysFault::TooMany);
        }
        let readable = keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self(readable.filter_map(|key: Jwk| ProviderKey::new(key, accepted)).collect()))
    }

    /// How many keys can be used.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no key can be used.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that verifies a token whose header has this `kid` and `alg`.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&DecodingKey, TokenFault> {
        let fits = |key: &&ProviderKey| key.algorithms.contains(&algorithm);
        let mut fitting = self.0.iter().filter(|key| id.is_none() || key.id.as_deref() == id).peekable();
        if fitting.peek().is_none() {
            return Err(TokenFault::UnknownKey);
        }
        let mut fitting = fitting.filter(fits);
        match (fitting.next(), fitting.next()) {
            (None, _) => Err(TokenFault::Algorithm),
            (Some(key), None) => Ok(&key.key),
            // A token that names no key is verified only if there is no choice.
            (Some(_), Some(_)) => Err(TokenFault::UnknownKey),
        }
    }
}

impl ProviderKey {
    fn new(jwk: Jwk, accepted: &[Algorithm]) -> Option<Self> {
        let common = &jwk.common;
        let for_signatures = common.public_key_use.as_ref().is_none_or(|to| *to == PublicKeyUse::Signature)
            && common.key_operations.as_ref().is_none_or(|may| may.contains(&KeyOperations::Verify));
        let said = common.key_algorithm.map(Algorithm::try_from);
        let possible = of_type(&jwk.algorithm).iter().filter(|algorithm| accepted.contains(algorithm));
        let possible = possible.filter(|algorithm| said.as_ref().is_none_or(|said| said.as_ref() == Ok(*algorithm)));
        let algorithms: Vec<Algorithm> = possible.copied().collect();
        if !for_signatures || algorithms.is_empty() {
            return None;
        }
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { id: jwk.common.key_id, algorithms, key })
    }
}

/// What a key of that type can verify. A shared secret (`oct`) verifies nothing here.
fn of_type(parameters: &AlgorithmParameters) -> &'static [Algorithm] {
    use Algorithm as A;
    match parameters {
        AlgorithmParameters::RSA(_) => &[A::RS256, A::RS384, A::RS512, A::PS256, A::PS384, A::PS512],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => &[A::ES256],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => &[A::ES384],
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => &[A::EdDSA],
        _ => &[],
    }
}
