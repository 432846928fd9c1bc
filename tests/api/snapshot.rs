//! `/snapshot`: a whole copy of the directory, as far as the caller sees it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

use crate::{
    access::{closed_test, everywhere},
    dump::Rich,
    support::{Backend, TestApp, TestDatabase, api_test, copy, settings},
};

/// How long a test waits for what must come.
const ANSWER_MAX: Duration = Duration::from_secs(20);
const PEOPLE: usize = 30_000;

/// The lines of an answer by kind, without the first, which comes beside them.
fn read(text: &str) -> (Value, BTreeMap<String, Vec<Value>>) {
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let header = lines.next().unwrap();
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in lines {
        let (kind, object) =
            line.as_object().unwrap().iter().next().map(|(kind, object)| (kind.clone(), object.clone())).unwrap();
        found.entry(kind).or_default().push(object);
    }
    (header, found)
}

/// Enters so many people that their lines make many pieces.
async fn many_people(app: &TestApp) {
    let line = |number: usize| {
        format!(r#"{{"person":{{"id":"01900000-0000-7000-8000-{number:012x}","name":"人员","staff_no":"S{number}"}}}}"#)
    };
    app.load(&(1..=PEOPLE).map(line).collect::<Vec<_>>().join("\n")).await;
}

/// Asks for a copy over a connection of its own, and reads until the first lines have come.
fn begin(app: &TestApp) -> (TcpStream, Vec<u8>) {
    // Little of the answer is on its way before it is read.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&app.address.trim_start_matches("http://").parse::<SocketAddr>().unwrap().into()).unwrap();
    let mut stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(ANSWER_MAX)).unwrap();
    stream.write_all(b"GET /snapshot HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut begun = vec![0; 4096];
    stream.read_exact(&mut begun).unwrap();
    (stream, begun)
}

/// The rest of it: the lengths of the chunks, what they have together, and whether the last chunk came.
async fn rest((mut stream, mut bytes): (TcpStream, Vec<u8>)) -> (Vec<usize>, String, bool) {
    let read = move || {
        // An answer that breaks off may end in a reset.
        drop(stream.read_to_end(&mut bytes));
        bytes
    };
    let bytes = tokio::task::spawn_blocking(read).await.unwrap();
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    assert!(String::from_utf8_lossy(&bytes[..head]).contains("transfer-encoding: chunked"));
    let (mut left, mut lengths, mut body) = (&bytes[head + 4..], Vec::new(), Vec::new());
    while let Some(end) = left.windows(2).position(|window| window == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&left[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return (lengths, String::from_utf8(body).unwrap(), true);
        }
        let Some(chunk) = left.get(end + 2..end + 2 + length) else { break };
        lengths.push(length);
        body.extend_from_slice(chunk);
        left = left.get(end + 4 + length..).unwrap_or_default();
    }
    (lengths, String::from_utf8_lossy(&body).into_owned(), false)
}

api_test! {
    async fn whoever_sees_everything_gets_what_dump_writes(app: TestApp) {
        Rich::enter(&app).await;
        let answer = app.get("/snapshot?include=contact").await.is(200);
        assert_eq!(answer.header("content-type"), "application/jsonl");
        assert_eq!(answer.header("directory-revision"), app.registry.snapshot().revision().to_string());
        assert!(answer.text == copy::file(&app.store).await, "it differs from the dump");
        let (header, lines) = read(&answer.text);
        assert_eq!(header["left_out"], json!(["api_keys"]));
        for (kind, count) in header["records"].as_object().unwrap() {
            assert_eq!(lines.get(kind).map_or(0, Vec::len), count.as_u64().unwrap() as usize, "{kind}");
        }
        let database = TestDatabase::create(Backend::Sqlite).await;
        let store = database.store().await;
        let loaded = copy::load_into(&store, &answer.text).await;
        assert_eq!(copy::lines(&loaded), copy::lines(&app.registry.snapshot()));
        store.close().await.unwrap();
        database.remove().await;

        let known = app.request("GET", "/snapshot?include=contact").header("if-none-match", answer.header("etag"));
        app.send(known).await.is(304);
        app.person("新人").await;
        let known = app.request("GET", "/snapshot?include=contact").header("if-none-match", answer.header("etag"));
        app.send(known).await.is(200);
    }

    async fn it_is_compressed_as_the_caller_likes(app: TestApp) {
        many_people(&app).await;
        let plain = app.get("/snapshot").await.is(200);
        for (accepted, coding) in [("gzip", "gzip"), ("zstd", "zstd"), ("zstd;q=0.5, gzip;q=0.1", "zstd")] {
            let asked = app.request("GET", "/snapshot").header("accept-encoding", accepted);
            let answer = asked.send().await.unwrap();
            assert_eq!(answer.headers()["content-encoding"], coding);
            let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
            let same = plain.header("etag").trim_end_matches('"');
            assert_eq!(tag, format!("{same}-{coding}\""));
            let bytes = answer.bytes().await.unwrap();
            assert!(bytes.len() * 4 < plain.text.len(), "{}", bytes.len());
            let mut text = String::new();
            match coding {
                "gzip" => flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap(),
                _ => zstd::Decoder::new(&bytes[..]).unwrap().read_to_string(&mut text).unwrap(),
            };
            assert!(text == plain.text, "{accepted}");
            app.send(app.request("GET", "/snapshot").header("if-none-match", tag)).await.is(304);
        }
    }

    async fn it_is_made_while_it_is_sent_and_writes_go_on(app: TestApp) {
        many_people(&app).await;
        let before = app.get("/snapshot").await.is(200).text;
        let begun = begin(&app);
        let entered = app.post("/people", json!({"name": "后来者"})).await.is(201).id();
        let (lengths, text, is_whole) = rest(begun).await;
        assert!(is_whole && text == before && !text.contains(&entered), "one revision from the first line to the last");
        assert!(lengths.len() > 20 && lengths.iter().all(|length| *length < 100_000), "{lengths:?}");
    }

    async fn whoever_is_erased_meanwhile_is_shown_as_erased(app: TestApp) {
        many_people(&app).await;
        let begun = begin(&app);
        let id = |number: usize| format!("01900000-0000-7000-8000-{number:012x}");
        app.post(&format!("/people/{}/erase", id(PEOPLE)), json!({})).await.is(200);
        app.delete(&format!("/people/{}", id(PEOPLE - 1))).await.is(200);
        let (_, text, is_whole) = rest(begun).await;
        let (header, lines) = read(&text);
        assert!(is_whole && header["records"]["person"] == PEOPLE && lines["person"].len() == PEOPLE);
        for number in [PEOPLE - 1, PEOPLE] {
            let line = lines["person"].iter().find(|person| person["id"] == id(number)).unwrap();
            assert!(line["erased"] == true && line.get("staff_no").is_none(), "{line}");
        }
    }

    async fn whoever_reads_slowly_keeps_nobody_else_waiting(app: TestApp) {
        many_people(&app).await;
        let mut one = settings(true);
        (one.limits.streams_max, one.limits.heavy_places) = (1, 1);
        app.served(&one, async |app| {
            let slow = begin(&app);
            app.get("/people?q=S29").await.is(200);
            app.get("/orgs").await.is(200);
            assert_eq!(app.get("/snapshot").await.is_problem(503, "busy").header("retry-after"), "2");
            drop(slow);
            let freed = async { while app.get("/snapshot").await.status == 503 {} };
            tokio::time::timeout(ANSWER_MAX, freed).await.expect("the place is free again");
        })
        .await;
    }

    async fn what_takes_too_long_breaks_off(app: TestApp) {
        many_people(&app).await;
        let mut short = settings(true);
        short.limits.stream_max = Duration::ZERO;
        app.served(&short, async |app| {
            let (lengths, _, is_whole) = rest(begin(&app)).await;
            assert!(!is_whole && lengths.len() == 1, "{lengths:?}");
        })
        .await;
    }

    async fn what_is_asked_wrongly_is_refused(app: TestApp) {
        app.get("/snapshot?include=everything").await.is_problem(400, "validation").at("include");
        app.get("/snapshot?limit=5").await.is_problem(400, "unknown-parameter").at("limit");
        let json = app.request("GET", "/snapshot").header("accept", "application/json");
        app.send(json).await.is_problem(406, "not-acceptable");
        for accepted in ["application/jsonl", "application/*;q=0.1", "*/*"] {
            app.send(app.request("GET", "/snapshot").header("accept", accepted)).await.is(200);
        }
        let empty = app.get("/snapshot").await.is(200).text;
        assert!(empty.lines().skip(1).all(|line| line.starts_with("{\"post\"")), "{empty}");
    }
}

closed_test! {
    async fn whoever_sees_no_people_gets_the_names_of_those_who_hold_roles(app: TestApp) {
        let Rich { someone, merged, .. } = Rich::enter(&app).await;
        let caller = app.caller(json!([everywhere(&["orgs:read"])])).await;
        let answer = caller.get("/snapshot?include=contact").await.is(200);
        let (header, lines) = read(&answer.text);
        assert_eq!(header["left_out"], json!(["api_keys", "people", "contact"]));
        assert!(header["records"].get("person").is_none() && header["records"]["role"].is_u64(), "{header}");
        for hidden in ["example.edu.cn", "000-1234", "20040017", "20040018", "1999", "杨立民", "周志远", &merged] {
            assert!(!answer.text.contains(hidden), "{hidden}");
        }
        assert!(lines["person"].contains(&json!({"id": someone, "name": "杨立敏"})));
        // The names are those that the roles give.
        let mut named = BTreeSet::new();
        for role in caller.get("/roles?status=all&limit=500").await.is(200).all("") {
            let holder = &role["holder"];
            if holder["type"] == "person" && holder.get("name").is_some() {
                named.insert((holder["id"].to_string(), holder["name"].to_string()));
            }
        }
        let shown: BTreeSet<_> =
            lines["person"].iter().map(|person| (person["id"].to_string(), person["name"].to_string())).collect();
        assert_eq!(shown, named);
        app.anonymous().get("/snapshot").await.is_problem(401, "unauthenticated");
        let other = app.caller(json!([everywhere(&["people:read"])])).await;
        other.get("/snapshot").await.is_problem(403, "forbidden");
    }

    async fn contact_data_need_a_scope_and_a_question_and_are_in_the_audit(app: TestApp) {
        let Rich { someone, erased, .. } = Rich::enter(&app).await;
        let reader = app.caller(json!([everywhere(&["orgs:read", "people:read"])])).await;
        let both = app.caller(json!([everywhere(&["orgs:read", "people:read", "people:contact"])])).await;
        for answer in [reader.get("/snapshot?include=contact").await, both.get("/snapshot").await] {
            let (header, lines) = read(&answer.is(200).text);
            assert_eq!(header["left_out"], json!(["api_keys", "contact"]));
            assert!(lines["person"].iter().all(|person| person.get("email").or(person.get("phone")).is_none()));
            assert!(lines["person"].iter().any(|person| person["staff_no"] == "20040017"));
        }
        let audited = async || {
            let mut records = app.get("/audit?kind=contact_read&limit=500").await.is(200).all("");
            records.retain(|record| record["operation"] == "get_snapshot");
            records
        };
        assert!(audited().await.is_empty());
        let answer = both.request("GET", "/snapshot?include=contact").header("x-request-id", "copying");
        let (header, lines) = read(&both.send(answer).await.is(200).text);
        assert_eq!(header["left_out"], json!(["api_keys"]));
        let with_mail = |person: &&Value| person.get("email").is_some();
        let shown: BTreeSet<&str> =
            lines["person"].iter().filter(with_mail).map(|person| person["id"].as_str().unwrap()).collect();
        assert!(shown.contains(someone.as_str()) && !shown.contains(erased.as_str()));
        let records = audited().await;
        let told = records.iter().flat_map(|record| record["subject_ids"].as_array().unwrap());
        assert_eq!(told.map(|id| id.as_str().unwrap()).collect::<BTreeSet<_>>(), shown);
        assert!(records.iter().all(|record| record["request_id"] == "copying"), "{records:?}");
    }
}
