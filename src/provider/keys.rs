//! The provider's keys as they are known here. One task fetches them: at the start, every few minutes, and when a
//! token names a key that is not there. Keys that were fetched once stay in use while the provider is away.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use tokio::{
    sync::watch,
    time::{Instant as Moment, timeout},
};

use super::fetch::{FETCH_MAX, Source};
use crate::access::token::{Algorithm, ProviderKeys};

/// How often the keys are fetched.
const REFRESH: Duration = Duration::from_secs(300);
/// How soon they are fetched again after a failure, while older ones are in use.
const RETRY: Duration = Duration::from_secs(30);
/// The same while there are none.
pub(super) const RETRY_WITHOUT_KEYS: Duration = Duration::from_secs(1);
/// How often tokens with unknown keys may have them fetched: anybody can make up such tokens.
const RENEWAL_MIN: Duration = Duration::from_secs(10);

/// Keys that were fetched.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Goes up when other keys are published.
    pub(super) generation: u64,
    pub(super) keys: ProviderKeys,
    /// As the provider wrote them.
    text: Vec<u8>,
}

/// The keys of the provider.
#[derive(Debug)]
pub(super) struct Keys {
    loaded: Arc<ArcSwapOption<Loaded>>,
    /// How many fetches were asked for.
    wanted: watch::Sender<u64>,
    /// How many of these are over.
    done: watch::Receiver<u64>,
    renewed: Mutex<Option<Moment>>,
}

impl Keys {
    /// Fetches the keys, and goes on doing so as long as this lives. That the provider is away is no error; that a
    /// file is, is one.
    pub(super) async fn start(source: Source, algorithms: Vec<Algorithm>) -> anyhow::Result<Self> {
        if let Source::File(_) = source {
            ProviderKeys::parse(&source.fetch().await?, &algorithms)?;
        }
        let (wanted, asked) = watch::channel(1);
        let (over, mut done) = watch::channel(0);
        let loaded = Arc::default();
        let fetcher = Fetcher { source, algorithms, loaded: Arc::clone(&loaded), away: false };
        tokio::spawn(fetcher.run(asked, over));
        // An error means that the time is over: the service starts without keys.
        drop(timeout(FETCH_MAX, done.wait_for(|done| *done >= 1)).await);
        Ok(Self { loaded, wanted, done, renewed: Mutex::default() })
    }

    /// The keys, if there are any yet.
    pub(super) fn loaded(&self) -> Option<Arc<Loaded>> {
        self.loaded.load_full()
    }

    /// The generation of the keys; 0 if there are none.
    pub(super) fn generation(&self) -> u64 {
        self.loaded.load().as_ref().map_or(0, |loaded| loaded.generation)
    }

    /// Has the keys fetched anew, or waits for a fetch that is under way. Returns at once if they were renewed just
    /// before.
    pub(super) async fn renew(&self) {
        let wanted = self.want();
        let mut done = self.done.clone();
        // An error means that the time is over: whoever asks is answered with the keys that there are.
        drop(timeout(FETCH_MAX, done.wait_for(|done| *done >= wanted)).await);
    }

    /// Asks for a fetch, if one may be asked for, and gives the number of the last one that was.
    fn want(&self) -> u64 {
        let mut renewed = self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        if renewed.is_none_or(|at| at.elapsed() >= RENEWAL_MIN) {
            *renewed = Some(Moment::now());
            self.wanted.send_modify(|wanted| *wanted += 1);
        }
        *self.wanted.borrow()
    }
}

/// The task that fetches.
struct Fetcher {
    source: Source,
    algorithms: Vec<Algorithm>,
    loaded: Arc<ArcSwapOption<Loaded>>,
    /// Whether the last fetch failed.
    away: bool,
}

impl Fetcher {
    /// Fetches until nobody can ask any more.
    async fn run(mut self, mut asked: watch::Receiver<u64>, over: watch::Sender<u64>) {
        loop {
            let wanted = *asked.borrow_and_update();
            self.fetch().await;
            over.send_replace(wanted);
            let pause = match (self.away, self.loaded.load().is_some()) {
                (false, _) => REFRESH,
                (true, true) => RETRY,
                (true, false) => RETRY_WITHOUT_KEYS,
            };
            if let Ok(Err(_)) = timeout(pause, asked.changed()).await {
                return;
            }
        }
    }

    async fn fetch(&mut self) {
        match self.fetched().await {
            Ok(()) => {
                if std::mem::take(&mut self.away) {
                    tracing::info!("the identity provider answers again");
                }
            }
            // That it is still away is not said each time.
            Err(error) if std::mem::replace(&mut self.away, true) => {
                tracing::debug!(error = %format_args!("{error:#}"), "the keys of the identity provider cannot be fetched");
            }
            Err(error) => {
                let kept = self.loaded.load().is_some();
                let error = format!("{error:#}");
                tracing::warn!(error, kept, "the keys of the identity provider cannot be fetched");
            }
        }
    }

    async fn fetched(&self) -> anyhow::Result<()> {
        let text = timeout(FETCH_MAX, self.source.fetch()).await??;
        let before = self.loaded.load_full();
        if before.as_ref().is_some_and(|before| before.text == text) {
            return Ok(());
        }
        let keys = ProviderKeys::parse(&text, &self.algorithms)?;
        if keys.is_empty() {
            tracing::warn!("the identity provider has no key that can verify a token");
        } else {
            tracing::info!(keys = keys.len(), "the keys of the identity provider are here");
        }
        let generation = before.map_or(1, |before| before.generation + 1);
        self.loaded.store(Some(Arc::new(Loaded { generation, keys, text })));
        Ok(())
    }
}
