//! What is not about the directory: health, measurements, the API document and its page, types of problems.

pub mod docs;
pub mod health;
pub mod index;
pub mod metrics;
pub mod problems;

use super::kit::resource::{Resource, resource};

/// The paths of the service itself.
pub(in crate::http) fn resources() -> Vec<Resource> {
    vec![
        resource("/").get(index::get_index),
        resource("/health/live").get(health::get_liveness),
        resource("/health/ready").get(health::get_readiness),
        resource("/metrics").get(metrics::get_metrics),
        resource("/openapi.json").get(docs::get_openapi),
        resource("/docs").get(docs::get_docs),
        resource("/docs/{asset}").get(docs::get_docs_asset),
        resource("/problems").get(problems::list_problem_types),
        resource("/problems/{slug}").get(problems::get_problem_type),
    ]
}
