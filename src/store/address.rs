//! The address of a PostgreSQL server, understood as libpq does.

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::error::StoreError;

/// The parameters that name the certificates to trust.
const ROOTS: [&str; 3] = ["sslrootcert", "ssl-root-cert", "ssl-ca"];
/// Instead of a file: the well-known authorities.
const SYSTEM: &str = "system";

/// How to connect to `url`. SQLx differs from libpq in four ways, which are put right here: `allow` is `prefer`, because
/// it would never encrypt; `require` with certificates to trust is `verify-ca`; `sslrootcert=system` is `verify-full`
/// with the well-known authorities; and a parameter that is misspelt is refused.
pub(super) fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let (system, plain) = without_system(url);
    let options: PgConnectOptions = plain.parse().map_err(|error| StoreError::Address(format!("{error}")))?;
    let trusts = names_roots(&plain) || std::env::var_os("PGSSLROOTCERT").is_some();
    let mode = match options.get_ssl_mode() {
        _ if system => PgSslMode::VerifyFull,
        PgSslMode::Allow => PgSslMode::Prefer,
        PgSslMode::Require if trusts => PgSslMode::VerifyCa,
        other => other,
    };
    Ok(options.ssl_mode(mode))
}

fn parameters(url: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(|pair| pair.split_once('='))
}

fn names_roots(url: &str) -> bool {
    parameters(url).any(|(name, _)| ROOTS.contains(&name))
}

/// Whether the well-known authorities are to be trusted, and the address without that.
fn without_system(url: &str) -> (bool, String) {
    let is_system =
        |pair: &str| pair.split_once('=').is_some_and(|(name, value)| ROOTS.contains(&name) && value == SYSTEM);
    match url.split_once('?') {
        Some((before, query)) if query.split('&').any(is_system) => {
            let others: Vec<&str> = query.split('&').filter(|pair| !is_system(pair)).collect();
            (true, format!("{before}?{}", others.join("&")))
        }
        _ => (false, url.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(query: &str) -> Option<String> {
        let options = options(&format!("postgres://user:secret@db.example.edu.cn/name{query}"));
        options.ok().map(|options| format!("{:?}", options.get_ssl_mode()))
    }

    #[test]
    fn encryption_is_understood_as_libpq_does() {
        for (query, understood) in [
            ("", Some("Prefer")),
            ("?sslmode=disable", Some("Disable")),
            ("?sslmode=allow", Some("Prefer")),
            ("?sslmode=require", Some("Require")),
            ("?sslmode=require&sslrootcert=/etc/ca.crt", Some("VerifyCa")),
            ("?sslmode=verify-ca&sslrootcert=/etc/ca.crt", Some("VerifyCa")),
            ("?sslmode=verify-full", Some("VerifyFull")),
            ("?sslrootcert=system", Some("VerifyFull")),
            ("?sslmode=required", None),
        ] {
            assert_eq!(mode(query).as_deref(), understood, "{query}");
        }
    }
}
