//! The identity provider of the campus: fetches its keys, and finds out who has sent a token.

mod fetch;
mod keys;
mod settings;

use std::{fmt, sync::Arc, time::Duration};

use quick_cache::sync::Cache;
use tokio::time::timeout;

use crate::{
    access::{
        Caller, hash_of,
        token::{TokenCaller, Verified, Verifier, self_test},
    },
    clock::Clock,
    domain::{CallerId, Denied, Error, Instant, SecretHash, TOKEN_BYTES_MAX, TokenFault},
    registry::Registry,
};

use keys::{Keys, RETRY_WITHOUT_KEYS};

pub use settings::WrongSetting;

/// How long a request waits for the id of a caller who is new here.
const ID_WAIT_MAX: Duration = Duration::from_secs(1);
/// The most tokens that are known again, and the most subjects whose ids are.
const KNOWN_MAX: usize = 10_000;

/// The identity provider, shared by everybody who asks.
#[derive(Clone)]
pub struct Provider {
    inner: Arc<Inner>,
}

struct Inner {
    verifier: Verifier,
    keys: Keys,
    /// Tokens that were verified, and with which keys: those of another generation may have been withdrawn.
    known: Cache<SecretHash, (u64, Arc<TokenCaller>)>,
    ids: Cache<String, CallerId>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.inner.verifier.issuer).finish_non_exhaustive()
    }
}

impl Provider {
    /// Makes sure that tokens can be verified, and fetches the provider's keys. If it does not answer, this is logged
    /// and tried again.
    async fn start(verifier: Verifier, source: fetch::Source, clock: &dyn Clock) -> anyhow::Result<Self> {
        self_test(clock.now())?;
        let keys = Keys::start(source, verifier.algorithms.clone()).await?;
        let (known, ids) = (Cache::new(KNOWN_MAX), Cache::new(KNOWN_MAX));
        Ok(Self { inner: Arc::new(Inner { verifier, keys, known, ids }) })
    }

    /// Who has sent a token that was verified before; `None` if it is new. Costs no signature.
    ///
    /// # Errors
    ///
    /// Why it is refused.
    pub fn known(&self, token: &str, now: Instant) -> Result<Option<Caller>, Error> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(refused(TokenFault::TooLong));
        }
        let Some((generation, caller)) = self.inner.known.get(&hash_of(token)) else { return Ok(None) };
        if caller.expires_at <= now {
            return Err(refused(TokenFault::Expired));
        }
        Ok((generation == self.inner.keys.generation()).then_some(Caller::Token(caller)))
    }

    /// Verifies a token.
    ///
    /// # Errors
    ///
    /// Why it is refused; or there are no keys yet. While the database is away that has the ids, a new caller has none,
    /// and can read.
    pub async fn verify(&self, registry: &Registry, token: &str) -> Result<Caller, Error> {
        let Inner { verifier, keys, known, ids } = &*self.inner;
        let (generation, verified) = self.verified(token, registry.now()).await?;
        let Verified { subject, grants, person, expires_at } = verified;
        let id = match ids.get(&subject) {
            Some(id) => Some(id),
            None => {
                let found = timeout(ID_WAIT_MAX, registry.caller_of(&verifier.issuer, &subject)).await;
                let id = found.ok().and_then(Result::ok);
                if let Some(id) = id {
                    ids.insert(subject, id);
                }
                id
            }
        };
        let caller = Arc::new(TokenCaller { id, grants, person, expires_at });
        if id.is_some() && generation == keys.generation() {
            known.insert(hash_of(token), (generation, Arc::clone(&caller)));
        }
        Ok(Caller::Token(caller))
    }

    /// What a token says. If the keys at hand do not have the one that it names, they are fetched anew, once.
    async fn verified(&self, token: &str, now: Instant) -> Result<(u64, Verified), Error> {
        let Inner { verifier, keys, .. } = &*self.inner;
        let attempt = || {
            let loaded = keys.loaded()?;
            Some(verifier.verify(token, &loaded.keys, now).map(|verified| (loaded.generation, verified)))
        };
        let first = attempt();
        let last = match first {
            None | Some(Err(TokenFault::UnknownKey)) => {
                keys.renew().await;
                attempt()
            }
            decided => decided,
        };
        let missing = Error::Unavailable { retry_after: RETRY_WITHOUT_KEYS, outcome_unknown: false };
        last.ok_or(missing)?.map_err(refused)
    }
}

fn refused(why: TokenFault) -> Error {
    Error::Unauthenticated { why: Denied::Token(why) }
}
