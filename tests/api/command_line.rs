//! The program as users start it and stop it, and what happens if its database goes away.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use campus_org::config::Cli;
use clap::CommandFactory;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream as AsyncStream};

use crate::support::{
    Backend, TestDatabase,
    process::{self, PROCESS_MAX, Serving, failure, output, program},
};

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// A database file that is deleted with the test.
fn file() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("campus.db").display());
    (folder, url)
}

/// Every subcommand without further subcommands, as the words of its command line.
fn subcommands(command: &clap::Command, words: Vec<String>, found: &mut Vec<(Vec<String>, clap::Command)>) {
    if !command.has_subcommands() {
        found.push((words, command.clone()));
        return;
    }
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        subcommands(inner, [words.clone(), vec![inner.get_name().to_owned()]].concat(), found);
    }
}

#[test]
fn help_explains_every_flag_with_its_variable_and_its_default() {
    let mut cli = Cli::command();
    cli.build();
    let mut found = Vec::new();
    subcommands(&cli, Vec::new(), &mut found);
    assert_eq!(
        found.len(),
        15,
        "serve, demo, three migrates, openapi, healthcheck, three keys, generate, load, dump, verify, new-epoch"
    );
    for (words, command) in found {
        let arguments: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let help = String::from_utf8(output(&arguments).stdout).unwrap();
        for flag in command.get_arguments().filter(|flag| !matches!(flag.get_id().as_str(), "help" | "version")) {
            let name =
                flag.get_long().map_or_else(|| flag.get_id().to_string().to_uppercase(), |long| format!("--{long}"));
            assert!(help.contains(&name), "{words:?} does not list {name}");
            assert!(flag.get_help().is_some_and(|help| !help.to_string().is_empty()), "{words:?} {name}");
            // What is said of one key configures no program.
            if words[0] == "keys" && (flag.get_env().is_none() || flag.is_required_set()) {
                continue;
            }
            let variable = flag.get_env().unwrap_or_else(|| panic!("{words:?} {name} has no variable"));
            assert!(help.contains(&format!("[env: {}", variable.to_str().unwrap())), "{words:?} {name}: {help}");
            let defaults = flag.get_default_values();
            let text = flag.get_help().unwrap().to_string();
            if flag.get_action().takes_values() {
                let told = defaults.first().map(|value| format!("[default: {}]", value.to_str().unwrap()));
                let shown = told.as_ref().is_some_and(|told| help.contains(told));
                assert!(shown || text.contains("by default"), "{words:?} {name} does not tell its default");
            }
        }
    }
}

#[test]
fn a_wrong_setting_stops_the_start_and_is_named() {
    for (arguments, setting) in [
        (&["serve", "--listen", "nowhere"][..], "--listen"),
        (&["serve", "--database-url", "mysql://localhost/x"], "--database-url (DATABASE_URL)"),
        (&["serve", "--database-url", "sqlite://"], "--database-url (DATABASE_URL)"),
        (&["serve", "--database-url", "sqlite:///nowhere/at/all.db"], "--database-url (DATABASE_URL)"),
        (&["serve", "--database-url", "postgres://postgres@127.0.0.1:1/x"], "--database-url (DATABASE_URL)"),
        (&["serve", "--connections", "0"], "--connections"),
        (&["serve", "--stale-max", "soon"], "--stale-max"),
        (&["serve", "--grace", "later"], "--grace"),
        (&["serve", "--workers", "0"], "--workers"),
        (&["serve", "--zone", "Mars/Olympus"], "--zone"),
        (&["serve", "--log-format", "poem"], "--log-format"),
        (&["serve", "--log", "=="], "--log"),
        (&["demo", "--seed", "x"], "--seed"),
        (&["generate", "--universities", "0"], "--universities"),
        (&["serve", "--no-such-thing"], "--no-such-thing"),
        (&["serve", "--jwt-issuer", "https://id.example.cn"], "--jwt-audience"),
        (&["serve", "--jwt-audience", "campus"], "--jwt-issuer"),
        (&["serve", "--jwt-grants", "rules.json"], "--jwt-issuer"),
        (&["serve", "--jwt-leeway", "some"], "--jwt-leeway"),
        (&["serve", "--jwt-person-by", "name"], "--jwt-person-by"),
        (&["serve", "--anonymous", "roles:write"], "--anonymous"),
        (&["serve", "--trusted-proxies", "proxy"], "--trusted-proxies"),
        (&["serve", "--host-names", "http://a.cn"], "--host-names"),
        (&["serve", "--cors-origins", "https://户.cn"], "--cors-origins"),
        (&["serve", "--cors-origins", "https://portal.example.cn:443"], "--cors-origins"),
        (&["serve", "--database-url", "postgres://db/x?ssl_mode=require"], "--database-url (DATABASE_URL)"),
    ] {
        let arguments = if setting.starts_with("--listen") || arguments[0] != "serve" {
            arguments.to_vec()
        } else {
            [arguments, &["--listen", "127.0.0.1:0"]].concat()
        };
        let said = failure(&arguments);
        assert!(said.contains(setting), "{arguments:?}: {said}");
    }
    for (variable, value, setting) in
        [("CAMPUS_ORG_LISTEN", "nowhere", "--listen"), ("CAMPUS_ORG_STALE_MAX", "soon", "--stale-max")]
    {
        let output = program(&["serve"]).env(variable, value).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(setting), "{said}");
    }
}

#[test]
fn a_wrong_setting_of_the_identity_provider_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let keys = file("keys.json", r#"{"keys": []}"#);
    let own = file("own.json", r#"{"rules": [{"scopes": ["orgs:read"], "area": "own"}]}"#);
    let bad = file("bad.json", r#"{"rules": [{"scopes": ["orgs:read"], "area": "subtree"}]}"#);
    for (arguments, setting, why) in [
        (&["--jwt-issuer", "id"][..], "--jwt-issuer (CAMPUS_ORG_JWT_ISSUER)", "relative URL"),
        (&["--jwt-issuer", "http://id.example.cn"], "--jwt-issuer (CAMPUS_ORG_JWT_ISSUER)", "use https"),
        (&["--jwt-issuer", "i", "--jwt-jwks", "http://id.example.cn/keys"], "--jwt-jwks", "use https"),
        (&["--jwt-issuer", "i", "--jwt-jwks", "no/such/file"], "--jwt-jwks", "no/such/file"),
        (&["--jwt-issuer", "i", "--jwt-jwks", &own], "--jwt-jwks", "not a JSON Web Key Set"),
        (&["--jwt-issuer", "i", "--jwt-jwks", &keys, "--jwt-algorithms", "HS256"], "--jwt-algorithms", "HS256 is not"),
        (&["--jwt-issuer", "i", "--jwt-jwks", &keys, "--jwt-algorithms", "none"], "--jwt-algorithms", "none is not"),
        (&["--jwt-issuer", "i", "--jwt-jwks", &keys, "--jwt-grants", "no/such/file"], "--jwt-grants", "no/such/file"),
        (&["--jwt-issuer", "i", "--jwt-jwks", &keys, "--jwt-grants", &bad], "--jwt-grants", "rule 1: the area needs"),
        (&["--jwt-issuer", "i", "--jwt-jwks", &keys, "--jwt-grants", &own], "--jwt-person-claim", "needed"),
        (&["--jwt-issuer", "i", "--jwt-jwks", &keys, "--jwt-person-claim", ""], "--jwt-person-claim", "empty"),
    ] {
        let said = failure(&[&["serve", "--listen", "127.0.0.1:0", "--jwt-audience", "a"], arguments].concat());
        assert!(said.contains(setting) && said.contains(why), "{arguments:?}: {said}");
    }
}

#[test]
fn an_address_in_use_is_named() {
    let (_folder, url) = file();
    let serving = Serving::on(&url);
    let taken = serving.address.strip_prefix("http://").unwrap();
    let said = failure(&["demo", "--listen", taken]);
    assert!(said.contains("--listen (CAMPUS_ORG_LISTEN)"), "{said}");
}

#[test]
fn an_address_that_other_machines_reach_is_warned_of() {
    let (folder, url) = file();
    let log = folder.path().join("log");
    let arguments = ["serve", "--listen", "0.0.0.0:0", "--create", "--database-url", &url];
    drop(Serving::logging(std::fs::File::create(&log).unwrap(), &arguments));
    let said = std::fs::read_to_string(log).unwrap();
    assert!(said.contains("WARN") && said.contains("put a proxy with TLS in front"), "{said}");
}

#[test]
fn the_document_and_samples_are_printed_the_same_every_time() {
    let printed = output(&["openapi"]);
    assert!(printed.status.success());
    let document: Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(document["openapi"].as_str().unwrap().split('.').next(), Some("3"));
    assert!(document["paths"]["/orgs"]["get"].is_object());
    assert_eq!(output(&["openapi"]).stdout, printed.stdout);

    let sample = |seed: &str| output(&["generate", "--universities", "2", "--seed", seed]).stdout;
    let first = sample("7");
    assert!(first.len() > 100_000 && first == sample("7"), "not deterministic");
    assert_ne!(first, sample("8"));
    for line in first.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        serde_json::from_slice::<Value>(line).unwrap();
    }
}

#[test]
fn a_health_check_tells_whether_it_serves() {
    let (_folder, url) = file();
    let mut serving = Serving::on(&url);
    let address = serving.address.strip_prefix("http://").unwrap().to_owned();
    assert!(output(&["healthcheck", "--listen", &address]).status.success());
    serving.kill();
    failure(&["healthcheck", "--listen", &address]);
}

#[test]
fn the_demo_s_requests_work_when_pasted() {
    block_on(async {
        let mut demo = Serving::with(&["demo", "--listen", "127.0.0.1:0"]);
        let client = process::client();
        let lines: Vec<&str> = demo.greeting.iter().map(|line| line.trim()).collect();
        assert!(lines.contains(&&*format!("KEY={}", process::ADMIN_KEY)), "{lines:?}");
        let all: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("curl ")).collect();
        let requests: Vec<&str> = all.iter().filter_map(|line| line.strip_prefix('\'')?.strip_suffix('\'')).collect();
        assert_eq!(requests.len(), 3, "{all:?}");
        let keyed = all.iter().find_map(|line| line.strip_prefix("-H \"Authorization: Bearer $KEY\" "));
        let me: Value = client.get(keyed.expect("one with the key")).send().await.unwrap().json().await.unwrap();
        assert_eq!(me["name"], "admin");
        for request in requests {
            let answer = reqwest::get(request).await.unwrap();
            assert_eq!(answer.status(), 200, "{request}");
            let body: Value = answer.json().await.unwrap();
            let shown = ["items", "children", "leaders"].iter().find_map(|field| body[*field].as_array());
            assert!(shown.is_some_and(|shown| !shown.is_empty()), "{request} shows nothing: {body}");
        }
        demo.signal("TERM");
        assert!(demo.ended().await.success());
    });
}

/// The image cannot be built here. What it sets, and the command of the README that runs it, is tried without it.
#[test]
fn what_the_image_sets_starts_a_service_that_keeps_its_data() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let (_, set) = include_str!("../../Dockerfile").split_once("ENV ").expect("what it sets");
        let (set, rest) = set.split_once("USER ").expect("the user after it");
        assert!(rest.contains("ENTRYPOINT [\"/campus-org\"]\nCMD [\"serve\"]"), "{rest}");
        let start = |key: Option<&str>| {
            let mut command = process::program(&["serve"]);
            for (name, value) in set.split_whitespace().filter_map(|pair| pair.split_once('=')) {
                let data = folder.path().display().to_string();
                command.env(name, value.replace("/data", &data).replace("0.0.0.0:8080", "127.0.0.1:0"));
            }
            match key {
                Some(key) => command.env("CAMPUS_ORG_ADMIN_KEY", key),
                None => command.env_remove("CAMPUS_ORG_ADMIN_KEY"),
            };
            Serving::start(command.stderr(Stdio::null()))
        };
        // As `openssl rand -base64 48` makes it.
        let key = "q0Jv3pN1xk8mYzT5cR7uW2aB9dE4gH6iL0oPsQvXyZ1f+C/GjKlMnOrStUwVhIeD";
        let client = reqwest::Client::new();
        let mut serving = start(Some(key));
        let post = client.post(format!("{}/people", serving.address)).bearer_auth(key).json(&json!({"name": "王小明"}));
        assert_eq!(post.send().await.unwrap().status(), 201);
        serving.signal("TERM");
        assert!(serving.ended().await.success());
        let serving = start(None);
        let people = client.get(format!("{}/people", serving.address)).bearer_auth(key).send().await.unwrap();
        let people: Value = people.json().await.unwrap();
        assert_eq!(people["items"][0]["name"], "王小明");
    });
}

#[test]
fn a_request_in_flight_is_answered_before_the_end() {
    block_on(async {
        let (_folder, url) = file();
        let mut serving = Serving::on(&url);
        let address: SocketAddr = serving.address.strip_prefix("http://").unwrap().parse().unwrap();
        let body = json!({"name": "孙国权"}).to_string();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PROCESS_MAX)).unwrap();
        let head = format!(
            "POST /people HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Expect: 100-continue\r\nConnection: close\r\n\r\n",
            process::ADMIN_KEY,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert!(line.starts_with("HTTP/1.1 100 "), "{line}");
        // The service has accepted the request and waits for its body.
        serving.signal("TERM");
        let began = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
            assert!(began.elapsed() < PROCESS_MAX, "it goes on listening");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        reader.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("HTTP/1.1 201 "), "{answer}");
        assert!(serving.ended().await.success());
        // What was answered is kept.
        let serving = Serving::on(&url);
        let people: Value =
            process::client().get(format!("{}/people", serving.address)).send().await.unwrap().json().await.unwrap();
        assert_eq!(people["items"][0]["name"], "孙国权");
    });
}

#[test]
fn a_line_of_the_log_tells_how_long_a_request_took() {
    block_on(async {
        let (folder, url) = file();
        let log = folder.path().join("log");
        let arguments =
            ["--log-format", "json", "serve", "--listen", "127.0.0.1:0", "--create", "--database-url", &url];
        let mut serving = Serving::logging(std::fs::File::create(&log).unwrap(), &arguments);
        for _ in 0..20 {
            assert_eq!(
                process::client().get(format!("{}/people", serving.address)).send().await.unwrap().status(),
                200
            );
        }
        serving.signal("TERM");
        assert!(serving.ended().await.success());
        let lines = std::fs::read_to_string(&log).unwrap();
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let requests: Vec<Value> = lines.filter(|line| line["route"] == "/people").collect();
        assert_eq!(requests.len(), 20);
        for line in requests {
            assert!(line["duration_us"].as_u64().is_some_and(|took| took < 60_000_000), "{line}");
        }
    });
}

/// A connection to the database that can be cut.
struct Gate {
    port: u16,
    open: Arc<tokio::sync::watch::Sender<bool>>,
    task: tokio::task::JoinHandle<()>,
}

impl Gate {
    async fn to(database: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let open = Arc::new(tokio::sync::watch::Sender::new(true));
        let state = Arc::clone(&open);
        let task = tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                let mut closed = state.subscribe();
                if !*closed.borrow_and_update() {
                    continue;
                }
                tokio::spawn(async move {
                    let Ok(mut to) = AsyncStream::connect(database).await else { return };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut from, &mut to) => {}
                        _ = closed.wait_for(|open| !open) => {}
                    }
                });
            }
        });
        Self { port, open, task }
    }

    fn set(&self, open: bool) {
        self.open.send_replace(open);
    }
}

#[test]
fn while_the_database_is_away_questions_are_answered_and_writes_are_not() {
    block_on(async {
        let database = TestDatabase::create(Backend::Postgres).await;
        drop(database.store().await);
        let (server, name) = database.url.rsplit_once('/').unwrap();
        let (user, address) = server.rsplit_once('@').unwrap();
        let gate = Gate::to(address.parse().unwrap()).await;
        let url = format!("{user}@127.0.0.1:{}/{name}", gate.port);
        let mut serving =
            Serving::with(&["serve", "--listen", "127.0.0.1:0", "--stale-max", "12s", "--database-url", &url]);
        let client = process::client();
        let ask = async |method: reqwest::Method, path: &str| {
            let request = client.request(method.clone(), format!("{}{path}", serving.address));
            let request = if method == "POST" { request.json(&json!({"name": "孙国权"})) } else { request };
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let retry = answer.headers().contains_key("retry-after");
            let body: Value = answer.json().await.unwrap();
            (status, retry, body)
        };
        let (get, post) = (reqwest::Method::GET, reqwest::Method::POST);
        assert_eq!(ask(post.clone(), "/people").await.0, 201);
        assert_eq!(ask(get.clone(), "/health/ready").await.2["status"], "ready");

        gate.set(false);
        let (status, retry, _) = ask(post.clone(), "/people").await;
        assert_eq!((status, retry), (503, true));
        let until = async |what: &str, done: &dyn Fn(u16, &Value) -> bool| {
            let began = Instant::now();
            loop {
                let (status, _, body) = ask(get.clone(), "/health/ready").await;
                if done(status, &body) {
                    return;
                }
                assert!(began.elapsed() < PROCESS_MAX, "not {what}: {status} {body}");
                assert_eq!(ask(get.clone(), "/people").await.0, 200, "questions are answered");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        until("read only", &|status, body| status == 200 && body["status"] == "read_only").await;
        until("stale", &|status, _| status == 503).await;
        assert_eq!(ask(get.clone(), "/people").await.0, 200);

        gate.set(true);
        until("ready again", &|status, body| status == 200 && body["status"] == "ready").await;
        assert_eq!(ask(post, "/people").await.0, 201);
        serving.signal("TERM");
        assert!(serving.ended().await.success());
        gate.task.abort();
        database.remove().await;
    });
}
