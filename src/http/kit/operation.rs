//! An operation: one name stands for its handler, its path and what the API document says of it.

use std::fmt;

use actix_web::{Route, http::Method};
use utoipa::openapi::{
    OpenApi, PathItem, RefOr,
    path::{Operation as Described, ParameterIn},
};

use super::{gate::Needs, problem::ProblemType};
use crate::domain::AuditSubject;

/// One operation of the API. [`operations`] makes it from a handler's name.
pub(in crate::http) struct Operation {
    id: String,
    path: String,
    method: Method,
    /// What the id in its path names.
    subject: Option<AuditSubject>,
    needs: Needs,
    problems: &'static [ProblemType],
    document: fn() -> OpenApi,
    route: fn() -> Route,
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Operation {
    /// `document` describes this operation and no other; `route` answers it. `problems` are only its own: the API
    /// document adds those of every operation of its sort.
    #[expect(clippy::expect_used, reason = "the derive writes one path with one method for one handler")]
    pub(in crate::http) fn new(
        needs: impl FnOnce(&Method) -> Needs,
        problems: &'static [ProblemType],
        document: fn() -> OpenApi,
        route: fn() -> Route,
    ) -> Self {
        let (path, item) = document().paths.paths.pop_first().expect("a path");
        let (method, operation) = method_of(item).expect("a method");
        let id = operation.operation_id.clone().expect("an id");
        let needs = needs(&method);
        Self { id, path, method, subject: subject_of(&operation), needs, problems, document, route }
    }

    /// Its name in the API document.
    pub(in crate::http) fn id(&self) -> &str {
        &self.id
    }

    /// What the id in its path names.
    pub(in crate::http) fn subject(&self) -> Option<AuditSubject> {
        self.subject
    }

    /// Its path template.
    pub(in crate::http) fn path(&self) -> &str {
        &self.path
    }

    pub(in crate::http) fn method(&self) -> &Method {
        &self.method
    }

    /// Whom it is for.
    pub(in crate::http) fn needs(&self) -> Needs {
        self.needs
    }

    /// Its own problems, without those of every operation of its sort.
    pub(in crate::http) fn problems(&self) -> &'static [ProblemType] {
        self.problems
    }

    /// What the API document says of it, with the schemas that it names.
    pub(in crate::http) fn document(&self) -> OpenApi {
        (self.document)()
    }

    /// What makes the route that answers it, anew for each thread.
    pub(in crate::http) fn route(&self) -> fn() -> Route {
        self.route
    }
}

fn method_of(item: PathItem) -> Option<(Method, Described)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let known = [
        (get, Method::GET),
        (put, Method::PUT),
        (post, Method::POST),
        (delete, Method::DELETE),
        (patch, Method::PATCH),
    ];
    known.into_iter().find_map(|(operation, method)| Some((method, operation?)))
}

/// What the parameter `id` of a path names: its schema says so.
fn subject_of(operation: &Described) -> Option<AuditSubject> {
    let id = operation.parameters.iter().flatten().find_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.name == "id" && parameter.parameter_in == ParameterIn::Path => Some(parameter),
        _ => None,
    });
    let Some(RefOr::Ref(schema)) = &id?.schema else { return None };
    match schema.ref_location.rsplit('/').next()? {
        "OrgId" => Some(AuditSubject::Org),
        "PersonId" => Some(AuditSubject::Person),
        "RoleId" => Some(AuditSubject::Role),
        "SupervisionId" => Some(AuditSubject::Supervision),
        "CallerId" => Some(AuditSubject::Key),
        "TicketId" => Some(AuditSubject::Ticket),
        _ => None,
    }
}

/// The operations of these handlers, as a `Vec`. First what they need: `read Scope(…), write Scope(…);`. Then
/// `handler => [Problem, …],` with the types of problems that are its own, or `handler,` where it has none;
/// `handler needs (…)` where one needs something else. Path and method are those of `#[utoipa::path]`.
macro_rules! operations {
    (
        read $read:expr, write $write:expr;
        $($($step:ident)::+ $(needs ($needs:expr))? $(=> [$($problem:ident),* $(,)?])?),* $(,)?
    ) => {
        vec![$({
            // The derive finds what `#[utoipa::path]` has written beside the handler.
            #[derive(utoipa::OpenApi)]
            #[openapi(paths($($step)::+))]
            struct Document;
            #[allow(unused_imports, reason = "whatever the resource needs")]
            use $crate::{domain::AccessScope::*, http::kit::gate::Needs::{self, *}};
            $crate::http::kit::operation::Operation::new(
                |method| [$($needs,)? Needs::by_method(method, $read, $write)][0],
                &[$($($crate::http::kit::problem::ProblemType::$problem),*)?],
                <Document as utoipa::OpenApi>::openapi,
                || actix_web::web::to($($step)::+),
            )
        }),*]
    };
}

pub(in crate::http) use operations;
