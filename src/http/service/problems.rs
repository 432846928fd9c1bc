//! `/problems`: the types of problems, explained. A problem's `type` leads here.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    http::header::{CONTENT_LANGUAGE, HeaderValue, VARY},
    web,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::kit::{
    answer::{Answer, At},
    asked::Nothing,
    conditional::IfNoneMatch,
    extract::{Path, Query},
    header::accepts_json,
    json::Shown,
    language::language_asked,
    manners::VARY_WITH_LANGUAGE,
    page::{PageBody, page_of},
    problem::{Failure, Problem, ProblemType},
    source::Source,
};
use crate::words::Language;

/// One type of problem, in the language of the answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemType)]
pub struct ProblemTypeBody {
    /// The value of `type` in such a problem. It never changes.
    #[schema(value_type = String, pattern = "^/problems/[a-z0-9-]+$", max_length = 80)]
    r#type: &'static str,
    /// The last part of `type`.
    #[schema(value_type = String, pattern = "^[a-z0-9-]+$", max_length = 60)]
    slug: &'static str,
    /// The status of every such answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// Its name, the same in every such answer.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    title: &'static str,
    /// What it means and what to do about it.
    #[schema(value_type = String, min_length = 1, max_length = 2000)]
    detail: &'static str,
}

impl ProblemTypeBody {
    fn of(kind: ProblemType, language: Language) -> Self {
        Self {
            r#type: kind.uri(),
            slug: kind.slug(),
            status: kind.status().as_u16(),
            title: kind.title(language),
            detail: kind.explanation(language),
        }
    }
}

page_of! {
    /// All types of problems, by status.
    pub struct ProblemTypePage of ProblemTypeBody
}

/// Types of problems
///
/// Every type of problem that the service answers with, explained in Chinese or English as `Accept-Language`
/// asks. New types may be added. A type is never renamed or removed, and its status never changes.
#[utoipa::path(
    get, path = "/problems", tag = "service", operation_id = "list_problem_types",
    responses((status = 200, description = "All types", body = ProblemTypePage))
)]
pub async fn list_problem_types(
    request: HttpRequest,
    _: Query<Nothing>,
    source: web::Data<dyn Source>,
) -> Result<HttpResponse, Failure> {
    let language = language_asked(request.headers());
    let items = ProblemType::ALL.iter().map(|kind| ProblemTypeBody::of(*kind, language)).collect();
    told(&request, PageBody::all(items), language, &**source)
}

/// A type of problem
///
/// What a problem of this type means and what to do about it, in Chinese or English as `Accept-Language` asks.
#[utoipa::path(
    get, path = "/problems/{slug}", tag = "service", operation_id = "get_problem_type",
    params(("slug" = String, Path, description = "The last part of a problem's `type`",
            pattern = "^[a-z0-9-]+$", max_length = 60, example = "would-cycle")),
    responses((status = 200, description = "The type", body = ProblemTypeBody))
)]
pub async fn get_problem_type(
    request: HttpRequest,
    slug: Path<String>,
    _: Query<Nothing>,
    source: web::Data<dyn Source>,
) -> Result<HttpResponse, Failure> {
    let language = language_asked(request.headers());
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !slug.bytes().all(legal) || slug.len() > SLUG_CHARS_MAX {
        return Err(Problem::parameter("slug", "must match ^[a-z0-9-]+$", "必须匹配 ^[a-z0-9-]+$").into());
    }
    let kind = ProblemType::parse(&slug).ok_or_else(|| {
        Problem::new(ProblemType::NotFound)
            .detail(format!("There is no type of problem {}.", *slug), format!("没有问题类型 {}。", *slug))
    })?;
    told(&request, ProblemTypeBody::of(kind, language), language, &**source)
}

/// The most characters of a slug in a path.
const SLUG_CHARS_MAX: usize = 60;

fn told<B: Shown>(
    request: &HttpRequest,
    body: B,
    language: Language,
    source: &dyn Source,
) -> Result<HttpResponse, Failure> {
    accepts_json(request)?;
    IfNoneMatch::read(request.headers())?;
    let at = At::of(&source.snapshot(), source.today());
    let mut response = Answer::object(&body, 0, at).respond_to(request);
    response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    response.headers_mut().insert(VARY, VARY_WITH_LANGUAGE.clone());
    Ok(response)
}
