//! The floor of `cargo xtask bench`: a bare actix-web handler that looks recorded answers up by path and sends the
//! same bytes with the same headers and the same log line.
//!
//! Arguments: a file of recorded answers (for each its path, its length in bytes and the raw HTTP response) and the
//! number of workers.

use std::{collections::HashMap, error::Error, fs, sync::Arc, time::Instant};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::{
        StatusCode,
        header::{ETAG, HeaderName, HeaderValue, IF_NONE_MATCH},
    },
    web::{self, Bytes},
};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A recorded answer of the service.
#[derive(Debug)]
struct Recorded {
    headers: Vec<(HeaderName, HeaderValue)>,
    tag: Option<HeaderValue>,
    body: Bytes,
}

type Answers = HashMap<String, Recorded>;

/// Headers that the server sets itself.
const OWN: &[&str] = &["content-length", "date", "connection", "transfer-encoding"];

async fn answer(request: HttpRequest, answers: web::Data<Answers>) -> HttpResponse {
    let started = Instant::now();
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    let Some(recorded) = answers.get(path) else { return HttpResponse::NotFound().finish() };
    let known = recorded.tag.is_some() && request.headers().get(IF_NONE_MATCH) == recorded.tag.as_ref();
    let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut response = HttpResponse::build(status);
    for header in &recorded.headers {
        response.insert_header(header.clone());
    }
    let answer = if known { response.finish() } else { response.body(recorded.body.clone()) };
    tracing::info!(
        target: "campus_org::request",
        method = "GET",
        route = "/orgs/{id}",
        status = status.as_u16(),
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        request_id = "01890a5d-ac96-774b-bcce-b302099a8058",
        revision = Some(17_u64),
    );
    answer
}

fn read(mut file: &[u8]) -> Result<Answers, Box<dyn Error>> {
    let mut answers = Answers::new();
    while !file.is_empty() {
        let path = line(&mut file)?;
        let length: usize = line(&mut file)?.parse()?;
        let (mut raw, rest) = file.split_at_checked(length).ok_or("a recording is cut short")?;
        file = rest;
        line(&mut raw)?;
        let mut headers = Vec::new();
        loop {
            let header = line(&mut raw)?;
            let Some((name, value)) = header.trim_end().split_once(": ") else { break };
            if !OWN.contains(&name.to_ascii_lowercase().as_str()) {
                headers.push((name.parse::<HeaderName>()?, HeaderValue::from_str(value)?));
            }
        }
        let tag = headers.iter().find(|(name, _)| *name == ETAG).map(|(_, tag)| tag.clone());
        answers.insert(path, Recorded { headers, tag, body: Bytes::copy_from_slice(raw) });
    }
    Ok(answers)
}

/// Removes the first line and returns it.
fn line(bytes: &mut &[u8]) -> Result<String, Box<dyn Error>> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or("a line does not end")?;
    let (taken, rest) = bytes.split_at_checked(end + 1).ok_or("a line does not end")?;
    *bytes = rest;
    Ok(String::from_utf8(taken.strip_suffix(b"\n").unwrap_or(taken).to_vec())?)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: floor RECORDINGS WORKERS";
    let (file, workers) = (arguments.next().ok_or(usage)?, arguments.next().ok_or(usage)?.parse()?);
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(EnvFilter::new("info")).with(lines).try_init()?;
    let answers = web::Data::from(Arc::new(read(&fs::read(file)?)?));
    let server =
        HttpServer::new(move || App::new().app_data(answers.clone()).default_service(web::to(answer))).workers(workers);
    let server = server.bind(("127.0.0.1", 0))?;
    for address in server.addrs() {
        println!("floor listening on http://{address}");
    }
    server.run().await?;
    Ok(())
}
