//! Forged tokens, and what becomes of them.

use std::time::Duration;

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, crypto, jwk::Jwk};
use serde_json::{Value, json};

use super::*;
use crate::domain::{AccessScope, Instant, TOKEN_BYTES_MAX, TokenFault, fuzz::try_texts};

const NOW: &str = "2026-12-01T02:00:00Z";

fn now() -> Instant {
    NOW.parse().expect("an instant")
}

/// A key pair of the provider.
struct Signer {
    id: &'static str,
    algorithm: Algorithm,
    key: EncodingKey,
}

impl Signer {
    fn new(id: &'static str, algorithm: Algorithm) -> Self {
        let random = SystemRandom::new();
        let ec = |kind| EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
        let key = match algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_der(ec(&ECDSA_P256_SHA256_FIXED_SIGNING).as_ref()),
            Algorithm::ES384 => EncodingKey::from_ec_der(ec(&ECDSA_P384_SHA384_FIXED_SIGNING).as_ref()),
            Algorithm::EdDSA => {
                EncodingKey::from_ed_der(Ed25519KeyPair::generate_pkcs8v1(&random).expect("a key").as_ref())
            }
            _ => {
                let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).expect("a key");
                let pkcs8 = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).expect("DER");
                // The RSA key itself (PKCS #1) stands behind 26 bytes that say that it is one.
                EncodingKey::from_rsa_der(&pkcs8.as_ref()[26..])
            }
        };
        Self { id, algorithm, key }
    }

    fn jwk(&self) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).expect("a JWK")).expect("JSON");
        jwk["kid"] = json!(self.id);
        jwk["use"] = json!("sig");
        jwk
    }

    fn header(&self) -> Value {
        let (name, _) = ALGORITHMS.iter().find(|(_, algorithm)| *algorithm == self.algorithm).expect("a name");
        json!({"alg": name, "kid": self.id, "typ": "at+jwt"})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = crypto::sign(message.as_bytes(), &self.key, self.algorithm).expect("signed");
        format!("{message}.{signature}")
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn claims() -> Value {
    json!({"iss": "https://id.example.cn", "aud": "campus-org", "sub": "u-1", "exp": now().timestamp() + 600})
}

/// The claims with some changed; `null` stands for no claim.
fn with(changes: Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().expect("changes") {
        match value {
            Value::Null => drop(claims.as_object_mut().expect("claims").remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

fn keys(keys: &[Value]) -> ProviderKeys {
    let text = json!({ "keys": keys }).to_string();
    let all: Vec<Algorithm> = ALGORITHMS.iter().map(|(_, algorithm)| *algorithm).collect();
    ProviderKeys::parse(text.as_bytes(), &all).expect("a JWK Set")
}

fn verifier() -> Verifier {
    let rules =
        json!({"rules": [{"claim": "groups", "value": "office", "scopes": ["orgs:read"], "area": "everywhere"}]});
    Verifier {
        issuer: "https://id.example.cn".to_owned(),
        audiences: vec!["campus-org".to_owned(), "https://campus.example.cn".to_owned()],
        algorithms: ALGORITHMS.iter().map(|(_, algorithm)| *algorithm).collect(),
        leeway: Duration::from_secs(60),
        rules: GrantRules::parse(rules.to_string().as_bytes()).expect("rules"),
        person: Some(PersonRule { claim: ClaimName::parse("staff").expect("a claim"), by: PersonBy::StaffNo }),
    }
}

/// What becomes of a token that one key has signed.
fn told(signer: &Signer, header: &Value, claims: &Value) -> Result<Verified, TokenFault> {
    verifier().verify(&signer.sign(header, claims), &keys(&[signer.jwk()]), now())
}

#[test]
fn a_good_token_is_verified_with_every_sort_of_key() {
    for algorithm in [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::RS256, Algorithm::PS512] {
        let signer = Signer::new("k", algorithm);
        let claims = with(json!({"groups": ["office"], "staff": "20210001"}));
        let verified = told(&signer, &signer.header(), &claims).expect("verified");
        assert_eq!(verified.subject, "u-1");
        assert_eq!(verified.grants[0].scopes, [AccessScope::OrgsRead]);
        assert_eq!(verified.person, PersonKey::parse(&PersonBy::StaffNo, "20210001"));
        assert_eq!(verified.expires_at, now() + Duration::from_secs(660));
    }
}

#[test]
fn every_claim_must_be_there_and_have_its_type() {
    let signer = Signer::new("k", Algorithm::ES256);
    let at = now().timestamp();
    for (changes, fault) in [
        (json!({"exp": null}), TokenFault::Claim("exp")),
        (json!({"exp": (at + 600).to_string()}), TokenFault::Claim("exp")),
        (json!({"exp": [at + 600]}), TokenFault::Claim("exp")),
        (json!({"exp": -1}), TokenFault::Claim("exp")),
        (json!({"nbf": at.to_string()}), TokenFault::Claim("nbf")),
        (json!({"nbf": true}), TokenFault::Claim("nbf")),
        (json!({"iss": null}), TokenFault::Claim("iss")),
        (json!({"iss": ["https://id.example.cn"]}), TokenFault::Claim("iss")),
        (json!({"iss": 7}), TokenFault::Claim("iss")),
        (json!({"iss": "https://id.example.cn/"}), TokenFault::Issuer),
        (json!({"aud": null}), TokenFault::Claim("aud")),
        (json!({"aud": 7}), TokenFault::Claim("aud")),
        (json!({"aud": []}), TokenFault::Claim("aud")),
        (json!({"aud": ["campus-org", 7]}), TokenFault::Claim("aud")),
        (json!({"aud": {"campus-org": true}}), TokenFault::Claim("aud")),
        (json!({"aud": ["other", "another"]}), TokenFault::Audience),
        (json!({"aud": "campus-org other"}), TokenFault::Audience),
        (json!({"sub": null}), TokenFault::Claim("sub")),
        (json!({"sub": ""}), TokenFault::Claim("sub")),
        (json!({"sub": 1}), TokenFault::Claim("sub")),
        (json!({"sub": "x".repeat(256)}), TokenFault::Claim("sub")),
    ] {
        assert_eq!(told(&signer, &signer.header(), &with(changes.clone())), Err(fault), "{changes}");
    }
    // `null` is not absent.
    let mut null = claims();
    null["nbf"] = Value::Null;
    assert_eq!(told(&signer, &signer.header(), &null), Err(TokenFault::Claim("nbf")));
    for right in
        [json!({"aud": ["other", "https://campus.example.cn"]}), json!({"exp": 1e300}), json!({"nbf": at as f64})]
    {
        assert!(told(&signer, &signer.header(), &with(right.clone())).is_ok(), "{right}");
    }
}

#[test]
fn a_token_holds_from_its_first_to_its_last_second_and_a_little_longer() {
    let signer = Signer::new("k", Algorithm::ES256);
    let at = now().timestamp();
    for (changes, fault) in [
        (json!({"exp": at - 59}), None),
        (json!({"exp": at - 60}), Some(TokenFault::Expired)),
        (json!({"exp": 0}), Some(TokenFault::Expired)),
        (json!({"nbf": at + 60}), None),
        (json!({"nbf": at + 61}), Some(TokenFault::NotYet)),
        (json!({"nbf": 1e300}), Some(TokenFault::NotYet)),
    ] {
        assert_eq!(told(&signer, &signer.header(), &with(changes.clone())).err(), fault, "{changes}");
    }
}

#[test]
fn a_token_without_a_signature_is_refused() {
    let signer = Signer::new("k", Algorithm::ES256);
    let keys = keys(&[signer.jwk()]);
    for name in ["none", "None", "NONE", ""] {
        let header = json!({"alg": name, "kid": "k"});
        for token in [format!("{}.", message(&header, &claims())), signer.sign(&header, &claims())] {
            assert_eq!(verifier().verify(&token, &keys, now()), Err(TokenFault::Algorithm), "{name}");
        }
    }
    let bare = format!("{}.", message(&signer.header(), &claims()));
    assert_eq!(verifier().verify(&bare, &keys, now()), Err(TokenFault::Signature));
}

#[test]
fn the_public_key_is_no_secret_of_a_signature() {
    let rsa = Signer::new("k", Algorithm::RS256);
    let jwk = rsa.jwk();
    let modulus = jwk["n"].as_str().expect("a modulus");
    let header = json!({"alg": "HS256", "kid": "k"});
    let message = message(&header, &claims());
    for secret in [
        modulus.as_bytes().to_vec(),
        URL_SAFE_NO_PAD.decode(modulus).expect("bytes"),
        Vec::new(),
        jwk.to_string().into(),
    ] {
        let key = EncodingKey::from_secret(&secret);
        let Ok(signature) = crypto::sign(message.as_bytes(), &key, Algorithm::HS256) else { continue };
        let token = format!("{message}.{signature}");
        assert_eq!(verifier().verify(&token, &keys(std::slice::from_ref(&jwk)), now()), Err(TokenFault::Algorithm));
        // Not even if the provider publishes a shared secret, or the operator could accept the algorithm.
        let shared = json!({"kty": "oct", "kid": "k", "k": URL_SAFE_NO_PAD.encode(&secret)});
        assert!(keys(&[shared]).is_empty());
    }
    assert_eq!(algorithm("HS256"), None);
    assert_eq!(algorithm("none"), None);
}

#[test]
fn the_algorithm_follows_from_the_key_and_not_from_the_token() {
    let (rsa, ec) = (Signer::new("r", Algorithm::RS256), Signer::new("e", Algorithm::ES256));
    let both = keys(&[rsa.jwk(), ec.jwk()]);
    let verify = |token: &str, keys: &ProviderKeys| verifier().verify(token, keys, now());
    let crossed = json!({"alg": "ES256", "kid": "r"});
    assert_eq!(verify(&ec.sign(&crossed, &claims()), &both), Err(TokenFault::Algorithm));
    // The provider says that this key is for RS256.
    let pss = Signer { algorithm: Algorithm::PS256, key: rsa.key.clone(), id: "r" };
    assert_eq!(verify(&pss.sign(&pss.header(), &claims()), &both), Err(TokenFault::Algorithm));
    let mut any = rsa.jwk();
    any.as_object_mut().expect("a key").remove("alg");
    assert!(verify(&pss.sign(&pss.header(), &claims()), &keys(&[any])).is_ok());
    // The operator accepts only some.
    let only = Verifier { algorithms: vec![Algorithm::ES256], ..verifier() };
    assert_eq!(only.verify(&rsa.sign(&rsa.header(), &claims()), &both, now()), Err(TokenFault::Algorithm));
    assert!(only.verify(&ec.sign(&ec.header(), &claims()), &both, now()).is_ok());
}

#[test]
fn a_header_that_asks_for_more_is_refused() {
    let signer = Signer::new("k", Algorithm::ES256);
    for (name, value, fault) in [
        ("crit", json!(["exp"]), Some(TokenFault::Critical)),
        ("crit", json!([]), Some(TokenFault::Critical)),
        ("crit", Value::Null, Some(TokenFault::Critical)),
        ("typ", json!("logout+jwt"), Some(TokenFault::OtherType)),
        ("typ", json!(7), Some(TokenFault::OtherType)),
        ("typ", json!("JWT"), None),
        ("typ", json!("application/at+jwt"), None),
        ("alg", json!(7), Some(TokenFault::Malformed)),
        ("kid", json!(7), Some(TokenFault::Malformed)),
    ] {
        let mut header = signer.header();
        header[name] = value.clone();
        assert_eq!(told(&signer, &header, &claims()).err(), fault, "{name} {value}");
    }
    let mut bare = signer.header();
    bare.as_object_mut().expect("a header").remove("typ");
    assert!(told(&signer, &bare, &claims()).is_ok());
}

#[test]
fn only_keys_of_the_provider_verify() {
    let (own, other) = (Signer::new("k", Algorithm::ES256), Signer::new("k", Algorithm::ES256));
    let known = keys(&[own.jwk()]);
    let verify = |token: &str| verifier().verify(token, &known, now());
    assert_eq!(verify(&other.sign(&other.header(), &claims())), Err(TokenFault::Signature));
    // A token cannot bring its own key along.
    let mut brought = other.header();
    brought["jwk"] = other.jwk();
    brought["jku"] = json!("https://evil.example/keys");
    assert_eq!(verify(&other.sign(&brought, &claims())), Err(TokenFault::Signature));
    let unknown = json!({"alg": "ES256", "kid": "new"});
    assert_eq!(verify(&own.sign(&unknown, &claims())), Err(TokenFault::UnknownKey));
    // One that names no key is verified if there is only one to choose.
    let nameless = json!({"alg": "ES256"});
    assert!(verify(&own.sign(&nameless, &claims())).is_ok());
    let two = keys(&[own.jwk(), Signer::new("l", Algorithm::ES256).jwk()]);
    assert_eq!(verifier().verify(&own.sign(&nameless, &claims()), &two, now()), Err(TokenFault::UnknownKey));
    // A changed token.
    let token = own.sign(&own.header(), &claims());
    let (_, signature) = token.rsplit_once('.').expect("three parts");
    let changed = format!("{}.{signature}", message(&own.header(), &with(json!({"sub": "u-2"}))));
    assert_eq!(verify(&changed), Err(TokenFault::Signature));
}

#[test]
fn what_is_no_token_is_refused() {
    let signer = Signer::new("k", Algorithm::ES256);
    let known = keys(&[signer.jwk()]);
    let token = signer.sign(&signer.header(), &claims());
    let parts: Vec<&str> = token.split('.').collect();
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for wrong in [
        String::new(),
        "..".to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}."),
        format!("{token}.{token}"),
        format!("{token}="),
        format!("{}.{}.!", parts[0], parts[1]),
        format!("{}.{}.{}", encoded("[]"), parts[1], parts[2]),
        format!("{}.{}.{}", encoded("{}"), parts[1], parts[2]),
        format!("{}.{}.{}", encoded("{"), parts[1], parts[2]),
    ] {
        assert_eq!(verifier().verify(&wrong, &known, now()), Err(TokenFault::Malformed), "{wrong}");
    }
    let list = json!(["a"]);
    assert_eq!(told(&signer, &signer.header(), &list), Err(TokenFault::Malformed));
    let long = with(json!({"x": "x".repeat(TOKEN_BYTES_MAX)}));
    assert_eq!(told(&signer, &signer.header(), &long), Err(TokenFault::TooLong));
    assert!(is_token(&token) && !is_token("corg_a.b") && !is_token("something"));
}

#[test]
fn keys_for_other_purposes_are_left_out() {
    let jwk = Signer::new("k", Algorithm::ES256).jwk();
    let changed = |name: &str, value: Value| {
        let mut jwk = jwk.clone();
        jwk[name] = value;
        jwk
    };
    for (key, count) in [
        (jwk.clone(), 1),
        (changed("use", json!("enc")), 0),
        (changed("key_ops", json!(["verify"])), 1),
        (changed("key_ops", json!(["encrypt"])), 0),
        (changed("alg", json!("ECDH-ES")), 0),
        (changed("kty", json!("PQC")), 0),
        (changed("crv", json!("P-521")), 0),
        (changed("crv", json!("secp256k1")), 0),
        (changed("x", json!("!")), 0),
        (json!(7), 0),
    ] {
        let keys = keys(std::slice::from_ref(&key));
        assert_eq!(keys.len(), count, "{key}");
    }
    let many = json!({"keys": vec![jwk; 101]}).to_string();
    assert!(matches!(ProviderKeys::parse(many.as_bytes(), &[Algorithm::ES256]), Err(KeysFault::TooMany)));
    for wrong in ["", "[]", "{}", "<html>"] {
        assert!(matches!(ProviderKeys::parse(wrong.as_bytes(), &[]), Err(KeysFault::Unreadable(_))), "{wrong}");
    }
}

#[test]
fn the_program_can_verify_tokens() {
    self_test(now()).expect("verified");
    self_test(now()).expect("verified again");
}

/// Whatever a token says, nobody is let in whom the provider has not signed for.
#[test]
fn fuzz_tokens() {
    let signer = Signer::new("k", Algorithm::ES256);
    let good = signer.sign(&signer.header(), &with(json!({"groups": ["office"]})));
    let parts: Vec<&str> = good.split('.').collect();
    let (verifier, keys) = (verifier(), keys(&[signer.jwk()]));
    let verify = |token: &str| verifier.verify(token, &keys, now());
    assert!(verify(&good).is_ok());
    try_texts(&[parts[0], parts[1], parts[2], ".", ".", "e30", "eyJhbGciOiJub25lIn0", "A", "="], |bytes| {
        let token = String::from_utf8_lossy(bytes);
        assert_eq!(verify(&token).is_ok(), token == good, "{token}");
    });
    let words = [
        "{",
        "}",
        "\"alg\":",
        "\"ES256\"",
        "\"none\"",
        "\"kid\":",
        "\"k\"",
        "\"typ\":",
        "\"jwt\"",
        "\"crit\":",
        "[",
        "]",
        ",",
        "1",
        "null",
    ];
    try_texts(&words, |header| {
        for header in [header, &[b"{\"alg\":\"ES256\",\"kid\":\"k\",", header, b"}"].concat()] {
            let token = format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header), parts[1], parts[2]);
            assert!(verify(&token).is_err(), "{token}");
        }
    });
}
