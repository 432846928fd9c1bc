//! Makes a token and verifies it, so that a program that cannot do this does not start. Without a provider of
//! cryptography, `jsonwebtoken` fails at the first good token, and only there.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, Header, crypto::aws_lc, encode};
use serde_json::json;

use super::{
    keys::{Algorithm, ProviderKeys},
    rules::GrantRules,
    verifier::Verifier,
};
use crate::domain::{Instant, TokenFault};

/// What stands before the seed of an Ed25519 key in PKCS #8 (RFC 8410 §7).
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
/// The key pair that RFC 8037 (Appendix A) publishes. Nothing trusts it but this test.
const SEED: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

/// Why the program cannot verify tokens.
#[derive(Debug, thiserror::Error)]
pub enum SelfTestFault {
    /// It could not make a token.
    #[error("cannot make a token: {0}")]
    Making(#[from] jsonwebtoken::errors::Error),
    /// It refused a good token, or not for the right reason a bad one.
    #[error("wrong about a token: {0:?}")]
    Verifying(Result<(), TokenFault>),
}

/// Chooses the provider of cryptography for tokens, then verifies a token and refuses the same one with the signature
/// of another.
///
/// # Errors
///
/// Tokens cannot be verified.
pub fn self_test(now: Instant) -> Result<(), SelfTestFault> {
    // An error means that it was chosen before: by another test of the same process.
    let _ = aws_lc::DEFAULT_PROVIDER.install_default();
    let seed = URL_SAFE_NO_PAD.decode(SEED).unwrap_or_default();
    let key = EncodingKey::from_ed_der(&[&PKCS8[..], &seed].concat());
    let made = |subject: &str| {
        let claims = json!({"iss": "i", "aud": "a", "sub": subject, "exp": now.timestamp() + 60});
        encode(&Header::new(Algorithm::EdDSA), &claims, &key)
    };
    let (token, other) = (made("s")?, made("t")?);
    let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": PUBLIC}]}).to_string();
    let keys = ProviderKeys::parse(keys.as_bytes(), &[Algorithm::EdDSA]).unwrap_or_default();
    let verifier = Verifier {
        issuer: "i".to_owned(),
        audiences: vec!["a".to_owned()],
        algorithms: vec![Algorithm::EdDSA],
        leeway: Duration::ZERO,
        rules: GrantRules::default(),
        person: None,
    };
    let told = |token: &str| verifier.verify(token, &keys, now).map(drop);
    let (message, _) = token.rsplit_once('.').unwrap_or_default();
    let (_, signature) = other.rsplit_once('.').unwrap_or_default();
    match (told(&token), told(&format!("{message}.{signature}"))) {
        (Ok(()), Err(TokenFault::Signature)) => Ok(()),
        (Ok(()), wrong) | (wrong, _) => Err(SelfTestFault::Verifying(wrong)),
    }
}
