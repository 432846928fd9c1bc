//! What clerks are told of an act: each value that changes, in both languages, and what the act leaves standing.

mod cases;
mod judged;
mod property;
mod restored;

use serde_json::{Value, json};

use crate::support::{TestApp, name_every_list};

/// What a request would do, as it is told in English and in Chinese: summary and notices.
#[derive(Debug)]
struct Told {
    summary: [Vec<String>; 2],
    notices: [Vec<String>; 2],
}

/// Tries a request in both languages.
async fn tried(app: &TestApp, method: &str, path: &str, body: &Value) -> Told {
    let mut body = body.clone();
    if method == "PUT" {
        name_every_list(&mut body);
    }
    let mut told = Told { summary: Default::default(), notices: Default::default() };
    for (nth, language) in ["en", "zh"].into_iter().enumerate() {
        let request = app.request(method, &format!("{path}?dry_run=true")).header("accept-language", language);
        let answer = app.send(if body.is_null() { request } else { request.json(&body) }).await.is(200);
        told.summary[nth] = sentences(&answer.change()["summary"]);
        told.notices[nth] = sentences(&answer.change()["notices"]);
    }
    told
}

fn sentences(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|sentence| sentence.as_str().unwrap().to_owned()).collect()
}

fn person(id: &str) -> Value {
    json!({"type": "person", "id": id})
}

impl Told {
    #[track_caller]
    fn is(self, en: &[&str], zh: &[&str]) -> Self {
        assert_eq!(self.summary, [en, zh]);
        self
    }

    #[track_caller]
    fn notices(self, en: &[&str], zh: &[&str]) {
        assert_eq!(self.notices, [en, zh]);
    }

    #[track_caller]
    fn no_notices(self) {
        self.notices(&[], &[]);
    }
}
