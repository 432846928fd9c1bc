//! Where the provider's keys are, and how they are fetched: with a bound for their size and the time, and to no other
//! address than the operator, or the provider itself, has named.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use anyhow::{Context, bail, ensure};
use reqwest::{Client, Url, redirect::Policy};
use serde::Deserialize;

/// The longest that a fetch takes.
pub(super) const FETCH_MAX: Duration = Duration::from_secs(5);
/// The most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 512 << 10;
/// Where a provider describes itself (OpenID Connect Discovery §4).
const DISCOVERY: &str = ".well-known/openid-configuration";

/// Where the keys are.
#[derive(Debug)]
pub(super) enum Source {
    /// In a file, which is read again like any other source.
    File(PathBuf),
    /// At an address.
    Address { client: Client, address: Url },
    /// Where the provider's own description says.
    Discovered { client: Client, description: Url, issuer: String },
}

/// What is needed of a provider's description.
#[derive(Deserialize)]
struct Description {
    issuer: String,
    jwks_uri: String,
}

impl Source {
    /// The file or address that the operator has named.
    pub(super) fn named(text: &str) -> anyhow::Result<Self> {
        if text.contains("://") {
            Ok(Self::Address { client: client()?, address: address(text)? })
        } else {
            Ok(Self::File(text.into()))
        }
    }

    /// The one that an issuer describes.
    pub(super) fn of_issuer(issuer: &str) -> anyhow::Result<Self> {
        let description = address(&format!("{}/{DISCOVERY}", issuer.trim_end_matches('/')))?;
        Ok(Self::Discovered { client: client()?, description, issuer: issuer.to_owned() })
    }

    /// The keys, as they are published.
    pub(super) async fn fetch(&self) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::File(path) => {
                let size = tokio::fs::metadata(path).await.with_context(|| path.display().to_string())?.len();
                ensure!(size <= ANSWER_BYTES_MAX as u64, "{}: more than {ANSWER_BYTES_MAX} bytes", path.display());
                tokio::fs::read(path).await.with_context(|| path.display().to_string())
            }
            Self::Address { client, address } => get(client, address).await,
            Self::Discovered { client, description, issuer } => {
                let text = get(client, description).await?;
                let said: Description = serde_json::from_slice(&text).with_context(|| description.to_string())?;
                ensure!(said.issuer == *issuer, "{description} describes another issuer: {}", said.issuer);
                get(client, &address(&said.jwks_uri).context("jwks_uri")?).await
            }
        }
    }
}

/// A client that goes nowhere else: no redirects, no proxy.
fn client() -> anyhow::Result<Client> {
    let name = concat!("campus-org/", env!("CARGO_PKG_VERSION"));
    let client = Client::builder().user_agent(name).timeout(FETCH_MAX).redirect(Policy::none()).no_proxy();
    client.build().context("no client for HTTPS: are the certificates of authorities installed?")
}

/// An address from which keys may come: nobody on the way may replace them.
fn address(text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text).with_context(|| text.to_owned())?;
    match url.scheme() {
        "https" => {}
        "http" if url.host_str().is_some_and(is_loopback) => {}
        "http" => bail!("{text}: http is allowed only for this machine; use https"),
        _ => bail!("{text}: must begin with https://"),
    }
    ensure!(url.username().is_empty() && url.password().is_none(), "an address with a password");
    Ok(url)
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

async fn get(client: &Client, url: &Url) -> anyhow::Result<Vec<u8>> {
    let mut answer = client.get(url.clone()).header("accept", "application/json").send().await?;
    ensure!(answer.status() == 200, "{url} answers {}", answer.status());
    let mut text = Vec::new();
    while let Some(part) = answer.chunk().await? {
        ensure!(text.len() + part.len() <= ANSWER_BYTES_MAX, "{url}: more than {ANSWER_BYTES_MAX} bytes");
        text.extend_from_slice(&part);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_over_tls_or_from_this_machine() {
        for right in
            ["https://id.example.edu.cn/keys", "http://127.0.0.1:8080/keys", "http://[::1]/k", "http://localhost/k"]
        {
            assert!(address(right).is_ok(), "{right}");
        }
        for wrong in [
            "http://id.example.edu.cn/keys",
            "http://10.0.0.1/keys",
            "http://127.0.0.1.example.cn/",
            "ftp://127.0.0.1/k",
            "file:///etc/passwd",
            "https://",
            "https://a:b@id.example.edu.cn/",
            "id.example.edu.cn",
            "http://localhost.cn/",
        ] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
