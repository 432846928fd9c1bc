//! What is not about the directory: health, measurements, the API document and its page, types of problems.

pub mod docs;
pub mod health;
pub mod index;
pub mod metrics;
pub mod problems;

use super::kit::operation::{Operation, operations};

/// The operations of the service itself.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Nothing, write Nothing;
        index::get_index => [InvalidHeader, NotAcceptable],
        health::get_liveness,
        health::get_readiness => [NotReady],
        metrics::get_metrics needs (Metrics),
        docs::get_openapi => [InvalidHeader, NotAcceptable, Busy],
        docs::get_openapi_3_0 => [InvalidHeader, NotAcceptable, Busy],
        docs::get_docs,
        docs::get_docs_asset => [Validation, InvalidHeader, Busy],
        problems::list_problem_types => [InvalidHeader, NotAcceptable],
        problems::get_problem_type => [Validation, NotFound, InvalidHeader, NotAcceptable],
    ]
}
