//! What is told when somebody sets the clock of the machine.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{TestApp, api_test, process::PROCESS_MAX};

async fn ready(app: &TestApp) -> Value {
    app.get("/health/ready").await.is(200).body
}

/// Waits until readiness tells a jump by so many seconds.
async fn tells(app: &TestApp, seconds: i64) {
    let began = Instant::now();
    while ready(app).await["clock_jumped_by_seconds"] != seconds {
        assert!(began.elapsed() < PROCESS_MAX, "no jump by {seconds} s is told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn counts(app: &TestApp, jumps: u64) {
    let text = app.request("GET", "/metrics").send().await.unwrap().text().await.unwrap();
    assert!(text.lines().any(|line| line == format!("campus_org_clock_jumps_total {jumps}")), "{text}");
}

api_test! {
    async fn a_jump_of_the_clock_is_told_and_counted_once(app: TestApp) {
        app.committee().await;
        assert_eq!(ready(&app).await["clock_jumped_by_seconds"], Value::Null);
        app.clock.jump(7200);
        tells(&app, 7200).await;
        app.clock.jump(-7201);
        tells(&app, -7201).await;
        // It is looked at before each write, too.
        app.person("孙国权").await;
        counts(&app, 2).await;
    }

    async fn time_that_passes_is_no_jump(app: TestApp) {
        app.clock.set("2027-03-01T02:00:00Z".parse().unwrap());
        app.committee().await;
        assert_eq!(ready(&app).await["clock_jumped_by_seconds"], Value::Null);
        counts(&app, 0).await;
    }
}
