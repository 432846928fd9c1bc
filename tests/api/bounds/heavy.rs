//! Heavy answers have places of their own.

use super::{SOON, limited};
use crate::support::{TestApp, api_test};

const BRANCHES: usize = 600;

/// Enters a committee with many branches, and returns its id.
async fn many_orgs(app: &TestApp) -> String {
    let id = |number: usize| format!("01900000-0000-7000-8000-{number:012x}");
    let org = |number: usize, values: &str| {
        format!(r#"{{"org":{{"id":"{}","versions":[{{"valid_from":"2000-01-01",{values}}}]}}}}"#, id(number))
    };
    let mut lines = vec![org(1, r#""name":"党委","kind":"committee","order":1"#)];
    lines.extend((2..2 + BRANCHES).map(|number| {
        org(number, &format!(r#""name":"支部{number}","kind":"branch","order":{number},"parent_id":"{}""#, id(1)))
    }));
    app.load(&lines.join("\n")).await;
    id(1)
}

api_test! {
    async fn a_heavy_answer_is_whole(app: TestApp) {
        let committee = many_orgs(&app).await;
        let tree = format!("/orgs/{committee}/tree");
        for path in [tree.clone(), format!("{tree}?include=roles"), tree.clone()] {
            let answer = app.get(&path).await.is(200);
            assert_eq!(answer.body["children"].as_array().unwrap().len(), BRANCHES);
            assert_eq!(answer.header("content-length"), answer.text.len().to_string());
            let zipped = app.send(app.request("GET", &path).header("accept-encoding", "gzip")).await.is(200);
            assert_eq!(zipped.header("content-encoding"), "gzip");
            let known = app.request("GET", &path).header("if-none-match", answer.header("etag"));
            app.send(known).await.is(304);
            assert_eq!(app.send(app.request("HEAD", &path)).await.is(200).header("content-length"), answer.header("content-length"));
        }
        let nowhere = format!("/orgs/{}/tree", "01931b66-7d50-7c8a-9a57-000000000000");
        app.get(&nowhere).await.is_problem(404, "not-found");
    }

    async fn a_heavy_answer_waits_for_a_place_and_a_small_one_does_not(app: TestApp) {
        let committee = many_orgs(&app).await;
        let tree = format!("/orgs/{committee}/tree");
        let full = limited(|limits| (limits.heavy_places, limits.heavy_wait_max) = (0, SOON));
        app.served(&full, async |app| {
            for path in [tree.clone(), format!("{tree}?include=roles"), format!("{tree}?as_of=2020-01-01")] {
                let refused = app.get(&path).await.is_problem(503, "busy");
                assert_eq!(refused.header("retry-after"), "2", "{path}");
            }
            app.get(&format!("{tree}?depth=0&include=roles")).await.is(200);
            app.get(&format!("/orgs/{committee}/descendants?limit=500")).await.is(200);
        }).await;
        let closed = limited(|limits| (limits.heavy_places, limits.heavy_waiting_max) = (0, 0));
        app.served(&closed, async |app| drop(app.get(&tree).await.is_problem(503, "busy"))).await;
    }
}
