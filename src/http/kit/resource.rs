//! A path and its methods, and which path answers a request.
//!
//! A resource answers HEAD like GET, answers OPTIONS, and refuses other methods with 405 and `Allow`. It knows its path
//! and methods, so logs and metrics have the template, and a test can compare the routes with the API document.
//! actix-web's own router tries one pattern after the other; [`Routes`] finds the path in a tree.

use std::{iter, rc::Rc};

use actix_web::{
    Error, HttpResponse, Route,
    dev::{Extensions, Service, ServiceFactory, ServiceRequest, ServiceResponse, always_ready},
    http::{Method, header::ALLOW},
};
use futures_util::future::{LocalBoxFuture, ready, try_join_all};
use matchit::{InsertError, Router};

use super::{
    gate::{Admission, Needs, admit, admit_with, count},
    host,
    operation::Operation,
    problem::{Failure, Problem, ProblemType},
};
use crate::domain::AuditSubject;

/// The most characters that are repeated of a method that a client has made up.
const METHOD_CHARS_MAX: usize = 40;

/// The path template of the resource that answers a request, found in its app data.
#[derive(Debug, Clone, Copy)]
pub struct Template(pub &'static str);

impl Template {
    /// The parameters of a path that has this template, by name.
    pub(in crate::http) fn parameters(self, path: &str) -> impl Iterator<Item = (&str, &str)> {
        let (mut template, mut path) = (self.0, path);
        iter::from_fn(move || {
            let (before, named) = template.split_once('{')?;
            let (name, behind) = named.split_once('}')?;
            let from = path.get(before.len()..)?;
            let text = from.split('/').next()?;
            (template, path) = (behind, from.get(text.len()..)?);
            Some((name, text))
        })
    }
}

/// What the operations of a resource are called, and what the ids in their path name; found in its app data.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Purposes(Vec<(Method, Purpose)>);

type Purpose = (&'static str, Option<AuditSubject>);

impl Purposes {
    /// What a method is for. HEAD is answered like GET.
    pub(in crate::http) fn of(&self, method: &Method) -> Option<Purpose> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.iter().find(|(known, _)| known == method).map(|(_, purpose)| *purpose)
    }
}

/// One path with all that can be done there.
pub struct Resource {
    path: &'static str,
    purposes: Purposes,
    routes: Vec<(Method, Needs, Route)>,
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resource").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Resource {
    /// A resource at `path`, in which `{name}` stands for one segment.
    fn new(path: &'static str) -> Self {
        Self { path, purposes: Purposes::default(), routes: Vec::new() }
    }

    /// Answers one more method; HEAD like GET, without the body.
    fn answer(&mut self, method: Method, needs: Needs, route: fn() -> Route) {
        if method == Method::GET {
            self.routes.extend([(Method::GET, needs, route()), (Method::HEAD, needs, route())]);
        } else {
            self.routes.push((method, needs, route()));
        }
    }

    /// A resource that answers GET alone.
    #[cfg(test)]
    pub(in crate::http) fn get(path: &'static str, route: fn() -> Route) -> Self {
        let mut resource = Self::new(path);
        resource.answer(Method::GET, Needs::Nothing, route);
        resource
    }

    /// Its path template.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Its methods, without OPTIONS.
    pub fn methods(&self) -> impl Iterator<Item = &Method> {
        self.routes.iter().map(|(method, ..)| method)
    }

    /// What answers at its path.
    fn endpoint(&self) -> impl Future<Output = Result<Endpoint, ()>> + 'static {
        let mut data = Extensions::new();
        data.insert(Template(self.path));
        data.insert(self.purposes.clone());
        let allow: Vec<&str> = self.methods().map(Method::as_str).chain(["OPTIONS"]).collect();
        let allow = allow.join(", ");
        let routes = self.routes.iter().map(|(method, needs, route)| {
            let (method, needs, made) = (method.clone(), *needs, route.new_service(()));
            async move { Ok::<_, ()>((method, needs, Rc::new(made.await?))) }
        });
        let routes = try_join_all(routes);
        async move { Ok(Endpoint { data: Rc::new(data), allow, routes: routes.await? }) }
    }
}

/// The resources of these operations: those at one path make one.
pub(in crate::http) fn resources(operations: &'static [Operation]) -> Vec<Resource> {
    let mut resources: Vec<Resource> = Vec::new();
    for operation in operations {
        let at = resources.iter().position(|resource| resource.path == operation.path());
        let mut resource = at.map_or_else(|| Resource::new(operation.path()), |at| resources.remove(at));
        resource.purposes.0.push((operation.method().clone(), (operation.id(), operation.subject())));
        resource.answer(operation.method().clone(), operation.needs(), operation.route());
        resources.push(resource);
    }
    resources
}

/// All resources, as the `default_service` of an application, so that its own router is not used.
#[derive(Debug)]
pub struct Routes(pub Vec<Resource>);

impl ServiceFactory<ServiceRequest> for Routes {
    type Response = ServiceResponse;
    type Error = Error;
    type Config = ();
    type Service = Routing;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<Routing, ()>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let Self(resources) = self;
        let made = resources.iter().map(|resource| {
            let (path, endpoint) = (resource.path, resource.endpoint());
            async move { Ok::<_, ()>((path, endpoint.await?)) }
        });
        let made = try_join_all(made);
        Box::pin(async move {
            let mut endpoints = Router::new();
            for (path, endpoint) in made.await? {
                let inserted: Result<(), InsertError> = endpoints.insert(path, endpoint);
                inserted.map_err(|error| tracing::error!(path, %error, "no such path can be"))?;
            }
            Ok(Routing(endpoints))
        })
    }
}

/// The resources of one thread.
pub struct Routing(Router<Endpoint>);

/// What answers one method at one path.
type Handler = <Route as ServiceFactory<ServiceRequest>>::Service;

/// What answers at one path.
struct Endpoint {
    /// Its [`Template`].
    data: Rc<Extensions>,
    allow: String,
    routes: Vec<(Method, Needs, Rc<Handler>)>,
}

impl std::fmt::Debug for Routing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routing").finish_non_exhaustive()
    }
}

impl Service<ServiceRequest> for Routing {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<ServiceResponse, Error>>;

    always_ready!();

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        if let Err(problem) = host::check(&request) {
            return answered(request.error_response(Failure::from(problem)));
        }
        let Ok(found) = self.0.at(request.match_info().as_str()) else {
            return answered(match count(&request, None) {
                Ok(()) => request.into_response(HttpResponse::NotFound().finish()),
                Err(problem) => request.error_response(Failure::from(problem)),
            });
        };
        let Endpoint { data, allow, routes } = found.value;
        request.add_data_container(Rc::clone(data));
        let method = request.method();
        if let Some((_, needs, route)) = routes.iter().find(|(known, ..)| known == method) {
            return match admit(&mut request, *needs) {
                Ok(Admission::Granted) => route.call(request),
                Ok(Admission::With(credential)) => {
                    let (route, needs) = (Rc::clone(route), *needs);
                    Box::pin(async move {
                        match admit_with(&request, needs, credential).await {
                            Ok(()) => route.call(request).await,
                            Err(problem) => Ok(request.error_response(Failure::from(problem))),
                        }
                    })
                }
                Err(problem) => answered(request.error_response(Failure::from(problem))),
            };
        }
        if let Err(problem) = count(&request, None) {
            return answered(request.error_response(Failure::from(problem)));
        }
        if method == Method::OPTIONS {
            let answer = HttpResponse::NoContent().insert_header((ALLOW, allow.as_str())).finish();
            return answered(request.into_response(answer));
        }
        // A method is ASCII without spaces, but may be long.
        let method: String = method.as_str().chars().take(METHOD_CHARS_MAX).collect();
        let problem = Problem::new(ProblemType::MethodNotAllowed).allow(allow).detail(
            format!("The resource has no method {method}; it has {allow}."),
            format!("该资源不支持 {method} 方法，支持 {allow}。"),
        );
        answered(request.error_response(Failure::from(problem)))
    }
}

fn answered(response: ServiceResponse) -> LocalBoxFuture<'static, Result<ServiceResponse, Error>> {
    Box::pin(ready(Ok(response)))
}

/// The method's name for counting, if it is a method of HTTP. Whatever else a client makes up is one.
pub(in crate::http) fn known(method: &Method) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_of_a_path_stand_where_its_template_has_them() {
        let parameters = |template, path| Template(template).parameters(path).collect::<Vec<_>>();
        assert_eq!(parameters("/orgs", "/orgs"), []);
        assert_eq!(parameters("/orgs/{id}", "/orgs/7"), [("id", "7")]);
        assert_eq!(parameters("/orgs/{id}/roles", "/orgs/a%2Fb/roles"), [("id", "a%2Fb")]);
        let both = [("id", "七"), ("valid_from", "2021-04-15")];
        assert_eq!(parameters("/orgs/{id}/versions/{valid_from}", "/orgs/七/versions/2021-04-15"), both);
    }
}
