//! Clients that try to wear the service down, for `cargo xtask soak --abuse`. One sort of them at a time:
//!
//! `abuse SORT ADDRESS CLIENTS SECONDS PATH` with the key in `ABUSE_KEY`. The last line tells how the clients ended.

use std::{collections::BTreeMap, env, error::Error, future::Future, io, time::Duration};

use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep, timeout, timeout_at},
};

/// How long a body claims to be: the longest that is accepted.
const BODY_BYTES: usize = 1 << 20;
/// How much is read at once.
const READ_BYTES: usize = 64 << 10;
/// The pause between two bytes of a slow body, and before an answer that was refused is asked for again.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a client waits for its connection.
const CONNECT_MAX: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
struct Client {
    address: String,
    path: String,
    key: String,
    number: usize,
    until: Instant,
}

/// How a client ended, in words that are counted.
type Ended = io::Result<String>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [sort, address, clients, seconds, path] = arguments.as_slice() else {
        return Err("abuse SORT ADDRESS CLIENTS SECONDS PATH".into());
    };
    let until = Instant::now() + Duration::from_secs(seconds.parse()?);
    let client = |number| Client {
        address: address.clone(),
        path: path.clone(),
        key: env::var("ABUSE_KEY").unwrap_or_default(),
        number,
        until,
    };
    let clients = (0..clients.parse()?).map(client);
    let ended = match sort.as_str() {
        "slow" => all(clients.map(slow)).await,
        "unfinished" => all(clients.map(unfinished)).await,
        "trees" => all(clients.map(trees)).await,
        "unread" => all(clients.map(unread)).await,
        "pipelined" => all(clients.map(pipelined)).await,
        _ => return Err("SORT is slow, unfinished, trees, unread or pipelined".into()),
    };
    println!("{}", ended.iter().map(|(how, count)| format!("{how}: {count}")).collect::<Vec<_>>().join(", "));
    Ok(())
}

/// Runs all clients at once, and counts how they ended.
async fn all<F: Future<Output = Ended> + Send + 'static>(clients: impl Iterator<Item = F>) -> BTreeMap<String, usize> {
    let mut running: JoinSet<Ended> = clients.collect();
    let mut ended = BTreeMap::new();
    while let Some(client) = running.join_next().await {
        let how = match client {
            Ok(Ok(how)) => how,
            Ok(Err(error)) => format!("{:?}", error.kind()),
            Err(_) => "panicked".to_owned(),
        };
        *ended.entry(how).or_default() += 1;
    }
    ended
}

/// Sends a body a byte a second.
async fn slow(client: Client) -> Ended {
    let stream = client.connect().await?;
    send(&stream, client.post().as_bytes()).await?;
    while Instant::now() < client.until {
        if let Ok(status) = timeout(PAUSE, status(&stream)).await {
            return status;
        }
        send(&stream, b" ").await?;
    }
    Ok("still sending".to_owned())
}

/// Sends all of a body but its last byte.
async fn unfinished(client: Client) -> Ended {
    let stream = client.connect().await?;
    send(&stream, client.post().as_bytes()).await?;
    let (body, mut sent) = (vec![b' '; READ_BYTES], 0);
    while sent < BODY_BYTES - 1 {
        let part = body.get(..READ_BYTES.min(BODY_BYTES - 1 - sent)).unwrap_or_default();
        // It may be refused half-way.
        if send(&stream, part).await.is_err() {
            break;
        }
        sent += part.len();
    }
    match timeout_at(client.until, status(&stream)).await {
        Ok(status) => status,
        Err(_) => Ok("still sending".to_owned()),
    }
}

/// Asks for trees and reads them, one after the other: half of the clients for today's, the others for that of a day
/// of their own. Tells the worst that happened.
async fn trees(client: Client) -> Ended {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    while Instant::now() < client.until {
        let day = match client.number % 2 {
            0 => String::new(),
            _ => format!("&as_of={}-{:02}-01", 2005 + client.number / 2 % 20, 1 + client.number / 40 % 12),
        };
        let stream = client.connect().await?;
        send(&stream, client.get(&format!("{}{day}", client.path)).as_bytes()).await?;
        let how = match timeout_at(client.until, drain(&stream)).await {
            Ok(how) => how?,
            Err(_) => break,
        };
        if how != "200" {
            sleep(PAUSE).await;
        }
        *counts.entry(how).or_default() += 1;
    }
    let of_all: Vec<String> = counts.keys().cloned().collect();
    Ok(if of_all.is_empty() { "no answer".to_owned() } else { of_all.join("+") })
}

/// Asks for a large answer and reads nothing of it.
async fn unread(client: Client) -> Ended {
    let stream = client.connect().await?;
    send(&stream, client.get(&client.path).as_bytes()).await?;
    while Instant::now() < client.until {
        sleep(PAUSE).await;
        // Sending shows whether the service has ended the connection.
        match stream.try_write(b" ") {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Ok("cut".to_owned()),
            _ => {}
        }
    }
    Ok("still there".to_owned())
}

/// Sends as many requests as the service takes, and reads no answer.
async fn pipelined(client: Client) -> Ended {
    let stream = client.connect().await?;
    let many = "GET / HTTP/1.1\nhost:localhost\n\n".repeat(1000);
    loop {
        match timeout_at(client.until, send(&stream, many.as_bytes())).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Ok("cut".to_owned()),
            Err(_) => return Ok("still there".to_owned()),
        }
    }
}

impl Client {
    async fn connect(&self) -> io::Result<TcpStream> {
        timeout(CONNECT_MAX, TcpStream::connect(&self.address)).await.map_err(|_| io::ErrorKind::TimedOut)?
    }

    /// Every third client takes compressed answers.
    fn get(&self, path: &str) -> String {
        let coding = if self.number.is_multiple_of(3) { "Accept-Encoding: gzip\r\n" } else { "" };
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{coding}Connection: close\r\n\r\n")
    }

    fn post(&self) -> String {
        format!(
            "POST /people HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {BODY_BYTES}\r\n\r\n",
            self.key
        )
    }
}

async fn send(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(sent) => bytes = bytes.get(sent..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads something; nothing where the connection has ended.
async fn read<'b>(stream: &TcpStream, bytes: &'b mut [u8]) -> io::Result<&'b [u8]> {
    loop {
        stream.readable().await?;
        match stream.try_read(bytes) {
            Ok(length) => return Ok(bytes.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// The status of the answer, once it comes.
async fn status(stream: &TcpStream) -> Ended {
    let mut bytes = vec![0; 1024];
    let head = read(stream, &mut bytes).await?;
    Ok(status_of(head))
}

/// Reads an answer to its end, and returns its status.
async fn drain(stream: &TcpStream) -> Ended {
    let mut bytes = vec![0; READ_BYTES];
    let how = status_of(read(stream, &mut bytes).await?);
    while !read(stream, &mut bytes).await?.is_empty() {}
    Ok(how)
}

fn status_of(head: &[u8]) -> String {
    let head = String::from_utf8_lossy(head);
    head.split(' ').nth(1).map_or_else(|| "ended".to_owned(), str::to_owned)
}
