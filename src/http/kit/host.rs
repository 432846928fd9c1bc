//! Which names the service answers to. A page of another site can lead its name to this machine (DNS rebinding) and
//! would then speak to a service on loopback as if it were its own: such a name is refused.

use std::net::{IpAddr, SocketAddr};

use actix_web::{dev::ServiceRequest, http::header::HOST, web};

use super::problem::{Problem, ProblemType};

/// The paths that answer to every name: whoever watches a service often knows only its address.
pub(in crate::http) const FOR_ALL: &str = "/health/";
/// The name of this machine for itself.
const LOCALHOST: &str = "localhost";

/// The names that the service answers to. None: all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts(Option<Vec<String>>);

impl Hosts {
    /// For a service that listens on `address`: the names given, and on loopback also those of loopback. Elsewhere
    /// all, if none is given: keys are asked for there.
    pub fn of(address: SocketAddr, names: &[String]) -> Self {
        let mut all: Vec<String> = names.iter().map(|name| name_of(name).to_ascii_lowercase()).collect();
        if address.ip().is_loopback() {
            all.extend([LOCALHOST.to_owned(), address.to_string()]);
            return Self(Some(all));
        }
        Self(Some(all).filter(|names| !names.is_empty()))
    }

    fn has(&self, host: &str) -> bool {
        let Self(Some(names)) = self else { return true };
        let own = |name: &str| names.iter().any(|own| own.eq_ignore_ascii_case(name));
        // Mostly the host needs no reading.
        if own(host) {
            return true;
        }
        let name = name_of(host);
        // On loopback, its addresses are names, too.
        own(name) || own(LOCALHOST) && name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }
}

/// The name in `name`, `name:port`, `[address]` or `[address]:port`.
fn name_of(host: &str) -> &str {
    let name = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, after)) if after.is_empty() || after.starts_with(':') => address,
            _ => host,
        },
        None => match host.rsplit_once(':') {
            Some((name, port)) if !name.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        },
    };
    name.strip_suffix('.').unwrap_or(name)
}

/// Refuses a request to another name.
///
/// # Errors
///
/// The service does not answer to that name.
pub(in crate::http) fn check(request: &ServiceRequest) -> Result<(), Problem> {
    let Some(hosts) = request.app_data::<web::Data<Hosts>>() else { return Ok(()) };
    if hosts.0.is_none() || request.path().starts_with(FOR_ALL) {
        return Ok(());
    }
    let host = match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers().get(HOST).and_then(|host| host.to_str().ok()),
    };
    if host.is_some_and(|host| hosts.has(host)) { Ok(()) } else { Err(Problem::new(ProblemType::Misdirected)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_loopback_only_its_own_names_are_answered_to() {
        let hosts = Hosts::of(([127, 0, 0, 1], 8080).into(), &["party.example.edu.cn".to_owned()]);
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:80",
            "localhost.",
            "Party.Example.edu.cn:443",
        ] {
            assert!(hosts.has(host), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "10.0.0.1",
            "",
            "[::2]",
            "127.0.0.1.evil.example",
        ] {
            assert!(!hosts.has(host), "{host}");
        }
    }

    #[test]
    fn elsewhere_every_name_is_answered_to_unless_some_are_given() {
        let address: SocketAddr = ([10, 0, 0, 1], 80).into();
        assert!(Hosts::of(address, &[]).has("anything.example"));
        let hosts = Hosts::of(address, &["party.example.edu.cn:443".to_owned()]);
        assert!(hosts.has("party.example.edu.cn") && !hosts.has("evil.example") && !hosts.has("127.0.0.1"));
    }
}
