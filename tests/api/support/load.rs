//! A write load: concurrent clients that add, move and end, and remember what was acknowledged.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use campus_org::{domain::Entry, store::Store};
use serde_json::{Value, json};

use super::Answer;

/// A write that was answered 2xx.
#[derive(Debug, Clone)]
pub(crate) struct Acknowledged {
    pub(crate) revision: u64,
    pub(crate) subject: String,
    pub(crate) kind: &'static str,
}

/// What the clients of one load share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Load {
    committees: Arc<Mutex<Vec<String>>>,
    bodies: Arc<Mutex<Vec<String>>>,
    people: Arc<Mutex<Vec<String>>>,
    roles: Arc<Mutex<Vec<String>>>,
    acknowledged: Arc<Mutex<Vec<Acknowledged>>>,
    count: Arc<AtomicUsize>,
}

/// Pseudo-random numbers, the same every time.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &Mutex<Vec<T>>) -> Option<T> {
        let from = from.lock().expect("not poisoned");
        (!from.is_empty()).then(|| from[self.below(from.len())].clone())
    }

    fn day(&mut self) -> String {
        format!("20{:02}-0{}-01", 10 + self.below(20), 1 + self.below(4))
    }
}

impl Load {
    /// Establishes the orgs on which the clients work: a committee, and general branches under it.
    pub(crate) async fn prepare(address: &str) -> Self {
        let load = Self::default();
        let client = Client::new(address, &load, 0);
        let established = "2000-01-01";
        let top = json!({"kind": "committee", "name": "学校党委", "valid_from": established});
        let top = client.establish(top).await.expect("established");
        for n in 0..6 {
            let body = json!({"kind": "general_branch", "name": format!("第{n}党总支"), "parent_id": top, "valid_from": established});
            client.establish(body).await.expect("established");
        }
        load.bodies.lock().expect("not poisoned").clear();
        load
    }

    /// The number of acknowledged writes.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// The highest acknowledged revision.
    pub(crate) fn revision(&self) -> u64 {
        self.acknowledged.lock().expect("not poisoned").iter().map(|write| write.revision).max().unwrap_or(0)
    }

    /// Starts `clients` clients, each of which sends at most `requests` requests, to `addresses` in turn.
    pub(crate) fn start(
        &self,
        addresses: &[&str],
        clients: usize,
        requests: usize,
        seed: u64,
    ) -> Vec<tokio::task::JoinHandle<()>> {
        let client = |n: usize| {
            let client = Client::new(addresses[n % addresses.len()], self, seed * 1000 + n as u64);
            tokio::spawn(client.work(requests))
        };
        (0..clients).map(client).collect()
    }

    /// Checks that every acknowledged write is in the log, whole, and that the log has no gap.
    pub(crate) async fn is_in_the_log_of(&self, store: &Store) {
        let log = entries(store).await;
        for (place, entry) in (1..).zip(&log) {
            assert_eq!(entry.revision, place, "a gap");
        }
        for pair in log.windows(2) {
            assert!(pair[0].recorded_at < pair[1].recorded_at, "recorded out of order: {pair:?}");
        }
        for write in self.acknowledged.lock().expect("not poisoned").iter() {
            let entry = write.revision.checked_sub(1).and_then(|place| log.get(usize::try_from(place).expect("few")));
            let entry = entry.unwrap_or_else(|| panic!("acknowledged and lost: {write:?}; {} entries", log.len()));
            assert_eq!((entry.kind.as_str(), entry.subject.as_deref()), (write.kind, Some(write.subject.as_str())));
        }
    }
}

/// The whole log.
pub(crate) async fn entries(store: &Store) -> Vec<Entry> {
    let mut log: Vec<Entry> = Vec::new();
    loop {
        let news = store.news(log.last().map_or(0, |entry| entry.revision), 500).await.expect("read");
        if news.entries.is_empty() {
            return log;
        }
        log.extend(news.entries);
    }
}

#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    address: String,
    load: Load,
    dice: Dice,
}

impl Client {
    fn new(address: &str, load: &Load, seed: u64) -> Self {
        let (address, load) = (address.to_owned(), load.clone());
        Self { http: super::process::client(), address, load, dice: Dice::new(seed + 1) }
    }

    /// Sends one write; `None` if the service has ended.
    async fn send(&self, kind: &'static str, method: &str, path: &str, body: Value) -> Option<Answer> {
        let method = method.parse().expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.address)).json(&body);
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        if (200..300).contains(&status) {
            // The status line alone acknowledges the write; the details are in the headers and the path.
            let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
            let revision = header("directory-revision")?.parse().expect("a number");
            let named = header("location").unwrap_or_else(|| path.to_owned());
            let subject = named.split('/').nth(2).expect("an id").to_owned();
            // A write that changes nothing makes no entry: its kind is empty here.
            if !kind.is_empty() {
                let write = Acknowledged { revision, subject, kind };
                self.load.acknowledged.lock().expect("not poisoned").push(write);
            }
            self.load.count.fetch_add(1, Ordering::SeqCst);
        }
        let text = response.text().await.ok()?;
        assert!(matches!(status, 200..300 | 404 | 409), "{method_path}: {status} {text}", method_path = path);
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Some(Answer { status, headers: reqwest::header::HeaderMap::new(), text, body })
    }

    async fn establish(&self, body: Value) -> Option<String> {
        let general = body["kind"] != "branch";
        let answer = self.send("org.created", "POST", "/orgs", body).await?;
        if answer.status == 201 {
            let list = if general { &self.load.committees } else { &self.load.bodies };
            list.lock().expect("not poisoned").push(answer.id());
            return Some(answer.id());
        }
        Some(String::new())
    }

    /// Sends requests until there have been enough, or the service has ended.
    async fn work(mut self, requests: usize) {
        for number in 0..requests {
            if self.step(number).await.is_none() {
                return;
            }
        }
    }

    async fn step(&mut self, number: usize) -> Option<()> {
        let load = self.load.clone();
        let (on, parent) = (self.dice.day(), self.dice.pick(&load.committees).expect("prepared"));
        let body = self.dice.pick(&load.bodies);
        let (person, role) = (self.dice.pick(&load.people), self.dice.pick(&load.roles));
        match (self.dice.below(20), body, person, role) {
            (0..4, ..) | (_, None, ..) => {
                let name = format!("党支部{number}");
                self.establish(json!({"kind": "branch", "name": name, "parent_id": parent, "valid_from": on})).await?;
            }
            (4..6, ..) | (_, _, None, _) => {
                let body = json!({"name": format!("人{number}")});
                let answer = self.send("person.created", "POST", "/people", body).await?;
                load.people.lock().expect("not poisoned").push(answer.id());
            }
            (6..10, Some(body), Some(person), _) | (_, Some(body), Some(person), None) => {
                let post = ["secretary", "deputy_secretary", "member"][self.dice.below(3)];
                let body = json!({"org_id": body, "post": post, "holder": {"type": "person", "id": person}, "valid_from": on,
                    "acting": self.dice.below(4) == 0});
                let answer = self.send("role.created", "POST", "/roles", body).await?;
                if answer.status == 201 {
                    load.roles.lock().expect("not poisoned").push(answer.id());
                }
            }
            (10..15, Some(body), ..) => {
                // The name makes it a change even if the org already has that parent.
                let name = format!("党支部{:x}", self.dice.below(usize::MAX));
                let patch = json!({"parent_id": parent, "effective_on": on, "name": name});
                self.send("org.changed", "PATCH", &format!("/orgs/{body}"), patch).await?;
            }
            (15..18, _, _, Some(role)) => {
                let path = format!("/roles/{role}/end");
                self.send("role.ended", "POST", &path, json!({"effective_on": on})).await?;
            }
            (_, Some(body), ..) => {
                let path = format!("/orgs/{body}/dissolve");
                let cascade = self.dice.below(2) == 0;
                self.send("org.dissolved", "POST", &path, json!({"effective_on": on, "cascade": cascade})).await?;
            }
        }
        Some(())
    }
}
