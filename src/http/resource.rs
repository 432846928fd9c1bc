//! A path and its methods.
//!
//! `web::resource` alone answers HEAD and OPTIONS with 405; this adds both, gives 405 its `Allow`,
//! and remembers path and methods, so that logs and metrics know the template and a test can compare
//! the routes with the API document. [`grouped`] has them found in few steps.

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
    routes: Vec<Route>,
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resource").field("path", &self.path).field("methods", &self.methods).finish_non_exhaustive()
    }
}

/// A resource at `path`, in which `{name}` stands for one segment.
pub fn resource(path: &'static str) -> Resource {
    Resource { path, methods: Vec::new(), routes: Vec::new() }
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
        self.routes.push(route);
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

impl Resource {
    /// Its path up to the first parameter, if it has one: `/orgs/{id}`.
    fn stem(&self) -> Option<&'static str> {
        let end = self.path.find('}')?;
        self.path.get(..=end)
    }

    /// Answers for it at the end of a path whose beginning, `stem`, has been matched.
    fn below(self, stem: &str) -> actix_web::Resource {
        let Self { path, methods, routes } = self;
        let mut allow: Vec<&str> = methods.iter().map(Method::as_str).collect();
        allow.push("OPTIONS");
        let allow = allow.join(", ");
        let refused = allow.clone();
        routes
            .into_iter()
            .fold(web::resource(path.strip_prefix(stem).unwrap_or(path)), actix_web::Resource::route)
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
    }
}

/// Resources whose paths begin alike, up to and with a parameter, or one without.
#[derive(Debug)]
pub struct Group {
    stem: Option<&'static str>,
    members: Vec<Resource>,
}

/// All of them, those of one stem together. Routes are tried one after the other: so a path's parameter is
/// looked for once, and what follows it is compared as text.
pub fn grouped(resources: Vec<Resource>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for resource in resources {
        let stem = resource.stem();
        match groups.iter_mut().find(|group| stem.is_some() && group.stem == stem) {
            Some(group) => group.members.push(resource),
            None => groups.push(Group { stem, members: vec![resource] }),
        }
    }
    groups
}

impl HttpServiceFactory for Group {
    fn register(self, config: &mut AppService) {
        let Self { stem, members } = self;
        match stem {
            Some(stem) => {
                let scope = web::scope(stem);
                members.into_iter().fold(scope, |scope, member| scope.service(member.below(stem))).register(config);
            }
            None => members.into_iter().for_each(|member| member.below("").register(config)),
        }
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
