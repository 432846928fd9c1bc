//! How often callers may ask: each caller, and each address from which somebody asks whom nobody knows.
//!
//! A limiter is the generic cell rate algorithm (a leaky bucket): it keeps one instant for each caller. So many requests
//! may come at once, and then so many a second.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    HttpMessage,
    dev::ServiceRequest,
    http::header::{HeaderMap, HeaderValue},
};
use quick_cache::sync::Cache;

use super::{
    address::TrustedProxies,
    header::{RATE_LIMIT, RATE_LIMIT_POLICY},
    problem::{Problem, ProblemType},
};
use crate::{access::Caller, domain::CallerId};

/// How many seconds' worth of requests may come at once.
const AT_ONCE_SECONDS: u64 = 10;
/// The most callers or addresses that are remembered. Who is forgotten begins anew.
const REMEMBERED_MAX: usize = 100_000;
/// The part of an IPv6 address that one network has: who has one, has all addresses in it.
const NETWORK: u128 = !0 << 64;

/// How many requests a second are answered. 0: any number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RateSettings {
    /// Of a caller with a key or a token.
    pub by_caller: u32,
    /// From an address, without a key or with one that is refused.
    pub by_address: u32,
    /// The proxies that say from which address a request comes.
    pub proxies: TrustedProxies,
}

/// The limits of a service.
#[derive(Debug)]
pub struct Rates {
    callers: Limiter,
    addresses: Limiter,
    proxies: TrustedProxies,
}

/// Where somebody stands who has asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) struct Standing {
    /// The name of the limit.
    name: &'static str,
    /// How many requests may come at once.
    quota: u64,
    /// How many more may come now.
    remaining: u64,
    /// How long until all may come again.
    full_in: Duration,
    /// If this request is one too many: how long to wait.
    wait: Option<Duration>,
}

impl Rates {
    /// The limits that `settings` say.
    pub fn new(settings: RateSettings) -> Self {
        let RateSettings { by_caller, by_address, proxies } = settings;
        Self { callers: Limiter::new("caller", by_caller), addresses: Limiter::new("address", by_address), proxies }
    }

    /// Counts a request of a caller, or from an address if nobody knows who asks.
    ///
    /// # Errors
    ///
    /// It is one too many.
    pub(in crate::http) fn count(&self, request: &ServiceRequest, caller: Option<&Caller>) -> Result<(), Problem> {
        let standing = match caller.and_then(Caller::id) {
            Some(caller) => self.of_caller(caller),
            None if self.addresses.each_nanos == 0 => None,
            None => self.proxies.address_of(request).and_then(|address| self.of_address(address)),
        };
        let Some(standing) = standing else { return Ok(()) };
        if standing.is_low() {
            request.extensions_mut().insert(standing);
        }
        match standing.wait {
            Some(wait) => Err(Problem::new(ProblemType::TooManyRequests).retry_after(wait)),
            None => Ok(()),
        }
    }

    fn of_caller(&self, CallerId(id): CallerId) -> Option<Standing> {
        self.callers.count(id.as_u128())
    }

    fn of_address(&self, address: IpAddr) -> Option<Standing> {
        self.addresses.count(match address {
            IpAddr::V4(address) => address.to_ipv6_mapped().into(),
            IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => address.into(),
            IpAddr::V6(address) => u128::from(address) & NETWORK,
        })
    }
}

impl Standing {
    /// Whether the caller should know: less than half is left.
    fn is_low(self) -> bool {
        self.remaining * 2 < self.quota
    }

    /// Tells the caller.
    pub(in crate::http) fn tell(self, headers: &mut HeaderMap) {
        for (name, text) in [(&RATE_LIMIT_POLICY, self.policy()), (&RATE_LIMIT, self.told())] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name.clone(), value);
            }
        }
    }

    fn policy(self) -> String {
        let Self { name, quota, .. } = self;
        format!(r#""{name}";q={quota};w={AT_ONCE_SECONDS}"#)
    }

    fn told(self) -> String {
        let Self { name, remaining, full_in, .. } = self;
        format!(r#""{name}";r={remaining};t={}"#, full_in.as_secs() + u64::from(full_in.subsec_nanos() > 0))
    }
}

#[derive(Debug)]
struct Limiter {
    name: &'static str,
    /// The nanoseconds between two requests; 0: no limit.
    each_nanos: u64,
    started: Instant,
    /// When the bucket of each would be empty, in nanoseconds since the start.
    empty_at: Cache<u128, Arc<AtomicU64>>,
}

impl Limiter {
    fn new(name: &'static str, each_second: u32) -> Self {
        let each_nanos = 1_000_000_000_u64.checked_div(each_second.into()).unwrap_or(0);
        Self { name, each_nanos, started: Instant::now(), empty_at: Cache::new(REMEMBERED_MAX) }
    }

    fn count(&self, who: u128) -> Option<Standing> {
        (self.each_nanos > 0).then(|| self.count_at(who, self.started.elapsed()))
    }

    fn count_at(&self, who: u128, now: Duration) -> Standing {
        let Self { name, each_nanos, .. } = *self;
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let room = AT_ONCE_SECONDS * 1_000_000_000;
        let empty_at = match self.empty_at.get(&who) {
            Some(known) => known,
            None => {
                let known = Arc::default();
                self.empty_at.insert(who, Arc::clone(&known));
                known
            }
        };
        let added = |at: u64| at.max(now) + each_nanos;
        let counted = empty_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |at| {
            let after = added(at);
            (after - now <= room).then_some(after)
        });
        let (level, wait) = match counted {
            Ok(before) => (added(before) - now, None),
            Err(at) => (at.max(now) - now, Some(Duration::from_nanos(added(at) - now - room))),
        };
        Standing {
            name,
            quota: room / each_nanos,
            remaining: room.saturating_sub(level) / each_nanos,
            full_in: Duration::from_nanos(level),
            wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_come_at_once_and_then_so_many_a_second() {
        let limiter = Limiter::new("caller", 2);
        let at = |who, millis| limiter.count_at(who, Duration::from_millis(millis));
        for left in (0..20).rev() {
            let standing = at(1, 0);
            assert_eq!((standing.remaining, standing.wait), (left, None));
        }
        assert_eq!(at(1, 0).wait, Some(Duration::from_millis(500)));
        assert_eq!(at(1, 200).wait, Some(Duration::from_millis(300)));
        assert_eq!(at(2, 200).wait, None);
        assert_eq!((at(1, 500).wait, at(1, 500).wait.is_some()), (None, true));
        let later = at(1, 60_000);
        assert_eq!((later.remaining, later.full_in), (19, Duration::from_millis(500)));
    }

    #[test]
    fn a_caller_is_told_as_the_draft_of_the_headers_has_it() {
        let limiter = Limiter::new("address", 1);
        let standing = limiter.count_at(1, Duration::ZERO);
        assert_eq!(
            (standing.policy(), standing.told()),
            (r#""address";q=10;w=10"#.into(), r#""address";r=9;t=1"#.into())
        );
        assert!(!standing.is_low());
        (0..4).for_each(|_| assert_eq!(limiter.count_at(1, Duration::ZERO).wait, None));
        let low = limiter.count_at(1, Duration::ZERO);
        assert!(low.is_low() && low.wait.is_none());
    }

    #[test]
    fn an_address_is_a_network() {
        let rates = Rates::new(RateSettings { by_address: 1, ..RateSettings::default() });
        let left = |address: &str| rates.of_address(address.parse().expect("an address")).expect("limited").remaining;
        assert_eq!((left("2001:db8::1"), left("2001:db8::2"), left("2001:db8:0:1::1")), (9, 8, 9));
        assert_eq!((left("192.0.2.1"), left("::ffff:192.0.2.1"), left("192.0.2.2")), (9, 8, 9));
        assert_eq!(rates.of_caller(CallerId(uuid::Uuid::nil())), None);
    }
}
