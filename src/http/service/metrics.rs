//! `/metrics`.

use actix_web::{HttpResponse, http::header::CONTENT_TYPE, web};
use prometheus::TEXT_FORMAT;

use crate::http::kit::{
    asked::Nothing,
    extract::Query,
    metrics::Metrics,
    problem::{Failure, Problem},
    source::Source,
};

/// Measurements
///
/// The measurements of this process since its start, in the text format of Prometheus: requests by route and
/// status with their durations, the revision, the size of the snapshot, the writer's queue and the errors of
/// the database.
#[utoipa::path(
    get, path = "/metrics", tag = "service", operation_id = "get_metrics",
    responses((status = 200, description = "The measurements", content_type = "text/plain", body = String))
)]
pub async fn get_metrics(
    _: Query<Nothing>,
    metrics: web::Data<Metrics>,
    source: web::Data<dyn Source>,
) -> Result<HttpResponse, Failure> {
    let text = metrics.render(&**source).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, TEXT_FORMAT)).body(text))
}
