//! The feed: what has changed, act by act.

mod acts;
mod copy;
mod epoch;
mod seen;
mod stream;
mod verify;
mod writer;

use serde_json::Value;

use crate::support::TestApp;

/// Everything after a position, page by page, and the position of the newest act.
async fn all(app: &TestApp, after: &str, query: &str) -> (Vec<Value>, String) {
    let (mut items, mut after) = (Vec::new(), after.to_owned());
    loop {
        let begin = if after.is_empty() { String::new() } else { format!("&after={after}") };
        let page = app.get(&format!("/changes?{query}{begin}")).await.is(200).body;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let (through, head) = (page["through"].as_str().unwrap(), page["head"].as_str().unwrap());
        if through == head {
            return (items, head.to_owned());
        }
        assert_ne!(through, after, "a page leads on");
        through.clone_into(&mut after);
    }
}

/// The position of the newest act.
async fn head(app: &TestApp) -> String {
    app.get("/changes?limit=1").await.is(200).body["head"].as_str().unwrap().to_owned()
}

/// The types of the effects of acts.
fn types(acts: &[Value]) -> Vec<Vec<&str>> {
    let of = |act: &'_ Value| -> Vec<String> {
        let effects = act["effects"].as_array().unwrap();
        effects
            .iter()
            .flat_map(|effect| effect["types"].as_array().unwrap())
            .map(|one| one.as_str().unwrap().to_owned())
            .collect()
    };
    acts.iter().map(|act| of(act).into_iter().map(|one| &*one.leak()).collect()).collect()
}
