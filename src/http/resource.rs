//! A path and its methods.
//!
//! `web::resource` alone answers HEAD and OPTIONS with 405; this adds both, gives 405 its `Allow`,
//! and remembers path and methods, so that logs and metrics know the template and a test can compare
//! the routes with the API document.

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Responder, Route,
    dev::{AppService, HttpServiceFactory},
    http::{Method, header::ALLOW},
    web,
};

use super::problem::{Failure, Problem, ProblemType};

/// The path template of the resource that answers a request, found in its app data.
#[derive(Debug, Clone, Copy)]
pub struct Template(pub &'static str);

/// One path with all that can be done there.
pub struct Resource {
    path: &'static str,
    methods: Vec<Method>,
    inner: actix_web::Resource,
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resource").field("path", &self.path).field("methods", &self.methods).finish_non_exhaustive()
    }
}

/// A resource at `path`, in which `{name}` stands for one segment.
pub fn resource(path: &'static str) -> Resource {
    Resource { path, methods: Vec::new(), inner: web::resource(path) }
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $method:ident),*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<F, Args>(self, handler: F) -> Self
        where
            F: Handler<Args>,
            Args: FromRequest + 'static,
            F::Output: Responder + 'static,
        {
            self.route(Method::$method, web::$name().to(handler))
        }
    )*};
}

impl Resource {
    /// Answers GET, and HEAD with the same but the body.
    #[must_use]
    pub fn get<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(Method::GET, web::get().to(handler.clone())).route(Method::HEAD, web::head().to(handler))
    }

    methods! {
        /// Answers POST.
        post POST,
        /// Answers PUT.
        put PUT,
        /// Answers PATCH.
        patch PATCH,
        /// Answers DELETE.
        delete DELETE
    }

    fn route(mut self, method: Method, route: Route) -> Self {
        self.methods.push(method);
        self.inner = self.inner.route(route);
        self
    }

    /// Its path template.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Its methods, without OPTIONS.
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }
}

impl HttpServiceFactory for Resource {
    fn register(self, config: &mut AppService) {
        let Self { path, methods, inner } = self;
        let mut allow: Vec<&str> = methods.iter().map(Method::as_str).collect();
        allow.push("OPTIONS");
        let allow = allow.join(", ");
        let refused = allow.clone();
        inner
            .app_data(Template(path))
            .route(web::method(Method::OPTIONS).to(move || {
                let allow = allow.clone();
                async move { HttpResponse::NoContent().insert_header((ALLOW, allow)).finish() }
            }))
            .default_service(web::to(move |request: HttpRequest| {
                let problem = Problem::new(ProblemType::MethodNotAllowed).allow(&refused).detail(
                    format!("The resource has no method {}; it has {refused}.", known(request.method())),
                    format!("该资源不支持 {} 方法，支持 {refused}。", known(request.method())),
                );
                async move { Err::<HttpResponse, _>(Failure::from(problem)) }
            }))
            .register(config);
    }
}

/// The method's name, unless it is none of HTTP's own: then nobody should repeat it.
pub(super) fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "OTHER",
    }
}
