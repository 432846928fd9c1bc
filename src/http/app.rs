//! The application: every resource behind the manners, listening.

use std::{
    fmt, io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_http::{HttpService, error::DispatchError};
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{App, Error, dev::AppConfig, middleware::Condition, rt::net::TcpStream, web};
use futures_util::future::ready;

pub use super::kit::{address::TrustedProxies, bounds::Limits, rates::RateSettings};
use super::{
    kit::{
        bounds::{Bounds, KEEP_ALIVE, Watch},
        compression::Compression,
        cors,
        host::Hosts,
        kept::KeptAnswers,
        manners::Manners,
        metrics::Metrics,
        pins::Pins,
        rates::Rates,
        resource::{Routes, resources},
        source::{Live, Source},
    },
    openapi,
    operations::operations,
    service::{docs::Document, index::Index},
};
use crate::{clock::Clock, domain::Grant, feed::History, provider::Provider, registry::Registry};

/// How long the rest of a body is read on that is not wanted, so that the client sees why.
const DISCONNECT_MAX: Duration = Duration::from_secs(1);

/// How the application serves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long the database may be away while reads still count as ready.
    pub stale_max: Duration,
    /// How long requests under way may take to finish once it stops.
    pub grace: Duration,
    /// What callers may do whom nobody knows.
    pub anonymous: Vec<Grant>,
    /// Whether measurements are for everybody.
    pub shows_metrics: bool,
    /// The names that it answers to, besides those of loopback where it listens there.
    pub host_names: Vec<String>,
    /// How often callers may ask.
    pub rates: RateSettings,
    /// The sites whose pages may ask from a browser.
    pub cors_origins: Vec<String>,
    /// Whose tokens are accepted.
    pub provider: Option<Provider>,
    /// Threads that answer requests; `None`: as many as there are cores.
    pub workers: Option<usize>,
    /// How long clients may take, and how much memory.
    pub limits: Limits,
}

/// The service, listening. Whoever runs it stops it, by its server's handle.
pub struct Application {
    server: Server,
    address: SocketAddr,
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Application {
    /// Serves the directory of `registry` on `listener`.
    ///
    /// # Errors
    ///
    /// The listener cannot be used, or a metric has an impossible name.
    pub fn build(
        registry: Registry,
        clock: Arc<dyn Clock>,
        listener: TcpListener,
        settings: &Settings,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let source: Arc<dyn Source> = Arc::new(Live::new(
            registry.clone(),
            settings.stale_max,
            settings.anonymous.clone().into(),
            settings.shows_metrics,
            settings.provider.clone(),
        ));
        let hosts = web::Data::new(Hosts::of(address, &settings.host_names));
        let limits = settings.limits;
        let bounds = web::Data::new(Bounds::new(limits));
        let metrics = Metrics::new().map_err(io::Error::other)?;
        let document = Document::new(openapi::text(), openapi::text_3_0);
        let index = web::Data::new(Index::new(&document)?);
        let history = web::Data::new(History::new(registry.clone()));
        let answers = web::Data::new(KeptAnswers::new(&metrics, bounds.room.clone()));
        let pins = web::Data::new(Pins::new(Arc::clone(&clock)));
        let rates = web::Data::new(Rates::new(settings.rates.clone()));
        let origins = settings.cors_origins.clone();
        let mut server = Server::build().disable_signals().shutdown_timeout(settings.grace.as_secs());
        if let Some(workers) = settings.workers {
            server = server.workers(workers);
        }
        let stopping = server.graceful_shutdown_signal();
        // What `HttpServer` does, with connections that are watched.
        let server = server.listen("http", listener, move || {
            let app = App::new()
                .wrap(Compression)
                .wrap(Condition::new(!origins.is_empty(), cors::allowing(&origins)))
                .wrap(Manners::new(Arc::clone(&source), metrics.clone(), Arc::clone(&clock), !origins.is_empty()))
                .app_data(web::Data::new(registry.clone()))
                .app_data(web::Data::from(Arc::clone(&source)))
                .app_data(web::Data::new(metrics.clone()))
                .app_data(web::Data::new(document.clone()))
                .app_data(index.clone())
                .app_data(answers.clone())
                .app_data(pins.clone())
                .app_data(history.clone())
                .app_data(hosts.clone())
                .app_data(rates.clone())
                .app_data(bounds.clone())
                .default_service(Routes(resources(operations())));
            let app = app.into_factory().map_err(|error: Error| error.error_response());
            let stopping = stopping.clone();
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .keep_alive(KEEP_ALIVE)
                .client_request_timeout(limits.head_max)
                .client_disconnect_timeout(DISCONNECT_MAX)
                .h1(map_config(app, |()| AppConfig::default()));
            let watch = Watch::begin(limits, Arc::clone(&clock));
            fn_service(move |stream: TcpStream| {
                let peer = stream.peer_addr().ok();
                ready(Ok::<_, DispatchError>((watch.guard(stream), peer)))
            })
            .and_then(http)
        })?;
        Ok(Self { server: server.run(), address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server: await it to serve.
    pub fn into_server(self) -> Server {
        self.server
    }
}
