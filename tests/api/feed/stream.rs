//! The feed as server-sent events.

use std::time::Duration;

use serde_json::{Value, json};

use super::head;
use crate::{
    access::{closed_test, everywhere},
    support::{TestApp, api_test},
};

/// A client of a stream.
pub(super) struct Client {
    answer: reqwest::Response,
    /// What has come, from the next event on.
    come: Vec<u8>,
}

impl Client {
    pub(super) async fn connect(app: &TestApp, path: &str, last_event: Option<&str>) -> Self {
        let request = app.request("GET", path).header("accept-encoding", "gzip").header("accept", "text/event-stream");
        let request = match last_event {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        for (name, value) in [
            ("content-type", "text/event-stream"),
            ("cache-control", "private, no-store"),
            ("x-accel-buffering", "no"),
            ("content-encoding", "identity"),
        ] {
            assert_eq!(answer.headers()[name], value);
        }
        Self { answer, come: Vec::new() }
    }

    /// The next event: its id, its name and its data. `None` at the end.
    pub(super) async fn event(&mut self) -> Option<(String, String, Value)> {
        loop {
            if let Some(end) = self.come.windows(2).position(|pair| pair == b"\n\n") {
                let event = String::from_utf8(self.come.drain(..end + 2).collect()).unwrap();
                let event = event.trim_end();
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|value| value.trim_start_matches(": ").to_owned())
                };
                let Some(data) = field("data") else {
                    assert_eq!(event, "retry: 2000");
                    continue;
                };
                return Some((field("id").unwrap(), field("event").unwrap(), serde_json::from_str(&data).unwrap()));
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.answer.chunk()).await.expect("in time");
            self.come.extend_from_slice(&chunk.ok()??);
        }
    }

    /// The revision of the next act.
    async fn act(&mut self) -> (String, u64) {
        let (id, name, data) = self.event().await.expect("an event");
        assert_eq!((name.as_str(), &data["position"]), ("act", &json!(id)));
        (id, data["revision"].as_u64().unwrap())
    }
}

api_test! {
    async fn acts_come_as_they_are_made_and_a_client_goes_on_where_it_was(app: TestApp) {
        let after = head(&app).await;
        app.person("甲").await;
        app.person("乙").await;
        let mut client = Client::connect(&app, &format!("/changes/stream?after={after}"), None).await;
        let first = client.act().await;
        let second = client.act().await;
        assert_eq!(second.1, first.1 + 1);
        // What is made now comes at once.
        app.person("丙").await;
        let third = client.act().await;
        assert_eq!(third.1, second.1 + 1);
        drop(client);
        app.person("丁").await;
        // The id counts, whatever the address says.
        let mut again = Client::connect(&app, &format!("/changes/stream?after={after}"), Some(&first.0)).await;
        assert_eq!(again.act().await, second);
        assert_eq!(again.act().await, third);
        assert_eq!(again.act().await.1, third.1 + 1);
        // Filters are those of a page.
        let mut filtered = Client::connect(&app, &format!("/changes/stream?after={after}&type=org.established"), None).await;
        let org = app.committee().await;
        let (_, name, act) = filtered.event().await.unwrap();
        assert_eq!((name.as_str(), &act["effects"][0]["id"]), ("act", &json!(org)));
    }

    async fn what_cannot_be_streamed_is_refused(app: TestApp) {
        app.get("/changes/stream?limit=3").await.is_problem(400, "unknown-parameter");
        app.get("/changes/stream?include=contact").await.is_problem(400, "unknown-parameter");
        let wrong = |id: &'static str| app.send(app.request("GET", "/changes/stream").header("last-event-id", id));
        wrong("x").await.is_problem(400, "invalid-header").at("Last-Event-ID");
        let other = "A".repeat(40);
        let request = app.request("GET", "/changes/stream").header("last-event-id", other);
        app.send(request).await.is_problem(410, "start-again");
    }

    async fn many_readers_of_one_act_all_get_it(app: TestApp) {
        let after = head(&app).await;
        let mut clients = Vec::new();
        for _ in 0..40 {
            clients.push(Client::connect(&app, &format!("/changes/stream?after={after}"), None).await);
        }
        app.person("甲").await;
        app.person("乙").await;
        let mut first = None;
        for client in &mut clients {
            let (act, next) = (client.act().await, client.act().await);
            assert_eq!(next.1, act.1 + 1);
            assert_eq!(*first.get_or_insert_with(|| act.clone()), act);
        }
    }
}

closed_test! {
    async fn a_stream_ends_with_the_right_to_read_it(app: TestApp) {
        let (reader, key) = app.key(json!([everywhere(&["orgs:read"])])).await;
        let after = head(&reader).await;
        let mut client = Client::connect(&reader, &format!("/changes/stream?after={after}"), None).await;
        app.committee().await;
        client.act().await;
        app.post(&format!("/keys/{key}/revoke"), json!({})).await.is(200);
        app.committee().await;
        assert!(client.event().await.is_none());
    }
}
