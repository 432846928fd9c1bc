//! Deadlines of connections, and heads that are no requests.

use std::io;

use serde_json::Value;

use super::{ANSWER_MAX, Raw, SOON, aside, limited};
use crate::support::{Answer, Operation, TestApp, api_test};

/// Requests for a large answer: more than the kernels on both sides take.
const MUCH: usize = 20;
const GET_DOCUMENT: &str = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Sends something that is refused, and reads the problem and the end of the connection.
async fn refused(app: &TestApp, bytes: impl Into<Vec<u8>>, status: u16, slug: &str) -> Value {
    let (app, bytes) = (app.clone(), bytes.into());
    let (text, ended) = aside(move || {
        let mut raw = Raw::open(&app);
        raw.send(bytes);
        raw.rest()
    })
    .await;
    ended.expect("the connection is ended, not reset");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
    let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("no problem: {text}"));
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    for header in ["content-security-policy: default-src 'none'", "x-content-type-options: nosniff"] {
        assert!(head.contains(header), "{head}");
    }
    assert!(head.contains(&format!("x-request-id: {}", body["request_id"].as_str().unwrap())), "{head}");
    assert_eq!((&body["status"], &body["type"]), (&status.into(), &format!("/problems/{slug}").into()), "{text}");
    body
}

api_test! {
    async fn a_body_arrives_in_time_or_is_refused(app: TestApp) {
        app.served(&limited(|limits| limits.body_max = SOON), async |app| {
            let head = "POST /people HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"name\"";
            let body = refused(&app, head, 408, "request-timeout").await;
            let answer = Answer { status: 408, headers: Default::default(), text: body.to_string(), body };
            Operation::of("POST", "/people").unwrap().may_answer(&answer);
        }).await;
    }

    async fn the_first_head_arrives_in_time_or_is_refused(app: TestApp) {
        app.served(&limited(|limits| limits.head_max = SOON), async |app| {
            refused(&app, "GET /health/live HTTP/1.1\r\nHost: loc", 408, "request-timeout").await;
        }).await;
    }

    async fn a_later_head_arrives_in_time_or_the_connection_ends(app: TestApp) {
        app.served(&limited(|limits| limits.request_max = SOON), async |app| {
            let (text, ended) = aside(move || {
                let mut raw = Raw::open(&app);
                raw.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
                raw.0.peek(&mut [0]).unwrap();
                raw.send("GET /health/live HTTP/1.1\r\nHost: loc");
                raw.rest()
            }).await;
            assert!(text.starts_with("HTTP/1.1 200 ") && text.matches("HTTP/1.1").count() == 1, "{text}");
            let waited = ended.err().is_some_and(|error| error.kind() == io::ErrorKind::WouldBlock);
            assert!(!waited, "the connection is still there");
        }).await;
    }

    async fn requests_that_come_together_are_answered_one_after_the_other(app: TestApp) {
        let text = aside(move || {
            let mut raw = Raw::open(&app);
            let body = r#"{"name": "甲"}"#;
            let post = format!(
                "POST /people HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let chunks = post.replace(&format!("Content-Length: {}", body.len()), "Transfer-Encoding: chunked");
            let chunks = chunks.replace(body, &format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()));
            let gone = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000);
            let last = "GET /people?count=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            let mut writer = raw.0.try_clone().unwrap();
            let all = [&post, &chunks, &gone, &post, last].concat();
            let sending = std::thread::spawn(move || io::Write::write_all(&mut writer, all.as_bytes()));
            let text = raw.rest().0;
            sending.join().unwrap().unwrap();
            text
        }).await;
        let found: Vec<&str> = text.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
        let expected = [vec!["201", "201"], vec!["404"; 1000], vec!["201", "200"]].concat();
        assert_eq!(found, expected);
        assert!(text.contains("\"total\":3"), "{text}");
    }

    async fn a_connection_of_http_1_0_is_kept_if_the_client_asks_for_it(app: TestApp) {
        let text = aside(move || {
            let mut raw = Raw::open(&app);
            raw.send("GET /health/live HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n".repeat(3));
            raw.send("GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n");
            raw.rest().0
        }).await;
        assert_eq!(text.matches("HTTP/1.0 200").count(), 4, "{text}");
    }

    async fn the_last_of_them_is_answered_although_the_client_sends_no_more(app: TestApp) {
        let text = aside(move || {
            let mut raw = Raw::open(&app);
            raw.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20));
            raw.0.shutdown(std::net::Shutdown::Write).unwrap();
            raw.rest().0
        }).await;
        assert_eq!(text.matches("HTTP/1.1 200").count(), 20, "{text}");
    }

    async fn a_client_that_stops_in_a_body_that_was_refused_is_cut(app: TestApp) {
        app.served(&limited(|limits| limits.idle_max = SOON), async |app| {
            let (text, ended) = aside(move || {
                let mut raw = Raw::open(&app);
                raw.send("POST /nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
                raw.rest()
            }).await;
            assert!(text.starts_with("HTTP/1.1 404 "), "{text}");
            let waited = ended.err().is_some_and(|error| error.kind() == io::ErrorKind::WouldBlock);
            assert!(!waited, "the connection is still there");
        }).await;
    }

    async fn a_client_that_does_not_read_is_cut(app: TestApp) {
        app.served(&limited(|limits| limits.taking_max = SOON), async |app| {
            let sent = aside(move || {
                let mut raw = Raw::open(&app);
                raw.send(GET_DOCUMENT.repeat(MUCH));
                // It sends on until the service has ended the connection.
                raw.0.set_nonblocking(true).unwrap();
                let began = std::time::Instant::now();
                loop {
                    match io::Write::write(&mut raw.0, b" ") {
                        Err(error) if error.kind() != io::ErrorKind::WouldBlock => return true,
                        _ if began.elapsed() > ANSWER_MAX => return false,
                        _ => std::thread::sleep(SOON / 10),
                    }
                }
            }).await;
            assert!(sent, "the connection is still there");
        }).await;
    }

    async fn a_client_that_reads_too_slowly_is_cut(app: TestApp) {
        let slow = limited(|limits| (limits.taking_max, limits.taken_bytes_min) = (SOON * 2, 1 << 30));
        app.served(&slow, async |app| assert!(slowly(app).await < MUCH)).await;
    }

    async fn a_client_that_reads_slowly_is_answered(app: TestApp) {
        let patient = limited(|limits| (limits.taking_max, limits.taken_bytes_min) = (SOON * 5, 1));
        app.served(&patient, async |app| assert_eq!(slowly(app).await, MUCH)).await;
    }

    async fn a_head_that_is_too_large_is_refused(app: TestApp) {
        let large = format!("GET /orgs HTTP/1.1\r\nHost: localhost\r\nX-Filler: {}\r\n\r\n", "a".repeat(1 << 20));
        refused(&app, large, 431, "headers-too-large").await;
    }

    async fn a_head_that_can_be_read_in_two_ways_is_refused(app: TestApp) {
        for fields in [
            "Host: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked",
            "Host: localhost\r\nContent-Length: 2\r\nContent-Length: 2",
            "Host: localhost\r\nContent-Length: 2\r\nContent-Length: 20",
            "Host: localhost\r\nContent-Length: +2",
            "Host: localhost\r\nTransfer-Encoding: gzip, chunked",
            "Host: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Host: localhost\r\nHost: localhost",
            "X-No-Host: localhost",
            "Host: localhost\r\nX : y",
        ] {
            let request = format!("POST /people HTTP/1.1\r\n{fields}\r\nContent-Type: application/json\r\n\r\n{{}}");
            refused(&app, request, 400, "bad-request").await;
        }
        refused(&app, "hello\r\n\r\n", 400, "bad-request").await;
    }

    async fn a_line_of_a_head_may_end_without_a_carriage_return(app: TestApp) {
        // RFC 9112 §2.2 allows it. docs/SECURITY.md says what that means for a proxy in front.
        let text = aside(move || {
            let mut raw = Raw::open(&app);
            raw.send("GET /health/live HTTP/1.1\nHost: localhost\nConnection: close\n\n");
            raw.rest().0
        }).await;
        assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    }

    async fn an_unknown_method_is_named(app: TestApp) {
        let refused = app.send(app.request("PURGE", "/orgs")).await.is_problem(405, "method-not-allowed");
        assert_eq!(refused.body["detail"], "The resource has no method PURGE; it has GET, HEAD, POST, OPTIONS.");
        let refused = app.send(app.request(&"X".repeat(500), "/orgs")).await.is_problem(405, "method-not-allowed");
        assert!(refused.body["detail"].as_str().unwrap().len() < 200);
    }
}

/// Asks for much and reads it in small parts, with pauses. Returns how many answers have come.
async fn slowly(app: TestApp) -> usize {
    aside(move || {
        let mut raw = Raw::open(&app);
        raw.send(GET_DOCUMENT.repeat(MUCH - 1));
        raw.send(GET_DOCUMENT.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
        let (mut part, mut text) = (vec![0; 64 << 10], Vec::new());
        while let Ok(read) = io::Read::read(&mut raw.0, &mut part) {
            if read == 0 {
                break;
            }
            text.extend_from_slice(&part[..read]);
            std::thread::sleep(SOON / 10);
        }
        // The end of the document.
        let whole = String::from_utf8_lossy(&text).matches("HTTP/1.1 200 OK").count();
        if text.ends_with(b"}") || text.ends_with(b"}\n") { whole } else { whole - 1 }
    })
    .await
}
