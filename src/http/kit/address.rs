//! From which address a request comes. Behind a proxy, it is in `X-Forwarded-For`, to which the proxy adds; of others, the
//! header may say anything. No other header counts: a proxy passes on what it does not know.

use std::{borrow::Cow, net::IpAddr};

use actix_web::dev::ServiceRequest;
use ipnet::IpNet;

/// What a proxy calls the addresses that a request came through.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose word is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Those in these networks.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whose request it is: of the addresses that it came through, the last that is not a trusted proxy.
    pub(in crate::http) fn address_of(&self, request: &ServiceRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip().to_canonical();
        if !self.trusts(peer) {
            return Some(peer);
        }
        // The proxy adds to what the client wrote, which may be anything.
        let texts: Vec<Cow<'_, str>> =
            request.headers().get_all(X_FORWARDED_FOR).map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let mut last = peer;
        for address in texts.iter().flat_map(|text| text.split(',')).rev() {
            // Stop at a text that is no address.
            let Some(address) = read(address) else { break };
            last = address;
            if !self.trusts(address) {
                break;
            }
        }
        Some(last)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// An address, with or without a port.
fn read(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => text,
    };
    let address = bare.parse().ok().or_else(|| bare.rsplit_once(':')?.0.parse().ok());
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::HeaderValue, test::TestRequest};

    use super::*;

    /// The text in Latin-1.
    fn latin(text: &str) -> Vec<u8> {
        text.chars().map(|c| u8::try_from(c).expect("in Latin-1")).collect()
    }

    fn found(headers: &[(&str, &str)]) -> String {
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().expect("a network")]);
        let peer = "10.0.0.1:1000".parse().expect("an address");
        let request = headers.iter().fold(TestRequest::get().peer_addr(peer), |request, (name, value)| {
            request.append_header((*name, HeaderValue::from_bytes(&latin(value)).expect("a value")))
        });
        proxies.address_of(&request.to_srv_request()).expect("an address").to_string()
    }

    #[test]
    fn the_last_address_that_is_no_proxy_counts() {
        for (headers, address) in [
            (&[][..], "10.0.0.1"),
            (&[("x-forwarded-for", "192.0.2.7")], "192.0.2.7"),
            (&[("x-forwarded-for", "203.0.113.9, 192.0.2.7, 10.0.0.2")], "192.0.2.7"),
            (&[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "192.0.2.7")], "192.0.2.7"),
            (&[("x-forwarded-for", "192.0.2.7, nonsense")], "10.0.0.1"),
            (&[("x-forwarded-for", "192.0.2.7:4711")], "192.0.2.7"),
            (&[("x-forwarded-for", "[2001:db8::7]:4711")], "2001:db8::7"),
            (&[("x-forwarded-for", "\u{e9}, 192.0.2.7"), ("forwarded", "for=203.0.113.9")], "192.0.2.7"),
            (&[("forwarded", "for=203.0.113.9")], "10.0.0.1"),
        ] {
            assert_eq!(found(headers), address, "{headers:?}");
        }
    }

    #[test]
    fn nobody_else_is_believed() {
        let peer = "192.0.2.1:1000".parse().expect("an address");
        let request = TestRequest::get().peer_addr(peer).append_header(("x-forwarded-for", "203.0.113.9"));
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().expect("a network")]);
        assert_eq!(proxies.address_of(&request.to_srv_request()), Some(peer.ip()));
    }
}
