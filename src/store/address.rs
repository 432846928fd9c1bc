//! The address of a PostgreSQL server, understood as libpq does.

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::error::StoreError;

/// The parameters that name the certificates to trust.
const ROOTS: [&str; 3] = ["sslrootcert", "ssl-root-cert", "ssl-ca"];
/// Instead of a file: the well-known authorities.
const SYSTEM: &str = "system";

/// All parameters that SQLx knows. It writes others into the process log, with their values, and goes on.
const KNOWN: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];
/// The sort of parameter that sets something in the server: `options[name]`.
const OPTION: &str = "options[";

/// How to connect to `url`. SQLx differs from libpq, and is put right here:
///
/// - `allow` is `prefer`, because it would never encrypt.
/// - `sslrootcert=system` is `verify-full` with the well-known authorities.
/// - A parameter or mode that is misspelt is refused.
/// - `verify-ca` is refused, and so is `require` with certificates to trust, which libpq takes to be the same. SQLx trusts
///   the well-known authorities beside the given ones, so that anybody's certificate would do.
pub(super) fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let refused = |why: String| Err(StoreError::Address(why));
    let known = |name: &str| KNOWN.contains(&name) || name.starts_with(OPTION);
    if let Some((unknown, _)) = parameters(url).find(|(name, _)| !known(name)) {
        return refused(format!("there is no parameter {unknown}"));
    }
    let mode = std::env::var("PGSSLMODE").ok().filter(|mode| mode.parse::<PgSslMode>().is_err());
    if let Some(mode) = mode {
        return refused(format!("PGSSLMODE has the unknown value {mode}"));
    }
    let (system, plain) = without_system(url);
    let options: PgConnectOptions = plain.parse().map_err(|error| StoreError::Address(format!("{error}")))?;
    let trusts = names_roots(&plain) || std::env::var_os("PGSSLROOTCERT").is_some();
    let mode = match options.get_ssl_mode() {
        _ if system => PgSslMode::VerifyFull,
        PgSslMode::Allow => PgSslMode::Prefer,
        PgSslMode::VerifyCa => return refused(NOT_ENOUGH.to_owned()),
        PgSslMode::Require if trusts => return refused(NOT_ENOUGH.to_owned()),
        other => other,
    };
    Ok(options.ssl_mode(mode))
}

const NOT_ENOUGH: &str = "sslmode=verify-ca, or require with a root certificate, would accept a certificate of any \
                          well-known authority for any host; use verify-full";

/// The parameters of an address; one without `=` has no value.
fn parameters(url: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
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
            ("?sslmode=verify-full&sslrootcert=/etc/ca.crt", Some("VerifyFull")),
            ("?sslmode=require&sslrootcert=/etc/ca.crt", None),
            ("?sslmode=verify-ca&sslrootcert=/etc/ca.crt", None),
            ("?sslmode=verify-ca", None),
            ("?sslmode=verify-full", Some("VerifyFull")),
            ("?sslrootcert=system", Some("VerifyFull")),
            ("?sslmode=required", None),
            ("?ssl_mode=verify-full", None),
            ("?SSLMODE=verify-full", None),
            ("?sslpassword", None),
            ("?application_name=campus&options[statement_timeout]=5s", Some("Prefer")),
        ] {
            assert_eq!(mode(query).as_deref(), understood, "{query}");
        }
    }

    #[test]
    fn a_refusal_names_no_value() {
        let refused = options("postgres://db/name?sslpassword=marked").expect_err("unknown").to_string();
        assert!(refused.contains("sslpassword") && !refused.contains("marked"), "{refused}");
    }
}
