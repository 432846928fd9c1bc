//! Compression of answers, if the request accepts it.
//!
//! actix-web's compressor takes every answer apart to see whether it should be compressed. Requests without
//! `Accept-Encoding`, which many programs send, bypass it.

use std::{fmt, rc::Rc};

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    http::header::ACCEPT_ENCODING,
    middleware::Compress,
};
use futures_util::{
    TryFutureExt,
    future::{Either, MapOk, Ready, ready},
};

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
