//! The naive program of `cargo xtask bench`: actix-web that asks the database on every request, with SeaORM and
//! recursive SQL, on the same tables as the service and with the indexes that such a program would have. It is
//! written as a good engineer would in an afternoon: one pool, few queries for each request, prepared statements,
//! no repeated work. It answers only what the bench asks.
//!
//! Arguments: the database, which must be a copy because this program adds indexes, and the number of workers.

mod bodies;
mod sql;

use std::{
    error::Error,
    hash::{DefaultHasher, Hash, Hasher},
    time::Instant,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::header::{ETAG, IF_NONE_MATCH},
    web::{self, Data, Json, Path, Query},
};
use chrono::{FixedOffset, NaiveDate, Utc};
use sea_orm::{DatabaseConnection, DbErr};
use serde::{Deserialize, Serialize};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};
use uuid::Uuid;

use bodies::{OrgBody, OrgRow, OrgTree, Page, RoleBody};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The time zone in which days begin, as in the sample directories.
const ZONE_SECONDS_EAST: i32 = 8 * 60 * 60;

#[derive(Debug, Deserialize)]
struct Asked {
    as_of: Option<NaiveDate>,
}

impl Asked {
    fn day(&self) -> NaiveDate {
        self.as_of.unwrap_or_else(|| {
            #[expect(clippy::disallowed_methods, reason = "no part of the product")]
            let now = Utc::now();
            FixedOffset::east_opt(ZONE_SECONDS_EAST)
                .map_or(now.date_naive(), |zone| now.with_timezone(&zone).date_naive())
        })
    }
}

#[derive(Debug, Deserialize)]
struct NewPerson {
    name: String,
}

/// Answers, or logs why it cannot.
fn answer<T: Serialize>(request: &HttpRequest, started: Instant, found: Result<Option<T>, DbErr>) -> HttpResponse {
    let response = match found {
        Ok(Some(body)) => match serde_json::to_vec(&body) {
            Ok(bytes) => tagged(request, bytes),
            Err(error) => failed(&error),
        },
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(error) => failed(&error),
    };
    tracing::info!(
        method = %request.method(),
        route = request.match_pattern(),
        status = response.status().as_u16(),
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
    );
    response
}

/// 304 if the caller has these bytes.
fn tagged(request: &HttpRequest, bytes: Vec<u8>) -> HttpResponse {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let known = request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    if known {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, tag)).content_type("application/json").body(bytes)
}

fn failed(error: &dyn Error) -> HttpResponse {
    tracing::error!(%error);
    HttpResponse::InternalServerError().finish()
}

async fn get_org(
    request: HttpRequest,
    db: Data<DatabaseConnection>,
    id: Path<Uuid>,
    asked: Query<Asked>,
) -> HttpResponse {
    let (started, day) = (Instant::now(), asked.day());
    let row = sql::org(&db, *id, day).await;
    answer(
        &request,
        started,
        row.as_ref().map(|row| row.as_ref().map(|row| OrgBody::new(row, day))).map_err(Clone::clone),
    )
}

async fn list_roles(
    request: HttpRequest,
    db: Data<DatabaseConnection>,
    id: Path<Uuid>,
    asked: Query<Asked>,
) -> HttpResponse {
    let (started, day) = (Instant::now(), asked.day());
    let found = async {
        let Some(org) = sql::org(&db, *id, day).await? else { return Ok(None) };
        let roles = sql::roles(&db, *id, day).await?;
        let seated = roles.iter().any(|role| role.role.seat_org_id.is_some());
        let seats = if seated { sql::seats(&db, *id, day).await? } else { Vec::new() };
        Ok(Some((org, roles, seats)))
    };
    match found.await {
        Ok(Some((org, roles, seats))) => {
            let page = Page::of(&roles, |role| role.role.id, |role| RoleBody::new(role, &org, &seats));
            answer(&request, started, Ok(Some(page)))
        }
        Ok(None) => answer::<()>(&request, started, Ok(None)),
        Err(error) => answer::<()>(&request, started, Err(error)),
    }
}

async fn list_ancestors(
    request: HttpRequest,
    db: Data<DatabaseConnection>,
    id: Path<Uuid>,
    asked: Query<Asked>,
) -> HttpResponse {
    let (started, day) = (Instant::now(), asked.day());
    let rows = sql::with_above(&db, *id, day).await;
    // The last one is the org itself.
    let above =
        rows.as_ref().map(|rows| rows.split_last().map(|(_, above)| Page::all(above, |row| OrgBody::new(row, day))));
    answer(&request, started, above.map_err(Clone::clone))
}

async fn list_descendants(
    request: HttpRequest,
    db: Data<DatabaseConnection>,
    id: Path<Uuid>,
    asked: Query<Asked>,
) -> HttpResponse {
    let (started, day) = (Instant::now(), asked.day());
    let rows = sql::with_below(&db, *id, day).await;
    let tree = rows.as_deref().map(|rows| OrgTree::grow(rows, *id, day)).map_err(Clone::clone);
    let listed = tree.map(|tree| {
        tree.map(|tree| {
            let mut below: Vec<&OrgRow> = Vec::new();
            tree.list_below(&mut below);
            Page::of(&below, |row| row.org.id, |row| OrgBody::new(row, day))
        })
    });
    answer(&request, started, listed)
}

async fn get_tree(
    request: HttpRequest,
    db: Data<DatabaseConnection>,
    id: Path<Uuid>,
    asked: Query<Asked>,
) -> HttpResponse {
    let (started, day) = (Instant::now(), asked.day());
    let rows = sql::with_below(&db, *id, day).await;
    let tree = rows.as_deref().map(|rows| OrgTree::grow(rows, *id, day)).map_err(Clone::clone);
    answer(&request, started, tree)
}

/// The write that is made while reads are measured.
async fn create_person(db: Data<DatabaseConnection>, person: Json<NewPerson>) -> HttpResponse {
    match sql::enter_person(&db, person.into_inner().name).await {
        Ok(id) => HttpResponse::Created().json(id),
        Err(error) => failed(&error),
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: naive DATABASE_URL WORKERS";
    let (url, workers) = (arguments.next().ok_or(usage)?, arguments.next().ok_or(usage)?.parse()?);
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(EnvFilter::new("info")).with(lines).try_init()?;
    let db = Data::new(sql::open(&url).await?);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(db.clone())
            .route("/orgs/{id}", web::get().to(get_org))
            .route("/orgs/{id}/roles", web::get().to(list_roles))
            .route("/orgs/{id}/ancestors", web::get().to(list_ancestors))
            .route("/orgs/{id}/descendants", web::get().to(list_descendants))
            .route("/orgs/{id}/tree", web::get().to(get_tree))
            .route("/people", web::post().to(create_person))
    });
    let server = server.workers(workers).bind(("127.0.0.1", 0))?;
    for address in server.addrs() {
        println!("naive listening on http://{address}");
    }
    server.run().await?;
    Ok(())
}
