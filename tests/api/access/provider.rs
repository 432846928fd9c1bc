//! A small identity provider: it publishes its keys, and signs what it is told to.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use campus_org::{
    clock::FixedClock,
    config::{Cli, Command},
    http::Settings,
    provider::Provider,
};
use clap::Parser;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support;

/// The name of the service under test.
pub(super) const AUDIENCE: &str = "campus-org";

/// A key pair with which tokens are signed.
#[derive(Clone)]
pub(super) struct Signer {
    id: &'static str,
    key: EncodingKey,
}

impl Signer {
    pub(super) fn new(id: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
        Self { id, key: EncodingKey::from_ec_der(pair.as_ref()) }
    }

    fn jwk(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, Algorithm::ES256).expect("a JWK");
        jwk.common.key_id = Some(self.id.to_owned());
        serde_json::to_value(jwk).expect("JSON")
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.to_owned()), ..Header::new(Algorithm::ES256) };
        encode(&header, claims, &self.key).expect("a token")
    }
}

/// A provider that answers on a port of its own until it is dropped.
pub(super) struct IdentityProvider {
    pub(super) issuer: String,
    published: Arc<Published>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Published {
    keys: Mutex<Vec<Value>>,
    /// Whether it answers.
    away: AtomicBool,
    /// How often its keys were fetched.
    fetched: AtomicUsize,
}

impl IdentityProvider {
    pub(super) async fn with(signers: &[&Signer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let published = Arc::new(Published::default());
        let (shown, own) = (Arc::clone(&published), issuer.clone());
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 4096];
                let Ok(length) = stream.read(&mut request).await else { continue };
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let (status, body) = shown.answer(&own, request.split(' ').nth(1).unwrap_or_default());
                let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                drop(stream.write_all(format!("{head}{body}").as_bytes()).await);
            }
        });
        let provider = Self { issuer, published, task };
        provider.publish(signers);
        provider
    }

    pub(super) fn publish(&self, signers: &[&Signer]) {
        *self.published.keys.lock().expect("not poisoned") = signers.iter().map(|signer| signer.jwk()).collect();
    }

    pub(super) fn set_away(&self, away: bool) {
        self.published.away.store(away, Ordering::Relaxed);
    }

    pub(super) fn fetched(&self) -> usize {
        self.published.fetched.load(Ordering::Relaxed)
    }

    /// How a service with these rules is served that accepts its tokens.
    pub(super) async fn settings(&self, clock: &FixedClock, rules: &Value, more: &[&str]) -> Settings {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("rules.json");
        std::fs::write(&file, json!({ "rules": rules }).to_string()).expect("written");
        let file = file.display().to_string();
        let own = ["--jwt-issuer", &self.issuer, "--jwt-audience", AUDIENCE, "--jwt-grants", &file];
        let arguments = [&["campus-org", "serve"], &own[..], more].concat();
        let Command::Serve(serve) = Cli::parse_from(arguments).command else { panic!("not serve") };
        let provider = Provider::from_args(&serve.jwt, clock).await.expect("started");
        Settings { provider, ..support::settings(false) }
    }
}

impl Published {
    fn answer(&self, issuer: &str, path: &str) -> (&'static str, String) {
        if self.away.load(Ordering::Relaxed) {
            return ("503 Service Unavailable", String::new());
        }
        match path {
            "/.well-known/openid-configuration" => {
                ("200 OK", json!({"issuer": issuer, "jwks_uri": format!("{issuer}/keys")}).to_string())
            }
            "/keys" => {
                self.fetched.fetch_add(1, Ordering::Relaxed);
                ("200 OK", json!({"keys": *self.keys.lock().expect("not poisoned")}).to_string())
            }
            "/moved" => ("302 Found\r\nlocation: /keys", String::new()),
            "/endless" => ("200 OK", " ".repeat(1 << 20)),
            _ => ("404 Not Found", String::new()),
        }
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}
