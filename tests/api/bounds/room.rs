//! The total for bodies that arrive and large answers that are sent.

use super::{ANSWER_MAX, Raw, aside, limited};
use crate::support::{TestApp, api_test};

const KIB: usize = 1 << 10;

/// Begins to send a body that has `sent` of its megabyte, and waits until the service has read that much.
fn begun(app: &TestApp, sent: usize) -> Raw {
    let mut raw = Raw::open(app);
    let length = KIB * KIB;
    raw.send(format!(
        "POST /people HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n\
         Content-Length: {length}\r\n\r\n"
    ));
    raw.0.peek(&mut [0]).expect("it may go on");
    raw.send(" ".repeat(sent));
    raw
}

api_test! {
    async fn bodies_share_a_total(app: TestApp) {
        app.served(&limited(|limits| limits.traffic_bytes = 1200 * KIB), async |app| {
            // A quarter of the total is for bodies. What is announced takes no room, what has come does.
            let announced: Vec<Raw> = (0..10).map(|_| begun(&app, 0)).collect();
            app.post("/people", serde_json::json!({"name": "甲"})).await.is(201);
            let first = begun(&app, 200 * KIB);
            let other = app.clone();
            let text = aside(move || begun(&other, 200 * KIB).rest().0).await;
            assert!(text.contains("HTTP/1.1 503") && text.contains("retry-after: 2"), "{text}");
            assert!(text.contains("/problems/busy"), "{text}");
            let large = format!("{{\"name\": \"乙\"{}}}", " ".repeat(200 * KIB));
            let post = || app.request("POST", "/people").header("content-type", "application/json").body(large.clone());
            app.send(post()).await.is_problem(503, "busy");
            drop((first, announced));
            let freed = async { while app.send(post()).await.status == 503 {} };
            tokio::time::timeout(ANSWER_MAX, freed).await.expect("the room is free again");
        }).await;
    }

    async fn large_answers_share_a_total(app: TestApp) {
        app.served(&limited(|limits| limits.traffic_bytes = 400 * KIB), async |app| {
            // Each takes the buffer of its connection: the document itself is there once.
            let unread: Vec<Raw> = (0..2).map(|_| {
                let mut raw = Raw::open(&app);
                raw.send("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(40));
                raw.0.peek(&mut [0]).unwrap();
                raw
            }).collect();
            let refused = app.get("/openapi.json").await.is_problem(503, "busy");
            assert_eq!(refused.header("retry-after"), "2");
            app.get("/orgs").await.is(200);
            app.post("/people", serde_json::json!({"name": "甲"})).await.is(201);
            drop(unread);
            let freed = async { while app.get("/openapi.json").await.status == 503 {} };
            tokio::time::timeout(ANSWER_MAX, freed).await.expect("the room is free again");
        }).await;
    }
}
