//! Whether the process lives, and whether it should get requests.

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::kit::{
    answer::{Answer, At, HandlerResult},
    asked::Nothing,
    extract::Query,
    problem::{Problem, ProblemType},
    source::{NotReady, Source},
};

/// How long the caller should wait before asking again.
const RETRY_AFTER: std::time::Duration = std::time::Duration::from_secs(1);

/// The process is alive.
#[derive(Debug, Serialize, ToSchema)]
pub struct Live {
    /// Always `live`.
    #[schema(value_type = String, pattern = "^live$", max_length = 4)]
    status: &'static str,
}

/// The directory is loaded and can answer requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    /// `ready`, or `read_only` while the database is away: writes are answered with 503.
    #[schema(value_type = String, pattern = "^(ready|read_only)$", max_length = 9)]
    status: &'static str,
    /// The revision of the directory that this process shows.
    #[schema(maximum = 9_007_199_254_740_991u64)]
    revision: u64,
    /// For how many seconds the database has been away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 9_007_199_254_740_991u64)]
    database_away_seconds: Option<u64>,
    /// By how many seconds the clock of this machine was last set, forward or (below 0) back; absent after an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -9_007_199_254_740_991i64, maximum = 9_007_199_254_740_991i64)]
    clock_jumped_by_seconds: Option<i64>,
}

/// Whether the process is alive
///
/// Answers as long as the process can answer at all. It checks nothing else, so after a failure restart the process.
#[utoipa::path(
    get, path = "/health/live", tag = "service", operation_id = "get_liveness",
    responses((status = 200, description = "The process is alive", body = Live))
)]
pub async fn get_liveness(_: Query<Nothing>, source: web::Data<dyn Source>) -> HandlerResult {
    Ok(Answer::plain(&Live { status: "live" }, at(&**source)))
}

/// Whether the process should get requests
///
/// Ready once the directory is loaded. Without its database, a replica still answers reads, with the status
/// `read_only`. It stops being ready if the database is away for longer than the service is configured to allow, if
/// the database file was removed, moved or replaced, if the database is not whole while a backup is restored, or if its writer has ended.
#[utoipa::path(
    get, path = "/health/ready", tag = "service", operation_id = "get_readiness",
    responses(
        (status = 200, description = "The process can answer requests", body = Ready),
        (status = 503, description = "The process should get no requests"),
    )
)]
pub async fn get_readiness(_: Query<Nothing>, source: web::Data<dyn Source>) -> HandlerResult {
    let readiness = source.readiness().map_err(|why| {
        let (en, zh) = match why {
            NotReady::Stale => ("The database has been away for too long.", "数据库断开过久。"),
            NotReady::Outdated => {
                ("The database belongs to a newer version of the service.", "数据库已属于更新版本的服务。")
            }
            NotReady::Misplaced => (
                "The database file was removed, moved or replaced: writes are refused. Put it back, or restart the service.",
                "数据库文件已被删除、移动或替换，写入一律拒绝。请放回原文件，或重启服务。",
            ),
            NotReady::Incomplete => (
                "The database is not whole: a backup is being restored, or has left something out.",
                "数据库不完整：正在恢复备份，或备份有缺失。",
            ),
            NotReady::Stopping => ("The writer has ended.", "写入任务已结束。"),
        };
        Problem::new(ProblemType::NotReady).detail(en, zh).retry_after(RETRY_AFTER)
    })?;
    let at = at(&**source);
    let away = readiness.database_away;
    let status = if away.is_some() { "read_only" } else { "ready" };
    let body = Ready {
        status,
        revision: at.revision,
        database_away_seconds: away.map(|away| away.as_secs()),
        clock_jumped_by_seconds: readiness.clock_jumped_by.map(|by| by.num_seconds()),
    };
    Ok(Answer::plain(&body, at))
}

fn at(source: &dyn Source) -> At {
    At::of(&source.snapshot(), source.today())
}
