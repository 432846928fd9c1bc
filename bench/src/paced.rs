//! Asks at a fixed rate, whether or not the answers keep up; `cargo xtask bench` uses it to measure latency. Each
//! request has a time at which it is due, and its latency counts from then. So a server that stalls is charged for
//! everything that waited. Each connection is one thread, and its requests follow each other.
//!
//! Arguments: the address, a file of paths to read, reads per second, writes per second, the number of seconds, and
//! what `Authorization` says in a write. The writes go to `/people` over connections of their own.

use std::{
    error::Error,
    fs,
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// The number of connections for reads, and for writes.
const READERS: u32 = 32;
const WRITERS: u32 = 32;
/// Latencies of the first moments do not count, because connections warm up.
const WARM_UP: Duration = Duration::from_millis(500);
/// A request that takes longer ends the run with an error.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// Any number gives the same order of requests in every run.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A connection's thread, which returns its latencies in microseconds.
type Reading = thread::JoinHandle<Result<Vec<u64>>>;

/// What a thread asks, in what order, and when.
struct Plan {
    address: String,
    requests: Arc<Vec<Vec<u8>>>,
    status: &'static str,
    each: Duration,
    first: Instant,
    end: Instant,
    seed: u64,
}

/// One connection, with the answer that it is reading.
struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    fn open(address: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        Ok(Self { stream, answer: Vec::new() })
    }

    /// Sends a request and reads its answer to the end.
    fn ask(&mut self, request: &[u8], status: &str) -> Result<()> {
        self.stream.write_all(request)?;
        self.answer.clear();
        let mut buffer = [0; 16 * 1024];
        let mut length = None;
        loop {
            let read = self.stream.read(&mut buffer)?;
            if read == 0 {
                return Err("the connection was closed".into());
            }
            self.answer.extend_from_slice(buffer.get(..read).unwrap_or_default());
            if length.is_none() {
                length = whole(&self.answer, status)?;
            }
            if length.is_some_and(|length| self.answer.len() >= length) {
                return Ok(());
            }
        }
    }
}

/// The length of the whole answer, once its head is there.
fn whole(answer: &[u8], status: &str) -> Result<Option<usize>> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(answer.get(..end).unwrap_or_default())?;
    if head.split(' ').nth(1) != Some(status) {
        return Err(format!("unexpected answer: {}", head.lines().next().unwrap_or_default()).into());
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    Ok(Some(end + 4 + length.ok_or("an answer without content-length")?))
}

/// Carries out a plan, and returns the latencies in microseconds.
fn run(plan: &Plan) -> Result<Vec<u64>> {
    let mut connection = Connection::open(&plan.address)?;
    let mut latencies = Vec::new();
    let (mut meant, mut random) = (plan.first, plan.seed);
    while meant < plan.end {
        thread::sleep(meant.saturating_duration_since(Instant::now()));
        // xorshift is good enough to mix requests.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let count = u64::try_from(plan.requests.len())?.max(1);
        let request = plan.requests.get(usize::try_from(random % count)?).ok_or("nothing to ask")?;
        connection.ask(request, plan.status)?;
        if meant.duration_since(plan.first) > WARM_UP {
            latencies.push(u64::try_from(meant.elapsed().as_micros())?);
        }
        meant += plan.each;
    }
    Ok(latencies)
}

/// Starts threads that together ask `rate` times a second, evenly.
fn start(plan: impl Fn(Duration, Instant, u64) -> Plan, threads: u32, rate: u32, begin: Instant) -> Vec<Reading> {
    if rate == 0 {
        return Vec::new();
    }
    let between = Duration::from_secs(1) / rate;
    let each = between * threads;
    (0..threads)
        .map(|number| {
            let plan = plan(each, begin + between * number, SEED.wrapping_mul(u64::from(number) + 1));
            thread::spawn(move || run(&plan))
        })
        .collect()
}

fn percentile(sorted: &[u64], per_mille: usize) -> u64 {
    let place = (sorted.len() * per_mille).div_ceil(1000).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(0)
}

fn main() -> Result<()> {
    let usage = "usage: paced ADDRESS PATHS READS_PER_SECOND WRITES_PER_SECOND SECONDS AUTHORIZATION";
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, paths, reads, writes, seconds, authorization] = arguments.as_slice() else {
        return Err(usage.into());
    };
    let head = |method, path| format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n");
    let paths = fs::read_to_string(paths)?;
    let asked = paths.lines().filter_map(|line| line.split('\t').next());
    let asked = Arc::new(asked.map(|path| format!("{}\r\n", head("GET", path)).into_bytes()).collect::<Vec<_>>());
    let person = r#"{"name":"测试"}"#;
    let length = person.len();
    let written = format!(
        "{}Authorization: {authorization}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{person}",
        head("POST", "/people")
    );
    let written = Arc::new(vec![written.into_bytes()]);

    let begin = Instant::now() + Duration::from_millis(100);
    let end = begin + Duration::from_secs(seconds.parse()?);
    let plan = |requests: &Arc<Vec<Vec<u8>>>, status| {
        let (requests, address) = (Arc::clone(requests), address.clone());
        move |each, first, seed| Plan {
            address: address.clone(),
            requests: Arc::clone(&requests),
            status,
            each,
            first,
            end,
            seed,
        }
    };
    let readers = start(plan(&asked, "200"), READERS, reads.parse()?, begin);
    let writers = start(plan(&written, "201"), WRITERS, writes.parse()?, begin);
    let gather = |threads: Vec<Reading>| -> Result<Vec<u64>> {
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a connection panicked")??);
        }
        all.sort_unstable();
        Ok(all)
    };
    let (reads, writes) = (gather(readers)?, gather(writers)?);
    println!(
        "reads {} p50_us {} p99_us {} writes {} write_p99_us {}",
        reads.len(),
        percentile(&reads, 500),
        percentile(&reads, 990),
        writes.len(),
        percentile(&writes, 990)
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(whole(&answer[..10], "200").unwrap(), None);
        assert_eq!(whole(answer, "200").unwrap(), Some(answer.len()));
        assert!(whole(answer, "201").is_err());
        assert_eq!((percentile(&[1, 2, 3, 4], 500), percentile(&[1, 2, 3, 4], 990), percentile(&[], 990)), (2, 4, 0));
    }
}
