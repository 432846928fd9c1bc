//! Compression of answers, if the request accepts it.
//!
//! actix-web's compressor takes every answer apart to see whether it should be compressed. Requests without
//! `Accept-Encoding`, which many programs send, bypass it. It compresses an answer anew for every client, so heavy
//! answers, which clients share, are compressed here where they are made: see [`Coding`].

use std::{
    fmt,
    io::{self, Write as _},
    rc::Rc,
};

use actix_web::{
    Error, FromRequest, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform},
    http::header::{ACCEPT_ENCODING, AcceptEncoding, Encoding, Header as _},
    middleware::Compress,
    web::Bytes,
};
use flate2::write::GzEncoder;
use futures_util::{
    TryFutureExt,
    future::{Either, MapOk, Ready, ready},
};

use super::{
    bounds::{Room, counted},
    problem::Problem,
};

/// The content coding of an answer that is made once for several clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Coding {
    Identity,
    Gzip,
}

/// From so many bytes on, compressing an answer takes some 10 ms.
const HEAVY_BYTES_MIN: usize = 1 << 20;

impl Coding {
    /// Whether it is heavy to bring these bytes into this coding.
    pub(in crate::http) fn is_heavy(self, bytes: &Bytes) -> bool {
        self == Self::Gzip && bytes.len() >= HEAVY_BYTES_MIN
    }

    /// The bytes compressed.
    fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes)?;
        encoder.finish()
    }

    /// The bytes in this coding; `room` counts new ones.
    ///
    /// # Errors
    ///
    /// There is no room for them.
    pub(in crate::http) fn apply(self, bytes: Bytes, room: &Room) -> Result<Bytes, Problem> {
        match self {
            Self::Identity => Ok(bytes),
            Self::Gzip => counted(room, Self::gzip(&bytes).map_err(Problem::internal)?),
        }
    }
}

impl FromRequest for Coding {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let best = best(request, &[Encoding::identity(), Encoding::gzip()]);
        ready(Ok(if best == Some(Encoding::gzip()) { Self::Gzip } else { Self::Identity }))
    }
}

/// The best of these codings for a request, if it says.
pub(super) fn best(request: &HttpRequest, known: &[Encoding]) -> Option<Encoding> {
    AcceptEncoding::parse(request).ok()?.negotiate(known.iter())
}

/// The middleware; see the module.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Compression;

/// The compressor around a service.
type Around<S> = <Compress as Transform<Rc<S>, ServiceRequest>>::Transform;
/// Its answer.
type Answer<S> = <Compress as Transform<Rc<S>, ServiceRequest>>::Response;

impl<S, B> Transform<S, ServiceRequest> for Compression
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = Answer<S>;
    type Error = Error;
    type Transform = Compressing<S, Around<S>>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let plain = Rc::new(service);
        let compressed = Compress::default().new_transform(Rc::clone(&plain));
        ready(compressed.into_inner().map(|compressed| Compressing { plain, compressed }))
    }
}

/// A service that compresses answers if the request accepts it.
pub(in crate::http) struct Compressing<S, C> {
    plain: Rc<S>,
    compressed: C,
}

impl<S, C> fmt::Debug for Compressing<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressing").finish_non_exhaustive()
    }
}

impl<S, B> Service<ServiceRequest> for Compressing<S, Around<S>>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = Answer<S>;
    type Error = Error;
    type Future = Either<
        <Around<S> as Service<ServiceRequest>>::Future,
        MapOk<S::Future, fn(ServiceResponse<B>) -> Self::Response>,
    >;

    actix_web::dev::forward_ready!(plain);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        if request.headers().contains_key(ACCEPT_ENCODING) {
            return Either::Left(self.compressed.call(request));
        }
        let as_it_is: fn(ServiceResponse<B>) -> Self::Response =
            |response| response.map_body(|_, body| EitherBody::right(body.boxed()));
        Either::Right(self.plain.call(request).map_ok(as_it_is))
    }
}
