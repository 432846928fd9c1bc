//! The counts of an org's members: a series, each of its day.

use serde_json::{Value, json};

use super::revision;
use crate::support::{TestApp, api_test};

const NOBODY: &str = "01931b66-7d50-7c8a-9a57-000000000000";

fn counts(full: u32, probationary: u32, on: &str) -> Value {
    json!({"full": full, "probationary": probationary, "counted_on": on})
}

/// The counts that the org shows on a day.
async fn on(app: &TestApp, id: &str, day: &str) -> Value {
    app.get(&format!("/orgs/{id}?as_of={day}")).await.is(200).body["member_counts"].clone()
}

async fn all(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/orgs/{id}/member-counts")).await.is(200).body["items"].clone()
}

api_test! {
    async fn an_org_keeps_the_counts_of_every_day(app: TestApp) {
        let body = json!({"kind": "committee", "name": "党委", "valid_from": "2000-01-01", "member_counts": counts(9, 1, "2024-12-31")});
        let id = app.org(body).await;
        let change = async |patch: Value| app.patch(&format!("/orgs/{id}"), json!({"member_counts": patch})).await;
        let newest = change(counts(120, 3, "2025-12-31")).await.is(200);
        assert_eq!(newest.body["member_counts"], counts(120, 3, "2025-12-31"));
        assert_eq!(newest.change()["summary"], json!(["Counted in 党委 on 2025-12-31: 120 full and 3 probationary members."]));
        // An earlier count that is entered late shows in its time.
        change(counts(8, 0, "2023-12-31")).await.is(200);
        assert_eq!(all(&app, &id).await, json!([counts(8, 0, "2023-12-31"), counts(9, 1, "2024-12-31"), counts(120, 3, "2025-12-31")]));
        for (day, expected) in [
            ("2023-12-30", json!(null)), ("2023-12-31", counts(8, 0, "2023-12-31")),
            ("2025-12-30", counts(9, 1, "2024-12-31")), ("2030-01-01", counts(120, 3, "2025-12-31")),
        ] {
            assert_eq!(on(&app, &id, day).await, expected, "{day}");
        }
        let page = app.get(&format!("/orgs/{id}/member-counts?limit=2&count=true")).await.is(200).body;
        assert_eq!((&page["items"][1], &page["total"]), (&counts(9, 1, "2024-12-31"), &json!(3)));
        let rest = app.get(&format!("/orgs/{id}/member-counts?limit=2&cursor={}", page["next"].as_str().expect("a cursor"))).await;
        assert_eq!(rest.is(200).body["items"], json!([counts(120, 3, "2025-12-31")]));
        app.get(&format!("/orgs/{NOBODY}/member-counts")).await.is_problem(404, "not-found");
    }

    async fn the_counts_of_a_day_are_corrected_and_taken_back(app: TestApp) {
        let id = app.committee().await;
        let change = async |patch: Value| app.patch(&format!("/orgs/{id}"), json!({"member_counts": patch})).await;
        for (patch, missing) in [
            (json!({"counted_on": "2025-12-31"}), json!(["/member_counts/full", "/member_counts/probationary"])),
            (json!({"counted_on": "2025-12-31", "full": 3}), json!(["/member_counts/probationary"])),
            (json!({"counted_on": "2025-12-31", "probationary": 3}), json!(["/member_counts/full"])),
        ] {
            let refused = change(patch).await.is_problem(409, "incomplete-value");
            let told: Value = refused.body["errors"].as_array().expect("errors").iter().map(|error| error["pointer"].clone()).collect();
            assert_eq!(told, missing);
        }
        change(counts(120, 3, "2025-12-31")).await.is(200);
        change(counts(9, 1, "2024-12-31")).await.is(200);
        let corrected = change(json!({"counted_on": "2024-12-31", "full": 10})).await.is(200);
        assert_eq!(corrected.change()["summary"], json!([
            "Counted in 学校党委 on 2024-12-31: 10 full and 1 probationary members instead of 9 full and 1 probationary members.",
        ]));
        let at = revision(&app);
        change(json!({"counted_on": "2024-12-31"})).await.is(200);
        change(json!({"counted_on": "2020-12-31", "full": null, "probationary": null})).await.is(200);
        assert_eq!(revision(&app), at, "nothing has changed");
        change(json!({"counted_on": "2024-12-31", "full": null})).await.is_problem(409, "incomplete-value").at("/member_counts/full");
        let back = change(json!({"counted_on": "2025-12-31", "full": null, "probationary": null})).await.is(200);
        assert_eq!(back.body["member_counts"], counts(10, 1, "2024-12-31"));
        let tried = app.request("PATCH", &format!("/orgs/{id}")).header("accept-language", "zh");
        let last = json!({"member_counts": {"counted_on": "2024-12-31", "full": null, "probationary": null}});
        let last = app.send(tried.json(&last)).await.is(200);
        assert_eq!(last.change()["summary"], json!(["删除学校党委2024-12-31的党员统计（正式党员10人、预备党员1人）。"]));
        assert_eq!((&last.body["member_counts"], all(&app, &id).await), (&json!(null), json!([])));
    }
}
